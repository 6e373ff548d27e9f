/** What one component comes to for one person and month: the rate, instalments reached, and what was paid already; pure. */
import { addMonthsToDate, type LocalDate, monthOf } from '../platform/calendar.ts'
import { COMPONENT_KINDS, educationRank, type Instalment } from './components.ts'
import type { DegreeFact, Facts, OrganisationFact } from './evaluate.ts'
import type { View } from './measures.ts'
import type { Rate, Rules } from './rules.ts'
import { hiredOn, yearsServed } from './service.ts'

/** What an amount was made from, kept with a line where it is not simply the rate of a level. */
export interface AmountNote {
  years?: number | null
  education?: string
  /** what is due in all by now, and what was paid of it before */
  target_fen: number
  paid_fen: number
  evidence?: string[]
}

export interface Amount {
  rate: Rate | null
  target_fen: number
  /** ids it rests on that no column of a line holds */
  evidence?: string[]
  years?: number | null
  education?: string
}

/** Nothing to look up: no level, no years, no education, or no rate laid down for them. */
const NOTHING: Amount = { rate: null, target_fen: 0 }

/** The whole sum that the component is worth now, before anything paid is taken off. */
export function targetOf(view: View, paid_fen: number): Amount {
  const { rules, employment, certificate } = view
  if (!employment) return NOTHING
  const at = employment.organisation
  const { by } = COMPONENT_KINDS[rules.component.kind]
  switch (by) {
    case 'level':
      return certificate ? whole(findRate(rules, at, (rate) => rate.level === certificate.level)) : NOTHING
    case 'tenure': {
      const years = yearsServed(view, rules.component.tenure ?? { basis: 'any_employer' })
      if (years === null) return NOTHING
      const rate = findRate(
        rules,
        at,
        ({ min_years, below_years }) => (min_years ?? 0) <= years && (below_years == null || years < below_years),
      )
      return { ...whole(rate), years }
    }
    case 'education':
      return entryBonus(view, at, paid_fen)
    case 'award':
      return awards(view, at)
    case 'training':
      return training(view, at)
    default:
      return NOTHING
  }
}

/**
 * What was paid for the same cause already: of what is due once, everything that `facts.paid` holds of the component; of its group
 * (就高不重复) what other components and schemes paid, of a monthly one for the same month.
 */
export function alreadyPaid({ paid }: Facts, { scheme_code, component }: Rules, month: string): number {
  if (!paid || paid.length === 0) return 0
  const once = COMPONENT_KINDS[component.kind].due === 'once'
  return paid
    .filter((one) => {
      const own = one.scheme_code === scheme_code && one.component === component.code
      if (own) return once
      return component.group !== undefined && one.group === component.group && (once || one.month === month)
    })
    .reduce((sum, one) => sum + one.amount_fen, 0)
}

/** The target less what was paid, never below zero. What is due once and names no difference is not paid a second time. */
export function dueOf(target_fen: number, paid_fen: number, { component }: Rules): number {
  const { due, by } = COMPONENT_KINDS[component.kind]
  const difference = due === 'month' || by === 'education' || component.top_up || component.group !== undefined
  return difference || paid_fen === 0 ? Math.max(0, target_fen - paid_fen) : 0
}

/** The most specific rate: rules.rates starts with those for one district. */
export function findRate(
  rules: Rules,
  { district_code, facility_kind }: OrganisationFact,
  fits: (rate: Rate) => boolean,
): Rate | null {
  const found = rules.rates.find(
    (rate) =>
      fits(rate) &&
      (rate.district_code === null || rate.district_code === district_code) &&
      (rate.facility_kind === null || rate.facility_kind === facility_kind),
  )
  return found ?? null
}

function whole(rate: Rate | null): Amount {
  return { rate, target_fen: rate?.amount_fen ?? 0 }
}

