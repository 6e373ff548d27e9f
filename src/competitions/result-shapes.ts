/** What anybody may see of a published ranking. */
import { z } from 'zod'

export const publicResultsShape = z
  .object({
    event_id: z.uuid(),
    competition_name: z.string(),
    event_name: z.string(),
    occupation_name: z.string(),
    held_on: z.string(),
    organiser_name: z.string(),
    revision: z.number().int(),
    published_at: z.date(),
    items: z.array(
      z.object({
        rank: z.number().int(),
        name_masked: z.string(),
        team: z.string().nullable(),
        organisation_name: z.string(),
        award: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: 'CompetitionResults' })
export type PublicResults = z.output<typeof publicResultsShape>
