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
  for (const query of [
    sharedAccounts(run),
    attendance(run, parameters),
    deaths(run),
    otherDistricts(run),
    rises(run, parameters),
  ]) {
    const { rows } = await sql<{ count: number }>`
      with found as (${query}), added as (
        insert into run_findings (run_id, kind, organisation_id, person_id, month, evidence)
        select ${run.id}::uuid, kind, organisation_id, person_id, month, evidence from found returning 1
      ) select count(*) as count from added`.execute(tx)
    found += rows[0]!.count
  }
  return found
}

/** A finding of this kind, as the statements below answer it: about a line of `of`, or about a facility. */
function finding(kind: FindingKind, of: string, evidence: RawBuilder<unknown>) {
  const columns = ['organisation_id', 'person_id', 'month'].map((column) => sql.ref(`${of}.${column}`))
  return sql`${sql.lit(kind)} as kind, ${sql.join(columns)}, ${evidence} as evidence`
}

/** The months of people that the run pays something for, whatever its components. */
function paidBy(run: Run) {
  return sql`(select distinct person_id, month, organisation_id from allowance_lines where run_id = ${run.id}::uuid and amount_fen > 0) paid`
}

/** The others are counted, and the first of them named: thousands may have one account. */
function sharedAccounts(run: Run) {
  const evidence = sql`jsonb_build_object(
    'account', p.bank_account_masked, 'others', shared.people - 1, 'people', (array_remove(shared.first, paid.person_id))[1:10])`
  return sql`
    select ${finding('shared_account', 'paid', evidence)}
    from ${paidBy(run)} join people p on p.id = paid.person_id join account_marks m on m.person_id = p.id and m.account_sha256 = ${digestOf('p')}
      join (
        select n.hash, count(*) as people, (array_agg(n.person_id order by n.person_id))[1:11] as first
        from account_marks n join people o on o.id = n.person_id and n.account_sha256 = ${digestOf('o')} and o.merged_into is null
        group by n.hash having count(*) > 1
      ) shared using (hash)`
}

/**
 * What only attendance at a second facility can show: full at both, more days together than the month has (one facility alone cannot
 * report them), attendance where the person was not employed. The few who have any were noted when their lines were made.
 */
function attendance(run: Run, { full_attendance_days }: Record<string, number>) {
  const places = sql`jsonb_agg(jsonb_build_object('organisation_id', o.id, 'name', o.name, 'days', s.attendance_days) order by o.name, o.id)`
  const figures = (name: string, value: RawBuilder<unknown>) =>
    sql`jsonb_build_object('attendance', attended.at, ${sql.lit(name)}, ${value})`
  return sql`
    with elsewhere as materialized (
      select paid.person_id, paid.month, paid.organisation_id, s.organisation_id as place_id
      from (select distinct unnest(attended_elsewhere) as person_id from run_parts where run_id = ${run.id}::uuid) attending
        join ${paidBy(run)} using (person_id)
        join service_months s on s.person_id = paid.person_id and s.month = paid.month and s.organisation_id <> paid.organisation_id
        and s.attendance_days > 0 and ${known(run.cutoff)}
    ), attended as (
      select e.person_id, e.month, e.organisation_id, sum(s.attendance_days) as days, ${places} as at,
        count(*) filter (where s.attendance_days >= ${full_attendance_days}) as "full",
        extract(day from e.month + interval '1 month' - interval '1 day') as month_days
      from (select distinct person_id, month, organisation_id from elsewhere) e
        join service_months s on s.person_id = e.person_id and s.month = e.month and ${known(run.cutoff)} join organisations o on o.id = s.organisation_id
      group by e.person_id, e.month, e.organisation_id
    ), unemployed as (
      select e.person_id, e.month, e.organisation_id, ${places} as at
      from elsewhere e join organisations o on o.id = e.place_id
        join service_months s on s.person_id = e.person_id and s.month = e.month and s.organisation_id = e.place_id and ${known(run.cutoff)}
      where not exists (select from employments j where j.person_id = e.person_id and j.organisation_id = e.place_id
        and j.starts_on < e.month + interval '1 month' and (j.ends_on is null or j.ends_on > e.month)
        and j.known_from <= ${run.cutoff}::timestamptz and j.known_to > ${run.cutoff}::timestamptz)
      group by e.person_id, e.month, e.organisation_id
    )
    select ${finding('overlapping_attendance', 'attended', figures('full', sql`${full_attendance_days}::int`))} from attended where "full" > 1
    union all select ${finding('too_many_days', 'attended', figures('days', sql`days`))} from attended where days > month_days
    union all select ${finding('left_before', 'unemployed', sql`jsonb_build_object('attendance', at)`)} from unemployed`
}

