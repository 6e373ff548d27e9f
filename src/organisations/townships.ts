/** Townships and streets (镇街): where an organisation lies and an account reviews. They are added and renamed, never taken away: runs name them. */
import { sql } from 'kysely'
import { recordHistory } from '../history/actions.ts'
import type { Context, Scope } from '../platform/context.ts'
import type { Db, Tx } from '../platform/database.ts'
import { notFound, refuseFaults } from '../platform/errors.ts'
import { type Page, type PageInput, readCursor, toPage } from '../platform/paging.ts'
import { fault } from './rules.ts'
import type { NewTownship, TownshipRenaming } from './township-shapes.ts'

const TOWNSHIP = { zh: '镇街', en: 'township' }

/** By code. What a place is called is no secret: an institution finds those of every district. */
export async function listTownships(
  db: Db,
  scope: Scope,
  { district_code, cursor, limit }: PageInput & { district_code?: string | undefined },
): Promise<Page<TownshipRow>> {
  const after = readCursor(cursor, 1)
  let query = townshipRows(db, scope)
  if (district_code) query = query.where('t.district_code', '=', district_code)
  if (after) query = query.where('t.code', '>', String(after[0]))
  const rows = await query
    .orderBy('t.code')
    .limit(limit + 1)
    .execute()
  return toPage(rows, limit, (row) => [row.code])
}

export async function getTownship(db: Db, scope: Scope, code: string): Promise<TownshipRow> {
  const row = await townshipRows(db, scope).where('t.code', '=', code).executeTakeFirst()
  return row ?? notFound(TOWNSHIP)
}

export type TownshipRow = Awaited<ReturnType<ReturnType<typeof townshipRows>['execute']>>[number]

function townshipRows(db: Db, scope: Scope) {
  return db
    .selectFrom('townships as t')
    .innerJoin('districts as d', 'd.code', 't.district_code')
    .select(['t.code', 't.name', 't.district_code', 'd.name as district_name'])
    .select(sql<number>`(select count(*) from organisations o where o.township_code = t.code)`.as('organisations'))
    .where('t.district_code', 'like', `${scope.kind === 'division' ? scope.prefix : ''}%`)
}

/** Those an organisation of the division may lie in, for choosing one. */
export async function townshipChoices(db: Db, scope: Scope): Promise<{ code: string; name: string }[]> {
  return db
    .selectFrom('townships as t')
    .innerJoin('districts as d', 'd.code', 't.district_code')
    .select(['t.code', sql<string>`d.name || ' ' || t.name`.as('name')])
    .where('t.district_code', 'like', `${scope.kind === 'division' ? scope.prefix : ''}%`)
    .orderBy('t.code')
    .execute()
}

/**
 * Adds a township of a district of the actor's own division. Refuses `township.code_taken`, `township.name_taken`, and as a fault
 * `township.district_unknown`.
 */
export async function addTownship(tx: Tx, context: Context, { code, name }: NewTownship): Promise<TownshipRow> {
  const district_code = code.slice(0, 6)
  const district = await tx
    .selectFrom('districts')
    .select('code')
    .where('code', '=', district_code)
    .where('kind', 'in', ['district', 'county', 'county_city'])
    .where('code', 'like', `${context.scope.kind === 'division' ? context.scope.prefix : '-'}%`)
    .executeTakeFirst()
  if (!district)
    refuseFaults([
      fault(
        '/code',
        'township.district_unknown',
        `代码 ${code} 的前 6 位 ${district_code} 不是本辖区的区县，请核对。`,
        `The first six digits of ${code}, ${district_code}, are no district of your division: check the code.`,
      ),
    ])
  await tx.insertInto('townships').values({ code, name, district_code }).execute()
  await recordHistory(tx, context, {
    kind: 'township.added',
    ...{ subject_kind: 'township', subject_id: code, district_code },
    changes: { name },
  })
  return getTownship(tx, context.scope, code)
}

/** Renames one; its code and what names it stay. Refuses `township.name_taken`. */
export async function renameTownship(
  tx: Tx,
  context: Context,
  code: string,
  { name, reason }: TownshipRenaming,
): Promise<TownshipRow> {
  const known = await getTownship(tx, context.scope, code)
  if (known.name === name) return known
  await tx.updateTable('townships').set({ name }).where('code', '=', code).execute()
  await recordHistory(tx, context, {
    kind: 'township.renamed',
    ...{ subject_kind: 'township', subject_id: code, district_code: known.district_code },
    reason,
    changes: { name: [known.name, name] },
  })
  return getTownship(tx, context.scope, code)
}
