/** Photos: who may send and see them, what is kept of them, the certificates they are printed on, and their end. */
import { unzipSync } from 'fflate'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { demoPerson } from '../../db/demo-people.ts'
import { issueCertificate } from '../../src/credentials/actions.ts'
import type { PrintedCertificate } from '../../src/credentials/certificate-pdf.ts'
import { sha256Hex } from '../../src/platform/bytes.ts'
import { applyRetention, countExpired, listRetentionRules } from '../../src/privacy/retention.ts'
import skillLevel from '../../templates/certificates/skill-level-1.json' with { type: 'json' }
import { clientsOf } from '../support/answers.ts'
import { graduates } from '../support/graduates.ts'
import { rasterise } from '../support/pdf.ts'
import { exif, jpeg, png } from '../support/pictures.ts'
import { type World, world } from '../support/world.ts'

const TODAY = '2026-11-23'

let w: World
let class_id: string
/** People of the class with their enrolments, in the order in which the tests use them up. */
let class_people: { enrolment_id: string; person_id: string }[]
/** Signed in once each: passwords are slow on purpose. */
const as = clientsOf(() => w)
beforeAll(async () => {
  w = await world()
  class_id = await graduates(w, 8)
  class_people = await w.db
    .selectFrom('enrolments')
    .select(['id as enrolment_id', 'person_id'])
    .where('class_id', '=', class_id)
    .orderBy('id')
    .execute()
})
afterAll(() => w.close())

const send = (person_id: string, file: Buffer = jpeg(413, 579), username = 'assessor') =>
  as(username).post(`/api/v1/people/${person_id}/photo`, { jpeg: file.toString('base64') })
