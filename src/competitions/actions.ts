/** Writes of competitions: announce, enter, mark, rank, publish. Every change of an event holds its row until it commits. */
import { sql } from 'kysely'
import type { z } from 'zod'
import { recordHistory } from '../history/actions.ts'
import { faultAt } from '../people/bulk.ts'
import type { Context } from '../platform/context.ts'
import { insertRows, type Tx } from '../platform/database.ts'
import { notFound, refuse, refuseFaults } from '../platform/errors.ts'
import { criteriaOf, type EventRules, moduleName, PARTS, ruleFaults, storedRules, twoParts } from './event-rules.ts'
import {
  type CompetitionRow,
  EVENT,
  type EventRow,
  getCompetition,
  getEvent,
  listJudges,
  organises,
} from './queries.ts'
import { rankResults, readable } from './ranking.ts'
import type { changedRulesShape } from './rule-shapes.ts'
import type { Judge } from './rules.ts'
import type { newCompetitionShape, newEventShape } from './shapes.ts'
import { missingMarks, resultsOf } from './totals.ts'

/** Announces a competition. Refuses `competition.organiser_unknown`; 409 `competition.name_taken`. */
export async function announceCompetition(
  tx: Tx,
  context: Context,
  input: z.output<typeof newCompetitionShape>,
): Promise<CompetitionRow> {
  const organisation_id = input.organisation_id ?? context.actor.organisation_id
  const organiser = organisation_id
    ? await tx.selectFrom('organisations').select('district_code').where('id', '=', organisation_id).executeTakeFirst()
    : undefined
  if (!organisation_id || !organiser || !organises(context.scope, organiser)) return refuseOrganiser()
  const { id } = await tx
    .insertInto('competitions')
    .values({ ...input, organisation_id })
    .returning('id')
    .executeTakeFirstOrThrow()
  await recordHistory(tx, context, {
    kind: 'competition.announced',
    subject_kind: 'competition',
    subject_id: id,
    organisation_id,
    changes: { ...input },
  })
  return getCompetition(tx, context.scope, id)
}

function refuseOrganiser(): never {
  const message = {
    zh: '请选择本辖区的一家机构作为主办机构。',
    en: 'Choose an organisation of your division as the organiser.',
  }
  const fault = { pointer: '/organisation_id', code: 'competition.organiser_unknown', message }
  return refuse('invalid', fault.code, message, { faults: [fault] })
}

/**
 * Adds an event with its rules: those of the two usual parts, or its own. Faults `event.occupation_unknown` and those of
 * {@link ruleFaults}; 409 `event.name_taken`; 404 for a competition that somebody else organises.
 */
export async function addEvent(
  tx: Tx,
  context: Context,
  competition_id: string,
  input: z.output<typeof newEventShape>,
): Promise<EventRow> {
  const competition = await getCompetition(tx, context.scope, competition_id)
  if (!organises(context.scope, competition)) notFound({ zh: '竞赛', en: 'competition' })
  const occupation = await tx
    .selectFrom('occupations')
    .select('code')
    .where('code', '=', input.occupation_code)
    .executeTakeFirst()
  const { rules: given, theory_weight = null, ...event } = input
  const rules = given ? storedRules(given) : twoParts(theory_weight!)
  refuseFaults([
    ...(occupation
      ? []
      : [
          faultAt(
            '/occupation_code',
            'event.occupation_unknown',
            '没有这个职业，请从列表中选择。',
            'There is no such occupation.',
          ),
        ]),
    ...ruleFaults(rules),
  ])
  const { id } = await tx
    .insertInto('competition_events')
    .values({ ...event, theory_weight, competition_id })
    .returning('id')
    .executeTakeFirstOrThrow()
  await keepRules(tx, context, id, { version: 1, rules, reason: null })
  await recordHistory(tx, context, {
    kind: 'competition.event_added',
    subject_kind: 'competition',
    subject_id: competition_id,
    changes: { event_id: id, ...input },
  })
  return getEvent(tx, context.scope, id)
}

/**
 * Gives an event other rules, as a new version with the reason. Refuses `event.published`, `event.started`, `rules.marked` (somebody
 * was marked by the old ones), `rules.judges_without_module`; faults of {@link ruleFaults}.
 */
