/** What others state: certificates issued elsewhere, and what the bank did with each payment. */

import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { demoPerson } from '../../db/demo-people.ts'
import { decide } from '../../src/allowances/evaluate.ts'
import { peopleOf } from '../../src/allowances/fact-rows.ts'
import { readFacts } from '../../src/allowances/facts.ts'
import { usableRules } from '../../src/allowances/usable-rules.ts'
import { readVersions, versionIn } from '../../src/allowances/versions.ts'
import { correctExternalCertificate } from '../../src/credentials/external.ts'
import { certificates as certificatesKind } from '../../src/imports/kinds/certificates.ts'
import { paymentResults as paymentKind } from '../../src/imports/kinds/payment-results.ts'
import type { ImportKind, Values } from '../../src/imports/rules.ts'
import type { Refusal } from '../../src/platform/errors.ts'
import { type Value, writeCsv } from '../../src/platform/workbook.ts'
import { allowanceWorld, CONFIRMATION } from '../support/allowance-world.ts'
import { clientsOf } from '../support/answers.ts'
import { reviewRun } from '../support/reviewing.ts'
import { type World, world } from '../support/world.ts'

const HZ = 'hz-special-post'
let w: World
let facts: Awaited<ReturnType<typeof allowanceWorld>>
beforeAll(async () => {
  w = await world()
  facts = await allowanceWorld(w)
  await ok(as('admin').post(`/api/v1/schemes/${HZ}/versions/1/confirmation`, CONFIRMATION, key()))
})
afterAll(() => w.close())

const as = clientsOf(() => w)
let keys = 0
const key = () => ({ key: `outside-${++keys}` })
// biome-ignore lint/suspicious/noExplicitAny: answers are asserted field by field
async function ok<T = any>(answer: Response | Promise<Response>): Promise<T> {
  const response = await answer
  if (!response.ok) expect.fail(`${response.status} ${await response.text()}`)
  return response.json() as Promise<T>
}
/** Status and the codes of all faults, or the one code. */
async function refused(answer: Promise<Response>): Promise<[number, ...string[]]> {
  const response = await answer
  const { code, errors } = (await response.json()) as { code: string; errors?: { pointer: string; code: string }[] }
  return [response.status, ...(errors?.map((one) => `${one.pointer} ${one.code}`) ?? [code])]
}
const text = async (answer: Response | Promise<Response>) => (await answer).text()

let serials = 0
/** A number of an assessor outside this register: level 4, 2025. */
const number = (level = 4, year = 25) => `S0000339998${'01'}${year}${level}${String(++serials).padStart(6, '0')}`
const stated = (change: object = {}) => ({
  ...{ number: number(), kind: 'skill_level', occupation_code: '4-10-01-05', level: 4 },
  ...{ issuer_name: '示例省外评价中心', issued_on: '2025-06-10' },
  ...change,
})
const finding = { registry: 'osta', result: 'found', checked_on: '2026-11-20', evidence: '截图 2026-11-20-001' }
const PATH = '/api/v1/external-certificates'
const record = (body: object, client = as('facility')) => client.post(PATH, body)
const look = (id: string, change: object = {}, client = as('district')) =>
  client.post(`${PATH}/${id}/checks`, { ...finding, ...change })
/** Due everything but a certificate. */
const uncertified = () => facts.carer({ level: null })
const eventsOf = (id: string) =>
  w.db.selectFrom('history_events').select(['kind', 'reason', 'changes']).where('subject_id', '=', id).execute()
async function thrown(act: () => Promise<unknown>): Promise<string> {
  try {
    await act()
  } catch (error) {
    return (error as { code?: string }).code ?? String(error)
  }
  return 'done'
}

