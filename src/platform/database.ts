/** The database as the program sees it: typed Kysely, one type parser table for both engines, PostgreSQL faults as refusals. */
import { finished } from 'node:stream/promises'
import {
  type Compilable,
  CompiledQuery,
  type InsertObject,
  Kysely,
  PostgresDialect,
  sql,
  type Transaction,
} from 'kysely'
import pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import type { DB } from '../../db/schema.ts'
import { COPY_TEXT, usePgParsers } from './database-types.ts'
import { type Message, Refusal } from './errors.ts'

/** For reading. A function that takes Db promises to change nothing. */
export type Db = Kysely<DB>
/** For writing: only a transaction is a Tx, the compiler does not take a plain connection for one. */
export type Tx = Transaction<DB>

/** Opens PostgreSQL (or a compatible cluster). The pool belongs to the caller, who must `destroy()` the Db. */
export function openPostgres(url: string, max = 10): Db {
  const pool = new pg.Pool({
    Client: PreparingClient,
    connectionString: url,
    max,
    types: usePgParsers(),
    connectionTimeoutMillis: 10_000,
  })
  // a connection that breaks while idle is replaced by the pool; without a listener it would end the process
  pool.on('error', () => {})
  return new Kysely<DB>({ dialect: new PostgresDialect({ pool }) })
}

/**
 * Begins a statement that is asked often and costs more to plan than to run: each connection keeps it prepared. For texts that are
 * few, as every one of them is kept. A pool in front of PostgreSQL has to know prepared statements (PgBouncer does from 1.21 on).
 */
export const PREPARED_TEXT = '/* prepared */'
export const PREPARED = sql.raw(PREPARED_TEXT)

/** What the query answers, kept prepared as {@link PREPARED} says. */
export async function prepared<O>(db: Db, query: Compilable<O>): Promise<O[]> {
  const { sql: text, parameters } = query.compile()
  const { rows } = await db.executeQuery<O>(CompiledQuery.raw(`${PREPARED_TEXT} ${text}`, [...parameters]))
  return rows
}

const names = new Map<string, string>()

/** A connection that keeps what {@link PREPARED} marks, and streams what {@link copyRows} writes. */
class PreparingClient extends pg.Client {
  // biome-ignore lint/suspicious/noExplicitAny: the overloads of pg
  override query(...args: any[]): any {
    const [text, values] = args
    if (typeof text === 'string' && text.startsWith(COPY_TEXT)) return this.#copy(text, values[0])
    if (typeof text !== 'string' || !text.startsWith(PREPARED_TEXT)) return super.query(...(args as [never]))
    const name = names.get(text) ?? `huyu-${names.size}`
    names.set(text, name)
    return super.query({ name, text, values })
  }

  async #copy(text: string, rows: string) {
    const stream = super.query(copyFrom(text))
    stream.end(rows)
    await finished(stream)
    return { command: 'COPY', rowCount: stream.rowCount, rows: [] }
  }
}

/**
 * Writes any number of rows at a third of what an insert of them costs; nothing is answered and no conflict is passed over. A row is its
 * values as {@link copyValue} makes them with `|` between them and a line end after them, JSON as its text; an empty value is null.
 */
export async function copyRows(
  tx: Tx,
  table: keyof DB & string,
  columns: readonly string[],
  rows: string,
): Promise<void> {
  if (rows === '') return
  const names = columns.map((column) => `"${column}"`).join(', ')
  const text = `${COPY_TEXT} copy "${table}" (${names}) from stdin with (delimiter '|', null '')`
  await tx.executeQuery(CompiledQuery.raw(text, [rows]))
}

export function copyValue(value: string): string {
  return /[\\|\n\r]/.test(value) ? value.replaceAll(/[\\|\n\r]/g, (one) => COPY_ESCAPES[one]!) : value
}

const COPY_ESCAPES: Record<string, string> = { '\\': '\\\\', '|': '\\|', '\n': '\\n', '\r': '\\r' }

/**
 * An insert of any number of rows, at least one, all with the same columns: they are one parameter, where PostgreSQL takes
 * 65,535 in a statement, a value each.
 */
