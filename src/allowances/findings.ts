/** What looks odd in a computed run, found by the database in one statement a kind; hides how accounts are compared without opening them. */
import { type RawBuilder, sql } from 'kysely'
import { asJson } from '../people/bulk.ts'
import { addMonths, firstDay, type Month } from '../platform/calendar.ts'
import type { Context } from '../platform/context.ts'
import type { Db, Tx } from '../platform/database.ts'
import { known } from './organisation-facts.ts'
import type { FindingKind } from './review-rules.ts'

interface Run {
  id: string
  scheme_code: string
  month: Month
  district_code: string
  /** as text with microseconds */
  cutoff: string
}

/** The figures of the checks by code; each says in the table where it was read and how sure that is. */
export async function readCheckParameters(db: Db): Promise<Record<string, number>> {
  const rows = await db.selectFrom('check_parameters').select(['code', 'value']).execute()
  return Object.fromEntries(rows.map(({ code, value }) => [code, value]))
}

/**
 * Marks the accounts of `limit` people of the run whose mark is missing or that of another account or key; answers how many it was.
 * Opening an account costs more than all the checks together, so it is done once an account and not once a run.
 */
export async function markAccounts(tx: Tx, { vault }: Context, run_id: string, limit: number): Promise<number> {
  const [key_id] = vault.key_ids
  const { rows } = await sql<{ person_id: string; bank_account_sealed: string }>`
    select p.id as person_id, p.bank_account_sealed from people p left join account_marks m on m.person_id = p.id
    where p.bank_account_sealed is not null and (m.account_sha256 is distinct from ${digestOf('p')} or m.key_id <> ${key_id})
      and exists (select from allowance_lines l where l.run_id = ${run_id}::uuid and l.person_id = p.id and l.amount_fen > 0)
    limit ${limit}`.execute(tx)
  const marks = await Promise.all(
    rows.map(async ({ person_id, bank_account_sealed }) => ({
      ...{ person_id, sealed: bank_account_sealed, key_id },
      hash: vault.fingerprint(`account ${await vault.open(bank_account_sealed)}`),
    })),
  )
  await sql`
    insert into account_marks (person_id, account_sha256, key_id, hash)
    select person_id, sha256(convert_to(sealed, 'UTF8')), key_id, hash from jsonb_to_recordset(${asJson(marks)}) as r (person_id uuid, sealed text, key_id text, hash text)
    on conflict (person_id) do update set account_sha256 = excluded.account_sha256, key_id = excluded.key_id, hash = excluded.hash`.execute(
    tx,
  )
  return rows.length
}

/** Of the account of `people` under this alias, as it is sealed: not the account's own, which no other seal of it would share. */
function digestOf(people: string): RawBuilder<unknown> {
  return sql`sha256(convert_to(${sql.ref(`${people}.bank_account_sealed`)}, 'UTF8'))`
}

/** Writes the findings of a run whose lines are complete; answers how many. Facts as they were known at the run's cutoff. */
export async function findOddities(tx: Tx, run: Run): Promise<number> {
  const parameters = await readCheckParameters(tx)
  let found = 0
  for (const [kind, query] of Object.entries(checks(run, parameters))) {
    const { rows } = await sql<{ count: number }>`
      with found as (${query}), added as (
        insert into run_findings (run_id, kind, organisation_id, person_id, month, evidence)
        select ${run.id}::uuid, ${kind}, organisation_id, person_id, month, evidence from found returning 1
      ) select count(*) as count from added`.execute(tx)
    found += rows[0]!.count
  }
  return found
}

