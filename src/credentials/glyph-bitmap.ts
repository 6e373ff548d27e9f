/** Hides the PNG format: the picture of a character as black and white pixels, cut to its ink. */
import { unzlibSync } from 'fflate'
import type { Message } from '../platform/errors.ts'

/** At most so many bytes, and pixels a side. */
const GLYPH_BYTES = 256 * 1024
const [SMALLEST, LARGEST] = [96, 1024]

/** Rows from the top, eight pixels a byte, each row beginning a byte; 0 is ink, as in a PDF image mask. */
export interface Bitmap {
  width: number
  height: number
  bits: Uint8Array
}

export type CheckedGlyph = { ok: true; bitmap: Bitmap } | { ok: false; code: string; message: Message }

/** A half-tone is ink from here on, as darkness of 255. */
const THRESHOLD = 128

/**
 * The ink of a picture. Codes: `glyph.size`, `glyph.format` (no PNG, or a broken or interlaced one), `glyph.pixels` (ink smaller than 96
 * or picture larger than 1024 a side), `glyph.blank` (no ink, or nearly nothing else).
 */
export function readGlyph(png: Uint8Array): CheckedGlyph {
  if (png.length > GLYPH_BYTES)
    return wrong('size', '图片超过 256 KB，请存成黑白 PNG。', 'More than 256 KB: save it as a black and white PNG.')
  const head = headOf(png)
  if (head && (head.width > LARGEST || head.height > LARGEST))
    return wrong(
      'pixels',
      `图片有 ${head.width} × ${head.height} 像素，最多 ${LARGEST} × ${LARGEST}。`,
      `${head.width} × ${head.height} pixels; at most ${LARGEST} × ${LARGEST}.`,
    )
  const darkness = head && darknessOf(png, head)
  if (!head || !darkness)
    return wrong(
      'format',
      '不是 PNG 图片，或文件损坏、隔行存储。请另存为普通的 PNG。',
      'No PNG, or a broken or interlaced one: save it as an ordinary PNG.',
    )
  const bounds = inkOf(darkness, head.width)
  const ink = darkness.reduce((sum, dark) => sum + Number(dark >= THRESHOLD), 0)
  if (!bounds || ink > 0.6 * darkness.length)
    return wrong(
      'blank',
      '图片里看不出字：须是白底（或透明底）黑字，一张图一个字。',
      'There is no character to be seen: it must be black on white, or on nothing, one to a picture.',
    )
  const bitmap = cut(darkness, head.width, bounds)
  if (Math.max(bitmap.width, bitmap.height) < SMALLEST)
    return wrong(
      'pixels',
      `字只有 ${bitmap.width} × ${bitmap.height} 像素，印出来会有锯齿，至少 ${SMALLEST}，建议 500 左右。`,
      `The character has ${bitmap.width} × ${bitmap.height} pixels and would be ragged: at least ${SMALLEST}, better 500.`,
    )
  return { ok: true, bitmap }
}

interface Head {
  width: number
  height: number
  depth: number
  colour: number
}

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
/** Values a pixel by colour type: grey, colour, palette, grey with alpha, colour with alpha. */
const CHANNELS: Record<number, number> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 }

function headOf(png: Uint8Array): Head | null {
  if (png.length < 33 || SIGNATURE.some((byte, at) => png[at] !== byte)) return null
  const view = new DataView(png.buffer, png.byteOffset, png.length)
  const [depth, colour, interlaced] = [png[24]!, png[25]!, png[28]!]
  const size = { width: view.getUint32(16), height: view.getUint32(20) }
  if (!CHANNELS[colour] || ![1, 2, 4, 8, 16].includes(depth) || interlaced || !size.width || !size.height) return null
  return { ...size, depth, colour }
}

