/** The marks of one entry as a form: every mark that stands in a field of its own; those that were typed over are the corrections. */
import { criteriaOf, type EventRules, moduleName } from './event-rules.ts'
import type { CorrectionSheet } from './publication-shapes.ts'
import type { JudgeRow, ScoreRow } from './queries.ts'
import type { NewScore } from './score-shapes.ts'

/** A sheet a module; what is measured has one field, in the column of who entered it. The rules are those shown: points, not hundredths. */
export function correctionSheets(rules: EventRules, judges: JudgeRow[], scores: ScoreRow[]): CorrectionSheet[] {
  return rules.modules.map((module) => {
    const panel = judges.filter(({ part }) => part === module.key)
    const criteria = criteriaOf(rules).filter((criterion) => criterion.module === module.key)
    return {
      part: module.key,
      name: moduleName(module),
      judges: panel.map(({ name }) => name),
      rows: criteria.map(({ number, name, measured, max_points }) => {
        const given = new Map(
          scores.flatMap(({ part, criterion, judge, points }) =>
            part === module.key && criterion === name ? [[judge, points / 100]] : [],
          ),
        )
        const only = panel.find((judge) => given.has(judge.name)) ?? panel[0]
        return {
          criterion: name,
          max_points,
          marks: panel.map((judge) =>
            measured && judge !== only
              ? null
              : { field: `marks.${number}.${judge.number}`, points: given.get(judge.name) ?? null },
          ),
        }
      }),
    }
  })
}

/** Marks that differ from those that stand; `fields[i]` is the field of `scores[i]`. */
export function enteredCorrections(
  sheets: CorrectionSheet[],
  station: number,
  sent: Record<string, unknown>,
): { scores: NewScore[]; fields: string[] } {
  const changed = sheets.flatMap(({ part, judges, rows }) =>
    rows.flatMap(({ criterion, marks }) =>
      marks.flatMap((mark, column) => {
        const typed = mark ? sent[mark.field] : undefined
        if (!mark || typeof typed !== 'string' || typed.trim() === '' || Number(typed) === mark.points) return []
        return [
          { field: mark.field, score: { station, part, criterion, judge: judges[column]!, points: Number(typed) } },
        ]
      }),
    ),
  )
  return { scores: changed.map(({ score }) => score), fields: changed.map(({ field }) => field) }
}
