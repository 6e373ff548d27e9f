/** kill -9 in the middle of long work: after a restart it goes on where it was, loses nothing and does nothing twice. */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'kysely'
import { beforeAll, expect, inject, onTestFinished, test, vi } from 'vitest'
import { demoPerson } from '../../db/demo-people.ts'
import { computeRun } from '../../src/allowances/actions.ts'
import { allowanceRunJob } from '../../src/allowances/run.ts'
import { verifyHistory } from '../../src/history/queries.ts'
import { clearOld } from '../../src/imports/chunks.ts'
import { runSlice } from '../../src/jobs/actions.ts'
import { registerPeople } from '../../src/people/actions.ts'
import { addMonths } from '../../src/platform/calendar.ts'
import type { Db } from '../../src/platform/database.ts'
import { openEmbedded } from '../../src/platform/embedded.ts'
import { openVault } from '../../src/platform/vault.ts'
import { writeCsv } from '../../src/platform/workbook.ts'
import { makeWorld } from '../bench/allowances.ts'
import { allowanceWorld, CONFIRMATION } from '../support/allowance-world.ts'
import { type TestDatabase, testDatabase } from '../support/database.ts'
import { GRADUATED_ON, graduates } from '../support/graduates.ts'
import { build, type Running, start, temporaryDirectory } from '../support/program.ts'
import { reviewRun } from '../support/reviewing.ts'
import { type Client, clientFor, KEY, world } from '../support/world.ts'

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

const PUBLIC_URL = 'http://127.0.0.1:3000'

/** Somebody who uses a program that is running. */
function clientOf(server: () => Running, username: string): Client {
  const request = (address: string, init: RequestInit) => fetch(address.replace(PUBLIC_URL, server().url), init)
  return clientFor({ request } as never, username)
}

/** Starts the program on a real PostgreSQL; whatever the test does, it is gone afterwards. */
async function onPostgres({ url }: TestDatabase): Promise<Running> {
  const server = await start({ DATABASE_URL: url!, HUYU_KEY: KEY, PUBLIC_URL })
  onTestFinished(server.kill)
  return server
}

