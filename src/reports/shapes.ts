/** What a report is asked by, and what its rows look like. */
import { z } from 'zod'
import { monthShape } from '../people/fact-shapes.ts'
import { WORKFORCES, type Workforce } from '../people/rules.ts'

const districtCode = z
  .string()
  .regex(/^\d{6}$/)
  .meta({ description: '区县、市（330100）或省（330000） a district, a city or a province' })
const year = z.coerce.number().int().min(2020).max(2100)
const level = z.coerce.number().int().min(1).max(5)
const workforce = z.enum(Object.keys(WORKFORCES) as [Workforce])

export const reportFilterShape = z
  .object({
    district_code: districtCode.optional(),
    month: monthShape.optional(),
    year: year.optional().meta({ description: '缺省为本年 this year when left out' }),
    level: level.optional(),
    workforce: workforce.optional(),
  })
  .refine(({ month, year }) => !(month && year), {
    path: ['year'],
    error: 'month 与 year 二选一。 / Give month or year.',
  })

/** The form above the cockpit: what makes no sense counts as not chosen. */
export const cockpitFilterShape = z.object({
  district_code: districtCode.optional().catch(undefined),
  year: year.optional().catch(undefined),
  workforce: workforce.optional().catch(undefined),
})

const count = z.number().int().min(0)
const fen = z.number().int()
const rateShape = z
  .object({ numerator: count, denominator: count })
  .meta({ id: 'Rate', example: { numerator: 11, denominator: 12 } })
const cell = {
  district_code: z.string(),
  district_name: z.string(),
  month: monthShape,
  level: z.number().int().nullable(),
}

export const workforceReportShape = report(
  'WorkforceReport',
  { ...cell, people: count, expiring: count, in_post: count, rate: rateShape },
  { month: monthShape.nullable(), certified: count, expiring: count, in_post: count, rate: rateShape },
)

const trainingFigures = {
  classes: count,
  people: count,
  withdrawn: count,
  completed: count,
  failed: count,
  assessed: count,
  passed: count,
  certified: count,
  completion_rate: rateShape,
  pass_rate: rateShape,
  certificate_rate: rateShape,
}
export const trainingReportShape = report('TrainingReport', { ...cell, ...trainingFigures }, trainingFigures)
export const institutionsReportShape = report(
  'InstitutionsReport',
  { ...cell, id: z.uuid(), name: z.string(), ...trainingFigures },
  trainingFigures,
)

const credentialFigures = {
  issued: count,
  valid: count,
  expired: count,
  suspended: count,
  revoked: count,
  replaced: count,
  registry_found: count,
  valid_rate: rateShape,
}
export const credentialsReportShape = report(
  'CredentialsReport',
  { ...cell, kind: z.string(), ...credentialFigures },
  credentialFigures,
)

const competitionFigures = {
  competitions: count,
  events: count,
  entries: count,
  ranked: count,
  awards: count,
  award_rate: rateShape,
}
const { level: _, ...contest } = cell
export const competitionsReportShape = report(
  'CompetitionsReport',
  { ...contest, tier: z.string(), ...competitionFigures },
  competitionFigures,
)

const allowanceFigures = {
  judged: count,
  payable: count,
  people_paid: count,
  paid_fen: fen,
  recovered_fen: fen,
  amount_fen: fen,
  payable_rate: rateShape,
}
export const allowancesReportShape = report(
  'AllowancesReport',
  { ...cell, scheme_code: z.string(), ...allowanceFigures },
  allowanceFigures,
)

/** Rows, and the same figures over all of them: people in several rows are counted once there. */
function report<I extends z.ZodRawShape, T extends z.ZodRawShape>(id: string, item: I, totals: T) {
  return z.object({ items: z.array(z.object(item)), totals: z.object(totals), next_cursor: z.null() }).meta({ id })
}
