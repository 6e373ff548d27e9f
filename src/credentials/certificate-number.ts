/**
 * The numbers on certificates: made for skill-level certificates, taken apart for those issued elsewhere.
 *
 * A number has no check digit, so its form proves nothing; what disagrees with the rest of the certificate is a warning.
 * Sources: S30 (22 characters), S31 (special grade), S32 (16-digit vocational qualification).
 */
import type { LocalDate } from '../platform/calendar.ts'
import type { Message } from '../platform/errors.ts'
import { cleanText } from '../platform/text.ts'

export interface NumberWarning {
  code: string
  message: Message
}
interface SkillLevelParts {
  /** Y employer, S social training and assessment body; others are warned of */
  assessor_kind: string
  /** 0001–9999 filed with the ministry, 0000 first filed with a province */
  assessor_code: string
  /** GB/T 2260 province of the site */
  province_code: string
  site_serial: string
  /** the last two digits */
  year: string
  level: number
  serial: string
}
interface OldQualificationParts {
  year: string
  province_code: string
  prefecture_code: string
  body_type: number
  body_serial: string
  level: number
  serial: string
}
export type CertificateNumber = { number: string; warnings: NumberWarning[] } & (
  | { kind: 'skill_level'; parts: SkillLevelParts }
  | { kind: 'old_qualification'; parts: OldQualificationParts }
  | { kind: 'special_grade' | 'other' }
)

/**
 * The 22-character number of a skill-level certificate: prefix 13 (letter, assessor 4, province 2, site 6), year 2, level 1, serial 6.
 * @param part.serial 1 to 999,999, counted by the issuer within prefix, year and level
 */
export function skillLevelNumber(part: {
  assessor_prefix: string
  year: number
  level: number
  serial: number
}): string {
  const year = String(part.year % 100).padStart(2, '0')
  const number = `${part.assessor_prefix}${year}${part.level}${String(part.serial).padStart(6, '0')}`
  if (!SKILL_LEVEL.test(number)) throw new RangeError(`not a skill-level certificate number: ${number}`)
  return number
}

/**
 * Takes a number apart and compares it with what the certificate says elsewhere.
 * Warnings: `certificate_number.assessor_kind`, `.level_differs`, `.year_differs`, `.unknown_form`.
 */
export function parseCertificateNumber(
  text: string,
  stated: { level?: number; issued_on?: LocalDate } = {},
): CertificateNumber {
  const number = cleanText(text).replace(/[\s-]/g, '').toUpperCase()
  const modern = SKILL_LEVEL.exec(number)
  if (modern) {
    const [
      ,
      assessor_kind = '',
      assessor_code = '',
      province_code = '',
      site_serial = '',
      year = '',
      level,
      serial = '',
    ] = modern
    const parts = { assessor_kind, assessor_code, province_code, site_serial, year, level: Number(level), serial }
    const kind_warning = /[YS]/.test(assessor_kind) ? [] : [assessorKindWarning(assessor_kind)]
    return { kind: 'skill_level', number, parts, warnings: [...kind_warning, ...differences(parts, stated)] }
  }
  if (/^[A-Z]{2}\d{20}$/.test(number)) return { kind: 'special_grade', number, warnings: [] }
  // Shanghai's old numbers have 13 digits and are looked up with 000 in front
  const padded = /^\d{13}$/.test(number) ? `000${number}` : number
  const old = OLD_QUALIFICATION.exec(padded)
  if (old) {
    const [, year = '', province_code = '', prefecture_code = '', body_type, body_serial = '', level, serial = ''] = old
    const parts = {
      year,
      province_code,
      prefecture_code,
      body_type: Number(body_type),
      body_serial,
      level: Number(level),
      serial,
    }
    // in a padded number the positions of the year are not known
    const compared = padded === number ? parts : { level: parts.level }
    return { kind: 'old_qualification', number, parts, warnings: differences(compared, stated) }
  }
  return { kind: 'other', number, warnings: [unknownFormWarning(number)] }
}

const SKILL_LEVEL = /^([A-Z])(\d{4})(\d{2})(\d{6})(\d{2})([1-5])(\d{6})$/
const OLD_QUALIFICATION = /^(\d{2})(\d{2})(\d{2})([0-4])(\d{3})([1-5])(\d{5})$/

function differences(
  found: { level: number; year?: string },
  stated: { level?: number; issued_on?: LocalDate },
): NumberWarning[] {
  const warnings: NumberWarning[] = []
  if (stated.level !== undefined && stated.level !== found.level)
    warnings.push({
      code: 'certificate_number.level_differs',
      message: {
        zh: `编号中的等级是 ${found.level} 级，填写的是 ${stated.level} 级，请对照证书核对。`,
        en: `The number says level ${found.level}, the entry says level ${stated.level}: compare with the certificate.`,
      },
    })
  if (found.year !== undefined && stated.issued_on !== undefined && stated.issued_on.slice(2, 4) !== found.year)
    warnings.push({
      code: 'certificate_number.year_differs',
      message: {
        zh: `编号中的年份是 ${found.year} 年，发证日期是 ${stated.issued_on}，请对照证书核对。`,
        en: `The number says year ${found.year}, the issue date is ${stated.issued_on}: compare with the certificate.`,
      },
    })
  return warnings
}

function assessorKindWarning(letter: string): NumberWarning {
  return {
    code: 'certificate_number.assessor_kind',
    message: {
      zh: `编号首字母“${letter}”不是 Y（用人单位）或 S（社会培训评价组织），请到全国联网查询核验。`,
      en: `The first letter “${letter}” is neither Y (employer) nor S (assessment body): check it in the national look-up.`,
    },
  }
}

function unknownFormWarning(number: string): NumberWarning {
  return {
    code: 'certificate_number.unknown_form',
    message: {
      zh: `编号“${number}”不是职业技能等级证书（22 位）或职业资格证书（16 位）的格式，不能单凭它认定技能等级。`,
      en: `“${number}” has the form of neither a skill-level certificate (22 characters) nor a vocational qualification (16 digits): it proves no level by itself.`,
    },
  }
}
