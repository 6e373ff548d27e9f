/** Reads of objections to months: those that a scope answers for, those that wait first. */
import { type RawBuilder, sql } from 'kysely'
import type { Scope } from '../platform/context.ts'
import type { Db } from '../platform/database.ts'
import { notFound } from '../platform/errors.ts'
import { type Page, type PageInput, readCursor, toPage } from '../platform/paging.ts'
import type { MonthObjectionRow } from './objection-shapes.ts'

const OBJECTION = { zh: '异议', en: 'objection' }

/** Those that wait are the oldest first, the answered the latest first; by day and id. */
export async function listMonthObjections(
  db: Db,
  scope: Scope,
  {
    status = 'waiting',
    workforce,
    limit,
    cursor,
  }: PageInput & { status?: 'waiting' | 'answered' | undefined; workforce: string | null },
): Promise<Page<MonthObjectionRow>> {
  const after = readCursor(cursor, 1)
  const [waits, order, sign] =
    status === 'waiting' ? [sql`upheld is null`, sql`o.id`, sql`>`] : [sql`upheld is not null`, sql`o.id desc`, sql`<`]
  const { rows } = await objections(sql`${answeredBy(scope, workforce)} and o.${waits}
    and ${after ? sql`o.id ${sign} ${after[0]}::uuid` : sql`true`} order by ${order} limit ${limit + 1}`).execute(db)
  return toPage(rows, limit, (row) => [row.id])
}

export async function getMonthObjection(db: Db, scope: Scope, id: string): Promise<MonthObjectionRow> {
  const { rows } = await objections(sql`o.id = ${id}::uuid and ${answeredBy(scope, null)}`).execute(db)
  return rows[0] ?? notFound(OBJECTION)
}

/** As a count of a statement: what waits for the authority of the workforce. */
export function waitingObjections(scope: Scope, workforce: string): RawBuilder<unknown> {
  return sql`select count(*) from answered_objections o join schemes s on s.code = o.scheme_code where o.upheld is null and ${answeredBy(scope, workforce)}`
}

/** A division answers for its districts; a carer reads their own. */
function answeredBy(scope: Scope, workforce: string | null): RawBuilder<boolean> {
  if (scope.kind === 'organisation') return sql`false`
  const who =
    scope.kind === 'person'
      ? sql`o.person_id = ${scope.person_id}::uuid`
      : sql`o.district_code like ${`${scope.prefix}%`}`
  return workforce ? sql`(${who} and s.workforce = ${workforce})` : sql`(${who})`
}

function objections(where: RawBuilder<unknown>) {
  return sql<MonthObjectionRow>`
    select o.id, o.person_id, p.name as person_name, o.scheme_code, s.name as scheme_name, to_char(o.month, 'YYYY-MM') as month, o.district_code,
      d.name as district_name, o.statement, o.filed_at, o.upheld, o.answer, o.answered_at, b.display_name as answered_by_name,
      o.publicity_objection_id, l.run_id
    from answered_objections o join people p on p.id = o.person_id join schemes s on s.code = o.scheme_code join districts d on d.code = o.district_code
      left join accounts b on b.id = o.answered_by left join publicity_objections q on q.id = o.publicity_objection_id
      left join publicities l on l.id = q.publicity_id
    where ${where}`
}
