/** Roster checks: the purpose on record, the signed report, names that go in time, and the holder who sees who asked. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { addAccount } from '../../src/access/actions.ts'
import { requestBatch } from '../../src/credentials/batches.ts'
import { base64ToBytes } from '../../src/platform/bytes.ts'
import { applyRetention, listRetentionRules } from '../../src/privacy/retention.ts'
import { clientsOf } from '../support/answers.ts'
import { graduates } from '../support/graduates.ts'
import { PASSWORD, type World, world } from '../support/world.ts'

let w: World
const as = clientsOf(() => w)
let certificates: { id: string; number: string; holder_name: string; person_id: string }[]
const CHECKS = '/api/v1/certificate-checks'

beforeAll(async () => {
  w = await world()
  const class_id = await graduates(w, 4)
  const assessor = await w.context('assessor')
  const days = { issued_on: '2026-06-20', valid_until: null }
  await w.db
    .transaction()
    .execute((tx) => requestBatch(tx, assessor, { class_id, kind: 'skill_level', reason: null, ...days } as never))
  await w.runJobs()
  certificates = await w.db
    .selectFrom('certificates')
    .select(['id', 'number', 'holder_name', 'person_id'])
    .orderBy('number')
    .execute()
  const admin = await w.context('admin')
  await w.db.transaction().execute((tx) =>
    addAccount(tx, admin, {
      ...{ username: 'carer', display_name: '持证人', role: 'carer', password: PASSWORD },
      person_id: certificates[0]!.person_id,
    }),
  )
})
afterAll(() => w.close())
beforeEach(async () => {
  w.clock.now = new Date('2026-11-23T02:00:00Z')
  w.faults.length = 0
  await w.db.deleteFrom('rate_limits').execute()
})

const items = () => certificates.map(({ number, holder_name: name }) => ({ number, name }))

describe('the purpose of a check', () => {
  test('is of a closed list, kept with the check and written into the history', async () => {
    const answer = await as('facility').post(CHECKS, { purpose: 'hiring', items: items() })
    expect(answer.status).toBe(201)
    const check = await answer.json()
    expect(check).toMatchObject({ purpose: 'hiring', names_erased_at: null, summary: { valid: 4 } })
    const event = await w.db
      .selectFrom('history_events')
      .select('changes')
      .where('subject_id', '=', check.id)
      .executeTakeFirstOrThrow()
    expect(event.changes).toMatchObject({ purpose: 'hiring', rows: 4 })
    expect((await as('facility').post(CHECKS, { purpose: 'curiosity', items: items() })).status).toBe(422)
  })

  test('is what a page asks for, and what a caller that names none has not stated', async () => {
    expect((await as('facility').submit('/console/checks', { rows: `${certificates[0]!.number}\t某人` })).status).toBe(
      422,
    )
    expect((await (await as('facility').post(CHECKS, { items: items() })).json()).purpose).toBe('not_stated')
  })
})

describe('the signed report', () => {
  const made = async () => (await as('facility').post(CHECKS, { purpose: 'allowance', items: items() })).json()
  const reportOf = async (id: string) => as('facility').get(`${CHECKS}/${id}/report`)
  const verify = async (report: string) =>
    (await as(null).post(`${CHECKS}/verification`, { report })).json() as Promise<Record<string, unknown>>

  test('says who asked, why, when and every row, signed by the authority of the division', async () => {
    const check = await made()
    const answer = await reportOf(check.id)
    expect(answer.headers.get('content-type')).toBe('application/jose')
    const report = await answer.text()
    const payload = JSON.parse(new TextDecoder().decode(base64ToBytes(report.split('.')[1]!)))
    expect(payload).toMatchObject({
      jti: check.id,
      purpose: 'allowance',
      asked_by: { organisation: '示例西湖颐养院' },
      rows_sha256: check.sha256,
      summary: { valid: 4 },
    })
    expect(payload.rows.map(({ number, status }: Record<string, string>) => [number, status])).toEqual(
      certificates.map(({ number }) => [number, 'valid']),
    )
    expect(await verify(report)).toMatchObject({
      verdict: 'valid',
      signed_by: '示例西湖区民政局',
      asked_by: '示例西湖颐养院',
      purpose: 'allowance',
      rows: 4,
      checked_at: '2026-11-23T02:00:00.000Z',
    })
  })

  test('with a row changed, or of another hand, is told so; what is no report is unreadable', async () => {
    const report = await (await reportOf((await made()).id)).text()
    const [head, body, signature] = report.split('.') as [string, string, string]
    const text = new TextDecoder().decode(base64ToBytes(body)).replace('"valid"', '"expired"')
    const changed = [head, Buffer.from(text).toString('base64url'), signature].join('.')
    expect((await verify(changed)).verdict).toBe('altered')
    const stranger = Buffer.from(JSON.stringify({ alg: 'ES256', typ: 'certificate-check+jwt', kid: 'x' })).toString(
      'base64url',
    )
    expect((await verify([stranger, body, signature].join('.'))).verdict).toBe('unknown_key')
    expect(await verify('nonsense')).toMatchObject({ verdict: 'unreadable', rows: null })
    const credential = await w.db.selectFrom('certificate_proofs').select('credential_jwt').executeTakeFirstOrThrow()
    expect((await verify(credential.credential_jwt!)).verdict).toBe('unreadable')
    expect((await as(null).post(`${CHECKS}/verification`, {})).status).toBe(422)
  })

  test('belongs to whoever asked; for others there is none', async () => {
    const { id } = await made()
    expect((await as('facility2').get(`${CHECKS}/${id}/report`)).status).toBe(404)
    expect((await as('auditor').get(`${CHECKS}/${id}/report`)).status).toBe(403)
    expect((await as(null).get(`${CHECKS}/${id}/report`)).status).toBe(401)
    const page = await (await as('facility').page(`/console/checks/${id}`)).text()
    for (const word of ['津贴申报', '示例西湖颐养院', '下载签名报告', '签名密钥']) expect(page).toContain(word)
  })

  test('an institution of a division without an authority signs itself', async () => {
    const { id } = await (await as('facility2').post(CHECKS, { purpose: 'periodic', items: items() })).json()
    const report = await (await as('facility2').get(`${CHECKS}/${id}/report`)).text()
    expect(await verify(report)).toMatchObject({ verdict: 'valid', signed_by: '示例上城颐养院' })
  })
})

describe('names on a roster', () => {
  test('go after 90 days with the signed report; numbers and answers stay, and nothing else can be changed', async () => {
    const { id } = await (await as('facility').post(CHECKS, { purpose: 'hiring', items: items() })).json()
    const change = (set: object) => w.db.updateTable('certificate_checks').set(set).where('id', '=', id).execute()
    await expect(change({ purpose: 'periodic' })).rejects.toThrow(/append-only/)
    await expect(change({ rows: '[]', names_erased_at: w.clock.now })).rejects.toThrow(/append-only/)
    w.clock.now = new Date('2027-02-22T02:00:00Z')
    const rule = (await listRetentionRules(w.db)).find(({ code }) => code === 'roster-checks')!
    expect(rule).toMatchObject({ active: true, erases: true, keep_days: 90 })
    const admin = await w.context('admin')
    expect(await w.db.transaction().execute((tx) => applyRetention(tx, admin, rule))).toBeGreaterThan(0)
    expect(await w.db.transaction().execute((tx) => applyRetention(tx, admin, rule))).toBe(0)
    const kept = await (await as('facility').get(`${CHECKS}/${id}`)).json()
    expect(kept.rows[0]).toMatchObject({ number: certificates[0]!.number, status: 'valid' })
    expect(JSON.stringify(kept.rows)).not.toContain(certificates[0]!.holder_name)
    expect((await as('facility').get(`${CHECKS}/${id}/report`)).status).toBe(404)
    expect((await as('facility').page(`/console/checks/${id}`)).status).toBe(200)
  })
})

describe('a sheet', () => {
  const send = (text: string) =>
    as('facility').upload('/console/checks', { purpose: 'hiring', file: new File([text], '名单.csv'), rows: '' })

  test('is read by its headings, whatever their order', async () => {
    const { number, holder_name } = certificates[1]!
    const answer = await send(`姓名,备注,证书编号\n${holder_name},在岗,${number}\n`)
    expect(answer.status).toBe(303)
    expect(await (await as('facility').page(answer.headers.get('location')!)).text()).toContain(number)
  })

  test('without the two columns is refused with the headings it has', async () => {
    const answer = await send('编号\n1\n')
    expect(answer.status).toBe(422)
    expect(await answer.text()).toContain('表头是：编号')
  })
})

describe('the holder', () => {
  const asked = async () => (await (await as('carer').get('/api/v1/my-record/certificate-checks')).json()).items

  test('sees which institution checked, when and why, and which office looked up; strangers leave no trace', async () => {
    const before = (await asked()).length
    const [first] = items()
    await as('facility').post(CHECKS, { purpose: 'complaint', items: [first!, first!] })
    await as('facility2').post(CHECKS, { purpose: 'hiring', items: [{ ...first!, name: '别人' }] })
    await as('district2').post(`/api/v1/certificates/${certificates[0]!.id}/registry-checks`, {
      ...{ registry: 'osta', result: 'found', checked_on: '2026-11-22', evidence: '截图 1' },
    })
    await as(null).get(`/api/v1/verify/${first!.number}?name=${encodeURIComponent(first!.name)}`)
    const items_ = await asked()
    expect(items_.length).toBe(before + 3)
    const told = items_.map(({ what, asked_by, purpose, result }: Record<string, string>) => [
      what,
      asked_by,
      purpose,
      result,
    ])
    expect(told).toEqual(
      expect.arrayContaining([
        ['roster', '示例西湖颐养院', 'complaint', 'valid'],
        ['roster', '示例上城颐养院', 'hiring', 'name_mismatch'],
        ['registry', '上城区', null, 'found'],
      ]),
    )
    const page = await (await as('carer').page('/console/my-certificate-checks')).text()
    for (const word of ['示例西湖颐养院', '投诉举报核查', '入职核验', '扫码或凭编号查验的人不留名'])
      expect(page).toContain(word)
  })

  test('is the only one who sees it', async () => {
    for (const username of ['facility', 'district', 'admin'])
      expect((await as(username).get('/api/v1/my-record/certificate-checks')).status).toBe(403)
  })
})

test('1,000 rows are one look-up: the statements do not grow with the rows', async () => {
  const many = Array.from({ length: 1000 }, (_, at) => items()[at] ?? { number: `X${at}99999`, name: '某人' })
  const started = performance.now()
  const answer = await as('facility').post(CHECKS, { purpose: 'periodic', items: many })
  expect(answer.status).toBe(201)
  expect((await answer.json()).summary).toMatchObject({ valid: 4, not_found: 996 })
  expect(performance.now() - started).toBeLessThan(5000)
  expect((await as('facility').post(CHECKS, { purpose: 'periodic', items: [...many, many[0]] })).status).toBe(422)
})