/** How dark each pixel is, 0 to 255, nothing being white. */
function darknessOf(png: Uint8Array, { width, height, depth, colour }: Head): Uint8Array | null {
  const chunks = chunksOf(png)
  const data = chunks.filter(({ type }) => type === 'IDAT').map(({ bytes }) => bytes)
  const palette = chunks.find(({ type }) => type === 'PLTE')?.bytes
  const clear = chunks.find(({ type }) => type === 'tRNS')?.bytes
  const channels = CHANNELS[colour]!
  const stride = Math.ceil((width * depth * channels) / 8)
  const rows = unpacked(data, (stride + 1) * height)
  if (!rows || (colour === 3 && !palette)) return null
  unfilter(rows, stride, height, Math.max(1, (depth * channels) / 8))
  const most = 2 ** depth - 1
  const value = (row: number, index: number) => {
    const bit = index * depth
    const at = row * (stride + 1) + 1 + (bit >> 3)
    if (depth === 16) return rows[at]! / 255
    return ((rows[at]! >> (8 - depth - (bit & 7))) & most) / most
  }
  const darkness = new Uint8Array(width * height)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const first = x * channels
      let [light, opaque] = [value(y, first), 1]
      if (colour === 3) {
        const entry = Math.round(light * most)
        light = luma(...([0, 1, 2].map((part) => (palette![3 * entry + part] ?? 0) / 255) as [number, number, number]))
        opaque = (clear?.[entry] ?? 255) / 255
      }
      if (colour === 2 || colour === 6) light = luma(light, value(y, first + 1), value(y, first + 2))
      if (colour === 4 || colour === 6) opaque = value(y, first + channels - 1)
      darkness[y * width + x] = Math.round(255 * opaque * (1 - light))
    }
  return darkness
}

function luma(red: number, green: number, blue: number): number {
  return 0.299 * red + 0.587 * green + 0.114 * blue
}

function chunksOf(png: Uint8Array): { type: string; bytes: Uint8Array }[] {
  const view = new DataView(png.buffer, png.byteOffset, png.length)
  const chunks: { type: string; bytes: Uint8Array }[] = []
  for (let at = 8; at + 12 <= png.length; ) {
    const length = view.getUint32(at)
    const type = String.fromCharCode(...png.subarray(at + 4, at + 8))
    chunks.push({ type, bytes: png.subarray(at + 8, at + 8 + length) })
    at += 12 + length
  }
  return chunks
}

/** Into as much room as the head says and no more, whatever is packed. */
function unpacked(parts: Uint8Array[], size: number): Uint8Array | null {
  const packed = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    packed.set(part, at)
    at += part.length
  }
  try {
    const rows = unzlibSync(packed, { out: new Uint8Array(size) })
    return rows.length === size ? rows : null
  } catch {
    return null
  }
}

/** Takes the filters of PNG back, in place: each byte was stored as its difference from neighbours. */
function unfilter(rows: Uint8Array, stride: number, height: number, pixel: number): void {
  for (let y = 0; y < height; y++) {
    const start = y * (stride + 1)
    const guess = GUESSES[rows[start]!] ?? GUESSES[0]!
    for (let x = 1; x <= stride; x++) {
      const at = start + x
      const left = x > pixel ? rows[at - pixel]! : 0
      const up = y > 0 ? rows[at - stride - 1]! : 0
      const corner = y > 0 && x > pixel ? rows[at - stride - 1 - pixel]! : 0
      rows[at] = (rows[at]! + guess(left, up, corner)) & 255
    }
  }
}

/** By the number of the filter. */
const GUESSES: ((left: number, up: number, corner: number) => number)[] = [
  () => 0,
  (left) => left,
  (_, up) => up,
  (left, up) => (left + up) >> 1,
  paeth,
]

function paeth(left: number, up: number, corner: number): number {
  const [a, b, c] = [Math.abs(up - corner), Math.abs(left - corner), Math.abs(left + up - 2 * corner)]
  if (a <= b && a <= c) return left
  return b <= c ? up : corner
}

interface Bounds {
  left: number
  top: number
  right: number
  bottom: number
}

function inkOf(darkness: Uint8Array, width: number): Bounds | null {
  const bounds = { left: width, top: Number.POSITIVE_INFINITY, right: -1, bottom: -1 }
  darkness.forEach((dark, at) => {
    if (dark < THRESHOLD) return
    const [x, y] = [at % width, Math.floor(at / width)]
    bounds.left = Math.min(bounds.left, x)
    bounds.right = Math.max(bounds.right, x)
    bounds.top = Math.min(bounds.top, y)
    bounds.bottom = Math.max(bounds.bottom, y)
  })
  return bounds.right < 0 ? null : bounds
}

function cut(darkness: Uint8Array, across: number, { left, top, right, bottom }: Bounds): Bitmap {
  const [width, height] = [right - left + 1, bottom - top + 1]
  const stride = Math.ceil(width / 8)
  const bits = new Uint8Array(stride * height).fill(255)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      if (darkness[(top + y) * across + left + x]! >= THRESHOLD) bits[y * stride + (x >> 3)]! &= ~(128 >> (x & 7))
  return { width, height, bits }
}

function wrong(code: string, zh: string, en: string): CheckedGlyph {
  return { ok: false, code: `glyph.${code}`, message: { zh, en } }
}
