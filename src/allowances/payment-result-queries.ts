/** Reads of what the bank answered: the results of a run, their sums, and who was to be paid. */
import { sql } from 'kysely'
import { afterPerson } from '../people/queries.ts'
import type { Scope } from '../platform/context.ts'
import type { Db } from '../platform/database.ts'
import { notFound } from '../platform/errors.ts'
import { type Page, type PageInput, readCursor, toPage } from '../platform/paging.ts'
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
  return db
    .selectFrom('payment_results as r')
    .innerJoin('people as p', 'p.id', 'r.person_id')
    .leftJoin('accounts as a', 'a.id', 'r.recorded_by')
    .select([
      'r.id',
      'r.file_id',
      'r.person_id',
      'p.name as person_name',
      'p.id_number_masked',
      'p.bank_account_masked',
    ])
    .select(['r.amount_fen', 'r.reason', 'r.bank_reference', 'r.settled_on', 'r.known_from as recorded_at'])
    .select(['a.display_name as recorded_by'])
    .select((eb) => [
      eb.ref('r.outcome').$castTo<PaymentOutcome>().as('outcome'),
      eb.ref('r.reason_code').$castTo<ReturnReason | null>().as('reason_code'),
    ])
    .where('r.known_to', '=', sql<Date>`'infinity'`)
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
  return toPage(rows, filter.limit, (row) => [row.outcome, row.person_id, row.id])
}

export interface PaymentSummary {
  paid_count: number
  paid_fen: number
  returned_count: number
  returned_fen: number
  /** people to be paid of whom the bank has not answered, those held for want of an account among them */
  open_count: number
  open_fen: number
}

/** How far the money of a run is, a person counted once: paid by any file, else returned, else open. The run was found through a scope. */
export async function unscopedPaymentSummary(db: Db, run_id: string): Promise<PaymentSummary> {
  const { rows } = await sql<PaymentSummary>`
    with answered as (
      select due.amount_fen, coalesce(bool_or(r.outcome = 'paid'), false) as paid, count(r.id) > 0 as heard
      from (${dueOf(run_id)}) due
        left join payment_results r on r.run_id = ${run_id}::uuid and r.person_id = due.person_id and r.known_to = 'infinity'
      group by due.person_id, due.amount_fen
    )
    select count(*) filter (where paid) as paid_count, coalesce(sum(amount_fen) filter (where paid), 0)::bigint as paid_fen,
      count(*) filter (where heard and not paid) as returned_count, coalesce(sum(amount_fen) filter (where heard and not paid), 0)::bigint as returned_fen,
      count(*) filter (where not heard) as open_count, coalesce(sum(amount_fen) filter (where not heard), 0)::bigint as open_fen
    from answered`.execute(db)
  return rows[0]!
}

const SHOWN = 200

/** What the run's page says: the sums, and the returned payments that no other file has paid since. The run was found through a scope. */
export async function unscopedResultsOfRun(db: Db, run_id: string) {
  const rows = await resultRows(db)
    .where('r.run_id', '=', run_id)
    .where('r.outcome', '=', 'returned')
    .where(
      sql<boolean>`not exists (select from payment_results paid
        where paid.run_id = r.run_id and paid.person_id = r.person_id and paid.outcome = 'paid' and paid.known_to = 'infinity')`,
    )
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

/** Who is to be paid by the run, and how much: all that was booked and is positive, as nothing is netted. */
function dueOf(run_id: string) {
  return sql`select person_id, sum(amount_fen)::bigint as amount_fen from allowance_ledger
    where run_id = ${run_id}::uuid and amount_fen > 0 group by person_id`
}

/** What a file of the run says of each person: without an account nobody is in it. The run was found through a scope. */
export async function unscopedDue(db: Db, run_id: string): Promise<Map<string, number>> {
  const { rows } = await sql<{ person_id: string; amount_fen: number }>`
    select due.* from (${dueOf(run_id)}) due join people p on p.id = due.person_id where p.bank_account_sealed is not null`.execute(
    db,
  )
  return new Map(rows.map(({ person_id, amount_fen }) => [person_id, amount_fen]))
}

/** Whom the bank may name in its answer, sealed as it lies there. The run was found through a scope. */
export async function unscopedPayees(db: Db, run_id: string) {
  const { rows } = await sql<{
    person_id: string
    name: string
    id_number_sealed: string
    bank_account_sealed: string
  }>`
    select p.id as person_id, p.name, p.id_number_sealed, p.bank_account_sealed
    from (${dueOf(run_id)}) due join people p on p.id = due.person_id where p.bank_account_sealed is not null`.execute(
    db,
  )
  return rows
}

/** What is on record of the run's payments now, of every file. */
export function currentResults(db: Db, run_id: string): Promise<PaymentResultRow[]> {
  return resultRows(db).where('r.run_id', '=', run_id).execute()
}
