/** The second half of the second statement: what each component is worth, and what is left of it beside what was booked. */
import { type RawBuilder, sql } from 'kysely'
import type { Terms } from './recheck-terms.ts'

interface Days {
  /** of the month, and of the next */
  first: RawBuilder<unknown>
  next: RawBuilder<unknown>
  /** the cutoff */
  at: RawBuilder<unknown>
}

/** After the steps of the first half (`parts`, `judged`, `service`, `hired`, `learnt`, `passed`), the last of which it reads. */
export function recomputedAmounts(terms: Terms, { first, next, at }: Days, run_id: string | null): RawBuilder<unknown> {
  const { version_id, scheme_code, prefix, cumulative } = terms
  // of the rates for the place (`j`) the most specific
  const rate = (fits: RawBuilder<unknown>, order = sql``) => sql`(
    select r.amount_fen from laid r where r.component = j.code and ${fits}
      and coalesce(r.district_code, j.district_code) = j.district_code and coalesce(r.facility_kind, j.facility_kind) = j.facility_kind
    order by ${order} r.specific desc limit 1)`
  return sql`
    -- rates that can be paid by; a step of the scheme's own ladder is one for each level it stands for
    laid as materialized (
      select r.component, coalesce(r.level, (l.level #>> '{}')::integer) as level, r.key, r.min_years, r.below_years, r.district_code, r.facility_kind, r.amount_fen,
        (r.district_code is not null)::integer * 2 + (r.facility_kind is not null)::integer as specific
      from scheme_rates r join settled_versions v on v.id = r.version_id
        left join lateral (select s -> 'levels' as levels from jsonb_array_elements(coalesce(nullif(v.settings -> 'ladder', 'null'), '[]')) s
          where r.level is null and s ->> 'code' = r.key) step on true
        left join lateral jsonb_array_elements(nullif(step.levels, 'null')) l (level) on true
      where r.version_id = ${version_id}::uuid and r.confidence in ('seen', 'confirmed') and (step.levels is null or l.level is not null)
    ),
    -- of each month and component the newest that was approved by then; what the run has just decided goes before it
    booked as materialized (
      select distinct on (l.person_id, l.scheme_code, l.month, l.component) l.person_id, l.scheme_code, l.month, l.component, l.entitlement_fen,
        c.settings ->> 'group' as together
      from allowance_ledger l join allowance_decisions d on d.run_id = l.run_id and d.kind = 'approval' and d.decided_at <= ${at}
        join allowance_lines made on (made.run_id, made.person_id, made.month, made.component) = (l.run_id, l.person_id, l.month, l.component)
        join scheme_components c on c.version_id = made.version_id and c.code = l.component
      where ${cumulative ? sql`l.scheme_code = ${scheme_code} or c.settings ->> 'group' in (select settings ->> 'group' from parts)` : sql`false`}
      order by l.person_id, l.scheme_code, l.month, l.component, l.seq desc
    ),
    fresh as materialized (
      select l.person_id, ${scheme_code}::text as scheme_code, l.month, l.component, l.entitlement_fen, c.settings ->> 'group' as together, c.position
      from allowance_lines l join scheme_components c on c.version_id = l.version_id and c.code = l.component
      where ${cumulative && run_id ? sql`l.run_id = ${run_id}::uuid and l.month <= ${first}` : sql`false`}
    ),
    others as (
      select coalesce(b.person_id, f.person_id) as person_id, coalesce(b.scheme_code, f.scheme_code) as scheme_code, coalesce(b.month, f.month) as month,
        coalesce(b.component, f.component) as component, coalesce(b.together, f.together) as together, b.entitlement_fen as booked_fen,
        f.entitlement_fen as fresh_fen, f.position
      from booked b full join fresh f on (f.person_id, f.scheme_code, f.month, f.component) = (b.person_id, b.scheme_code, b.month, b.component)
    ),
    -- a later month counts only where this one holds nothing; a component counts as just decided where its turn was before
    paid as materialized (
      select c.code, o.person_id, sum(case when o.fresh_fen is not null and (o.month < ${first} or o.position < c.position) then o.fresh_fen
        when o.month <= ${first} or coalesce(mine.entitlement_fen, 0) = 0 then coalesce(o.booked_fen, 0) else 0 end) as fen
      from parts c join others o on o.scheme_code = ${scheme_code} and o.component = c.code and o.month <> ${first} and ${once(sql`c`)}
          or o.together = c.settings ->> 'group' and not (o.scheme_code = ${scheme_code} and o.component = c.code) and (${once(sql`c`)} or o.month = ${first})
        left join booked mine on mine.person_id = o.person_id and mine.scheme_code = ${scheme_code} and mine.month = ${first} and mine.component = c.code
      group by c.code, o.person_id
    ),
    ranks as (select array['primary', 'junior_secondary', 'senior_secondary', 'secondary_vocational', 'junior_college', 'bachelor', 'postgraduate'] as names),
    -- what each education is worth
    worth as materialized (
      select d.person_id, j.code, d.graduated_on, round(${rate(
        sql`array_position(names, r.key) <= array_position(names, d.level)`,
        sql`array_position(names, r.key) desc,`,
      )} * case d.mode when 'part_time' then coalesce((c.settings ->> 'part_time_percent')::numeric, 100) else 100 end / 100) as fen
      from judged j join parts c on c.code = j.code and c.kind = 'entry_bonus' join learnt d on d.person_id = j.person_id cross join ranks
    ),
    instalments as materialized (
      select h.person_id, h.code, i.percent, i.years, coalesce(b.fen, 0) as paid, c.settings ->> 'education_on' = 'instalment' as lifts,
        round(i.percent * coalesce((select max(w.fen) from worth w where w.person_id = h.person_id and w.code = h.code and w.graduated_on
          <= case c.settings ->> 'education_on' when 'instalment' then greatest(i.day, i.first) else h.on_day end), 0) / 100) as then_fen,
        round(i.percent * coalesce((select max(w.fen) from worth w where w.person_id = h.person_id and w.code = h.code and w.graduated_on < ${next}), 0) / 100) as now_fen
      from hired h join parts c using (code) left join paid b on b.person_id = h.person_id and b.code = h.code
      cross join lateral (
        select (i ->> 'percent')::numeric as percent, (i ->> 'after_years')::integer as years,
          (h.on_day + make_interval(years => (i ->> 'after_years')::integer))::date as day,
          (h.on_day + make_interval(years => coalesce((c.settings ->> 'first_after_years')::integer, 0)))::date as first
        from jsonb_array_elements(coalesce(nullif(c.settings -> 'instalments', 'null'), '[]')) i) i
      where c.kind = 'entry_bonus' and i.day < ${next} and i.first < ${next}
    ),
    bonus as materialized (
      select person_id, code, sum(case when cumulated <= paid or lifts is not true then then_fen else now_fen end) as fen
      from (select i.*, sum(then_fen) over (partition by person_id, code order by years) as cumulated from instalments i) i
      group by person_id, code
    ),
    taught as (
      select t.person_id, t.id, t.level, t.issued_on, coalesce(v.theory_hours + v.practice_hours, 0) as hours
      from passed t left join enrolments e on e.id = t.enrolment_id left join classes k on k.id = e.class_id
        left join course_versions v on v.course_id = k.course_id and v.number = k.course_version
      where t.kind = 'skill_level' and t.issued_on < ${next}
    ),
    -- the level of each training that counts: of enough hours, and the first alone where only that is paid for
    lessons as materialized (
      select j.person_id, j.code, t.level, row_number() over (partition by j.person_id, j.code order by t.issued_on, t.id) as nth,
        (c.settings ->> 'first_certificate_only')::boolean is true as first_only
      from judged j join parts c on c.code = j.code and c.kind = 'training_subsidy' join taught t on t.person_id = j.person_id
      where t.hours >= coalesce((c.settings ->> 'least_hours')::integer, 0)
    ),
    prizes as materialized (
      select t.person_id, n.tier, rank.award
      from passed t join competition_published_ranks rank on rank.publication_id = t.publication_id and rank.entry_id = t.entry_id
        join competition_publications p on p.id = t.publication_id join competition_events v on v.id = p.event_id join competitions n on n.id = v.competition_id
      where t.kind = 'award' and t.issued_on >= ${first} and t.issued_on < ${next}
    ),
    targets as (
      select j.person_id, j.district_code, j.code, c.kind, c.settings, j.met and j.district_code like ${`${prefix}%`} as payable,
        coalesce(b.fen, 0) as paid, coalesce(case c.kind
          when 'entry_bonus' then (select n.fen from bonus n where n.person_id = j.person_id and n.code = j.code)
          when 'training_subsidy' then (select sum(${rate(sql`coalesce(r.level, t.level) = t.level`)}) from lessons t
            where t.person_id = j.person_id and t.code = j.code and (t.nth = 1 or not t.first_only))
          when 'contest_award' then (select sum(coalesce(${rate(sql`r.key = a.tier || '/' || a.award`)}, ${rate(sql`r.key = a.tier`)})) from prizes a
            where a.person_id = j.person_id)
          when 'monthly_by_tenure' then ${ofYears(rate)}
          when 'one_off_by_tenure' then ${ofYears(rate)}
          else ${rate(sql`r.level = j.level`)} end, 0) as fen
      from judged j join parts c using (code) left join service s on s.person_id = j.person_id and s.params = c.tenure and coalesce(s.code, c.code) = c.code
        left join paid b on b.person_id = j.person_id and b.code = j.code
    )
    select person_id, code as component, district_code, ${once(sql`targets`)} as once, (case
      when not payable then 0
      when not ${once(sql`targets`)} or kind = 'entry_bonus' or (settings ->> 'top_up')::boolean or settings ->> 'group' is not null then greatest(0, fen - paid)
      when paid = 0 then fen else 0 end)::integer as entitlement_fen
    from targets`
}

function ofYears(rate: (fits: RawBuilder<unknown>) => RawBuilder<unknown>): RawBuilder<unknown> {
  return rate(sql`coalesce(r.min_years, 0) <= s.years and coalesce(s.years < r.below_years, true)`)
}

/** Whether the component (of the table of that name) is due up to a target, and not anew each month. */
function once(table: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`(${table}.kind not like 'monthly%' and ${table}.kind <> 'contest_award')`
}
