/** What waits for somebody: for each role the things only they can move on, counted as the list counts them that the count leads to. */
import { type RawBuilder, sql } from 'kysely'
import { countLocked } from '../access/queries.ts'
import { unconfirmedVersions } from '../allowances/versions.ts'
import { unread } from '../notices/queries.ts'
import { firstDay, localDate, monthOf } from '../platform/calendar.ts'
import type { Context } from '../platform/context.ts'
import type { Db } from '../platform/database.ts'
import type { Message } from '../platform/errors.ts'
import { carerDuties } from './carer-duties.ts'
import { assessorDuties, filingDuty, trainerDuties } from './class-duties.ts'
import { organiserDuties } from './competition-duties.ts'
import { authorityRunDuties, financeDuties, recheckDuty, reviewDuties } from './money-duties.ts'
import { authorityRegisterDuties, facilityDuties, importDuty, orderDuty } from './register-duties.ts'

export interface Duty {
  label: Message
  unit: Message
  href: string
  tone: 'info' | 'warn' | 'bad'
  count: number
}
/** A duty before it is counted: `count` is a select of one number. */
export type Waiting = Omit<Duty, 'count'> & { count: RawBuilder<unknown> }

/**
 * Duties with something to do, in the order in which they are best done; one query, whatever the role. Records that may be one person
 * are not among them: to count them is to read the register's indexes from end to end.
 */
export async function listDuties(db: Db, context: Context): Promise<Duty[]> {
  const waiting = [...dutiesOf(context), noticesDuty(context)]
  const { rows } = await sql<{
    counts: number[]
  }>`select array[${sql.join(waiting.map(({ count }) => sql`(${count})`))}]::bigint[] as counts`.execute(db)
  return waiting.map((duty, at) => ({ ...duty, count: rows[0]!.counts[at]! })).filter(({ count }) => count > 0)
}

function dutiesOf(context: Context): Waiting[] {
  switch (context.actor.role) {
    case 'trainer':
      return [...trainerDuties(context), importDuty(context)]
    case 'assessor':
      return [...assessorDuties(context), importDuty(context)]
    case 'facility':
      return [...facilityDuties(context), orderDuty(context), importDuty(context)]
    case 'district':
      return [
        filingDuty(context),
        ...authorityRunDuties(context),
        ...authorityRegisterDuties(context),
        orderDuty(context),
        ...organiserDuties(context),
      ]
    case 'health':
      return [...authorityRunDuties(context), ...authorityRegisterDuties(context), orderDuty(context)]
    case 'township':
      return reviewDuties(context)
    case 'finance':
      return [...financeDuties(context), importDuty(context)]
    case 'admin':
      return [...administratorDuties(context), orderDuty(context), ...organiserDuties(context)]
    case 'auditor':
      return [recheckDuty(context)]
    case 'carer':
      return carerDuties(context)
  }
}

function administratorDuties(context: Context): Waiting[] {
  const { scope, now } = context
  return [
    {
      label: { zh: '标准未经确认、不能计算的政策', en: 'Schemes that nobody has confirmed' },
      unit: { zh: '项', en: 'schemes' },
      href: '/console/schemes?waits=confirmation',
      tone: 'bad',
      count: unconfirmedVersions(scope.kind === 'division' ? scope.prefix : '', firstDay(monthOf(localDate(now)))),
    },
    {
      label: { zh: '因密码错误被锁定的账号', en: 'Accounts locked after wrong passwords' },
      unit: { zh: '个', en: 'accounts' },
      href: '/console/accounts?standing=locked',
      tone: 'warn',
      count: countLocked(context),
    },
  ]
}

function noticesDuty({ actor }: Context): Waiting {
  return {
    label: { zh: '未读通知', en: 'Unread notices' },
    unit: { zh: '条', en: 'notices' },
    href: '/console/notices?unread=true',
    tone: 'info',
    count: unread(actor),
  }
}
