/** Venues, teachers and the timetable: one venue and one teacher in one place at a time, what is odd is flagged, check-in follows the times. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addAccount } from '../../src/access/actions.ts'
import { registerOrganisation } from '../../src/organisations/actions.ts'
import { registerPeople } from '../../src/people/actions.ts'
import { erasePeople } from '../../src/privacy/erasure.ts'
import { clientsOf, ok } from '../support/answers.ts'
import { PASSWORD, type World, world } from '../support/world.ts'

let w: World
let course: string
const as = clientsOf(() => w)
const refused = async (answer: Promise<Response>) => {
  const response = await answer
  const { code, detail, errors } = await response.json()
  return {
    status: response.status,
    code,
    detail,
    faults: (errors ?? []).map((one: { pointer: string; code: string }) => [one.pointer, one.code]),
  }
}

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

async function register(name: string, id_number: string, by = 'trainer') {
  const context = await w.context(by)
  const row = { name, id_type: 'passport' as const, id_number, workforce: 'elder_care' as const }
  return (await w.db.transaction().execute((tx) => registerPeople(tx, context, [row])))[0]!
}
let made = 0
const open = async (changed: object = {}) =>
  ok(
    as('trainer').post('/api/v1/classes', {
      ...{ course_id: course, name: `排课班${++made}`, starts_on: '2026-11-23', ends_on: '2026-12-23', capacity: 20 },
      ...changed,
    }),
    201,
  )
const venue = (changed: object = {}) =>
  ok(
    as('trainer').post('/api/v1/venues', {
      ...{ name: `教室${++made}`, kind: 'classroom', address: '示例路 1 号', district_code: '330106', seats: 30 },
      ...changed,
    }),
    201,
  )
const teacher = async (valid_until: string | null = '2026-12-01') => {
  const { id } = await ok(as('trainer').post('/api/v1/teachers', { name: `教师${++made}` }), 201)
  return ok(
    as('trainer').post(`/api/v1/teachers/${id}/qualifications`, {
      ...{ qualification: '养老护理员培训教师', number: 'SL-1', valid_from: '2025-12-01', valid_until },
    }),
  )
}
let other: string | null = null
/** The account of a second training institution. */
async function otherTrainer(): Promise<string> {
  if (other) return other
  const admin = await w.context('admin')
  await w.db.transaction().execute(async (tx) => {
    const school = {
      name: '示例第二培训学校',
      district_code: '330102',
      kinds: ['training_institution'],
      filed_from: '2020-01-01',
    }
    const { id } = await registerOrganisation(tx, admin, school as never)
    const account = {
      username: 'trainer2',
      display_name: 'trainer2 示例',
      role: 'trainer' as const,
      password: PASSWORD,
    }
    w.accounts.trainer2 = (await addAccount(tx, admin, { ...account, organisation_id: id })).id
  })
  other = 'trainer2'
  return other
}
async function openAt(username: string): Promise<string> {
  const kind = { name: `短训${++made}`, kind: 'in_service', theory_hours: 8, practice_hours: 8, attendance_percent: 80 }
  const { id } = await ok(as(username).post('/api/v1/courses', kind), 201)
  const group = { course_id: id, name: `他班${++made}`, starts_on: '2026-11-23', ends_on: '2026-12-23', capacity: 20 }
  return (await ok(as(username).post('/api/v1/classes', group), 201)).id
}
const addTo = (username: string, class_id: string, changed: object) =>
  as(username).post(`/api/v1/classes/${class_id}/sessions`, { ...DAY, topic: `主题${++made}`, ...changed })
const DAY = { held_on: '2026-12-01', topic: '失智照护', part: 'theory', hours: 4 }
const add = (class_id: string, changed: object = {}) =>
  as('trainer').post(`/api/v1/classes/${class_id}/sessions`, { ...DAY, topic: `主题${++made}`, ...changed })
const place = (id: string, body: object) => as('trainer').post(`/api/v1/sessions/${id}/placement`, body)
const flags = ({ flags }: { flags: { code: string }[] }) => flags.map(({ code }) => code)
const MORNING = { starts_at: '08:30', ends_at: '11:30' }

