/** What organisations are due for a month, told a second time in one statement and compared with a run; written without a look at organisation-components.ts. */
import { type RawBuilder, sql } from 'kysely'
import { asJson } from '../people/bulk.ts'
import { addMonths, firstDay, type Month } from '../platform/calendar.ts'
import type { Tx } from '../platform/database.ts'
import type { RunRow } from './queries.ts'
import type { Recheck } from './recheck-shapes.ts'
import type { Released } from './released-holds.ts'

interface Compared {
  compared: number
  differing: number
  run_sha256: string
  recheck_sha256: string
  differences: Recheck['differences']
}

/**
 * Every line of the run for organisations in the month, and what it could have corrected of an earlier one and did not. Where it has nothing
 * to do with organisations nothing is compared, and the digests are empty.
 */
export async function compareOrganisations(
  tx: Tx,
  run: RunRow,
  { month, own, approved, released }: { month: Month; own: boolean; approved: boolean; released: Released[] | null },
  shown: number,
): Promise<Compared> {
  const { rows: instants } = await sql<{ cutoff: string }>`
    select cutoff::text as cutoff from allowance_runs where id = ${run.id}::uuid`.execute(tx)
  const at = sql`${instants[0]!.cutoff}::timestamptz`
  const first = sql`${firstDay(month)}::date`
  const amounts = (column: string) => sql<string>`
    case when count(*) = 0 then '' else encode(sha256(string_agg(convert_to(concat(organisation_id, '|', ${month}::text, '|', component, '|', ${sql.ref(column)}, E'\n'), 'UTF8'), ''::bytea
      order by organisation_id, component)), 'hex') end`
  const { rows } = await sql<Compared>`
    with due as (${dueTo(run.scheme_code, month, at)}),
    booked as (
      select distinct on (l.organisation_id, l.component) l.organisation_id, l.component, l.entitlement_fen, r.district_code
      from organisation_ledger l join allowance_runs r on r.id = l.run_id
        join allowance_decisions d on d.run_id = l.run_id and d.kind = 'approval' and d.decided_at <= ${at}
      where l.scheme_code = ${run.scheme_code} and l.month = ${first} order by l.organisation_id, l.component, l.seq desc
    ), lines as (
      select organisation_id, component, entitlement_fen, previous_fen from organisation_lines where run_id = ${run.id}::uuid and month = ${first}
    ), all_of as (
      select organisation_id, component, due.fen as due_fen, booked.entitlement_fen as booked_fen, lines.organisation_id is not null as has_line,
        lines.entitlement_fen as line_fen, lines.previous_fen, coalesce(due.district_code, booked.district_code) as district_code
      from due full join booked using (organisation_id, component) full join lines using (organisation_id, component)
    ), compared as (
      select organisation_id, component, previous_fen, booked_fen, has_line, coalesce(due_fen, 0) as recheck_fen,
        ${own ? sql`line_fen` : sql`coalesce(line_fen, booked_fen, 0)`} as run_fen
      from all_of where (has_line or district_code = ${run.district_code} and (booked_fen is not null or ${own || approved ? sql`due_fen > 0` : sql`false`}))
        ${released ? sql`and (organisation_id, component) in (select payee_id, component from jsonb_to_recordset(${asJson(released)}) as t (payee_id uuid, component text))` : sql``}
    ), judged as (
      select *, run_fen is distinct from recheck_fen or has_line and coalesce(previous_fen, 0) <> coalesce(booked_fen, 0) as differs from compared
    )
    select count(*)::integer as compared, count(*) filter (where differs)::integer as differing, ${amounts('run_fen')} as run_sha256,
      ${amounts('recheck_fen')} as recheck_sha256,
      (select coalesce(jsonb_agg(to_jsonb(d) order by d.organisation_id, d.component), '[]') from (
        select null::uuid as person_id, j.organisation_id, o.name as person_name, ${month}::text as month, j.component, j.run_fen, j.recheck_fen, j.previous_fen, j.booked_fen
        from judged j join organisations o on o.id = j.organisation_id where j.differs order by j.organisation_id, j.component limit ${shown}) d) as differences
    from judged`.execute(tx)
  return rows[0]!
}

