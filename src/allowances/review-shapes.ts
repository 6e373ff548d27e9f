/** What comes in and goes out about the review of a run: steps, findings, the sample, held lines, and the data all of it rests on. */
import { z } from 'zod'
import { monthShape } from '../people/fact-shapes.ts'
import { pageShape } from '../platform/paging.ts'
import { FINDINGS, type NamedLine, REVIEWERS, VERDICTS } from './review-rules.ts'

const keys = <T extends object>(vocabulary: T) => z.enum(Object.keys(vocabulary) as [keyof T & string])
const reason = z.string().trim().min(2).max(500)
const count = z.number().int()

const stepNamed = {
  reviewer: keys(REVIEWERS),
  township_code: z
    .string()
    .regex(/^\d{9}$/)
    .nullish()
    .describe(
      '镇街一步是哪个镇街的，缺省为账号自己的 of a township’s step which township, the account’s own when left out',
    ),
}
export const newReviewShape = z
  .discriminatedUnion('decision', [
    z.strictObject({ ...stepNamed, decision: z.literal('agreed'), reason: reason.nullish() }),
    z.strictObject({ ...stepNamed, decision: z.literal('returned'), reason }),
  ])
  .meta({ example: { reviewer: 'township', decision: 'agreed', reason: '已核对名单' } })
export type NewReview = z.output<typeof newReviewShape>

export const findingFilterShape = pageShape.extend({
  kind: keys(FINDINGS).optional(),
  answered: z.enum(['true', 'false']).optional(),
})
export const findingAnswersShape = z
  .strictObject({ finding_ids: z.array(z.uuid()).min(1).max(500), verdict: keys(VERDICTS), reason })
  .meta({ example: { finding_ids: ['0190…'], verdict: 'cleared', reason: '夫妻共用账户，已留存证明' } })
export type FindingAnswers = z.output<typeof findingAnswersShape>

const ofOrganisation =
  '支付给机构的明细写机构，不写人员 of a line that is paid to an organisation, in the place of the person'
const lineKey = {
  person_id: z.uuid().nullable(),
  organisation_id: z.uuid().nullable().describe(ofOrganisation),
  ...{ month: monthShape, component: z.string() },
}
const lineNamed = {
  person_id: z.uuid().nullish(),
  organisation_id: z.uuid().nullish().describe(ofOrganisation),
  ...{ month: monthShape, component: z.string().max(31).default('monthly') },
}
const ofOnePayee = ({ person_id, organisation_id }: Pick<NamedLine, 'person_id' | 'organisation_id'>) =>
  !person_id !== !organisation_id
const ONE_PAYEE = {
  path: ['person_id'],
  error: 'person_id 与 organisation_id 二选一。 / Give person_id or organisation_id.',
}
export const inspectionsShape = z
  .strictObject({
    items: z
      .array(z.strictObject({ ...lineNamed, passed: z.boolean(), note: reason }).refine(ofOnePayee, ONE_PAYEE))
      .min(1)
      .max(500),
  })
  .meta({ example: { items: [{ person_id: '0190…', month: '2026-10', passed: true, note: '现场在岗，考勤相符' }] } })
export type Inspections = z.output<typeof inspectionsShape>

export const newHoldShape = z
  .strictObject({ ...lineNamed, reason })
  .refine(ofOnePayee, ONE_PAYEE)
  .meta({ example: { person_id: '0190…', month: '2026-10', reason: '劳动合同正在核实' } })
export type NewHold = z.output<typeof newHoldShape>

const township_code = z.string().nullable().describe('提交时机构所在镇街 where the facility lay at submission')
const stepShape = z.object({
  reviewer: z.string(),
  /** null: the step of another authority, or of facilities without a township on record */
  township_code,
  township_name: z.string().nullable(),
  lines: count,
  payable: count,
  amount_fen: count,
  open_findings: count,
  open_inspections: count,
  decided_by: z.string().nullable(),
  reason: z.string().nullable(),
  decided_at: z.date().nullable(),
})
export const reviewShape = z
  .object({
    run_id: z.uuid(),
    status: z.string(),
    /** the reader computed or submitted the run, so does not check it */
    own_work: z.boolean(),
    steps: z.array(stepShape),
    findings: count,
    open_findings: count,
    sample: z.object({ seed: z.string(), percent: count, lines: count, inspected: count, failed: count }).nullable(),
    held_count: count,
    held_fen: count,
  })
  .meta({ id: 'RunReview' })
export type ReviewView = z.output<typeof reviewShape>

export const findingShape = z
  .object({
    id: z.uuid(),
    kind: z.string(),
    /** null until it is submitted */
    reviewer: z.string().nullable(),
    township_code,
    organisation_id: z.uuid().nullable(),
    organisation_name: z.string().nullable(),
    person_id: z.uuid().nullable(),
    person_name: z.string().nullable(),
    month: z.string().nullable(),
    evidence: z.any(),
    verdict: z.string().nullable(),
    reason: z.string().nullable(),
    decided_by: z.string().nullable(),
    decided_at: z.date().nullable(),
  })
  .meta({ id: 'RunFinding' })
export type FindingRow = z.output<typeof findingShape>

export const sampleLineShape = z
  .object({
    ...lineKey,
    person_name: z.string().meta({ description: '收款人，或收款机构的名称 the payee, a person or an organisation' }),
    organisation_name: z.string().nullable(),
    facility_kind: z.string().nullable(),
    reviewer: z.string(),
    township_code,
    lot: count,
    of: count,
    amount_fen: count,
    passed: z.boolean().nullable(),
    note: z.string().nullable(),
    decided_by: z.string().nullable(),
  })
  .meta({ id: 'SampleLine' })
export type SampleLine = z.output<typeof sampleLineShape>
export const sampleShape = z.object({
  seed: z.string(),
  percent: count,
  drawn_at: z.date(),
  drawing: z.string(),
  items: z.array(sampleLineShape),
})

export const holdShape = z
  .object({
    id: z.uuid(),
    run_id: z.uuid(),
    scheme_code: z.string(),
    ...lineKey,
    person_name: z.string().meta({ description: '收款人，或收款机构的名称 the payee, a person or an organisation' }),
    organisation_name: z.string().nullable(),
    amount_fen: count,
    cause: z.string(),
    reason: z.string(),
    held_by: z.string(),
    held_at: z.date(),
    release_reason: z.string().nullable(),
    released_by: z.string().nullable(),
    released_at: z.date().nullable(),
  })
  .meta({ id: 'LineHold' })
export type HoldRow = z.output<typeof holdShape>

const sourced = { citation: z.string(), sources: z.array(z.string()), confidence: z.string() }
export const reviewRulesShape = z.object({
  routes: z.array(
    z.object({ scheme_code: z.string().nullable(), facility_kind: z.string(), reviewer: z.string(), ...sourced }),
  ),
  parameters: z.array(z.object({ code: z.string(), value: count, ...sourced })),
})
