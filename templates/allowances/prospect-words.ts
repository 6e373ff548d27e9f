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
  facility_filed: { zh: '机构重新备案后', en: 'when the facility is filed again' },
  contract_kind: { zh: '签订符合条件的合同或协议后', en: 'under another contract' },
  in_post_at_month_end: { zh: '重新在岗后', en: 'when they are in post again' },
  service_months: { zh: '重新在岗、满期后', en: 'when they are in post again, for long enough' },
  certificate_level: { zh: '取得符合要求的证书后', en: 'with a certificate of that level' },
  registry_check: { zh: '先要有符合要求的证书', en: 'a certificate comes first' },
  attendance_days: { zh: '先要有任职记录', en: 'an employment comes first' },
  rate: { zh: '标准核定后', en: 'when the rate is laid down' },
}
const FOR_GOOD: Record<string, Message> = {
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
