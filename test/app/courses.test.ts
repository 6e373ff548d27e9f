/** Courses said anew from a day on: versions that stay, classes that keep theirs, money with where it was read. */
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { clientsOf, faults, ok } from '../support/answers.ts'
import { type World, world } from '../support/world.ts'

let w: World
const as = clientsOf(() => w)

beforeAll(async () => {
  w = await world()
}, 60_000)
afterAll(() => w.close())

const SAID = { standard_edition: '2019', theory_hours: 4, practice_hours: 6, attendance_percent: 80 }
const PRICE = { price_fen: 180_000, price_citation: '本机构收费公示（2026年）' }
const COURSE = { name: '养老护理员五级', kind: 'skill_level', occupation_code: '4-10-01-05', level: 5, ...SAID }
const CHANGE = { ...SAID, valid_from: '2027-01-01', reason: '2027 年调整实操学时' }
const add = (changed: object = {}) => as('trainer').post('/api/v1/courses', { ...COURSE, ...changed })
const change = (id: string, revision: number | undefined, changed: object = {}, client = as('trainer')) =>
  client.put(`/api/v1/courses/${id}`, { ...CHANGE, ...changed }, revision)
const versions = async (id: string, client = as('trainer')) =>
  (await ok(client.get(`/api/v1/courses/${id}/versions`))).items
let classes = 0
const open = (course_id: string, starts_on: string, ends_on: string) =>
  ok(
    as('trainer').post('/api/v1/classes', {
      ...{ course_id, name: `版本班${++classes}`, starts_on, ends_on, capacity: 10 },
    }),
    201,
  )

describe('a version of a course', () => {
  test('is said with its price and subsidies, each with where it was read, or all that is missing is told at once', async () => {
    const subsidies = {
      ...{ person_subsidy_fen: 100_000, person_subsidy_citation: '杭财社〔2026〕示例 1 号' },
      ...{ provider_subsidy_fen: 50_000, provider_subsidy_citation: '杭财社〔2026〕示例 2 号' },
    }
    expect(await ok(add({ ...PRICE, ...subsidies }), 201)).toMatchObject({ ...PRICE, ...subsidies, revision: 1 })
    expect(
      await faults(
        add({
          price_fen: 1,
          person_subsidy_citation: '某文件',
          provider_subsidy_fen: 0,
          theory_hours: 0,
          practice_hours: 0,
        }),
      ),
    ).toEqual([
      ['/theory_hours', 'course.no_hours'],
      ['/price_citation', 'course.citation_missing'],
      ['/person_subsidy_fen', 'course.amount_missing'],
      ['/provider_subsidy_citation', 'course.citation_missing'],
    ])
    expect((await add({ ...PRICE, price_fen: -1 })).status).toBe(422)
  })

  test('follows the one before from a day on, with a reason; the one before stays', async () => {
    const { id } = await ok(add(), 201)
    expect((await change(id, undefined)).status).toBe(428)
    expect((await change(id, 1, { reason: '' })).status).toBe(422)
    expect(await faults(change(id, 1, { price_fen: 1 }))).toEqual([['/price_citation', 'course.citation_missing']])
    const changed = await ok(change(id, 1, { ...PRICE, practice_hours: 16 }))
    expect(changed).toMatchObject({ practice_hours: 16, valid_from: '2027-01-01', required_hours: 16, revision: 2 })
    expect((await change(id, 1)).status).toBe(412)
    const list = await versions(id)
    expect(list).toMatchObject([
      { number: 2, valid_from: '2027-01-01', practice_hours: 16, ...PRICE, reason: CHANGE.reason },
      { number: 1, valid_from: null, practice_hours: 6, price_fen: null, reason: null, recorded_by: 'trainer 示例' },
    ])
    // the same once more is no version
    expect(await ok(change(id, 2, { ...PRICE, practice_hours: 16 }))).toMatchObject({ revision: 2 })
    expect(await versions(id, as('district'))).toEqual(list)
    expect((await as('district2').get(`/api/v1/courses/${id}/versions`)).status).toBe(404)
    await expect(sql`update course_versions set practice_hours = 1`.execute(w.db)).rejects.toThrow()
    await expect(sql`update courses set practice_hours = 1 where id = ${id}`.execute(w.db)).rejects.toThrow()
    await expect(sql`update courses set level = 4 where id = ${id}`.execute(w.db)).rejects.toThrow()
  })

  test('is one: of two at the same time the second is stale', async () => {
    const { id } = await ok(add(), 201)
    const both = await Promise.all(
      [11, 12].map(async (hours) => (await change(id, 1, { practice_hours: hours })).status),
    )
    expect(both.sort()).toEqual([200, 412])
    expect(await versions(id)).toHaveLength(2)
  })

  test('names an edition of the standard; whether there is one is shown, and forces nothing', async () => {
    const sure = async (standard_edition: string) =>
      (await versions((await ok(add({ standard_edition }), 201)).id))[0].edition_confidence
    expect([await sure('2019'), await sure('2011'), await sure('2031')]).toEqual(['seen', 'recalled', null])
  })
})

