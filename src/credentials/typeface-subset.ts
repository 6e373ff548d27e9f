/** Hides how a TrueType font is written: a small exact font of just the characters used, and what they stand for. */

import type { Typeface } from './typeface.ts'

/** The characters of one face that one PDF font carries; the number of a character is its CID and its glyph number. */
export interface Subset {
  face: Typeface
  glyphs: number[]
  /** what each glyph stands for when text is copied out of the document; 0 for a part of another glyph */
  meanings: number[]
  cids: Map<number, number>
  /** glyphs that others are put together from, by their number in the face */
  parts: Map<number, number>
}

export function startSubset(face: Typeface): Subset {
  return { face, glyphs: [0], meanings: [0], cids: new Map(), parts: new Map() }
}

/**
 * The CID of a character, taking it into the subset when it is new. `form` is the character whose shape is drawn,
 * where it differs from the meaning (︵ for （ in a vertical column). Characters that share a shape keep separate CIDs,
 * so that copied text is exact.
 */
export function cidOf(subset: Subset, codePoint: number, form = codePoint): number {
  const known = subset.cids.get(form)
  if (known !== undefined) return known
  const cid = take(subset, subset.face.glyphOf(form), codePoint)
  subset.cids.set(form, cid)
  return cid
}

function take(subset: Subset, glyph: number, meaning: number): number {
  const cid = subset.glyphs.push(glyph) - 1
  subset.meanings.push(meaning)
  for (const { part } of partsOf(subset.face.outline(glyph)))
    if (!subset.parts.has(part)) {
      subset.parts.set(part, 0) // before its own parts: a font that goes in circles must not
      subset.parts.set(part, take(subset, part, 0))
    }
  return cid
}

/** A TrueType file with only the subset's glyphs, outlines and advance widths unchanged. */
export function subsetFont({ face, glyphs, parts }: Subset): Uint8Array {
  const count = glyphs.length
  const outlines = glyphs.map((glyph) => renumbered(face.outline(glyph), parts))
  const loca = new DataView(new ArrayBuffer(4 * (count + 1)))
  let end = 0
  outlines.forEach((outline, index) => {
    end += padded(outline.length)
    loca.setUint32(4 * (index + 1), end)
  })
  const glyf = new Uint8Array(end)
  outlines.forEach((outline, index) => {
    glyf.set(outline, loca.getUint32(4 * index))
  })
  const tables: [string, Uint8Array][] = [
    ['glyf', glyf],
    ['head', patched(face, 'head', [8, 0], [10, 0], [50, 1])], // no checksum yet, long loca
    ['hhea', patched(face, 'hhea', [34, count])],
    ['hmtx', horizontalMetrics(face, glyphs)],
    ['loca', new Uint8Array(loca.buffer)],
    ['maxp', patched(face, 'maxp', [4, count])],
  ]
  // programs of the font that its outlines may call
  for (const tag of ['prep', 'cvt ', 'fpgm']) {
    const program = face.table(tag)
    if (program) tables.push([tag, program])
  }
  return fontFile(tables)
}

/** The glyphs that a composite glyph is put together from, and where their numbers stand in its outline. */
function partsOf(outline: Uint8Array): { at: number; part: number }[] {
  const parts: { at: number; part: number }[] = []
  if (outline.length === 0 || outline[0]! < 0x80) return parts
  const view = new DataView(outline.buffer, outline.byteOffset, outline.byteLength)
  for (let at = 10, flags: number = MORE; flags & MORE; ) {
    flags = view.getUint16(at)
    parts.push({ at: at + 2, part: view.getUint16(at + 2) })
    at += 4 + (flags & WORDS ? 4 : 2) + (flags & SCALE ? 2 : flags & TWO_SCALES ? 4 : flags & MATRIX ? 8 : 0)
  }
  return parts
}
const [WORDS, SCALE, MORE, TWO_SCALES, MATRIX] = [0x1, 0x8, 0x20, 0x40, 0x80] as const

