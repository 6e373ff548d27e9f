/** Writes of competitions: announce, enter, mark, rank, publish. Every change of an event holds its row until it commits. */
import { sql } from 'kysely'
import type { z } from 'zod'
import { recordHistory } from '../history/actions.ts'
import { earlierTwins, faultAt } from '../people/bulk.ts'
import { localDate } from '../platform/calendar.ts'
import type { Context } from '../platform/context.ts'
import type { Tx } from '../platform/database.ts'
import { type Fault, notFound, refuse, refuseFaults } from '../platform/errors.ts'
import {
  type CompetitionRow,
  EVENT,
  type EventRow,
  getCompetition,
  getEvent,
  listEntries,
  listJudges,
  listScores,
  organises,
} from './queries.ts'
import { awardOf, rankEntries } from './ranking.ts'
import { type Judge, marked, missingScores, PARTS, partsOf } from './rules.ts'
import type { NewEntry, newCompetitionShape, newEventShape, publicationShape } from './shapes.ts'

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

/** Adds an event. Fault `event.occupation_unknown`; 409 `event.name_taken`; 404 for a competition that somebody else organises. */
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
  if (!occupation)
    refuseFaults([
      faultAt(
        '/occupation_code',
        'event.occupation_unknown',
        '没有这个职业，请从列表中选择。',
        'There is no such occupation.',
      ),
    ])
  const { id } = await tx
    .insertInto('competition_events')
    .values({ ...input, competition_id })
    .returning('id')
    .executeTakeFirstOrThrow()
  await recordHistory(tx, context, {
    kind: 'competition.event_added',
    subject_kind: 'competition',
    subject_id: competition_id,
    changes: { event_id: id, ...input },
  })
  return getEvent(tx, context.scope, id)
}

/**
 * Enters people for the organisation they work for, or the one given; a station that is not given is drawn by lot among the free ones.
 * Who is entered already stays. Refuses `event.published`, and per row `entry.twice`, `entry.organisation_missing` (works nowhere now),
 * `entry.person_unknown` (not on the roster of an organisation of the organiser's division), `entry.station_taken`.
 */
export async function enterPeople(
  tx: Tx,
  context: Context,
  event_id: string,
  rows: NewEntry[],
): Promise<{ added: number; already: number }> {
  const event = await lockEvent(tx, context, event_id)
  const before = await listEntries(tx, context.scope, event)
  const fresh = rows
    .map((row, index) => ({ ...row, index }))
    .filter(({ person_id }) => !before.some((entry) => entry.person_id === person_id))
  const already = rows.length - fresh.length
  if (fresh.length === 0) return { added: 0, already }
  const employers = await employersOf(tx, context, fresh)
  const wanted = fresh.map((row) => ({
    ...row,
    organisation_id: row.organisation_id ?? employers.get(row.person_id) ?? null,
  }))
  const known = await onRosters(tx, context, wanted)
  const twins = earlierTwins(wanted.map(({ person_id }) => person_id))
  const stations = earlierTwins(wanted.map(({ station }) => (station ? String(station) : null)))
  const taken = new Set(before.map(({ station }) => station))
  refuseFaults(
    wanted.flatMap(({ index, person_id, organisation_id, station }, position): Fault[] => {
      const at = `/items/${index}`
      if (twins[position] !== null)
        return [
          faultAt(`${at}/person_id`, 'entry.twice', '这个人出现了两次，请只留一次。', 'This person is there twice.'),
        ]
      if (!organisation_id)
        return [
          faultAt(
            `${at}/organisation_id`,
            'entry.organisation_missing',
            '这个人目前没有任职机构，请写明代表哪家机构参赛。',
            'This person works nowhere now; name the organisation they compete for.',
          ),
        ]
      if (!known.has(`${person_id} ${organisation_id}`))
        return [
          faultAt(
            `${at}/person_id`,
            'entry.person_unknown',
            '辖区内这家机构的名册里没有这个人。',
            'This person is not on the roster of such an organisation in your division.',
          ),
        ]
      if (station && (taken.has(station) || stations[position] !== null))
        return [
          faultAt(
            `${at}/station`,
            'entry.station_taken',
            `工位号 ${station} 已经抽给别人，请核对抽签记录。`,
            `Station ${station} is somebody else’s; check the draw.`,
          ),
        ]
      return []
    }),
  )
  const given = wanted.flatMap(({ station }) => station ?? [])
  const drawn = await drawStations(tx, [...taken, ...given], wanted.length - given.length)
  const values = wanted.map(({ person_id, organisation_id, station }) => ({
    event_id,
    person_id,
    organisation_id: organisation_id!,
    station: station ?? drawn.pop()!,
  }))
  await tx.insertInto('competition_entries').values(values).execute()
  await withdrawRanking(tx, event_id)
  await recordHistory(tx, context, {
    kind: 'competition.people_entered',
    subject_kind: 'competition_event',
    subject_id: event_id,
    changes: { added: values.length },
  })
  return { added: values.length, already }
}

