/** What comes in and goes out about class states and filings. */
import { z } from 'zod'
import { oneOf, reasonShape } from '../people/shapes.ts'
import { localDateShape } from '../platform/date-shape.ts'
import { CLASS_STATES, FILING_STATES } from './filing-rules.ts'

export const newFilingShape = z
  .strictObject({ note: z.string().trim().min(2).max(500).nullish() })
  .meta({ example: { note: '附课程表、师资和学员名单' } })

export const filingDecisionShape = z
  .strictObject({ accepted: z.boolean(), reason: reasonShape.nullish().describe('required where it is returned') })
  .meta({ example: { accepted: false, reason: '第 2 次课没有安排教师' } })
export type FilingDecision = z.output<typeof filingDecisionShape>

export const filingShape = z
  .object({
    id: z.uuid(),
    class_id: z.uuid(),
    class_name: z.string(),
    class_status: z.enum(['open', 'completed', 'cancelled']),
    organisation_id: z.uuid(),
    organisation_name: z.string(),
    district_code: z.string().describe('with whom it is filed'),
    district_name: z.string(),
    state: oneOf(FILING_STATES),
    reason: z.string().nullable(),
    state_by: z.string(),
    state_at: z.date(),
    filed_on: localDateShape,
    due_on: localDateShape.nullable().describe('the last day in time; null where no rule was in force'),
    late: z.boolean(),
    rule_code: z.string().nullable(),
    days_before: z.number().int().nullable(),
    citation: z.string().nullable(),
    confidence: z.string().nullable(),
    starts_on: localDateShape,
    ends_on: localDateShape,
    people: z.number().int().describe('enrolled when it was filed'),
    sessions: z.number().int(),
    hours: z.number().int(),
    note: z.string().nullable(),
    current: z.boolean().describe('false: the class has other dates by now and is to be filed again'),
  })
  .meta({ id: 'ClassFiling' })
export type FilingView = z.output<typeof filingShape>

export const filingFilterShape = z.object({ state: oneOf(FILING_STATES).optional(), late: z.stringbool().optional() })

export const classStateShape = z
  .object({
    number: z.number().int(),
    state: oneOf(CLASS_STATES),
    filing_id: z.uuid().nullable(),
    reason: z.string().nullable(),
    by_name: z.string(),
    at: z.date(),
  })
  .meta({ id: 'ClassState' })
export type ClassStateView = z.output<typeof classStateShape>

export const filingRuleShape = z
  .object({
    code: z.string(),
    division_code: z.string(),
    days_before: z.number().int(),
    valid_from: localDateShape.nullable().describe('null: the source does not say'),
    valid_to: localDateShape.nullable(),
    citation: z.string(),
    confidence: z.string(),
    active: z.boolean().describe('false: binds nobody'),
  })
  .meta({ id: 'ClassFilingRule' })
