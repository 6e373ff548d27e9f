/** Educations: dated facts with a mode, the highest of which is a person's education, corrected and withdrawn without being lost. */
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { demoPerson } from '../../db/demo-people.ts'
import { type Client, type World, world } from '../support/world.ts'

let w: World
let facility: Client
let facility2: Client
beforeAll(async () => {
  w = await world()
  facility = w.as('facility')
  facility2 = w.as('facility2')
})
afterAll(() => w.close())

let last = 0
const college = {
  level: 'junior_college',
  school: '示例职业技术学院',
  major: '智慧健康养老服务与管理',
  mode: 'full_time',
  starts_on: '2018-09-01',
  graduated_on: '2021-06-30',
  certificate_number: '105011202106000001',
}

async function made(answer: Promise<Response>, status = 201) {
  const response = await answer
  const body = await response.json()
  expect([response.status, body.code]).toEqual([status, undefined])
  return body
}
async function refused(answer: Promise<Response>) {
  const response = await answer
  const { code, errors } = await response.json()
  return [response.status, errors?.[0]?.code ?? code]
}
async function person(values: object = { education: 'senior_secondary' }) {
  const { name, id_number } = demoPerson(last++)
  return made(facility.post('/api/v1/people', { name, id_number, workforce: 'elder_care', ...values }))
}
const record = ({ id }: { id: string }, values: object = {}) =>
  facility.post(`/api/v1/people/${id}/educations`, { ...college, ...values })
const summaryOf = async ({ id }: { id: string }) => {
  const { education, revision } = await made(facility.get(`/api/v1/people/${id}`), 200)
  return [education, revision]
}

describe('the education of a person', () => {
  test('is the highest level on record, and what was typed when there is none', async () => {
    const somebody = await person()
    expect(await summaryOf(somebody)).toEqual(['senior_secondary', 1])
    const first = await made(record(somebody))
    expect(first).toMatchObject({ ...college, person_id: somebody.id, evidence: null, change: 'new' })
    expect(await summaryOf(somebody)).toEqual(['junior_college', 2])
    const lower = await made(
      record(somebody, {
        level: 'secondary_vocational',
        school: '示例中专',
        graduated_on: '2018-06-30',
        starts_on: null,
      }),
    )
    expect(await summaryOf(somebody)).toEqual(['junior_college', 2])
    const path = `/api/v1/educations/${first.id}`
    await made(facility.post(`${path}/correction`, { level: 'bachelor', reason: '核对证书' }), 200)
    expect(await summaryOf(somebody)).toEqual(['bachelor', 3])
    await made(facility.post(`${path}/withdrawal`, { reason: '证书查无此号' }), 200)
    expect(await summaryOf(somebody)).toEqual(['secondary_vocational', 4])
    await made(facility.post(`/api/v1/educations/${lower.id}/withdrawal`, { reason: '登记错了人' }), 200)
    expect(await summaryOf(somebody)).toEqual(['senior_secondary', 5])
    expect((await facility.post(`${path}/withdrawal`, { reason: '再撤一次' })).status).toBe(404)
  })

  test('is not typed any more once educations are on record', async () => {
    const somebody = await person()
    await made(record(somebody))
    expect(await refused(facility.patch(`/api/v1/people/${somebody.id}`, { education: 'primary' }, 2))).toEqual([
      422,
      'person.education_on_record',
    ])
    await made(facility.patch(`/api/v1/people/${somebody.id}`, { phone: '13812345678' }, 2), 200)
    const { name, id_number } = demoPerson(last - 1)
    const again = { name, id_number, workforce: 'elder_care', education: 'primary' }
    expect((await made(facility.post('/api/v1/people', again))).change).toBe('same')
    expect((await made(facility.post('/api/v1/people', { ...again, phone: '13912345678' }))).change).toBe('changed')
    expect((await summaryOf(somebody))[0]).toBe('junior_college')
  })

  test('needs a sound pair of dates', async () => {
    const somebody = await person()
    expect(await refused(record(somebody, { graduated_on: '2018-09-01' }))).toEqual([
      422,
      'education.ends_before_start',
    ])
    expect(await refused(record(somebody, { graduated_on: '2027-06-30' }))).toEqual([422, 'education.future'])
    expect((await record(somebody, { mode: 'evening' })).status).toBe(422)
    expect((await made(record(somebody, { graduated_on: null }))).graduated_on).toBeNull()
  })
})

