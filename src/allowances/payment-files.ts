/** Files of a payment batch: made in the format a bank reads, split as it wants them, with control totals; the bytes are kept as they were made. */
import { recordHistory } from '../history/actions.ts'
import { faultAt } from '../people/bulk.ts'
import { base64ToBytes, bytesToBase64, sha256Hex } from '../platform/bytes.ts'
import { localTime } from '../platform/calendar.ts'
import type { Context } from '../platform/context.ts'
import type { Tx } from '../platform/database.ts'
import { notFound, refuse, refuseFaults } from '../platform/errors.ts'
import { XLSX } from '../platform/workbook.ts'
import { type BankFormatRow, getBankFormat } from './bank-format-queries.ts'
import {
  BATCH,
  getPaymentFile,
  listBatchesOf,
  listFilesOfBatch,
  type PaymentBatchRow,
  type PaymentFileRow,
  unscopedPayments,
  unscopedRecoveries,
  unscopedWaiting,
} from './payment-queries.ts'
import { type Payment, sumOf, type ToWrite, writePayments } from './payment-writing.ts'
import { makeBatch, reissuePayments } from './payments.ts'

const MEDIA_TYPES: Record<string, string> = {
  xlsx: XLSX,
  csv: 'text/csv',
  txt: 'text/plain',
}

export interface Export {
  /** our own form as a workbook or as CSV, where no bank's format is named */
  format?: 'xlsx' | 'csv' | undefined
  bank_format?: string | undefined
  /** one made before, to be exported again */
  batch_id?: string | undefined
  budget_year?: number | undefined
  reason?: string | null | undefined
}

/**
 * Exports what an approved run has to pay: whoever can be paid and is in no batch yet, as a new one; otherwise the newest batch, or the
 * one that is named, again, which wants a reason. Answers the files. This is the one place where numbers of documents and accounts are
 * written in full. Refuses `run.not_approved`, `payment_file.empty`, as a fault `payment_file.reason_missing`, and what
 * {@link writePayments} refuses.
 */
export async function makePaymentFiles(
  tx: Tx,
  context: Context,
  run_id: string,
  input: Export,
): Promise<[PaymentFileRow, ...PaymentFileRow[]]> {
  const made = input.batch_id ? null : await makeBatch(tx, context, run_id, input.budget_year)
  const batch = made ?? (await earlier(tx, context, run_id, input.batch_id))
  return writeFiles(tx, context, batch, input)
}

/** Issues again what came back and was corrected, and exports it. Refuses what {@link reissuePayments} and {@link writePayments} refuse. */
export async function makeReissueFiles(
  tx: Tx,
  context: Context,
  run_id: string,
  input: Omit<Export, 'batch_id'>,
): Promise<[PaymentFileRow, ...PaymentFileRow[]]> {
  return writeFiles(tx, context, await reissuePayments(tx, context, run_id, input.budget_year), input)
}

async function earlier(
  tx: Tx,
  context: Context,
  run_id: string,
  batch_id: string | undefined,
): Promise<PaymentBatchRow> {
  const batches = await listBatchesOf(tx, context.scope, run_id)
  return batches.findLast(({ id }) => batch_id === undefined || id === batch_id) ?? notFound(BATCH)
}

