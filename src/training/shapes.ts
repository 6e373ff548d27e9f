/** What comes in and goes out about classes, people in them, hours and results. */
import { z } from 'zod'
import { oneOf, reasonShape } from '../people/shapes.ts'
import { localDateShape } from '../platform/date-shape.ts'
import { entryShape } from './entry-shapes.ts'
import { FILING_STATES } from './filing-rules.ts'
import { CLASS_STATUSES, ENROLMENT_STATUSES, PHASES } from './rules.ts'
import { CLASS_WAITS } from './steps.ts'

const whole = (max: number) => z.number().int().min(0).max(max)

export const reasonBodyShape = z.strictObject({ reason: reasonShape }).meta({ example: { reason: '学员要求退班' } })

const classFields = {
  name: z.string().trim().min(2).max(120),
  starts_on: localDateShape,
  ends_on: localDateShape.describe('the day after the last day'),
  capacity: z.number().int().min(1).max(5000),
  assessor_organisation_id: z.uuid().nullish().describe('another organisation: nobody assesses its own class'),
  open_to_employers_from: localDateShape
    .nullish()
    .describe('from then on employers of the city enrol their own people'),
  host_school: z.string().trim().min(2).max(120).nullish().describe('university or school at which it is held'),
}
const classExample = {
  name: '2026年第1期养老护理员（五级）班',
  starts_on: '2026-08-03',
  ends_on: '2026-08-06',
  capacity: 40,
  assessor_organisation_id: '01a20928-3a5e-7d4f-a8a8-6fe334235fde',
}
export const newClassShape = z
  .strictObject({
    course_id: z.uuid(),
    training_order_id: z.uuid().nullish().describe('the order that the class fills'),
    ...classFields,
  })
  .meta({ id: 'NewClass', example: { course_id: '01a20928-3a5e-7d4f-a8a8-6fe334235fde', ...classExample } })
export const changedClassShape = z.strictObject(classFields).meta({ example: classExample })

export const classShape = z
  .object({
    id: z.uuid(),
    course_id: z.uuid(),
    course_name: z.string(),
    kind: z.string(),
    occupation_code: z.string().nullable(),
    occupation_name: z.string().nullable(),
    standard_edition: z.string().nullable(),
    level: z.number().int().nullable(),
    organisation_id: z.uuid(),
    organisation_name: z.string(),
    assessor_organisation_id: z.uuid().nullable(),
    assessor_name: z.string().nullable(),
    name: z.string(),
    starts_on: z.string(),
    ends_on: z.string(),
    capacity: z.number().int(),
    status: z.enum(CLASS_STATUSES),
    phase: oneOf(PHASES),
    filing: oneOf(FILING_STATES).nullable().describe('where its last filing stands; null: not filed'),
    people: z.number().int().describe('without those who withdrew'),
    passed: z.number().int(),
    training_order_id: z.uuid().nullable(),
    open_to_employers_from: z.string().nullable(),
    host_school: z.string().nullable(),
    course_version: z.number().int().describe('of the course, in force on the first day'),
    price_fen: z.number().int().nullable().describe('per person'),
    required_hours: z.number().int(),
    revision: z.number().int(),
  })
  .meta({ id: 'Class' })

export const classFilterShape = z.object({
  status: z.enum(CLASS_STATUSES).optional(),
  phase: oneOf(PHASES).optional(),
  waits: oneOf(CLASS_WAITS).optional().meta({ description: '待办：培训班等待的事 what the class waits for' }),
  q: z.string().max(40).optional(),
})

const person = { person_id: z.uuid(), person_name: z.string(), id_number_masked: z.string() }
const marks = { theory: z.number().nullable(), practical: z.number().nullable(), review: z.number().nullable() }

export const enrolmentShape = z
  .object({
    id: z.uuid(),
    class_id: z.uuid(),
    ...person,
    status: oneOf(ENROLMENT_STATUSES),
    status_reason: z.string().nullable(),
    waiting_place: z.number().int().nullable().describe('1: the next who moves up'),
    enrolled_by_organisation_id: z.uuid().nullable().describe('an employer; null: the trainer'),
    enrolled_by_organisation_name: z.string().nullable(),
    entry: entryShape.nullable().describe('what was found when last looked at; null where nothing is asked'),
    hours: z.number().int(),
    required_hours: z.number().int(),
    result: z.object({ id: z.uuid(), assessed_on: z.string(), ...marks, passed: z.boolean() }).nullable(),
    certificate_number: z.string().nullable(),
  })
  .meta({ id: 'Enrolment' })

const correctionReason = reasonShape
  .nullish()
  .describe('due where other hours are on record, or the class is completed')
const attendanceShape = z.strictObject({ enrolment_id: z.uuid(), hours: whole(12) })
export const attendancesShape = z
  .strictObject({ items: z.array(attendanceShape).min(1).max(500), reason: correctionReason })
  .meta({ example: { items: [{ enrolment_id: '01a20928-3a5e-7d4f-a8a8-6fe334235fde', hours: 8 }] } })
export const attendanceVersionShape = attendanceShape.extend({
  known_from: z.date(),
  known_to: z.date().nullable().describe('null: on record now'),
  recorded_by: z.string().nullable().describe('null: by the person’s own check-in'),
  reason: z.string().nullable(),
})
export const versionsShape = z.object({ versions: z.enum(['current', 'all']).optional() })
export const checkInsShape = z
  .strictObject({ person_ids: z.array(z.uuid()).min(1).max(500), reason: correctionReason })
  .meta({ example: { person_ids: ['01a20928-3a5e-7d4f-a8a8-6fe334235fde'] } })
export const recordedShape = z.object({
  recorded: z.number().int(),
  changed: z.number().int(),
  unchanged: z.number().int(),
})

/** Marks are points from 0 to 100 with at most two decimals. `reason` is due where a result is there already and differs. */
export const resultsShape = z
  .strictObject({
    items: z
      .array(
        z.strictObject({
          enrolment_id: z.uuid().optional(),
          person_id: z.uuid().optional(),
          assessed_on: localDateShape,
          theory: z.number().nullish(),
          practical: z.number().nullish(),
          review: z.number().nullish(),
          reason: reasonShape.nullish(),
        }),
      )
      .min(1)
      .max(500),
  })
  .meta({
    example: {
      items: [
        { person_id: '01a20928-3a5e-7d4f-a8a8-6fe334235fde', assessed_on: '2026-08-10', theory: 82.5, practical: 76 },
      ],
    },
  })
export type ResultRow = z.output<typeof resultsShape>['items'][number]

export const completionShape = z.object({
  class_id: z.uuid(),
  status: z.enum(CLASS_STATUSES),
  completed: z.number().int(),
  failed: z.number().int(),
  missing: z.number().int(),
  withdrawn: z.number().int(),
  rate: z
    .object({ numerator: z.number().int(), denominator: z.number().int() })
    .describe('those who withdrew are not counted'),
  items: z.array(
    z.object({
      enrolment_id: z.uuid(),
      ...person,
      outcome: z.enum(['completed', 'failed', 'missing']),
      reasons: z.array(z.object({ code: z.string(), message: z.string() })),
    }),
  ),
})

/** A list that comes whole. */
export const wholeListOf = <S extends z.ZodType>(item: S) => z.object({ items: z.array(item) })

export type ClassView = z.output<typeof classShape>
export type EnrolmentView = z.output<typeof enrolmentShape>
