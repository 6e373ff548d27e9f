/** Which year pays a run, what is left of a quota, and the words in which a run is stopped; pure. */
import type { LocalDate, Month } from '../platform/calendar.ts'
import { type Message, refuse } from '../platform/errors.ts'
import { formatYuan } from '../platform/money.ts'

export const QUOTA_KINDS = {
  raise: { zh: '下达（追加）', en: 'Granted (raised)' },
  cut: { zh: '调减', en: 'Cut' },
} satisfies Record<string, Message>
export type QuotaKind = keyof typeof QUOTA_KINDS

/** What a version of a scheme says of its budget, in its settings; all of it may be left out. */
export interface BudgetSettings {
  /** `same_year`, `next_year`: as seen from the month that is paid; left out, the year in which the run is submitted for payment */
  schedule?: { budget?: 'same_year' | 'next_year' }
  /** nothing is submitted without a quota on record */
  quota_required?: boolean
}

/** The one place that says which budget year pays: December computed in January is paid by the old year or the new one. */
export function budgetYear({ schedule }: BudgetSettings, month: Month, today: LocalDate): number {
  const year = Number((schedule?.budget ? month : today).slice(0, 4))
  return schedule?.budget === 'next_year' ? year + 1 : year
}

/** Of one scheme, district and year. */
export interface BudgetFigures {
  /** null: none is on record */
  quota_fen: number | null
  /** what the bank has paid */
  used_fen: number
  /** approved, not paid yet */
  approved_fen: number
  /** submitted, not approved yet */
  submitted_fen: number
}

/** Null without a quota; below zero where a quota was cut or recorded after runs were submitted. */
export function leftOf({ quota_fen, used_fen, approved_fen, submitted_fen }: BudgetFigures): number | null {
  return quota_fen === null ? null : quota_fen - used_fen - approved_fen - submitted_fen
}

interface Place {
  scheme_name: string
  district_name: string
  budget_year: number
}

/** Refuses `budget.exceeded` with every figure when the run asks for more than is left beside what is used and reserved. */
export function checkFits(budget: Place & BudgetFigures, reserved_fen: number, needed_fen: number): void {
  const { scheme_name, district_name, budget_year, quota_fen, used_fen } = budget
  if (quota_fen === null) return
  const missing_fen = used_fen + reserved_fen + needed_fen - quota_fen
  if (missing_fen <= 0 || needed_fen === 0) return
  const [quota, used, reserved, needed, missing] = [quota_fen, used_fen, reserved_fen, needed_fen, missing_fen].map(
    formatYuan,
  )
  refuse('conflict', 'budget.exceeded', {
    zh: `“${scheme_name}”${district_name} ${budget_year} 年度额度不足：额度 ${quota} 元，已支付 ${used} 元，已占用 ${reserved} 元，本批次需要 ${needed} 元，还差 ${missing} 元。请财政部门在“预算”中凭文件追加额度后再办理。`,
    en: `The ${budget_year} quota of “${scheme_name}” for ${district_name} is too small: quota ${quota} yuan, used ${used}, reserved ${reserved}, needed ${needed}, missing ${missing}. Finance records a raise under Budget by its document; then go on.`,
  })
}

/** Refuses `budget.no_quota`: the scheme pays nothing that no document grants. */
export function refuseWithoutQuota({ scheme_name, district_name, budget_year }: Place): never {
  refuse('conflict', 'budget.no_quota', {
    zh: `“${scheme_name}”要求先下达额度：${district_name} ${budget_year} 年度还没有额度记录。请财政部门在“预算”中登记。`,
    en: `“${scheme_name}” needs a quota first: none is on record for ${district_name} in ${budget_year}. Finance records it under Budget.`,
  })
}
