/** Batches of payments: who is paid, how much and to which account, frozen when the batch is made; what came back is issued again. */
import { type RawBuilder, sql } from 'kysely'
import { recordHistory } from '../history/actions.ts'
import { asJson } from '../people/bulk.ts'
import type { Context } from '../platform/context.ts'
import { lockFacts, type Tx } from '../platform/database.ts'
import { refuse } from '../platform/errors.ts'
import { paymentsDue } from './payment-amounts.ts'
import { getPaymentBatch, type PaymentBatchRow } from './payment-queries.ts'
import type { ReturnReason } from './payment-result-rules.ts'
import { getRun, type RunRow } from './queries.ts'

/**
 * Every person and organisation that an approved run pays, whose account is known and who is in no batch yet, as a new batch; null where there is nobody,
 * but of the first batch, which a run has even when all of it waits. Two officers at once make one. Refuses `run.not_approved`.
 */
export async function makeBatch(
  tx: Tx,
  context: Context,
  run_id: string,
  budget_year: number | undefined,
): Promise<PaymentBatchRow | null> {
  const run = await lockApproved(tx, context, run_id)
  const { rows } = await sql<{ id: string }>`
    with fresh as (
      select row_number() over (order by due.organisation_name, p.name_pinyin, p.name, due.payee_id) as position, due.*,
        p.name, p.id_number_sealed, p.credit_code, p.bank_account_sealed, p.bank_account_masked
      from (${paymentsDue(run_id)}) due join payees p on p.id = due.payee_id
      where p.bank_account_sealed is not null
        and not exists (select from payments made where made.run_id = ${run_id}::uuid and made.payee_id = due.payee_id)
    ), last as (
      select coalesce(max(number), 0) as number from payment_batches where run_id = ${run_id}::uuid
    ), batch as (
      insert into payment_batches (run_id, number, kind, budget_year, payment_count, total_fen, sha256, made_by)
      select ${run_id}::uuid, last.number + 1, 'payment', ${budget_year ?? (await budgetYearOf(tx, run))}::int, count(fresh.payee_id), coalesce(sum(fresh.amount_fen), 0),
        ${digestOf(sql`fresh.payee_id, 0, fresh.amount_fen`, sql`fresh.position`)}, ${context.actor.account_id}::uuid
      from last left join fresh on true group by last.number having count(fresh.payee_id) > 0 or last.number = 0
      returning id
    ), made as (
      insert into payments (batch_id, position, run_id, person_id, organisation_id, attempt, amount_fen, months, organisation_name, name, id_number_sealed,
        credit_code, bank_account_sealed, account_masked)
      select batch.id, position, ${run_id}::uuid, person_id, organisation_id, 0, amount_fen, months, organisation_name, name, id_number_sealed, credit_code, bank_account_sealed,
        bank_account_masked
      from fresh, batch
    )
    select id from batch`.execute(tx)
  return rows[0] ? record(tx, context, rows[0].id) : null
}

/** Reasons after which another account is needed, or another name: the same would come back again. */
const ACCOUNT_AT_FAULT: ReturnReason[] = ['name_mismatch', 'closed', 'wrong_account']

export interface Returned {
  payee_id: string
  result_id: string
  attempt: number
  amount_fen: number
  reason_code: ReturnReason
  /** why it cannot be issued again yet; null: it can */
  obstacle: 'account_missing' | 'account_same' | null
}

/** The payments of a run that came back and were not issued again, and whether the account was corrected since. The run was found through a scope. */
export async function unscopedReturned(tx: Tx, { vault }: Context, run_id: string): Promise<Returned[]> {
  const { rows } = await sql<
    Omit<Returned, 'obstacle'> & { name: string; sent: string | null; name_now: string; account_now: string | null }
  >`
    select made.payee_id, r.id as result_id, made.attempt, made.amount_fen, r.reason_code, made.name, made.bank_account_sealed as sent,
      p.name as name_now, p.bank_account_sealed as account_now
    from payments made
      join payment_results r on r.run_id = made.run_id and r.payee_id = made.payee_id and r.attempt = made.attempt and r.known_to = 'infinity'
      join payees p on p.id = made.payee_id
    where made.run_id = ${run_id}::uuid and r.outcome = 'returned'
      and not exists (select from payments later where later.run_id = made.run_id and later.payee_id = made.payee_id and later.attempt > made.attempt)
    order by made.organisation_name, p.name_pinyin, p.name, made.payee_id`.execute(tx)
  return Promise.all(
    rows.map(async ({ name, sent, name_now, account_now, ...row }): Promise<Returned> => {
      if (account_now === null) return { ...row, obstacle: 'account_missing' }
      const changed = name !== name_now || sent === null || (await vault.open(sent)) !== (await vault.open(account_now))
      return { ...row, obstacle: changed || !ACCOUNT_AT_FAULT.includes(row.reason_code) ? null : 'account_same' }
    }),
  )
}

