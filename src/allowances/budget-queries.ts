/** Reads of budgets: quotas by their documents; what runs, ledger and payments make of them is added up here and stored nowhere. */
import { type RawBuilder, sql } from 'kysely'
import type { Scope } from '../platform/context.ts'
import type { Db } from '../platform/database.ts'
import { type BudgetFigures, type BudgetSettings, leftOf, type QuotaKind } from './budget-rules.ts'
import type { BudgetFilter, BudgetView, QuotaView } from './budget-shapes.ts'

export interface BudgetKey {
  scheme_code: string
  district_code: string
  budget_year: number
}

/** The budgets of a year within the scope, with a quota or with runs, by scheme and district. */
export async function listBudgets(db: Db, scope: Scope, filter: BudgetFilter & { budget_year: number }) {
  const where = sql`b.budget_year = ${filter.budget_year} and b.district_code like ${`${scope.kind === 'division' ? scope.prefix : '-'}%`}
    and (${filter.scheme_code ?? null}::text is null or b.scheme_code = ${filter.scheme_code ?? null})
    and (${filter.district_code ?? null}::text is null or b.district_code = ${filter.district_code ?? null})`
  const budgets = await figuresWhere(db, where)
  const quotas = Map.groupBy(await quotasWhere(db, where), (row) => `${row.scheme_code} ${row.district_code}`)
  const views = budgets.map((row): BudgetView => {
    const own = quotas.get(`${row.scheme_code} ${row.district_code}`) ?? []
    return { ...row, reserved_fen: row.approved_fen + row.submitted_fen, left_fen: leftOf(row), quotas: own }
  })
  return filter.short ? views.filter(({ left_fen }) => left_fen !== null && left_fen < 0) : views
}

/** As a count of a statement: budgets of a year of which more is booked and reserved than granted. What the bank paid is booked already. */
export function countShortBudgets(scope: Scope, budget_year: number): RawBuilder<unknown> {
  return sql`select count(*) from budgets b
    where b.budget_year = ${budget_year} and b.district_code like ${`${scope.kind === 'division' ? scope.prefix : '-'}%`}
      and (select sum(case q.kind when 'raise' then q.amount_fen else -q.amount_fen end) from budget_quotas q
        where q.scheme_code = b.scheme_code and q.district_code = b.district_code and q.budget_year = b.budget_year)
      < (select sum(coalesce(own.booked_fen, own.waiting_fen)) from budget_charges c
        join allowance_runs r on r.id = c.run_id and r.status not in ('computing', 'computed', 'rejected') cross join lateral ${COST} own
        where c.scheme_code = b.scheme_code and c.district_code = b.district_code and c.budget_year = b.budget_year)`
}

/** The figures of one budget; whoever asks holds its row. */
export async function unscopedFigures(db: Db, key: BudgetKey) {
  const where = sql`b.scheme_code = ${key.scheme_code} and b.district_code = ${key.district_code} and b.budget_year = ${key.budget_year}`
  return (await figuresWhere(db, where))[0]!
}

/**
 * What a run pays out, by the ledger where it is booked, else by its lines (what it takes back goes to the treasury and grants nothing);
 * the settings of its version, and the year named for it.
 */
export async function unscopedCostOf(db: Db, run_id: string) {
  const { rows } = await sql<{ settings: BudgetSettings; needed_fen: number; budget_year: number | null }>`
    select v.settings, c.budget_year, coalesce(cost.booked_fen, cost.waiting_fen, 0)::bigint as needed_fen
    from allowance_runs r join scheme_versions v on v.id = r.version_id left join budget_charges c on c.run_id = r.id
      cross join lateral ${COST} cost
    where r.id = ${run_id}::uuid`.execute(db)
  return rows[0]!
}

/** Of a run `r`: `booked_fen` by the sums of the ledger, or before it is approved `waiting_fen` by its lines; the other one is null. */
const COST = sql`(
    select booked.fen as booked_fen,
      case when booked.fen is null and r.status <> 'approved' then (select coalesce(sum(l.amount_fen), 0) from (
          select amount_fen from allowance_lines where run_id = r.id union all select amount_fen from organisation_lines where run_id = r.id) l where l.amount_fen > 0) end as waiting_fen
    from (select sum(case when a.amount_fen > 0 then a.amount_fen::bigint * a.lines else 0 end) - coalesce((
        select sum(s.netted_fen + s.released_fen + s.offset_fen) from allowance_settlements s where s.run_id = r.id), 0) - coalesce((
        select sum(d.plus_fen - d.due_fen) from organisation_dues d where d.run_id = r.id), 0) as fen
      from allowance_sums a where a.run_id = r.id) booked
  )`

type FiguresRow = BudgetKey & BudgetFigures & { scheme_name: string; district_name: string }

/** Booked runs by the ledger's sums, those that wait by their lines, what was paid by the bank's answers. */
async function figuresWhere(db: Db, where: RawBuilder<unknown>): Promise<FiguresRow[]> {
  const { rows } = await sql<FiguresRow>`
    select b.scheme_code, s.name as scheme_name, b.district_code, d.name as district_name, b.budget_year, quota.fen as quota_fen,
      coalesce(cost.used_fen, 0)::bigint as used_fen, coalesce(cost.booked_fen - cost.used_fen, 0)::bigint as approved_fen,
      coalesce(cost.waiting_fen, 0)::bigint as submitted_fen
    from budgets b join schemes s on s.code = b.scheme_code join districts d on d.code = b.district_code
      left join lateral (
        select sum(case q.kind when 'raise' then q.amount_fen else -q.amount_fen end)::bigint as fen from budget_quotas q
        where q.scheme_code = b.scheme_code and q.district_code = b.district_code and q.budget_year = b.budget_year
      ) quota on true
      left join lateral (
        select coalesce(sum(paid.fen), 0) as used_fen, coalesce(sum(own.booked_fen), 0) as booked_fen, sum(own.waiting_fen) as waiting_fen
        from budget_charges c join allowance_runs r on r.id = c.run_id and r.status not in ('computing', 'computed', 'rejected')
          cross join lateral ${COST} own
          left join lateral (select sum(p.amount_fen) as fen from payment_results p
            where p.run_id = r.id and p.outcome = 'paid' and p.known_to = 'infinity') paid on true
        where c.scheme_code = b.scheme_code and c.district_code = b.district_code and c.budget_year = b.budget_year
      ) cost on true
    where ${where} order by b.scheme_code, b.district_code`.execute(db)
  return rows
}

async function quotasWhere(db: Db, where: RawBuilder<unknown>): Promise<QuotaView[]> {
  const { rows } = await sql<QuotaView & { kind: QuotaKind }>`
    select b.id, b.scheme_code, b.district_code, b.budget_year, b.kind, b.amount_fen, b.issued_on, b.document, b.recorded_at,
      a.display_name as recorded_by_name
    from budget_quotas b left join accounts a on a.id = b.recorded_by
    where ${where} order by b.recorded_at, b.id`.execute(db)
  return rows
}
