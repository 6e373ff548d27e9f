/** What a person's month is: where its money stands, what was asked about it, and until when one may ask; pure. */
import { addDays, type LocalDate, type Month } from '../platform/calendar.ts'
import type { Constraints } from '../platform/database.ts'
import type { Message } from '../platform/errors.ts'
import type { Entitlement } from './entitlements.ts'
import type { ReturnReason } from './payment-result-rules.ts'
import type { Prospect } from './prospects.ts'
import type { HOLD_CAUSES } from './review-rules.ts'

export const MONEY = {
  none: { zh: '没有金额', en: 'Nothing to pay' },
  in_review: { zh: '审核中', en: 'In review' },
  held: { zh: '暂缓', en: 'Held' },
  approved: { zh: '已审批，待发放', en: 'Approved, not sent' },
  no_account: { zh: '没有收款账号，未发放', en: 'No account to pay to' },
  settled: { zh: '已与追回款相抵', en: 'Set off against what was owed' },
  sent: { zh: '已报银行', en: 'With the bank' },
  sent_again: { zh: '退回后已重新报银行', en: 'With the bank again' },
  paid: { zh: '已到账', en: 'Paid' },
  returned: { zh: '银行退回', en: 'Returned by the bank' },
  to_recover: { zh: '待追回', en: 'To be recovered' },
  recovered: { zh: '追回已结清', en: 'Recovery closed' },
} satisfies Record<string, Message>
export type Money = keyof typeof MONEY

/** What happens next with money that is held back. */
export const HOLD_NEXT = {
  checked: {
    zh: '正在核实；在本批次审批前解除的随本批次发放，否则随解除后的下一批次补发',
    en: 'being looked into: released before the run is approved it is paid with it, else with the next run after its release',
  },
  waits: {
    zh: '正在核实；解除后随下一批次补发',
    en: 'being looked into: it is paid with the next run after its release',
  },
  released: { zh: '已解除，随下一批次补发', en: 'released: it is paid with the next run' },
  followed: { zh: '已解除，在后来的批次中办理', en: 'released: a later run carries it' },
} satisfies Record<string, Message>

/** Why a line is held back, since when, and what happens next. */
export interface MonthHold {
  cause: keyof typeof HOLD_CAUSES
  reason: string
  held_on: LocalDate
  released_on: LocalDate | null
  next: keyof typeof HOLD_NEXT
}

/** `followed`: a later run pays the same month and component. */
export function nextOf(hold: Pick<MonthHold, 'released_on'>, run_status: string, followed: boolean): MonthHold['next'] {
  if (hold.released_on) return followed ? 'followed' : 'released'
  return run_status === 'approved' ? 'waits' : 'checked'
}

export interface MoneyFacts {
  run_status: string
  held: boolean
  amount_fen: number
  /** what of it is paid out or left to be recovered, after what the run settled otherwise */
  payable_fen: number
  has_account: boolean
  /** the run's payment to the person made last, and what the bank answered to it; null: none was made */
  batch: {
    attempt: number
    outcome: 'paid' | 'returned' | null
    reason_code: ReturnReason | null
  } | null
  /** what is still open of the recovery that the run opened for the person; null: it opened none */
  recovery_fen: number | null
}

/** Of one line. */
export function moneyOf(facts: MoneyFacts): Money {
  const { run_status, held, amount_fen, payable_fen, has_account, batch, recovery_fen } = facts
  if (held) return 'held'
  if (amount_fen === 0) return 'none'
  if (run_status !== 'approved') return 'in_review'
  if (payable_fen === 0) return 'settled'
  if (amount_fen < 0) return recovery_fen === 0 ? 'recovered' : 'to_recover'
  // a batch is made with its file
  if (batch?.outcome) return batch.outcome
  if (batch) return batch.attempt > 0 ? 'sent_again' : 'sent'
  return has_account ? 'approved' : 'no_account'
}

/** The last day on which one may ask about a month approved on that day. */
export function lastDayToObject(approved_on: LocalDate, days: number): LocalDate {
  return addDays(approved_on, days)
}

/** A line of a submitted or approved run, the earliest run first. */
export interface MonthLine {
  /** whose record the run found it under: the person's, or one merged into theirs since */
  person_id: string
  run_id: string
  run_month: Month
  run_status: string
  district_code: string
  kind: string
  outcome: string
  entitlement_fen: number
  amount_fen: number
  /** what of the amount is paid out or left to be recovered; the rest was settled with what was owed */
  payable_fen: number
  approved_on: LocalDate | null
  money: Money
  /** null: it is not held back */
  hold: MonthHold | null
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
  /** what approved runs hold it to come to, of all records of the person; null: none has */
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
