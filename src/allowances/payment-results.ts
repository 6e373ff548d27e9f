/** What the bank answered to a payment file, row by row: recorded, and corrected where a credit came back later. */
import { sql } from 'kysely'
import { recordHistory } from '../history/actions.ts'
import {
  asJson,
  type Change,
  earlierTwins,
  faultAt,
  inItems,
  type RowCheck,
  refuseRows,
  twinFault,
} from '../people/bulk.ts'
import { localDate } from '../platform/calendar.ts'
import type { Context } from '../platform/context.ts'
import { type Db, lockFacts, type Tx } from '../platform/database.ts'
import type { Fault } from '../platform/errors.ts'
import { formatYuan } from '../platform/money.ts'
import { getPaymentFile } from './payment-queries.ts'
import { currentResults, type PaymentResultRow, unscopedDue, unscopedSaidElsewhere } from './payment-result-queries.ts'
import { type PaymentResult, resultFaults } from './payment-result-rules.ts'

export interface PaymentResultCheck extends RowCheck {
  known: PaymentResultRow | null
  /** which payment of the payee it answers, and its amount; null: there is none */
  attempt: number
  due_fen: number | null
}

const FACTS = ['outcome', 'reason_code', 'reason', 'amount_fen', 'bank_reference', 'settled_on'] as const

/**
 * What {@link recordPaymentResults} would do with each row, and what is wrong with it; writes nothing. Codes: those of
 * {@link resultFaults}, `payment_result.not_in_file`, `payment_result.amount`, `payment_result.paid_already`, `payment_result.reissued`,
 * `payment_result.other_batch`, `payment_result.twice`.
 */
export async function checkPaymentResults(
  db: Db,
  context: Context,
  file_id: string,
  rows: PaymentResult[],
): Promise<PaymentResultCheck[]> {
  const { run_id, batch_id, month } = await getPaymentFile(db, context.scope, file_id)
  if (rows.length === 0) return []
  const due = await unscopedDue(db, batch_id)
  const onRecord = Map.groupBy(await currentResults(db, run_id), ({ payee_id }) => payee_id)
  const elsewhere = await unscopedSaidElsewhere(db, batch_id, rows)
  const twins = earlierTwins(rows.map(({ payee_id }) => payee_id))
  const today = localDate(context.now)
  return rows.map((row, index) => {
    const answers = onRecord.get(row.payee_id) ?? []
    const payment = due.get(row.payee_id)
    const known = answers.find(({ attempt }) => attempt === payment?.attempt) ?? null
    const paid = answers.some(({ attempt, outcome }) => attempt !== payment?.attempt && outcome === 'paid')
    const same = known !== null && FACTS.every((key) => known[key] === row[key])
    const twin = twins[index] ?? null
    const faults = [
      ...(twin === null ? [] : [twinFault('/person_id', 'payment_result.twice', twin, { zh: '人员', en: 'person' })]),
      ...amountFaults(row, payment?.amount_fen),
      ...(payment && elsewhere.has(row.payee_id) ? [saidElsewhere()] : []),
      ...(payment && paid && row.outcome === 'paid' ? [paidAlready()] : []),
      ...(payment?.reissued && !same && !(paid && row.outcome === 'paid') ? [reissued()] : []),
      ...resultFaults(row, month, today),
    ]
    const change = known === null ? 'new' : same ? 'same' : 'changed'
    return { change, faults, known, attempt: payment?.attempt ?? 0, due_fen: payment?.amount_fen ?? null }
  })
}

/**
 * Records what the bank answered to a payment file. Said again a row does nothing; another answer closes the one before, which stays
 * readable. Refuses all rows with the faults of {@link checkPaymentResults}.
 */
