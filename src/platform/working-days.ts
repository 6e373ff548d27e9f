/**
 * Working days of the calendar of China: weekends and holidays do not count, make-up days (调休上班) do. Only the data of the library is
 * used: its functions read a day in the zone of the machine.
 */
import arranged from 'chinese-days/dist/chinese-days.json' with { type: 'json' }
import { addDays, type LocalDate } from './calendar.ts'

const { holidays, workdays } = arranged as Record<'holidays' | 'workdays', Record<LocalDate, string>>
const years = new Set(Object.keys(holidays).map((day) => day.slice(0, 4)))

/** The first day after so many working days, the first of which is `from` or the next working day. */
export function afterWorkingDays(from: LocalDate, days: number): LocalDate {
  let day = from
  for (let left = days; left > 0; day = addDays(day, 1)) if (isWorkingDay(day)) left--
  return day
}

/** The years whose arrangement of holidays is known, the first first. */
export function holidayYears(): string[] {
  return [...years].sort()
}

/** Whether the State Council's arrangement of the year's holidays is known; without it only weekends are left out. */
export function holidaysKnown(day: LocalDate): boolean {
  return years.has(day.slice(0, 4))
}

function isWorkingDay(day: LocalDate): boolean {
  const weekday = (Date.parse(day) / 86_400_000 + 4) % 7
  return day in workdays || (weekday !== 0 && weekday !== 6 && !(day in holidays))
}
