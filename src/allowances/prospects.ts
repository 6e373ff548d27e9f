/** What becomes of a condition that is not met: the earliest month in which it could be, what has to happen for that, or that nothing helps; pure. */
import type { Month } from '../platform/calendar.ts'
import type { Reason } from './reasons.ts'

export const PROSPECTS = {
  met: { zh: '已满足', en: 'Met' },
  /** time alone brings it, in `month` */
  in_time: { zh: '到期自然满足', en: 'In time' },
  /** what is missing may be recorded still, and then supports `month` */
  when_recorded: { zh: '补登后即满足', en: 'When recorded' },
  /** somebody has to change something first, so no month can be told */
  when_changed: { zh: '有变化后才可能满足', en: 'When something changes' },
  never: { zh: '不会满足', en: 'Never' },
} as const

export interface Prospect {
  kind: keyof typeof PROSPECTS
  /** the earliest month it could be met */
  month: Month | null
  /** how much of what is counted is missing: hours, months of service, days */
  missing: number | null
}

/** A condition as it was judged for a month, and the month that decide() found it to be met in. */
export interface Judgement {
  measure: Reason['measure']
  met: boolean
  required: unknown
  actual: unknown
  month: Month
  earliest: Month | null
  /** whether an employment pays the month */
  employed: boolean
}

/** Whoever is on the establishment (编制) is outside these schemes whatever else is recorded. */
const FOR_GOOD = ['public_post']

export function prospectOf({ measure, met, required, actual, month, earliest, employed }: Judgement): Prospect {
  if (met) return { kind: 'met', month, missing: null }
  const missing = lacking(required, actual)
  switch (measure) {
    case 'contract_kind':
      return FOR_GOOD.includes(String(actual)) ? NEVER : WAITING
    case 'conduct_events':
      return earliest ? { kind: 'in_time', month: earliest, missing: null } : NEVER
    case 'registry_check':
      return earliest ? { kind: 'when_recorded', month: earliest, missing: null } : WAITING
    case 'education_hours':
      return { kind: 'when_recorded', month, missing }
    case 'attendance_days':
      if (!employed) return WAITING
      return actual === null
        ? { kind: 'when_recorded', month, missing }
        : { kind: 'in_time', month: earliest, missing: null }
    case 'age_below':
      return actual === null ? { kind: 'when_recorded', month, missing: null } : NEVER
    case 'social_insurance':
      return employed ? { kind: 'when_recorded', month, missing: null } : WAITING
    case 'service_months':
    case 'years_served':
      return { kind: earliest ? 'in_time' : 'when_changed', month: earliest, missing }
    default:
      return earliest ? { kind: 'in_time', month: earliest, missing: null } : WAITING
  }
}

const NEVER: Prospect = { kind: 'never', month: null, missing: null }
const WAITING: Prospect = { kind: 'when_changed', month: null, missing: null }

function lacking(required: unknown, actual: unknown): number | null {
  return typeof required === 'number' ? required - (typeof actual === 'number' ? actual : 0) : null
}

/** The worst of them, in the latest of their months: when all could be met at once. */
export function soonest(prospects: Prospect[], month: Month): Omit<Prospect, 'missing'> {
  const worst = WORST_FIRST.find((kind) => prospects.some((one) => one.kind === kind)) ?? 'met'
  if (worst === 'never' || worst === 'when_changed') return { kind: worst, month: null }
  const months = prospects.map((one) => one.month ?? month)
  return { kind: worst, month: [month, ...months].reduce((a, b) => (a > b ? a : b)) }
}

const WORST_FIRST = ['never', 'when_changed', 'when_recorded', 'in_time'] as const