describe('a certificate issued elsewhere', () => {
  test('is recorded by who has the holder on the roster, once; said again it changes nothing', async () => {
    const { id } = await uncertified()
    const body = { person_id: id, ...stated({ number: ' s0000339998-0125400 9001 ' }) }
    const made = await record(body)
    expect([made.status, made.headers.get('location')]).toEqual([201, expect.stringContaining(`${PATH}/`)])
    const first = await made.json()
    expect(first).toMatchObject({
      ...{ number: 'S000033999801254009001', state: 'unchecked', revision: 1, change: 'new' },
      ...{ occupation_name: '养老护理员', registry: null, person_id: id, warnings: [] },
    })
    expect(await ok(record(body))).toMatchObject({ id: first.id, revision: 1, change: 'same' })
    expect((await eventsOf(id)).map(({ kind }) => kind)).toEqual(['external_certificate.recorded'])
    expect(await ok(as('district').get(`${PATH}?person_id=${id}`))).toMatchObject({ items: [{ id: first.id }] })
    expect(await ok(as('facility2').get(`${PATH}?person_id=${id}`))).toMatchObject({ items: [] })
    expect((await as('facility2').get(`${PATH}/${first.id}`)).status).toBe(404)
  })

  test('is refused with every fault at once', async () => {
    const { id } = await uncertified()
    const wrong = stated({
      number: '没有',
      occupation_code: '9-99',
      issued_on: '2027-01-01',
      valid_until: '2026-12-31',
    })
    expect(await refused(record({ person_id: id, ...wrong }))).toEqual([
      422,
      '/number certificate_number.impossible',
      '/issued_on external_certificate.future',
      '/valid_until external_certificate.valid_until',
      '/occupation_code external_certificate.occupation_unknown',
    ])
    expect(await refused(record({ person_id: id, ...stated({ number: '3.30126E+15' }) }))).toEqual([
      422,
      '/number certificate_number.impossible',
    ])
    expect(await refused(record({ person_id: id, ...stated() }, as('facility2')))).toEqual([
      422,
      '/person_id person.unknown',
    ])
    for (const role of ['district', 'assessor', 'finance'])
      expect((await record({ person_id: id, ...stated() }, as(role))).status).toBe(403)
  })

  test('of this register is refused, as is one of somebody else', async () => {
    const own = await facts.carer()
    const { number } = await w.db
      .selectFrom('certificates')
      .select('number')
      .where('id', '=', own.certificate_id)
      .executeTakeFirstOrThrow()
    expect(await refused(record({ person_id: own.id, ...stated({ number }) }))).toEqual([
      422,
      '/number external_certificate.issued_here',
    ])
    const [one, other] = [await uncertified(), await uncertified()]
    const body = stated()
    await ok(record({ person_id: one.id, ...body }))
    expect(await refused(record({ person_id: other.id, ...body }))).toEqual([
      422,
      '/number external_certificate.other_person',
    ])
  })

  test('whose number disagrees with what is said of it is let in with a warning', async () => {
    const { id } = await uncertified()
    const odd = stated({ number: number(3, 24), level: 4 })
    const { warnings } = await ok(record({ person_id: id, ...odd }))
    expect(warnings.map(({ code }: { code: string }) => code)).toEqual([
      'certificate_number.level_differs',
      'certificate_number.year_differs',
    ])
    const old = stated({ number: '1933000000412345', issued_on: '2019-05-05' })
    expect((await ok(record({ person_id: id, ...old }))).warnings).toMatchObject([
      { code: 'external_certificate.kind_differs' },
    ])
  })

  test('another statement about it corrects it, and what was found of it no longer counts', async () => {
    const { id } = await uncertified()
    const body = stated()
    const made = await ok(record({ person_id: id, ...body }))
    expect(await ok(look(made.id))).toEqual({ recorded: 1 })
    expect(await ok(as('facility').get(`${PATH}/${made.id}`))).toMatchObject({ state: 'found', registry: 'osta' })
    const path = `${PATH}/${made.id}/correction`
    expect((await as('facility').post(path, { level: 3 })).status).toBe(422)
    expect((await as('facility2').post(path, { level: 3, reason: '看错等级' })).status).toBe(404)
    expect(await ok(as('facility').post(path, { level: 3, reason: '看错等级' }))).toMatchObject({
      ...{ id: made.id, level: 3, revision: 2, state: 'recheck', change: 'changed' },
      warnings: [{ code: 'certificate_number.level_differs' }],
    })
    expect(await ok(as('facility').post(path, { level: 3, reason: '再说一遍' }))).toMatchObject({ change: 'same' })
    expect((await eventsOf(id)).at(-1)).toMatchObject({
      ...{ kind: 'external_certificate.corrected', reason: '看错等级' },
      changes: { level: [4, 3] },
    })
    expect(await ok(record({ person_id: id, ...body, issuer_name: '示例第二评价中心', level: 3 }))).toMatchObject({
      ...{ change: 'changed', revision: 3, issuer_name: '示例第二评价中心' },
    })
    const { items } = await ok(as('facility').get(`${PATH}/${made.id}/checks`))
    expect(items).toMatchObject([{ revision: 1, result: 'found' }])
    const rows = await w.db.selectFrom('external_certificates').selectAll().where('id', '=', made.id).execute()
    expect(rows.map(({ revision, level }) => [revision, level]).sort()).toEqual([
      [1, 4],
      [2, 3],
      [3, 3],
    ])
  })

  test('is not corrected into one that is on record', async () => {
    const [one, other] = [await uncertified(), await uncertified()]
    const [first, second, third] = [stated(), stated(), stated()]
    await ok(record({ person_id: one.id, ...first }))
    const { id } = await ok(record({ person_id: one.id, ...second }))
    await ok(record({ person_id: other.id, ...third }))
    const correct = (number: string) => as('facility').post(`${PATH}/${id}/correction`, { number, reason: '编号有误' })
    expect(await refused(correct(first.number))).toEqual([422, '/number external_certificate.recorded_already'])
    expect(await refused(correct(third.number))).toEqual([422, '/number external_certificate.other_person'])
  })

  test('is withdrawn with a reason; its number is free again', async () => {
    const [one, other] = [await uncertified(), await uncertified()]
    const body = stated()
    const { id } = await ok(record({ person_id: one.id, ...body }))
    expect((await as('facility').post(`${PATH}/${id}/withdrawal`, {})).status).toBe(422)
    expect((await as('facility2').post(`${PATH}/${id}/withdrawal`, { reason: '不是她的' })).status).toBe(404)
    await ok(as('facility').post(`${PATH}/${id}/withdrawal`, { reason: '不是她的' }))
    expect((await as('facility').get(`${PATH}/${id}`)).status).toBe(404)
    expect((await as('facility').post(`${PATH}/${id}/withdrawal`, { reason: '不是她的' })).status).toBe(404)
    expect(await ok(record({ person_id: other.id, ...body }))).toMatchObject({ change: 'new' })
    expect((await eventsOf(one.id)).at(-1)).toMatchObject({
      kind: 'external_certificate.withdrawn',
      reason: '不是她的',
    })
  })

  test('is looked up by officers of the division alone, on a day that can be', async () => {
    const { id: person_id } = await uncertified()
    const { id } = await ok(record({ person_id, ...stated() }))
    expect((await look(id, {}, as('facility'))).status).toBe(403)
    expect((await look(id, {}, as('district_nb'))).status).toBe(404)
    for (const checked_on of ['2026-11-24', '2025-06-09'])
      expect(await refused(look(id, { checked_on }))).toEqual([422, '/checked_on registry_check.checked_on'])
    const state = async () => (await ok(as('facility').get(`${PATH}/${id}`))).state
    await ok(look(id, { result: 'not_found', checked_on: '2026-10-01' }))
    expect(await state()).toBe('not_found')
    await ok(look(id, { result: 'mismatch', registry: 'zheli_kangyang', checked_on: '2026-10-02' }))
    expect(await state()).toBe('mismatch')
    await ok(look(id))
    expect(await state()).toBe('found')
    const { items } = await ok(as('district').get(`${PATH}?state=found&person_id=${person_id}`))
    expect(items).toMatchObject([{ id }])
    expect((await eventsOf(person_id)).filter(({ kind }) => kind === 'external_certificate.checked')).toHaveLength(3)
  })

  test('the database keeps checks as they are, one number for one holder, and no certificate of its own', async () => {
    const own = await facts.carer()
    const { number: issued } = await w.db
      .selectFrom('certificates')
      .select('number')
      .where('id', '=', own.certificate_id)
      .executeTakeFirstOrThrow()
    const { id: person_id } = await uncertified()
    const body = stated()
    const { id } = await ok(record({ person_id, ...body }))
    await ok(look(id))
    const row = { ...body, person_id, occupation_name: '养老护理员', organisation_id: w.org.home }
    const insert = (change: object) => () =>
      w.db
        .insertInto('external_certificates')
        .values({ ...row, ...change })
        .execute()
    expect(await thrown(insert({}))).toBe('23505')
    expect(await thrown(insert({ number: issued }))).toBe('HY002')
    expect(await thrown(insert({ number: number(), level: 6 }))).toBe('23514')
    expect(await thrown(insert({ number: number(), valid_until: '2025-06-10' }))).toBe('23514')
    expect(await thrown(insert({ number: '中文' }))).toBe('23514')
    expect(await thrown(() => w.db.updateTable('external_certificate_checks').set({ result: 'found' }).execute())).toBe(
      'HY001',
    )
    expect(await thrown(() => w.db.deleteFrom('external_certificate_checks').execute())).toBe('HY001')
    const check = { ...finding, certificate_id: id }
    const checkOf = (revision: number) => () =>
      w.db
        .insertInto('external_certificate_checks')
        .values({ ...check, revision })
        .execute()
    expect(await thrown(checkOf(2))).toBe('HY002')
    expect(await thrown(checkOf(1))).toBe('done')
  })
})

