/** The one definition of who is due what: one person, one month, one version of a scheme; pure, every condition answered. */
import { addMonths, firstDay, type LocalDate, lastDay, type Month } from '../platform/calendar.ts'
import { type AmountNote, alreadyPaid, dueOf, findRate, targetOf } from './amounts.ts'
import { countsFrom, daysAttended, type Found, findCheck, measure, type View } from './measures.ts'
import { inDivision, type Rate, type Rules } from './rules.ts'

/** What is known of one person, in any order. */
export interface Facts {
  employments: EmploymentFact[]
  attendance: { month: Month; organisation_id: string; days: number; insured?: boolean }[]
  certificates: CertificateFact[]
  education: { id: string; completed_on: LocalDate; hours: number }[]
  conduct: ConductFact[]
  /** the rest only where a rule asks for it */
  born_on?: LocalDate | null
  sex?: string | null
  degrees?: DegreeFact[]
  awards?: { id: string; tier: string; prize: string; won_on: LocalDate }[]
  trainings?: { id: string; level: number; hours: number; passed_on: LocalDate }[]
  claims?: ClaimFact[]
  licences?: { id: string; kind: string; issued_on: LocalDate; valid_until: LocalDate | null }[]
  /** what was booked for other months, and in this one for other components and schemes */
  paid?: PaidFact[]
}
export interface DegreeFact {
  id: string
  level: string
  mode: string
  graduated_on: LocalDate
}
export interface ClaimFact {
  id: string
  scheme_code: string
  component: string
  claimed_on: LocalDate
}
export interface PaidFact {
  scheme_code: string
  component: string
  group: string | null
  month: Month
  amount_fen: number
}
export interface ConductFact {
  id: string
  kind: string
  happened_on: LocalDate
  /** the time the decision keeps the person out, half-open; null: the decision names none, or it has no end */
  period_from?: LocalDate | null
  period_to?: LocalDate | null
}
export interface EmploymentFact {
  id: string
  post: string
  contract_kind: string
  starts_on: LocalDate
  /** the first day no longer in post */
  ends_on: LocalDate | null
  /** the first day the contract no longer covers; absent: not recorded */
  contract_until?: LocalDate | null
  organisation: OrganisationFact
}
export interface OrganisationFact {
  id: string
  district_code: string
  facility_kind: string | null
  /** public or private (公办、民办); null or absent: not recorded */
  ownership?: string | null
  /** the root of the chain it belongs to; itself when it has no parent */
  chain_id: string
  /** periods of filing and of recognition, the earliest first; `ends_on` is the first day no longer filed */
  filings: { starts_on: LocalDate; ends_on: LocalDate | null }[]
  /** the first day no longer open */
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
  /** days on which it was suspended, half-open */
  suspended?: { from_on: LocalDate; to_on: LocalDate | null }[]
  /** the registers whose newest look-up found it */
  found_in: { check_id: string; registry: string }[]
  /** another body issued it */
  external?: true
}

/** By position of the condition: ids that the columns of a line do not hold, the earliest month it could be met, and which ids are of certificates issued elsewhere. */
export type Notes = Record<string, Note>
interface Note {
  evidence?: string[]
  earliest?: Month
  external?: string[]
}

/** Under `amount`, beside the positions: what it was made from, where it is not simply the rate of a level. */
export function amountNote(notes: Notes | null): AmountNote | null {
  return (notes?.amount as AmountNote | undefined) ?? null
}

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
 * division and a rate is laid down for level (years, education …), district and kind of facility; a missing rate refuses, it is never 0.
 * What is due once refuses when nothing is left of it.
 */
