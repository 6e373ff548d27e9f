/** Tables that are forms: fields `items.3.theory` become rows, and the faults of rows find their way back to the fields. */
import type { AttendanceRow } from './hours.ts'
import type { ResultRow } from './shapes.ts'

type Sent = Record<string, unknown>

/** Rows that were filled in, and for each the number of its line in the table. */
export interface Entered<T> {
  items: T[]
  lines: number[]
}

/** Lines without hours are left out; the button for everybody means the whole session. A reason is given once for all. */
export function enteredHours(sent: Sent): Entered<AttendanceRow> & { reason: string | null } {
  const everybody = sent.everybody === 'full'
  const filled = linesOf(sent).filter(({ cells }) => everybody || cells.hours)
  return {
    reason: text(sent.reason) || null,
    lines: filled.map(({ line }) => line),
    items: filled.map(({ cells }) => ({
      enrolment_id: cells.enrolment_id ?? '',
      ...(everybody ? {} : { hours: Number(cells.hours) }),
    })),
  }
}

/** Lines without any mark are left out; day and reason are given once for all, a result that is there keeps its own day. */
export function enteredResults(sent: Sent): Entered<ResultRow> {
  const filled = linesOf(sent).filter(({ cells }) => cells.theory || cells.practical || cells.review)
  const mark = (text: string | undefined) => (text ? Number(text) : null)
  return {
    lines: filled.map(({ line }) => line),
    items: filled.map(({ cells }) => ({
      enrolment_id: cells.enrolment_id ?? '',
      assessed_on: cells.assessed_on ?? text(sent.assessed_on),
      theory: mark(cells.theory),
      practical: mark(cells.practical),
      review: mark(cells.review),
      reason: text(sent.reason) || null,
    })),
  }
}

/** Faults of rows at the lines of the table; what was given once for all is faulted once. */
export function onLines<T extends { pointer: string; message: string }>(faults: T[], lines: number[]): T[] {
  const placed = faults.map((fault) => {
    const [, row, field = ''] = /^\/items\/(\d+)\/(\w+)$/.exec(fault.pointer) ?? []
    if (!row) return fault
    return {
      ...fault,
      pointer: ['assessed_on', 'reason'].includes(field) ? `/${field}` : `/items/${lines[Number(row)]}/${field}`,
    }
  })
  return placed.filter(
    (fault, index) =>
      placed.findIndex(({ pointer, message }) => pointer === fault.pointer && message === fault.message) === index,
  )
}

export function linesOf(sent: Sent): { line: number; cells: Record<string, string> }[] {
  const lines = new Map<number, Record<string, string>>()
  for (const [name, value] of Object.entries(sent)) {
    const [, line, field] = /^items\.(\d+)\.(\w+)$/.exec(name) ?? []
    if (line && field) lines.set(Number(line), { ...lines.get(Number(line)), [field]: text(value) })
  }
  return [...lines].map(([line, cells]) => ({ line, cells }))
}

function text(value: unknown): string {
  return typeof value === 'string' ? value.trim() : ''
}
