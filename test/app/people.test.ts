/** People: registering, finding, correcting and disclosing them, the facts about them, and who may see what. */
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { demoPerson } from '../../db/demo-people.ts'
import { registerPeople } from '../../src/people/actions.ts'
import { recordEducationHours } from '../../src/people/education-hours.ts'
import { recordEmployments } from '../../src/people/employments.ts'
import { findPeopleByDocument } from '../../src/people/queries.ts'
import { recordServiceMonths } from '../../src/people/service-months.ts'
import { readSheet } from '../../src/platform/sheet-reader.ts'
import { clientsOf } from '../support/answers.ts'
import { type Client, type World, world } from '../support/world.ts'

let w: World
let facility: Client
let facility2: Client
let trainer: Client
let district: Client
beforeAll(async () => {
  w = await world()
  facility = as('facility')
  facility2 = as('facility2')
  trainer = as('trainer')
  district = as('district')
})
afterAll(() => w.close())
/** One session an account: signing in is counted. */
const as = clientsOf(() => w)

let last = 0
/** Somebody nobody has registered yet. */
function stranger(values: object = {}) {
  const { name, id_number, bank_account } = demoPerson(last++)
  return { name, id_type: 'resident_id' as const, id_number, bank_account, workforce: 'elder_care' as const, ...values }
}
async function json(answer: Response | Promise<Response>) {
  return (await answer).json()
}
async function registered(values: object = {}, client = facility) {
  const answer = await client.post('/api/v1/people', stranger(values))
  expect(answer.status).toBe(201)
  return answer.json()
}
async function employed(values: object = {}, client = facility) {
  const person = await registered(values, client)
  const answer = await client.post(`/api/v1/people/${person.id}/employments`, {
    post: 'care',
    contract_kind: 'labour',
    starts_on: '2026-01-05',
  })
  expect(answer.status).toBe(201)
  return { person, employment: await answer.json() }
}
const eventsOf = (id: string) =>
  w.db.selectFrom('history_events').selectAll().where('subject_id', '=', id).orderBy('seq').execute()

describe('registering', () => {
  test('a person is answered masked, and neither number nor account stands in the database in clear', async () => {
    const somebody = stranger({ education: 'bachelor', phone: '138 1234 5678' })
    const answer = await facility.post('/api/v1/people', somebody)
    expect(answer.status).toBe(201)
    expect(answer.headers.get('location')).toMatch(/^\/api\/v1\/people\/[0-9a-f-]{36}$/)
    const person = await answer.json()
    expect(person).toMatchObject({
      name: somebody.name,
      id_type: 'resident_id',
      id_number_masked: `${somebody.id_number.slice(0, 4)}**********${somebody.id_number.slice(-4)}`,
      birth_year: Number(somebody.id_number.slice(6, 10)),
      education: 'bachelor',
      phone: '13812345678',
      level: null,
      revision: 1,
      change: 'new',
    })
    expect(JSON.stringify(person)).not.toContain(somebody.id_number)
    const { rows } = await sql<{ row: string }>`
      select p::text as row from people p where id = ${person.id}
      union all select d::text from person_documents d where person_id = ${person.id}
      union all select h::text from history_events h where subject_id = ${person.id}`.execute(w.db)
    expect(rows).toHaveLength(3)
    for (const { row } of rows) {
      expect(row).not.toContain(somebody.id_number)
      expect(row).not.toContain(somebody.bank_account)
    }
  })

  test('every fault of the body is named with its place', async () => {
    const { name } = stranger()
    const answer = await facility.post('/api/v1/people', {
      name: '王1',
      id_number: '109901197203150220',
      phone: '12',
      bank_account: '7',
      workforce: 'elder_care',
    })
    expect(answer.status).toBe(422)
    const { errors } = await answer.json()
    expect(errors.map(({ pointer, code }: { pointer: string; code: string }) => [pointer, code])).toEqual([
      ['/id_number', 'identity.check_digit'],
      ['/name', 'name.characters'],
      ['/phone', 'phone.format'],
      ['/bank_account', 'account.format'],
    ])
    const unknown = await facility.post('/api/v1/people', { ...stranger(), name, colour: 'red' })
    expect((await unknown.json()).errors[0]).toMatchObject({ pointer: '/colour' })
  })

  test('the same document again is the same person: nothing is written, and no event', async () => {
    const somebody = stranger()
    const first = await json(facility.post('/api/v1/people', somebody))
    const again = await json(
      facility.post('/api/v1/people', { ...somebody, id_number: ` ${somebody.id_number.toLowerCase()}` }),
    )
    expect(again).toMatchObject({ id: first.id, change: 'same', revision: 1 })
    expect(await eventsOf(first.id)).toHaveLength(1)
  })

  test('another organisation that knows document and name gets the person on its roster', async () => {
    const somebody = stranger()
    const { id } = await json(facility.post('/api/v1/people', somebody))
    expect((await trainer.get(`/api/v1/people/${id}`)).status).toBe(404)
    const theirs = await json(trainer.post('/api/v1/people', { ...somebody, bank_account: undefined }))
    expect(theirs).toMatchObject({ id, change: 'changed', bank_account_masked: null })
    expect((await trainer.get(`/api/v1/people/${id}`)).status).toBe(200)
  })

  test('another name for a known document is refused, naming masked facts only', async () => {
    const somebody = stranger()
    await facility.post('/api/v1/people', somebody)
    const answer = await trainer.post('/api/v1/people', { ...somebody, name: '欧阳别人', bank_account: undefined })
    expect(answer.status).toBe(409)
    const problem = await answer.json()
    expect(problem.code).toBe('person.name_differs')
    expect(problem.detail).toContain('**********')
    expect(problem.detail).not.toContain(somebody.id_number)
    expect(problem.detail).not.toContain(somebody.name)
  })

  test('only an employer exchanges the account that money goes to', async () => {
    const somebody = stranger()
    const { id } = await json(facility.post('/api/v1/people', somebody))
    const other = { ...somebody, bank_account: demoPerson(900_000).bank_account }
    const refused = await facility2.post('/api/v1/people', other)
    expect([refused.status, (await refused.json()).code]).toEqual([409, 'person.account_not_employer'])
    await facility2.post('/api/v1/people', somebody)
    await facility2.post(`/api/v1/people/${id}/employments`, {
      post: 'care',
      contract_kind: 'labour',
      starts_on: '2026-09-01',
    })
    expect((await facility2.post('/api/v1/people', other)).status).toBe(201)
    const [, , , event] = await eventsOf(id)
    expect(event).toMatchObject({ kind: 'person.amended', changes: { fields: ['bank_account'] } })
  })

  test('many at once: answered in order, one event a person, and all refused when one is wrong', async () => {
    const context = await w.context('trainer')
    const rows = Array.from({ length: 200 }, () => stranger())
    const run = (people: typeof rows) => w.db.transaction().execute((tx) => registerPeople(tx, context, people))
    const done = await run(rows)
    const names = await w.db
      .selectFrom('people')
      .select(['id', 'name'])
      .where(
        'id',
        'in',
        done.map(({ id }) => id),
      )
      .execute()
    const nameOf = new Map(names.map(({ id, name }) => [id, name]))
    expect(done.map(({ id }) => nameOf.get(id))).toEqual(rows.map(({ name }) => name))
    const again = await run([...rows].reverse())
    expect(again.every(({ change }) => change === 'same')).toBe(true)
    expect(again.map(({ id }) => id).reverse()).toEqual(done.map(({ id }) => id))
    await expect(run([stranger(), rows[0]!, { ...rows[0]! }])).rejects.toMatchObject({
      faults: [{ pointer: '/items/2/id_number', code: 'person.twice' }],
    })
    const found = await findPeopleByDocument(w.db, context, [rows[7]!, { id_type: 'passport', id_number: 'X1' }])
    expect(found).toEqual([{ id: done[7]!.id, name: rows[7]!.name, on_roster: true }, undefined])
  })

  test('two organisations registering the same people in the same moment get the same people', async () => {
    const people = Array.from({ length: 20 }, () => stranger())
    const contexts = await Promise.all(['facility', 'facility2'].map((username) => w.context(username)))
    // the other way round, so that each finds the other's in its way
    const orders = [people, people.toReversed()]
    const register = (rows: typeof people, context: (typeof contexts)[number]) =>
      w.db.transaction().execute((tx) => registerPeople(tx, context, rows))
    const [ours, theirs] = await Promise.all(orders.map((rows, at) => register(rows, contexts[at]!)))
    expect(ours!.map(({ id }) => id)).toEqual(theirs!.toReversed().map(({ id }) => id))
    expect([...new Set([ours!, theirs!].map((done) => done.map(({ change }) => change).join()))].sort()).toEqual([
      Array(20).fill('changed').join(),
      Array(20).fill('new').join(),
    ])
    const { count } = await w.db
      .selectFrom('people')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .where(
        'id',
        'in',
        ours!.map(({ id }) => id),
      )
      .executeTakeFirstOrThrow()
    expect(count).toBe(20)
  })
})

