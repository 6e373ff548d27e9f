/** Notices: who hears of a class that is cancelled, moved or returned, and of a seat; read once, by those they are to. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addAccount } from '../../src/access/actions.ts'
import { registerPeople } from '../../src/people/actions.ts'
import { clientsOf, ok } from '../support/answers.ts'
import { type Client, PASSWORD, type World, world } from '../support/world.ts'

let w: World
let course: string
let people: string[]
const as = clientsOf(() => w)

beforeAll(async () => {
  w = await world()
  const [context, admin] = [await w.context('trainer'), await w.context('admin')]
  people = await w.db.transaction().execute(async (tx) => {
    const rows = await registerPeople(
      tx,
      context,
      ['甲', '乙', '丙'].map((name, index) => ({
        ...{ name: `通知学员${name}`, id_type: 'passport' as const, id_number: `E2000000${index}` },
        workforce: 'elder_care' as const,
      })),
    )
    const ids = rows.map(({ id }) => id)
    for (const [index, person_id] of ids.entries())
      await addAccount(tx, admin, {
        ...{ username: `carer${index}`, display_name: '学员', role: 'carer', password: PASSWORD, person_id },
      })
    await tx
      .insertInto('employments')
      .values([
        {
          person_id: ids[0]!,
          organisation_id: w.org.home!,
          post: 'care',
          contract_kind: 'labour',
          starts_on: '2026-01-01',
        },
        {
          person_id: ids[1]!,
          organisation_id: w.org.home!,
          post: 'care',
          contract_kind: 'labour',
          starts_on: '2026-01-01',
        },
        // has left
        {
          person_id: ids[2]!,
          organisation_id: w.org.home2!,
          post: 'care',
          contract_kind: 'labour',
          starts_on: '2026-01-01',
          ends_on: '2026-11-23',
        },
      ])
      .execute()
    return ids
  })
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

let made = 0
/** A class on days of its own, so that nobody is in two. */
const open = async (capacity = 20, enrolled = people) => {
  const month = String(++made).padStart(2, '0')
  const group = await ok(
    as('trainer').post('/api/v1/classes', {
      ...{
        course_id: course,
        name: `通知班${made}`,
        starts_on: `2027-${month}-01`,
        ends_on: `2027-${month}-06`,
        capacity,
      },
      assessor_organisation_id: w.org.assessor,
    }),
    201,
  )
  await ok(as('trainer').post(`/api/v1/classes/${group.id}/enrolments`, { person_ids: enrolled }), 201)
  return group
}
interface Notice {
  id: string
  kind: string
  words: string
  subject_id: string
  read_at: string | null
}
const noticesOf = async (username: string, subject_id: string) =>
  ((await ok(as(username).get('/api/v1/notices?limit=200'))).items as Notice[]).filter(
    (one) => one.subject_id === subject_id,
  )
const kindsOf = async (username: string, subject_id: string) =>
  (await noticesOf(username, subject_id)).map(({ kind }) => kind)

