/** The program on Cloudflare's runtime: the same answers as on Node, over a real PostgreSQL, and no connection left behind. */
import { unzipSync } from 'fflate'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { unstable_startWorker } from 'wrangler'
import { issueCertificate } from '../../src/credentials/actions.ts'
import { verifyPdfSignature } from '../../src/credentials/pdf-signature.ts'
import { verifyHistory } from '../../src/history/queries.ts'
import { sha256Hex } from '../../src/platform/bytes.ts'
import type { App } from '../../src/platform/http.ts'
import { PUBLIC_FILES } from '../../src/platform/node-assets.ts'
import { testDatabase } from '../support/database.ts'
import { GRADUATED_ON, graduates } from '../support/graduates.ts'
import { pageCount } from '../support/pdf.ts'
import { jpeg } from '../support/pictures.ts'
import { receiver } from '../support/receiver.ts'
import { type Client, clientFor, KEY, type World, world } from '../support/world.ts'

const HOME = 'http://127.0.0.1:3000'
/** The worker's connections are told from those of this process by their role. */
const ROLE = 'postgres'

let w: World
let class_id: string
let worker: Awaited<ReturnType<typeof unstable_startWorker>>
/** What the worker printed: one line an answer, and every complaint of the runtime. */
const said: { level: string; message: string }[] = []
let assessor: Client
let trainer: Client
const nobody = () => onWorkerd(null)

/** The tests' client, whose calls go into workerd. */
function onWorkerd(username: string | null): Client {
  return clientFor(
    { request: (address: string, init: object) => worker.fetch(address, init) } as unknown as App,
    username,
  )
}

beforeAll(async () => {
  w = await world(await testDatabase('postgres'))
  class_id = await graduates(w, 8)
  // nothing leaves this machine: neither statistics nor the question where in the world it stands
  vi.stubEnv('WRANGLER_SEND_METRICS', 'false')
  vi.stubEnv('CLOUDFLARE_CF_FETCH_ENABLED', 'false')
  vi.stubEnv('CLOUDFLARE_HYPERDRIVE_LOCAL_CONNECTION_STRING_HYPERDRIVE', w.url!.replace('//huyu:', `//${ROLE}:`))
  worker = await unstable_startWorker({
    config: 'wrangler.toml',
    bindings: { HUYU_KEY: { type: 'plain_text', value: KEY }, PUBLIC_URL: { type: 'plain_text', value: HOME } },
    dev: {
      server: { hostname: '127.0.0.1', port: 0 },
      inspector: false,
      logLevel: 'error',
      persist: false,
      watch: false,
      structuredLogsHandler: (line: (typeof said)[number]) => said.push(line),
    },
  })
  assessor = onWorkerd('assessor')
  trainer = onWorkerd('trainer')
})
afterAll(async () => {
  await worker?.dispose()
  await w?.close()
})

async function connections(): Promise<number> {
  const { rows } = await sql<{ open: number }>`
    select count(*) as open from pg_stat_activity where datname = current_database() and usename = ${ROLE}`.execute(
    w.db,
  )
  return rows[0]!.open
}

test('the first calls of an isolate, all at once, are answered', async () => {
  const answers = await Promise.all(Array.from({ length: 20 }, () => nobody().get('/readyz')))
  expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200))
  expect(await answers[0]!.json()).toEqual({ status: 'ready' })
  expect(await (await nobody().get('/healthz')).json()).toEqual({ status: 'up' })
})

test('a person signs in, lists people and sees a page of the console', async () => {
  expect((await nobody().get('/api/v1/people')).status).toBe(401)
  const { items } = await (await trainer.get('/api/v1/people?limit=3')).json()
  expect(items).toHaveLength(3)
  const page = await trainer.page('/console/organisations')
  expect([page.status, (await page.text()).slice(0, 15)]).toEqual([200, '<!DOCTYPE html>'])
})

test('a key opens what it may, and a wrong one is told', async () => {
  const made = await trainer.post('/api/v1/api-keys', { name: '教务系统', scopes: ['class.read'] })
  const { key } = await made.json()
  const call = (path: string, bearer: string) => nobody().get(path, { authorization: `Bearer ${bearer}` })
  const answers = [call('/api/v1/classes', key), call('/api/v1/people', key), call('/api/v1/classes', `${key}0`)]
  expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([200, 403, 401])
})

