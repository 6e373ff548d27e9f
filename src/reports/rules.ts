/** What a report may cover and how its figures are said: periods, days of measurement, and rates that keep both their numbers. */
import type { Workforce } from '../people/rules.ts'
import { addMonths, firstDay, type LocalDate, lastDay, type Month, monthOf } from '../platform/calendar.ts'
import { divisionPrefix, type Scope } from '../platform/context.ts'
import { notFound } from '../platform/errors.ts'

/** A part of a whole; the percentage is worked out where it is read, and never goes without both numbers. */
export interface Rate {
  numerator: number
  denominator: number
}

export function rate(numerator: number, denominator: number): Rate {
  return { numerator, denominator }
}

/** With one decimal, rounded down so that 100 is said only of all; null where there is nothing to divide by. */
export function percent({ numerator, denominator }: Rate): number | null {
  return denominator === 0 ? null : Math.floor((numerator * 1000) / denominator) / 10
}

/** `91.6%`, or a dash where there is nothing to divide by. */
export function percentText(part: Rate): string {
  const value = percent(part)
  return value === null ? '—' : `${value.toFixed(1)}%`
}

/** `91.6% (11/12)` */
export function rateText(part: Rate): string {
  return `${percentText(part)} (${part.numerator}/${part.denominator})`
}

export interface ReportInput {
  district_code?: string | undefined
  /** one month, or a whole year, this one when neither is given */
  month?: Month | undefined
  year?: number | undefined
  level?: number | undefined
  workforce?: Workforce | undefined
}

/** What a report reads: divisions by prefix, days from `from` up to and without `to`. */
export interface Range {
  prefix: string
  from: LocalDate
  to: LocalDate
  level?: number | undefined
  workforce?: Workforce | undefined
}

/** Refuses a division outside the scope as not found. */
export function rangeOf(scope: Scope, input: ReportInput, today: LocalDate): Range {
  const { month, level, workforce } = input
  const year = input.year ?? today.slice(0, 4)
  const from = firstDay(month ?? `${year}-01`)
  return {
    prefix: prefixWithin(scope, input.district_code),
    from,
    to: firstDay(addMonths(monthOf(from), month ? 1 : 12)),
    level,
    workforce,
  }
}

function prefixWithin(scope: Scope, district_code: string | undefined): string {
  const own = scope.kind === 'division' ? scope.prefix : '-'
  const prefix = district_code ? divisionPrefix(district_code) : own
  return prefix.startsWith(own) ? prefix : notFound({ zh: '区县', en: 'district' })
}

/** The last day of every month that has begun, today standing for the end of its own; the oldest first. */
export function monthEnds({ from, to }: Pick<Range, 'from' | 'to'>, today: LocalDate): LocalDate[] {
  const ends: LocalDate[] = []
  for (let month = monthOf(from); firstDay(month) < to && firstDay(month) <= today; month = addMonths(month, 1))
    ends.push(endOf(month, today))
  return ends
}

/** The ends of the six quarters up to that year's last, today standing for the end of its own; the oldest first. */
export function quarterEnds(year: number, today: LocalDate): LocalDate[] {
  const last = lastQuarter(year, today)
  return [-15, -12, -9, -6, -3, 0].map((months) => endOf(addMonths(last, months + 2), today))
}

/** The first month of the year's last quarter that has begun. */
export function lastQuarter(year: number, today: LocalDate): Month {
  const month = today.startsWith(`${year}`) ? Number(today.slice(5, 7)) : 12
  return `${year}-${String(month - ((month - 1) % 3)).padStart(2, '0')}`
}

/** `26Q3` */
export function quarterName(date: LocalDate | Month): string {
  return `${date.slice(2, 4)}Q${Math.ceil(Number(date.slice(5, 7)) / 3)}`
}

function endOf(month: Month, today: LocalDate): LocalDate {
  return month === monthOf(today) || lastDay(month) > today ? today : lastDay(month)
}
