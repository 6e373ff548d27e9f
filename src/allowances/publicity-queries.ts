/** Reads of publicity: for officers through their scope, and for everybody what was published. */
import { type RawBuilder, sql } from 'kysely'
import { maskName } from '../people/identity.ts'
import type { Scope } from '../platform/context.ts'
import type { Db, Tx } from '../platform/database.ts'
import { notFound } from '../platform/errors.ts'
import { type Page, type PageInput, readCursor, toPage } from '../platform/paging.ts'
import type { ObjectionView, PublicityView, PublicLine } from './publicity-shapes.ts'
import { isHeld, isOrganisationHeld } from './review-queries.ts'

export const PUBLICITY = { zh: '公示', en: 'publicity' }

/** Of the run, or null while there is none. */
export async function findPublicity(db: Db, scope: Scope, run_id: string): Promise<PublicityView | null> {
  const { rows } = await publicities(sql`p.run_id = ${run_id}::uuid and ${inScope(scope)}`).execute(db)
  return rows[0] ?? null
}

export async function getPublicity(db: Db, scope: Scope, id: string): Promise<PublicityView> {
  const { rows } = await publicities(sql`p.id = ${id}::uuid and ${inScope(scope)}`).execute(db)
  return rows[0] ?? notFound(PUBLICITY)
}

/** As everybody may read it, from its first day on: bound to no scope. */
export async function unscopedPublicity(db: Db, id: string, today: string): Promise<PublicityView> {
  const { rows } = await publicities(sql`p.id = ${id}::uuid and p.starts_on <= ${today}::date`).execute(db)
  return rows[0] ?? notFound(PUBLICITY)
}

/** The lines in the order of their positions; the caller has found the publicity. */
export async function listPublicLines(
  db: Db,
  publicity_id: string,
  { cursor, limit }: PageInput,
): Promise<Page<PublicLine>> {
  const after = Number(readCursor(cursor, 1)?.[0] ?? 0)
  const rows = await db
    .selectFrom('publicity_lines')
    .select(['position', 'name_masked', 'organisation_name', 'level', 'months', 'amount_fen'])
    .where('publicity_id', '=', publicity_id)
    .where('position', '>', after)
    .orderBy('position')
    .limit(limit + 1)
    .execute()
  return toPage(rows, limit, (row) => [row.position])
}

/** Those nobody has answered first, then the latest; the caller has found the publicity within its scope. */
export async function listObjections(db: Db, publicity_id: string): Promise<ObjectionView[]> {
  const { rows } = await sql<ObjectionView>`
    select o.id, o.position, l.person_id, o.statement, o.filed_at, a.upheld, a.answer, b.display_name as answered_by_name, a.answered_at
    from publicity_objections o left join publicity_lines l on l.publicity_id = o.publicity_id and l.position = o.position
      left join publicity_answers a on a.objection_id = o.id left join accounts b on b.id = a.answered_by
    where o.publicity_id = ${publicity_id}::uuid order by a.objection_id is not null, o.filed_at desc`.execute(db)
  return rows
}

/** Who is to get something or to give something back, people and organisations, once each, with the sum over the months of the run. */
export async function linesToPublish(tx: Tx, run_id: string) {
  const { rows } = await sql<{
    person_id: string | null
    organisation_id: string | null
    name: string
    organisation_name: string
    level: number | null
    months: number
    amount_fen: number
  }>`
    select l.person_id, null::uuid as organisation_id, p.name, p.name_pinyin, coalesce(o.name, '—') as organisation_name, l.level, l.months::int, l.amount_fen
    from (
      select person_id, (array_agg(organisation_id order by l.month desc))[1] as organisation_id, (array_agg(level order by l.month desc))[1] as level,
        count(*) as months, sum(amount_fen)::int as amount_fen
      from allowance_lines l join allowance_runs r on r.id = l.run_id
      where l.run_id = ${run_id}::uuid and l.amount_fen <> 0 and not ${isHeld} group by person_id
    ) l join people p on p.id = l.person_id left join organisations o on o.id = l.organisation_id
    union all
    select null, o.id, o.name, '', o.name, null, count(*)::int, sum(l.amount_fen)::int
    from organisation_lines l join organisations o on o.id = l.organisation_id join allowance_runs r on r.id = l.run_id
    where l.run_id = ${run_id}::uuid and l.amount_fen <> 0 and not ${isOrganisationHeld} group by o.id
    order by organisation_name, name_pinyin, name, person_id`.execute(tx)
  return rows.map(({ name, ...line }, at) => ({
    ...line,
    ...{ position: at + 1, name_masked: line.person_id ? maskName(name) : name },
  }))
}

function inScope(scope: Scope): RawBuilder<boolean> {
  return scope.kind === 'division' ? sql`r.district_code like ${`${scope.prefix}%`}` : sql`false`
}

function publicities(where: RawBuilder<unknown>) {
  return sql<PublicityView>`
    select p.id, p.run_id, s.name as scheme_name, to_char(r.month, 'YYYY-MM') as month, r.district_code, d.name as district_name, p.starts_on, p.days,
      p.day_kind, p.ends_on, p.holidays_known, p.place, p.line_count, p.total_fen, p.sha256, p.opened_at, c.closed_at
    from publicities p join allowance_runs r on r.id = p.run_id join schemes s on s.code = r.scheme_code join districts d on d.code = r.district_code
      left join publicity_closings c on c.publicity_id = p.id
    where ${where}`
}