test('style sheets and scripts are served under the addresses of Node, and kept as long', async () => {
  const served = async (path: string) => {
    const answer = await nobody().get(path)
    return [
      answer.status,
      answer.headers.get('content-type'),
      answer.headers.get('cache-control'),
      (await answer.text()).length > 1000,
    ]
  }
  expect(await served('/assets/app/style.css')).toEqual([200, 'text/css; charset=utf-8', 'public, max-age=300', true])
  const [script] = Object.keys(PUBLIC_FILES).filter((folder) => folder.startsWith('htmx'))
  expect(await served(`/assets/${script}/htmx.min.js`)).toEqual([
    200,
    'text/javascript; charset=utf-8',
    'public, max-age=31536000, immutable',
    true,
  ])
})

test('a photo is taken, and a layout saved, previewed and put in force', async () => {
  const { person_id } = await w.db
    .selectFrom('enrolments')
    .select('person_id')
    .where('class_id', '=', class_id)
    .orderBy('id')
    .limit(1)
    .executeTakeFirstOrThrow()
  const file = jpeg(413, 579)
  expect((await assessor.post(`/api/v1/people/${person_id}/photo`, { jpeg: file.toString('base64') })).status).toBe(201)
  const photo = await assessor.get(`/api/v1/people/${person_id}/photo`)
  expect(Buffer.from(await photo.arrayBuffer()).equals(file)).toBe(true)

  const { items } = await (await assessor.get('/api/v1/certificate-layouts?kind=skill_level')).json()
  const { body } = await (await assessor.get(`/api/v1/certificate-layouts/${items[0].id}`)).json()
  const saved = await assessor.post('/api/v1/certificate-layouts', {
    ...{ kind: 'skill_level', name: '本机构', reason: '试存', body },
  })
  const { id } = await saved.json()
  const preview = await assessor.get(`/api/v1/certificate-layouts/${id}/preview.pdf?sample=rare`)
  expect([saved.status, preview.status, preview.headers.get('content-type')]).toEqual([201, 200, 'application/pdf'])
  await preview.body?.cancel()
  const chosen = await assessor.post(`/api/v1/certificate-layouts/${id}/choices`, {
    valid_from: '2126-01-01',
    reason: '试用',
  })
  expect(chosen.status).toBe(201)
})

test('a certificate issued on Node is drawn on workerd to the byte, and anybody can look it up', async () => {
  const context = await w.context('assessor')
  const enrolment = await w.db
    .selectFrom('enrolments')
    .select('id')
    .where('class_id', '=', class_id)
    .orderBy('id')
    .executeTakeFirstOrThrow()
  const input = { enrolment_id: enrolment.id, kind: 'skill_level' as const, issued_on: GRADUATED_ON, valid_until: null }
  const issued = await w.db.transaction().execute((tx) => issueCertificate(tx, context, input))
  const pdf = await assessor.get(`/api/v1/certificates/${issued.id}.pdf`)
  expect([pdf.status, pdf.headers.get('content-type')]).toEqual([200, 'application/pdf'])
  expect(await sha256Hex(new Uint8Array(await pdf.arrayBuffer()))).toBe(issued.pdf_sha256)
  expect(await (await nobody().get(`/api/v1/verify/${issued.number}`)).json()).toMatchObject({
    status: 'valid',
    kind: 'skill_level',
  })
  const { token } = await w.db
    .selectFrom('certificates')
    .select('token')
    .where('id', '=', issued.id)
    .executeTakeFirstOrThrow()
  const scanned = await nobody().page(`/v/${token}`)
  expect([scanned.status, await scanned.text()]).toEqual([200, expect.stringContaining(issued.pdf_sha256)])
})

test('a job asked for over HTTP is worked off after the answer, and its progress can be watched', async () => {
  const asked = await assessor.post(
    '/api/v1/certificate-batches',
    { class_id, kind: 'skill_level', issued_on: GRADUATED_ON },
    { key: 'workerd-1' },
  )
  expect(asked.status).toBe(202)
  const events = await (await assessor.get(`${asked.headers.get('location')}/events`)).text()
  expect(events).toContain('"status":"succeeded"')
  const { items } = await (await assessor.get('/api/v1/certificates?limit=20')).json()
  expect(items).toHaveLength(8)
  // and the other way round: issued on workerd, drawn on Node
  const pdf = await w.as('assessor').get(`/api/v1/certificates/${items[0].id}.pdf`)
  const file = new Uint8Array(await pdf.arrayBuffer())
  expect(await sha256Hex(file)).toBe(items[0].pdf_sha256)
  expect(await verifyPdfSignature(file)).toMatchObject({ intact: true, covers_whole_file: true })
})