describe('an allowance', () => {
  const decideAt = async (id: string, cutoff: string, month = '2026-10') => {
    const version = versionIn(await readVersions(w.db, HZ), HZ, month)
    const rules = usableRules(version)
    const of = await readFacts(w.db, await peopleOf(w.db, [id]), { cutoff, months: [month], rules: [rules] })
    return decide(of(id), rules, month)
  }
  const instant = async () =>
    (await sql<{ at: string }>`select clock_timestamp()::text as at`.execute(w.db)).rows[0]!.at
  const reasons = async (id: string) => {
    const { items } = await ok(as('district').get(`/api/v1/people/${id}/entitlements?month=2026-10&scheme=${HZ}`))
    return items[0]
  }

  test('rests on a certificate of another body once it was found, and never before', async () => {
    const { id } = await uncertified()
    const made = await ok(record({ person_id: id, ...stated() }))
    expect(await reasons(id)).toMatchObject({ outcome: 'refused', level: null, certificate_id: null })
    const shown = async () => (await ok(as('facility').get(`/api/v1/people/${id}`))).level
    expect(await shown()).toBeNull()
    const before = await instant()
    await ok(look(made.id, { result: 'not_found', checked_on: '2026-11-01' }))
    expect((await reasons(id)).outcome).toBe('refused')
    expect(await shown()).toBeNull()
    await ok(look(made.id))
    expect(await shown()).toBe(4)
    const paid = await reasons(id)
    expect(paid).toMatchObject({ outcome: 'payable', amount_fen: 40000, level: 4, certificate_id: made.id })
    const evidence = Object.fromEntries(
      paid.reasons.map((reason: { code: string; evidence: object[] }) => [reason.code, reason.evidence]),
    )
    expect(evidence.certificate).toEqual([{ kind: 'external_certificate', id: made.id }])
    expect(evidence.registry).toMatchObject([{ kind: 'external_certificate_check' }])
    expect(await decideAt(id, before)).toMatchObject({ outcome: 'refused', certificate: null })
    expect(await decideAt(id, 'now')).toMatchObject({ outcome: 'payable', entitlement_fen: 40000 })

    const found = await instant()
    await ok(as('facility').post(`${PATH}/${made.id}/correction`, { level: 1, reason: '想要更多' }))
    expect(await decideAt(id, 'now')).toMatchObject({ outcome: 'refused', certificate: null })
    expect(await decideAt(id, found)).toMatchObject({ outcome: 'payable', level: 4 })
    await ok(look(made.id))
    const higher = await instant()
    expect(await decideAt(id, higher)).toMatchObject({ outcome: 'payable', level: 1, entitlement_fen: 120000 })
    await ok(look(made.id, { result: 'mismatch', registry: 'zheli_kangyang', checked_on: '2026-11-21' }))
    expect(await decideAt(id, 'now')).toMatchObject({ outcome: 'refused' })
    await ok(look(made.id, { checked_on: '2026-11-22' }))
    await ok(as('facility').post(`${PATH}/${made.id}/withdrawal`, { reason: '假证' }))
    expect(await decideAt(id, 'now')).toMatchObject({ outcome: 'refused', certificate: null })
    expect(await decideAt(id, higher)).toMatchObject({ outcome: 'payable', level: 1 })
  })

  test('takes the better of both certificates, and names which it was', async () => {
    const { id, certificate_id } = await facts.carer({ level: 4 })
    const made = await ok(record({ person_id: id, ...stated({ number: number(2), level: 2 }) }))
    expect(await reasons(id)).toMatchObject({ level: 4, certificate_id })
    await ok(look(made.id))
    expect(await reasons(id)).toMatchObject({ level: 2, certificate_id: made.id, amount_fen: 80000 })
  })

  test('never rests on a vocational qualification or another occupation, whatever a register says', async () => {
    for (const change of [{ kind: 'qualification', number: '1933000000412399' }, { occupation_code: '4-10-01-06' }]) {
      const { id } = await uncertified()
      const made = await ok(record({ person_id: id, ...stated(change) }))
      await ok(look(made.id))
      expect((await reasons(id)).outcome).toBe('refused')
    }
  })

  test('that is refused though a certificate was found names it, when it counts later', async () => {
    const { id } = await uncertified()
    const made = await ok(record({ person_id: id, ...stated({ number: number(4, 26), issued_on: '2026-10-05' }) }))
    await ok(look(made.id))
    const { reasons: all, outcome } = await reasons(id)
    expect(outcome).toBe('refused')
    expect(all.find(({ code }: { code: string }) => code === 'certificate')).toMatchObject({
      ...{ met: false, earliest_month: '2026-11' },
      evidence: [{ kind: 'external_certificate', id: made.id }],
    })
  })
})

