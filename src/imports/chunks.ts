/** How the rows of a file wait: sealed chunks, opened one at a time, so that memory does not grow with the file. */
import { Buffer } from 'node:buffer'
import { promisify } from 'node:util'
import zlib from 'node:zlib'
import { sql } from 'kysely'
import { asJson } from '../people/bulk.ts'
import type { Cell } from '../platform/cells.ts'
import type { Context } from '../platform/context.ts'
import type { Db, Tx } from '../platform/database.ts'
import { type Page, type PageInput, readCursor, toPage } from '../platform/paging.ts'
import { type Counts, KEPT_DAYS, type RowChange, type RowFault } from './rules.ts'

type Vault = Context['vault']

const deflate = promisify<string, zlib.ZlibOptions, Buffer>(zlib.deflateRaw)
const inflate = promisify<Buffer, Buffer>(zlib.inflateRaw)
const FAST = { level: 1 }

/** A row as it waits. */
export interface KeptRow {
  /** as Excel shows it */
  row_number: number
  /** in the order of the file's headers */
  cells: Cell[]
  /** null until it was checked */
  change: RowChange | null
  faults?: RowFault[]
  warnings?: RowFault[]
  /** what the register has and the row replaces, in words, by key of the column */
  before?: Record<string, string>
}

export interface Chunk {
  number: number
  rows: KeptRow[]
}

/** What the rows of a chunk came to. */
export interface Figures {
  counts: Counts
  warnings: number
}

export const NO_ROWS: Counts = { new: 0, changed: 0, same: 0, wrong: 0 }

export function countRows(rows: readonly KeptRow[]): Counts {
  const counts = { ...NO_ROWS }
  for (const { change } of rows) if (change) counts[change]++
  return counts
}

export function sumCounts(all: readonly Counts[]): Counts {
  const total = { ...NO_ROWS }
  for (const counts of all) for (const change of Object.keys(total) as RowChange[]) total[change] += counts[change]
  return total
}

export function figuresOfRows(rows: readonly KeptRow[]): Figures {
  return { counts: countRows(rows), warnings: rows.reduce((sum, { warnings = [] }) => sum + warnings.length, 0) }
}

/** Adds a chunk, checked or not. */
export async function addChunk(db: Db, vault: Vault, import_id: string, { number, rows }: Chunk): Promise<void> {
  await db
    .insertInto('import_chunks')
    .values({
      import_id,
      number,
      first_row: rows[0]!.row_number,
      row_count: rows.length,
      ...(await kept(vault, rows)),
    })
    .execute()
}

/** Keeps what checking or writing a chunk came to. */
export async function keepChunk(
  tx: Tx,
  vault: Vault,
  import_id: string,
  { number, rows }: Chunk,
  counts: Counts,
  written: boolean,
): Promise<void> {
  await tx
    .updateTable('import_chunks')
    .set({ ...(await kept(vault, rows)), counts: JSON.stringify(counts), written })
    .where('import_id', '=', import_id)
    .where('number', '=', number)
    .execute()
}

async function kept(vault: Vault, rows: KeptRow[]) {
  const { counts, warnings } = figuresOfRows(rows)
  const content = await vault.seal((await deflate(JSON.stringify(rows), FAST)).toString('base64'))
  return { content, counts: rows[0]?.change ? JSON.stringify(counts) : null, warnings }
}

/** The chunk of that number as it lies there; undefined behind the last. */
export async function getSealed(db: Db, import_id: string, number: number): Promise<string | undefined> {
  const row = await db
    .selectFrom('import_chunks')
    .select('content')
    .where('import_id', '=', import_id)
    .where('number', '=', number)
    .executeTakeFirst()
  return row?.content
}

export async function openChunk(vault: Vault, number: number, sealed: string): Promise<Chunk> {
  const content = await vault.open(sealed)
  // those of an earlier version wait as they were
  const text = content.startsWith('[') ? content : String(await inflate(Buffer.from(content, 'base64')))
  return { number, rows: JSON.parse(text) as KeptRow[] }
}

export async function dropChunks(db: Db, import_ids: string[]): Promise<void> {
  if (import_ids.length === 0) return
  await db.deleteFrom('import_chunks').where('import_id', 'in', import_ids).execute()
  await db.deleteFrom('import_keys').where('import_id', 'in', import_ids).execute()
}

export interface RowFilter extends PageInput {
  change?: RowChange | undefined
}

