/** Keys for an institution's own systems (接口密钥): what they may be allowed, and whether one still opens; pure. */
import type { LocalDate } from '../platform/calendar.ts'
import type { Role } from '../platform/context.ts'
import type { Constraints } from '../platform/database.ts'
import type { Message } from '../platform/errors.ts'
import { may, type Permission } from './rules.ts'

/** Two, so that the next one works before the last one ends. */
export const LIVE_KEYS_OF_A_NAME = 2
export const LONGEST_MONTHS = 12
/** Calls a key may make in a minute. */
export const CALLS_A_MINUTE = 600
/** How exactly the last use is known: it is not written at every call. */
export const LAST_USE_MS = 60_000

/**
 * What a key may be allowed, within what the role of its account may. A system reads, and reports facts; decisions about people and
 * money, full ID and account numbers, accounts and keys stay with people who sign in.
 */
export const READING = {
  'organisation.read': { zh: '机构与备案', en: 'Organisations and filings' },
  'person.read': {
    zh: '从业人员、任职、出勤、学时（证件号脱敏）',
    en: 'People, employments, months, hours; ID numbers masked',
  },
  'month_submission.read': { zh: '月度提交', en: 'Submitted months' },
  'import.read': { zh: '导入结果', en: 'Results of imports' },
  'order.read': { zh: '培训订单', en: 'Training orders' },
  'programme.read': { zh: '院校专业', en: 'Programmes of schools' },
  'class.read': { zh: '课程、培训班、成绩', en: 'Courses, classes, results' },
  'result_appeal.read': { zh: '成绩申诉', en: 'Appeals against results' },
  'competition.read': { zh: '技能竞赛', en: 'Competitions' },
  'promotion.read': { zh: '竞赛晋升', en: 'Promotions by competition' },
  'certificate.read': { zh: '证书与外部证书', en: 'Certificates, also of other bodies' },
  'scheme.read': { zh: '政策与标准', en: 'Schemes' },
  'run.read': { zh: '津贴批次与发放', en: 'Allowance runs and payments' },
  'recovery.read': { zh: '追回台账', en: 'Recoveries' },
  'organisation_allowance.read': { zh: '机构补助', en: 'What organisations are paid' },
  'entitlement.read': { zh: '个人津贴与依据', en: "A person's allowances and reasons" },
  'simulation.read': { zh: '政策测算', en: 'Simulations' },
  'level_pay.read': { zh: '等级薪酬', en: 'Pay by level' },
  'budget.read': { zh: '预算', en: 'Budget' },
  'report.read': { zh: '统计报表', en: 'Reports' },
  'history.read': { zh: '操作日志', en: 'History' },
  'notice.own': { zh: '通知（含标为已读）', en: 'Notices, and marking them as read' },
} satisfies Partial<Record<Permission, Message>>

export const WRITING = {
  'person.write': { zh: '登记从业人员', en: 'Record people' },
  'photo.write': { zh: '上传与撤回照片', en: 'Upload and withdraw photos' },
  'employment.write': { zh: '登记任职', en: 'Record employments' },
  'service_month.write': { zh: '登记与提交出勤', en: 'Record and submit months' },
  'education.write': { zh: '登记学历与学时', en: 'Record schooling and hours' },
  'licence.write': { zh: '登记执业资格', en: 'Record licences' },
  'external_certificate.write': { zh: '登记外部证书', en: 'Record certificates of other bodies' },
  'claim.write': { zh: '申领津贴', en: 'Claim allowances' },
  'import.write': { zh: '批量导入（另需对应的登记权限）', en: 'Import sheets, each with the scope of its kind' },
  'certificate.check': { zh: '整册核验证书', en: 'Check a roster of certificates' },
  'level_pay.write': { zh: '填报等级薪酬', en: 'Report pay by level' },
  'order.write': { zh: '下达培训订单、选定响应', en: 'Order training and decide answers' },
  'order.answer': { zh: '响应培训订单', en: 'Answer training orders' },
  'programme.write': { zh: '登记院校专业', en: 'Record programmes of schools' },
  'class.write': { zh: '开班、报名、学时、结业', en: 'Classes, enrolments, hours, completion' },
  'class.enrol_staff': { zh: '为员工报名', en: 'Enrol staff' },
  'entry_declaration.write': { zh: '声明申报条件', en: 'Declare entry conditions' },
  'result.write': { zh: '录入与公布成绩、处理申诉', en: 'Enter and publish results, decide appeals' },
  'certificate.issue': { zh: '签发、更正、延续证书', en: 'Issue, correct and continue certificates' },
} satisfies Partial<Record<Permission, Message>>

/** Who it is, and what became of its jobs, every key may ask. */
export const EVERY_KEY: readonly string[] = ['session.own', 'me.read'] satisfies Permission[]

export type ApiKeyScope = keyof typeof READING | keyof typeof WRITING
export const SCOPES: Record<ApiKeyScope, Message> = { ...READING, ...WRITING }

export function isScope(permission: string): permission is ApiKeyScope {
  return permission in SCOPES
}

/** Those of a group that the role may give to a key. */
export function scopesFor(role: Role, group: Partial<Record<ApiKeyScope, Message>>): [ApiKeyScope, Message][] {
  return (Object.entries(group) as [ApiKeyScope, Message][]).filter(([scope]) => may(role, scope))
}

/** Why a key opens or does not. */
export const KEY_STATES = {
  live: { zh: '有效', en: 'Live' },
  revoked: { zh: '已撤销', en: 'Revoked' },
  expired: { zh: '已过期', en: 'Expired' },
  account_disabled: { zh: '账号已停用', en: 'Account disabled' },
  account_moved: { zh: '账号已调整', en: 'Account moved' },
  organisation_closed: { zh: '机构已停办', en: 'Organisation closed' },
} satisfies Record<string, Message>
export type KeyState = keyof typeof KEY_STATES

export interface KeyFacts {
  valid_until: LocalDate
  revoked_at: Date | null
  disabled_at: Date | null
  /** the account has another role, organisation or division than when it made the key */
  moved: boolean
  closed_on: LocalDate | null
}

/** The first reason why it does not open, what people did on purpose before what time did. */
export function stateOf(
  { valid_until, revoked_at, disabled_at, moved, closed_on }: KeyFacts,
  today: LocalDate,
): KeyState {
  if (revoked_at) return 'revoked'
  if (disabled_at) return 'account_disabled'
  if (moved) return 'account_moved'
  if (closed_on && closed_on <= today) return 'organisation_closed'
  return valid_until < today ? 'expired' : 'live'
}

export const constraints: Constraints = {
  api_key_revocations_once: {
    code: 'api_key.revoked_already',
    message: {
      zh: '这个接口密钥已经撤销，不用再撤销。',
      en: 'This key is revoked already; there is nothing left to do.',
    },
  },
}
