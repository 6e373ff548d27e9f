/** When a certificate may be revoked with others, restored, suspended, continued; what the constraints of its life mean. Pure. */
import { faultAt } from '../people/bulk.ts'
import type { LocalDate } from '../platform/calendar.ts'
import type { Constraints } from '../platform/database.ts'
import type { Fault, Message } from '../platform/errors.ts'
import { type CertificateStatus, type RevocationReason, STATUSES } from './rules.ts'

/** At most so many certificates by one decision. */
export const DECISION_CERTIFICATES = 10_000

/** What decides whether a certificate can be revoked. */
export interface Revocable {
  number: string
  status: CertificateStatus
  issued_on: LocalDate
  issuer_organisation_id: string
  issuer_name: string
}

/** Why this organisation cannot revoke the certificate from that day; null when nothing is in the way. Fraud reaches back to the issue, so no day is too early. */
export function revocationFault(
  certificate: Revocable,
  organisation_id: string | null,
  reason_code: RevocationReason,
  effective_on: LocalDate,
  pointer = '',
): Fault | null {
  const { number, status, issued_on } = certificate
  if (certificate.issuer_organisation_id !== organisation_id)
    return faultAt(
      pointer,
      'certificate.not_issuer',
      `证书 ${number} 由“${certificate.issuer_name}”签发，只有签发机构可以撤销。`,
      `Certificate ${number} was issued by “${certificate.issuer_name}”; only the issuer may revoke it.`,
    )
  if (status === 'revoked' || status === 'replaced')
    return faultAt(
      pointer,
      'certificate.revoked_already',
      `证书 ${number} ${STATUSES[status].zh}，不能再撤销。`,
      `Certificate ${number} is ${STATUSES[status].en.toLowerCase()} already.`,
    )
  if (reason_code !== 'fraud' && effective_on < issued_on)
    return faultAt(
      pointer,
      'certificate.effective_on',
      `证书 ${number} 的发证日期 ${issued_on} 晚于撤销生效日期 ${effective_on}。`,
      `Certificate ${number} was issued on ${issued_on}, after the revocation takes effect on ${effective_on}.`,
    )
  return null
}

/** A day of a decision that has not come: `certificate.effective_on`, `certificate.suspended_from`, `certificate.resumed_from`. */
export function dayFault(
  pointer: string,
  code: string,
  what: Message,
  day: LocalDate,
  first: LocalDate,
  today: LocalDate,
): Fault | null {
  if (first <= day && day <= today) return null
  return faultAt(
    pointer,
    code,
    `${what.zh} ${day} 须在 ${first} 与今天 ${today} 之间。`,
    `${what.en} ${day} must lie between ${first} and today ${today}.`,
  )
}

export const lifeConstraints: Constraints = {
  certificate_revocations_pkey: {
    code: 'certificate.revoked_already',
    message: { zh: '这张证书已经撤销或换发。', en: 'This certificate is revoked or replaced already.' },
  },
  certificate_revocations_prior: {
    code: 'certificate.revoked_already',
    message: { zh: '这张证书已经撤销或换发。', en: 'This certificate is revoked or replaced already.' },
  },
  certificate_restorations_pkey: {
    code: 'certificate.not_revoked',
    message: { zh: '这次撤销刚刚已被撤回。', en: 'This revocation was withdrawn just now.' },
  },
  certificate_suspensions_pkey: {
    code: 'certificate.suspended_already',
    message: { zh: '这张证书刚刚已被暂停使用。', en: 'This certificate was suspended just now.' },
  },
  certificate_suspensions_prior: {
    code: 'certificate.suspended_already',
    message: { zh: '这张证书刚刚已被暂停使用。', en: 'This certificate was suspended just now.' },
  },
  certificate_resumptions_pkey: {
    code: 'certificate.not_suspended',
    message: { zh: '这次暂停刚刚已经解除。', en: 'This suspension was lifted just now.' },
  },
  certificate_continuations_pkey: {
    code: 'certificate.continued_already',
    message: { zh: '这张证书刚刚已经延续。', en: 'This certificate was continued just now.' },
  },
}

/** The steps in the life of a certificate. */
export const LIFE = {
  revoked: { zh: '撤销', en: 'Revoked' },
  restored: { zh: '撤回撤销，恢复有效', en: 'Revocation withdrawn' },
  replaced: { zh: '换发', en: 'Replaced' },
  corrected: { zh: '更正姓名，换发新证', en: 'Name corrected by a new certificate' },
  suspended: { zh: '暂停使用', en: 'Suspended' },
  resumed: { zh: '恢复使用', en: 'Suspension lifted' },
  continued: { zh: '延续有效期', en: 'Continued' },
} satisfies Record<string, Message>
export type LifeKind = keyof typeof LIFE

/** What the issuer can do next with a certificate; each is a page and a resource of this name. */
export const STEPS = {
  suspension: { zh: '暂停使用', en: 'Suspend' },
  resumption: { zh: '恢复使用', en: 'Lift the suspension' },
  restoration: { zh: '撤回撤销', en: 'Withdraw the revocation' },
  'name-correction': { zh: '更正姓名', en: 'Correct the name' },
  continuation: { zh: '延续有效期', en: 'Continue' },
} satisfies Record<string, Message>
export type Step = keyof typeof STEPS

/** Which steps are open in a state; `ends`: it has a day on which it runs out, so that it can be continued. */
export function stepsOpen(status: CertificateStatus, ends: boolean): Step[] {
  switch (status) {
    case 'valid':
      return ['suspension', 'name-correction', ...(ends ? (['continuation'] as const) : [])]
    case 'expired':
      return ['name-correction']
    case 'suspended':
      return ['resumption']
    case 'revoked':
      return ['restoration']
    default:
      return []
  }
}
