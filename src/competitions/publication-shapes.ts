/** What comes in and goes out about publications, their checks, and appeals. */
import { z } from 'zod'
import { reasonShape } from '../people/shapes.ts'
import type { Message } from '../platform/errors.ts'
import { scoreShape } from './score-shapes.ts'

const name = z.string().trim().min(1).max(60)

const award = z.union([
  z.strictObject({ name, count: z.number().int().min(1).max(500) }),
  z.strictObject({ name, percent: z.number().min(0.01).max(100) }),
])
export const publicationShape = z
  .strictObject({
    awards: z
      .array(award)
      .max(10)
      .default([])
      .describe('in order from the first rank on: a number of ranks, or percent of the entries that stand'),
    rounding: z.enum(['down', 'half_up', 'up']).default('down').describe('of a share that is no whole number'),
    ties: z
      .enum(['joint', 'lower'])
      .default('joint')
      .describe('a rank shared over the end of an award: all get it, or all the next one'),
    acknowledgement: reasonShape.nullish().describe('why it is published in spite of warnings'),
  })
  .meta({
    example: {
      awards: [
        { name: '一等奖', count: 1 },
        { name: '二等奖', percent: 10 },
      ],
      rounding: 'down',
    },
  })

export const findingShape = z.object({
  severity: z.enum(['error', 'warning', 'info']),
  code: z.string(),
  message: z.string(),
})
export const revisionShape = z
  .object({
    id: z.uuid(),
    revision: z.number().int(),
    published_at: z.date(),
    acknowledgement: z.string().nullable(),
    appeal_id: z.uuid().nullable(),
    sha256: z.string(),
    moves: z.array(
      z.object({
        entry_id: z.uuid(),
        station: z.number().int(),
        from_rank: z.number().int().nullable(),
        to_rank: z.number().int().nullable(),
        from_award: z.string().nullable(),
        to_award: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: 'Publication' })

export const newAppealShape = z
  .strictObject({ entry_id: z.uuid(), grounds: reasonShape })
  .meta({ example: { entry_id: '01a20928-3a5e-7d4f-a8a8-6fe334235fde', grounds: '第二项漏计一名评委的分数' } })
export type NewAppeal = z.output<typeof newAppealShape>
export const appealShape = z
  .object({
    id: z.uuid(),
    event_id: z.uuid(),
    entry_id: z.uuid(),
    station: z.number().int(),
    person_name: z.string(),
    organisation_name: z.string(),
    grounds: z.string(),
    filed_at: z.date(),
    upheld: z.boolean().nullable(),
    reason: z.string().nullable(),
    decided_at: z.date().nullable(),
  })
  .meta({ id: 'CompetitionAppeal' })
export const ownEntryShape = z
  .object({
    id: z.uuid(),
    event_id: z.uuid(),
    event_name: z.string(),
    competition_name: z.string(),
    held_on: z.string(),
    organiser_name: z.string(),
    station: z.number().int(),
    team: z.string().nullable(),
    organisation_name: z.string(),
    withdrawn_at: z.date().nullable(),
    published_at: z.date().nullable(),
    // null until the ranking is published, and for who withdrew
    until: z.string().nullable().describe('the last day of an appeal'),
    rank: z.number().int().nullable(),
    award: z.string().nullable(),
    // points, four decimals
    total: z.string().nullable(),
    // none until it is published
    modules: z
      .array(z.object({ key: z.string(), name: z.string(), percent: z.string() }))
      .describe('percent of its maximum, for reading'),
    // latest first
    appeals: z.array(
      appealShape.pick({ id: true, grounds: true, filed_at: true, upheld: true, reason: true, decided_at: true }),
    ),
  })
  .meta({ id: 'OwnCompetitionEntry' })
export type OwnEntryView = z.output<typeof ownEntryShape>
export const appealDecisionShape = z
  .strictObject({
    upheld: z.boolean(),
    reason: reasonShape,
    scores: z.array(scoreShape).max(500).default([]).describe('marks of the entry as they should have been'),
    withdrawn_penalties: z.array(z.uuid()).max(20).default([]),
  })
  .meta({
    example: {
      upheld: true,
      reason: '复核记分表，评委乙的分数登记有误',
      scores: [{ station: 7, part: 'practical', judge: '裁判乙', points: 91 }],
    },
  })
export type AppealDecision = z.output<typeof appealDecisionShape>

/** The marks of one entry in a module, as a page shows them to be corrected; points. */
export interface CorrectionSheet {
  part: string
  name: Message
  judges: string[]
  rows: {
    criterion: string
    max_points: number
    /** one for each judge; null where that judge has none to give */
    marks: ({ field: string; points: number | null } | null)[]
  }[]
}
