/** Reads of competitions: what is announced is open to the organiser's division and whoever enters; marks are the organiser's. */
import { type RawBuilder, sql } from 'kysely'
import type { LocalDate } from '../platform/calendar.ts'
import type { Scope } from '../platform/context.ts'
import type { Db } from '../platform/database.ts'
import { notFound } from '../platform/errors.ts'
import { type Page, type PageInput, readCursor, toPage } from '../platform/paging.ts'
import type { EventRules } from './event-rules.ts'
import { readable } from './ranking.ts'
import type { Judge } from './rules.ts'

export const EVENT = { zh: '竞赛项目', en: 'event' }

export type CompetitionRow = Awaited<ReturnType<ReturnType<typeof competitionRows>['execute']>>[number]

/** Latest first. */
export async function listCompetitions(
  db: Db,
  scope: Scope,
  filter: PageInput & { waits?: RawBuilder<boolean> | undefined },
): Promise<Page<CompetitionRow>> {
  const after = readCursor(filter.cursor, 2)
  let query = competitionRows(db, scope)
  if (filter.waits) query = query.where(filter.waits)
  if (after)
    query = query.where(sql<boolean>`(competitions.held_on, competitions.id) < (${after[0]}::date, ${after[1]}::uuid)`)
  const rows = await query
    .orderBy('competitions.held_on', 'desc')
    .orderBy('competitions.id', 'desc')
    .limit(filter.limit + 1)
    .execute()
  return toPage(rows, filter.limit, (row) => [row.held_on, row.id])
}

/** Whether a competition of the scope's own (`competitions` of the query) was held and a ranking of it is not published. */
export function publicationWaits(scope: Scope, today: LocalDate): RawBuilder<boolean> {
  return sql<boolean>`(competitions.held_on <= ${today}::date and ${organisedBy(scope)} and exists (
    select from competition_events v where v.competition_id = competitions.id and v.published_at is null
      and exists (select from competition_entries e where e.event_id = v.id and e.withdrawn_at is null)))`
}

/** As a count of a statement. */
export function countToPublish(scope: Scope, today: LocalDate): RawBuilder<unknown> {
  return sql`select count(*) from competitions join organisations as organiser on organiser.id = competitions.organisation_id
    where ${publicationWaits(scope, today)}`
}

