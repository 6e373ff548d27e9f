/** The closed catalogue of measures: what each looks at, what it finds, and whether that meets the condition; pure. */
import {
  addDays,
  addMonths,
  addMonthsToDate,
  firstDay,
  type LocalDate,
  type Month,
  monthOf,
  wholeMonths,
} from '../platform/calendar.ts'
import type { Bounds, CertificateFact, EmploymentFact, Facts, OrganisationFact } from './evaluate.ts'
import type { Condition, Hours, Rules } from './rules.ts'

export type Found = string | number | boolean | null

/** One person and month, with what was chosen to pay by. */
export interface View extends Bounds {
  facts: Facts
  rules: Rules
  month: Month
  employment: EmploymentFact | null
  certificate: CertificateFact | null
  /** the look-up that found the certificate */
  check_id: string | null
}

export interface Finding {
  met: boolean
  found: Found
  /** ids that no column of a line holds */
  evidence?: string[] | undefined
  /** which of the ids that it rests on are of certificates issued elsewhere, or of their look-ups */
  external?: string[] | undefined
  /** of what is not met: the first month in which it could be, where that can be told */
  earliest?: Month | undefined
}

export function measure(view: View, condition: Condition): Finding {
  const { facts, rules, month, employment, certificate } = view
  switch (condition.measure) {
    case 'facility_kind': {
      const found = employment?.organisation.facility_kind ?? null
      return { met: found !== null && condition.threshold.includes(found), found }
    }
    case 'facility_filed': {
      const met = employment !== null && isFiled(employment.organisation, view.last)
      const filed = employment?.organisation.filed_from
      return { met, found: met, earliest: filed && filed > view.last ? monthOf(filed) : undefined }
    }
    case 'contract_kind': {
      const found = employment?.contract_kind ?? null
      return { met: found !== null && condition.threshold.includes(found), found }
    }
    case 'in_post_at_month_end': {
      const met = isInPost(employment, view.last)
      return { met, found: met }
    }
    case 'service_months': {
      const service = serviceUntil(view, condition.parameters.basis)
      const found = service ? wholeMonths(service.from, service.to) : 0
      if (found >= condition.threshold) return { met: true, found }
      const reached = service && isInPost(employment, view.last) && addMonthsToDate(service.from, condition.threshold)
      return { met: false, found, earliest: reached ? monthOf(addDays(reached, -1)) : undefined }
    }
    case 'certificate_level': {
      const found = certificate?.level ?? null
      if (found !== null && found <= condition.threshold)
        return { met: true, found, external: certificate?.external && [certificate.id] }
      const own = facts.certificates.filter((one) => rules.occupation_codes.includes(one.occupation_code))
      const coming = own
        .filter((one) => one.level <= condition.threshold && one.revoked_from === null)
        .map((one) => countsFrom(one, rules))
      return {
        met: false,
        found,
        evidence: some(own.map((one) => one.id)),
        external: some(own.filter((one) => one.external).map((one) => one.id)),
        earliest: coming.filter((one) => one > month).sort()[0],
      }
    }
    case 'registry_check': {
      const met = view.check_id !== null
      // a look-up has no month of its own: once made, it supports this one too
      const external = certificate?.external && view.check_id !== null ? [view.check_id] : undefined
      return { met, found: met, external, earliest: certificate && !met ? month : undefined }
    }
    case 'attendance_days': {
      const found = employment && daysAttended(facts, employment, month)
      const met = found !== null && found >= condition.threshold
      return { met, found, earliest: met ? undefined : addMonths(month, 1) }
    }
    case 'education_hours': {
      const rows = within(facts.education, view, condition.parameters.window_months, (row) => row.completed_on)
      const found = rows.reduce((sum, row) => sum + row.hours, 0)
      const required = hoursFor(condition.threshold, certificate?.level ?? null)
      return { met: required !== null && found >= required, found, evidence: some(rows.map((row) => row.id)) }
    }
    case 'conduct_events': {
      if (facts.conduct.length === 0) return { met: true, found: 0 }
      const { kinds, window_months } = condition.parameters
      const ofKind = facts.conduct.filter((event) => kinds.includes(event.kind))
      const events = within(ofKind, view, window_months, (event) => event.happened_on)
      const days = events.map((event) => event.happened_on).sort()
      const excess = days[days.length - condition.threshold - 1]
      const earliest = excess && addMonths(monthOf(excess), window_months)
      return {
        met: excess === undefined,
        found: events.length,
        evidence: some(events.map((event) => event.id)),
        earliest,
      }
    }
  }
}

