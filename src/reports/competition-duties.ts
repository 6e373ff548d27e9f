/** What waits in competitions: appeals that the organiser decides. */
import { countOpenAppeals } from '../competitions/appeal-queries.ts'
import type { Scope } from '../platform/context.ts'
import type { Db } from '../platform/database.ts'
import type { Duty } from './duties.ts'

export async function competitionAppealDuty(db: Db, scope: Scope): Promise<Duty> {
  return {
    label: { zh: '待处理的竞赛申诉', en: 'Appeals against rankings to decide' },
    unit: { zh: '件', en: 'appeals' },
    href: '/console/competition-appeals',
    tone: 'warn',
    count: await countOpenAppeals(db, scope),
  }
}
