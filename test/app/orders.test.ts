/** Training orders: ordered, answered, filled by classes, and how many of those trained work where they were wanted. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addAccount } from '../../src/access/actions.ts'
import { registerOrganisation } from '../../src/organisations/actions.ts'
import { registerPeople } from '../../src/people/actions.ts'
import { checkDigit } from '../../src/people/identity.ts'
import { clientsOf, faults, ok, refused } from '../support/answers.ts'
import { type Client, PASSWORD, type World, world } from '../support/world.ts'

let w: World
let people: string[]
const as = clientsOf(() => w)

beforeAll(async () => {
  w = await world()
  const rows = Array.from({ length: 4 }, (_, index) => {
    const number = `10990119850101${String(index + 701)}`
    return {
      ...{ name: `订单学员${'甲乙丙丁'[index]}`, id_type: 'resident_id' as const },
      ...{ id_number: number + checkDigit(number), workforce: 'elder_care' as const },
    }
  })
  const admin = await w.context('admin')
  await w.db.transaction().execute(async (tx) => {
    const input = { name: '示例第二培训学校', kinds: ['training_institution'], district_code: '330102' }
    const { id } = await registerOrganisation(tx, admin, input as never)
    const account = { username: 'trainer2', display_name: '第二', password: PASSWORD, role: 'trainer' as const }
    await addAccount(tx, admin, { ...account, organisation_id: id })
  })
  const context = await w.context('trainer')
  people = (await w.db.transaction().execute((tx) => registerPeople(tx, context, rows))).map(({ id }) => id)
}, 60_000)
afterAll(() => w.close())

const ORDER = {
  ...{ title: '西湖区养老护理员定向培训', kind: 'skill_level', occupation_code: '4-10-01-05', level: 5 },
  ...{ people: 40, due_on: '2027-06-30', promise: '结业后由本区养老机构录用' },
}
const order = (client: Client, changed: object = {}) => client.post('/api/v1/training-orders', { ...ORDER, ...changed })
const answer = (id: string, client = as('trainer'), changed: object = {}) =>
  client.post(`/api/v1/training-orders/${id}/answers`, {
    people: 30,
    price_fen: 150_000,
    starts_on: '2026-12-01',
    ...changed,
  })
const decide = (id: string, accepted = true, client = as('district')) =>
  client.post(`/api/v1/training-order-answers/${id}/decision`, { accepted, reason: '条件合适' })
const course = (changed: object = {}) =>
  ok(
    as('trainer').post('/api/v1/courses', {
      ...{
        name: '养老护理员五级',
        kind: 'skill_level',
        occupation_code: '4-10-01-05',
        standard_edition: '2019',
        level: 5,
      },
      ...{ theory_hours: 2, practice_hours: 2, attendance_percent: 0, ...changed },
    }),
    201,
  )
const DATES = { starts_on: '2026-11-01', ends_on: '2026-11-10', capacity: 30 }

describe('an order', () => {
  test('says all that is wrong with it at once', async () => {
    expect(await faults(order(as('district'), { occupation_code: null, level: null, due_on: '2026-11-23' }))).toEqual([
      ['/occupation_code', 'order.field_missing'],
      ['/level', 'order.field_missing'],
      ['/due_on', 'order.due_past'],
    ])
    expect((await order(as('district'), { people: 0 })).status).toBe(422)
    expect((await order(as('trainer'))).status).toBe(403)
    expect(await refused(order(as('admin')))).toEqual([409, 'order.no_division'])
  })

  test('is announced to the institutions of the city, and to nobody else', async () => {
    const { id } = await ok(order(as('facility'), { title: '颐养院订单' }), 201)
    const seen = await Promise.all(
      ['facility', 'district', 'admin', 'trainer', 'facility2', 'district2', 'district_nb', 'assessor'].map(
        async (name) => [name, (await as(name).get(`/api/v1/training-orders/${id}`)).status],
      ),
    )
    expect(seen).toEqual([
      ...[
        ['facility', 200],
        ['district', 200],
        ['admin', 200],
        ['trainer', 200],
      ],
      ...[
        ['facility2', 404],
        ['district2', 404],
        ['district_nb', 404],
        ['assessor', 403],
      ],
    ])
    expect(await refused(decide((await ok(answer(id), 201)).id, true, as('district')))).toEqual([404, 'not_found'])
  })

  test('is answered once, decided once, closed once', async () => {
    const { id } = await ok(order(as('district')), 201)
    expect(await faults(answer(id, as('trainer'), { starts_on: '2026-11-22' }))).toEqual([
      ['/starts_on', 'answer.starts_past'],
    ])
    const given = await ok(answer(id), 201)
    expect(await refused(answer(id))).toEqual([409, 'order.answered'])
    const both = await Promise.all([decide(given.id), decide(given.id, false)].map(async (one) => (await one).status))
    expect(both.sort()).toEqual([200, 409])
    const close = (client: Client) => client.post(`/api/v1/training-orders/${id}/closure`, { reason: '计划调整' })
    expect((await close(as('facility'))).status).toBe(404)
    expect(await ok(close(as('district')))).toMatchObject({ closing_reason: '计划调整' })
    expect(await refused(close(as('district')))).toEqual([409, 'order.closed'])
    expect(await refused(answer(id))).toEqual([409, 'order.closed'])
    await expect(
      w.db.updateTable('training_orders').set({ people: 1 }).where('id', '=', id).execute(),
    ).rejects.toThrow()
  })

  test('is answered within its days; more than is still needed is flagged', async () => {
    const { id } = await ok(order(as('district'), { people: 40, due_on: '2027-01-31' }), 201)
    const days = (starts_on: string, ends_on?: string) => answer(id, as('trainer'), { starts_on, ends_on })
    expect(await faults(days('2027-02-01', '2027-02-01'))).toEqual([
      ['/starts_on', 'answer.starts_late'],
      ['/ends_on', 'answer.dates_reversed'],
    ])
    const first = await ok(days('2027-01-31', '2027-02-11'), 201)
    expect(first).toMatchObject({ starts_on: '2027-01-31', ends_on: '2027-02-11', surplus: 0 })
    await ok(decide(first.id))
    expect(await ok(answer(id, as('trainer2'), { people: 15 }), 201)).toMatchObject({ surplus: 5 })
    const { items } = await ok(as('district').get(`/api/v1/training-orders/${id}/answers`))
    expect(items.map((one: { surplus: number }) => one.surplus)).toEqual([0, 5])
    expect(await (await as('district').page(`/console/training-orders/${id}`)).text()).toContain('比还缺的多 5 人')
  })

  test('that is closed stays with who answered it; others find it no longer', async () => {
    const { id } = await ok(order(as('district'), { title: '关闭的订单' }), 201)
    await ok(answer(id), 201)
    const seen = () =>
      Promise.all(
        ['district', 'trainer', 'trainer2'].map(async (name) => {
          const { items } = await ok(as(name).get('/api/v1/training-orders?limit=200'))
          const { status } = await as(name).get(`/api/v1/training-orders/${id}`)
          return [status, items.some((one: { id: string }) => one.id === id)]
        }),
      )
    expect(await seen()).toEqual([
      [200, true],
      [200, true],
      [200, true],
    ])
    await ok(as('district').post(`/api/v1/training-orders/${id}/closure`, { reason: '计划调整' }))
    expect(await seen()).toEqual([
      [200, true],
      [200, true],
      [404, false],
    ])
    expect((await answer(id, as('trainer2'))).status).toBe(404)
  })

  test('is filled by classes of an institution whose answer was accepted, for what was ordered', async () => {
    const { id } = await ok(order(as('district')), 201)
    const fit = await course({ name: '定向五级' })
    const other = await course({ name: '定向四级', level: 4 })
    const open = (course_id: string, name: string) =>
      as('trainer').post('/api/v1/classes', { course_id, name, training_order_id: id, ...DATES })
    const code = [['/training_order_id', 'class.order_not_accepted']]
    expect(await faults(open(fit.id, '订单班'))).toEqual(code)
    const given = await ok(answer(id), 201)
    expect(await faults(open(fit.id, '订单班'))).toEqual(code)
    await ok(decide(given.id))
    expect(await faults(open(other.id, '订单班'))).toEqual([['/training_order_id', 'class.order_unfit']])
    expect(await ok(open(fit.id, '订单班'), 201)).toMatchObject({ training_order_id: id })
  })

  test('shows how many were ordered, enrolled, passed and work where they were wanted', async () => {
    const { id } = await ok(order(as('district'), { title: '完成情况', kind: 'in_service', level: null }), 201)
    await ok(decide((await ok(answer(id), 201)).id))
    const taught = await course({ name: '照护短训', kind: 'in_service', standard_edition: null, level: null })
    const group = await ok(
      as('trainer').post('/api/v1/classes', {
        course_id: taught.id,
        name: '照护短训班',
        training_order_id: id,
        ...DATES,
      }),
      201,
    )
    await ok(as('trainer').post(`/api/v1/classes/${group.id}/enrolments`, { person_ids: people }), 201)
    await ok(as('trainer').post(`/api/v1/classes/${group.id}/completion`))
    await w.db
      .insertInto('employments')
      .values(
        [
          [people[0]!, w.org.home!, null],
          // left again, and works in another district
          [people[1]!, w.org.home!, '2026-11-20'],
          [people[2]!, w.org.home2!, null],
        ].map(([person_id, organisation_id, ends_on]) => ({
          ...{ person_id: person_id!, organisation_id: organisation_id!, post: 'care', contract_kind: 'labour' },
          ...{ starts_on: '2026-11-11', ends_on },
        })),
      )
      .execute()
    expect(await ok(as('district').get(`/api/v1/training-orders/${id}/fulfilment`))).toMatchObject({
      ...{ ordered: 40, answered: 30, accepted: 30, enrolled: 4, passed: 4, placed: 1 },
      passed_rate: { numerator: 4, denominator: 4 },
      placed_rate: { numerator: 1, denominator: 4 },
      classes: [{ name: '照护短训班', enrolled: 4, passed: 4, placed: 1 }],
    })
    // a second class of the same people makes no more of them
    const again = await ok(
      as('trainer').post('/api/v1/classes', {
        ...{ course_id: taught.id, name: '照护再训班', training_order_id: id, ...DATES },
        ...{ starts_on: '2026-12-01', ends_on: '2026-12-10' },
      }),
      201,
    )
    await ok(as('trainer').post(`/api/v1/classes/${again.id}/enrolments`, { person_ids: people.slice(0, 2) }), 201)
    expect(await ok(as('district').get(`/api/v1/training-orders/${id}/fulfilment`))).toMatchObject({
      ...{ enrolled: 4, passed: 4, placed: 1 },
      classes: [{ enrolled: 4 }, { enrolled: 2, passed: 0, placed: 0 }],
    })
    expect((await ok(as('district').get(`/api/v1/training-orders/${id}`))).enrolled).toBe(4)
    // behind the figures: whom the reader may see
    const behind = async (client: Client, figure: string) =>
      (await ok(client.get(`/api/v1/training-orders/${id}/people?figure=${figure}`))).items.map(
        (one: { person_id: string }) => one.person_id,
      )
    expect((await behind(as('trainer'), 'enrolled')).sort()).toEqual([...people].sort())
    expect(await behind(as('trainer'), 'placed')).toEqual([people[0]])
    expect(await behind(as('trainer2'), 'enrolled')).toEqual([])
    expect(await behind(as('district'), 'passed')).toHaveLength(4)
    expect((await as('facility2').get(`/api/v1/training-orders/${id}/people`)).status).toBe(404)
    const page = await (await as('trainer').page(`/console/training-orders/${id}/people?figure=enrolled`)).text()
    expect(page).toContain('照护短训班、照护再训班')
  })
})

describe('console', () => {
  const text = async (answer: Promise<Response>, status = 200) => {
    const response = await answer
    expect(response.status).toBe(status)
    return response.text()
  }
  test('ordered by the district, answered by the institution, accepted, and a class opened for it', async () => {
    const form = { title: '控制台订单', kind: 'skill_level', occupation_code: '4-10-01-05', level: '5', people: '20' }
    expect(await text(as('district').submit('/console/training-orders', { ...form, due_on: '' }), 422)).toContain(
      'id="field-due_on-error"',
    )
    const made = await as('district').submit('/console/training-orders', { ...form, due_on: '2027-06-30', promise: '' })
    const here = made.headers.get('location')!
    expect(await text(as('trainer').page('/console/training-orders'))).toContain('控制台订单')
    const typed = { people: '20', price_yuan: '1500.50', starts_on: '2026-12-01', note: '' }
    expect(await text(as('trainer').submit(`${here}/answers`, { ...typed, price_yuan: '一千' }), 422)).toContain(
      'id="field-price_yuan-error"',
    )
    expect((await as('trainer').submit(`${here}/answers`, typed)).status).toBe(303)
    const page = await text(as('district').page(here))
    expect(page).toContain('1,500.50')
    const decision = /action="([^"]*answers\/[^"]*)"/.exec(page)![1]!
    expect(await text(as('district').submit(decision, { accepted: '', reason: '合适' }), 422)).toContain(
      'field-accepted-error',
    )
    expect((await as('district').submit(decision, { accepted: 'true', reason: '合适' })).status).toBe(303)
    const mine = await text(as('trainer').page(here))
    const opening = /href="(\/console\/classes\/new\?order=[^"]*)"/.exec(mine)![1]!
    expect(await text(as('trainer').page(opening))).toMatch(/<option value="[^"]*" selected[^>]*>控制台订单/)
    expect((await as('district').submit(`${here}/closure`, { closing_reason: '已完成' })).status).toBe(303)
    expect(await text(as('facility2').page(here), 404)).not.toContain('控制台订单')
  })
})

test('nothing was an internal fault', () => expect(w.faults).toEqual([]))
