/** Payment files of an approved run: who is paid, from whom money comes back, who must wait and why; the bytes are kept as they were made. */
import { recordHistory } from '../history/actions.ts'
import { base64ToBytes, bytesToBase64, sha256Hex } from '../platform/bytes.ts'
import type { Context } from '../platform/context.ts'
import type { Tx } from '../platform/database.ts'
import { refuse } from '../platform/errors.ts'
import { capitalYuan, plainYuan } from '../platform/money.ts'
import { type Column, type SheetToWrite, type Value, writeCsv, writeWorkbook, XLSX } from '../platform/workbook.ts'
import { getPaymentFile, listPaymentFiles, type PaymentFileRow, unscopedPaymentRows } from './payment-queries.ts'
import { getRun, type RunRow } from './queries.ts'

const MEDIA_TYPES: Record<string, string> = {
  xlsx: XLSX,
  csv: 'text/csv; charset=UTF-8',
}

export interface Payment {
  name: string
  id_number: string
  /** null: nobody knows where the money should go, so it is held */
  bank_account: string | null
  /** negative: to be recovered */
  amount_fen: number
  month: string
  organisation_name: string | null
}

/**
 * Makes the file of an approved run and records its control totals and digest. This is the one place where numbers of documents and
 * accounts are written in full. Refuses `run.not_approved`, `payment_file.empty`.
 */
export async function makePaymentFile(
  tx: Tx,
  context: Context,
  run_id: string,
  format: 'xlsx' | 'csv',
): Promise<PaymentFileRow> {
  const run = await getRun(tx, context.scope, run_id)
  if (run.status !== 'approved')
    refuse('conflict', 'run.not_approved', {
      zh: '只有审批通过的批次才能生成发放文件，请先完成审批。',
      en: 'A payment file is made from an approved run; approve it first.',
    })
  const payments = await openRows(tx, context, run_id)
  if (payments.length === 0)
    refuse('conflict', 'payment_file.empty', {
      zh: '本批次没有要发放或追回的金额，不需要发放文件。',
      en: 'Nothing is to be paid or recovered in this run; there is no file to make.',
    })
  const parts = divide(payments)
  const bytes = format === 'xlsx' ? await paymentWorkbook(parts, run) : paymentCsv(parts, run)
  const totals = {
    ...{ row_count: parts.paid.length, total_fen: sum(parts.paid) },
    ...{ recovery_count: parts.recovered.length, recovery_fen: sum(parts.recovered) },
    ...{ held_count: parts.held.length, held_fen: sum(parts.held) },
  }
  const sha256 = await sha256Hex(bytes)
  const content_sealed = await context.vault.seal(bytesToBase64(bytes))
  const { id } = await tx
    .insertInto('payment_files')
    .values({ run_id, format, ...totals, sha256, content_sealed, made_by: context.actor.account_id })
    .returning('id')
    .executeTakeFirstOrThrow()
  await recordHistory(tx, context, {
    kind: 'payment_file.made',
    subject_kind: 'payment_file',
    subject_id: id,
    district_code: run.district_code,
    changes: { run_id, format, ...totals, sha256 },
  })
  return (await listPaymentFiles(tx, run_id)).find((file) => file.id === id)!
}

/** The same bytes again; that they were taken is recorded. */
export async function takePaymentFile(
  tx: Tx,
  context: Context,
  id: string,
): Promise<{ bytes: Uint8Array<ArrayBuffer>; filename: string; type: string }> {
  const file = await getPaymentFile(tx, context.scope, id)
  const bytes = base64ToBytes(await context.vault.open(file.content_sealed))
  await recordHistory(tx, context, {
    kind: 'payment_file.downloaded',
    subject_kind: 'payment_file',
    subject_id: id,
    district_code: file.district_code,
    changes: { run_id: file.run_id, sha256: file.sha256 },
  })
  return {
    bytes,
    filename: `payment-${file.district_code}-${file.month}-${file.sha256.slice(0, 8)}.${file.format}`,
    type: MEDIA_TYPES[file.format]!,
  }
}

