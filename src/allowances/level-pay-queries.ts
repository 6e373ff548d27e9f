/** Reads of pay linked to level: guidance and ladders with their dates, and who keeps a promise in a month, by facility and by district. */
import { type RawBuilder, sql } from 'kysely'
import { organisationInScope } from '../people/roster.ts'
import { firstDay, type LocalDate, type Month } from '../platform/calendar.ts'
import type { Scope } from '../platform/context.ts'
import type { Db } from '../platform/database.ts'
import { type Page, readCursor, toPage } from '../platform/paging.ts'
import type {
  DistrictPay,
  FacilityPay,
  GuidanceView,
  LadderView,
  LevelPayFilter,
  NewBands,
} from './level-pay-shapes.ts'

/** All guidance, the latest first; what is recommended is no secret. */
export async function listGuidance(db: Db, today: LocalDate): Promise<GuidanceView[]> {
  const { rows } = await sql<GuidanceView>`
    select g.id, g.division_code, d.name as division_name, g.occupation_code, o.name as occupation_name, g.effective_from, g.citation, g.recorded_at,
      g.effective_from <= ${today}::date and not exists (select from pay_guidances later where later.occupation_code = g.occupation_code
        and later.division_code = g.division_code and later.effective_from <= ${today}::date
        and (later.effective_from, later.recorded_at) > (g.effective_from, g.recorded_at)) as in_force,
      (select jsonb_agg(jsonb_build_object('level', s.level, 'low_fen', s.low_fen, 'high_fen', s.high_fen) order by s.level desc)
        from pay_guidance_steps s where s.guidance_id = g.id) as steps
    from pay_guidances g join districts d on d.code = g.division_code join occupations o on o.code = g.occupation_code
    order by g.effective_from desc, g.recorded_at desc`.execute(db)
  return rows
}

/** The ladders of a facility within the scope, the latest first. */
export async function listLadders(
  db: Db,
  scope: Scope,
  organisation_id: string,
  today: LocalDate,
): Promise<LadderView[]> {
  const { rows } = await sql<LadderView>`
    select l.id, l.organisation_id, l.occupation_code, l.effective_from, l.linked, l.reason, l.recorded_at,
      l.effective_from <= ${today}::date and not exists (select from pay_ladders later where later.organisation_id = l.organisation_id
        and later.occupation_code = l.occupation_code and later.effective_from <= ${today}::date
        and (later.effective_from, later.recorded_at) > (l.effective_from, l.recorded_at)) as in_force,
      (select jsonb_agg(jsonb_build_object('level', s.level, 'monthly_fen', s.monthly_fen) order by s.level desc)
        from pay_ladder_steps s where s.ladder_id = l.id) as steps
    from pay_ladders l join organisations on organisations.id = l.organisation_id
    where l.organisation_id = ${organisation_id}::uuid and ${organisationInScope(scope)}
    order by l.effective_from desc, l.recorded_at desc`.execute(db)
  return rows
}

/** The bands on record, by level. */
export async function knownBands(
  db: Db,
  organisation_id: string,
  { month, occupation_code }: Pick<NewBands, 'month' | 'occupation_code'>,
): Promise<NewBands['bands']> {
  const { rows } = await sql<NewBands['bands'][number]>`
    select level, people, low_fen, high_fen from pay_bands
    where organisation_id = ${organisation_id}::uuid and month = ${firstDay(month)}::date and occupation_code = ${occupation_code}
      and known_to = 'infinity' order by level`.execute(db)
  return rows
}

/** Facilities by district and name, each with what is recommended, promised and paid of every level in the month. */
export async function listLevelPay(db: Db, scope: Scope, filter: LevelPayFilter): Promise<Page<FacilityPay>> {
  const after = readCursor(filter.cursor, 3)
  const { rows } = await sql<FacilityPay>`
    ${facilityPay(scope, filter)}
    select organisation_id, organisation_name, district_code, district_name, effective_from, linked, promise, levels from facility_pay
    where ${SHOWN[filter.show]}
      ${after ? sql`and (district_code, organisation_name, organisation_id) > (${after[0]}, ${after[1]}, ${after[2]}::uuid)` : sql``}
    order by district_code, organisation_name, organisation_id limit ${filter.limit + 1}`.execute(db)
  return toPage(rows, filter.limit, (row) => [row.district_code, row.organisation_name, row.organisation_id])
}

/** By district: how many facilities have linked pay to level, report what they pay, and break what they promised. */
export async function sumLevelPay(
  db: Db,
  scope: Scope,
  filter: Pick<LevelPayFilter, 'month' | 'occupation_code'>,
): Promise<DistrictPay[]> {
  const { rows } = await sql<DistrictPay>`
    ${facilityPay(scope, filter)}
    select district_code, district_name, count(*) as facilities, count(*) filter (where linked) as linked,
      count(*) filter (where reported) as reported, count(*) filter (where promise = 'broken') as broken,
      round(avg(gap.mean))::int as gap_fen
    from facility_pay f cross join lateral (
      select avg(gap_fen) filter (where gap_fen > 0) as mean from jsonb_to_recordset(f.levels) as level (gap_fen int)
    ) gap group by district_code, district_name order by district_code`.execute(db)
  return rows
}

