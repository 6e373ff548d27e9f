/** What a person's month is: where its money stands, what was asked about it, and until when one may ask; pure. */
import { addDays, type LocalDate, type Month } from '../platform/calendar.ts'
import type { Constraints } from '../platform/database.ts'
import type { Message } from '../platform/errors.ts'
import type { Entitlement } from './entitlements.ts'
import type { ReturnReason } from './payment-result-rules.ts'
import type { Prospect } from './prospects.ts'

export const MONEY = {
  none: { zh: '没有金额', en: 'Nothing to pay' },
  in_review: { zh: '审核中', en: 'In review' },
  held: { zh: '暂缓', en: 'Held' },
  approved: { zh: '已审批，待发放', en: 'Approved, not sent' },
  no_account: { zh: '没有收款账号，未发放', en: 'No account to pay to' },
  sent: { zh: '已报银行', en: 'With the bank' },
  paid: { zh: '已到账', en: 'Paid' },
  returned: { zh: '银行退回', en: 'Returned by the bank' },
  to_recover: { zh: '待追回', en: 'To be recovered' },
} satisfies Record<string, Message>
export type Money = keyof typeof MONEY

export interface MoneyFacts {
  run_status: string
  outcome: string
  amount_fen: number
  has_account: boolean
  has_file: boolean
  /** what the bank answered of the run's payment to the person: once paid by any file, paid */
  result: 'paid' | 'returned' | null
}

/** Of one line. What is recovered, and how, is not the bank's. */
export function moneyOf({ run_status, outcome, amount_fen, has_account, has_file, result }: MoneyFacts): Money {
  if (outcome === 'held') return 'held'
  if (amount_fen === 0) return 'none'
  if (run_status !== 'approved') return 'in_review'
  if (amount_fen < 0) return 'to_recover'
  if (result) return result
  if (!has_account) return 'no_account'
  return has_file ? 'sent' : 'approved'
}

/** The last day on which one may ask about a month approved on that day. */
export function lastDayToObject(approved_on: LocalDate, days: number): LocalDate {
  return addDays(approved_on, days)
}

/** A line of a submitted or approved run, the earliest run first. */
export interface MonthLine {
  run_id: string
  run_month: Month
  run_status: string
  district_code: string
  kind: string
  outcome: string
  entitlement_fen: number
  amount_fen: number
  approved_on: LocalDate | null
  money: Money
  /** why the bank returned it */
  returned_for: ReturnReason | null
  certificate_id: string | null
  employment_id: string | null
}

export interface MonthObjection {
  id: string
  statement: string
  filed_at: Date
  upheld: boolean | null
  answer: string | null
  answered_at: Date | null
}

export interface AllowanceMonth extends Entitlement {
  scheme_name: string
  /** of the paying employment, or of the run that booked the month */
  district_code: string | null
  /** what approved runs hold it to come to; null: none has */
  booked_fen: number | null
  /** what it comes to now less what is booked: the next run carries it */
  difference_fen: number
  lines: MonthLine[]
  /** when every condition could be met at once */
  soonest: Omit<Prospect, 'missing'>
  objections: MonthObjection[]
  /** the last day on which one may ask about it; null: no end yet */
  object_until: LocalDate | null
  may_object: boolean
}

export const constraints: Constraints = {
  allowance_objections_once: {
    code: 'objection.open',
    message: {
      zh: '对这个月份的异议刚刚已经提出，请刷新查看。',
      en: 'An objection to this month was filed just now: load the page again.',
    },
  },
}
