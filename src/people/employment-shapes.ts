/** What comes in and goes out about employments. */
import { z } from 'zod'
import { localDateShape } from '../platform/date-shape.ts'
import { pageShape } from '../platform/paging.ts'
import { LEAVING_KINDS, OPEN_ENDED } from './employment-rules.ts'
import { uuid } from './fact-shapes.ts'
import { CONTRACT_KINDS, POSTS } from './rules.ts'
import { knownAtShape, listOf, oneOf, reasonShape, versionsShape } from './shapes.ts'

const contractUntil = localDateShape.meta({
  description: `合同不再履行的第一天，无固定期限的为 ${OPEN_ENDED} the first day the contract no longer covers; ${OPEN_ENDED}: it has no end`,
})

export const newEmploymentShape = z
  .strictObject({
    organisation_id: uuid.optional().meta({ description: '缺省为本机构 your own organisation when left out' }),
    post: oneOf(POSTS),
    contract_kind: oneOf(CONTRACT_KINDS),
    contract_until: contractUntil.nullish(),
    starts_on: localDateShape,
    ends_on: localDateShape.nullish(),
    leaving_kind: oneOf(LEAVING_KINDS).nullish(),
  })
  .meta({
    id: 'NewEmployment',
    example: {
      post: 'care',
      contract_kind: 'labour',
      contract_until: '2029-03-01',
      starts_on: '2026-03-01',
      ends_on: null,
    },
  })

export const endingShape = z
  .strictObject({ ends_on: localDateShape, leaving_kind: oneOf(LEAVING_KINDS).default('other'), reason: reasonShape })
  .meta({
    id: 'EmploymentEnding',
    example: { ends_on: '2026-11-16', leaving_kind: 'resigned', reason: '个人原因' },
  })
export type Ending = z.output<typeof endingShape>

export const correctionShape = z
  .strictObject({
    post: oneOf(POSTS).optional(),
    contract_kind: oneOf(CONTRACT_KINDS).optional(),
    contract_until: contractUntil.nullable().optional(),
    starts_on: localDateShape.optional(),
    ends_on: localDateShape.nullable().optional().meta({ description: 'null 为从未离岗 null: the person never left' }),
    leaving_kind: oneOf(LEAVING_KINDS).nullable().optional(),
    reason: reasonShape,
  })
  .meta({ id: 'EmploymentCorrection', example: { contract_kind: 'service', reason: '合同种类登记有误' } })
export type Correction = z.output<typeof correctionShape>

export const transferShape = z
  .strictObject({
    organisation_id: uuid.optional().meta({ description: '缺省为原机构 the same organisation when left out' }),
    post: oneOf(POSTS).optional(),
    contract_kind: oneOf(CONTRACT_KINDS).optional(),
    contract_until: contractUntil.nullable().optional().meta({
      description:
        '同一机构同一合同的缺省为原期限 that of before when left out and neither organisation nor contract change',
    }),
    on: localDateShape.meta({ description: '新任职的第一天 first day of the next employment' }),
    reason: reasonShape,
  })
  .meta({ id: 'EmploymentTransfer', example: { post: 'management', on: '2026-12-01', reason: '晋升为护理主管' } })
export type Transfer = z.output<typeof transferShape>

export const employmentWithdrawalShape = z
  .strictObject({ reason: reasonShape })
  .meta({ id: 'EmploymentWithdrawal', example: { reason: '登记错了人' } })

export const employmentFilterShape = pageShape.extend({
  ...knownAtShape.shape,
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
    district_code: z.string(),
    post: z.string(),
    contract_kind: z.string(),
    contract_until: z.string().nullable(),
    starts_on: z.string(),
    ends_on: z.string().nullable(),
    leaving_kind: z.string().nullable(),
    leaving_reason: z.string().nullable(),
    transferred_from: z
      .uuid()
      .nullable()
      .meta({ description: '调动前的任职 the employment that this one goes on from' }),
    concurrent: z
      .boolean()
      .meta({ description: '同一时间还有别的任职 another employment at the same time, here or elsewhere' }),
  })
  .meta({ id: 'Employment' })
export const writtenEmploymentShape = employmentShape
  .extend({
    warnings: z
      .array(z.object({ pointer: z.string(), code: z.string(), message: z.string() }))
      .meta({ description: '允许但应核对 allowed, and worth a look: employment.concurrent' }),
  })
  .meta({ id: 'WrittenEmployment' })
export const employmentPageShape = listOf(employmentShape)
export const employmentListShape = z.object({ items: z.array(employmentShape) })
export const employmentVersionsShape = versionsShape(
  {
    post: z.string(),
    contract_kind: z.string(),
    contract_until: z.string().nullable(),
    starts_on: z.string(),
    ends_on: z.string().nullable(),
    leaving_kind: z.string().nullable(),
    leaving_reason: z.string().nullable(),
    transferred_from: z.uuid().nullable(),
  },
  'EmploymentVersions',
)
