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
import type { Condition, Hours } from './conditions.ts'
import type { Bounds, CertificateFact, ConductFact, EmploymentFact, Facts, OrganisationFact } from './evaluate.ts'
import { personMeasure } from './person-measures.ts'
import type { Rules } from './rules.ts'
import { serviceUntil } from './service.ts'

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
    case 'facility_ownership': {
      const found = employment?.organisation.ownership ?? null
      return { met: found !== null && condition.threshold.includes(found), found }
    }
    case 'facility_filed': {
      const met = employment !== null && isFiled(employment.organisation, view.last)
      return {
        met,
        found: met,
        earliest: met || !employment ? undefined : filedNext(employment.organisation, view.last),
      }
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
      const service = serviceUntil(view, condition.parameters)
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
        .filter(
          (one) =>
            one.level <= condition.threshold &&
            one.revoked_from === null &&
            !one.suspended?.some((span) => span.to_on === null),
        )
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
      const events = facts.conduct
        .filter((event) => kinds.includes(event.kind))
        .map((event) => ({ ...event, spans: spansOf(event, window_months) }))
        .filter(({ spans }) => spans.some((span) => lies(month, span)))
      const ends = events.map(({ spans }) => endAfter(month, spans)).sort()
      const excess = ends[ends.length - condition.threshold - 1]
      const earliest = excess === FOR_GOOD ? undefined : excess
      return {
        met: excess === undefined,
        found: events.length,
        evidence: some(events.map((event) => event.id)),
        earliest,
      }
    }
    default:
      return personMeasure(view, condition)
  }
}

/** Filed or recognised (备案或审核认定, source S3), and open, on the last day of the month. */
export function isFiled({ filings, closed_on }: OrganisationFact, last: LocalDate): boolean {
  return (
    (closed_on === null || last < closed_on) &&
    filings.some(({ starts_on, ends_on }) => starts_on <= last && (ends_on === null || last < ends_on))
  )
}

/** The month in which the next period begins, unless it is closed by then. */
function filedNext({ filings, closed_on }: OrganisationFact, last: LocalDate): Month | undefined {
  const next = filings.find(({ starts_on }) => starts_on > last && (closed_on === null || starts_on < closed_on))
  return next && monthOf(next.starts_on)
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
export function findCheck({ found_in }: CertificateFact, { conditions }: Rules): string | null {
  let found: string | null = null
  for (const { check_id, registry } of found_in) {
    const counts = conditions.some(
      (one) => one.measure === 'registry_check' && one.parameters.registries.includes(registry),
    )
    if (counts && (found === null || check_id < found)) found = check_id
  }
  return found
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

/** Months from the first to before the second. */
type Span = [Month, Month]
const FOR_GOOD: Month = '9999-12'

/**
 * The months in which a decision about conduct counts: those whose window of so many months reaches back to the event, and those
 * that overlap the period the decision itself names. The second reads the decision, not the scheme: who was kept out for three years
 * is not free again when the scheme's window of one year has passed. Without a period only the window counts.
 */
function spansOf({ happened_on, period_from, period_to }: ConductFact, window_months: number): Span[] {
  const happened = monthOf(happened_on)
  const window: Span = [happened, addMonths(happened, window_months)]
  if (!period_from) return [window]
  return [window, [monthOf(period_from), period_to ? addMonths(monthOf(addDays(period_to, -1)), 1) : FOR_GOOD]]
}

function lies(month: Month, [from, to]: Span): boolean {
  return from <= month && month < to
}

/** The first month after this one that lies in none of the spans. */
function endAfter(month: Month, spans: Span[]): Month {
  const span = spans.find((one) => lies(month, one))
  return span ? endAfter(span[1], spans) : month
}

function some(ids: string[]): string[] | undefined {
  return ids.length > 0 ? ids.sort() : undefined
}
