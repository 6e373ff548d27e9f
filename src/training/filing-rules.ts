/** Vocabulary of class states and filings. */
import type { Message } from '../platform/errors.ts'

export const CLASS_STATES = {
  opened: { zh: '建班', en: 'Opened' },
  filed: { zh: '提交备案', en: 'Filed' },
  filing_accepted: { zh: '备案受理', en: 'Filing accepted' },
  filing_returned: { zh: '备案退回', en: 'Filing returned' },
  cancelled: { zh: '取消', en: 'Cancelled' },
  completed: { zh: '结业', en: 'Completed' },
} satisfies Record<string, Message>
export type ClassState = keyof typeof CLASS_STATES

/** Where a filing stands; `lapsed`: nobody had decided when the class was cancelled or completed. */
export const FILING_STATES = {
  filed: { zh: '待受理', en: 'Waiting' },
  filing_accepted: { zh: '已受理', en: 'Accepted' },
  filing_returned: { zh: '已退回', en: 'Returned' },
  lapsed: { zh: '已失效', en: 'Lapsed' },
} satisfies Record<string, Message>
export type FilingState = keyof typeof FILING_STATES
