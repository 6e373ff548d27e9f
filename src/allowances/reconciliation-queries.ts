/** Reads the figures of a reconciliation: ledger, payments, the bank's answers and control totals, each from its own table. */
import { sql } from 'kysely'
import { firstDay, type Month } from '../platform/calendar.ts'
import type { Scope } from '../platform/context.ts'
import type { Db } from '../platform/database.ts'
import type { ReconciliationRow, Sums } from './reconciliation-rules.ts'
import { type Payer, splitLines } from './schedule.ts'

export interface ReconciliationFilter {
  budget_year?: number | undefined
  month?: Month | undefined
  scheme_code?: string | undefined
  district_code?: string | undefined
  run_id?: string | undefined
}

const WHAT = ['ledger', 'waiting', 'again', 'exported', 'paid', 'returned', 'reissued', 'open'] as const

type Money = Omit<ReconciliationRow, 'fund_source' | `${(typeof WHAT)[number]}_fen`> & {
  what: (typeof WHAT)[number]
  fen: number
  /** of the lines that the sum is made of */
  lines: number[]
  /** how many people it is the sum of */
  people: number
  payers: Payer[] | null
}

/**
 * By batch and fund source, the newest month first. What somebody is paid is split line by line, as the reports split the ledger, so that
 * the parts add up to the fen and agree with theirs; equal sums of a batch are split once and counted.
 */
export async function listReconciliation(
  db: Db,
  scope: Scope,
  filter: ReconciliationFilter,
): Promise<ReconciliationRow[]> {
  const { scheme_code = null, district_code = null, run_id = null, budget_year = null } = filter
  if (scope.kind !== 'division') return []
  const { rows } = await sql<Money>`
    with runs as (
      select r.id, r.version_id, r.month, r.district_code, r.scheme_code, extract(year from r.month)::int as year
      from allowance_runs r where r.status = 'approved' and r.district_code like ${`${scope.prefix}%`}
        and (${filter.month ?? null}::text is null or r.month = ${filter.month ? firstDay(filter.month) : null}::date)
        and (${scheme_code}::text is null or r.scheme_code = ${scheme_code}) and (${run_id}::uuid is null or r.id = ${run_id}::uuid)
        and (${district_code}::text is null or r.district_code = ${district_code})
    ), due as (
      -- what the ledger says: every difference upwards that the run has booked, net of what was settled otherwise
      select y.run_id, y.payee_id, sum(y.amount_fen)::bigint as fen, to_jsonb(array_agg(y.amount_fen order by y.amount_fen)) as lines
      from allowance_payables y join runs on runs.id = y.run_id where y.amount_fen > 0 group by y.run_id, y.payee_id
    ), money as (
      select due.run_id, first.batch_id, 'ledger' as what, due.fen, due.lines
      from due left join payments first on first.run_id = due.run_id and first.payee_id = due.payee_id and first.attempt = 0
      union all
      select due.run_id, null, 'waiting', due.fen, due.lines from due
      where not exists (select from payments made where made.run_id = due.run_id and made.payee_id = due.payee_id)
      union all
      select made.run_id, made.batch_id, what, made.amount_fen, coalesce(due.lines, '[]') from payments made join runs on runs.id = made.run_id
        left join due on due.run_id = made.run_id and due.payee_id = made.payee_id
        left join payment_results r on r.run_id = made.run_id and r.payee_id = made.payee_id and r.attempt = made.attempt and r.known_to = 'infinity'
        left join payments later on later.run_id = made.run_id and later.payee_id = made.payee_id and later.attempt = made.attempt + 1
        cross join lateral unnest(array['exported', case when made.attempt > 0 then 'again' end,
          case when later.batch_id is not null then 'reissued' else coalesce(r.outcome, 'open') end]) what
      where what is not null
    ), sums as (
      select run_id, batch_id, what, fen, lines, count(*) as people from money group by run_id, batch_id, what, fen, lines
    )
    select runs.id as run_id, sums.batch_id, b.number as batch_number, s.name as scheme_name, to_char(runs.month, 'YYYY-MM') as month,
      runs.district_code, d.name as district_name, coalesce(b.budget_year, runs.year) as budget_year,
      (select sum(f.total_fen)::bigint from payment_files f where f.batch_id = b.id
        and f.export_number = (select max(export_number) from payment_files last where last.batch_id = b.id)) as file_fen,
      v.settings #> '{schedule,payers}' as payers, sums.what, sums.fen, sums.lines, sums.people
    from sums join runs on runs.id = sums.run_id join scheme_versions v on v.id = runs.version_id join schemes s on s.code = runs.scheme_code
      join districts d on d.code = runs.district_code left join payment_batches b on b.id = sums.batch_id
    where ${budget_year}::int is null or coalesce(b.budget_year, runs.year) = ${budget_year}::int
    order by runs.month desc, runs.district_code, s.name, b.number nulls last, runs.id`.execute(db)
  const made = new Map<string, ReconciliationRow>()
  for (const { what, fen, lines, people, payers, ...batch } of rows)
    for (const [at, { name, amount_fen }] of splitLines(payers, lines, fen).entries()) {
      const key = `${batch.run_id} ${batch.batch_id} ${at}`
      const row = made.get(key) ?? { ...batch, fund_source: name, ...NOTHING }
      made.set(key, row)
      row[`${what}_fen`] += amount_fen * people
    }
  return [...made.values()]
}

const NOTHING = Object.fromEntries(WHAT.map((what) => [`${what}_fen`, 0])) as unknown as Sums
