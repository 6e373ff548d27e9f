/** Pages of payments: exporting a run's, issuing again what came back, one batch, the reconciliation, the formats of banks. */
import { z } from 'zod'
import { BankFormats } from '../../templates/allowances/bank-formats.tsx'
import { PaymentBatch } from '../../templates/allowances/payment-batch.tsx'
import { PaymentExport } from '../../templates/allowances/payment-export.tsx'
import { Reconciliation } from '../../templates/allowances/reconciliation.tsx'
import { filled } from '../access/form-fields.ts'
import { faultsFor, form, formPage, frameOf, type PageCall, page, type Retry } from '../access/pages.ts'
import { may } from '../access/rules.ts'
import { localTime } from '../platform/calendar.ts'
import { inLanguage } from '../platform/errors.ts'
import type { App } from '../platform/http.ts'
import { capitalYuan, formatYuan } from '../platform/money.ts'
import { listBankFormats } from './bank-format-queries.ts'
import { newBankFormatShape } from './bank-format-shapes.ts'
import { recordBankFormat } from './bank-formats.ts'
import { makePaymentFiles, makeReissueFiles, takePaymentFile } from './payment-files.ts'
import {
  getPaymentBatch,
  listBatchesOf,
  listFilesOfBatch,
  listPayments,
  type PaymentFileRow,
  type PaymentState,
  unscopedWaiting,
} from './payment-queries.ts'
import { newPaymentFileShape, newReissueShape, reconciliationFilterShape } from './payment-shapes.ts'
import { unscopedReturned } from './payments.ts'
import { getRun } from './queries.ts'
import { listReconciliation } from './reconciliation-queries.ts'
import { DIMENSIONS, type Dimension, groupRows, sumRows } from './reconciliation-rules.ts'
import { reconciliationWorkbook } from './reconciliation-workbook.ts'

const RUN = '/console/runs/:id'
const PAYMENTS = { zh: '发放对账', en: 'Payments' }
const FORMATS = { zh: '银行文件格式', en: 'Bank formats' }
const STATES: Record<PaymentState, { zh: string; en: string }> = {
  paid: { zh: '成功', en: 'Paid' },
  returned: { zh: '退票', en: 'Returned' },
  reissued: { zh: '退票已补发', en: 'Issued again' },
  open: { zh: '未回单', en: 'No answer' },
}
const asked = filled('budget_year')

export function paymentsConsole(app: App): void {
  formPage(
    app,
    `${RUN}/payment-file`,
    'payment.make',
    z.preprocess(asked, newPaymentFileShape),
    async ({ tx, context, params, input }) => made(await makePaymentFiles(tx, context, params.id!, input)),
    (call, retry) => exportPage(call, 'payment-file', retry),
  )
  formPage(
    app,
    `${RUN}/reissue`,
    'payment.make',
    z.preprocess(asked, newReissueShape),
    async ({ tx, context, params, input }) => made(await makeReissueFiles(tx, context, params.id!, input)),
    (call, retry) => exportPage(call, 'reissue', retry),
  )
  page(app, '/console/payment-files/:id', 'payment.make', async ({ db, context, params }) => {
    const { bytes, filename, type } = await db.transaction().execute((tx) => takePaymentFile(tx, context, params.id!))
    return new Response(bytes, {
      headers: { 'Content-Type': type, 'Content-Disposition': `attachment; filename="${filename}"` },
    })
  })
  page(app, '/console/payment-batches/:id', 'run.read', showBatch)
  page(app, '/console/payments', 'run.read', showReconciliation)
  page(app, '/console/payments.xlsx', 'run.read', async ({ c, db, context, query }) =>
    reconciliationWorkbook(await listReconciliation(db, context.scope, reconciled(query)), c.get('lang')),
  )
  page(app, '/console/bank-formats', 'bank_format.read', (call) => showFormats(call))
  form(
    app,
    '/console/bank-formats',
    'bank_format.write',
    z.preprocess(toFormat, newBankFormatShape),
    async ({ tx, context, input }) => {
      const { name, number } = await recordBankFormat(tx, context, input)
      return {
        to: '/console/bank-formats',
        flash: { zh: `“${name}”第 ${number} 版已登记。`, en: `“${name}”, version ${number}, is recorded.` },
      }
    },
    (call) => showFormats(call, call),
  )
}

