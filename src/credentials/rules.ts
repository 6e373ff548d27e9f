/** Vocabulary of credentials and when one may be issued, revoked or replaced; what their constraints mean. */
import type { LocalDate } from '../platform/calendar.ts'
import type { Constraints } from '../platform/database.ts'
import type { Fault, Message } from '../platform/errors.ts'
import { skillLevelNumber } from './certificate-number.ts'
import { lifeConstraints } from './life-rules.ts'

export const KINDS = {
  skill_level: { zh: '职业技能等级证书', en: 'Skill-level certificate' },
  completion: { zh: '结业证书', en: 'Certificate of completion' },
  award: { zh: '获奖证书', en: 'Award' },
} satisfies Record<string, Message>
export type CertificateKind = keyof typeof KINDS
/** The kinds that are earned in a class. */
export type ClassKind = Exclude<CertificateKind, 'award'>

/** Derived from dates and revocations whenever it is asked for, never stored. */
export const STATUSES = {
  valid: { zh: '有效', en: 'Valid' },
  expired: { zh: '已过期', en: 'Expired' },
  suspended: { zh: '暂停使用', en: 'Suspended' },
  revoked: { zh: '已撤销', en: 'Revoked' },
  replaced: { zh: '已换发', en: 'Replaced' },
} satisfies Record<string, Message>
export type CertificateStatus = keyof typeof STATUSES

export const REVOCATION_REASONS = {
  fraud: { zh: '弄虚作假', en: 'Fraud' },
  issued_in_error: { zh: '发证有误', en: 'Issued in error' },
  result_withdrawn: { zh: '成绩被取消', en: 'Result withdrawn' },
} satisfies Record<string, Message>
export type RevocationReason = keyof typeof REVOCATION_REASONS

/** Official registers in which an officer looks a certificate up by hand: none of them offers an interface (sources S4, S34). */
export const REGISTRIES = {
  osta: { zh: '技能人才评价证书全国联网查询', en: 'National look-up (OSTA)' },
  zheli_kangyang: { zh: '浙里康养', en: 'Zheli Kangyang' },
  yong_yi_yang: { zh: '甬易养', en: 'Yong Yi Yang' },
} satisfies Record<string, Message>
export type Registry = keyof typeof REGISTRIES
export const REGISTRY_RESULTS = {
  found: { zh: '已核验', en: 'Found' },
  not_found: { zh: '查无', en: 'Not found' },
  mismatch: { zh: '不一致', en: 'Differs' },
} satisfies Record<string, Message>
export type RegistryResult = keyof typeof REGISTRY_RESULTS

/** What a roster check answers for a row. */
export const CHECK_STATUSES = {
  ...STATUSES,
  not_found: { zh: '查无此证', en: 'Not found' },
  name_mismatch: { zh: '姓名不符', en: 'Name differs' },
} satisfies Record<string, Message>
export type CheckStatus = keyof typeof CHECK_STATUSES

/** At most so many rows in one roster check. */
export const CHECK_ROWS = 1000

/** Why somebody gets no certificate. */
export interface Obstacle {
  code: string
  message: Message
}

/** Of somebody whose personal data was erased, whatever the certificate would be for. */
export const ERASED: Obstacle = {
  code: 'person.erased',
  message: {
    zh: '此人的个人信息已按规定删除，不能再发证。',
    en: 'The personal data of this person was erased: no certificate can be issued any more.',
  },
}

/** What decides whether somebody in a class gets a certificate. */
export interface Standing {
  status: string
  passed: boolean | null
  assessed_on: LocalDate | null
  issued_number: string | null
  erased: boolean
}

/** Why this person gets no certificate of that kind on that day; null when nothing is in the way. */
export function obstacle(kind: ClassKind, standing: Standing, issued_on: LocalDate): Obstacle | null {
  if (standing.issued_number !== null)
    return {
      code: 'certificate.issued_already',
      message: {
        zh: `已发过证书 ${standing.issued_number}。`,
        en: `Has certificate ${standing.issued_number} already.`,
      },
    }
  if (standing.erased) return ERASED
  if (standing.status !== 'completed') return notCompleted(standing.status)
  if (kind === 'completion') return null
  if (standing.passed === null || standing.assessed_on === null)
    return { code: 'certificate.no_result', message: { zh: '还没有评价成绩。', en: 'Has no assessment result yet.' } }
  if (!standing.passed)
    return { code: 'certificate.not_passed', message: { zh: '评价成绩不合格。', en: 'Did not pass the assessment.' } }
  if (standing.assessed_on > issued_on)
    return {
      code: 'certificate.assessed_later',
      message: {
        zh: `评价日期 ${standing.assessed_on} 晚于发证日期 ${issued_on}，请改发证日期。`,
        en: `Assessed on ${standing.assessed_on}, after the day of issue ${issued_on}: choose a later day of issue.`,
      },
    }
  return null
}

