/** Marks of judges: entered by number, never overwritten, closed once the ranking is published. */
import { sql } from 'kysely'
import { recordHistory } from '../history/actions.ts'
import { asJson, earlierTwins, faultAt } from '../people/bulk.ts'
import type { Context } from '../platform/context.ts'
import { insertRows, type Tx } from '../platform/database.ts'
import { type Fault, refuseFaults } from '../platform/errors.ts'
import { lockEvent, withdrawRanking } from './actions.ts'
import { criteriaOf, type EventRules, moduleName, type NumberedCriterion } from './event-rules.ts'
import { type EntryRow, type JudgeRow, listEntries, listJudges } from './queries.ts'
import type { EntryNumber, NewScore } from './score-shapes.ts'

export interface ScoresTaken {
  recorded: number
  changed: number
  unchanged: number
}

/** A mark whose words were understood. */
interface Given {
  key: string
  entry_id: string
  criterion: NumberedCriterion
  judge: number
  points: number
}

/**
 * Enters marks (points with at most two decimals), all or none; one that is there and differs is closed and stays readable, and what
 * was measured counts once, whoever enters it. A ranking made before is withdrawn. Refuses `event.published`, and per row of `list`
 * `score.station_unknown`, `score.criterion_unknown`, `score.judge_unknown`, `score.points_invalid`, `score.twice`.
 */
export async function recordScores(
  tx: Tx,
  context: Context,
  event_id: string,
  rows: NewScore[],
  list = '/items',
): Promise<ScoresTaken> {
  const event = await lockEvent(tx, context, event_id)
  const given = readScores(
    event.rules,
    await listJudges(tx, event_id),
    findEntry(await listEntries(tx, context.scope, event)),
    rows,
    list,
  )
  const known = await knownMarks(tx, event_id, given)
  const fresh = given
    .map((mark, at) => ({ ...mark, before: known.get(at) }))
    .filter(({ before, points }) => before?.points !== points)
  const changed = fresh.filter(({ before }) => before)
  const figures = {
    recorded: fresh.length - changed.length,
    changed: changed.length,
    unchanged: given.length - fresh.length,
  }
  if (fresh.length === 0) return figures
  if (changed.length > 0)
    await sql`
      update competition_marks m set known_to = clock_timestamp()
      from jsonb_to_recordset(${asJson(changed.map(({ entry_id, criterion, before }) => ({ entry_id, criterion: criterion.number, judge: before!.judge })))})
        as g (entry_id uuid, criterion smallint, judge smallint)
      where m.event_id = ${event_id}::uuid and m.entry_id = g.entry_id and m.criterion = g.criterion and m.judge = g.judge
        and m.known_to = 'infinity'`.execute(tx)
  await insertRows(
    tx,
    'competition_marks',
    fresh.map(({ entry_id, criterion, judge, points }) => ({
      event_id,
      entry_id,
      criterion: criterion.number,
      judge,
      points,
      max_points: criterion.max_points,
      recorded_by: context.actor.account_id,
    })),
  ).execute()
  await withdrawRanking(tx, event_id)
  await recordHistory(tx, context, {
    kind: 'competition.scores_recorded',
    subject_kind: 'competition_event',
    subject_id: event_id,
    changes: {
      recorded: figures.recorded,
      points: Object.fromEntries(changed.map(({ key, before, points }) => [key, [before!.points / 100, points / 100]])),
    },
  })
  return figures
}

async function knownMarks(tx: Tx, event_id: string, given: Given[]) {
  const asked = given.map(({ entry_id, criterion: { number, measured }, judge }, at) => ({
    at,
    entry_id,
    criterion: number,
    judge: measured ? null : judge,
  }))
  const { rows } = await sql<{ at: number; judge: number; points: number }>`
    select g.at, m.judge, m.points
    from jsonb_to_recordset(${asJson(asked)}) as g (at int, entry_id uuid, criterion smallint, judge smallint)
      join competition_marks m on m.event_id = ${event_id}::uuid and m.entry_id = g.entry_id and m.criterion = g.criterion
        and (g.judge is null or m.judge = g.judge) and m.known_to = 'infinity'`.execute(tx)
  return new Map(rows.map((mark) => [mark.at, mark]))
}

type FindEntry = (number: EntryNumber) => EntryRow | undefined

/** By the sealed number where there is one, else by the station; who has withdrawn is not marked. */
export function findEntry(entries: EntryRow[]): FindEntry {
  const standing = entries.filter(({ withdrawn_at }) => withdrawn_at === null)
  const stations = new Map(standing.map((entry) => [entry.station, entry]))
  const sealed = new Map(standing.map((entry) => [entry.sealed_number, entry]))
  return ({ station, sealed_number }) => (sealed_number ? sealed.get(sealed_number) : stations.get(station ?? 0))
}

