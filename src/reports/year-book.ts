/** The year book (年鉴): of each district what was paid to whom, corrected and recovered, and what was taught and certified for it. */
import { sql } from 'kysely'
import type { LocalDate } from '../platform/calendar.ts'
import type { Db } from '../platform/database.ts'
import type { YearFigures, YearRow } from './allowance-shapes.ts'
import { listDivisions, type Report, reportCredentials, reportTraining } from './queries.ts'
import { type Range, rate } from './rules.ts'

export type YearBook = Report<YearRow, YearFigures> & { year: number }

/** Five statements, however many districts. Months are those of the runs; certificates and classes count where they were issued and held. */
export async function readYearBook(db: Db, range: Range, today: LocalDate): Promise<YearBook> {
  const money = await sumMoney(db, range)
  const people = await countPeople(db, range)
  const training = await reportTraining(db, range)
  const credentials = await reportCredentials(db, range, today)
  const divisions = await listDivisions(db, range.prefix)
  const figures = (district_code: string | null): YearFigures => {
    const of = <T extends { district_code: string }>(items: T[]) =>
      district_code === null ? items : items.filter((row) => row.district_code === district_code)
    const taught = of(training.items)
    const sum = <T>(items: T[], value: (item: T) => number) => items.reduce((total, item) => total + value(item), 0)
    const assessed = sum(taught, (row) => row.assessed)
    const passed = sum(taught, (row) => row.passed)
    return {
      people: people.find((row) => row.district_code === district_code)?.people ?? 0,
      ...(money.find((row) => row.district_code === district_code)?.figures ?? NOTHING),
      certificates: sum(of(credentials.items), (row) => row.issued),
      classes: sum(taught, (row) => row.classes),
      ...{ assessed, passed, pass_rate: rate(passed, assessed) },
    }
  }
  const rows = divisions.map(({ kind, code, name }) => ({
    kind,
    row: { district_code: code, district_name: name, ...figures(code) },
  }))
  // the city itself has a row only where something was paid, taught or issued there
  const used = ({ people, recovered_lines, classes, certificates }: YearRow) =>
    people + recovered_lines + classes + certificates > 0
  return {
    year: Number(range.from.slice(0, 4)),
    items: rows.flatMap(({ kind, row }) => (kind !== 'city' || used(row) ? [row] : [])),
    totals: figures(null),
    next_cursor: null,
  }
}

type Money = Pick<
  YearFigures,
  'months' | 'paid_fen' | 'difference_lines' | 'difference_fen' | 'recovered_lines' | 'recovered_fen' | 'amount_fen'
>
const NOTHING: Money = {
  ...{
    months: 0,
    paid_fen: 0,
    difference_lines: 0,
    difference_fen: 0,
    recovered_lines: 0,
    recovered_fen: 0,
    amount_fen: 0,
  },
}

/** From the sums of the ledger; a row without a district is over all of them. */
async function sumMoney(db: Db, range: Range): Promise<{ district_code: string | null; figures: Money }[]> {
  const { rows } = await sql<Money & { district_code: string | null }>`
    select r.district_code, coalesce(sum(a.lines) filter (where a.amount_fen > 0), 0)::bigint as months,
      coalesce(sum(a.amount_fen::bigint * a.lines) filter (where a.amount_fen > 0), 0)::bigint as paid_fen,
      coalesce(sum(a.lines) filter (where a.amount_fen > 0 and a.kind <> 'normal'), 0)::bigint as difference_lines,
      coalesce(sum(a.amount_fen::bigint * a.lines) filter (where a.amount_fen > 0 and a.kind <> 'normal'), 0)::bigint as difference_fen,
      coalesce(sum(a.lines) filter (where a.amount_fen < 0), 0)::bigint as recovered_lines,
      coalesce(sum(a.amount_fen::bigint * a.lines) filter (where a.amount_fen < 0), 0)::bigint as recovered_fen,
      coalesce(sum(a.amount_fen::bigint * a.lines), 0)::bigint as amount_fen
    from allowance_sums a join allowance_runs r on r.id = a.run_id join schemes s on s.code = r.scheme_code
    where ${runsIn(range)} group by grouping sets ((r.district_code), ())`.execute(db)
  return rows.map(({ district_code, ...figures }) => ({ district_code, figures }))
}

/** Somebody paid in two districts counts in both, and once over all: read from an index of the ledger alone. */
async function countPeople(db: Db, range: Range): Promise<{ district_code: string | null; people: number }[]> {
  const { rows } = await sql<{ district_code: string | null; people: number }>`
    with paid as (
      select distinct r.district_code, g.person_id from allowance_runs r join schemes s on s.code = r.scheme_code
        join allowance_ledger g on g.run_id = r.id and g.amount_fen > 0
      where ${runsIn(range)}
    )
    select district_code, count(*) as people from paid group by district_code
    union all select null, count(*) from (select distinct person_id from paid) once`.execute(db)
  return rows
}

function runsIn({ prefix, from, to, workforce }: Range) {
  return sql`r.district_code like ${`${prefix}%`} and r.month >= ${from}::date and r.month < ${to}::date
    and (${workforce ?? null}::text is null or s.workforce = ${workforce ?? null})`
}
