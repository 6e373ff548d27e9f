/** Hides how a subset font sits in a PDF (Type 0, Identity-H, ToUnicode), and the packing of streams. */

import { strToU8, zlibSync } from 'fflate'
import { type PDFContext, type PDFObject, type PDFRef, PDFString } from 'pdf-lib'
import { type AnyFace, fontName, type Ink } from './certificate-ink.ts'
import { type Dictionary, stream } from './pdf-objects.ts'
import { type Subset, subsetFont, subsetWidths, toUnicode } from './typeface-subset.ts'

/** The fonts of an ink as resources; a face that drew nothing is left out. */
export function embedFonts(context: PDFContext, ink: Ink): Record<string, PDFRef> {
  // in an order of their own, whatever was drawn first: serif, sans, slices of rare characters
  const used = (Object.keys(ink.subsets) as AnyFace[]).sort().reverse()
  return Object.fromEntries(used.map((face) => [fontName(ink, face), embedFont(context, ink, ink.subsets[face]!)]))
}

function embedFont(context: PDFContext, { prefix, base, drawing }: Ink, subset: Subset): PDFRef {
  const { postscript_name, metrics } = subset.face
  const name = `HY${prefix}${subsetTag(subset)}+${postscript_name}`
  const file = subsetFont(subset)
  const least = base && drawing === 2 ? 4 * WORTH_PACKING : WORTH_PACKING
  const descriptor = context.obj({
    Type: 'FontDescriptor',
    FontName: name,
    Flags: 4, // symbolic: the characters are not those of a Latin encoding
    FontBBox: metrics.bbox,
    ItalicAngle: 0,
    Ascent: metrics.ascent,
    Descent: metrics.descent,
    CapHeight: metrics.cap_height,
    StemV: 80,
    FontFile2: context.register(deflated(context, file, { Length1: file.length }, least)),
  })
  const descendant = context.obj({
    Type: 'Font',
    Subtype: 'CIDFontType2',
    BaseFont: name,
    CIDSystemInfo: { Registry: PDFString.of('Adobe'), Ordering: PDFString.of('Identity'), Supplement: 0 },
    CIDToGIDMap: 'Identity',
    FontDescriptor: context.register(descriptor),
    W: [0, subsetWidths(subset)],
  })
  const font = context.obj({
    Type: 'Font',
    Subtype: 'Type0',
    BaseFont: name,
    Encoding: 'Identity-H',
    DescendantFonts: [context.register(descendant)],
    ToUnicode: context.register(deflated(context, toUnicode(subset), {}, least)),
  })
  return context.register(font)
}

/** Three letters from the characters: few enough names that pdf-lib, which keeps every name for ever, does not grow. */
function subsetTag(subset: Subset): string {
  const hash = subset.meanings.reduce((sum, codePoint) => (sum * 31 + codePoint) % 17576, 0)
  return [676, 26, 1].map((place) => String.fromCharCode(65 + (Math.floor(hash / place) % 26))).join('')
}

/** In bytes; a font of the few characters of one name saves hardly anything. */
const WORTH_PACKING = 1000

/**
 * A stream, packed where that is worth its time, by a deflate in JavaScript: the zlib of another platform may pack
 * differently, and the SHA-256 of a certificate is frozen.
 */
export function deflated(
  context: PDFContext,
  data: string | Uint8Array,
  dict: Dictionary = {},
  least = WORTH_PACKING,
): PDFObject {
  const bytes = typeof data === 'string' ? strToU8(data, true) : data
  if (bytes.length < least) return stream(context, bytes, dict)
  return stream(context, zlibSync(bytes, { level: 6 }), { ...dict, Filter: 'FlateDecode' })
}
