/** Seats and the waiting list of a class under load: nobody gets a seat twice, no seat stays empty, the order holds. */
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { registerPeople } from '../../src/people/actions.ts'
import { checkDigit } from '../../src/people/identity.ts'
import { type Client, type World, world } from '../support/world.ts'

interface Member {
  id: string
  person_id: string
  status: string
  waiting_place: number | null
}
let w: World
let trainer: Client
let people: string[]
let course_id: string

beforeAll(async () => {
  w = await world()
  trainer = w.as('trainer')
  const rows = Array.from({ length: 2000 }, (_, index) => {
    const number = `1099011985${String(101 + Math.floor(index / 900)).padStart(4, '0')}${String(100 + (index % 900))}`
    return {
      ...{ name: `学员${String.fromCodePoint(0x4e00 + index)}`, id_type: 'resident_id' as const },
      ...{ id_number: number + checkDigit(number), workforce: 'elder_care' as const },
    }
  })
  const context = await w.context('trainer')
  people = (await w.db.transaction().execute((tx) => registerPeople(tx, context, rows))).map(({ id }) => id)
  const course = await trainer.post('/api/v1/courses', {
    ...{ name: '在职培训', kind: 'in_service', theory_hours: 4, practice_hours: 4, attendance_percent: 80 },
  })
  course_id = (await course.json()).id
}, 60_000)
afterAll(() => w.close())

let count = 0
async function open(capacity: number): Promise<string> {
  const answer = await trainer.post('/api/v1/classes', {
    ...{ course_id, name: `候补班 ${++count}`, capacity },
    // each on days of its own: the same people are in many of them
    starts_on: `2027-${String(1 + Math.floor(count / 20)).padStart(2, '0')}-${String(1 + (count % 20)).padStart(2, '0')}`,
    ends_on: `2027-${String(1 + Math.floor(count / 20)).padStart(2, '0')}-${String(2 + (count % 20)).padStart(2, '0')}`,
  })
  expect(answer.status).toBe(201)
  return (await answer.json()).id
}
const enrol = (id: string, person_ids: string[]) => trainer.post(`/api/v1/classes/${id}/enrolments`, { person_ids })
const withdraw = (id: string) => trainer.post(`/api/v1/enrolments/${id}/withdrawal`, { reason: '临时有事' })
async function membersOf(class_id: string): Promise<Member[]> {
  const { rows } = await sql<Member>`
    select id, person_id, status, case when status = 'waiting' then rank() over (partition by status order by waiting_number)::int end as waiting_place
    from enrolments where class_id = ${class_id}::uuid`.execute(w.db)
  return rows
}
const seated = (members: Member[]) => members.filter(({ status }) => status === 'enrolled')
const queue = (members: Member[]) =>
  members.filter(({ status }) => status === 'waiting').sort((a, b) => a.waiting_place! - b.waiting_place!)

describe('at the same moment', () => {
  test('60 enrolments into 30 seats give exactly 30, and 30 wait in the order they came', async () => {
    const id = await open(30)
    const answers = await Promise.all(
      people
        .slice(0, 60)
        .map(async (person) => (await (await enrol(id, [person])).json()) as { added: number; waiting: number }),
    )
    expect(answers.filter(({ added }) => added === 1)).toHaveLength(30)
    expect(answers.filter(({ waiting }) => waiting === 1)).toHaveLength(30)
    const members = await membersOf(id)
    expect(seated(members)).toHaveLength(30)
    expect(queue(members).map(({ waiting_place }) => waiting_place)).toEqual(
      Array.from({ length: 30 }, (_, at) => at + 1),
    )
    // the order is that of the history, which is the order in which the class's row was had
    const events = await w.db
      .selectFrom('history_events')
      .select('changes')
      .where('subject_id', '=', id)
      .where('kind', '=', 'class.people_enrolled')
      .orderBy('seq')
      .execute()
    const asked = events.flatMap(({ changes }) =>
      (changes as { waiting: number; person_ids: string[] }).waiting
        ? (changes as { person_ids: string[] }).person_ids
        : [],
    )
    expect(queue(members).map(({ person_id }) => person_id)).toEqual(asked)
  })

  test('withdrawals while others enrol: the longest waiting move up, no seat is empty or given twice', async () => {
    const id = await open(10)
    await enrol(id, people.slice(0, 20))
    const before = await membersOf(id)
    const leaving = seated(before).slice(0, 4)
    const answers = await Promise.all([
      ...leaving.map(({ id }) => withdraw(id)),
      ...people.slice(20, 26).map((person) => enrol(id, [person])),
      ...leaving.map(({ id }) => withdraw(id)),
    ])
    expect(answers.map(({ status }) => status).filter((status) => status === 200)).toHaveLength(4)
    const after = await membersOf(id)
    expect(seated(after)).toHaveLength(10)
    const moved = queue(before)
      .slice(0, 4)
      .map(({ person_id }) => person_id)
    const now = seated(after).map(({ person_id }) => person_id)
    expect(now).toEqual(expect.arrayContaining(moved))
    expect(queue(after)).toHaveLength(12)
    expect(
      queue(after)
        .slice(0, 6)
        .map(({ person_id }) => person_id),
    ).toEqual(
      queue(before)
        .slice(4)
        .map(({ person_id }) => person_id),
    )
  })
})

