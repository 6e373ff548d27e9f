/** What comes in and goes out about enrolling: by the trainer, and by employers in classes that are open to them. */
import { z } from 'zod'
import { flagShape } from './entry-shapes.ts'
import { enrolmentShape } from './shapes.ts'

/** One person, or several at once. */
export const enrolShape = z
  .union([
    z.strictObject({ person_id: z.uuid() }).meta({ example: { person_id: '01a20928-3a5e-7d4f-a8a8-6fe334235fde' } }),
    z.strictObject({ person_ids: z.array(z.uuid()).min(1).max(5000) }),
  ])
  .transform((body) => ('person_id' in body ? [body.person_id] : body.person_ids))
export const enrolledShape = z.object({
  items: z.array(enrolmentShape),
  added: z.number().int().describe('have a seat'),
  waiting: z.number().int().describe('found none and wait, in the order given'),
  already: z.number().int(),
  flags: z.array(flagShape).describe('what was let pass and is to be seen'),
})

export const openClassShape = z
  .object({
    id: z.uuid(),
    name: z.string(),
    course_name: z.string(),
    kind: z.string(),
    occupation_code: z.string().nullable(),
    occupation_name: z.string().nullable(),
    standard_edition: z.string().nullable(),
    level: z.number().int().nullable(),
    organisation_name: z.string(),
    starts_on: z.string(),
    ends_on: z.string(),
    capacity: z.number().int(),
    people: z.number().int().describe('have a seat'),
    waiting: z.number().int(),
    own: z.number().int().describe('whom the reader enrolled, waiting or in it'),
    enrols: z.boolean().describe('the reader may enrol now'),
  })
  .meta({ id: 'OpenClass' })
export type OpenClass = z.output<typeof openClassShape>