describe('finding', () => {
  test('by start of name, of pinyin, of initials, and by the last four of the document', async () => {
    const person = await registered({ name: '曾小贤' })
    for (const q of ['曾小', 'zengxiao', 'zxx', person.id_number_masked.slice(-4).toLowerCase()]) {
      const { items } = await json(facility.get(`/api/v1/people?q=${encodeURIComponent(q)}&limit=200`))
      expect(items.map(({ id }: { id: string }) => id)).toContain(person.id)
    }
    expect((await json(facility.get('/api/v1/people?q=%25'))).items.length).toBeGreaterThan(0)
    expect((await json(facility.get('/api/v1/people?q=xiaoxian'))).items).toEqual([])
  })

  test('pages follow each other by pinyin without gap or repetition', async () => {
    const all = await json(facility.get('/api/v1/people?limit=200'))
    expect(all.next_cursor).toBeNull()
    const seen: string[] = []
    for (let cursor = ''; ; ) {
      const page = await json(facility.get(`/api/v1/people?limit=3${cursor && `&cursor=${cursor}`}`))
      seen.push(...page.items.map(({ id }: { id: string }) => id))
      if (!page.next_cursor) break
      cursor = page.next_cursor
    }
    expect(seen).toEqual(all.items.map(({ id }: { id: string }) => id))
    const pinyin = all.items.map(({ name_pinyin }: { name_pinyin: string }) => name_pinyin)
    expect(pinyin).toEqual([...pinyin].sort())
    expect((await facility.get('/api/v1/people?cursor=nonsense')).status).toBe(422)
  })

  test('by workforce, organisation, district of work, and level of a valid certificate', async () => {
    const { person } = await employed()
    const ids = async (client: Client, query: string) =>
      (await json(client.get(`/api/v1/people?limit=200&${query}`))).items.map(({ id }: { id: string }) => id)
    expect(await ids(facility, 'workforce=childcare')).not.toContain(person.id)
    expect(await ids(district, `organisation_id=${w.org.home}`)).toContain(person.id)
    expect(await ids(district, `organisation_id=${w.org.trainer}`)).not.toContain(person.id)
    expect(await ids(as('admin'), 'district_code=330106')).toContain(person.id)
    expect(await ids(as('admin'), 'district_code=330100')).toContain(person.id)
    expect(await ids(as('admin'), 'district_code=330102')).not.toContain(person.id)
    await certificate(person.id, 'A', { level: 5, valid_until: '2026-12-01' })
    expect(await ids(facility, 'level=5')).toContain(person.id)
    expect(await ids(facility, 'certificate_status=expiring')).toContain(person.id)
    await certificate(person.id, 'B', { level: 3, valid_until: null })
    expect(await ids(facility, 'level=5')).not.toContain(person.id)
    expect(await ids(facility, 'level=3')).toContain(person.id)
    expect(await json(facility.get(`/api/v1/people/${person.id}`))).toMatchObject({
      level: 3,
      certificate_status: 'valid',
      organisation_id: w.org.home,
      district_code: '330106',
      employed_from: '2026-01-05',
    })
    await w.db
      .insertInto('certificate_revocations')
      .values(({ selectFrom }) => ({
        certificate_id: selectFrom('certificates').select('id').where('number', '=', `${person.id}-B`),
        reason_code: 'fraud',
        reason: '示例',
        effective_on: '2026-01-01',
      }))
      .execute()
    expect(await ids(facility, 'level=3')).not.toContain(person.id)
    expect(await ids(facility, 'level=5')).toContain(person.id)
    expect(await ids(facility, 'certificate_status=none')).not.toContain(person.id)
  })

  test('an institution sees its roster, a district those of its institutions, and what is not theirs does not exist', async () => {
    const { id } = await registered({}, facility2)
    const status = async (username: string) => (await as(username).get(`/api/v1/people/${id}`)).status
    expect(await Promise.all(['facility2', 'district2', 'admin', 'finance', 'auditor'].map(status))).toEqual([
      200, 200, 200, 200, 200,
    ])
    expect(await Promise.all(['facility', 'trainer', 'district', 'district_nb', 'finance_nb'].map(status))).toEqual([
      404, 404, 404, 404, 404,
    ])
    for (const path of ['record', 'employments'])
      expect((await facility.get(`/api/v1/people/${id}/${path}`)).status).toBe(404)
    expect((await facility.patch(`/api/v1/people/${id}`, { phone: null }, 1)).status).toBe(404)
    expect(
      (
        await facility.post(`/api/v1/people/${id}/employments`, {
          post: 'care',
          contract_kind: 'labour',
          starts_on: '2026-01-01',
        })
      ).status,
    ).toBe(404)
    expect(
      (await facility.post(`/api/v1/people/${id}/disclosure`, { field: 'id_number', reason: '核对' })).status,
    ).toBe(404)
  })
})