export async function recordPaymentResults(
  tx: Tx,
  context: Context,
  file_id: string,
  rows: PaymentResult[],
  at = inItems,
): Promise<{ change: Change }[]> {
  await lockFacts(tx)
  const { run_id, batch_id, district_code } = await getPaymentFile(tx, context.scope, file_id)
  const checks = await checkPaymentResults(tx, context, file_id, rows)
  refuseRows(checks, at)
  const written = rows.flatMap((row, index) =>
    checks[index]!.change === 'same' ? [] : [{ ...row, attempt: checks[index]!.attempt }],
  )
  const closed = checks.flatMap(({ change, known }) => (change === 'changed' ? [known!.id] : []))
  if (closed.length > 0)
    await tx
      .updateTable('payment_results')
      .set({ known_to: sql<Date>`clock_timestamp()` })
      .where('id', 'in', closed)
      .where('known_to', '=', sql<Date>`'infinity'`)
      .execute()
  if (written.length > 0) await insert(tx, context, { file_id, run_id }, written)
  const count = (of: (index: number) => boolean) => rows.filter((_, index) => of(index)).length
  if (written.length > 0)
    await recordHistory(tx, context, {
      kind: 'payment_results.recorded',
      subject_kind: 'allowance_run',
      subject_id: run_id,
      district_code,
      changes: {
        ...{ file_id, batch_id },
        new: count((index) => checks[index]!.change === 'new'),
        changed: closed.length,
        paid: written.filter(({ outcome }) => outcome === 'paid').length,
        returned: written.filter(({ outcome }) => outcome === 'returned').length,
      },
    })
  return checks.map(({ change }) => ({ change }))
}

async function insert(
  tx: Tx,
  { actor }: Context,
  file: { file_id: string; run_id: string },
  rows: (PaymentResult & { attempt: number })[],
): Promise<void> {
  await sql`
    insert into payment_results (file_id, run_id, person_id, organisation_id, attempt, outcome, reason_code, reason, amount_fen, bank_reference, settled_on, recorded_by)
    select ${file.file_id}::uuid, ${file.run_id}::uuid, made.person_id, made.organisation_id, r.attempt, r.outcome, r.reason_code, r.reason, r.amount_fen, r.bank_reference,
      r.settled_on, ${actor.account_id}::uuid
    from jsonb_to_recordset(${asJson(rows)}) as r (payee_id uuid, attempt int, outcome text, reason_code text, reason text, amount_fen int,
      bank_reference text, settled_on date)
      join payments made on made.run_id = ${file.run_id}::uuid and made.payee_id = r.payee_id and made.attempt = r.attempt`.execute(
    tx,
  )
}

function amountFaults({ amount_fen }: PaymentResult, due: number | undefined): Fault[] {
  if (due === undefined)
    return [
      faultAt(
        '/person_id',
        'payment_result.not_in_file',
        '这份发放文件中没有发给此人的款项，请核对是不是另一批次的回单。',
        'Nothing was to be paid to this person by the file: is it the answer to another run?',
      ),
    ]
  if (due === amount_fen) return []
  return [
    faultAt(
      '/amount_fen',
      'payment_result.amount',
      `银行回单金额 ${formatYuan(amount_fen)} 元与发放文件中的 ${formatYuan(due)} 元不一致，请与银行核对。`,
      `The bank says ${formatYuan(amount_fen)} yuan, the payment file ${formatYuan(due)}: ask the bank.`,
    ),
  ]
}

function paidAlready(): Fault {
  return faultAt(
    '/outcome',
    'payment_result.paid_already',
    '这笔津贴的另一次发放已登记成功入账，不能登记两次；如确已重复发放，请按追回办理。',
    'Another payment of this allowance is on record as paid. If it was paid twice, recover it.',
  )
}

function reissued(): Fault {
  return faultAt(
    '/outcome',
    'payment_result.reissued',
    '这笔退票已经补发，原来的回单不能再改；补发的结果请登记到补发的文件。',
    'This returned payment was issued again, so its answer stands: record the answer to the new payment with its own file.',
  )
}

function saidElsewhere(): Fault {
  return faultAt(
    '/bank_reference',
    'payment_result.other_batch',
    '同一人、同一日期、同一流水号的回单已登记在另一批次，请核对是不是传错了批次。',
    'An answer with the same person, day and reference is on record of another batch: is this file the answer to that one?',
  )
}