describe('who hears', () => {
  test('of a class that is cancelled: its people and those who wait, their employers of today, its assessor, who accepted its filing', async () => {
    const { id } = await open(2)
    const filing = await ok(as('trainer').post(`/api/v1/classes/${id}/filings`), 201)
    await ok(as('district').post(`/api/v1/class-filings/${filing.id}/decision`, { accepted: true }))
    await ok(as('trainer').post(`/api/v1/classes/${id}/cancellation`, { reason: '报名不足' }))
    const heard = await Promise.all(
      ['carer0', 'carer1', 'carer2', 'facility', 'assessor', 'district', 'facility2', 'district2', 'admin'].map(
        async (name) => [name, await kindsOf(name, id)],
      ),
    )
    expect(Object.fromEntries(heard)).toEqual({
      ...{ carer0: ['class.cancelled'], carer1: ['class.cancelled'], carer2: ['class.cancelled'] },
      // once, for both of its people
      facility: ['class.cancelled'],
      ...{ assessor: ['class.cancelled'], district: ['class.cancelled'] },
      ...{ facility2: [], district2: [], admin: [] },
    })
    const [notice] = await noticesOf('carer0', id)
    expect(notice!.words).toBe('培训班“通知班1”（2027-01-01 – 2027-01-05）已取消：报名不足')
    expect(await kindsOf('trainer', id)).toEqual(['class.filing_accepted'])
    // of the filing itself the officers of the district, by its own page
    expect(await kindsOf('district', filing.id)).toEqual(['class.filing_submitted'])
    expect(await kindsOf('district2', filing.id)).toEqual([])
    expect(await (await as('district').page('/console/notices')).text()).toContain(
      `/console/class-filings/${filing.id}`,
    )
  })

  test('of a class that is moved, with both dates; a new name moves nobody', async () => {
    const group = await open()
    const put = (changed: object, revision: number) =>
      ok(
        as('trainer').put(
          `/api/v1/classes/${group.id}`,
          {
            ...{ name: group.name, starts_on: group.starts_on, ends_on: group.ends_on, capacity: 20 },
            ...{ assessor_organisation_id: w.org.assessor, ...changed },
          },
          revision,
        ),
      )
    await put({ name: '改名班' }, 1)
    expect(await kindsOf('carer0', group.id)).toEqual([])
    await put({ name: '改名班', starts_on: '2027-02-03', ends_on: '2027-02-08' }, 2)
    expect((await noticesOf('carer0', group.id)).map(({ words }) => words)).toEqual([
      '培训班“改名班”改期：原为 2027-02-01 – 2027-02-05，现为 2027-02-03 – 2027-02-07。',
    ])
    expect(await kindsOf('assessor', group.id)).toEqual(['class.moved'])
  })

  test('of a session that is moved, once it had a time', async () => {
    const group = await open()
    const day = { held_on: group.starts_on, starts_at: '09:00', ends_at: '11:00' }
    const session = await ok(
      as('trainer').post(`/api/v1/classes/${group.id}/sessions`, {
        held_on: group.starts_on,
        topic: '急救',
        part: 'theory',
        hours: 2,
      }),
      201,
    )
    const place = (body: object) => ok(as('trainer').post(`/api/v1/sessions/${session.id}/placement`, body))
    await place(day)
    expect(await kindsOf('carer0', group.id)).toEqual([])
    await place({ ...day, starts_at: '14:00', ends_at: '16:00' })
    expect((await noticesOf('carer0', group.id)).map(({ words }) => words)).toEqual([
      `培训班“通知班3”的课“急救”有调整：原为 ${group.starts_on} 09:00–11:00，现为 ${group.starts_on} 14:00–16:00。`,
    ])
    await place({ ...day, starts_at: '14:00', ends_at: '16:00' })
    expect(await kindsOf('carer0', group.id)).toHaveLength(1)
  })

  test('of a seat that got free: who moved up and their employer, and nobody else', async () => {
    const { id } = await open(1)
    const { items } = await ok(as('trainer').get(`/api/v1/classes/${id}/enrolments`))
    const first = items.find((one: { person_id: string }) => one.person_id === people[0])
    await ok(as('trainer').post(`/api/v1/enrolments/${first.id}/withdrawal`, { reason: '有事' }))
    const heard = await Promise.all(
      ['carer0', 'carer1', 'carer2', 'facility', 'assessor'].map((name) => kindsOf(name, id)),
    )
    expect(heard).toEqual([[], ['enrolment.promoted'], [], ['enrolment.promoted'], []])
  })

  test('of a filing that is returned: the institution, with the reason', async () => {
    const { id } = await open()
    const filing = await ok(as('trainer').post(`/api/v1/classes/${id}/filings`), 201)
    await ok(
      as('district').post(`/api/v1/class-filings/${filing.id}/decision`, { accepted: false, reason: '缺少师资' }),
    )
    const [notice] = await noticesOf('trainer', id)
    expect([notice!.kind, notice!.words]).toEqual(['class.filing_returned', expect.stringContaining('退回：缺少师资')])
    expect(await kindsOf('carer0', id)).toEqual([])
  })

  test('nobody hears by half: a cancellation that is refused tells nobody', async () => {
    const { id } = await open()
    await ok(as('trainer').post(`/api/v1/classes/${id}/cancellation`, { reason: '报名不足' }))
    expect((await as('trainer').post(`/api/v1/classes/${id}/cancellation`, { reason: '再次取消' })).status).toBe(409)
    expect(await kindsOf('carer0', id)).toHaveLength(1)
  })
})

