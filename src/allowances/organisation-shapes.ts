/** What comes in and goes out about what organisations are paid: lines with their evidence, accounts, repayments. */
import { z } from 'zod'
import { reasonShape } from '../people/shapes.ts'
import type { Month } from '../platform/calendar.ts'
import { localDateShape } from '../platform/date-shape.ts'
import { pageShape } from '../platform/paging.ts'
import type { LeftOut } from './organisation-components.ts'
import { newWriteOffShape } from './recovery-shapes.ts'

const fen = z.number().int()

const evidenceShape = z.object({
  id: z.uuid(),
  kind: z.enum(['certificate', 'employment']),
  person_id: z.uuid().nullable(),
  person_name: z.string().nullable(),
  number: z.string().nullable().meta({ description: '证书编号 of a certificate' }),
  level: z.number().int().nullable(),
  post: z.string().nullable().meta({ description: '岗位 of an employment' }),
  on_day: z.string().nullable().meta({ description: '发证日期或任职开始日期 issued or begun on' }),
  amount_fen: fen.nullable().meta({ description: '不计入的为空 null where it does not count' }),
  why: z.string().nullable().meta({ description: '不计入的原因 why it does not count' }),
  why_words: z.string().nullable(),
})
const organisationLineShape = z
  .object({
    run_id: z.uuid(),
    run_month: z.string(),
    run_status: z.string(),
    organisation_id: z.uuid(),
    organisation_name: z.string(),
    scheme_code: z.string(),
    scheme_name: z.string(),
    component: z.string(),
    component_title: z.string(),
    month: z.string(),
    kind: z.string(),
    outcome: z.string(),
    entitlement_fen: fen,
    previous_fen: fen.nullable(),
    amount_fen: fen,
    held: z.boolean().meta({ description: '暂缓，不入账不发放 held back: neither booked nor paid' }),
    evidence: z.array(evidenceShape).meta({ description: '计入与不计入的每一项 what counts and what does not' }),
  })
  .meta({ id: 'OrganisationLine' })
export const organisationLineFilterShape = pageShape
export const organisationLinePageShape = z.object({
  items: z.array(organisationLineShape),
  next_cursor: z.string().nullable(),
})

export const organisationAllowancesShape = z
  .object({
    organisation_id: z.uuid(),
    organisation_name: z.string(),
    bank_account_masked: z.string().nullable(),
    accounts: z
      .array(
        z.object({
          scheme_code: z.string(),
          scheme_name: z.string(),
          district_code: z.string(),
          district_name: z.string(),
          paid_fen: fen.meta({ description: '已审批应付合计 all that approved runs pay' }),
          owed_fen: fen.meta({ description: '应退回，从以后批次中抵扣 owed, taken from later runs' }),
          written_off_fen: fen.meta({ description: '已核销 written off, less what proved due after all' }),
        }),
      )
      .meta({ description: '每项政策和区县一个账 an account a scheme and district' }),
    write_offs: z.array(
      z.object({
        ...{
          id: z.uuid(),
          scheme_code: z.string(),
          scheme_name: z.string(),
          amount_fen: fen,
          reason: z.string(),
          document: z.string(),
        },
        approved: z.boolean().nullable().meta({ description: '待决定为空 null until it is decided' }),
        decision_reason: z.string().nullable(),
      }),
    ),
    payments: z.array(
      z.object({
        run_id: z.uuid(),
        run_month: z.string(),
        amount_fen: fen,
        outcome: z.string().nullable(),
        attempt: fen.nullable(),
      }),
    ),
    items: z.array(organisationLineShape),
  })
  .meta({ id: 'OrganisationAllowances' })

export const newBankAccountShape = z
  .strictObject({ bank_account: z.string().max(60) })
  .meta({ id: 'NewOrganisationAccount', example: { bank_account: '6222020000000000000' } })
export const writtenBankAccountShape = z.object({ bank_account_masked: z.string() }).meta({ id: 'OrganisationAccount' })
export const accountDisclosureShape = z
  .strictObject({ reason: reasonShape })
  .meta({ id: 'AccountDisclosureRequest', example: { reason: '核对退票账户' } })

export const newOrganisationRepaymentShape = z
  .strictObject({
    scheme_code: z.string().max(60),
    district_code: z.string().regex(/^\d{6}$/),
    amount_fen: z.number().int().min(1).max(2_000_000_000),
    paid_on: localDateShape,
    reference: z.string().trim().min(2).max(200),
  })
  .meta({
    id: 'NewOrganisationRepayment',
    example: {
      ...{ scheme_code: 'bj-talent', district_code: '110105', amount_fen: 150000 },
      ...{ paid_on: '2026-11-20', reference: '转账 20261120-0042' },
    },
  })
export type NewOrganisationRepayment = z.output<typeof newOrganisationRepaymentShape>

export const newOrganisationWriteOffShape = newWriteOffShape
  .extend({ scheme_code: z.string().max(60), district_code: z.string().regex(/^\d{6}$/) })
  .meta({
    id: 'NewOrganisationWriteOff',
    example: {
      ...{ scheme_code: 'bj-talent', district_code: '110105', amount_fen: 150000 },
      ...{ reason: '机构已注销，无可执行财产', document: '朝民〔2026〕示例 8 号' },
    },
  })
export type NewOrganisationWriteOff = z.output<typeof newOrganisationWriteOffShape>

// ─── as they are read, before they are told in a language ──────────────────────────────────────────────────────────────

export interface OrganisationLine {
  run_id: string
  run_month: Month
  run_status: string
  organisation_id: string
  organisation_name: string
  scheme_code: string
  scheme_name: string
  component: string
  title: string
  title_en: string
  month: Month
  kind: string
  outcome: string
  entitlement_fen: number
  previous_fen: number | null
  amount_fen: number
  held: boolean
  evidence: Evidence[]
}
interface Evidence {
  id: string
  kind: 'certificate' | 'employment'
  person_id: string | null
  person_name: string | null
  number: string | null
  level: number | null
  post: string | null
  on_day: string | null
  amount_fen: number | null
  why: LeftOut | null
}

interface WriteOff {
  id: string
  scheme_code: string
  scheme_name: string
  amount_fen: number
  reason: string
  document: string
  approved: boolean | null
  decision_reason: string | null
}

export interface OrganisationAllowances {
  organisation_id: string
  organisation_name: string
  bank_account_masked: string | null
  accounts: {
    scheme_code: string
    scheme_name: string
    district_code: string
    district_name: string
    paid_fen: number
    owed_fen: number
    written_off_fen: number
  }[]
  write_offs: WriteOff[]
  /** what each run pays it, and what became of the payment made last */
  payments: { run_id: string; run_month: Month; amount_fen: number; outcome: string | null; attempt: number | null }[]
  items: OrganisationLine[]
}