describe('the timetable', () => {
  test('is optional: a session without times is as it was', async () => {
    const { id } = await open()
    expect(await ok(add(id), 201)).toMatchObject({
      ...{ starts_at: null, ends_at: null, venue_id: null, teacher_id: null, flags: [], hours: 4 },
    })
  })

  test('says all that is wrong with a place at once', async () => {
    const { id } = await open()
    const nowhere = { venue_id: w.org.trainer, teacher_id: w.org.trainer }
    expect(
      await refused(add(id, { ...nowhere, held_on: '2027-01-01', starts_at: '11:30', ends_at: '11:30' })),
    ).toMatchObject({
      status: 422,
      faults: [
        ['/held_on', 'session.outside'],
        ['/ends_at', 'session.times_reversed'],
        ['/venue_id', 'session.venue_unknown'],
        ['/teacher_id', 'session.teacher_unknown'],
      ],
    })
    expect((await refused(add(id, { starts_at: '08:30' }))).faults).toEqual([['/ends_at', 'session.times_incomplete']])
    expect((await refused(add(id, { starts_at: '24:00', ends_at: '25:10' }))).status).toBe(422)
  })

  test('has a venue and a teacher in one place at a time, and says what is there', async () => {
    const [one, other, room, who] = [
      await open({ name: '甲班' }),
      await open(),
      await venue({ name: '301' }),
      await teacher(),
    ]
    const taken = { ...MORNING, venue_id: room.id, teacher_id: who.id }
    await ok(add(one.id, { ...taken, topic: '失智照护' }), 201)
    const clash = await refused(add(other.id, { ...taken, starts_at: '11:29', ends_at: '12:00' }))
    expect(clash).toMatchObject({
      ...{ status: 409, code: 'session.venue_taken' },
      faults: [
        ['/venue_id', 'session.venue_taken'],
        ['/teacher_id', 'session.teacher_taken'],
      ],
    })
    expect(clash.detail).toContain('“301”在 2026-12-01 08:30–11:30 已排给培训班“甲班”的“失智照护”')
    // touching is no clash, nor is another day
    await ok(add(other.id, { ...taken, starts_at: '11:30', ends_at: '12:00', hours: 1 }), 201)
    await ok(add(other.id, { ...taken, held_on: '2026-12-02' }), 201)
    // the database refuses it by itself
    const bare = (changed: object) =>
      w.db
        .insertInto('class_sessions')
        .values({ ...DAY, class_id: other.id, topic: `裸${++made}`, ...MORNING, ...changed })
        .execute()
    await expect(bare({ venue_id: room.id })).rejects.toThrow(/class_sessions_venue/)
    await expect(bare({ teacher_id: who.id })).rejects.toThrow(/class_sessions_teacher/)
    await expect(bare({ ends_at: null })).rejects.toThrow(/class_sessions_times/)
    await expect(bare({ ends_at: '08:30' })).rejects.toThrow(/class_sessions_times/)
  })

  test('of two calls for one venue at once exactly one wins, and the other hears by what it is taken', async () => {
    const [one, other, room] = [await open(), await open(), await venue()]
    const answers = await Promise.all([one, other].map(({ id }) => add(id, { ...MORNING, venue_id: room.id })))
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409])
    const lost = await answers.find(({ status }) => status === 409)!.json()
    expect([lost.code, lost.detail]).toEqual(['session.venue_taken', expect.stringContaining('08:30–11:30')])
  })

  test('gives the venue back when the class is cancelled', async () => {
    const [one, other, room] = [await open(), await open(), await venue()]
    await ok(add(one.id, { ...MORNING, venue_id: room.id }), 201)
    await ok(as('trainer').post(`/api/v1/classes/${one.id}/cancellation`, { reason: '报名不足' }))
    await ok(add(other.id, { ...MORNING, venue_id: room.id }), 201)
  })

  test('takes no venue or teacher of another institution, not even from the database', async () => {
    const { id } = await open()
    const foreign = await w.db
      .insertInto('venues')
      .values({
        organisation_id: w.org.assessor,
        name: '他人',
        kind: 'classroom',
        address: '示例',
        district_code: '330106',
        seats: 9,
      })
      .returning('id')
      .executeTakeFirstOrThrow()
    expect((await refused(add(id, { venue_id: foreign.id }))).faults).toEqual([['/venue_id', 'session.venue_unknown']])
    await expect(
      w.db
        .insertInto('class_sessions')
        .values({ ...DAY, class_id: id, topic: '他人', venue_id: foreign.id })
        .execute(),
    ).rejects.toThrow(/institution that holds the class/)
  })

  test('is changed until somebody was there: then venue and teacher only', async () => {
    const [group, room, who] = [await open(), await venue(), await teacher()]
    const session = await ok(add(group.id, { held_on: '2026-11-23' }), 201)
    const day = { held_on: '2026-11-23', ...MORNING }
    expect(await ok(place(session.id, { ...day, venue_id: room.id }))).toMatchObject({ ...day, venue_name: room.name })
    const person = await register('排课学员', 'E30000001')
    await ok(as('trainer').post(`/api/v1/classes/${group.id}/enrolments`, { person_id: person.id }), 201)
    await ok(as('trainer').post(`/api/v1/sessions/${session.id}/check-ins`, { person_ids: [person.id] }))
    expect(await refused(place(session.id, { ...day, starts_at: '08:00' }))).toMatchObject({
      status: 409,
      code: 'session.attended',
    })
    expect(await ok(place(session.id, { ...day, teacher_id: who.id }))).toMatchObject({
      venue_id: null,
      teacher_id: who.id,
    })
    expect((await as('assessor').post(`/api/v1/sessions/${session.id}/placement`, day)).status).toBe(403)
    const { items } = await ok(as('admin').get(`/api/v1/history?subject_id=${group.id}`))
    expect(items.filter(({ kind }: { kind: string }) => kind === 'session.placed')).toHaveLength(2)
  })
})

