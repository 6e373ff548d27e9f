/** What comes in and goes out about programmes of schools, their figures by year, and the persons who graduated. */
import { z } from 'zod'
import { WORKFORCES } from '../people/rules.ts'
import { oneOf, reasonShape } from '../people/shapes.ts'
import { pageShape } from '../platform/paging.ts'
import { PROGRAMME_LEVELS } from './programme-rules.ts'

const school = z.string().trim().min(2).max(120)
const people = z.number().int().min(0).max(100_000)
const year = z.number().int().min(1950).max(2100)

export const newProgrammeShape = z
  .strictObject({
    school: school.describe('as educations name it: they are matched by it'),
    name: z.string().trim().min(2).max(120),
    level: oneOf(PROGRAMME_LEVELS),
    workforce: oneOf(WORKFORCES),
    district_code: z.string(),
    organisation_id: z
      .uuid()
      .nullish()
      .describe('the training institution of the register that runs it, which then sees it'),
  })
  .meta({
    id: 'NewProgramme',
    example: {
      ...{ school: '示例职业技术学院', name: '智慧健康养老服务与管理', level: 'junior_college' },
      ...{ workforce: 'elder_care', district_code: '330106' },
    },
  })
export type NewProgramme = z.output<typeof newProgrammeShape>

export const correctedProgrammeShape = newProgrammeShape.extend({ reason: reasonShape }).meta({
  id: 'CorrectedProgramme',
  example: {
    ...{ school: '示例职业技术学院', name: '智慧健康养老服务与管理', level: 'junior_college' },
    ...{ workforce: 'elder_care', district_code: '330106', reason: '校名登记有误' },
  },
})
export type CorrectedProgramme = z.output<typeof correctedProgrammeShape>

export const programmeShape = z
  .object({
    id: z.uuid(),
    school,
    name: z.string(),
    level: z.string(),
    workforce: z.string(),
    district_code: z.string(),
    district_name: z.string(),
    organisation_id: z.uuid().nullable(),
    organisation_name: z.string().nullable(),
    revision: z.number().int().describe('number of the newest version, which is what this says'),
    intake: z.number().int().nullable().describe('of all years on record; null: of none'),
    graduates: z.number().int().nullable().describe('as stated, of all years on record; null: of none'),
    linked: z.number().int().describe('persons of the register among the graduates'),
  })
  .meta({ id: 'Programme' })
export type ProgrammeView = z.output<typeof programmeShape>

export const programmeVersionShape = z
  .object({
    number: z.number().int(),
    school,
    name: z.string(),
    level: z.string(),
    workforce: z.string(),
    district_name: z.string(),
    organisation_name: z.string().nullable(),
    reason: z.string().nullable().describe('why the one before was corrected'),
    recorded_by: z.string().nullable(),
    recorded_at: z.date(),
  })
  .meta({ id: 'ProgrammeVersion' })
export type ProgrammeVersion = z.output<typeof programmeVersionShape>

export const newFiguresShape = z
  .strictObject({
    year,
    intake: people.nullish(),
    graduates: people.nullish(),
    citation: z.string().trim().min(2).max(300).describe('where they were read'),
    reason: reasonShape.nullish().describe('due when the figures of that year are on record and change'),
  })
  .meta({
    id: 'NewProgrammeYear',
    example: { year: 2025, intake: 80, graduates: 72, citation: '学校 2025 年毕业生就业质量年度报告' },
  })
export type NewFigures = z.output<typeof newFiguresShape>

export const programmeYearShape = z
  .object({
    year,
    intake: people.nullable(),
    graduates: people.nullable().describe('as stated'),
    linked: people.describe('persons of the register among them'),
    citation: z.string().nullable().describe('null: nothing is stated of that year, but persons are linked'),
    reason: z.string().nullable().describe('why the figures were corrected'),
    recorded_by: z.string().nullable(),
  })
  .meta({ id: 'ProgrammeYear' })
export type ProgrammeYear = z.output<typeof programmeYearShape>

export const graduateFilterShape = pageShape.extend({
  linked: z.stringbool().default(true).describe('false: who could be linked, by school and level of an education'),
})

export const graduateShape = z
  .object({
    education_id: z.uuid(),
    person_id: z.uuid(),
    person_name: z.string(),
    major: z.string().nullable(),
    graduated_on: z.string().nullable(),
    linked: z.boolean(),
  })
  .meta({ id: 'ProgrammeGraduate' })
export type Graduate = z.output<typeof graduateShape>

const education_ids = z.array(z.uuid()).min(1).max(500)
const example = { education_ids: ['01920000-0000-7000-8000-000000000001'] }
export const graduateLinksShape = z.strictObject({ education_ids }).meta({ example })
export const graduateUnlinksShape = z
  .strictObject({ education_ids, reason: reasonShape })
  .meta({ example: { ...example, reason: '同名不同校，关联有误' } })
export const linkedShape = z.object({ changed: z.number().int(), unchanged: z.number().int() })