describe('a class', () => {
  test('is held by the version in force on its first day, whatever is said later', async () => {
    const { id } = await ok(add(), 201)
    const before = await open(id, '2026-12-01', '2026-12-11')
    const planned = await open(id, '2027-02-01', '2027-02-11')
    await ok(change(id, 1, { ...PRICE, practice_hours: 16 }))
    const earlier = await open(id, '2026-12-20', '2026-12-30')
    const later = await open(id, '2027-01-01', '2027-01-11')
    const now = async (group: { id: string }) => {
      const { course_version, required_hours, price_fen } = await ok(as('trainer').get(`/api/v1/classes/${group.id}`))
      return [course_version, required_hours, price_fen]
    }
    expect(await Promise.all([before, planned, earlier, later].map(now))).toEqual([
      [1, 8, null],
      [1, 8, null],
      [1, 8, null],
      [2, 16, 180_000],
    ])
    // moved to days of the new version it takes that; another name changes nothing
    const body = { name: '改名班', starts_on: '2027-02-01', ends_on: '2027-02-11', capacity: 10 }
    await ok(as('trainer').put(`/api/v1/classes/${planned.id}`, body, 1))
    expect(await now(planned)).toEqual([1, 8, null])
    await ok(as('trainer').put(`/api/v1/classes/${planned.id}`, { ...body, starts_on: '2027-02-02' }, 2))
    expect(await now(planned)).toEqual([2, 16, 180_000])
    expect((await versions(id)).map((one: { classes: number }) => one.classes)).toEqual([2, 2])
  })

  test('says at which university or school it is held', async () => {
    const { id } = await ok(add({ kind: 'heads', name: '养老机构院长培训班' }), 201)
    const group = await ok(
      as('trainer').post('/api/v1/classes', {
        ...{ course_id: id, name: '院长班', starts_on: '2027-01-01', ends_on: '2027-01-11', capacity: 10 },
        host_school: '示例职业技术学院',
      }),
      201,
    )
    expect(group).toMatchObject({ kind: 'heads', host_school: '示例职业技术学院' })
  })
})

describe('console', () => {
  const text = async (answer: Promise<Response>, status = 200) => {
    const response = await answer
    expect(response.status).toBe(status)
    return response.text()
  }
  test('a course is changed on its form, in yuan, and every version is listed', async () => {
    const { id } = await ok(add({ name: '版本课程' }), 201)
    const here = `/console/courses/${id}`
    const form = await text(as('trainer').page(`${here}/edit`))
    for (const kind of ['在职培训班', '订单式培训', '养老机构院长培训班', '等级认定培训', '继续教育'])
      expect(await text(as('trainer').page('/console/courses/new'))).toContain(kind)
    expect(form).toContain('name="revision" value="1"')
    const typed = {
      ...{ revision: '1', valid_from: '2027-01-01', reason: '调整收费', standard_edition: '2019' },
      ...{ theory_hours: '4', practice_hours: '6', attendance_percent: '80', price_yuan: '1800.50' },
    }
    const refused = await text(as('trainer').submit(here, { ...typed, price_citation: '', valid_from: '' }), 422)
    expect(refused).toContain('id="field-valid_from-error"')
    expect(refused).toContain('value="1800.50"')
    expect(await text(as('trainer').submit(here, { ...typed, price_yuan: '很多' }), 422)).toContain(
      'id="field-price_yuan-error"',
    )
    expect((await as('trainer').submit(here, { ...typed, price_citation: '收费公示' })).status).toBe(303)
    const page = await text(as('district').page(here))
    for (const seen of ['一开始', '2027-01-01', '¥1,800.50（收费公示）', '调整收费']) expect(page).toContain(seen)
    expect(page).not.toContain(`${here}/edit`)
    await text(as('district2').page(here), 404)
  })
})

test('nothing was an internal fault', () => expect(w.faults).toEqual([]))
