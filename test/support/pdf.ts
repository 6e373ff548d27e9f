/** Hides the two independent readers of our PDFs (pdfium and pdf.js), and the PDF that a certificate would be with whole fonts in it. */

import { PDFiumLibrary } from '@hyzyla/pdfium'
import * as fontkit from 'fontkit'
import jsQR from 'jsqr'
import {
  decodePDFRawStream,
  PDFArray,
  PDFDict,
  PDFDocument,
  type PDFFont,
  PDFHexString,
  PDFName,
  type PDFRawStream,
  type PDFRef,
} from 'pdf-lib'
import { getDocument, VerbosityLevel } from 'pdfjs-dist/legacy/build/pdf.mjs'

export interface Raster {
  width: number
  height: number
  /** RGBA */
  data: Uint8Array
}

const pdfium = PDFiumLibrary.init()

/** A page as pixels, by pdfium; the first unless told otherwise. */
export async function rasterise(pdf: Uint8Array, dpi: number, page = 0): Promise<Raster> {
  const document = await (await pdfium).loadDocument(pdf)
  try {
    return await document.getPage(page).render({ scale: dpi / 72, render: async ({ data }) => data.slice() })
  } finally {
    document.destroy()
  }
}

/** How many pages pdfium counts. */
export async function pageCount(pdf: Uint8Array): Promise<number> {
  const document = await (await pdfium).loadDocument(pdf)
  try {
    return document.getPageCount()
  } finally {
    document.destroy()
  }
}

/** All text of the first page, by pdfium. */
export async function pdfiumText(pdf: Uint8Array): Promise<string> {
  const document = await (await pdfium).loadDocument(pdf)
  try {
    return document.getPage(0).getText()
  } finally {
    document.destroy()
  }
}

interface PlacedText {
  text: string
  /** in points; y is the baseline, measured from the lower edge */
  x: number
  y: number
  width: number
  upright: boolean
}

/** The pieces of text of the first page and where they stand, by pdf.js. */
export async function pdfjsText(pdf: Uint8Array): Promise<PlacedText[]> {
  const task = getDocument({ data: pdf.slice(), verbosity: VerbosityLevel.ERRORS })
  try {
    const page = await (await task.promise).getPage(1)
    const { items } = await page.getTextContent({ disableNormalization: true })
    return items
      .filter((item) => 'str' in item)
      .map(({ str, transform, width }) => {
        const [, slope, , , x, y] = transform as number[]
        return { text: str, x: x!, y: y!, width, upright: slope === 0 }
      })
  } finally {
    await task.destroy()
  }
}

/** What the QR code on a page says, or undefined when it cannot be read. */
export function qrText({ data, width, height }: Raster): string | undefined {
  return jsQR.default(new Uint8ClampedArray(data), width, height)?.data
}

/** How many pixels differ by more than a shade. */
export function differingPixels(a: Raster, b: Raster): number {
  let count = 0
  for (let at = 0; at < a.data.length; at += 4)
    if ([0, 1, 2].some((channel) => Math.abs(a.data[at + channel]! - b.data[at + channel]!) > 32)) count++
  return count
}

const SHOWN = /\/([\w-]+) ([\d.]+) Tf <([0-9a-f]+)> Tj/g

/**
 * The same page with every subset font replaced by the whole typeface, embedded by fontkit, each character looked up
 * there anew. When a subset lost or changed a glyph, the two pages look different, though their text is the same.
 * @param files the font files by PostScript name
 */
