/** Licences to practise (执业资格): their kinds, what their history tells, and what may be said of one; pure. */
import type { LocalDate } from '../platform/calendar.ts'
import type { Constraints } from '../platform/database.ts'
import type { Fault, Message } from '../platform/errors.ts'
import { faultAt } from './bulk.ts'

/** Nanjing takes them in place of a skill level (source S12). */
export const LICENCE_KINDS = {
  nurse: { zh: '护士执业资格', en: 'Nurse' },
  rehabilitation: { zh: '康复治疗师', en: 'Rehabilitation therapist' },
} satisfies Record<string, Message>

export const LICENCE_EVENTS: Record<string, Message> = {
  'licence.recorded': { zh: '登记执业资格', en: 'Licence recorded' },
  'licence.corrected': { zh: '更正执业资格', en: 'Licence corrected' },
  'licence.withdrawn': { zh: '撤销执业资格', en: 'Licence withdrawn' },
}

export const LICENCE_TWICE = {
  code: 'licence.twice',
  message: {
    zh: '此人已有同一种类、同一编号的执业资格，没有再次登记。内容有误的，请更正原记录。',
    en: 'The person has a licence of this kind and number already: correct that one if it is wrong.',
  },
}
export const licenceConstraints: Constraints = {
  licences_once: LICENCE_TWICE,
  licences_current: {
    code: 'licence.changed',
    message: {
      zh: '这条执业资格刚刚被别人更改，请刷新后核对。',
      en: 'Somebody has just changed this licence: reload and compare.',
    },
  },
}

/** Faults `licence.future`, `licence.ends_before_start`. */
export function licenceFaults(row: { issued_on: LocalDate; valid_until: LocalDate | null }, today: LocalDate): Fault[] {
  const { issued_on, valid_until } = row
  return [
    ...(issued_on > today
      ? [
          faultAt(
            '/issued_on',
            'licence.future',
            `取得日期 ${issued_on} 还没有到，今天是 ${today}。`,
            `The day of issue ${issued_on} lies after today, ${today}.`,
          ),
        ]
      : []),
    ...(valid_until !== null && valid_until <= issued_on
      ? [
          faultAt(
            '/valid_until',
            'licence.ends_before_start',
            `失效日期 ${valid_until} 应晚于取得日期 ${issued_on}。`,
            `The end ${valid_until} must be after the day of issue ${issued_on}.`,
          ),
        ]
      : []),
  ]
}
