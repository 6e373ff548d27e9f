/** What is to be looked at before a ranking is published: faults stop it, warnings want a reason, notes only inform. */
import { sql } from 'kysely'
import type { Db } from '../platform/database.ts'
import type { Message } from '../platform/errors.ts'
import { moduleName } from './event-rules.ts'
import type { EventRow } from './queries.ts'
import { missingMarks, spreadsOf } from './totals.ts'

export interface Finding {
  severity: 'error' | 'warning' | 'info'
  code: string
  message: Message
}

/**
 * Errors `event.not_ranked`, `event.scores_missing`; warnings `judge.colleague` (a judge and an entry of one employer), `score.spread`;
 * infos `judge.single`, `rank.shared`, `entry.withdrawn`, `entry.exception`.
 */
export async function findingsOf(db: Db, event: EventRow): Promise<Finding[]> {
  const findings: Finding[] = []
  const add = (severity: Finding['severity'], code: string, zh: string, en: string) =>
    findings.push({ severity, code, message: { zh, en } })
  if (!event.ranked) {
    const { missing } = await missingMarks(db, event.id, event.rules)
    if (missing > 0) add('error', 'event.scores_missing', `还缺 ${missing} 个分数。`, `${missing} marks are missing.`)
    add(
      'error',
      'event.not_ranked',
      '还没有排名，或分数改过后没有重新排名。',
      'There is no ranking, or marks changed after it.',
    )
  }
  const { rows: colleagues } = await sql<{ judge: string; organisation: string; stations: number[] }>`
    select j.name as judge, o.name as organisation, array_agg(e.station order by e.station) as stations
    from competition_judges j join organisations o on o.id = j.organisation_id
      join competition_entries e on e.event_id = j.event_id and e.organisation_id = j.organisation_id and e.withdrawn_at is null
    where j.event_id = ${event.id}::uuid group by j.number, j.name, o.name order by j.number`.execute(db)
  for (const { judge, organisation, stations } of colleagues)
    add(
      'warning',
      'judge.colleague',
      `评委${judge}与 ${stations.join('、')} 号工位的选手同属“${organisation}”。`,
      `The judge ${judge} works for ${organisation}, like station ${stations.join(', ')}.`,
    )
  const names = new Map(event.rules.modules.map((module) => [module.key, moduleName(module)]))
  for (const { station, part, criterion, lowest, highest } of (await spreadsOf(db, event.id, event.rules)).slice(0, 20))
    add(
      'warning',
      'score.spread',
      `${station} 号工位${names.get(part)?.zh}“${criterion}”的评委分差过大：${lowest}–${highest}。`,
      `Station ${station}, ${names.get(part)?.en}, ${criterion}: the judges lie far apart, ${lowest}–${highest}.`,
    )
  const { rows: figures } = await sql<{ withdrawn: number; exceptions: number; shared: number; single: string[] }>`
    select (select count(*) from competition_entries e where e.event_id = ${event.id}::uuid and e.withdrawn_at is not null)::int as withdrawn,
      (select count(*) from competition_entries e where e.event_id = ${event.id}::uuid and e.exception is not null)::int as exceptions,
      (select count(*) from (select 1 from competition_rankings r where r.event_id = ${event.id}::uuid group by r.rank having count(*) > 1) s)::int as shared,
      array(select j.part from competition_judges j where j.event_id = ${event.id}::uuid group by j.part having count(*) = 1 order by j.part desc) as single`.execute(
    db,
  )
  const { withdrawn, exceptions, shared, single } = figures[0]!
  for (const part of single)
    add(
      'info',
      'judge.single',
      `${names.get(part)?.zh}部分只有一名评委。`,
      `${names.get(part)?.en} has a single judge.`,
    )
  if (shared > 0) add('info', 'rank.shared', `有 ${shared} 个并列名次。`, `${shared} ranks are shared.`)
  if (withdrawn > 0)
    add('info', 'entry.withdrawn', `${withdrawn} 名选手退赛，不计名次。`, `${withdrawn} withdrew and are not ranked.`)
  if (exceptions > 0)
    add('info', 'entry.exception', `${exceptions} 名选手破格参赛。`, `${exceptions} entered by exception.`)
  return findings
}
