/** Hides the TrueType format: which glyph a character has, how wide it is, and a small exact font of just the characters used. */

import { createHash } from 'node:crypto'

export interface Typeface {
  postscript_name: string
  /** what the font says of itself, and the start of the SHA-256 of its file */
  version(): string
  /** ascent, descent, cap height and bounding box in 1/1000 of the type size */
  metrics: { ascent: number; descent: number; cap_height: number; bbox: number[] }
  /** 0 when the face has no glyph for the character */
  glyphOf(codePoint: number): number
  /** advance width in 1/1000 of the type size */
  advance(glyph: number): number
  outline(glyph: number): Uint8Array
  table(tag: string): Uint8Array | undefined
}

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

/**
 * Reads a TrueType font (glyf outlines, cmap format 12); the bytes are kept, not copied.
 * @throws Error for any other kind of font: that is a fault of the installation, not of a user
 */
export function parseTypeface(bytes: Uint8Array): Typeface {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const tables = tableDirectory(view)
  const at = (tag: string) => tables.get(tag)?.offset ?? fault(`table ${tag} is missing`)
  const head = at('head')
  const scale = 1000 / view.getUint16(head + 18)
  const metric = (offset: number) => Math.round(view.getInt16(offset) * scale)
  const longLoca = view.getInt16(head + 50) === 1
  const [loca, glyf, hmtx, hhea] = [at('loca'), at('glyf'), at('hmtx'), at('hhea')]
  const offsetOf = (glyph: number) =>
    longLoca ? view.getUint32(loca + 4 * glyph) : 2 * view.getUint16(loca + 2 * glyph)
  const lastMetric = view.getUint16(hhea + 34) - 1
  let version: string | undefined
  return {
    postscript_name: nameOf(view, at('name'), 6) ?? fault('the name table has no PostScript name'),
    version: () => {
      version ??= `${nameOf(view, at('name'), 5) ?? ''} ${createHash('sha256').update(bytes).digest('hex').slice(0, 16)}`
      return version
    },
    metrics: {
      ascent: metric(hhea + 4),
      descent: metric(hhea + 6),
      cap_height: tables.get('OS/2')!.length > 88 ? metric(at('OS/2') + 88) : metric(hhea + 4),
      bbox: [36, 38, 40, 42].map((offset) => metric(head + offset)),
    },
    glyphOf: characterMap(view, at('cmap')),
    advance: (glyph) => view.getUint16(hmtx + 4 * Math.min(glyph, lastMetric)) * scale,
    outline: (glyph) => bytes.subarray(glyf + offsetOf(glyph), glyf + offsetOf(glyph + 1)),
    table: (tag) => {
      const table = tables.get(tag)
      return table && bytes.subarray(table.offset, table.offset + table.length)
    },
  }
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

function utf16Hex(codePoint: number): string {
  if (codePoint < 0x10000) return hex16(codePoint)
  const rest = codePoint - 0x10000
  return hex16(0xd800 + (rest >> 10)) + hex16(0xdc00 + (rest & 0x3ff))
}

function tableDirectory(view: DataView): Map<string, { offset: number; length: number }> {
  const tables = new Map<string, { offset: number; length: number }>()
  for (let entry = 12; entry < 12 + 16 * view.getUint16(4); entry += 16) {
    const tag = String.fromCharCode(...[0, 1, 2, 3].map((index) => view.getUint8(entry + index)))
    tables.set(tag, { offset: view.getUint32(entry + 8), length: view.getUint32(entry + 12) })
  }
  return tables
}

function characterMap(view: DataView, cmap: number): (codePoint: number) => number {
  const subtables = Array.from(
    { length: view.getUint16(cmap + 2) },
    (_, index) => cmap + view.getUint32(cmap + 8 + 8 * index),
  )
  const full = subtables.find((offset) => view.getUint16(offset) === 12) ?? fault('there is no cmap of format 12')
  const groups = full + 16
  const count = view.getUint32(full + 12)
  return (codePoint) => {
    let low = 0
    let high = count
    while (low < high) {
      const middle = (low + high) >> 1
      if (view.getUint32(groups + 12 * middle + 4) < codePoint) low = middle + 1
      else high = middle
    }
    const group = groups + 12 * low
    if (low === count || view.getUint32(group) > codePoint) return 0
    return view.getUint32(group + 8) + codePoint - view.getUint32(group)
  }
}

/** A name for Windows, by its number. */
function nameOf(view: DataView, name: number, id: number): string | undefined {
  const strings = name + view.getUint16(name + 4)
  for (let record = name + 6; record < name + 6 + 12 * view.getUint16(name + 2); record += 12) {
    if (view.getUint16(record) !== 3 || view.getUint16(record + 6) !== id) continue
    const start = strings + view.getUint16(record + 10)
    const units = Array.from({ length: view.getUint16(record + 8) / 2 }, (_, i) => view.getUint16(start + 2 * i))
    return String.fromCharCode(...units)
  }
  return undefined
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

function fault(problem: string): never {
  throw new Error(`The certificate typeface cannot be used: ${problem}.`)
}
