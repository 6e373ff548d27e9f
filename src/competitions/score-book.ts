/** The score book of an event: everything its ranking was made of, line by line, and how to make the same ranking of it again. */
import { sql } from 'kysely'
import type { Scope } from '../platform/context.ts'
import type { Db } from '../platform/database.ts'
import { notFound } from '../platform/errors.ts'
import { together } from '../platform/together.ts'
import { type EventRules, shownRules, storedRules } from './event-rules.ts'
import { EVENT, type EventRow, organises } from './queries.ts'
import { type Placed, type Result, rankResults, sumsOf } from './ranking.ts'
import type { BookLine } from './score-book-shapes.ts'

const STATIONS = 200
/** entries that are printed together */
const PRINTED = 50

/** The lines in order, marks by station, those that were corrected too; the organiser's alone, like the marks. */
async function* scoreBook(db: Db, scope: Scope, event: EventRow): AsyncGenerator<BookLine[]> {
  if (!organises(scope, event)) notFound(EVENT)
  yield await headOf(db, event)
  for (let from: number | null = 0; from !== null; ) {
    const { lines, last } = await marksAfter(db, event, from, STATIONS)
    yield lines
    from = last
  }
  yield await ranksOf(db, event)
}

/** What is printed on a page: the head of the book, the marks of the entries behind a station, and the ranking. */
export async function bookPage(db: Db, scope: Scope, event: EventRow, from: number) {
  if (!organises(scope, event)) notFound(EVENT)
  const reading = together(db)
  const [head, { lines, last }, ranks] = await Promise.all([
    headOf(reading, event),
    marksAfter(reading, event, from, PRINTED),
    ranksOf(reading, event),
  ])
  const more = last !== null && head.some((line) => line.line === 'entry' && line.station > last)
  return { lines: [...head, ...lines, ...ranks], from, last, next: more ? last : null }
}

/** The marks of the next entries; `last`: the station of the last of them, null behind the last of all. */
async function marksAfter(db: Db, event: EventRow, from: number, stations: number) {
  const { rows } = await sql<{ lines: BookLine[]; last: number | null }>`
    with page as (
      select id, station from competition_entries where event_id = ${event.id}::uuid and station > ${from}::int order by station limit ${stations}
    )
    select (select max(station)::int from page) as last, coalesce((select json_agg(json_build_object('line', 'mark', 'station', p.station, 'criterion', m.criterion,
        'judge', m.judge, 'points', m.points, 'at', m.known_from, 'until', nullif(m.known_to, 'infinity')) order by p.station, m.criterion, m.judge, m.known_from)
      from page p join competition_marks m on m.event_id = ${event.id}::uuid and m.entry_id = p.id), '[]') as lines`.execute(
    db,
  )
  return rows[0]!
}

async function ranksOf(db: Db, event: EventRow): Promise<BookLine[]> {
  const { rows } = await sql<BookLine>`
    select 'rank' as line, r.rank::int, e.station::int, r.total::text, r.denominator::text, r.award
    from competition_rankings r join competition_entries e on e.id = r.entry_id where r.event_id = ${event.id}::uuid order by r.rank, e.station`.execute(
    db,
  )
  return rows
}

async function headOf(db: Db, event: EventRow): Promise<BookLine[]> {
  const { rows } = await sql<{ lines: BookLine[] }>`
    select json_agg(line order by kind, place) as lines from (
      select 1 as kind, number::int as place, json_build_object('line', 'judge', 'number', number, 'part', part, 'name', name) as line
        from competition_judges where event_id = ${event.id}::uuid
      union all select 2, number, json_build_object('line', 'draw', 'number', number, 'seed', seed, 'reason', reason, 'drawn_at', drawn_at)
        from competition_draws where event_id = ${event.id}::uuid
      union all select 3, station, json_build_object('line', 'entry', 'station', station, 'sealed_number', sealed_number, 'withdrawn', withdrawal_reason)
        from competition_entries where event_id = ${event.id}::uuid
      union all select 4, e.station, json_build_object('line', 'penalty', 'station', e.station, 'points', p.points, 'reason', p.reason, 'withdrawn', p.withdrawal_reason)
        from competition_penalties p join competition_entries e on e.id = p.entry_id where p.event_id = ${event.id}::uuid
      union all select 5, e.station, json_build_object('line', 'time', 'station', e.station, 'part', t.module, 'milliseconds', t.milliseconds, 'until', nullif(t.known_to, 'infinity'))
        from competition_times t join competition_entries e on e.id = t.entry_id where t.event_id = ${event.id}::uuid
    ) l`.execute(db)
  const { version } = await db
    .selectFrom('competition_rules')
    .select((eb) => eb.fn.max<number>('version').as('version'))
    .where('event_id', '=', event.id)
    .executeTakeFirstOrThrow()
  const head: BookLine = {
    line: 'event',
    id: event.id,
    name: event.name,
    competition: event.competition_name,
    held_on: event.held_on,
    rules_version: version,
    rules: shownRules(event.rules),
  }
  return [head, ...(rows[0]?.lines ?? [])]
}

/** The book as NDJSON, read on as it is sent. Refuses before the first byte what {@link scoreBook} refuses. */
export async function scoreBookResponse(db: Db, scope: Scope, event: EventRow): Promise<Response> {
  const pages = scoreBook(db, scope, event)
  const first = await pages.next()
  const encoder = new TextEncoder()
  const text = (lines: BookLine[]) => encoder.encode(lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      if (!first.done) controller.enqueue(text(first.value))
    },
    async pull(controller) {
      const { value, done } = await pages.next()
      if (done) controller.close()
      else controller.enqueue(text(value))
    },
  })
  return new Response(body, {
    headers: {
      'Content-Type': 'application/x-ndjson; charset=UTF-8',
      'Content-Disposition': 'attachment; filename="score-book.ndjson"',
      'Cache-Control': 'no-store',
    },
  })
}

/** The ranking that a book's marks, penalties and times make by its rules, by station; `rank` lines are not looked at. */
export function replay(lines: Iterable<BookLine>): Placed[] {
  let rules: EventRules | null = null
  const marks = new Map<number, { entry_id: string; criterion: number; points: number }[]>()
  const results = new Map<number, Result>()
  for (const line of lines) {
    if (line.line === 'event') rules = storedRules(line.rules)
    else if (line.line === 'entry' && line.withdrawn === null)
      results.set(line.station, {
        ...{ entry_id: `${line.station}`, modules: new Map(), criteria: new Map(), penalty: 0, times: new Map() },
      })
    else if (line.line === 'penalty' && line.withdrawn === null && results.has(line.station))
      results.get(line.station)!.penalty += line.points
    else if (line.line === 'time' && line.until === null)
      results.get(line.station)?.times.set(line.part, line.milliseconds)
    else if (line.line === 'mark' && line.until === null) {
      const given = marks.get(line.station) ?? []
      given.push({ entry_id: `${line.station}`, criterion: line.criterion, points: line.points })
      marks.set(line.station, given)
    }
  }
  if (!rules) return []
  for (const [station, result] of results) Object.assign(result, sumsOf(rules, marks.get(station) ?? []))
  return rankResults(rules, [...results.values()])
}