describe('moving up', () => {
  test('more seats take in as many of those who wait; who is elsewhere on these days is passed over', async () => {
    const id = await open(1)
    await enrol(id, people.slice(0, 5))
    const other = await trainer.post('/api/v1/classes', {
      ...{ course_id, name: '同日的班', capacity: 9 },
      ...(await w.db
        .selectFrom('classes')
        .select(['starts_on', 'ends_on'])
        .where('id', '=', id)
        .executeTakeFirstOrThrow()),
    })
    const [, second] = queue(await membersOf(id))
    expect((await enrol((await other.json()).id, [second!.person_id])).status).toBe(201)
    const { revision, name, starts_on, ends_on } = await (await trainer.get(`/api/v1/classes/${id}`)).json()
    const changed = await trainer.put(`/api/v1/classes/${id}`, { name, starts_on, ends_on, capacity: 3 }, revision)
    expect(changed.status).toBe(200)
    const members = await membersOf(id)
    expect(seated(members)).toHaveLength(3)
    expect(queue(members).map(({ person_id }) => person_id)).toEqual([second!.person_id, people[4]])
    const { items } = await (await trainer.get(`/api/v1/classes/${id}/enrolments`)).json()
    expect(items.flatMap(({ waiting_place }: Member) => waiting_place ?? []).sort()).toEqual([1, 2])
  })

  test('whoever waits may leave the list, and has no seat in hours, results or completion', async () => {
    const id = await open(1)
    await enrol(id, people.slice(0, 3))
    const [first] = queue(await membersOf(id))
    expect(await (await withdraw(first!.id)).json()).toMatchObject({ status: 'withdrawn', waiting_place: null })
    expect(seated(await membersOf(id))).toHaveLength(1)
    expect(await (await trainer.get(`/api/v1/classes/${id}/completion`)).json()).toMatchObject({
      ...{ completed: 0, failed: 1, withdrawn: 1, rate: { numerator: 0, denominator: 1 } },
    })
    const page = await (await trainer.page(`/console/classes/${id}`)).text()
    expect(page).toMatch(/候补[\s\S]*第 1 位/)
    expect((await trainer.post(`/api/v1/classes/${id}/cancellation`, { reason: '报名不足' })).status).toBe(200)
    expect(queue(await membersOf(id))).toEqual([])
  })

  test('the database itself refuses a person too many', async () => {
    const id = await open(1)
    await enrol(id, people.slice(0, 2))
    await expect(
      sql`insert into enrolments (class_id, person_id) values (${id}::uuid, ${people[9]}::uuid)`.execute(w.db),
    ).rejects.toThrow(/more people than seats/)
    await expect(
      sql`update enrolments set status = 'enrolled' where class_id = ${id}::uuid`.execute(w.db),
    ).rejects.toThrow(/more people than seats/)
  })
})

test('a class of 2,000 is enrolled in one call', async () => {
  const id = await open(1990)
  const answer = await enrol(id, people)
  const body = await answer.json()
  expect([answer.status, body.added, body.waiting, body.items.length]).toEqual([201, 1990, 10, 2000])
  const places = new Map(body.items.map(({ person_id, waiting_place }: Member) => [person_id, waiting_place]))
  expect(people.slice(1988).map((person) => places.get(person))).toEqual([null, null, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
})

test('nothing was an internal fault', () => expect(w.faults).toEqual([]))
