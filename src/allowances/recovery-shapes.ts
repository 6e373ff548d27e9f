/** What comes in and goes out about recoveries. */
import { z } from 'zod'
import { reason } from '../organisations/shapes.ts'
import { localDateShape } from '../platform/date-shape.ts'
import { pageShape } from '../platform/paging.ts'
import { ENTRY_KINDS, type EntryKind } from './recovery-rules.ts'

const fen = z.number().int()
const amount = z.number().int().min(1).max(1_000_000_000)
const paper = z.string().trim().min(4).max(200)

// ─── what comes in ─────────────────────────────────────────────────────────────────────────────────────────────────────

export const newPlanShape = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('offset'),
      starts_on: localDateShape.describe('runs approved on this day and later are off-set'),
      floor_fen: z.number().int().min(0).max(1_000_000_000).describe('what must remain of a payment'),
      reason,
    }),
    z.strictObject({
      kind: z.literal('instalments'),
      instalments: z
        .array(z.strictObject({ due_on: localDateShape, amount_fen: amount }))
        .min(1)
        .max(60)
        .describe('repaid directly; together the balance'),
      reason,
    }),
  ])
  .meta({
    id: 'NewRecoveryPlan',
    example: { kind: 'offset', starts_on: '2026-12-01', floor_fen: 20000, reason: '与本人商定' },
  })
export type NewPlan = z.output<typeof newPlanShape>

export const newRepaymentShape = z
  .strictObject({
    amount_fen: amount,
    paid_on: localDateShape,
    reference: z.string().trim().min(2).max(200).describe('of the voucher; once a recovery'),
  })
  .meta({
    id: 'NewRepayment',
    example: { amount_fen: 40000, paid_on: '2026-11-20', reference: '非税缴款 330106-2026-0042' },
  })
export type NewRepayment = z.output<typeof newRepaymentShape>

export const newWriteOffShape = z.strictObject({ amount_fen: amount, reason, document: paper }).meta({
  id: 'NewWriteOff',
  example: { amount_fen: 40000, reason: '本人去世，无遗产', document: '西民〔2026〕示例 8 号' },
})
export type NewWriteOff = z.output<typeof newWriteOffShape>

export const writeOffDecisionShape = z
  .strictObject({ approved: z.boolean(), reason })
  .meta({ id: 'WriteOffDecision', example: { approved: true, reason: '材料齐全，同意核销' } })
export type WriteOffDecision = z.output<typeof writeOffDecisionShape>

export const recoveryFilterShape = pageShape.extend({
  district_code: z
    .string()
    .regex(/^\d{2,6}$/)
    .optional(),
  state: z.enum(['open', 'settled', 'write_off_proposed', 'all']).default('open'),
  plan: z.enum(['none', 'offset', 'instalments', 'overdue']).optional(),
  person_id: z.uuid().optional(),
  run_id: z.uuid().optional(),
})
export type RecoveryFilter = z.output<typeof recoveryFilterShape>

// ─── what goes out ─────────────────────────────────────────────────────────────────────────────────────────────────────

/** balance = opened − off-set − repaid − written off − released */
const sums = {
  opened_fen: fen,
  offset_fen: fen.describe('less what went back to a payer'),
  repaid_fen: fen,
  written_off_fen: fen.describe('less what was taken back'),
  released_fen: fen.describe('given back by a later run: a month was due after all'),
  balance_fen: fen,
}

export const recoveryShape = z
  .object({
    id: z.uuid(),
    person_id: z.uuid(),
    person_name: z.string(),
    id_number_masked: z.string(),
    scheme_code: z.string(),
    scheme_name: z.string(),
    district_code: z.string(),
    district_name: z.string(),
    run_id: z.uuid(),
    run_month: z.string(),
    opened_at: z.date(),
    ...sums,
    plan_kind: z.enum(['offset', 'instalments']).nullable(),
    overdue_fen: fen.describe('of instalments that are past due'),
    write_off_open: z.boolean().describe('a write-off waits for a decision'),
  })
  .meta({ id: 'Recovery' })
export type RecoveryView = z.output<typeof recoveryShape>

const causeShape = z.object({
  person_id: z.uuid(),
  month: z.string(),
  component: z.string(),
  component_title: z.string(),
  seq: fen,
  previous_fen: fen.nullable(),
  entitlement_fen: fen,
  amount_fen: fen.describe('negative: taken back; positive: taken off it in the same run'),
})
const entryShape = z.object({
  seq: fen,
  kind: z.enum(Object.keys(ENTRY_KINDS) as [EntryKind]),
  amount_fen: fen,
  balance_fen: fen,
  run_id: z.uuid().nullable(),
  run_month: z.string().nullable(),
  month: z.string().nullable().describe('the month that was given back'),
  paid_on: z.string().nullable(),
  reference: z.string().nullable(),
  write_off_id: z.uuid().nullable(),
  recorded_by_name: z.string().nullable(),
  recorded_at: z.date(),
})
const planShape = z.object({
  seq: fen,
  kind: z.enum(['offset', 'instalments']),
  starts_on: z.string().nullable(),
  floor_fen: fen.nullable(),
  reason: z.string(),
  made_by_name: z.string().nullable(),
  made_at: z.date(),
  instalments: z.array(z.object({ due_on: z.string(), amount_fen: fen })),
})
const writeOffShape = z.object({
  id: z.uuid(),
  amount_fen: fen,
  reason: z.string(),
  document: z.string(),
  proposed_by: z.uuid(),
  proposed_by_name: z.string().nullable(),
  proposed_at: z.date(),
  approved: z.boolean().nullable().describe('null until it is decided'),
  decision_reason: z.string().nullable(),
  decided_by_name: z.string().nullable(),
  decided_at: z.date().nullable(),
})
export const recoveryDetailShape = recoveryShape
  .extend({
    causes: z.array(causeShape),
    entries: z.array(entryShape),
    plans: z.array(planShape).describe('the newest first: it holds'),
    write_offs: z.array(writeOffShape),
  })
  .meta({ id: 'RecoveryDetail' })
export type RecoveryDetail = z.output<typeof recoveryDetailShape>

export const districtSumShape = z
  .object({
    district_code: z.string(),
    district_name: z.string(),
    count: fen,
    open_count: fen,
    unplanned_count: fen.describe('open, and nobody has made a plan'),
    ...sums,
  })
  .meta({ id: 'RecoverySums' })
export type DistrictSum = z.output<typeof districtSumShape>

export const settlementShape = z
  .object({
    person_id: z.uuid(),
    person_name: z.string(),
    id_number_masked: z.string(),
    positive_fen: fen,
    negative_fen: fen,
    netted_fen: fen,
    released_fen: fen,
    offset_fen: fen,
    credited_fen: fen,
    opened_fen: fen,
    payable_fen: fen.describe('positive − netted − released − off-set'),
  })
  .meta({ id: 'RunSettlement' })
export type SettlementView = z.output<typeof settlementShape>
