/** What a component comes to that is paid to an organisation: a provider for the people it trained, a facility for its jobs; pure. */
import { type Month, monthOf } from '../platform/calendar.ts'
import { findRate } from './amounts.ts'
import { COMPONENT_KINDS } from './components.ts'
import type { EmploymentFact, OrganisationFact } from './evaluate.ts'
import { inDivision, type Rate, type Rules } from './rules.ts'

/** What is known of one organisation, in any order. */
export interface OrganisationFacts {
  organisation: OrganisationFact
  /** people who passed one of its trainings, each once a training */
  trained: { id: string; level: number; hours: number; passed_on: string }[]
  /** the employments at it */
  jobs: Pick<EmploymentFact, 'id' | 'post' | 'starts_on' | 'ends_on'>[]
}

export interface OrganisationDecision {
  outcome: 'payable' | 'refused'
  /** how many people or jobs count, of how many */
  counted: number
  of: number
  amount_fen: number
  /** ids of what counts, in order */
  evidence: string[]
  rates: Rate[]
}

/**
 * A month's sum: a rate for each person who passed enough hours in the month, or for each job in the component's posts that began in it.
 * What has no rate counts for nothing, it is never 0 by itself; outside the division, or closed, nothing is due.
 */
export function decideForOrganisation(facts: OrganisationFacts, rules: Rules, month: Month): OrganisationDecision {
  const { organisation } = facts
  const { by, payee } = COMPONENT_KINDS[rules.component.kind]
  if (payee !== 'organisation') throw new Error(`${rules.component.code} is paid to people`)
  const all = by === 'training' ? trainedIn(facts, rules, month) : beganIn(facts, rules, month)
  const closed = organisation.closed_on !== null && monthOf(organisation.closed_on) < month
  const here = inDivision(organisation.district_code, rules.division_code) && !closed
  const rated = here
    ? all.counted.flatMap(({ id, level }) => {
        const rate = findRate(rules, organisation, (one) => one.level === null || one.level === level)
        return rate ? [{ id, rate }] : []
      })
    : []
  const amount_fen = rated.reduce((sum, { rate }) => sum + rate.amount_fen, 0)
  return {
    outcome: amount_fen > 0 ? 'payable' : 'refused',
    ...{ counted: rated.length, of: all.of, amount_fen },
    evidence: rated.map(({ id }) => id).sort(),
    rates: [...new Set(rated.map(({ rate }) => rate))],
  }
}

interface Counted {
  counted: { id: string; level: number | null }[]
  of: number
}

function trainedIn({ trained }: OrganisationFacts, { component }: Rules, month: Month): Counted {
  const passed = trained.filter(({ passed_on }) => monthOf(passed_on) === month)
  return { counted: passed.filter(({ hours }) => hours >= (component.least_hours ?? 0)), of: passed.length }
}

function beganIn({ jobs }: OrganisationFacts, { posts }: Rules, month: Month): Counted {
  const began = jobs.filter(({ starts_on, ends_on }) => monthOf(starts_on) === month && ends_on !== starts_on)
  const counted = began.filter(({ post }) => posts.includes(post))
  return { counted: counted.map(({ id }) => ({ id, level: null })), of: began.length }
}
