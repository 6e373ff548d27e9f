/** Employments over time: several at once, ends with a reason, corrections, transfers, withdrawals, and what was known when. */
import { type RawBuilder, sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { demoPerson } from '../../db/demo-people.ts'
import { checkEmployments } from '../../src/people/employments.ts'
import { type Client, type World, world } from '../support/world.ts'

let w: World
let facility: Client
let facility2: Client
let district: Client
beforeAll(async () => {
  w = await world()
  facility = w.as('facility')
  facility2 = w.as('facility2')
  district = w.as('district')
})
afterAll(() => w.close())

let last = 0
const care = { post: 'care', contract_kind: 'labour', starts_on: '2026-01-05' }

async function made(answer: Promise<Response>, status = 201) {
  const response = await answer
  const body = await response.json()
  expect([response.status, body.code]).toEqual([status, undefined])
  return body
}
/** Status and code; of the first fault where there are several. */
async function refused(answer: Promise<Response>) {
  const response = await answer
  const { code, errors, detail } = await response.json()
  return { status: response.status, code: errors?.[0]?.code ?? code, words: errors?.[0]?.message ?? detail }
}
async function person(client = facility) {
  const { name, id_number } = demoPerson(last++)
  return made(client.post('/api/v1/people', { name, id_number, workforce: 'elder_care' }))
}
async function known(client: Client, somebody: { id: string }) {
  const { name, id_number } = demoPerson(last - 1)
  expect((await client.post('/api/v1/people', { name, id_number, workforce: 'elder_care' })).status).toBe(201)
  return somebody
}
const employ = (client: Client, { id }: { id: string }, values: object = {}) =>
  client.post(`/api/v1/people/${id}/employments`, { ...care, ...values })
async function employed(values: object = {}) {
  const somebody = await person()
  return { person: somebody, employment: await made(employ(facility, somebody, values)) }
}
const eventsOf = (id: string) =>
  w.db.selectFrom('history_events').selectAll().where('subject_id', '=', id).orderBy('seq').execute()
/** The database's clock: facts carry its instants. */
async function instant(): Promise<string> {
  const { rows } = await sql<{ at: string }>`
    select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at`.execute(w.db)
  return rows[0]!.at
}
const at = (value: string) => `known_at=${encodeURIComponent(value)}`

describe('several at once', () => {
  test('are allowed, warned about by organisation and time but not by contract, and flagged in every read', async () => {
    const somebody = await person()
    const first = await made(employ(facility, somebody))
    expect([first.concurrent, first.warnings]).toEqual([false, []])
    await known(facility2, somebody)
    const second = await made(
      employ(facility2, somebody, { contract_kind: 'service', starts_on: '2026-03-01', ends_on: '2026-06-01' }),
    )
    expect(second.concurrent).toBe(true)
    expect(second.warnings).toMatchObject([{ pointer: '/starts_on', code: 'employment.concurrent' }])
    expect(second.warnings[0].message).toContain('另一家机构也有任职（示例西湖颐养院，2026-01-05 至今）')
    expect(JSON.stringify(second.warnings)).not.toMatch(/劳动合同|labour/)
    const list = await made(facility.get(`/api/v1/people/${somebody.id}/employments`), 200)
    expect(list.items.map(({ concurrent }: { concurrent: boolean }) => concurrent)).toEqual([true, true])
    const third = await made(employ(facility, somebody, { post: 'management', starts_on: '2026-07-01' }))
    expect(third.warnings.map(({ message }: { message: string }) => message)).toEqual([
      '此人在该机构还有另一段任职（2026-01-05 至今）。可以同时任职，请核对是否属实。',
    ])
    const page = await (await facility.page(`/console/people/${somebody.id}`)).text()
    expect(page).toContain('同时多处任职')
    expect(await (await facility.page('/console/staff?month=2026-04')).text()).toContain('同时多处任职')
  })

  test('one that begins on the day another ends is not at the same time', async () => {
    const { person: somebody } = await employed({ ends_on: '2026-03-01' })
    const next = await made(employ(facility, somebody, { post: 'management', starts_on: '2026-03-01' }))
    expect([next.concurrent, next.warnings]).toEqual([false, []])
  })

  test('many rows are warned about at once, against the register and each other', async () => {
    const { person: one } = await employed()
    const two = await person()
    const row = { organisation_id: w.org.home, contract_kind: 'labour', starts_on: '2026-02-01', ends_on: null }
    const checks = await checkEmployments(w.db, await w.context('facility'), [
      { ...row, person_id: one.id, post: 'management' },
      { ...row, person_id: two.id, post: 'care' },
      { ...row, person_id: two.id, post: 'nursing' },
      { ...row, person_id: one.id, post: 'care', starts_on: '2026-01-05' },
    ])
    expect(checks.map(({ faults, warnings }) => [faults.length, warnings.length])).toEqual([
      [0, 1],
      [0, 1],
      [0, 1],
      [0, 1],
    ])
  })
})

describe('an end', () => {
  test('has a kind beside the words, "other" when none is said, and an old row has none', async () => {
    const { employment } = await employed()
    const path = `/api/v1/employments/${employment.id}/ending`
    const ended = await made(facility.post(path, { ends_on: '2026-05-01', reason: '个人原因' }), 200)
    expect(ended).toMatchObject({ ends_on: '2026-05-01', leaving_kind: 'other', leaving_reason: '个人原因' })
    const again = await made(
      facility.post(path, { ends_on: '2026-05-01', leaving_kind: 'resigned', reason: '个人原因' }),
      200,
    )
    expect(again.leaving_kind).toBe('resigned')
    expect(
      (await refused(facility.post(path, { ends_on: '2026-05-01', leaving_kind: 'bored', reason: '个人原因' }))).status,
    ).toBe(422)
    const { employment: old } = await employed({ ends_on: '2026-04-01' })
    expect(old.leaving_kind).toBeNull()
  })

  test('may be recorded with the employment; without an end there is no reason for leaving', async () => {
    const { employment } = await employed({ ends_on: '2026-05-01', leaving_kind: 'retired' })
    expect(employment.leaving_kind).toBe('retired')
    expect(await refused(employ(facility, await person(), { leaving_kind: 'retired' }))).toMatchObject({
      status: 422,
      code: 'employment.leaving_without_end',
    })
  })

  test('recorded again with the same day keeps what was known about the leaving', async () => {
    const { person: somebody, employment } = await employed()
    const leaving = { ends_on: '2026-05-01', leaving_kind: 'died', reason: '病故' }
    await made(facility.post(`/api/v1/employments/${employment.id}/ending`, leaving), 200)
    const said = await made(employ(facility, somebody, { contract_kind: 'service', ends_on: '2026-05-01' }))
    expect(said).toMatchObject({ leaving_kind: 'died', leaving_reason: '病故' })
    const other = await made(employ(facility, somebody, { contract_kind: 'service', ends_on: '2026-06-01' }))
    expect(other).toMatchObject({ leaving_kind: null, leaving_reason: null })
  })
})

describe('a correction', () => {
  test('is a new version under the same id, of what was said only; the same again is no event', async () => {
    const { person: somebody, employment } = await employed({ ends_on: '2026-05-01', leaving_kind: 'resigned' })
    const path = `/api/v1/employments/${employment.id}/correction`
    const said = { post: 'nursing', starts_on: '2026-01-10', ends_on: null, reason: '登记时看错' }
    expect(await made(facility.post(path, said), 200)).toMatchObject({
      id: employment.id,
      post: 'nursing',
      contract_kind: 'labour',
      starts_on: '2026-01-10',
      ends_on: null,
      leaving_kind: null,
    })
    await made(facility.post(path, said), 200)
    const events = (await eventsOf(somebody.id)).slice(1)
    expect(events.map(({ kind, reason, changes }) => [kind, reason, changes])).toEqual([
      ['employment.recorded', null, expect.anything()],
      [
        'employment.corrected',
        '登记时看错',
        {
          employment_id: employment.id,
          post: ['care', 'nursing'],
          starts_on: ['2026-01-05', '2026-01-10'],
          ends_on: ['2026-05-01', null],
          leaving_kind: ['resigned', null],
        },
      ],
    ])
  })

  test('refuses overlaps and impossible ends with words, needs a reason, and is for the own organisation', async () => {
    const { person: somebody, employment } = await employed({ ends_on: '2026-03-01' })
    await made(employ(facility, somebody, { starts_on: '2026-04-01' }))
    const path = `/api/v1/employments/${employment.id}/correction`
    const overlap = await refused(facility.post(path, { ends_on: '2026-04-02', reason: '更正' }))
    expect(overlap).toMatchObject({ status: 409, code: 'employment.overlap' })
    expect(overlap.words).toContain('2026-04-01')
    expect(await refused(facility.post(path, { ends_on: '2026-01-05', reason: '更正' }))).toMatchObject({
      status: 422,
      code: 'employment.ends_before_start',
    })
    expect(
      await refused(facility.post(path, { ends_on: null, leaving_kind: 'retired', reason: '更正' })),
    ).toMatchObject({ status: 422, code: 'employment.leaving_without_end' })
    expect((await facility.post(path, { post: 'nursing' })).status).toBe(422)
    expect((await facility2.post(path, { post: 'nursing', reason: '更正' })).status).toBe(404)
    expect((await district.post(path, { post: 'nursing', reason: '更正' })).status).toBe(403)
  })
})

describe('a withdrawal', () => {
  test('leaves nothing on record, says why, and happens once', async () => {
    const { person: somebody, employment } = await employed()
    const path = `/api/v1/employments/${employment.id}/withdrawal`
    expect((await facility.post(path, {})).status).toBe(422)
    expect((await facility2.post(path, { reason: '登记错了人' })).status).toBe(404)
    expect((await made(facility.post(path, { reason: '登记错了人' }), 200)).id).toBe(employment.id)
    expect((await facility.post(path, { reason: '登记错了人' })).status).toBe(404)
    expect((await made(facility.get(`/api/v1/people/${somebody.id}/employments`), 200)).items).toEqual([])
    const versions = await made(facility.get(`/api/v1/employments/${employment.id}/versions`), 200)
    expect(versions.items).toHaveLength(1)
    expect(versions.withdrawn).toMatchObject({ by: 'facility 示例', reason: '登记错了人' })
    expect(await (await facility.page(`/console/employments/${employment.id}/versions`)).text()).toContain('登记错了人')
    await made(employ(facility, somebody))
  })
})

describe('a transfer', () => {
  test('within an institution ends one employment and begins the next, linked, on the same day', async () => {
    const { person: somebody, employment } = await employed()
    const path = `/api/v1/employments/${employment.id}/transfer`
    const next = await made(facility.post(path, { post: 'management', on: '2026-06-01', reason: '晋升' }))
    expect(next).toMatchObject({
      post: 'management',
      contract_kind: 'labour',
      starts_on: '2026-06-01',
      ends_on: null,
      transferred_from: employment.id,
      concurrent: false,
    })
    const { items } = await made(facility.get(`/api/v1/people/${somebody.id}/employments`), 200)
    expect(items[1]).toMatchObject({ id: employment.id, ends_on: '2026-06-01', leaving_kind: 'transferred' })
    expect((await eventsOf(somebody.id)).slice(-2)).toMatchObject([
      { kind: 'employment.transferred', reason: '晋升', changes: { transferred_to: next.id } },
      { kind: 'employment.recorded', reason: '晋升', changes: { transferred_from: employment.id } },
    ])
    expect(await refused(facility.post(path, { post: 'nursing', on: '2026-05-01', reason: '再调' }))).toMatchObject({
      status: 409,
      code: 'employment.transferred',
    })
  })

  test('refuses what is no transfer, a day before the first, an ended employment, and an overlap', async () => {
    const { person: somebody, employment } = await employed()
    const path = `/api/v1/employments/${employment.id}/transfer`
    const attempt = (values: object) => refused(facility.post(path, { on: '2026-06-01', reason: '调动', ...values }))
    expect(await attempt({})).toMatchObject({ status: 422, code: 'employment.transfer_same' })
    expect(await attempt({ post: 'care' })).toMatchObject({ status: 422, code: 'employment.transfer_same' })
    expect(await attempt({ post: 'nursing', on: '2026-01-05' })).toMatchObject({
      status: 422,
      code: 'employment.ends_before_start',
    })
    await made(employ(facility, somebody, { post: 'nursing', starts_on: '2026-09-01' }))
    const overlap = await attempt({ post: 'nursing' })
    expect(overlap).toMatchObject({ status: 409, code: 'employment.overlap' })
    expect(overlap.words).toContain('2026-09-01')
    await made(
      facility.post(`/api/v1/employments/${employment.id}/ending`, { ends_on: '2026-04-01', reason: '辞职' }),
      200,
    )
    expect(await attempt({ post: 'other' })).toMatchObject({ status: 409, code: 'employment.ended' })
  })

  test('to another organisation is for officers, within their division; the person joins its roster', async () => {
    const { person: somebody, employment } = await employed()
    const path = `/api/v1/employments/${employment.id}/transfer`
    const to = (organisation_id: string) => ({ organisation_id, on: '2026-06-01', reason: '机构合并' })
    expect(await refused(facility.post(path, to(w.org.nursery)))).toMatchObject({
      status: 422,
      code: 'organisation.not_yours',
    })
    expect(await refused(district.post(path, to(w.org.home2)))).toMatchObject({ code: 'organisation.not_yours' })
    expect((await w.as('district2').post(path, to(w.org.home2))).status).toBe(404)
    expect((await w.as('trainer').post(path, to(w.org.nursery))).status).toBe(403)
    const nursery = w.as('nursery')
    expect((await nursery.get(`/api/v1/people/${somebody.id}`)).status).toBe(404)
    const next = await made(district.post(path, to(w.org.nursery)))
    expect(next).toMatchObject({ organisation_id: w.org.nursery, post: 'care', transferred_from: employment.id })
    expect((await nursery.get(`/api/v1/people/${somebody.id}`)).status).toBe(200)
  })

  test('two at once: exactly one happens', async () => {
    const { person: somebody, employment } = await employed()
    const path = `/api/v1/employments/${employment.id}/transfer`
    const answers = await Promise.all(
      ['management', 'nursing'].map((post, index) =>
        facility.post(path, { post, on: `2026-0${5 + index}-01`, reason: '调动' }),
      ),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409])
    const { items } = await made(facility.get(`/api/v1/people/${somebody.id}/employments`), 200)
    expect(items.map(({ ends_on }: { ends_on: string | null }) => ends_on === null)).toEqual([true, false])
  })
})