/** A skill-level certificate as credentials would leave it, numbered by person and name. */
async function certificate(person_id: string, name: string, values: { level: number; valid_until: string | null }) {
  const { rows } = await sql<{ id: string }>`
    with course as (
      insert into courses (organisation_id, name, kind, theory_hours, practice_hours, attendance_percent)
      values (${w.org.trainer}, '示例', 'heads', 1, 1, 0) returning id
    ), class as (
      insert into classes (course_id, organisation_id, name, starts_on, ends_on, capacity)
      select id, ${w.org.trainer}, ${`${person_id} ${name}`}, '2025-01-01', '2025-02-01', 1 from course returning id
    ), enrolment as (insert into enrolments (class_id, person_id, status) select id, ${person_id}, 'completed' from class returning id)
    insert into assessment_results (enrolment_id, assessed_on, passed, assessor_organisation_id)
    select id, '2025-02-02', true, ${w.org.assessor} from enrolment returning id`.execute(w.db)
  await w.db
    .insertInto('certificates')
    .values({
      ...values,
      number: `${person_id}-${name}`,
      kind: 'skill_level',
      person_id,
      holder_name: '示例',
      id_number_masked: '*',
      occupation_code: '4-10-01-05',
      occupation_name: '养老护理员',
      issuer_organisation_id: w.org.assessor,
      issuer_name: '示例',
      issued_on: '2025-03-01',
      result_id: rows[0]!.id,
      token: `${person_id}-${name}`,
      printed: '{}',
      pdf_sha256: '0'.repeat(64),
    })
    .execute()
}

describe('correcting', () => {
  test('a correction needs the revision that was read, and a name also a reason', async () => {
    const person = await registered({ name: '王小芳' })
    const path = `/api/v1/people/${person.id}`
    expect((await facility.patch(path, { phone: '13812345678' })).status).toBe(428)
    expect((await facility.patch(path, { phone: '13812345678' }, 7)).status).toBe(412)
    const unexplained = await facility.patch(path, { name: '王晓芳' }, 1)
    expect([unexplained.status, (await unexplained.json()).errors[0].code]).toEqual([422, 'person.reason_missing'])
    const answer = await facility.patch(path, { name: '王晓芳', education: 'bachelor', reason: '核对身份证' }, 1)
    expect(answer.headers.get('etag')).toBe('"2"')
    expect(await answer.json()).toMatchObject({
      name: '王晓芳',
      name_pinyin: 'wangxiaofang',
      education: 'bachelor',
      revision: 2,
    })
    const same = await facility.patch(path, { education: 'bachelor' }, 2)
    expect((await same.json()).revision).toBe(2)
    expect((await eventsOf(person.id)).map(({ kind, changes, reason }) => [kind, changes, reason])).toEqual([
      ['person.registered', { on_roster: true }, null],
      ['person.amended', { name: ['王*芳', '王*芳'], fields: ['education'] }, '核对身份证'],
    ])
  })

  test('a full number is shown to an employer or officer with a reason, and on record', async () => {
    const somebody = stranger()
    const { id } = await json(facility.post('/api/v1/people', somebody))
    const path = `/api/v1/people/${id}/disclosure`
    expect((await facility.post(path, { field: 'id_number', reason: '核对退票' })).status).toBe(409)
    expect((await trainer.post(path, { field: 'id_number', reason: '核对退票' })).status).toBe(403)
    expect((await district.post(path, { field: 'id_number' })).status).toBe(422)
    const answer = await district.post(path, { field: 'id_number', reason: '核对退票' }, { key: 'disclosure-1' })
    expect(await answer.json()).toEqual({ field: 'id_number', value: somebody.id_number })
    await facility.post(`/api/v1/people/${id}/employments`, {
      post: 'care',
      contract_kind: 'labour',
      starts_on: '2026-01-05',
    })
    expect(await json(facility.post(path, { field: 'bank_account', reason: '核对退票' }))).toEqual({
      field: 'bank_account',
      value: somebody.bank_account,
    })
    const disclosed = (await eventsOf(id)).filter(({ kind }) => kind === 'person.disclosed')
    expect(disclosed.map(({ actor_name, changes, reason }) => [actor_name, changes, reason])).toEqual([
      ['district', { field: 'id_number' }, '核对退票'],
      ['facility', { field: 'bank_account' }, '核对退票'],
    ])
    const kept = await w.db
      .selectFrom('idempotency_keys')
      .select('key')
      .where('body', 'like', `%${somebody.id_number}%`)
      .execute()
    expect(kept).toEqual([])
  })
})

