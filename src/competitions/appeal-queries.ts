/** Reads of publications and appeals. */
import { type RawBuilder, sql } from 'kysely'
import type { Scope } from '../platform/context.ts'
import type { Db } from '../platform/database.ts'
import { type Page, type PageInput, readCursor, toPage } from '../platform/paging.ts'
import { ofPerson } from './own-entries.ts'

export interface AppealRow {
  id: string
  event_id: string
  entry_id: string
  station: number
  person_name: string
  organisation_name: string
  grounds: string
  filed_at: Date
  /** null until it is decided */
  upheld: boolean | null
  reason: string | null
  decided_at: Date | null
}

/** Of an event, latest first: all for the organiser, others those of their own entries. The event was looked up through a scope. */
export async function listAppeals(db: Db, scope: Scope, event_id: string): Promise<AppealRow[]> {
  const own =
    scope.kind === 'division'
      ? sql`(organiser.district_code like ${`${scope.prefix}%`} or o.district_code like ${`${scope.prefix}%`})`
      : scope.kind === 'organisation'
        ? sql`e.organisation_id = ${scope.organisation_id}::uuid`
        : ofPerson(scope.person_id)
  const { rows } = await sql<AppealRow>`
    select a.id, a.event_id, a.entry_id, e.station, p.name as person_name, o.name as organisation_name, a.grounds, a.filed_at,
      d.upheld, d.reason, d.decided_at
    from competition_appeals a join competition_entries e on e.id = a.entry_id join people p on p.id = e.person_id
      join organisations o on o.id = e.organisation_id join competition_events v on v.id = a.event_id
      join competitions k on k.id = v.competition_id join organisations organiser on organiser.id = k.organisation_id
      left join competition_appeal_decisions d on d.appeal_id = a.id
    where a.event_id = ${event_id}::uuid and ${own} order by a.filed_at desc, a.id`.execute(db)
  return rows
}

export interface OpenAppeal extends Omit<AppealRow, 'upheld' | 'reason' | 'decided_at'> {
  event_name: string
  competition_name: string
}

/** Those that wait for the organisers in the division, the longest waiting first. */
export async function listOpenAppeals(db: Db, scope: Scope, filter: PageInput): Promise<Page<OpenAppeal>> {
  const after = readCursor(filter.cursor, 1)?.[0] ?? null
  const { rows } = await sql<OpenAppeal>`
    select a.id, a.event_id, a.entry_id, e.station, p.name as person_name, o.name as organisation_name, a.grounds, a.filed_at,
      v.name as event_name, k.name as competition_name
    ${open(scope)} and (${after}::uuid is null or a.id > ${after}::uuid) order by a.id limit ${filter.limit + 1}`.execute(
    db,
  )
  return toPage(rows, filter.limit, ({ id }) => [id])
}

/** As a count of a statement. */
export function countOpenAppeals(scope: Scope): RawBuilder<unknown> {
  return sql`select count(*) ${open(scope)}`
}

function open(scope: Scope) {
  return sql`from competition_appeals a join competition_entries e on e.id = a.entry_id join people p on p.id = e.person_id
      join organisations o on o.id = e.organisation_id join competition_events v on v.id = a.event_id
      join competitions k on k.id = v.competition_id join organisations organiser on organiser.id = k.organisation_id
    where not exists (select from competition_appeal_decisions d where d.appeal_id = a.id)
      and ${scope.kind === 'division' ? sql`organiser.district_code like ${`${scope.prefix}%`}` : sql`false`}`
}

/** Not bound to a scope: the caller asks whether the event is the actor's to run. */
export function appealOf(db: Db, id: string) {
  return db
    .selectFrom('competition_appeals')
    .select(['id', 'event_id', 'entry_id', 'filed_by'])
    .where('id', '=', id)
    .executeTakeFirst()
}

export function latestPublication(db: Db, event_id: string) {
  return publications(db, event_id).limit(1).executeTakeFirstOrThrow()
}

export interface Revision {
  id: string
  revision: number
  published_at: Date
  acknowledgement: string | null
  appeal_id: string | null
  sha256: string
  /** against the revision before: whose rank or award changed */
  moves: Move[]
}
interface Move {
  entry_id: string
  station: number
  from_rank: number | null
  to_rank: number | null
  from_award: string | null
  to_award: string | null
}

/** Latest first, each with what it changed; the first one changed nothing. */
export async function listRevisions(db: Db, event_id: string): Promise<Revision[]> {
  const rows = await publications(db, event_id).execute()
  const { rows: moves } = await sql<Move & { publication_id: string }>`
    select p.id as publication_id, e.id as entry_id, e.station, old.rank as from_rank, new.rank as to_rank, old.award as from_award, new.award as to_award
    from competition_publications p join competition_publications q on q.event_id = p.event_id and q.revision = p.revision - 1
      join competition_entries e on e.event_id = p.event_id
      left join competition_published_ranks new on new.publication_id = p.id and new.entry_id = e.id
      left join competition_published_ranks old on old.publication_id = q.id and old.entry_id = e.id
    where p.event_id = ${event_id}::uuid and (old.rank is distinct from new.rank or old.award is distinct from new.award)
    order by p.revision, new.rank, e.station`.execute(db)
  return rows.map(({ awards: _, ...row }) => ({
    ...row,
    moves: moves.flatMap(({ publication_id, ...move }) => (publication_id === row.id ? [move] : [])),
  }))
}

function publications(db: Db, event_id: string) {
  return db
    .selectFrom('competition_publications')
    .select(['id', 'revision', 'awards', 'published_at', 'acknowledgement', 'appeal_id', 'sha256'])
    .where('event_id', '=', event_id)
    .orderBy('revision', 'desc')
}
