/** Searching a register of 300,000 people as 50 people do who type at once, against the bare indexed look-up. */
import { sql } from 'kysely'
import pg from 'pg'
import { demoPerson } from '../../db/demo-people.ts'
import { loadReference } from '../../db/load-reference.ts'
import { migrate } from '../../db/migrate.ts'
import { maskIdNumber } from '../../src/people/identity.ts'
import { listPeople } from '../../src/people/queries.ts'
import { type Db, openPostgres } from '../../src/platform/database.ts'
import { namePinyin } from '../../src/platform/pinyin.ts'
import { asking, at } from './asking.ts'

const PEOPLE = 300_000
const CALLERS = 50
const SEARCHES = 40
/** Between a keystroke and the search, as the page waits. */
const TYPING_MS = 300

export interface SearchBench {
  people: number
  callers: number
  p95_ms: number
  p50_ms: number
  bare_p95_ms: number
  ratio: number
  /** every caller asks again at once: what the machine can answer */
  per_second: number
}

/** `url` is an empty database. */
export async function benchSearch(url: string): Promise<SearchBench> {
  const db = openPostgres(url, 10)
  try {
    await migrate(db)
    await loadReference(db)
    const words = await fill(db)
    const search = (word: string) =>
      listPeople(db, { kind: 'division', prefix: '3301' }, { q: word, limit: 50 }, '2026-11-23')
    const bare = await bareSearch(url)
    const run = (ask: (word: string) => Promise<unknown>, questions: number, pause_ms: number) =>
      asking(ask, words, { callers: CALLERS, questions, pause_ms })
    await run(search, 20, 0)
    const typed = await run(search, SEARCHES, TYPING_MS)
    const floor = await run(bare.search, SEARCHES, TYPING_MS)
    const started = performance.now()
    await run(search, SEARCHES, 0)
    const per_second = Math.round((CALLERS * SEARCHES * 1000) / (performance.now() - started))
    await bare.close()
    return {
      people: PEOPLE,
      callers: CALLERS,
      p95_ms: at(typed, 0.95),
      p50_ms: at(typed, 0.5),
      bare_p95_ms: at(floor, 0.95),
      ratio: at(typed, 0.95) / at(floor, 0.95),
      per_second,
    }
  } finally {
    await db.destroy()
  }
}

/** People on the rosters of 300 homes; answers what will be searched for: starts of pinyin, initials, names, last four digits. */
async function fill(db: Db): Promise<string[]> {
  const words: string[] = []
  await sql`insert into organisations (name, kinds, facility_kind, district_code)
    select '示例颐养院' || n, '{care_facility}', 'home', (array['330106', '330102', '330105'])[1 + n % 3] from generate_series(1, 300) n`.execute(
    db,
  )
  for (let from = 0; from < PEOPLE; from += 10_000) {
    const rows = Array.from({ length: 10_000 }, (_, index) => {
      const { name, id_number } = demoPerson(from + index)
      const { pinyin, initials } = namePinyin(name)
      if (index % 100 === 0)
        words.push(pinyin.slice(0, 5), pinyin.slice(0, 8), initials, name, id_number.slice(-4), pinyin)
      return { name, name_pinyin: pinyin, name_initials: initials, masked: maskIdNumber(id_number) }
    })
    await sql`
      insert into people (name, name_pinyin, name_initials, workforce, id_type, id_number_sealed, id_number_masked)
      select name, name_pinyin, name_initials, 'elder_care', 'resident_id', 'x', masked
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r (name text, name_pinyin text, name_initials text, masked text)`.execute(
      db,
    )
  }
  await sql`
    with homes as (select id, row_number() over () - 1 as n from organisations),
      members as (select id, row_number() over () as n from people)
    insert into roster_entries (organisation_id, person_id) select homes.id, members.id from members join homes on homes.n = members.n % 300`.execute(
    db,
  )
  await sql`
    insert into employments (person_id, organisation_id, post, contract_kind, starts_on)
    select person_id, organisation_id, 'care', 'labour', '2024-01-01' from roster_entries`.execute(db)
  await sql`vacuum analyze`.execute(db)
  return words
}

/** The floor: one statement on the same index, fifty rows, nothing joined. */
async function bareSearch(url: string) {
  const pool = new pg.Pool({ connectionString: url, max: 10 })
  pool.on('error', () => {})
  const search = (word: string) =>
    /^\d{3}[\dX]$/.test(word)
      ? pool.query(`select id, name from people where right(id_number_masked, 4) = $1 order by name_pinyin limit 50`, [
          word,
        ])
      : pool.query(`select id, name from people where name_pinyin like $1 order by name_pinyin, name, id limit 50`, [
          `${word}%`,
        ])
  return { search, close: () => pool.end() }
}
