/** Hides the JPEG format: whether a file is a photo for a certificate, and the file without what it says beyond the picture (place, time, camera). */
import type { Message } from '../platform/errors.ts'

/** At most so many bytes. */
const PHOTO_BYTES = 500 * 1024
/** The photo of documents: 35 × 49 mm, 413 × 579 at 300 dots an inch; 295 × 413 is the smaller one of the same shape. */
const [WIDTH, HEIGHT, SMALLEST, LARGEST] = [413, 579, 295, 3000]
/** How far the shape may be from that. */
const TOLERANCE = 0.04

export type CheckedPhoto =
  | { ok: true; jpeg: Uint8Array<ArrayBuffer>; width: number; height: number }
  | { ok: false; code: string; message: Message }

/**
 * Answers the picture alone, or why it is no photo for a certificate: `photo.size`, `photo.format` (no JPEG, or a broken one),
 * `photo.colour` (neither sRGB nor grey), `photo.turned` (upright only by a note in the file), `photo.shape`, `photo.small`, `photo.large`.
 */
export function checkPhoto(file: Uint8Array): CheckedPhoto {
  if (file.length > PHOTO_BYTES)
    return wrong(
      'size',
      `照片 ${Math.ceil(file.length / 1024)} KB，超过 500 KB，请压缩后再上传。`,
      `The photo has ${Math.ceil(file.length / 1024)} KB, more than 500 KB.`,
    )
  const parts = segmentsOf(file)
  const frame = parts?.find(({ marker }) => FRAMES.includes(marker))
  if (!parts || !frame || frame.data.length < 6)
    return wrong(
      'format',
      '不是 JPEG 照片，或文件已损坏。请另存为 .jpg 再上传。',
      'This is no JPEG, or a broken one: save it as .jpg.',
    )
  const [height, width] = [pair(frame.data, 1), pair(frame.data, 3)]
  const profile = parts.find(({ marker, data }) => marker === 0xe2 && text(data).startsWith('ICC_PROFILE'))
  if (![1, 3].includes(frame.data[5]!) || (profile && !/s\0?R\0?G\0?B/.test(text(profile.data))))
    return wrong(
      'colour',
      '照片的颜色空间不是 sRGB，印出来会偏色。请另存为 sRGB 的 JPEG。',
      'The colours are not sRGB and would be printed wrong: save it as an sRGB JPEG.',
    )
  const turned = parts.some(({ marker, data }) => marker === 0xe1 && orientationOf(data) > 1)
  if (turned)
    return wrong(
      'turned',
      '照片是横着或倒着存的，只靠标记转正。请用看图软件转正后另存。',
      'The picture is stored on its side and only marked upright: turn it and save it again.',
    )
  if (Math.abs((width / height) * (HEIGHT / WIDTH) - 1) > TOLERANCE)
    return wrong(
      'shape',
      `照片为 ${width} × ${height}，长宽比不对。请裁成 ${WIDTH} × ${HEIGHT}（35 × 49 mm）。`,
      `The photo is ${width} × ${height}: crop it to the shape of ${WIDTH} × ${HEIGHT} (35 × 49 mm).`,
    )
  if (width < SMALLEST)
    return wrong(
      'small',
      `照片只有 ${width} × ${height}，印出来会模糊，至少 ${SMALLEST} × 413。`,
      `${width} × ${height} is too small to print: at least ${SMALLEST} × 413.`,
    )
  if (width > LARGEST)
    return wrong(
      'large',
      `照片有 ${width} × ${height}，请缩小到 ${WIDTH} × ${HEIGHT} 左右。`,
      `${width} × ${height} is too large: about ${WIDTH} × ${HEIGHT} is right.`,
    )
  return { ok: true, jpeg: joined(file, parts.filter(isPicture)), width, height }
}

/** Starts of frames that PDF readers show: baseline, extended, progressive. */
const FRAMES = [0xc0, 0xc1, 0xc2]
const [START, END, SCAN] = [0xd8, 0xd9, 0xda]

interface Segment {
  marker: number
  /** where it begins and ends in the file, marker included */
  from: number
  to: number
  data: Uint8Array
}

/** The segments up to the end of the picture; what follows the end is left out. Null for a broken file. */
function segmentsOf(file: Uint8Array): Segment[] | null {
  if (file[0] !== 0xff || file[1] !== START) return null
  const segments: Segment[] = []
  let at = 2
  while (at + 4 <= file.length) {
    if (file[at] !== 0xff) return null
    const marker = file[at + 1]!
    if (marker === 0xff) {
      at++
      continue
    }
    const length = pair(file, at + 2)
    const headEnd = at + 2 + length
    if (length < 2 || headEnd > file.length) return null
    const to = marker === SCAN ? scanEnd(file, headEnd) : headEnd
    segments.push({ marker, from: at, to, data: file.subarray(at + 4, headEnd) })
    at = to
    if (file[at] === 0xff && file[at + 1] === END) return segments.some((one) => one.marker === SCAN) ? segments : null
  }
  return null
}

/** The next marker that is none of restarting, and no stuffed byte. */
function scanEnd(file: Uint8Array, from: number): number {
  for (let at = from; at + 1 < file.length; at++) {
    const next = file[at + 1]!
    if (file[at] === 0xff && next !== 0 && next !== 0xff && (next < 0xd0 || next > 0xd7)) return at
  }
  return file.length
}

/** The picture needs its tables, frame and scans, JFIF (APP0) and how colours were turned (APP14); all else is told to nobody. */
function isPicture({ marker }: Segment): boolean {
  const isNote = (marker >= 0xe1 && marker <= 0xef && marker !== 0xee) || marker === 0xfe
  return !isNote
}

function joined(file: Uint8Array, segments: Segment[]): Uint8Array<ArrayBuffer> {
  const jpeg = new Uint8Array(4 + segments.reduce((sum, { from, to }) => sum + to - from, 0))
  jpeg.set([0xff, START])
  let at = 2
  for (const { from, to } of segments) {
    jpeg.set(file.subarray(from, to), at)
    at += to - from
  }
  jpeg.set([0xff, END], at)
  return jpeg
}

/** EXIF orientation, 1 for upright or none. */
function orientationOf(data: Uint8Array): number {
  if (data.length < 20 || text(data.subarray(0, 4)) !== 'Exif') return 1
  const view = new DataView(data.buffer, data.byteOffset + 6, data.length - 6)
  const little = view.getUint16(0) === 0x4949
  const start = view.getUint32(4, little)
  if (start + 2 > view.byteLength) return 1
  for (let index = 0; index < view.getUint16(start, little); index++) {
    const at = start + 2 + 12 * index
    if (at + 12 > view.byteLength) return 1
    if (view.getUint16(at, little) === 0x0112) return view.getUint16(at + 8, little)
  }
  return 1
}

function pair(bytes: Uint8Array, at: number): number {
  return bytes[at]! * 256 + bytes[at + 1]!
}

function text(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes.subarray(0, 4000))
}

function wrong(code: string, zh: string, en: string): CheckedPhoto {
  return { ok: false, code: `photo.${code}`, message: { zh, en } }
}
