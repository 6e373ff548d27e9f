/** What a month comes to, told a second time: one set-based statement over the same tables, written without a look at evaluate.ts. */
import { sql } from 'kysely'
import type { Db } from '../../src/platform/database.ts'

export interface OracleRow {
  person_id: string
  component: string
  district_code: string
  entitlement_fen: number
}

/**
 * Everybody with an employment in the scheme's posts in the month, by component and by what is recorded now; what is due once beside what
 * is booked for earlier months. Without prizes, trainings and groups. `month` is `YYYY-MM`.
 */
export async function entitlementsByOracle(db: Db, scheme_code: string, month: string): Promise<OracleRow[]> {
  const { rows } = await sql<OracleRow>`
    with m as (select ${`${month}-01`}::date as first, (${`${month}-01`}::date + interval '1 month')::date as next),
    version as (
      select v.id, v.settings, left(s.division_code, 4) as prefix, c.thresholds
      from scheme_versions v join schemes s on s.code = v.scheme_code left join scheme_confirmations c on c.version_id = v.id, m
      where v.scheme_code = ${scheme_code} and v.effective_from <= m.first and (v.effective_to is null or v.effective_to > m.first)
    ),
    parts as (
      select c.code, c.kind, c.settings from scheme_components c join version v on v.id = c.version_id
      where c.unknown = '[]' and c.kind in ('monthly_by_level', 'monthly_by_tenure', 'one_off_by_level', 'one_off_by_tenure', 'addon_by_level', 'entry_bonus')
    ),
    wanted as (
      select k.component, k.measure, k.parameters, coalesce(k.threshold, v.thresholds -> k.code) as threshold
      from scheme_conditions k join version v on v.id = k.version_id
    ),
    jobs as (
      select e.*, o.district_code, o.facility_kind, o.closed_on, coalesce(o.parent_id, o.id) as chain_id
      from employments e join organisations o on o.id = e.organisation_id, version v
      where e.known_to = 'infinity' and v.settings -> 'posts' ? e.post
    ),
    paying as (
      select distinct on (j.person_id) j.*, s.attendance_days, s.social_insurance, h.birth_date, h.sex
      from jobs j join people h on h.id = j.person_id cross join m
      left join service_months s on s.person_id = j.person_id and s.organisation_id = j.organisation_id and s.month = m.first and s.known_to = 'infinity'
      where daterange(j.starts_on, j.ends_on) && daterange(m.first, m.next)
      order by j.person_id, coalesce(s.attendance_days, 0) desc, j.starts_on, j.id
    ),
    -- every way of counting that the version asks for
    counted as (
      select distinct params from (
        select parameters as params from wanted where measure in ('service_months', 'years_served')
        union all select coalesce(settings -> 'tenure', '{"basis": "any_employer"}') from parts
        union all select coalesce(settings -> 'tenure', '{"basis": "any_employer", "continuous": true}') from parts
      ) ways
    ),
    worked as (
      select p.person_id, k.params, range_agg(daterange(j.starts_on, least(coalesce(j.ends_on, l.until), l.until))) as days
      from paying p cross join counted k cross join m
      cross join lateral (select case when k.params ->> 'count_to' = 'last_year_end' then date_trunc('year', m.first)::date else m.next end as until) l
      join jobs j on j.person_id = p.person_id and j.starts_on < l.until and case k.params ->> 'basis'
        when 'same_city' then left(j.district_code, 4) = left(p.district_code, 4)
        when 'same_employer' then case when k.params ->> 'employer' = 'chain' then j.chain_id = p.chain_id else j.organisation_id = p.organisation_id end
        else true end
      group by p.person_id, k.params
    ),
    stretch as (
      select w.person_id, w.params, upper(w.days) as until, case when (w.params ->> 'continuous')::boolean
        then (select lower(r) from unnest(w.days) r order by r desc limit 1)
        else upper(w.days) - (select sum(upper(r) - lower(r)) from unnest(w.days) r)::integer end as since
      from worked w
    ),
    service as (
      select person_id, params, since,
        n - (case when (since + make_interval(months => n))::date <= until then 0 else 1 end) as months,
        y - (case when (since + make_interval(years => y))::date <= day then 0 else 1 end) as years
      from stretch,
        lateral (select until - (case when params ->> 'count_to' = 'last_year_end' then 0 else 1 end) as day) last,
        lateral (select (extract(year from until) - extract(year from since))::integer * 12
          + (extract(month from until) - extract(month from since))::integer as n,
          (extract(year from day) - extract(year from since))::integer as y) diff
    ),
    hired as (
      select s.person_id, c.code, s.since as on_day from service s
      join parts c on s.params = coalesce(c.settings -> 'tenure', '{"basis": "any_employer", "continuous": true}') - 'count_to'
    ),
    best as (
      select distinct on (c.person_id) c.person_id, c.id, c.level
      from certificates c left join (
          select * from certificate_revocations where (certificate_id, seq) not in (select certificate_id, seq from certificate_restorations)
        ) r on r.certificate_id = c.id
        left join (select certificate_id, max(valid_until) as until from certificate_continuations group by 1) k on k.certificate_id = c.id, m, version v
      where c.kind = 'skill_level' and v.settings -> 'occupation_codes' ? c.occupation_code
        and date_trunc('month', c.issued_on) < m.first
        and (c.valid_until is null or greatest(c.valid_until, k.until) >= m.next) and (r.effective_on is null or r.effective_on >= m.next)
        and not exists (
          select from certificate_suspensions s left join certificate_resumptions e on (e.certificate_id, e.seq) = (s.certificate_id, s.seq)
          where s.certificate_id = c.id and daterange(s.from_on, e.from_on) @> m.next - 1)
      order by c.person_id, c.level, c.issued_on, c.id
    ),
    looked_up as (
      select distinct on (k.certificate_id, k.registry) k.certificate_id, k.registry, k.result
      from registry_checks k order by k.certificate_id, k.registry, k.checked_on desc, k.known_from desc, k.id desc
    ),
    judged as (
      select p.person_id, p.district_code, b.level, p.facility_kind, c.code,
        coalesce(bool_and(case w.measure
          when 'facility_kind' then w.threshold ? p.facility_kind
          when 'facility_filed' then coalesce(p.closed_on, 'infinity') >= m.next and exists (
            select from organisation_filings f where f.organisation_id = p.organisation_id and f.known_to = 'infinity'
              and f.starts_on < m.next and coalesce(f.ends_on, 'infinity') >= m.next)
          when 'contract_kind' then w.threshold ? p.contract_kind
          when 'contract_years' then false
          when 'in_post_at_month_end' then p.starts_on < m.next and coalesce(p.ends_on, 'infinity') >= m.next
          when 'service_months' then (select s.months from service s where s.person_id = p.person_id and s.params = w.parameters) >= (w.threshold #>> '{}')::integer
          when 'years_served' then (select s.years from service s where s.person_id = p.person_id and s.params = w.parameters) >= (w.threshold #>> '{}')::integer
          when 'hired_from' then (select h.on_day from hired h where h.person_id = p.person_id and h.code = c.code) >= (w.threshold #>> '{}')::date
          when 'graduated_within' then (
            select case when (w.parameters ->> 'exclusive')::boolean then h.on_day < until else h.on_day <= until end
            from hired h cross join lateral (
              select (max(d.graduated_on) + make_interval(months => (w.threshold #>> '{}')::integer))::date as until from educations d
              where d.person_id = p.person_id and d.known_to = 'infinity' and d.graduated_on <= h.on_day) x
            where h.person_id = p.person_id and h.code = c.code)
          when 'age_below' then (p.birth_date + make_interval(years => (w.threshold #>> '{}')::integer))::date >= m.next
          when 'social_insurance' then p.social_insurance or (p.birth_date
            + make_interval(years => (w.parameters #>> array['retired_from_age', p.sex])::integer))::date < m.next
          when 'certificate_level' then b.level <= (w.threshold #>> '{}')::integer
          when 'registry_check' then exists (
            select from looked_up l where l.certificate_id = b.id and l.result = 'found' and w.parameters -> 'registries' ? l.registry)
          when 'attendance_days' then p.attendance_days >= (w.threshold #>> '{}')::integer
          when 'education_hours' then coalesce((
            select sum(h.hours) from education_hours h
            where h.person_id = p.person_id and h.known_to = 'infinity' and h.approval = 'approved' and h.completed_on < m.next
              and h.completed_on >= m.next - make_interval(months => (w.parameters ->> 'window_months')::integer)), 0)
            >= case jsonb_typeof(w.threshold) when 'number' then (w.threshold #>> '{}')::integer else (w.threshold ->> b.level::text)::integer end
          when 'conduct_events' then (
            select count(*) from conduct_events c
            where c.person_id = p.person_id and c.known_to = 'infinity' and w.parameters -> 'kinds' ? c.kind
              and (c.happened_on < m.next and c.happened_on >= m.next - make_interval(months => (w.parameters ->> 'window_months')::integer)
                or c.period_from is not null and daterange(c.period_from, c.period_to) && daterange(m.first, m.next)))
            <= (w.threshold #>> '{}')::integer
          end is true) filter (where w.measure is not null), true) as met
      from paying p cross join parts c cross join m left join wanted w on coalesce(w.component, c.code) = c.code left join best b using (person_id)
      group by p.person_id, p.district_code, b.level, p.facility_kind, c.code
    ),
    -- rates that can be paid by here, the most specific of each key
    rates as (
      select distinct on (j.person_id, r.component, r.level, r.key, r.min_years) j.person_id, r.*
      from (select distinct person_id, district_code, facility_kind from judged) j
      join scheme_rates r on coalesce(r.district_code, j.district_code) = j.district_code and coalesce(r.facility_kind, j.facility_kind) = j.facility_kind
      join version v on v.id = r.version_id where r.confidence in ('seen', 'confirmed')
      order by j.person_id, r.component, r.level, r.key, r.min_years, (r.district_code is not null)::integer * 2 + (r.facility_kind is not null)::integer desc
    ),
    ranks as (select array['primary', 'junior_secondary', 'senior_secondary', 'secondary_vocational', 'junior_college', 'bachelor', 'postgraduate'] as names),
    -- what each education is worth for each component
    worth as (
      select d.person_id, c.code, d.graduated_on, round(best.amount_fen * case d.mode when 'part_time' then coalesce((c.settings ->> 'part_time_percent')::numeric, 100) else 100 end / 100) as fen
      from educations d cross join parts c cross join ranks
      cross join lateral (
        select r.amount_fen from rates r where r.person_id = d.person_id and r.component = c.code and array_position(names, r.key) <= array_position(names, d.level)
        order by array_position(names, r.key) desc limit 1) best
      where c.kind = 'entry_bonus' and d.known_to = 'infinity' and d.graduated_on is not null
    ),
    booked as (
      select l.person_id, l.component as code, sum(l.amount_fen) as fen from allowance_ledger l, m
      where l.scheme_code = ${scheme_code} and l.month < m.first group by 1, 2
    ),
    instalments as (
      select h.person_id, h.code, i.percent, i.years, coalesce(b.fen, 0) as paid,
        round(i.percent * coalesce((select max(w.fen) from worth w where w.person_id = h.person_id and w.code = h.code and w.graduated_on
          <= case c.settings ->> 'education_on' when 'instalment' then greatest(i.day, i.first) else h.on_day end), 0) / 100) as then_fen,
        round(i.percent * coalesce((select max(w.fen) from worth w where w.person_id = h.person_id and w.code = h.code and w.graduated_on < m.next), 0) / 100) as now_fen
      from hired h join parts c using (code) cross join m left join booked b on b.person_id = h.person_id and b.code = h.code
      cross join lateral (
        select (i ->> 'percent')::numeric as percent, (i ->> 'after_years')::integer as years,
          (h.on_day + make_interval(years => (i ->> 'after_years')::integer))::date as day,
          (h.on_day + make_interval(years => coalesce((c.settings ->> 'first_after_years')::integer, 0)))::date as first
        from jsonb_array_elements(c.settings -> 'instalments') i) i
      where c.kind = 'entry_bonus' and i.day < m.next and i.first < m.next
    ),
    bonus as (
      select person_id, code, sum(case when cumulated <= paid or not lifts then then_fen else now_fen end) as fen
      from (select i.*, sum(then_fen) over (partition by person_id, i.code order by years) as cumulated, c.settings ->> 'education_on' = 'instalment' as lifts
        from instalments i join parts c using (code)) i
      group by person_id, code
    ),
    targets as (
      select j.person_id, j.district_code, j.code, c.kind, c.settings, j.met and j.district_code like v.prefix || '%' as payable,
        coalesce(b.fen, 0) as paid, coalesce(case
          when c.kind in ('monthly_by_level', 'one_off_by_level', 'addon_by_level') then (
            select r.amount_fen from rates r where r.person_id = j.person_id and r.component = j.code and r.level = j.level)
          when c.kind in ('monthly_by_tenure', 'one_off_by_tenure') then (
            select r.amount_fen from rates r join service s on s.person_id = j.person_id and s.params = coalesce(c.settings -> 'tenure', '{"basis": "any_employer"}')
            where r.person_id = j.person_id and r.component = j.code and r.min_years <= s.years and coalesce(s.years < r.below_years, true))
          else (select n.fen from bonus n where n.person_id = j.person_id and n.code = j.code) end, 0) as fen
      from judged j join parts c using (code) cross join version v left join booked b on b.person_id = j.person_id and b.code = j.code
    )
    select person_id, code as component, district_code, (case
      when not payable then 0
      when kind like 'monthly%' then fen
      when kind = 'entry_bonus' or (settings ->> 'top_up')::boolean then greatest(0, fen - paid)
      when paid = 0 then fen else 0 end)::integer as entitlement_fen
    from targets order by 1, 2`.execute(db)
  return rows
}
