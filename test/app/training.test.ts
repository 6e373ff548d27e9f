/** Courses, classes, the people in them, hours, results and completion, as the API gives them. */
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addAccount } from '../../src/access/actions.ts'
import { registerOrganisation } from '../../src/organisations/actions.ts'
import { registerPeople } from '../../src/people/actions.ts'
import { checkDigit } from '../../src/people/identity.ts'
import { enrolPeople } from '../../src/training/enrolments.ts'
import { clientsOf } from '../support/answers.ts'
import { type Client, PASSWORD, type World, world } from '../support/world.ts'

let w: World
let trainer: Client
let assessor: Client
let course: string
/** on the trainer's roster; every test takes people of its own */
let people: string[]
/** signed in once: signing in is rate-limited */
const as = clientsOf(() => w)
let taken = 0
function take(count: number): string[] {
  taken += count
  return people.slice(taken - count, taken)
}

const COURSE = {
  name: '养老护理员五级',
  kind: 'skill_level',
  occupation_code: '4-10-01-05',
  standard_edition: '2019',
  level: 5,
  theory_hours: 4,
  practice_hours: 4,
  attendance_percent: 75,
}

beforeAll(async () => {
  w = await world()
  trainer = as('trainer')
  assessor = as('assessor')
  const admin = await w.context('admin')
  await w.db.transaction().execute(async (tx) => {
    for (const [username, role, kind] of [
      ['trainer2', 'trainer', 'training_institution'],
      ['assessor2', 'assessor', 'assessment_body'],
    ] as const) {
      const input = { name: `示例${username}`, kinds: [kind], district_code: '330102' }
      const { id } = await registerOrganisation(tx, admin, input as never)
      await addAccount(tx, admin, { username, display_name: username, password: PASSWORD, role, organisation_id: id })
    }
  })
  people = await register('trainer', 100)
  course = await created(trainer.post('/api/v1/courses', COURSE))
}, 120_000)
afterAll(() => w.close())

let serial = 0
/** Registers people with made-up documents of an area that does not exist. */
async function register(username: string, count: number): Promise<string[]> {
  const rows = Array.from({ length: count }, () => {
    const number = `10990119800101${String(++serial).padStart(3, '0')}`
    const name = `示例${String.fromCodePoint(0x4e00 + serial)}`
    return {
      name,
      id_type: 'resident_id' as const,
      id_number: number + checkDigit(number),
      workforce: 'elder_care' as const,
    }
  })
  const context = await w.context(username)
  return (await w.db.transaction().execute((tx) => registerPeople(tx, context, rows))).map(({ id }) => id)
}

async function created(answer: Promise<Response>): Promise<string> {
  const response = await answer
  const body = await response.json()
  if (response.status !== 201) throw new Error(JSON.stringify(body))
  return body.id
}

/** A class of the trainer; each lies in a year of its own, so that none clashes with another. */
let year = 2026
async function open(change: object = {}): Promise<{ id: string; from: string }> {
  const from = `${year--}-10-10`
  const id = await created(
    trainer.post('/api/v1/classes', {
      course_id: course,
      name: `第 ${year} 期`,
      starts_on: from,
      ends_on: from.replace('-10-10', '-10-20'),
      capacity: 30,
      assessor_organisation_id: w.org.assessor,
      ...change,
    }),
  )
  return { id, from }
}

const enrol = (id: string, person_ids: string[]) => trainer.post(`/api/v1/classes/${id}/enrolments`, { person_ids })

/** A session of 8 hours; everybody given was there for the whole of it. */
async function attend(group: { id: string; from: string }, person_ids: string[]): Promise<string> {
  const session = await created(
    trainer.post(`/api/v1/classes/${group.id}/sessions`, {
      held_on: group.from,
      topic: '集中授课',
      part: 'theory',
      hours: 8,
    }),
  )
  if (person_ids.length > 0)
    expect((await trainer.post(`/api/v1/sessions/${session}/check-ins`, { person_ids })).status).toBe(200)
  return session
}

interface Member {
  id: string
  person_id: string
  status: string
  status_reason: string | null
  waiting_place: number | null
  hours: number
  result: { id: string; theory: number; practical: number; passed: boolean } | null
  person_name: string
  id_number_masked: string
}
async function roster(id: string): Promise<Member[]> {
  return (await (await trainer.get(`/api/v1/classes/${id}/enrolments?limit=200`)).json()).items
}

const mark = (person_id: string, assessed_on: string, theory: number, practical: number, more: object = {}) => ({
  person_id,
  assessed_on,
  theory,
  practical,
  ...more,
})
const results = (id: string, items: object[], by = assessor) => by.post(`/api/v1/classes/${id}/results`, { items })
const codesOf = (body: { errors: { pointer: string; code: string }[] }) =>
  body.errors.map(({ pointer, code }) => [pointer, code])

