/** What comes in and goes out about issuing: one certificate, a batch for a class or an event, and how far a batch is. */
import { z } from 'zod'
import { localDateShape } from '../platform/date-shape.ts'
import { KINDS } from './rules.ts'
import { keys, reason } from './shapes.ts'

const issue = {
  kind: keys(KINDS),
  issued_on: localDateShape,
  /** the first day on which it no longer counts; null for no end */
  valid_until: localDateShape.nullish().transform((day) => day ?? null),
}
export const newBatchShape = z
  .strictObject({
    class_id: z.uuid().optional(),
    /** instead of a class: the awards of its published ranking, or with `skill_level` the promotions approved by it */
    event_id: z.uuid().optional(),
    ...issue,
    reason: reason.nullish(),
  })
  .refine(({ class_id, event_id }) => (class_id === undefined) !== (event_id === undefined), {
    path: ['class_id'],
    error: 'class_id 与 event_id 二选一。 / Give class_id or event_id.',
  })
  .refine(({ kind, event_id }) => (kind === 'award' ? event_id : kind !== 'completion' || !event_id), {
    path: ['kind'],
    error: '获奖证书按竞赛项目发，结业证书按培训班发。 / Awards are issued to an event, completions to a class.',
  })
  .meta({
    example: { class_id: '019ab1c2-0000-7000-8000-000000000001', kind: 'skill_level', issued_on: '2026-11-20' },
  })
export const newCertificateShape = z
  .strictObject({
    enrolment_id: z.uuid().optional(),
    /** instead of an enrolment: the award of an entry, to whoever stands for it or to the member named by `person_id` */
    entry_id: z.uuid().optional(),
    person_id: z.uuid().optional(),
    ...issue,
  })
  .refine(
    ({ kind, enrolment_id, entry_id }) => (kind === 'award' ? entry_id && !enrolment_id : enrolment_id && !entry_id),
    {
      path: ['kind'],
      error:
        '获奖证书写 entry_id，其他证书写 enrolment_id。 / Give entry_id for an award, enrolment_id for the others.',
    },
  )
  .refine(({ kind, person_id }) => kind === 'award' || person_id === undefined, {
    path: ['person_id'],
    error: 'person_id 只用于获奖证书。 / Give person_id for awards only.',
  })
  .meta({
    example: { enrolment_id: '01a20928-3a5e-7d4f-a8a8-6fe334235fde', kind: 'skill_level', issued_on: '2026-08-20' },
  })

export const promotionCertificateShape = z
  .strictObject({ issued_on: issue.issued_on, valid_until: issue.valid_until })
  .meta({ example: { issued_on: '2026-11-23' } })

export const batchMadeShape = z.object({ id: z.uuid(), status: z.string(), job_id: z.uuid() })
export const batchShape = batchMadeShape
  .extend({
    class_id: z.uuid().nullable(),
    class_name: z.string().nullable(),
    event_id: z.uuid().nullable(),
    event_name: z.string().nullable(),
    kind: z.string(),
    issued_on: z.string(),
    valid_until: z.string().nullable(),
    done: z.number().int(),
    total: z.number().int().nullable(),
    issued: z.number().int(),
    left_out: z.number().int(),
    skipped: z
      .array(
        z.object({
          enrolment_id: z.string().nullable(),
          entry_id: z.string().nullable(),
          promotion_id: z.string().nullable(),
          person_id: z.string(),
          holder_name: z.string(),
          code: z.string(),
          message: z.string(),
        }),
      )
      .describe('the first 1,000 of them'),
  })
  .meta({ id: 'CertificateBatch' })