function deaths(run: Run) {
  return sql`
    select distinct on (paid.person_id, paid.month) ${finding('died', 'paid', sql`jsonb_build_object('employment_id', e.id, 'on', e.ends_on)`)}
    from ${paidBy(run)} join employments e on e.person_id = paid.person_id and e.leaving_kind = 'died' and ${known(run.cutoff)}
    where e.ends_on < paid.month + interval '1 month' order by paid.person_id, paid.month, e.ends_on`
}

function otherDistricts(run: Run) {
  const other = sql`jsonb_build_object('run_id', r.id, 'scheme_code', r.scheme_code, 'district_code', r.district_code, 'district', d.name)`
  return sql`
    select ${finding('two_districts', 'paid', sql`jsonb_build_object('runs', jsonb_agg(distinct ${other}))`)}
    from ${paidBy(run)} join allowance_lines l on l.person_id = paid.person_id and l.month = paid.month and l.run_id <> ${run.id}::uuid and l.entitlement_fen > 0
      join allowance_runs r on r.id = l.run_id and r.status in ('submitted', 'reviewed', 'approved') and r.district_code <> ${run.district_code}
      join districts d on d.code = r.district_code
    group by paid.organisation_id, paid.person_id, paid.month`
}

/** A facility's month beside the month before, as its district's approved run had it; without one there is nothing to compare with. */
function rises(run: Run, { rise_percent, rise_least_people, rise_least_fen }: Record<string, number>) {
  const figures = (runs: RawBuilder<unknown>, month: RawBuilder<unknown>) => sql`
    select organisation_id, count(distinct person_id) as people, sum(entitlement_fen)::bigint as fen from allowance_lines
    where run_id in (${runs}) and month = ${month} and entitlement_fen > 0 group by organisation_id`
  const month_before = sql`${firstDay(addMonths(run.month, -1))}::date`
  const before = sql`select id from allowance_runs where scheme_code = ${run.scheme_code} and district_code = ${run.district_code}
    and month = ${month_before} and status = 'approved'`
  const rose = (now: string, then: string, least: number | undefined) =>
    sql`(${sql.ref(now)} - ${sql.ref(then)} >= ${least}::bigint and ${sql.ref(now)} * 100 >= ${sql.ref(then)} * (100 + ${rise_percent}::bigint))`
  return sql`
    select 'sudden_rise' as kind, organisation_id, null::uuid as person_id, null::date as month,
      jsonb_build_object('people', people, 'people_before', people_before, 'fen', fen, 'fen_before', fen_before, 'percent', ${rise_percent}::int) as evidence
    from (
      select n.organisation_id, n.people, n.fen, coalesce(b.people, 0) as people_before, coalesce(b.fen, 0) as fen_before
      from (${figures(sql`${run.id}::uuid`, sql`${firstDay(run.month)}::date`)}) n
        left join (${figures(before, month_before)}) b using (organisation_id)
      where exists (${before})
    ) compared
    where ${rose('people', 'people_before', rise_least_people)} or ${rose('fen', 'fen_before', rise_least_fen)}`
}