describe('reading', () => {
  test('marks once, one’s own only', async () => {
    const { id } = await open()
    await ok(as('trainer').post(`/api/v1/classes/${id}/cancellation`, { reason: '报名不足' }))
    const [notice] = await noticesOf('carer0', id)
    const reading = (client: Client) => client.post(`/api/v1/notices/${notice!.id}/reading`)
    for (const name of ['carer1', 'facility', 'admin', 'trainer']) expect((await reading(as(name))).status).toBe(404)
    const unread = (await ok(as('carer0').get('/api/v1/notices'))).unread
    expect(await ok(reading(as('carer0')))).toEqual({ read: 1 })
    expect(await ok(reading(as('carer0')))).toEqual({ read: 0 })
    expect((await ok(as('carer0').get('/api/v1/notices'))).unread).toBe(unread - 1)
    const rest = await ok(as('carer0').get('/api/v1/notices?unread=true'))
    expect(rest.items).toHaveLength(unread - 1)
    expect(await ok(as('carer0').post('/api/v1/notices/reading'))).toEqual({ read: unread - 1 })
    expect((await ok(as('carer0').get('/api/v1/notices?unread=true'))).items).toEqual([])
    // the organisation's are not touched by its people's
    expect((await ok(as('facility').get('/api/v1/notices'))).unread).toBeGreaterThan(0)
    await expect(
      w.db.updateTable('notices').set({ words: '改' }).where('id', '=', notice!.id).execute(),
    ).rejects.toThrow()
    await expect(
      w.db.updateTable('notices').set({ read_at: null, read_by: null }).where('id', '=', notice!.id).execute(),
    ).rejects.toThrow()
  })

  test('comes page by page and in English', async () => {
    const first = await ok(as('facility').get('/api/v1/notices?limit=1', { 'accept-language': 'en' }))
    expect(first.items[0].words).toMatch(/^The (class|session)|^A seat/)
    const second = await ok(as('facility').get(`/api/v1/notices?limit=1&cursor=${first.next_cursor}`))
    expect(second.items[0].id < first.items[0].id).toBe(true)
  })

  test('on the page: how many are unread, one marked, then all; a link for who may open the class', async () => {
    const { id } = await open()
    await ok(as('trainer').post(`/api/v1/classes/${id}/cancellation`, { reason: '报名不足' }))
    const text = async (name: string) => (await as(name).page('/console/notices')).text()
    expect(await text('assessor')).toContain(`href="/console/classes/${id}"`)
    expect(await text('facility')).not.toContain(`href="/console/classes/${id}"`)
    const before = await text('carer0')
    expect(before).toContain('1 条未读')
    const action = /action="(\/console\/notices\/[0-9a-f-]{36}\/reading)"/.exec(before)![1]!
    expect((await as('carer0').submit(action, {})).status).toBe(303)
    expect(await text('carer0')).toContain('没有未读')
    expect((await as('facility').submit('/console/notices/reading', {})).status).toBe(303)
    expect(await text('facility')).toContain('没有未读')
  })
})

test('nothing was an internal fault', () => expect(w.faults).toEqual([]))
