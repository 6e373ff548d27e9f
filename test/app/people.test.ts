/** People: registering, finding, correcting and disclosing them, the facts about them, and who may see what. */
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { demoPerson } from '../../db/demo-people.ts'
import { registerPeople } from '../../src/people/actions.ts'
import { recordEducationHours } from '../../src/people/education-hours.ts'
import { recordEmployments } from '../../src/people/employments.ts'
import { findPeopleByDocument } from '../../src/people/queries.ts'
import { recordServiceMonths } from '../../src/people/service-months.ts'
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
beforeEach(() => {
  w.faults.length = 0
})

const clients = new Map<string, Client>()
/** One session an account: signing in is counted. */
function as(username: string): Client {
  const client = clients.get(username) ?? w.as(username)
  clients.set(username, client)
  return client
}

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
    expect([...found]).toEqual([
      [`resident_id:${rows[7]!.id_number}`, { id: done[7]!.id, name: rows[7]!.name, on_roster: true }],
    ])
  })

  test('two organisations registering the same person in the same moment get the same person', async () => {
    const somebody = stranger()
    const [one, two] = await Promise.all([
      json(facility.post('/api/v1/people', somebody)),
      json(facility2.post('/api/v1/people', somebody)),
    ])
    expect(one.id).toBe(two.id)
    expect([one.change, two.change].sort()).toEqual(['changed', 'new'])
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
      ['person.amended', { name: ['王小芳', '王晓芳'], fields: ['education'] }, '核对身份证'],
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
