/** What the reports of allowances are asked by, and what their rows look like. */
import { z } from 'zod'
import { LINE_KINDS } from '../allowances/rules.ts'
import { monthShape } from '../people/fact-shapes.ts'
import { WORKFORCES } from '../people/rules.ts'
import { listOf, oneOf } from '../people/shapes.ts'
import type { Message } from '../platform/errors.ts'
import { pageShape } from '../platform/paging.ts'

/** What the money of a period can be told apart by. */
export const DIMENSIONS = {
  month: { zh: '批次月份', en: 'Month of the run' },
  for_month: { zh: '所属月份', en: 'Month paid for' },
  district: { zh: '区县', en: 'District' },
  facility: { zh: '机构', en: 'Facility' },
  level: { zh: '等级', en: 'Level' },
  scheme: { zh: '政策', en: 'Scheme' },
  kind: { zh: '类型', en: 'Kind' },
  fund_source: { zh: '资金来源', en: 'Fund source' },
} satisfies Record<string, Message>
export type Dimension = keyof typeof DIMENSIONS

const count = z.number().int().min(0)
const fen = z.number().int()
const filter = {
  district_code: z
    .string()
    .regex(/^\d{6}$/)
    .optional(),
  month: monthShape.optional(),
  year: z.coerce
    .number()
    .int()
    .min(2020)
    .max(2100)
    .optional()
    .meta({ description: '缺省为本年 this year when left out' }),
  workforce: oneOf(WORKFORCES).optional(),
  scheme_code: z.string().optional(),
  organisation_id: z.uuid().optional(),
  level: z.coerce.number().int().min(0).max(5).optional().meta({ description: '0: 无等级 without a level' }),
  kind: oneOf(LINE_KINDS).optional(),
  for_month: monthShape.optional(),
}
const either = (asked: { month?: unknown; year?: unknown }) => !(asked.month && asked.year)
const BOTH = { path: ['year'], error: 'month 与 year 二选一。 / Give month or year.' }

export const allowanceFilterShape = z.object(filter)
export type AllowanceFilter = z.output<typeof allowanceFilterShape>
export const allowanceSumsQuery = z.object({ ...filter, by: oneOf(DIMENSIONS).default('month') }).refine(either, BOTH)
export const allowanceLinesQuery = pageShape.extend(filter).refine(either, BOTH)
export const yearBookQuery = z.object({
  district_code: filter.district_code,
  year: filter.year,
  workforce: filter.workforce,
})

const figures = {
  lines: count.describe('months of people judged or corrected'),
  paid_lines: count.describe('of them, those that pay something'),
  paid_fen: fen,
  recovered_lines: count,
  recovered_fen: fen.describe('never above zero'),
  amount_fen: fen.describe('what the ledger holds: paid and recovered together'),
}
const figuresShape = z.object(figures)
export type AllowanceFigures = z.output<typeof figuresShape>

const sumShape = z.object({
  key: z.string().nullable().describe('a month, code, id, level or name; null: without'),
  name: z.string().nullable(),
  ...figures,
})
export type AllowanceSum = z.output<typeof sumShape>
export const allowanceSumsShape = z
  .object({ items: z.array(sumShape), totals: figuresShape, next_cursor: z.null() })
  .meta({ id: 'AllowanceSums' })

const bookedShape = z
  .object({
    run_id: z.uuid(),
    run_month: monthShape,
    scheme_code: z.string(),
    district_name: z.string(),
    person_id: z.uuid().nullable().meta({ description: '支付给机构的为空 null where an organisation is paid' }),
    person_name: z.string().meta({ description: '收款人，或收款机构的名称 the payee, a person or an organisation' }),
    id_number_masked: z.string().nullable(),
    organisation_name: z.string().nullable(),
    month: monthShape,
    component: z.string(),
    level: z.number().int().nullable(),
    kind: z.string(),
    amount_fen: fen,
  })
  .meta({ id: 'BookedLine' })
export type BookedLine = z.output<typeof bookedShape>
export const bookedLinesShape = listOf(bookedShape)

const rate = z.object({ numerator: count, denominator: count })
const yearFigures = {
  people: count.describe('paid at least once in the year; over all districts everybody once'),
  months: count.describe('months of people that were paid'),
  paid_fen: fen,
  difference_lines: count.describe('back pay and differences'),
  difference_fen: fen.describe('of what was paid, back pay and differences'),
  recovered_lines: count,
  recovered_fen: fen,
  amount_fen: fen,
  certificates: count.describe('issued'),
  classes: count,
  assessed: count,
  passed: count,
  pass_rate: rate,
}
const yearFiguresShape = z.object(yearFigures)
export type YearFigures = z.output<typeof yearFiguresShape>
const yearRowShape = z.object({ district_code: z.string(), district_name: z.string(), ...yearFigures })
export type YearRow = z.output<typeof yearRowShape>
export const yearBookShape = z
  .object({ year: z.number().int(), items: z.array(yearRowShape), totals: yearFiguresShape, next_cursor: z.null() })
  .meta({ id: 'YearBook' })
