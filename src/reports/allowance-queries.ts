/** What the ledger comes to, told apart by what one likes, from its sums; and the entries themselves behind a figure. */

import { type RawBuilder, sql } from 'kysely'
import { type Payer, splitAmong } from '../allowances/schedule.ts'
import { firstDay } from '../platform/calendar.ts'
import type { Db } from '../platform/database.ts'
import { type Page, type PageInput, readCursor, toPage } from '../platform/paging.ts'
import type { AllowanceFigures, AllowanceFilter, AllowanceSum, BookedLine, Dimension } from './allowance-shapes.ts'
import type { Report } from './queries.ts'
import type { Range } from './rules.ts'

export type Sums = Report<AllowanceSum, AllowanceFigures>

const KEYS: Record<Exclude<Dimension, 'fund_source'>, { key: string; name: string }> = {
  month: { key: `to_char(r.month, 'YYYY-MM')`, name: 'null::text' },
  for_month: { key: `to_char(a.month, 'YYYY-MM')`, name: 'null::text' },
  district: { key: 'd.code', name: 'd.name' },
  facility: { key: 'a.organisation_id::text', name: 'o.name' },
  level: { key: 'a.level::text', name: 'null::text' },
  scheme: { key: 'r.scheme_code', name: 's.name' },
  kind: { key: 'a.kind', name: 'null::text' },
}

const FIGURES = sql`
  coalesce(sum(a.lines), 0)::bigint as lines, coalesce(sum(a.lines) filter (where a.amount_fen > 0), 0)::bigint as paid_lines,
  coalesce(sum(a.amount_fen::bigint * a.lines) filter (where a.amount_fen > 0), 0)::bigint as paid_fen,
  coalesce(sum(a.lines) filter (where a.amount_fen < 0), 0)::bigint as recovered_lines,
  coalesce(sum(a.amount_fen::bigint * a.lines) filter (where a.amount_fen < 0), 0)::bigint as recovered_fen,
  coalesce(sum(a.amount_fen::bigint * a.lines), 0)::bigint as amount_fen`

const FROM = sql`allowance_sums a join allowance_runs r on r.id = a.run_id join schemes s on s.code = r.scheme_code
  join districts d on d.code = r.district_code`

/** What the approved runs of the range's months have booked, corrections of earlier months included; the totals are the same by every dimension. */
export async function sumAllowances(db: Db, range: Range, filter: AllowanceFilter, by: Dimension): Promise<Sums> {
  if (by === 'fund_source') return sumByFundSource(db, range, filter)
  const [key, name] = [sql.raw(KEYS[by].key), sql.raw(KEYS[by].name)]
  const { rows } = await sql<AllowanceSum & { whole: boolean }>`
    select ${key} as key, ${name} as name, grouping(${key}) = 1 as whole, ${FIGURES}
    from ${FROM} left join organisations o on o.id = a.organisation_id
    where ${within(range, filter)}
    group by grouping sets ((${key}, ${name}), ()) order by name nulls last, key nulls last`.execute(db)
  return {
    items: rows.filter(({ whole }) => !whole).map(({ whole: _, ...row }) => row),
    totals: figuresOf(rows.find(({ whole }) => whole)!),
    next_cursor: null,
  }
}

/** Each line is split by itself, so equal amounts of one version are split once and counted. */
async function sumByFundSource(db: Db, range: Range, filter: AllowanceFilter): Promise<Sums> {
  const { rows } = await sql<{ payers: Payer[] | null; amount_fen: number; lines: number }>`
    select v.settings #> '{schedule,payers}' as payers, a.amount_fen, sum(a.lines)::bigint as lines
    from ${FROM} join scheme_versions v on v.id = r.version_id
    where ${within(range, filter)} and a.amount_fen <> 0 group by 1, 2`.execute(db)
  const sums = new Map<string, AllowanceFigures>()
  for (const { payers, amount_fen, lines } of rows)
    for (const { name, amount_fen: part_fen } of splitAmong(payers, amount_fen)) {
      if (part_fen === 0) continue
      const sum = sums.get(name) ?? { ...NOTHING }
      sums.set(name, sum)
      const [count, money] =
        part_fen > 0 ? (['paid_lines', 'paid_fen'] as const) : (['recovered_lines', 'recovered_fen'] as const)
      sum.lines += lines
      sum[count] += lines
      sum[money] += lines * part_fen
      sum.amount_fen += lines * part_fen
    }
  const { totals } = await sumAllowances(db, range, filter, 'scheme')
  return { items: [...sums].map(([name, sum]) => ({ key: name, name, ...sum })), totals, next_cursor: null }
}

