/** What comes in and goes out about the facts of a person's work: months, continuing education, conduct. */
import { z } from 'zod'
import { localDateShape } from '../organisations/shapes.ts'
import { isMonth } from '../platform/calendar.ts'
import { pageShape } from '../platform/paging.ts'
import { CONDUCT_KINDS } from './rules.ts'
import { changeShape, listOf, oneOf, reasonShape } from './shapes.ts'

/** The database answers ids in lower case; they are compared as text. */
export const uuid = z.uuid().toLowerCase()
export const monthShape = z.string().refine(isMonth, { error: 'YYYY-MM' })

/** One record, or up to 1,000 under `items`. */
const oneOrMany = <S extends z.ZodType>(shape: S) =>
  z.union([shape, z.strictObject({ items: z.array(shape).min(1).max(1000) })])
/** The same with what writing it did. */
const recorded = <S extends z.ZodRawShape>(shape: z.ZodObject<S>, id: string) =>
  oneOrMany(shape.extend({ change: changeShape }).meta({ id }))

const newServiceMonth = z
  .strictObject({
    person_id: uuid,
    organisation_id: uuid.optional().meta({ description: '缺省为本机构 your own organisation when left out' }),
    month: monthShape,
    attendance_days: z.number().int().min(0).max(31),
    social_insurance: z.boolean().default(false),
  })
  .meta({
    id: 'NewServiceMonth',
    example: { person_id: '0190…', month: '2026-10', attendance_days: 22, social_insurance: true },
  })
export const newServiceMonthsShape = oneOrMany(newServiceMonth)
export const recordedServiceMonthsShape = recorded(newServiceMonth, 'RecordedServiceMonth')
export const serviceMonthFilterShape = pageShape.extend({
  month: monthShape.optional(),
  organisation_id: z.uuid().optional(),
  person_id: z.uuid().optional(),
})
const serviceMonthShape = z
  .object({
    person_id: z.uuid(),
    person_name: z.string(),
    id_number_masked: z.string(),
    organisation_id: z.uuid(),
    organisation_name: z.string(),
    month: z.string(),
    attendance_days: z.number().int(),
    social_insurance: z.boolean(),
  })
  .meta({ id: 'ServiceMonth' })
export const serviceMonthPageShape = listOf(serviceMonthShape)

export const newEducationHours = z
  .strictObject({
    person_id: uuid,
    completed_on: localDateShape,
    hours: z.number().int().min(1).max(500),
    provider: z.string().trim().min(2).max(120),
    subject: z.string().trim().min(2).max(200),
  })
  .meta({
    id: 'NewEducationHours',
    example: {
      person_id: '0190…',
      completed_on: '2026-05-20',
      hours: 8,
      provider: '示例职业培训学校',
      subject: '失智照护',
    },
  })
export const newEducationHoursShape = oneOrMany(newEducationHours)
export const recordedEducationHoursShape = recorded(newEducationHours, 'RecordedEducationHours')
export const educationFilterShape = pageShape.extend({
  person_id: z.uuid().optional(),
  year: z.coerce.number().int().min(2000).max(2100).optional(),
})
export const educationPageShape = listOf(
  newEducationHours.extend({ id: z.uuid(), person_name: z.string() }).meta({ id: 'EducationHours' }),
)

export const newConductEventShape = z
  .strictObject({
    person_id: uuid,
    kind: oneOf(CONDUCT_KINDS),
    happened_on: localDateShape,
    decided_on: localDateShape,
    decision: z.string().trim().min(4).max(1000),
  })
  .meta({
    id: 'NewConductEvent',
    example: {
      person_id: '0190…',
      kind: 'ethics_breach',
      happened_on: '2026-05-02',
      decided_on: '2026-06-01',
      decision: '西民〔2026〕示例 1 号处理决定',
    },
  })
export type NewConductEvent = z.output<typeof newConductEventShape>
export const conductFilterShape = pageShape.extend({ person_id: z.uuid().optional() })
export const conductEventShape = newConductEventShape
  .extend({ id: z.uuid(), person_name: z.string(), kind: z.string(), decision: z.string() })
  .meta({ id: 'ConductEvent' })
export const conductPageShape = listOf(conductEventShape)
export const withdrawalShape = z
  .strictObject({ reason: reasonShape })
  .meta({ id: 'ConductWithdrawal', example: { reason: '复核后撤销处理' } })