describe('courses', () => {
  test('a course for a skill level needs occupation, edition and level, and says so at once', async () => {
    const answer = await trainer.post('/api/v1/courses', {
      ...COURSE,
      occupation_code: null,
      standard_edition: null,
      level: null,
      theory_hours: 0,
      practice_hours: 0,
    })
    expect(answer.status).toBe(422)
    expect(codesOf(await answer.json())).toEqual([
      ['/occupation_code', 'course.field_missing'],
      ['/standard_edition', 'course.field_missing'],
      ['/level', 'course.field_missing'],
      ['/theory_hours', 'course.no_hours'],
    ])
  })

  test.each([
    [{ occupation_code: '9-99-99-99' }, '/occupation_code', 'course.occupation_unknown'],
    [{ occupation_code: '4-10-01-02', level: 1 }, '/level', 'course.level_unknown'],
  ])('an occupation or a level that does not exist is refused: %j', async (change, pointer, code) => {
    const answer = await trainer.post('/api/v1/courses', { ...COURSE, ...change })
    expect(codesOf(await answer.json())).toEqual([[pointer, code]])
  })

  test('hours of the standard are a hint with its confidence; unknown ones force nothing', async () => {
    const hint = async (change: object) =>
      (await (await trainer.post('/api/v1/courses', { ...COURSE, ...change })).json()).standard_hours
    expect(await hint({ standard_edition: '2011' })).toEqual({ hours: 180, confidence: 'recalled' })
    expect(await hint({})).toEqual({ hours: null, confidence: 'unknown' })
    expect(await hint({ standard_edition: '2031' })).toBeNull()
  })

  test('a course is its trainer’s and its district’s', async () => {
    const path = `/api/v1/courses/${course}`
    const statuses = await Promise.all(
      ['trainer', 'trainer2', 'district', 'district2', 'auditor'].map(
        async (name) => (await as(name).get(path)).status,
      ),
    )
    expect(statuses).toEqual([200, 404, 200, 404, 200])
    const { items } = await (await trainer.get('/api/v1/courses')).json()
    expect(items.map(({ id }: { id: string }) => id)).toContain(course)
  })
})

describe('classes', () => {
  test('a class is opened for a course of one’s own, assessed by somebody else', async () => {
    const base = { course_id: course, name: '不成立的班', starts_on: '2020-01-01', ends_on: '2020-01-01', capacity: 3 }
    const own = await trainer.post('/api/v1/classes', { ...base, assessor_organisation_id: w.org.trainer })
    expect(codesOf(await own.json())).toEqual([
      ['/ends_on', 'class.dates_reversed'],
      ['/assessor_organisation_id', 'class.assessor_same'],
    ])
    const home = await w
      .as('trainer2')
      .post('/api/v1/classes', { ...base, ends_on: '2020-02-01', assessor_organisation_id: w.org.home })
    expect(codesOf(await home.json())).toEqual([
      ['/assessor_organisation_id', 'class.assessor_unknown'],
      ['/course_id', 'class.course_unknown'],
    ])
  })

  test('the assessor sees the class and its people, and nobody else’s roster grows by it', async () => {
    const group = await open()
    const [person] = take(1)
    await enrol(group.id, [person!])
    const path = `/api/v1/classes/${group.id}`
    const statuses = await Promise.all(
      ['trainer', 'assessor', 'trainer2', 'assessor2', 'district', 'district2', 'facility'].map(
        async (name) => (await as(name).get(path)).status,
      ),
    )
    expect(statuses).toEqual([200, 200, 404, 404, 200, 404, 403])
    const { items } = await (await assessor.get(`${path}/enrolments`)).json()
    expect(items).toMatchObject([{ person_id: person, status: 'enrolled', hours: 0, required_hours: 6, result: null }])
    expect((await as('assessor2').get(`${path}/enrolments`)).status).toBe(404)
    const known = await w.db
      .selectFrom('roster_entries')
      .select('organisation_id')
      .where('person_id', '=', person!)
      .execute()
    expect(known).toEqual([{ organisation_id: w.org.trainer }])
  })

  test('a change needs the revision it was made from', async () => {
    const group = await open()
    const { assessor_organisation_id, name, starts_on, ends_on } = await (
      await trainer.get(`/api/v1/classes/${group.id}`)
    ).json()
    const body = { assessor_organisation_id, name, starts_on, ends_on, capacity: 12 }
    expect((await trainer.put(`/api/v1/classes/${group.id}`, body)).status).toBe(428)
    const changed = await trainer.put(`/api/v1/classes/${group.id}`, body, 1)
    expect(await changed.json()).toMatchObject({ capacity: 12, revision: 2 })
    expect(changed.headers.get('etag')).toBe('"2"')
    const stale = await trainer.put(`/api/v1/classes/${group.id}`, body, 1)
    expect([stale.status, (await stale.json()).code]).toEqual([412, 'revision.stale'])
    expect((await as('trainer2').put(`/api/v1/classes/${group.id}`, body, 2)).status).toBe(404)
  })

  test('a change cannot lose people, sessions or results, nor bring people into two classes', async () => {
    const [first, second] = [await open(), await open()]
    const members = take(2)
    await enrol(first.id, members)
    await enrol(second.id, members.slice(0, 1))
    await attend(first, members)
    const { assessor_organisation_id, name } = await (await trainer.get(`/api/v1/classes/${first.id}`)).json()
    const moved = { starts_on: second.from, ends_on: second.from.replace('-10-10', '-10-12') }
    const answer = await trainer.put(
      `/api/v1/classes/${first.id}`,
      { assessor_organisation_id, name, ...moved, capacity: 1 },
      1,
    )
    expect(codesOf(await answer.json())).toEqual([
      ['/capacity', 'class.capacity_short'],
      ['/starts_on', 'class.session_outside'],
      ['/starts_on', 'enrolment.clash'],
    ])
    await results(first.id, [mark(members[0]!, first.from, 60, 60)])
    const other = await trainer.put(
      `/api/v1/classes/${first.id}`,
      {
        name,
        starts_on: first.from,
        ends_on: first.from.replace('-10-10', '-10-20'),
        capacity: 5,
        assessor_organisation_id: null,
      },
      1,
    )
    expect([other.status, (await other.json()).code]).toEqual([409, 'class.assessed'])
  })

  test('a name is taken once, a class is cancelled with a reason and then stands still', async () => {
    const group = await open({ name: '会取消的班' })
    const twice = await trainer.post('/api/v1/classes', {
      course_id: course,
      name: '会取消的班',
      starts_on: '2019-01-01',
      ends_on: '2019-01-02',
      capacity: 1,
    })
    expect([twice.status, (await twice.json()).code]).toEqual([409, 'class.name_taken'])
    expect((await trainer.post(`/api/v1/classes/${group.id}/cancellation`, {})).status).toBe(422)
    const cancelled = await trainer.post(`/api/v1/classes/${group.id}/cancellation`, { reason: '报名人数不足' })
    expect(await cancelled.json()).toMatchObject({ status: 'cancelled', phase: 'cancelled' })
    const late = await enrol(group.id, take(1))
    expect([late.status, (await late.json()).code]).toEqual([409, 'class.not_open'])
    const event = await w.db
      .selectFrom('history_events')
      .selectAll()
      .where('subject_id', '=', group.id)
      .orderBy('seq', 'desc')
      .executeTakeFirst()
    expect(event).toMatchObject({ kind: 'class.cancelled', reason: '报名人数不足', organisation_id: w.org.trainer })
  })

  test('the list is paged, latest first, and filtered by where a class stands', async () => {
    const ahead = await open({ starts_on: '2030-01-01', ends_on: '2030-02-01' })
    const list = async (query: string) => (await trainer.get(`/api/v1/classes?${query}`)).json()
    const one = await list('limit=1')
    expect(one.items).toMatchObject([
      { id: ahead.id, phase: 'preparing', people: 0, passed: 0, level: 5, required_hours: 6 },
    ])
    const two = await list(`limit=1&cursor=${one.next_cursor}`)
    expect(two.items[0].starts_on < '2030-01-01').toBe(true)
    expect((await list('phase=preparing')).items).toHaveLength(1)
    expect((await list('status=cancelled')).items.map(({ name }: { name: string }) => name)).toEqual(['会取消的班'])
    expect((await list('q=会取消')).items).toHaveLength(1)
  })
})

