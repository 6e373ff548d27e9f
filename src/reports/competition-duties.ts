/** What waits in competitions for who organises them: rankings to publish, appeals to decide, awards to issue. */
import { countOpenAppeals } from '../competitions/appeal-queries.ts'
import { countToPublish } from '../competitions/queries.ts'
import { countToAward } from '../credentials/award-queries.ts'
import { localDate } from '../platform/calendar.ts'
import type { Context } from '../platform/context.ts'
import type { Waiting } from './duties.ts'

export function organiserDuties({ scope, now }: Context): Waiting[] {
  return [
    {
      label: { zh: '待处理的竞赛申诉', en: 'Appeals against rankings to decide' },
      unit: { zh: '件', en: 'appeals' },
      href: '/console/competition-appeals',
      tone: 'warn',
      count: countOpenAppeals(scope),
    },
    {
      label: { zh: '已举办、名次待公布的竞赛', en: 'Competitions held, with a ranking to publish' },
      unit: { zh: '项', en: 'competitions' },
      href: '/console/competitions?waits=publication',
      tone: 'info',
      count: countToPublish(scope, localDate(now)),
    },
    {
      label: { zh: '待颁发获奖证书的竞赛项目', en: 'Events with awards to issue' },
      unit: { zh: '个', en: 'events' },
      href: '/console/certificates/new?kind=award&waiting=true',
      tone: 'info',
      count: countToAward(scope),
    },
  ]
}
