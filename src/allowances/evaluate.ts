/** The one definition of who is due what: one person, one month, one version of a scheme; pure, every condition answered. */
import { addDays, addMonths, addMonthsToDate, firstDay, lastDay, type LocalDate, type Month, monthOf, wholeMonths } from '../platform/calendar.ts'
import { type Condition, filedIn, type Hours, inDivision, type Rate, type Rules, windowOf } from './rules.ts'

/** What is known of one person, in any order. */
export interface Facts {
  employments: EmploymentFact[]
  attendance: { month: Month; organisation_id: string; days: number }[]
  certificates: CertificateFact[]
  education: { id: string; completed_on: LocalDate; hours: number }[]
  conduct: { id: string; kind: string; happened_on: LocalDate }[]
}
export interface EmploymentFact {
  id: string
  post: string
  contract_kind: string
  starts_on: LocalDate
  /** the first day no longer in post */
  ends_on: LocalDate | null
  organisation: OrganisationFact
}
export interface OrganisationFact {
  id: string
  district_code: string
  facility_kind: string | null
  filed_from: LocalDate | null
  filed_to: LocalDate | null
  closed_on: LocalDate | null
}
export interface CertificateFact {
  id: string
  occupation_code: string
  level: number
  issued_on: LocalDate
  /** the day of issue, or that of the certificate it replaces */
  credited_from: LocalDate
  /** the first day no longer valid */
  valid_until: LocalDate | null
  revoked_from: LocalDate | null
  /** the registers whose newest look-up found it */
  found_in: { check_id: string; registry: string }[]
}

export type Found = string | number | boolean | null
/** By position of the condition: ids that the columns of a line do not hold, and the earliest month it could be met. */
export type Notes = Record<string, { evidence?: string[]; earliest?: Month }>

export interface Decision {
  /** the employment that pays this month; null when there is none in the scheme's posts */
  employment: EmploymentFact | null
  certificate: CertificateFact | null
  registry_check_id: string | null
  level: number | null
  rate: Rate | null
  outcome: 'payable' | 'refused'
  entitlement_fen: number
  /** bit i set: condition i is not met */
  failed: number
  /** in the order of the conditions */
  found: Found[]
  notes: Notes | null
}

/**
 * Judges every condition of the version for the month. Payable when all are met, the paying employment lies in the scheme's
 * division and a rate is laid down for level, district and kind of facility; a missing rate refuses, it is never 0.
 */
export function decide(facts: Facts, rules: Rules, month: Month): Decision {
  const employment = payingEmployment(facts, rules, month)
  const certificate = bestCertificate(facts, rules, month)
  const view: View = { facts, rules, month, employment, certificate }
  const found: Found[] = []
  let failed = 0
  let notes: Notes | null = null
  for (const [position, condition] of rules.conditions.entries()) {
    const finding = measure(view, condition)
    found.push(finding.found)
    if (!finding.met) failed |= 1 << position
    const earliest = finding.met ? undefined : finding.earliest
    if (!finding.evidence?.length && !earliest) continue
    notes ??= {}
    notes[position] = { ...(finding.evidence?.length && { evidence: finding.evidence }), ...(earliest && { earliest }) }
  }
  const level = certificate?.level ?? null
  const rate = employment && level !== null ? rateFor(rules, level, employment.organisation) : null
  const here = employment !== null && inDivision(employment.organisation.district_code, rules.division_code)
  const payable = here && failed === 0 && rate !== null
  return {
    employment,
    certificate,
    registry_check_id: certificate ? registryCheck(certificate, rules) : null,
    level,
    rate,
    outcome: payable ? 'payable' : 'refused',
    entitlement_fen: payable ? rate.amount_fen : 0,
    failed,
    found,
    notes,
  }
}

interface View {
  facts: Facts
  rules: Rules
  month: Month
  employment: EmploymentFact | null
  certificate: CertificateFact | null
}
interface Finding {
  met: boolean
  found: Found
  evidence?: string[]
  earliest?: Month | undefined
}

