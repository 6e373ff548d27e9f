/** What comes in and goes out about pay linked to level. */
import { z } from 'zod'
import { monthShape } from '../people/fact-shapes.ts'
import { oneOf, reasonShape } from '../people/shapes.ts'
import { localDateShape } from '../platform/date-shape.ts'
import { pageShape } from '../platform/paging.ts'
import { BAND_FEN, PROMISES } from './level-pay-rules.ts'

const level = z.number().int().min(1).max(5)
const fen = z.number().int().min(1).max(100_000_000)
const onceALevel = (rows: { level: number }[]) => new Set(rows.map((row) => row.level)).size === rows.length
const ONCE = { error: '每个等级只能有一行。 / Give each level one row only.' }

export const newGuidanceShape = z
  .strictObject({
    division_code: z.string().regex(/^\d{6}$/),
    occupation_code: z.string(),
    effective_from: localDateShape,
    citation: z.string().trim().min(2).max(200),
    steps: z
      .array(
        z.strictObject({ level, low_fen: fen, high_fen: fen }).refine(({ low_fen, high_fen }) => high_fen >= low_fen, {
          path: ['high_fen'],
          error: '高位数不能低于低位数。 / The upper end must not be below the lower.',
        }),
      )
      .min(1)
      .max(5)
      .refine(onceALevel, ONCE),
  })
  .meta({
    id: 'NewPayGuidance',
    example: {
      ...{ division_code: '330100', occupation_code: '4-10-01-05', effective_from: '2026-01-01', citation: '示例通知' },
      steps: [
        { level: 5, low_fen: 480000, high_fen: 550000 },
        { level: 4, low_fen: 530000, high_fen: 620000 },
      ],
    },
  })
export type NewGuidance = z.output<typeof newGuidanceShape>

export const newLadderShape = z
  .strictObject({
    occupation_code: z.string(),
    effective_from: localDateShape,
    reason: reasonShape,
    steps: z
      .array(z.strictObject({ level, monthly_fen: fen }))
      .min(1)
      .max(5)
      .refine(onceALevel, ONCE),
  })
  .meta({
    id: 'NewPayLadder',
    example: {
      ...{ occupation_code: '4-10-01-05', effective_from: '2026-07-01', reason: '职工代表大会通过' },
      steps: [
        { level: 5, monthly_fen: 500000 },
        { level: 4, monthly_fen: 560000 },
      ],
    },
  })
export type NewLadder = z.output<typeof newLadderShape>

const edge = z
  .number()
  .int()
  .min(0)
  .max(100_000_000)
  .refine((amount) => amount % BAND_FEN === 0, {
    error: '区间以 500 元为一档，如 5000、5500。 / Bands go by 500 yuan, like 5000 or 5500.',
  })

export const newBandsShape = z
  .strictObject({
    occupation_code: z.string(),
    month: monthShape,
    reason: reasonShape.optional().describe('required where figures on record change'),
    bands: z
      .array(
        z
          .strictObject({
            level,
            people: z.number().int().min(1).max(100_000),
            low_fen: edge.describe('no wage of the level is below it'),
            high_fen: edge.describe('every wage of the level is below it'),
          })
          .refine(({ low_fen, high_fen }) => high_fen > low_fen, {
            path: ['high_fen'],
            error: '上限要高于下限。 / The upper edge must lie above the lower.',
          }),
      )
      .min(1)
      .max(5)
      .refine(onceALevel, ONCE),
  })
  .meta({
    id: 'NewPayBands',
    example: {
      ...{ occupation_code: '4-10-01-05', month: '2026-10' },
      bands: [{ level: 5, people: 12, low_fen: 500000, high_fen: 600000 }],
    },
  })
export type NewBands = z.output<typeof newBandsShape>

export const guidanceShape = z
  .object({
    id: z.uuid(),
    division_code: z.string(),
    division_name: z.string(),
    occupation_code: z.string(),
    occupation_name: z.string(),
    effective_from: localDateShape,
    citation: z.string(),
    recorded_at: z.date(),
    in_force: z.boolean().describe('today'),
    steps: z.array(z.object({ level: z.number(), low_fen: z.number(), high_fen: z.number() })),
  })
  .meta({ id: 'PayGuidance' })
export type GuidanceView = z.output<typeof guidanceShape>

export const ladderShape = z
  .object({
    id: z.uuid(),
    organisation_id: z.uuid(),
    occupation_code: z.string(),
    effective_from: localDateShape,
    reason: z.string(),
    recorded_at: z.date(),
    in_force: z.boolean().describe('today'),
    linked: z.boolean().describe('every level is promised more than the one below'),
    steps: z.array(z.object({ level: z.number(), monthly_fen: z.number() })),
  })
  .meta({ id: 'PayLadder' })
export type LadderView = z.output<typeof ladderShape>

export const levelPayFilterShape = pageShape.extend({
  month: monthShape,
  occupation_code: z.string().default('4-10-01-05'),
  district_code: z.string().optional(),
  show: z.enum(['all', 'linked', 'unlinked', 'unreported', 'broken']).default('all'),
})
export type LevelPayFilter = z.output<typeof levelPayFilterShape>

const levelShape = z.object({
  level: z.number(),
  guidance_low_fen: z.number().nullable(),
  guidance_high_fen: z.number().nullable(),
  promised_fen: z.number().nullable(),
  people: z.number().nullable(),
  low_fen: z.number().nullable(),
  high_fen: z.number().nullable(),
  promise: oneOf(PROMISES),
  gap_fen: z.number().nullable().describe('how far the promise stays below the lower end of the guidance'),
})
export type LevelView = z.output<typeof levelShape>
export const facilityPayShape = z
  .object({
    organisation_id: z.uuid(),
    organisation_name: z.string(),
    district_code: z.string(),
    district_name: z.string(),
    effective_from: localDateShape.nullable().describe('of the ladder; null where there is none'),
    linked: z.boolean(),
    promise: oneOf(PROMISES),
    levels: z.array(levelShape),
  })
  .meta({ id: 'FacilityLevelPay' })
export type FacilityPay = z.output<typeof facilityPayShape>

export const districtPayShape = z
  .object({
    district_code: z.string(),
    district_name: z.string(),
    facilities: z.number().int(),
    linked: z.number().int(),
    reported: z.number().int(),
    broken: z.number().int(),
    gap_fen: z
      .number()
      .int()
      .nullable()
      .describe('the mean of what promises lack of the guidance, over levels below it'),
  })
  .meta({ id: 'DistrictLevelPay' })
export type DistrictPay = z.output<typeof districtPayShape>
