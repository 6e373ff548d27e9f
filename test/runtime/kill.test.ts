/** kill -9 in the middle of long work: after a restart it goes on where it was, loses nothing and does nothing twice. */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'kysely'
import { beforeAll, expect, inject, onTestFinished, test, vi } from 'vitest'
import { computeRun } from '../../src/allowances/actions.ts'
import { allowanceRunJob } from '../../src/allowances/run.ts'
import { verifyHistory } from '../../src/history/queries.ts'
import { runSlice } from '../../src/jobs/actions.ts'
import type { Db } from '../../src/platform/database.ts'
import { openEmbedded } from '../../src/platform/embedded.ts'
import { openVault } from '../../src/platform/vault.ts'
import { makeWorld } from '../bench/allowances.ts'
import { type TestDatabase, testDatabase } from '../support/database.ts'
import { GRADUATED_ON, graduates } from '../support/graduates.ts'
import { build, type Running, start, temporaryDirectory } from '../support/program.ts'
import { clientFor, KEY, world } from '../support/world.ts'

beforeAll(build)
// processes are started one after the other, and the machine may be busy
vi.setConfig({ testTimeout: 90_000 })

interface Progress {
  status: string
  done: number
  total: number | null
}
const halfway = ({ done, total }: Progress) => done > 0 && total !== null && done < total

