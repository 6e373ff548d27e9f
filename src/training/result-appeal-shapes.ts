/** What comes in and goes out about appeals against results. */
import { z } from 'zod'
import { reasonShape } from '../people/shapes.ts'

const marks = { theory: z.number().nullable(), practical: z.number().nullable(), review: z.number().nullable() }
const resultShape = z.object({ ...marks, passed: z.boolean() })

export const newResultAppealShape = z
  .strictObject({ grounds: z.string().trim().min(2).max(1000) })
  .meta({ example: { grounds: '操作技能第二项漏计分，请复核评分表' } })

export const appealDecisionShape = z
  .strictObject({
    upheld: z.boolean(),
    reason: reasonShape,
    marks: z
      .strictObject({
        theory: z.number().nullish(),
        practical: z.number().nullish(),
        review: z.number().nullish(),
      })
      .default({})
      .describe('points as they should be; only where the appeal is upheld'),
  })
  .meta({ example: { upheld: true, reason: '评分表漏计 4 分，已补', marks: { practical: 61.5 } } })
export type AppealDecision = z.output<typeof appealDecisionShape>

export const resultAppealShape = z
  .object({
    id: z.uuid(),
    enrolment_id: z.uuid(),
    person_id: z.uuid(),
    person_name: z.string(),
    class_id: z.uuid(),
    class_name: z.string(),
    assessed_on: z.string(),
    grounds: z.string(),
    filed_at: z.date(),
    before: resultShape,
    upheld: z.boolean().nullable().describe('null until it is decided'),
    reason: z.string().nullable(),
    decided_at: z.date().nullable(),
    after: resultShape.nullable().describe('the result as corrected'),
  })
  .meta({ id: 'ResultAppeal' })
export type ResultAppealView = z.output<typeof resultAppealShape>
