/** Vocabulary of employments, what their history tells, and what their constraints mean. */
import type { Constraints } from '../platform/database.ts'
import { type Fault, inLanguage, type Lang, type Message } from '../platform/errors.ts'
import { faultAt } from './bulk.ts'

export const LEAVING_KINDS = {
  resigned: { zh: '辞职', en: 'Resigned' },
  contract_ended: { zh: '合同期满', en: 'Contract ended' },
  dismissed: { zh: '解除', en: 'Dismissed' },
  retired: { zh: '退休', en: 'Retired' },
  transferred: { zh: '调动', en: 'Transferred' },
  died: { zh: '去世', en: 'Died' },
  other: { zh: '其他', en: 'Other' },
} satisfies Record<string, Message>
export type LeavingKind = keyof typeof LEAVING_KINDS

export const EMPLOYMENT_EVENTS: Record<string, Message> = {
  'employment.recorded': { zh: '登记任职', en: 'Employment recorded' },
  'employment.corrected': { zh: '更正任职', en: 'Employment corrected' },
  'employment.ended': { zh: '登记离岗', en: 'Employment ended' },
  'employment.transferred': { zh: '调动', en: 'Transferred' },
  'employment.withdrawn': { zh: '撤销任职', en: 'Employment withdrawn' },
}

export const employmentConstraints: Constraints = {
  employments_overlap: {
    code: 'employment.overlap',
    message: {
      zh: '此人在该机构的同一岗位上已有重叠的任职记录，请先核对起止日期。',
      en: 'The person has an overlapping employment in the same post of this organisation: check the dates.',
    },
  },
  employments_current: {
    code: 'employment.changed',
    message: {
      zh: '这段任职刚刚被别人更改，请刷新后核对。',
      en: 'Somebody has just changed this employment: reload and compare.',
    },
  },
  employments_transferred: {
    code: 'employment.transferred',
    message: {
      zh: '这段任职已经办理调动，不能再调动一次。请在调动后的任职上办理。',
      en: 'This employment has been transferred already: transfer the one that followed it.',
    },
  },
}

/** A contract without an end (无固定期限) is one that runs until this day, in sheets and interfaces too. */
export const OPEN_ENDED = '9999-12-31'

export function contractTerm(until: string | null, lang: Lang): string {
  return until === OPEN_ENDED ? inLanguage(lang, { zh: '无固定期限', en: 'Open-ended' }) : (until ?? '—')
}

/** A contract covers the first day of the work it is for. */
export function contractFaults(row: { starts_on: string; contract_until?: string | null | undefined }): Fault[] {
  if (!row.contract_until || row.contract_until > row.starts_on) return []
  return [
    faultAt(
      '/contract_until',
      'employment.contract_before_start',
      `合同到期日 ${row.contract_until} 应晚于入职日期 ${row.starts_on}。`,
      `The contract ends on ${row.contract_until}, which must be after the first day ${row.starts_on}.`,
    ),
  ]
}

/** A reason for leaving says that somebody left. */
export function leavingFaults(row: { ends_on: string | null; leaving_kind?: string | null | undefined }): Fault[] {
  if (row.ends_on !== null || !row.leaving_kind) return []
  return [
    faultAt(
      '/leaving_kind',
      'employment.leaving_without_end',
      '填了离岗原因，但没有离岗日期。仍在岗的请不要填离岗原因。',
      'There is a reason for leaving but no end: leave the reason out while the person is in post.',
    ),
  ]
}
