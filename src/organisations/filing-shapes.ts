/** What comes in and goes out about periods of filing and recognition. */
import { z } from 'zod'
import { localDateShape } from '../platform/date-shape.ts'
import { FILING_KINDS } from './rules.ts'
import { reason } from './shapes.ts'

const filing = z.strictObject({
  kind: z.enum(Object.keys(FILING_KINDS) as [keyof typeof FILING_KINDS]),
  starts_on: localDateShape,
  ends_on: localDateShape.nullish().meta({ description: '止期（不含），长期的不填 the first day no longer covered' }),
  reference: z
    .string()
    .trim()
    .max(120)
    .nullish()
    .transform((text) => text || null)
    .meta({ description: '备案编号或认定文号 number of the filing or recognition' }),
})

export const newFilingShape = filing.meta({
  id: 'NewFiling',
  example: { kind: 'filing', starts_on: '2024-01-01', ends_on: '2027-01-01', reference: '西民养备〔2024〕示例 1 号' },
})
export type NewFiling = z.output<typeof newFilingShape>

/** All of it as it should have been said. */
export const filingCorrectionShape = filing
  .extend({ reason })
  .meta({ id: 'FilingCorrection', example: { kind: 'filing', starts_on: '2024-03-01', reason: '起期录入有误' } })

export const filingWithdrawalShape = z
  .strictObject({ reason })
  .meta({ id: 'FilingWithdrawal', example: { reason: '重复登记' } })

export const filingShape = z
  .object({
    id: z.uuid(),
    organisation_id: z.uuid(),
    organisation_name: z.string(),
    district_code: z.string(),
    kind: z.string(),
    starts_on: z.string(),
    ends_on: z.string().nullable(),
    reference: z.string().nullable(),
  })
  .meta({ id: 'Filing' })
export const filingListShape = z.object({ items: z.array(filingShape) })
