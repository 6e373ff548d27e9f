/** JSON routes of what the bank answered to the payment files of a run. */
import { z } from 'zod'
import { read, write } from '../access/route.ts'
import { idShape } from '../organisations/shapes.ts'
import { changeShape, listOf, oneOf } from '../people/shapes.ts'
import { localDateShape } from '../platform/date-shape.ts'
import type { App } from '../platform/http.ts'
import { pageShape } from '../platform/paging.ts'
import { listPaymentResults, newestPaymentFile, unscopedPaymentSummary } from './payment-result-queries.ts'
import { PAYMENT_OUTCOMES, RETURN_REASONS } from './payment-result-rules.ts'
import { recordPaymentResults } from './payment-results.ts'

const tag = 'allowances'
const fen = z.number().int()

const result = z.strictObject({
  person_id: z.uuid().toLowerCase().optional(),
  organisation_id: z
    .uuid()
    .toLowerCase()
    .optional()
    .meta({ description: '收款的是机构时填写，代替 person_id of an organisation that is paid, instead of person_id' }),
  outcome: oneOf(PAYMENT_OUTCOMES),
  reason_code: oneOf(RETURN_REASONS)
    .nullish()
    .transform((code) => code ?? null),
  reason: z
    .string()
    .trim()
    .max(500)
    .nullish()
    .transform((text) => text || null),
  amount_fen: z.number().int().min(1).max(2_000_000_000),
  bank_reference: z
    .string()
    .trim()
    .max(100)
    .nullish()
    .transform((text) => text || null),
  settled_on: localDateShape,
})
const payee = result.refine(
  ({ person_id, organisation_id }) => (person_id === undefined) !== (organisation_id === undefined),
  {
    path: ['person_id'],
    error: '人员和机构填且只填一个 either a person or an organisation',
  },
)
const newResults = z
  .strictObject({
    file_id: z
      .uuid()
      .toLowerCase()
      .optional()
      .meta({ description: '缺省为最新的发放文件 the newest payment file when left out' }),
    items: z.array(payee).min(1).max(5000),
  })
  .meta({
    id: 'NewPaymentResults',
    example: {
      items: [
        {
          person_id: '01a20928-3a5e-7d4f-a8a8-6fe334235fde',
          outcome: 'returned',
          reason_code: 'name_mismatch',
          amount_fen: 40000,
          settled_on: '2026-11-20',
        },
      ],
    },
  })

const summary = z
  .object({
    paid_count: fen,
    paid_fen: fen,
    returned_count: fen,
    returned_fen: fen,
    open_count: fen,
    open_fen: fen,
  })
  .meta({ id: 'PaymentSummary' })
const row = z
  .object({
    id: z.uuid(),
    file_id: z.uuid(),
    batch_id: z.uuid(),
    attempt: z
      .number()
      .int()
      .meta({ description: '0 为首次发放，其后为补发 0 is the first payment, the others were issued again' }),
    person_id: z.uuid().nullable(),
    organisation_id: z.uuid().nullable(),
    person_name: z.string().meta({ description: '收款人，或收款机构的名称 the payee, a person or an organisation' }),
    id_number_masked: z.string().nullable(),
    bank_account_masked: z.string().nullable(),
    outcome: oneOf(PAYMENT_OUTCOMES),
    reason_code: oneOf(RETURN_REASONS).nullable(),
    reason: z.string().nullable(),
    amount_fen: fen,
    bank_reference: z.string().nullable(),
    settled_on: z.string(),
    recorded_by: z.string().nullable(),
    recorded_at: z.date(),
  })
  .meta({ id: 'PaymentResult' })

export function paymentResultsApi(app: App): void {
  read(
    app,
    {
      path: '/allowance-runs/{id}/payment-results',
      permission: 'run.read',
      name: 'listPaymentResults',
      tag,
      summary: '发放结果 What the bank answered, returned payments first, with sums over the run',
      params: idShape,
      query: pageShape.extend({ outcome: oneOf(PAYMENT_OUTCOMES).optional(), file_id: z.uuid().optional() }),
      answer: listOf(row).extend({ summary }),
    },
    async ({ db, context, params, query }) => ({
      ...(await listPaymentResults(db, context.scope, params.id, query)),
      summary: await unscopedPaymentSummary(db, params.id),
    }),
  )
  write(
    app,
    {
      method: 'post',
      path: '/allowance-runs/{id}/payment-results',
      permission: 'payment.record',
      name: 'recordPaymentResults',
      tag,
      summary: '登记银行回单 Record what the bank answered to a payment file',
      params: idShape,
      body: newResults,
      answer: z.object({
        file_id: z.uuid(),
        items: z.array(
          z.object({ person_id: z.uuid().optional(), organisation_id: z.uuid().optional(), change: changeShape }),
        ),
        summary,
      }),
      status: 201,
      key: 'required',
    },
    async ({ tx, context, params, body }) => {
      const { id } = await newestPaymentFile(tx, context.scope, params.id, body.file_id)
      const rows = body.items.map(({ person_id, organisation_id, ...row }) => ({
        ...row,
        payee_id: (person_id ?? organisation_id)!,
      }))
      const done = await recordPaymentResults(tx, context, id, rows)
      return {
        file_id: id,
        items: body.items.map(({ person_id, organisation_id }, index) => ({
          ...(person_id ? { person_id } : { organisation_id }),
          change: done[index]!.change,
        })),
        summary: await unscopedPaymentSummary(tx, params.id),
      }
    },
  )
}
