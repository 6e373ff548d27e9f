/** Hides how a certificate is read aloud: every item is a heading, a paragraph, a picture with words for it, or decoration, in the order of the layout. */

import { PDFContext, PDFHexString, type PDFObject, type PDFRef } from 'pdf-lib'
import { type Ink, n } from './certificate-ink.ts'
import { type Drawable, drawItem, type Fields, type Layout, textOf } from './certificate-layout.ts'
import type { Picture } from './certificate-ornament.ts'
import type { Box } from './certificate-text.ts'
import { written } from './pdf-objects.ts'

/** A drawn item that is read aloud. */
export interface Mark {
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

/** The catalog's tree of what is read aloud; all but the words for pictures is the same whenever the same items are drawn. */
export interface Tree {
  root: PDFRef
  objects: [PDFRef, PDFObject][]
  pictures: { ref: PDFRef; document: PDFRef }[]
  last: number
}

/**
 * Makes a tree in the order of the layout; the parts of one field are one paragraph, a signature comes last.
 * @param after the last object number that is taken
 */
export function growTree(after: number, page: PDFRef, rows: Mark[][], signature?: PDFRef): Tree {
  const context = PDFContext.create()
  context.largestObjectNumber = after
  const root = context.nextRef()
  const document = context.nextRef()
  const parents: PDFRef[] = []
  const pictures: Tree['pictures'] = []
  const kids = rows.map((row) => {
    const ref = context.nextRef()
    const numbers = row.map(({ mcid }) => mcid)
    for (const number of numbers) parents[number] = ref
    if (row[0]!.role === 'Figure') pictures.push({ ref, document })
    else context.assign(ref, context.obj({ S: row[0]!.role, P: document, Pg: page, K: numbers }))
    return ref
  })
  const numbers: (PDFRef | PDFRef[] | number)[] = [0, parents]
  if (signature) {
    const reference = { Type: 'OBJR', Obj: signature, Pg: page }
    const form = context.register(context.obj({ S: 'Form', P: document, K: reference }))
    kids.push(form)
    numbers.push(1, form)
  }
  context.assign(document, context.obj({ S: 'Document', P: root, K: kids }))
  const parentTree = { Nums: numbers }
  context.assign(
    root,
    context.obj({ Type: 'StructTreeRoot', K: document, ParentTree: parentTree, ParentTreeNextKey: 2 }),
  )
  const objects = context.enumerateIndirectObjects().map(([ref, object]): [PDFRef, PDFObject] => [ref, written(object)])
  return { root, objects, pictures, last: context.largestObjectNumber }
}

/** What is read aloud, paragraph by paragraph. */
export function rowsOf(marks: Mark[]): Mark[][] {
  const inOrder = marks.toSorted((a, b) => a.at - b.at)
  return [...Map.groupBy(inOrder, ({ row }) => row).values()]
}

/** Puts a tree into a file, with the words for its pictures. */
export function plantTree(context: PDFContext, page: PDFRef, tree: Tree, rows: Mark[][]): void {
  for (const [ref, object] of tree.objects) context.assign(ref, object)
  context.largestObjectNumber = tree.last
  const figures = rows.flatMap((row) => (row[0]!.role === 'Figure' ? [row[0]!] : []))
  figures.forEach(({ alt, box, mcid }, index) => {
    const { ref, document } = tree.pictures[index]!
    const corners = [box.x, box.y, box.x + box.w, box.y + box.h].map((length) => Number(n(length)))
    const words = { Alt: PDFHexString.fromText(alt), A: { O: 'Layout', Placement: 'Block', BBox: corners } }
    context.assign(ref, context.obj({ S: 'Figure', P: document, Pg: page, K: mcid, ...words }))
  })
}
