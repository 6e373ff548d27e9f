/** What comes in and goes out about the facts of a person's work: months, continuing education, conduct. */
import { z } from 'zod'
import { isMonth } from '../platform/calendar.ts'
import { localDateShape } from '../platform/date-shape.ts'
import { pageShape } from '../platform/paging.ts'
import { APPROVALS, CONDUCT_KINDS } from './rules.ts'
import { changeShape, knownAtShape, listOf, oneOf, reasonShape } from './shapes.ts'

/** The database answers ids in lower case; they are compared as text. */
export const uuid = z.uuid().toLowerCase()
export const monthShape = z
  .string()
  .refine(isMonth, { error: '月份请写成 2026-10 这样。 / Write the month like 2026-10.' })

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
    reason: reasonShape.optional().meta({ description: '该月已提交时必填 due when the month is submitted already' }),
  })
  .meta({
    id: 'NewServiceMonth',
    example: { person_id: '0190…', month: '2026-10', attendance_days: 22, social_insurance: true },
  })
export const newServiceMonthsShape = oneOrMany(newServiceMonth)
export const recordedServiceMonth = newServiceMonth.extend({ change: changeShape }).meta({ id: 'RecordedServiceMonth' })
export const recordedServiceMonthsShape = oneOrMany(recordedServiceMonth)
export const serviceMonthFilterShape = pageShape.extend({
  ...knownAtShape.shape,
  month: monthShape.optional(),
  organisation_id: z.uuid().optional(),
  person_id: z.uuid().optional(),
})
/** One person's month at one organisation. */
export const serviceMonthKeyShape = z.object({ person_id: uuid, organisation_id: uuid, month: monthShape })
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
    reason: z.string().nullable(),
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
    evidence: z.string().trim().min(1).max(200).nullish().meta({
      description:
        '证明材料的编号或文件摘要；不填则保留原来的 number or hash of the paper that proves it; left out, what is on record stays',
    }),
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
  ...knownAtShape.shape,
  person_id: z.uuid().optional(),
  year: z.coerce.number().int().min(2000).max(2100).optional(),
  approval: oneOf(APPROVALS).optional(),
})
export const educationHoursShape = newEducationHours
  .extend({
    id: z.uuid(),
    person_name: z.string(),
    id_number_masked: z.string(),
    evidence: z.string().nullable(),
    approval: z
      .string()
      .meta({ description: 'pending | approved | rejected，只有 approved 计入 only approved hours count' }),
    decided_by: z.uuid().nullable(),
    decision_reason: z.string().nullable(),
    recorder_name: z.string().nullable().meta({ description: '登记的机构或账号 who recorded them' }),
  })
  .meta({ id: 'EducationHours' })
export const educationPageShape = listOf(educationHoursShape)
export const educationApprovalShape = z
  .strictObject({ reason: reasonShape.optional() })
  .meta({ id: 'EducationApproval', example: { reason: '证书原件已核对' } })
export const educationRejectionShape = z
  .strictObject({ reason: reasonShape })
  .meta({ id: 'EducationRejection', example: { reason: '没有结业证明' } })
export const educationDecisionsShape = z
  .strictObject({
    ids: z.array(uuid).min(1, { error: '请先选择学时。 / Choose hours first.' }).max(1000),
    decision: z.enum(['approved', 'rejected']),
    reason: reasonShape.optional(),
  })
  .refine(({ decision, reason }) => decision === 'approved' || reason !== undefined, {
    path: ['reason'],
    error: '不予认定必须写明理由。 / A rejection needs a reason.',
  })
  .meta({ id: 'EducationDecisions', example: { ids: ['0190…'], decision: 'approved' } })
export type EducationDecisions = z.output<typeof educationDecisionsShape>
export const educationDecidedShape = z.object({ decided: z.number().int(), unchanged: z.number().int() })

export const newConductEventShape = z
  .strictObject({
    person_id: uuid,
    kind: oneOf(CONDUCT_KINDS),
    happened_on: localDateShape,
    decided_on: localDateShape,
    decision: z.string().trim().min(4).max(1000),
    period_from: localDateShape
      .nullish()
      .meta({ description: '决定起效日 first day the decision keeps the person out' }),
    period_to: localDateShape
      .nullish()
      .meta({ description: '期满日（当天起恢复），不填为长期 the first day free again; none: for good' }),
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
export const conductFilterShape = pageShape.extend({ ...knownAtShape.shape, person_id: z.uuid().optional() })
export const conductEventShape = newConductEventShape
  .extend({
    id: z.uuid(),
    person_name: z.string(),
    kind: z.string(),
    decision: z.string(),
    period_from: z.string().nullable(),
    period_to: z.string().nullable(),
    reason: z.string().nullable().meta({ description: '更正理由 why it was corrected' }),
  })
  .meta({ id: 'ConductEvent' })
export const conductCorrectionShape = newConductEventShape
  .omit({ person_id: true })
  .extend({ reason: reasonShape })
  .meta({
    id: 'ConductCorrection',
    example: {
      kind: 'ethics_breach',
      happened_on: '2026-05-02',
      decided_on: '2026-06-01',
      decision: '西民〔2026〕示例 1 号处理决定',
      period_from: '2026-06-01',
      period_to: '2027-06-01',
      reason: '补录处理期限',
    },
  })
export type ConductCorrection = z.output<typeof conductCorrectionShape>
export const conductPageShape = listOf(conductEventShape)
export const withdrawalShape = z
  .strictObject({ reason: reasonShape })
  .meta({ id: 'ConductWithdrawal', example: { reason: '复核后撤销处理' } })
