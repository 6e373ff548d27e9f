/** What is told to whom: deeds of the history become deliveries, each once for every webhook that may read what it is about. */
import { type RawBuilder, sql } from 'kysely'
import type { Db } from '../platform/database.ts'
import { EVENTS, type Subject } from './rules.ts'

const DEEDS = 500

/**
 * Reads the next deeds and writes their deliveries, in one statement: killed before its commit, it is done again. The history is numbered in
 * the order of commits, so no deed comes to light behind the place that is noted here; only one process at a time has that place.
 * Answers whether there were deeds to read.
 */
export async function fillOutbox(db: Db, now: Date): Promise<boolean> {
  const events = Object.entries(EVENTS).map(([type, { deed, subject }]) => ({ type, deed, subject }))
  const { numAffectedRows } = await sql`
    with place as (select read_to from webhook_outbox for update skip locked),
    deeds as materialized (select h.seq, h.kind, h.subject_id, h.changes from history_events h, place where h.seq > place.read_to order by h.seq limit ${DEEDS}),
    events as materialized (
      select d.seq, e.type, e.subject, d.subject_id::uuid as subject_id
      from deeds d join jsonb_to_recordset(${JSON.stringify(events)}::jsonb) as e (type text, deed text, subject text) on e.deed = d.kind
      where e.type <> 'payment.returned' or (d.changes ->> 'returned')::int > 0
    ), written as (
      insert into webhook_deliveries (webhook_id, event_seq, type, next_at, created_at)
      select w.id, e.seq, e.type, ${now}::timestamptz, ${now}::timestamptz
      from events e join (select *, regexp_replace(district_code, '(00){1,3}$', '') || '%' as division from webhooks) w
        on w.disabled_at is null and e.seq > w.told_from and e.type = any (w.events)
          and case e.subject ${sql.join(Object.entries(READERS).map(readBy), sql` `)} end
      order by e.seq on conflict do nothing
    )
    update webhook_outbox set read_to = (select max(seq) from deeds) where exists (select from deeds)`.execute(db)
  return Number(numAffectedRows ?? 0) > 0
}

function readBy([subject, reader]: [string, RawBuilder<boolean>]): RawBuilder<unknown> {
  return sql`when ${sql.lit(subject)} then ${reader}`
}

/** Whether the owner of the webhook `w` may read the record of the event `e`, as the queries of its own capability say. */
const READERS: Record<Subject, RawBuilder<boolean>> = {
  certificate: sql`exists (select from certificates c join organisations issuer on issuer.id = c.issuer_organisation_id
    where c.id = e.subject_id and (issuer.id = w.organisation_id or issuer.district_code like w.division or exists (
      select from roster_entries r join organisations o on o.id = r.organisation_id
      where r.person_id = c.person_id and (o.id = w.organisation_id or o.district_code like w.division))))`,
  import: sql`exists (select from imports i left join organisations o on o.id = i.organisation_id
    where i.id = e.subject_id and (i.organisation_id = w.organisation_id or coalesce(o.district_code, i.district_code) like w.division))`,
  allowance_run: sql`exists (select from allowance_runs r where r.id = e.subject_id and r.district_code like w.division)`,
}
