/** Checking in with the code on the screen: by the server's clock, once, by whoever is in the class; and what the hours come to. */
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { registerPeople } from '../../src/people/actions.ts'
import { checkDigit } from '../../src/people/identity.ts'
import { codeOf } from '../../src/training/check-in-codes.ts'
import { refused } from '../support/answers.ts'
import { type Client, type World, world } from '../support/world.ts'

const DAY = '2026-11-23'
const NOON = new Date('2026-11-23T04:00:00Z')
interface Person {
  id: string
  name: string
  last4: string
}
let w: World
let trainer: Client
let people: Person[]

beforeAll(async () => {
  w = await world()
  trainer = w.as('trainer')
  const rows = Array.from({ length: 520 }, (_, index) => {
    const number = `1099011985${String(301 + Math.floor(index / 400)).padStart(4, '0')}${String(200 + (index % 400))}`
    return {
      ...{ name: `签到${String.fromCodePoint(0x4e00 + index)}`, id_type: 'resident_id' as const },
      ...{ id_number: number + checkDigit(number), workforce: 'elder_care' as const },
    }
  })
  const context = await w.context('trainer')
  const made = await w.db.transaction().execute((tx) => registerPeople(tx, context, rows))
  people = made.map(({ id }, index) => ({ id, name: rows[index]!.name, last4: rows[index]!.id_number.slice(-4) }))
}, 60_000)
afterAll(() => w.close())
beforeEach(() => {
  w.clock.now = NOON
})

let count = 0
async function teach(members: Person[], { kind = 'in_service' } = {}) {
  const made = async (path: string, body: object) => {
    const answer = await trainer.post(path, body)
    const text = await answer.json()
    if (answer.status !== 201) throw new Error(JSON.stringify(text))
    return text
  }
  const name = `签到班 ${++count}`
  const course = await made('/api/v1/courses', {
    name,
    kind,
    theory_hours: 8,
    practice_hours: 0,
    attendance_percent: 80,
  })
  const group = await made('/api/v1/classes', {
    ...{ course_id: course.id, name, starts_on: DAY, ends_on: '2026-11-25', capacity: 1000 },
  })
  // the same people sit in many of these classes of one day: they are put in as they are
  await w.db
    .insertInto('enrolments')
    .values(members.map(({ id }) => ({ class_id: group.id, person_id: id })))
    .execute()
  const session = await made(`/api/v1/classes/${group.id}/sessions`, {
    held_on: DAY,
    topic: '失智照护',
    part: 'theory',
    hours: 8,
  })
  return { class_id: group.id as string, session_id: session.id as string }
}
const shown = (session_id: string, at = w.clock.now) => codeOf(w.deps.vault, session_id, at)
const checkIn = (code: string, { name, last4 }: { name?: string; last4?: string }, phone = w.as(null)) =>
  phone.post('/api/v1/check-ins', { code, name, id_last4: last4 })
const checkInsOf = async (session_id: string) => (await trainer.get(`/api/v1/sessions/${session_id}/check-ins`)).json()
const hoursOf = async (session_id: string) =>
  (await (await trainer.get(`/api/v1/sessions/${session_id}/attendances`)).json()).items as { hours: number }[]

