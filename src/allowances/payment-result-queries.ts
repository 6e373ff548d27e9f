/** Reads of what the bank answered: the results of a run, their sums, and who was to be paid. */
import { sql } from 'kysely'
import { asJson } from '../people/bulk.ts'
import { afterPerson } from '../people/queries.ts'
import type { Scope } from '../platform/context.ts'
import type { Db } from '../platform/database.ts'
import { notFound } from '../platform/errors.ts'
import { type Page, type PageInput, readCursor, toPage } from '../platform/paging.ts'
import { paymentsDue } from './payment-amounts.ts'
import { listPaymentFiles } from './payment-queries.ts'
import type { PaymentOutcome, ReturnReason } from './payment-result-rules.ts'
import { getRun } from './queries.ts'

/** The payment file of a run that is named, or the newest; 404 where there is none. */
export async function newestPaymentFile(
  db: Db,
  scope: Scope,
  run_id: string,
  file_id: string | undefined,
): Promise<{ id: string }> {
  const { id } = await getRun(db, scope, run_id)
  const files = await listPaymentFiles(db, id)
  return (
    files.findLast((file) => file_id === undefined || file.id === file_id) ??
    notFound({ zh: '发放文件', en: 'payment file' })
  )
}

export interface PaymentResultFilter extends PageInput {
  outcome?: PaymentOutcome | undefined
  file_id?: string | undefined
}

export type PaymentResultRow = Awaited<ReturnType<ReturnType<typeof resultRows>['execute']>>[number]

function resultRows(db: Db) {
  return (
    db
      .selectFrom('payment_results as r')
      .innerJoin('payees as p', 'p.id', 'r.payee_id')
      .innerJoin('payments as made', (join) =>
        join
          .onRef('made.run_id', '=', 'r.run_id')
          .onRef('made.payee_id', '=', 'r.payee_id')
          .onRef('made.attempt', '=', 'r.attempt'),
      )
      .leftJoin('accounts as a', 'a.id', 'r.recorded_by')
      .select([
        'r.id',
        'r.file_id',
        'made.batch_id',
        'r.attempt',
        'r.payee_id',
        'r.person_id',
        'r.organisation_id',
        'p.id_number_masked',
      ])
      .select((eb) => eb.ref('p.name').$notNull().as('person_name'))
      // as the bank was told, whatever is on record now
      .select('made.account_masked as bank_account_masked')
      .select(['r.amount_fen', 'r.reason', 'r.bank_reference', 'r.settled_on', 'r.known_from as recorded_at'])
      .select(['a.display_name as recorded_by'])
      .select((eb) => [
        eb.ref('r.outcome').$castTo<PaymentOutcome>().as('outcome'),
        eb.ref('r.reason_code').$castTo<ReturnReason | null>().as('reason_code'),
      ])
      .where('r.known_to', '=', sql<Date>`'infinity'`)
  )
}

/** What the bank answered last, returned payments first, then by name. The run must be one that the scope sees. */
export async function listPaymentResults(
  db: Db,
  scope: Scope,
  run_id: string,
  filter: PaymentResultFilter,
): Promise<Page<PaymentResultRow>> {
  await getRun(db, scope, run_id)
  const after = readCursor(filter.cursor, 3)
  let query = resultRows(db).where('r.run_id', '=', run_id)
  if (filter.outcome) query = query.where('r.outcome', '=', filter.outcome)
  if (filter.file_id) query = query.where('r.file_id', '=', filter.file_id)
  if (after)
    query = query.where(sql<boolean>`(r.outcome < ${after[0]} or r.outcome = ${after[0]}
      and ${afterPerson(after[1], sql`r.id`, sql`${after[2]}::uuid`, 'p')})`)
  const rows = await query
    .orderBy('r.outcome', 'desc')
    .orderBy('p.name_pinyin')
    .orderBy('p.name')
    .orderBy('r.id')
    .limit(filter.limit + 1)
    .execute()
  return toPage(rows, filter.limit, (row) => [row.outcome, row.payee_id, row.id])
}

export interface PaymentSummary {
  paid_count: number
  paid_fen: number
  returned_count: number
  returned_fen: number
  /** payees of whom the bank has not answered, those held for want of an account among them */
  open_count: number
  open_fen: number
}

