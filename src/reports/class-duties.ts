/** What waits in classes: filing, marks, locks, publication, completion, certificates, appeals; and orders to answer. */
import { countPromotions } from '../competitions/promotion-queries.ts'
import { countSuspended } from '../credentials/queries.ts'
import { localDate } from '../platform/calendar.ts'
import type { Context } from '../platform/context.ts'
import type { Message } from '../platform/errors.ts'
import { countWaitingOrders } from '../training/order-queries.ts'
import { waitingAppeals } from '../training/result-appeal-queries.ts'
import type { ClassWait } from '../training/steps.ts'
import { countFiled, countPhase, countWaitingClasses } from '../training/waiting-classes.ts'
import type { Waiting } from './duties.ts'

const CLASSES: Message = { zh: '个', en: 'classes' }
const CERTIFICATES: Message = { zh: '张', en: 'certificates' }

export function trainerDuties(context: Context): Waiting[] {
  const { scope, now } = context
  const today = localDate(now)
  return [
    {
      label: { zh: '待响应的培训订单', en: 'Training orders to answer' },
      unit: { zh: '个', en: 'orders' },
      href: '/console/training-orders?waits=answer',
      tone: 'info',
      count: countWaitingOrders('answer', scope, today),
    },
    waitingClasses(context, 'filing', { zh: '待备案（含退回）的培训班', en: 'Classes to file, or file again' }),
    {
      label: { zh: '已结束、待成绩或结业的培训班', en: 'Classes over, waiting for results or completion' },
      unit: CLASSES,
      href: '/console/classes?phase=awaiting_completion',
      tone: 'warn',
      count: countPhase('awaiting_completion', scope, today),
    },
    certificatesDuty(context),
  ]
}

export function assessorDuties(context: Context): Waiting[] {
  const { scope } = context
  return [
    waitingClasses(context, 'entry', { zh: '已结束、待录入成绩的培训班', en: 'Classes over, with marks to enter' }),
    waitingClasses(context, 'second_entry', {
      zh: '两人录入不全或不一致的培训班',
      en: 'Classes with marks that two people have not entered alike',
    }),
    waitingClasses(context, 'lock', { zh: '成绩已录齐、待锁定的培训班', en: 'Classes with results to lock' }),
    waitingClasses(context, 'publication', {
      zh: '成绩已锁定、待公布的培训班',
      en: 'Classes with results to publish',
    }),
    {
      label: { zh: '待处理的成绩申诉', en: 'Appeals against results to decide' },
      unit: { zh: '件', en: 'appeals' },
      href: '/console/result-appeals',
      tone: 'warn',
      count: waitingAppeals(scope),
    },
    certificatesDuty(context),
    promotions(context, 'proposed', { zh: '待审定的竞赛晋升', en: 'Promotions to decide' }),
    promotions(context, 'approved', { zh: '已同意、待发证的竞赛晋升', en: 'Promotions to issue certificates for' }),
    promotions(context, 'to_revoke', {
      zh: '名次已更正、须撤销证书的晋升',
      en: 'Promotions to revoke: the rank was corrected',
    }),
    {
      label: { zh: '暂停使用、待恢复或撤销的证书', en: 'Suspended certificates to resume or revoke' },
      unit: CERTIFICATES,
      href: '/console/certificates?tab=suspended',
      tone: 'info',
      count: countSuspended(scope, localDate(context.now)),
    },
  ]
}

/** Filings wait for their division: a class that starts unfiled is no recognised one. */
export function filingDuty({ scope }: Context): Waiting {
  return {
    label: { zh: '待受理的开班备案', en: 'Class filings to accept or return' },
    unit: { zh: '件', en: 'filings' },
    href: '/console/class-filings?state=filed',
    tone: 'warn',
    count: countFiled(scope),
  }
}

function waitingClasses({ scope, now }: Context, wait: ClassWait, label: Message): Waiting {
  const count = countWaitingClasses(wait, scope, localDate(now))
  return { ...{ label, unit: CLASSES, tone: 'warn' }, href: `/console/classes?waits=${wait}`, count }
}

function certificatesDuty({ scope, now }: Context): Waiting {
  return {
    label: { zh: '已结业、待发证的培训班', en: 'Completed classes waiting for certificates' },
    unit: CLASSES,
    href: '/console/classes?phase=awaiting_certificates',
    tone: 'info',
    count: countPhase('awaiting_certificates', scope, localDate(now)),
  }
}

function promotions({ scope }: Context, state: Parameters<typeof countPromotions>[1], label: Message): Waiting {
  return {
    ...{ label, unit: { zh: '项', en: 'promotions' }, href: `/console/promotions?state=${state}` },
    tone: state === 'to_revoke' ? 'bad' : 'warn',
    count: countPromotions(scope, state),
  }
}
