/** How long somebody has served: whose time counts, gaps, and until which day; pure. */
import { addDays, firstDay, type LocalDate, type Month, wholeMonths } from '../platform/calendar.ts'
import type { Service } from './conditions.ts'
import type { ClaimFact, OrganisationFact } from './evaluate.ts'
import type { View } from './measures.ts'

export interface Stretch {
  from: LocalDate
  /** the first day not counted */
  to: LocalDate
}

/**
 * Time in the scheme's posts, as one stretch. Interrupted service is glued together: the days of earlier stretches are set in
 * front of the last one, so that an uninterrupted stretch counts by the calendar. Where only continuous service counts, the last
 * stretch stands alone. Null: none, or no claim where service is counted to the day of the claim.
 */
export function serviceUntil(view: View, service: Service): Stretch | null {
  const { facts, rules, employment } = view
  const end = countedTo(view, service)
  if (end === null) return null
  const counted = facts.employments.filter(
    ({ post, starts_on, organisation }) =>
      starts_on < end && rules.posts.includes(post) && counts(organisation, employment?.organisation, service),
  )
  let stretch: Stretch | null = null
  let earlierDays = 0
  if (counted.length > 1) counted.sort((a, b) => (a.starts_on < b.starts_on ? -1 : 1))
  for (const { starts_on, ends_on } of counted) {
    const to = ends_on === null || ends_on > end ? end : ends_on
    if (stretch && starts_on <= stretch.to) {
      if (to > stretch.to) stretch.to = to
    } else {
      if (stretch) earlierDays += (Date.parse(stretch.to) - Date.parse(stretch.from)) / 86_400_000
      stretch = { from: starts_on, to }
    }
  }
  return stretch && earlierDays > 0 && !service.continuous
    ? { from: addDays(stretch.from, -earlierDays), to: stretch.to }
    : stretch
}

/**
 * Whole years on the day that counts: an anniversary on the last day of the month belongs to the month, as one on the first of the
 * next does not; counted to 31 December, that day is full.
 */
export function yearsServed(view: View, service: Service): number | null {
  const stretch = serviceUntil(view, service)
  if (!stretch) return null
  const to = YEAR_ENDS.includes(service.count_to ?? '') ? stretch.to : addDays(stretch.to, -1)
  return Math.floor(wholeMonths(stretch.from, to) / 12)
}

const YEAR_ENDS = ['last_year_end', 'year_before_claim']

/** The day the present service began: what a year after entry is counted from. */
export function hiredOn(view: View): LocalDate | null {
  const service = view.rules.component.tenure ?? { basis: 'any_employer', continuous: true }
  return serviceUntil(view, { ...service, count_to: 'month_end' })?.from ?? null
}

/** The first day not counted. */
function countedTo(view: View, { count_to = 'month_end' }: Service): LocalDate | null {
  if (count_to === 'month_end') return view.next
  if (count_to === 'last_year_end') return newYear(view.month)
  const claimed_on = claimsOf(view).at(-1)?.claimed_on
  if (claimed_on === undefined) return null
  return count_to === 'claim_date' ? addDays(claimed_on, 1) : newYear(claimed_on)
}

function newYear(of: LocalDate | Month): LocalDate {
  return firstDay(`${of.slice(0, 4)}-01`)
}

/** The claims of the component that were filed by the end of the month, the earliest first. */
export function claimsOf({ facts, rules, next }: View): ClaimFact[] {
  const own = facts.claims?.filter(
    ({ scheme_code, component, claimed_on }) =>
      scheme_code === rules.scheme_code && component === rules.component.code && claimed_on < next,
  )
  return (own ?? []).sort((a, b) => (a.claimed_on < b.claimed_on ? -1 : 1))
}

/** A chain (连锁) is one employer where the scheme says so, as Suzhou's does (source S13). */
function counts(one: OrganisationFact, paying: OrganisationFact | undefined, { basis, employer }: Service): boolean {
  if (basis === 'any_employer') return true
  if (!paying) return false
  if (basis === 'same_city') return one.district_code.slice(0, 4) === paying.district_code.slice(0, 4)
  return employer === 'chain' ? one.chain_id === paying.chain_id : one.id === paying.id
}
