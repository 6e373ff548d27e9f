/** Calendar dates and months as strings in Asia/Shanghai, and the only place that turns an instant into them. */

/** `YYYY-MM-DD`, a day of the calendar in Asia/Shanghai. */
export type LocalDate = string
/** `YYYY-MM`. */
export type Month = string

/** The only clock of the program; entries put its value into the context as `now`. */
export function systemNow(): Date {
  return new Date()
}

export function isLocalDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || !isMonth(text.slice(0, 7))) return false
  const day = Number(text.slice(8))
  return day >= 1 && day <= daysInMonth(text.slice(0, 7))
}

export function isMonth(text: string): boolean {
  return /^\d{4}-(0[1-9]|1[0-2])$/.test(text)
}

/** The calendar day in Asia/Shanghai (UTC+8, no summer time since 1991). */
export function localDate(now: Date): LocalDate {
  return new Date(now.getTime() + 8 * 3_600_000).toISOString().slice(0, 10)
}

/** `YYYY-MM-DD HH:MM` in Asia/Shanghai, for people. */
export function localTime(now: Date): string {
  return new Date(now.getTime() + 8 * 3_600_000).toISOString().slice(0, 16).replace('T', ' ')
}

export function monthOf(date: LocalDate): Month {
  return date.slice(0, 7)
}

export function firstDay(month: Month): LocalDate {
  return `${month}-01`
}

export function lastDay(month: Month): LocalDate {
  return `${month}-${daysInMonth(month)}`
}

export function addDays(date: LocalDate, days: number): LocalDate {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10)
}

export function addMonths(month: Month, count: number): Month {
  const index = Number(month.slice(0, 4)) * 12 + Number(month.slice(5, 7)) - 1 + count
  return `${String(Math.floor(index / 12)).padStart(4, '0')}-${String((index % 12) + 1).padStart(2, '0')}`
}

/** The same day `count` months later, or the last day of that month when it is shorter. */
export function addMonthsToDate(date: LocalDate, count: number): LocalDate {
  const month = addMonths(monthOf(date), count)
  const day = `${month}-${date.slice(8)}`
  return isLocalDate(day) ? day : lastDay(month)
}

export function daysInMonth(month: Month): number {
  const [year, number] = [Number(month.slice(0, 4)), Number(month.slice(5, 7))]
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  return number === 2 ? (leap ? 29 : 28) : [4, 6, 9, 11].includes(number) ? 30 : 31
}

/** Whole months from `from` to `to` (half-open): 2026-01-15 → 2026-04-15 is 3, → 2026-04-14 is 2. */
export function wholeMonths(from: LocalDate, to: LocalDate): number {
  const months =
    (Number(to.slice(0, 4)) - Number(from.slice(0, 4))) * 12 + Number(to.slice(5, 7)) - Number(from.slice(5, 7))
  return Math.max(0, addMonthsToDate(from, months) <= to ? months : months - 1)
}

/** `2026-08-03 – 2026-08-05`: first and last day of a half-open period. */
export function daysOf({ starts_on, ends_on }: { starts_on: LocalDate; ends_on: LocalDate }): string {
  return `${starts_on} – ${addDays(ends_on, -1)}`
}