/** One paying employment a person and month, wherever it is: most days attended, then the earliest start, then the id. */
function payingEmployment(facts: Facts, rules: Rules, month: Month): EmploymentFact | null {
  const { from, to } = windowOf(month, 1)
  let best: EmploymentFact | null = null
  let bestDays = -1
  for (const employment of facts.employments) {
    const { post, starts_on, ends_on } = employment
    if (!rules.posts.includes(post) || starts_on >= to || (ends_on !== null && ends_on <= from)) continue
    const days = daysAttended(facts, employment, month) ?? 0
    const better = !best || days > bestDays || (days === bestDays && (starts_on < best.starts_on || (starts_on === best.starts_on && employment.id < best.id)))
    if (better) [best, bestDays] = [employment, days]
  }
  return best
}

function daysAttended(facts: Facts, employment: EmploymentFact, month: Month): number | null {
  return facts.attendance.find((row) => row.month === month && row.organisation_id === employment.organisation.id)?.days ?? null
}

/** The highest level whose certificate supports the month on its last day. */
function bestCertificate(facts: Facts, rules: Rules, month: Month): CertificateFact | null {
  const day = lastDay(month)
  let best: CertificateFact | null = null
  for (const certificate of facts.certificates) {
    const { occupation_code, issued_on, valid_until, revoked_from } = certificate
    const valid = issued_on <= day && (valid_until === null || day < valid_until) && (revoked_from === null || day < revoked_from)
    if (!valid || !rules.occupation_codes.includes(occupation_code) || countsFrom(certificate, rules) > month) continue
    if (!best || rank(certificate) < rank(best)) best = certificate
  }
  return best
}

/** Level 1 is the highest, so the smallest; of two alike the older. */
function rank({ level, issued_on, id }: CertificateFact): string {
  return `${level} ${issued_on} ${id}`
}

/** 「次月起执行」: with `next_month` a level counts from the month after its issue (source S3). */
function countsFrom(certificate: CertificateFact, rules: Rules): Month {
  const month = monthOf(certificate.credited_from)
  return rules.level_from === 'next_month' ? addMonths(month, 1) : month
}

function registryCheck(certificate: CertificateFact, rules: Rules): string | null {
  const condition = rules.conditions.find((one) => one.measure === 'registry_check')
  const checks = certificate.found_in.filter(({ registry }) => condition?.parameters.registries.includes(registry))
  return checks.reduce<string | null>((least, { check_id }) => (least === null || check_id < least ? check_id : least), null)
}

/** The most specific rate: rules.rates starts with those for one district. */
function rateFor(rules: Rules, level: number, { district_code, facility_kind }: OrganisationFact): Rate | null {
  const fits = (rate: Rate) =>
    rate.level === level &&
    (rate.district_code === null || rate.district_code === district_code) &&
    (rate.facility_kind === null || rate.facility_kind === facility_kind)
  return rules.rates.find(fits) ?? null
}

