/** In which words a row of marks is refused: the value, the day, the person, and what a change needs. */
import { faultAt } from '../people/bulk.ts'
import { isLocalDate, localDate } from '../platform/calendar.ts'
import type { Context } from '../platform/context.ts'
import type { Fault } from '../platform/errors.ts'
import type { LockedClass } from './actions.ts'
import type { EnrolmentRow } from './member-queries.ts'
import { hoursShort, hundredths, isIn, PARTS, type Part } from './rules.ts'

/** What is wrong with the points given for a part. */
export function partFaults(required: Part[], part: Part, value: number | null): Fault[] {
  const { zh, en } = PARTS[part]
  if (value === null) return []
  if (!required.includes(part))
    return [
      faultAt(`/${part}`, 'result.part_not_examined', `这一级不考${zh}，请留空。`, `This level has no ${en} part.`),
    ]
  return hundredths(value) === null ? [markInvalid(part, part, value)] : []
}

export function markInvalid(field: string, part: Part, value: number): Fault {
  const { zh, en } = PARTS[part]
  return faultAt(
    `/${field}`,
    'result.mark_invalid',
    `${zh}成绩 ${value} 不是 0–100 之间、至多两位小数的数。`,
    `The ${en} mark ${value} is not between 0 and 100 with at most two decimals.`,
  )
}

export function dayFaults(context: Context, group: LockedClass, day: string): Fault[] {
  const today = localDate(context.now)
  if (isLocalDate(day) && day <= today && day >= group.starts_on) return []
  return [
    faultAt(
      '/assessed_on',
      'result.date_outside',
      `考核日期 ${day} 必须在开班（${group.starts_on}）之后、今天（${today}）或以前。`,
      `The day ${day} must be between the start (${group.starts_on}) and today (${today}).`,
    ),
  ]
}

/** Why somebody cannot be assessed. */
export function memberFault(member: EnrolmentRow | undefined): Fault | null {
  if (!member || !isIn(member))
    return faultAt(
      '/enrolment_id',
      'result.person_unknown',
      '这个人不在班里或已退班。',
      'This person is not in the class.',
    )
  if (member.hours >= member.required_hours) return null
  const { zh, en } = hoursShort(member.hours, member.required_hours).message
  return faultAt(
    '/enrolment_id',
    'result.hours_short',
    `${member.person_name}${zh}，不能录入成绩。`,
    `${member.person_name}: ${en}; no result can be entered.`,
  )
}

/** What a mark that stands, locked results and a certificate ask of a change. */
export function changeFaults(member: EnrolmentRow, corrects: boolean, locked: boolean, reason: string | null): Fault[] {
  const { person_name, certificate_number } = member
  const faults: Fault[] = []
  if (corrects && !reason)
    faults.push(
      faultAt(
        '/reason',
        'result.reason_missing',
        `${person_name}已有成绩，更正请写明原因。`,
        `${person_name} has a result; a correction needs a reason.`,
      ),
    )
  else if (locked && !reason)
    faults.push(
      faultAt(
        '/reason',
        'result.locked',
        `本班成绩已锁定，为${person_name}补录成绩请写明原因。`,
        `The results are locked; entering one for ${person_name} needs a reason.`,
      ),
    )
  if (certificate_number)
    faults.push(
      faultAt(
        '/enrolment_id',
        'result.certified',
        `${person_name}已按原成绩发证（${certificate_number}），请先撤销证书再更正成绩。`,
        `Certificate ${certificate_number} stands on the result of ${person_name}; revoke it before correcting.`,
      ),
    )
  return faults
}

export function markMissing(part: Part): Fault {
  const { zh, en } = PARTS[part]
  return faultAt(
    `/${part}`,
    'result.mark_missing',
    `缺少${zh}成绩，也没有仍在保留期内的合格成绩；缺考请填 0。`,
    `The ${en} mark is missing, and no passed one is kept; enter 0 for an absent person.`,
  )
}

export function twice({ person_name }: EnrolmentRow): Fault {
  return faultAt(
    '/enrolment_id',
    'result.twice',
    `${person_name}出现了两次，请只留一行。`,
    `${person_name} is there twice.`,
  )
}
