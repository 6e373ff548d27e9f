/** What comes in and goes out about check-ins. */
import { z } from 'zod'
import { oneOf } from '../people/shapes.ts'
import { localDateShape } from '../platform/date-shape.ts'
import { CHECK_IN_WAYS } from './check-in-rules.ts'

const at = z.date()

export const checkingInShape = z
  .strictObject({
    code: z.string().min(6).max(60).describe('what the QR code’s address ends in, or the six digits beside it'),
    name: z.string().max(60).optional().describe('of who is not signed in as a carer'),
    id_last4: z.string().max(8).optional().describe('last four characters of the document number, likewise'),
  })
  .meta({ id: 'CheckingIn', example: { code: '048213', name: '王小芳', id_last4: '0228' } })
export const checkedInShape = z
  .object({
    session_id: z.uuid(),
    class_name: z.string(),
    topic: z.string(),
    held_on: localDateShape,
    at,
    already: z.boolean().describe('checked in before: nothing was written'),
  })
  .meta({ id: 'CheckedIn' })

export const checkInCodeShape = z
  .object({
    digits: z.string(),
    address: z.string().describe('of the QR code'),
    ends_at: at.describe('when the next one takes its place'),
    opens_at: at,
    closes_at: at,
  })
  .meta({ id: 'CheckInCode' })

export const sessionCheckInsShape = z
  .object({
    items: z.array(z.object({ enrolment_id: z.uuid(), person_name: z.string(), at, how: oneOf(CHECK_IN_WAYS) })),
    flags: z
      .array(
        z.object({
          code: z.enum(['same_device', 'overlap', 'late_codes']),
          message: z.string(),
          people: z.array(z.object({ enrolment_id: z.uuid(), person_name: z.string(), at })),
        }),
      )
      .describe('what looks like a forwarded code; nobody is refused for it'),
  })
  .meta({ id: 'SessionCheckIns' })
