/** What the marks of an event come to, added up in the database: a million marks come back as a few rows an entry. */
import { sql } from 'kysely'
import { asArray } from '../people/bulk.ts'
import type { Db } from '../platform/database.ts'
import { decidingCriteria, type EventRules } from './event-rules.ts'
import { plus, type Result } from './ranking.ts'

/**
 * The entries that stand, as they are to be ranked: the same as {@link sumsOf} makes of their marks, mark by mark. Means with the same
 * number of marks have one denominator, so their sums are whole.
 */
export async function resultsOf(db: Db, event_id: string, rules: EventRules): Promise<Result[]> {
  const deciding = asArray(decidingCriteria(rules).map(({ number }) => number))
  const sums = await sql<{ entry_id: string; module: string; criterion: number | null; of: number; points: string }>`
    with given as (
      select entry_id, criterion, count(*) as n, sum(points) as points, min(points) as lowest, max(points) as highest
      from competition_marks where event_id = ${event_id}::uuid and known_to = 'infinity' group by entry_id, criterion
    ), means as (
      select g.entry_id, g.criterion, c.module, case when t.trimmed then g.points - g.lowest - g.highest else g.points end as points,
        case when t.trimmed then g.n - 2 else g.n end as of
      from given g join competition_criteria c on c.event_id = ${event_id}::uuid and c.number = g.criterion
        cross join lateral (select not c.measured and ${rules.trim_from}::int > 0 and g.n >= greatest(${rules.trim_from}::int, 3)) as t (trimmed)
    )
    select entry_id, module, null::int as criterion, of::int, sum(points)::text as points from means group by entry_id, module, of
    union all select entry_id, module, criterion, of::int, points::text from means where criterion = any (${deciding}::smallint[])`.execute(
    db,
  )
  const { rows: entries } = await sql<{ id: string; penalty: number; times: Record<string, number> | null }>`
    select e.id,
      (select coalesce(sum(p.points), 0)::int from competition_penalties p where p.event_id = e.event_id and p.entry_id = e.id and p.known_to = 'infinity') as penalty,
      (select jsonb_object_agg(t.module, t.milliseconds) from competition_times t where t.event_id = e.event_id and t.entry_id = e.id and t.known_to = 'infinity') as times
    from competition_entries e where e.event_id = ${event_id}::uuid and e.withdrawn_at is null order by e.id`.execute(
    db,
  )
  const results = new Map(
    entries.map(({ id, penalty, times }): [string, Result] => [
      id,
      {
        ...{ entry_id: id, modules: new Map(), criteria: new Map() },
        penalty,
        times: new Map(Object.entries(times ?? {})),
      },
    ]),
  )
  for (const { entry_id, module, criterion, of, points } of sums.rows) {
    const result = results.get(entry_id)
    const sum = { points: BigInt(points), of: BigInt(of) }
    if (criterion !== null) result?.criteria.set(criterion, sum)
    else result?.modules.set(module, plus(result.modules.get(module) ?? { points: 0n, of: 1n }, sum))
  }
  return [...results.values()]
}

export interface MissingMarks {
  station: number
  part: string
  criterion: string
  /** marks that are there, and how many are needed */
  given: number
  needed: number
  /** who has not marked */
  judges: string[]
}

/** The criteria of entries that have too few marks, the first 200, and how many marks are missing in all. */
export async function missingMarks(
  db: Db,
  event_id: string,
  { missing_judges, present_at_least }: EventRules,
): Promise<{ rows: MissingMarks[]; missing: number }> {
  const { rows } = await sql<MissingMarks & { missing: number }>`
    with criteria as (
      select c.number, c.module, c.name,
        case when c.measured then 1 when ${missing_judges} = 'average' then least(${present_at_least}::int, p.judges) else p.judges end as needed
      from competition_criteria c
        cross join lateral (select count(*)::int as judges from competition_judges j where j.event_id = c.event_id and j.part = c.module) p
      where c.event_id = ${event_id}::uuid
    ), given as (
      select entry_id, criterion, count(*)::int as n from competition_marks where event_id = ${event_id}::uuid and known_to = 'infinity' group by entry_id, criterion
    ), short as (
      select e.id, e.station, c.number, c.module as part, c.name as criterion, coalesce(g.n, 0) as given, c.needed,
        sum(c.needed - coalesce(g.n, 0)) over () as missing
      from competition_entries e cross join criteria c left join given g on g.entry_id = e.id and g.criterion = c.number
      where e.event_id = ${event_id}::uuid and e.withdrawn_at is null and coalesce(g.n, 0) < c.needed
      order by e.station, c.number limit 200
    )
    select s.station, s.part, s.criterion, s.given, s.needed, s.missing::int, array(
      select j.name from competition_judges j where j.event_id = ${event_id}::uuid and j.part = s.part and not exists (
        select from competition_marks m where m.event_id = j.event_id and m.entry_id = s.id and m.criterion = s.number and m.judge = j.number and m.known_to = 'infinity')
      order by j.name) as judges
    from short s order by s.station, s.number`.execute(db)
  return { rows, missing: rows[0]?.missing ?? 0 }
}

export interface Spread {
  station: number
  part: string
  criterion: string
  lowest: number
  highest: number
}

/** Criteria whose judges lie further apart than the rules allow without a look: the widest 200; points. */
export async function spreadsOf(db: Db, event_id: string, { spread_alarm }: EventRules): Promise<Spread[]> {
  if (spread_alarm === null) return []
  const { rows } = await sql<Spread>`
    select e.station, c.module as part, c.name as criterion, min(m.points)::float8 / 100 as lowest, max(m.points)::float8 / 100 as highest
    from competition_marks m join competition_criteria c on c.event_id = m.event_id and c.number = m.criterion
      join competition_entries e on e.id = m.entry_id and e.withdrawn_at is null
    where m.event_id = ${event_id}::uuid and m.known_to = 'infinity' and not c.measured
    group by e.station, c.number, c.module, c.name, c.max_points
    having (max(m.points) - min(m.points)) * 100 > ${spread_alarm}::int * c.max_points
    order by max(m.points) - min(m.points) desc, e.station, c.number limit 200`.execute(db)
  return rows
}