function measure(view: View, condition: Condition): Finding {
  const { facts, rules, month, employment, certificate } = view
  switch (condition.measure) {
    case 'facility_kind': {
      const found = employment?.organisation.facility_kind ?? null
      return { met: found !== null && condition.threshold.includes(found), found }
    }
    case 'facility_filed': {
      const met = employment !== null && filedIn(employment.organisation, month)
      const filed = employment?.organisation.filed_from
      return { met, found: met, earliest: filed && filed > lastDay(month) ? monthOf(filed) : undefined }
    }
    case 'contract_kind': {
      const found = employment?.contract_kind ?? null
      return { met: found !== null && condition.threshold.includes(found), found }
    }
    case 'in_post_at_month_end': {
      const met = employment !== null && inPostOn(employment, lastDay(month))
      return { met, found: met }
    }
    case 'service_months': {
      const { months, reached } = serviceMonths(view, condition.parameters.basis, condition.threshold)
      return { met: months >= condition.threshold, found: months, earliest: reached }
    }
    case 'certificate_level': {
      const found = certificate?.level ?? null
      const next = facts.certificates.filter((one) => one.level <= condition.threshold && rules.occupation_codes.includes(one.occupation_code) && one.revoked_from === null)
      const earliest = next.map((one) => countsFrom(one, rules)).filter((one) => one > month).sort()[0]
      const met = found !== null && found <= condition.threshold
      return { met, found, earliest, ...(!met && { evidence: facts.certificates.map((one) => one.id).sort() }) }
    }
    case 'registry_check': {
      const met = certificate !== null && registryCheck(certificate, rules) !== null
      // a look-up has no month of its own: once made, it supports this one too
      return { met, found: met, earliest: certificate ? month : undefined }
    }
    case 'attendance_days': {
      const found = employment && daysAttended(facts, employment, month)
      return { met: found !== null && found >= condition.threshold, found, earliest: addMonths(month, 1) }
    }
    case 'education_hours': {
      const { from, to } = windowOf(month, condition.parameters.window_months)
      const rows = facts.education.filter((row) => from <= row.completed_on && row.completed_on < to)
      const found = rows.reduce((sum, row) => sum + row.hours, 0)
      const required = hoursFor(condition.threshold, certificate?.level ?? null)
      return { met: required !== null && found >= required, found, evidence: rows.map((row) => row.id).sort() }
    }
    case 'conduct_events': {
      const { kinds, window_months } = condition.parameters
      const { from, to } = windowOf(month, window_months)
      const events = facts.conduct.filter((event) => kinds.includes(event.kind) && from <= event.happened_on && event.happened_on < to)
      const excess = events.map((event) => event.happened_on).sort()[events.length - condition.threshold - 1]
      const earliest = excess && addMonths(monthOf(excess), window_months)
      return { met: events.length <= condition.threshold, found: events.length, evidence: events.map((event) => event.id).sort(), earliest }
    }
  }
}

function inPostOn({ starts_on, ends_on }: EmploymentFact, day: LocalDate): boolean {
  return starts_on <= day && (ends_on === null || day < ends_on)
}

/** The hours asked of a level; of somebody without a certificate those of the entry level. */
export function hoursFor(threshold: Hours, level: number | null): number | null {
  return typeof threshold === 'number' ? threshold : (threshold[level ?? 5] ?? null)
}

/**
 * Whole months in the scheme's posts until the end of the month. Interrupted service is glued together: the days of earlier
 * stretches are set in front of the last one, so that an uninterrupted stretch counts by the calendar.
 */
function serviceMonths({ facts, rules, month, employment }: View, basis: 'any_employer' | 'same_employer', threshold: number): { months: number; reached: Month | undefined } {
  const end = firstDay(addMonths(month, 1))
  const counted = facts.employments.filter(
    ({ post, starts_on, organisation }) => rules.posts.includes(post) && starts_on < end && (basis === 'any_employer' || organisation.id === employment?.organisation.id),
  )
  let days = 0
  let until = ''
  for (const one of counted.sort((a, b) => (a.starts_on < b.starts_on ? -1 : 1))) {
    const to = one.ends_on === null || one.ends_on > end ? end : one.ends_on
    const from = one.starts_on > until ? one.starts_on : until
    if (to > from) days += daysBetween(from, to)
    if (to > until) until = to
  }
  if (days === 0) return { months: 0, reached: undefined }
  const start = addDays(until, -days)
  const goesOn = employment !== null && inPostOn(employment, addDays(end, -1))
  return { months: wholeMonths(start, until), reached: goesOn ? monthOf(addDays(addMonthsToDate(start, threshold), -1)) : undefined }
}

function daysBetween(from: LocalDate, to: LocalDate): number {
  return (Date.parse(to) - Date.parse(from)) / 86_400_000
}
