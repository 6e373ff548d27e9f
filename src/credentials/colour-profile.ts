/** Hides the ICC format: the sRGB colour space of IEC 61966-2-1 as a profile of half a kilobyte (ICC.1:2004-10, version 4). */

import { strToU8 } from 'fflate'

/** Columns of the matrix from linear sRGB to XYZ under D50, and D50 itself. */
const COLOURS = {
  rXYZ: [0.43607, 0.22249, 0.01392],
  gXYZ: [0.38515, 0.71687, 0.09708],
  bXYZ: [0.14307, 0.06061, 0.7141],
  wtpt: [0.9642, 1, 0.82491],
}
/** D65 to D50 (Bradford), as ICC.1 prints it for sRGB. */
const ADAPTATION = [1.04788, 0.02292, -0.05022, 0.02959, 0.99048, -0.01707, -0.00925, 0.01508, 0.75168]
/** Exponent, a, b, c, d of the curve. */
const CURVE = [2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045]

export function srgbProfile(): Uint8Array {
  const curve = tag('para', [0, 3, 0, 0], CURVE)
  const tags: [string, Uint8Array][] = [
    ['desc', text('sRGB')],
    ['cprt', text('CC0')],
    ...Object.entries(COLOURS).map(([name, xyz]): [string, Uint8Array] => [name, tag('XYZ ', [], xyz)]),
    ['chad', tag('sf32', [], ADAPTATION)],
    ['rTRC', curve],
    ['gTRC', curve],
    ['bTRC', curve],
  ]
  const parts = [...new Set(tags.map(([, data]) => data))]
  const start = 128 + 4 + 12 * tags.length
  const offsets = parts.map((_, index) => parts.slice(0, index).reduce((sum, { length }) => sum + length, start))
  const profile = new Uint8Array(parts.reduce((sum, { length }) => sum + length, start))
  const view = new DataView(profile.buffer)
  const write = (at: number, name: string) => profile.set(strToU8(name), at)
  view.setUint32(0, profile.length)
  view.setUint32(8, 0x04200000)
  write(12, 'mntrRGB XYZ ')
  ;[2026, 1, 1].forEach((part, index) => {
    view.setUint16(24 + 2 * index, part)
  })
  write(36, 'acsp')
  COLOURS.wtpt.forEach((value, index) => {
    view.setInt32(68 + 4 * index, fixed(value))
  })
  view.setUint32(128, tags.length)
  tags.forEach(([name, data], index) => {
    write(132 + 12 * index, name)
    view.setUint32(136 + 12 * index, offsets[parts.indexOf(data)]!)
    view.setUint32(140 + 12 * index, data.length)
  })
  parts.forEach((data, index) => {
    profile.set(data, offsets[index])
  })
  return profile
}

/** A tag of fixed-point numbers, after the bytes that say which kind it is. */
function tag(type: string, head: number[], values: number[]): Uint8Array {
  const bytes = new Uint8Array(8 + head.length + 4 * values.length)
  const view = new DataView(bytes.buffer)
  bytes.set(strToU8(type))
  bytes.set(head, 8)
  values.forEach((value, index) => {
    view.setInt32(8 + head.length + 4 * index, fixed(value))
  })
  return bytes
}

/** An English text in Unicode. */
function text(words: string): Uint8Array {
  const size = 28 + 2 * words.length
  const bytes = new Uint8Array((size + 3) & ~3)
  const view = new DataView(bytes.buffer)
  bytes.set(strToU8('mluc'))
  ;[1, 12, 0x656e5553, 2 * words.length, 28].forEach((value, index) => {
    view.setUint32(8 + 4 * index, value)
  })
  Array.from(words).forEach((letter, index) => {
    view.setUint16(28 + 2 * index, letter.charCodeAt(0))
  })
  return bytes
}

function fixed(value: number): number {
  return Math.round(value * 65536)
}
