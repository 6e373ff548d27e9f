/** The first byte of the pages that are opened most, over HTTP, as 20 people do who read between their clicks, in a city of 20,000. */
import { setTimeout as pause } from 'node:timers/promises'
import { sql } from 'kysely'
import { demoPerson } from '../../db/demo-people.ts'
import { loadReference } from '../../db/load-reference.ts'
import { migrate } from '../../db/migrate.ts'
import { addAccount } from '../../src/access/actions.ts'
import { maskIdNumber } from '../../src/people/identity.ts'
import { SYSTEM, scopeOf } from '../../src/platform/context.ts'
import { type Db, openPostgres } from '../../src/platform/database.ts'
import { nodeAssets } from '../../src/platform/node-assets.ts'
import { listen } from '../../src/platform/node-server.ts'
import { fetchOutgoing } from '../../src/platform/outgoing.ts'
import { namePinyin } from '../../src/platform/pinyin.ts'
import { openVault } from '../../src/platform/vault.ts'

const PEOPLE = 20_000
const USERS = 20
const CLICKS = 30
/** Somebody who clicks without pause reads nothing. */
const READING_MS = 1000
const KEY = 'QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE='
const PASSWORD = 'correct horse battery'

export interface PagesBench {
  people: number
  users: number
  p95_ms: number
  p50_ms: number
  /** the slowest kind of page by its own p95 */
  slowest: { path: string; p95_ms: number }
  /** the same of a page that asks the database nothing but who calls */
  bare_p95_ms: number
}