const problem = async (answer: Promise<Response>) => {
  const { status, code, errors } = await (await answer).json()
  return { status, code, errors }
}
let last = 6_200_000
async function registered(username = 'facility'): Promise<string> {
  const { name, id_number } = demoPerson(last++)
  const sent = { name, id_type: 'resident_id', id_number, workforce: 'elder_care' }
  return (await (await as(username).post('/api/v1/people', sent)).json()).id
}
async function issue(enrolment_id: string) {
  const context = await w.context('assessor')
  const input = { enrolment_id, kind: 'skill_level' as const, issued_on: TODAY, valid_until: null }
  const { id } = await w.db.transaction().execute((tx) => issueCertificate(tx, context, input))
  return w.db
    .selectFrom('certificates')
    .select(['id', 'printed', 'pdf_sha256'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
}
const pdfOf = ({ id }: { id: string }) => as('assessor').get(`/api/v1/certificates/${id}.pdf`)
/** The shade in the middle of the place of the photo. */
async function shadeOn(certificate: { id: string; pdf_sha256: string }): Promise<number> {
  const pdf = new Uint8Array(await (await pdfOf(certificate)).arrayBuffer())
  expect(await sha256Hex(pdf)).toBe(certificate.pdf_sha256)
  const page = await rasterise(pdf, 72)
  return page.data[4 * (Math.round((84.5 * 72) / 25.4) * page.width + Math.round((53.5 * 72) / 25.4))]!
}

describe('a photo', () => {
  test('is kept sealed, without what the telephone wrote beside it, and read back by those who know the person', async () => {
    const id = await registered()
    const answer = await send(id, jpeg(413, 579, { more: [exif(1)] }), 'facility')
    expect([answer.status, await answer.json()]).toEqual([
      201,
      expect.objectContaining({ width: 413, height: 579, sha256: await sha256Hex(jpeg(413, 579)) }),
    ])
    const { rows } = await sql<{
      text: string
    }>`select person_photos::text as text from person_photos where person_id = ${id}`.execute(w.db)
    expect(rows[0]!.text).not.toContain(jpeg(413, 579).toString('base64').slice(0, 40))
    for (const username of ['facility', 'district', 'admin']) {
      const photo = await as(username).get(`/api/v1/people/${id}/photo`)
      expect([photo.status, photo.headers.get('content-type'), photo.headers.get('cache-control')]).toEqual([
        200,
        'image/jpeg',
        'no-store',
      ])
      expect(Buffer.from(await photo.arrayBuffer()).equals(jpeg(413, 579))).toBe(true)
    }
  })

  test('of somebody else’s person is nowhere, and can be sent by nobody else', async () => {
    const id = await registered()
    await send(id, jpeg(413, 579), 'facility')
    for (const username of ['facility2', 'assessor', 'district2']) {
      expect((await as(username).get(`/api/v1/people/${id}/photo`)).status).toBe(404)
      expect((await send(id, jpeg(413, 579), username)).status).toBe(404)
    }
    expect((await as('auditor').get(`/api/v1/people/${id}/photo`)).status).toBe(403)
  })

  test('may be sent by the assessor of the person’s class, who has nobody on a roster', async () => {
    const { person_id } = class_people[0]!
    expect((await send(person_id)).status).toBe(201)
    expect((await as('assessor').get(`/api/v1/people/${person_id}/photo`)).status).toBe(200)
  })

  test('is replaced by a later one, and both stay; the same one again is refused', async () => {
    const id = await registered()
    await send(id, jpeg(413, 579, { grey: 30 }), 'facility')
    await send(id, jpeg(413, 579, { grey: 220 }), 'facility')
    expect(await problem(send(id, jpeg(413, 579, { grey: 220 }), 'facility'))).toMatchObject({
      status: 409,
      code: 'photo.same',
    })
    const photo = await as('facility').get(`/api/v1/people/${id}/photo`)
    expect(Buffer.from(await photo.arrayBuffer()).equals(jpeg(413, 579, { grey: 220 }))).toBe(true)
    const rows = await w.db.selectFrom('person_photos').select('id').where('person_id', '=', id).execute()
    expect(rows).toHaveLength(2)
    await expect(sql`delete from person_photos where person_id = ${id}`.execute(w.db)).rejects.toThrow('append-only')
    await expect(
      sql`update person_photos set sha256 = repeat('0', 64) where person_id = ${id}`.execute(w.db),
    ).rejects.toThrow('append-only')
    const events = await w.db
      .selectFrom('history_events')
      .select('kind')
      .where('subject_id', '=', id)
      .where('kind', '=', 'person.photo_added')
      .execute()
    expect(events).toHaveLength(2)
  })

  test.each([
    ['no JPEG', png(413, 579), 'photo.format'],
    ['one on its side', jpeg(579, 413), 'photo.shape'],
    ['one marked upright', jpeg(413, 579, { more: [exif(6)] }), 'photo.turned'],
  ])('that is %s is refused beside its field', async (_, file, code) => {
    const id = await registered()
    expect(await problem(send(id, file, 'facility'))).toMatchObject({
      status: 422,
      errors: [{ pointer: '/jpeg', code }],
    })
  })

  test('is sent and seen on a page that works without scripts', async () => {
    const id = await registered()
    const here = `/console/people/${id}`
    expect(await (await as('facility').page(here)).text()).toContain(`href="${here}/photo"`)
    expect(await (await as('facility').page(`${here}/photo`)).text()).toContain('还没有照片')
    const none = await as('facility').upload(`${here}/photo`, {})
    expect([none.status, await none.text()]).toEqual([422, expect.stringContaining('没有选择文件')])
    const wrong = await as('facility').upload(`${here}/photo`, {
      jpeg: new File([new Uint8Array(jpeg(579, 413))], 'a.jpg'),
    })
    expect([wrong.status, await wrong.text()]).toEqual([422, expect.stringContaining('长宽比不对')])
    const taken = await as('facility').upload(`${here}/photo`, {
      jpeg: new File([new Uint8Array(jpeg(413, 579))], 'a.jpg'),
    })
    expect(taken.status).toBe(303)
    expect(await (await as('facility').page(`${here}/photo`)).text()).toContain(`${here}/photo.jpg`)
    expect((await as('facility').page(`${here}/photo.jpg`)).headers.get('cache-control')).toBe('no-store')
  })
})

describe('a certificate', () => {
  test('prints the photo of its day, names it, and is drawn again with it after a later one came', async () => {
    const { person_id, enrolment_id } = class_people[1]!
    await send(person_id, jpeg(413, 579, { grey: 30 }))
    const certificate = await issue(enrolment_id)
    expect((certificate.printed as unknown as PrintedCertificate).photo_sha256).toBe(
      await sha256Hex(jpeg(413, 579, { grey: 30 })),
    )
    await send(person_id, jpeg(413, 579, { grey: 220 }))
    expect(Math.abs((await shadeOn(certificate)) - 30)).toBeLessThan(4)
  })

  test('without a photo is issued all the same, and the page says who has none', async () => {
    const html = await (await as('assessor').page(`/console/certificates/new?class=${class_id}`)).text()
    expect(html).toContain(`/console/people/${class_people[2]!.person_id}/photo`)
    expect(html).toMatch(/没有照片[\s\S]*<strong>6<\/strong>/)
    const certificate = await issue(class_people[2]!.enrolment_id)
    expect(certificate.printed).not.toHaveProperty('photo_sha256')
    expect(await shadeOn(certificate)).toBeGreaterThan(240)
  })

  test('of an erased person still stands, and its file says why it cannot be drawn any more', async () => {
    const { person_id, enrolment_id } = class_people[3]!
    await send(person_id, jpeg(413, 579, { grey: 50 }))
    const other = await registered()
    await send(other, jpeg(413, 579, { grey: 50 }), 'facility')
    const certificate = await issue(enrolment_id)
    expect((await pdfOf(certificate)).status).toBe(200)
    const erased = await as('admin').post(`/api/v1/people/${person_id}/erasure`, { reason: '本人申请' })
    expect(erased.status).toBe(200)
    expect(await problem(pdfOf(certificate))).toMatchObject({ status: 409, code: 'certificate.photo_erased' })
    const { rows } = await sql<{
      photo_sealed: null
    }>`select photo_sealed from person_photos where person_id = ${person_id}`.execute(w.db)
    expect(rows).toEqual([{ photo_sealed: null }])
    // the same picture under another name is a picture of the erased person
    for (const id of [person_id, other]) expect((await as('admin').get(`/api/v1/people/${id}/photo`)).status).toBe(404)
    await expect(
      sql`update person_photos set photo_sealed = 'k1.a.b' where person_id = ${person_id}`.execute(w.db),
    ).rejects.toThrow('append-only')
    expect((await send(person_id, jpeg(413, 579, { grey: 250 }))).status).toBe(409)
    // many at once are taken without it, and are not broken off by it
    const zip = await as('assessor').get(`/api/v1/certificates.zip?class_id=${class_id}`)
    expect(zip.status).toBe(200)
    const files = Object.keys(unzipSync(new Uint8Array(await zip.arrayBuffer())))
    const { number } = certificate.printed as unknown as PrintedCertificate
    expect([files.length, files.some((name) => name.includes(number))]).toEqual([2, false])
    expect(await (await as('assessor').get(`/api/v1/certificates/${certificate.id}`)).json()).toMatchObject({
      status: 'valid',
    })
  })

  test('in a layout that asks for a photo waits for one, by name', async () => {
    const body = structuredClone(skillLevel) as { items: { t: string; required?: boolean }[] }
    body.items.find(({ t }) => t === 'photo')!.required = true
    const layout = await (
      await as('assessor').post('/api/v1/certificate-layouts', {
        kind: 'skill_level',
        name: '须有照片',
        reason: '规定',
        body,
      })
    ).json()
    await as('assessor').post(`/api/v1/certificate-layouts/${layout.id}/choices`, { valid_from: TODAY, reason: '规定' })
    const { person_id, enrolment_id } = class_people[4]!
    await expect(issue(enrolment_id)).rejects.toMatchObject({ code: 'certificate.photo_missing' })
    await send(person_id)
    expect((await issue(enrolment_id)).printed).toHaveProperty('photo_sha256')
  })

  test('follows its person in a merge, and so does the photo', async () => {
    const { person_id } = class_people[5]!
    await send(person_id, jpeg(413, 579, { grey: 40 }))
    const passport = { id_type: 'passport', id_number: 'E20000001', workforce: 'elder_care' }
    const { id: survivor } = await (await as('trainer').post('/api/v1/people', { name: '王小芳', ...passport })).json()
    const merged = await as('admin').post(`/api/v1/people/${person_id}/merge`, {
      into: survivor,
      reason: '同一人，已核对',
    })
    expect(merged.status).toBe(201)
    const photo = await as('trainer').get(`/api/v1/people/${survivor}/photo`)
    expect(Buffer.from(await photo.arrayBuffer()).equals(jpeg(413, 579, { grey: 40 }))).toBe(true)
  })
})

describe('a photo that is withdrawn', () => {
  const withdraw = (id: string, username = 'assessor', reason = '照片不是本人') =>
    as(username).post(`/api/v1/people/${id}/photo/withdrawal`, { reason })
  const rowsOf = (id: string) =>
    w.db
      .selectFrom('person_photos')
      .select(['sha256', 'photo_sealed'])
      .where('person_id', '=', id)
      .orderBy('known_from')
      .execute()
  const photoOf = async (id: string) =>
    Buffer.from(await (await as('facility').get(`/api/v1/people/${id}/photo`)).arrayBuffer())

  test('is shown no more, the one before stands again, and the row keeps its hash', async () => {
    const id = await registered()
    for (const grey of [30, 220]) await send(id, jpeg(413, 579, { grey }), 'facility')
    const answer = await withdraw(id, 'facility')
    expect([answer.status, (await answer.json()).sha256]).toEqual([200, await sha256Hex(jpeg(413, 579, { grey: 220 }))])
    expect((await photoOf(id)).equals(jpeg(413, 579, { grey: 30 }))).toBe(true)
    await withdraw(id, 'facility')
    expect((await as('facility').get(`/api/v1/people/${id}/photo`)).status).toBe(404)
    expect(await problem(withdraw(id, 'facility'))).toMatchObject({ status: 404 })
    expect((await rowsOf(id)).map(({ sha256 }) => sha256)).toHaveLength(2)
    const events = await w.db
      .selectFrom('history_events')
      .select('reason')
      .where('subject_id', '=', id)
      .where('kind', '=', 'person.photo_withdrawn')
      .execute()
    expect(events).toEqual(Array(2).fill({ reason: '照片不是本人' }))
    // the same picture may come again
    expect((await send(id, jpeg(413, 579, { grey: 220 }), 'facility')).status).toBe(201)
  })

  test('says why, is withdrawn by those alone who know the person, and for good', async () => {
    const id = await registered()
    await send(id, jpeg(413, 579), 'facility')
    for (const username of ['facility2', 'assessor', 'district2'])
      expect((await withdraw(id, username)).status).toBe(404)
    expect((await withdraw(id, 'auditor')).status).toBe(403)
    for (const reason of ['', ' ', '字'.repeat(501)])
      expect(await problem(withdraw(id, 'facility', reason))).toMatchObject({
        status: 422,
        errors: [{ pointer: '/reason' }],
      })
    expect((await withdraw(id, 'facility')).status).toBe(200)
    for (const change of [sql`delete from photo_withdrawals`, sql`update photo_withdrawals set reason = '别的'`])
      await expect(change.execute(w.db)).rejects.toThrow('append-only')
  })

  test('is withdrawn on a page that works without scripts', async () => {
    const id = await registered()
    const here = `/console/people/${id}/photo`
    expect(await (await as('facility').page(here)).text()).not.toContain(`${here}/withdrawal`)
    await send(id, jpeg(413, 579), 'facility')
    expect(await (await as('facility').page(here)).text()).toContain(`action="${here}/withdrawal"`)
    expect((await as('facility').submit(`${here}/withdrawal`, { reason: '' })).status).toBe(422)
    expect((await as('facility').submit(`${here}/withdrawal`, { reason: '本人不愿再用' })).status).toBe(303)
    expect(await (await as('facility').page(here)).text()).toContain('还没有照片')
  })

  test('is drawn on what was issued with it, not printed again, and goes after 30 days unless a certificate shows it', async () => {
    const [shown, unused] = [class_people[6]!, class_people[7]!]
    for (const { person_id } of [shown, unused]) await send(person_id, jpeg(413, 579, { grey: 60 + (last++ % 9) }))
    const certificate = await issue(shown.enrolment_id)
    for (const { person_id } of [shown, unused]) expect((await withdraw(person_id)).status).toBe(200)
    // the layout in force asks for one
    await expect(issue(unused.enrolment_id)).rejects.toMatchObject({ code: 'certificate.photo_missing' })
    const replaced = await registered()
    for (const grey of [31, 221]) await send(replaced, jpeg(413, 579, { grey }), 'facility')

    const rule = (await listRetentionRules(w.db)).find(({ code }) => code === 'photos')!
    const system = await w.context('admin')
    const daysOn = (days: number) => ({ ...system, now: new Date(Date.now() + days * 86_400_000) })
    const kept = async (id: string) => (await rowsOf(id)).map(({ photo_sealed }) => photo_sealed !== null)
    expect(await countExpired(w.db, daysOn(29), rule)).toBe(0)
    const due = await countExpired(w.db, daysOn(31), rule)
    expect(await w.db.transaction().execute((tx) => applyRetention(tx, daysOn(31), rule))).toBe(due)
    expect(await w.db.transaction().execute((tx) => applyRetention(tx, daysOn(31), rule))).toBe(0)
    expect(await kept(unused.person_id)).toEqual([false])
    expect(await kept(replaced)).toEqual([false, true])
    expect(await kept(shown.person_id)).toEqual([true])
    expect((await pdfOf(certificate)).status).toBe(200)
  })
})

test('no internal fault was logged', () =>
  expect(w.faults.filter((fault) => (fault as { code?: string }).code !== 'certificate.photo_erased')).toEqual([]))