describe('employments', () => {
  const care = { post: 'care', contract_kind: 'labour', starts_on: '2026-01-05' }

  test('the same employment again does nothing, another contract corrects it, and what was known stays', async () => {
    const { person, employment } = await employed()
    const path = `/api/v1/people/${person.id}/employments`
    expect(employment).toMatchObject({ organisation_id: w.org.home, ends_on: null, person_name: person.name })
    expect((await json(facility.post(path, care))).id).toBe(employment.id)
    expect(await json(facility.post(path, { ...care, contract_kind: 'service' }))).toMatchObject({
      id: employment.id,
      contract_kind: 'service',
    })
    const known = await w.db
      .selectFrom('employments')
      .select(['contract_kind', sql<boolean>`known_to = 'infinity'`.as('current')])
      .where('id', '=', employment.id)
      .orderBy('known_from')
      .execute()
    expect(known).toEqual([
      { contract_kind: 'labour', current: false },
      { contract_kind: 'service', current: true },
    ])
    expect((await eventsOf(person.id)).map(({ kind }) => kind)).toEqual([
      'person.registered',
      'employment.recorded',
      'employment.corrected',
    ])
  })

  test('overlapping in the same post is refused with the dates, after the ending it is not', async () => {
    const { person, employment } = await employed()
    const path = `/api/v1/people/${person.id}/employments`
    const overlap = await facility.post(path, { ...care, starts_on: '2026-06-01' })
    const problem = await overlap.json()
    expect([overlap.status, problem.errors[0].code]).toEqual([422, 'employment.overlap'])
    expect(problem.errors[0].message).toContain('2026-01-05')
    expect((await facility.post(path, { ...care, post: 'management', starts_on: '2026-06-01' })).status).toBe(201)
    const early = await facility.post(`/api/v1/employments/${employment.id}/ending`, {
      ends_on: '2026-01-05',
      reason: '辞职',
    })
    expect([early.status, (await early.json()).errors[0].code]).toEqual([422, 'employment.ends_before_start'])
    expect(
      (await facility2.post(`/api/v1/employments/${employment.id}/ending`, { ends_on: '2026-05-01', reason: '辞职' }))
        .status,
    ).toBe(404)
    const ended = await facility.post(`/api/v1/employments/${employment.id}/ending`, {
      ends_on: '2026-05-01',
      reason: '辞职',
    })
    expect(await ended.json()).toMatchObject({ id: employment.id, ends_on: '2026-05-01', leaving_reason: '辞职' })
    expect((await facility.post(path, { ...care, starts_on: '2026-05-01' })).status).toBe(201)
    const late = await facility.post(`/api/v1/employments/${employment.id}/ending`, {
      ends_on: '2026-07-01',
      reason: '更正',
    })
    expect([late.status, (await late.json()).code]).toEqual([409, 'employment.overlap'])
    const { items } = await json(facility.get(`/api/v1/people/${person.id}/employments`))
    expect(items.map(({ starts_on, ends_on }: Record<string, string>) => [starts_on, ends_on])).toEqual([
      ['2026-06-01', null],
      ['2026-05-01', null],
      ['2026-01-05', '2026-05-01'],
    ])
  })

  test('a facility records for itself only', async () => {
    const person = await registered()
    const answer = await facility.post(`/api/v1/people/${person.id}/employments`, {
      ...care,
      organisation_id: w.org.home2,
    })
    expect([answer.status, (await answer.json()).errors[0].code]).toEqual([422, 'organisation.not_yours'])
    expect((await trainer.post(`/api/v1/people/${person.id}/employments`, care)).status).toBe(403)
  })

  test('many at once: a correction and what follows it in one call, overlaps within the call named by row', async () => {
    const context = await w.context('facility')
    const { person, employment } = await employed()
    const row = {
      person_id: person.id,
      organisation_id: w.org.home,
      post: 'care' as const,
      contract_kind: 'labour',
      starts_on: '2026-01-05',
      ends_on: '2026-03-01',
    }
    const run = (rows: (typeof row | (Omit<typeof row, 'ends_on'> & { ends_on: null }))[]) =>
      w.db.transaction().execute((tx) => recordEmployments(tx, context, rows))
    await expect(run([row, { ...row, starts_on: '2026-02-01', ends_on: null }])).rejects.toMatchObject({
      faults: [{ pointer: '/items/1/starts_on', code: 'employment.overlap' }],
    })
    const done = await run([row, { ...row, starts_on: '2026-03-01', ends_on: null }])
    expect(done.map(({ change }) => change)).toEqual(['changed', 'new'])
    expect(done[0]!.id).toBe(employment.id)
  })

  test('lists by organisation and day, each institution its own', async () => {
    const { person } = await employed()
    const ids = async (client: Client, query: string) =>
      (await json(client.get(`/api/v1/employments?limit=200&${query}`))).items.map(
        ({ person_id }: { person_id: string }) => person_id,
      )
    expect(await ids(facility, 'on=2026-01-05')).toContain(person.id)
    expect(await ids(facility, 'on=2026-01-04')).not.toContain(person.id)
    expect(await ids(district, `organisation_id=${w.org.home}`)).toContain(person.id)
    expect(await ids(facility2, `organisation_id=${w.org.home}`)).toEqual([])
    expect(await ids(as('district2'), `organisation_id=${w.org.home}`)).toEqual([])
    const first = await json(facility.get('/api/v1/employments?limit=1'))
    const second = await json(facility.get(`/api/v1/employments?limit=1&cursor=${first.next_cursor}`))
    expect(second.items[0].id).not.toBe(first.items[0].id)
  })
})