describe('what was known at an instant', () => {
  test('an employment recorded and corrected twice is answered as it was at each of three instants', async () => {
    const { person: somebody, employment } = await employed()
    const instants = [await instant()]
    for (const contract_kind of ['service', 'dispatch']) {
      const correction = { contract_kind, reason: `改为 ${contract_kind}` }
      await made(facility.post(`/api/v1/employments/${employment.id}/correction`, correction), 200)
      instants.push(await instant())
    }
    const contractAt = async (path: string, value: string) => {
      const { items } = await made(facility.get(`${path}${path.includes('?') ? '&' : '?'}${at(value)}`), 200)
      return items
        .filter(
          (row: { person_id?: string; kind?: string }) => row.person_id === somebody.id || row.kind === 'employment',
        )
        .map((row: { contract_kind?: string; facts?: { contract_kind: string } }) => (row.facts ?? row).contract_kind)
    }
    for (const path of [
      `/api/v1/people/${somebody.id}/employments`,
      `/api/v1/people/${somebody.id}/record`,
      '/api/v1/employments?limit=200',
    ]) {
      expect(await Promise.all(instants.map((value) => contractAt(path, value)))).toEqual([
        ['labour'],
        ['service'],
        ['dispatch'],
      ])
      expect(await contractAt(path, '2026-01-01T08:00:00+08:00')).toEqual([])
    }
    const { items, withdrawn } = await made(facility.get(`/api/v1/employments/${employment.id}/versions`), 200)
    expect(withdrawn).toBeNull()
    expect(items.map((row: Record<string, unknown>) => [row.contract_kind, row.recorded_by, row.reason])).toEqual([
      ['labour', 'facility 示例', null],
      ['service', 'facility 示例', '改为 service'],
      ['dispatch', 'facility 示例', '改为 dispatch'],
    ])
    expect(items.map(({ known_to }: { known_to: string | null }) => known_to)).toEqual([
      items[1].known_from,
      items[2].known_from,
      null,
    ])
    expect(await contractAt(`/api/v1/people/${somebody.id}/employments`, items[1].known_from)).toEqual(['service'])
    const page = await (await district.page(`/console/employments/${employment.id}/versions`)).text()
    for (const words of ['劳务派遣', '改为 dispatch', 'facility 示例', '现行']) expect(page).toContain(words)
    expect((await facility2.get(`/api/v1/employments/${employment.id}/versions`)).status).toBe(404)
    expect((await facility2.page(`/console/employments/${employment.id}/versions`)).status).toBe(404)
  })

  test('months, hours of education and decisions about conduct too', async () => {
    const { person: somebody } = await employed()
    const person_id = somebody.id
    const month = { person_id, month: '2026-10', attendance_days: 20, social_insurance: true }
    const hours = { person_id, completed_on: '2026-05-20', hours: 8, provider: '示例学校', subject: '失智照护' }
    const event = {
      person_id,
      kind: 'ethics_breach',
      happened_on: '2026-05-02',
      decided_on: '2026-06-01',
      decision: '示例处理决定',
    }
    await made(facility.post('/api/v1/service-months', month))
    await made(facility.post('/api/v1/education-hours', hours))
    const { id } = await made(district.post('/api/v1/conduct-events', event))
    const before = await instant()
    await made(facility.post('/api/v1/service-months', { ...month, attendance_days: 21 }))
    await made(facility.post('/api/v1/education-hours', { ...hours, hours: 16 }))
    await made(district.post(`/api/v1/conduct-events/${id}/withdrawal`, { reason: '复核后撤销' }), 200)
    const after = await instant()
    const seen = async (when: string) => {
      const read = async (path: string, client = facility) =>
        (await made(client.get(`/api/v1/${path}?person_id=${person_id}&${at(when)}`), 200)).items
      return [
        (await read('service-months')).map((row: { attendance_days: number }) => row.attendance_days),
        (await read('education-hours')).map((row: { hours: number }) => row.hours),
        (await read('conduct-events', district)).length,
      ]
    }
    expect(await seen('2026-01-01T00:00:00Z')).toEqual([[], [], 0])
    expect(await seen(before)).toEqual([[20], [8], 1])
    expect(await seen(after)).toEqual([[21], [16], 0])
    const key = `person_id=${person_id}&organisation_id=${w.org.home}&month=2026-10`
    const months = await made(facility.get(`/api/v1/service-months/versions?${key}`), 200)
    expect(months.items.map((row: Record<string, unknown>) => [row.attendance_days, row.recorded_by])).toEqual([
      [20, 'facility 示例'],
      [21, 'facility 示例'],
    ])
    expect((await facility2.get(`/api/v1/service-months/versions?${key}`)).status).toBe(404)
    expect((await facility.get('/api/v1/service-months/versions')).status).toBe(422)
    const [first] = (await made(facility.get(`/api/v1/education-hours?person_id=${person_id}`), 200)).items
    const path = `education-hours/${first.id}/versions`
    const versions = await made(facility.get(`/api/v1/${path}`), 200)
    expect(versions.items.map((row: Record<string, unknown>) => row.hours)).toEqual([8, 16])
    expect((await facility2.get(`/api/v1/${path}`)).status).toBe(404)
    expect(await (await facility.page(`/console/people/${person_id}`)).text()).toContain(`/console/${path}`)
    expect(await (await facility.page(`/console/${path}`)).text()).toContain('失智照护')
    const staff = await (await facility.page('/console/staff?month=2026-10')).text()
    const link = `/console/service-months/versions?person_id=${person_id}&month=2026-10`
    expect(staff).toContain(link.replace('&', '&amp;'))
    expect(await (await facility.page(link)).text()).toContain('现行')
    expect((await facility.page('/console/service-months/versions?month=2026-10')).status).toBe(404)
  })

  test('the page of a person shows the end of a day, with nothing to change, and says so', async () => {
    const { person: somebody } = await employed()
    const path = `/console/people/${somebody.id}`
    const now = await (await facility.page(path)).text()
    for (const words of ['name="known_on"', '/ending', '2026-01-05']) expect(now).toContain(words)
    const { rows } = await sql<{ today: string }>`
      select to_char(clock_timestamp() at time zone 'Asia/Shanghai', 'YYYY-MM-DD') as today`.execute(w.db)
    const today = await (await facility.page(`${path}?known_on=${rows[0]!.today}`)).text()
    expect(today).toContain('2026-01-05')
    expect(today).not.toContain('/ending')
    const then = await (await facility.page(`${path}?known_on=2026-01-31`)).text()
    expect(then).toContain('2026-01-31 终了时所知')
    expect(then).toContain('还没有任职记录')
    for (const day of ['whenever', '0000-01-01'])
      expect(await (await facility.page(`${path}?known_on=${day}`)).text()).toContain('2026-01-05')
  })

  test('an instant that is none is refused', async () => {
    for (const value of ['yesterday', '2026-10-31', '0000-01-01T00:00:00Z', '2026-10-31T00:00:00+23:00'])
      expect((await facility.get(`/api/v1/employments?${at(value)}`)).status).toBe(422)
  })
})

