/** What a month comes to, told a second time: one set-based statement over the same tables, written without a look at evaluate.ts. */
import { sql } from 'kysely'
import type { Db } from '../../src/platform/database.ts'

export interface OracleRow {
  person_id: string
  district_code: string
  entitlement_fen: number
}

/** Everybody with an employment in the scheme's posts in the month, by what is recorded now. `month` is `YYYY-MM`. */
export async function entitlementsByOracle(db: Db, scheme_code: string, month: string): Promise<OracleRow[]> {
  const { rows } = await sql<OracleRow>`
    with m as (select ${`${month}-01`}::date as first, (${`${month}-01`}::date + interval '1 month')::date as next),
    version as (
      select v.id, v.settings, left(s.division_code, 4) as prefix, c.thresholds
      from scheme_versions v join schemes s on s.code = v.scheme_code left join scheme_confirmations c on c.version_id = v.id, m
      where v.scheme_code = ${scheme_code} and v.effective_from <= m.first and (v.effective_to is null or v.effective_to > m.first)
    ),
    wanted as (
      select k.measure, k.parameters, coalesce(k.threshold, v.thresholds -> k.code) as threshold
      from scheme_conditions k join version v on v.id = k.version_id
    ),
    jobs as (
      select e.*, o.district_code, o.facility_kind, o.closed_on
      from employments e join organisations o on o.id = e.organisation_id, version v
      where e.known_to = 'infinity' and v.settings -> 'posts' ? e.post
    ),
    paying as (
      select distinct on (j.person_id) j.*, s.attendance_days
      from jobs j cross join m
      left join service_months s on s.person_id = j.person_id and s.organisation_id = j.organisation_id and s.month = m.first and s.known_to = 'infinity'
      where daterange(j.starts_on, j.ends_on) && daterange(m.first, m.next)
      order by j.person_id, coalesce(s.attendance_days, 0) desc, j.starts_on, j.id
    ),
    worked as (
      select j.person_id, range_agg(daterange(j.starts_on, least(coalesce(j.ends_on, m.next), m.next))) as days
      from jobs j, m where j.starts_on < m.next group by j.person_id
    ),
    stretch as (
      select w.person_id, upper(w.days) as until,
        upper(w.days) - (select sum(upper(r) - lower(r)) from unnest(w.days) r)::integer as since
      from worked w
    ),
    service as (
      select person_id, n - (case when (since + make_interval(months => n))::date <= until then 0 else 1 end) as months
      from stretch, lateral (select (extract(year from until) - extract(year from since))::integer * 12
        + (extract(month from until) - extract(month from since))::integer as n) diff
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
      select p.person_id, p.district_code, b.level, p.facility_kind,
        bool_and(case w.measure
          when 'facility_kind' then w.threshold ? p.facility_kind
          when 'facility_filed' then coalesce(p.closed_on, 'infinity') >= m.next and exists (
            select from organisation_filings f where f.organisation_id = p.organisation_id and f.known_to = 'infinity'
              and f.starts_on < m.next and coalesce(f.ends_on, 'infinity') >= m.next)
          when 'contract_kind' then w.threshold ? p.contract_kind
          when 'in_post_at_month_end' then p.starts_on < m.next and coalesce(p.ends_on, 'infinity') >= m.next
          when 'service_months' then s.months >= (w.threshold #>> '{}')::integer
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
          end is true) as met
      from paying p cross join wanted w cross join m left join best b using (person_id) left join service s using (person_id)
      group by p.person_id, p.district_code, b.level, p.facility_kind
    )
    select j.person_id, j.district_code,
      case when j.met and j.district_code like v.prefix || '%' then coalesce((
        select r.amount_fen from scheme_rates r
        where r.version_id = v.id and r.confidence in ('seen', 'confirmed') and r.level = j.level
          and coalesce(r.district_code, j.district_code) = j.district_code and coalesce(r.facility_kind, j.facility_kind) = j.facility_kind
        order by (r.district_code is not null)::integer * 2 + (r.facility_kind is not null)::integer desc limit 1), 0) else 0 end as entitlement_fen
    from judged j cross join version v order by 1`.execute(db)
  return rows
}