/** By person, the organisation of this division where they work today (the one they joined first). */
async function employersOf(tx: Tx, context: Context, rows: { person_id: string }[]): Promise<Map<string, string>> {
  const today = localDate(context.now)
  const found = await tx
    .selectFrom('employments')
    .select(['person_id', 'organisation_id'])
    .where(
      'person_id',
      'in',
      rows.map(({ person_id }) => person_id),
    )
    .where('known_to', '=', sql<Date>`'infinity'`)
    .where('starts_on', '<=', today)
    .where((eb) => eb.or([eb('ends_on', 'is', null), eb('ends_on', '>', today)]))
    .orderBy('starts_on', 'desc')
    .execute()
  return new Map(found.map(({ person_id, organisation_id }) => [person_id, organisation_id]))
}

async function onRosters(tx: Tx, { scope }: Context, rows: { person_id: string }[]): Promise<Set<string>> {
  const found = await tx
    .selectFrom('roster_entries')
    .innerJoin('organisations', 'organisations.id', 'roster_entries.organisation_id')
    .select(['roster_entries.person_id', 'roster_entries.organisation_id'])
    .where(
      'roster_entries.person_id',
      'in',
      rows.map(({ person_id }) => person_id),
    )
    .where('organisations.district_code', 'like', scope.kind === 'division' ? `${scope.prefix}%` : '')
    .execute()
  return new Set(found.map(({ person_id, organisation_id }) => `${person_id} ${organisation_id}`))
}

/** Free numbers in an order nobody chose: as many as there are entries to come, none above the number of stations needed. */
async function drawStations(tx: Tx, taken: number[], count: number): Promise<number[]> {
  const { rows } = await sql<{
    station: number
  }>`select station from generate_series(1, ${taken.length + count}::int) station
    where not station = any (select jsonb_array_elements_text(${JSON.stringify(taken)}::jsonb)::int) order by random() limit ${count}`.execute(
    tx,
  )
  return rows.map(({ station }) => station)
}