/** Instalments are reached on anniversaries of the entry. What is paid keeps the education it was paid for, the rest takes the highest. */
function entryBonus(view: View, at: OrganisationFact, paid_fen: number): Amount {
  const { facts, rules, last } = view
  const { instalments, first_after_years = 0, education_on = 'entry' } = rules.component
  const hired = hiredOn(view)
  if (hired === null || !instalments) return NOTHING
  const anniversary = (years: number) => addMonthsToDate(hired, years * 12)
  const first = anniversary(first_after_years)
  const years = yearsServed(view, rules.component.tenure ?? { basis: 'any_employer', continuous: true })
  const reached = first <= last ? instalments.filter(({ after_years }) => anniversary(after_years) <= last) : []
  const best = (day: LocalDate) => bestEducation(facts.degrees ?? [], day, rules, at)
  let target_fen = 0
  for (const instalment of reached) {
    const day = anniversary(instalment.after_years)
    const then = partOf(instalment, best(education_on === 'entry' ? hired : day < first ? first : day))
    const kept = education_on === 'entry' || target_fen + then <= paid_fen
    target_fen += kept ? then : partOf(instalment, best(last))
  }
  const education = best(education_on === 'entry' ? hired : last)
  if (!education) return { ...NOTHING, years }
  const { degree, rate } = education
  return { rate, target_fen, years, education: degree.level, evidence: [degree.id] }
}

type Education = { degree: DegreeFact; rate: Rate; amount_fen: number }

function partOf({ percent }: Instalment, education: Education | null): number {
  return education ? Math.round((education.amount_fen * percent) / 100) : 0
}

/** Only the highest counts, never two: of those held on the day the one that is worth most. */
function bestEducation(degrees: DegreeFact[], day: LocalDate, rules: Rules, at: OrganisationFact): Education | null {
  const { part_time_percent } = rules.component
  const held = degrees.flatMap((degree) => {
    if (degree.graduated_on > day) return []
    const rank = educationRank(degree.level)
    const keys = rules.rates.flatMap(({ key }) => (key && educationRank(key) <= rank ? [key] : []))
    const key = keys.sort((a, b) => educationRank(b) - educationRank(a))[0]
    const rate = key === undefined ? null : findRate(rules, at, (one) => one.key === key)
    if (!rate) return []
    const percent = degree.mode === 'part_time' ? (part_time_percent ?? 100) : 100
    return [{ degree, rate, amount_fen: Math.round((rate.amount_fen * percent) / 100) }]
  })
  held.sort((a, b) => b.amount_fen - a.amount_fen || (a.degree.id < b.degree.id ? -1 : 1))
  return held[0] ?? null
}

/** Prizes won in the month. A rate's key is `tier` or `tier/prize`. */
function awards({ facts, rules, month }: View, at: OrganisationFact): Amount {
  const won = (facts.awards ?? []).filter(({ won_on }) => monthOf(won_on) === month)
  const rated = won.flatMap((award) => {
    const rate =
      findRate(rules, at, ({ key }) => key === `${award.tier}/${award.prize}`) ??
      findRate(rules, at, ({ key }) => key === award.tier)
    return rate ? [{ award, rate }] : []
  })
  if (rated.length === 0) return NOTHING
  return {
    rate: rated[0]!.rate,
    target_fen: rated.reduce((sum, { rate }) => sum + rate.amount_fen, 0),
    evidence: rated.map(({ award }) => award.id).sort(),
  }
}

/** For each passed training of enough hours, by its level; or for the first certificate alone. */
function training({ facts, rules, last }: View, at: OrganisationFact): Amount {
  const { least_hours = 0, first_certificate_only } = rules.component
  const passed = (facts.trainings ?? []).filter((one) => one.passed_on <= last && one.hours >= least_hours)
  passed.sort((a, b) => (a.passed_on < b.passed_on ? -1 : a.passed_on > b.passed_on ? 1 : a.id < b.id ? -1 : 1))
  const counted = first_certificate_only ? passed.slice(0, 1) : passed
  const rated = counted.flatMap((one) => {
    const rate = findRate(rules, at, ({ level }) => level === null || level === one.level)
    return rate ? [{ one, rate }] : []
  })
  if (rated.length === 0) return NOTHING
  return {
    rate: rated.at(-1)!.rate,
    target_fen: rated.reduce((sum, { rate }) => sum + rate.amount_fen, 0),
    evidence: rated.map(({ one }) => one.id).sort(),
  }
}
