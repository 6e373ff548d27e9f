/** What waits in classes: results, completion, certificates, appeals to decide, filings to accept or return. */
import type { LocalDate } from '../platform/calendar.ts'
import type { Scope } from '../platform/context.ts'
import type { Db } from '../platform/database.ts'
import type { Message } from '../platform/errors.ts'
import { countFilings } from '../training/filing-queries.ts'
import { countPhases } from '../training/queries.ts'
import { countWaitingAppeals } from '../training/result-appeal-queries.ts'
import type { Duty } from './duties.ts'

const CLASSES: Message = { zh: '个', en: 'classes' }

export async function classDuties(db: Db, scope: Scope, today: LocalDate): Promise<Duty[]> {
  const phases = await countPhases(db, scope, today)
  return [
    {
      label: { zh: '已结束、待成绩或结业的培训班', en: 'Classes over, waiting for results or completion' },
      unit: CLASSES,
      href: '/console/classes?phase=awaiting_completion',
      tone: 'warn',
      count: phases.awaiting_completion ?? 0,
    },
    {
      label: { zh: '已结业、待发证的培训班', en: 'Completed classes waiting for certificates' },
      unit: CLASSES,
      href: '/console/classes?phase=awaiting_certificates',
      tone: 'info',
      count: phases.awaiting_certificates ?? 0,
    },
  ]
}

export async function appealDuty(db: Db, scope: Scope): Promise<Duty> {
  return {
    label: { zh: '待处理的成绩申诉', en: 'Appeals against results to decide' },
    unit: { zh: '件', en: 'appeals' },
    href: '/console/result-appeals',
    tone: 'warn',
    count: await countWaitingAppeals(db, scope),
  }
}

/** Filings wait for their division: a class that starts unfiled is no recognised one. */
export async function filingDuty(db: Db, scope: Scope): Promise<Duty> {
  const { filed = 0 } = await countFilings(db, scope)
  return {
    label: { zh: '待受理的开班备案', en: 'Class filings to accept or return' },
    unit: { zh: '件', en: 'filings' },
    href: '/console/class-filings?state=filed',
    tone: 'warn',
    count: filed,
  }
}
