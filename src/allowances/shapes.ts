/** What comes in and goes out about schemes, runs and lines. */
import { z } from 'zod'
import { monthShape } from '../people/fact-shapes.ts'
import { pageShape } from '../platform/paging.ts'
import { componentShape, missingShape } from './component-shapes.ts'
import { paymentFileShape } from './payment-shapes.ts'
import { PROSPECTS } from './prospects.ts'
import { RUN_WAITS } from './review-rules.ts'
import { LINE_KINDS, OUTCOMES, RUN_STATUSES } from './rules.ts'

const keys = <T extends object>(vocabulary: T) => z.enum(Object.keys(vocabulary) as [keyof T & string])

const code = z.string().regex(/^[a-z0-9-]{3,40}$/)
const districtCode = z.string().regex(/^\d{6}$/)
const reason = z.string().trim().min(2).max(500)
const fen = z.number().int()

// ─── schemes ───────────────────────────────────────────────────────────────────────────────────────────────────────────

export const schemeParams = z.object({ code })
export const versionParams = z.object({ code, number: z.coerce.number().int().positive() })

const schemeShape = z
  .object({
    code: z.string(),
    name: z.string(),
    division_code: z.string(),
    workforce: z.string(),
    version: z.number().int().nullable(),
    effective_from: z.string().nullable(),
    confirmed: z.boolean(),
    computable: z.boolean().describe('at least one component that is paid to people is known in full'),
  })
  .meta({ id: 'Scheme' })
export const schemeListShape = z.object({ items: z.array(schemeShape), next_cursor: z.null() })

export const schemeVersionShape = z
  .object({
    scheme_code: z.string(),
    number: z.number().int(),
    effective_from: z.string().nullable(),
    effective_to: z.string().nullable(),
    title: z.string(),
    citation: z.string(),
    confidence: z.string(),
    posts: z.array(z.string()),
    occupation_codes: z.array(z.string()),
    level_from: z.string(),
    look_back_months: z.number().int(),
    schedule: z.any().optional(),
    ladder: z.any().optional(),
    components: z.array(componentShape),
    conditions: z.array(
      z.object({
        code: z.string(),
        component: z.string().nullish(),
        measure: z.string(),
        parameters: z.any(),
        threshold: z.any(),
        title: z.string(),
        title_en: z.string(),
        citation: z.string(),
        confidence: z.string(),
      }),
    ),
    rates: z.array(
      z.object({
        id: z.uuid(),
        component: z.string().optional(),
        level: z.number().int().nullable(),
        key: z.string().nullish(),
        min_years: z.number().int().nullish(),
        below_years: z.number().int().nullish(),
        facility_kind: z.string().nullable(),
        district_code: z.string().nullable(),
        amount_fen: fen.nullable(),
        confidence: z.string(),
        citation: z.string(),
      }),
    ),
    confirmation: z
      .object({ document: z.string(), reason: z.string(), confirmed_by: z.string(), confirmed_at: z.date() })
      .nullable(),
    missing: missingShape,
    confirmed: z.boolean(),
  })
  .meta({ id: 'SchemeVersion' })
export const schemeVersionListShape = z.object({ items: z.array(schemeVersionShape), next_cursor: z.null() })

// ─── runs ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

export const newRunShape = z.strictObject({ scheme_code: code, month: monthShape, district_code: districtCode }).meta({
  id: 'NewAllowanceRun',
  example: { scheme_code: 'hz-special-post', month: '2026-10', district_code: '330106' },
})
export const reasonShape = z.strictObject({ reason }).meta({ example: { reason: '出勤记录需要核对' } })
export const optionalReasonShape = z
  .strictObject({ reason: z.string().trim().max(500).nullish() })
  .meta({ example: { reason: '已核对' } })

export const runFilterShape = pageShape.extend({
  scheme_code: code.optional(),
  month: monthShape.optional(),
  status: keys(RUN_STATUSES).optional(),
  waits: keys(RUN_WAITS).optional().meta({ description: '待办：批次等待的事 what the run waits for from the reader' }),
})

export const runShape = z
  .object({
    id: z.uuid(),
    scheme_code: z.string(),
    scheme_name: z.string(),
    scheme_version: z.number().int(),
    month: z.string(),
    district_code: z.string(),
    district_name: z.string(),
    status: z.string(),
    cutoff: z.date().nullable(),
    rules_sha256: z.string().nullable(),
    lines_sha256: z.string().nullable(),
    line_count: z.number().int().nullable(),
    payable_count: z.number().int().nullable(),
    total_fen: fen.nullable(),
    held_count: z.number().int().nullable(),
    held_fen: fen.nullable(),
    job_id: z.uuid().nullable(),
    created_by: z.string(),
    created_at: z.date(),
  })
  .meta({ id: 'AllowanceRun' })
export const runPageShape = z.object({ items: z.array(runShape), next_cursor: z.string().nullable() })
export const runDetailShape = runShape
  .extend({
    totals: z.object({
      positive_fen: fen,
      negative_fen: fen,
      by: z.array(z.object({ kind: z.string(), outcome: z.string(), count: z.number().int(), amount_fen: fen })),
      organisations: z
        .object({ count: z.number().int(), amount_fen: fen })
        .meta({ description: '支付给机构的明细，不在 by 之内 lines paid to organisations, beside those in `by`' }),
    }),
    decisions: z.array(
      z.object({ kind: z.string(), decided_by: z.string(), reason: z.string().nullable(), decided_at: z.date() }),
    ),
    payment_files: z.array(paymentFileShape),
  })
  .meta({ id: 'AllowanceRunDetail' })

export const lineFilterShape = pageShape.extend({
  outcome: keys(OUTCOMES).optional(),
  kind: keys(LINE_KINDS).optional(),
})

export const prospectShape = z.object({
  kind: keys(PROSPECTS).describe('when it could be met: in time, when recorded, when something changes, never'),
  month: z.string().nullable(),
  missing: z.number().int().nullable().describe('hours, months or days that are missing'),
})

const lineShape = z
  .object({
    person_id: z.uuid(),
    person_name: z.string(),
    id_number_masked: z.string(),
    organisation_id: z.uuid().nullable(),
    organisation_name: z.string().nullable(),
    month: z.string(),
    component: z.string(),
    component_title: z.string(),
    kind: z.string(),
    outcome: z.string(),
    held: z.boolean(),
    amount_fen: fen,
    entitlement_fen: fen,
    previous_fen: fen.nullable(),
    level: z.number().int().nullable(),
    certificate_id: z.uuid().nullable(),
    scheme_code: z.string(),
    scheme_version: z.number().int(),
    reasons: z.array(
      z.object({
        code: z.string(),
        title: z.string(),
        measure: z.string(),
        met: z.boolean(),
        required: z.any(),
        actual: z.any(),
        evidence: z.array(z.object({ kind: z.string(), id: z.string() })),
        citation: z.string(),
        prospect: prospectShape,
        earliest_month: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: 'AllowanceLine' })
export const linePageShape = z.object({ items: z.array(lineShape), next_cursor: z.string().nullable() })

export const entitlementQuery = z.object({ month: monthShape.optional(), scheme: code.optional() })
export const entitlementShape = z
  .object({
    person_id: z.uuid(),
    month: z.string(),
    items: z.array(
      lineShape.omit({ person_name: true, id_number_masked: true, kind: true, previous_fen: true, held: true }),
    ),
    unconfirmed: z.array(z.object({ scheme_code: z.string(), detail: z.string() })),
  })
  .meta({ id: 'Entitlements' })
