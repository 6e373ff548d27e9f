/** Hides what a certificate looks like: a layout is checked JSON (boxes in mm from the top left, type sizes in points) that becomes drawing operators. */

import { z } from 'zod'
import type { FaceName, Ink } from './certificate-ink.ts'
import {
  drawFrame,
  drawPhoto,
  drawQr,
  drawRosette,
  drawRule,
  drawSeal,
  type Picture,
  turn,
} from './certificate-ornament.ts'
import { drawColumn, drawLine, drawParagraph } from './certificate-text.ts'

/** What a layout may print, written {{name}}. */
export const FIELDS = [
  'title_zh',
  'number',
  'holder_name',
  'sex_zh',
  'id_type_zh',
  'id_number_masked',
  'occupation_name',
  'job_type',
  'level_zh',
  'theory',
  'practical',
  'issuer_name',
  'issued_on_zh',
  'verify_url',
  'verify_site',
  'body_zh',
  'replaces_number',
  'replaces_issued_on_zh',
] as const
export type Fields = Record<(typeof FIELDS)[number], string | null>

const PLACEHOLDER = /\{\{(\w+)\}\}/g
const POINTS_PER_MM = 72 / 25.4
const LABEL_COLOUR = '#5c5650'
const TEXT_COLOUR = '#1f1b18'

