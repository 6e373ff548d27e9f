/** What comes in and goes out about what becomes of certificates after they were issued. */
import { z } from 'zod'
import { localDateShape } from '../platform/date-shape.ts'
import { DECISION_CERTIFICATES } from './life-rules.ts'
import { REVOCATION_REASONS } from './rules.ts'
import { keys, reason } from './shapes.ts'

/** the number of the paper it was decided in */
const decision_reference = z.string().trim().min(2).max(100)
const day = localDateShape.nullish().transform((given) => given ?? null)

const paper = { reason, decision_reference }
const written = { reason: '经复核，原撤销依据不实', decision_reference: '示例评撤〔2026〕3 号' }
export const restorationShape = z.strictObject(paper).meta({ example: written })
/** `from_on`: the first day on which it supports nothing; today when left out. */
export const suspensionShape = z
  .strictObject({ ...paper, from_on: day })
  .meta({ example: { ...written, reason: '涉嫌替考，调查期间', from_on: '2026-11-20' } })
/** `from_on`: the first day on which it counts again; the day it was suspended from, when it never should have been. */
export const resumptionShape = z
  .strictObject({ ...paper, from_on: day })
  .meta({ example: { ...written, reason: '调查结束，未发现问题' } })
export const nameCorrectionShape = z
  .strictObject({
    reason,
    /** where the proof is: the file number of the papers seen, their hash */
    evidence: z.string().trim().min(2).max(500),
  })
  .meta({ example: { reason: '登记时姓名用字有误', evidence: '身份证原件，档案 2026-118' } })
export const continuationShape = z.strictObject({ reason }).meta({ example: { reason: '继续教育学时已满' } })

const selection = {
  certificate_ids: z.array(z.uuid()).min(1).max(DECISION_CERTIFICATES).optional(),
  numbers: z.array(z.string().trim().min(1).max(60)).min(1).max(DECISION_CERTIFICATES).optional(),
  class_id: z.uuid().optional(),
  event_id: z.uuid().optional().describe('promotions by the ranking of an event of a competition'),
  batch_id: z.uuid().optional(),
}
const WAYS = Object.keys(selection) as (keyof typeof selection)[]
const oneWay = (input: Partial<Record<(typeof WAYS)[number], unknown>>) =>
  WAYS.filter((way) => input[way] !== undefined).length === 1
const ONE_WAY = {
  path: ['certificate_ids'],
  error: `${WAYS.join('、')} 只能给一个。 / Give exactly one of them.`,
}
const how = { reason_code: keys(REVOCATION_REASONS), effective_on: day }
/** What a decision would come to: everything but its words. */
export const revocationCheckShape = z
  .strictObject({ ...selection, ...how })
  .refine(oneWay, ONE_WAY)
  .meta({ example: { numbers: ['S000033999901265000001'], reason_code: 'fraud' } })
export const revocationDecisionShape = z
  .strictObject({ ...selection, ...how, ...paper })
  .refine(oneWay, ONE_WAY)
  .meta({
    example: {
      ...{ certificate_ids: ['01a20928-3a5e-7d4f-a8a8-6fe334235fde'], reason_code: 'fraud' },
      ...{ reason: '考场集体作弊，经查实', decision_reference: '示例评撤〔2026〕1 号' },
    },
  })
export type Selection = { [K in keyof typeof selection]?: z.output<(typeof selection)[K]> }

const leftOut = z.object({
  certificate_id: z.string().nullable(),
  number: z.string().nullable(),
  code: z.string(),
  message: z.string(),
})
export const revocationPlanShape = z
  .object({
    certificates: z.number().int().describe('that were asked for'),
    revocable: z.number().int(),
    left_out: z
      .array(leftOut)
      .describe('which not, and why; of a list each is a fault, of a class or batch it is passed over'),
  })
  .meta({ id: 'CertificateRevocationPlan' })
export const revocationDecisionAnswerShape = z
  .object({
    id: z.uuid(),
    organisation_id: z.uuid(),
    organisation_name: z.string(),
    reason_code: keys(REVOCATION_REASONS),
    reason: z.string(),
    decision_reference: z.string(),
    certificates: z.number().int(),
    standing: z.number().int().describe('that were not withdrawn since'),
    decided_by_name: z.string().nullable(),
    decided_at: z.any(),
  })
  .meta({ id: 'CertificateRevocationDecision' })
export const restoredShape = z.object({ restored: z.number().int() })

export const lifeShape = z.object({
  items: z.array(
    z.object({
      kind: z.string(),
      on: z.string(),
      until: z.string().nullable(),
      reason_code: z.string().nullable(),
      reason: z.string(),
      decision_reference: z.string().nullable(),
      by: z.string().nullable(),
      at: z.any(),
    }),
  ),
  next_cursor: z.null(),
})
export const revocationDecisionsShape = z.object({
  items: z.array(revocationDecisionAnswerShape),
  next_cursor: z.null(),
})