export function insertRows<T extends keyof DB & string>(tx: Tx, table: T, rows: InsertObject<DB, T>[]) {
  const columns = Object.keys(rows[0]!)
  return tx
    .insertInto(table)
    .columns(columns as never)
    .expression(sql`
      select ${sql.join(columns.map((column) => sql.ref(column)))}
      from jsonb_populate_recordset(null::${sql.table(table)}, ${JSON.stringify(rows)}::jsonb)`)
}

/** What the words are when a constraint of this name refuses: each capability lists its own. */
export type Constraints = Record<string, { code: string; message: Message }>

/** A refusal for an error of the database, or null when it is a fault of ours. */
export function refusalOf(error: unknown, constraints: Constraints): Refusal | null {
  const { code, constraint } = error as { code?: string; constraint?: string }
  const known = constraint ? constraints[constraint] : undefined
  if (known) return new Refusal('conflict', known.code, known.message, {})
  if (code === '23505' || code === '23P01')
    return new Refusal(
      'conflict',
      'conflict.duplicate',
      {
        zh: '已有相同的记录，没有再次写入；请查看已有的那一条。',
        en: 'The same record exists already, so nothing was written; look at the one that is there.',
      },
      {},
    )
  if (code === '23503')
    return new Refusal(
      'invalid',
      'conflict.reference',
      {
        zh: '所指的记录不存在，或者仍被其他记录引用；请刷新后重新选择。',
        en: 'A record referred to does not exist, or is still referred to; reload and choose again.',
      },
      {},
    )
  if (code === 'HY001' || code === 'HY002')
    return new Refusal(
      'conflict',
      'conflict.frozen',
      {
        zh: '已经定稿的记录不能更改，请以新的记录更正。',
        en: 'A settled record cannot be changed; correct it by a new one.',
      },
      {},
    )
  if (code === '40001' || code === '40P01' || code === '55P03')
    return new Refusal(
      'unavailable',
      'database.busy',
      { zh: '数据库正忙，请稍后再试。', en: 'The database is busy; try again shortly.' },
      { retryAfter: 1 },
    )
  if (code === 'ECONNREFUSED' || code === '57P01' || code === '57P03' || code === '53300' || code === 'ENOTFOUND')
    return new Refusal(
      'unavailable',
      'database.unreachable',
      { zh: '暂时连不上数据库，请稍后再试。', en: 'The database cannot be reached just now; try again shortly.' },
      { retryAfter: 5 },
    )
  return null
}

/**
 * Writers of facts hold this lock, shared, until they commit; a run takes it alone for an instant to read its cutoff.
 * Without it a fact could carry an earlier instant than the cutoff and become visible only after the run.
 */
export async function lockFacts(tx: Tx): Promise<void> {
  await sql`select pg_advisory_xact_lock_shared(4806)`.execute(tx)
}

/**
 * Nobody records a fact until the transaction ends, and whoever does now is waited for. Answers the instant, as text with
 * microseconds, at which what the transaction writes becomes known: no cutoff can fall between its closing and its writing.
 */
export async function lockFactsAlone(tx: Tx): Promise<string> {
  return readCutoff(tx)
}

/**
 * For a transaction that reads people by the thousand, a range of ids at a time: by their indexes, by itself, planned for each range.
 * PostgreSQL would rather read a whole table with helpers, and again for the next range.
 */
export async function readByRange(tx: Tx): Promise<void> {
  await sql`select set_config('random_page_cost', '1.1', true), set_config('max_parallel_workers_per_gather', '0', true),
    set_config('jit', 'off', true)`.execute(tx)
}

/** The instant up to which everything is committed, as text with microseconds: a Date would lose them. What is recorded next is later. */
export async function readCutoff(tx: Tx): Promise<string> {
  await sql`select pg_advisory_xact_lock(4806)`.execute(tx)
  // the embedded database's clock has steps of a millisecond: the next fact must not fall into the same one
  const { rows } = await sql<{ cutoff: string }>`select clock_timestamp()::text as cutoff, pg_sleep(0.001)`.execute(tx)
  return rows[0]!.cutoff
}