/** How far the money of a run is, a payee counted once: what became of the payment made last, or open. The run was found through a scope. */
export async function unscopedPaymentSummary(db: Db, run_id: string): Promise<PaymentSummary> {
  const { rows } = await sql<PaymentSummary>`
    with answered as (
      select due.amount_fen, r.outcome
      from (${paymentsDue(run_id)}) due
        left join payments made on made.run_id = ${run_id}::uuid and made.payee_id = due.payee_id and ${LAST}
        left join payment_results r on r.run_id = made.run_id and r.payee_id = made.payee_id and r.attempt = made.attempt
          and r.known_to = 'infinity'
    )
    select count(*) filter (where outcome = 'paid') as paid_count, coalesce(sum(amount_fen) filter (where outcome = 'paid'), 0)::bigint as paid_fen,
      count(*) filter (where outcome = 'returned') as returned_count,
      coalesce(sum(amount_fen) filter (where outcome = 'returned'), 0)::bigint as returned_fen,
      count(*) filter (where outcome is null) as open_count, coalesce(sum(amount_fen) filter (where outcome is null), 0)::bigint as open_fen
    from answered`.execute(db)
  return rows[0]!
}

/** `made` was not issued again. */
const LAST = sql`not exists (select from payments later
  where later.run_id = made.run_id and later.payee_id = made.payee_id and later.attempt > made.attempt)`

const SHOWN = 200

/** What the run's page says: the sums, and the returned payments that were not issued again. The run was found through a scope. */
export async function unscopedResultsOfRun(db: Db, run_id: string) {
  const rows = await resultRows(db)
    .where('r.run_id', '=', run_id)
    .where('r.outcome', '=', 'returned')
    .where(sql<boolean>`${LAST}`)
    .orderBy('p.name_pinyin')
    .orderBy('p.name')
    .orderBy('r.id')
    .limit(SHOWN + 1)
    .execute()
  return {
    summary: await unscopedPaymentSummary(db, run_id),
    returned: rows.slice(0, SHOWN),
    more: rows.length > SHOWN,
  }
}

/** What a batch pays to each payee, and the how-manieth attempt it is. The batch was found through a scope. */
export async function unscopedDue(db: Db, batch_id: string) {
  const rows = await db
    .selectFrom('payments as made')
    .select(['made.payee_id', 'made.amount_fen', 'made.attempt', sql<boolean>`not ${LAST}`.as('reissued')])
    .where('made.batch_id', '=', batch_id)
    .orderBy('made.attempt')
    .execute()
  return new Map(rows.map((row) => [row.payee_id, row]))
}

/** Whom the bank may name in its answer to a batch, sealed as it lies there. The batch was found through a scope. */
export function unscopedPayees(db: Db, batch_id: string) {
  return db
    .selectFrom('payments')
    .select(['payee_id', 'name', 'id_number_sealed', 'credit_code', 'bank_account_sealed'])
    .where('batch_id', '=', batch_id)
    .where('bank_account_sealed', 'is not', null)
    .$narrowType<{ bank_account_sealed: string }>()
    .execute()
}

/** Which of the answers are on record of another batch: payee, day and reference are the same. The payees are those of a batch. */
export async function unscopedSaidElsewhere(
  db: Db,
  batch_id: string,
  answers: { payee_id: string; bank_reference: string | null; settled_on: string }[],
): Promise<Set<string>> {
  const { rows } = await sql<{ payee_id: string }>`
    select distinct r.payee_id from jsonb_to_recordset(${asJson(answers)}) as said (payee_id uuid, bank_reference text, settled_on date)
      join payment_results r on r.payee_id = said.payee_id and r.bank_reference = said.bank_reference and r.settled_on = said.settled_on
      join payments made on made.run_id = r.run_id and made.payee_id = r.payee_id and made.attempt = r.attempt
    where made.batch_id <> ${batch_id}::uuid and r.known_to = 'infinity'`.execute(db)
  return new Set(rows.map(({ payee_id }) => payee_id))
}

/** What is on record of the run's payments now, of every file. */
export function currentResults(db: Db, run_id: string): Promise<PaymentResultRow[]> {
  return resultRows(db).where('r.run_id', '=', run_id).execute()
}
