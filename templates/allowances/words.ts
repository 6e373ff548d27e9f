/** Values of measures, amounts and certainty in the words of the people who read them. */
import { REGISTRIES } from '../../src/credentials/rules.ts'
import { FACILITY_KINDS, OWNERSHIPS } from '../../src/organisations/rules.ts'
import { LICENCE_KINDS } from '../../src/people/licence-rules.ts'
import { CONTRACT_KINDS, EDUCATIONS, LEVELS } from '../../src/people/rules.ts'
import { inLanguage, type Lang, type Message } from '../../src/platform/errors.ts'
import { formatYuan } from '../../src/platform/money.ts'
import type { Tone } from '../parts.tsx'
import { words } from '../words.ts'

export const CONFIDENCES: Record<string, { words: Message; tone: Tone }> = {
  confirmed: { words: { zh: '已凭文件确认', en: 'Confirmed by document' }, tone: 'good' },
  seen: { words: { zh: '见于来源', en: 'Seen in a source' }, tone: 'good' },
  recalled: { words: { zh: '未核对来源', en: 'Recalled, not checked' }, tone: 'warn' },
  inferred: { words: { zh: '推定', en: 'Inferred' }, tone: 'warn' },
  unknown: { words: { zh: '未知', en: 'Unknown' }, tone: 'bad' },
}

/** What kind of source it is; other kinds are shown as they are called in db/reference/sources.json. */
const QUALITIES: Record<string, Message> = {
  official: { zh: '官方', en: 'official' },
  'aggregator-close-to-official': { zh: '汇编，近官方', en: 'aggregator close to official' },
  press: { zh: '媒体', en: 'press' },
  'press-repost': { zh: '媒体转载', en: 'press repost' },
  'machine-summary': { zh: '机器摘要', en: 'machine summary' },
  recalled: { zh: '未核对', en: 'recalled' },
}

export function qualityName(quality: string, lang: Lang): string {
  return nameOf(QUALITIES, quality, lang)
}

export function yuan(fen: number): string {
  return `${fen < 0 ? '−' : ''}¥${formatYuan(Math.abs(fen))}`
}

/** The page of one line; the component that most lines are of is not named. */
export function pageOfLine(
  run_id: string,
  line: { person_id: string | null; month: string; component: string },
): string {
  const { person_id, month, component } = line
  if (person_id === null) return `/console/runs/${run_id}/organisations`
  return `/console/runs/${run_id}/lines/${person_id}/${month}${component === 'monthly' ? '' : `?component=${component}`}`
}

export function levelName(level: number | null, lang: Lang): string {
  const name = level === null ? undefined : LEVELS[level]
  return name ? inLanguage(lang, name) : '—'
}

export function registryName(registry: string, lang: Lang): string {
  return nameOf(REGISTRIES, registry, lang)
}

/** What a condition asks for. */
export function requiredWords(measure: string, value: unknown, lang: Lang): string {
  const w = words(lang)
  if (value === null) return w('未确认', 'Not confirmed')
  switch (measure) {
    case 'service_months':
      return w(`满 ${value} 个月`, `${value} months`)
    case 'certificate_level':
      return w(`${levelName(Number(value), lang)}及以上`, `${levelName(Number(value), lang)} or higher`)
    case 'certificate_or_licence':
      return w(
        `${levelName(Number(value), lang)}及以上，或执业资格`,
        `${levelName(Number(value), lang)} or higher, or a licence`,
      )
    case 'claimed':
      return w('已申领', 'claimed')
    case 'attendance_days':
      return w(`满 ${value} 天`, `${value} days`)
    case 'education_hours':
      return hoursWords(value, lang)
    case 'conduct_events':
      return value === 0 ? w('没有', 'None') : w(`不超过 ${value} 次`, `At most ${value}`)
    case 'rate':
      return levelName(Number(value), lang)
    case 'contract_years':
    case 'years_served':
    case 'rate_by_tenure':
      return w(`满 ${value} 年`, `${value} years`)
    case 'age_below':
      return w(`不满 ${value} 周岁`, `below ${value} years of age`)
    case 'graduated_within':
      return w(`毕业 ${value} 个月内`, `within ${value} months of graduation`)
    case 'hired_from':
      return w(`${value} 及以后`, `on or after ${value}`)
    case 'left_to_pay':
      return w(`应得合计 ${yuan(Number(value))}`, `${yuan(Number(value))} in all`)
    default:
      return plainWords(measure, value, lang)
  }
}

