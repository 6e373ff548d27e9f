/** Vocabulary of people and of the facts about them, what may be said of them, and what their constraints mean. */
import { daysInMonth, firstDay, type LocalDate, lastDay, type Month, monthOf } from '../platform/calendar.ts'
import type { Constraints } from '../platform/database.ts'
import type { Fault, Message } from '../platform/errors.ts'
import { faultAt } from './bulk.ts'
import { educationConstraints } from './education-rules.ts'
import { employmentConstraints } from './employment-rules.ts'
import type { IdType } from './identity.ts'
import { licenceConstraints } from './licence-rules.ts'

export const WORKFORCES = {
  elder_care: { zh: '养老护理', en: 'Elder care' },
  childcare: { zh: '托育照护', en: 'Childcare' },
} satisfies Record<string, Message>
export type Workforce = keyof typeof WORKFORCES

export const ID_TYPES: Record<IdType, Message> = {
  resident_id: { zh: '居民身份证', en: 'Resident ID' },
  residence_permit: { zh: '港澳台居民居住证', en: 'Residence permit (Hong Kong, Macau, Taiwan)' },
  travel_permit: { zh: '港澳台居民通行证', en: 'Travel permit (Hong Kong, Macau, Taiwan)' },
  permanent_residence: { zh: '外国人永久居留身份证', en: 'Foreign permanent resident ID' },
  passport: { zh: '护照', en: 'Passport' },
}

/** From the lowest to the highest. */
export const EDUCATIONS = {
  primary: { zh: '小学', en: 'Primary school' },
  junior_secondary: { zh: '初中', en: 'Junior secondary school' },
  senior_secondary: { zh: '高中', en: 'Senior secondary school' },
  secondary_vocational: { zh: '中职', en: 'Secondary vocational school' },
  junior_college: { zh: '大专', en: 'Junior college' },
  bachelor: { zh: '本科', en: 'Bachelor' },
  postgraduate: { zh: '研究生', en: 'Postgraduate' },
} satisfies Record<string, Message>

export const POSTS = {
  care: { zh: '养老护理', en: 'Care' },
  nursery_care: { zh: '保育', en: 'Nursery care' },
  nursing: { zh: '医护', en: 'Nursing' },
  rehabilitation: { zh: '康复护理', en: 'Rehabilitation' },
  nutrition: { zh: '营养调配', en: 'Nutrition' },
  counselling: { zh: '心理咨询', en: 'Counselling' },
  training: { zh: '技术培训', en: 'Training' },
  assessment: { zh: '能力评估', en: 'Ability assessment' },
  management: { zh: '管理', en: 'Management' },
  other: { zh: '其他', en: 'Other' },
} satisfies Record<string, Message>

export const CONTRACT_KINDS = {
  labour: { zh: '劳动合同', en: 'Labour contract' },
  service: { zh: '劳务协议', en: 'Service agreement' },
  dispatch: { zh: '劳务派遣', en: 'Dispatched' },
  public_post: { zh: '事业编制', en: 'Public post' },
} satisfies Record<string, Message>

export const CONDUCT_KINDS = {
  liability_accident: { zh: '责任事故', en: 'Liability accident' },
  ethics_breach: { zh: '违反职业道德', en: 'Breach of professional ethics' },
} satisfies Record<string, Message>

/** Where hours of continuing education stand; only approved ones count. */
export const APPROVALS = {
  pending: { zh: '待审核', en: 'Pending' },
  approved: { zh: '已认定', en: 'Approved' },
  rejected: { zh: '不予认定', en: 'Rejected' },
} satisfies Record<string, Message>
export type Approval = keyof typeof APPROVALS

/** The levels from the lowest to the highest, as lists and forms have them. */
export const RISING_LEVELS = [5, 4, 3, 2, 1]
/** Names of the five levels (人社部发〔2022〕14号, source S45); 1 is the highest. */
export const LEVELS: Record<number, Message> = {
  5: { zh: '五级/初级工', en: 'Level 5' },
  4: { zh: '四级/中级工', en: 'Level 4' },
  3: { zh: '三级/高级工', en: 'Level 3' },
  2: { zh: '二级/技师', en: 'Level 2' },
  1: { zh: '一级/高级技师', en: 'Level 1' },
}

export const CERTIFICATE_STATUSES = {
  valid: { zh: '有效', en: 'Valid' },
  expiring: { zh: '30天内到期', en: 'Expires in 30 days' },
  expired: { zh: '已过期', en: 'Expired' },
  suspended: { zh: '暂停使用', en: 'Suspended' },
  revoked: { zh: '已撤销', en: 'Revoked' },
} satisfies Record<string, Message>
export type CertificateStatus = keyof typeof CERTIFICATE_STATUSES

