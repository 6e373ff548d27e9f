/** What a spreadsheet cell can hold, and how it is read as text, a day or a month. */
import { addDays, isLocalDate, isMonth, type LocalDate, type Month } from './calendar.ts'
import { cleanText } from './text.ts'

/**
 * Text (cleaned; blank is `''`), a number the file stores as a number, a yes/no, or a day.
 * Numbers stay numbers so that identity and card numbers stored as numbers can be refused ({@link hasLostDigits}).
 */
export type Cell = string | number | boolean | { date: LocalDate }

/** A value as a reader gives it: text cleaned, a day without its time, `="0571"` (how many systems keep a CSV value text) as its text. */
export function toCell(value: string | number | boolean | Date | null): Cell {
  if (value === null) return ''
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? '' : { date: value.toISOString().slice(0, 10) }
  return typeof value === 'string' ? cleanText(value.replace(/^="(.*)"$/, '$1')) : value
}

/** Spreadsheets keep 15 digits of a number: of a longer one the last digits are gone and must never be guessed. */
export function hasLostDigits(cell: Cell): boolean {
  return typeof cell === 'number' && Math.abs(cell) >= 1e15
}

/** As a person would read it: `330106`, `是`, `2026-03-05`. */
export function cellText(cell: Cell): string {
  if (typeof cell === 'boolean') return cell ? '是' : '否'
  return typeof cell === 'object' ? cell.date : String(cell)
}

/** A day from a date cell, a serial number (20000–80000), or text like `2026-3-5`, `2026/3/5`, `2026.3.5`, `2026年3月5日`, `20260305`; else null. */
export function cellDate(cell: Cell): LocalDate | null {
  if (typeof cell === 'object') return cell.date
  if (typeof cell === 'number' && cell >= 20_000 && cell <= 80_000) return addDays('1899-12-30', Math.floor(cell))
  const match =
    /^(\d{4})(\d{2})(\d{2})$/.exec(cellText(cell)) ??
    /^(\d{4})[-/.年－／．](\d{1,2})[-/.月－／．](\d{1,2})日?(?:\s[\d:]+)?$/.exec(cellText(cell))
  if (!match) return null
  const [, year, month = '', day = ''] = match
  const date = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
  return isLocalDate(date) ? date : null
}

/** A month from a day as above, or text like `2026-3`, `2026/03`, `2026年3月`, `202603`; else null. */
export function cellMonth(cell: Cell): Month | null {
  const date = cellDate(cell)
  if (date) return date.slice(0, 7)
  const match = /^(\d{4})[-/.年－／．]?(\d{1,2})月?$/.exec(cellText(cell))
  if (!match) return null
  const month = `${match[1]}-${(match[2] ?? '').padStart(2, '0')}`
  return isMonth(month) ? month : null
}