describe('enrolment', () => {
  test('one or many; who is in the class already stays', async () => {
    const group = await open()
    const members = take(3)
    const one = await trainer.post(`/api/v1/classes/${group.id}/enrolments`, { person_id: members[0] })
    expect(one.status).toBe(201)
    expect(await one.json()).toMatchObject({ added: 1, already: 0, items: [{ person_id: members[0] }] })
    expect(await (await enrol(group.id, [...members, members[1]!])).json()).toMatchObject({ added: 2, already: 1 })
    expect(await (await enrol(group.id, members)).json()).toMatchObject({ added: 0, already: 3 })
    expect(await roster(group.id)).toHaveLength(3)
  })

  test('all faults are told at once and nobody is added', async () => {
    const [group, overlapping] = [await open(), await open()]
    const [busy, fine] = take(2)
    const [stranger] = await register('facility', 1)
    const { assessor_organisation_id, name } = await (await trainer.get(`/api/v1/classes/${overlapping.id}`)).json()
    const dates = { starts_on: group.from.replace('-10-10', '-10-19'), ends_on: group.from.replace('-10-10', '-10-25') }
    await trainer.put(`/api/v1/classes/${overlapping.id}`, { assessor_organisation_id, name, capacity: 9, ...dates }, 1)
    await enrol(overlapping.id, [busy!])
    const both = await enrol(group.id, [fine!, stranger!, busy!])
    expect(both.status).toBe(422)
    expect(codesOf(await both.json())).toEqual([
      ['/person_ids/1', 'enrolment.person_unknown'],
      ['/person_ids/2', 'enrolment.clash'],
    ])
    const clash = await enrol(group.id, [busy!])
    const body = await clash.json()
    expect([clash.status, body.code]).toEqual([409, 'enrolment.clash'])
    expect(body.detail).toContain(name)
    expect(body.detail).toContain(dates.starts_on)
    expect(await roster(group.id)).toEqual([])
  })

  test('a class that ends the day another starts is no clash', async () => {
    const group = await open()
    const [person] = take(1)
    await enrol(group.id, [person!])
    const next = await created(
      trainer.post('/api/v1/classes', {
        course_id: course,
        name: '紧接的班',
        starts_on: group.from.replace('-10-10', '-10-20'),
        ends_on: group.from.replace('-10-10', '-10-25'),
        capacity: 9,
      }),
    )
    expect((await enrol(next, [person!])).status).toBe(201)
  })

  test('in a full class the rest waits in the order given', async () => {
    const group = await open({ capacity: 2 })
    const members = take(4)
    await enrol(group.id, members.slice(0, 1))
    const answer = await enrol(group.id, members)
    const body = await answer.json()
    expect([answer.status, body.added, body.waiting, body.already]).toEqual([201, 1, 2, 1])
    const places = new Map((await roster(group.id)).map((member) => [member.person_id, member.waiting_place]))
    expect(members.map((id) => places.get(id))).toEqual([null, null, 1, 2])
    expect((await (await trainer.get(`/api/v1/classes/${group.id}`)).json()).people).toBe(2)
  })

  test('ten at the same time for the last three places: three get in, seven wait', async () => {
    const group = await open({ capacity: 5 })
    await enrol(group.id, take(2))
    const context = await w.context('trainer')
    const tries = await Promise.allSettled(
      take(10).map((person) => w.db.transaction().execute((tx) => enrolPeople(tx, context, group.id, [person]))),
    )
    const added = tries.map((one) => (one.status === 'fulfilled' ? one.value.added : -1))
    expect(added.sort()).toEqual([...Array(7).fill(0), ...Array(3).fill(1)])
    const members = await roster(group.id)
    expect(members.filter(({ status }) => status === 'enrolled')).toHaveLength(5)
    expect(members.flatMap(({ waiting_place }) => waiting_place ?? []).sort()).toEqual([1, 2, 3, 4, 5, 6, 7])
  })

  test('one person into two classes of the same days at the same time: one takes them', async () => {
    const group = await open()
    const dates = { starts_on: group.from, ends_on: group.from.replace('-10-10', '-10-20') }
    const twin = await created(
      trainer.post('/api/v1/classes', { course_id: course, name: '同期的班', capacity: 9, ...dates }),
    )
    const members = take(5)
    for (const person of members) {
      const answers = await Promise.all([enrol(group.id, [person]), enrol(twin, [person])])
      expect(answers.map(({ status }) => status).sort()).toEqual([201, 409])
    }
  })

  test('who withdraws with a reason frees the place and may come back', async () => {
    const group = await open({ capacity: 1 })
    const [first, second] = take(2)
    await enrol(group.id, [first!])
    const [member] = await roster(group.id)
    expect(
      (await as('trainer2').post(`/api/v1/enrolments/${member!.id}/withdrawal`, { reason: '搬家离开' })).status,
    ).toBe(404)
    const gone = await trainer.post(`/api/v1/enrolments/${member!.id}/withdrawal`, { reason: '搬家离开' })
    expect(await gone.json()).toMatchObject({ status: 'withdrawn', status_reason: '搬家离开' })
    const again = await trainer.post(`/api/v1/enrolments/${member!.id}/withdrawal`, { reason: '搬家离开' })
    expect((await again.json()).code).toBe('enrolment.withdrawn')
    expect((await enrol(group.id, [second!])).status).toBe(201)
    expect(await (await enrol(group.id, [first!])).json()).toMatchObject({ added: 0, waiting: 1 })
    const [other] = (await roster(group.id)).filter(({ status }) => status === 'enrolled')
    await trainer.post(`/api/v1/enrolments/${other!.id}/withdrawal`, { reason: '岗位调动' })
    expect(await (await enrol(group.id, [first!])).json()).toMatchObject({ added: 0, waiting: 0, already: 1 })
    expect((await roster(group.id)).filter(({ status }) => status === 'enrolled')).toMatchObject([
      { id: member!.id, status_reason: null },
    ])
  })
})

