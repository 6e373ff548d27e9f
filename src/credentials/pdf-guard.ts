/** Keeps a small file from unpacking to gigabytes: the streams of a PDF are inflated piece by piece, and counted, before anything reads them. */
import { Buffer } from 'node:buffer'
import { Inflate } from 'fflate'

const PIECE = 16 * 1024

/** Packings that none of ours has: others, one on another, names with letters written as numbers, and what is encrypted. */
const FOREIGN =
  /LZW|RunLength|ASCII85|ASCIIHex|\/Filter\s*\[\s*\/\w+\s*\/|\/[^\s/<>[\]()]*#[4-7][0-9A-Fa-f]|\/Encrypt\b/

/** Whether all deflated streams of the file together unpack to at most so many bytes, and none is packed in a way that cannot be counted. */
export function unpacksWithin(pdf: Uint8Array, bytes: number): boolean {
  const text = Buffer.from(pdf.buffer, pdf.byteOffset, pdf.byteLength).toString('latin1')
  let left = bytes
  let at = 0
  for (;;) {
    const start = text.indexOf('stream', at)
    if (FOREIGN.test(text.slice(at, start < 0 ? undefined : start))) return false
    if (start < 0) return true
    const from = start + /^stream\r?\n?/.exec(text.slice(start, start + 8))![0].length
    const end = text.indexOf('endstream', from)
    at = end < 0 ? pdf.length : end + 'endstream'.length
    left -= inflated(pdf.subarray(from, end < 0 ? pdf.length : end), left)
    if (left < 0) return false
  }
}

/** How many bytes a stream with the two bytes of zlib in front unpacks to; it is left as soon as they are more than `most`. */
function inflated(stream: Uint8Array, most: number): number {
  let count = 0
  const inflate = new Inflate((piece) => {
    count += piece.length
  })
  try {
    for (let at = 2; at < stream.length && count <= most; at += PIECE)
      inflate.push(stream.subarray(at, at + PIECE), at + PIECE >= stream.length)
  } catch {
    // not deflated, or damaged from here on
  }
  return count
}
