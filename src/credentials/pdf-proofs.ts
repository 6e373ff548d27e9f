/** Hides where the file of a certificate keeps its proofs: the attached credential, and the address drawn as a QR code. */
import jsQR from 'jsqr'
import {
  decodePDFRawStream,
  PDFArray,
  PDFDict,
  PDFDocument,
  PDFHexString,
  PDFName,
  PDFRawStream,
  PDFString,
} from 'pdf-lib'
import { hexToBytes } from '../platform/bytes.ts'
import { CREDENTIAL_FILE } from './certificate-archive.ts'

export interface PdfProofs {
  /** a compact JWT, as attached; null where there is none */
  credential: string | null
  /** what the drawn QR code says; null where none can be read */
  address: string | null
}

/** Of files that anybody may hand in, so nothing of it is believed, and what is no PDF has no proofs. Far larger than any of ours is. */
export async function proofsIn(pdf: Uint8Array): Promise<PdfProofs> {
  try {
    const document = await PDFDocument.load(pdf, { updateMetadata: false })
    return { credential: credentialIn(document), address: addressIn(document) }
  } catch {
    return { credential: null, address: null }
  }
}

function credentialIn({ catalog }: PDFDocument): string | null {
  const names = catalog
    .lookupMaybe(PDFName.of('Names'), PDFDict)
    ?.lookupMaybe(PDFName.of('EmbeddedFiles'), PDFDict)
    ?.lookupMaybe(PDFName.of('Names'), PDFArray)
  for (let at = 0; names && at + 1 < names.size(); at += 2) {
    const name = names.lookup(at)
    if (!(name instanceof PDFString || name instanceof PDFHexString) || name.decodeText() !== CREDENTIAL_FILE) continue
    const file = names
      .lookup(at + 1, PDFDict)
      .lookup(PDFName.of('EF'), PDFDict)
      .lookup(PDFName.of('F'))
    return file instanceof PDFRawStream ? new TextDecoder().decode(decodePDFRawStream(file).decode()) : null
  }
  return null
}

/** The squares as they are drawn (certificate-ornament.ts), read by a decoder of pictures: what a camera would see of them. */
function addressIn(document: PDFDocument): string | null {
  const contents = document.getPage(0).node.Contents()
  const streams =
    contents instanceof PDFArray ? contents.asArray().map((ref) => document.context.lookup(ref)) : [contents]
  for (const stream of streams) {
    if (!(stream instanceof PDFRawStream)) continue
    const operators = new TextDecoder('latin1').decode(decodePDFRawStream(stream).decode())
    const [, width, bits] = QR_CODE.exec(operators) ?? []
    if (width && bits) return Number(width) > MOST_MODULES ? null : decoded(Number(width), bits)
  }
  return null
}

/** Its width in modules, and dark squares as ones, row by row from the top. */
const QR_CODE = /BI \/W (\d{2,3}) \/H \1 \/IM true \/D \[1 0\] \/F \/AHx ID ([0-9a-fA-F]+)> EI/

function decoded(width: number, hex: string): string | null {
  const bits = hexToBytes(hex)
  const [row, side] = [Math.ceil(width / 8), (width + 2 * QUIET) * PIXELS]
  const picture = new Uint8ClampedArray(side * side * 4).fill(255)
  for (let y = 0; y < width * PIXELS; y++)
    for (let x = 0; x < width * PIXELS; x++) {
      const [column, line] = [Math.floor(x / PIXELS), Math.floor(y / PIXELS)]
      const dark = (bits[line * row + (column >> 3)] ?? 0) & (0x80 >> (column & 7))
      const at = 4 * ((y + QUIET * PIXELS) * side + x + QUIET * PIXELS)
      if (dark) picture.fill(0, at, at + 3)
    }
  // by the rules of Node the function is a property of itself, by those of bundlers it is the import
  const read =
    (jsQR as unknown as { default?: typeof jsQR.default }).default ?? (jsQR as unknown as typeof jsQR.default)
  return read(picture, side, side)?.data ?? null
}
const PIXELS = 3
/** modules of white around a code */
const QUIET = 4
/** of the largest QR code */
const MOST_MODULES = 177
