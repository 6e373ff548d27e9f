/** What comes in and goes out about a person's months and the objections to them. */
import { z } from 'zod'
import { monthShape } from '../people/fact-shapes.ts'
import { localDateShape } from '../platform/date-shape.ts'
import { pageShape } from '../platform/paging.ts'
import { HOLD_NEXT, MONEY } from './month-rules.ts'
import { HOLD_CAUSES } from './review-rules.ts'
import { entitlementShape, prospectShape } from './shapes.ts'

const keys = <T extends object>(vocabulary: T) => z.enum(Object.keys(vocabulary) as [keyof T & string])
const fen = z.number().int()
const code = z.string().regex(/^[a-z0-9-]{3,40}$/)
const statement = z
  .string()
  .trim()
  .min(5, { error: '请写明异议内容，至少 5 个字。 / Say what you object to, in at least 5 characters.' })
  .max(1000)

export const newMonthObjectionShape = z.strictObject({ scheme_code: code, month: monthShape, statement }).meta({
  id: 'NewMonthObjection',
  example: { scheme_code: 'hz-special-post', month: '2026-10', statement: '十月实际出勤 22 天，记录为 19 天' },
})
export type NewMonthObjection = z.output<typeof newMonthObjectionShape>
export const statementShape = z.strictObject({ statement })

const answered = {
  statement: z.string(),
  filed_at: z.date(),
  upheld: z.boolean().nullable().describe('null until it is answered'),
  answer: z.string().nullable(),
  answered_at: z.date().nullable(),
}
export const monthObjectionShape = z
  .object({
    ...{ id: z.uuid(), person_id: z.uuid(), person_name: z.string(), scheme_code: z.string(), scheme_name: z.string() },
    ...{ month: z.string(), district_code: z.string(), district_name: z.string() },
    publicity_objection_id: z.uuid().nullable().describe('the same on the published list; null: it stands by itself'),
    run_id: z.uuid().nullable().describe('of that list, whose approval waits for the answer'),
    ...answered,
    answered_by_name: z.string().nullable(),
  })
  .meta({ id: 'MonthObjection' })
export type MonthObjectionRow = z.output<typeof monthObjectionShape>
export const objectionFilterShape = pageShape.extend({ status: z.enum(['waiting', 'answered']).optional() })
export const monthObjectionPageShape = z.object({
  items: z.array(monthObjectionShape),
  next_cursor: z.string().nullable(),
})

export const personMonthsQuery = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(24),
  cursor: z.string().max(500).optional(),
  scheme_code: code.optional(),
  month: monthShape.optional(),
  evidence: z
    .uuid()
    .optional()
    .describe('only months that rest on this certificate, employment, look-up, hours or event'),
})

const monthItem = entitlementShape.shape.items.element.extend({
  scheme_name: z.string(),
  district_code: z.string().nullable(),
  booked_fen: fen
    .nullable()
    .describe('what approved runs hold it to come to, of all records of the person; null: none has'),
  difference_fen: fen.describe('what it comes to now less what is booked: the next run carries it'),
  lines: z.array(
    z.object({
      person_id: z.uuid().describe('whose record the run found it under: of the person, or merged into theirs since'),
      ...{ run_id: z.uuid(), run_month: z.string(), run_status: z.string(), district_code: z.string() },
      ...{ kind: z.string(), outcome: z.string(), entitlement_fen: fen, amount_fen: fen },
      payable_fen: fen.describe(
        'what of the amount is paid out or left to be recovered; the rest was settled with what was owed',
      ),
      approved_on: localDateShape.nullable(),
      money: keys(MONEY).describe('where the money of this line is'),
      hold: z
        .object({
          ...{ cause: keys(HOLD_CAUSES), reason: z.string(), held_on: localDateShape },
          ...{ released_on: localDateShape.nullable(), next: keys(HOLD_NEXT).describe('what happens next') },
        })
        .nullable()
        .describe('why it is held back and since when; null: it is not'),
      returned_for: z.string().nullable().describe('why the bank returned it'),
      ...{ certificate_id: z.uuid().nullable(), employment_id: z.uuid().nullable() },
    }),
  ),
  soonest: prospectShape.omit({ missing: true }).describe('when every condition could be met at once'),
  objections: z.array(z.object({ id: z.uuid(), ...answered })),
  object_until: localDateShape.nullable().describe('the last day on which one may ask; null: no end yet'),
  may_object: z.boolean(),
})
export const personMonthsShape = z
  .object({
    person: z.object({ id: z.uuid(), name: z.string(), id_number_masked: z.string() }),
    items: z.array(monthItem),
    next_cursor: z.string().nullable(),
    unconfirmed: z.array(z.object({ scheme_code: z.string(), detail: z.string() })),
  })
  .meta({ id: 'PersonAllowanceMonths' })