describe('hours', () => {
  test('a session is on a day of the class', async () => {
    const group = await open()
    const session = { topic: '安全照护', part: 'theory', hours: 4 }
    const path = `/api/v1/classes/${group.id}/sessions`
    const late = await trainer.post(path, { ...session, held_on: group.from.replace('-10-10', '-10-20') })
    expect(codesOf(await late.json())).toEqual([['/held_on', 'session.outside']])
    const made = await trainer.post(path, { ...session, held_on: group.from.replace('-10-10', '-10-19') })
    const { id } = await made.json()
    expect(made.headers.get('location')).toBe(`/api/v1/sessions/${id}`)
    expect(await (await assessor.get(`/api/v1/sessions/${id}`)).json()).toMatchObject({ id, present: 0 })
    const twice = await trainer.post(path, { ...session, held_on: group.from.replace('-10-10', '-10-19') })
    expect((await twice.json()).code).toBe('session.twice')
  })

  test('hours of many are recorded at once; a change keeps both values in the history; the same again does nothing', async () => {
    const group = await open()
    const members = take(3)
    await enrol(group.id, members)
    const session = await attend(group, members)
    const [one, two] = await roster(group.id)
    const items = [
      { enrolment_id: one!.id, hours: 5 },
      { enrolment_id: two!.id, hours: 8 },
    ]
    const path = `/api/v1/sessions/${session}/attendances`
    const corrected = await trainer.post(path, { items, reason: '早退' })
    expect(await corrected.json()).toEqual({ recorded: 0, changed: 1, unchanged: 1 })
    const events = () =>
      w.db
        .selectFrom('history_events')
        .select('changes')
        .where('subject_id', '=', group.id)
        .where('kind', '=', 'attendance.recorded')
        .orderBy('seq')
        .execute()
    expect((await events()).at(-1)!.changes).toEqual({ session_id: session, recorded: 0, hours: { [one!.id]: [8, 5] } })
    const before = (await events()).length
    expect(await (await trainer.post(path, { items })).json()).toEqual({ recorded: 0, changed: 0, unchanged: 2 })
    expect(await events()).toHaveLength(before)
    expect((await roster(group.id)).map(({ hours }) => hours)).toEqual([5, 8, 8])
    expect((await (await trainer.get(path)).json()).items).toHaveLength(3)
  })

  test('nobody gets more hours than the session had, nor who is not in the class, nor twice', async () => {
    const group = await open()
    const members = take(2)
    await enrol(group.id, members)
    const session = await attend(group, [])
    const [one, two] = await roster(group.id)
    const answer = await trainer.post(`/api/v1/sessions/${session}/attendances`, {
      items: [
        { enrolment_id: one!.id, hours: 9 },
        { enrolment_id: two!.id, hours: 1 },
        { enrolment_id: two!.id, hours: 2 },
        { enrolment_id: course, hours: 1 },
      ],
    })
    expect(codesOf(await answer.json())).toEqual([
      ['/items/0/hours', 'attendance.hours_invalid'],
      ['/items/2/enrolment_id', 'attendance.twice'],
      ['/items/3/enrolment_id', 'attendance.person_unknown'],
    ])
    expect((await roster(group.id)).map(({ hours }) => hours)).toEqual([0, 0])
  })

  test('a session that was not held yet has no hours', async () => {
    const group = await open({ starts_on: '2026-11-20', ends_on: '2026-12-01' })
    const members = take(1)
    await enrol(group.id, members)
    const tomorrow = await created(
      trainer.post(`/api/v1/classes/${group.id}/sessions`, {
        held_on: '2026-11-24',
        topic: '明天的课',
        part: 'practice',
        hours: 4,
      }),
    )
    const answer = await trainer.post(`/api/v1/sessions/${tomorrow}/check-ins`, { person_ids: members })
    expect([answer.status, (await answer.json()).code]).toEqual([409, 'session.ahead'])
  })
})

