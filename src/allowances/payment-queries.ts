/** Reads of payment batches, of their files, and of what goes into one. */
import { sql } from 'kysely'
import { firstDay, type Month, monthOf } from '../platform/calendar.ts'
import type { Scope } from '../platform/context.ts'
import type { Db } from '../platform/database.ts'
import { notFound } from '../platform/errors.ts'
import { type Page, type PageInput, readCursor, toPage } from '../platform/paging.ts'
import { paymentsDue } from './payment-amounts.ts'

export const BATCH = { zh: '发放批次', en: 'payment batch' }
const FILE = { zh: '发放文件', en: 'payment file' }

// ─── batches ───────────────────────────────────────────────────────────────────────────────────────────────────────────

export type PaymentBatchRow = ReturnType<typeof asBatch>

function asBatch(row: Awaited<ReturnType<ReturnType<typeof batchRows>['execute']>>[number]) {
  return { ...row, month: monthOf(row.month), kind: row.kind as 'payment' | 'reissue' }
}

function batchRows(db: Db, scope: Scope) {
  return db
    .selectFrom('payment_batches as b')
    .innerJoin('allowance_runs as r', 'r.id', 'b.run_id')
    .innerJoin('schemes as s', 's.code', 'r.scheme_code')
    .innerJoin('districts as d', 'd.code', 'r.district_code')
    .leftJoin('accounts as a', 'a.id', 'b.made_by')
    .select([
      'b.id',
      'b.run_id',
      'b.number',
      'b.kind',
      'b.budget_year',
      'b.payment_count',
      'b.total_fen',
      'b.sha256',
      'b.made_at',
    ])
    .select(['a.display_name as made_by', 'r.month', 'r.district_code', 'd.name as district_name'])
    .select(['r.scheme_code', 's.name as scheme_name', 'r.lines_sha256'])
    .select(sql<number>`(select max(export_number) from payment_files f where f.batch_id = b.id)`.as('export_count'))
    .where((eb) => (scope.kind === 'division' ? eb('r.district_code', 'like', `${scope.prefix}%`) : eb.lit(false)))
}

export async function getPaymentBatch(db: Db, scope: Scope, id: string): Promise<PaymentBatchRow> {
  const row = await batchRows(db, scope).where('b.id', '=', id).executeTakeFirst()
  return row ? asBatch(row) : notFound(BATCH)
}

/** The batches of a run, the first made first. */
export async function listBatchesOf(db: Db, scope: Scope, run_id: string): Promise<PaymentBatchRow[]> {
  const rows = await batchRows(db, scope).where('b.run_id', '=', run_id).orderBy('b.number').execute()
  return rows.map(asBatch)
}

export interface PaymentBatchFilter extends PageInput {
  month?: Month | undefined
  budget_year?: number | undefined
}

/** The newest first. */
export async function listPaymentBatches(
  db: Db,
  scope: Scope,
  filter: PaymentBatchFilter,
): Promise<Page<PaymentBatchRow>> {
  const after = readCursor(filter.cursor, 1)
  let query = batchRows(db, scope)
  if (filter.month) query = query.where('r.month', '=', firstDay(filter.month))
  if (filter.budget_year) query = query.where('b.budget_year', '=', filter.budget_year)
  if (after) query = query.where(sql<boolean>`b.id < ${after[0]}::uuid`)
  const rows = await query
    .orderBy('b.id', 'desc')
    .limit(filter.limit + 1)
    .execute()
  return toPage(rows.map(asBatch), filter.limit, (row) => [row.id])
}

/** What a batch pays, with numbers sealed as they lie there. The batch was found through a scope. */
export function unscopedPayments(db: Db, batch_id: string) {
  return db
    .selectFrom('payments')
    .select(['position', 'attempt', 'amount_fen', 'months', 'organisation_name', 'name'])
    .select(['id_number_sealed', 'credit_code', 'bank_account_sealed'])
    .where('batch_id', '=', batch_id)
    .orderBy('position')
    .execute()
}

/** The lines of a run from which money comes back. The run was found through a scope. */
export async function unscopedRecoveries(db: Db, run_id: string) {
  const rows = await lineRows(db, run_id)
    .where('l.amount_fen', '<', 0)
    .orderBy('l.payee_id')
    .orderBy('l.month')
    .execute()
  return rows
}

function lineRows(db: Db, run_id: string) {
  return db
    .selectFrom('allowance_payables as l')
    .innerJoin('payees as p', 'p.id', 'l.payee_id')
    .leftJoin('organisations as o', 'o.id', 'l.organisation_id')
    .select(['p.id_number_sealed', 'p.credit_code', 'o.name as organisation_name'])
    .select((eb) => eb.ref('p.name').$notNull().as('name'))
    .select((eb) => eb.ref('l.amount_fen').$notNull().as('amount_fen'))
    .select(sql<string>`to_char(l.month, 'YYYY-MM')`.as('months'))
    .where('l.run_id', '=', run_id)
    .orderBy('o.name')
    .orderBy('p.name_pinyin')
    .orderBy('p.name')
}

/** Whom a run would pay and has not: nobody knows their account yet, or it became known after the last batch. The run was found through a scope. */
export async function unscopedWaiting(db: Db, run_id: string) {
  const { rows } = await sql<{
    payee_id: string
    amount_fen: number
    months: string
    organisation_name: string | null
    name: string
    id_number_sealed: string | null
    credit_code: string | null
    has_account: boolean
  }>`
    select due.*, p.name, p.id_number_sealed, p.credit_code, p.bank_account_sealed is not null as has_account
    from (${paymentsDue(run_id)}) due join payees p on p.id = due.payee_id
    where not exists (select from payments made where made.run_id = ${run_id}::uuid and made.payee_id = due.payee_id)
    order by due.organisation_name, p.name_pinyin, p.name, due.payee_id`.execute(db)
  return rows
}