/** As a count of a statement: occupations for which a facility has promised pay and not reported what it paid in the month. */
export function countOwnUnreported(scope: Scope, month: Month): RawBuilder<unknown> {
  const first = firstDay(month)
  return sql`select count(distinct l.occupation_code) from pay_ladders l join organisations on organisations.id = l.organisation_id
    where ${organisationInScope(scope)} and l.effective_from <= ${first}::date and not exists (select from pay_bands b
      where b.organisation_id = l.organisation_id and b.month = ${first}::date and b.occupation_code = l.occupation_code and b.known_to = 'infinity')`
}

/** As a count of a statement: facilities that have not reported what they paid in the month. */
export function countUnreported(scope: Scope, filter: { month: Month; occupation_code: string }): RawBuilder<unknown> {
  return sql`select count(*) from (${facilityPay(scope, filter)} select from facility_pay where ${SHOWN.unreported}) unreported`
}

const SHOWN: Record<LevelPayFilter['show'], RawBuilder<boolean>> = {
  all: sql`true`,
  linked: sql`linked`,
  unlinked: sql`not linked`,
  unreported: sql`not reported`,
  broken: sql`promise = 'broken'`,
}

/**
 * `facility_pay`, one row a facility of the occupation's workforce that is open in the month. The guidance is the one in force on the
 * first of the month, of the district itself before its city's before its province's; so is the ladder. Wages lie from `low_fen` to
 * below `high_fen`: a promise is kept where none can be below it and broken where all are.
 */
function facilityPay(
  scope: Scope,
  {
    month,
    occupation_code,
    district_code,
  }: { month: Month; occupation_code: string; district_code?: string | undefined },
) {
  const first = firstDay(month)
  return sql`
    with facilities as (
      select organisations.id, organisations.name, organisations.district_code, d.name as district_name
      from organisations join districts d on d.code = organisations.district_code
        join occupations o on o.code = ${occupation_code} and case o.workforce when 'childcare' then 'nursery' else 'care_facility' end = any (organisations.kinds)
      where ${organisationInScope(scope)} and coalesce(organisations.closed_on > ${first}::date, true)
        and (${district_code ?? null}::text is null or organisations.district_code = ${district_code ?? null}::text)
    ), ladders as (
      select distinct on (organisation_id) id, organisation_id, effective_from, linked from pay_ladders
      where occupation_code = ${occupation_code} and effective_from <= ${first}::date
      order by organisation_id, effective_from desc, recorded_at desc
    ), guidance as (
      select distinct on (f.district_code) f.district_code, g.id
      from (select distinct district_code from facilities) f
        join (select *, regexp_replace(division_code, '(00){1,2}$', '') as prefix from pay_guidances) g on starts_with(f.district_code, g.prefix)
      where g.occupation_code = ${occupation_code} and g.effective_from <= ${first}::date
      order by f.district_code, length(g.prefix) desc, g.effective_from desc, g.recorded_at desc
    ), levels as (
      select f.id, n.level, g.low_fen as guidance_low_fen, g.high_fen as guidance_high_fen, s.monthly_fen as promised_fen, b.people, b.low_fen, b.high_fen,
        greatest(0, g.low_fen - s.monthly_fen) as gap_fen,
        case when s.monthly_fen is null then 'none' when b.people is null then 'unreported' when b.low_fen >= s.monthly_fen then 'kept'
          when b.high_fen <= s.monthly_fen then 'broken' else 'partly' end as promise
      from facilities f cross join generate_series(1, 5) n (level)
        left join ladders l on l.organisation_id = f.id
        left join pay_ladder_steps s on s.ladder_id = l.id and s.level = n.level
        left join guidance on guidance.district_code = f.district_code
        left join pay_guidance_steps g on g.guidance_id = guidance.id and g.level = n.level
        left join pay_bands b on b.organisation_id = f.id and b.month = ${first}::date and b.occupation_code = ${occupation_code}
          and b.level = n.level and b.known_to = 'infinity'
    ), facility_pay as (
      select f.id as organisation_id, f.name as organisation_name, f.district_code, f.district_name, l.effective_from, coalesce(l.linked, false) as linked,
        own.reported, own.levels,
        case when l.id is null then 'none' when own.broken then 'broken' when own.partly then 'partly' when own.kept then 'kept' else 'unreported' end as promise
      from facilities f left join ladders l on l.organisation_id = f.id
        join (
          select id, bool_or(people is not null) as reported, bool_or(promise = 'broken') as broken, bool_or(promise = 'partly') as partly, bool_or(promise = 'kept') as kept,
            jsonb_agg(jsonb_build_object('level', level, 'guidance_low_fen', guidance_low_fen, 'guidance_high_fen', guidance_high_fen, 'promised_fen', promised_fen,
              'people', people, 'low_fen', low_fen, 'high_fen', high_fen, 'promise', promise, 'gap_fen', case when promised_fen is not null and guidance_low_fen is not null then gap_fen end)
              order by level desc) as levels
          from levels group by id
        ) own on own.id = f.id
    )`
}

/** The divisions for which an officer may record guidance: the own one and those within it. */
export async function divisionsIn(db: Db, scope: Scope): Promise<{ code: string; name: string }[]> {
  const prefix = scope.kind === 'division' ? scope.prefix : 'none'
  return db
    .selectFrom('districts')
    .select(['code', 'name'])
    .where('code', 'like', `${prefix}%`)
    .orderBy('code')
    .execute()
}
