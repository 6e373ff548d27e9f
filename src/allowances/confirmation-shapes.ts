/** What comes in with a confirmation by document. */
import { z } from 'zod'
import { FACILITY_KINDS } from '../organisations/rules.ts'
import { localDateShape } from '../platform/date-shape.ts'
import { SHORTAGES } from './components.ts'

const keys = <T extends object>(vocabulary: T) => z.enum(Object.keys(vocabulary) as [keyof T & string])
const districtCode = z.string().regex(/^\d{6}$/)
const hours = z.number().int().min(0).max(500)
const amount = z.number().int().min(1).max(10_000_000)
export const confirmationShape = z
  .strictObject({
    document: z.string().trim().min(4).max(200),
    reason: z.string().trim().min(2).max(500),
    rates: z
      .array(
        z.strictObject({
          component: z.string().optional().describe('the first one when left out'),
          level: z.number().int().min(1).max(5).optional(),
          key: z.string().max(40).optional().describe('what the rate goes by where that is no level, as in `missing`'),
          amount_fen: amount.optional(),
          catalogue_price_fen: amount
            .optional()
            .describe('of a component paid by catalogue: the price, in place of an amount'),
          shortage: keys(SHORTAGES).optional().describe('with a catalogue price: how short of people the trade is'),
          facility_kind: keys(FACILITY_KINDS).nullish(),
          district_code: districtCode.nullish(),
        }),
      )
      .max(200),
    thresholds: z
      .record(z.string(), z.union([hours, z.strictObject({ 5: hours, 4: hours, 3: hours, 2: hours, 1: hours })]))
      .default({}),
    effective_from: localDateShape.optional().describe('where `missing.asks` names it: the first day of the version'),
    ladder: z
      .record(z.string(), z.array(z.number().int().min(1).max(5)).min(1))
      .optional()
      .describe('where it is asked: for each step of the scheme’s own ladder the national levels it stands for'),
    components: z
      .record(
        z.string(),
        z.strictObject({
          instalments: z
            .array(
              z.strictObject({ after_years: z.number().int().min(0).max(40), percent: z.number().min(1).max(100) }),
            )
            .min(1)
            .optional(),
          part_time_percent: z.number().min(0).max(100).optional(),
        }),
      )
      .default({})
      .describe('by component, where it is asked'),
  })
  .meta({
    example: {
      document: '杭民发〔2024〕00号',
      reason: '按市民政局文件核定',
      rates: [{ level: 5, amount_fen: 30000 }],
      thresholds: { continuing_education: { 5: 8, 4: 16, 3: 24, 2: 32, 1: 40 } },
    },
  })
export type ConfirmationInput = z.output<typeof confirmationShape>