export async function withWholeFonts(pdf: Uint8Array, files: Record<string, Uint8Array>): Promise<Uint8Array> {
  const document = await PDFDocument.load(pdf, { updateMetadata: false })
  document.registerFontkit(fontkit as unknown as Parameters<PDFDocument['registerFontkit']>[0])
  const whole = new Map<string, PDFFont>()
  const { context } = document
  // nobody keeps the file, and packing whole fonts takes seconds
  context.flateStream = context.stream
  const page = document.getPage(0).node
  const resources = page.Resources()!.lookup(PDFName.of('Font'), PDFDict)
  const meanings = new Map<string, { font: PDFFont; characters: Map<string, string> }>()
  for (const [key, reference] of resources.entries()) {
    const dictionary = context.lookup(reference, PDFDict)
    const name = dictionary.lookup(PDFName.of('BaseFont'), PDFName).decodeText().split('+')[1]!
    const font = whole.get(name) ?? (await document.embedFont(files[name]!, { subset: false }))
    whole.set(name, font)
    meanings.set(key.decodeText(), { font, characters: toUnicodeOf(dictionary) })
    resources.set(key, font.ref)
  }
  for (const reference of page.lookup(PDFName.of('Contents'), PDFArray).asArray()) {
    const content = decoded(context.lookup(reference as PDFRef) as PDFRawStream)
    const rewritten = content.replace(SHOWN, (_, key: string, size: string, codes: string) => {
      const { font, characters } = meanings.get(key)!
      const text = codes.match(/.{4}/g)!.map((code) => font.encodeText(characters.get(code)!).asString())
      return `/${key} ${size} Tf ${PDFHexString.of(text.join(''))} Tj`
    })
    context.assign(reference as PDFRef, context.flateStream(rewritten))
  }
  return document.save()
}

/** The fonts embedded in a PDF: their file and what each glyph stands for, by resource name. */
export async function embeddedFonts(pdf: Uint8Array) {
  const document = await PDFDocument.load(pdf, { updateMetadata: false })
  const resources = document.getPage(0).node.Resources()!.lookup(PDFName.of('Font'), PDFDict)
  return resources.keys().map((key) => {
    const dictionary = resources.lookup(key, PDFDict)
    const descendant = dictionary.lookup(PDFName.of('DescendantFonts'), PDFArray).lookup(0, PDFDict)
    const descriptor = descendant.lookup(PDFName.of('FontDescriptor'), PDFDict)
    const file = descriptor.lookup(PDFName.of('FontFile2')) as PDFRawStream
    const widths = descendant.lookup(PDFName.of('W'), PDFArray).lookup(1, PDFArray).asArray().map(Number)
    return { file: decodePDFRawStream(file).decode(), widths, characters: toUnicodeOf(dictionary) }
  })
}

/** Character by four-digit code, from the ToUnicode map. */
function toUnicodeOf(font: PDFDict): Map<string, string> {
  const map = decoded(font.lookup(PDFName.of('ToUnicode')) as PDFRawStream)
  return new Map(
    [...map.matchAll(/<([0-9a-f]{4})> <([0-9a-f]+)>/g)].map(([, code, units]) => [
      code!,
      String.fromCharCode(...units!.match(/.{4}/g)!.map((unit) => Number.parseInt(unit, 16))),
    ]),
  )
}

function decoded(stream: PDFRawStream): string {
  return Buffer.from(decodePDFRawStream(stream).decode()).toString('latin1')
}

/** What a screen reader says of the first page, by pdf.js: the role, then the words or what stands in for a picture, in the order of the tags. */
export async function readAloud(pdf: Uint8Array): Promise<{ said: string[]; untagged: string }> {
  const task = getDocument({ data: pdf.slice(), verbosity: VerbosityLevel.ERRORS })
  try {
    const page = await (await task.promise).getPage(1)
    const { items } = await page.getTextContent({ includeMarkedContent: true, disableNormalization: true })
    const words = new Map<string, string>()
    const open: string[] = []
    let untagged = ''
    for (const item of items)
      if (!('type' in item)) {
        const id = open.findLast((mark) => mark !== '')
        if (id === undefined) untagged += item.str
        else words.set(id, (words.get(id) ?? '') + item.str)
      } else if (item.type === 'endMarkedContent') open.pop()
      else open.push(item.id ?? '')
    const said: string[] = []
    const say = (node: StructNode) => {
      if ('id' in node) return
      const text = contentOf(node, words)
      if (node.alt) said.push(`${node.role} ${node.alt}`)
      else if (text.length > 0) said.push(`${node.role} ${text.join(' ')}`)
      else for (const child of node.children ?? []) say(child)
    }
    say((await page.getStructTree()) as unknown as StructNode)
    return { said, untagged }
  } finally {
    await task.destroy()
  }
}

type StructNode = { id: string } | { role: string; alt?: string; children?: StructNode[] }

function contentOf(node: StructNode, words: Map<string, string>): string[] {
  const children = 'children' in node ? node.children! : []
  return children.flatMap((child) => ('id' in child && words.has(child.id) ? [words.get(child.id)!] : []))
}