describe('the code', () => {
  test('as a QR code or six digits it checks in whoever is in the class, once, with the hours of the session', async () => {
    const [first, second] = [people[0]!, people[1]!]
    const { session_id } = await teach([first, second])
    const code = await (await trainer.get(`/api/v1/sessions/${session_id}/check-in-code`)).json()
    expect([code.digits, code.address]).toEqual([
      shown(session_id).digits,
      `http://127.0.0.1:3000/c/${shown(session_id).token}`,
    ])
    const phone = w.as(null)
    const done = await (await checkIn(shown(session_id).token, first, phone)).json()
    expect(done).toMatchObject({ session_id, topic: '失智照护', held_on: DAY, already: false })
    expect(await (await checkIn(shown(session_id).token, first, phone)).json()).toMatchObject({
      already: true,
      at: done.at,
    })
    expect((await checkIn(code.digits, second)).status).toBe(200)
    // at the same instant: in no order
    expect((await checkInsOf(session_id)).items.map(({ how }: { how: string }) => how).sort()).toEqual(['code', 'qr'])
    expect((await hoursOf(session_id)).map(({ hours }) => hours)).toEqual([8, 8])
  })

  test('of a while ago is taken, of long ago or another day is not, whatever clock a phone has', async () => {
    const { session_id } = await teach([people[0]!, people[1]!])
    const { token, digits } = shown(session_id)
    w.clock.now = new Date(NOON.getTime() + 115_000)
    expect((await checkIn(token, people[0]!)).status).toBe(200)
    w.clock.now = new Date(NOON.getTime() + 200_000)
    expect(await refused(checkIn(token, people[1]!))).toEqual([409, 'check_in.code_expired'])
    w.clock.now = new Date(NOON.getTime() + 86_400_000)
    expect(await refused(checkIn(token, people[1]!))).toEqual([409, 'check_in.code_expired'])
    expect(await refused(checkIn(digits, people[1]!))).toEqual([409, 'check_in.not_matched'])
    w.clock.now = NOON
    expect(await refused(checkIn(shown(session_id, new Date(NOON.getTime() + 600_000)).token, people[1]!))).toEqual([
      409,
      'check_in.code_wrong',
    ])
    expect(await refused(checkIn(`${token.slice(0, -2)}AA`, people[1]!))).toEqual([409, 'check_in.code_wrong'])
    expect((await checkInsOf(session_id)).items).toHaveLength(1)
  })

  test('tells a stranger nothing: wrong name, number or class are one answer', async () => {
    const { session_id } = await teach([people[0]!])
    const { token } = shown(session_id)
    const answers = await Promise.all(
      [
        { name: people[0]!.name, last4: '0000' },
        { name: '没有这人', last4: people[0]!.last4 },
        { name: people[1]!.name, last4: people[1]!.last4 },
      ].map(async (who) => {
        const { request_id: _, ...body } = await (await checkIn(token, who)).json()
        return body
      }),
    )
    expect(new Set(answers.map((body) => JSON.stringify(body))).size).toBe(1)
    expect(answers[0]).toMatchObject({ code: 'check_in.not_matched', status: 409 })
    expect((await checkIn(token, { name: '', last4: '1' })).status).toBe(422)
  })

  test('is the trainer’s own, and is shown only while the class is on', async () => {
    const { session_id, class_id } = await teach([people[0]!])
    expect((await w.as('assessor').get(`/api/v1/sessions/${session_id}/check-in-code`)).status).toBe(403)
    w.clock.now = new Date('2026-11-24T04:00:00Z')
    expect(await refused(trainer.get(`/api/v1/sessions/${session_id}/check-in-code`))).toEqual([409, 'check_in.closed'])
    expect(await refused(checkIn(shown(session_id).token, people[0]!))).toEqual([409, 'check_in.closed'])
    w.clock.now = NOON
    expect((await trainer.post(`/api/v1/classes/${class_id}/cancellation`, { reason: '停电' })).status).toBe(200)
    expect(await refused(checkIn(shown(session_id).token, people[0]!))).toEqual([409, 'class.not_open'])
  })

  test('does not let back in who withdrew', async () => {
    const { session_id, class_id } = await teach([people[0]!])
    await sql`update enrolments set status = 'withdrawn' where class_id = ${class_id}::uuid`.execute(w.db)
    expect(await refused(checkIn(shown(session_id).token, people[0]!))).toEqual([409, 'check_in.withdrawn'])
    expect((await checkInsOf(session_id)).items).toEqual([])
  })
})

describe('at once', () => {
  test('the same person from ten phones is checked in once', async () => {
    const { session_id } = await teach([people[0]!])
    const { token } = shown(session_id)
    const answers = await Promise.all(Array.from({ length: 10 }, () => checkIn(token, people[0]!)))
    const bodies = await Promise.all(answers.map((answer) => answer.json()))
    expect(bodies.filter(({ already }) => already === false)).toHaveLength(1)
    expect(bodies.filter(({ already }) => already === true)).toHaveLength(9)
    expect(await hoursOf(session_id)).toHaveLength(1)
  })

  test('500 people from as many phones: none lost, none doubled', async () => {
    const members = people.slice(0, 500)
    const { session_id } = await teach(members)
    const { token } = shown(session_id)
    const started = performance.now()
    const answers = await Promise.all(members.map((person) => checkIn(token, person)))
    const seconds = (performance.now() - started) / 1000
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    const { rows } = await sql<{ people: number; rows: number; hours: number }>`
      select count(distinct enrolment_id)::int as people, count(*)::int as rows,
        (select sum(hours)::int from session_attendances where session_id = ${session_id}::uuid and known_to = 'infinity') as hours
      from check_ins where session_id = ${session_id}::uuid`.execute(w.db)
    expect(rows).toEqual([{ people: 500, rows: 500, hours: 4000 }])
    // in one second where nothing else is going on; a busy machine of two cores has its time
    expect(seconds).toBeLessThan(20)
  }, 60_000)
})

