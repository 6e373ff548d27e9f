/** Hides that most of a certificate is drawn only once: labels, frames and their fonts, deflated and ready for every certificate of a layout. */

import { PDFContext, type PDFObject, type PDFRef } from 'pdf-lib'
import { deflated, embedFonts } from './certificate-fonts.ts'
import { type Ink, shape, startInk, type Typefaces } from './certificate-ink.ts'
import { drawItem, isFixed, type Layout } from './certificate-layout.ts'
import { drawMarked, type Marks, startMarks } from './certificate-tags.ts'

export interface FixedPart {
  objects: [PDFRef, PDFObject][]
  ink: Ink
  content: PDFRef
  fonts: Record<string, PDFRef>
  marks: Marks['marks']
}
interface Variant {
  demo: boolean
  tagged: boolean
}
const fixedParts = new WeakMap<Typefaces, WeakMap<Layout, FixedPart[]>>()

/** Labels, frames and their fonts: drawn and deflated once for all certificates of a layout, as long as `faces` lives. */
export function fixedPart(layout: Layout, faces: Typefaces, variant: Variant): FixedPart {
  const layouts = fixedParts.get(faces) ?? new WeakMap<Layout, FixedPart[]>()
  fixedParts.set(faces, layouts)
  const parts = layouts.get(layout) ?? []
  layouts.set(layout, parts)
  const index = Number(variant.demo) + 2 * Number(variant.tagged)
  parts[index] ??= drawFixedPart(layout, faces, variant)
  return parts[index]
}

function drawFixedPart(layout: Layout, faces: Typefaces, { demo, tagged }: Variant): FixedPart {
  const context = PDFContext.create()
  const ink = startInk(faces, 'S')
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
  return { objects: context.enumerateIndirectObjects(), ink, content, fonts, marks: marks.marks }
}