/** Appoints judges to parts; who is appointed stays. Refuses `event.published`, `judge.part_unmarked` for a part of weight 0. */
export async function appointJudges(tx: Tx, context: Context, event_id: string, judges: Judge[]): Promise<Judge[]> {
  const event = await lockEvent(tx, context, event_id)
  const parts = partsOf(event.theory_weight)
  refuseFaults(
    judges.flatMap(({ part }, index) =>
      parts.includes(part)
        ? []
        : [
            faultAt(
              `/items/${index}/part`,
              'judge.part_unmarked',
              `${PARTS[part].zh}部分权重为 0，不需要评委。`,
              `The ${PARTS[part].en.toLowerCase()} part has no weight and no judges.`,
            ),
          ],
    ),
  )
  const added = await tx
    .insertInto('competition_judges')
    .values(judges.map((judge) => ({ ...judge, event_id })))
    .onConflict((oc) => oc.doNothing())
    .returning('name')
    .execute()
  if (added.length > 0) {
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
 * `event.no_judges`, `event.scores_missing` with every missing mark as a fault.
 */
export async function rankEvent(tx: Tx, context: Context, event_id: string): Promise<EventRow> {
  const event = await lockEvent(tx, context, event_id)
  const entries = await listEntries(tx, context.scope, event)
  const judges = await listJudges(tx, event_id)
  if (entries.length === 0)
    refuse('conflict', 'event.no_entries', { zh: '还没有选手，不能排名。请先报名。', en: 'Nobody has entered yet.' })
  const without = partsOf(event.theory_weight).filter((part) => !judges.some((judge) => judge.part === part))
  if (without.length > 0)
    refuse('conflict', 'event.no_judges', {
      zh: `${without.map((part) => PARTS[part].zh).join('、')}部分还没有评委，请先登记评委。`,
      en: `No judges yet for: ${without.map((part) => PARTS[part].en).join(', ')}.`,
    })
  const scores = await listScores(tx, context.scope, event)
  const missing = missingScores(entries, judges, scores)
  if (missing.length > 0)
    refuse(
      'conflict',
      'event.scores_missing',
      {
        zh: `还缺 ${missing.length} 个分数，录完后再排名。`,
        en: `${missing.length} marks are missing; enter them first.`,
      },
      {
        faults: missing.map(({ station, part, name }) =>
          faultAt(
            `/stations/${station}`,
            'event.scores_missing',
            `${station} 号工位缺${PARTS[part].zh}评委 ${name} 的分数。`,
            `Station ${station}: no ${PARTS[part].en.toLowerCase()} mark by ${name}.`,
          ),
        ),
      },
    )
  await withdrawRanking(tx, event_id)
  const placed = rankEntries(marked(entries, scores), event.theory_weight)
  await tx
    .insertInto('competition_rankings')
    .values(
      placed.map(({ total, practical, denominator, ...place }) => ({
        ...place,
        event_id,
        total: `${total}`,
        practical: `${practical}`,
        denominator: `${denominator}`,
      })),
    )
    .execute()
  await recordHistory(tx, context, {
    kind: 'competition.ranked',
    subject_kind: 'competition_event',
    subject_id: event_id,
    changes: { entries: placed.length },
  })
  return getEvent(tx, context.scope, event_id)
}

/** Gives the awards by rank and freezes marks and ranking for good. Refuses `event.published`, `event.not_ranked`. */
export async function publishRanking(
  tx: Tx,
  context: Context,
  event_id: string,
  { awards }: z.output<typeof publicationShape>,
): Promise<EventRow> {
  await lockEvent(tx, context, event_id)
  const ranking = await tx
    .selectFrom('competition_rankings')
    .select(['entry_id', 'rank'])
    .where('event_id', '=', event_id)
    .execute()
  if (ranking.length === 0)
    refuse('conflict', 'event.not_ranked', {
      zh: '还没有排名，或分数改过后没有重新排名。请先计算排名。',
      en: 'There is no ranking, or marks changed after it; rank first.',
    })
  const awarded = ranking
    .map(({ entry_id, rank }) => ({ entry_id, award: awardOf(rank, awards) }))
    .filter(({ award }) => award)
  await sql`update competition_rankings set award = given.award from jsonb_to_recordset(${JSON.stringify(awarded)}::jsonb) as given(entry_id uuid, award text)
    where competition_rankings.entry_id = given.entry_id and competition_rankings.event_id = ${event_id}::uuid`.execute(
    tx,
  )
  await tx.updateTable('competition_events').set({ published_at: context.now }).where('id', '=', event_id).execute()
  await recordHistory(tx, context, {
    kind: 'competition.published',
    subject_kind: 'competition_event',
    subject_id: event_id,
    changes: { awards, awarded: awarded.length },
  })
  return getEvent(tx, context.scope, event_id)
}

/** The event of a competition the actor's division organises, its row locked. Refuses `event.published`. */
export async function lockEvent(tx: Tx, context: Context, id: string): Promise<EventRow> {
  const event = await getEvent(tx, context.scope, id)
  if (!organises(context.scope, event)) notFound(EVENT)
  const { published_at } = await tx
    .selectFrom('competition_events')
    .select('published_at')
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirstOrThrow()
  if (published_at)
    refuse('conflict', 'event.published', {
      zh: `项目“${event.name}”的名次已经公布，报名、评委、分数和排名都不能再改。`,
      en: `The ranking of "${event.name}" is published; entries, judges, marks and ranks stand.`,
    })
  return event
}

/** What was ranked before is no ranking any more. */
export async function withdrawRanking(tx: Tx, eventId: string): Promise<void> {
  await tx.deleteFrom('competition_rankings').where('event_id', '=', eventId).execute()
}
