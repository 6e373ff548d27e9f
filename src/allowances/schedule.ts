/** When a month is applied for and paid, out of which year's budget, and by whom: deadlines, periods and the split of the money; pure. */
import { addMonths, type LocalDate, lastDay, type Month, monthOf } from '../platform/calendar.ts'

/** A day of the month so many months later, or a day of the year so many years later. */
export type Deadline = { day: number; months_later: number } | { date: string; years_later: number }

export interface Payer {
  name: string
  /** of the whole, or a fixed sum; the last payer has neither and takes the remainder */
  percent?: number
  fixed_fen?: number
}

/** What a version says of the way of an application. What was not seen is absent. */
export interface Schedule {
  cadence?: 'monthly' | 'quarterly' | 'half_yearly' | 'yearly'
  apply_by?: Deadline
  review_by?: Deadline
  approve_by?: Deadline
  paid_by?: Deadline
  /** null: a late application is shown to the officer, what it leads to is not known */
  late?: 'next_period' | 'refused' | null
  budget?: 'same_year' | 'next_year'
  publicity_days?: number
  objection_working_days?: number
  payers?: Payer[]
}

const PERIODS = { monthly: 1, quarterly: 3, half_yearly: 6, yearly: 12 } as const

/** The last month of the period in which the month lies: what is paid together. */
export function periodEnd({ cadence = 'monthly' }: Schedule, month: Month): Month {
  const length = PERIODS[cadence]
  return addMonths(month, length - 1 - ((Number(month.slice(5)) - 1) % length))
}

/** The last day in time, for the period that a month lies in; a day past the end of its month is the last of it. */
export function deadlineOf(deadline: Deadline, schedule: Schedule, month: Month): LocalDate {
  const end = periodEnd(schedule, month)
  if ('date' in deadline) return `${Number(end.slice(0, 4)) + deadline.years_later}-${deadline.date}`
  const then = addMonths(end, deadline.months_later)
  const day = `${then}-${String(deadline.day).padStart(2, '0')}`
  return day < lastDay(then) ? day : lastDay(then)
}

/** Whether an application was entered in time, and what follows where that was seen (null: the officer decides). Null without a deadline. */
export function judgeApplication(
  schedule: Schedule,
  month: Month,
  entered_on: LocalDate,
): { deadline: LocalDate; late: boolean; effect: 'next_period' | 'refused' | null } | null {
  if (!schedule.apply_by) return null
  const deadline = deadlineOf(schedule.apply_by, schedule, month)
  const late = entered_on > deadline
  return { deadline, late, effect: late ? (schedule.late ?? null) : null }
}

/** The same of a claim, in the period whose deadline lies in the month of the claim, or for one that is a day of the year, in its year. */
export function judgeClaim(schedule: Schedule, claimed_on: LocalDate): ReturnType<typeof judgeApplication> {
  const { apply_by } = schedule
  if (!apply_by) return null
  const month = monthOf(claimed_on)
  const period =
    'date' in apply_by
      ? `${Number(claimed_on.slice(0, 4)) - apply_by.years_later}-12`
      : addMonths(month, -apply_by.months_later)
  return judgeApplication(schedule, period, claimed_on)
}

/**
 * Each payer's part in fen, in order; parts are rounded down, fixed sums stop at what is left, the last payer takes the remainder. Of
 * money that comes back each gets back what they paid. Where a version names nobody, the budget of the district pays.
 */
export function splitAmong(payers: Payer[] | null, total_fen: number): { name: string; amount_fen: number }[] {
  const named = payers?.length ? payers : [{ name: '区县财政' }]
  const total = Math.abs(total_fen)
  let left = total
  return named.map(({ name, percent, fixed_fen }: Payer, index) => {
    const part = index === named.length - 1 ? left : Math.min(left, fixed_fen ?? percentOf(total, percent ?? 100))
    left -= part
    return { name, amount_fen: total_fen < 0 ? -part : part }
  })
}

/** Rounded down to the fen. Percents are exact to six decimals: 33.3 % of 300 yuan is 99.90, which no floating point says. */
function percentOf(total: number, percent: number): number {
  return Number((BigInt(total) * BigInt(Math.round(percent * 1e6))) / 100_000_000n)
}

/**
 * Each payer's part of what is paid to somebody at once: what they pay of each line, as the reports split the ledger. Should the whole
 * not be the sum of its lines, the last payer takes the difference, so that nothing is lost.
 */
export function splitLines(
  payers: Payer[] | null,
  lines: number[],
  total_fen: number,
): { name: string; amount_fen: number }[] {
  const parts = splitAmong(payers, 0)
  for (const line of lines)
    for (const [at, { amount_fen }] of splitAmong(payers, line).entries()) parts[at]!.amount_fen += amount_fen
  parts.at(-1)!.amount_fen += total_fen - lines.reduce((sum, line) => sum + line, 0)
  return parts
}