describe('results', () => {
  test('only the class’s own assessor enters them', async () => {
    const group = await open()
    const members = take(1)
    await enrol(group.id, members)
    await attend(group, members)
    const items = [mark(members[0]!, group.from, 60, 60)]
    expect((await results(group.id, items, as('trainer'))).status).toBe(403)
    expect((await results(group.id, items, as('assessor2'))).status).toBe(404)
    expect((await results(group.id, items)).status).toBe(201)
  })

  test('a person without enough hours gets no result', async () => {
    const group = await open()
    const members = take(2)
    await enrol(group.id, members)
    await attend(group, members.slice(0, 1))
    const answer = await results(
      group.id,
      members.map((person) => mark(person, group.from, 90, 90)),
    )
    const body = await answer.json()
    expect([answer.status, body.code]).toEqual([409, 'result.hours_short'])
    expect(body.detail).toContain('0 / 6')
    expect((await roster(group.id)).every(({ result }) => result === null)).toBe(true)
  })

  test('every fault of every row is told at once', async () => {
    const group = await open()
    const members = take(4)
    await enrol(group.id, members)
    await attend(group, members)
    const answer = await results(group.id, [
      mark(members[0]!, group.from, 100.01, 59.995),
      { person_id: members[1], assessed_on: '2026-11-24', theory: 70, review: 80 },
      mark(course, group.from, 60, 60),
      mark(members[2]!, group.from, 60, 60),
      mark(members[2]!, group.from, 61, 60),
    ])
    expect(answer.status).toBe(422)
    expect(codesOf(await answer.json())).toEqual([
      ['/items/0/theory', 'result.mark_invalid'],
      ['/items/0/practical', 'result.mark_invalid'],
      ['/items/1/practical', 'result.mark_missing'],
      ['/items/1/review', 'result.part_not_examined'],
      ['/items/1/assessed_on', 'result.date_outside'],
      ['/items/2/enrolment_id', 'result.person_unknown'],
      ['/items/4/enrolment_id', 'result.twice'],
    ])
  })

  test('marks come back as given, and 59.99 in one part fails whatever the other is', async () => {
    const group = await open()
    const members = take(2)
    await enrol(group.id, members)
    await attend(group, members)
    await results(group.id, [mark(members[0]!, group.from, 78.05, 60), mark(members[1]!, group.from, 99.5, 59.99)])
    const of = async (person: string) => (await roster(group.id)).find(({ person_id }) => person_id === person)!.result
    expect(await of(members[0]!)).toMatchObject({ theory: 78.05, practical: 60, review: null, passed: true })
    expect(await of(members[1]!)).toMatchObject({ theory: 99.5, practical: 59.99, passed: false })
    const stored = await w.db
      .selectFrom('assessment_results')
      .select(['theory', 'practical'])
      .where('theory', '=', 7805)
      .execute()
    expect(stored).toEqual([{ theory: 7805, practical: 6000 }])
    expect(await (await trainer.get(`/api/v1/classes/${group.id}`)).json()).toMatchObject({ people: 2, passed: 1 })
  })

  test('a correction needs a reason, closes the old row and keeps it', async () => {
    const group = await open()
    const members = take(1)
    await enrol(group.id, members)
    await attend(group, members)
    await results(group.id, [mark(members[0]!, group.from, 58, 70)])
    const same = await results(group.id, [mark(members[0]!, group.from, 58, 70)])
    expect(await same.json()).toEqual({ recorded: 0, changed: 0, unchanged: 1 })
    const bare = await results(group.id, [mark(members[0]!, group.from, 61, 70)])
    expect(codesOf(await bare.json())).toEqual([['/items/0/reason', 'result.reason_missing']])
    const corrected = await results(group.id, [mark(members[0]!, group.from, 61, 70, { reason: '复核发现漏加 3 分' })])
    expect(await corrected.json()).toEqual({ recorded: 0, changed: 1, unchanged: 0 })
    const [{ id } = { id: '' }] = await roster(group.id)
    const rows = await w.db
      .selectFrom('assessment_results')
      .select(['theory', 'passed', sql<boolean>`known_to = 'infinity'`.as('current')])
      .where('enrolment_id', '=', id)
      .orderBy('known_from')
      .execute()
    expect(rows).toEqual([
      { theory: 5800, passed: false, current: false },
      { theory: 6100, passed: true, current: true },
    ])
    const event = await w.db.selectFrom('history_events').selectAll().where('subject_id', '=', id).executeTakeFirst()
    expect(event).toMatchObject({
      kind: 'result.corrected',
      reason: '复核发现漏加 3 分',
      changes: { theory: [58, 61] },
    })
  })
})

