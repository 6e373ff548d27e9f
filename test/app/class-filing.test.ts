/** Filing of classes: due some days before the start, late ones flagged, accepted or returned by the division; and states as rows. */
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addDays } from '../../src/platform/calendar.ts'
import { clientsOf, ok, refused } from '../support/answers.ts'
import { type World, world } from '../support/world.ts'

let w: World
let course: string
const as = clientsOf(() => w)

beforeAll(async () => {
  w = await world()
  course = (
    await ok(
      as('trainer').post('/api/v1/courses', {
        ...{ name: '照护短训', kind: 'in_service', theory_hours: 8, practice_hours: 8, attendance_percent: 80 },
      }),
      201,
    )
  ).id
}, 60_000)
afterAll(() => w.close())

let classes = 0
/** A class that starts so many days after today, 2026-11-23. */
const open = (days: number) =>
  ok(
    as('trainer').post('/api/v1/classes', {
      ...{ course_id: course, name: `备案班${++classes}`, capacity: 20 },
      ...{ starts_on: addDays('2026-11-23', days), ends_on: addDays('2026-11-23', days + 5) },
    }),
    201,
  )
const file = (id: string, body: object = {}) => as('trainer').post(`/api/v1/classes/${id}/filings`, body)
const decide = (id: string, body: object = { accepted: true }, client = as('district')) =>
  client.post(`/api/v1/class-filings/${id}/decision`, body)
const change = (group: { id: string; revision: number; name: string }, starts_on: string) =>
  as('trainer').put(
    `/api/v1/classes/${group.id}`,
    { name: group.name, capacity: 20, starts_on, ends_on: addDays(starts_on, 5) },
    group.revision,
  )
const statesOf = async (id: string) =>
  (await ok(as('trainer').get(`/api/v1/classes/${id}/states`))).items.map(
    ({ state, by_name, reason }: { state: string; by_name: string; reason: string | null }) => [state, by_name, reason],
  )

describe('the deadline', () => {
  test.each([
    [8, false, '2026-11-24'],
    [7, false, '2026-11-23'],
    [6, true, '2026-11-22'],
    [0, true, '2026-11-16'],
  ])('a class filed %i days before its start: late is %s, it was due on %s', async (days, late, due_on) => {
    const { id } = await open(days)
    expect(await ok(file(id), 201)).toMatchObject({
      ...{ late, due_on, filed_on: '2026-11-23', state: 'filed', rule_code: 'zj-platform', days_before: 7 },
      ...{ district_code: '330106', confidence: 'seen', citation: expect.stringContaining('S56') },
    })
  })

  test('is reference data: the narrowest rule in force binds, and where none is nothing is late', async () => {
    const rule = { citation: '示例', confidence: 'confirmed', active: true, division_code: '330106' }
    await w.db
      .insertInto('class_filing_rules')
      .values([
        { ...rule, code: 'xihu', days_before: 10, valid_from: '2026-11-01', valid_to: '2026-11-24' },
        { ...rule, code: 'xihu-later', days_before: 20, valid_from: '2026-11-24' },
        { ...rule, code: 'xihu-unsure', days_before: 30, active: false },
      ])
      .execute()
    const { id } = await open(9)
    expect(await ok(file(id), 201)).toMatchObject({ rule_code: 'xihu', late: true, due_on: '2026-11-22' })
    await w.db.updateTable('class_filing_rules').set({ active: false }).where('code', '<>', 'hz-older').execute()
    expect(await ok(file((await open(0)).id), 201)).toMatchObject({ rule_code: null, due_on: null, late: false })
    await w.db.deleteFrom('class_filing_rules').where('code', '=', 'xihu-unsure').execute()
    await w.db.updateTable('class_filing_rules').set({ active: true }).where('code', '=', 'zj-platform').execute()
    const { items } = await ok(as('auditor').get('/api/v1/class-filing-rules'))
    expect(items.find(({ code }: { code: string }) => code === 'hz-older')).toMatchObject({
      active: false,
      days_before: 7,
    })
  })
})