/** Rows in the order of the file, without those that were written; the caller has found the import within its scope. */
export async function listRows(db: Db, vault: Vault, import_id: string, filter: RowFilter): Promise<Page<KeptRow>> {
  const after = Number(readCursor(filter.cursor, 1)?.[0] ?? 0)
  const wanted: RowChange[] = filter.change ? [filter.change] : ['new', 'changed', 'same', 'wrong']
  const rows = await rowsAfter(db, vault, import_id, after, wanted, filter.limit + 1)
  return toPage(rows, filter.limit, (row) => [row.row_number])
}

/** The first rows behind a row that are to be changed so, in the order of the file; opens no more chunks than it needs. */
export async function rowsAfter(
  db: Db,
  vault: Vault,
  import_id: string,
  after: number,
  wanted: RowChange[],
  limit: number,
): Promise<KeptRow[]> {
  // the first, which mostly is enough, comes with its content
  const { rows: holding } = await sql<{ number: number; content: string | null }>`
    select number, case when row_number() over (order by number) = 1 then content end as content from (
      select number, content, counts, written, lead(first_row) over (order by number) as next_row from import_chunks where import_id = ${import_id}::uuid
    ) c
    where coalesce(next_row > ${after}::int + 1, true)
      and exists (select from unnest(${wanted}::text[]) as change where (counts ->> change)::int > 0 and (change = 'wrong' or not written))
    order by number`.execute(db)
  const found: KeptRow[] = []
  for (const { number, content } of holding) {
    if (found.length >= limit) break
    const { rows } = await openChunk(vault, number, content ?? (await getSealed(db, import_id, number))!)
    found.push(...rows.filter((row) => row.row_number > after && row.change && wanted.includes(row.change)))
  }
  return found.slice(0, limit)
}

/**
 * For each row with a key the number of an earlier row of the file with the same one, in another chunk; remembers the keys.
 * Doing it again finds the same: a row's own entry is not another one.
 */
export async function twinsElsewhere(
  db: Db,
  vault: Vault,
  import_id: string,
  rows: { row_number: number; key: string }[],
): Promise<Map<number, number>> {
  if (rows.length === 0) return new Map()
  // whoever reads the table can try ID numbers only with a secret that is not in the database
  const salt = vault.fingerprint(`import ${import_id}`)
  const { rows: found } = await sql<{ row_number: number; twin: number }>`
    with given as materialized (
      select row_number, encode(substring(sha256(convert_to(${salt}::text || key, 'UTF8')) from 1 for 16), 'hex')::uuid as hash
      from jsonb_to_recordset(${asJson(rows)}) as r (row_number int, key text)
    ), added as (
      insert into import_keys (import_id, key, row_number) select ${import_id}::uuid, hash, row_number from given
      on conflict do nothing returning key
    )
    select given.row_number, k.row_number as twin
    from given join import_keys k on k.import_id = ${import_id}::uuid and k.key = given.hash
    where k.row_number < given.row_number`.execute(db)
  return new Map(found.map(({ row_number, twin }) => [row_number, twin]))
}

/** Drops the chunks of a file that became no import: refused, sent before, or answered already. */
export async function dropUnused(db: Db, import_id: string): Promise<void> {
  await sql`
    delete from import_chunks where import_id = ${import_id}::uuid
      and not exists (select from imports where id = ${import_id}::uuid)`.execute(db)
}

/** What nobody decided on in time, the wrong rows of what was imported, and what a cut connection left are not kept for ever. */
export async function clearOld(tx: Tx, { actor, now }: Pick<Context, 'actor' | 'now'>): Promise<void> {
  const before = sql<Date>`${now.toISOString()}::timestamptz - ${`${KEPT_DAYS} days`}::interval`
  const old = await tx
    .selectFrom('imports')
    .select('id')
    .where('organisation_id', 'is not distinct from', actor.organisation_id)
    .where('status', 'in', ['checking', 'checked', 'committed'])
    .where('created_at', '<', before)
    .where((eb) => eb.exists(eb.selectFrom('import_chunks').whereRef('import_chunks.import_id', '=', 'imports.id')))
    .execute()
  const ids = old.map(({ id }) => id)
  await dropChunks(tx, ids)
  if (ids.length > 0)
    await tx
      .updateTable('imports')
      .set({ status: 'discarded' })
      .where('id', 'in', ids)
      .where('status', '<>', 'committed')
      .execute()
  await tx
    .deleteFrom('import_chunks')
    .where('created_at', '<', before)
    .where((eb) => eb.not(eb.exists(eb.selectFrom('imports').whereRef('imports.id', '=', 'import_chunks.import_id'))))
    .execute()
}
