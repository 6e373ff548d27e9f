/** Anybody's look-up: the quick door and the long way answer the same, strangers learn nothing by time, and a file is compared with what was issued. */
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { requestBatch } from '../../src/credentials/batches.ts'
import { unpacksWithin } from '../../src/credentials/pdf-guard.ts'
import { sharedRates } from '../../src/platform/rate-limit.ts'
import { clientsOf } from '../support/answers.ts'
import { graduates } from '../support/graduates.ts'
import { type World, world } from '../support/world.ts'

let w: World
const as = clientsOf(() => w)
interface Known {
  id: string
  number: string
  token: string
  holder_name: string
  id_number_masked: string
}
let known: Known[]
beforeAll(async () => {
  w = await world()
  const class_id = await graduates(w, 5)
  const assessor = await w.context('assessor')
  const input = { class_id, kind: 'skill_level', reason: null, issued_on: '2026-06-20', valid_until: '2027-06-20' }
  await w.db.transaction().execute((tx) => requestBatch(tx, assessor, input as never))
  await w.runJobs()
  known = await w.db
    .selectFrom('certificates')
    .select(['id', 'number', 'token', 'holder_name', 'id_number_masked'])
    .orderBy('number')
    .execute()
  const [, revoked, replaced] = known
  const key = { key: 'k'.repeat(20) }
  const revocation = { reason_code: 'issued_in_error', reason: '等级录入有误', effective_on: '2026-11-20' }
  await as('assessor').post(`/api/v1/certificates/${revoked!.id}/revocation`, revocation, key)
  await as('assessor').post(
    `/api/v1/certificates/${replaced!.id}/replacement`,
    { reason: '遗失' },
    { key: 'r'.repeat(20) },
  )
})
afterAll(() => w.close())
beforeEach(async () => {
  w.clock.now = new Date('2026-11-23T02:00:00Z')
  w.faults.length = 0
  await w.db.deleteFrom('rate_limits').execute()
})

const quickly = (url: string, headers: Record<string, string> = {}, remoteAddress = 'unknown') =>
  w.app.quick({ method: 'GET', url, headers, socket: { remoteAddress } } as never)
const UNKNOWN = 'S000033999901265999999'

describe('the quick door', () => {
  const PATHS = (): string[] => [
    ...known
      .slice(0, 3)
      .flatMap(({ number, token, holder_name, id_number_masked }) => [
        `/api/v1/verify/${number}`,
        `/api/v1/verify/${number}?name=${encodeURIComponent(holder_name)}`,
        `/api/v1/verify/${number}?id_last4=${id_number_masked.slice(-4)}`,
        `/api/v1/verify/${number}?name=${encodeURIComponent('别人')}`,
        `/v/${token}`,
      ]),
    `/api/v1/verify/${UNKNOWN}`,
    `/api/v1/verify/${UNKNOWN}?id_last4=0000`,
  ]
  test('answers what the long way answers, header by header', async () => {
    for (const headers of [{}, { 'accept-language': 'en' }, { cookie: 'huyu_theme=dark; huyu_size=large' }])
      for (const path of PATHS()) {
        const id = { 'x-request-id': 'same-request', ...headers }
        const quick = (await quickly(path, id))!
        const long = await as(null).get(path, id)
        expect([path, quick.body]).toEqual([path, await long.text()])
        const { 'content-length': _, ...theirs } = Object.fromEntries(long.headers)
        const { 'Content-Length': __, ...ours } = quick.headers
        const lower = Object.fromEntries(Object.entries(ours).map(([name, value]) => [name.toLowerCase(), value]))
        expect([path, lower]).toEqual([path, theirs])
        await w.db.deleteFrom('rate_limits').execute()
      }
    expect(w.faults).toEqual([])
  })

  test('leaves to the long way what it does not know, and what is to be refused', async () => {
    const [one] = known
    for (const url of [
      `/v/${'A'.repeat(22)}`,
      '/v/file',
      `/v/${one!.token}/x`,
      '/api/v1/verify/',
      `/api/v1/verify/${'9'.repeat(61)}`,
      `/api/v1/verify/X?id_last4=12345`,
      '/api/v1/verify/%E0%A4%A',
    ])
      expect([url, await quickly(url)]).toEqual([url, null])
    expect(await w.app.quick({ method: 'POST', url: `/v/${one!.token}`, headers: {} } as never)).toBe(null)
    for (let at = 0; at < 30; at++) await quickly('/api/v1/verify/X')
    expect(await quickly('/api/v1/verify/X')).toBe(null)
    expect((await as(null).get('/api/v1/verify/X')).status).toBe(429)
  })

  test('of those who ask in the same moment each is told what was asked, and every proof that is tried is counted', async () => {
    const paths = PATHS()
    const alone: (string | undefined)[] = []
    for (const path of paths) alone.push((await quickly(path))?.body)
    await w.db.deleteFrom('rate_limits').execute()
    const together = await Promise.all(paths.map((path) => quickly(path)))
    expect(together.map((answer) => answer?.body)).toEqual(alone)
    const guesses = Array.from({ length: 35 }, (_, at) =>
      quickly(`/api/v1/verify/${known[4]!.number}?id_last4=0000`, {}, `192.0.2.${at}`),
    )
    const answered = (await Promise.all(guesses)).filter((answer) => answer !== null)
    expect(answered.length).toBe(30)
  })

  test('no answer is kept by a cache or a search engine', async () => {
    for (const path of [`/v/${known[0]!.token}`, `/api/v1/verify/${known[0]!.number}`])
      expect((await quickly(path))!.headers['Cache-Control']).toBe('no-store')
    expect((await quickly(`/v/${known[0]!.token}`))!.body).toContain('<meta name="robots" content="noindex"/>')
    expect((await quickly(`/v/${known[0]!.token}`))!.body).not.toContain(known[0]!.holder_name)
  })
})

