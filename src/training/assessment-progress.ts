/** Marks, entries and closings as they are read, and what each person of a class still has to sit. */
import type { LocalDate } from '../platform/calendar.ts'
import { inLanguage, type Lang } from '../platform/errors.ts'
import { combine, keptUntil, type Terms } from './assessment-rules.ts'
import { PARTS, PASS_MARK, type Part, partsOf } from './rules.ts'

/** A mark that stands. */
export interface MarkRow {
  id: string
  enrolment_id: string
  part: Part
  sitting: number
  version: number
  assessed_on: LocalDate
  mark: number
  reason: string | null
  kept_mark_id: string | null
}

/** What one person entered and no mark stands on yet; of each person the latest. */
export interface EntryRow {
  seq: number
  enrolment_id: string
  person_name: string
  part: Part
  sitting: number
  version: number
  assessed_on: LocalDate
  mark: number
  reason: string | null
  entered_by: string
  entered_by_name: string
}

/** Two entries for one mark that do not say the same, in the order of entry. */
export function differencesIn(entries: EntryRow[]): { first: EntryRow; second: EntryRow }[] {
  return [...Map.groupBy(entries, entryKey).values()].flatMap(([first, second]) =>
    first && second ? [{ first, second }] : [],
  )
}

export function entryKey({ enrolment_id, part, sitting }: Pick<EntryRow, 'enrolment_id' | 'part' | 'sitting'>): string {
  return `${enrolment_id} ${part} ${sitting}`
}

/** That results are locked, and since when they are published. */
export interface Closing {
  locked_at: Date
  /** enrolments without a result when it was locked */
  missing: string[]
  /** by the completion of the class */
  implied: boolean
  locked_by_name: string | null
  published_at: Date | null
  published_by_name: string | null
}

export interface Progress {
  /** passed parts, and the first day on which each is no longer kept; null: not kept beyond this sitting */
  kept: { part: Part; until: LocalDate | null }[]
  /** parts to be sat again, and how many sittings are left */
  resit: { part: Part; left: number }[]
  /** marks entered by one person that wait for the second, or on which the two differ */
  entries: 'none' | 'waiting' | 'differing'
}

/** Of everybody who has not passed as a whole, what is kept and what is to be sat again on a day; of everybody, entries that are open. */
export function progressOf(
  level: number | null,
  terms: Terms,
  marks: MarkRow[],
  entries: EntryRow[],
  day: LocalDate,
): Map<string, Progress> {
  const own = Map.groupBy(marks, ({ enrolment_id }) => enrolment_id)
  const open = Map.groupBy(entries, ({ enrolment_id }) => enrolment_id)
  return new Map(
    [...new Set([...own.keys(), ...open.keys()])].map((id) => {
      const sat = own.get(id) ?? []
      const { counting, due } = combine(level, terms, sat, day)
      const last = combine(level, terms, sat, sat.at(-1)?.assessed_on ?? day)
      const passed = last.due.length === 0
      const keys = (open.get(id) ?? []).map(entryKey)
      return [
        id,
        {
          kept: passed
            ? []
            : partsOf(level).flatMap((part) => {
                const mark = counting[part]
                if (!mark || mark.mark < PASS_MARK) return []
                return [{ part, until: terms.kept_months > 0 ? keptUntil(terms, mark.assessed_on) : null }]
              }),
          resit: passed
            ? []
            : due.flatMap((part) => {
                const times = sat.filter((one) => one.part === part && one.sitting > 0).length
                return times === 0 ? [] : [{ part, left: Math.max(0, terms.sittings - times) }]
              }),
          entries: keys.length === 0 ? 'none' : new Set(keys).size < keys.length ? 'differing' : 'waiting',
        },
      ]
    }),
  )
}

/** `理论知识保留至 2027-03-01；操作技能可补考 2 次`, or null where there is nothing to say. */
export function progressWords({ kept, resit, entries }: Progress, lang: Lang): string | null {
  // what is kept matters once something is to be sat again
  const passed = resit.length > 0 ? kept : []
  const zh = [
    ...passed.map(({ part, until }) => `${PARTS[part].zh}已合格${until ? `，成绩保留至 ${until} 前` : ''}`),
    ...resit.map(({ part, left }) => `${PARTS[part].zh}${left > 0 ? `还可考 ${left} 次` : '次数已用完'}`),
    ...{ none: [], waiting: ['等待第二人录入'], differing: ['两人录入不一致'] }[entries],
  ]
  const en = [
    ...passed.map(({ part, until }) => `${PARTS[part].en} passed${until ? `, kept until before ${until}` : ''}`),
    ...resit.map(({ part, left }) => `${PARTS[part].en}: ${left} more ${left === 1 ? 'sitting' : 'sittings'}`),
    ...{ none: [], waiting: ['waits for the second entry'], differing: ['two entries differ'] }[entries],
  ]
  return zh.length === 0 ? null : inLanguage(lang, { zh: zh.join('；'), en: en.join('; ') })
}

/** A result as somebody may appeal against it; marks are points. */
export interface AppealableRow extends Record<Part, number | null> {
  enrolment_id: string
  class_id: string
  class_name: string
  level: number | null
  person_name: string
  result_id: string
  assessed_on: LocalDate
  passed: boolean
  appeal_days: number
  appeal_id: string | null
  published_at: Date | null
  /** the last day of an appeal; null until the results are published */
  until: LocalDate | null
}