describe('the console', () => {
  test('records, corrects and withdraws a certificate on the page of its holder', async () => {
    const { id } = await uncertified()
    const person = `/console/people/${id}`
    expect(await text(as('facility').page(person))).toContain('没有登记其他机构签发的证书')
    expect(await text(as('facility').page(`${person}/external-certificates/new`))).toContain('养老护理员')
    const body = { ...stated(), level: '4', valid_until: '', evidence: '', standard_edition: '' }
    const done = await as('facility').submit(`${person}/external-certificates`, body)
    expect([done.status, done.headers.get('location')]).toEqual([303, person])
    const shown = await text(as('facility').page(person))
    for (const words of [body.number, '未核验', '示例省外评价中心', '登记外部证书']) expect(shown).toContain(words)
    const wrong = await as('facility').submit(`${person}/external-certificates`, { ...body, issued_on: '2027-01-01' })
    expect([wrong.status, await wrong.text()]).toEqual([422, expect.stringContaining('发证日期 2027-01-01 还没有到')])
    const [made] = (await ok(as('facility').get(`${PATH}?person_id=${id}`))).items
    const correction = `/console/external-certificates/${made.id}/correction`
    expect(await text(as('facility').page(correction))).toContain(body.number)
    const corrected = { ...body, issuer_name: '示例第三评价中心', evidence: '照片 3', reason: '名称有误' }
    expect((await as('facility').submit(correction, { ...corrected, reason: '' })).status).toBe(422)
    expect((await as('facility').submit(correction, corrected)).status).toBe(303)
    expect(await text(as('facility').page(person))).toContain('示例第三评价中心')
    await ok(look(made.id))
    expect(await text(as('district').page(person))).toContain('已核验')
    const withdrawal = `/console/external-certificates/${made.id}/withdrawal`
    expect(await text(as('facility').page(withdrawal))).toContain('已发的津贴可能因此追回')
    expect((await as('facility').submit(withdrawal, { reason: '' })).status).toBe(422)
    expect((await as('facility').submit(withdrawal, { reason: '不是她的' })).status).toBe(303)
    const after = await text(as('facility').page(person))
    for (const words of ['撤回外部证书', '没有登记其他机构签发的证书']) expect(after).toContain(words)
    expect(await text(as('facility').get(person, { 'accept-language': 'en' }))).toContain(
      'Certificates issued elsewhere',
    )
  })

  test('an officer ticks what was found, and it leaves the list', async () => {
    const { id: person_id } = await uncertified()
    const made = await ok(record({ person_id, ...stated() }))
    const path = '/console/registry-checks/external'
    expect(await text(as('district').page(path))).toContain(made.number)
    expect(await text(as('district').page('/console'))).toContain('待核验的外部证书')
    expect(await text(as('district').page('/console/registry-checks'))).toContain(path)
    const none = await as('district').submit(path, finding)
    expect([none.status, await none.text()]).toEqual([422, expect.stringContaining('请先勾选证书')])
    expect((await as('district').submit(path, { ...finding, certificate_ids: made.id })).status).toBe(303)
    expect(await text(as('district').page(path))).not.toContain(made.number)
    await ok(as('facility').post(`${PATH}/${made.id}/correction`, { evidence: '照片 9', reason: '补照片' }))
    const again = await text(as('district').page(path))
    for (const words of [made.number, '待复核']) expect(again).toContain(words)
    const record_ = await ok(as('district').get(`/api/v1/people/${person_id}/record`))
    expect(record_.items.map(({ kind }: { kind: string }) => kind)).toContain('external_certificate')
  })

  test('the line of a run links the certificate it rests on to its holder', async () => {
    const { id: person_id } = await uncertified()
    const made = await ok(record({ person_id, ...stated() }))
    await ok(look(made.id))
    const ask = { scheme_code: HZ, month: '2026-10', district_code: '330106' }
    const run = await ok(as('district').post('/api/v1/allowance-runs', ask, key()))
    await w.runJobs()
    const html = await text(as('district').page(`/console/runs/${run.id}/lines/${person_id}/2026-10`))
    for (const words of [`外部证书 ${made.number}`, `/console/people/${person_id}`, '全国联网查询 2026-11-20'])
      expect(html).toContain(words)
  })

  test('a sheet of certificates can be had to fill in', async () => {
    expect((await as('facility').get('/api/v1/imports/templates/certificates.xlsx')).status).toBe(200)
    expect(await text(as('facility').page('/console/imports/new?kind=certificates'))).toContain('证书编号')
  })
})