/** Filed, and open, on the last day of the month. */
function isFiled({ filed_from, filed_to, closed_on }: OrganisationFact, last: LocalDate): boolean {
  return (
    filed_from !== null &&
    filed_from <= last &&
    (filed_to === null || last < filed_to) &&
    (closed_on === null || last < closed_on)
  )
}

function isInPost(employment: EmploymentFact | null, day: LocalDate): boolean {
  return employment !== null && employment.starts_on <= day && (employment.ends_on === null || day < employment.ends_on)
}

/** At the paying employment's organisation; null when nothing was recorded. */
export function daysAttended(facts: Facts, employment: EmploymentFact, month: Month): number | null {
  for (const row of facts.attendance)
    if (row.month === month && row.organisation_id === employment.organisation.id) return row.days
  return null
}

/** 「次月起执行」: with `next_month` a level counts from the month after its issue (source S3). */
export function countsFrom(certificate: CertificateFact, rules: Rules): Month {
  const month = monthOf(certificate.credited_from)
  return rules.level_from === 'next_month' ? addMonths(month, 1) : month
}

/** A look-up that found the certificate in one of the scheme's registers; the oldest, when there are several. */
export function findCheck(certificate: CertificateFact, rules: Rules): string | null {
  const registries = rules.conditions.flatMap((one) =>
    one.measure === 'registry_check' ? one.parameters.registries : [],
  )
  const ids = certificate.found_in
    .filter(({ registry }) => registries.includes(registry))
    .map(({ check_id }) => check_id)
  return ids.sort()[0] ?? null
}

/** The hours asked of a level; of somebody without a certificate those of the entry level. */
export function hoursFor(threshold: Hours, level: number | null): number | null {
  return typeof threshold === 'number' ? threshold : (threshold[level ?? 5] ?? null)
}

/** What lies in the window of so many months that ends with this one. */
function within<T>(rows: T[], { month, next }: View, months: number, dayOf: (row: T) => LocalDate): T[] {
  if (rows.length === 0) return rows
  const from = firstDay(addMonths(month, 1 - months))
  return rows.filter((row) => from <= dayOf(row) && dayOf(row) < next)
}

/**
 * Time in the scheme's posts until the end of the month, as one stretch. Interrupted service is glued together: the days of
 * earlier stretches are set in front of the last one, so that an uninterrupted stretch counts by the calendar.
 */
function serviceUntil(
  { facts, rules, next, employment }: View,
  basis: 'any_employer' | 'same_employer',
): { from: LocalDate; to: LocalDate } | null {
  const counted = facts.employments.filter(
    ({ post, starts_on, organisation }) =>
      starts_on < next &&
      rules.posts.includes(post) &&
      (basis === 'any_employer' || organisation.id === employment?.organisation.id),
  )
  let stretch: { from: LocalDate; to: LocalDate } | null = null
  let earlierDays = 0
  if (counted.length > 1) counted.sort((a, b) => (a.starts_on < b.starts_on ? -1 : 1))
  for (const { starts_on, ends_on } of counted) {
    const to = ends_on === null || ends_on > next ? next : ends_on
    if (stretch && starts_on <= stretch.to) {
      if (to > stretch.to) stretch.to = to
    } else {
      if (stretch) earlierDays += (Date.parse(stretch.to) - Date.parse(stretch.from)) / 86_400_000
      stretch = { from: starts_on, to }
    }
  }
  return stretch && earlierDays > 0 ? { from: addDays(stretch.from, -earlierDays), to: stretch.to } : stretch
}

function some(ids: string[]): string[] | undefined {
  return ids.length > 0 ? ids.sort() : undefined
}
