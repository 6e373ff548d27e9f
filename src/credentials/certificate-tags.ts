/** Hides how a certificate is read aloud: every item is a heading, a paragraph, a picture with words for it, or decoration, in the order of the layout. */

import { type PDFContext, PDFHexString, type PDFRef, PDFString } from 'pdf-lib'
import { type Ink, n } from './certificate-ink.ts'
import { type Drawable, drawItem, type Fields, type Layout, textOf } from './certificate-layout.ts'
import type { Picture } from './certificate-ornament.ts'
import type { Box } from './certificate-text.ts'

/** A drawn item that is read aloud. */
interface Mark {
  role: 'H1' | 'P' | 'Figure'
  /** its place in the layout, and the place of the field it is part of */
  at: number
  row: number
  /** its number on the page */
  mcid: number
  /** what is said of a picture */
  alt: string
  box: Box
}

/** The items that are read aloud so far; those of one page are numbered together. */
export interface Marks {
  first: number
  marks: Mark[]
}

export function startMarks(first = 0): Marks {
  return { first, marks: [] }
}

/** Draws an item between marks that say what it is; an item that is left out leaves no mark. */
export function drawMarked(
  ink: Ink,
  { first, marks }: Marks,
  { items }: Layout,
  at: number,
  fields?: Fields,
  photo?: Picture,
): void {
  const item = items[at]!
  const role = roleOf(item, photo)
  const mcid = first + marks.length
  const begin = ink.operators.push(role ? `/${role} <</MCID ${mcid}>> BDC` : '/Artifact BMC')
  const english = role && role !== 'Figure' && 'v' in item && isEnglish(item.v)
  if (english) ink.operators.push('/Span <</Lang (en)>> BDC')
  const before = ink.operators.length
  drawItem(ink, item, fields, photo)
  if (ink.operators.length === before) {
    ink.operators.length = begin - 1
    return
  }
  ink.operators.push(english ? 'EMC EMC' : 'EMC')
  if (role) marks.push({ role, at, row: item.row, mcid, alt: altOf(item, fields), box: item })
}

function roleOf(item: Drawable, photo: Picture | undefined): Mark['role'] | undefined {
  switch (item.t) {
    case 'rule':
    case 'frame':
    case 'rosette':
      return undefined
    case 'photo':
      return photo && 'Figure'
    case 'qr':
    case 'seal':
      return 'Figure'
    default:
      return 'v' in item && item.v.includes('{{title_zh}}') ? 'H1' : 'P'
  }
}

function isEnglish(text: string): boolean {
  return /^[A-Za-z\d\s\p{P}]+$/u.test(text) && /[a-z]{2}|[A-Z]{4}/.test(text)
}

/** The address in a QR code is said without its signed digest, which nobody could follow by ear. */
function altOf(item: Drawable, fields: Fields | undefined): string {
  if (item.t === 'photo') return '持证人照片'
  if (item.t === 'qr') return `查验二维码 ${textOf(item, fields).split('#')[0]}`
  if (item.t === 'seal') return `印章 ${textOf(item, fields)} ${item.bottom}`
  return ''
}

/** The catalog's tree of what is read aloud, in the order of the layout; the parts of one field are one paragraph. A signature comes last. */
export function structureTree(context: PDFContext, page: PDFRef, marks: Mark[], signature?: PDFRef): PDFRef {
  const root = context.nextRef()
  const document = context.nextRef()
  const parents: PDFRef[] = []
  const rows = Map.groupBy(
    marks.toSorted((a, b) => a.at - b.at),
    ({ row }) => row,
  )
  const kids = [...rows.values()].map((row) => {
    const element = context.register(elementOf(context, row, document, page))
    for (const { mcid } of row) parents[mcid] = element
    return element
  })
  const numbers: unknown[] = [0, parents]
  if (signature) {
    const reference = { Type: 'OBJR', Obj: signature, Pg: page }
    const form = context.register(context.obj({ S: 'Form', P: document, K: reference }))
    kids.push(form)
    numbers.push(1, form)
  }
  context.assign(document, context.obj({ S: 'Document', P: root, K: kids }))
  context.assign(
    root,
    context.obj({
      Type: 'StructTreeRoot',
      K: document,
      ParentTree: { Nums: numbers as PDFRef[] },
      ParentTreeNextKey: 2,
    }),
  )
  return root
}

function elementOf(context: PDFContext, row: Mark[], parent: PDFRef, page: PDFRef) {
  const { role, alt, box } = row[0]!
  const numbers = row.map(({ mcid }) => mcid)
  const element = { S: role, P: parent, Pg: page, K: numbers.length === 1 ? numbers[0]! : numbers }
  if (role !== 'Figure') return context.obj(element)
  const corners = [box.x, box.y, box.x + box.w, box.y + box.h].map((length) => Number(n(length)))
  return context.obj({
    ...element,
    Alt: PDFHexString.fromText(alt),
    Lang: PDFString.of('zh-CN'),
    A: { O: 'Layout', Placement: 'Block', BBox: corners },
  })
}