describe('one education', () => {
  test('said again changes nothing; the same level, school and graduation with something else is refused', async () => {
    const somebody = await person()
    const first = await made(record(somebody))
    expect(await made(record(somebody))).toMatchObject({ id: first.id, change: 'same' })
    expect(await refused(record(somebody, { mode: 'part_time' }))).toEqual([409, 'education.twice'])
    const other = await made(record(somebody, { school: '示例开放大学', mode: 'part_time' }))
    expect(
      await refused(
        facility.post(`/api/v1/educations/${other.id}/correction`, { school: college.school, reason: '更正' }),
      ),
    ).toEqual([409, 'education.twice'])
    const kinds = await w.db
      .selectFrom('history_events')
      .select('kind')
      .where('subject_id', '=', somebody.id)
      .orderBy('seq')
      .execute()
    expect(kinds.map(({ kind }) => kind)).toEqual(['person.registered', 'education.recorded', 'education.recorded'])
  })

  test('is corrected under its id with a reason; nothing changed is no event, and no number stands in the history', async () => {
    const somebody = await person()
    const first = await made(record(somebody))
    const path = `/api/v1/educations/${first.id}/correction`
    const { rows } = await sql<{ at: string }>`
      select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at`.execute(w.db)
    const correction = { mode: 'part_time', certificate_number: null, reason: '核对毕业证书，为非全日制' }
    expect(await made(facility.post(path, correction), 200)).toMatchObject({
      ...college,
      id: first.id,
      mode: 'part_time',
      certificate_number: null,
    })
    await made(facility.post(path, correction), 200)
    expect((await facility.post(path, { mode: 'full_time' })).status).toBe(422)
    const events = await w.db
      .selectFrom('history_events')
      .selectAll()
      .where('subject_id', '=', somebody.id)
      .orderBy('seq')
      .execute()
    expect(events.slice(2)).toMatchObject([
      { kind: 'education.corrected', reason: correction.reason, changes: { mode: ['full_time', 'part_time'] } },
    ])
    expect(JSON.stringify(events)).not.toContain(college.certificate_number)
    const list = `/api/v1/people/${somebody.id}/educations`
    const modesAt = async (query = '') =>
      (await made(facility.get(`${list}${query}`), 200)).items.map(({ mode }: { mode: string }) => mode)
    expect(await modesAt()).toEqual(['part_time'])
    expect(await modesAt(`?known_at=${rows[0]!.at}`)).toEqual(['full_time'])
    expect(await modesAt('?known_at=2026-01-01T00:00:00Z')).toEqual([])
  })

  test('is nothing to those who do not know the person', async () => {
    const somebody = await person()
    const { id } = await made(record(somebody))
    expect((await facility2.get(`/api/v1/people/${somebody.id}/educations`)).status).toBe(404)
    expect((await facility2.post(`/api/v1/people/${somebody.id}/educations`, college)).status).toBe(404)
    for (const noun of ['correction', 'withdrawal']) {
      expect((await facility2.post(`/api/v1/educations/${id}/${noun}`, { reason: '更正' })).status).toBe(404)
      expect((await facility2.page(`/console/educations/${id}/${noun}`)).status).toBe(404)
    }
    expect((await w.as('assessor').post(`/api/v1/people/${somebody.id}/educations`, college)).status).toBe(403)
  })

  test('recorded by two at once is one', async () => {
    const somebody = await person()
    const answers = await Promise.all([record(somebody), record(somebody)])
    const changes = await Promise.all(answers.map((answer) => answer.json()))
    expect(changes.map(({ change }) => change).sort()).toEqual(['new', 'same'])
  })

  test('is refused twice by the database itself, also without a graduation', async () => {
    const somebody = await person()
    await made(record(somebody, { graduated_on: null }))
    const insert = (id: string, level: string) =>
      sql`insert into educations (person_id, id, level, school, mode) select ${somebody.id}, ${sql.raw(id)}, ${level}, ${college.school}, 'part_time'
        from educations where person_id = ${somebody.id}`.execute(w.db)
    await expect(insert('new_id()', 'junior_college')).rejects.toMatchObject({ constraint: 'educations_once' })
    await expect(insert('id', 'bachelor')).rejects.toMatchObject({ constraint: 'educations_current' })
    await expect(sql`update educations set graduated_on = starts_on`.execute(w.db)).rejects.toMatchObject({
      code: '23514',
    })
  })
})

describe('the console', () => {
  test('records, corrects and withdraws with a form each; the graduation stands on the timeline', async () => {
    const somebody = await person()
    const path = `/console/people/${somebody.id}`
    expect((await facility.page(`${path}/educations/new`)).status).toBe(200)
    const values = { ...college, evidence: '', starts_on: '' }
    const wrong = await facility.submit(`${path}/educations`, { ...values, school: '' })
    expect(wrong.status).toBe(422)
    expect(await wrong.text()).toContain(college.major)
    expect((await facility.submit(`${path}/educations`, values)).headers.get('location')).toBe(path)
    const html = await (await facility.page(path)).text()
    for (const words of [college.school, '全日制', '大专', '2021-06-30']) expect(html).toContain(words)
    const [, correction] = /href="(\/console\/educations\/[^"]+\/correction)"/.exec(html)!
    const form = await (await facility.page(correction!)).text()
    expect(form).toContain(`value="${college.certificate_number}"`)
    expect((await facility.submit(correction!, { ...values, mode: 'part_time', reason: '' })).status).toBe(422)
    expect(
      (await facility.submit(correction!, { ...values, major: '', mode: 'part_time', reason: '核对证书' })).status,
    ).toBe(303)
    const corrected = await (await facility.page(path)).text()
    expect(corrected).toContain('非全日制')
    expect(corrected).not.toContain(college.major)
    const { items } = await made(facility.get(`/api/v1/people/${somebody.id}/record`), 200)
    expect(items.find(({ kind }: { kind: string }) => kind === 'graduation')).toMatchObject({
      on: '2021-06-30',
      facts: { mode: 'part_time' },
    })
    const withdrawal = correction!.replace('correction', 'withdrawal')
    expect((await facility.page(withdrawal)).status).toBe(200)
    expect((await facility.submit(withdrawal, { reason: '' })).status).toBe(422)
    expect((await facility.submit(withdrawal, { reason: '证书查无此号' })).status).toBe(303)
    expect(await (await facility.page(path)).text()).toContain('还没有学历记录')
  })

  test('no page was an internal fault', () => expect(w.faults).toEqual([]))
})