const NOTHING: AllowanceFigures = {
  ...{ lines: 0, paid_lines: 0, paid_fen: 0, recovered_lines: 0, recovered_fen: 0, amount_fen: 0 },
}

function figuresOf({ key: _, name: __, whole: ___, ...figures }: AllowanceSum & { whole: boolean }): AllowanceFigures {
  return figures
}

/** The entries of the ledger behind a figure, run by run. */
export async function listBooked(db: Db, range: Range, filter: AllowanceFilter & PageInput): Promise<Page<BookedLine>> {
  const after = readCursor(filter.cursor, 4)
  const { rows } = await sql<BookedLine & { payee_id: string }>`
    select r.id as run_id, to_char(r.month, 'YYYY-MM') as run_month, r.scheme_code, d.name as district_name, a.person_id, a.payee_id, p.name as person_name,
      p.id_number_masked, o.name as organisation_name, to_char(a.month, 'YYYY-MM') as month, a.component, a.level, a.kind, a.amount_fen
    from (
      select a.run_id, a.person_id, a.person_id as payee_id, a.organisation_id, a.month, a.component, a.level, a.kind, g.amount_fen
      from allowance_ledger g join allowance_lines a on (a.run_id, a.person_id, a.month, a.component) = (g.run_id, g.person_id, g.month, g.component)
      union all
      select a.run_id, null, a.organisation_id, a.organisation_id, a.month, a.component, null, a.kind, g.amount_fen
      from organisation_ledger g join organisation_lines a on (a.run_id, a.organisation_id, a.month, a.component) = (g.run_id, g.organisation_id, g.month, g.component)
    ) a join allowance_runs r on r.id = a.run_id join schemes s on s.code = r.scheme_code join districts d on d.code = r.district_code
      join payees p on p.id = a.payee_id left join organisations o on o.id = a.organisation_id
    where ${within(range, filter)} and a.amount_fen <> 0
      ${after ? sql`and (a.run_id, a.payee_id, a.month, a.component) > (${after[0]}::uuid, ${after[1]}::uuid, ${firstDay(String(after[2]))}::date, ${after[3]})` : sql``}
    order by a.run_id, a.payee_id, a.month, a.component limit ${filter.limit + 1}`.execute(db)
  const { items, next_cursor } = toPage(rows, filter.limit, (row) => [
    row.run_id,
    row.payee_id,
    row.month,
    row.component,
  ])
  return { items: items.map(({ payee_id: _, ...line }) => line), next_cursor }
}

function within(range: Range, filter: AllowanceFilter): RawBuilder<unknown> {
  const { workforce, scheme_code, organisation_id, level, kind, for_month } = filter
  return sql.join(
    [
      sql`d.code like ${`${range.prefix}%`} and r.month >= ${range.from}::date and r.month < ${range.to}::date`,
      ...(workforce ? [sql`s.workforce = ${workforce}`] : []),
      ...(scheme_code ? [sql`r.scheme_code = ${scheme_code}`] : []),
      ...(organisation_id ? [sql`a.organisation_id = ${organisation_id}::uuid`] : []),
      ...(level === undefined ? [] : [level === 0 ? sql`a.level is null` : sql`a.level = ${level}`]),
      ...(kind ? [sql`a.kind = ${kind}`] : []),
      ...(for_month ? [sql`a.month = ${firstDay(for_month)}::date`] : []),
    ],
    sql` and `,
  )
}

export async function findFacilityName(db: Db, id: string): Promise<string | null> {
  const row = await db.selectFrom('organisations').select('name').where('id', '=', id).executeTakeFirst()
  return row?.name ?? null
}
