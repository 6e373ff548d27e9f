/** What comes in and goes out about layouts of certificates and glyph images. */
import { z } from 'zod'
import { localDateShape } from '../platform/date-shape.ts'
import { SAMPLES } from './layout-words.ts'
import { KINDS } from './rules.ts'
import { keys, reason } from './shapes.ts'

const kindShape = keys(KINDS)
const body = z
  .looseObject({})
  .meta({ description: 'page in mm, and items: boxes in mm from the top left, type sizes in points' })

export const newLayoutShape = z
  .strictObject({ kind: kindShape, name: z.string().trim().min(1).max(60), reason, body })
  .meta({
    example: {
      ...{ kind: 'award', name: '市赛版式', reason: '主办单位更换版式' },
      body: {
        page: { w: 297, h: 210 },
        items: [{ t: 'text', x: 60, y: 60, w: 177, h: 16, size: 30, v: '{{holder_name}}' }],
      },
    },
  })
export const choiceShape = z
  .strictObject({ valid_from: localDateShape, reason })
  .meta({ example: { valid_from: '2026-12-01', reason: '自下月起使用新版式' } })

export const layoutListShape = z.object({ kind: kindShape.optional() })
export const layoutRowShape = z
  .object({
    id: z.uuid(),
    kind: kindShape,
    organisation_id: z.string().nullable().describe('null: everybody’s'),
    name: z.string(),
    version: z.number().int(),
    sha256: z.string(),
    reason: z.string(),
    known_from: z.any(),
    state: z.enum(['in_force', 'coming', 'past', 'draft']).describe('for the asking organisation, today'),
  })
  .meta({ id: 'CertificateLayout' })
export const layoutPageShape = z.object({ items: z.array(layoutRowShape) })
export const layoutWithBodyShape = layoutRowShape.extend({ body: z.any() }).meta({ id: 'CertificateLayoutWithBody' })

/** Which facts a preview is drawn with. */
export const sampleShape = z.object({ sample: z.enum(SAMPLES).default('usual') })

export const newGlyphImageShape = z
  .strictObject({
    character: z.string().trim(),
    description: z.string().trim().min(1).max(200).describe('how it is made up (⿰, ⿱ …), or in words'),
    png: z.base64().max(360_000).describe('PNG, base64: the character black on white or on nothing'),
    reason,
  })
  .meta({
    example: {
      character: 'U+30EDD',
      description: '⿺辶⿳穴⿲月⿱⿲幺言幺⿲長馬長刂心',
      png: 'iVBORw0KGgo=',
      reason: '持证人姓名用字，已核对身份证',
    },
  })
export const glyphImageShape = z
  .object({
    id: z.uuid(),
    organisation_id: z.string().nullable(),
    character: z.string(),
    description: z.string(),
    sha256: z.string(),
    reason: z.string(),
    known_from: z.any(),
  })
  .meta({ id: 'GlyphImage' })
export const glyphImagePageShape = z.object({ items: z.array(glyphImageShape) })
