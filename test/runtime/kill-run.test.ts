/** kill -9 in every phase of a month's run, its submission, the closing of its publicity and its approval: what was half done is gone, and the next attempt is whole. */
import { sql } from 'kysely'
import { beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { computeRun, submitRun } from '../../src/allowances/actions.ts'
import { openPublicity } from '../../src/allowances/publicity.ts'
import { verifyHistory } from '../../src/history/queries.ts'
import { addDays, localDate } from '../../src/platform/calendar.ts'
import { type Db, lockFacts } from '../../src/platform/database.ts'
import { makeWorld } from '../bench/allowances.ts'
import { testDatabase } from '../support/database.ts'
import { build, type Running, start } from '../support/program.ts'
import { reviewRun } from '../support/reviewing.ts'
import { type Client, clientFor, KEY, world } from '../support/world.ts'

beforeAll(build)
vi.setConfig({ testTimeout: 480_000 })

// three slices: a first, one in the middle, and a last
const PEOPLE = 20_500
/** how many people the job takes at once */
const SLICE = 10_000
const PUBLIC_URL = 'http://127.0.0.1:3000'

/** Nobody writes the table until it is let go: where a process waits for it is where it is killed. */
async function bar(db: Db, table: string): Promise<() => Promise<void>> {
  const { promise: released, resolve: release } = Promise.withResolvers<void>()
  const { promise: taken, resolve: take } = Promise.withResolvers<void>()
  const held = db.transaction().execute(async (tx) => {
    await sql`lock table ${sql.table(table)} in exclusive mode`.execute(tx)
    take()
    await released
  })
  await Promise.race([taken, held])
  return async () => {
    release()
    await held
  }
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 4000; tries++) {
    if (await condition()) return
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  throw new Error('it never came')
}

/** How many sessions of this database wait for a table, or for the lock of those who record facts. */
async function waiting(db: Db, locktype: 'relation' | 'advisory' = 'relation'): Promise<number> {
  const { rows } = await sql<{ waiting: number }>`
    select count(*) as waiting from pg_locks l join pg_database d on d.oid = l.database
    where d.datname = current_database() and l.locktype = ${locktype} and not l.granted`.execute(db)
  return rows[0]!.waiting
}
const waitsForLock = async (db: Db) => (await waiting(db)) > 0

/** A server notices that a client is dead when it next speaks to it: while it waits for a table it would go on holding the job. */
async function forgetWaiting(db: Db): Promise<void> {
  await sql`
    select pg_terminate_backend(l.pid) from pg_locks l join pg_database d on d.oid = l.database
    where d.datname = current_database() and l.locktype = 'relation' and not l.granted`.execute(db)
  await until(async () => !(await waitsForLock(db)))
}

async function inTables(db: Db) {
  const { rows } = await sql<{
    status: string
    lines: number
    people: number
    findings: number
    steps: number
    sample: number
    booked: number
    decisions: number
  }>`
    select (select status from allowance_runs) as status, (select count(*) from allowance_lines) as lines,
      (select count(distinct person_id) from allowance_lines) as people, (select count(*) from run_findings) as findings,
      (select count(*) from run_steps) as steps, (select count(*) from run_sample_lines) as sample,
      (select count(*) from allowance_ledger) as booked, (select count(*) from allowance_decisions) as decisions`.execute(
    db,
  )
  return rows[0]!
}

test('a run, its submission, its publicity and its approval killed in each phase are whole afterwards, and done once', async () => {
  const w = await world(await testDatabase('postgres'))
  onTestFinished(w.close)
  const { db } = w
  await makeWorld(db, PEOPLE)
  // the program does not start where its key does not open what is sealed; some share an account
  const sealed = await w.deps.vault.seal('-')
  await sql`update people set id_number_sealed = ${sealed},
    bank_account_sealed = case when name in (select '示例' || n from generate_series(1, 40) n) then ${sealed} end`.execute(
    db,
  )
  const district = await w.context('district')
  const asked = { scheme_code: 'hz-special-post', month: '2026-10', district_code: '330106' }
  const compute = () => db.transaction().execute((tx) => computeRun(tx, district, asked))

  // undisturbed, to compare with
  const { id } = await compute()
  await w.runJobs()
  const digest = () =>
    db.selectFrom('allowance_runs').select(['lines_sha256', 'line_count', 'total_fen']).executeTakeFirstOrThrow()
  const expected = { ...(await digest()), ...(await inTables(db)) }
  expect(expected).toMatchObject({ status: 'computed', lines: expected.people })
  expect(expected.findings).toBeGreaterThan(0)

  let server: Running | undefined
  const restart = async () => {
    server = await start({ DATABASE_URL: w.url!, HUYU_KEY: KEY, PUBLIC_URL })
    onTestFinished(server.kill)
  }
  const job = async () => {
    const { job_id } = await db.selectFrom('allowance_runs').select('job_id').executeTakeFirstOrThrow()
    return db
      .selectFrom('jobs')
      .select(['status', 'done', 'total', 'position'])
      .where('id', '=', job_id!)
      .executeTakeFirstOrThrow()
  }
  /** Kills the program where it waits, and says what is in the tables then. */
  const killed = async (phase: string) => {
    await until(() => waitsForLock(db))
    await server!.kill()
    await forgetWaiting(db)
    const { done, total, position } = await job()
    const found = await inTables(db)
    console.log(`run killed in ${phase}: ${done}/${total} people, position ${position}, ${JSON.stringify(found)}`)
    expect(found).toMatchObject({ status: 'computing', booked: 0, steps: 0 })
    return { ...found, done, total, position }
  }
  await compute()
  // the lines of the computation before are thrown away slice by slice, the last ones together with its findings, or not yet
  let raise = await bar(db, 'run_findings')
  await restart()
  expect(await killed('its beginning')).toMatchObject({
    ...{ lines: expected.lines % SLICE, findings: expected.findings },
  })
  await raise()

  // the beginning waits to read its cutoff; whoever asks for the lines then gets them before the first slice does
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>()
  const facts = db.transaction().execute(async (tx) => {
    await lockFacts(tx)
    await begun
  })
  await restart()
  await until(async () => (await waiting(db, 'advisory')) > 0)
  let next = bar(db, 'allowance_lines')
  await until(() => waitsForLock(db))
  begin()
  await facts
  raise = await next
  let slices = 0
  for (let done = 0; ; slices++) {
    const last = done > 0 && (await job()).total! - done < SLICE
    const found = await killed(slices === 0 ? 'the first slice' : last ? 'the last slice' : 'a slice in the middle')
    expect(found).toMatchObject({ done, people: done, findings: 0 })
    await restart()
    await until(() => waitsForLock(db))
    if (last) break
    // the slice goes on, and the next one waits again
    next = bar(db, 'allowance_lines')
    await until(async () => (await waiting(db)) > 1)
    await raise()
    raise = await next
    await until(async () => (await job()).done > done)
    done = (await job()).done
  }
  expect(slices).toBeGreaterThan(1)

  const lines = raise
  raise = await bar(db, 'run_findings')
  await lines()
  await until(async () => (await job()).position === 'totals')
  expect(await killed('the findings')).toMatchObject({ lines: expected.lines, findings: 0 })
  await raise()
  await restart()
  await until(async () => (await job()).status === 'succeeded')
  expect({ ...(await digest()), ...(await inTables(db)) }).toEqual(expected)

  const clientOf = (username: string): Client => {
    const request = (address: string, init: RequestInit) => fetch(address.replace(PUBLIC_URL, server!.url), init)
    return clientFor({ request } as never, username)
  }
  /** Kills the program while it waits for the table in the middle of the call; answers what is in the tables then. */
  const killedIn = async (table: string, username: string, path: string) => {
    const client = clientOf(username)
    expect((await client.get('/api/v1/me')).status).toBe(200)
    const raise = await bar(db, table)
    const answer = client.post(`/api/v1/${path}`, {}, { key: `${path}-1` }).catch((error) => error)
    await until(() => waitsForLock(db))
    await server!.kill()
    expect(await answer).toBeInstanceOf(TypeError)
    await raise()
    const found = await inTables(db)
    console.log(`${path.split('/').at(-1)} killed at ${table}: ${JSON.stringify(found)}`)
    await restart()
    return found
  }
  const submission = await killedIn('run_sample_lines', 'district', `allowance-runs/${id}/submission`)
  expect(submission).toMatchObject({ status: 'computed', steps: 0, sample: 0, decisions: 0 })
  await db.transaction().execute((tx) => submitRun(tx, district, id, null))
  expect(await inTables(db)).toMatchObject({ status: 'submitted', steps: expect.any(Number), decisions: 1 })
  await reviewRun(w, id)
  // published the other day, so that it may be closed today
  const today = new Date()
  const opening = {
    starts_on: addDays(localDate(today), -2),
    days: 1,
    day_kind: 'calendar',
    place: '区民政局网站',
  } as const
  const then = { ...district, now: new Date(today.getTime() - 2 * 86_400_000) }
  const publicity = await db.transaction().execute((tx) => openPublicity(tx, then, id, opening))
  const path = `publicities/${publicity.id}/closing`
  const closings = async () => (await sql`select from publicity_closings`.execute(db)).rows.length
  expect(await killedIn('publicity_closings', 'district', path)).toMatchObject({ status: 'reviewed', decisions: 1 })
  expect(await closings()).toBe(0)
  const early = await clientOf('finance').post(`/api/v1/allowance-runs/${id}/approval`, {}, { key: 'early' })
  expect((await early.json()).code).toBe('publicity.open')
  expect((await clientOf('district').post(`/api/v1/${path}`, {}, { key: `${path}-1` })).status).toBe(200)
  expect(await closings()).toBe(1)

  const approved = `allowance-runs/${id}/approval`
  const approval = await killedIn('allowance_decisions', 'finance', approved)
  expect(approval).toMatchObject({ status: 'reviewed', booked: 0, decisions: 1 })
  // the same request with the same key, as a client repeats it
  const again = await clientOf('finance').post(`/api/v1/${approved}`, {}, { key: `${approved}-1` })
  expect(again.status).toBe(200)
  await server!.stop()
  const after = await inTables(db)
  console.log(`approved: ${JSON.stringify(after)}`)
  expect(after).toMatchObject({ status: 'approved', lines: expected.lines, booked: expected.lines, decisions: 2 })
  expect((await verifyHistory(db)).broken_at).toBe(null)
})
