/** The statements behind a public look-up: compiled once, kept prepared by every connection, every step by a unique index. */
import { CompiledQuery, sql } from 'kysely'
import { type LocalDate, localDate } from '../platform/calendar.ts'
import { type Db, PREPARED_TEXT } from '../platform/database.ts'
import { countedUses, endOf, type Uses } from '../platform/rate-limit.ts'
import { type PublicRow, unscopedCertificates } from './queries.ts'

type Column = 'number' | 'token' | 'pdf_sha256'

/** The certificate of a number, a token or a file for anybody. Unscoped: whoever holds the paper may ask. */
export async function unscopedCertificate(
  db: Db,
  today: LocalDate,
  [column, value]: [Column, string],
): Promise<PublicRow | undefined> {
  const query = statement(column, () =>
    unscopedCertificates(db, TODAY).where(`certificates.${column}`, '=', VALUE).compile(),
  )
  const { rows } = await db.executeQuery(query({ [TODAY]: today, [VALUE]: value }) as CompiledQuery<PublicRow>)
  return rows[0]
}

/** The certificate of a number, and a use counted under the key in the same statement, whether there is one or not. */
export async function unscopedCertificateCounted(
  db: Db,
  now: Date,
  number: string,
  { key, seconds }: { key: string; seconds: number },
): Promise<{ row: PublicRow | undefined; uses: Uses }> {
  const query = statement('number, counted', () =>
    sql`with counted as (${countedUses(NOW as never, sql`values (${KEY}, ${ENDS}::timestamptz, 1)`)})
      select counted.count, counted.window_ends_at, found.* from counted
      left join (${unscopedCertificates(db, TODAY).where('certificates.number', '=', VALUE)}) found on true`.compile(
      db,
    ),
  )
  const values = { [TODAY]: localDate(now), [VALUE]: number, [KEY]: key, [ENDS]: endOf(now, seconds), [NOW]: now }
  const { rows } = await db.executeQuery(query(values) as CompiledQuery<Uses & (PublicRow | { id: null })>)
  const { count, window_ends_at, ...row } = rows[0]!
  return { row: row.id === null ? undefined : (row as PublicRow), uses: { count, window_ends_at } }
}

/** What stands for a value until the statement is asked. */
const [TODAY, VALUE, KEY, ENDS, NOW] = ['«today»', '«value»', '«key»', '«ends»', '«now»'] as const

const statements = new Map<string, CompiledQuery>()

/** Compiles a statement at its first use; afterwards only the values change, which a builder would take longer over than the database. */
function statement(name: string, compile: () => CompiledQuery) {
  const known = statements.get(name) ?? compile()
  statements.set(name, known)
  return (values: Record<string, unknown>) =>
    CompiledQuery.raw(
      `${PREPARED_TEXT} ${known.sql}`,
      known.parameters.map((parameter) =>
        typeof parameter === 'string' && parameter in values ? values[parameter] : parameter,
      ),
    )
}