describe('months of service', () => {
  const monthsOf = async (client: Client, query: string) =>
    (await json(client.get(`/api/v1/service-months?limit=200&${query}`))).items.map(
      ({ person_id, month, attendance_days, social_insurance }: Record<string, unknown>) => [
        person_id,
        month,
        attendance_days,
        social_insurance,
      ],
    )

  test('said again a month does nothing; other figures close the old ones and stand beside them', async () => {
    const { person } = await employed()
    const row = { person_id: person.id, month: '2026-10', attendance_days: 22, social_insurance: true }
    const answer = await facility.post('/api/v1/service-months', row)
    expect([answer.status, (await answer.json()).change]).toEqual([201, 'new'])
    expect((await json(facility.post('/api/v1/service-months', row))).change).toBe('same')
    expect(
      (await json(facility.post('/api/v1/service-months', { items: [{ ...row, attendance_days: 19 }] }))).items[0]
        .change,
    ).toBe('changed')
    expect(await monthsOf(facility, `month=2026-10&person_id=${person.id}`)).toEqual([[person.id, '2026-10', 19, true]])
    const known = await w.db
      .selectFrom('service_months')
      .select(['attendance_days', sql<boolean>`known_to = 'infinity'`.as('current')])
      .where('person_id', '=', person.id)
      .orderBy('known_from')
      .execute()
    expect(known).toEqual([
      { attendance_days: 22, current: false },
      { attendance_days: 19, current: true },
    ])
    expect((await eventsOf(person.id)).slice(2).map(({ kind, changes }) => [kind, changes])).toEqual([
      ['service_month.recorded', { month: '2026-10', attendance_days: [null, 22], social_insurance: [null, true] }],
      ['service_month.corrected', { month: '2026-10', attendance_days: [22, 19] }],
    ])
  })

  test('days the month does not have, months to come, strangers and other facilities are refused, every row named', async () => {
    const { person } = await employed()
    const theirs = await employed({}, facility2)
    const row = { person_id: person.id, month: '2026-02', attendance_days: 28 }
    const answer = await facility.post('/api/v1/service-months', {
      items: [
        row,
        { ...row, attendance_days: 29 },
        { ...row, month: '2026-12' },
        { ...row, person_id: theirs.person.id },
        { ...row, month: '2026-01', organisation_id: w.org.home2 },
      ],
    })
    expect(answer.status).toBe(422)
    expect((await answer.json()).errors.map(({ pointer, code }: Record<string, string>) => [pointer, code])).toEqual([
      ['/items/1/attendance_days', 'service_month.too_many_days'],
      ['/items/1/person_id', 'service_month.twice'],
      ['/items/2/month', 'service_month.future'],
      ['/items/3/person_id', 'person.unknown'],
      ['/items/4/organisation_id', 'organisation.not_yours'],
    ])
    const single = await facility.post('/api/v1/service-months', { ...row, attendance_days: 30 })
    expect((await single.json()).errors).toMatchObject([{ pointer: '/attendance_days' }])
    const shapeless = await facility.post('/api/v1/service-months', {
      items: [{ person_id: person.id, month: '2026-13' }],
    })
    expect((await shapeless.json()).errors.map(({ pointer }: Record<string, string>) => pointer)).toEqual([
      '/items/0/month',
      '/items/0/attendance_days',
    ])
    expect(await monthsOf(facility, `person_id=${person.id}`)).toEqual([])
  })

  test('the month under way may be recorded, each institution and district reads its own', async () => {
    const { person } = await employed()
    await facility.post('/api/v1/service-months', {
      items: [
        { person_id: person.id, month: '2026-11', attendance_days: 1 },
        { person_id: person.id, month: '2026-09', attendance_days: 3 },
      ],
    })
    expect(await monthsOf(district, `person_id=${person.id}`)).toEqual([
      [person.id, '2026-11', 1, false],
      [person.id, '2026-09', 3, false],
    ])
    for (const username of ['facility2', 'trainer', 'district2'])
      expect(await monthsOf(as(username), `person_id=${person.id}`)).toEqual([])
  })

  test('a thousand rows are written in one call', async () => {
    const context = await w.context('facility2')
    const rows = Array.from({ length: 1000 }, () => stranger())
    await w.db.transaction().execute(async (tx) => {
      const people = await registerPeople(tx, context, rows)
      const entries = people.map(({ id }) => ({ person_id: id, organisation_id: w.org.home2 }))
      await recordEmployments(
        tx,
        context,
        entries.map((entry) => ({
          ...entry,
          post: 'care',
          contract_kind: 'labour',
          starts_on: '2026-01-01',
          ends_on: null,
        })),
      )
      const months = entries.map((entry) => ({
        ...entry,
        month: '2026-10',
        attendance_days: 21,
        social_insurance: true,
      }))
      expect((await recordServiceMonths(tx, context, months)).every(({ change }) => change === 'new')).toBe(true)
      const hours = people.map(({ id }) => ({
        person_id: id,
        completed_on: '2026-05-01',
        hours: 8,
        provider: '示例学校',
        subject: '失智照护',
      }))
      expect((await recordEducationHours(tx, context, hours)).every(({ change }) => change === 'new')).toBe(true)
    })
  })
})

