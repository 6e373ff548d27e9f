/** Marks of judges: entered by station, changed with both values in the history, closed once the ranking is published. */
import { sql } from 'kysely'
import { recordHistory } from '../history/actions.ts'
import { earlierTwins, faultAt } from '../people/bulk.ts'
import type { Context } from '../platform/context.ts'
import type { Tx } from '../platform/database.ts'
import { type Fault, refuseFaults } from '../platform/errors.ts'
import { hundredths } from '../training/rules.ts'
import { lockEvent, withdrawRanking } from './actions.ts'
import { listEntries, listJudges, listScores } from './queries.ts'
import { PARTS } from './rules.ts'
import type { NewScore } from './shapes.ts'

export interface ScoresTaken {
  recorded: number
  changed: number
  unchanged: number
}

/**
 * Enters marks (points, 0–100, at most two decimals), all or none; a ranking made before is withdrawn. Refuses `event.published`, and per
 * row `score.station_unknown`, `score.judge_unknown`, `score.points_invalid`, `score.twice`.
 */
export async function recordScores(tx: Tx, context: Context, event_id: string, rows: NewScore[]): Promise<ScoresTaken> {
  const event = await lockEvent(tx, context, event_id)
  const entries = new Map((await listEntries(tx, context.scope, event)).map(({ station, id }) => [station, id]))
  const judges = new Set((await listJudges(tx, event_id)).map(({ part, name }) => `${part} ${name}`))
  const twins = earlierTwins(rows.map(keyOf))
  refuseFaults(
    rows.flatMap((row, index): Fault[] => {
      const at = `/items/${index}`
      const { station, part, judge, points } = row
      const faults: Fault[] = []
      if (!entries.has(station))
        faults.push(
          faultAt(
            `${at}/station`,
            'score.station_unknown',
            `没有 ${station} 号工位，请核对抽签记录。`,
            `There is no station ${station}.`,
          ),
        )
      if (!judges.has(`${part} ${judge}`))
        faults.push(
          faultAt(
            `${at}/judge`,
            'score.judge_unknown',
            `${judge}不是${PARTS[part].zh}部分的评委，请先登记评委。`,
            `${judge} is no judge of the ${PARTS[part].en.toLowerCase()} part.`,
          ),
        )
      if (hundredths(points) === null)
        faults.push(
          faultAt(
            `${at}/points`,
            'score.points_invalid',
            `${station} 号工位的分数必须在 0–100 之间、至多两位小数。`,
            `Station ${station}: a mark is between 0 and 100 with at most two decimals.`,
          ),
        )
      if (twins[index] !== null)
        faults.push(
          faultAt(
            at,
            'score.twice',
            `${station} 号工位同一评委的分数出现了两次，请只留一个。`,
            `Station ${station}: the same judge is there twice.`,
          ),
        )
      return faults
    }),
  )
  const before = new Map((await listScores(tx, context.scope, event)).map((score) => [keyOf(score), score.points]))
  const fresh = rows
    .map((row) => ({
      key: keyOf(row),
      entry_id: entries.get(row.station)!,
      part: row.part,
      judge: row.judge,
      points: hundredths(row.points)!,
    }))
    .filter(({ key, points }) => before.get(key) !== points)
  const changed = fresh.filter(({ key }) => before.has(key))
  const figures = {
    recorded: fresh.length - changed.length,
    changed: changed.length,
    unchanged: rows.length - fresh.length,
  }
  if (fresh.length === 0) return figures
  await tx
    .insertInto('competition_scores')
    .values(fresh.map(({ key: _, ...score }) => score))
    .onConflict((oc) =>
      oc
        .columns(['entry_id', 'part', 'judge'])
        .doUpdateSet((eb) => ({ points: eb.ref('excluded.points'), recorded_at: sql<Date>`clock_timestamp()` })),
    )
    .execute()
  await withdrawRanking(tx, event_id)
  await recordHistory(tx, context, {
    kind: 'competition.scores_recorded',
    subject_kind: 'competition_event',
    subject_id: event_id,
    changes: {
      recorded: figures.recorded,
      points: Object.fromEntries(changed.map(({ key, points }) => [key, [before.get(key)! / 100, points / 100]])),
    },
  })
  return figures
}

/** `7 practical 王评委` */
function keyOf({ station, part, judge }: Pick<NewScore, 'station' | 'part' | 'judge'>): string {
  return `${station} ${part} ${judge}`
}