describe('completion', () => {
  test('it waits for every result, then judges everybody with reasons and counts', async () => {
    const group = await open()
    const [good, weak, absent, missing, gone] = take(5)
    await enrol(group.id, [good!, weak!, absent!, missing!, gone!])
    await attend(group, [good!, weak!, missing!])
    const idOf = async (person: string) => (await roster(group.id)).find(({ person_id }) => person_id === person)!.id
    await trainer.post(`/api/v1/enrolments/${await idOf(gone!)}/withdrawal`, { reason: '搬家离开' })
    await results(group.id, [mark(good!, group.from, 60, 60), mark(weak!, group.from, 58, 99)])
    const early = await trainer.post(`/api/v1/classes/${group.id}/completion`)
    const refused = await early.json()
    expect([early.status, refused.code]).toEqual([409, 'class.results_missing'])
    expect(codesOf(refused)).toEqual([[`/enrolments/${await idOf(missing!)}`, 'class.results_missing']])
    await results(group.id, [mark(missing!, group.from, 0, 0)])
    const preview = await (await assessor.get(`/api/v1/classes/${group.id}/completion`)).json()
    expect(preview).toMatchObject({ status: 'open', completed: 1, failed: 3, missing: 0, withdrawn: 1 })
    const done = await (await trainer.post(`/api/v1/classes/${group.id}/completion`)).json()
    expect(done).toMatchObject({ status: 'completed', rate: { numerator: 1, denominator: 4 } })
    const reasons = Object.fromEntries(
      (await roster(group.id)).map(({ person_id, status, status_reason }) => [person_id, [status, status_reason]]),
    )
    expect(reasons).toEqual({
      [good!]: ['completed', null],
      [weak!]: ['failed', '理论知识 58 分，低于合格线 60 分'],
      [absent!]: ['failed', '学时不足：0 / 6'],
      [missing!]: ['failed', '理论知识 0 分，低于合格线 60 分；操作技能 0 分，低于合格线 60 分'],
      [gone!]: ['withdrawn', '搬家离开'],
    })
    expect(await (await trainer.get(`/api/v1/classes/${group.id}`)).json()).toMatchObject({
      status: 'completed',
      phase: 'awaiting_certificates',
      people: 4,
      passed: 1,
    })
    expect((await (await trainer.post(`/api/v1/classes/${group.id}/completion`)).json()).code).toBe('class.not_open')
  })

  test('reasons are told in English on request', async () => {
    const group = await open()
    await enrol(group.id, take(1))
    const answer = await trainer.get(`/api/v1/classes/${group.id}/completion`, { 'accept-language': 'en' })
    expect((await answer.json()).items[0].reasons).toEqual([{ code: 'hours_short', message: 'hours short: 0 of 6' }])
  })

  test('an empty class, and a class for a level without an assessor, do not complete', async () => {
    const [empty, alone] = [await open(), await open({ assessor_organisation_id: null })]
    await enrol(alone.id, take(1))
    const code = async (id: string) => (await (await trainer.post(`/api/v1/classes/${id}/completion`)).json()).code
    expect([await code(empty.id), await code(alone.id)]).toEqual(['class.empty', 'class.assessor_missing'])
  })

  test('a class that nobody assesses completes on hours alone', async () => {
    const heads = await created(
      trainer.post('/api/v1/courses', {
        ...COURSE,
        name: '院长班',
        kind: 'heads',
        level: null,
        occupation_code: null,
        standard_edition: null,
      }),
    )
    const group = await open({ course_id: heads, assessor_organisation_id: null })
    const members = take(2)
    await enrol(group.id, members)
    await attend(group, members.slice(0, 1))
    expect(await (await trainer.post(`/api/v1/classes/${group.id}/completion`)).json()).toMatchObject({
      completed: 1,
      failed: 1,
    })
  })
})

describe('after completion', () => {
  let group: { id: string; from: string }
  let members: string[]
  beforeAll(async () => {
    group = await open()
    members = take(2)
    await enrol(group.id, members)
    await attend(group, members)
    await results(group.id, [mark(members[0]!, group.from, 80, 80), mark(members[1]!, group.from, 59, 80)])
    await trainer.post(`/api/v1/classes/${group.id}/completion`)
  })

  test('a corrected result is judged again', async () => {
    await results(group.id, [mark(members[1]!, group.from, 60, 80, { reason: '阅卷复核' })])
    expect((await roster(group.id)).map(({ status, status_reason }) => [status, status_reason])).toEqual([
      ['completed', null],
      ['completed', null],
    ])
  })

  test('a certificate closes the matter: no correction, no class of that level again, until it is revoked', async () => {
    const holder = (await roster(group.id)).find(({ person_id }) => person_id === members[0])!
    const { id } = await w.db
      .insertInto('certificates')
      .values({
        number: 'S000033999901265000001',
        kind: 'skill_level',
        person_id: holder.person_id,
        holder_name: holder.person_name,
        id_number_masked: holder.id_number_masked,
        occupation_code: '4-10-01-05',
        occupation_name: '养老护理员',
        level: 5,
        issuer_organisation_id: w.org.assessor,
        issuer_name: '示例技能评价中心',
        issued_on: '2026-11-01',
        result_id: holder.result!.id,
        enrolment_id: holder.id,
        token: 'test-token-of-128-random-bits',
        printed: '{}',
        pdf_sha256: '0'.repeat(64),
      })
      .returning('id')
      .executeTakeFirstOrThrow()
    const correction = await results(group.id, [mark(members[0]!, group.from, 81, 80, { reason: '阅卷复核' })])
    expect([correction.status, (await correction.json()).code]).toEqual([409, 'result.certified'])
    const next = await open()
    const again = await enrol(next.id, [members[0]!])
    const body = await again.json()
    expect([again.status, body.code]).toEqual([409, 'enrolment.level_held'])
    expect(body.detail).toContain('S000033999901265000001')
    const higher = await created(trainer.post('/api/v1/courses', { ...COURSE, name: '养老护理员四级', level: 4 }))
    const upper = await open({ course_id: higher })
    expect((await enrol(upper.id, [members[0]!])).status).toBe(201)
    await w.db
      .insertInto('certificate_revocations')
      .values({ certificate_id: id, reason_code: 'result_withdrawn', reason: '成绩更正', effective_on: '2026-11-02' })
      .execute()
    expect((await results(group.id, [mark(members[0]!, group.from, 81, 80, { reason: '阅卷复核' })])).status).toBe(201)
    expect((await enrol(next.id, [members[0]!])).status).toBe(201)
  })
})