describe('a filing', () => {
  test('is decided once by the division of the institution, and by nobody else', async () => {
    const { id: class_id } = await open(30)
    const { id } = await ok(file(class_id, { note: '附课程表' }), 201)
    expect(await refused(file(class_id))).toEqual([409, 'filing.pending'])
    for (const [name, status] of [
      ['district2', 404],
      ['district_nb', 404],
      ['trainer', 403],
      ['health', 403],
      ['admin', 403],
    ] as const)
      expect([name, (await decide(id, { accepted: true }, as(name))).status]).toEqual([name, status])
    expect((await as('district2').get(`/api/v1/class-filings/${id}`)).status).toBe(404)
    expect((await as('facility').get(`/api/v1/class-filings/${id}`)).status).toBe(403)
    // one session, so that signing in is no part of the race
    await ok(as('district').get(`/api/v1/class-filings/${id}`))
    const both = await Promise.all([decide(id), decide(id, { accepted: false, reason: '师资不全' })])
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409])
    expect(await refused(decide(id))).toEqual([409, 'filing.decided'])
  })

  test('is returned with a reason only, and then filed again', async () => {
    const { id: class_id } = await open(30)
    const { id } = await ok(file(class_id), 201)
    const unsaid = await decide(id, { accepted: false })
    expect([unsaid.status, (await unsaid.json()).errors[0].code]).toEqual([422, 'filing.reason_missing'])
    expect(await ok(decide(id, { accepted: false, reason: '第 2 次课没有教师' }))).toMatchObject({
      state: 'filing_returned',
      reason: '第 2 次课没有教师',
    })
    const again = await ok(file(class_id), 201)
    await ok(decide(again.id))
    expect(await refused(file(class_id))).toEqual([409, 'filing.accepted'])
    expect(await ok(as('trainer').get(`/api/v1/classes/${class_id}`))).toMatchObject({ filing: 'filing_accepted' })
    expect(await statesOf(class_id)).toEqual([
      ['opened', 'trainer', null],
      ['filed', 'trainer', null],
      ['filing_returned', 'district', '第 2 次课没有教师'],
      ['filed', 'trainer', null],
      ['filing_accepted', 'district', null],
    ])
  })

  test('that was accepted is no longer current when the class has other dates, and is filed again', async () => {
    const group = await open(30)
    const { id } = await ok(file(group.id), 201)
    await ok(decide(id))
    await ok(change(group, '2027-01-04'))
    expect(await ok(as('district').get(`/api/v1/class-filings/${id}`))).toMatchObject({
      current: false,
      starts_on: '2026-12-23',
    })
    expect(await ok(file(group.id), 201)).toMatchObject({ starts_on: '2027-01-04', current: true })
  })

  test('lists by state and lateness, in the division', async () => {
    const { items } = await ok(as('district').get('/api/v1/class-filings?state=filed&late=true'))
    expect(items.length).toBeGreaterThan(0)
    expect(items.every((one: { late: boolean; state: string }) => one.late && one.state === 'filed')).toBe(true)
    expect((await ok(as('district2').get('/api/v1/class-filings'))).items).toEqual([])
    const first = await ok(as('district').get('/api/v1/class-filings?limit=1'))
    const second = await ok(as('district').get(`/api/v1/class-filings?limit=1&cursor=${first.next_cursor}`))
    expect(first.items[0].id > second.items[0].id).toBe(true)
  })
})

