/** What a month comes to, told a second time: one set-based statement over the same tables, written without a look at evaluate.ts. */
import { type RawBuilder, sql } from 'kysely'
import { addMonths, firstDay, type Month } from '../platform/calendar.ts'
import type { Tx } from '../platform/database.ts'
import { recomputedAmounts } from './recheck-amounts.ts'
import { type Terms, termsOf } from './recheck-terms.ts'

export interface Recomputed {
  person_id: string
  component: string
  /** of the paying employment */
  district_code: string
  /** due up to its target, and with a line only where something is due or was booked */
  once: boolean
  entitlement_fen: number
}

/**
 * Everybody with an employment in the scheme's posts in the month, by component, by what was known at the cutoff (`now`, or an instant with
 * microseconds). Of other months what the run decided of them just now, and else what was booked.
 */
function recomputed(terms: Terms, cutoff: string, run_id: string | null = null): RawBuilder<Recomputed> {
  const { version_id, scheme_code, posts, occupation_codes, next_month, month, components } = terms
  const first = sql`${firstDay(month)}::date`
  const next = sql`${firstDay(addMonths(month, 1))}::date`
  const at = sql`${cutoff}::timestamptz`
  const known = (alias: string) =>
    sql`${sql.ref(`${alias}.known_from`)} <= ${at} and ${sql.ref(`${alias}.known_to`)} > ${at}`
  const years = (column: string, count: RawBuilder<unknown>) =>
    sql`(${sql.ref(column)} + make_interval(years => (${count})::integer))::date`
  return sql<Recomputed>`
    with recursive parts as (
      select c.code, c.kind, c.settings, c.position, coalesce(c.settings -> 'tenure', '{"basis": "any_employer"}') as tenure,
        coalesce(c.settings -> 'tenure', '{"basis": "any_employer", "continuous": true}') as hired_by
      from settled_components c where c.version_id = ${version_id}::uuid and c.code = any(${components}::text[])
    ),
    wanted as (
      select k.position, k.component, k.measure, k.parameters, coalesce(k.threshold, c.thresholds -> k.code) as threshold
      from scheme_conditions k left join scheme_confirmations c on c.version_id = k.version_id where k.version_id = ${version_id}::uuid
    ),
    chain as (
      select s.organisation_id, s.organisation_id as root_id, s.parent_id from organisation_standings s where ${known('s')}
      union
      select chain.organisation_id, s.organisation_id, s.parent_id
      from chain join organisation_standings s on s.organisation_id = chain.parent_id and ${known('s')}
    ),
    jobs as (
      select e.person_id, e.id, e.organisation_id, e.contract_kind, e.contract_until, e.starts_on, e.ends_on, o.district_code, o.facility_kind, o.ownership, o.closed_on, chain.root_id
      from employments e join organisation_standings o on o.organisation_id = e.organisation_id and ${known('o')}
        join chain on chain.organisation_id = e.organisation_id and chain.parent_id is null
      where e.post = any(${posts}::text[]) and ${known('e')}
    ),
    paying as (
      select distinct on (j.person_id) j.*, s.attendance_days, s.social_insurance, h.birth_date, h.sex
      from jobs j join people h on h.id = j.person_id
        left join service_months s on s.person_id = j.person_id and s.organisation_id = j.organisation_id and s.month = ${first} and ${known('s')}
      where j.starts_on < ${next} and coalesce(j.ends_on, 'infinity') > ${first}
      order by j.person_id, coalesce(s.attendance_days, 0) desc, j.starts_on, j.id
    ),
    claims as (
      select a.person_id, a.component, a.claimed_on from allowance_claims a where a.scheme_code = ${scheme_code} and ${known('a')} and a.claimed_on < ${next}
    ),
    -- every way of counting that the version asks for; one that depends on a claim belongs to a component
    counted as (
      select distinct params, case when params ->> 'count_to' in ('claim_date', 'year_before_claim') then code end as code from (
        select w.parameters as params, c.code from wanted w join parts c on coalesce(w.component, c.code) = c.code
          where w.measure in ('service_months', 'years_served')
        union all select tenure, code from parts union all select hired_by - 'count_to', code from parts
      ) ways
    ),
    until_when as (
      select p.person_id, p.organisation_id, p.root_id, p.district_code, k.params, k.code, case k.params ->> 'count_to'
          when 'claim_date' then a.newest + 1
          when 'year_before_claim' then date_trunc('year', a.newest)::date
          when 'last_year_end' then date_trunc('year', ${first})::date
          else ${next} end as until
      from paying p cross join counted k left join (select person_id, component, max(claimed_on) as newest from claims group by 1, 2) a
        on a.person_id = p.person_id and a.component = k.code
    ),
    worked as (
      select p.person_id, p.params, p.code, range_agg(daterange(j.starts_on, least(coalesce(j.ends_on, p.until), p.until))) as days
      from until_when p join jobs j on j.person_id = p.person_id and j.starts_on < p.until and case p.params ->> 'basis'
        when 'any_employer' then true
        when 'same_city' then left(j.district_code, 4) = left(p.district_code, 4)
        else case when p.params ->> 'employer' = 'chain' then j.root_id = p.root_id else j.organisation_id = p.organisation_id end end
      group by p.person_id, p.params, p.code
    ),
    stretch as materialized (
      select person_id, params, code, upper(days) as until,
        case when (params ->> 'continuous')::boolean then (select lower(r) from unnest(days) r order by r desc limit 1)
        else upper(days) - (select sum(upper(r) - lower(r)) from unnest(days) r)::integer end as since
      from worked
    ),
    service as materialized (
      select person_id, params, code, since,
        n - (case when (since + make_interval(months => n))::date <= until then 0 else 1 end) as months,
        y - (case when (since + make_interval(years => y))::date <= day then 0 else 1 end) as years
      from stretch,
        lateral (select until - (case when params ->> 'count_to' in ('last_year_end', 'year_before_claim') then 0 else 1 end) as day) last,
        lateral (select (extract(year from until) - extract(year from since))::integer * 12
          + (extract(month from until) - extract(month from since))::integer as n,
          (extract(year from day) - extract(year from since))::integer as y) diff
    ),
    -- the day the present service began
    hired as materialized (
      select s.person_id, c.code, s.since as on_day from parts c join service s on s.params = c.hired_by - 'count_to'
    ),
    learnt as (
      select d.person_id, d.id, d.level, d.mode, d.graduated_on from educations d where d.graduated_on is not null and ${known('d')}
    ),
    -- what was passed and won, each once: on paper that replaces none, and that nothing but a new paper has ended
    passed as (
      select c.id, c.kind, c.level, c.issued_on, c.enrolment_id, c.publication_id, c.entry_id, c.person_id
      from certificates c where c.replaces_id is null and c.known_from <= ${at}
        and c.id not in (with recursive void (id) as (
          select r.certificate_id from certificate_revocations r where r.reason_code <> 'replaced' and r.known_from <= ${at} and not exists (
            select from certificate_restorations b where (b.certificate_id, b.seq) = (r.certificate_id, r.seq) and b.known_from <= ${at})
          union select n.replaces_id from void join certificates n on n.id = void.id where n.replaces_id is not null) select id from void)
    ),
    own as (
      select c.id, c.level, c.issued_on, c.replaces_id, c.valid_until,
        coalesce((select m.from_id from certificate_moves m where m.certificate_id = c.id and m.moved_at > ${at} order by m.moved_at limit 1), c.person_id) as person_id
      from certificates c where c.kind = 'skill_level' and c.occupation_code = any(${occupation_codes}::text[]) and c.known_from <= ${at}
    ),
    paper as (
      select id, level, replaces_id, issued_on, 0 as steps from own where replaces_id is not null
      union all
      select paper.id, paper.level, own.replaces_id, own.issued_on, steps + 1 from paper join own on own.id = paper.replaces_id and own.level = paper.level
    ),
    credited as (select distinct on (id) id, issued_on from paper order by id, steps desc),
    found as (
      select distinct on (k.certificate_id, k.registry) k.certificate_id, k.registry, k.result
      from registry_checks k where k.known_from <= ${at} order by k.certificate_id, k.registry, k.checked_on desc, k.known_from desc, k.id desc
    ),
    found_elsewhere as (
      select distinct on (k.certificate_id, k.registry) k.certificate_id, k.registry, k.result, k.checked_on, k.known_from, k.id
      from external_certificate_checks k join external_certificates x on x.id = k.certificate_id and x.revision = k.revision and ${known('x')}
      where k.known_from <= ${at} order by k.certificate_id, k.registry, k.checked_on desc, k.known_from desc, k.id desc
    ),
    standing as (
      select distinct on (certificate_id) certificate_id, result from found_elsewhere order by certificate_id, checked_on desc, known_from desc, id desc
    ),
    held as (
      select own.person_id, own.id, own.level, own.issued_on, coalesce(credited.issued_on, own.issued_on) as credited_from
      from own left join credited on credited.id = own.id
        left join (select certificate_id, max(valid_until) as until from certificate_continuations where known_from <= ${at} group by 1) k on k.certificate_id = own.id
      where own.issued_on < ${next} and (own.valid_until is null or greatest(own.valid_until, k.until) >= ${next})
        and not exists (select from certificate_revocations r where r.certificate_id = own.id and r.known_from <= ${at} and r.effective_on < ${next}
          and not exists (select from certificate_restorations b where (b.certificate_id, b.seq) = (r.certificate_id, r.seq) and b.known_from <= ${at}))
        and not exists (select from certificate_suspensions s
          left join certificate_resumptions e on (e.certificate_id, e.seq) = (s.certificate_id, s.seq) and e.known_from <= ${at}
          where s.certificate_id = own.id and s.known_from <= ${at} and daterange(s.from_on, e.from_on) @> ${next} - 1)
      union all
      select x.person_id, x.id, x.level, x.issued_on, x.issued_on
      from external_certificates x join standing on standing.certificate_id = x.id and standing.result = 'found'
      where x.kind = 'skill_level' and x.occupation_code = any(${occupation_codes}::text[]) and ${known('x')}
        and x.issued_on < ${next} and coalesce(x.valid_until, 'infinity') >= ${next}
    ),
    best as materialized (
      select distinct on (person_id) person_id, id, level from held
      where credited_from < ${next_month ? first : next} order by person_id, level, issued_on, id
    ),
    judged as materialized (
      select p.person_id, p.district_code, b.level, p.facility_kind, c.code,
        coalesce(bool_and(case w.measure
          when 'facility_kind' then w.threshold ? p.facility_kind
          when 'facility_filed' then coalesce(p.closed_on, 'infinity') >= ${next} and exists (
            select from organisation_filings f where f.organisation_id = p.organisation_id and ${known('f')}
              and f.starts_on < ${next} and coalesce(f.ends_on, 'infinity') >= ${next})
          when 'contract_kind' then w.threshold ? p.contract_kind
          when 'contract_years' then ${years('p.starts_on', sql`w.threshold #>> '{}'`)} <= p.contract_until
          when 'facility_ownership' then w.threshold ? p.ownership
          when 'in_post_at_month_end' then p.starts_on < ${next} and coalesce(p.ends_on, 'infinity') >= ${next}
          when 'service_months' then s.months >= (w.threshold #>> '{}')::integer
          when 'years_served' then s.years >= (w.threshold #>> '{}')::integer
          when 'hired_from' then h.on_day >= (w.threshold #>> '{}')::date
          when 'graduated_within' then (
            select case when (w.parameters ->> 'exclusive')::boolean then h.on_day < until else h.on_day <= until end
            from (select (max(d.graduated_on) + make_interval(months => (w.threshold #>> '{}')::integer))::date as until
              from learnt d where d.person_id = p.person_id and d.graduated_on <= h.on_day) last)
          when 'age_below' then ${years('p.birth_date', sql`w.threshold #>> '{}'`)} >= ${next}
          when 'social_insurance' then p.social_insurance
            or ${years('p.birth_date', sql`w.parameters #>> array['retired_from_age', p.sex]`)} < ${next}
          when 'trained' then b.id is not null
            or exists (select from education_hours h where h.person_id = p.person_id and ${known('h')} and h.approval = 'approved' and h.completed_on < ${next})
            or exists (select from passed t where t.person_id = p.person_id and t.kind = 'skill_level' and t.issued_on < ${next})
          when 'certificate_level' then b.level <= (w.threshold #>> '{}')::integer
          when 'certificate_or_licence' then b.level <= (w.threshold #>> '{}')::integer or exists (
            select from licences l where l.person_id = p.person_id and ${known('l')} and w.parameters -> 'licences' ? l.kind
              and l.issued_on < ${next} and coalesce(l.valid_until, 'infinity') >= ${next})
          when 'claimed' then exists (
            select from claims a where a.person_id = p.person_id and a.component = c.code and (w.parameters ->> 'after_years' is null
              or a.claimed_on >= ${years('h.on_day', sql`w.parameters ->> 'after_years'`)} and (w.parameters ->> 'within_months' is null
                or a.claimed_on < ${years('h.on_day', sql`w.parameters ->> 'after_years'`)} + make_interval(months => (w.parameters ->> 'within_months')::integer))))
          when 'registry_check' then exists (
            select from found l where l.certificate_id = b.id and l.result = 'found' and w.parameters -> 'registries' ? l.registry
            union all
            select from found_elsewhere l where l.certificate_id = b.id and l.result = 'found' and w.parameters -> 'registries' ? l.registry)
          when 'attendance_days' then p.attendance_days >= (w.threshold #>> '{}')::integer
          when 'education_hours' then coalesce((
            select sum(h.hours) from education_hours h
            where h.person_id = p.person_id and ${known('h')} and h.approval = 'approved' and h.completed_on < ${next}
              and h.completed_on >= ${next} - make_interval(months => (w.parameters ->> 'window_months')::integer)), 0)
            >= case jsonb_typeof(w.threshold) when 'number' then (w.threshold #>> '{}')::integer else (w.threshold ->> b.level::text)::integer end
          when 'conduct_events' then (
            select count(*) from conduct_events c
            where c.person_id = p.person_id and ${known('c')} and w.parameters -> 'kinds' ? c.kind
              and (c.happened_on < ${next} and c.happened_on >= ${next} - make_interval(months => (w.parameters ->> 'window_months')::integer)
                or c.period_from is not null and daterange(c.period_from, c.period_to) && daterange(${first}, ${next})))
            <= (w.threshold #>> '{}')::integer
          end is true) filter (where w.measure is not null), true) as met
      from paying p cross join parts c left join wanted w on coalesce(w.component, c.code) = c.code left join best b on b.person_id = p.person_id
        left join service s on s.person_id = p.person_id and s.params = w.parameters and coalesce(s.code, c.code) = c.code
        left join hired h on h.person_id = p.person_id and h.code = c.code
      group by p.person_id, p.district_code, b.level, p.facility_kind, c.code
    ),
    ${recomputedAmounts(terms, { first, next, at }, run_id)}`
}

/**
 * Does the work without nested loops: the planner takes each step of the statement for one row, and would walk through whole steps once
 * for every person.
 */
export async function inSets<T>(tx: Tx, work: () => Promise<T>): Promise<T> {
  await sql`set local enable_nestloop = off`.execute(tx)
  const done = await work()
  await sql`set local enable_nestloop = on`.execute(tx)
  return done
}

/** The rows of all terms, as a table to select from. */
export function recomputedOf(terms: Terms[], cutoff: string, run_id: string | null = null): RawBuilder<Recomputed> {
  const tables = terms.map((one) => sql`select * from (${recomputed(one, cutoff, run_id)}) part`)
  return sql<Recomputed>`${sql.join(tables, sql` union all `)}`
}

/** What the month comes to for each of them, in order of person and component. */
export async function recompute(tx: Tx, scheme_code: string, month: Month, cutoff = 'now'): Promise<Recomputed[]> {
  const terms = await termsOf(tx, scheme_code, month)
  if (terms.length === 0) return []
  return inSets(
    tx,
    async () =>
      (
        await sql<Recomputed>`select * from (${recomputedOf(terms, cutoff)}) month order by person_id, component`.execute(
          tx,
        )
      ).rows,
  )
}