/** What a kind says of rows, and what it writes of the good ones. */
async function check<F>(kind: ImportKind<F>, username: string, subject: string | null, rows: Values[]) {
  const context = await w.context(username)
  const sheet = rows.map((values) => ({ values, sound: true }))
  return w.db.transaction().execute((tx) => kind.check(tx, context, subject, sheet))
}
async function commit<F>(kind: ImportKind<F>, username: string, subject: string | null, rows: Values[]) {
  const verdicts = await check(kind, username, subject, rows)
  const context = await w.context(username)
  const facts = verdicts.map(({ fact }) => fact as F)
  await w.db.transaction().execute((tx) => kind.commit(tx, context, subject, facts))
  return verdicts.map(({ change }) => change)
}
const codesOf = (verdicts: { faults: { pointer: string; code: string }[] }[]) =>
  verdicts.map(({ faults }) => faults.map(({ pointer, code }) => `${pointer} ${code}`))

describe('a sheet of certificates', () => {
  const holder = async (index: number) => {
    const { name, id_number } = demoPerson(3_000_000 + index)
    const person = { name, id_type: 'resident_id', id_number, workforce: 'elder_care' }
    const { id } = await ok(as('facility').post('/api/v1/people', person))
    return { id, who: { name, id_type: null, id_number } }
  }
  const row = (who: object, change: object = {}): Values => ({
    ...{ ...who, number: number(), kind: null, occupation_code: '4-10-01-05', level: '4' },
    ...{ issuer_name: '示例省外评价中心', issued_on: '2025-06-10', valid_until: null, remark: null },
    ...change,
  })

  test('is written once; other words correct what is on record and tell it', async () => {
    const { id, who } = await holder(1)
    const rows = [row(who), row(who)]
    expect(await commit(certificatesKind, 'facility', null, rows)).toEqual(['new', 'new'])
    expect(await commit(certificatesKind, 'facility', null, rows)).toEqual(['same', 'same'])
    const [verdict] = await check(certificatesKind, 'facility', null, [
      { ...rows[0]!, level: '3', valid_until: '2030-01-01' },
    ])
    expect(verdict).toMatchObject({
      change: 'changed',
      before: { level: '四级/中级工', valid_until: '长期' },
      warnings: [{ code: 'certificate_number.level_differs' }],
    })
    const { items } = await ok(as('facility').get(`${PATH}?person_id=${id}`))
    expect(items).toMatchObject([{ kind: 'skill_level', state: 'unchecked' }, { level: 4 }])
  })

  test('says of every row what is wrong, and writes nothing while it checks', async () => {
    const [mine, other] = [await holder(2), await holder(3)]
    const taken = row(other.who)
    await commit(certificatesKind, 'facility', null, [taken])
    const verdicts = await check(certificatesKind, 'facility', null, [
      row(mine.who, { number: taken.number! }),
      row(mine.who, { issued_on: '2027-01-01' }),
      row(mine.who, { number: '3.3E+15' }),
      row({ ...mine.who, name: '别人' }),
      row({ ...mine.who, id_number: demoPerson(3_999_999).id_number }),
      row(mine.who),
    ])
    expect(codesOf(verdicts)).toEqual([
      ['/number external_certificate.other_person'],
      ['/issued_on external_certificate.future'],
      ['/number certificate_number.impossible'],
      ['/name person.name_differs'],
      ['/id_number person.unknown'],
      [],
    ])
    expect((await ok(as('facility').get(`${PATH}?person_id=${mine.id}`))).items).toEqual([])
    // on the trainer's roster she is not
    expect(codesOf(await check(certificatesKind, 'trainer', null, [row(mine.who)]))).toEqual([
      ['/id_number person.unknown'],
    ])
  })

  test('doubled rows are told by number and kind', () => {
    expect(certificatesKind.key({ number: 'abc 123', kind: null })).toBe('skill_level ABC123')
    expect(certificatesKind.key({ number: null, kind: null })).toBeNull()
  })
})

