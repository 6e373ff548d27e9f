/** 到期提醒: who holds a certificate that ends soon, and where they work, are told once at each of the days before it; a slice of certificates at a time. */
import { sql } from 'kysely'
import type { Job, Slice } from '../jobs/actions.ts'
import { writeEachNotice } from '../notices/notices.ts'
import { asJson } from '../people/bulk.ts'
import { localDate } from '../platform/calendar.ts'
import type { Context } from '../platform/context.ts'
import type { Tx } from '../platform/database.ts'

/** Certificates a slice: well under two seconds. */
const SLICE = 2000

/**
 * Marks the next certificates as told of and tells of them, in one transaction: killed in between, both are done or neither. What is marked
 * already, by an earlier day or another process, is passed over.
 */
export async function remindSlice(tx: Tx, context: Context, job: Job): Promise<Slice> {
  const { rows } = await sql<{ certificate_id: string; ends_on: string; marked: boolean }>`
    with horizon as (select ${today(context)}::date + 1 as first, ${today(context)}::date + max(days) as last from certificate_reminder_days where active),
    ending as (
      select c.id, c.valid_until as ends_on from certificates c, horizon
      where c.valid_until between horizon.first and horizon.last and not exists (select from certificate_continuations k where k.certificate_id = c.id)
      union all
      select k.certificate_id, k.valid_until from standing_continuations k, horizon where k.valid_until between horizon.first and horizon.last
    ), due as (
      -- only the nearest of the days that have come: of one that was never told of, and ends in a week, nobody need hear of the 90 days
      select e.id, e.ends_on, min(d.days) as days from ending e join certificate_reminder_days d
        on d.active and e.ends_on <= ${today(context)}::date + d.days
      where not exists (select from standing_revocations r where r.certificate_id = e.id)
      group by e.id, e.ends_on
    ), picked as (
      select * from due
      where not exists (select from certificate_reminders r where (r.certificate_id, r.valid_until, r.days) = (due.id, due.ends_on, due.days))
      order by id limit ${SLICE}
    ), marked as (
      insert into certificate_reminders (certificate_id, valid_until, days, at)
      select id, ends_on, days, ${context.now}::timestamptz from picked order by id on conflict do nothing returning certificate_id
    )
    select picked.id as certificate_id, picked.ends_on::text, marked.certificate_id is not null as marked
    from picked left join marked on marked.certificate_id = picked.id`.execute(tx)
  // another process may have marked some of them in the meantime, and tells of them
  const marked = rows.filter((row) => row.marked)
  if (marked.length > 0) await tell(tx, context, marked)
  const done = job.done + marked.length
  // a full slice: there may be more
  return { done, position: rows.length < SLICE ? null : 'more', result: { reminders: done } }
}

/** The holder, and every organisation where they are in post; the words name nobody. */
async function tell(tx: Tx, context: Context, rows: { certificate_id: string; ends_on: string }[]): Promise<void> {
  await writeEachNotice(
    tx,
    context,
    sql`
      with ending as (
        select c.id as subject_id, c.person_id, right(c.number, 6) as tail, c.occupation_name, r.ends_on, r.ends_on - ${today(context)}::date as days
        from jsonb_to_recordset(${asJson(rows)}) as r (certificate_id uuid, ends_on date) join certificates c on c.id = r.certificate_id
          join people p on p.id = c.person_id and p.erased_at is null
      )
      select null::uuid as account_id, null::uuid as organisation_id, person_id, subject_id,
        format('您的“%s”证书（编号尾号 %s）有效期至 %s，还有 %s 天。请及时办理延续或重新评价。', occupation_name, tail, ends_on, days) as words,
        format('Your certificate in %s (number ending in %s) is valid until %s, %s days from now: have it continued or be assessed again.',
          occupation_name, tail, ends_on, days) as words_en
      from ending
      union all
      select distinct null::uuid, e.organisation_id, null::uuid, subject_id,
        format('贵机构一名在岗人员的“%s”证书（编号尾号 %s）有效期至 %s，还有 %s 天；到期后不再支持津贴。', occupation_name, tail, ending.ends_on, days),
        format('The certificate of one of your staff in %s (number ending in %s) is valid until %s, %s days from now; then it supports no allowance.',
          occupation_name, tail, ending.ends_on, days)
      from ending join employments e on e.person_id = ending.person_id and e.known_to = 'infinity'
        and e.starts_on <= ${today(context)}::date and coalesce(e.ends_on > ${today(context)}::date, true)`,
    { kind: 'certificate.expiring', subject_kind: 'certificate' },
  )
}

function today({ now }: Context): string {
  return localDate(now)
}
