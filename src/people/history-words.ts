/** The words for what the history of a person tells. */
import type { Message } from '../platform/errors.ts'
import { EDUCATION_EVENTS } from './education-rules.ts'
import { EMPLOYMENT_EVENTS } from './employment-rules.ts'

/** What the history of a person tells. */
export const PERSON_EVENTS: Record<string, Message> = {
  'person.registered': { zh: '登记', en: 'Registered' },
  'person.amended': { zh: '更正资料', en: 'Corrected' },
  'person.disclosed': { zh: '查看完整号码', en: 'Number shown in full' },
  ...EMPLOYMENT_EVENTS,
  ...EDUCATION_EVENTS,
  'service_month.recorded': { zh: '登记月度在岗', en: 'Month recorded' },
  'service_month.corrected': { zh: '更正月度在岗', en: 'Month corrected' },
  'education_hours.recorded': { zh: '登记继续教育', en: 'Continuing education recorded' },
  'education_hours.corrected': { zh: '更正继续教育', en: 'Continuing education corrected' },
  'education_hours.approved': { zh: '认定继续教育', en: 'Continuing education approved' },
  'education_hours.rejected': { zh: '不予认定继续教育', en: 'Continuing education rejected' },
  'conduct_event.recorded': { zh: '登记责任事故或职业道德处理', en: 'Conduct recorded' },
  'conduct_event.corrected': { zh: '更正处理记录', en: 'Conduct record corrected' },
  'conduct_event.withdrawn': { zh: '撤回处理记录', en: 'Conduct record withdrawn' },
  'external_certificate.recorded': { zh: '登记外部证书', en: 'External certificate recorded' },
  'external_certificate.corrected': { zh: '更正外部证书', en: 'External certificate corrected' },
  'external_certificate.withdrawn': { zh: '撤回外部证书', en: 'External certificate withdrawn' },
  'external_certificate.checked': { zh: '核验外部证书', en: 'External certificate looked up' },
}

/** Fields that a change of a person names. */
export const CHANGED_FIELDS: Record<string, Message> = {
  name: { zh: '姓名', en: 'name' },
  workforce: { zh: '从业类别', en: 'workforce' },
  education: { zh: '学历', en: 'education' },
  phone: { zh: '手机号码', en: 'phone' },
  bank_account: { zh: '银行账号', en: 'bank account' },
  id_number: { zh: '证件号码', en: 'ID number' },
  post: { zh: '岗位', en: 'post' },
  contract_kind: { zh: '合同', en: 'contract' },
  starts_on: { zh: '入职', en: 'start' },
  ends_on: { zh: '离岗', en: 'end' },
  leaving_kind: { zh: '离岗原因', en: 'reason for leaving' },
  month: { zh: '月份', en: 'month' },
  attendance_days: { zh: '出勤天数', en: 'days' },
  social_insurance: { zh: '社保', en: 'social insurance' },
  school: { zh: '学校', en: 'school' },
  mode: { zh: '学习形式', en: 'mode' },
  graduated_on: { zh: '毕业日期', en: 'graduated' },
  completed_on: { zh: '完成日期', en: 'completed' },
  provider: { zh: '主办单位', en: 'provider' },
  subject: { zh: '主题', en: 'subject' },
  hours: { zh: '学时', en: 'hours' },
  kind: { zh: '类别', en: 'kind' },
  happened_on: { zh: '发生日期', en: 'happened' },
  decided_on: { zh: '认定日期', en: 'decided' },
  period_from: { zh: '期限起', en: 'period from' },
  period_to: { zh: '期限止', en: 'period to' },
  number: { zh: '证书编号', en: 'number' },
  level: { zh: '等级（层次）', en: 'level' },
  issuer_name: { zh: '发证机构', en: 'issuer' },
  issued_on: { zh: '发证日期', en: 'issued' },
  valid_until: { zh: '有效期至', en: 'valid until' },
  result: { zh: '结果', en: 'result' },
}
