/** Where the money of a month stands, and until when one may ask about it; pure. */
import { addDays, type LocalDate } from '../platform/calendar.ts'
import type { Constraints } from '../platform/database.ts'
import type { Message } from '../platform/errors.ts'

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

export const constraints: Constraints = {
  allowance_objections_once: {
    code: 'objection.open',
    message: {
      zh: '对这个月份的异议刚刚已经提出，请刷新查看。',
      en: 'An objection to this month was filed just now: load the page again.',
    },
  },
}