describe('what is odd is flagged, not refused', () => {
  test.each([
    ['08:30', '11:29', ['too_short']],
    ['08:30', '11:30', []],
    ['08:30', '14:30', []],
    ['08:30', '14:31', ['too_long']],
  ])('four hours from %s to %s: %j', async (starts_at, ends_at, expected) => {
    const { id } = await open()
    expect(flags(await ok(add(id, { starts_at, ends_at }), 201))).toEqual(expected)
  })

  test.each([
    [30, []],
    [31, ['seats_short']],
  ])('a class of %i in a room of 30: %j', async (capacity, expected) => {
    const group = await open({ capacity })
    expect(flags(await ok(add(group.id, { venue_id: (await venue()).id }), 201))).toEqual(expected)
  })

  test.each([
    ['2026-11-30', ['teacher_unqualified']],
    ['2026-12-01', []],
    ['2026-12-02', []],
  ])('a teacher qualified until %s teaches on 2026-12-01: %j', async (valid_until, expected) => {
    const { id } = await open()
    const who = await teacher(valid_until)
    const session = await ok(add(id, { teacher_id: who.id }), 201)
    expect(flags(session)).toEqual(expected)
    await ok(
      as('trainer').post(`/api/v1/teacher-qualifications/${who.qualifications[0].id}/withdrawal`, {
        reason: '登记有误',
      }),
    )
    const later = await ok(as('trainer').get(`/api/v1/sessions/${session.id}`))
    expect(later.flags[0]).toMatchObject({ code: 'teacher_unqualified', message: expect.stringContaining(who.name) })
  })

  test.each([
    ['2026-12-01', ['base_unrecognised']],
    ['2026-12-02', []],
    [null, []],
  ])('a practice base recognised to %s (not included): %j', async (ends_on, expected) => {
    const { id } = await open()
    const base = await venue({ kind: 'practice_base' })
    await ok(
      as('trainer').post(`/api/v1/venues/${base.id}/recognitions`, {
        starts_on: '2026-01-01',
        ends_on,
        citation: '示例〔2025〕12号',
      }),
    )
    expect(flags(await ok(add(id, { venue_id: base.id }), 201))).toEqual(expected)
  })

  test.each([
    ['11:29', '12:00', ['teacher_elsewhere']],
    ['11:30', '12:00', []],
    ['07:00', '08:31', ['teacher_elsewhere']],
    [null, null, []],
  ])(
    'a teacher who is at another institution from 08:30 to 11:30, here from %s to %s: %j',
    async (starts_at, ends_at, expected) => {
      const other = await otherTrainer()
      const passport = { name: '任两处', id_number: `E1234${5000 + ++made}` }
      const here = await ok(
        as('trainer').post('/api/v1/teachers', { person_id: (await register(passport.name, passport.id_number)).id }),
        201,
      )
      const there = await ok(
        as(other).post('/api/v1/teachers', {
          person_id: (await register(passport.name, passport.id_number, other)).id,
        }),
        201,
      )
      const theirs = await ok(addTo(other, await openAt(other), { ...MORNING, teacher_id: there.id }), 201)
      const session = await ok(
        add((await open()).id, { teacher_id: here.id, hours: 1, ...(starts_at ? { starts_at, ends_at } : {}) }),
        201,
      )
      const clash = flags(session).filter((code) => code === 'teacher_elsewhere')
      expect(clash).toEqual(expected)
      if (expected.length > 0) {
        const { message } = session.flags.find(({ code }: { code: string }) => code === 'teacher_elsewhere')
        expect(message).toBe(`${passport.name}在 2026-12-01 08:30–11:30 同时在其他机构有课`)
        // both see it
        expect(flags(await ok(as(other).get(`/api/v1/sessions/${theirs.id}`)))).toContain('teacher_elsewhere')
      }
    },
  )

  test('teachers who are names only are one by name and certificate number, not by the name alone', async () => {
    const other = await otherTrainer()
    const named = async (username: string, name: string, number: string) => {
      const { id } = await ok(as(username).post('/api/v1/teachers', { name }), 201)
      const qualification = { qualification: '培训教师', number, valid_from: '2025-12-01', valid_until: null }
      await ok(as(username).post(`/api/v1/teachers/${id}/qualifications`, qualification))
      return id
    }
    for (const [name, number, expected] of [
      ['赵老师', 'T-77', ['teacher_elsewhere']],
      ['钱老师', 'T-79', []],
    ] as const) {
      const there = await named(other, name, name === '赵老师' ? 'T-77' : 'T-78')
      await ok(addTo(other, await openAt(other), { ...MORNING, teacher_id: there }), 201)
      const here = await named('trainer', name, number)
      expect(flags(await ok(add((await open()).id, { ...MORNING, teacher_id: here }), 201))).toEqual(expected)
    }
  })

  test('says it with the values, in the reader’s language', async () => {
    const group = await open({ capacity: 45 })
    const room = await venue({ name: '小教室', seats: 12 })
    const { id } = await ok(add(group.id, { venue_id: room.id }), 201)
    const read = async (lang: string) =>
      (await ok(as('trainer').get(`/api/v1/sessions/${id}`, { 'accept-language': lang }))).flags[0].message
    expect(await read('zh-CN')).toBe('班级名额 45 人，“小教室”只有 12 座')
    expect(await read('en')).toBe('The class has 45 places, "小教室" 12 seats')
  })
})

