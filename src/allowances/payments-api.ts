/** JSON routes of payment batches, their files, their reconciliation, and the formats of banks. */
import { z } from 'zod'
import { read, write } from '../access/route.ts'
import { idShape } from '../organisations/shapes.ts'
import { listOf } from '../people/shapes.ts'
import type { App } from '../platform/http.ts'
import { capitalYuan } from '../platform/money.ts'
import { pageShape } from '../platform/paging.ts'
import { XLSX } from '../platform/workbook.ts'
import { listBankFormats } from './bank-format-queries.ts'
import { bankFormatShape, newBankFormatShape } from './bank-format-shapes.ts'
import { recordBankFormat } from './bank-formats.ts'
import { batchNumber, makePaymentFiles, makeReissueFiles, takePaymentFile } from './payment-files.ts'
import {
  getPaymentBatch,
  listFilesOfBatch,
  listPaymentBatches,
  listPayments,
  type PaymentFileRow,
} from './payment-queries.ts'
import * as shapes from './payment-shapes.ts'
import { listReconciliation } from './reconciliation-queries.ts'
import { groupRows, sumRows } from './reconciliation-rules.ts'
import { reconciliationWorkbook } from './reconciliation-workbook.ts'

const tag = 'allowances'
const params = idShape

export function paymentsApi(app: App): void {
  files(app)
  batches(app)
  formats(app)
}

const withOthers = ([first, ...others]: [PaymentFileRow, ...PaymentFileRow[]]) => ({
  ...first,
  other_parts: others.map(({ id }) => id),
})

function files(app: App): void {
  write(
    app,
    {
      ...{ method: 'post', permission: 'payment.make', tag, path: '/allowance-runs/{id}/payment-file' },
      name: 'makePaymentFile',
      summary: '生成发放文件 Export what an approved run has to pay; again only with a reason',
      params,
      body: shapes.newPaymentFileShape,
      answer: shapes.madeFilesShape,
      key: 'required',
    },
    async ({ tx, context, params, body }) => withOthers(await makePaymentFiles(tx, context, params.id, body)),
  )
  write(
    app,
    {
      ...{ method: 'post', permission: 'payment.make', tag, path: '/allowance-runs/{id}/reissue' },
      name: 'reissuePayments',
      summary: '退票补发 Issue again what came back and was corrected',
      params,
      body: shapes.newReissueShape,
      answer: shapes.madeFilesShape,
      key: 'required',
    },
    async ({ tx, context, params, body }) => withOthers(await makeReissueFiles(tx, context, params.id, body)),
  )
  read(
    app,
    {
      ...{ permission: 'payment.make', tag, path: '/payment-files/{id}', name: 'downloadPaymentFile' },
      summary: '下载发放文件 Download a payment file, the same bytes every time',
      params,
      produces: 'application/octet-stream',
    },
    async ({ db, context, params }) => {
      const { bytes, filename, type } = await db.transaction().execute((tx) => takePaymentFile(tx, context, params.id))
      return new Response(bytes, {
        headers: {
          'Content-Type': type,
          'Content-Disposition': `attachment; filename="${filename}"`,
          'Cache-Control': 'no-store',
        },
      })
    },
  )
}

function batches(app: App): void {
  read(
    app,
    {
      ...{ permission: 'run.read', tag, path: '/payment-batches', name: 'listPaymentBatches' },
      summary: '发放批次 Payment batches, the newest first',
      query: shapes.batchFilterShape,
      answer: listOf(shapes.paymentBatchShape),
    },
    ({ db, context, query }) => listPaymentBatches(db, context.scope, query),
  )
  read(
    app,
    {
      ...{ permission: 'run.read', tag, path: '/payment-batches/{id}', name: 'getPaymentBatch' },
      summary: '发放批次 A batch with its exports: who, when, why',
      params,
      answer: shapes.paymentBatchDetailShape,
    },
    async ({ db, context, params }) => {
      const batch = await getPaymentBatch(db, context.scope, params.id)
      const files = await listFilesOfBatch(db, batch.id)
      return {
        ...batch,
        batch_number: batchNumber(batch),
        total_in_capitals: capitalYuan(batch.total_fen),
        files: files.map((file) => ({ ...file, total_in_capitals: capitalYuan(file.total_fen) })),
      }
    },
  )
  read(
    app,
    {
      ...{ permission: 'run.read', tag, path: '/payment-batches/{id}/payments', name: 'listPayments' },
      summary: '发放明细 The payments of a batch and what became of them',
      params,
      query: pageShape.extend({ outcome: shapes.paymentShape.shape.outcome.optional() }),
      answer: listOf(shapes.paymentShape),
    },
    async ({ db, context, params, query }) =>
      listPayments(db, (await getPaymentBatch(db, context.scope, params.id)).id, query),
  )
  read(
    app,
    {
      ...{ permission: 'run.read', tag, path: '/payment-reconciliation', name: 'reconcilePayments' },
      summary: '发放对账 Ledger = exported = paid + returned + open, to the fen (JSON; XLSX by Accept)',
      query: shapes.reconciliationFilterShape,
      answer: shapes.reconciliationShape,
    },
    async ({ c, db, context, query }) => {
      const rows = await listReconciliation(db, context.scope, query)
      if (c.req.header('accept')?.includes(XLSX)) return reconciliationWorkbook(rows, c.get('lang'))
      return { items: groupRows(rows, query.by), totals: sumRows(rows) }
    },
  )
}

function formats(app: App): void {
  read(
    app,
    {
      ...{ permission: 'bank_format.read', tag, path: '/bank-formats', name: 'listBankFormats' },
      summary: '银行文件格式 The formats of banks, the version in force of each',
      answer: z.object({ items: z.array(bankFormatShape) }),
    },
    async ({ db }) => ({ items: await listBankFormats(db) }),
  )
  write(
    app,
    {
      ...{ method: 'post', permission: 'bank_format.write', tag, path: '/bank-formats' },
      name: 'recordBankFormat',
      summary: '登记银行文件格式 Record what a bank wants, by its document; the same code makes a new version',
      body: newBankFormatShape,
      answer: bankFormatShape,
      status: 201,
    },
    ({ tx, context, body }) => recordBankFormat(tx, context, body),
  )
}