/** What was found. */
export function foundWords(measure: string, value: unknown, lang: Lang): string {
  const w = words(lang)
  if (value === null)
    return (
      {
        certificate_level: w('没有支持本月的证书', 'No certificate supports the month'),
        attendance_days: w('没有出勤记录', 'No attendance recorded'),
        rate: w('没有标准', 'No rate'),
        rate_by_tenure: w('没有标准', 'No rate'),
        rate_by_education: w('没有标准', 'No rate'),
        rate_by_award: w('没有标准', 'No rate'),
        rate_by_training: w('没有标准', 'No rate'),
        facility_ownership: w('没有登记举办性质', 'Ownership not on record'),
        certificate_or_licence: w('没有证书或执业资格', 'Neither certificate nor licence'),
        claimed: w('没有申领', 'Not claimed'),
        contract_years: w('没有登记合同期限', 'No term of the contract on record'),
        years_served: w('没有从业记录', 'No service on record'),
        age_below: w('没有出生日期', 'No date of birth'),
        graduated_within: w('没有入职前毕业的学历', 'No education finished before the entry'),
        hired_from: w('没有入职记录', 'No entry on record'),
      }[measure] ?? w('没有本岗位的任职', 'No employment in the post')
    )
  switch (measure) {
    case 'service_months':
      return w(`${value} 个月`, `${value} months`)
    case 'certificate_level':
      return levelName(Number(value), lang)
    case 'certificate_or_licence':
      return typeof value === 'number' ? levelName(value, lang) : plainWords(measure, value, lang)
    case 'claimed':
      return w(`${value} 申领`, `claimed on ${value}`)
    case 'attendance_days':
      return w(`${value} 天`, `${value} days`)
    case 'education_hours':
      return hoursWords(value, lang)
    case 'conduct_events':
      return value === 0 ? w('没有', 'None') : w(`${value} 次`, `${value}`)
    case 'rate':
    case 'rate_by_tenure':
    case 'rate_by_education':
    case 'rate_by_award':
    case 'rate_by_training':
      return yuan(Number(value))
    case 'contract_years':
    case 'years_served':
      return w(`${value} 年`, `${value} years`)
    case 'age_below':
      return w(`${value} 周岁`, `${value} years of age`)
    case 'graduated_within':
      return w(`${value} 毕业`, `graduated on ${value}`)
    case 'left_to_pay':
      return w(`已发 ${yuan(Number(value))}`, `${yuan(Number(value))} paid`)
    default:
      return plainWords(measure, value, lang)
  }
}

function hoursWords(value: unknown, lang: Lang): string {
  const w = words(lang)
  if (typeof value !== 'object' || value === null) return w(`${value} 学时`, `${value} hours`)
  return (
    Object.entries(value)
      .sort(([a], [b]) => Number(b) - Number(a))
      .map(([level, hours]) => {
        const name = levelName(Number(level), lang).split('/')[0]
        return w(`${name} ${hours}`, `${name}: ${hours}`)
      })
      .join(w('、', ', ')) + w(' 学时', ' hours')
  )
}

function plainWords(measure: string, value: unknown, lang: Lang): string {
  const w = words(lang)
  if (typeof value === 'boolean') return value ? w('是', 'Yes') : w('否', 'No')
  const vocabulary: Record<string, Message> =
    (
      {
        contract_kind: CONTRACT_KINDS,
        facility_kind: FACILITY_KINDS,
        facility_ownership: OWNERSHIPS,
        certificate_or_licence: LICENCE_KINDS,
        rate_by_education: EDUCATIONS,
      } as Record<string, Record<string, Message>>
    )[measure] ?? {}
  return [value]
    .flat()
    .map((one) => nameOf(vocabulary, String(one), lang))
    .join(w('、', ', '))
}

function nameOf(vocabulary: Record<string, Message>, key: string, lang: Lang): string {
  const message = vocabulary[key]
  return message ? inLanguage(lang, message) : key
}

/** The page of whoever is paid. */
export function payeeHref({
  person_id,
  organisation_id,
}: {
  person_id: string | null
  organisation_id: string | null
}) {
  return person_id ? `/console/people/${person_id}` : `/console/organisations/${organisation_id}/allowances`
}