/** `organisation_id, component, district_code, fen` of every organisation in the scheme's division for whom something lay in the month. */
function dueTo(scheme_code: string, month: Month, at: RawBuilder<unknown>): RawBuilder<unknown> {
  const first = sql`${firstDay(month)}::date`
  const next = sql`${firstDay(addMonths(month, 1))}::date`
  const known = (alias: string) =>
    sql`${sql.ref(`${alias}.known_from`)} <= ${at} and ${sql.ref(`${alias}.known_to`)} > ${at}`
  const asks = (measure: string) => sql`exists (select from scheme_conditions k where k.version_id = p.version_id
    and coalesce(k.component, p.code) = p.code and k.measure = ${measure})`
  return sql`
    with recursive parts as (
      select v.id as version_id, c.code, c.kind, c.settings, coalesce(c.settings -> 'posts', v.settings -> 'posts') as posts,
        v.settings -> 'occupation_codes' as occupations, regexp_replace(s.division_code, '(00){1,3}$', '') as prefix
      from scheme_versions v join schemes s on s.code = v.scheme_code join scheme_components c on c.version_id = v.id
        left join scheme_confirmations given on given.version_id = v.id
      where v.scheme_code = ${scheme_code} and v.effective_from <= ${first} and coalesce(v.effective_to, 'infinity') > ${first}
        and c.kind in ('provider_training_subsidy', 'facility_award') and c.unknown = '[]'
        and not exists (select from scheme_conditions k where k.version_id = v.id and coalesce(k.component, c.code) = c.code
          and coalesce(k.threshold, given.thresholds -> k.code) is null)
        and not exists (select from scheme_rates r where r.version_id = v.id and r.component = c.code
          group by r.level, r.key, r.min_years having not bool_or(r.amount_fen is not null and r.confidence in ('seen', 'confirmed')))
    ),
    -- from every revocation that stood back to the paper that was issued first
    void as (
      select r.certificate_id as id from certificate_revocations r where r.reason_code <> 'replaced' and r.known_from <= ${at}
        and not exists (select from certificate_restorations b where (b.certificate_id, b.seq) = (r.certificate_id, r.seq) and b.known_from <= ${at})
      union
      select c.replaces_id from void join certificates c on c.id = void.id where c.replaces_id is not null
    ),
    causes as (
      select k.organisation_id, p.code, c.level, p.version_id
      from parts p join certificates c on p.kind = 'provider_training_subsidy' and c.kind = 'skill_level' and p.occupations ? c.occupation_code
        join enrolments e on e.id = c.enrolment_id join classes k on k.id = e.class_id
        left join course_versions v on v.course_id = k.course_id and v.number = k.course_version
      where c.issued_on >= ${first} and c.issued_on < ${next} and c.known_from <= ${at} and c.replaces_id is null
        and c.id not in (select id from void) and coalesce(v.theory_hours + v.practice_hours, 0) >= coalesce((p.settings ->> 'least_hours')::integer, 0)
      union all
      select e.organisation_id, p.code, null, p.version_id
      from parts p join employments e on p.kind = 'facility_award' and ${known('e')} and p.posts ? e.post
        join organisation_standings o on o.organisation_id = e.organisation_id and ${known('o')}
      where e.starts_on >= ${first} and e.starts_on < ${next} and e.starts_on is distinct from e.ends_on
        and (not ${asks('in_post_at_month_end')} or coalesce(e.ends_on, 'infinity') >= ${next})
        and (not ${asks('facility_filed')} or coalesce(o.closed_on, 'infinity') >= ${next} and exists (
          select from organisation_filings f where f.organisation_id = e.organisation_id and ${known('f')} and f.starts_on < ${next} and coalesce(f.ends_on, 'infinity') >= ${next}))
    )
    select c.organisation_id, c.code as component, o.district_code,
      coalesce(sum((select r.amount_fen from scheme_rates r where r.version_id = c.version_id and r.component = c.code and r.confidence in ('seen', 'confirmed')
        and coalesce(r.level, c.level, 0) = coalesce(c.level, r.level, 0) and coalesce(r.district_code, o.district_code) = o.district_code
        and (r.facility_kind is null or r.facility_kind = o.facility_kind)
        order by r.district_code is null, r.facility_kind is null limit 1)) filter (where coalesce(o.closed_on, 'infinity') >= ${first}), 0)::integer as fen
    from causes c join parts p using (code, version_id) join organisation_standings o on o.organisation_id = c.organisation_id and ${known('o')} and o.district_code like p.prefix || '%'
    group by c.organisation_id, c.code, o.district_code`
}
