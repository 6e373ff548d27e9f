/** One “why, or why not” in a register of 300,000 people as 20 officers ask for it, and a person's months, against the bare statement. */
import { sql } from 'kysely'
import pg from 'pg'
import { loadReference } from '../../db/load-reference.ts'
import { migrate } from '../../db/migrate.ts'
import { getEntitlements } from '../../src/allowances/entitlements.ts'
import { listPersonMonths } from '../../src/allowances/month-queries.ts'
import { openPostgres } from '../../src/platform/database.ts'
import { makeWorld } from './allowances.ts'
import { asking, at } from './asking.ts'

const CALLERS = 20
const QUESTIONS = 200
/** Between two questions of one officer, who reads the answer. */
const READING_MS = 50

export interface AnswersBench {
  people: number
  callers: number
  /** one month, every condition */
  p99_ms: number
  p50_ms: number
  /** all months of a person with lines, money and objections */
  months_p99_ms: number
  /** the floor: one prepared look-up by key of the person, the employments and the attendance */
  bare_p99_ms: number
  ratio: number
  /** every caller asks again at once: what the machine can answer */
  per_second: number
}

/** `url` is an empty database. */
export async function benchAnswers(url: string, people = 300_000): Promise<AnswersBench> {
  const db = openPostgres(url, 10)
  const pool = new pg.Pool({ connectionString: url, max: 10 })
  pool.on('error', () => {})
  try {
    await migrate(db)
    await loadReference(db)
    const { now } = await makeWorld(db, people)
    await sql`insert into roster_entries (organisation_id, person_id) select distinct organisation_id, person_id from employments`.execute(
      db,
    )
    await sql`vacuum analyze`.execute(db)
    const { rows } = await sql<{ id: string }>`select id from people tablesample system (5) limit 20000`.execute(db)
    const context = { scope: { kind: 'division', prefix: '330106' } as const, now }
    const why = (id: string) => getEntitlements(db, context, id, { month: '2026-10' })
    const months = (id: string) => listPersonMonths(db, context, id, { limit: 12 })
    const bare = (id: string) => pool.query({ ...BARE, values: [id] })
    const ids = rows.map((row) => row.id)
    const ask = (one: (id: string) => Promise<unknown>, questions: number, pause_ms: number) =>
      asking(one, ids, { callers: CALLERS, questions, pause_ms })
    for (const one of [why, months, bare]) await ask(one, 20, 0)
    const asked = await ask(why, QUESTIONS, READING_MS)
    const floor = await ask(bare, QUESTIONS, READING_MS)
    const whole = await ask(months, QUESTIONS / 2, READING_MS)
    const started = performance.now()
    await ask(why, QUESTIONS, 0)
    return {
      people,
      callers: CALLERS,
      p99_ms: at(asked, 0.99),
      p50_ms: at(asked, 0.5),
      months_p99_ms: at(whole, 0.99),
      bare_p99_ms: at(floor, 0.99),
      ratio: at(asked, 0.5) / at(floor, 0.5),
      per_second: Math.round((CALLERS * QUESTIONS * 1000) / (performance.now() - started)),
    }
  } finally {
    await pool.end()
    await db.destroy()
  }
}

const BARE = {
  name: 'bare',
  text: `select p.id, p.name, array(select to_jsonb(e) from employments e where e.person_id = p.id) as employments,
    array(select to_jsonb(m) from service_months m where m.person_id = p.id) as months from people p where p.id = $1`,
}
