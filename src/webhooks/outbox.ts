/** What is told to whom: deeds of the history become deliveries, each once for every webhook that may read what it is about. */
import { sql } from 'kysely'
import type { Db } from '../platform/database.ts'
import { EVENTS } from './rules.ts'

const DEEDS = 500

/**
 * Reads the next deeds and writes their deliveries, in one statement: killed before its commit, it is done again. The history is numbered in
 * the order of commits, so no deed comes to light behind the place that is noted here; only one process at a time has that place.
 * Answers whether there were deeds to read.
 */
export async function fillOutbox(db: Db, now: Date): Promise<boolean> {
  const events = Object.entries(EVENTS).map(([type, { deed }]) => ({ type, deed }))
  const { numAffectedRows } = await sql`
    with place as (select read_to from webhook_outbox for update skip locked),
    deeds as materialized (
      select h.seq, h.kind, h.subject_id, h.changes from history_events h, place where h.seq > place.read_to order by h.seq limit ${DEEDS}
    ), events as materialized (
      select d.seq, e.type, d.subject_id::uuid as id
      from deeds d join jsonb_to_recordset(${JSON.stringify(events)}::jsonb) as e (type text, deed text) on e.deed = d.kind
      where e.type <> 'payment.returned' or (d.changes ->> 'returned')::int > 0
    ), ${READERS}, written as (
      insert into webhook_deliveries (webhook_id, event_seq, type, next_at, created_at)
      select distinct w.id, r.seq, r.type, ${now}::timestamptz, ${now}::timestamptz
      from readers r join webhooks w on r.organisation_id = w.organisation_id
        or r.district_code like regexp_replace(w.district_code, '(00){1,3}$', '') || '%'
      where w.disabled_at is null and r.seq > w.told_from and r.type = any (w.events)
      order by r.seq on conflict do nothing
    )
    update webhook_outbox set read_to = (select max(seq) from deeds) where exists (select from deeds)`.execute(db)
  return Number(numAffectedRows ?? 0) > 0
}

/** Organisations, and places within whose divisions one may read the record of an event, as the queries of its own capability have it. */
const READERS = sql`readers as (
  select e.seq, e.type, c.issuer_organisation_id as organisation_id, o.district_code
  from events e join certificates c using (id) join organisations o on o.id = c.issuer_organisation_id
  union all
  select e.seq, e.type, r.organisation_id, o.district_code
  from events e join certificates c using (id) join roster_entries r using (person_id) join organisations o on o.id = r.organisation_id
  union all
  select e.seq, e.type, i.organisation_id, coalesce(o.district_code, i.district_code)
  from events e join imports i using (id) left join organisations o on o.id = i.organisation_id
  union all
  select e.seq, e.type, null, r.district_code from events e join allowance_runs r using (id)
)`
