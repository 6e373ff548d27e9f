/** What webhooks tell of, when a delivery is tried again, and which addresses they take. */
import { may, type Permission } from '../access/rules.ts'
import type { Role } from '../platform/context.ts'
import type { Fault, Message } from '../platform/errors.ts'

export type EventType =
  | `certificate.${'issued' | 'replaced' | 'revoked' | 'restored' | 'suspended' | 'resumed'}`
  | 'import.finished'
  | `allowance_run.${'computed' | 'approved'}`
  | 'payment.returned'

/** The record an event is about: who may read it, and where. */
export type Subject = 'certificate' | 'import' | 'allowance_run'

export const SUBJECTS: Record<Subject, { permission: Permission; path: string }> = {
  certificate: { permission: 'certificate.read', path: '/api/v1/certificates/' },
  import: { permission: 'import.read', path: '/api/v1/imports/' },
  allowance_run: { permission: 'run.read', path: '/api/v1/allowance-runs/' },
}

/** `deed` is the kind of the event in the history. */
export const EVENTS: Record<EventType, { name: Message; deed: string; subject: Subject }> = {
  'certificate.issued': of('certificate', 'certificate.issued', '签发证书', 'Certificate issued'),
  'certificate.replaced': of('certificate', 'certificate.replaced', '换发后旧证作废', 'Certificate replaced'),
  'certificate.revoked': of('certificate', 'certificate.revoked', '撤销证书', 'Certificate revoked'),
  'certificate.restored': of('certificate', 'certificate.restored', '撤回撤销', 'Revocation withdrawn'),
  'certificate.suspended': of('certificate', 'certificate.suspended', '证书暂停使用', 'Certificate suspended'),
  'certificate.resumed': of('certificate', 'certificate.resumed', '证书恢复使用', 'Certificate in use again'),
  'import.finished': of('import', 'import.committed', '导入完成', 'Import finished'),
  'allowance_run.computed': of('allowance_run', 'run.computed', '津贴批次算完', 'Allowance run computed'),
  'allowance_run.approved': of('allowance_run', 'run.approved', '津贴批次批准', 'Allowance run approved'),
  'payment.returned': of('allowance_run', 'payment_results.recorded', '银行退票', 'Payments returned by the bank'),
}

function of(subject: Subject, deed: string, zh: string, en: string) {
  return { name: { zh, en }, deed, subject }
}

export const EVENT_TYPES = Object.keys(EVENTS) as EventType[]

/** Those about what the role may read. */
export function eventsFor(role: Role): EventType[] {
  return EVENT_TYPES.filter((type) => may(role, SUBJECTS[EVENTS[type].subject].permission))
}

/** Seconds before each attempt, after the one before: three days and a bit, then it is given up. */
export const GAPS = [0, 5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400]

/** How long the former secret signs too after it was exchanged. */
export const BOTH_SECRETS_HOURS = 24

/** As many as one organisation or division may have. */
export const MAX_WEBHOOKS = 20

export const DELIVERY_STATES: Record<'waiting' | 'delivered' | 'given_up', Message> = {
  waiting: { zh: '等待发送', en: 'Waiting' },
  delivered: { zh: '已送达', en: 'Delivered' },
  given_up: { zh: '已放弃', en: 'Given up' },
}
export type DeliveryState = keyof typeof DELIVERY_STATES

export const FAULTS: Record<'timeout' | 'private_address' | 'unreachable', Message> = {
  timeout: { zh: '10 秒内没有答复', en: 'No answer within ten seconds' },
  private_address: { zh: '地址在内部网络，未发送', en: 'An address of a private network: not sent' },
  unreachable: { zh: '连接不上', en: 'Not reachable' },
}

/** What is wrong with the address: `webhook.url`. Plain http is for a receiver on this machine, where the settings allow it. */
export function urlFaults(url: string, to_private: boolean): Fault[] {
  const parsed = URL.parse(url)
  const local = to_private && ['localhost', '127.0.0.1'].includes(parsed?.hostname ?? '')
  const plain = parsed && !parsed.username && !parsed.password && !parsed.hash
  if (plain && (parsed.protocol === 'https:' || (parsed.protocol === 'http:' && local))) return []
  return [
    {
      pointer: '/url',
      code: 'webhook.url',
      message: {
        zh: '接收地址要以 https:// 开头，不含用户名、密码和 #，例如 https://hr.example.cn/huyu。',
        en: 'The address begins with https:// and holds no user name, password or #, such as https://hr.example.cn/huyu.',
      },
    },
  ]
}

/** `webhook.event` for each that the role may not read about. */
export function eventFaults(role: Role, events: readonly EventType[]): Fault[] {
  const allowed = eventsFor(role)
  return events.flatMap((type, index) =>
    allowed.includes(type)
      ? []
      : {
          pointer: `/events/${index}`,
          code: 'webhook.event',
          message: {
            zh: `您的角色不能订阅 ${type}，可选：${allowed.join('、')}。`,
            en: `Your role cannot be told of ${type}; choose among ${allowed.join(', ')}.`,
          },
        },
  )
}
