/** Reads the figures of a reconciliation: ledger, payments, the bank's answers and control totals, each from its own table. */
import { sql } from 'kysely'
import { asJson } from '../people/bulk.ts'
import { firstDay, type Month } from '../platform/calendar.ts'
import type { Scope } from '../platform/context.ts'
import type { Db } from '../platform/database.ts'
import { fundSourcesOf, paymentsDue } from './payment-amounts.ts'
import type { ReconciliationRow } from './reconciliation-rules.ts'
import type { Payer } from './schedule.ts'

export interface ReconciliationFilter {
  budget_year?: number | undefined
  month?: Month | undefined
  scheme_code?: string | undefined
  district_code?: string | undefined
  run_id?: string | undefined
}

/** By batch and fund source, the newest month first. Each payment is split between the sources by itself, so that the parts add up to the fen. */
export async function listReconciliation(
  db: Db,
  scope: Scope,
  filter: ReconciliationFilter,
): Promise<ReconciliationRow[]> {
  if (scope.kind !== 'division') return []
  const runs = await db
    .selectFrom('allowance_runs')
    .select(['id', 'version_id'])
    .select((eb) =>
      eb
        .selectFrom('scheme_versions as v')
        .select(sql<Payer[] | null>`v.settings #> '{schedule,payers}'`.as('payers'))
        .whereRef('v.id', '=', 'allowance_runs.version_id')
        .as('payers'),
    )
    .where('status', '=', 'approved')
    .where('district_code', 'like', `${scope.prefix}%`)
    .$if(filter.run_id !== undefined, (query) => query.where('id', '=', filter.run_id!))
    .$if(filter.month !== undefined, (query) => query.where('month', '=', firstDay(filter.month!)))
    .$if(filter.scheme_code !== undefined, (query) => query.where('scheme_code', '=', filter.scheme_code!))
    .$if(filter.district_code !== undefined, (query) => query.where('district_code', '=', filter.district_code!))
    .execute()
  const payersOfVersion = new Map(runs.map(({ version_id, payers }) => [version_id, payers]))
  const sources = [...payersOfVersion].flatMap(([version_id, payers]) =>
    fundSourcesOf(payers).map((source, at, all) => ({ ...source, version_id, at, last: at === all.length - 1 })),
  )
  const { rows } = await sql<ReconciliationRow>`
    with runs as (
      select r.id, r.version_id, r.month, r.district_code, r.scheme_code, extract(year from r.month)::int as year
      from allowance_runs r where r.id = any (${runs.map(({ id }) => id)}::uuid[])
    ), money as (
      -- what the ledger says: every difference upwards that the run has booked, net of what was settled otherwise, a payee counted once
      select booked.run_id, first.batch_id, 'ledger' as what, booked.fen from (
        select y.run_id, y.payee_id, sum(y.amount_fen)::bigint as fen
        from allowance_payables y join runs on runs.id = y.run_id where y.amount_fen > 0 group by y.run_id, y.payee_id
      ) booked left join payments first on first.run_id = booked.run_id and first.payee_id = booked.payee_id and first.attempt = 0
      union all
      select runs.id, null, 'waiting', due.amount_fen from runs cross join lateral (${paymentsDue(sql`runs.id`)}) due
      where not exists (select from payments made where made.run_id = runs.id and made.payee_id = due.payee_id)
      union all
      select made.run_id, made.batch_id, what, made.amount_fen from payments made join runs on runs.id = made.run_id
        left join payment_results r on r.run_id = made.run_id and r.payee_id = made.payee_id and r.attempt = made.attempt and r.known_to = 'infinity'
        left join payments later on later.run_id = made.run_id and later.payee_id = made.payee_id and later.attempt = made.attempt + 1
        cross join lateral unnest(array['exported', case when made.attempt > 0 then 'again' end,
          case when later.batch_id is not null then 'reissued' else coalesce(r.outcome, 'open') end]) what
      where what is not null
    ), sources as (
      select * from jsonb_to_recordset(${asJson(sources)}) as s (version_id uuid, name text, share_bp bigint, at int, last boolean)
    ), shared as (
      select money.run_id, money.batch_id, money.what, sources.name, sources.at, sum(case when sources.last
        then money.fen - (select coalesce(sum(money.fen * others.share_bp / 10000), 0) from sources others
          where others.version_id = runs.version_id and not others.last)
        else money.fen * sources.share_bp / 10000 end) as fen
      from money join runs on runs.id = money.run_id join sources on sources.version_id = runs.version_id
      group by money.run_id, money.batch_id, money.what, sources.name, sources.at
    )
    select runs.id as run_id, shared.batch_id, b.number as batch_number, s.name as scheme_name, to_char(runs.month, 'YYYY-MM') as month,
      runs.district_code, d.name as district_name, coalesce(b.budget_year, runs.year) as budget_year, shared.name as fund_source,
      (select sum(f.total_fen)::bigint from payment_files f where f.batch_id = b.id
        and f.export_number = (select max(export_number) from payment_files last where last.batch_id = b.id)) as file_fen,
      ${sum('ledger')} as ledger_fen, ${sum('waiting')} as waiting_fen, ${sum('again')} as again_fen, ${sum('exported')} as exported_fen,
      ${sum('paid')} as paid_fen, ${sum('returned')} as returned_fen, ${sum('reissued')} as reissued_fen, ${sum('open')} as open_fen
    from shared join runs on runs.id = shared.run_id join schemes s on s.code = runs.scheme_code join districts d on d.code = runs.district_code
      left join payment_batches b on b.id = shared.batch_id
    where ${filter.budget_year ?? null}::int is null or coalesce(b.budget_year, runs.year) = ${filter.budget_year ?? null}::int
    group by runs.id, runs.month, runs.district_code, runs.year, shared.batch_id, b.id, b.number, b.budget_year, s.name, d.name, shared.name,
      shared.at
    order by runs.month desc, runs.district_code, s.name, b.number nulls last, shared.at`.execute(db)
  return rows
}

function sum(what: string) {
  return sql`coalesce(sum(shared.fen) filter (where shared.what = ${sql.lit(what)}), 0)::bigint`
}
