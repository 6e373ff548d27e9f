/** The statements behind a public look-up: compiled once, kept prepared by every connection, every step by a unique index. */
import { CompiledQuery, sql } from 'kysely'
import { type LocalDate, localDate } from '../platform/calendar.ts'
import { type Db, PREPARED_TEXT } from '../platform/database.ts'
import { countedUses, endOf, type Uses } from '../platform/rate-limit.ts'
import { type PublicRow, sealedNumber, unscopedCertificates } from './queries.ts'

type Column = 'number' | 'token' | 'pdf_sha256'

/**
 * The certificate of a number, a token or a file for anybody. Unscoped: whoever holds the paper may ask. Of nearly all nothing became
 * since they were issued, which the first statement sees; only for the others the second gathers what stands.
 */
export async function unscopedCertificate(
  db: Db,
  today: LocalDate,
  [column, value]: [Column, string],
): Promise<ToldRow | undefined> {
  const query = statement(column, () => issued(db, false).where(`certificates.${column}`, '=', VALUE).compile())
  const { rows } = await db.executeQuery(query({ [VALUE]: value }) as CompiledQuery<IssuedRow>)
  return rows[0] && standing(db, today, rows[0])
}

/** The same by its token, with the document of its holder to compare with. */
export async function unscopedCertificateHeld(db: Db, today: LocalDate, token: string): Promise<PublicRow | undefined> {
  const query = statement('token, held', () => issued(db, true).where('certificates.token', '=', VALUE).compile())
  const { rows } = await db.executeQuery(query({ [VALUE]: token }) as CompiledQuery<IssuedRow>)
  return rows[0] && standing(db, today, rows[0])
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
      left join (${issued(db, true).where('certificates.number', '=', VALUE)}) found on true`.compile(db),
  )
  const values = { [VALUE]: number, [KEY]: key, [ENDS]: endOf(now, seconds), [NOW]: now }
  const { rows } = await db.executeQuery(query(values) as CompiledQuery<Uses & (IssuedRow | { id: null })>)
  const { count, window_ends_at, ...row } = rows[0]!
  const uses = { count, window_ends_at }
  return { row: row.id === null ? undefined : await standing(db, localDate(now), row as IssuedRow), uses }
}

/** What is told of a certificate; its holder's document is for comparing alone. */
export type ToldRow = Omit<PublicRow, 'id_number_sealed'>
type IssuedRow = Omit<PublicRow, 'status' | 'revocation_effective_on' | 'suspended_from' | 'continued_until'> & {
  touched: boolean
}

/** As it was issued, and whether anything became of it since; the document of its holder only where it is compared with. */
function issued(db: Db, holder: boolean) {
  const row = db
    .selectFrom('certificates')
    .select(['id', 'number', 'kind', 'holder_name', 'id_number_masked', 'occupation_name', 'level', 'issuer_name'])
    .select(['issued_on', 'valid_until', 'pdf_sha256'])
    .select(
      sql<boolean>`exists (select from certificate_revocations where certificate_id = certificates.id)
        or exists (select from certificate_suspensions where certificate_id = certificates.id)
        or exists (select from certificate_continuations where certificate_id = certificates.id)`.as('touched'),
    )
  return holder ? row.select(sealedNumber.as('id_number_sealed')) : row
}

async function standing(db: Db, today: LocalDate, { touched, ...row }: IssuedRow): Promise<PublicRow> {
  if (touched) {
    const query = statement('standing', () =>
      unscopedCertificates(db, TODAY).where('certificates.id', '=', VALUE).compile(),
    )
    const { rows } = await db.executeQuery(query({ [TODAY]: today, [VALUE]: row.id }) as CompiledQuery<PublicRow>)
    return rows[0]!
  }
  const status = row.valid_until !== null && row.valid_until <= today ? 'expired' : 'valid'
  return { ...row, status, revocation_effective_on: null, suspended_from: null, continued_until: null }
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