describe('who guesses numbers or holders', () => {
  const ask = async (number: string, proof: string) => (await quickly(`/api/v1/verify/${number}${proof}`))!
  test('costs the register the same work for a number nobody bears as for one not proven: the same statements, the same opening', async () => {
    const statements = vi.spyOn(w.db, 'executeQuery')
    const opened = vi.spyOn(w.deps.vault, 'open')
    for (const proof of ['', '?name=%E5%88%AB%E4%BA%BA', '?id_last4=0000', '?name=%E5%88%AB%E4%BA%BA&id_last4=0000']) {
      const work = async (number: string) => {
        await ask(number, proof)
        const done = [statements.mock.calls.map(([query]) => (query as { sql: string }).sql), opened.mock.calls.length]
        statements.mockClear()
        opened.mockClear()
        return done
      }
      await work(UNKNOWN)
      const [unknown, unproven] = [await work(UNKNOWN), await work(known[0]!.number)]
      expect([proof, unknown]).toEqual([proof, unproven])
    }
    statements.mockRestore()
    opened.mockRestore()
  })

  test('learns nothing by the clock: medians of turns taken in turn do not differ', async () => {
    const took: [number[], number[]] = [[], []]
    for (let at = 0; at < 150; at++)
      for (const [which, number] of [UNKNOWN, known[0]!.number].entries()) {
        const started = performance.now()
        await quickly(`/api/v1/verify/${number}?id_last4=0000`, {})
        took[which]!.push(performance.now() - started)
        if (at % 10 === 9) await w.db.deleteFrom('rate_limits').execute()
      }
    const median = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]!
    const ratio = median(took[0]) / median(took[1])
    expect(ratio).toBeGreaterThan(0.6)
    expect(ratio).toBeLessThan(1.67)
  })

  test('may try 30 proofs an hour of a number, whether anybody bears it or not', async () => {
    for (const number of [UNKNOWN, known[0]!.number]) {
      for (let at = 0; at < 30; at++) {
        await as(null).get(`/api/v1/verify/${number}?id_last4=000${at % 10}`)
        await w.db.deleteFrom('rate_limits').where('key', 'like', 'verify:%').execute()
      }
      expect((await as(null).get(`/api/v1/verify/${number}?id_last4=0000`)).status).toBe(429)
    }
  })

  test('is not noted with what they typed', async () => {
    await as(null).get(`/api/v1/verify/${'330106198001010028'}?name=${encodeURIComponent('某人')}`)
    const { rows } = await sql<{ key: string }>`select key from rate_limits`.execute(w.db)
    expect(rows.map(({ key }) => key).join()).not.toMatch(/330106198001010028|某人/)
  })
})

describe('counting an address in the process', () => {
  test('refuses at the limit at once, and over several processes within moments', async () => {
    const processes = [sharedRates(w.db, 10), sharedRates(w.db, 10)]
    const use = (which: number) => processes[which]!(w.db, w.clock.now, 'verify:address', 30, 60)
    for (let at = 0; at < 30; at++) await use(0)
    await expect(use(0)).rejects.toMatchObject({ code: 'rate.limited' })
    await expect
      .poll(async () => (await w.db.selectFrom('rate_limits').select('count').executeTakeFirst())?.count)
      .toBe(31)
    await use(1)
    await expect
      .poll(() =>
        use(1).then(
          () => 'let through',
          () => 'refused',
        ),
      )
      .toBe('refused')
    w.clock.now = new Date(w.clock.now.getTime() + 61_000)
    await use(0)
    await use(1)
  })
})

