/** Hides how a TrueType font is read: which glyph a character has, its outline and how wide it is. */

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
      version ??= `${(nameOf(view, at('name'), 5) ?? '').split(';')[0]} ${createHash('sha256').update(bytes).digest('hex').slice(0, 16)}`
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

function fault(problem: string): never {
  throw new Error(`The certificate typeface cannot be used: ${problem}.`)
}
