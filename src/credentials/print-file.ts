/** Hides how many finished certificates become one PDF for a print shop: pages taken over as they are, what they have in common once. */
import { createHash } from 'node:crypto'
import { strToU8 } from 'fflate'
import {
  PDFContext as Context,
  PDFArray,
  type PDFContext,
  PDFDict,
  PDFDocument,
  PDFHexString,
  PDFName,
  PDFNumber,
  type PDFObject,
  PDFRawStream,
  PDFRef,
  PDFString,
} from 'pdf-lib'
import { bytesOf } from './pdf-objects.ts'

/** Of a page only what is seen: marks for readers, signatures and attachments belong to the single file. */
const SEEN = ['MediaBox', 'CropBox', 'Rotate', 'Group', 'Resources', 'Contents'].map((key) => PDFName.of(key))
/** So many pages hang on one branch of the page tree. */
const BRANCH = 64
/** Objects that may still be met again; what all certificates share is met on every page and so stays. */
const REMEMBERED = 4000

/**
 * One PDF with the pages of the others, in order, piece by piece: only offsets and what is shared stay in memory. A page looks
 * exactly as in its own file. It is for printing: signature and attached credential are in the single files alone.
 */
export async function* printFile(
  pdfs: AsyncIterable<Uint8Array>,
  title: string,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const file = new Writer()
  yield file.take('%PDF-1.7\n%\u00e2\u00e3\u00cf\u00d3\n')
  const [root, info, tree] = [file.reserve(), file.reserve(), file.reserve()]
  const branches: { ref: PDFRef; pages: PDFRef[] }[] = []
  for await (const pdf of pdfs) {
    const source = await PDFDocument.load(pdf, { updateMetadata: false, parseSpeed: Number.POSITIVE_INFINITY })
    for (const { node } of source.getPages()) {
      if (branches.length === 0 || branches.at(-1)!.pages.length === BRANCH)
        branches.push({ ref: file.reserve(), pages: [] })
      const branch = branches.at(-1)!
      branch.pages.push(file.page(source.context, node, branch.ref))
    }
    yield file.flush()
  }
  for (const { ref, pages } of branches)
    file.write(ref, file.context.obj({ Type: 'Pages', Parent: tree, Kids: pages, Count: pages.length }))
  const count = branches.reduce((sum, { pages }) => sum + pages.length, 0)
  file.write(tree, file.context.obj({ Type: 'Pages', Kids: branches.map(({ ref }) => ref), Count: count }))
  // as large as drawn: a printer that fits pages to its margins would shrink them
  const preferences = { PrintScaling: 'None', DisplayDocTitle: true }
  file.write(
    root,
    file.context.obj({ Type: 'Catalog', Pages: tree, Lang: PDFString.of('zh-CN'), ViewerPreferences: preferences }),
  )
  file.write(info, file.context.obj({ Title: PDFHexString.fromText(title), Producer: PDFString.of('Huyu') }))
  yield file.end(root, info)
}

/** A PDF that is written from front to back. */
class Writer {
  readonly context = Context.create()
  private readonly offsets: number[] = [0]
  private readonly shared = new Map<string, PDFRef>()
  private pieces: Uint8Array[] = []
  private length = 0

  reserve(): PDFRef {
    this.offsets.push(0)
    return PDFRef.of(this.offsets.length - 1)
  }

  /** A page of another document, and whatever it needs. */
  page(source: PDFContext, node: PDFDict, parent: PDFRef): PDFRef {
    const known = new Map<PDFRef, PDFRef>()
    const page = this.context.obj({ Type: 'Page', Parent: parent })
    for (const key of SEEN) {
      const value = node.get(key)
      if (value) page.set(key, this.copy(source, value, known))
    }
    const ref = this.reserve()
    this.write(ref, page)
    return ref
  }

  write(ref: PDFRef, object: PDFObject): void {
    this.put(ref, bytesOf(object))
  }

  private put(ref: PDFRef, bytes: Uint8Array): void {
    this.offsets[ref.objectNumber] = this.length
    this.add(strToU8(`${ref.objectNumber} 0 obj\n`))
    this.add(bytes)
    this.add(strToU8('\nendobj\n'))
  }

  /** With every reference led to where its object is in this file. */
  private copy(source: PDFContext, object: PDFObject, known: Map<PDFRef, PDFRef>): PDFObject {
    if (object instanceof PDFRef) return this.refer(source, object, known)
    if (object instanceof PDFArray) {
      const copied = PDFArray.withContext(this.context)
      for (const item of object.asArray()) copied.push(this.copy(source, item, known))
      return copied
    }
    if (object instanceof PDFDict) {
      const copied = PDFDict.withContext(this.context)
      for (const [key, value] of object.entries()) copied.set(key, this.copy(source, value, known))
      return copied
    }
    if (object instanceof PDFRawStream) {
      const dict = this.copy(source, object.dict, known) as PDFDict
      return PDFRawStream.of(dict, object.contents)
    }
    return object
  }

  private refer(source: PDFContext, ref: PDFRef, known: Map<PDFRef, PDFRef>): PDFRef {
    const before = known.get(ref)
    if (before) return before
    const object = source.lookup(ref)
    if (!object) throw new Error(`object ${ref.objectNumber} of a certificate is missing`)
    const bytes = bytesOf(this.copy(source, object, known))
    const digest = createHash('sha256').update(bytes).digest('base64')
    const found = this.shared.get(digest) ?? this.reserve()
    if (!this.shared.delete(digest)) this.put(found, bytes)
    // the latest met is the last in the map
    this.shared.set(digest, found)
    if (this.shared.size > REMEMBERED) this.shared.delete(this.shared.keys().next().value!)
    known.set(ref, found)
    return found
  }

  take(text: string): Uint8Array<ArrayBuffer> {
    this.add(Uint8Array.from(text, (character) => character.charCodeAt(0)))
    return this.flush()
  }

  private add(bytes: Uint8Array): void {
    this.pieces.push(bytes)
    this.length += bytes.length
  }

  /** What was written since the last time. */
  flush(): Uint8Array<ArrayBuffer> {
    const whole = new Uint8Array(this.pieces.reduce((sum, { length }) => sum + length, 0))
    let at = 0
    for (const piece of this.pieces) {
      whole.set(piece, at)
      at += piece.length
    }
    this.pieces = []
    return whole
  }

  end(root: PDFRef, info: PDFRef): Uint8Array<ArrayBuffer> {
    const start = this.length
    const size = this.offsets.length
    const lines = this.offsets.slice(1).map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`)
    const trailer = this.context.obj({ Size: PDFNumber.of(size), Root: root, Info: info })
    this.add(strToU8(`xref\n0 ${size}\n0000000000 65535 f \n${lines.join('')}trailer\n`))
    this.add(bytesOf(trailer))
    this.add(strToU8(`\nstartxref\n${start}\n%%EOF\n`))
    return this.flush()
  }
}
