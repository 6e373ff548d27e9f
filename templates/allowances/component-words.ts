/** A component of a scheme and the way of its money in the words of the people who read them. */
import { COMPONENT_KINDS, type Component, rateKeyName } from '../../src/allowances/components.ts'
import type { Service } from '../../src/allowances/conditions.ts'
import type { Deadline, Schedule } from '../../src/allowances/schedule.ts'
import { TIERS } from '../../src/competitions/rules.ts'
import { inLanguage, type Lang, type Message } from '../../src/platform/errors.ts'
import { words } from '../words.ts'
import { levelName, yuan } from './words.ts'

export interface Fact {
  label: string
  value: string
}

/** What is said of a component beside its rates. */
export function componentFacts(component: Component, lang: Lang): Fact[] {
  const w = words(lang)
  const { kind, tenure, instalments, first_after_years, education_on, part_time_percent, top_up, group } = component
  const shown: (Fact | false | undefined)[] = [
    { label: w('发放方式', 'Paid'), value: inLanguage(lang, COMPONENT_KINDS[kind]) },
    tenure && { label: w('年限计算', 'Years counted'), value: serviceWords(tenure, lang) },
    instalments !== undefined && {
      label: w('分期', 'Instalments'),
      value:
        instalments === null
          ? w('未知', 'Unknown')
          : instalments
              .map((one) => w(`满 ${one.after_years} 年 ${one.percent}%`, `${one.percent}% after ${one.after_years}`))
              .join(w('、', ', ')),
    },
    first_after_years !== undefined && {
      label: w('首次申领', 'First claim'),
      value: w(
        `满 ${first_after_years} 年，以前各期一并发放`,
        `after ${first_after_years} years, earlier ones with it`,
      ),
    },
    education_on === 'instalment' && {
      label: w('学历提升', 'A later degree'),
      value: w('未发部分按新学历', 'lifts what is unpaid'),
    },
    part_time_percent !== undefined && {
      label: w('非全日制学历', 'Part-time degrees'),
      value: part_time_percent === null ? w('折算比例未知', 'factor unknown') : `${part_time_percent}%`,
    },
    COMPONENT_KINDS[kind].due === 'once' &&
      !instalments && {
        label: w('升档', 'A higher rate later'),
        value: top_up ? w('补差', 'pays the difference') : w('不再发', 'pays nothing more'),
      },
    group !== undefined && {
      label: w('不重复享受', 'Not twice'),
      value: w('同类补贴就高不重复', 'of its kind only the highest'),
    },
  ]
  return shown.filter((one) => one !== undefined && one !== false)
}

/** By what a rate is paid: a level, an education, a band of years, a step of the scheme's own ladder. */
export function rateWords(
  rate: { level: number | null; key?: string | null; min_years?: number | null; below_years?: number | null },
  steps: { code: string; title: string }[],
  lang: Lang,
): string {
  if (rate.level !== null) return levelName(rate.level, lang)
  const step = steps.find(({ code }) => code === rate.key)
  if (step) return step.title
  const tier = rate.key && (TIERS as Record<string, Message>)[rate.key]
  return inLanguage(lang, tier || rateKeyName(rate))
}

export const BASES: Record<Service['basis'], Message> = {
  any_employer: { zh: '不论机构', en: 'any employer' },
  same_city: { zh: '在本市', en: 'in the city' },
  same_employer: { zh: '在同一机构', en: 'with the same employer' },
}
export const COUNTED_TO: Record<NonNullable<Service['count_to']>, Message> = {
  month_end: { zh: '计至当月末', en: 'to the end of the month' },
  claim_date: { zh: '计至申请日', en: 'to the day of the claim' },
  last_year_end: { zh: '计至上年 12 月 31 日', en: 'to 31 December of the year before' },
  year_before_claim: { zh: '计至申请上一年 12 月 31 日', en: 'to 31 December of the year before the claim' },
}

function serviceWords({ basis, employer, continuous, count_to = 'month_end' }: Service, lang: Lang): string {
  const w = words(lang)
  return [
    inLanguage(lang, BASES[basis]),
    ...(employer === 'chain' ? [w('连锁视为同一机构', 'a chain is one employer')] : []),
    continuous ? w('连续计算', 'continuous') : w('中断前后相加', 'stretches added'),
    inLanguage(lang, COUNTED_TO[count_to]),
  ].join(w('，', ', '))
}

const CADENCES: Record<NonNullable<Schedule['cadence']>, Message> = {
  monthly: { zh: '按月', en: 'Monthly' },
  quarterly: { zh: '按季', en: 'Quarterly' },
  half_yearly: { zh: '每半年', en: 'Every half year' },
  yearly: { zh: '按年', en: 'Yearly' },
}

/** Deadlines, budget and payers, where a source tells them. */
export function scheduleFacts(schedule: Schedule, lang: Lang): Fact[] {
  const w = words(lang)
  const { cadence, apply_by, review_by, approve_by, paid_by, budget, publicity_days, payers } = schedule
  const by = (label: string, deadline: Deadline | undefined) =>
    deadline && { label, value: deadlineWords(deadline, lang) }
  const shown: (Fact | false | undefined)[] = [
    cadence && { label: w('周期', 'Cadence'), value: inLanguage(lang, CADENCES[cadence]) },
    by(w('申报截止', 'Apply by'), apply_by),
    by(w('审核截止', 'Review by'), review_by),
    by(w('审批截止', 'Approve by'), approve_by),
    by(w('发放截止', 'Paid by'), paid_by),
    publicity_days !== undefined && {
      label: w('公示', 'Publicity'),
      value: w(`${publicity_days} 天`, `${publicity_days} days`),
    },
    budget === 'next_year' && { label: w('预算', 'Budget'), value: w('列入下年度预算', 'of the next year') },
    payers && {
      label: w('资金', 'Funded by'),
      value: payers
        .map(({ name, percent, fixed_fen }) =>
          percent !== undefined
            ? `${name} ${percent}%`
            : fixed_fen !== undefined
              ? `${name} ${yuan(fixed_fen)}`
              : w(`${name}承担其余`, `${name} the rest`),
        )
        .join(w('、', ', ')),
    },
  ]
  return shown.filter((one) => one !== undefined && one !== false)
}

function deadlineWords(deadline: Deadline, lang: Lang): string {
  const w = words(lang)
  if ('date' in deadline) {
    const later = deadline.years_later
    const laterZh = ['当年', '次年', '第三年'][later] ?? `${later} 年后`
    return w(`${laterZh} ${deadline.date}`, `${deadline.date}, ${later} year(s) later`)
  }
  const later = deadline.months_later
  const laterZh = ['当月', '次月'][later] ?? `${later} 个月后`
  return w(`${laterZh} ${deadline.day} 日`, `day ${deadline.day}, ${later} month(s) later`)
}
