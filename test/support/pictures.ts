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

interface JpegOptions {
  /** 192 to 255, or 1 to 64: one shade for the whole picture */
  grey?: number
  /** segments after the start, such as {@link exif} */
  more?: Buffer[]
}

/** A JPEG of one shade of grey: every block but the first says that nothing changes. */
export function jpeg(width: number, height: number, { grey = 200, more = [] }: JpegOptions = {}): Buffer {
  const size = Buffer.alloc(4)
  size.writeUInt16BE(height)
  size.writeUInt16BE(width, 2)
  const difference = grey - 128
  const shade = (difference > 0 ? difference : difference + 127).toString(2).padStart(7, '0')
  const blocks = Math.ceil(width / 8) * Math.ceil(height / 8)
  const bits = `10${shade}0${'00'.repeat(blocks - 1)}`
  const scan = bits.padEnd(8 * Math.ceil(bits.length / 8), '1').match(/.{8}/g)!
  return Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    ...more,
    segment(0xdb, Buffer.from([0, ...Array(64).fill(8)])),
    segment(0xc0, Buffer.concat([Buffer.from([8]), size, Buffer.from([1, 1, 0x11, 0])])),
    // one bit for no change, two for a difference of seven bits
    segment(0xc4, Buffer.from([0x00, 1, 1, ...Array(14).fill(0), 0, 7])),
    segment(0xc4, Buffer.from([0x10, 1, ...Array(15).fill(0), 0])),
    segment(0xda, Buffer.from([1, 1, 0, 0, 63, 0])),
    ...scan.map((byte) => Buffer.from(byte === '11111111' ? [0xff, 0] : [Number.parseInt(byte, 2)])),
    Buffer.from([0xff, 0xd9]),
  ])
}

/** What a telephone writes beside the picture: which way is up, and where it was taken. */
export function exif(orientation: number, place = '30.2741N 120.1551E'): Buffer {
  const tiff = Buffer.alloc(26)
  tiff.write('MM')
  tiff.writeUInt16BE(42, 2)
  tiff.writeUInt32BE(8, 4)
  tiff.writeUInt16BE(1, 8)
  tiff.writeUInt16BE(0x0112, 10)
  tiff.writeUInt16BE(3, 12)
  tiff.writeUInt32BE(1, 14)
  tiff.writeUInt16BE(orientation, 18)
  return segment(0xe1, Buffer.concat([Buffer.from('Exif\0\0'), tiff, Buffer.from(place)]))
}

export function segment(marker: number, data: Buffer): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0])
  head.writeUInt16BE(data.length + 2, 2)
  return Buffer.concat([head, data])
}