/** One statement a kind: organisation_id, person_id, month, evidence. `paid` are the lines of the run that pay something. */
function checks(run: Run, parameters: Record<string, number>): Record<FindingKind, RawBuilder<unknown>> {
  const paid = sql`(select person_id, month, organisation_id from allowance_lines where run_id = ${run.id}::uuid and amount_fen > 0) paid`
  const places = sql`jsonb_agg(jsonb_build_object('organisation_id', o.id, 'name', o.name, 'days', s.attendance_days) order by o.name, o.id)`
  // what was attended in the months that are paid, all facilities together
  const attended = sql`
    select paid.person_id, paid.month, paid.organisation_id, sum(s.attendance_days) as days, count(*) filter (where s.attendance_days >= ${parameters.full_attendance_days}) as full,
      ${places} as at
    from ${paid} join service_months s on s.person_id = paid.person_id and s.month = paid.month and ${known(run.cutoff)}
      join organisations o on o.id = s.organisation_id
    group by paid.person_id, paid.month, paid.organisation_id`
  return {
    // the others are counted, and the first of them named: thousands may have one account
    shared_account: sql`
      select paid.organisation_id, paid.person_id, paid.month, jsonb_build_object(
        'account', p.bank_account_masked, 'others', shared.people - 1, 'people', (array_remove(shared.first, paid.person_id))[1:10]) as evidence
      from ${paid} join people p on p.id = paid.person_id join account_marks m on m.person_id = p.id and m.account_sha256 = ${digestOf('p')}
        join (
          select n.hash, count(*) as people, (array_agg(n.person_id order by n.person_id))[1:11] as first
          from account_marks n join people o on o.id = n.person_id and n.account_sha256 = ${digestOf('o')} and o.merged_into is null
          group by n.hash having count(*) > 1
        ) shared using (hash)`,
    overlapping_attendance: sql`
      select organisation_id, person_id, month, jsonb_build_object('attendance', at, 'full', ${parameters.full_attendance_days}::int) as evidence
      from (${attended}) attended where "full" > 1`,
    too_many_days: sql`
      select organisation_id, person_id, month, jsonb_build_object('attendance', at, 'days', days) as evidence
      from (${attended}) attended where days > extract(day from month + interval '1 month' - interval '1 day')`,
    died: sql`
      select distinct on (paid.person_id, paid.month) paid.organisation_id, paid.person_id, paid.month, jsonb_build_object('employment_id', e.id, 'on', e.ends_on) as evidence
      from ${paid} join employments e on e.person_id = paid.person_id and e.leaving_kind = 'died' and ${known(run.cutoff)}
      where e.ends_on < paid.month + interval '1 month' order by paid.person_id, paid.month, e.ends_on`,
    left_before: sql`
      select paid.organisation_id, paid.person_id, paid.month,
        jsonb_build_object('attendance', ${places}) as evidence
      from ${paid} join service_months s on s.person_id = paid.person_id and s.month = paid.month and s.attendance_days > 0 and ${known(run.cutoff)}
        join organisations o on o.id = s.organisation_id
      where not exists (select from employments e where e.person_id = s.person_id and e.organisation_id = s.organisation_id
        and e.starts_on < s.month + interval '1 month' and (e.ends_on is null or e.ends_on > s.month)
        and e.known_from <= ${run.cutoff}::timestamptz and e.known_to > ${run.cutoff}::timestamptz)
      group by paid.organisation_id, paid.person_id, paid.month`,
    two_districts: sql`
      select paid.organisation_id, paid.person_id, paid.month,
        jsonb_build_object('runs', jsonb_agg(distinct jsonb_build_object('run_id', r.id, 'scheme_code', r.scheme_code, 'district_code', r.district_code, 'district', d.name))) as evidence
      from ${paid} join allowance_lines l on l.person_id = paid.person_id and l.month = paid.month and l.run_id <> ${run.id}::uuid and l.entitlement_fen > 0
        join allowance_runs r on r.id = l.run_id and r.status in ('submitted', 'reviewed', 'approved') and r.district_code <> ${run.district_code}
        join districts d on d.code = r.district_code
      group by paid.organisation_id, paid.person_id, paid.month`,
    sudden_rise: rises(run, parameters),
  }
}

/** A facility's month beside the month before, as its district's approved run had it; without one there is nothing to compare with. */
function rises(run: Run, { rise_percent, rise_least_people, rise_least_fen }: Record<string, number>) {
  const figures = (runs: RawBuilder<unknown>, month: RawBuilder<unknown>) => sql`
    select organisation_id, count(*) as people, sum(entitlement_fen)::bigint as fen from allowance_lines
    where run_id in (${runs}) and month = ${month} and entitlement_fen > 0 group by organisation_id`
  const month_before = sql`${firstDay(addMonths(run.month, -1))}::date`
  const before = sql`select id from allowance_runs where scheme_code = ${run.scheme_code} and district_code = ${run.district_code}
    and month = ${month_before} and status = 'approved'`
  const rose = (now: string, then: string, least: number | undefined) =>
    sql`(${sql.ref(now)} - ${sql.ref(then)} >= ${least}::bigint and ${sql.ref(now)} * 100 >= ${sql.ref(then)} * (100 + ${rise_percent}::bigint))`
  return sql`
    select organisation_id, null::uuid as person_id, null::date as month,
      jsonb_build_object('people', people, 'people_before', people_before, 'fen', fen, 'fen_before', fen_before, 'percent', ${rise_percent}::int) as evidence
    from (
      select n.organisation_id, n.people, n.fen, coalesce(b.people, 0) as people_before, coalesce(b.fen, 0) as fen_before
      from (${figures(sql`${run.id}::uuid`, sql`${firstDay(run.month)}::date`)}) n
        left join (${figures(before, month_before)}) b using (organisation_id)
      where exists (${before})
    ) compared
    where ${rose('people', 'people_before', rise_least_people)} or ${rose('fen', 'fen_before', rise_least_fen)}`
}