/** `url` is an empty database. */
export async function benchPages(url: string): Promise<PagesBench> {
  const db = openPostgres(url, 10)
  await migrate(db)
  await loadReference(db)
  const vault = await openVault(KEY)
  const deps = {
    ...{
      db: () => db,
      vault,
      assets: nodeAssets,
      publicUrl: 'http://127.0.0.1',
      outgoing: fetchOutgoing,
      now: () => new Date('2026-11-23T02:00:00Z'),
    },
    ...{
      log: { info: () => {}, warn: () => {}, error: console.error },
      wake: () => {},
      stopping: () => false,
      demo: false,
    },
  }
  const context = {
    ...deps,
    actor: SYSTEM,
    scope: scopeOf(SYSTEM),
    now: deps.now(),
    request_id: 'bench',
    public_url: '',
  }
  const account = {
    username: 'district',
    display_name: '徐建平',
    role: 'district' as const,
    password: PASSWORD,
    district_code: '330106',
  }
  await db.transaction().execute((tx) => addAccount(tx, context, account))
  const person = await fill(db)
  // compiled: its pages are JSX
  const { createApp } = await import(new URL('../../.build/src/app.js', import.meta.url).href)
  const app = createApp(deps)
  let server: ReturnType<typeof listen>
  const origin = await new Promise<string>((ready, failed) => {
    server = listen(app, { host: '127.0.0.1', port: 0 }, ready, failed)
  })
  deps.publicUrl = origin
  try {
    const session = await fetch(`${origin}/api/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username: 'district', password: PASSWORD }),
    })
    const cookie = session.headers.getSetCookie()[0]!.split(';')[0]!
    const paths = [
      '/console',
      '/console/people',
      '/console/people?level=4',
      `/console/people/${person}`,
      '/console/certificates',
      '/console/organisations',
      '/console/cockpit',
      '/console/runs',
    ]
    const click = async (path: string) => {
      const started = performance.now()
      const answer = await fetch(origin + path, { headers: { cookie, 'accept-encoding': 'gzip' } })
      const ms = performance.now() - started
      if (answer.status !== 200) throw new Error(`${path}: ${answer.status}`)
      await answer.text()
      return ms
    }
    const visit = async (addresses: string[], clicks: number, reading: number) => {
      const times: { path: string; ms: number }[] = []
      await Promise.all(
        Array.from({ length: USERS }, async (_, user) => {
          await pause((reading * user) / USERS)
          for (let turn = 0; turn < clicks; turn++) {
            const path = addresses[(user + turn) % addresses.length]!
            times.push({ path, ms: await click(path) })
            if (reading) await pause(reading)
          }
        }),
      )
      return times
    }
    await visit(paths, 5, 0)
    const bare = await visit(['/console/checks/new'], CLICKS, READING_MS)
    const times = await visit(paths, CLICKS, READING_MS)
    const slowest = paths
      .map((path) => ({
        path,
        p95_ms: at(
          times.filter((one) => one.path === path),
          0.95,
        ),
      }))
      .sort((a, b) => b.p95_ms - a.p95_ms)
    console.table(slowest)
    return {
      ...{ people: PEOPLE, users: USERS, slowest: { ...slowest[0]!, path: slowest[0]!.path.replace(person, ':id') } },
      ...{ p95_ms: at(times, 0.95), p50_ms: at(times, 0.5), bare_p95_ms: at(bare, 0.95) },
    }
  } finally {
    await server!.close()
    await db.destroy()
  }
}

function at(times: { ms: number }[], share: number): number {
  return times.map(({ ms }) => ms).sort((a, b) => a - b)[Math.floor(times.length * share)]!
}

/** People in 700 homes of thirteen divisions, every second with a certificate; answers one of them. */
async function fill(db: Db): Promise<string> {
  await sql`
    insert into organisations (name, kinds, facility_kind, district_code)
    select '示例颐养院' || n, '{care_facility}', 'home', (select code from districts where code like '3301__' and code <> '330100' order by code offset n % 13 limit 1)
    from generate_series(1, 700) n`.execute(db)
  const rows = Array.from({ length: PEOPLE }, (_, index) => {
    const { name, id_number } = demoPerson(index)
    const { pinyin, initials } = namePinyin(name)
    return { name, name_pinyin: pinyin, name_initials: initials, masked: maskIdNumber(id_number) }
  })
  await sql`
    insert into people (name, name_pinyin, name_initials, workforce, id_type, id_number_sealed, id_number_masked)
    select name, name_pinyin, name_initials, 'elder_care', 'resident_id', 'x', masked
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r (name text, name_pinyin text, name_initials text, masked text)`.execute(
    db,
  )
  await sql`
    with homes as (select id, row_number() over () - 1 as n from organisations), members as (select id, row_number() over () as n from people)
    insert into roster_entries (organisation_id, person_id) select homes.id, members.id from members join homes on homes.n = members.n % 700`.execute(
    db,
  )
  await sql`
    insert into employments (person_id, organisation_id, post, contract_kind, starts_on)
    select person_id, organisation_id, 'care', 'labour', '2024-01-01' from roster_entries`.execute(db)
  // looked up in a register, so that they count: two people of three hold a level
  await sql`
    insert into external_certificates (person_id, kind, number, occupation_code, occupation_name, level, issuer_name, issued_on, valid_until, organisation_id)
    select person_id, 'skill_level', 'X' || lpad(n::text, 10, '0'), '4-10-01-05', '养老护理员', 1 + n % 5, '示例机构', '2025-06-01', '2026-11-24'::date + (n % 900)::int, organisation_id
    from (select person_id, organisation_id, row_number() over () as n from roster_entries) r where n % 3 < 2`.execute(
    db,
  )
  await sql`
    insert into external_certificate_checks (certificate_id, revision, registry, result, checked_on, evidence)
    select id, 1, 'osta', 'found', '2025-07-01', '示例' from external_certificates`.execute(db)
  await sql`
    insert into service_months (person_id, month, organisation_id, attendance_days)
    select person_id, month, organisation_id, 21 from roster_entries, generate_series('2025-11-01'::date, '2026-10-01', '1 month') month`.execute(
    db,
  )
  await sql`vacuum analyze`.execute(db)
  const { rows: found } = await sql<{ id: string }>`
    select r.person_id as id from roster_entries r join organisations o on o.id = r.organisation_id where o.district_code = '330106' limit 1`.execute(
    db,
  )
  return found[0]!.id
}
