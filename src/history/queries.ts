/** Reads of the history: a timeline, the head of the chain, and its proof. */
import { sql } from 'kysely'
import { addDays, type LocalDate } from '../platform/calendar.ts'
import type { Scope } from '../platform/context.ts'
import type { Db } from '../platform/database.ts'
import { type Page, type PageInput, readCursor, toPage } from '../platform/paging.ts'

export interface HistoryFilter extends PageInput {
  subject_kind?: string | undefined
  subject_id?: string | undefined
  kind?: string | undefined
  /** the account that did it */
  actor_id?: string | undefined
  /** days in Asia/Shanghai, both included */
  from?: LocalDate | undefined
  to?: LocalDate | undefined
}

/** Newest first. An organisation sees its own events, a division those of its districts. */
export async function listHistory(db: Db, scope: Scope, filter: HistoryFilter): Promise<Page<HistoryRow>> {
  const after = readCursor(filter.cursor, 1)
  let query = historyRows(db)
  if (scope.kind === 'organisation') query = query.where('organisation_id', '=', scope.organisation_id)
  if (scope.kind === 'division' && scope.prefix) query = query.where('district_code', 'like', `${scope.prefix}%`)
  if (scope.kind === 'person')
    query = query.where('subject_kind', '=', 'person').where('subject_id', '=', scope.person_id)
  if (filter.subject_kind) query = query.where('subject_kind', '=', filter.subject_kind)
  if (filter.subject_id) query = query.where('subject_id', '=', filter.subject_id)
  if (filter.kind) query = query.where('kind', '=', filter.kind)
  if (filter.actor_id) query = query.where('actor_id', '=', filter.actor_id)
  if (filter.from) query = query.where('at', '>=', startOf(filter.from))
  if (filter.to) query = query.where('at', '<', startOf(addDays(filter.to, 1)))
  if (after) query = query.where('seq', '<', Number(after[0]))
  const rows = await query
    .orderBy('seq', 'desc')
    .limit(filter.limit + 1)
    .execute()
  return toPage(rows, filter.limit, (row) => [row.seq])
}

function startOf(day: LocalDate) {
  return sql<Date>`${day}::date::timestamp at time zone 'Asia/Shanghai'`
}

/** All of them one after another, read by the thousand. */
export async function* allHistory(db: Db, scope: Scope, filter: Omit<HistoryFilter, keyof PageInput>) {
  let cursor: string | undefined
  do {
    const page: Page<HistoryRow> = await listHistory(db, scope, { ...filter, limit: 1000, cursor })
    yield* page.items
    cursor = page.next_cursor ?? undefined
  } while (cursor)
}

/** The events of one record whose page the caller was already allowed to see, of several where it took others over; up to an instant. */
export async function timelineOf(
  db: Db,
  subject_kind: string,
  subject_ids: string[],
  until = 'infinity',
): Promise<TimelineRow[]> {
  return historyRows(db)
    .select(
      sql<string>`coalesce((select display_name from accounts where id = history_events.actor_id), actor_name)
        || coalesce(' · ' || (select name from api_keys where id = history_events.api_key_id), '')`.as('by'),
    )
    .where('at', '<=', sql<Date>`${until}::timestamptz`)
    .where('subject_kind', '=', subject_kind)
    .where('subject_id', 'in', subject_ids)
    .orderBy('at', 'desc')
    .orderBy('seq', 'desc')
    .limit(50)
    .execute()
}

/** `by`: what colleagues call who did it, and with which key; `actor_name` is the account as it stands in the chain. */
export type TimelineRow = HistoryRow & { by: string }
export type HistoryRow = Awaited<ReturnType<ReturnType<typeof historyRows>['execute']>>[number]

function historyRows(db: Db) {
  return db
    .selectFrom('history_events')
    .select([
      'seq',
      'at',
      'actor_id',
      'actor_name',
      'kind',
      'subject_kind',
      'subject_id',
      'organisation_id',
      'district_code',
      'reason',
      'changes',
      'request_id',
      'hash',
      sql<string | null>`(select name || ' ' || prefix from api_keys where id = history_events.api_key_id)`.as(
        'api_key',
      ),
    ])
}

/** The newest event's number and hash: write it down elsewhere, and nothing before it can be changed unseen. */
export async function historyHead(db: Db): Promise<{ seq: number; hash: string }> {
  const row = await db
    .selectFrom('history_events')
    .select(['seq', 'hash'])
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row ?? { seq: 0, hash: '' }
}

/** Computes every hash anew. `broken_at` is the first event that is missing, moved or changed; null when the chain holds. */
export async function verifyHistory(db: Db): Promise<{ events: number; head: string; broken_at: number | null }> {
  const { rows } = await sql<{ events: number; broken_at: number | null }>`
    select count(*) as events,
      min(seq) filter (where hash <> recomputed or previous_hash <> expected_previous or seq <> expected_seq) as broken_at
    from (
      select e.seq, e.hash, e.previous_hash, history_hash(e) as recomputed,
        coalesce(lag(e.hash) over (order by e.seq), '') as expected_previous,
        row_number() over (order by e.seq) as expected_seq
      from history_events e
    ) chain`.execute(db)
  return { events: rows[0]!.events, broken_at: rows[0]!.broken_at, head: (await historyHead(db)).hash }
}

/** The last ten things an account did; what it did to many at once is one of them, with how many. */
export async function listDeeds(db: Db, account_id: string) {
  const { rows } = await sql<{
    at: Date
    kind: string
    subject_kind: string
    subject_id: string
    reason: string | null
    count: number
  }>`select at, kind, max(subject_kind) as subject_kind, max(subject_id) as subject_id, max(reason) as reason, count(*)::int as count
    from (select * from history_events where actor_id = ${account_id}::uuid order by seq desc limit 500) latest
    group by at, kind, request_id, case when request_id is null then seq end order by max(seq) desc limit 10`.execute(
    db,
  )
  return rows
}
