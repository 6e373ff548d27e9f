/** Educations (schooling, 学历): their modes, what their history tells, and what may be said of one. */
import type { LocalDate } from '../platform/calendar.ts'
import type { Constraints } from '../platform/database.ts'
import type { Fault, Message } from '../platform/errors.ts'
import { faultAt } from './bulk.ts'

/** Part-time counts differently for bonuses of entry. */
export const EDUCATION_MODES = {
  full_time: { zh: '全日制', en: 'Full-time' },
  part_time: { zh: '非全日制', en: 'Part-time' },
} satisfies Record<string, Message>

export const EDUCATION_EVENTS: Record<string, Message> = {
  'education.recorded': { zh: '登记学历', en: 'Education recorded' },
  'education.corrected': { zh: '更正学历', en: 'Education corrected' },
  'education.withdrawn': { zh: '撤销学历', en: 'Education withdrawn' },
}

const TWICE = {
  zh: '此人已有同一层次、同一学校、同一毕业日期的学历，没有再次登记。内容有误的，请更正原记录。',
  en: 'The person has an education of this level, school and graduation already: correct that one if it is wrong.',
}
export const educationConstraints: Constraints = {
  educations_once: { code: 'education.twice', message: TWICE },
  educations_current: {
    code: 'education.changed',
    message: {
      zh: '这条学历刚刚被别人更改，请刷新后核对。',
      en: 'Somebody has just changed this education: reload and compare.',
    },
  },
}

/** Of an education: graduation lies after the start, and not in the future. */
export function graduationFaults(
  row: { starts_on: LocalDate | null; graduated_on: LocalDate | null },
  today: LocalDate,
): Fault[] {
  const { starts_on, graduated_on } = row
  const faults: Fault[] = []
  if (graduated_on !== null && graduated_on > today)
    faults.push(
      faultAt(
        '/graduated_on',
        'education.future',
        `毕业日期 ${graduated_on} 还没有到，今天是 ${today}。在读的请不要填毕业日期。`,
        `The graduation ${graduated_on} lies after today, ${today}: leave it out while the person studies.`,
      ),
    )
  if (starts_on !== null && graduated_on !== null && graduated_on <= starts_on)
    faults.push(
      faultAt(
        '/graduated_on',
        'education.ends_before_start',
        `毕业日期 ${graduated_on} 应晚于入学日期 ${starts_on}。`,
        `The graduation ${graduated_on} must be after the start ${starts_on}.`,
      ),
    )
  return faults
}
