/** What comes in and goes out about carrying over and submitting a facility's month. */
import { z } from 'zod'
import { pageShape } from '../platform/paging.ts'
import { monthShape, recordedServiceMonth } from './fact-shapes.ts'
import { listOf, reasonShape } from './shapes.ts'

export const monthCopyShape = z
  .strictObject({
    from_month: monthShape,
    month: monthShape,
    reason: reasonShape
      .optional()
      .meta({ description: '新月份已提交时必填 due when the new month is submitted already' }),
  })
  .meta({ id: 'ServiceMonthCopy', example: { from_month: '2026-09', month: '2026-10' } })
export type MonthCopy = z.output<typeof monthCopyShape>
export const copiedMonthsShape = z.object({ items: z.array(recordedServiceMonth) })

export const newMonthSubmissionShape = z
  .strictObject({
    month: monthShape,
    with_gaps: z.boolean().default(false).meta({
      description: '确认缺报：有在岗人员没有数据也提交 submit although somebody in post has no figures',
    }),
    reason: reasonShape.optional(),
  })
  .refine(({ with_gaps, reason }) => !with_gaps || reason !== undefined, {
    path: ['reason'],
    error: '缺报提交必须写明理由。 / Say why it is submitted with gaps.',
  })
  .meta({ id: 'NewServiceMonthSubmission', example: { month: '2026-10' } })
export type NewMonthSubmission = z.output<typeof newMonthSubmissionShape>

export const monthSubmissionFilterShape = pageShape.extend({
  month: monthShape.optional(),
  organisation_id: z.uuid().optional(),
})
export const monthSubmissionShape = z
  .object({
    id: z.uuid(),
    organisation_id: z.uuid(),
    organisation_name: z.string(),
    district_code: z.string(),
    month: z.string(),
    people: z.number().int(),
    gaps: z.number().int(),
    gap_reason: z.string().nullable(),
    sha256: z.string(),
    submitted_by: z.uuid(),
    submitted_by_name: z.string().nullable(),
    submitted_at: z.date(),
    withdrawal: z
      .object({ reason: z.string(), withdrawn_by: z.uuid(), withdrawn_at: z.date() })
      .nullable()
      .meta({ description: '已退回的，谁、何时、为什么 who withdrew it, when and why' }),
  })
  .meta({ id: 'ServiceMonthSubmission' })
export const monthSubmissionPageShape = listOf(monthSubmissionShape)

export const missingMonthsFilterShape = pageShape.extend({ month: monthShape })
export const missingMonthsPageShape = listOf(
  z
    .object({
      organisation_id: z.uuid(),
      organisation_name: z.string(),
      district_code: z.string(),
      district_name: z.string(),
      employed: z.number().int(),
      recorded: z.number().int(),
    })
    .meta({ id: 'MissingServiceMonthSubmission' }),
)