describe('a file that is presented', () => {
  const fileOf = async (at: number) =>
    new Uint8Array(await (await as('assessor').get(`/api/v1/certificates/${known[at]!.id}.pdf`)).arrayBuffer())
  const post = (body: Uint8Array | string, headers: Record<string, string> = {}) =>
    as(null).send('POST', '/api/v1/verify', {
      body: body as BodyInit,
      headers: { 'content-type': 'application/pdf', ...headers },
    })
  const present = async (body: Uint8Array) => (await post(body)).json()
  const page = (bytes: Uint8Array | null) =>
    as(null).upload('/v/file', { file: new File(bytes ? [bytes as BlobPart] : [], bytes ? '证书.pdf' : '') })

  test('as it was issued, is said to be, with its signature and what became of the certificate', async () => {
    expect(await present(await fileOf(0))).toMatchObject({
      file: 'original',
      proofs: { signature: 'valid' },
      differing: [],
      certificate: { number: known[0]!.number, status: 'valid', level: 5 },
    })
    expect((await present(await fileOf(1))).certificate.status).toBe('revoked')
    expect((await present(await fileOf(2))).certificate.status).toBe('replaced')
    const multipart = await as(null).upload('/api/v1/verify', {
      file: new File([(await fileOf(0)) as BlobPart], 'a.pdf'),
    })
    expect(await multipart.json()).toMatchObject({ file: 'original' })
  })

  test('with one byte changed is said to be changed, and which proof is broken', async () => {
    const pdf = await fileOf(0)
    const at = Buffer.from(pdf).indexOf('/Title')
    pdf[at + 12] = pdf[at + 12]! ^ 1
    const answer = await present(pdf)
    expect(answer).toMatchObject({ file: 'changed', proofs: { signature: 'altered', credential: 'valid' } })
    expect(answer.certificate).toMatchObject({ number: known[0]!.number, status: 'valid' })
  })

  test('with something added behind the signature is changed too', async () => {
    const pdf = await fileOf(0)
    const answer = await present(new Uint8Array([...pdf, ...new TextEncoder().encode('\n% more\n')]))
    expect(answer).toMatchObject({ file: 'changed', proofs: { signature: 'altered' } })
  })

  test('of somebody else is not of this register, and tells nothing', async () => {
    const strange = new TextEncoder().encode('%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF')
    expect(await present(strange)).toMatchObject({ file: 'unknown', certificate: null })
    const html = await (await page(strange)).text()
    expect(html).toContain('不是本系统签发的文件')
  })

  test('that is no PDF, is missing or too large is refused in words, on the page beside the field', async () => {
    for (const [body, status, code] of [
      [new TextEncoder().encode('hello'), 422, 'file.not_pdf'],
      [new Uint8Array(0), 422, 'file.missing'],
      [new Uint8Array(2 * 2 ** 20 + 1), 413, 'file.too_large'],
      [new Uint8Array(3 * 2 ** 20), 413, 'file.too_large'],
    ] as const) {
      const answer = await post(body)
      expect([answer.status, (await answer.json()).code]).toEqual([status, code])
    }
    const missing = await page(null)
    expect(missing.status).toBe(422)
    expect(await missing.text()).toContain('请选择证书的 PDF 文件')
    expect(await (await page(new TextEncoder().encode('hello'))).text()).toContain('这不是 PDF 文件')
  })

  test('is answered on a page that works without scripts: word, state, proofs, and what to do', async () => {
    const html = await (await page(await fileOf(0))).text()
    for (const word of ['文件是签发的原件', '真实有效', '发证机构签名', '没有保存']) expect(html).toContain(word)
    const revoked = await (await page(await fileOf(1))).text()
    for (const word of ['文件是签发的原件', '已撤销', '2026-11-20', '请联系发证机构']) expect(revoked).toContain(word)
    expect(await (await page(await fileOf(2))).text()).toContain('请查新证书')
    const form = await (await as(null).page('/v')).text()
    expect(form).toMatch(/<form method="post" action="\/v\/file" enctype="multipart\/form-data"/)
    expect((await as(null).page('/v/file')).headers.get('location')).toBe('/v')
  })

  test('is limited like every look-up', async () => {
    for (let at = 0; at < 30; at++) await post('%PDF-nothing')
    expect((await post('%PDF-nothing')).status).toBe(429)
    expect((await page(new TextEncoder().encode('%PDF-')))?.status).toBe(429)
  })

  test('that would unpack to gigabytes is not unpacked', async () => {
    const { zlibSync } = await import('fflate')
    const head = '%PDF-1.7\n1 0 obj<</Filter/FlateDecode>>stream\n'
    const bomb = new Uint8Array([
      ...Buffer.from(head),
      ...zlibSync(new Uint8Array(2 ** 25)),
      ...Buffer.from('\nendstream'),
    ])
    expect(unpacksWithin(bomb, 2 ** 24)).toBe(false)
    expect(unpacksWithin(new TextEncoder().encode('%PDF-1.7 <</Filter [/FlateDecode /FlateDecode]>>'), 2 ** 24)).toBe(
      false,
    )
    expect(unpacksWithin(await fileOf(0), 2 ** 24)).toBe(true)
    expect(await present(bomb)).toMatchObject({ file: 'unknown', proofs: {} })
  })
})