describe('the database refuses', () => {
  const write = (values: RawBuilder<unknown>) => values.execute(w.db)
  test.each([
    [
      'a reason for leaving of somebody in post',
      sql`update employments set leaving_kind = 'resigned' where ends_on is null`,
    ],
    [
      'words about leaving of somebody in post',
      sql`update employments set leaving_reason = '辞职' where ends_on is null`,
    ],
    ['a reason nobody knows', sql`update employments set ends_on = '2027-01-01', leaving_kind = 'bored'`],
    ['an employment that goes on from itself', sql`update employments set transferred_from = id`],
  ])('%s', async (_, statement) => {
    await employed()
    await expect(write(statement)).rejects.toMatchObject({ code: '23514' })
  })

  test('two that go on from the same one, two current versions of one', async () => {
    const { employment } = await employed()
    await made(
      facility.post(`/api/v1/employments/${employment.id}/transfer`, {
        post: 'nursing',
        on: '2026-06-01',
        reason: '调动',
      }),
    )
    await expect(
      write(sql`insert into employments (person_id, organisation_id, post, contract_kind, starts_on, transferred_from)
        select person_id, organisation_id, 'other', contract_kind, '2026-06-01', id from employments where id = ${employment.id} and known_to = 'infinity'`),
    ).rejects.toMatchObject({ constraint: 'employments_transferred' })
    await expect(
      write(sql`insert into employments (person_id, id, organisation_id, post, contract_kind, starts_on)
        select person_id, id, organisation_id, 'other', contract_kind, starts_on from employments where id = ${employment.id} and known_to = 'infinity'`),
    ).rejects.toMatchObject({ constraint: 'employments_current' })
  })
})

