/** What comes in and goes out about sessions and their place in the timetable. */
import { z } from 'zod'
import { oneOf } from '../people/shapes.ts'
import { localDateShape } from '../platform/date-shape.ts'
import { SESSION_PARTS } from './rules.ts'
import { SESSION_FLAGS } from './timetable-rules.ts'

const time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/)
const placementFields = {
  starts_at: time.nullish().describe('`HH:MM` in Asia/Shanghai; without times check-in is open the whole day'),
  ends_at: time.nullish(),
  venue_id: z.uuid().nullish(),
  teacher_id: z.uuid().nullish(),
}
/** What is left out is taken out of the timetable. */
export const placementShape = z
  .strictObject({ held_on: localDateShape, ...placementFields })
  .meta({ example: { held_on: '2026-08-03', starts_at: '08:30', ends_at: '15:30' } })
export type Placement = Omit<z.output<typeof placementShape>, 'held_on'>
export const newSessionShape = z
  .strictObject({
    held_on: localDateShape,
    topic: z.string().trim().min(1).max(120),
    part: oneOf(SESSION_PARTS),
    hours: z.number().int().min(1).max(12),
    ...placementFields,
  })
  .meta({ example: { held_on: '2026-08-03', topic: '失智照护', part: 'theory', hours: 8 } })
export const sessionShape = z
  .object({
    id: z.uuid(),
    class_id: z.uuid(),
    held_on: z.string(),
    topic: z.string(),
    part: z.string(),
    hours: z.number().int(),
    starts_at: z.string().nullable(),
    ends_at: z.string().nullable(),
    venue_id: z.uuid().nullable(),
    venue_name: z.string().nullable(),
    teacher_id: z.uuid().nullable(),
    teacher_name: z.string().nullable(),
    present: z.number().int().describe('people with hours'),
    flags: z
      .array(
        z.object({
          code: oneOf(SESSION_FLAGS),
          message: z.string(),
        }),
      )
      .describe('what is odd about it; nothing is refused for it'),
  })
  .meta({ id: 'Session' })
export type SessionView = z.output<typeof sessionShape>
