/** Who may do what: one matrix, read by the guard, the menu, and the test that tries every role on every route. */
import type { Actor, Role } from '../platform/context.ts'
import type { Message } from '../platform/errors.ts'

export const ROLES: Record<Role, Message> = {
  admin: { zh: '市级管理员', en: 'City administrator' },
  trainer: { zh: '培训机构', en: 'Training institution' },
  assessor: { zh: '评价机构', en: 'Assessment body' },
  facility: { zh: '照护机构', en: 'Care facility' },
  district: { zh: '区县民政', en: 'District civil affairs' },
  township: { zh: '镇街', en: 'Township or street' },
  health: { zh: '区县卫健', en: 'District health commission' },
  finance: { zh: '财政', en: 'Finance' },
  auditor: { zh: '审计', en: 'Auditor' },
  carer: { zh: '从业人员', en: 'Carer' },
}

const officers: Role[] = ['admin', 'district', 'health', 'finance', 'auditor']
const institutions: Role[] = ['trainer', 'assessor', 'facility']
const everybody: Role[] = [...officers, 'township', ...institutions, 'carer']

/** A permission and the roles that have it. `public` routes need no account and are named so in the route. */
export const PERMISSIONS = {
  'session.own': everybody,
  'notice.own': everybody,
  // the next two are open even to whoever signed in with a one-time password; a key may only ask who it is
  'me.read': everybody,
  'account.own': everybody,
  'account.read': ['admin', 'auditor'],
  'account.write': ['admin'],
  // an administrator sees and revokes everybody's; each makes them for its own organisation or office
  'api_key.read': [...officers, ...institutions],
  'api_key.write': ['admin', 'district', 'health', 'finance', ...institutions],
  'organisation.read': [...officers, ...institutions],
  'organisation.write': ['admin', 'district', 'health'],
  'person.read': [...officers, ...institutions],
  'person.write': ['trainer', 'facility'],
  'photo.read': ['admin', 'district', 'health', ...institutions],
  'photo.write': ['admin', 'district', ...institutions],
  'person.merge': ['admin', 'district', 'health'],
  'person.reveal': ['district', 'health', 'finance', 'facility'],
  'person.export': ['district', 'health', 'finance', 'facility'],
  'person.erase': ['admin'],
  'document.write': ['trainer', 'facility', 'district', 'health'],
  'retention.read': ['admin', 'auditor'],
  'employment.write': ['facility'],
  'employment.transfer': ['facility', 'district', 'health'],
  'service_month.write': ['facility'],
  'month_submission.read': [...officers, 'facility'],
  'month_submission.withdraw': ['district', 'health'],
  'education.write': ['trainer', 'facility'],
  'licence.write': ['trainer', 'facility'],
  'claim.write': ['facility', 'carer'],
  'education.approve': ['district', 'health'],
  'conduct.write': ['district', 'health'],
  'import.read': [...institutions, 'finance', 'auditor'],
  'import.write': [...institutions, 'finance'],
  'order.read': ['admin', 'district', 'health', 'auditor', 'facility', 'trainer'],
  'order.write': ['admin', 'district', 'health', 'facility'],
  'order.answer': ['trainer'],
  'programme.read': ['admin', 'district', 'health', 'auditor', 'trainer'],
  'programme.write': ['admin', 'district', 'health'],
  'class.read': [...officers, 'trainer', 'assessor'],
  'class.write': ['trainer'],
  'class.enrol_staff': ['facility'],
  'entry_declaration.write': ['trainer', 'facility'],
  'class_filing.decide': ['district'],
  'result.write': ['assessor'],
  'result_appeal.read': [...officers, 'trainer', 'assessor', 'carer'],
  'result_appeal.file': ['trainer', 'carer'],
  'competition.read': [...officers, ...institutions],
  'competition.write': ['admin', 'district'],
  'appeal.file': ['facility', 'trainer', 'carer'],
  'promotion.read': ['admin', 'district', 'auditor', 'assessor'],
  'promotion.decide': ['assessor'],
  'certificate.read': [...officers, ...institutions],
  // officers issue what their division organises: awards of competitions
  'certificate.issue': ['assessor', 'trainer', 'admin', 'district'],
  'certificate_layout.read': ['admin', 'auditor', 'trainer', 'assessor'],
  'certificate_layout.edit': ['admin', 'trainer', 'assessor'],
  'certificate.revoke': ['assessor', 'trainer', 'admin', 'district'],
  'certificate.check': ['facility', 'trainer', 'district', 'health'],
  'signing_key.read': ['admin', 'auditor', 'trainer', 'assessor'],
  'signing_key.retire': ['admin', 'trainer', 'assessor'],
  'registry_check.write': ['district', 'health'],
  'external_certificate.write': ['trainer', 'facility'],
  'scheme.read': officers,
  'scheme.confirm': ['admin'],
  'run.read': [...officers, 'township'],
  'run.compute': ['district', 'health'],
  'run.submit': ['district', 'health'],
  // a township reviews the centres that lie in it and sees nothing else: a role of its own, as its officers are neither maker nor payer
  'run.review': ['township', 'district', 'health'],
  'run.hold': ['township', 'district', 'health', 'finance'],
  'run.approve': ['finance'],
  'run.recheck': ['district', 'health', 'auditor'],
  'payment.make': ['finance'],
  'payment.record': ['finance'],
  'recovery.read': [...officers, 'carer'],
  'recovery.plan': ['district', 'health'],
  'recovery.record': ['finance'],
  // whoever proposes a write-off, somebody else decides it
  'recovery.propose': ['district', 'health', 'finance'],
  'recovery.decide': ['finance'],
  'bank_format.read': ['admin', 'finance', 'auditor'],
  'bank_format.write': ['admin'],
  'organisation_allowance.read': [...officers, 'trainer', 'facility'],
  'organisation_account.write': ['district', 'health', 'trainer', 'facility'],
  'organisation_account.reveal': ['district', 'health', 'finance', 'trainer', 'facility'],
  'entitlement.read': [...officers, 'facility', 'carer'],
  'simulation.read': officers,
  'simulation.request': ['admin', 'district', 'health', 'finance'],
  'level_pay.read': [...officers, 'facility'],
  'level_pay.write': ['facility'],
  'pay_guidance.write': ['admin', 'district', 'health'],
  'budget.read': officers,
  'budget.write': ['finance'],
  'report.read': officers,
  'webhook.read': ['admin', 'auditor', ...institutions],
  'webhook.write': ['admin', ...institutions],
  'history.read': ['admin', 'auditor'],
  'setting.read': ['admin'],
  'record.own': ['carer'],
} satisfies Record<string, Role[]>

export type Permission = keyof typeof PERMISSIONS

export function may(role: Role, permission: Permission): boolean {
  return (PERMISSIONS[permission] as Role[]).includes(role)
}

/** The role has the permission, and so does the key that the call came with, where it came with one. */
export function mayNow({ role, scopes }: Pick<Actor, 'role' | 'scopes'>, permission: Permission): boolean {
  return may(role, permission) && (scopes?.includes(permission) ?? true)
}

/**
 * Sign-in limits: locked for 15 minutes after 5 wrong passwords, 20 tries a minute from one address; a session idles 30 minutes and lives
 * 12 hours at most.
 */
export const SIGN_IN = {
  wrongPasswords: 5,
  lockMinutes: 15,
  triesAMinute: 20,
  idleMinutes: 30,
  absoluteHours: 12,
} as const
