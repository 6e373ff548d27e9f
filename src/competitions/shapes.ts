/** What comes in and goes out about competitions, events, entries, judges, scores and rankings. */
import { z } from 'zod'
import { oneOf, reasonShape } from '../people/shapes.ts'
import { localDateShape } from '../platform/date-shape.ts'
import { eventRulesShape, moduleKey } from './rule-shapes.ts'
import { TIERS } from './rules.ts'

const name = z.string().trim().min(1).max(60)

export const newCompetitionShape = z
  .strictObject({
    name: z.string().trim().min(2).max(120),
    tier: oneOf(TIERS),
    class: z.literal([1, 2]).nullish().describe('一类 takes in several industries, 二类 is of one'),
    edition: z.string().trim().min(1).max(40).nullish().describe('第十届'),
    held_on: localDateShape,
    citation: z.string().trim().min(2).max(300).describe('the notice that announces the competition'),
    appeal_days: z
      .number()
      .int()
      .min(0)
      .max(60)
      .optional()
      .describe('days in which a publication can be appealed against'),
    organisation_id: z.uuid().nullish().describe('the organiser; the actor’s own organisation when left out'),
  })
  .meta({
    id: 'NewCompetition',
    example: {
      name: '2026 年杭州市养老护理职业技能竞赛',
      tier: 'city',
      held_on: '2026-11-28',
      citation: '杭民发〔2026〕1 号',
    },
  })
export const competitionShape = z
  .object({
    id: z.uuid(),
    name: z.string(),
    tier: z.string(),
    class: z.number().int().nullable(),
    edition: z.string().nullable(),
    appeal_days: z.number().int(),
    held_on: z.string(),
    citation: z.string(),
    organisation_id: z.uuid(),
    organisation_name: z.string(),
    district_code: z.string(),
    events: z.number().int(),
    entries: z.number().int(),
  })
  .meta({ id: 'Competition' })

export const newEventShape = z
  .strictObject({
    name: z.string().trim().min(2).max(120),
    occupation_code: z.string(),
    theory_weight: z.number().int().min(0).max(100).optional().describe('percent; the practical part has the rest'),
    rules: eventRulesShape.optional().describe('instead of the weight of theory'),
  })
  .refine(({ theory_weight, rules }) => (theory_weight === undefined) !== (rules === undefined), {
    path: ['theory_weight'],
    message: 'theory_weight 与 rules 二选一。 / Give theory_weight or rules.',
  })
  .meta({ id: 'NewEvent', example: { name: '养老护理', occupation_code: '4-10-01-05', theory_weight: 30 } })
export const eventShape = z
  .object({
    id: z.uuid(),
    competition_id: z.uuid(),
    competition_name: z.string(),
    district_code: z.string(),
    name: z.string(),
    occupation_code: z.string(),
    occupation_name: z.string(),
    theory_weight: z.number().int().nullable(),
    rules: eventRulesShape,
    started_at: z.date().nullable(),
    entries: z.number().int().describe('without those who withdrew'),
    judges: z.number().int(),
    ranked: z.boolean(),
    published_at: z.date().nullable(),
  })
  .meta({ id: 'CompetitionEvent' })

export const entriesShape = z
  .strictObject({
    items: z
      .array(
        z.strictObject({
          person_id: z.uuid(),
          organisation_id: z.uuid().nullish().describe('whom they compete for; where they work when left out'),
          station: z.number().int().min(1).max(9999).nullish().describe('the number drawn; drawn by lot when left out'),
          team: name.nullish().describe('its name, in an event of teams'),
          member_ids: z
            .array(z.uuid())
            .max(19)
            .default([])
            .describe('of a team, everybody but the person it is entered for'),
          exception: reasonShape.nullish().describe('why somebody may enter who does not meet the conditions'),
        }),
      )
      .min(1)
      .max(500),
  })
  .meta({ example: { items: [{ person_id: '01a20928-3a5e-7d4f-a8a8-6fe334235fde' }] } })
export type NewEntry = z.output<typeof entriesShape>['items'][number]
export const entryShape = z
  .object({
    id: z.uuid(),
    event_id: z.uuid(),
    station: z.number().int(),
    sealed_number: z.number().int().nullable().describe('for the organiser only'),
    team: z.string().nullable(),
    members: z.array(z.string()),
    exception: z.string().nullable(),
    withdrawn_at: z.date().nullable(),
    withdrawal_reason: z.string().nullable(),
    person_id: z.uuid(),
    person_name: z.string(),
    organisation_id: z.uuid(),
    organisation_name: z.string(),
  })
  .meta({ id: 'CompetitionEntry' })

export const judgeShape = z.strictObject({
  part: moduleKey.describe('key of the module'),
  name,
  organisation_id: z.uuid().nullish().describe('whom they work for: judging one’s colleagues is shown'),
})
export const judgesShape = z
  .strictObject({ items: z.array(judgeShape).min(1).max(100) })
  .meta({ example: { items: [{ part: 'practical', name: '裁判一' }] } })

const fraction = z.string().describe('points for reading, four decimals; ranks come from the exact fraction')
export const rankingShape = z
  .object({
    event_id: z.uuid(),
    published_at: z.date().nullable(),
    items: z.array(
      z.object({
        rank: z.number().int(),
        entry_id: z.uuid(),
        station: z.number().int(),
        person_name: z.string(),
        organisation_name: z.string(),
        total: fraction,
        practical: fraction.describe('of the module “practical”, 0 where there is none'),
        modules: z.record(z.string(), z.string()).describe('percent of its maximum by module, for reading'),
        penalty: z.number(),
        exact: z.object({ total: z.string(), practical: z.string(), denominator: z.string() }),
        award: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: 'Ranking' })

export type CompetitionView = z.output<typeof competitionShape>
export type EventView = z.output<typeof eventShape>
export type EntryView = z.output<typeof entryShape>
export type RankingView = z.output<typeof rankingShape>