/** How many certificates there are, of how many people, and whether their serials run from 1 without a gap. */
async function certificates(db: Db) {
  const { rows } = await sql<{
    certificates: number
    people: number
    numbers: number
    last: number
    events: number
    proofs: number
  }>`
    select count(*) as certificates, count(distinct person_id) as people, count(distinct number) as numbers,
      coalesce(max(right(number, 6)::integer), 0) as last,
      (select count(*) from history_events where kind = 'certificate.issued') as events,
      (select count(distinct (status_list_id, status_index)) from certificate_proofs) as proofs
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
  expect(after).toEqual({
    certificates: PEOPLE,
    people: PEOPLE,
    numbers: PEOPLE,
    last: PEOPLE,
    events: PEOPLE,
    proofs: PEOPLE,
  })
  expect((await verifyHistory(w.db)).broken_at).toBe(null)
})

test('a month’s run that was killed gives the same lines to the byte, although a fact became known meanwhile', async () => {
  const PEOPLE = 16_000
  const database = await testDatabase('postgres')
  onTestFinished(database.close)
  const { db } = database
  const context = await makeWorld(db, PEOPLE)
  // the program does not start where its key does not open what is sealed
  await db
    .updateTable('people')
    .set({ id_number_sealed: await (await openVault(KEY)).seal('-') })
    .execute()
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

/** How much of the payments of a run there is. */
async function paymentsOnRecord(db: Db) {
  const { rows } = await sql<Record<'batches' | 'payments' | 'files' | 'results' | 'paid' | 'events', number>>`
    select (select count(*) from payment_batches) as batches, (select count(*) from payments) as payments,
      (select count(*) from payment_files) as files, (select count(*) from payment_results) as results,
      (select count(distinct person_id) from payment_results where outcome = 'paid' and known_to = 'infinity') as paid,
      (select count(*) from history_events where kind like 'payment%') as events`.execute(db)
  return rows[0]!
}

/** Holds back whoever writes to the table, kills the program when it is there, and lets go: the write it was in is not finished. */
async function killWhileWriting(db: Db, table: string, server: () => Running): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await sql`lock table ${sql.table(table)} in share row exclusive mode`.execute(tx)
    for (;;) {
      const { rows } = await sql`
        select from pg_locks where relation = ${table}::regclass and not granted`.execute(tx)
      if (rows.length > 0) break
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    await server().kill()
  })
}

test('an export that is killed has made nothing; a sheet of the bank that was being written goes in once, whole', async () => {
  const PEOPLE = 60
  const w = await world(await testDatabase('postgres'))
  onTestFinished(w.close)
  const facts = await allowanceWorld(w)
  const account = (at: number) => `62220212345${String(at).padStart(5, '0')}`
  for (let at = 0; at < PEOPLE; at++)
    await facts.carer({
      ...{ name: `收款人${at}`, bank_account: account(at), completed_on: '2025-02-10' },
      attendance: { '2025-04': 22, '2025-05': 22, '2025-06': 22 },
    })
  const admin = w.as('admin')
  const district = w.as('district')
  await admin.post('/api/v1/schemes/hz-special-post/versions/1/confirmation', CONFIRMATION, { key: 'confirm' })
  const month = { scheme_code: 'hz-special-post', month: '2025-06', district_code: '330106' }
  const run = await (await district.post('/api/v1/allowance-runs', month, { key: 'run' })).json()
  await w.runJobs()
  await district.post(`/api/v1/allowance-runs/${run.id}/submission`, {}, { key: 'submit' })
  await reviewRun(w, run.id)
  expect((await w.as('finance').post(`/api/v1/allowance-runs/${run.id}/approval`, {}, { key: 'approve' })).status).toBe(
    200,
  )

  let server = await onPostgres(w)
  const finance = clientOf(() => server, 'finance')
  const make = () => finance.post(`/api/v1/allowance-runs/${run.id}/payment-file`, { format: 'csv' }, { key: 'export' })
  expect((await finance.get('/api/v1/payment-batches')).status).toBe(200)
  const answer = make().catch((error) => error)
  await killWhileWriting(w.db, 'payment_files', () => server)
  expect(await answer).toBeInstanceOf(TypeError)
  server = await onPostgres(w)
  const killed = await paymentsOnRecord(w.db)
  expect(killed).toEqual({ batches: 0, payments: 0, files: 0, results: 0, paid: 0, events: 0 })
  const file = await (await make()).json()
  expect(file).toMatchObject({ row_count: PEOPLE, total_fen: PEOPLE * 40000 })

  const header = ['姓名', '银行账号', '金额（元）', '结果', '入账日期', '流水号']
  const rows = Array.from({ length: PEOPLE }, (_, at) => [
    ...[`收款人${at}`, account(at), '400.00', '成功', '2025-07-15', `流水${at}`],
  ])
  const sheet = new File([writeCsv(header, rows) as BlobPart], '回单.csv')
  const fields = { kind: 'payment-results', mode: 'commit', subject: file.id, file: sheet }
  const sent = finance.upload('/api/v1/imports', fields, { 'idempotency-key': 'results' }).catch((error) => error)
  await killWhileWriting(w.db, 'payment_results', () => server)
  await sent
  const interrupted = await paymentsOnRecord(w.db)
  expect(interrupted).toMatchObject({ batches: 1, payments: PEOPLE, files: 1, results: 0 })
  const made = await w.db.selectFrom('imports').select(['id', 'job_id']).executeTakeFirstOrThrow()
  server = await onPostgres(w)
  await until(succeeded, jobOf(w.db, made.job_id!))
  const after = await paymentsOnRecord(w.db)
  const { totals } = await (await finance.get('/api/v1/payment-reconciliation')).json()
  await server.stop()
  console.log(
    `payments: kill -9 in the export left ${JSON.stringify(killed)}; in the import ${JSON.stringify(interrupted)}; then ${JSON.stringify(after)}`,
  )
  expect(after).toMatchObject({ results: PEOPLE, paid: PEOPLE })
  expect(totals).toMatchObject({ ledger_fen: PEOPLE * 40000, paid_fen: PEOPLE * 40000, open_fen: 0, difference_fen: 0 })
  expect((await verifyHistory(w.db)).broken_at).toBe(null)
})

const STAFF = Array.from({ length: 2500 }, (_, at) => demoPerson(6_000_000 + at))
const MONTHS = 16
/** More days than a month has. */
const WRONG_ROWS = [7, 4_999, 14_800, 21_000, 31_000, 40_003]

/** A facility's staff in each month of years, some rows wrong, as CSV. */
function monthsFile(): Uint8Array {
  const rows = Array.from({ length: MONTHS }, (_, month) =>
    STAFF.map(({ name, id_number }, at) => {
      return [name, id_number, addMonths('2023-04', month), 15 + ((at + month) % 14), at % 3 === 0 ? '否' : '是']
    }),
  ).flat()
  for (const at of WRONG_ROWS) rows.splice(at, 0, [...rows[at]!.slice(0, 2), '2023-01', 40, '是'])
  return writeCsv(['姓名', '证件号码', '月份', '出勤天数', '缴纳社保'], rows)
}

/** What is on record of every month, as figures and one digest. */
async function monthsOnRecord(db: Db) {
  const { rows } = await sql<{ facts: number; people_and_months: number; digest: string }>`
    select count(*) as facts, count(distinct (person_id, month)) as people_and_months,
      md5(string_agg(concat_ws(',', person_id, month, organisation_id, attendance_days, social_insurance, known_to), ';' order by person_id, month))
        as digest
    from service_months`.execute(db)
  return rows[0]!
}

async function inTables(db: Db) {
  const { rows } = await sql<{ imports: number; chunks: number; jobs: number; facts: number; events: number }>`
    select (select count(*) from imports) as imports, (select count(*) from import_chunks) as chunks, (select count(*) from jobs where day is null) as jobs,
      (select count(*) from service_months) as facts, (select count(*) from history_events where kind like 'import.%') as events`.execute(
    db,
  )
  return rows[0]!
}

test('an import killed three times writes every row once, and the same as an import that nobody disturbed', async () => {
  const w = await world(await testDatabase('postgres'))
  onTestFinished(w.close)
  const context = await w.context('facility')
  const staff = STAFF.map(({ name, id_number }) => ({
    name,
    id_number,
    id_type: 'resident_id',
    workforce: 'elder_care',
  }))
  await w.db.transaction().execute((tx) => registerPeople(tx, context, staff as never))
  const upload = async (client: Client, bytes: Uint8Array) => {
    const fields = { kind: 'service-months', mode: 'commit', file: new File([bytes as BlobPart], '月度.csv') }
    const answer = await client.upload('/api/v1/imports', fields, { 'idempotency-key': crypto.randomUUID() })
    expect(answer.status).toBe(202)
    return answer.json()
  }
  const bytes = monthsFile()
  await upload(w.as('facility'), bytes)
  await w.runJobs()
  const undisturbed = await monthsOnRecord(w.db)
  expect(undisturbed).toMatchObject({ facts: MONTHS * STAFF.length })
  await sql`delete from service_months`.execute(w.db)

  let server = await onPostgres(w)
  const facility = clientOf(() => server, 'facility')
  // another file with the same rows: a line more at its end
  const made = await upload(facility, new Uint8Array(await new Blob([bytes as BlobPart, '\r\n']).arrayBuffer()))
  const ask = jobOf(w.db, made.job_id)
  const killed: { done: number; facts: number; wrong: number }[] = []
  for (const part of [0.2, 0.45, 0.7]) {
    await until(({ done, total }) => done >= part * total!, ask)
    // somewhere in what it does next
    await new Promise((resolve) => setTimeout(resolve, 100))
    await server.kill()
    const { done } = await ask()
    const { facts } = await monthsOnRecord(w.db)
    killed.push({ done, facts, wrong: WRONG_ROWS.filter((at) => at < done).length })
    server = await onPostgres(w)
  }
  await until(succeeded, ask)
  const after = await (await facility.get(`/api/v1/imports/${made.id}`)).json()
  const verified = await (await w.as('admin').get('/api/v1/history/verification')).json()
  await server.stop()
  console.log(
    `import of ${made.rows} rows: kill -9 at ${killed.map(({ done, facts, wrong }) => `${done} rows (${facts} facts, ${wrong} wrong)`).join(', ')}; ` +
      `then ${JSON.stringify(after.counts)}, digest ${(await monthsOnRecord(w.db)).digest}, undisturbed ${undisturbed.digest}`,
  )
  for (const { done, facts, wrong } of killed) expect(facts + wrong).toBe(done)
  expect(killed.every(({ done }, at) => done > (killed[at - 1]?.done ?? 0) && done < made.rows)).toBe(true)
  const counts = { new: MONTHS * STAFF.length, changed: 0, same: 0, wrong: WRONG_ROWS.length }
  expect(after).toMatchObject({ status: 'committed', rows: counts.new + counts.wrong, accepted: counts.new, counts })
  expect(await monthsOnRecord(w.db)).toEqual(undisturbed)
  expect(undisturbed.people_and_months).toBe(counts.new)
  // one event an import, however often it was killed
  expect((await inTables(w.db)).events).toBe(2)
  expect(verified.broken_at).toBe(null)
}, 180_000)

test('a program killed while it receives a file has no import and wrote nothing; what it had received goes after a week', async () => {
  const w = await world(await testDatabase('postgres'))
  onTestFinished(w.close)
  let server = await onPostgres(w)
  const facility = clientOf(() => server, 'facility')
  expect((await facility.get('/api/v1/imports')).status).toBe(200)
  const bytes = monthsFile()
  const half = bytes.subarray(0, bytes.length / 2)
  const head = ['kind', 'mode'].map(
    (name, at) =>
      `--cut\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${['service-months', 'commit'][at]}\r\n`,
  )
  const body = new ReadableStream({
    start(controller) {
      const file = '--cut\r\ncontent-disposition: form-data; name="file"; filename="x.csv"\r\n\r\n'
      controller.enqueue(new TextEncoder().encode(head.join('') + file))
      controller.enqueue(half)
      // the rest never comes
    },
  })
  const headers = { 'content-type': 'multipart/form-data; boundary=cut', 'idempotency-key': 'killed' }
  const answer = facility.send('POST', '/api/v1/imports', { headers, body: body as never }).catch((error) => error)
  const received = await until(
    ({ done }) => done >= 3,
    async () => ({ status: 'running', done: (await inTables(w.db)).chunks, total: null }),
  )
  await server.kill()
  expect(await answer).toBeInstanceOf(TypeError)
  server = await onPostgres(w)
  expect((await (await facility.get('/api/v1/imports')).json()).items).toEqual([])
  await server.stop()
  const nothing = { imports: 0, jobs: 0, facts: 0, events: 0 }
  const after = await inTables(w.db)
  console.log(`killed while receiving: ${received.done} chunks had come, then ${JSON.stringify(after)}`)
  expect(after).toMatchObject(nothing)

  const later = { actor: (await w.context('facility')).actor, now: new Date(Date.now() + 8 * 86_400_000) }
  await w.db.transaction().execute((tx) => clearOld(tx, later))
  expect(await inTables(w.db)).toEqual({ ...nothing, chunks: 0 })
})

test('in the embedded database a batch outlives SIGTERM, which also ends its event stream, and kill -9', async () => {
  const PEOPLE = 250
  const DATA_DIR = join(temporaryDirectory(), 'data')
  const class_id = await inDirectory(DATA_DIR, async (db) => {
    const w = await world({ db, engine: 'pglite', url: null, reset: async () => {}, close: async () => {} })
    return graduates(w, PEOPLE)
  })
  const restart = () => start({ DATA_DIR, HUYU_KEY: KEY, PUBLIC_URL })
  let server = await restart()
  onTestFinished(() => server.kill())
  const assessor = clientOf(() => server, 'assessor')
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
    expect(after).toEqual({
      certificates: PEOPLE,
      people: PEOPLE,
      numbers: PEOPLE,
      last: PEOPLE,
      events: PEOPLE,
      proofs: PEOPLE,
    })
    expect((await verifyHistory(db)).broken_at).toBe(null)
  })
})

/** Works in the database of a data directory while no program has it; a new one begins as a migrated one. */
async function inDirectory<T>(directory: string, work: (db: Db) => Promise<T>): Promise<T> {
  const fresh = existsSync(directory) ? {} : { snapshot: new Uint8Array(await readFile(inject('snapshot'))) }
  const { db, close } = await openEmbedded(directory, fresh)
  return work(db).finally(close)
}