describe('console', () => {
  const idIn = (answer: Response) => answer.headers.get('location')!.split('/').at(-1)!
  const text = async (answer: Promise<Response>, status = 200) => {
    const response = await answer
    expect(response.status).toBe(status)
    return response.text()
  }
  let group: string
  let session: string
  let members: string[]

  test('a course: what is missing is said beside the fields and what was typed stays', async () => {
    const typed = {
      ...COURSE,
      name: '控制台课程',
      level: '5',
      theory_hours: '4',
      practice_hours: '4',
      attendance_percent: '75',
    }
    const refused = await text(trainer.submit('/console/courses', { ...typed, standard_edition: '' }), 422)
    expect(refused).toContain('等级认定培训必须填写职业标准版本。')
    expect(refused).toContain('value="控制台课程"')
    expect((await trainer.submit('/console/courses', typed)).headers.get('location')).toBe('/console/courses')
    expect(await text(trainer.page('/console/courses'))).toContain('控制台课程')
    expect(await text(trainer.page('/console/courses/new'))).toContain('五级/初级工 180（未核对原文）')
  })

  test('a class: opened with its last day, then changed', async () => {
    const typed = {
      course_id: course,
      name: '控制台的班',
      starts_on: '2026-11-01',
      last_day: '2026-11-20',
      capacity: '3',
      assessor_organisation_id: w.org.assessor,
    }
    expect(await text(trainer.page('/console/classes/new'))).toContain('示例技能评价中心')
    const reversed = await text(trainer.submit('/console/classes', { ...typed, last_day: '2026-10-01' }), 422)
    expect(reversed).toMatch(/id="field-last_day-error"[^>]*>.*?结束日期必须在开始日期之后/s)
    const made = await trainer.submit('/console/classes', typed)
    expect(made.status).toBe(303)
    group = idIn(made)
    expect(await (await trainer.get(`/api/v1/classes/${group}`)).json()).toMatchObject({
      ends_on: '2026-11-21',
      revision: 1,
    })
    expect(await text(trainer.page(`/console/classes/${group}/edit`))).toContain('value="2026-11-20"')
    expect(
      (await trainer.submit(`/console/classes/${group}`, { ...typed, course_id: '', capacity: '4', revision: '1' }))
        .status,
    ).toBe(303)
    expect(
      await text(trainer.submit(`/console/classes/${group}`, { ...typed, course_id: '', revision: '1' }), 412),
    ).toContain('刚刚被别人修改')
  })

  test('people are found on the roster and ticked', async () => {
    members = take(2)
    const [first] = await w.db
      .selectFrom('people')
      .select(['name', 'name_pinyin'])
      .where('id', '=', members[0]!)
      .execute()
    const found = await text(trainer.page(`/console/classes/${group}/people?q=${encodeURIComponent(first!.name)}`))
    expect(found).toContain(`value="${members[0]}"`)
    expect(found).not.toContain(`value="${members[1]}"`)
    expect(await text(trainer.submit(`/console/classes/${group}/enrolments`, {}), 422)).toContain('请先勾选')
    expect((await trainer.submit(`/console/classes/${group}/enrolments`, { person_ids: members })).status).toBe(303)
    const roster = await text(trainer.page(`/console/classes/${group}`))
    expect(roster).toContain(`href="/console/people/${members[0]}"`)
    expect(roster).toContain('登记学时')
    expect(await text(trainer.page(`/console/classes/${group}/people`))).not.toContain(`value="${members[0]}"`)
  })

  test('the hours of everybody in one click, or one by one', async () => {
    const lesson = { held_on: '2026-11-02', topic: '移位与清洁', part: 'practice', hours: '8' }
    expect(
      await text(trainer.submit(`/console/classes/${group}/sessions`, { ...lesson, held_on: '2026-12-02' }), 422),
    ).toContain('2026-11-01 – 2026-11-20')
    session = idIn(await trainer.submit(`/console/classes/${group}/sessions`, lesson))
    const ids = (await roster(group)).map(({ id }) => id)
    const lines = {
      'items.0.enrolment_id': ids[0]!,
      'items.0.hours': '',
      'items.1.enrolment_id': ids[1]!,
      'items.1.hours': '9',
    }
    const refused = await text(trainer.submit(`/console/sessions/${session}/attendances`, lines), 422)
    expect(refused).toMatch(/name="items.1.hours" value="9"[^>]*aria-invalid="true"/)
    const full = await trainer.submit(`/console/sessions/${session}/attendances`, { ...lines, everybody: 'full' })
    expect(full.headers.get('location')).toBe(`/console/classes/${group}/hours`)
    expect((await roster(group)).map(({ hours }) => hours)).toEqual([8, 8])
    await trainer.submit(`/console/sessions/${session}/attendances`, { ...lines, 'items.1.hours': '7', reason: '早退' })
    expect((await roster(group)).map(({ hours }) => hours)).toEqual([8, 7])
    expect(await text(assessor.page(`/console/sessions/${session}`))).not.toContain('<input type="hidden" name="items')
  })

  test('the assessor fills in a table; a wrong mark is framed and kept', async () => {
    const ids = (await roster(group)).map(({ id }) => id)
    expect(await text(trainer.page(`/console/classes/${group}/results`))).not.toContain('name="items.0.theory"')
    const page = await text(assessor.page(`/console/classes/${group}/results`))
    expect(page).toContain('name="items.0.theory"')
    expect(page).not.toContain('综合评审')
    const lines = {
      assessed_on: '2026-11-22',
      reason: '',
      'items.0.enrolment_id': ids[0]!,
      'items.0.theory': '',
      'items.0.practical': '',
      'items.1.enrolment_id': ids[1]!,
      'items.1.theory': '58.5',
      'items.1.practical': '101',
    }
    const refused = await text(assessor.submit(`/console/classes/${group}/results`, lines), 422)
    expect(refused).toMatch(/name="items.1.practical" value="101"[^>]*aria-invalid="true"/)
    expect(refused).toContain('value="58.5"')
    expect(
      (await assessor.submit(`/console/classes/${group}/results`, { ...lines, 'items.1.practical': '90' })).status,
    ).toBe(303)
    const all = { ...lines, 'items.0.theory': '88', 'items.0.practical': '90.25', 'items.1.practical': '91' }
    expect(await text(assessor.submit(`/console/classes/${group}/results`, all), 422)).toMatch(
      /id="field-reason-error"/,
    )
    expect((await assessor.submit(`/console/classes/${group}/results`, { ...all, reason: '登分有误' })).status).toBe(
      303,
    )
    expect((await roster(group)).map(({ result }) => [result!.theory, result!.practical])).toEqual([
      [88, 90.25],
      [58.5, 91],
    ])
  })

  test('completion shows who passes and who does not, and why, before it happens', async () => {
    const page = await text(trainer.page(`/console/classes/${group}/completion`))
    expect(page).toContain('理论知识 58.5 分，低于合格线 60 分')
    expect(page).toContain('1 / 2')
    expect((await trainer.submit(`/console/classes/${group}/completion`, {})).status).toBe(303)
    expect(await text(trainer.submit(`/console/classes/${group}/completion`, {}), 409)).toContain('已结业')
    const done = await text(trainer.page(`/console/classes/${group}`))
    expect(done).toContain(`/console/certificates/new?class=${group}`)
    expect(done).not.toContain(`/console/classes/${group}/people`)
    expect(await text(trainer.page('/console/classes?phase=awaiting_certificates'))).toContain('控制台的班')
  })

  test('withdrawal and cancellation ask for a reason on a page of their own', async () => {
    const other = await open()
    await enrol(other.id, take(1))
    const [member] = await roster(other.id)
    await text(trainer.page(`/console/enrolments/${member!.id}/withdrawal`))
    await text(trainer.submit(`/console/enrolments/${member!.id}/withdrawal`, { reason: '' }), 422)
    expect((await trainer.submit(`/console/enrolments/${member!.id}/withdrawal`, { reason: '搬家离开' })).status).toBe(
      303,
    )
    await text(trainer.page(`/console/classes/${other.id}/cancellation`))
    await text(trainer.submit(`/console/classes/${other.id}/cancellation`, { reason: '' }), 422)
    expect(
      (await trainer.submit(`/console/classes/${other.id}/cancellation`, { reason: '报名人数不足' })).headers.get(
        'location',
      ),
    ).toBe('/console/classes')
    expect(await text(trainer.page(`/console/classes/${other.id}`))).toContain('已取消')
  })

  test('who may look sees a page without what they may not do; who may not sees none', async () => {
    const running = await open()
    const [first, second] = await Promise.all(
      ['district', 'assessor'].map(async (name) => text(as(name).page(`/console/classes/${running.id}`))),
    )
    expect(first).not.toContain('/edit')
    expect(second).not.toContain('/edit')
    const statuses = await Promise.all(
      [
        as('trainer2').page(`/console/classes/${running.id}`),
        as('assessor').page(`/console/classes/${running.id}/edit`),
        as('facility').page(`/console/classes/${running.id}`),
        as('trainer2').page(`/console/sessions/${session}`),
        as('trainer2').page(`/console/classes/${running.id}/people`),
      ].map(async (answer) => (await answer).status),
    )
    expect(statuses).toEqual([404, 403, 403, 404, 404])
  })

  test.each([
    '/console/classes',
    '/console/classes/new',
    '/console/courses',
    '/console/courses/new',
    '/console/classes/:id',
    '/console/classes/:id/hours',
    '/console/classes/:id/results',
    '/console/classes/:id/files',
  ])('%s speaks English on request', async (path) => {
    const answer = await trainer.get(path.replace(':id', group), { 'accept-language': 'en', accept: 'text/html' })
    expect(answer.status).toBe(200)
    const main = /<main.*<\/main>/s.exec(await answer.text())![0]
    const own = main.replaceAll(
      /示例[^<]*|养老护理员[^<]*|控制台[^<]*|第 \d+ 期|[^<>]*的班|移位与清洁|院长班|[^<>]*员|保育师|婴幼儿[^<]*|老年人[^<]*|健康[^<]*/g,
      '',
    )
    expect(own.match(/[一-鿿]+/g)).toBeNull()
  })
})

test('nothing was an internal fault', () => expect(w.faults).toEqual([]))
