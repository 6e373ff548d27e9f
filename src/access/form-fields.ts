/** What forms send, as the shapes expect it: numbers as numbers, yuan as fen, and nothing for what was left out. */
import { addDays, isLocalDate } from '../platform/calendar.ts'
import { parseYuan } from '../platform/money.ts'

/** A form sends everything as text, and empty text for what was left out. */
export function filled(...numbers: string[]) {
  return (sent: unknown): Record<string, unknown> =>
    Object.fromEntries(
      Object.entries(sent as Record<string, unknown>)
        .filter(([, value]) => value !== '')
        .map(([name, value]) => [name, numbers.includes(name) ? Number(value) : value]),
    )
}

/** Of two buttons under a name the one that was chosen, as true or false; nothing when none was. */
export function withChoice(name: string) {
  return (sent: unknown): Record<string, unknown> => {
    const { [name]: chosen, ...rest } = filled()(sent)
    return { ...rest, ...(chosen ? { [name]: chosen === 'true' } : {}) }
  }
}

/** `price_yuan: '1,500.50'` → `price_fen: 150050`; what is no amount becomes a fault of the shape. */
export function withFen(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) =>
      name.endsWith('_yuan') ? [name.replace(/_yuan$/, '_fen'), parseYuan(String(value)) ?? Number.NaN] : [name, value],
    ),
  )
}

/** Faults about fen, beside the fields that take yuan. */
export function besideYuan<F extends { pointer: string }>(faults: F[]): F[] {
  return faults.map((fault) => ({ ...fault, pointer: fault.pointer.replace(/_fen$/, '_yuan') }))
}

/** People think in a last day, the record in the day after it. */
export function withEnd({ last_day, ...fields }: Record<string, unknown>): Record<string, unknown> {
  if (typeof last_day !== 'string') return fields
  return { ...fields, ends_on: isLocalDate(last_day) ? addDays(last_day, 1) : last_day }
}

/** Faults about the end, beside the field that takes the last day. */
export function besideLastDay<F extends { pointer: string }>(faults: F[]): F[] {
  return faults.map((fault) => ({ ...fault, pointer: fault.pointer.replace(/^\/ends_on$/, '/last_day') }))
}