async function openRows(tx: Tx, { vault }: Context, run_id: string): Promise<Payment[]> {
  const rows = await unscopedPaymentRows(tx, run_id)
  return Promise.all(
    rows.map(async ({ id_number_sealed, bank_account_sealed, ...row }) => ({
      ...row,
      // of somebody who was erased nothing is left to print
      id_number: id_number_sealed === null ? '' : await vault.open(id_number_sealed),
      bank_account: bank_account_sealed && (await vault.open(bank_account_sealed)),
    })),
  )
}

interface Parts {
  paid: Payment[]
  recovered: Payment[]
  held: Payment[]
}

/** What people get, net of what was settled otherwise; what is to be recovered has its own list and control total. */
function divide(payments: Payment[]): Parts {
  return {
    paid: payments.filter(({ amount_fen, bank_account }) => amount_fen > 0 && bank_account !== null),
    recovered: payments.filter(({ amount_fen }) => amount_fen < 0),
    held: payments.filter(({ amount_fen, bank_account }) => amount_fen > 0 && bank_account === null),
  }
}

function sum(payments: Payment[]): number {
  return payments.reduce((total, { amount_fen }) => total + amount_fen, 0)
}

const HEADER = ['序号', '姓名', '证件号码', '银行账号', '金额', '津贴月份', '机构']
const HELD = '未登记银行账号，请机构补登后另行发放'

function paymentWorkbook(parts: Parts, run: RunRow): Promise<Uint8Array> {
  const columns = (third: string): Column[] =>
    HEADER.map((header, at) => ({
      header: at === 3 ? third : header,
      format: at === 0 ? 'number' : at === 4 ? 'yuan' : 'text',
      width: [8, 14, 24, at === 3 && third !== HEADER[3] ? 42 : 26, 16, 12, 32][at]!,
    }))
  const sheet = (name: string, payments: Payment[], fourth = HEADER[3]!): SheetToWrite => ({
    name,
    columns: columns(fourth),
    rows: [...payments.map((payment, at) => cells(payment, at, (fen) => fen)), ...footer(payments, run, (fen) => fen)],
  })
  return writeWorkbook([
    sheet('发放', parts.paid),
    sheet('追回', parts.recovered),
    sheet('暂缓', parts.held, '暂缓原因'),
  ])
}

function paymentCsv(parts: Parts, run: RunRow): Uint8Array {
  const section = (name: string, payments: Payment[], fourth = HEADER[3]!): Value[][] =>
    payments.length === 0
      ? []
      : [
          [],
          [name],
          HEADER.with(3, fourth),
          ...payments.map((payment, at) => cells(payment, at, plainYuan)),
          ...footer(payments, run, plainYuan),
        ]
  const paid = [
    ...parts.paid.map((payment, at) => cells(payment, at, plainYuan)),
    ...footer(parts.paid, run, plainYuan),
  ]
  return writeCsv(HEADER, [...paid, ...section('追回', parts.recovered), ...section('暂缓', parts.held, '暂缓原因')])
}

function cells(payment: Payment, at: number, amount: (fen: number) => Value): Value[] {
  const account = payment.amount_fen > 0 && payment.bank_account === null ? HELD : payment.bank_account
  return [
    at + 1,
    payment.name,
    payment.id_number,
    account,
    amount(payment.amount_fen),
    payment.month,
    payment.organisation_name,
  ]
}

/** Control totals: rows, sum, the sum in capitals; and which run they belong to. */
function footer(payments: Payment[], run: RunRow, amount: (fen: number) => Value): Value[][] {
  const total = sum(payments)
  return [
    [null, '合计', `${payments.length} 笔`, null, amount(total), null, null],
    [null, '人民币大写', `${total < 0 ? '负' : ''}${capitalYuan(Math.abs(total))}`, null, null, null, null],
    [null, '批次', `${run.scheme_name} ${run.month} ${run.district_name}`, null, null, null, run.lines_sha256],
  ]
}
