/** Hides how the pictures of the tests are made: a PNG of a thick cross, and the JPEGs a browser would send. */
import { crc32, deflateSync } from 'node:zlib'

interface PngOptions {
  /** 0 grey, 2 colour, 6 colour with alpha */
  colour?: 0 | 2 | 6
  depth?: 1 | 8
  /** whether a pixel is ink; a thick cross when left out */
  ink?: (x: number, y: number) => boolean
}

/** A PNG of black ink on white, or on nothing where it has alpha. */
export function png(
  width: number,
  height: number,
  { colour = 0, depth = 8, ink = cross(width) }: PngOptions = {},
): Buffer {
  const channels = { 0: 1, 2: 3, 6: 4 }[colour]
  const stride = Math.ceil((width * depth * channels) / 8)
  const rows = Buffer.alloc((stride + 1) * height)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const at = y * (stride + 1) + 1
      const black = ink(x, y)
      if (depth === 1) {
        if (!black) rows[at + (x >> 3)]! |= 128 >> (x & 7)
      } else if (colour === 6)
        rows.fill(black ? 0 : 255, at + 4 * x, at + 4 * x + 3).fill(black ? 255 : 0, at + 4 * x + 3, at + 4 * x + 4)
      else rows.fill(black ? 0 : 255, at + channels * x, at + channels * (x + 1))
    }
  const head = Buffer.alloc(13)
  head.writeUInt32BE(width)
  head.writeUInt32BE(height, 4)
  head.set([depth, colour], 8)
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  return Buffer.concat([
    signature,
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

/** Two bars over the middle, in the upper part of the picture. */
function cross(width: number) {
  const bar = width / 5
  return (x: number, y: number) =>
    y < 0.8 * width &&
    x > bar &&
    x < width - bar &&
    (Math.abs(x - width / 2) < bar / 2 || Math.abs(y - width / 2) < bar / 2)
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data])
  const frame = Buffer.alloc(body.length + 8)
  frame.writeUInt32BE(data.length)
  body.copy(frame, 4)
  frame.writeUInt32BE(crc32(body), body.length + 4)
  return frame
}
