/** The lines a run holds for one person: the month itself, and every earlier month whose ledger no longer agrees with what is known; pure. */
import type { Month } from '../platform/calendar.ts'
import { COMPONENT_KINDS } from './components.ts'
import { type Decision, decide, type Facts, type PaidFact } from './evaluate.ts'
import { inDivision, type LineKind, lineKind, type Rules } from './rules.ts'

/**
 * What one run computes: its month last, the months of the look-back before it, each with every component of the version in force then.
 * Older ones come first, for those people (or organisations, where these are paid) alone whose hold was released.
 */
export interface Plan {
  month: Month
  district_code: string
  months: { month: Month; rules: Rules; approved: boolean; people?: Set<string> }[]
}

/** The newest entry of a person and month: what the ledger holds, and which district's run booked it. */
export interface LedgerEntry {
  month: Month
  component: string
  entitlement_fen: number
  district_code: string
}

export interface Line extends Decision {
  person_id: string
  component: string
  month: Month
  kind: LineKind
  previous_fen: number | null
  version_id: string
}

/**
 * A month belongs to the district of its paying employment, as known now; where there is none in the scheme's division, to
 * the district that booked it. So exactly one run answers for a person and month, and nothing depends on the order of runs.
 * A component that is due once has a line only where something is due or was booked, not for every month that it is not.
 */
export function linesFor(person_id: string, facts: Facts, ledger: LedgerEntry[], plan: Plan): Line[] {
  const decided: PaidFact[] = []
  return plan.months.flatMap(({ month, rules, approved, people }) => {
    if (people && !people.has(person_id)) return []
    const { component } = rules
    const entry = ledger.find((one) => one.month === month && one.component === component.code)
    const own = month === plan.month
    if (!own && !approved && !entry) return []
    const decision = decideInTurn(facts, rules, month, decided)
    if (districtOf(decision, rules, entry) !== plan.district_code) return []
    const previous_fen = entry?.entitlement_fen ?? (own ? null : 0)
    if (!own && decision.entitlement_fen === previous_fen) return []
    if (!entry && decision.entitlement_fen === 0 && COMPONENT_KINDS[component.kind].due === 'once') return []
    const kind = lineKind(decision.entitlement_fen, previous_fen)
    return [
      { ...decision, person_id, component: component.code, month, kind, previous_fen, version_id: rules.version_id },
    ]
  })
}

/**
 * Decides a month beside what was booked of the same cause: months decided just now (`decided`, to which this one is added) as they were
 * decided, the others as booked (`facts.paid`). What was booked for later months counts only where this one holds nothing, so that a
 * month that was paid first stays the one that pays.
 */
export function decideInTurn(facts: Facts, rules: Rules, month: Month, decided: PaidFact[]): Decision {
  const { component, scheme_code } = rules
  if (!isCumulative(rules)) return decide(facts, rules, month)
  const key = (one: Pick<PaidFact, 'scheme_code' | 'component' | 'month'>) =>
    `${one.scheme_code} ${one.component} ${one.month}`
  const own = key({ scheme_code, component: component.code, month })
  const anew = new Set(decided.map(key))
  const booked = facts.paid ?? []
  const holds = booked.some((one) => key(one) === own && one.amount_fen > 0)
  const others = booked.filter((one) => key(one) !== own && !anew.has(key(one)) && (one.month <= month || !holds))
  const decision = decide({ ...facts, paid: [...others, ...decided] }, rules, month)
  decided.push({
    ...{ scheme_code, component: component.code, group: component.group ?? null },
    ...{ month, amount_fen: decision.entitlement_fen },
  })
  return decision
}

/** Whether what is due depends on what was booked besides this month. */
export function isCumulative({ component }: Rules): boolean {
  return COMPONENT_KINDS[component.kind].due === 'once' || component.group !== undefined
}

function districtOf({ employment }: Decision, rules: Rules, entry: LedgerEntry | undefined): string | undefined {
  const district = employment?.organisation.district_code
  return district && inDivision(district, rules.division_code) ? district : entry?.district_code
}
