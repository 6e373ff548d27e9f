/** What comes in and goes out about publicity. */
import { z } from 'zod'
import { localDateShape } from '../platform/date-shape.ts'

export const newPublicityShape = z
  .strictObject({
    starts_on: localDateShape,
    days: z.number().int().min(1).max(60).default(7).describe('7 in the common model (S60)'),
    day_kind: z.enum(['working', 'calendar']).default('working'),
    place: z.string().trim().min(2).max(200).describe('where else the list hangs'),
  })
  .meta({
    id: 'NewPublicity',
    example: { starts_on: '2026-11-24', days: 7, day_kind: 'working', place: '区民政局网站' },
  })
export type NewPublicity = z.output<typeof newPublicityShape>

export const newObjectionShape = z
  .strictObject({
    position: z
      .number()
      .int()
      .min(1)
      .nullish()
      .describe('of the line; left out: somebody is missing, or the whole list'),
    statement: z.string().trim().min(5).max(1000),
    name: z.string().trim().min(2).max(60),
    phone: z
      .string()
      .trim()
      .regex(/^[\d+ -]{5,20}$/, {
        error: '请填写电话号码，如 0571-00001234。 / Give a phone number, like 0571-00001234.',
      }),
  })
  .meta({
    id: 'NewObjection',
    example: { position: 12, statement: '此人九月已离职', name: '张三', phone: '13800000000' },
  })
export type NewObjection = z.output<typeof newObjectionShape>

export const newAnswerShape = z
  .strictObject({ upheld: z.boolean(), answer: z.string().trim().min(2).max(1000) })
  .meta({ id: 'ObjectionAnswer', example: { upheld: false, answer: '经核对考勤，该月在岗 22 天' } })
export type NewAnswer = z.output<typeof newAnswerShape>

export const lineShape = z.object({
  position: z.number().int(),
  name_masked: z.string(),
  organisation_name: z.string(),
  level: z.number().int().nullable(),
  months: z.number().int(),
  amount_fen: z.number().int(),
})
export type PublicLine = z.output<typeof lineShape>

export const objectionShape = z
  .object({
    id: z.uuid(),
    position: z.number().int().nullable(),
    person_id: z.uuid().nullable().describe('of the line'),
    statement: z.string(),
    filed_at: z.date(),
    upheld: z.boolean().nullable().describe('null until it is answered'),
    answer: z.string().nullable(),
    answered_by_name: z.string().nullable(),
    answered_at: z.date().nullable(),
  })
  .meta({ id: 'PublicityObjection' })
export type ObjectionView = z.output<typeof objectionShape>

export const publicityShape = z
  .object({
    id: z.uuid(),
    run_id: z.uuid(),
    scheme_name: z.string(),
    month: z.string(),
    district_code: z.string(),
    district_name: z.string(),
    starts_on: localDateShape,
    days: z.number().int(),
    day_kind: z.enum(['working', 'calendar']),
    ends_on: localDateShape.describe('the first day after it'),
    holidays_known: z.boolean(),
    place: z.string(),
    line_count: z.number().int(),
    total_fen: z.number().int(),
    sha256: z.string().describe('over the lines: position|name|organisation|level|months|fen, one a line'),
    opened_at: z.date(),
    closed_at: z.date().nullable(),
  })
  .meta({ id: 'Publicity' })
export type PublicityView = z.output<typeof publicityShape>
