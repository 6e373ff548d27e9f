/** The lines a run holds for one person: the month itself, and every earlier month whose ledger no longer agrees with what is known; pure. */
import type { Month } from '../platform/calendar.ts'
import { type Decision, decide, type Facts } from './evaluate.ts'
import { inDivision, type LineKind, lineKind, type Rules } from './rules.ts'

/** What one run computes: its month last, the months of the look-back before it, each with the version in force then. */
export interface Plan {
  month: Month
  district_code: string
  months: { month: Month; rules: Rules; approved: boolean }[]
}

/** The newest entry of a person and month: what the ledger holds, and which district's run booked it. */
export interface LedgerEntry {
  month: Month
  entitlement_fen: number
  district_code: string
}

export interface Line extends Decision {
  person_id: string
  month: Month
  kind: LineKind
  previous_fen: number | null
  version_id: string
}

/**
 * A month belongs to the district of its paying employment, as known now; where there is none in the scheme's division, to
 * the district that booked it. So exactly one run answers for a person and month, and nothing depends on the order of runs.
 */
export function linesFor(person_id: string, facts: Facts, ledger: LedgerEntry[], plan: Plan): Line[] {
  return plan.months.flatMap(({ month, rules, approved }) => {
    const entry = ledger.find((one) => one.month === month)
    const own = month === plan.month
    if (!own && !approved && !entry) return []
    const decision = decide(facts, rules, month)
    if (districtOf(decision, rules, entry) !== plan.district_code) return []
    const previous_fen = entry?.entitlement_fen ?? (own ? null : 0)
    if (!own && decision.entitlement_fen === previous_fen) return []
    const kind = lineKind(decision.entitlement_fen, previous_fen)
    return [{ ...decision, person_id, month, kind, previous_fen, version_id: rules.version_id }]
  })
}

function districtOf({ employment }: Decision, rules: Rules, entry: LedgerEntry | undefined): string | undefined {
  const district = employment?.organisation.district_code
  return district && inDivision(district, rules.division_code) ? district : entry?.district_code
}
