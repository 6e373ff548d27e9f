/** What comes in and goes out about payment batches, their files and their reconciliation. */
import { z } from 'zod'
import { monthShape } from '../people/fact-shapes.ts'
import { oneOf } from '../people/shapes.ts'
import { pageShape } from '../platform/paging.ts'
import { DIMENSIONS } from './reconciliation-rules.ts'

const fen = z.number().int()
const count = z.number().int()
const code = z.string().regex(/^[a-z][a-z0-9-]{1,39}$/)
const year = z.number().int().min(2000).max(2999)

const reissue = z.strictObject({
  format: z
    .enum(['xlsx', 'csv'])
    .optional()
    .meta({ description: '通用清单；不填为 Excel our own form, a workbook when left out' }),
  bank_format: code.optional().meta({ description: '银行文件格式的代码 the code of a bank format' }),
  budget_year: year.optional().meta({
    description: '由哪一年的预算支付，缺省为津贴月份的年份 whose budget pays it; the year of the month when left out',
  }),
  reason: z.string().trim().max(500).nullish(),
})
export const newReissueShape = reissue.meta({ id: 'NewReissue', example: { format: 'xlsx' } })
export const newPaymentFileShape = reissue
  .extend({
    batch_id: z
      .uuid()
      .toLowerCase()
      .optional()
      .meta({ description: '再次导出某一批，须写明原因 a batch made before, to be exported again with a reason' }),
  })
  .meta({ id: 'NewPaymentFile', example: { format: 'xlsx' } })

export const paymentFileShape = z
  .object({
    id: z.uuid(),
    run_id: z.uuid(),
    batch_id: z.uuid(),
    batch_number: count,
    export_number: count,
    part: count,
    parts: count,
    format: z.string(),
    bank_format: z.string().nullable(),
    bank_format_name: z.string().nullable(),
    row_count: count,
    total_fen: fen,
    recovery_count: count,
    recovery_fen: fen,
    held_count: count,
    held_fen: fen,
    sha256: z.string(),
    reason: z.string().nullable(),
    made_by: z.string(),
    made_at: z.date(),
  })
  .meta({ id: 'PaymentFile' })
export const madeFilesShape = paymentFileShape
  .extend({ other_parts: z.array(z.uuid()).meta({ description: '拆分出的其他文件 the files after the first' }) })
  .meta({ id: 'MadePaymentFiles' })

export const paymentBatchShape = z
  .object({
    id: z.uuid(),
    run_id: z.uuid(),
    number: count,
    kind: z.enum(['payment', 'reissue']),
    scheme_code: z.string(),
    scheme_name: z.string(),
    month: z.string(),
    district_code: z.string(),
    district_name: z.string(),
    budget_year: count,
    payment_count: count,
    total_fen: fen,
    sha256: z
      .string()
      .meta({ description: '各笔“收款人 次数 金额”逐行的摘要 over its payments, one a line: payee, attempt, fen' }),
    export_count: count.nullable(),
    made_by: z.string().nullable(),
    made_at: z.date(),
  })
  .meta({ id: 'PaymentBatch' })
export const paymentBatchDetailShape = paymentBatchShape
  .extend({
    batch_number: z.string(),
    total_in_capitals: z.string(),
    files: z.array(paymentFileShape.extend({ total_in_capitals: z.string() })),
  })
  .meta({ id: 'PaymentBatchDetail' })
export const batchFilterShape = pageShape.extend({
  month: monthShape.optional(),
  budget_year: z.coerce.number().int().optional(),
})

export const paymentShape = z
  .object({
    position: count,
    person_id: z.uuid().nullable(),
    organisation_id: z.uuid().nullable().meta({ description: '收款的机构 the organisation that is paid' }),
    person_name: z.string().meta({ description: '收款人，或收款机构的名称 the payee, a person or an organisation' }),
    id_number_masked: z.string().nullable(),
    bank_account_masked: z.string().nullable(),
    months: z.string(),
    organisation_name: z.string().nullable(),
    amount_fen: fen,
    attempt: count,
    outcome: z.enum(['open', 'paid', 'returned', 'reissued']),
  })
  .meta({ id: 'Payment' })

export const reconciliationFilterShape = z.object({
  by: oneOf(DIMENSIONS).default('batch'),
  budget_year: z.coerce.number().int().optional(),
  month: monthShape.optional(),
  scheme_code: code.optional(),
  district_code: z
    .string()
    .regex(/^\d{6}$/)
    .optional(),
})
const sumsShape = z.object({
  ledger_fen: fen,
  waiting_fen: fen,
  again_fen: fen,
  exported_fen: fen,
  paid_fen: fen,
  returned_fen: fen,
  reissued_fen: fen,
  open_fen: fen,
  difference_fen: fen,
})
export const reconciliationShape = z
  .object({
    items: z.array(
      sumsShape.extend({
        key: z.string(),
        name: z.string(),
        run_id: z.uuid().nullable(),
        batch_id: z.uuid().nullable(),
        file_fen: fen.nullable(),
      }),
    ),
    totals: sumsShape,
  })
  .meta({ id: 'PaymentReconciliation' })
