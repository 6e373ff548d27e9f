/** The statements behind a public look-up: compiled once, kept prepared by every connection, every step by a unique index. */
import DataLoader from 'dataloader'
import { CompiledQuery, sql } from 'kysely'
import { type LocalDate, localDate } from '../platform/calendar.ts'
import { type Db, PREPARED_TEXT } from '../platform/database.ts'
import { countedUses, endOf, type Uses } from '../platform/rate-limit.ts'
import { type PublicRow, sealedNumber, unscopedCertificates } from './queries.ts'

type Column = 'number' | 'token' | 'pdf_sha256'

/** The certificate of a number, a token or a file for anybody. Unscoped: whoever holds the paper may ask. */
export interface LookUps {
  told: (today: LocalDate, column: Column, value: string) => Promise<ToldRow | undefined>
  /** the same by its token, with the document of its holder to compare with */
  held: (today: LocalDate, token: string) => Promise<PublicRow | undefined>
  /** the same by its number; with a use counted under the key in the same statement, whether there is such a certificate or not */
  counted: (
    now: Date,
    asked: { number: string; key: string; seconds: number },
  ) => Promise<{ row: PublicRow | undefined; uses: Uses }>
}

/** How what is asked comes before the database: each by itself, or with all that is asked at the same time. */
type Gather = <Asked, Found>(ask: (all: Asked[]) => Promise<Found[]>) => (asked: Asked) => Promise<Found>

/** Every look-up a statement of its own, for a runtime in which calls share nothing. */
export function lookUps(db: Db): LookUps {
  return looking(db, (ask) => async (asked) => (await ask([asked]))[0]!)
}

/** What is asked in one turn of the event loop goes as one statement: the more ask, the less each costs. Node only. */
export function gatheredLookUps(db: Db): LookUps {
  return looking(db, <Asked, Found>(ask: (all: Asked[]) => Promise<Found[]>) => {
    const loader = new DataLoader<Asked, Found>((all) => ask([...all]), { cache: false, batchScheduleFn: setImmediate })
    return (asked: Asked) => loader.load(asked)
  })
}

/**
 * Of nearly all certificates nothing became since they were issued, which the first statement sees; only for the others a second
 * gathers what stands.
 */
function looking(db: Db, gather: Gather): LookUps {
  const by = (column: Column, holder: boolean) =>
    gather(async (asked: string[]) => {
      const query = statement(`${column}, ${holder}`, () =>
        issued(db, holder)
          .where(sql<boolean>`certificates.${sql.ref(column)} = any(${ASKED}::text[])`)
          .compile(),
      )
      const { rows } = await db.executeQuery(
        query({ [ASKED]: asked }) as CompiledQuery<IssuedRow & Record<Column, string>>,
      )
      const found = new Map(rows.map((row) => [row[column], row]))
      return asked.map((value) => found.get(value))
    })
  const told = { number: by('number', false), token: by('token', false), pdf_sha256: by('pdf_sha256', false) }
  const held = by('token', true)
  const counted = gather((asked: Counting[]) => countedTogether(db, asked))
  return {
    told: async (today, column, value) => standing(db, today, await told[column](value)),
    held: async (today, token) => standing(db, today, await held(token)),
    counted: async (now, { number, key, seconds }) => {
      const { row, uses } = await counted({ now, number, key, ends: endOf(now, seconds) })
      return { row: await standing(db, localDate(now), row), uses }
    },
  }
}

interface Counting {
  now: Date
  number: string
  key: string
  ends: Date
}

/** Several uses of one key are counted at once, and each is told how many there were with itself. */
async function countedTogether(db: Db, asked: Counting[]) {
  const query = statement('counted', () =>
    sql`with counted as (${countedUses(NOW as never, sql`select key, max(ends), count(*) from unnest(${KEYS}::text[], ${ENDS}::timestamptz[]) as asked(key, ends) group by key order by key`)})
      select counted.key as counted_key, counted.count, counted.window_ends_at, found.*
      from counted join unnest(${ASKED}::text[], ${KEYS}::text[]) as asked(number, key) on asked.key = counted.key
      left join lateral (${issued(db, true).where('certificates.number', '=', sql<string>`asked.number`)}) found on true`.compile(
      db,
    ),
  )
  const values = {
    [ASKED]: asked.map(({ number }) => number),
    [KEYS]: asked.map(({ key }) => key),
    [ENDS]: asked.map(({ ends }) => ends),
    [NOW]: asked[0]!.now,
  }
  const { rows } = await db.executeQuery(
    query(values) as CompiledQuery<Uses & { counted_key: string } & (IssuedRow | { id: null })>,
  )
  const of = new Map(rows.map((row) => [row.counted_key, row]))
  const later = new Map<string, number>()
  return asked
    .toReversed()
    .map(({ key }) => {
      const { counted_key, count, window_ends_at, ...row } = of.get(key)!
      const after = later.get(key) ?? 0
      later.set(key, after + 1)
      return { row: row.id === null ? undefined : (row as IssuedRow), uses: { count: count - after, window_ends_at } }
    })
    .toReversed()
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
    .select(['issued_on', 'valid_until', 'pdf_sha256', 'token'])
    .select(
      sql<boolean>`exists (select from certificate_revocations where certificate_id = certificates.id)
        or exists (select from certificate_suspensions where certificate_id = certificates.id)
        or exists (select from certificate_continuations where certificate_id = certificates.id)`.as('touched'),
    )
  return holder ? row.select(sealedNumber.as('id_number_sealed')) : row
}

async function standing(db: Db, today: LocalDate, found: IssuedRow | undefined): Promise<PublicRow | undefined> {
  if (!found) return undefined
  const { touched, ...row } = found
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
const [TODAY, VALUE, ASKED, KEYS, ENDS, NOW] = ['«today»', '«value»', '«asked»', '«keys»', '«ends»', '«now»'] as const

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
