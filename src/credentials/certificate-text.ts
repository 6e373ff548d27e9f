/** Hides typesetting: how a text is made to fit its box and where lines break. Points, y upwards. */

import { refuse } from '../platform/errors.ts'
import { type FaceName, type Glyph, type Ink, n, rgb, shape, shown, width } from './certificate-ink.ts'

export interface Box {
  x: number
  /** lower edge */
  y: number
  w: number
  h: number
}

interface TextStyle extends Box {
  font: FaceName
  size: number
  /** the smallest size that a long text may shrink to */
  min: number
  colour: string
}

/** What may not be torn apart: opening marks with what follows, a Latin word or number whole, closing marks with what precedes (避头尾). */
const UNIT =
  /[（《“‘「『【〈〔]*(?:[\p{Script=Latin}\p{Nd}_.,:;'/@#*%+&()-]+|.)[，。、；：？！）》”’」』】〉〕…—·％]*\s*/gsu

/** The pen that makes characters heavier is this much wider than high: uprights gain weight and hairlines stay fine, as in a bold face. */
const PEN = 4

/** Middle of a Chinese character above the baseline, in em. */
const MIDDLE = 0.38

interface LineStyle extends TextStyle {
  align: 'left' | 'center' | 'right' | 'spread'
  /** extra space between characters, in em */
  spacing: number
  /** how much thicker uprights are made, in points */
  bold: number
}

/** One line in its box, shrunk when too long. */
export function drawLine(ink: Ink, style: LineStyle, text: string): void {
  const glyphs = shape(ink, text.replaceAll('\n', ' '), style.font)
  const gaps = Math.max(1, glyphs.length - 1)
  const em = width(glyphs) + style.spacing * (glyphs.length - 1)
  const size = fitted(style, style.w / em, text)
  const spacing = style.align === 'spread' ? Math.max(0, style.w - em * size) / gaps : style.spacing * size
  const slack = style.align === 'spread' ? 0 : style.w - em * size
  const x = style.x + slack * { left: 0, center: 0.5, right: 1, spread: 0 }[style.align]
  const y = style.y + style.h / 2 - MIDDLE * size
  const pen = style.bold > 0 ? PEN : 1
  const line = `BT ${n(spacing)} Tc ${1 / pen} 0 0 1 ${n(x / pen)} ${n(y)} Tm ${shown(glyphs, size)} ET`
  const heavy = `q ${pen} 0 0 1 0 0 cm ${rgb(style.colour)} RG ${n(style.bold / pen)} w 1 j 2 Tr ${line} Q`
  ink.operators.push(`${rgb(style.colour)} rg`, style.bold > 0 ? heavy : line)
}

/** One column of upright characters, centred in its box, shrunk when too long. */
export function drawColumn(ink: Ink, style: TextStyle, text: string): void {
  const pitch = 1.18
  const glyphs = shape(ink, text, style.font, true)
  const size = fitted(style, Math.min(style.w, style.h / (glyphs.length * pitch)), text)
  const middle = style.x + style.w / 2
  const top = style.y + (style.h + (glyphs.length * pitch - 1) * size) / 2
  const columns = glyphs.map((glyph, index) => {
    const x = middle - (glyph.advance * size) / 2
    const y = top - size * (index * pitch + MIDDLE)
    return `1 0 0 1 ${n(x)} ${n(y)} Tm ${shown([glyph], size)}`
  })
  ink.operators.push(`BT ${rgb(style.colour)} rg 0 Tc`, ...columns, 'ET')
}

interface ParagraphStyle extends TextStyle {
  /** distance of baselines, in em */
  leading: number
  /** indent of the first line, in em (首行缩进) */
  indent: number
}

/** Wrapped text from the top of its box, Chinese lines justified, shrunk when too long. A line feed begins a paragraph. */
export function drawParagraph(ink: Ink, style: ParagraphStyle, text: string): void {
  const paragraphs = text.split('\n').map((part) => {
    const glyphs = shape(ink, part, style.font)
    return { glyphs, units: unitsOf(part), justified: /\p{Script=Han}/u.test(part) }
  })
  for (let size = style.size; size >= style.min; size -= 0.25) {
    const lines = paragraphs.flatMap(({ glyphs, units, justified }) =>
      wrapped(glyphs, units, style.w / size, style.indent).map((line) => ({ ...line, justified })),
    )
    if (lines.length * style.leading * size > style.h) continue
    lines.forEach(({ glyphs, space, indent, last, justified }, index) => {
      const x = style.x + indent * size
      const y = style.y + style.h - size * (0.5 * style.leading + MIDDLE + index * style.leading)
      const slack = style.w / size - indent - width(glyphs)
      const spacing = justified && !last ? Math.max(0, slack / Math.max(1, glyphs.length - 1)) : 0
      ink.operators.push(
        `BT ${rgb(style.colour)} rg ${n(spacing * size)} Tc 1 0 0 1 ${n(x)} ${n(y)} Tm ${shown(ink.drawing === 2 ? [...glyphs, ...space] : glyphs, size)} ET`,
      )
    })
    return
  }
  refuseTooLong(text)
}

/** An indivisible piece of a text, in glyphs: [from, to) with, [from, end) without the spaces after it. */
interface Unit {
  from: number
  end: number
  to: number
}

function unitsOf(text: string): Unit[] {
  let from = 0
  return [...text.matchAll(UNIT)].map(([unit]) => {
    const piece = { from, end: from + Array.from(unit.trimEnd()).length, to: from + Array.from(unit).length }
    from = piece.to
    return piece
  })
}

interface Line {
  glyphs: Glyph[]
  /** what parts it from the next line's first word; nothing to see, but words must not be read as one */
  space: Glyph[]
  indent: number
  last: boolean
}

/** Fills lines of `measure` em greedily; only a unit longer than a whole line is torn. */
function wrapped(glyphs: Glyph[], units: Unit[], measure: number, indent: number): Line[] {
  const lines: Line[] = []
  let start = 0
  let end = 0
  let used = indent
  const close = (next: number | undefined) => {
    const space = next !== undefined && next > end ? glyphs.slice(end, end + 1) : []
    const last = next === undefined
    lines.push({ glyphs: glyphs.slice(start, end), space, indent: lines.length === 0 ? indent : 0, last })
    used = 0
  }
  for (const unit of units) {
    const solid = width(glyphs.slice(unit.from, unit.end))
    if (used + solid > measure && unit.from > start) {
      close(unit.from)
      start = unit.from
    }
    for (let at = unit.from; at < unit.to; at++) {
      if (solid > measure && used + glyphs[at]!.advance > measure) {
        close(at)
        start = at
      }
      used += glyphs[at]!.advance
      if (at < unit.end) end = at + 1
    }
  }
  close(undefined)
  return lines
}

/** The wanted size, or the largest that fits. */
function fitted(style: TextStyle, largest: number, text: string): number {
  const size = Math.floor(Math.min(style.size, largest) * 100) / 100
  return size < style.min ? refuseTooLong(text) : size
}

function refuseTooLong(text: string): never {
  refuse('invalid', 'certificate.text_too_long', {
    zh: `“${text}”有 ${Array.from(text).length} 个字，证书上的位置印不下。请改短后再发证。`,
    en: `“${text}” has ${Array.from(text).length} characters, more than its place on the certificate can hold. Shorten it and issue again.`,
  })
}
