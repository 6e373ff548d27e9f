/** What comes in and goes out about budgets. */
import { z } from 'zod'
import { oneOf } from '../people/shapes.ts'
import { localDateShape } from '../platform/date-shape.ts'
import { QUOTA_KINDS } from './budget-rules.ts'

const fen = z.number().int()
const year = z.coerce.number().int().min(2020).max(2100)
const districtCode = z.string().regex(/^\d{6}$/)

export const newQuotaShape = z
  .strictObject({
    scheme_code: z.string().min(1).max(80),
    district_code: districtCode,
    budget_year: z.number().int().min(2020).max(2100),
    kind: oneOf(QUOTA_KINDS).default('raise'),
    amount_fen: fen
      .min(1)
      .max(100_000_000_000_000)
      .describe('what the document grants or takes away, never the new sum'),
    issued_on: localDateShape,
    document: z.string().trim().min(2).max(200),
  })
  .meta({
    id: 'NewBudgetQuota',
    example: {
      ...{ scheme_code: 'hz-special-post', district_code: '330106', budget_year: 2026, kind: 'raise' },
      ...{ amount_fen: 500_000_000, issued_on: '2026-01-12', document: '示例财社〔2026〕1 号' },
    },
  })
export type NewQuota = z.output<typeof newQuotaShape>

export const quotaShape = newQuotaShape
  .extend({ id: z.uuid(), recorded_by_name: z.string().nullable(), recorded_at: z.date() })
  .meta({ id: 'BudgetQuota' })
export type QuotaView = z.output<typeof quotaShape>

export const budgetFilterShape = z.object({
  budget_year: year.optional().meta({ description: '缺省为本年 this year when left out' }),
  scheme_code: z.string().optional(),
  district_code: districtCode.optional(),
  short: z
    .stringbool()
    .optional()
    .meta({ description: '只看额度不足的 only those of which more is spent and reserved than granted' }),
})
export type BudgetFilter = z.output<typeof budgetFilterShape>

export const budgetShape = z
  .object({
    scheme_code: z.string(),
    scheme_name: z.string(),
    district_code: z.string(),
    district_name: z.string(),
    budget_year: z.number().int(),
    quota_fen: fen.nullable().describe('null: no quota is on record'),
    used_fen: fen.describe('paid by the bank'),
    reserved_fen: fen.describe('approved or submitted, not paid yet'),
    approved_fen: fen.describe('of what is reserved, approved'),
    submitted_fen: fen.describe('of what is reserved, waiting for approval'),
    left_fen: fen.nullable(),
    quotas: z.array(quotaShape).describe('every document, the oldest first'),
  })
  .meta({ id: 'Budget' })
export type BudgetView = z.output<typeof budgetShape>
