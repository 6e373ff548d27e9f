/** What comes in and goes out about courses and their versions. */
import { z } from 'zod'
import { oneOf, reasonShape } from '../people/shapes.ts'
import { localDateShape } from '../platform/date-shape.ts'
import { ENTRY_CHECKS } from './entry-shapes.ts'
import { COURSE_KINDS } from './rules.ts'

const whole = (max: number) => z.number().int().min(0).max(max)
const fen = whole(10_000_000).nullish()
const citation = z.string().trim().min(2).max(300).nullish()

/** What may differ from one version of a course to the next. */
const versioned = {
  standard_edition: z.string().trim().min(1).max(80).nullish(),
  theory_hours: whole(2000),
  practice_hours: whole(2000),
  attendance_percent: whole(100),
  price_fen: fen.describe('per person'),
  price_citation: citation.describe('where the price was made public; due with it'),
  person_subsidy_fen: fen.describe('paid to each person who passes'),
  person_subsidy_citation: citation.describe('the document that grants it; due with it'),
  provider_subsidy_fen: fen.describe('paid to the institution for each person who passes'),
  provider_subsidy_citation: citation.describe('the document that grants it; due with it'),
}
const example = {
  ...{ standard_edition: '2019', theory_hours: 40, practice_hours: 60, attendance_percent: 80 },
  ...{ price_fen: 180_000, price_citation: '本机构收费公示（2026年）' },
}

export const newCourseShape = z
  .strictObject({
    name: z.string().trim().min(2).max(120),
    kind: oneOf(COURSE_KINDS),
    occupation_code: z.string().nullish(),
    level: z.number().int().min(1).max(5).nullish(),
    ...versioned,
    entry_check: z
      .enum(ENTRY_CHECKS)
      .optional()
      .describe('who does not meet the conditions of the level: flagged, or refused'),
  })
  .meta({
    id: 'NewCourse',
    example: { name: '养老护理员五级', kind: 'skill_level', occupation_code: '4-10-01-05', level: 5, ...example },
  })
export type NewCourse = z.output<typeof newCourseShape>

export const changedCourseShape = z
  .strictObject({
    ...versioned,
    valid_from: localDateShape.describe('classes that start on this day or later, and are opened from now on, take it'),
    reason: reasonShape,
  })
  .meta({ id: 'ChangedCourse', example: { ...example, valid_from: '2027-01-01', reason: '2027 年调整实操学时' } })
export type ChangedCourse = z.output<typeof changedCourseShape>

const said = {
  valid_from: z.string().nullable().describe('null: from the beginning'),
  standard_edition: z.string().nullable(),
  edition_confidence: z.string().nullable().describe('how sure it is that there is this edition of the standard'),
  theory_hours: z.number().int(),
  practice_hours: z.number().int(),
  attendance_percent: z.number().int(),
  required_hours: z.number().int(),
  price_fen: z.number().int().nullable(),
  price_citation: z.string().nullable(),
  person_subsidy_fen: z.number().int().nullable(),
  person_subsidy_citation: z.string().nullable(),
  provider_subsidy_fen: z.number().int().nullable(),
  provider_subsidy_citation: z.string().nullable(),
}

export const courseShape = z
  .object({
    id: z.uuid(),
    organisation_id: z.uuid(),
    organisation_name: z.string(),
    name: z.string(),
    kind: z.string(),
    occupation_code: z.string().nullable(),
    occupation_name: z.string().nullable(),
    level: z.number().int().nullable(),
    ...said,
    entry_check: z.enum(ENTRY_CHECKS),
    standard_hours: z
      .object({ hours: z.number().int().nullable(), confidence: z.string() })
      .nullable()
      .describe('what the occupational standard says, and how sure that is; a hint, never a limit'),
    revision: z.number().int().describe('number of the newest version, which is what this says'),
  })
  .meta({ id: 'Course' })
export type CourseView = z.output<typeof courseShape>

export const courseVersionShape = z
  .object({
    number: z.number().int(),
    ...said,
    reason: z.string().nullable(),
    recorded_by: z.string().nullable(),
    recorded_at: z.date(),
    classes: z.number().int().describe('opened by it'),
  })
  .meta({ id: 'CourseVersion' })
export type CourseVersion = z.output<typeof courseVersionShape>
