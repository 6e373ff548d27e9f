/** Reads of merges: what was merged into what, what moved, and whether it was undone. */
import { type RawBuilder, sql } from 'kysely'
import type { Scope } from '../platform/context.ts'
import type { Db } from '../platform/database.ts'
import { notFound } from '../platform/errors.ts'
import { type Page, type PageInput, readCursor, toPage } from '../platform/paging.ts'
import { type Keys, type Pair, planMove } from './belongings.ts'
import { personInScope } from './roster.ts'

interface MergedRecord {
  id: string
  name: string
  id_type: string
  id_number_masked: string
}

export interface Merge {
  id: string
  merged: MergedRecord
  survivor: MergedRecord
  reason: string
  merged_by: string
  merged_at: Date
  /** rows that went to the survivor, by table */
  moved: Record<string, number>
  /** keys of rows that stayed because the survivor has the same, by table */
  not_carried: Keys
  filled: string[]
  undone_at: Date | null
  undone_by: string | null
  undo_reason: string | null
  /** keys of rows that had changed since the merge and stayed with the survivor, by table */
  kept: Keys | null
}

/** The newest first, of people within the scope, those undone too. */
export async function listMerges(db: Db, scope: Scope, filter: PageInput): Promise<Page<Merge>> {
  const after = readCursor(filter.cursor, 1)
  const earlier = after ? sql`and person_merges.id < ${after[0]}::uuid` : sql``
  const rows = await mergeRows(
    db,
    sql`${mergeInScope(scope)} ${earlier} order by person_merges.id desc limit ${filter.limit + 1}`,
  )
  return toPage(rows, filter.limit, ({ id }) => [id])
}

export async function getMerge(db: Db, scope: Scope, id: string): Promise<Merge> {
  const [row] = await mergeRows(db, sql`person_merges.id = ${id}::uuid and ${mergeInScope(scope)}`)
  return row ?? notFound({ zh: '合并记录', en: 'merge' })
}

/** What a merge of two records would move, for the page that asks whether to; the caller has looked both up through its scope. */
export async function previewMerge(db: Db, pair: Pair) {
  const { moved, not_carried } = await planMove(db, pair)
  return { moved: countsOf(moved), not_carried: countsOf(not_carried) }
}

/** Needs `person_merges`: whoever may see the record that speaks for the survivor today. */
export function mergeInScope(scope: Scope): RawBuilder<boolean> {
  return personInScope(scope, sql`survivor_of(person_merges.survivor_id)`)
}

export function countsOf(keys: Keys): Record<string, number> {
  return Object.fromEntries(Object.entries(keys).map(([table, rows]) => [table, rows.length]))
}

async function mergeRows(db: Db, where: RawBuilder<unknown>): Promise<Merge[]> {
  const of = (table: string) =>
    sql`jsonb_build_object('id', ${sql.ref(`${table}.id`)}, 'name', ${sql.ref(`${table}.name`)}, 'id_type', ${sql.ref(`${table}.id_type`)},
      'id_number_masked', ${sql.ref(`${table}.id_number_masked`)})`
  const { rows } = await sql<Omit<Merge, 'moved'> & { moved: Keys }>`
    select person_merges.id, ${of('merged')} as merged, ${of('survivor')} as survivor, person_merges.reason,
      coalesce(author.display_name, 'system') as merged_by, person_merges.merged_at, person_merges.moved, person_merges.not_carried,
      person_merges.filled, person_merges.undone_at, undoer.display_name as undone_by, person_merges.undo_reason, person_merges.kept
    from person_merges join people merged on merged.id = person_merges.merged_id join people survivor on survivor.id = person_merges.survivor_id
      left join accounts author on author.id = person_merges.merged_by left join accounts undoer on undoer.id = person_merges.undone_by
    where ${where}`.execute(db)
  return rows.map((row) => ({ ...row, moved: countsOf(row.moved) }))
}
