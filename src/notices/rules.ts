/** What notices are about. */
import type { Message } from '../platform/errors.ts'

export const NOTICE_KINDS: Record<string, Message> = {
  'allowance_objection.answered': { zh: '异议答复', en: 'Objection answered' },
  'class.cancelled': { zh: '培训班取消', en: 'Class cancelled' },
  'class.moved': { zh: '培训班改期', en: 'Class moved' },
  'session.moved': { zh: '课次调整', en: 'Session moved' },
  'enrolment.promoted': { zh: '候补转正', en: 'Moved up' },
  'class.filing_submitted': { zh: '新的备案', en: 'Class filed' },
  'class.filing_accepted': { zh: '备案受理', en: 'Filing accepted' },
  'certificate.expiring': { zh: '证书到期提醒', en: 'Certificate ends' },
  'organisation_dues.opened': { zh: '机构补助追回', en: 'To be paid back by the organisation' },
  'recovery.opened': { zh: '津贴追回', en: 'To be given back' },
  'webhook.given_up': { zh: '推送未送达', en: 'Webhook not delivered' },
  'webhook.gone': { zh: '推送已停用', en: 'Webhook disabled' },
  'class.filing_returned': { zh: '备案退回', en: 'Filing returned' },
}