export const constraints: Constraints = {
  ...employmentConstraints,
  ...educationConstraints,
  ...licenceConstraints,
  person_erased: {
    code: 'person.erased',
    message: {
      zh: '其中有人的个人信息已按规定删除，不能再登记任何内容。',
      en: 'The personal data of one of these people was erased; nothing can be recorded about them any more.',
    },
  },
  person_merged: {
    code: 'person.merged',
    message: {
      zh: '这条人员记录已经合并到另一条记录，不能再写入。请刷新后在合并后的记录上办理。',
      en: 'This record was merged into another and takes nothing new: reload and use that record.',
    },
  },
  service_months_reason: {
    code: 'service_month.reason_missing',
    message: {
      zh: '这个月刚刚已经提交，更正必须写明理由。',
      en: 'The month has just been submitted: say why its figures change.',
    },
  },
  service_month_submissions_once: {
    code: 'service_month_submission.twice',
    message: {
      zh: '这个月刚刚已经提交，请刷新后核对。',
      en: 'The month has just been submitted: reload and compare.',
    },
  },
  education_hours_twice: {
    code: 'education_hours.twice',
    message: {
      zh: '同一天、同一主办单位、同一主题的学时刚刚已经登记，请刷新后核对。',
      en: 'The same day, provider and subject have just been recorded: reload and compare.',
    },
  },
}

export function employmentFaults(row: { starts_on: LocalDate; ends_on: LocalDate | null }): Fault[] {
  if (row.ends_on === null || row.ends_on > row.starts_on) return []
  return [
    faultAt(
      '/ends_on',
      'employment.ends_before_start',
      `离岗日期 ${row.ends_on} 应晚于入职日期 ${row.starts_on}（离岗日期是不再在岗的第一天）。`,
      `The end ${row.ends_on} must be after the start ${row.starts_on} (the end is the first day no longer in post).`,
    ),
  ]
}

/** A month that is not over may be recorded, one that has not begun may not. */
export function serviceMonthFaults(row: { month: Month; attendance_days: number }, today: LocalDate): Fault[] {
  const faults: Fault[] = []
  if (row.month > monthOf(today))
    faults.push(
      faultAt(
        '/month',
        'service_month.future',
        `${row.month} 还没有到，最晚可以登记 ${monthOf(today)}。`,
        `${row.month} has not begun; the latest month that can be recorded is ${monthOf(today)}.`,
      ),
    )
  const days = daysInMonth(row.month)
  if (row.attendance_days > days)
    faults.push(
      faultAt(
        '/attendance_days',
        'service_month.too_many_days',
        `${row.month} 只有 ${days} 天，出勤不能是 ${row.attendance_days} 天。`,
        `${row.month} has ${days} days, so nobody attended ${row.attendance_days}.`,
      ),
    )
  return faults
}

export function educationFaults(row: { completed_on: LocalDate }, today: LocalDate): Fault[] {
  return notAfter(
    '/completed_on',
    'education_hours.future',
    { zh: '完成日期', en: 'completion date' },
    row.completed_on,
    today,
  )
}

export function notAfter(pointer: string, code: string, what: Message, date: LocalDate, today: LocalDate): Fault[] {
  if (date <= today) return []
  return [
    faultAt(
      pointer,
      code,
      `${what.zh} ${date} 还没有到，今天是 ${today}。`,
      `The ${what.en} ${date} lies after today, ${today}.`,
    ),
  ]
}

export type Blocker = 'no_contract' | 'left' | 'no_certificate' | 'no_days' | 'no_account'

/** What stands between a member of staff and the allowance of a month and the facility can do something about; amounts and thresholds are the scheme's. */
export const BLOCKERS: Record<Blocker, Message> = {
  no_contract: { zh: '未登记任职', en: 'No employment' },
  left: { zh: '当月离岗', en: 'Left this month' },
  no_certificate: { zh: '无有效等级证书', en: 'No valid certificate' },
  no_days: { zh: '未填出勤', en: 'No attendance' },
  no_account: { zh: '无银行账号', en: 'No bank account' },
}

export function blockersOf(
  staff: {
    employment_id: string | null
    ends_on: LocalDate | null
    level: number | null
    attendance_days: number | null
    has_account: boolean
  },
  month: Month,
): Blocker[] {
  const found: Record<Blocker, boolean> = {
    no_contract: staff.employment_id === null,
    left: staff.ends_on !== null && staff.ends_on > firstDay(month) && staff.ends_on <= lastDay(month),
    no_certificate: staff.level === null,
    no_days: staff.attendance_days === null,
    no_account: !staff.has_account,
  }
  return (Object.keys(BLOCKERS) as Blocker[]).filter((blocker) => found[blocker])
}
