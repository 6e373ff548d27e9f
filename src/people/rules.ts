/** Vocabulary of people and of the facts about them, what may be said of them, and what their constraints mean. */
import { daysInMonth, firstDay, type LocalDate, lastDay, type Month, monthOf } from '../platform/calendar.ts'
import type { Constraints } from '../platform/database.ts'
import type { Fault, Message } from '../platform/errors.ts'
import { faultAt } from './bulk.ts'
import type { IdType } from './identity.ts'

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
  revoked: { zh: '已撤销', en: 'Revoked' },
} satisfies Record<string, Message>
export type CertificateStatus = keyof typeof CERTIFICATE_STATUSES

/** What the history of a person tells. */
export const PERSON_EVENTS: Record<string, Message> = {
  'person.registered': { zh: '登记', en: 'Registered' },
  'person.amended': { zh: '更正资料', en: 'Corrected' },
  'person.disclosed': { zh: '查看完整号码', en: 'Number shown in full' },
  'person.document_added': { zh: '登记证件', en: 'Document recorded' },
  'person.erased': { zh: '按规定删除个人信息', en: 'Personal data erased' },
  'employment.recorded': { zh: '登记任职', en: 'Employment recorded' },
  'employment.corrected': { zh: '更正任职', en: 'Employment corrected' },
  'employment.ended': { zh: '登记离岗', en: 'Employment ended' },
  'service_month.recorded': { zh: '登记月度在岗', en: 'Month recorded' },
  'service_month.corrected': { zh: '更正月度在岗', en: 'Month corrected' },
  'education_hours.recorded': { zh: '登记继续教育', en: 'Continuing education recorded' },
  'education_hours.corrected': { zh: '更正继续教育', en: 'Continuing education corrected' },
  'conduct_event.recorded': { zh: '登记责任事故或职业道德处理', en: 'Conduct recorded' },
  'conduct_event.withdrawn': { zh: '撤回处理记录', en: 'Conduct record withdrawn' },
}

/** Fields that a change of a person names. */
export const CHANGED_FIELDS: Record<string, Message> = {
  name: { zh: '姓名', en: 'name' },
  workforce: { zh: '从业类别', en: 'workforce' },
  education: { zh: '学历', en: 'education' },
  phone: { zh: '手机号码', en: 'phone' },
  bank_account: { zh: '银行账号', en: 'bank account' },
  id_type: { zh: '证件', en: 'document' },
  id_number: { zh: '证件号码', en: 'ID number' },
  post: { zh: '岗位', en: 'post' },
  contract_kind: { zh: '合同', en: 'contract' },
  starts_on: { zh: '入职', en: 'start' },
  ends_on: { zh: '离岗', en: 'end' },
  month: { zh: '月份', en: 'month' },
  attendance_days: { zh: '出勤天数', en: 'days' },
  social_insurance: { zh: '社保', en: 'social insurance' },
  completed_on: { zh: '完成日期', en: 'completed' },
  provider: { zh: '主办单位', en: 'provider' },
  subject: { zh: '主题', en: 'subject' },
  hours: { zh: '学时', en: 'hours' },
  kind: { zh: '类别', en: 'kind' },
  happened_on: { zh: '发生日期', en: 'happened' },
  decided_on: { zh: '认定日期', en: 'decided' },
}

export const constraints: Constraints = {
  person_erased: {
    code: 'person.erased',
    message: {
      zh: '其中有人的个人信息已按规定删除，不能再登记任何内容。',
      en: 'The personal data of one of these people was erased; nothing can be recorded about them any more.',
    },
  },
  employments_overlap: {
    code: 'employment.overlap',
    message: {
      zh: '此人在该机构的同一岗位上已有重叠的任职记录，请先核对起止日期。',
      en: 'The person has an overlapping employment in the same post of this organisation: check the dates.',
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

export function conductFaults(row: { happened_on: LocalDate; decided_on: LocalDate }, today: LocalDate): Fault[] {
  const faults = notAfter(
    '/decided_on',
    'conduct_event.future',
    { zh: '认定日期', en: 'date of the decision' },
    row.decided_on,
    today,
  )
  if (row.decided_on < row.happened_on)
    faults.push(
      faultAt(
        '/decided_on',
        'conduct_event.decided_before',
        `认定日期 ${row.decided_on} 早于发生日期 ${row.happened_on}，请核对。`,
        `Decided on ${row.decided_on}, before it happened on ${row.happened_on}.`,
      ),
    )
  return faults
}

function notAfter(pointer: string, code: string, what: Message, date: LocalDate, today: LocalDate): Fault[] {
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