describe('continuing education and conduct', () => {
  test('hours are recorded once, corrected in place of the old ones, and not before they were done', async () => {
    const { person } = await employed()
    const row = {
      person_id: person.id,
      completed_on: '2026-05-20',
      hours: 8,
      provider: '示例职业培训学校',
      subject: '失智照护',
    }
    expect((await json(facility.post('/api/v1/education-hours', row))).change).toBe('new')
    expect((await json(facility.post('/api/v1/education-hours', { items: [row] }))).items[0].change).toBe('same')
    expect((await json(facility.post('/api/v1/education-hours', { ...row, hours: 16 }))).change).toBe('changed')
    const { items } = await json(facility.get(`/api/v1/education-hours?person_id=${person.id}&year=2026`))
    expect(items).toMatchObject([{ hours: 16, subject: '失智照护' }])
    expect((await json(facility.get(`/api/v1/education-hours?person_id=${person.id}&year=2025`))).items).toEqual([])
    const future = await facility.post('/api/v1/education-hours', { ...row, completed_on: '2026-11-24' })
    expect((await future.json()).errors).toMatchObject([{ pointer: '/completed_on', code: 'education_hours.future' }])
    expect((await facility2.post('/api/v1/education-hours', row)).status).toBe(422)
  })

  test('an authority records a breach once and can withdraw it; employers and officers see it, trainers do not', async () => {
    const somebody = stranger()
    const { id: person_id } = await json(facility.post('/api/v1/people', somebody))
    await facility.post(`/api/v1/people/${person_id}/employments`, {
      post: 'care',
      contract_kind: 'labour',
      starts_on: '2026-01-05',
    })
    await trainer.post('/api/v1/people', { ...somebody, bank_account: undefined })
    const event = {
      person_id,
      kind: 'ethics_breach',
      happened_on: '2026-05-02',
      decided_on: '2026-06-01',
      decision: '示例处理决定',
    }
    const answer = await district.post('/api/v1/conduct-events', event)
    expect(answer.status).toBe(201)
    const { id } = await answer.json()
    expect((await json(district.post('/api/v1/conduct-events', event))).id).toBe(id)
    const seen = async (client: Client) =>
      (await json(client.get(`/api/v1/conduct-events?person_id=${person_id}`))).items.length
    expect(await Promise.all([district, facility, trainer, as('district2')].map(seen))).toEqual([1, 1, 0, 0])
    expect((await as('district2').post('/api/v1/conduct-events', event)).status).toBe(422)
    const backwards = await district.post('/api/v1/conduct-events', { ...event, decided_on: '2026-05-01' })
    expect((await backwards.json()).errors[0].code).toBe('conduct_event.decided_before')
    expect((await district.post(`/api/v1/conduct-events/${id}/withdrawal`, { reason: '复核后撤销' })).status).toBe(200)
    expect(await seen(district)).toBe(0)
    expect((await district.post(`/api/v1/conduct-events/${id}/withdrawal`, { reason: '复核后撤销' })).status).toBe(404)
  })
})

