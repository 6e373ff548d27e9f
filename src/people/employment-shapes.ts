/** What comes in and goes out about employments. */
import { z } from 'zod'
import { localDateShape } from '../organisations/shapes.ts'
import { pageShape } from '../platform/paging.ts'
import { uuid } from './fact-shapes.ts'
import { CONTRACT_KINDS, POSTS } from './rules.ts'
import { listOf, oneOf, reasonShape } from './shapes.ts'

export const newEmploymentShape = z
  .strictObject({
    organisation_id: uuid.optional().meta({ description: '缺省为本机构 your own organisation when left out' }),
    post: oneOf(POSTS),
    contract_kind: oneOf(CONTRACT_KINDS),
    starts_on: localDateShape,
    ends_on: localDateShape.nullish(),
  })
  .meta({
    id: 'NewEmployment',
    example: { post: 'care', contract_kind: 'labour', starts_on: '2026-03-01', ends_on: null },
  })

export const endingShape = z
  .strictObject({ ends_on: localDateShape, reason: reasonShape })
  .meta({ id: 'EmploymentEnding', example: { ends_on: '2026-11-16', reason: '辞职' } })
export type Ending = z.output<typeof endingShape>

export const employmentFilterShape = pageShape.extend({
  organisation_id: z.uuid().optional(),
  on: localDateShape.optional().meta({ description: '当日在岗 in post on that day' }),
})
export const employmentShape = z
  .object({
    id: z.uuid(),
    person_id: z.uuid(),
    person_name: z.string(),
    id_number_masked: z.string(),
    organisation_id: z.uuid(),
    organisation_name: z.string(),
    post: z.string(),
    contract_kind: z.string(),
    starts_on: z.string(),
    ends_on: z.string().nullable(),
    leaving_reason: z.string().nullable(),
  })
  .meta({ id: 'Employment' })
export const employmentPageShape = listOf(employmentShape)
export const employmentListShape = z.object({ items: z.array(employmentShape) })
