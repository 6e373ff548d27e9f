/** When a condition could be met, in the words of whoever has to do something about it. */
import type { Prospect } from '../../src/allowances/prospects.ts'
import type { Lang, Message } from '../../src/platform/errors.ts'
import { inLanguage } from '../../src/platform/errors.ts'
import { words } from '../words.ts'

/** Of one condition; empty when it is met. */
export function prospectWords(measure: string, { kind, month, missing }: Prospect, lang: Lang): string {
  const w = words(lang)
  switch (kind) {
    case 'met':
      return ''
    case 'in_time':
      return w(`最早 ${month}`, `from ${month}`)
    case 'when_recorded':
      if (measure === 'education_hours')
        return missing === null
          ? w('补足学时后', 'when the hours are there')
          : w(
              `再登记 ${missing} 学时即可；${month} 底前学完的可补登，以后学完的自学完当月起算`,
              `as soon as ${missing} more hours are recorded: completed by the end of ${month} they count for it, later ones from their own month`,
            )
      if (measure === 'attendance_days')
        return w(`机构补登 ${month} 出勤后即可`, `as soon as the facility records the attendance of ${month}`)
      if (measure === 'social_insurance')
        return w(`补登 ${month} 参保记录后即可`, `as soon as the insurance of ${month} is recorded`)
      if (measure === 'age_below') return w('登记出生日期后', 'when the day of birth is recorded')
      if (measure === 'registry_check')
        return w('主管部门在官方平台查到证书后即可', 'as soon as the authority finds the certificate in the register')
      return w(`补登后 ${month} 即可`, `${month}, as soon as it is recorded`)
    case 'when_changed':
      return inLanguage(lang, CHANGES[measure] ?? { zh: '情况变化后才可能', en: 'when something changes' })
    case 'never':
      return inLanguage(lang, FOR_GOOD[measure] ?? { zh: '不会满足', en: 'never' })
  }
}

const CHANGES: Record<string, Message> = {
  division: { zh: '转到辖区内的机构后', en: 'when a facility of the division employs them' },
  facility_kind: { zh: '转到符合条件的机构后', en: 'when a facility of that kind employs them' },
  facility_ownership: {
    zh: '转到举办性质符合的机构，或补登举办性质后',
    en: 'when a facility of that ownership employs them, or it is recorded',
  },
  facility_filed: { zh: '机构重新备案后', en: 'when the facility is filed again' },
  contract_kind: { zh: '签订符合条件的合同或协议后', en: 'under another contract' },
  in_post_at_month_end: { zh: '重新在岗后', en: 'when they are in post again' },
  service_months: { zh: '重新在岗、满期后', en: 'when they are in post again, for long enough' },
  certificate_level: { zh: '取得符合要求的证书后', en: 'with a certificate of that level' },
  registry_check: { zh: '先要有符合要求的证书', en: 'a certificate comes first' },
  attendance_days: { zh: '先要有任职记录', en: 'an employment comes first' },
  contract_years: {
    zh: '签订期限足够的合同，或补登合同到期日后',
    en: 'under a contract for long enough, or when its term is recorded',
  },
  certificate_or_licence: { zh: '取得符合要求的证书或执业资格后', en: 'with a certificate of that level or a licence' },
  claimed: { zh: '在规定时间内提出申领后', en: 'when it is claimed in time' },
  years_served: { zh: '重新在岗、满期后', en: 'when they are in post again, for long enough' },
  hired_from: { zh: '入职早于政策规定的日期', en: 'they entered before the day the scheme begins with' },
  graduated_within: { zh: '登记毕业时间符合要求的学历后', en: 'with an education completed in time' },
  social_insurance: { zh: '先要有任职记录', en: 'an employment comes first' },
  trained: { zh: '参加培训后', en: 'when they are trained' },
  left_to_pay: {
    zh: '应发的已经全部发放，达到更高标准后才有差额',
    en: 'all is paid; there is more only with a higher rate',
  },
  rate_by_tenure: { zh: '从业年限达到有标准的档次后', en: 'when the years served reach a rate' },
  rate_by_education: { zh: '登记有标准的学历后', en: 'with an education that has a rate' },
  rate_by_award: { zh: '在竞赛中获奖的月份', en: 'in a month with a prize' },
  rate_by_training: { zh: '通过有标准的培训后', en: 'when a training that has a rate is passed' },
  rate: { zh: '标准核定后', en: 'when the rate is laid down' },
}
const FOR_GOOD: Record<string, Message> = {
  age_below: { zh: '已超过规定年龄', en: 'they are above the age' },
  contract_kind: { zh: '在编期间不会满足', en: 'not while on the establishment' },
  conduct_events: { zh: '处理决定没有期限', en: 'the decision has no end' },
}

/** Of all conditions at once. */
export function soonestWords({ kind, month }: Omit<Prospect, 'missing'>, lang: Lang): string {
  const w = words(lang)
  switch (kind) {
    case 'met':
      return ''
    case 'in_time':
      return w(`最早 ${month} 起`, `from ${month}`)
    case 'when_recorded':
      return w(`补登后 ${month} 起`, `from ${month}, when recorded`)
    case 'when_changed':
      return w('情况变化后', 'when something changes')
    case 'never':
      return w('现状下不会', 'not as things are')
  }
}