describe('the record', () => {
  let person: { id: string; name: string }
  /** Somebody with one of everything. */
  beforeAll(async () => {
    person = (await employed()).person
    await certificate(person.id, 'A', { level: 4, valid_until: null })
    await facility.post('/api/v1/education-hours', {
      person_id: person.id,
      completed_on: '2026-05-20',
      hours: 8,
      provider: '示例学校',
      subject: '失智照护',
    })
    await district.post('/api/v1/conduct-events', {
      person_id: person.id,
      kind: 'ethics_breach',
      happened_on: '2026-05-02',
      decided_on: '2026-06-01',
      decision: '示例处理决定',
    })
    await sql`
      with competition as (
        insert into competitions (organisation_id, name, tier, held_on, citation)
        values (${w.org.authority}, ${`竞赛 ${person.id}`}, 'city', '2026-07-01', '示例') returning id
      ), event as (
        insert into competition_events (competition_id, name, occupation_code, theory_weight, published_at)
        select id, '养老护理', '4-10-01-05', 30, now() from competition returning id
      ), entry as (
        insert into competition_entries (event_id, person_id, organisation_id, station) select id, ${person.id}, ${w.org.home}, 1 from event returning id, event_id
      )
      insert into competition_rankings (event_id, entry_id, rank, total, practical, denominator, award) select event_id, id, 2, 1, 1, 1, '二等奖' from entry`.execute(
      w.db,
    )
    await sql`
      with version as (select v.id, v.scheme_code from scheme_versions v join schemes s on s.code = v.scheme_code where s.workforce = 'elder_care' limit 1),
      run as (
        insert into allowance_runs (scheme_code, version_id, month, district_code, created_by, status)
        select scheme_code, id, '2026-08-01', '330106', new_id(), 'computing' from version returning *
      ), line as (
        insert into allowance_lines (run_id, person_id, month, kind, outcome, organisation_id, level, version_id, entitlement_fen, failed, found)
        select id, ${person.id}, month, 'normal', 'payable', ${w.org.home}, 4, version_id, 40000, 0, '[]' from run returning *
      )
      insert into allowance_ledger (person_id, scheme_code, month, seq, entitlement_fen, run_id)
      select line.person_id, run.scheme_code, run.month, 0, 40000, run.id from line, run`.execute(w.db)
  })
  const kindsOf = (record: { items: { kind: string }[] }) => new Set(record.items.map(({ kind }) => kind))

  test('joins everything about a person on one timeline, the latest first', async () => {
    const record = await json(district.get(`/api/v1/people/${person.id}/record`))
    expect(record.person.id).toBe(person.id)
    expect(kindsOf(record)).toEqual(
      new Set([
        'employment',
        'enrolment',
        'result',
        'certificate',
        'competition',
        'education',
        'conduct',
        'allowance',
        'change',
      ]),
    )
    const days = record.items.map(({ on }: { on: string }) => on)
    expect(days).toEqual([...days].sort().reverse())
    const facts = (kind: string) => record.items.find((item: { kind: string }) => item.kind === kind).facts
    expect(facts('competition')).toMatchObject({ rank: 2, award: '二等奖' })
    expect(facts('allowance')).toMatchObject({ month: '2026-08', amount_fen: 40000 })
    expect(facts('certificate')).toMatchObject({ level: 4, status: 'valid' })
  })

  test('shows an employer its own lines and the decisions, and a school neither', async () => {
    await w.db.insertInto('roster_entries').values({ organisation_id: w.org.trainer, person_id: person.id }).execute()
    expect(kindsOf(await json(facility.get(`/api/v1/people/${person.id}/record`)))).toContain('allowance')
    const theirs = kindsOf(await json(trainer.get(`/api/v1/people/${person.id}/record`)))
    expect(theirs).toContain('certificate')
    for (const kind of ['allowance', 'conduct', 'change']) expect(theirs).not.toContain(kind)
    await facility2.post('/api/v1/people', stranger())
    await w.db.insertInto('roster_entries').values({ organisation_id: w.org.home2, person_id: person.id }).execute()
    expect(kindsOf(await json(facility2.get(`/api/v1/people/${person.id}/record`)))).not.toContain('allowance')
  })

  test('of a carer is open to that carer alone, with nothing to change', async () => {
    const { password_hash } = await w.db
      .selectFrom('accounts')
      .select('password_hash')
      .where('username', '=', 'facility')
      .executeTakeFirstOrThrow()
    await w.db
      .insertInto('accounts')
      .values({ username: 'somebody', display_name: person.name, role: 'carer', person_id: person.id, password_hash })
      .execute()
    const carer = as('somebody')
    const record = await json(carer.get('/api/v1/my-record'))
    expect(record.person.id).toBe(person.id)
    expect(kindsOf(record)).toContain('allowance')
    for (const path of ['/people', `/people/${person.id}`, `/people/${person.id}/record`])
      expect((await carer.get(`/api/v1${path}`)).status).toBe(403)
    const page = await carer.page('/console/my-record')
    expect(page.status).toBe(200)
    const html = await page.text()
    expect(html).toContain('400.00')
    expect(html).not.toMatch(/disclosure|amendment|\/ending|href="\/console\/classes/)
  })
})

describe('the console', () => {
  const textOf = async (answer: Response | Promise<Response>) => (await answer).text()

  test('lists people masked, keeps the filter in its links, and says what to do when nobody matches', async () => {
    const person = await registered({ name: '曾小贤' })
    const html = await textOf(facility.page('/console/people?q=zxx'))
    expect(html).toContain(`href="/console/people/${person.id}"`)
    expect(html).toContain(person.id_number_masked)
    expect(html).toMatch(/<input[^>]*name="q"[^>]*value="zxx"/)
    const nobody = await textOf(facility.page('/console/people?q=nobody&level=x'))
    expect(nobody).toContain('没有符合条件的人员')
    expect(nobody).toContain('新增人员')
    const english = await textOf(facility.send('GET', '/console/people', { headers: { 'accept-language': 'en' } }))
    expect(english).toContain('Add a person')
    const first = await textOf(facility2.page('/console/people'))
    const next = /href="([^"]*cursor=[^"]*)"/.exec(first)?.[1]?.replaceAll('&amp;', '&')
    expect(next).toBeDefined()
    expect((await facility2.page(next!)).status).toBe(200)
  })

  test('exports the chosen rows, or all that the filter finds, as a workbook', async () => {
    const person = await registered({ name: '曾小贤' })
    const answer = await facility.get(`/console/people/export?person_ids=${person.id}`)
    expect(answer.headers.get('content-type')).toContain('spreadsheetml')
    const { rows } = await readSheet(new Uint8Array(await answer.arrayBuffer()), 'people.xlsx')
    expect(rows.map(({ cells }) => cells.slice(0, 2))).toEqual([[person.name, person.id_number_masked]])
    const all = await readSheet(
      new Uint8Array(await (await facility.get('/console/people/export?q=zxx')).arrayBuffer()),
      'people.xlsx',
    )
    expect(all.rows.length).toBeGreaterThan(1)
    expect(all.rows.every(({ cells }) => cells[0] === '曾小贤')).toBe(true)
  })

  test('whoever is ticked joins an open class of the reader, and nobody else is offered one', async () => {
    const person = await registered({}, trainer)
    const { rows } = await sql<{ id: string }>`
      with course as (
        insert into courses (organisation_id, name, kind, theory_hours, practice_hours, attendance_percent)
        values (${w.org.trainer}, '示例', 'heads', 1, 1, 0) returning id
      )
      insert into classes (course_id, organisation_id, name, starts_on, ends_on, capacity)
      select id, ${w.org.trainer}, '院长班', '2026-12-01', '2026-12-20', 5 from course returning id`.execute(w.db)
    const action = `/console/classes/${rows[0]!.id}/enrolments`
    expect(await textOf(trainer.page('/console/people'))).toContain(`formaction="${action}"`)
    expect(await textOf(facility.page('/console/people'))).not.toContain('formaction')
    expect((await trainer.submit(action, { person_ids: [person.id] })).status).toBe(303)
    expect(await textOf(trainer.page(`/console/people/${person.id}`))).toContain('院长班')
  })

  test('a form that is refused comes back with what was typed and every fault; a good one leads to the person', async () => {
    const { name, id_number } = stranger()
    const wrong = await facility.submit('/console/people', {
      name,
      id_type: 'resident_id',
      id_number: '123',
      workforce: 'elder_care',
      phone: '',
    })
    expect(wrong.status).toBe(422)
    const html = await wrong.text()
    expect(html).toMatch(/id="field-id_number"[^>]*aria-invalid="true"/)
    expect(html).toContain('value="123"')
    const good = await facility.submit('/console/people', {
      name,
      id_type: 'resident_id',
      id_number,
      workforce: 'elder_care',
      phone: '',
    })
    expect(good.status).toBe(303)
    const page = await textOf(facility.page(good.headers.get('location')!))
    expect(page).toContain(name)
    expect(page).toContain('登记任职')
  })

  test('a number is shown on the page alone, after a reason, and the next page no longer has it', async () => {
    const somebody = stranger()
    const { id } = await json(facility.post('/api/v1/people', somebody))
    const path = `/console/people/${id}/disclosure`
    expect(await textOf(district.page(path))).not.toContain(somebody.id_number)
    expect((await district.submit(path, { field: 'id_number', reason: '' })).status).toBe(422)
    const shown = await district.submit(path, { field: 'id_number', reason: '核对退票' })
    expect(shown.status).toBe(200)
    expect(shown.headers.getSetCookie().join()).not.toContain(somebody.id_number)
    expect(await shown.text()).toContain(somebody.id_number)
    const page = await textOf(district.page(`/console/people/${id}`))
    expect(page).not.toContain(somebody.id_number)
    expect(page).toContain('查看完整号码')
    expect(page).toContain('核对退票')
  })

  test('corrections, employment, education and conduct each have their form', async () => {
    const person = await registered({ phone: '13812345678' })
    const path = `/console/people/${person.id}`
    expect(await textOf(facility.page(`${path}/amendment`))).toContain('name="revision" value="1"')
    const values = {
      name: person.name,
      workforce: 'elder_care',
      education: 'bachelor',
      phone: '',
      bank_account: '',
      reason: '',
    }
    expect((await facility.submit(`${path}/amendment`, { ...values, revision: '1' })).status).toBe(303)
    expect(await json(facility.get(`/api/v1/people/${person.id}`))).toMatchObject({
      education: 'bachelor',
      phone: null,
      revision: 2,
    })
    const stale = await facility.submit(`${path}/amendment`, { ...values, education: '', revision: '1' })
    expect(stale.status).toBe(412)
    expect(await stale.text()).toContain('name="revision" value="2"')
    const employment = { post: 'care', contract_kind: 'labour', starts_on: '2026-01-05', ends_on: '' }
    expect((await facility.page(`${path}/employments/new`)).status).toBe(200)
    expect((await facility.submit(`${path}/employments`, employment)).status).toBe(303)
    expect((await facility.submit(`${path}/employments`, { ...employment, starts_on: '2026-02-01' })).status).toBe(422)
    const hours = { completed_on: '2026-05-20', hours: '8', provider: '示例学校', subject: '失智照护' }
    expect((await facility.page(`${path}/education-hours/new`)).status).toBe(200)
    expect((await facility.submit(`${path}/education-hours`, hours)).status).toBe(303)
    const decision = {
      kind: 'ethics_breach',
      happened_on: '2026-05-02',
      decided_on: '2026-06-01',
      decision: '示例处理决定',
    }
    expect((await district.page(`${path}/conduct-events/new`)).status).toBe(200)
    expect((await district.submit(`${path}/conduct-events`, decision)).status).toBe(303)
    const html = await textOf(district.page(path))
    for (const words of ['养老护理', '失智照护', '示例处理决定', '登记任职', '更正资料']) expect(html).toContain(words)
    const withdrawal = /href="(\/console\/conduct-events\/[^"]+\/withdrawal)"/.exec(html)![1]!
    expect((await district.page(withdrawal)).status).toBe(200)
    expect((await district.submit(withdrawal, { reason: '复核后撤销' })).headers.get('location')).toBe(path)
    expect(await textOf(district.page(path))).not.toContain('示例处理决定')
  })

  test('a facility fills in its month, copies the last one, and is told what stands in the way of the allowance', async () => {
    const nursery = as('nursery')
    const { person } = await employed({ workforce: 'childcare' }, nursery)
    const idle = await registered({ workforce: 'childcare' }, nursery)
    const empty = await textOf(nursery.page('/console/staff?month=2026-10'))
    expect(empty).toContain(`name="days.${person.id}"`)
    expect(empty).not.toContain(`name="days.${idle.id}"`)
    for (const words of ['无有效等级证书', '未填出勤', '未登记任职']) expect(empty).toContain(words)
    const wrong = await nursery.submit('/console/staff?month=2026-10', {
      month: '2026-10',
      [`days.${person.id}`]: '32',
    })
    expect(wrong.status).toBe(422)
    const again = await wrong.text()
    expect(again).toContain('2026-10 只有 31 天')
    expect(again).toMatch(/value="32"[^>]*aria-invalid="true"/)
    const words = await nursery.submit('/console/staff?month=2026-10', {
      month: '2026-10',
      [`days.${person.id}`]: '二十',
    })
    expect(await words.text()).toContain('“二十”')
    const good = await nursery.submit('/console/staff?month=2026-10', {
      month: '2026-10',
      [`days.${person.id}`]: '21',
      insured: [person.id],
    })
    expect(good.headers.get('location')).toBe('/console/staff?month=2026-10')
    const copied = await textOf(nursery.page('/console/staff?month=2026-11&copy=1'))
    expect(copied).toMatch(new RegExp(`name="days.${person.id}" value="21"`))
    expect(copied).toMatch(new RegExp(`name="insured" value="${person.id}" checked`))
    expect((await json(nursery.get('/api/v1/service-months?month=2026-11'))).items).toEqual([])
  })

  test('leaving is recorded with day and reason, and the next month no longer lists the person', async () => {
    const nursery = as('nursery')
    const { person, employment } = await employed({ workforce: 'childcare' }, nursery)
    const path = `/console/employments/${employment.id}/ending`
    expect(await textOf(nursery.page(path))).toContain(person.name)
    expect((await facility.page(path)).status).toBe(404)
    expect((await nursery.submit(path, { ends_on: '2026-10-16', reason: '' })).status).toBe(422)
    expect((await nursery.submit(path, { ends_on: '2026-10-16', reason: '辞职' })).headers.get('location')).toBe(
      `/console/people/${person.id}`,
    )
    expect(await textOf(nursery.page('/console/staff?month=2026-10'))).toContain('当月离岗')
    expect(await textOf(nursery.page('/console/staff?month=2026-11'))).not.toContain(`/console/people/${person.id}`)
  })

  test('an address with no id of ours leads nowhere', async () => {
    for (const path of ['people/abc', 'people/abc/amendment', 'employments/1/ending'])
      expect((await facility.page(`/console/${path}`)).status).toBe(404)
  })

  test('no page was an internal fault', () => expect(w.faults).toEqual([]))
})