describe('what the bank answered', () => {
  const MONTH = '2026-10'
  const people: Record<string, string> = {}
  let run = ''
  let file = ''
  const path = () => `/api/v1/allowance-runs/${run}/payment-results`
  const paid = (person_id: string, amount_fen = 40000, change: object = {}) => ({
    ...{
      person_id,
      outcome: 'paid',
      amount_fen,
      settled_on: '2026-11-20',
      bank_reference: `流水${person_id.slice(-4)}`,
    },
    ...change,
  })
  const returned = (person_id: string, change: object = {}) =>
    paid(person_id, 40000, { outcome: 'returned', reason_code: 'name_mismatch', ...change })
  const answer = (items: object[], client = as('finance'), more: object = {}) =>
    client.post(path(), { items, ...more }, key())
  const current = () =>
    w.db
      .selectFrom('payment_results')
      .select(['person_id', 'outcome', 'amount_fen'])
      .where('known_to', '=', sql<Date>`'infinity'`)
      .execute()

  async function approvedRun(month: string, district_code: string, district: string) {
    const { id } = await ok(
      as(district).post('/api/v1/allowance-runs', { scheme_code: HZ, month, district_code }, key()),
    )
    await w.runJobs()
    await ok(as(district).post(`/api/v1/allowance-runs/${id}/submission`, {}, key()))
    await reviewRun(w, id)
    await ok(as('finance').post(`/api/v1/allowance-runs/${id}/approval`, {}, key()))
    return id
  }
  const makeFile = (id: string) =>
    ok<{ id: string }>(as('finance').post(`/api/v1/allowance-runs/${id}/payment-file`, { format: 'csv' }, key()))

  beforeAll(async () => {
    // a district of its own: nobody else is paid there
    const home = { organisation_id: w.org.home2 }
    for (const name of ['甲', '乙', '丙', '丁']) people[name] = (await facts.carer({ ...home, name })).id
    people.暂缓 = (await facts.carer({ ...home, name: '暂缓', bank_account: null })).id
    people.不发 = (await facts.carer({ ...home, name: '不发', level: null })).id
    run = await approvedRun(MONTH, '330102', 'district2')
  })

  test('waits for a payment file', async () => {
    expect(await refused(answer([paid(people.甲!)]))).toEqual([404, 'not_found'])
    file = (await makeFile(run)).id
    expect(await text(as('finance').page(`/console/runs/${run}`))).toContain('未回单')
  })

  test('is refused with every fault at once, and nothing is written', async () => {
    const refusal = await answer([
      paid(people.甲!, 39999),
      paid(people.不发!),
      paid(people.暂缓!),
      paid(people.乙!, 40000, { reason_code: 'closed' }),
      returned(people.丙!, { reason_code: null }),
      returned(people.丁!, { reason_code: 'other' }),
      paid(people.丁!, 40000, { settled_on: '2026-11-24' }),
    ])
    const { errors } = await refusal.json()
    expect(refusal.status).toBe(422)
    expect(errors.map(({ pointer, code }: Record<string, string>) => `${pointer} ${code}`)).toEqual([
      '/items/0/amount_fen payment_result.amount',
      '/items/1/person_id payment_result.not_in_file',
      '/items/2/person_id payment_result.not_in_file',
      '/items/3/reason_code payment_result.reason_unwanted',
      '/items/4/reason_code payment_result.reason_missing',
      '/items/5/reason payment_result.reason_words',
      '/items/6/person_id payment_result.twice',
      '/items/6/settled_on payment_result.settled_on',
    ])
    expect(errors[0].message).toContain('399.99')
    expect(errors[0].message).toContain('400.00')
    expect(await refused(answer([paid(people.甲!, 40000, { settled_on: '2026-10-31' })]))).toEqual([
      422,
      '/items/0/settled_on payment_result.settled_on',
    ])
    expect(await current()).toEqual([])
  })

  test('is recorded by finance of the division alone, with a key', async () => {
    const items = [paid(people.甲!)]
    expect((await as('finance').post(path(), { items })).status).toBe(400)
    for (const role of ['district2', 'auditor', 'facility2']) expect((await answer(items, as(role))).status).toBe(403)
    expect((await answer(items, as('finance_nb'))).status).toBe(404)
    expect((await answer(items, as('finance'), { file_id: w.org.home })).status).toBe(404)
    expect((await as('finance_nb').get(path())).status).toBe(404)
    expect((await as('facility2').get(path())).status).toBe(403)
  })

  test('is recorded row by row, said again it does nothing, and sums show how far the money is', async () => {
    const items = [paid(people.甲!), paid(people.乙!), returned(people.丙!)]
    expect(await ok(answer(items))).toMatchObject({
      file_id: file,
      items: [{ change: 'new' }, { change: 'new' }, { change: 'new' }],
      summary: {
        ...{ paid_count: 2, paid_fen: 80000, returned_count: 1, returned_fen: 40000 },
        // 丁, and 暂缓 who has no account
        ...{ open_count: 2, open_fen: 80000 },
      },
    })
    expect((await ok(answer(items))).items).toEqual(items.map(({ person_id }) => ({ person_id, change: 'same' })))
    const list = await ok(as('district2').get(path()))
    expect(list.items.map(({ person_name, outcome }: Record<string, string>) => [person_name, outcome])).toEqual([
      ['丙', 'returned'],
      ['甲', 'paid'],
      ['乙', 'paid'],
    ])
    const events = (await eventsOf(run)).filter(({ kind }) => kind === 'payment_results.recorded')
    expect(events.map(({ changes }) => changes)).toMatchObject([
      { file_id: file, new: 3, changed: 0, paid: 2, returned: 1 },
    ])
  })

  test('pages of it follow each other', async () => {
    const first = await ok(as('finance').get(`${path()}?limit=2`))
    const second = await ok(as('finance').get(`${path()}?limit=2&cursor=${first.next_cursor}`))
    expect(
      [first, second].flatMap(({ items }) => items.map((row: { person_name: string }) => row.person_name)),
    ).toEqual(['丙', '甲', '乙'])
    expect(second.next_cursor).toBeNull()
  })

  test('that came back later closes what was recorded, which stays readable', async () => {
    const items = [returned(people.乙!, { reason_code: 'other', reason: '三日后退回', settled_on: '2026-11-22' })]
    expect((await ok(answer(items))).items).toEqual([{ person_id: people.乙, change: 'changed' }])
    const rows = await w.db
      .selectFrom('payment_results')
      .select(['outcome', 'known_to'])
      .where('person_id', '=', people.乙!)
      .orderBy('known_from')
      .execute()
    expect(rows.map(({ outcome }) => outcome)).toEqual(['paid', 'returned'])
    const html = await text(as('finance').page(`/console/runs/${run}`))
    for (const words of ['银行发放结果', '退票', '其他：三日后退回', '户名不符', '登记银行回单'])
      expect(html).toContain(words)
  })

  test('pays nobody twice: what came back is issued again to another account, and its first answer stands', async () => {
    const reissue = () => as('finance').post(`/api/v1/allowance-runs/${run}/reissue`, { format: 'csv' }, key())
    // 丙: the name and the account differed; nothing was corrected yet. 乙 came back for another reason
    await w.db
      .updateTable('people')
      .set({ bank_account_sealed: await w.deps.vault.seal('6222000000009999') })
      .where('id', '=', people.丙!)
      .execute()
    const second = (await ok(reissue())).id
    expect(await refused(reissue())).toEqual([409, 'payment_batch.nothing_returned'])
    expect(await refused(answer([paid(people.丙!)], as('finance'), { file_id: file }))).toEqual([
      422,
      '/items/0/outcome payment_result.reissued',
    ])
    expect(await refused(answer([paid(people.甲!)], as('finance'), { file_id: second }))).toEqual([
      422,
      '/items/0/person_id payment_result.not_in_file',
    ])
    expect(
      await ok(answer([paid(people.丙!, 40000, { bank_reference: '补发' })], as('finance'), { file_id: second })),
    ).toMatchObject({
      // 乙 was issued again too and is not answered
      summary: { paid_count: 2, returned_count: 0, open_count: 3 },
    })
    expect(await text(as('finance').page(`/console/runs/${run}`))).not.toContain('户名不符')
    const row = { run_id: run, person_id: people.甲!, recorded_by: w.accounts.finance!, settled_on: '2026-11-20' }
    const insert = (change: object) => () =>
      w.db
        .insertInto('payment_results')
        .values({ ...row, file_id: second, outcome: 'paid', amount_fen: 40000, ...change })
        .execute()
    expect(await thrown(insert({}))).toBe('23505')
    expect(await thrown(insert({ file_id: file, outcome: 'returned', reason_code: 'closed' }))).toBe('23505')
    expect(await thrown(insert({ run_id: w.org.home }))).toBe('23503')
    expect(await thrown(insert({ outcome: 'returned' }))).toBe('23514')
    expect(await thrown(insert({ outcome: 'returned', reason_code: 'other' }))).toBe('23514')
    expect(await thrown(insert({ amount_fen: 0 }))).toBe('23514')
    expect(await thrown(insert({ person_id: w.org.home, outcome: 'returned', reason_code: 'closed' }))).toBe('23503')
  })

  test('is kept as it was recorded: the database lets an answer be closed, once, and nothing else', async () => {
    const change = (set: object) => () =>
      w.db.updateTable('payment_results').set(set).where('person_id', '=', people.甲!).execute()
    expect(await thrown(change({ amount_fen: 1 }))).toBe('HY001')
    expect(await thrown(change({ outcome: 'returned', reason_code: 'closed' }))).toBe('HY001')
    expect(await thrown(() => w.db.deleteFrom('payment_results').execute())).toBe('HY001')
    expect(await thrown(() => sql`truncate payment_results cascade`.execute(w.db))).toBe('HY001')
    const reopen = () =>
      w.db
        .updateTable('payment_results')
        .set({ known_to: sql<Date>`'infinity'` })
        .where('known_to', '<', sql<Date>`'infinity'`)
        .execute()
    expect(await thrown(reopen)).toBe('HY001')
  })
})