function renumbered(outline: Uint8Array, parts: Map<number, number>): Uint8Array {
  const found = partsOf(outline)
  if (found.length === 0) return outline
  const copy = outline.slice()
  for (const { at, part } of found) new DataView(copy.buffer).setUint16(at, parts.get(part)!)
  return copy
}

/** Advance widths by CID, from CID 0, in 1/1000 of the type size. */
export function subsetWidths({ face, glyphs }: Subset): number[] {
  return glyphs.map((glyph) => face.advance(glyph))
}

/** The ToUnicode CMap of the subset: every CID to exactly one character. */
export function toUnicode({ meanings }: Subset): string {
  const lines: string[] = []
  const pairs = meanings.flatMap((codePoint, cid) =>
    codePoint === 0 ? [] : [`<${hex16(cid)}> <${utf16Hex(codePoint)}>`],
  )
  for (let start = 0; start < pairs.length; start += 100) {
    const block = pairs.slice(start, start + 100)
    lines.push(`${block.length} beginbfchar`, ...block, 'endbfchar')
  }
  return `/CIDInit /ProcSet findresource begin 12 dict begin begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def /CMapType 2 def
1 begincodespacerange <0000> <FFFF> endcodespacerange
${lines.join('\n')}
endcmap CMapName currentdict /CMap defineresource pop end end`
}

export function hex16(value: number): string {
  return (0x10000 + value).toString(16).slice(1)
}

export function utf16Hex(codePoint: number): string {
  if (codePoint < 0x10000) return hex16(codePoint)
  const rest = codePoint - 0x10000
  return hex16(0xd800 + (rest >> 10)) + hex16(0xdc00 + (rest & 0x3ff))
}

function horizontalMetrics(face: Typeface, glyphs: number[]): Uint8Array {
  const source = face.table('hmtx')!
  const long = face.table('hhea')!
  const longCount = long[34]! * 256 + long[35]!
  const metrics = new Uint8Array(4 * glyphs.length)
  glyphs.forEach((glyph, index) => {
    const advanceAt = 4 * Math.min(glyph, longCount - 1)
    const bearingAt = glyph < longCount ? advanceAt + 2 : 4 * longCount + 2 * (glyph - longCount)
    metrics.set(source.subarray(advanceAt, advanceAt + 2), 4 * index)
    metrics.set(source.subarray(bearingAt, bearingAt + 2), 4 * index + 2)
  })
  return metrics
}

/** A copy of a table with 16-bit values replaced: pairs of offset and value. */
function patched(face: Typeface, tag: string, ...patches: [number, number][]): Uint8Array {
  const copy = new Uint8Array(face.table(tag)!)
  const view = new DataView(copy.buffer)
  for (const [offset, value] of patches) view.setUint16(offset, value)
  return copy
}

function fontFile(tables: [string, Uint8Array][]): Uint8Array {
  const directory = 12 + 16 * tables.length
  const bytes = new Uint8Array(tables.reduce((size, [, data]) => size + padded(data.length), directory))
  const view = new DataView(bytes.buffer)
  const largestPower = 31 - Math.clz32(tables.length)
  view.setUint32(0, 0x00010000)
  view.setUint16(4, tables.length)
  view.setUint16(6, 16 << largestPower)
  view.setUint16(8, largestPower)
  view.setUint16(10, 16 * tables.length - (16 << largestPower))
  let offset = directory
  let head = 0
  tables.forEach(([tag, data], index) => {
    if (tag === 'head') head = offset
    bytes.set(data, offset)
    const entry = 12 + 16 * index
    for (let i = 0; i < 4; i++) bytes[entry + i] = tag.charCodeAt(i)
    view.setUint32(entry + 4, checksum(view, offset, padded(data.length)))
    view.setUint32(entry + 8, offset)
    view.setUint32(entry + 12, data.length)
    offset += padded(data.length)
  })
  view.setUint32(head + 8, 0xb1b0afba - checksum(view, 0, bytes.length))
  return bytes
}

function checksum(view: DataView, offset: number, length: number): number {
  let sum = 0
  for (let at = offset; at < offset + length; at += 4) sum = (sum + view.getUint32(at)) >>> 0
  return sum
}

function padded(length: number): number {
  return (length + 3) & ~3
}
