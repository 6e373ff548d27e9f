/** What waits for a carer: a certificate that ends, money to give back; what else concerns them they hear by notices. */
import { countRecoveries } from '../allowances/recovery-queries.ts'
import { countEnding } from '../credentials/queries.ts'
import { localDate } from '../platform/calendar.ts'
import type { Context } from '../platform/context.ts'
import type { Waiting } from './duties.ts'

export function carerDuties({ scope, now }: Context): Waiting[] {
  return [
    {
      label: { zh: '90 天内到期的证书，请联系发证机构', en: 'Certificates ending within 90 days: ask who issued them' },
      unit: { zh: '张', en: 'certificates' },
      href: '/console/my-record',
      tone: 'warn',
      count: countEnding(scope, localDate(now), 90),
    },
    {
      label: { zh: '归还已逾期的津贴', en: 'Allowances to give back, past due' },
      unit: { zh: '笔', en: 'recoveries' },
      href: '/console/recoveries?plan=overdue',
      tone: 'bad',
      count: countRecoveries(scope, localDate(now), { state: 'open', plan: 'overdue' }),
    },
  ]
}
