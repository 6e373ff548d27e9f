/** What a component comes to that is paid to an organisation: a provider for the people it trained, a facility for its jobs; pure. */
import { lastDay, type Month, monthOf } from '../platform/calendar.ts'
import type { Message } from '../platform/errors.ts'
import { findRate } from './amounts.ts'
import { COMPONENT_KINDS } from './components.ts'
import type { EmploymentFact, OrganisationFact } from './evaluate.ts'
import { isFiled } from './measures.ts'
import { inDivision, type Rules } from './rules.ts'

/** What is known of one organisation, in any order. */
export interface OrganisationFacts {
  organisation: OrganisationFact
  /** people who passed one of its trainings, each once a training */
  trained: { id: string; level: number; hours: number; passed_on: string }[]
  /** the employments at it */
  jobs: Pick<EmploymentFact, 'id' | 'post' | 'starts_on' | 'ends_on'>[]
}

/** Why something that lies in the month does not count. */
export const LEFT_OUT = {
  elsewhere: { zh: '机构不在政策辖区内', en: 'the organisation lies outside the division' },
  closed: { zh: '机构已停办', en: 'the organisation is closed' },
  not_filed: { zh: '机构当月末不在备案有效期内', en: 'the facility is not filed at the end of the month' },
  few_hours: { zh: '学时不足', en: 'too few hours' },
  other_post: { zh: '岗位不在政策范围内', en: 'a post that the scheme does not pay for' },
  left: { zh: '当月末已离岗', en: 'no longer in post at the end of the month' },
  no_rate: { zh: '没有对应的标准', en: 'there is no rate for it' },
} satisfies Record<string, Message>
export type LeftOut = keyof typeof LEFT_OUT

export interface OrganisationDecision {
  outcome: 'payable' | 'refused'
  amount_fen: number
  /** certificates of trained people, or employments, that count, in order of id */
  evidence: { id: string; rate_id: string; amount_fen: number }[]
  /** those of the month that do not */
  left_out: { id: string; why: LeftOut }[]
}

/**
 * A month's sum: a rate for each person who passed enough hours in the month, or for each job in the component's posts that began in it.
 * What has no rate counts for nothing, it is never 0 by itself; outside the division, or closed, nothing is due. That a facility is filed
 * and its people are still in post is asked of jobs where the version asks it; a provider is no facility.
 */
export function decideForOrganisation(facts: OrganisationFacts, rules: Rules, month: Month): OrganisationDecision {
  const { by, payee } = COMPONENT_KINDS[rules.component.kind]
  if (payee !== 'organisation') throw new Error(`${rules.component.code} is paid to people`)
  const whole = noneBecause(facts.organisation, rules, month)
  const judged = (by === 'training' ? trainedIn(facts, rules, month) : beganIn(facts, rules, month))
    .map(({ id, level, why }) => {
      const rate = findRate(rules, facts.organisation, (one) => one.level === null || one.level === level)
      return { id, rate, why: whole ?? why ?? (rate ? null : ('no_rate' as const)) }
    })
    .sort((a, b) => (a.id < b.id ? -1 : 1))
  const evidence = judged.flatMap(({ id, rate, why }) =>
    rate && why === null ? [{ id, rate_id: rate.id, amount_fen: rate.amount_fen }] : [],
  )
  const amount_fen = evidence.reduce((sum, one) => sum + one.amount_fen, 0)
  return {
    ...{ outcome: amount_fen > 0 ? 'payable' : 'refused', amount_fen, evidence },
    left_out: judged.flatMap(({ id, why }) => (why === null ? [] : [{ id, why }])),
  }
}

function noneBecause({ district_code, closed_on }: OrganisationFact, rules: Rules, month: Month): LeftOut | null {
  if (!inDivision(district_code, rules.division_code)) return 'elsewhere'
  return closed_on !== null && monthOf(closed_on) < month ? 'closed' : null
}

type Judged = { id: string; level: number | null; why: LeftOut | null }[]

function trainedIn({ trained }: OrganisationFacts, { component }: Rules, month: Month): Judged {
  return trained
    .filter(({ passed_on }) => monthOf(passed_on) === month)
    .map(({ id, level, hours }) => ({ id, level, why: hours < (component.least_hours ?? 0) ? 'few_hours' : null }))
}

function beganIn({ jobs, organisation }: OrganisationFacts, { posts, conditions }: Rules, month: Month): Judged {
  const last = lastDay(month)
  const asks = (measure: string) => conditions.some((one) => one.measure === measure)
  const unfiled = asks('facility_filed') && !isFiled(organisation, last)
  const stays = asks('in_post_at_month_end')
  return jobs
    .filter(({ starts_on, ends_on }) => monthOf(starts_on) === month && ends_on !== starts_on)
    .map(({ id, post, ends_on }) => {
      const left = stays && ends_on !== null && ends_on <= last
      const why = !posts.includes(post) ? 'other_post' : left ? 'left' : unfiled ? 'not_filed' : null
      return { id, level: null, why }
    })
}