/** Asks until the job is as wanted; throws when it has ended otherwise. */
async function until(wanted: (job: Progress) => boolean, ask: () => Promise<Progress>): Promise<Progress> {
  for (;;) {
    const job = await ask()
    if (wanted(job)) return job
    if (!['queued', 'running'].includes(job.status)) throw new Error(`the job is ${JSON.stringify(job)}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
const succeeded = ({ status }: Progress) => status === 'succeeded'

function jobOf(db: Db, id: string) {
  return () => db.selectFrom('jobs').select(['status', 'done', 'total']).where('id', '=', id).executeTakeFirstOrThrow()
}

/** Starts the program on a real PostgreSQL; whatever the test does, it is gone afterwards. */
async function onPostgres({ url }: TestDatabase): Promise<Running> {
  const server = await start({ DATABASE_URL: url!, HUYU_KEY: KEY })
  onTestFinished(server.kill)
  return server
}

/** How many certificates there are, of how many people, and whether their serials run from 1 without a gap. */
async function certificates(db: Db) {
  const { rows } = await sql<{ certificates: number; people: number; numbers: number; last: number; events: number }>`
    select count(*) as certificates, count(distinct person_id) as people, count(distinct number) as numbers,
      coalesce(max(right(number, 6)::integer), 0) as last,
      (select count(*) from history_events where kind = 'certificate.issued') as events
    from certificates`.execute(db)
  return rows[0]!
}

test('a batch of certificates killed twice issues one to everybody, with numbers gapless and unique', async () => {
  const PEOPLE = 150
  const w = await world(await testDatabase('postgres'))
  onTestFinished(w.close)
  const class_id = await graduates(w, PEOPLE)
  const request = { class_id, kind: 'skill_level', issued_on: GRADUATED_ON }
  const batch = await (await w.as('assessor').post('/api/v1/certificate-batches', request, { key: 'kill' })).json()
  const ask = jobOf(w.db, batch.job_id)
  const counts = []
  for (let seen = 0, kill = 0; kill < 2; kill++) {
    const server = await onPostgres(w)
    const job = await until((job) => halfway(job) && job.done > seen, ask)
    await server.kill()
    seen = job.done
    counts.push((await certificates(w.db)).certificates)
  }
  const server = await onPostgres(w)
  await until(succeeded, ask)
  await server.stop()
  const after = await certificates(w.db)
  console.log(
    `certificates: ${counts[0]} at the first kill -9, ${counts[1]} at the second, then ${JSON.stringify(after)}`,
  )
  expect(counts.every((count) => count > 0 && count < PEOPLE)).toBe(true)
  expect(after).toEqual({ certificates: PEOPLE, people: PEOPLE, numbers: PEOPLE, last: PEOPLE, events: PEOPLE })
  expect((await verifyHistory(w.db)).broken_at).toBe(null)
})

test('a month’s run that was killed gives the same lines to the byte, although a fact became known meanwhile', async () => {
  const PEOPLE = 5000
  const database = await testDatabase('postgres')
  onTestFinished(database.close)
  const { db } = database
  const context = await makeWorld(db, PEOPLE)
  // the program starts only with the key that sealed what is there
  const id_number_sealed = await (await openVault(KEY)).seal('109901197203150228')
  await db.updateTable('people').set({ id_number_sealed }).execute()
  const ask = () =>
    db
      .transaction()
      .execute((tx) =>
        computeRun(tx, context, { scheme_code: 'hz-special-post', month: '2026-10', district_code: '330106' }),
      )
  const log = { info: () => {}, warn: () => {}, error: console.error }
  const undisturbed = async () => {
    await ask()
    while (
      await runSlice(
        db,
        { ...context, publicUrl: '', now: () => context.now, log },
        { 'allowances.run': allowanceRunJob() },
      )
    );
    return result()
  }
  const result = async () => {
    const { rows } = await sql<{
      lines: number
      people: number
      line_count: number
      lines_sha256: string
      total_fen: number
    }>`
      select count(*) as lines, count(distinct person_id) as people, min(r.line_count) as line_count, min(r.lines_sha256) as lines_sha256,
        min(r.total_fen) as total_fen
      from allowance_lines l join allowance_runs r on r.id = l.run_id`.execute(db)
    return rows[0]!
  }
  const first = await undisturbed()
  const run = await ask()
  const server = await onPostgres(database)
  const job = await until(halfway, jobOf(db, run.job_id!))
  await server.kill()
  const partial = await result()
  // whoever comes last in the order of the slices, and was payable, has not been judged yet
  await sql`
    insert into conduct_events (person_id, kind, happened_on, decided_on, decision)
    select id, 'ethics_breach', '2026-06-01', '2026-06-20', '示例' from people order by id desc limit 50`.execute(db)
  const again = await onPostgres(database)
  await until(succeeded, jobOf(db, run.job_id!))
  await again.stop()
  const resumed = await result()
  const aware = await undisturbed()
  console.log(
    `run of ${PEOPLE}: kill -9 at ${job.done}/${job.total} with ${partial.lines} lines, then ${resumed.lines} lines of ${resumed.people} people, ` +
      `${resumed.total_fen} fen, sha256 ${resumed.lines_sha256.slice(0, 16)}…; undisturbed ${first.lines_sha256.slice(0, 16)}…; ` +
      `computed anew with the fact ${aware.lines_sha256.slice(0, 16)}…`,
  )
  expect(partial.lines).toBe(job.done)
  expect(resumed).toEqual(first)
  expect(resumed).toMatchObject({ lines: PEOPLE, people: PEOPLE, line_count: PEOPLE })
  // the fact was there to be seen: a new cutoff sees it
  expect(aware.lines_sha256).not.toBe(first.lines_sha256)
  expect((await verifyHistory(db)).broken_at).toBe(null)
})

test('in the embedded database a batch outlives SIGTERM, which also ends its event stream, and kill -9', async () => {
  const PEOPLE = 250
  const DATA_DIR = join(temporaryDirectory(), 'data')
  const class_id = await inDirectory(DATA_DIR, async (db) => {
    const w = await world({ db, engine: 'pglite', url: null, reset: async () => {}, close: async () => {} })
    return graduates(w, PEOPLE)
  })
  const PUBLIC_URL = 'http://127.0.0.1:3000'
  const restart = () => start({ DATA_DIR, HUYU_KEY: KEY, PUBLIC_URL })
  let server = await restart()
  onTestFinished(() => server.kill())
  const request = (address: string, init: RequestInit) => fetch(address.replace(PUBLIC_URL, server.url), init)
  const assessor = clientFor({ request } as never, 'assessor')
  const batch = { class_id, kind: 'skill_level', issued_on: GRADUATED_ON }
  const location = (await assessor.post('/api/v1/certificate-batches', batch, { key: 'kill' })).headers.get('location')!
  const ask = async () => (await assessor.get(location)).json()

  const events = await assessor.get(`${location}/events`)
  expect([events.headers.get('content-type'), events.headers.get('content-encoding')]).toEqual([
    'text/event-stream',
    null,
  ])
  const first = await until(halfway, ask)
  const asked = performance.now()
  expect(await server.stop()).toMatchObject({ code: 0, err: '' })
  const seconds = (performance.now() - asked) / 1000
  expect(await events.text()).toContain('"status":"running"')
  expect(seconds).toBeLessThan(4)

  server = await restart()
  const second = await until((job) => halfway(job) && job.done > first.done, ask)
  await server.kill()
  server = await restart()
  await until(succeeded, ask)
  expect((await server.stop()).code).toBe(0)
  await inDirectory(DATA_DIR, async (db) => {
    const after = await certificates(db)
    console.log(
      `embedded: SIGTERM at ${first.done}/${PEOPLE} certificates (${seconds.toFixed(1)} s), kill -9 at ${second.done}, then ${JSON.stringify(after)}`,
    )
    expect(after).toEqual({ certificates: PEOPLE, people: PEOPLE, numbers: PEOPLE, last: PEOPLE, events: PEOPLE })
    expect((await verifyHistory(db)).broken_at).toBe(null)
  })
})

/** Works in the database of a data directory while no program has it; a new one begins as a migrated one. */
async function inDirectory<T>(directory: string, work: (db: Db) => Promise<T>): Promise<T> {
  const fresh = existsSync(directory) ? {} : { snapshot: new Uint8Array(await readFile(inject('snapshot'))) }
  const { db, close } = await openEmbedded(directory, fresh)
  return work(db).finally(close)
}