async function writeFiles(
  tx: Tx,
  context: Context,
  batch: PaymentBatchRow,
  input: Export,
): Promise<[PaymentFileRow, ...PaymentFileRow[]]> {
  const before = (await listFilesOfBatch(tx, batch.id)).at(-1)
  const reason = input.reason?.trim() || null
  if (before && (reason ?? '').length < 2) refuseFaults([reasonMissing(before)])
  const form = await getBankFormat(tx, input.bank_format ?? `huyu-${input.format ?? 'xlsx'}`)
  const all = await toWrite(tx, context, batch, form)
  if (all.paid.length + all.recovered.length + all.held.length === 0)
    refuse('conflict', 'payment_file.empty', {
      zh: '本批次没有要发放或追回的金额，不需要发放文件。',
      en: 'Nothing is to be paid or recovered in this run; there is no file to make.',
    })
  const files = await writePayments(form, all)
  const rows = await Promise.all(
    files.map(async ({ bytes, paid }, at) => ({
      run_id: batch.run_id,
      batch_id: batch.id,
      export_number: (before?.export_number ?? 0) + 1,
      ...{ part: at + 1, parts: files.length },
      ...{ format: form.container, bank_format_id: form.id, reason },
      ...{ row_count: paid.length, total_fen: sumOf(paid) },
      ...{ recovery_count: all.recovered.length, recovery_fen: sumOf(all.recovered) },
      ...{ held_count: all.held.length, held_fen: sumOf(all.held) },
      sha256: await sha256Hex(bytes),
      content_sealed: await context.vault.seal(bytesToBase64(bytes)),
      made_by: context.actor.account_id,
    })),
  )
  const made = await tx.insertInto('payment_files').values(rows).returning(['id', 'part']).execute()
  await recordHistory(
    tx,
    context,
    ...rows.map(({ content_sealed: _, made_by: __, ...changes }) => ({
      kind: 'payment_file.made',
      subject_kind: 'payment_file',
      subject_id: made.find(({ part }) => part === changes.part)!.id,
      district_code: batch.district_code,
      reason,
      changes,
    })),
  )
  const [first, ...others] = (await listFilesOfBatch(tx, batch.id)).filter(({ id }) =>
    made.some((file) => file.id === id),
  )
  return [first!, ...others]
}

function reasonMissing({ export_number, made_by, made_at }: PaymentFileRow) {
  return faultAt(
    '/reason',
    'payment_file.reason_missing',
    `这一批款项已于 ${localTime(made_at)} 由 ${made_by} 导出（第 ${export_number} 次），再次导出请写明原因，并确认银行没有重复发放。`,
    `${made_by} exported these payments on ${localTime(made_at)} (export ${export_number}): say why once more, and make sure the bank does not pay twice.`,
  )
}

async function toWrite(tx: Tx, context: Context, batch: PaymentBatchRow, form: BankFormatRow): Promise<ToWrite> {
  // a bank reads nothing but payments; what comes back and what waits is said once, with the run's first batch
  const lists = form.with_totals && batch.number === 1
  const open = async (sealed: string | null) => (sealed === null ? '' : context.vault.open(sealed))
  return {
    paid: await Promise.all(
      (await unscopedPayments(tx, batch.id)).map(
        async ({ id_number_sealed, credit_code, bank_account_sealed, ...row }): Promise<Payment> => ({
          ...row,
          id_number: credit_code ?? (await open(id_number_sealed)),
          bank_account: await open(bank_account_sealed),
        }),
      ),
    ),
    recovered: await Promise.all(
      (lists ? await unscopedRecoveries(tx, batch.run_id) : []).map(
        async ({ id_number_sealed, credit_code, ...row }) => ({
          ...row,
          id_number: credit_code ?? (await open(id_number_sealed)),
          bank_account: null,
        }),
      ),
    ),
    held: await Promise.all(
      (lists ? await unscopedWaiting(tx, batch.run_id) : []).map(
        async ({ id_number_sealed, credit_code, has_account, ...row }) => ({
          ...row,
          id_number: credit_code ?? (await open(id_number_sealed)),
          bank_account: null,
          why: has_account ? '账号已补登，另行发放' : '未登记银行账号，请机构补登后另行发放',
        }),
      ),
    ),
    batch: `${batch.scheme_name} ${batch.month} ${batch.district_name} 第 ${batch.number} 批`,
    batch_number: batchNumber(batch),
    lines_sha256: batch.lines_sha256,
  }
}

/** What a bank may print beside a payment and say again in its answer: `330106-2026-10-1-0a1b2c3d`. */
export function batchNumber({
  district_code,
  month,
  number,
  id,
}: Pick<PaymentBatchRow, 'district_code' | 'month' | 'number' | 'id'>): string {
  return `${district_code}-${month}-${number}-${id.slice(-8)}`
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
    changes: { run_id: file.run_id, batch_id: file.batch_id, sha256: file.sha256 },
  })
  const part = file.parts > 1 ? `-${file.part}of${file.parts}` : ''
  return {
    bytes,
    filename: `payment-${file.district_code}-${file.month}-${file.sha256.slice(0, 8)}${part}.${file.format}`,
    type: MEDIA_TYPES[file.format]!,
  }
}
