/** What a bank answers to a payment, and what is wrong with an answer before the payments are looked at; what its constraints mean. */
import { faultAt } from '../people/bulk.ts'
import { addMonths, firstDay, type LocalDate, type Month } from '../platform/calendar.ts'
import type { Constraints } from '../platform/database.ts'
import type { Fault, Message } from '../platform/errors.ts'

export const PAYMENT_OUTCOMES = {
  paid: { zh: '成功', en: 'Paid' },
  returned: { zh: '退票', en: 'Returned' },
} satisfies Record<string, Message>
export type PaymentOutcome = keyof typeof PAYMENT_OUTCOMES

/** The usual reasons of 支付退票 (domain notes of fiscal practice, recalled). */
export const RETURN_REASONS = {
  name_mismatch: { zh: '户名不符', en: 'Name and account differ' },
  closed: { zh: '销户', en: 'Account closed' },
  frozen: { zh: '冻结', en: 'Account frozen' },
  wrong_account: { zh: '账号错误', en: 'Wrong account number' },
  dormant: { zh: '睡眠户', en: 'Dormant account' },
  limit: { zh: '超限额', en: 'Over the limit of the account' },
  other: { zh: '其他', en: 'Other' },
} satisfies Record<string, Message>
export type ReturnReason = keyof typeof RETURN_REASONS

export interface PaymentResult {
  /** a person, or an organisation */
  payee_id: string
  outcome: PaymentOutcome
  /** of a returned payment */
  reason_code: ReturnReason | null
  reason: string | null
  amount_fen: number
  bank_reference: string | null
  /** when the bank credited it, or sent it back */
  settled_on: LocalDate
}

/** Codes: `payment_result.reason_missing`, `.reason_unwanted`, `.reason_words`, `.settled_on`. A run of a month is made when the month is over. */
export function resultFaults(row: Omit<PaymentResult, 'payee_id'>, month: Month, today: LocalDate): Fault[] {
  const { outcome, reason_code, reason, settled_on } = row
  const faults: Fault[] = []
  if (outcome === 'returned' && reason_code === null)
    faults.push(
      faultAt(
        '/reason_code',
        'payment_result.reason_missing',
        `退票没有写明原因，可选：${Object.values(RETURN_REASONS)
          .map(({ zh }) => zh)
          .join('、')}。`,
        `A returned payment needs its reason: ${Object.values(RETURN_REASONS)
          .map(({ en }) => en)
          .join(', ')}.`,
      ),
    )
  if (outcome === 'paid' && reason_code !== null)
    faults.push(
      faultAt(
        '/reason_code',
        'payment_result.reason_unwanted',
        `结果是“成功”，却写了退票原因“${RETURN_REASONS[reason_code].zh}”，请核对结果。`,
        `Paid, and yet with the reason “${RETURN_REASONS[reason_code].en}” of a return: compare the result.`,
      ),
    )
  if (reason_code === 'other' && (reason ?? '').length < 2)
    faults.push(
      faultAt(
        '/reason',
        'payment_result.reason_words',
        '退票原因是“其他”的，请在备注中写明银行的说法。',
        'Where the reason is “other”, say in words what the bank said.',
      ),
    )
  const first = firstDay(addMonths(month, 1))
  if (settled_on > today || settled_on < first)
    faults.push(
      faultAt(
        '/settled_on',
        'payment_result.settled_on',
        `入账日期 ${settled_on} 应在 ${first}（${month} 的津贴最早能发放的一天）与今天 ${today} 之间。`,
        `The bank's day ${settled_on} must lie between ${first}, the first day on which ${month} can be paid, and today, ${today}.`,
      ),
    )
  return faults
}

export const constraints: Constraints = {
  payment_results_current: {
    code: 'payment_result.recorded_meanwhile',
    message: {
      zh: '这份发放文件的结果刚刚已由别人登记，请刷新后核对。',
      en: 'Somebody has just recorded results of this payment file: reload and compare.',
    },
  },
  payment_results_paid_once: {
    code: 'payment_result.paid_already',
    message: {
      zh: '这笔津贴的另一次发放已登记为成功，同一笔津贴不能登记两次。',
      en: 'Another payment of this allowance is on record as paid: it is not paid twice.',
    },
  },
}