describe('states', () => {
  test('settle the class, and nothing follows the last one', async () => {
    const { id } = await open(30)
    const filing = await ok(file(id), 201)
    await ok(as('trainer').post(`/api/v1/classes/${id}/cancellation`, { reason: '报名不足' }))
    expect(await statesOf(id)).toEqual([
      ['opened', 'trainer', null],
      ['filed', 'trainer', null],
      ['cancelled', 'trainer', '报名不足'],
    ])
    expect(await refused(decide(filing.id))).toEqual([409, 'class.not_open'])
    expect(await ok(as('district').get(`/api/v1/class-filings/${filing.id}`))).toMatchObject({ state: 'lapsed' })
    expect(await refused(file(id))).toEqual([409, 'class.not_open'])
    const enter = (state: string) =>
      sql`insert into class_states (class_id, number, state, by_name, at) values (${id}::uuid, 0, ${state}::text, 'x', now())`.execute(
        w.db,
      )
    await expect(enter('completed')).rejects.toThrow(/over/)
  })

  test('are never changed, and the status of a class is theirs alone', async () => {
    const { id } = await open(30)
    await expect(
      w.db.updateTable('classes').set({ status: 'completed' }).where('id', '=', id).execute(),
    ).rejects.toThrow(/follows from its states/)
    await expect(
      w.db.updateTable('class_states').set({ reason: '改' }).where('class_id', '=', id).execute(),
    ).rejects.toThrow()
    await expect(w.db.deleteFrom('class_states').where('class_id', '=', id).execute()).rejects.toThrow()
    const { id: filing_id } = await ok(file(id), 201)
    const decideBare = () =>
      w.db
        .insertInto('class_states')
        .values({ class_id: id, number: 0, state: 'filing_accepted', filing_id, by_name: 'x', at: w.clock.now })
        .execute()
    await decideBare()
    await expect(decideBare()).rejects.toThrow(/decided once/)
    await expect(
      w.db.updateTable('class_filings').set({ people: 1 }).where('id', '=', filing_id).execute(),
    ).rejects.toThrow()
  })
})

describe('console', () => {
  const text = async (answer: Promise<Response>, status = 200) => {
    const response = await answer
    expect(response.status).toBe(status)
    return response.text()
  }
  test('filed late on the class’s page, returned by the division, filed again and accepted', async () => {
    const { id, name } = await open(3)
    const here = `/console/classes/${id}/filing`
    const before = await text(as('trainer').page(here))
    expect(before).toContain('2026-11-19（开班前 7 天）')
    expect(before).toContain('已经逾期')
    expect((await as('trainer').submit(`/console/classes/${id}/filings`, { note: '' })).status).toBe(303)
    const list = await text(as('district').page('/console/class-filings?state=filed'))
    expect(list).toContain(name)
    expect(list).toContain('逾期，应于 2026-11-19 前')
    const { items } = await ok(as('district').get('/api/v1/class-filings?state=filed'))
    const filing = items.find((one: { class_id: string }) => one.class_id === id)
    const page = `/console/class-filings/${filing.id}`
    expect(await text(as('district').page(page))).toContain('name="accepted"')
    expect(await text(as('auditor').page(page))).not.toContain('name="accepted"')
    expect(await text(as('district').submit(`${page}/decision`, { accepted: '', reason: '' }), 422)).toContain(
      'field-accepted-error',
    )
    expect(await text(as('district').submit(`${page}/decision`, { accepted: 'false', reason: '' }), 422)).toContain(
      'field-reason-error',
    )
    expect((await as('district').submit(`${page}/decision`, { accepted: 'false', reason: '缺教师' })).status).toBe(303)
    expect(await text(as('trainer').page(here))).toContain('退回了备案：缺教师')
    expect((await as('trainer').submit(`/console/classes/${id}/filings`, { note: '已补' })).status).toBe(303)
    expect(await text(as('trainer').submit(`/console/classes/${id}/filings`, { note: '' }), 409)).toContain('还在等')
    expect((await as('district2').page(page)).status).toBe(404)
  })
})

describe('the home page', () => {
  test('counts the filings that wait, as the list it leads to does', async () => {
    const home = async (who: string) => (await as(who).page('/console')).text()
    const group = await open(30)
    const filing = await ok(file(group.id), 201)
    const waiting = (await ok(as('district').get('/api/v1/class-filings?state=filed&limit=200'))).items.length
    const href = '/console/class-filings?state=filed'
    const tile = (await home('district')).split(`href="${href}"`)
    expect(tile).toHaveLength(2)
    expect(`${tile[0]!.slice(-200)}${tile[1]!.slice(0, 400)}`).toContain(`${waiting}`)
    expect(await (await as('district').page(href)).text()).toContain(group.name)
    for (const other of ['district2', 'health', 'trainer']) expect(await home(other)).not.toContain(href)
    for (const { id } of (await ok(as('district').get('/api/v1/class-filings?state=filed&limit=200'))).items)
      await ok(decide(id))
    expect(await home('district')).not.toContain(href)
    expect(filing.state).toBe('filed')
  })
})

test('nothing was an internal fault', () => expect(w.faults).toEqual([]))
