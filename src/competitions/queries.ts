/** Reads of competitions: what is announced is open to the organiser's division and whoever enters; marks are the organiser's. */
import { sql } from 'kysely'
import type { Scope } from '../platform/context.ts'
import type { Db } from '../platform/database.ts'
import { notFound } from '../platform/errors.ts'
import { type Page, type PageInput, readCursor, toPage } from '../platform/paging.ts'
import { readable } from './ranking.ts'
import type { Judge, Part, Score } from './rules.ts'

export const EVENT = { zh: '竞赛项目', en: 'event' }

export type CompetitionRow = Awaited<ReturnType<ReturnType<typeof competitionRows>['execute']>>[number]

/** Latest first. */
export async function listCompetitions(db: Db, scope: Scope, filter: PageInput): Promise<Page<CompetitionRow>> {
  const after = readCursor(filter.cursor, 2)
  let query = competitionRows(db, scope)
  if (after)
    query = query.where(sql<boolean>`(competitions.held_on, competitions.id) < (${after[0]}::date, ${after[1]}::uuid)`)
  const rows = await query
    .orderBy('competitions.held_on', 'desc')
    .orderBy('competitions.id', 'desc')
    .limit(filter.limit + 1)
    .execute()
  return toPage(rows, filter.limit, (row) => [row.held_on, row.id])
}

export async function getCompetition(db: Db, scope: Scope, id: string): Promise<CompetitionRow> {
  const row = await competitionRows(db, scope).where('competitions.id', '=', id).executeTakeFirst()
  return row ?? notFound({ zh: '竞赛', en: 'competition' })
}

function competitionRows(db: Db, scope: Scope) {
  return db
    .selectFrom('competitions')
    .innerJoin('organisations as organiser', 'organiser.id', 'competitions.organisation_id')
    .select([
      'competitions.id',
      'competitions.name',
      'competitions.tier',
      'competitions.held_on',
      'competitions.citation',
      'competitions.organisation_id',
      'organiser.name as organisation_name',
      'organiser.district_code',
      sql<number>`(select count(*) from competition_events v where v.competition_id = competitions.id)`.as('events'),
      sql<number>`(select count(*) from competition_entries e join competition_events v on v.id = e.event_id
        where v.competition_id = competitions.id)`.as('entries'),
    ])
    .where(announcedTo(scope))
}

export type EventRow = Awaited<ReturnType<ReturnType<typeof eventRows>['execute']>>[number]

export function listEvents(db: Db, scope: Scope, competitionId: string) {
  return eventRows(db, scope)
    .where('competition_events.competition_id', '=', competitionId)
    .orderBy('competition_events.name')
    .execute()
}

export async function getEvent(db: Db, scope: Scope, id: string): Promise<EventRow> {
  const row = await eventRows(db, scope).where('competition_events.id', '=', id).executeTakeFirst()
  return row ?? notFound(EVENT)
}

function eventRows(db: Db, scope: Scope) {
  return db
    .selectFrom('competition_events')
    .innerJoin('competitions', 'competitions.id', 'competition_events.competition_id')
    .innerJoin('organisations as organiser', 'organiser.id', 'competitions.organisation_id')
    .innerJoin('occupations', 'occupations.code', 'competition_events.occupation_code')
    .select([
      'competition_events.id',
      'competition_events.competition_id',
      'competitions.name as competition_name',
      'organiser.district_code',
      'competition_events.name',
      'competition_events.occupation_code',
      'occupations.name as occupation_name',
      'competition_events.theory_weight',
      'competition_events.published_at',
      sql<number>`(select count(*) from competition_entries e where e.event_id = competition_events.id)`.as('entries'),
      sql<number>`(select count(*) from competition_judges j where j.event_id = competition_events.id)`.as('judges'),
      sql<boolean>`exists (select from competition_rankings r where r.event_id = competition_events.id)`.as('ranked'),
    ])
    .where(announcedTo(scope))
}

/** Whether the event is the scope's own to run: its organiser lies in the division. */
export function organises(scope: Scope, { district_code }: { district_code: string }): boolean {
  return scope.kind === 'division' && district_code.startsWith(scope.prefix)
}

