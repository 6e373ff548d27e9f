/** Forms of assessments as they are sent: a column of marks, a choice a line, decisions with marks. */

import type { SettledDifference, SittingRow } from './assessment-shapes.ts'
import { type Entered, linesOf } from './table-form.ts'

type Sent = Record<string, unknown>

/** A column of one part's marks; lines left empty are left out. */
export function enteredSitting(sent: Sent): Entered<SittingRow> & { part: string; assessed_on: string } {
  const filled = linesOf(sent).filter(({ cells }) => cells.mark)
  const reason = words(sent.reason) || null
  return {
    part: words(sent.part),
    assessed_on: words(sent.assessed_on),
    lines: filled.map(({ line }) => line),
    items: filled.map(({ cells }) => ({ enrolment_id: cells.enrolment_id ?? '', mark: Number(cells.mark), reason })),
  }
}

/** Of each line the entry that stands and why; lines without a choice are left out. */
export function enteredSettlement(sent: Sent): Entered<SettledDifference> {
  const filled = linesOf(sent).filter(({ cells }) => cells.entry)
  return {
    lines: filled.map(({ line }) => line),
    items: filled.map(({ cells }) => ({ entry: Number(cells.entry), reason: cells.reason ?? '' })),
  }
}

/** Marks come as text, and empty where nothing is corrected. */
export function enteredDecision(sent: unknown) {
  const { upheld, reason, ...rest } = sent as Record<string, string>
  const marks = Object.entries(rest).filter(
    ([name, value]) => ['theory', 'practical', 'review'].includes(name) && value,
  )
  return {
    upheld: upheld === 'true' ? true : upheld === 'false' ? false : undefined,
    reason,
    marks: Object.fromEntries(marks.map(([name, value]) => [name, Number(value)])),
  }
}

/** Tick boxes that are off are not sent, numbers come as text. */
export function enteredTerms(sent: unknown) {
  const { kept_months, sittings, appeal_days, two_person_entry, held_until_published, ...rest } = sent as Record<
    string,
    string
  >
  const number = (text: string | undefined) => (text ? Number(text) : undefined)
  return {
    ...rest,
    kept_months: number(kept_months),
    sittings: number(sittings),
    appeal_days: number(appeal_days),
    two_person_entry: two_person_entry === 'true',
    held_until_published: held_until_published === 'true',
  }
}

function words(value: unknown): string {
  return typeof value === 'string' ? value.trim() : ''
}
