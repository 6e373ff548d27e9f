/** Hides how pictures of characters become a font (Type 3): they print in the colour and size of the text, and are copied as the character. */
import { strToU8 } from 'fflate'
import type { PDFContext, PDFRef } from 'pdf-lib'
import { deflated } from './certificate-fonts.ts'
import { type Bitmap, readGlyph } from './glyph-bitmap.ts'
import { utf16Hex } from './typeface-subset.ts'

/** A Chinese character fills this much of its square, whose middle stands so far above the baseline (em). */
const [FILL, MIDDLE] = [0.92, 0.38]

/**
 * The font of these characters, the first under code 1, the next under 2 and so on; each is as wide as its size.
 * @param images the PNG by character, as it was checked when it was uploaded
 */
export function embedGlyphImages(context: PDFContext, characters: string[], images: Map<string, Uint8Array>): PDFRef {
  const bitmaps = characters.map((character) => bitmapOf(images.get(character)!))
  const masks = bitmaps.map((bitmap) => context.register(maskOf(context, bitmap)))
  const name = (index: number) => `g${index + 1}`
  const font = context.obj({
    Type: 'Font',
    Subtype: 'Type3',
    FontBBox: [0, -120, 1000, 880],
    FontMatrix: [0.001, 0, 0, 0.001, 0, 0],
    FirstChar: 1,
    LastChar: characters.length,
    Widths: characters.map(() => 1000),
    Encoding: { Type: 'Encoding', Differences: [1, ...characters.map((_, index) => name(index))] },
    CharProcs: Object.fromEntries(
      bitmaps.map((bitmap, index) => [name(index), context.register(context.stream(drawn(bitmap, name(index))))]),
    ),
    Resources: { XObject: Object.fromEntries(masks.map((mask, index) => [name(index), mask])) },
    ToUnicode: context.register(deflated(context, strToU8(toUnicode(characters)))),
  })
  return context.register(font)
}

function bitmapOf(png: Uint8Array): Bitmap {
  const glyph = readGlyph(png)
  if (!glyph.ok) throw new Error(`the picture of a character is no longer read: ${glyph.code}`)
  return glyph.bitmap
}

function maskOf(context: PDFContext, { width, height, bits }: Bitmap) {
  const mask = { Type: 'XObject', Subtype: 'Image', Width: width, Height: height, ImageMask: true, BitsPerComponent: 1 }
  return deflated(context, bits, mask)
}

function drawn({ width, height }: Bitmap, name: string): string {
  const scale = (1000 * FILL) / Math.max(width, height)
  const [w, h] = [width * scale, height * scale].map(Math.round) as [number, number]
  const [x, y] = [Math.round(500 - w / 2), Math.round(1000 * MIDDLE - h / 2)]
  return `1000 0 0 -120 1000 880 d1 q ${w} 0 0 ${h} ${x} ${y} cm /${name} Do Q`
}

function toUnicode(characters: string[]): string {
  const lines = characters.map(
    (character, index) => `<${(index + 1).toString(16).padStart(2, '0')}> <${utf16Hex(character.codePointAt(0)!)}>`,
  )
  return `/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<00> <ff>
endcodespacerange
${lines.length} beginbfchar
${lines.join('\n')}
endbfchar
endcmap
CMapName currentdict /CMap defineresource pop
end
end`
}