function made(files: [PaymentFileRow, ...PaymentFileRow[]]) {
  const [{ batch_id }] = files
  const rows = files.reduce((total, { row_count }) => total + row_count, 0)
  const fen = files.reduce((total, { total_fen }) => total + total_fen, 0)
  return {
    to: `/console/payment-batches/${batch_id}`,
    flash: {
      zh: `发放文件已生成：${files.length} 个文件，${rows} 笔，¥${formatYuan(fen)}。`,
      en: `Made: ${files.length} files, ${rows} rows, ¥${formatYuan(fen)}.`,
    },
  }
}

async function exportPage(
  { c, db, context, params, query }: PageCall,
  step: 'payment-file' | 'reissue',
  retry?: Retry,
) {
  const lang = c.get('lang')
  const run = await getRun(db, context.scope, params.id!)
  const batches = await listBatchesOf(db, context.scope, run.id)
  const waiting = await unscopedWaiting(db, run.id)
  const fresh = waiting.filter(({ has_account }) => has_account)
  const returned =
    step === 'reissue' ? await db.transaction().execute((tx) => unscopedReturned(tx, context, run.id)) : []
  const ready = returned.filter(({ obstacle }) => obstacle === null)
  const chosen = batches.find(({ id }) => id === (retry?.values.batch_id ?? query.batch))
  const again = step === 'payment-file' ? (chosen ?? (fresh.length === 0 ? batches.at(-1) : undefined)) : undefined
  const last = again && (await listFilesOfBatch(db, again.id)).at(-1)
  const sum = (rows: { amount_fen: number }[]) => rows.reduce((total, { amount_fen }) => total + amount_fen, 0)
  const paid = step === 'reissue' ? ready : fresh
  return (
    <PaymentExport
      frame={frameOf(c, `${run.month} ${run.district_name}`)}
      step={step}
      run={run}
      count={again ? again.payment_count : paid.length}
      total_fen={again ? again.total_fen : sum(paid)}
      total_in_capitals={capitalYuan(again ? again.total_fen : sum(paid))}
      waiting={waiting.length - fresh.length}
      blocked={returned.length - ready.length}
      before={last && again ? { number: again.number, by: last.made_by, at: localTime(last.made_at) } : null}
      batch_id={again?.id ?? null}
      formats={(await listBankFormats(db)).map(({ code, name, confidence }) => ({
        value: code,
        label: confidence === 'seen' ? `${name}${lang === 'en' ? ' (not confirmed)' : '（未经银行确认）'}` : name,
      }))}
      year={Number(run.month.slice(0, 4))}
      values={retry?.values ?? {}}
      errors={faultsFor(c, retry?.refusal)}
    />
  )
}

async function showBatch({ c, db, context, params, query }: PageCall) {
  const lang = c.get('lang')
  const batch = await getPaymentBatch(db, context.scope, params.id!)
  const files = await listFilesOfBatch(db, batch.id)
  const outcome = query.outcome && query.outcome in STATES ? (query.outcome as PaymentState) : undefined
  const payments = await listPayments(db, batch.id, { limit: 50, cursor: query.cursor, outcome })
  const rows = await listReconciliation(db, context.scope, { run_id: batch.run_id })
  const [group] = groupRows(
    rows.filter(({ batch_id }) => batch_id === batch.id),
    'batch',
    lang,
  )
  const role = context.actor.role
  const address = (part: Record<string, string>) => `/console/payment-batches/${batch.id}?${new URLSearchParams(part)}`
  const shown: Record<string, string> = outcome ? { outcome } : {}
  return (
    <PaymentBatch
      frame={frameOf(c, `${batch.month} ${batch.district_name}`)}
      batch={{ ...batch, made_at: localTime(batch.made_at), total_in_capitals: capitalYuan(batch.total_fen) }}
      files={files.map(fileItem)}
      sums={group ?? null}
      tabs={[undefined, ...(Object.keys(STATES) as PaymentState[])].map((state) => ({
        label: state ? inLanguage(lang, STATES[state]) : lang === 'en' ? 'All' : '全部',
        href: state ? address({ outcome: state }) : address({}),
        current: state === outcome,
      }))}
      payments={payments.items.map((payment) => ({ ...payment, state: inLanguage(lang, STATES[payment.outcome]) }))}
      next={payments.next_cursor && address({ ...shown, cursor: payments.next_cursor })}
      first={query.cursor ? address(shown) : null}
      may_export={may(role, 'payment.make')}
      import_href={
        may(role, 'payment.record') && files.length > 0
          ? `/console/imports/new?kind=payment-results&subject=${files.at(-1)!.id}`
          : null
      }
    />
  )
}