describe('a sheet of what the bank answered', () => {
  let file = ''
  const ACCOUNTS = ['6222000000000001', '6222000000000002', '6222000000000003']
  const row = (name: string, bank_account: string | null, change: object = {}): Values => ({
    ...{ name, id_number: null, bank_account, amount: '400.00', outcome: 'paid', reason_code: null },
    ...{ settled_on: '2026-11-20', bank_reference: null, reason: null },
    ...change,
  })
  const results = async () => {
    const rows = await w.db
      .selectFrom('payment_results as r')
      .innerJoin('people as p', 'p.id', 'r.person_id')
      .select(['p.name', 'r.outcome', 'r.reason_code', 'r.amount_fen', 'r.reason'])
      .where('r.file_id', '=', file)
      .where('r.known_to', '=', sql<Date>`'infinity'`)
      .orderBy('p.name_pinyin')
      .execute()
    return rows.map((one) => Object.values(one))
  }

  beforeAll(async () => {
    const home = { organisation_id: w.org.home }
    const months = { '2026-07': 22, '2026-08': 22, '2026-09': 22 }
    for (const [at, name] of ['单子甲', '单子乙', '单子丙'].entries())
      await facts.carer({ ...home, name, bank_account: ACCOUNTS[at]!, attendance: months })
    const ask = { scheme_code: HZ, month: '2026-09', district_code: '330106' }
    const { id } = await ok(as('district').post('/api/v1/allowance-runs', ask, key()))
    await w.runJobs()
    await ok(as('district').post(`/api/v1/allowance-runs/${id}/submission`, {}, key()))
    await reviewRun(w, id)
    await ok(as('finance').post(`/api/v1/allowance-runs/${id}/approval`, {}, key()))
    file = (await ok(as('finance').post(`/api/v1/allowance-runs/${id}/payment-file`, { format: 'csv' }, key()))).id
  })

  test('belongs to a payment file, is written whole, and asks for no organisation', () => {
    expect(paymentKind).toMatchObject({ subject: 'payment_file', whole: true, permission: 'payment.record' })
    expect(paymentKind.key({})).toBeNull()
  })

  test('says of every row what is wrong', async () => {
    const document = '109901197203150228'
    const verdicts = await check(paymentKind, 'finance', file, [
      row('单子甲', null),
      row('单子甲', '6222999999999999'),
      row('别人', ACCOUNTS[0]!),
      row('单子甲', ACCOUNTS[0]!, { amount: '四百' }),
      row('单子甲', ACCOUNTS[0]!, { amount: '400.001' }),
      row('单子乙', ACCOUNTS[1]!, { amount: '399.99' }),
      row('单子丙', ACCOUNTS[2]!, { outcome: 'returned' }),
      row('单子甲', null, { id_number: '109901197203150236' }),
      // everybody of this world has the one document
      row('单子甲', null, { id_number: document }),
    ])
    expect(codesOf(verdicts)).toEqual([
      ['/id_number payment_result.who_missing'],
      ['/bank_account payment_result.not_in_file'],
      ['/name person.name_differs'],
      ['/amount payment_result.amount_unread'],
      ['/amount payment_result.amount_unread'],
      ['/amount payment_result.amount'],
      ['/reason_code payment_result.reason_missing'],
      ['/id_number payment_result.not_in_file'],
      ['/id_number payment_result.payee_unclear'],
    ])
    expect(await results()).toEqual([])
    const both = { id_number: document }
    expect(codesOf(await check(paymentKind, 'finance', file, [row('单子甲', ACCOUNTS[0]!, both)]))).toEqual([[]])
  })

  test('counts the rows of a person together: a doubled row shows in the sum', async () => {
    const twice = await check(paymentKind, 'finance', file, [row('单子甲', ACCOUNTS[0]!), row('单子甲', ACCOUNTS[0]!)])
    expect(codesOf(twice)).toEqual([[], ['/name payment_result.twice']])
    const more = await check(paymentKind, 'finance', file, [
      row('单子甲', ACCOUNTS[0]!),
      row('单子甲', ACCOUNTS[0]!, { amount: '100' }),
    ])
    expect(codesOf(more)).toEqual([['/amount payment_result.amount'], ['/amount payment_result.amount']])
    expect(more[0]!.faults[0]!.message.zh).toContain('500.00')
    const halves = [
      row('单子甲', ACCOUNTS[0]!, { amount: '¥150.5' }),
      row('单子甲', ACCOUNTS[0]!, { amount: '249.50元', outcome: 'returned', reason_code: 'limit' }),
    ]
    expect(codesOf(await check(paymentKind, 'finance', file, halves))).toEqual([
      ['/outcome payment_result.rows_differ'],
      ['/outcome payment_result.rows_differ'],
    ])
    const agreeing = [halves[0]!, { ...halves[1]!, outcome: 'paid', reason_code: null }]
    expect(await commit(paymentKind, 'finance', file, agreeing)).toEqual(['new', 'new'])
    expect(await results()).toEqual([['单子甲', 'paid', null, 40000, null]])
  })

  test('is written once; another answer corrects and tells what was', async () => {
    const rows = [
      row('单子甲', ACCOUNTS[0]!),
      row('单子乙', ` ${ACCOUNTS[1]!} `),
      row('单子丙', ACCOUNTS[2]!, { outcome: 'returned', reason_code: 'other', reason: '卡已挂失' }),
    ]
    expect(await commit(paymentKind, 'finance', file, rows)).toEqual(['same', 'new', 'new'])
    // the same answer once more says nothing new, and is told so in every row
    expect(codesOf(await check(paymentKind, 'finance', file, rows))).toEqual(
      rows.map(() => ['/outcome payment_result.recorded_already']),
    )
    const [verdict] = await check(paymentKind, 'finance', file, [
      row('单子乙', ACCOUNTS[1]!, { outcome: 'returned', reason_code: 'dormant', reason: '久悬' }),
    ])
    expect(verdict).toMatchObject({ change: 'changed', before: { outcome: '成功', reason_code: '无' } })
    expect(await results()).toEqual([
      ['单子甲', 'paid', null, 40000, null],
      ['单子乙', 'paid', null, 40000, null],
      ['单子丙', 'returned', 'other', 40000, '卡已挂失'],
    ])
  })

  test('goes in whole or not at all, by the hand of finance', async () => {
    const header = ['姓名', '银行账号', '金额（元）', '结果', '退票原因', '入账日期']
    const send = (rows: Value[][], client = as('finance'), more: Record<string, string> = {}) =>
      client.upload(
        '/api/v1/imports',
        {
          ...{ kind: 'payment-results', mode: 'commit', subject: file, ...more },
          file: new File([writeCsv(header, rows) as BlobPart], '回单.csv'),
        },
        { 'idempotency-key': key().key },
      )
    const rows = ['单子甲', '单子乙', '单子丙'].map((name, at): Value[] => [
      name,
      ACCOUNTS[at]!,
      '400.00',
      '成功',
      null,
      '2026-11-21',
    ])
    const spoilt = rows.with(1, ['单子乙', ACCOUNTS[1]!, '399.00', '成功', null, '2026-11-21'])
    const before = await results()
    const { id, status, rejected } = await ok(send(spoilt))
    expect([status, rejected]).toEqual(['checked', 1])
    const refusedAll = await as('finance').post(`/api/v1/imports/${id}/commitment`)
    expect([refusedAll.status, ((await refusedAll.json()) as { code: string }).code]).toEqual([409, 'import.not_whole'])
    const page = await text(as('finance').page(`/console/imports/${id}`))
    expect(page).toContain('整份')
    expect(page).not.toContain('导入正确的')
    expect(await results()).toEqual(before)

    const right = await ok(send(rows))
    await w.runJobs()
    expect(await ok(as('finance').get(`/api/v1/imports/${right.id}`))).toMatchObject({
      status: 'committed',
      rejected: 0,
    })
    expect((await results()).map((one) => one[1])).toEqual(['paid', 'paid', 'paid'])

    expect(await refused(send(rows, as('finance_nb')))).toEqual([404, 'not_found'])
    expect(await refused(send(rows, as('facility')))).toEqual([403, 'import.kind_forbidden'])
    expect((await send(rows, as('finance'), { subject: '' })).status).toBe(422)
    expect(await text(as('finance').page('/console/imports/new?kind=payment-results'))).toContain('2026-09')
    expect(await text(as('finance').page(`/console/imports/new?kind=payment-results&subject=${file}`))).toContain(
      '上传',
    )
    expect(await text(as('finance').page('/console/imports'))).toContain('回单.csv')
    expect(await text(as('finance_nb').page('/console/imports'))).not.toContain('回单.csv')
  })

  test('of another division does not exist', async () => {
    const thrownBy = await check(paymentKind, 'finance_nb', file, []).catch((error: unknown) => error)
    expect((thrownBy as Refusal).status).toBe(404)
  })
})

test('two corrections at once: the second is refused or comes after, and one version is current', async () => {
  const { id: person_id } = await uncertified()
  const { id } = await ok(record({ person_id, ...stated() }))
  const context = await w.context('facility')
  const correct = (level: number) =>
    w.db.transaction().execute((tx) => correctExternalCertificate(tx, context, id, { level, reason: '更正等级' }))
  await Promise.allSettled([correct(3), correct(2)])
  const rows = await w.db.selectFrom('external_certificates').selectAll().where('id', '=', id).execute()
  expect(rows.map(({ revision }) => revision).sort()).toEqual([1, 2, 3])
})

test('nothing was an internal fault', () => expect(w.faults).toEqual([]))
