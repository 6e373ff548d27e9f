/** Measures of the person rather than of the month's work: years served, entry, graduation, age, insurance, training; pure. */
import { addMonths, addMonthsToDate, type LocalDate, monthOf, wholeMonths } from '../platform/calendar.ts'
import type { ClaimTime, Condition } from './conditions.ts'
import type { DegreeFact } from './evaluate.ts'
import type { Finding, View } from './measures.ts'
import { claimsOf, hiredOn, serviceUntil, yearsServed } from './service.ts'

type Asked = Extract<
  Condition,
  {
    measure:
      | 'contract_years'
      | 'years_served'
      | 'hired_from'
      | 'graduated_within'
      | 'age_below'
      | 'social_insurance'
      | 'trained'
      | 'certificate_or_licence'
      | 'claimed'
  }
>

export function personMeasure(view: View, condition: Asked): Finding {
  const { facts, month, employment } = view
  switch (condition.measure) {
    case 'contract_years': {
      const until = employment?.contract_until ?? null
      const found = employment && until ? Math.floor(wholeMonths(employment.starts_on, until) / 12) : null
      return { met: found !== null && found >= condition.threshold, found }
    }
    case 'years_served': {
      const found = yearsServed(view, condition.parameters)
      if (found !== null && found >= condition.threshold) return { met: true, found }
      const from = serviceUntil(view, condition.parameters)?.from
      const reached = from && monthOf(addMonthsToDate(from, condition.threshold * 12))
      return { met: false, found, earliest: reached && reached > month ? reached : undefined }
    }
    case 'hired_from': {
      const found = hiredOn(view)
      return { met: found !== null && found >= condition.threshold, found }
    }
    case 'graduated_within':
      return graduatedWithin(view, condition.threshold, condition.parameters.exclusive ?? false)
    case 'age_below': {
      const found = facts.born_on ? ageOn(facts.born_on, view.last) : null
      return { met: found !== null && found < condition.threshold, found }
    }
    case 'social_insurance': {
      const insured = employment !== null && isInsured(view)
      const age = facts.born_on ? ageOn(facts.born_on, view.last) : null
      const limit = condition.parameters.retired_from_age?.[facts.sex === 'female' ? 'female' : 'male']
      // somebody retired pays no contributions and works under an agreement: nothing is asked of them (source S17)
      const retired = limit !== undefined && age !== null && facts.sex != null && age >= limit
      return { met: insured || retired, found: insured, earliest: insured || retired ? undefined : addMonths(month, 1) }
    }
    case 'trained': {
      const found =
        view.certificate !== null ||
        facts.education.some((one) => one.completed_on <= view.last) ||
        (facts.trainings ?? []).some((one) => one.passed_on <= view.last)
      return { met: found, found }
    }
    case 'certificate_or_licence': {
      const level = view.certificate?.level ?? null
      if (level !== null && level <= condition.threshold) return { met: true, found: level }
      const licence = (facts.licences ?? []).find(
        ({ kind, issued_on, valid_until }) =>
          condition.parameters.licences.includes(kind) &&
          issued_on <= view.last &&
          (valid_until === null || view.last < valid_until),
      )
      return licence ? { met: true, found: licence.kind, evidence: [licence.id] } : { met: false, found: level }
    }
    case 'claimed':
      return claimedInTime(view, condition.parameters)
  }
}

/** Found is the day of the claim that is in time, or else of the newest. */
function claimedInTime(view: View, { after_years, within_months }: ClaimTime): Finding {
  const claims = claimsOf(view)
  const hired = hiredOn(view)
  const from = after_years === undefined ? undefined : hired && addMonthsToDate(hired, after_years * 12)
  const until = from && within_months !== undefined ? addMonthsToDate(from, within_months) : undefined
  const inTime = claims.filter(
    ({ claimed_on }) =>
      from === undefined || (from !== null && from <= claimed_on && (until === undefined || claimed_on < until)),
  )
  const claim = inTime[0] ?? claims.at(-1)
  return {
    met: inTime.length > 0,
    found: claim?.claimed_on ?? null,
    evidence: claim && [claim.id],
  }
}

/** Months from the last graduation before the entry to the entry; found is the day of graduation. */
function graduatedWithin(view: View, months: number, exclusive: boolean): Finding {
  const hired = hiredOn(view)
  const degree = hired === null ? null : latest(view.facts.degrees ?? [], hired)
  if (hired === null || degree === null) return { met: false, found: null }
  const until = addMonthsToDate(degree.graduated_on, months)
  const met = exclusive ? hired < until : hired <= until
  return { met, found: degree.graduated_on, evidence: [degree.id] }
}

function latest(degrees: DegreeFact[], day: LocalDate): DegreeFact | null {
  const before = degrees.filter((one) => one.graduated_on <= day)
  before.sort((a, b) =>
    a.graduated_on < b.graduated_on ? 1 : a.graduated_on > b.graduated_on ? -1 : a.id < b.id ? -1 : 1,
  )
  return before[0] ?? null
}

function ageOn(born_on: LocalDate, day: LocalDate): number {
  return Math.floor(wholeMonths(born_on, day) / 12)
}

/** Contributions of the month at the paying employer. */
function isInsured({ facts, employment, month }: View): boolean {
  return facts.attendance.some(
    (row) => row.month === month && row.organisation_id === employment!.organisation.id && row.insured === true,
  )
}