function notCompleted(status: string): Obstacle {
  const words: Record<string, Message> = {
    withdrawn: { zh: '已退班。', en: 'Withdrew from the class.' },
    failed: { zh: '未结业：学时或考核不合格。', en: 'Did not complete the class: hours or examination.' },
  }
  return {
    code: 'certificate.not_completed',
    message: words[status] ?? {
      zh: '还没有结业，请培训机构先办理结业。',
      en: 'Has not completed the class yet: the training institution completes it first.',
    },
  }
}

/** What is wrong with the days of an issue: not in the future, not before the class began, and valid for at least a day. */
export function issueDateFault(
  days: { issued_on: LocalDate; valid_until: LocalDate | null },
  class_starts_on: LocalDate,
  today: LocalDate,
): Fault | null {
  const { issued_on, valid_until } = days
  if (issued_on > today || issued_on < class_starts_on)
    return {
      pointer: '/issued_on',
      code: 'certificate.issued_on',
      message: {
        zh: `发证日期 ${issued_on} 须在开班日 ${class_starts_on} 与今天 ${today} 之间。`,
        en: `The day of issue ${issued_on} must lie between the first day of the class ${class_starts_on} and today ${today}.`,
      },
    }
  if (valid_until !== null && valid_until <= issued_on)
    return {
      pointer: '/valid_until',
      code: 'certificate.valid_until',
      message: {
        zh: `有效期至 ${valid_until} 须晚于发证日期 ${issued_on}。`,
        en: `Valid until ${valid_until} must be later than the day of issue ${issued_on}.`,
      },
    }
  return null
}

/** The day from which a revoked certificate supports nothing: fraud reaches back to the day of issue; null when the wanted day is out of range. */
export function revocationDay(
  reason_code: RevocationReason,
  wanted: LocalDate | null,
  issued_on: LocalDate,
  today: LocalDate,
): LocalDate | null {
  if (reason_code === 'fraud') return issued_on
  const day = wanted ?? today
  return issued_on <= day && day <= today ? day : null
}

/** What counts serials: the first 16 characters of a skill-level number, or `JY`, district and year of a certificate of completion. */
export function seriesPrefix(
  kind: ClassKind,
  issuer: { assessor_prefix: string | null; district_code: string },
  level: number | null,
  issued_on: LocalDate,
): string {
  if (kind === 'completion') return `JY${issuer.district_code}${issued_on.slice(2, 4)}`
  const first = {
    assessor_prefix: issuer.assessor_prefix ?? '',
    year: Number(issued_on.slice(0, 4)),
    level: level ?? 0,
  }
  return skillLevelNumber({ ...first, serial: 1 }).slice(0, -SERIAL_DIGITS)
}

export function numberOf(prefix: string, serial: number): string {
  return `${prefix}${String(serial).padStart(SERIAL_DIGITS, '0')}`
}

const SERIAL_DIGITS = 6
export const LAST_SERIAL = 10 ** SERIAL_DIGITS - 1

/** Issuers of the demonstration world carry the area code 109900, which GB/T 2260 gives to nobody: 演示 stands across their certificates. */
export function isDemonstration(credit_code: string | null): boolean {
  return credit_code?.slice(2, 8) === '109900'
}

export const constraints: Constraints = {
  certificates_once: {
    code: 'certificate.issued_already',
    message: {
      zh: '这名学员在本班已经发过同类证书。',
      en: 'This trainee has a certificate of this kind from the class already.',
    },
  },
  certificates_once_awarded: {
    code: 'certificate.issued_already',
    message: {
      zh: '这名参赛者在本项目已经发过获奖证书。',
      en: 'An award was issued to this person for the entry already.',
    },
  },
  certificates_once_promoted: {
    code: 'promotion.issued',
    message: { zh: '这项晋升已经发过证书。', en: 'A certificate was issued for this promotion already.' },
  },
  certificates_result_id_key: {
    code: 'certificate.issued_already',
    message: { zh: '这份成绩已经发过证书。', en: 'A certificate was issued for this result already.' },
  },
  certificates_replaces_id_key: {
    code: 'certificate.replaced_already',
    message: { zh: '这张证书已经换发过。', en: 'This certificate was replaced already.' },
  },
  certificate_layout_choices_once: {
    code: 'layout.chosen',
    message: { zh: '这一版从这天起已经启用。', en: 'It is in force from that day already.' },
  },
  certificate_layouts_version: {
    code: 'layout.saved_meanwhile',
    message: {
      zh: '刚刚有人存了同名版式的新一版，请刷新后再存。',
      en: 'Somebody has just saved a version of that name; load the page again.',
    },
  },
  ...lifeConstraints,
  external_certificates_current: {
    code: 'external_certificate.recorded_already',
    message: {
      zh: '这个证书编号刚刚已由别人登记，请刷新后核对。',
      en: 'Somebody has just recorded this certificate number: reload and compare.',
    },
  },
}