describe('what looks like a forwarded code', () => {
  test('one phone for two, one person in two places, and codes at the end of their time are shown, not refused', async () => {
    const members = people.slice(512, 518)
    const { session_id } = await teach(members)
    const other = await teach(members)
    const phone = w.as(null)
    await phone.get('/check-in')
    const cookie = (await phone.page('/check-in')).headers
      .getSetCookie()
      .find((set) => set.startsWith('huyu_phone='))!
      .split(';')[0]!
    for (const person of members.slice(0, 2))
      await phone.send('POST', '/api/v1/check-ins', {
        headers: { 'content-type': 'application/json', cookie },
        body: JSON.stringify({ code: shown(session_id).token, name: person.name, id_last4: person.last4 }),
      })
    await checkIn(shown(other.session_id).token, members[0]!)
    const { token } = shown(session_id)
    w.clock.now = new Date(NOON.getTime() + 125_000)
    for (const person of members.slice(2, 5)) expect((await checkIn(token, person)).status).toBe(200)
    const { flags } = await checkInsOf(session_id)
    expect(flags.map(({ code, people }: { code: string; people: object[] }) => [code, people.length])).toEqual([
      ['same_device', 2],
      ['overlap', 2],
      ['late_codes', 3],
    ])
    const page = await (await trainer.page(`/console/sessions/${session_id}`)).text()
    expect(page).toContain('data-flag="same_device"')
    // a phone is no name, and means nothing in another session
    const hashes = await w.db
      .selectFrom('check_ins')
      .select('device_hash')
      .where('device_hash', 'is not', null)
      .execute()
    expect(hashes.every(({ device_hash }) => !cookie.includes(device_hash!))).toBe(true)
  })
})

describe('hours', () => {
  test('by hand, and corrected with a reason: the version before stays', async () => {
    const { session_id } = await teach([people[0]!, people[1]!])
    await checkIn(shown(session_id).token, people[0]!)
    const byHand = await trainer.post(`/api/v1/sessions/${session_id}/check-ins`, {
      person_ids: [people[0]!.id, people[1]!.id],
    })
    expect(await byHand.json()).toEqual({ recorded: 1, changed: 0, unchanged: 1 })
    const [row] = (await checkInsOf(session_id)).items
    const correct = (reason?: string) =>
      trainer.post(`/api/v1/sessions/${session_id}/attendances`, {
        items: [{ enrolment_id: row.enrolment_id, hours: 4 }],
        reason,
      })
    expect((await correct()).status).toBe(422)
    expect(await (await correct('下午早退')).json()).toEqual({ recorded: 0, changed: 1, unchanged: 0 })
    const versions = await w.db
      .selectFrom('session_attendances')
      .select(['hours', 'reason'])
      .where('enrolment_id', '=', row.enrolment_id)
      .orderBy('known_from')
      .execute()
    expect(versions).toEqual([
      { hours: 8, reason: null },
      { hours: 4, reason: '下午早退' },
    ])
    await expect(w.db.deleteFrom('session_attendances').execute()).rejects.toThrow()
    await expect(w.db.updateTable('check_ins').set({ how: 'code' }).execute()).rejects.toThrow()
  })

  test('of a finished class of continuing education are in the ledger once, and follow a correction', async () => {
    const [done, absent] = [people[510]!, people[511]!]
    const { session_id, class_id } = await teach([done, absent], { kind: 'continuing_education' })
    await checkIn(shown(session_id).token, done)
    expect((await trainer.post(`/api/v1/classes/${class_id}/completion`)).status).toBe(200)
    const ledger = async () => {
      const { items } = await (await trainer.get(`/api/v1/education-hours?person_id=${done.id}`)).json()
      return items.map(({ hours, subject }: { hours: number; subject: string }) => [hours, subject])
    }
    expect(await ledger()).toEqual([[8, expect.stringContaining('签到班')]])
    expect((await (await trainer.get(`/api/v1/education-hours?person_id=${absent.id}`)).json()).items).toEqual([])
    const [row] = (await checkInsOf(session_id)).items
    const corrected = await trainer.post(`/api/v1/sessions/${session_id}/attendances`, {
      ...{ items: [{ enrolment_id: row.enrolment_id, hours: 7 }], reason: '扣除一学时' },
    })
    expect(corrected.status).toBe(200)
    expect(await ledger()).toEqual([[7, expect.stringContaining('签到班')]])
  })
})

describe('pages', () => {
  test('the screen shows code and digits, the phone asks for name and last four, both without scripts', async () => {
    const { session_id } = await teach([people[0]!])
    const screen = await (await trainer.page(`/console/sessions/${session_id}/code`)).text()
    expect(screen).toContain(shown(session_id).digits.replace(/^(...)/, '$1 '))
    expect(screen).toContain('<svg')
    const phone = w.as(null)
    const path = `/c/${shown(session_id).token}`
    expect(await (await phone.page(path)).text()).toContain('name="id_last4"')
    const wrong = await phone.submit(path, { name: people[0]!.name, id_last4: '9' })
    expect([wrong.status, (await wrong.text()).includes('field-id_last4-error')]).toEqual([422, true])
    const right = await phone.submit(path, { name: people[0]!.name, id_last4: people[0]!.last4 })
    expect(right.status).toBe(200)
    expect(await right.text()).toContain('失智照护')
  })
})

test('nothing was an internal fault', () => expect(w.faults).toEqual([]))
