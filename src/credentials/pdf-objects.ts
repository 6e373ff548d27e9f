/** Hides that pdf-lib writes byte by byte: what many files share is written once, and streams are copied in one piece. The bytes are the same. */

import { type PDFContext, type PDFDict, PDFObject } from 'pdf-lib'

/** An object that is bytes already. */
export class Written extends PDFObject {
  private readonly bytes: Uint8Array

  constructor(bytes: Uint8Array) {
    super()
    this.bytes = bytes
  }

  override sizeInBytes(): number {
    return this.bytes.length
  }

  override copyBytesInto(buffer: Uint8Array, offset: number): number {
    buffer.set(this.bytes, offset)
    return this.bytes.length
  }
}

export function written(object: PDFObject): Written {
  return new Written(bytesOf(object))
}

export function bytesOf(object: PDFObject): Uint8Array {
  const bytes = new Uint8Array(object.sizeInBytes())
  object.copyBytesInto(bytes, 0)
  return bytes
}

const [BEGIN, END] = ['\nstream\n', '\nendstream'].map((text) => new TextEncoder().encode(text)) as [
  Uint8Array,
  Uint8Array,
]

class Stream extends PDFObject {
  private readonly dict: PDFDict
  private readonly contents: Uint8Array

  constructor(dict: PDFDict, contents: Uint8Array) {
    super()
    this.dict = dict
    this.contents = contents
  }

  override sizeInBytes(): number {
    return this.dict.sizeInBytes() + BEGIN.length + this.contents.length + END.length
  }

  override copyBytesInto(buffer: Uint8Array, offset: number): number {
    const begin = offset + this.dict.copyBytesInto(buffer, offset)
    buffer.set(BEGIN, begin)
    buffer.set(this.contents, begin + BEGIN.length)
    const end = begin + BEGIN.length + this.contents.length
    buffer.set(END, end)
    return end + END.length - offset
  }
}

export type Dictionary = Exclude<Parameters<PDFContext['stream']>[1], PDFObject | unknown[] | undefined>

export function stream(context: PDFContext, contents: Uint8Array, dict: Dictionary): PDFObject {
  return new Stream(context.obj({ ...dict, Length: contents.length }), contents)
}