/** A file as pages list it. */
export function fileItem(file: PaymentFileRow) {
  return { ...file, total_in_capitals: capitalYuan(file.total_fen), at: localTime(file.made_at) }
}

function reconciled(query: Record<string, string>) {
  return reconciliationFilterShape.safeParse(filled()(query)).data ?? reconciliationFilterShape.parse({})
}

async function showReconciliation({ c, db, context, query }: PageCall) {
  const lang = c.get('lang')
  const filter = reconciled(query)
  const rows = await listReconciliation(db, context.scope, filter)
  const shown: Record<string, string> = {
    ...(filter.month ? { month: filter.month } : {}),
    ...(filter.budget_year ? { budget_year: String(filter.budget_year) } : {}),
  }
  return (
    <Reconciliation
      frame={frameOf(c, inLanguage(lang, PAYMENTS))}
      filter={{ by: filter.by, month: filter.month ?? '', budget_year: shown.budget_year ?? '' }}
      tabs={(Object.keys(DIMENSIONS) as Dimension[]).map((by) => ({
        label: inLanguage(lang, DIMENSIONS[by]),
        href: `/console/payments?${new URLSearchParams({ ...shown, by })}`,
        current: by === filter.by,
      }))}
      items={groupRows(rows, filter.by, lang)}
      totals={sumRows(rows)}
      download={`/console/payments.xlsx?${new URLSearchParams(shown)}`}
    />
  )
}

/** Boxes and numbers of the form as the API's body has them; a column is a line: `account=账号`, `fixed=币种=CNY`. */
function toFormat(sent: unknown): unknown {
  const { columns, header, separator_at_end, no_spaces, separator, ...rest } = filled('min_rows', 'max_rows')(sent)
  return {
    ...rest,
    header: header === 'true',
    separator_at_end: separator_at_end === 'true',
    spaces_in_name: no_spaces !== 'true',
    ...(separator ? { separator: separator === '\\t' ? '\t' : separator } : {}),
    columns: String(columns ?? '')
      .split(/\r?\n/)
      .filter((line) => line.trim() !== '')
      .map((line) => {
        const [key = '', header = '', value] = line.split('=').map((part) => part.trim())
        return { key, header, ...(value === undefined ? {} : { value }) }
      }),
  }
}

async function showFormats({ c, db, context }: PageCall, retry?: Retry) {
  return (
    <BankFormats
      frame={frameOf(c, inLanguage(c.get('lang'), FORMATS))}
      items={await listBankFormats(db)}
      may_write={may(context.actor.role, 'bank_format.write')}
      values={retry?.values ?? {}}
      errors={faultsFor(c, retry?.refusal).map(({ pointer, message }) => ({
        pointer: pointer.replace(/^\/columns\/(\d+).*/, '/columns'),
        message: /^\/columns\/\d+/.test(pointer)
          ? `${c.get('lang') === 'en' ? `Line ${Number(/\d+/.exec(pointer)) + 1}: ` : `第 ${Number(/\d+/.exec(pointer)) + 1} 行：`}${message}`
          : message,
      }))}
    />
  )
}