describe('check-in', () => {
  test.each([
    ['2026-11-23T00:59:00Z', 409],
    ['2026-11-23T01:00:00Z', 200],
    ['2026-11-23T03:29:00Z', 200],
    ['2026-11-23T03:30:00Z', 409],
  ])('of a session from 09:30 to 11:30, at %s: %i', async (now, status) => {
    w.clock.now = new Date(now)
    const { id } = await open()
    const session = await ok(add(id, { held_on: '2026-11-23', starts_at: '09:30', ends_at: '11:30' }), 201)
    const answer = await as('trainer').get(`/api/v1/sessions/${session.id}/check-in-code`)
    const body = await answer.json()
    expect(answer.status).toBe(status)
    if (status === 200)
      expect(body).toMatchObject({ opens_at: '2026-11-23T01:00:00.000Z', closes_at: '2026-11-23T03:30:00.000Z' })
    else expect(body.detail).toContain('2026-11-23 09:00 到 2026-11-23 11:30')
    w.clock.now = new Date('2026-11-23T02:00:00Z')
  })
})

describe('venues', () => {
  test('are the institution’s own; officers see those of their division', async () => {
    const { id, name } = await venue()
    const seen = await Promise.all(
      ['trainer', 'district', 'admin', 'assessor', 'district2'].map(
        async (one) => (await as(one).get(`/api/v1/venues/${id}`)).status,
      ),
    )
    expect(seen).toEqual([200, 200, 200, 404, 404])
    expect(
      (
        await refused(
          as('trainer').post('/api/v1/venues', {
            name,
            kind: 'classroom',
            address: '示例',
            district_code: '330106',
            seats: 1,
          }),
        )
      ).code,
    ).toBe('venue.name_taken')
    expect(
      (
        await refused(
          as('trainer').post('/api/v1/venues', {
            name: '他处',
            kind: 'classroom',
            address: '示例',
            district_code: '999999',
            seats: 1,
          }),
        )
      ).faults,
    ).toEqual([['/district_code', 'venue.district_unknown']])
  })

  test('are changed by whoever has read them', async () => {
    const { id, recognitions: _, ...read } = await venue()
    const fields = { name: read.name, address: '新址 2 号', district_code: '330102', seats: 60 }
    const put = (revision: number) => as('trainer').put(`/api/v1/venues/${id}`, fields, revision)
    expect(await ok(put(1))).toMatchObject({ ...fields, revision: 2 })
    expect((await put(1)).status).toBe(412)
  })

  test('a practice base is recognised for periods that do not overlap; a classroom for none', async () => {
    const base = await venue({ kind: 'practice_base' })
    const recognise = (id: string, starts_on: string, ends_on: string | null) =>
      as('trainer').post(`/api/v1/venues/${id}/recognitions`, { starts_on, ends_on, citation: '示例〔2025〕12号' })
    await ok(recognise(base.id, '2024-01-01', '2026-01-01'))
    expect((await ok(recognise(base.id, '2026-01-01', null))).recognitions).toHaveLength(2)
    expect((await refused(recognise(base.id, '2025-12-31', '2026-02-01'))).code).toBe('venue.recognition_overlap')
    expect((await refused(recognise(base.id, '2023-02-01', '2023-02-01'))).faults).toEqual([
      ['/ends_on', 'venue.dates_reversed'],
    ])
    expect((await refused(recognise((await venue()).id, '2026-01-01', null))).code).toBe('venue.no_base')
  })
})

