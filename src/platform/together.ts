/** Reads that are begun at the same time, asked of the database as one statement. */
import {
  CompiledQuery,
  type DatabaseConnection,
  type Driver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
} from 'kysely'
import type { DB } from '../../db/schema.ts'
import { type Db, PREPARED_TEXT } from './database.ts'

/** Begins a statement whose one row has one value, a text called `text`: it needs no document around it. */
export const ONE_TEXT = '/* text */'

interface Asked {
  query: CompiledQuery
  answered: (result: QueryResult<unknown>) => void
  failed: (error: unknown) => void
}

/**
 * For reading through `db`: what `Promise.all` begins is one round trip, however many queries it is; a query alone goes as it is. Values
 * are those that the driver gives (database-types.ts), but for bytea, float8, arrays of numeric and the infinity of a timestamptz, which
 * no page reads. One fault is the fault of all. What is together already stays as it is. `prepared`: the statement costs more to plan
 * than to run, and its texts are few ({@link PREPARED_TEXT}).
 */
export function together(db: Db, prepared?: 'prepared'): Db {
  if (gathering.has(db)) return db
  const waiting: Asked[] = []
  const connection: DatabaseConnection = {
    executeQuery: (query) =>
      new Promise<QueryResult<never>>((answered, failed) => {
        // not before everything that is begun now has come as far as its statement
        if (waiting.push({ query, answered: answered as Asked['answered'], failed }) === 1)
          setTimeout(() => ask(db, waiting.splice(0), prepared ? PREPARED_TEXT : ''), 0)
      }),
    streamQuery: () => {
      throw new Error('what is streamed is asked for alone')
    },
  }
  const reading = new Kysely<DB>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createQueryCompiler: () => new PostgresQueryCompiler(),
      createIntrospector: (inner) => new PostgresIntrospector(inner),
      createDriver: () => driverOf(connection),
    },
  })
  gathering.add(reading)
  return reading
}

const gathering = new WeakSet<Db>()

function driverOf(connection: DatabaseConnection): Driver {
  const nothing = async () => {}
  const never = () => {
    throw new Error('a transaction is begun where it is meant, not in a reading')
  }
  return {
    init: nothing,
    acquireConnection: async () => connection,
    beginTransaction: never,
    commitTransaction: never,
    rollbackTransaction: never,
    releaseConnection: nothing,
    destroy: nothing,
  }
}

async function ask(db: Db, asked: Asked[], mark: string): Promise<void> {
  try {
    if (asked.length === 1) return asked[0]!.answered(await db.executeQuery(asked[0]!.query))
    const parameters: unknown[] = []
    const columns = asked.map(({ query }, index) => {
      const text = query.sql.replaceAll(/\$(\d+)/g, (_, number) => `$${parameters.length + Number(number)}`)
      parameters.push(...query.parameters)
      if (query.sql.startsWith(ONE_TEXT)) return `(${text}) as "${index}"`
      return `(select coalesce(jsonb_agg(to_jsonb(q)), '[]')::text from (${text}) q) as "${index}"`
    })
    const { rows } = await db.executeQuery<Record<number, string>>(
      CompiledQuery.raw(`${mark} select ${columns.join(',\n')}`, parameters),
    )
    for (const [index, { query, answered }] of asked.entries()) {
      const text = rows[0]![index]!
      answered({ rows: query.sql.startsWith(ONE_TEXT) ? [{ text }] : rowsOf(text) })
    }
  } catch (error) {
    for (const { failed } of asked) failed(error)
  }
}

/** A number with a decimal point, which is a numeric in a column and plain inside a document. */
class Decimal {
  readonly source: string
  constructor(source: string) {
    this.source = source
  }
}

/** How columns of instants are named: a text that only looks like one stays as it was written. */
const INSTANT = /(^at|_at|_from|_to|_until|^cutoff)$/
const TIME = /^\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?([+-]\d\d:\d\d)?$/

function rowsOf(text: string): Record<string, unknown>[] {
  const rows: Record<string, unknown>[] = text.includes('.')
    ? JSON.parse(text, keepDecimals as never)
    : JSON.parse(text)
  for (const row of rows) for (const [column, value] of Object.entries(row)) row[column] = columnOf(column, value)
  return rows
}

function keepDecimals(_: string, value: unknown, { source }: { source?: string }): unknown {
  return typeof value === 'number' && source?.includes('.') ? new Decimal(source) : value
}

function columnOf(column: string, value: unknown): unknown {
  if (value instanceof Decimal) return value.source
  const [time, , zone] = (typeof value === 'string' && INSTANT.test(column) && TIME.exec(value)) || []
  if (time) return zone ? new Date(time) : time.replace('T', ' ')
  return plain(value)
}

/** As it was in a document. */
function plain(value: unknown): unknown {
  if (value instanceof Decimal) return Number(value.source)
  if (Array.isArray(value)) return value.map(plain)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]))
}
