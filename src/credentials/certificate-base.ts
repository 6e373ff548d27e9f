/** Hides that most of a certificate is drawn only once: labels, frames and their fonts, deflated and ready for every certificate of a layout. */

import { PDFContext, type PDFObject, type PDFRef } from 'pdf-lib'
import { outputIntent } from './certificate-archive.ts'
import { deflated, embedFonts } from './certificate-fonts.ts'
import { type Ink, prepareFaces, shape, startInk, type Typefaces } from './certificate-ink.ts'
import { drawItem, isFixed, type Layout } from './certificate-layout.ts'
import { drawMarked, growTree, type Mark, plantTree, rowsOf, startMarks, type Tree } from './certificate-tags.ts'
import { written } from './pdf-objects.ts'

type Shared = [PDFRef, PDFObject]
export interface FixedPart {
  objects: Shared[]
  ink: Ink
  content: PDFRef
  fonts: Record<string, PDFRef>
  marks: Mark[]
  /** of a tagged file */
  archive: Archive | undefined
}
/** Objects that do not differ, and numbers that are known beforehand so that others may name them. */
interface Archive {
  page: PDFRef
  signature: PDFRef
  intent: PDFRef
  last: number
  trees: Map<string, Tree>
}
interface Variant {
  demo: boolean
  tagged: boolean
}
const fixedParts = new WeakMap<Typefaces, WeakMap<Layout, FixedPart[]>>()

/** Labels, frames and their fonts: drawn and deflated once for all certificates of a layout, as long as `faces` lives. */
export async function fixedPart(layout: Layout, faces: Typefaces, variant: Variant): Promise<FixedPart> {
  const layouts = fixedParts.get(faces) ?? new WeakMap<Layout, FixedPart[]>()
  fixedParts.set(faces, layouts)
  const parts = layouts.get(layout) ?? []
  layouts.set(layout, parts)
  const index = Number(variant.demo) + 2 * Number(variant.tagged)
  if (!parts[index]) {
    await prepareFaces(
      faces,
      layout.items.map((item) => ('v' in item ? item.v : '')),
    )
    parts[index] ??= drawFixedPart(layout, faces, variant)
  }
  return parts[index]
}

function drawFixedPart(layout: Layout, faces: Typefaces, { demo, tagged }: Variant): FixedPart {
  const context = PDFContext.create()
  const ink = startInk(faces, 'S', { drawing: tagged ? 2 : 1 })
  const marks = startMarks()
  layout.items.forEach((item, at) => {
    if (!isFixed(item) || (item.t === 'watermark' && !demo)) return
    if (tagged) drawMarked(ink, marks, layout, at)
    else drawItem(ink, item, undefined, undefined)
  })
  shape(ink, layout.common.serif, 'serif')
  shape(ink, layout.common.sans, 'sans')
  const content = context.register(deflated(context, ink.operators.join('\n')))
  const fonts = embedFonts(context, ink)
  const archive = tagged
    ? {
        page: context.nextRef(),
        signature: context.nextRef(),
        intent: outputIntent(context),
        last: 0,
        trees: new Map(),
      }
    : undefined
  if (archive) archive.last = context.largestObjectNumber
  const objects = context.enumerateIndirectObjects().map(([ref, object]): Shared => [ref, written(object)])
  return { objects, ink, content, fonts, marks: marks.marks, archive }
}

/** Puts the tree of what is read aloud into a file; one is grown for every set of items that a layout happens to draw. */
export function tagged(context: PDFContext, { marks, archive }: FixedPart, drawn: Mark[], signed: boolean): PDFRef {
  const { page, signature, last, trees } = archive!
  const rows = rowsOf([...marks, ...drawn])
  const key = `${signed} ${drawn.map(({ at }) => at).join()}`
  const tree = trees.get(key) ?? growTree(last, page, rows, signed ? signature : undefined)
  if (trees.size < MOST_TREES) trees.set(key, tree)
  plantTree(context, page, tree, rows)
  return tree.root
}
/** More would be strange, and must not fill the memory. */
const MOST_TREES = 64