describe('teachers', () => {
  test('are somebody of the roster or a name, once', async () => {
    const person = await register('名册教师', 'E30000002')
    const post = (body: object) => as('trainer').post('/api/v1/teachers', body)
    expect((await refused(post({}))).faults).toEqual([['/name', 'teacher.unnamed']])
    expect((await refused(post({ name: '甲', person_id: person.id }))).faults).toEqual([['/name', 'teacher.unnamed']])
    expect((await refused(post({ person_id: w.org.trainer }))).faults).toEqual([
      ['/person_id', 'teacher.person_unknown'],
    ])
    const made = await ok(post({ person_id: person.id }), 201)
    expect(made).toMatchObject({ name: '名册教师', qualifications: [] })
    expect((await refused(post({ person_id: person.id }))).code).toBe('teacher.twice')
    expect((await as('assessor').get(`/api/v1/teachers/${made.id}`)).status).toBe(404)
    const qualify = (valid_from: string, valid_until: string | null) =>
      as('trainer').post(`/api/v1/teachers/${made.id}/qualifications`, {
        ...{ qualification: '高级讲师', number: 'T-77', valid_from, valid_until },
      })
    expect((await refused(qualify('2026-01-02', '2026-01-01'))).faults).toEqual([
      ['/valid_until', 'qualification.dates_reversed'],
    ])
    await ok(qualify('2026-01-01', null))
    // the number goes with the person
    const context = await w.context('admin')
    await w.db.transaction().execute((tx) => erasePeople(tx, context, [person.id], '到期删除'))
    const erased = await ok(as('trainer').get(`/api/v1/teachers/${made.id}`))
    expect([erased.name, erased.qualifications[0].number]).toEqual(['已删除', null])
    await expect(w.db.updateTable('teacher_qualifications').set({ qualification: '改' }).execute()).rejects.toThrow()
  })

  test('list page by page, with what is valid today', async () => {
    const first = await ok(as('trainer').get('/api/v1/teachers?limit=1'))
    const second = await ok(as('trainer').get(`/api/v1/teachers?limit=200&cursor=${first.next_cursor}`))
    expect(second.items.length).toBeGreaterThan(2)
    expect(second.items.map(({ id }: { id: string }) => id)).not.toContain(first.items[0].id)
  })
})

