/** What a recheck of a run answers. */
import { z } from 'zod'

const fen = z.number().int()
const amount = (words: string) => fen.nullable().describe(words)
export const recheckShape = z
  .object({
    run_id: z.uuid(),
    status: z.enum(['equal', 'different']),
    compared: z
      .number()
      .int()
      .describe('people, months and components: lines of the run, and what is booked for its earlier months'),
    differing: z.number().int(),
    differences: z
      .array(
        z.object({
          person_id: z.uuid().nullable(),
          organisation_id: z.uuid().nullable().describe('of a line that is paid to an organisation'),
          person_name: z.string(),
          month: z.string(),
          component: z.string(),
          run_fen: amount('what the run holds the month to come to; null: nothing, though there should be a line'),
          recheck_fen: amount('what the second statement comes to'),
          previous_fen: amount('what the line says was booked before it'),
          booked_fen: amount('what was booked before it'),
        }),
      )
      .describe('the first 200'),
    run_amounts_sha256: z.string().describe('over person|month|component|fen as the run has them'),
    recheck_amounts_sha256: z.string().describe('over the same as the second statement has them'),
    lines_sha256: z.string().describe('over the lines as they lie there now'),
    lines_intact: z.boolean().describe('whether that is the digest with which the run was computed'),
  })
  .meta({ id: 'AllowanceRecheck' })
export type Recheck = z.output<typeof recheckShape>
