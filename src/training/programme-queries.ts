/** Reads of programmes of schools: those of a division, their figures by year, and which persons of the register graduated from them. */
import { type RawBuilder, sql } from 'kysely'
import { knownAt } from '../people/known.ts'
import { personInScope } from '../people/roster.ts'
import type { Scope } from '../platform/context.ts'
import type { Db } from '../platform/database.ts'
import { notFound } from '../platform/errors.ts'
import { type Page, type PageInput, readCursor, toPage } from '../platform/paging.ts'
import type { Graduate, ProgrammeVersion, ProgrammeView, ProgrammeYear } from './programme-shapes.ts'

const PROGRAMME = { zh: '专业', en: 'programme' }

/** By school and name. */
export async function listProgrammes(db: Db, scope: Scope, filter: PageInput): Promise<Page<ProgrammeView>> {
  const after = readCursor(filter.cursor, 3)
  const beyond = after
    ? sql<boolean>`(p.school, p.name, p.id) > (${after[0]}, ${after[1]}, ${after[2]}::uuid)`
    : sql<boolean>`true`
  const { rows } = await programmes(scope, beyond, filter.limit + 1).execute(db)
  return toPage(rows, filter.limit, ({ school, name, id }) => [school, name, id])
}

export async function getProgramme(db: Db, scope: Scope, id: string): Promise<ProgrammeView> {
  const { rows } = await programmes(scope, sql`p.id = ${id}::uuid`, 1).execute(db)
  return rows[0] ?? notFound(PROGRAMME)
}

function programmes(scope: Scope, where: RawBuilder<boolean>, limit: number) {
  return sql<ProgrammeView>`
    select p.id, p.school, p.name, p.level, p.workforce, p.district_code, d.name as district_name, p.organisation_id,
      o.name as organisation_name, p.revision, y.intake, y.graduates,
      (select count(distinct person_id)::int from (${linked}) g where g.programme_id = p.id) as linked
    from programmes p join districts d on d.code = p.district_code left join organisations o on o.id = p.organisation_id left join lateral (
      select sum(intake)::int as intake, sum(graduates)::int as graduates from programme_years y where y.programme_id = p.id and ${knownAt('y')}
    ) y on true
    where ${where} and ${within(scope)} order by p.school, p.name, p.id limit ${limit}`
}

/** A division's own, and those an institution runs. */
function within(scope: Scope): RawBuilder<boolean> {
  if (scope.kind === 'division') return sql`p.district_code like ${`${scope.prefix}%`}`
  return scope.kind === 'organisation' ? sql`p.organisation_id = ${scope.organisation_id}::uuid` : sql`false`
}

/** What a programme was said to be, the latest first. The caller has found the programme. */
export async function listProgrammeVersions(db: Db, programme_id: string): Promise<ProgrammeVersion[]> {
  const { rows } = await sql<ProgrammeVersion>`
    select v.number, v.school, v.name, v.level, v.workforce, d.name as district_name, o.name as organisation_name, v.reason,
      a.display_name as recorded_by, v.recorded_at
    from programme_versions v join districts d on d.code = v.district_code left join organisations o on o.id = v.organisation_id
      left join accounts a on a.id = v.recorded_by
    where v.programme_id = ${programme_id}::uuid order by v.number desc`.execute(db)
  return rows
}

/** Training institutions of the division, for the choice of who runs a programme. */
export function listSchools(db: Db, scope: Scope): Promise<{ id: string; name: string }[]> {
  return schools(db, scope).orderBy('name').limit(500).execute()
}

export async function isSchool(db: Db, scope: Scope, id: string): Promise<boolean> {
  return (await schools(db, scope).where('id', '=', id).executeTakeFirst()) !== undefined
}

function schools(db: Db, scope: Scope) {
  return db
    .selectFrom('organisations')
    .select(['id', 'name'])
    .where(sql<boolean>`'training_institution' = any (kinds) and closed_on is null`)
    .where('district_code', 'like', scope.kind === 'division' ? `${scope.prefix}%` : '')
}

/** A link is to an education, which keeps its id through corrections and merges; one that was withdrawn counts no longer. */
const linked = sql`
  select g.programme_id, e.person_id, e.graduated_on
  from programme_graduates g join educations e on e.id = g.education_id and ${knownAt('e')} where ${knownAt('g')}`

/** The latest first; years of which only linked persons are known are among them. The caller has found the programme. */
export async function listProgrammeYears(db: Db, programme_id: string): Promise<ProgrammeYear[]> {
  const { rows } = await sql<ProgrammeYear>`
    with persons as (
      select extract(year from graduated_on)::int as year, count(distinct person_id)::int as linked
      from (${linked}) g where g.programme_id = ${programme_id}::uuid group by 1
    ), stated as (
      select y.*, a.display_name as recorder from programme_years y left join accounts a on a.id = y.recorded_by
      where y.programme_id = ${programme_id}::uuid and ${knownAt('y')}
    )
    select year, intake, graduates, coalesce(linked, 0) as linked, citation, reason, recorder as recorded_by
    from stated full join persons using (year) order by year desc`.execute(db)
  return rows
}

/** Educations of persons within the scope that are linked to the programme, or, of its school and level, to none; the latest first. */
export async function listGraduates(
  db: Db,
  scope: Scope,
  programme: ProgrammeView,
  filter: PageInput & { linked: boolean },
): Promise<Page<Graduate>> {
  const after = readCursor(filter.cursor, 2)
  const { rows } = await sql<Graduate>`
    select e.id as education_id, people.id as person_id, people.name as person_name, e.major, e.graduated_on, g.id is not null as linked
    from educations e join people on people.id = e.person_id left join programme_graduates g on g.education_id = e.id and ${knownAt('g')}
    where ${knownAt('e')} and e.graduated_on is not null and people.erased_at is null and ${personInScope(scope)}
      and ${filter.linked ? sql`g.programme_id = ${programme.id}::uuid` : sql`g.id is null and e.school = ${programme.school} and e.level = ${programme.level}`}
      and (${after?.[0] ?? null}::date is null or (e.graduated_on, e.id) < (${after?.[0] ?? null}::date, ${after?.[1] ?? null}::uuid))
    order by e.graduated_on desc, e.id desc limit ${filter.limit + 1}`.execute(db)
  return toPage(rows, filter.limit, ({ graduated_on, education_id }) => [graduated_on!, education_id])
}

/** Schools with programmes, of whatever division: which there are is no secret. */
export async function unscopedSchools(db: Db): Promise<string[]> {
  const rows = await db.selectFrom('programmes').select('school').distinct().orderBy('school').execute()
  return rows.map(({ school }) => school)
}
