/** What was on record at an instant, and every version of a fact: closed rows stay, so that the register can say what it knew. */
import { type RawBuilder, sql } from 'kysely'
import type { DB } from '../../db/schema.ts'
import type { LocalDate } from '../platform/calendar.ts'
import type { Db, Tx } from '../platform/database.ts'

/** RFC 3339, to the microsecond. */
export type Instant = string

/** Whether the row of `facts` (a table with known_from and known_to, or its alias) was on record at the instant; left out, is now. */
export function knownAt(facts: string, at?: Instant): RawBuilder<boolean> {
  const [from, to] = [sql.ref(`${facts}.known_from`), sql.ref(`${facts}.known_to`)]
  // partial indexes hold what is on record now
  if (at === undefined) return sql`${to} = 'infinity'`
  return sql`(${from} <= ${at}::timestamptz and ${to} > ${at}::timestamptz)`
}

/** The last instant of a day in Asia/Shanghai. */
export function endOfDay(day: LocalDate): Instant {
  return `${day}T23:59:59.999999+08:00`
}

/** Whether what is never taken back had happened by the instant. */
export function happenedBy(column: string, at?: Instant): RawBuilder<boolean> {
  return at === undefined ? sql`true` : sql`${sql.ref(column)} <= ${at}::timestamptz`
}

/** The instant from which a change is known: what it closes ends when what follows begins, with nothing unknown in between. */
export async function knownFromNow(db: Db): Promise<Instant> {
  const { rows } = await sql<{ now: Instant }>`select clock_timestamp()::text as now`.execute(db)
  return rows[0]!.now
}

interface Versioned {
  table: keyof DB & string
  where: RawBuilder<boolean>
  /** what a version says */
  columns: string[]
  /** kinds of the events that each wrote one version, and which events are about this fact */
  events: string[]
  about: RawBuilder<boolean>
  withdrawn?: string
  /** of `fact`: who wrote a version, where it is not the recorder; which have an event of their own, where not all do */
  author?: RawBuilder<string | null>
  told?: RawBuilder<boolean>
  /** of `fact`: why it was written, where the version says so itself */
  reason?: RawBuilder<string | null>
}
export interface Version {
  known_from: Instant
  /** null: on record now */
  known_to: Instant | null
  /** display name of the account; null: the system itself */
  recorded_by: string | null
  reason: string | null
}
export interface Versions<F> {
  items: (F & Version)[]
  withdrawn: { at: Instant; by: string; reason: string | null } | null
}

/** Every version of a fact that the caller was already allowed to see, the first first; empty when there is none. What a merge or its undoing wrote again says so. */
export async function versionsOf<F extends object>(db: Db, fact: Versioned): Promise<Versions<F>> {
  const { author = sql`fact.recorded_by`, told = sql`true`, reason = sql`null` } = fact
  // the n-th event wrote the n-th version that has one; the actor is compared, so that a reason is never told of the wrong one
  const { rows } = await sql<F & Version>`
    with versions as (
      select row_number() over (partition by has_event order by known_from) as n, * from (
        select fact.*, merge.by is null and ${told} as has_event, coalesce(merge.by, ${author}) as author, coalesce(merge.reason, ${reason}) as why
        from ${sql.table(fact.table)} as fact left join lateral (
          select case when known_from = merged_at then merged_by else undone_by end as by,
            case when known_from = merged_at then m.reason else undo_reason end as reason
          from person_merges m where fact.person_id in (merged_id, survivor_id) and known_from in (merged_at, undone_at) limit 1
        ) merge on true where ${fact.where}
      ) written
    ), events as (
      select row_number() over (order by seq) as n, actor_id, reason from history_events
      where subject_kind = 'person' and subject_id in (select person_id::text from versions) and kind = any (${fact.events}::text[]) and ${fact.about}
    )
    select ${sql.join(fact.columns.map((name) => sql.ref(`versions.${name}`)))},
      ${written('versions.known_from')} as known_from, ${written('versions.known_to')} as known_to,
      accounts.display_name as recorded_by, coalesce(versions.why, events.reason) as reason
    from versions
      left join accounts on accounts.id = versions.author
      left join events on versions.has_event and events.n = versions.n and events.actor_id is not distinct from versions.author
    order by versions.known_from`.execute(db)
  if (!fact.withdrawn || rows.at(-1)?.known_to === null) return { items: rows, withdrawn: null }
  const { rows: withdrawals } = await sql<NonNullable<Versions<F>['withdrawn']>>`
    select ${written('at')} as at, coalesce(accounts.display_name, actor_name) as by, reason
    from history_events left join accounts on accounts.id = history_events.actor_id
    where subject_kind = 'person' and kind = ${fact.withdrawn} and ${fact.about}
      and subject_id in (select person_id::text from ${sql.table(fact.table)} as fact where ${fact.where})
    order by seq desc limit 1`.execute(db)
  return { items: rows, withdrawn: withdrawals[0] ?? null }
}

/** Closes the version on record of a fact of a person, in the instant from which what follows is known. */
export async function closeFact(
  tx: Tx,
  table: 'allowance_claims' | 'educations' | 'licences',
  { person_id, id }: { person_id: string; id: string },
  now: Instant,
): Promise<void> {
  await sql`update ${sql.table(table)} set known_to = ${now}::timestamptz
    where person_id = ${person_id}::uuid and id = ${id}::uuid and ${knownAt(table)}`.execute(tx)
}

/** As text with microseconds: asked for as `known_at`, the start of a version answers that version. */
function written(column: string): RawBuilder<Instant | null> {
  const at = sql.ref(column)
  return sql`case when ${at} < 'infinity' then to_char(${at} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') end`
}
