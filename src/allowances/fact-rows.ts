/** Reads the rows of people by the thousand: as one text a statement, which costs both sides a fraction of what rows do. */
import { type RawBuilder, sql } from 'kysely'
import type { Db } from '../platform/database.ts'
import { ONE_TEXT } from '../platform/together.ts'
import type { Facts } from './evaluate.ts'

/** Whose rows are asked for, in order of id, and whether hardly anybody else lies between the first and the last of them. */
export interface People {
  ids: string[]
  dense: boolean
}

/** Of so few all is asked at once. */
export const FEW = 10

export async function peopleOf(db: Db, ids: string[]): Promise<People> {
  const sorted = ids.toSorted()
  if (ids.length <= FEW) return { ids: sorted, dense: false }
  const most = 2 * ids.length
  const { rows } = await sql<{ between: number }>`select count(*) as between from (
    select from people where id between ${sorted[0]}::uuid and ${sorted.at(-1)}::uuid limit ${most + 1}) p`.execute(db)
  return { ids: sorted, dense: rows[0]!.between <= most }
}

/**
 * Joins the rows of these people, and where they lie densely those of others between them too, whom the reader passes over. A range beside
 * the list: facts lie in order of person, and the planner looks at a list of thousands of ids for longer than the database needs to read
 * the range. The list goes as one text, which costs a tenth of an array.
 */
export function wanted({ ids, dense }: People, column = 'person_id'): RawBuilder<unknown> {
  const range = sql`${sql.ref(column)} between ${ids[0]}::uuid and ${ids.at(-1)}::uuid`
  if (dense) return sql`join (select) as everybody on ${range}`
  return sql`join unnest(${`{${ids.join(',')}}`}::uuid[]) as wanted(id) on wanted.id = ${sql.ref(column)} and ${range}`
}

/** Adds what was read to whose facts it is ({@link Of}): nothing is made of a text before all of them are there, as it would outlive what is young. */
export type Adding = (of: Of) => void

/** Whose facts they are; nothing for somebody who was not asked for. */
export type Of = (person_id: string) => Facts | undefined

/** Of a row as many as were asked for. */
export type Texts = [string, string, string, string, string, string, string, string, string, string, string, string]

/**
 * The rows of a query as texts, null as the empty one: `columns` is what a select names, without tabs in their values, `rest` begins with
 * from. They are cut out of the one text each time they are gone through.
 */
export async function readRows(
  db: Db,
  columns: (string | RawBuilder<unknown>)[],
  rest: RawBuilder<unknown>,
  order: RawBuilder<unknown> = sql``,
): Promise<Iterable<Texts>> {
  const values = columns.map((column) => (typeof column === 'string' ? sql.raw(column) : column))
  const row = columns.map(() => '%s').join('\\t')
  const { rows } = await sql<{ text: string | null }>`${sql.raw(ONE_TEXT)}
    select string_agg(format(e'${sql.raw(row)}', ${sql.join(values)}), e'\\t' ${order}) as text ${rest}`.execute(db)
  const { text } = rows[0]!
  const width = columns.length
  return {
    *[Symbol.iterator]() {
      const texts = text?.split('\t') ?? []
      for (let at = 0; at < texts.length; at += width) yield texts.slice(at, at + width) as Texts
    },
  }
}