const mm = between(0, 420)
const points = between(0, 200)
const colour = z
  .string()
  .regex(/^#[0-9a-f]{6}$/, '颜色写作 #rrggbb（小写）。 / Write a colour as #rrggbb, in lower case.')
const plain = z.string().max(500)
const words = plain.refine((text) => strangeFields(text).length === 0, {
  error: ({ input }) => {
    const strange = strangeFields(input as string).join(' ')
    return `证书没有 ${strange} 这个字段。 / Certificates have no field ${strange}.`
  },
})
const box = { x: mm, y: mm, w: mm, h: mm }
const stroke = { ...box, colour, line: points }
/** `empty` is printed when a field in `v` is null; without it the item is left out. */
const value = { v: words, empty: words.default('') }
const type = {
  ...box,
  ...value,
  font: z.enum(['serif', 'sans']).default('serif'),
  size: between(5, 200),
  min: between(5, 200).default(5),
  colour: colour.default(TEXT_COLOUR),
}
const line = { ...type, spacing: between(0, 5).default(0), bold: points.default(0) }

const Text = z.strictObject({
  t: z.literal('text'),
  ...line,
  align: z.enum(['left', 'center', 'right', 'spread']).default('left'),
})
/** What a layout is made of, by its `t`. */
export const ITEMS = {
  text: Text,
  /** A bilingual label, `label` mm wide, and its value on a line. */
  field: z.strictObject({ t: z.literal('field'), ...box, ...value, label: mm, zh: plain, en: plain }),
  paragraph: z.strictObject({
    t: z.literal('paragraph'),
    ...type,
    leading: between(1, 5),
    indent: between(0, 10).default(0),
  }),
  column: z.strictObject({ t: z.literal('column'), ...type }),
  photo: z.strictObject({
    t: z.literal('photo'),
    ...box,
    v: plain,
    /** without a photo no certificate is issued */
    required: z.boolean().default(false),
  }),
  qr: z.strictObject({ t: z.literal('qr'), ...box, v: words }),
  seal: z.strictObject({ t: z.literal('seal'), ...stroke, v: words, bottom: plain }),
  rule: z.strictObject({ t: z.literal('rule'), ...stroke }),
  frame: z.strictObject({ t: z.literal('frame'), ...stroke, notch: mm.default(0) }),
  rosette: z.strictObject({
    t: z.literal('rosette'),
    ...stroke,
    petals: between(3, 96).int(),
    layers: between(1, 24).int(),
    depth: between(0, 1),
  }),
  /** Only on demonstration certificates. */
  watermark: z.strictObject({ t: z.literal('watermark'), ...line, angle: between(-90, 90) }),
}
export type ItemType = keyof typeof ITEMS
const { field: Field, ...drawn } = ITEMS
const Item = z.discriminatedUnion('t', Object.values(drawn) as [(typeof drawn)[keyof typeof drawn]])
export type Drawable = z.infer<(typeof drawn)[keyof typeof drawn]>

export const layoutShape = z.strictObject({
  page: z.strictObject({ w: mm.positive(), h: mm.positive() }),
  /** characters that nearly every certificate of this layout prints: their font is made once, not every time */
  common: z.strictObject({ serif: z.string().max(2000), sans: z.string().max(2000) }).default({ serif: '', sans: '' }),
  items: z
    .array(z.discriminatedUnion('t', [Item, Field]))
    .min(1)
    .max(120),
})
export type LayoutBody = z.infer<typeof layoutShape>

/** A checked layout in points, y upwards, fields taken apart into what is drawn. */
export interface Layout {
  width: number
  height: number
  common: Record<FaceName, string>
  /** `row` is the same for the parts of one field */
  items: (Drawable & { row: number })[]
}

/** The layout as one text, defaults filled in, keys in one order: what is frozen and hashed. @throws ZodError */
export function layoutText(json: unknown): string {
  return JSON.stringify(layoutShape.parse(json))
}

/** @throws ZodError saying which item is wrong */
export function parseLayout(json: unknown): Layout {
  const { page, common, items } = layoutShape.parse(json)
  return {
    width: Math.round(page.w * POINTS_PER_MM * 100) / 100,
    height: Math.round(page.h * POINTS_PER_MM * 100) / 100,
    common,
    items: items.flatMap((item, row) =>
      (item.t === 'field' ? fieldParts(item) : [item]).map((part) => ({ ...inPoints(part, page.h), row })),
    ),
  }
}

/** Whether an item is the same on every certificate of the layout. */
export function isFixed(item: Drawable): boolean {
  return item.t !== 'photo' && !('v' in item && item.v.includes('{{'))
}

export function drawItem(ink: Ink, item: Drawable, fields: Fields | undefined, photo: Picture | undefined): void {
  const text = 'v' in item ? textOf(item, fields) : ''
  if ('v' in item && text === '') return
  switch (item.t) {
    case 'rule':
      drawRule(ink, item)
      break
    case 'frame':
      drawFrame(ink, item)
      break
    case 'rosette':
      drawRosette(ink, item)
      break
    case 'photo':
      drawPhoto(ink, item, photo)
      break
    case 'text':
      drawLine(ink, item, text)
      break
    case 'column':
      drawColumn(ink, item, text)
      break
    case 'paragraph':
      drawParagraph(ink, item, text)
      break
    case 'qr':
      drawQr(ink, item, text)
      break
    case 'seal':
      drawSeal(ink, item, text)
      break
    case 'watermark':
      ink.operators.push('q', turn((item.angle * Math.PI) / 180, item.x + item.w / 2, item.y + item.h / 2))
      drawLine(ink, { ...item, align: 'center', x: -item.w / 2, y: -item.h / 2 }, text)
      ink.operators.push('Q')
  }
}

/** The text of an item with its fields filled in; '' when a field is null and nothing stands in for it. */
export function textOf(item: { v: string; empty?: string }, fields: Fields | undefined): string {
  return filled(item.v, fields) ?? filled(item.empty ?? '', fields) ?? ''
}

function filled(template: string, fields: Fields | undefined): string | undefined {
  let complete = true
  const text = template.replace(PLACEHOLDER, (_, name: keyof Fields) => {
    const found = fields?.[name] ?? null
    complete &&= found !== null
    return found ?? ''
  })
  return complete ? text : undefined
}

function fieldParts({ x, y, w, h, label, zh, en, v, empty }: z.infer<typeof ITEMS.field>): Drawable[] {
  const text = (part: z.input<typeof Text>) => Text.parse(part)
  const [gap, english, fourCharacters] = [2.5, 3, 17]
  const start = x + label + gap
  const spread = zh.length <= 4 ? ({ w: fourCharacters, align: 'spread' } as const) : { w: label }
  return [
    text({ t: 'text', x, y, ...spread, h: h - english, v: zh, font: 'sans', size: 10.5, colour: LABEL_COLOUR }),
    text({ t: 'text', x, y: y + h - english, w: label + gap, h: english, v: en, size: 6.5, colour: '#8a837b' }),
    text({ t: 'text', x: start + 1, y, w: w - label - gap - 2, h: h - english, v, empty, size: 13.5 }),
    { t: 'rule', x: start, y: y + h - english, w: w - label - gap, h: 0, colour: '#a79f96', line: 0.5 },
  ]
}

function inPoints(item: Drawable, pageHeight: number): Drawable {
  const { x, y, w, h } = item
  const [left, bottom, width, height] = [x, pageHeight - y - h, w, h].map((length) => length * POINTS_PER_MM)
  const notch = 'notch' in item ? { notch: item.notch * POINTS_PER_MM } : {}
  return { ...item, x: left!, y: bottom!, w: width!, h: height!, ...notch } as Drawable
}

/** What stands in braces and is no field of certificates. */
function strangeFields(text: string): string[] {
  return [...text.matchAll(/\{\{(.*?)\}\}/g)].flatMap(([whole, name]) =>
    (FIELDS as readonly string[]).includes(name!) ? [] : [whole],
  )
}

function between(least: number, most: number) {
  return z
    .number()
    .min(least, `不能小于 ${least}。 / Not below ${least}.`)
    .max(most, `不能大于 ${most}。 / Not above ${most}.`)
}