// ─── files ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

export function listPaymentFiles(db: Db, run_id: string): Promise<PaymentFileRow[]> {
  return paymentFileRows(db).where('f.run_id', '=', run_id).orderBy('f.id').execute()
}

export function listFilesOfBatch(db: Db, batch_id: string): Promise<PaymentFileRow[]> {
  return paymentFileRows(db).where('f.batch_id', '=', batch_id).orderBy('f.export_number').orderBy('f.part').execute()
}

/** The newest files of the runs within the scope, for choosing one. */
export async function listPaymentFilesIn(db: Db, scope: Scope, limit: number) {
  const rows = await db
    .selectFrom('payment_files as f')
    .innerJoin('payment_batches as b', 'b.id', 'f.batch_id')
    .innerJoin('allowance_runs as r', 'r.id', 'f.run_id')
    .innerJoin('schemes as s', 's.code', 'r.scheme_code')
    .innerJoin('districts as d', 'd.code', 'r.district_code')
    .select(['f.id', 'f.row_count', 'f.made_at', 'r.month', 'd.name as district_name', 's.name as scheme_name'])
    .select(['b.number as batch_number', 'f.part', 'f.parts'])
    .where((eb) => (scope.kind === 'division' ? eb('r.district_code', 'like', `${scope.prefix}%`) : eb.lit(false)))
    .orderBy('f.id', 'desc')
    .limit(limit)
    .execute()
  return rows.map((row) => ({ ...row, month: monthOf(row.month) }))
}

export async function getPaymentFile(
  db: Db,
  scope: Scope,
  id: string,
): Promise<PaymentFileRow & { content_sealed: string; month: Month; district_code: string }> {
  const row = await paymentFileRows(db)
    .innerJoin('allowance_runs as r', 'r.id', 'f.run_id')
    .select(['f.content_sealed', 'r.month', 'r.district_code'])
    .where('f.id', '=', id)
    .where((eb) => (scope.kind === 'division' ? eb('r.district_code', 'like', `${scope.prefix}%`) : eb.lit(false)))
    .executeTakeFirst()
  return row ? { ...row, month: monthOf(row.month) } : notFound(FILE)
}

export type PaymentFileRow = Awaited<ReturnType<ReturnType<typeof paymentFileRows>['execute']>>[number]

function paymentFileRows(db: Db) {
  return db
    .selectFrom('payment_files as f')
    .innerJoin('accounts as a', 'a.id', 'f.made_by')
    .innerJoin('payment_batches as b', 'b.id', 'f.batch_id')
    .leftJoin('bank_formats as form', 'form.id', 'f.bank_format_id')
    .select([
      'f.id',
      'f.run_id',
      'f.batch_id',
      'b.number as batch_number',
      'f.export_number',
      'f.part',
      'f.parts',
      'f.format',
      'form.code as bank_format',
      'form.name as bank_format_name',
      'f.row_count',
      'f.total_fen',
      'f.recovery_count',
      'f.recovery_fen',
      'f.held_count',
      'f.held_fen',
    ])
    .select(['f.sha256', 'f.reason', 'a.display_name as made_by', 'f.made_at'])
}

// ─── the payments of a batch, for people ───────────────────────────────────────────────────────────────────────────────

export interface PaymentFilter extends PageInput {
  outcome?: PaymentState | undefined
}
export type PaymentState = 'open' | 'paid' | 'returned' | 'reissued'

/** What a batch pays and what became of it, in the order of its files; numbers masked. The batch was found through a scope. */
export async function listPayments(db: Db, batch_id: string, filter: PaymentFilter) {
  const after = readCursor(filter.cursor, 1)
  const state = sql<PaymentState>`case when later.batch_id is not null then 'reissued' else coalesce(r.outcome, 'open') end`
  let query = db
    .selectFrom('payments as made')
    .innerJoin('payees as p', 'p.id', 'made.payee_id')
    .leftJoin('payment_results as r', (join) =>
      join
        .onRef('r.run_id', '=', 'made.run_id')
        .onRef('r.payee_id', '=', 'made.payee_id')
        .onRef('r.attempt', '=', 'made.attempt')
        .on('r.known_to', '=', sql<Date>`'infinity'`),
    )
    .leftJoin('payments as later', (join) =>
      join
        .onRef('later.run_id', '=', 'made.run_id')
        .onRef('later.payee_id', '=', 'made.payee_id')
        .on('later.attempt', '=', sql<number>`made.attempt + 1`),
    )
    .select([
      'made.position',
      'made.person_id',
      'made.organisation_id',
      'made.name as person_name',
      'p.id_number_masked',
    ])
    .select(['made.account_masked as bank_account_masked', 'made.months', 'made.organisation_name'])
    .select(['made.amount_fen', 'made.attempt', state.as('outcome')])
    .where('made.batch_id', '=', batch_id)
  if (filter.outcome) query = query.where(state, '=', filter.outcome)
  if (after) query = query.where('made.position', '>', Number(after[0]))
  const rows = await query
    .orderBy('made.position')
    .limit(filter.limit + 1)
    .execute()
  return toPage(rows, filter.limit, (row) => [String(row.position)])
}