export function decide(facts: Facts, rules: Rules, month: Month): Decision {
  const { first, last, next } = boundsOf(month)
  const employment = payingEmployment(facts, rules, month, first, next)
  const certificate = bestCertificate(facts, rules, month, last)
  const check_id = certificate && findCheck(certificate, rules)
  const view: View = { facts, rules, month, first, last, next, employment, certificate, check_id }
  const found: Found[] = []
  let failed = 0
  let notes: Notes | null = null
  for (let position = 0; position < rules.conditions.length; position++) {
    const finding = measure(view, rules.conditions[position]!)
    found.push(finding.found)
    if (!finding.met) failed |= 1 << position
    const { evidence, earliest, external } = finding
    if (!evidence && !earliest && !external) continue
    notes ??= {}
    const note: Note = {}
    if (evidence) note.evidence = evidence
    if (earliest) note.earliest = earliest
    if (external) note.external = external
    notes[position] = note
  }
  const level = certificate?.level ?? null
  const worth = worthOf(view)
  if (worth.note) notes = { ...notes, amount: worth.note as Note }
  const here = employment !== null && inDivision(employment.organisation.district_code, rules.division_code)
  const payable = here && failed === 0 && worth.rate !== null && (worth.due_fen > 0 || worth.note === null)
  return {
    employment,
    certificate,
    registry_check_id: check_id,
    level,
    rate: worth.rate,
    outcome: payable ? 'payable' : 'refused',
    entitlement_fen: payable ? worth.due_fen : 0,
    failed,
    found,
    notes,
  }
}

/** The rate of the month's level as it is; anything else with a note of what it was made from. */
function worthOf(view: View): { rate: Rate | null; due_fen: number; note: AmountNote | null } {
  const { facts, rules, month, employment, certificate } = view
  if (rules.component.kind === 'monthly_by_level' && rules.component.group === undefined) {
    const level = certificate?.level
    const rate =
      employment && level !== undefined ? findRate(rules, employment.organisation, (one) => one.level === level) : null
    return { rate, due_fen: rate?.amount_fen ?? 0, note: null }
  }
  const paid_fen = alreadyPaid(facts, rules, month)
  const { rate, ...amount } = targetOf(view, paid_fen)
  return { rate, due_fen: dueOf(amount.target_fen, paid_fen, rules), note: { ...amount, paid_fen } }
}

/** First and last day of the month, and the first of the next. */
export interface Bounds {
  first: LocalDate
  last: LocalDate
  next: LocalDate
}

const bounds = new Map<Month, Bounds>()

/** Kept, because a run asks for the same dozen months a million times. */
function boundsOf(month: Month): Bounds {
  const known = bounds.get(month)
  if (known) return known
  const made = { first: firstDay(month), last: lastDay(month), next: firstDay(addMonths(month, 1)) }
  bounds.set(month, made)
  return made
}

/** One paying employment a person and month, wherever it is: most days attended, then the earliest start, then the id. */
function payingEmployment(
  facts: Facts,
  rules: Rules,
  month: Month,
  first: LocalDate,
  next: LocalDate,
): EmploymentFact | null {
  let best: EmploymentFact | null = null
  let bestDays = -1
  for (const employment of facts.employments) {
    const { post, starts_on, ends_on, id } = employment
    if (!rules.posts.includes(post) || starts_on >= next || (ends_on !== null && ends_on <= first)) continue
    const days = daysAttended(facts, employment, month) ?? 0
    const sooner = best !== null && (starts_on < best.starts_on || (starts_on === best.starts_on && id < best.id))
    if (days > bestDays || (days === bestDays && sooner)) [best, bestDays] = [employment, days]
  }
  return best
}

/** The highest level whose certificate supports the month on its last day; of two alike the older. */
function bestCertificate(facts: Facts, rules: Rules, month: Month, last: LocalDate): CertificateFact | null {
  let best: CertificateFact | null = null
  for (const certificate of facts.certificates) {
    const { occupation_code, issued_on, valid_until, revoked_from, suspended } = certificate
    const valid =
      issued_on <= last &&
      (valid_until === null || last < valid_until) &&
      (revoked_from === null || last < revoked_from) &&
      !suspended?.some(({ from_on, to_on }) => from_on <= last && (to_on === null || last < to_on))
    if (!valid || !rules.occupation_codes.includes(occupation_code) || countsFrom(certificate, rules) > month) continue
    if (best === null || ranksBefore(certificate, best)) best = certificate
  }
  return best
}

/** Level 1 is the highest, so the smallest. */
function ranksBefore(a: CertificateFact, b: CertificateFact): boolean {
  if (a.level !== b.level) return a.level < b.level
  return a.issued_on < b.issued_on || (a.issued_on === b.issued_on && a.id < b.id)
}