export async function changeRules(
  tx: Tx,
  context: Context,
  event_id: string,
  { rules: given, reason }: z.output<typeof changedRulesShape>,
): Promise<EventRow> {
  await lockOpenEvent(tx, context, event_id)
  const rules = storedRules(given)
  refuseFaults(ruleFaults(rules))
  const { version, marks } = await tx
    .selectFrom('competition_rules')
    .select((eb) => [
      eb.fn.max<number>('version').as('version'),
      sql<boolean>`exists (select from competition_marks m where m.event_id = ${event_id}::uuid)`.as('marks'),
    ])
    .where('event_id', '=', event_id)
    .executeTakeFirstOrThrow()
  if (marks)
    refuse('conflict', 'rules.marked', {
      zh: '已经按现行规则打过分，规则不能再改。',
      en: 'Marks were given by these rules, so they stand.',
    })
  const keys = rules.modules.map(({ key }) => key)
  const left = (await listJudges(tx, event_id)).filter(({ part }) => !keys.includes(part))
  if (left.length > 0)
    refuse('conflict', 'rules.judges_without_module', {
      zh: `已登记的评委（${left.map(({ name, part }) => `${name} ${part}`).join('、')}）所在的模块在新规则里没有，请先撤下评委或保留模块。`,
      en: `The new rules lack a module that has judges: ${left.map(({ name, part }) => `${name} ${part}`).join(', ')}. Take the judges off first, or keep the module.`,
    })
  await tx.updateTable('competition_events').set({ theory_weight: null }).where('id', '=', event_id).execute()
  await keepRules(tx, context, event_id, { version: version + 1, rules, reason })
  await recordHistory(tx, context, {
    kind: 'competition.rules_changed',
    subject_kind: 'competition_event',
    subject_id: event_id,
    reason,
    changes: { version: [version, version + 1] },
  })
  return getEvent(tx, context.scope, event_id)
}

/** The rules, and their criteria as rows, by which the database judges a mark. */
async function keepRules(
  tx: Tx,
  { actor }: Context,
  event_id: string,
  { version, rules, reason }: { version: number; rules: EventRules; reason: string | null },
): Promise<void> {
  await tx
    .insertInto('competition_rules')
    .values({ event_id, version, rules: JSON.stringify(rules), reason, made_by: actor.account_id })
    .execute()
  await tx.deleteFrom('competition_criteria').where('event_id', '=', event_id).execute()
  await tx
    .insertInto('competition_criteria')
    .values(criteriaOf(rules).map((criterion) => ({ ...criterion, event_id })))
    .execute()
}

/**
 * Starts an event: from here on entries, lots, judges and rules stand. Again it does nothing. Refuses `event.published`,
 * `event.no_entries`, `event.no_judges`.
 */
export async function startEvent(tx: Tx, context: Context, event_id: string): Promise<EventRow> {
  const event = await lockEvent(tx, context, event_id)
  if (event.started_at) return event
  mustBeReady(event, await listJudges(tx, event_id))
  await reach(tx, context, event_id, 'started')
  await recordHistory(tx, context, {
    kind: 'competition.started',
    subject_kind: 'competition_event',
    subject_id: event_id,
    changes: { entries: event.entries },
  })
  return getEvent(tx, context.scope, event_id)
}

/** A step of an event, with who took it. */
export async function reach(
  tx: Tx,
  { actor, now }: Context,
  event_id: string,
  state: 'started' | 'published',
): Promise<void> {
  await tx
    .insertInto('competition_event_states')
    .values({ event_id, state, reached_at: now, reached_by: actor.account_id })
    .execute()
}

function mustBeReady({ entries, rules }: EventRow, judges: Judge[]): void {
  if (entries === 0)
    refuse('conflict', 'event.no_entries', { zh: '还没有选手，不能排名。请先报名。', en: 'Nobody has entered yet.' })
  const without = rules.modules.filter(({ key }) => !judges.some(({ part }) => part === key)).map(moduleName)
  if (without.length > 0)
    refuse('conflict', 'event.no_judges', {
      zh: `${without.map(({ zh }) => zh).join('、')}部分还没有评委，请先登记评委。`,
      en: `No judges yet for: ${without.map(({ en }) => en).join(', ')}.`,
    })
}

/**
 * Appoints judges to parts; who is appointed stays. Refuses `event.published`, `event.started`, `judge.part_unmarked` for a part that
 * the rules do not have.
 */
export async function appointJudges(tx: Tx, context: Context, event_id: string, judges: Judge[]): Promise<Judge[]> {
  const { rules } = await lockOpenEvent(tx, context, event_id)
  const keys = rules.modules.map(({ key }) => key)
  refuseFaults(
    judges.flatMap(({ part }, index) => {
      const { zh, en } = PARTS[part] ?? { zh: part, en: part }
      return keys.includes(part)
        ? []
        : [
            faultAt(
              `/items/${index}/part`,
              'judge.part_unmarked',
              `本项目的规则里没有${zh}部分（或权重为 0），不需要评委。`,
              `The ${en.toLowerCase()} part has no weight and no judges.`,
            ),
          ]
    }),
  )
  const known = await listJudges(tx, event_id)
  const last = Math.max(0, ...known.map(({ number }) => number))
  const fresh = judges.filter(({ part, name }) => !known.some((judge) => judge.part === part && judge.name === name))
  const added = [...new Map(fresh.map((judge) => [`${judge.part} ${judge.name}`, judge])).values()]
  if (added.length > 0) {
    await tx
      .insertInto('competition_judges')
      .values(added.map((judge, index) => ({ ...judge, event_id, number: last + index + 1 })))
      .execute()
    await withdrawRanking(tx, event_id)
    await recordHistory(tx, context, {
      kind: 'competition.judges_appointed',
      subject_kind: 'competition_event',
      subject_id: event_id,
      changes: { judges },
    })
  }
  return listJudges(tx, event_id)
}

