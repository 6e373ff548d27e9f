/** Hides how reports are measured: a year of 300,000 ledger entries in 1,250 facilities, asked as the pages ask, and the same counted line by line. */
import { sql } from 'kysely'
import { loadReference } from '../../db/load-reference.ts'
import { migrate } from '../../db/migrate.ts'
import { type Db, openPostgres } from '../../src/platform/database.ts'
import { sumAllowances } from '../../src/reports/allowance-queries.ts'
import { readYearBook } from '../../src/reports/year-book.ts'

const PEOPLE = 25_000
const FACILITIES = 1250
const RANGE = { prefix: '3301', from: '2025-01-01', to: '2026-01-01' }

export interface ReportsBench {
  lines: number
  by_facility_ms: number
  by_fund_source_ms: number
  year_book_ms: number
  /** the sums of the year book read from the entries and their lines */
  from_lines_ms: number
  /** booking a month with its sums, s a 25,000 lines */
  booking_seconds: number
}

/** `url` is an empty or migrated database of its own. Medians of five. */
export async function benchReports(url: string): Promise<ReportsBench> {
  const db = openPostgres(url, 2)
  try {
    await migrate(db)
    await loadReference(db)
    await sql`insert into people (name, name_pinyin, name_initials, workforce, id_type, id_number_sealed, id_number_masked)
      select '测试', 'ceshi', 'cs', 'elder_care', 'resident_id', 'sealed', '1099**********0228' from generate_series(1, ${PEOPLE}::int)`.execute(
      db,
    )
    const bookings: number[] = []
    for (let month = 1; month <= 12; month++)
      bookings.push(await bookMonth(db, `2025-${String(month).padStart(2, '0')}-01`))
    await sql`vacuum analyze`.execute(db)
    const { rows } = await sql<{ lines: number }>`select count(*) as lines from allowance_ledger`.execute(db)
    return {
      lines: rows[0]!.lines,
      by_facility_ms: await median(() => sumAllowances(db, RANGE, {}, 'facility')),
      by_fund_source_ms: await median(() => sumAllowances(db, RANGE, {}, 'fund_source')),
      year_book_ms: await median(() => readYearBook(db, RANGE, '2026-11-23')),
      from_lines_ms: await median(() => countFromLines(db)),
      booking_seconds: Math.max(...bookings) / 1000,
    }
  } finally {
    await db.destroy()
  }
}

async function bookMonth(db: Db, month: string): Promise<number> {
  const run = sql`(select id from allowance_runs where month = ${month}::date)`
  await sql`insert into allowance_runs (scheme_code, version_id, month, district_code, created_by)
    select 'hz-special-post', id, ${month}::date, '330106', id from scheme_versions where scheme_code = 'hz-special-post' limit 1`.execute(
    db,
  )
  await sql`
    insert into allowance_lines (run_id, person_id, month, kind, outcome, organisation_id, level, version_id, entitlement_fen, failed, found)
    select r.id, p.id, r.month, 'normal', 'payable', md5(((row_number() over (order by p.id)) % ${FACILITIES}::int)::text)::uuid,
      3 + (row_number() over (order by p.id)) % 3, r.version_id, 30000 + 10000 * ((row_number() over (order by p.id)) % 3), 0, '[]'
    from people p, allowance_runs r where r.month = ${month}::date`.execute(db)
  const started = performance.now()
  await sql`insert into allowance_ledger (person_id, scheme_code, month, seq, entitlement_fen, run_id)
    select person_id, 'hz-special-post', month, 0, entitlement_fen, run_id from allowance_lines where run_id = ${run}`.execute(
    db,
  )
  const took = performance.now() - started
  for (const status of ['computed', 'submitted', 'approved'])
    await sql`update allowance_runs set status = ${status} where month = ${month}::date`.execute(db)
  return took
}

function countFromLines(db: Db) {
  return sql`
    select r.district_code, count(distinct g.person_id), count(*) filter (where g.amount_fen > 0), sum(g.amount_fen) filter (where g.amount_fen > 0),
      sum(g.amount_fen) filter (where g.amount_fen > 0 and l.kind <> 'normal'), sum(g.amount_fen) filter (where g.amount_fen < 0)
    from allowance_ledger g join allowance_runs r on r.id = g.run_id join allowance_lines l on l.run_id = g.run_id and l.person_id = g.person_id and l.month = g.month
    where r.district_code like '3301%' and r.month >= '2025-01-01' and r.month < '2026-01-01' group by grouping sets ((r.district_code), ())`.execute(
    db,
  )
}

async function median(work: () => Promise<unknown>): Promise<number> {
  const took: number[] = []
  for (let time = 0; time < 5; time++) {
    const started = performance.now()
    await work()
    took.push(performance.now() - started)
  }
  return Math.round(took.sort((a, b) => a - b)[2]!)
}
