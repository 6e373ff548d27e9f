/** Vocabulary of certificates issued elsewhere, and what can be told of one without the register. */
import { faultAt } from '../people/bulk.ts'
import type { ExternalState } from '../people/external-certificates.ts'
import type { LocalDate } from '../platform/calendar.ts'
import type { Fault, Message } from '../platform/errors.ts'
import { parseCertificateNumber } from './certificate-number.ts'

export const EXTERNAL_KINDS = {
  skill_level: { zh: '职业技能等级证书', en: 'Skill-level certificate' },
  qualification: { zh: '职业资格证书', en: 'Vocational qualification' },
} satisfies Record<string, Message>
export type ExternalKind = keyof typeof EXTERNAL_KINDS

/** What the newest look-up says; derived, never stored. */
export const EXTERNAL_STATES = {
  unchecked: { zh: '未核验', en: 'Not looked up' },
  found: { zh: '已核验', en: 'Found' },
  not_found: { zh: '查无', en: 'Not found' },
  mismatch: { zh: '不一致', en: 'Differs' },
  recheck: { zh: '待复核', en: 'To be looked up again' },
} satisfies Record<ExternalState, Message>

/** What a certificate says of itself. */
export interface Stated {
  /** as {@link cleanNumber} has it */
  number: string
  kind: ExternalKind
  occupation_code: string
  level: number
  issuer_name: string
  issued_on: LocalDate
  /** the first day on which it no longer counts; null for no end */
  valid_until: LocalDate | null
  /** left out: what is on record stays */
  standard_edition?: string | null | undefined
  evidence?: string | null | undefined
}

export function cleanNumber(text: string): string {
  return parseCertificateNumber(text).number
}

/** Codes: `certificate_number.impossible`, `external_certificate.future`, `external_certificate.valid_until`. */
export function statedFaults(stated: Stated, today: LocalDate): Fault[] {
  const { number, issued_on, valid_until } = stated
  const faults: Fault[] = []
  if (!/^(?=.*\d)[A-Z0-9]{6,40}$/.test(number)) faults.push(impossibleNumber(number))
  if (issued_on > today)
    faults.push(
      faultAt(
        '/issued_on',
        'external_certificate.future',
        `发证日期 ${issued_on} 还没有到，今天是 ${today}。请对照证书核对。`,
        `The day of issue ${issued_on} lies after today, ${today}: compare with the certificate.`,
      ),
    )
  if (valid_until !== null && valid_until <= issued_on)
    faults.push(
      faultAt(
        '/valid_until',
        'external_certificate.valid_until',
        `有效期至 ${valid_until} 应晚于发证日期 ${issued_on}；长期有效的不填。`,
        `Valid until ${valid_until} must be later than the day of issue ${issued_on}; leave it empty where there is no end.`,
      ),
    )
  return faults
}

/** Only what no certificate can bear: a form nobody knows is a warning. */
function impossibleNumber(number: string): Fault {
  if (/^\d(\.\d+)?E\+?\d+$/.test(number))
    return faultAt(
      '/number',
      'certificate_number.impossible',
      `证书编号“${number}”是 Excel 的科学计数，末几位已丢失，请把该列设为文本后重填。`,
      `“${number}” is a number in scientific notation: its last digits are lost. Format the column as text and type it again.`,
    )
  return faultAt(
    '/number',
    'certificate_number.impossible',
    `证书编号“${number}”不可能是证书编号：应为 6 至 40 位字母和数字。请对照证书填写。`,
    `“${number}” cannot be the number of a certificate, which has 6 to 40 letters and digits: copy it from the certificate.`,
  )
}

/** What is odd and does not keep the certificate out: it proves nothing until it is looked up. Codes of {@link parseCertificateNumber}, and `external_certificate.kind_differs`. */
export function statedWarnings({ number, kind, level, issued_on }: Stated): Fault[] {
  const parsed = parseCertificateNumber(number, { level, issued_on })
  const warnings = parsed.warnings.map((warning) => ({ pointer: '/number', ...warning }))
  const told = {
    old_qualification: 'qualification',
    skill_level: 'skill_level',
    special_grade: 'skill_level',
    other: kind,
  }
  const meant = told[parsed.kind] as ExternalKind
  if (meant !== kind)
    warnings.push(
      faultAt(
        '/number',
        'external_certificate.kind_differs',
        `编号是“${EXTERNAL_KINDS[meant].zh}”的格式，填写的是“${EXTERNAL_KINDS[kind].zh}”，请对照证书核对。`,
        `The number has the form of a ${EXTERNAL_KINDS[meant].en.toLowerCase()}, the entry says ${EXTERNAL_KINDS[kind].en.toLowerCase()}.`,
      ),
    )
  return warnings
}