function organisedBy(scope: Scope): RawBuilder<boolean> {
  return scope.kind === 'division' ? sql`organiser.district_code like ${`${scope.prefix}%`}` : sql`false`
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
      'competitions.class',
      'competitions.edition',
      'competitions.appeal_days',
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
      'competitions.held_on',
      'competitions.tier',
      'competitions.class',
      'organiser.district_code',
      'competition_events.name',
      'competition_events.occupation_code',
      'occupations.name as occupation_name',
      'competition_events.theory_weight',
      'competition_events.published_at',
      sql<Date | null>`(select t.reached_at from competition_event_states t where t.event_id = competition_events.id and t.state = 'started')`.as(
        'started_at',
      ),
      sql<EventRules>`(select r.rules from competition_rules r where r.event_id = competition_events.id order by r.version desc limit 1)`.as(
        'rules',
      ),
      sql<number>`(select count(*) from competition_entries e where e.event_id = competition_events.id and e.withdrawn_at is null)`.as(
        'entries',
      ),
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

export type EntryRow = Awaited<ReturnType<typeof listEntries>>[number]

/** By station, those who withdrew too. The organiser sees all, others those of their own organisation or division, without sealed numbers. */
export async function listEntries(db: Db, scope: Scope, event: Pick<EventRow, 'id' | 'district_code'>) {
  const query = db
    .selectFrom('competition_entries')
    .innerJoin('people', 'people.id', 'competition_entries.person_id')
    .innerJoin('organisations', 'organisations.id', 'competition_entries.organisation_id')
    .select([
      'competition_entries.id',
      'competition_entries.event_id',
      'competition_entries.station',
      'competition_entries.sealed_number',
      'competition_entries.team',
      'competition_entries.exception',
      'competition_entries.withdrawn_at',
      'competition_entries.withdrawal_reason',
      'competition_entries.person_id',
      'people.name as person_name',
      'competition_entries.organisation_id',
      'organisations.name as organisation_name',
      sql<
        string[]
      >`array(select p.name from competition_entry_members m join people p on p.id = m.person_id where m.entry_id = competition_entries.id order by p.name_pinyin, p.name)`.as(
        'members',
      ),
    ])
    .where('competition_entries.event_id', '=', event.id)
    .orderBy('competition_entries.station')
  if (organises(scope, event)) return query.execute()
  const own = await (scope.kind === 'organisation'
    ? query.where('organisations.id', '=', scope.organisation_id)
    : query.where('organisations.district_code', 'like', scope.kind === 'division' ? `${scope.prefix}%` : '')
  ).execute()
  return own.map((entry) => ({ ...entry, sealed_number: null }))
}

export type JudgeRow = Judge & { number: number }

/** By module and name; the event was looked up through a scope. */
export function listJudges(db: Db, eventId: string): Promise<JudgeRow[]> {
  return db
    .selectFrom('competition_judges')
    .select(['part', 'name', 'number', 'organisation_id'])
    .where('event_id', '=', eventId)
    .orderBy('part', 'desc')
    .orderBy('name')
    .execute()
}

export interface ScoreRow {
  station: number
  sealed_number: number | null
  entry_id: string
  part: string
  criterion: string
  judge: string
  /** hundredths of a point */
  points: number
}

/** Marks that stand, by station: of one part or one entry where asked; only the organiser asks. */
export async function listScores(
  db: Db,
  scope: Scope,
  event: Pick<EventRow, 'id' | 'district_code'>,
  { part = null, entry_id = null }: { part?: string | null; entry_id?: string | null } = {},
): Promise<ScoreRow[]> {
  if (!organises(scope, event)) notFound(EVENT)
  const { rows } = await sql<ScoreRow>`
    select e.station, e.sealed_number, m.entry_id, c.module as part, c.name as criterion, j.name as judge, m.points
    from competition_marks m join competition_entries e on e.id = m.entry_id
      join competition_criteria c on c.event_id = m.event_id and c.number = m.criterion
      join competition_judges j on j.event_id = m.event_id and j.number = m.judge
    where m.event_id = ${event.id}::uuid and m.known_to = 'infinity' and (${part}::text is null or c.module = ${part}::text)
      and (${entry_id}::uuid is null or m.entry_id = ${entry_id}::uuid)
    order by e.station, c.number, j.name`.execute(db)
  return rows
}

export type PenaltyRow = Awaited<ReturnType<typeof listPenalties>>[number]

/** All of an event, withdrawn ones too; points of the total. The event was looked up through a scope. */
export async function listPenalties(db: Db, eventId: string) {
  const rows = await db
    .selectFrom('competition_penalties')
    .innerJoin('competition_entries', 'competition_entries.id', 'competition_penalties.entry_id')
    .select([
      'competition_penalties.id',
      'competition_entries.station',
      'competition_penalties.entry_id',
      'competition_penalties.points',
      'competition_penalties.reason',
      'competition_penalties.known_from as imposed_at',
      'competition_penalties.withdrawal_reason',
    ])
    .where('competition_penalties.event_id', '=', eventId)
    .orderBy('competition_penalties.known_from')
    .execute()
  return rows.map(({ points, ...row }) => ({ ...row, points: points / 100 }))
}

/** Times that count, in seconds; only the organiser asks. */
export async function listTimes(db: Db, scope: Scope, event: Pick<EventRow, 'id' | 'district_code'>) {
  if (!organises(scope, event)) notFound(EVENT)
  const rows = await db
    .selectFrom('competition_times')
    .innerJoin('competition_entries', 'competition_entries.id', 'competition_times.entry_id')
    .select([
      'competition_entries.station',
      'competition_times.entry_id',
      'competition_times.module as part',
      'competition_times.milliseconds',
    ])
    .where('competition_times.event_id', '=', event.id)
    .where('competition_times.known_to', '=', sql<Date>`'infinity'`)
    .orderBy('competition_entries.station')
    .orderBy('competition_times.module')
    .execute()
  return rows.map(({ milliseconds, ...row }) => ({ ...row, seconds: milliseconds / 1000 }))
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
      'competition_rankings.modules',
      'competition_rankings.penalty',
      'competition_rankings.award',
    ])
    .where('competition_rankings.event_id', '=', event.id)
    .orderBy('competition_rankings.rank')
    .orderBy('competition_entries.station')
    .execute()
  const items = rows.map(({ total, practical, denominator, modules, penalty, ...row }) => ({
    ...row,
    modules: modules as Record<string, string>,
    penalty: penalty / 100,
    total: readable(BigInt(total), BigInt(denominator)),
    practical: readable(BigInt(practical), BigInt(denominator)),
    exact: { total, practical, denominator },
  }))
  return { event_id: event.id, published_at: event.published_at, items }
}
