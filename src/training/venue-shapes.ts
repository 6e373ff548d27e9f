/** What comes in and goes out about venues and teachers. */
import { z } from 'zod'
import { oneOf } from '../people/shapes.ts'
import { localDateShape } from '../platform/date-shape.ts'
import { VENUE_KINDS } from './timetable-rules.ts'

const venueFields = {
  name: z.string().trim().min(1).max(120),
  address: z.string().trim().min(2).max(200),
  district_code: z.string().regex(/^\d{6}$/),
  seats: z.number().int().min(1).max(5000),
}
const venueExample = { name: '301 教室', address: '示例路 1 号 3 楼', district_code: '330106', seats: 45 }
export const newVenueShape = z
  .strictObject({ kind: oneOf(VENUE_KINDS), ...venueFields })
  .meta({ id: 'NewVenue', example: { kind: 'classroom', ...venueExample } })
export const changedVenueShape = z.strictObject(venueFields).meta({ example: venueExample })

export const recognitionShape = z
  .strictObject({
    starts_on: localDateShape,
    ends_on: localDateShape.nullish().describe('the day after the last day'),
    citation: z.string().trim().min(2).max(200).describe('the document that recognises it'),
  })
  .meta({ example: { starts_on: '2026-01-01', ends_on: '2029-01-01', citation: '示例〔2025〕12号' } })

export const venueShape = z
  .object({
    id: z.uuid(),
    organisation_id: z.uuid(),
    organisation_name: z.string(),
    kind: oneOf(VENUE_KINDS),
    ...venueFields,
    district_name: z.string(),
    recognitions: z.array(
      z.object({ starts_on: localDateShape, ends_on: localDateShape.nullable(), citation: z.string() }),
    ),
    revision: z.number().int(),
  })
  .meta({ id: 'Venue' })
export type VenueView = z.output<typeof venueShape>

export const newTeacherShape = z
  .strictObject({
    person_id: z.uuid().nullish().describe('somebody on the institution’s roster'),
    name: z.string().trim().min(1).max(60).nullish().describe('of who is not in the register'),
  })
  .meta({ id: 'NewTeacher', example: { name: '示例教师' } })

export const newQualificationShape = z
  .strictObject({
    qualification: z.string().trim().min(2).max(120),
    number: z.string().trim().min(1).max(60).nullish(),
    valid_from: localDateShape,
    valid_until: localDateShape.nullish().describe('the last day; none: for good'),
  })
  .meta({
    example: {
      qualification: '养老护理员培训教师（二级）',
      number: 'SL-2025-018',
      valid_from: '2025-03-01',
      valid_until: '2028-02-29',
    },
  })

const qualificationShape = z.object({
  id: z.uuid(),
  qualification: z.string(),
  number: z.string().nullable(),
  valid_from: localDateShape,
  valid_until: localDateShape.nullable(),
  valid: z.boolean().describe('today'),
})
export const teacherShape = z
  .object({
    id: z.uuid(),
    organisation_id: z.uuid(),
    organisation_name: z.string(),
    person_id: z.uuid().nullable(),
    name: z.string(),
    qualifications: z.array(qualificationShape),
  })
  .meta({ id: 'Teacher' })
export type TeacherView = z.output<typeof teacherShape>

/** What a session of an institution's may be put into. */
export interface Places {
  venues: { id: string; name: string; seats: number | null }[]
  teachers: { id: string; name: string }[]
}