/**
 * Ranks an event and keeps the ranking until a mark, a judge or an entry changes. Refuses `event.published`, `event.no_entries`,
 * `event.no_judges`, `event.scores_missing` with what is missing as faults, the first 200 criteria.
 */
export async function rankEvent(tx: Tx, context: Context, event_id: string): Promise<EventRow> {
  const event = await lockEvent(tx, context, event_id)
  mustBeReady(event, await listJudges(tx, event_id))
  refuseMissing(event, await missingMarks(tx, event_id, event.rules))
  await withdrawRanking(tx, event_id)
  const placed = rankResults(event.rules, await resultsOf(tx, event_id, event.rules))
  await insertRows(
    tx,
    'competition_rankings',
    placed.map(({ entry_id, rank, total, modules, denominator, penalty }) => ({
      event_id,
      entry_id,
      rank,
      total: `${total}`,
      practical: `${modules.get('practical') ?? 0n}`,
      denominator: `${denominator}`,
      // a value of jsonb_populate_recordset, where an object is jsonb
      modules: Object.fromEntries([...modules].map(([key, value]) => [key, readable(value, denominator)])) as never,
      penalty,
    })),
  ).execute()
  await recordHistory(tx, context, {
    kind: 'competition.ranked',
    subject_kind: 'competition_event',
    subject_id: event_id,
    changes: { entries: placed.length },
  })
  return getEvent(tx, context.scope, event_id)
}

function refuseMissing({ rules }: EventRow, { rows, missing }: Awaited<ReturnType<typeof missingMarks>>): void {
  if (rows.length === 0) return
  const modules = new Map(rules.modules.map((module) => [module.key, module]))
  const faults = rows.flatMap(({ station, part, criterion, given, needed, judges }) => {
    const module = modules.get(part)!
    const { zh, en } = moduleName(module)
    const of = module.criteria.length > 1 ? { zh: `“${criterion}”`, en: `, ${criterion},` } : { zh: '', en: '' }
    const at = `/stations/${station}`
    const measured = module.criteria.find(({ name }) => name === criterion)!.measured
    if (measured || rules.missing_judges === 'average')
      return [
        faultAt(
          at,
          'event.scores_missing',
          `${station} 号工位的${zh}${of.zh}应有 ${needed} 个分数，现有 ${given} 个。`,
          `Station ${station}, ${en.toLowerCase()}${of.en} needs ${needed} marks and has ${given}.`,
        ),
      ]
    return judges.map((name) =>
      faultAt(
        at,
        'event.scores_missing',
        `${station} 号工位缺${zh}${of.zh}评委 ${name} 的分数。`,
        `Station ${station}: no ${en.toLowerCase()}${of.en} mark by ${name}.`,
      ),
    )
  })
  refuse(
    'conflict',
    'event.scores_missing',
    { zh: `还缺 ${missing} 个分数，录完后再排名。`, en: `${missing} marks are missing; enter them first.` },
    { faults },
  )
}

/** The event of a competition the actor's division organises, its row locked. Refuses `event.published`, but for the correction of an appeal. */
export async function lockEvent(tx: Tx, context: Context, id: string): Promise<EventRow> {
  if (!organises(context.scope, await getEvent(tx, context.scope, id))) notFound(EVENT)
  const { published_at, reopened_by } = await tx
    .selectFrom('competition_events')
    .select(['published_at', 'reopened_by'])
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirstOrThrow()
  // read when nobody else can change it any more
  const event = await getEvent(tx, context.scope, id)
  if (published_at && !reopened_by)
    refuse('conflict', 'event.published', {
      zh: `项目“${event.name}”的名次已经公布，报名、评委、分数和排名都不能再改。`,
      en: `The ranking of "${event.name}" is published; entries, judges, marks and ranks stand.`,
    })
  return event
}

/** The same for who enters, who judges and by which rules: they stand once the event has started. Refuses `event.started` too. */
export async function lockOpenEvent(tx: Tx, context: Context, id: string): Promise<EventRow> {
  const event = await lockEvent(tx, context, id)
  if (event.started_at)
    refuse('conflict', 'event.started', {
      zh: `项目“${event.name}”已经开赛，报名、抽签、评委和规则不能再改；选手不能参赛的，请办理退赛。`,
      en: `"${event.name}" has started: entries, lots, judges and rules stand. Whoever cannot compete is withdrawn.`,
    })
  return event
}

/** What was ranked before is no ranking any more. */
export async function withdrawRanking(tx: Tx, eventId: string): Promise<void> {
  await tx.deleteFrom('competition_rankings').where('event_id', '=', eventId).execute()
}