/** A competition of a division is announced to everybody in it, and to those above it. */
function announcedTo(scope: Scope) {
  if (scope.kind === 'person') return sql<boolean>`false`
  const division = sql`regexp_replace(organiser.district_code, '(00)+$', '') || '%'`
  if (scope.kind === 'division')
    return sql<boolean>`(organiser.district_code like ${`${scope.prefix}%`} or ${scope.prefix}::text like ${division})`
  return sql<boolean>`(exists (select from organisations o where o.id = ${scope.organisation_id}::uuid and o.district_code like ${division})
    or exists (select from competition_entries e join competition_events v on v.id = e.event_id
      where v.competition_id = competitions.id and e.organisation_id = ${scope.organisation_id}::uuid))`
}

/** By station. The organiser sees all, others those of their own organisation or division. */
export function listEntries(db: Db, scope: Scope, event: Pick<EventRow, 'id' | 'district_code'>) {
  const query = db
    .selectFrom('competition_entries')
    .innerJoin('people', 'people.id', 'competition_entries.person_id')
    .innerJoin('organisations', 'organisations.id', 'competition_entries.organisation_id')
    .select([
      'competition_entries.id',
      'competition_entries.event_id',
      'competition_entries.station',
      'competition_entries.person_id',
      'people.name as person_name',
      'competition_entries.organisation_id',
      'organisations.name as organisation_name',
    ])
    .where('competition_entries.event_id', '=', event.id)
    .orderBy('competition_entries.station')
  if (organises(scope, event)) return query.execute()
  if (scope.kind === 'organisation') return query.where('organisations.id', '=', scope.organisation_id).execute()
  return query
    .where('organisations.district_code', 'like', scope.kind === 'division' ? `${scope.prefix}%` : '')
    .execute()
}

/** By part and name; the event was looked up through a scope. */
export function listJudges(db: Db, eventId: string): Promise<Judge[]> {
  return db
    .selectFrom('competition_judges')
    .select((eb) => [eb.ref('part').$castTo<Part>().as('part'), 'name'])
    .where('event_id', '=', eventId)
    .orderBy('part', 'desc')
    .orderBy('name')
    .execute()
}

/** Marks in hundredths, by station; only the organiser asks. */
export async function listScores(
  db: Db,
  scope: Scope,
  event: Pick<EventRow, 'id' | 'district_code'>,
): Promise<(Score & { station: number })[]> {
  if (!organises(scope, event)) notFound(EVENT)
  return db
    .selectFrom('competition_scores')
    .innerJoin('competition_entries', 'competition_entries.id', 'competition_scores.entry_id')
    .select((eb) => [
      'competition_entries.station',
      'competition_scores.entry_id',
      eb.ref('competition_scores.part').$castTo<Part>().as('part'),
      'competition_scores.judge',
      'competition_scores.points',
    ])
    .where('competition_entries.event_id', '=', event.id)
    .orderBy('competition_entries.station')
    .orderBy('competition_scores.part', 'desc')
    .orderBy('competition_scores.judge')
    .execute()
}

/** The ranking as it stands: the organiser's until it is published, then everybody's to whom the event is announced. */
export async function getRanking(db: Db, scope: Scope, event: Pick<EventRow, 'id' | 'district_code' | 'published_at'>) {
  if (!event.published_at && !organises(scope, event)) return { event_id: event.id, published_at: null, items: [] }
  const rows = await db
    .selectFrom('competition_rankings')
    .innerJoin('competition_entries', 'competition_entries.id', 'competition_rankings.entry_id')
    .innerJoin('people', 'people.id', 'competition_entries.person_id')
    .innerJoin('organisations', 'organisations.id', 'competition_entries.organisation_id')
    .select([
      'competition_rankings.rank',
      'competition_rankings.entry_id',
      'competition_entries.station',
      'people.name as person_name',
      'organisations.name as organisation_name',
      'competition_rankings.total',
      'competition_rankings.practical',
      'competition_rankings.denominator',
      'competition_rankings.award',
    ])
    .where('competition_rankings.event_id', '=', event.id)
    .orderBy('competition_rankings.rank')
    .orderBy('competition_entries.station')
    .execute()
  const items = rows.map(({ total, practical, denominator, ...row }) => ({
    ...row,
    total: readable(BigInt(total), BigInt(denominator)),
    practical: readable(BigInt(practical), BigInt(denominator)),
    exact: { total, practical, denominator },
  }))
  return { event_id: event.id, published_at: event.published_at, items }
}
