/** What comes in and goes out about claims: who asked for which component of a scheme, and on which day. */
import { z } from 'zod'
import { localDateShape } from '../platform/date-shape.ts'

const code = z.string().regex(/^[a-z0-9-]{3,40}$/)
const component = z.string().regex(/^[a-z][a-z0-9_]{1,30}$/)
const note = z.string().trim().min(1).max(500)
const reason = z.string().trim().min(2).max(500)

export const newClaimShape = z
  .strictObject({
    scheme_code: code,
    component,
    claimed_on: localDateShape.meta({ description: '提出申领的那一天 the day on which it was claimed' }),
    note: note.nullish(),
  })
  .meta({
    id: 'NewAllowanceClaim',
    example: { scheme_code: 'zj-entry', component: 'entry', claimed_on: '2026-07-10' },
  })
export type NewClaim = z.output<typeof newClaimShape>

export const claimCorrectionShape = z
  .strictObject({ claimed_on: localDateShape.optional(), note: note.nullish(), reason })
  .meta({ id: 'AllowanceClaimCorrection', example: { claimed_on: '2026-07-09', reason: '以窗口收件日期为准' } })
export type ClaimCorrection = z.output<typeof claimCorrectionShape>

export const claimWithdrawalShape = z
  .strictObject({ reason })
  .meta({ id: 'AllowanceClaimWithdrawal', example: { reason: '申领的项目选错了' } })

export const claimShape = z
  .object({
    ...{ id: z.uuid(), person_id: z.uuid(), person_name: z.string() },
    ...{ scheme_code: z.string(), scheme_name: z.string(), component: z.string(), component_title: z.string() },
    claimed_on: z.string(),
    organisation_id: z.uuid().nullable().describe('the facility that filed it; null: the person did'),
    organisation_name: z.string().nullable(),
    note: z.string().nullable(),
    deadline: z
      .string()
      .nullable()
      .describe('the last day in time of the period it falls into, where the scheme has one'),
    late: z.boolean().describe('what a late claim leads to is for the officer to decide where the scheme does not say'),
  })
  .meta({ id: 'AllowanceClaim' })
export const claimListShape = z.object({ items: z.array(claimShape) })
