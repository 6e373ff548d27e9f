/** Hides PAdES (B-B): where a PDF keeps its signature, and whether the one it has is good. CMS itself is in cms.ts. */
import { Buffer } from 'node:buffer'
import { EMPTY_CONTENTS, EMPTY_RANGE, SIGNATURE_ROOM } from './certificate-archive.ts'
import { checkCms, signCms } from './cms.ts'
import type { Signer } from './signer.ts'

/** What a signature in a PDF is worth by itself; whether the key is an issuer's is for the caller to compare. */
export interface SignatureVerdict {
  signed: boolean
  /** what was signed is unchanged */
  intact: boolean
  /** nothing was added after signing */
  covers_whole_file: boolean
  /** RFC 7638 thumbprint of the key that signed; null unless `intact` */
  key_id: string | null
  /** the name in the certificate of that key, which anybody can write: believe it only of a known key */
  certificate_subject: string | null
}

/** Where the signature lies in a file: between the angle brackets of `/Contents`, outside what is signed. */
interface Place {
  /** of the opening bracket */
  from: number
  /** behind the closing bracket */
  to: number
}

/** Signs a PDF that was drawn with room for it, in place: the last step, as whoever writes the file again breaks the signature. Answers the CMS. */
export async function signPdf(pdf: Uint8Array, signer: Signer): Promise<Uint8Array<ArrayBuffer>> {
  const place = openRange(pdf)
  const cms = await signCms(covered(pdf, place), signer)
  fill(pdf, place, cms)
  return cms
}

/** Puts a signature that was made before into the same PDF drawn again, in place. */
export function putSignature(pdf: Uint8Array, cms: Uint8Array): void {
  fill(pdf, openRange(pdf), cms)
}

/** Finds the room and writes down what is signed: everything but the room. */
function openRange(pdf: Uint8Array): Place {
  const text = Buffer.from(pdf.buffer, pdf.byteOffset, pdf.byteLength)
  const range = text.indexOf(`/ByteRange ${EMPTY_RANGE}`, 0, 'latin1')
  const from = text.indexOf(EMPTY_CONTENTS, 0, 'latin1')
  if (range < 0 || from < 0) throw new Error('the PDF has no room for a signature')
  const to = from + EMPTY_CONTENTS.length
  const digits = [from, to, pdf.length - to].map((number) => String(number).padStart(10, '0'))
  text.write(`/ByteRange [0 ${digits.join(' ')}]`, range, 'latin1')
  return { from, to }
}

function covered(pdf: Uint8Array, { from, to }: Place): Uint8Array<ArrayBuffer> {
  const data = new Uint8Array(from + pdf.length - to)
  data.set(pdf.subarray(0, from))
  data.set(pdf.subarray(to), from)
  return data
}

/** What is left of the room stays zero: NUL bytes would make readers say that the file is not wholly signed. */
function fill(pdf: Uint8Array, { from }: Place, cms: Uint8Array): void {
  if (cms.length > SIGNATURE_ROOM) throw new Error(`a signature of ${cms.length} bytes does not fit ${SIGNATURE_ROOM}`)
  Buffer.from(pdf.buffer, pdf.byteOffset, pdf.byteLength).write(Buffer.from(cms).toString('hex'), from + 1, 'latin1')
}

const UNSIGNED: SignatureVerdict = {
  signed: false,
  intact: false,
  covers_whole_file: false,
  key_id: null,
  certificate_subject: null,
}

/**
 * Examines the first signature of a file, which in a certificate is the issuer's. Intact and covering the whole file, every byte is the
 * signer's: the range begins at the first byte, and what it leaves out is one string of hexadecimal digits that holds the signature alone.
 */
export async function verifyPdfSignature(pdf: Uint8Array): Promise<SignatureVerdict> {
  const text = Buffer.from(pdf.buffer, pdf.byteOffset, pdf.byteLength).toString('latin1')
  const range = /\/ByteRange\s*\[\s*(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s*\]/.exec(text)
  if (!range) return UNSIGNED
  const [start, from, to, rest] = range.slice(1).map(Number) as [number, number, number, number]
  if (from === 0 && to === 0) return UNSIGNED
  const end = to + rest
  const verdict = { ...UNSIGNED, signed: true, covers_whole_file: start === 0 && end === pdf.length }
  const cms = start === 0 && from < to && end <= pdf.length ? contents(text.slice(from, to)) : null
  const signed_by = cms && (await checkCms(cms, covered(pdf.subarray(0, end), { from, to })))
  return signed_by ? { ...verdict, intact: true, ...signed_by } : verdict
}

/** The signature and nothing else behind it but zeros; null when it is anything else. */
function contents(gap: string): Uint8Array<ArrayBuffer> | null {
  if (!/^<(?:[0-9A-Fa-f]{2})+>$/.test(gap)) return null
  const bytes = new Uint8Array(Buffer.from(gap.slice(1, -1), 'hex'))
  const length = lengthOf(bytes)
  if (length === null || length > bytes.length || bytes.subarray(length).some((byte) => byte !== 0)) return null
  return bytes.slice(0, length)
}

/** Of a DER sequence, head included. */
function lengthOf(bytes: Uint8Array): number | null {
  const [tag, first = 0] = bytes
  if (tag !== 0x30) return null
  if (first < 0x80) return 2 + first
  const digits = first & 0x7f
  if (digits === 0 || digits > 3) return null
  return 2 + digits + bytes.subarray(2, 2 + digits).reduce((sum, byte) => sum * 256 + byte, 0)
}