describe('console', () => {
  const text = async (answer: Promise<Response>, status = 200) => {
    const response = await answer
    expect(response.status).toBe(status)
    return response.text()
  }
  test('a room and a teacher are entered, and a session is put into them', async () => {
    const fields = {
      kind: 'practice_base',
      name: '实训室',
      district_code: '330106',
      address: '示例路 9 号',
      seats: '15',
    }
    expect(await text(as('trainer').submit('/console/venues', { ...fields, seats: '' }), 422)).toContain(
      'field-seats-error',
    )
    const room = (await as('trainer').submit('/console/venues', fields)).headers.get('location')!
    expect(
      await text(
        as('trainer').submit(`${room}/recognitions`, {
          starts_on: '2026-01-01',
          last_day: '2025-01-01',
          citation: '文件',
        }),
        422,
      ),
    ).toContain('field-last_day-error')
    await as('trainer').submit(`${room}/recognitions`, {
      starts_on: '2026-01-01',
      last_day: '2026-12-31',
      citation: '示例〔2025〕3号',
    })
    expect(await text(as('trainer').page(room))).toContain('2026-01-01 – 2026-12-31')
    expect((await as('trainer').submit(room, { ...fields, kind: '', seats: '18', revision: '1' })).status).toBe(303)
    const who = (await as('trainer').submit('/console/teachers', { name: '讲师甲' })).headers.get('location')!
    await as('trainer').submit(`${who}/qualifications`, {
      qualification: '培训教师',
      number: '',
      valid_from: '2026-01-01',
      valid_until: '',
    })
    const page = await text(as('trainer').page(who))
    expect(page).toContain('资质有效')
    const withdrawal = /href="(\/console\/teacher-qualifications\/[^"]*)"/.exec(page)![1]!
    expect(await text(as('trainer').page(withdrawal))).toContain('不再计入讲师甲的资质')
    const group = await open()
    const { id } = await ok(add(group.id), 201)
    const placing = `/console/sessions/${id}/placement`
    const form = await text(as('trainer').page(placing))
    expect(form).toContain('实训室（18 座）')
    const [venue_id, teacher_id] = [room.split('/').at(-1)!, who.split('/').at(-1)!]
    const sent = { held_on: '2026-12-01', starts_at: '13:30', ends_at: '16:30', venue_id, teacher_id }
    expect((await as('trainer').submit(placing, sent)).status).toBe(303)
    const hours = await text(as('trainer').page(`/console/classes/${group.id}/hours`))
    expect(hours).toContain('13:30–16:30 · 实训室 · 讲师甲')
    expect(hours).toContain('班级名额 20 人，“实训室”只有 18 座')
    const { id: other } = await ok(add(group.id), 201)
    const clash = await text(as('trainer').submit(`/console/sessions/${other}/placement`, sent), 409)
    expect(clash).toContain('field-venue_id-error')
    expect(clash).toContain('13:30–16:30 已排给培训班')
    expect((await as('trainer').submit(withdrawal, { reason: '登记有误' })).status).toBe(303)
    expect(await text(as('trainer').page(`/console/classes/${group.id}/hours`))).toContain('没有有效的教师资质')
    for (const one of ['/console/venues', '/console/teachers', room, who])
      expect(await text(as('district').page(one))).not.toContain('method="post" action="/console/venues')
  })
})

test('nothing was an internal fault', () => expect(w.faults).toEqual([]))
