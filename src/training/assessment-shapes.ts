/** What comes in and goes out about terms, sittings, entries of two people, locking, publication and examiners. */
import { z } from 'zod'
import { oneOf, reasonShape } from '../people/shapes.ts'
import { localDateShape } from '../platform/date-shape.ts'
import { PARTS } from './rules.ts'
import { completionShape, recordedShape } from './shapes.ts'

const ENROLMENT = '01a20928-3a5e-7d4f-a8a8-6fe334235fde'
const partShape = oneOf(PARTS)
const count = z.number().int()

const terms = {
  kept_months: z.number().int().min(0).max(120).describe('months for which a passed part is kept; 0: not at all'),
  sittings: z.number().int().min(1).max(20).describe('sittings of a part in one class, the first included'),
  appeal_days: z.number().int().min(0).max(90),
  two_person_entry: z.boolean(),
  held_until_published: z.boolean().describe('results are the assessor’s alone until published'),
}
export const newTermsShape = z
  .strictObject({ ...terms, valid_from: localDateShape, citation: z.string().trim().min(2).max(300) })
  .meta({
    example: {
      ...{ kept_months: 24, sittings: 3, appeal_days: 5, two_person_entry: true, held_until_published: true },
      ...{ valid_from: '2026-12-01', citation: '《考核管理办法》第 12 条' },
    },
  })
export const termsShape = z
  .object({
    ...terms,
    citation: z.string(),
    confidence: z.string().describe('`unknown`: the default of this system'),
    valid_from: z.string().nullable().describe('null: the default'),
  })
  .meta({ id: 'AssessmentTerms' })

export const newSittingShape = z
  .strictObject({
    part: partShape,
    assessed_on: localDateShape,
    items: z
      .array(
        z.strictObject({
          enrolment_id: z.uuid().optional(),
          person_id: z.uuid().optional(),
          mark: z.number(),
          reason: reasonShape.nullish(),
        }),
      )
      .min(1)
      .max(2000),
  })
  .meta({
    example: { part: 'practical', assessed_on: '2026-09-10', items: [{ enrolment_id: ENROLMENT, mark: 71.5 }] },
  })
export type SittingRow = z.output<typeof newSittingShape>['items'][number]

export const enteredShape = recordedShape.extend({
  waiting: count.optional().describe('marks that wait for the second person'),
  differing: count.optional().describe('marks on which the two differ'),
})

export const markShape = z
  .object({
    id: z.uuid(),
    enrolment_id: z.uuid(),
    part: partShape,
    sitting: count.describe('0: kept from an earlier class'),
    version: count,
    assessed_on: z.string(),
    mark: z.number().describe('points'),
    reason: z.string().nullable(),
    kept_mark_id: z.uuid().nullable(),
  })
  .meta({ id: 'AssessmentMark' })

const entryShape = z.object({
  entry: count,
  mark: z.number(),
  assessed_on: z.string(),
  entered_by: z.string(),
})
export const differenceShape = z
  .object({
    enrolment_id: z.uuid(),
    person_name: z.string(),
    part: partShape,
    sitting: count,
    first: entryShape,
    second: entryShape,
  })
  .meta({ id: 'EntryDifference' })
export const settlementShape = z
  .strictObject({
    items: z
      .array(z.strictObject({ entry: z.number().int().describe('the one that stands'), reason: reasonShape }))
      .min(1)
      .max(500),
  })
  .meta({ example: { items: [{ entry: 12, reason: '核对评分表，以第二人为准' }] } })
export type SettledDifference = z.output<typeof settlementShape>['items'][number]
export const settledShape = z.object({ settled: count, differing: count })

export const examinerShape = z
  .object({
    id: z.uuid(),
    name: z.string(),
    account_id: z.uuid().nullable(),
    named_at: z.date(),
    employed_by_trainer: z.boolean().describe('somebody of this name works for the trainer on a day of the class'),
    in_class: z.boolean().describe('somebody of this name sits in the class'),
  })
  .meta({ id: 'Examiner' })
export const newExaminerShape = z
  .strictObject({ name: z.string().trim().min(1).max(60), account_id: z.uuid().nullish() })
  .meta({ example: { name: '示例考评员' } })

export const closingShape = z
  .object({
    locked_at: z.date(),
    missing: z.array(z.uuid()).describe('enrolments without a result when it was locked'),
    implied: z.boolean().describe('by the completion of the class'),
    locked_by_name: z.string().nullable(),
    published_at: z.date().nullable(),
    published_by_name: z.string().nullable(),
  })
  .meta({ id: 'ResultClosing' })
export const lockShape = z
  .strictObject({ with_missing: z.boolean().default(false) })
  .meta({ example: { with_missing: false } })

export const assessmentShape = z
  .object({
    class_id: z.uuid(),
    terms: termsShape,
    closing: closingShape.nullable(),
    examiners: z.array(examinerShape),
    waiting: count.describe('marks that wait for the second person'),
    differing: count,
  })
  .meta({ id: 'Assessment' })

export const examinerParamsShape = z.object({ id: z.uuid(), examiner: z.uuid() })

const rateShape = z.object({
  numerator: count,
  denominator: count,
  words: z.string().describe('what the denominator is'),
})
const { items: _, ...completionFigures } = completionShape.shape
export const completionViewShape = z
  .object({
    ...completionFigures,
    results: z.enum(['open', 'locked', 'published']),
    pass_rate: rateShape.describe('passed ÷ people with a result'),
    certificate_rate: rateShape.describe('standing certificates ÷ enrolled, those who withdrew included'),
    items: z.array(
      completionShape.shape.items.element.extend({
        kept: z.array(z.object({ part: partShape, until: z.string().nullable() })),
        resit: z.array(z.object({ part: partShape, left: count })),
        entries: z.enum(['none', 'waiting', 'differing']),
      }),
    ),
  })
  .meta({ id: 'Completion' })