/**
 * A batch of the payments that came back and can be paid now: each quotes the bank's answer and goes, with the same amount, to the
 * account that is on record now. Refuses `run.not_approved`, `payment_batch.nothing_returned`, `payment_batch.not_corrected`.
 */
export async function reissuePayments(
  tx: Tx,
  context: Context,
  run_id: string,
  budget_year: number | undefined,
): Promise<PaymentBatchRow> {
  const run = await lockApproved(tx, context, run_id)
  const returned = await unscopedReturned(tx, context, run_id)
  if (returned.length === 0)
    refuse('conflict', 'payment_batch.nothing_returned', {
      zh: '本批次没有退票，或都已补发，不需要再次发放。',
      en: 'Nothing of this run came back, or all of it was issued again.',
    })
  const ready = returned.filter(({ obstacle }) => obstacle === null)
  if (ready.length === 0)
    refuse('conflict', 'payment_batch.not_corrected', {
      zh: `${returned.length} 笔退票的账号都还没有更正（户名不符、销户、账号错误的须更换账号）。请先由任职机构（收款机构的由其自己）更正，再补发。`,
      en: `None of the ${returned.length} returned payments has another account yet: whoever registered it must correct it first.`,
    })
  const { rows } = await sql<{ id: string }>`
    with again as (
      select row_number() over () as position, made.payee_id, made.person_id, made.organisation_id, r.result_id, made.attempt, made.amount_fen, made.months, made.organisation_name
      from jsonb_to_recordset(${asJson(ready)}) as r (payee_id uuid, result_id uuid, attempt int)
        join payments made on made.run_id = ${run_id}::uuid and made.payee_id = r.payee_id and made.attempt = r.attempt
    ), batch as (
      insert into payment_batches (run_id, number, kind, budget_year, payment_count, total_fen, sha256, made_by)
      select ${run_id}::uuid, (select max(number) from payment_batches where run_id = ${run_id}::uuid) + 1, 'reissue',
        ${budget_year ?? (await budgetYearOf(tx, run))}::int, count(*), sum(amount_fen),
        ${digestOf(sql`payee_id, attempt + 1, amount_fen`, sql`position`)}, ${context.actor.account_id}::uuid
      from again returning id
    ), made as (
      insert into payments (batch_id, position, run_id, person_id, organisation_id, attempt, amount_fen, months, organisation_name, name, id_number_sealed,
        credit_code, bank_account_sealed, account_masked, previous_attempt, returned_result_id)
      select batch.id, position, ${run_id}::uuid, again.person_id, again.organisation_id, again.attempt + 1, amount_fen, months, organisation_name, p.name,
        p.id_number_sealed, p.credit_code, p.bank_account_sealed, p.bank_account_masked, again.attempt, result_id
      from again join payees p on p.id = again.payee_id, batch
    )
    select id from batch`.execute(tx)
  return record(tx, context, rows[0]!.id)
}

/** SHA-256 over the payments of a batch, one a line by position: payee, attempt, fen. A row without a payee is none. */
function digestOf(columns: RawBuilder<unknown>, position: RawBuilder<unknown>) {
  return sql`encode(sha256(convert_to(coalesce(string_agg(concat_ws(' ', ${columns}), E'\\n' order by ${position})
    filter (where ${position} is not null), ''), 'UTF8')), 'hex')`
}

/** A run that is approved, held until the transaction ends: whoever makes a batch of it now is waited for. */
async function lockApproved(tx: Tx, context: Context, run_id: string): Promise<RunRow> {
  await lockFacts(tx)
  const run = await getRun(tx, context.scope, run_id)
  if (run.status !== 'approved')
    refuse('conflict', 'run.not_approved', {
      zh: '只有审批通过的批次才能生成发放文件，请先完成审批。',
      en: 'A payment file is made from an approved run; approve it first.',
    })
  await sql`select from allowance_runs where id = ${run_id}::uuid for update`.execute(tx)
  return run
}

/** The year that the run was held against, where nobody names another; of a run from before there were budgets that of its month. */
async function budgetYearOf(tx: Tx, { id, month }: RunRow): Promise<number> {
  const charge = await tx.selectFrom('budget_charges').select('budget_year').where('run_id', '=', id).executeTakeFirst()
  return charge?.budget_year ?? Number(month.slice(0, 4))
}

async function record(tx: Tx, context: Context, id: string): Promise<PaymentBatchRow> {
  const batch = await getPaymentBatch(tx, context.scope, id)
  const { run_id, number, kind, budget_year, payment_count, total_fen, sha256 } = batch
  await recordHistory(tx, context, {
    kind: 'payment_batch.made',
    subject_kind: 'payment_batch',
    subject_id: id,
    district_code: batch.district_code,
    changes: { run_id, number, kind, budget_year, payment_count, total_fen, sha256 },
  })
  return batch
}
