/** Hides the TrueType format: which glyph a character has, how wide it is, and a small exact font of just the characters used. */

export interface Typeface {
  postscript_name: string
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
  /** what each glyph stands for when text is copied out of the document */
  meanings: number[]
  cids: Map<number, number>
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
  return {
    postscript_name: postscriptName(view, at('name')),
    metrics: {
      ascent: metric(hhea + 4),
      descent: metric(hhea + 6),
      cap_height: metric(at('OS/2') + 88),
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
  return { face, glyphs: [0], meanings: [0], cids: new Map() }
}

/**
 * The CID of a character, taking it into the subset when it is new. `form` is the character whose shape is drawn,
 * where it differs from the meaning (︵ for （ in a vertical column). Characters that share a shape keep separate CIDs,
 * so that copied text is exact.
 */
export function cidOf(subset: Subset, codePoint: number, form = codePoint): number {
  const known = subset.cids.get(form)
  if (known !== undefined) return known
  const cid = subset.glyphs.push(subset.face.glyphOf(form)) - 1
  subset.meanings.push(codePoint)
  subset.cids.set(form, cid)
  return cid
}

/** A TrueType file with only the subset's glyphs, outlines and advance widths unchanged. */
export function subsetFont({ face, glyphs }: Subset): Uint8Array {
  const count = glyphs.length
  const outlines = glyphs.map((glyph) => face.outline(glyph))
  const loca = new DataView(new ArrayBuffer(4 * (count + 1)))
  let end = 0
  outlines.forEach((outline, index) => {
    if (outline.length > 0 && outline[0]! >= 0x80) fault('composite glyphs are not supported')
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
  const prep = face.table('prep')
  if (prep) tables.push(['prep', prep])
  return fontFile(tables)
}

/** Advance widths by CID, from CID 0, in 1/1000 of the type size. */
export function subsetWidths({ face, glyphs }: Subset): number[] {
  return glyphs.map((glyph) => face.advance(glyph))
}

/** The ToUnicode CMap of the subset: every CID to exactly one character. */
export function toUnicode({ meanings }: Subset): string {
  const lines: string[] = []
  for (let cid = 1; cid < meanings.length; cid += 100) {
    const block = meanings.slice(cid, cid + 100)
    lines.push(`${block.length} beginbfchar`)
    block.forEach((codePoint, index) => {
      lines.push(`<${hex16(cid + index)}> <${utf16Hex(codePoint)}>`)
    })
    lines.push('endbfchar')
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

function postscriptName(view: DataView, name: number): string {
  const strings = name + view.getUint16(name + 4)
  for (let record = name + 6; record < name + 6 + 12 * view.getUint16(name + 2); record += 12) {
    if (view.getUint16(record) !== 3 || view.getUint16(record + 6) !== 6) continue
    const start = strings + view.getUint16(record + 10)
    const units = Array.from({ length: view.getUint16(record + 8) / 2 }, (_, i) => view.getUint16(start + 2 * i))
    return String.fromCharCode(...units)
  }
  return fault('the name table has no PostScript name')
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
