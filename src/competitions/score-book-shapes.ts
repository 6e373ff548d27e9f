/** The lines of a score book, and what they say of each entry. */
import type { EventRules } from './event-rules.ts'

/** A line. Entries are their stations, judges and criteria their numbers; nobody's name but the judges' is in the book. Points are hundredths. */
export type BookLine =
  | {
      line: 'event'
      id: string
      name: string
      competition: string
      held_on: string
      rules_version: number
      rules: EventRules
    }
  | { line: 'judge'; number: number; part: string; name: string }
  | { line: 'draw'; number: number; seed: string; reason: string | null; drawn_at: string }
  | { line: 'entry'; station: number; sealed_number: number | null; withdrawn: string | null }
  | { line: 'penalty'; station: number; points: number; reason: string; withdrawn: string | null }
  | { line: 'time'; station: number; part: string; milliseconds: number; until: string | null }
  | {
      line: 'mark'
      station: number
      criterion: number
      judge: number
      points: number
      at: string
      until: string | null
    }
  | { line: 'rank'; rank: number; station: number; total: string; denominator: string; award: string | null }
type Of<L extends BookLine['line']> = Extract<BookLine, { line: L }>

export function linesOf<L extends BookLine['line']>(lines: BookLine[], kind: L): Of<L>[] {
  return lines.filter((line): line is Of<L> => line.line === kind)
}

export interface BookEntry extends Of<'entry'> {
  /** in the order in which they were given */
  marks: Of<'mark'>[]
  penalties: Of<'penalty'>[]
  times: Of<'time'>[]
}

/** By station. */
export function bookEntries(lines: BookLine[]): BookEntry[] {
  const marks = Map.groupBy(linesOf(lines, 'mark'), ({ station }) => station)
  const penalties = linesOf(lines, 'penalty')
  const times = linesOf(lines, 'time')
  return linesOf(lines, 'entry').map((entry) => ({
    ...entry,
    marks: marks.get(entry.station) ?? [],
    penalties: penalties.filter(({ station }) => station === entry.station),
    times: times.filter(({ station }) => station === entry.station),
  }))
}