test('many certificates come as a ZIP whose length is known, and as one print file', async () => {
  const zip = await assessor.get('/api/v1/certificates.zip?kind=skill_level')
  const bytes = new Uint8Array(await zip.arrayBuffer())
  expect(Number(zip.headers.get('content-length'))).toBe(bytes.length)
  const { items } = await (await assessor.get('/api/v1/certificates?kind=skill_level')).json()
  const digests = await Promise.all(Object.values(unzipSync(bytes)).map((file) => sha256Hex(file)))
  expect(digests.sort()).toEqual(items.map(({ pdf_sha256 }: { pdf_sha256: string }) => pdf_sha256).sort())
  const print = await assessor.get('/api/v1/certificates.pdf?kind=skill_level')
  expect(await pageCount(new Uint8Array(await print.arrayBuffer()))).toBe(items.length)
})

test('a job that nobody woke is worked off by the cron trigger', async () => {
  const asked = await w
    .as('trainer')
    .post(
      '/api/v1/certificate-batches',
      { class_id, kind: 'completion', issued_on: GRADUATED_ON },
      { key: 'workerd-2' },
    )
  const job = asked.headers.get('location')!
  expect(await (await trainer.get(job)).json()).toMatchObject({ status: 'queued', done: 0 })
  const ran = await worker.fetch(`${HOME}/cdn-cgi/handler/scheduled`)
  expect(await ran.text()).toBe('ok')
  expect(await (await trainer.get(job)).json()).toMatchObject({ status: 'succeeded', result: { issued: 8 } })
  // the trainer's first key was made there too
  const { items } = await (await w.as('trainer').get('/api/v1/certificates?kind=completion')).json()
  const pdf = await w.as('trainer').get(`/api/v1/certificates/${items[0].id}.pdf`)
  expect(await verifyPdfSignature(new Uint8Array(await pdf.arrayBuffer()))).toMatchObject({ intact: true })
})

test('what happened is posted, signed, by the cron trigger', async () => {
  const receiving = await receiver()
  const wanted = { url: receiving.url, events: ['certificate.suspended'] }
  const { secret } = await (await w.as('assessor').post('/api/v1/webhooks', wanted)).json()
  receiving.secrets.push(secret)
  const { items } = await (await assessor.get('/api/v1/certificates?kind=skill_level&limit=1')).json()
  const paper = { reason: '核查期间', decision_reference: '示例〔2026〕1 号' }
  await assessor.post(`/api/v1/certificates/${items[0].id}/suspension`, paper, { key: 'workerd-3' })
  receiving.answer(307, '', { location: '/elsewhere' })
  await (await worker.fetch(`${HOME}/cdn-cgi/handler/scheduled`)).text()
  const sent = receiving.take()
  expect(sent).toMatchObject([{ path: '/hook', verified: 1 }])
  expect(JSON.parse(sent[0]!.body).data).toEqual({
    ...{ id: items[0].id, kind: 'certificate' },
    href: `${HOME}/api/v1/certificates/${items[0].id}`,
  })
  const attempts = await w.db.selectFrom('webhook_attempts').select(['status', 'fault']).execute()
  expect(attempts).toEqual([{ status: 307, fault: null }])
  await receiving.close()
})

test('no call leaves a connection behind, and the runtime had nothing to complain of', async () => {
  const calls = Array.from({ length: 40 }, () => trainer.get('/api/v1/people'))
  await vi.waitFor(async () => expect(await connections()).toBeGreaterThan(0), { interval: 5 })
  const answers = await Promise.all(calls)
  expect(answers.map(({ status }) => status)).toEqual(Array(40).fill(200))
  await vi.waitFor(async () => expect(await connections()).toBe(0), 5000)
  expect(said.filter(({ level }) => level !== 'log')).toEqual([])
  expect(said.length).toBeGreaterThan(60)
  expect((await verifyHistory(w.db)).broken_at).toBe(null)
})
