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
    if (!(name instanceof PDFString || name instanceof PDFHexString) || name.decodeText() !== 'credential.jwt') continue
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
    const drawn = /1 1 1 rg -4 -4 (\d{2,3}) \1 re f 0 0 0 rg ((?:\d+ \d+ \d+ 1 re\s)+)f/.exec(operators)
    if (drawn) return decoded(Number(drawn[1]), drawn[2]!)
  }
  return null
}

/** `width` in modules, the quiet zone of four on each side counted. */
function decoded(width: number, rectangles: string): string | null {
  const side = width * PIXELS
  const picture = new Uint8ClampedArray(side * side * 4).fill(255)
  for (const [, column, row, length] of rectangles.matchAll(/(\d+) (\d+) (\d+) 1 re/g)) {
    const [x, top] = [(Number(column) + 4) * PIXELS, (width - 5 - Number(row)) * PIXELS]
    for (let y = top; y < top + PIXELS; y++)
      for (let at = x; at < x + Number(length) * PIXELS; at++)
        picture.fill(0, 4 * (y * side + at), 4 * (y * side + at) + 3)
  }
  // by the rules of Node the function is a property of itself, by those of bundlers it is the import
  const read =
    (jsQR as unknown as { default?: typeof jsQR.default }).default ?? (jsQR as unknown as typeof jsQR.default)
  return read(picture, side, side)?.data ?? null
}
const PIXELS = 4
