/** What comes in and goes out about educations (schooling, 学历). */
import { z } from 'zod'
import { localDateShape } from '../platform/date-shape.ts'
import { EDUCATION_MODES } from './education-rules.ts'
import { EDUCATIONS } from './rules.ts'
import { changeShape, oneOf, reasonShape } from './shapes.ts'

export const newEducationShape = z
  .strictObject({
    level: oneOf(EDUCATIONS),
    school: z.string().trim().min(2).max(120),
    major: z.string().trim().min(1).max(120).nullish(),
    mode: oneOf(EDUCATION_MODES),
    starts_on: localDateShape.nullish(),
    graduated_on: localDateShape.nullish().meta({ description: '在读的不填 left out while the person studies' }),
    certificate_number: z.string().trim().min(1).max(60).nullish(),
    evidence: z
      .string()
      .trim()
      .min(1)
      .max(500)
      .nullish()
      .meta({ description: '依据，如学信网在线验证码 what it was seen in' }),
  })
  .meta({
    id: 'NewEducation',
    example: {
      level: 'junior_college',
      school: '示例职业技术学院',
      major: '智慧健康养老服务与管理',
      mode: 'full_time',
      starts_on: '2018-09-01',
      graduated_on: '2021-06-30',
    },
  })
export type NewEducation = z.output<typeof newEducationShape>

export const educationCorrectionShape = newEducationShape
  .partial()
  .extend({ reason: reasonShape })
  .meta({ id: 'EducationCorrection', example: { mode: 'part_time', reason: '核对毕业证书，为非全日制' } })
export type EducationCorrection = z.output<typeof educationCorrectionShape>

export const educationWithdrawalShape = z
  .strictObject({ reason: reasonShape })
  .meta({ id: 'EducationWithdrawal', example: { reason: '毕业证书查无此号' } })

export const educationShape = z
  .object({
    id: z.uuid(),
    person_id: z.uuid(),
    person_name: z.string(),
    level: z.string(),
    school: z.string(),
    major: z.string().nullable(),
    mode: z.string(),
    starts_on: z.string().nullable(),
    graduated_on: z.string().nullable(),
    certificate_number: z.string().nullable(),
    evidence: z.string().nullable(),
  })
  .meta({ id: 'Education' })
export const recordedEducationShape = educationShape.extend({ change: changeShape }).meta({ id: 'RecordedEducation' })
export const educationListShape = z.object({ items: z.array(educationShape) })