/** `7 号工位`, or the sealed number. */
export function numberWords({ station, sealed_number }: EntryNumber) {
  return sealed_number
    ? { zh: `加密号 ${sealed_number} `, en: `Sealed number ${sealed_number}` }
    : { zh: `${station} 号工位`, en: `Station ${station}` }
}

export function unknownNumberFault(pointer: string, code: string, { station, sealed_number }: EntryNumber): Fault {
  const field = sealed_number ? 'sealed_number' : 'station'
  return sealed_number
    ? faultAt(
        `${pointer}/${field}`,
        code,
        `没有加密号 ${sealed_number}，或已退赛。`,
        `There is no sealed number ${sealed_number}, or it withdrew.`,
      )
    : faultAt(
        `${pointer}/${field}`,
        code,
        `没有 ${station} 号工位，或已退赛，请核对抽签记录。`,
        `There is no station ${station}, or it withdrew.`,
      )
}

function readScores(rules: EventRules, judges: JudgeRow[], find: FindEntry, rows: NewScore[], list: string): Given[] {
  const criteria = criteriaOf(rules)
  const panel = new Map(judges.map((judge) => [`${judge.part} ${judge.name}`, judge.number]))
  const names = rows.map(({ station, sealed_number, part, criterion, judge }) =>
    [sealed_number ? `#${sealed_number}` : station, part, ...(criterion ? [criterion] : []), judge].join(' '),
  )
  const twins = earlierTwins(names)
  const faults: Fault[] = []
  const given = rows.flatMap((row, index): Given[] => {
    const at = `${list}/${index}`
    const entry = find(row)
    const ofModule = criteria.filter(({ module }) => module === row.part)
    const criterion = row.criterion
      ? ofModule.find(({ name }) => name === row.criterion)
      : ofModule.length === 1
        ? ofModule[0]
        : undefined
    const judge = panel.get(`${row.part} ${row.judge}`)
    const points = pointsOf(row.points, criterion?.max_points ?? 10_000)
    if (!entry) faults.push(unknownNumberFault(at, 'score.station_unknown', row))
    if (judge === undefined) faults.push(judgeFault(at, rules, row))
    else if (!criterion) faults.push(criterionFault(at, row, ofModule))
    if (points === null) faults.push(pointsFault(at, row, criterion))
    if (twins[index] !== null) {
      const { zh, en } = numberWords(row)
      faults.push(
        faultAt(
          at,
          'score.twice',
          `${zh}同一评委的分数出现了两次，请只留一个。`,
          `${en}: the same judge is there twice.`,
        ),
      )
    }
    if (!entry || judge === undefined || !criterion || points === null) return []
    return [{ key: names[index]!, entry_id: entry.id, criterion, judge, points }]
  })
  refuseFaults(faults)
  return given
}

/** 88.5 → 8850; null for what is no mark up to the maximum with at most two decimals. */
function pointsOf(points: number, max: number): number | null {
  const value = Math.round(points * 100)
  return value >= 0 && value <= max && Math.abs(points * 100 - value) < 1e-6 ? value : null
}

function judgeFault(at: string, { modules }: EventRules, { part, judge }: NewScore): Fault {
  const module = modules.find(({ key }) => key === part)
  const { zh, en } = module ? moduleName(module) : { zh: part, en: part }
  return faultAt(
    `${at}/judge`,
    'score.judge_unknown',
    `${judge}不是${zh}部分的评委，请先登记评委。`,
    `${judge} is no judge of the ${en.toLowerCase()} part.`,
  )
}

function criterionFault(at: string, { criterion }: NewScore, known: NumberedCriterion[]): Fault {
  const names = known.map(({ name }) => name)
  return faultAt(
    `${at}/criterion`,
    'score.criterion_unknown',
    criterion
      ? `没有评分项“${criterion}”，可填：${names.join('、')}。`
      : `这一部分有几个评分项，请写明是哪一项：${names.join('、')}。`,
    criterion
      ? `There is no criterion “${criterion}”; there are: ${names.join(', ')}.`
      : `This part has several criteria; name one: ${names.join(', ')}.`,
  )
}

function pointsFault(at: string, row: NewScore, criterion: NumberedCriterion | undefined): Fault {
  const max = (criterion?.max_points ?? 10_000) / 100
  const { zh, en } = numberWords(row)
  return faultAt(
    `${at}/points`,
    'score.points_invalid',
    `${zh}的分数必须在 0–${max} 之间、至多两位小数。`,
    `${en}: a mark is between 0 and ${max} with at most two decimals.`,
  )
}