describe('the console', () => {
  test('corrects, transfers and withdraws with a form each, and shows faults beside the fields', async () => {
    const { person: somebody, employment } = await employed()
    const path = `/console/employments/${employment.id}`
    const record = `/console/people/${somebody.id}`
    for (const noun of ['ending', 'correction', 'transfer', 'withdrawal', 'versions'])
      expect(await (await facility.page(record)).text()).toContain(`href="${path}/${noun}"`)
    for (const noun of ['correction', 'transfer', 'withdrawal']) {
      expect(await (await facility.page(`${path}/${noun}`)).text()).toContain(somebody.name)
      expect((await facility2.page(`${path}/${noun}`)).status).toBe(404)
    }
    const values = { post: 'nursing', contract_kind: 'labour', starts_on: '2026-01-05', ends_on: '', leaving_kind: '' }
    const wrong = await facility.submit(`${path}/correction`, { ...values, reason: '' })
    expect(wrong.status).toBe(422)
    expect(await wrong.text()).toMatch(/<option value="nursing" selected/)
    const right = await facility.submit(`${path}/correction`, { ...values, reason: '登记时看错' })
    expect([right.status, right.headers.get('location')]).toEqual([303, record])
    const same = await facility.submit(`${path}/transfer`, {
      post: 'nursing',
      contract_kind: 'labour',
      on: '2026-06-01',
      reason: '晋升',
    })
    expect(same.status).toBe(422)
    expect(await same.text()).toContain('不是调动')
    const form = await (await district.page(`${path}/transfer`)).text()
    expect(form).toContain('示例西湖托育园')
    expect(form).not.toContain('示例上城颐养院')
    const moved = {
      organisation_id: w.org.nursery,
      post: 'nursing',
      contract_kind: 'labour',
      on: '2026-06-01',
      reason: '合并',
    }
    expect((await district.submit(`${path}/transfer`, moved)).headers.get('location')).toBe(record)
    const html = await (await facility.page(record)).text()
    for (const words of ['调动', '示例西湖托育园', '调入']) expect(html).toContain(words)
    expect((await facility.submit(`${path}/withdrawal`, { reason: '' })).status).toBe(422)
    expect((await facility.submit(`${path}/withdrawal`, { reason: '登记错了人' })).status).toBe(303)
    const ended = await (await w.as('nursery').page(record)).text()
    expect(ended).not.toContain(`${path}/ending`)
  })

  test('a new employment may say why it ended', async () => {
    const somebody = await person()
    const values = { ...care, ends_on: '2026-05-01', leaving_kind: 'retired' }
    expect((await facility.submit(`/console/people/${somebody.id}/employments`, values)).status).toBe(303)
    expect(await (await facility.page(`/console/people/${somebody.id}`)).text()).toContain('2026-05-01 · 退休')
  })

  test('no page was an internal fault', () => expect(w.faults).toEqual([]))
})
