/** A ranking against its floor: 5,000 entries × 7 judges × 40 criteria recomputed, and the same marks merely read. */
import { sql } from 'kysely'
import pg from 'pg'
import { loadReference } from '../../db/load-reference.ts'
import { migrate } from '../../db/migrate.ts'
import { addEvent, announceCompetition, appointJudges, rankEvent } from '../../src/competitions/actions.ts'
import { type EventRules, OPEN_ENTRY, shownRules } from '../../src/competitions/event-rules.ts'
import { type Context, SYSTEM } from '../../src/platform/context.ts'
import { openPostgres } from '../../src/platform/database.ts'
import { openVault } from '../../src/platform/vault.ts'

const [ENTRIES, JUDGES, CRITERIA] = [5000, 7, 40]
/** 32 bytes of nothing */
const KEY = 'QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE='

export interface RankingBench {
  marks: number
  ranking_seconds: number
  reading_seconds: number
  ratio: number
}

const RULES: EventRules = {
  modules: Array.from({ length: 4 }, (_, at) => ({
    key: `m${at + 1}`,
    name: `模块${at + 1}`,
    weight: 2500,
    criteria: Array.from({ length: CRITERIA / 4 }, (_, index) => ({
      name: `评分项${index + 1}`,
      measured: false,
      max_points: 1000,
    })),
  })),
  trim_from: 5,
  missing_judges: 'refuse',
  present_at_least: 1,
  spread_alarm: null,
  tie_breaks: [{ by: 'module', module: 'm1' }],
  team_size: 1,
  entry: OPEN_ENTRY,
}

/** `url` is an empty database. */
export async function benchRanking(url: string): Promise<RankingBench> {
  const db = openPostgres(url, 2)
  const client = new pg.Client(url)
  await client.connect()
  try {
    await migrate(db)
    await loadReference(db)
    const { rows } = await sql<{ id: string }>`
      insert into organisations (name, kinds, district_code) values ('示例民政局', '{authority}', '330106') returning id`.execute(
      db,
    )
    const organisation_id = rows[0]!.id
    const context: Context = {
      actor: { ...SYSTEM, role: 'district', district_code: '330106' },
      scope: { kind: 'division', prefix: '330106' },
      now: new Date('2026-11-23T02:00:00Z'),
      request_id: 'bench',
      vault: await openVault(KEY),
      assets: async () => new Uint8Array(),
      public_url: 'http://127.0.0.1:3000',
    }
    const write = <T>(
      work: (tx: Parameters<Parameters<ReturnType<typeof db.transaction>['execute']>[0]>[0]) => Promise<T>,
    ) => db.transaction().execute(work)
    const competition = await write((tx) =>
      announceCompetition(tx, context, {
        name: '大赛',
        tier: 'district',
        held_on: '2026-11-20',
        citation: '文件',
        organisation_id,
      }),
    )
    const event = await write((tx) =>
      addEvent(tx, context, competition.id, { name: '护理', occupation_code: '4-10-01-05', rules: shownRules(RULES) }),
    )
    const judges = RULES.modules.flatMap(({ key }) =>
      Array.from({ length: JUDGES }, (_, at) => ({ part: key, name: `评委${at + 1}` })),
    )
    await write((tx) => appointJudges(tx, context, event.id, judges))
    await sql`
      with p as (
        insert into people (name, name_pinyin, name_initials, id_type, id_number_sealed, id_number_masked, workforce)
        select '选手', 'xuanshou', 'xs', 'resident_id', 'x', 'x', 'elder_care' from generate_series(1, ${ENTRIES}) returning id
      )
      insert into competition_entries (event_id, person_id, organisation_id, station) select ${event.id}::uuid, id, ${organisation_id}::uuid, row_number() over () from p`.execute(
      db,
    )
    await sql`
      insert into competition_marks (event_id, entry_id, criterion, judge, points, max_points)
      select e.event_id, e.id, c.number, j.number, (random() * 1000)::int, c.max_points
      from competition_entries e join competition_criteria c on c.event_id = e.event_id join competition_judges j on j.event_id = e.event_id and j.part = c.module`.execute(
      db,
    )
    await sql`analyze`.execute(db)
    const timed = async (work: () => Promise<unknown>) => {
      const started = performance.now()
      await work()
      return (performance.now() - started) / 1000
    }
    const read = async () => {
      const { rows } = await client.query(
        "select entry_id, criterion, judge, points from competition_marks where event_id = $1 and known_to = 'infinity'",
        [event.id],
      )
      if (rows.length !== ENTRIES * JUDGES * CRITERIA) throw new Error(`${rows.length} marks`)
    }
    const rank = () => write((tx) => rankEvent(tx, context, event.id))
    await read()
    await rank()
    const [readers, ranks]: [number[], number[]] = [[], []]
    for (let round = 0; round < 3; round++) {
      readers.push(await timed(read))
      ranks.push(await timed(rank))
    }
    const median = (values: number[]) => values.sort((a, b) => a - b)[1]!
    const [reading_seconds, ranking_seconds] = [median(readers), median(ranks)]
    return {
      marks: ENTRIES * JUDGES * CRITERIA,
      ranking_seconds,
      reading_seconds,
      ratio: ranking_seconds / reading_seconds,
    }
  } finally {
    await client.end()
    await db.destroy()
  }
}
