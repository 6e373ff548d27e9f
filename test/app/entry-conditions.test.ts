/** Conditions of a level when people are enrolled, declarations about people, and employers that enrol their own. */
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { registerPeople } from '../../src/people/actions.ts'
import { recordEmployments } from '../../src/people/employments.ts'
import { checkDigit } from '../../src/people/identity.ts'
import { recordServiceMonths } from '../../src/people/service-months.ts'
import { type Client, type World, world } from '../support/world.ts'

let w: World
let trainer: Client
let facility: Client
/** on the trainer's roster; and on the home's, employed there */
let people: string[]
let staff: string[]
const course = { flag: '', refuse: '' }

beforeAll(async () => {
  w = await world()
  trainer = w.as('trainer')
  facility = w.as('facility')
  people = await register('trainer', 12)
  staff = await register('facility', 6)
  await employ(staff, '2026-01-01')
  for (const entry_check of ['flag', 'refuse'] as const) {
    const answer = await trainer.post('/api/v1/courses', {
      ...{ name: `五级 ${entry_check}`, kind: 'skill_level', occupation_code: '4-10-01-05', standard_edition: '2019' },
      ...{ level: 5, theory_hours: 8, practice_hours: 8, attendance_percent: 80, entry_check },
    })
    course[entry_check] = (await answer.json()).id
  }
}, 120_000)
afterAll(() => w.close())

let serial = 0
async function register(username: string, count: number): Promise<string[]> {
  const rows = Array.from({ length: count }, () => {
    const number = `10990119850101${String(++serial).padStart(3, '0')}`
    const name = `示例${String.fromCodePoint(0x5e00 + serial)}`
    return {
      ...{ name, id_type: 'resident_id' as const, id_number: number + checkDigit(number) },
      workforce: 'elder_care' as const,
    }
  })
  const context = await w.context(username)
  return (await w.db.transaction().execute((tx) => registerPeople(tx, context, rows))).map(({ id }) => id)
}

async function employ(person_ids: string[], starts_on: string, ends_on: string | null = null): Promise<void> {
  const context = await w.context('facility')
  const rows = person_ids.map((person_id) => ({
    ...{ person_id, organisation_id: w.org.home!, post: 'care' as const, contract_kind: 'labour' as const },
    ...{ starts_on, ends_on },
  }))
  await w.db.transaction().execute((tx) => recordEmployments(tx, context, rows))
}

/** Each class lies in months of its own. */
let month = 0
async function open(change: object = {}) {
  const at = new Date(Date.UTC(2027, month++, 1)).toISOString().slice(0, 7)
  const answer = await trainer.post('/api/v1/classes', {
    ...{ course_id: course.flag, name: `第 ${month} 期`, starts_on: `${at}-05`, ends_on: `${at}-15`, capacity: 30 },
    ...change,
  })
  return (await answer.json()) as { id: string; starts_on: string }
}
const enrol = async (id: string, person_ids: string[]) =>
  trainer.post(`/api/v1/classes/${id}/enrolments`, { person_ids })
const EXPERIENCE = {
  ...{ kind: 'experience', occupation_code: '4-10-01-05', from_on: '2021-03-01', to_on: '2022-03-01' },
  evidence: '劳动合同 2021-03',
}
const declare = (id: string, change: object = {}, by = trainer) =>
  by.post(`/api/v1/people/${id}/entry-declarations`, { ...EXPERIENCE, ...change })

describe('conditions', () => {
  test('who does not meet them is enrolled and flagged, with every term, what was found and what to do', async () => {
    const { id } = await open()
    const answer = await (await enrol(id, [people[0]!])).json()
    expect([answer.added, answer.flags.map(({ code }: { code: string }) => code)]).toEqual([
      1,
      ['enrolment.not_eligible'],
    ])
    expect(answer.flags[0].message).toContain('从事本职业累计满 1 年（记录 0 年')
    expect(answer.flags[0].message).toContain('②学徒期满')
    const [member] = answer.items
    expect([member.entry.met, member.entry.alternatives.length, member.entry.rule_code]).toEqual([
      false,
      2,
      'elder-2019-5',
    ])
    const page = await (await trainer.page(`/console/classes/${id}`)).text()
    expect(page).toContain('尚不符合')
    expect(page).toContain(`/console/people/${people[0]}/entry-declarations`)
  })

  test('a course may refuse: all at once, nobody is enrolled', async () => {
    const { id } = await open({ course_id: course.refuse })
    const answer = await enrol(id, [people[1]!, people[2]!])
    const body = await answer.json()
    expect([answer.status, body.code]).toEqual([409, 'enrolment.not_eligible'])
    expect(body.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual(['/person_ids/0', '/person_ids/1'])
    await declare(people[1]!)
    expect((await enrol(id, [people[1]!])).status).toBe(201)
  })

  test('work on record counts to the day: on the last day of a year nobody is kept away', async () => {
    const { id } = await open()
    const [person] = staff
    const ask = async () =>
      (await (await trainer.post(`/api/v1/classes/${id}/eligibility`, { person_ids: [people[3]] })).json()).items[0]
    expect((await ask()).met).toBe(false)
    await declare(people[3]!, { to_on: '2022-02-28' })
    expect(await ask()).toMatchObject({ met: false, earliest: '2026-11-24' })
    await declare(people[3]!, { from_on: '2023-01-01', to_on: '2023-01-02' })
    expect((await ask()).met).toBe(true)
    // somebody of another institution is nobody
    const stranger = await trainer.post(`/api/v1/classes/${id}/eligibility`, { person_ids: [person] })
    expect(stranger.status).toBe(422)
  })

  test('the course form says what becomes of those who do not meet them', async () => {
    const made = await trainer.submit('/console/courses', {
      ...{
        name: '五级 表单',
        kind: 'skill_level',
        occupation_code: '4-10-01-05',
        standard_edition: '2019',
        level: '5',
      },
      ...{ theory_hours: '8', practice_hours: '8', attendance_percent: '80', entry_check: 'refuse' },
    })
    expect(made.status).toBe(303)
    expect(await (await trainer.page('/console/courses/new')).text()).toContain('name="entry_check"')
    const { items } = await (await trainer.get('/api/v1/courses')).json()
    expect(items.find(({ name }: { name: string }) => name === '五级 表单').entry_check).toBe('refuse')
  })

  test('looked at again, a class shows what is known now', async () => {
    const { id } = await open()
    await enrol(id, [people[4]!])
    await declare(people[4]!)
    const again = await (await trainer.post(`/api/v1/classes/${id}/entry-checks`)).json()
    expect(again).toEqual({ checked: 1, flags: [] })
    const { items } = await (await trainer.get(`/api/v1/classes/${id}/enrolments`)).json()
    expect([items[0].entry.met, items[0].entry.checked_on]).toEqual([true, '2026-11-23'])
    // what was found before is kept
    const { rows } = await sql`select met from enrolment_checks order by known_from desc limit 2`.execute(w.db)
    expect(rows).toEqual([{ met: true }, { met: false }])
    await expect(sql`update enrolment_checks set met = true`.execute(w.db)).rejects.toThrow('append-only')
  })
})

describe('declarations', () => {
  test('all faults at once; the same twice is refused; taken back it counts for nothing', async () => {
    const person = people[5]!
    const bad = await (
      await declare(person, { occupation_code: '9-99', from_on: '2027-01-01', to_on: '2026-12-01', kind: 'experience' })
    ).json()
    expect(bad.errors.map(({ code }: { code: string }) => code)).toEqual([
      'declaration.occupation_unknown',
      'declaration.future',
      'declaration.days_reversed',
    ])
    const { id } = await (await declare(person)).json()
    expect((await (await declare(person)).json()).code).toBe('declaration.twice')
    const gone = await trainer.post(`/api/v1/entry-declarations/${id}/withdrawal`, { reason: '合同是伪造的' })
    expect(gone.status).toBe(200)
    expect((await (await trainer.get(`/api/v1/people/${person}/entry-declarations`)).json()).items).toEqual([])
    await expect(sql`delete from entry_declarations`.execute(w.db)).rejects.toThrow('append-only')
    await expect(sql`update entry_declarations set from_on = '2000-01-01'`.execute(w.db)).rejects.toThrow('append-only')
  })

  test('of somebody else’s people nothing can be declared or read', async () => {
    expect((await declare(people[5]!, {}, facility)).status).toBe(404)
    const { id } = await (await declare(people[6]!)).json()
    expect((await facility.post(`/api/v1/entry-declarations/${id}/withdrawal`, { reason: '不该' })).status).toBe(404)
  })

  test('the page declares, shows faults beside the fields, and takes back', async () => {
    const here = `/console/people/${people[7]}/entry-declarations`
    const refused = await trainer.submit(here, { ...EXPERIENCE, to_on: '2020-01-01' })
    expect([refused.status, await refused.text()]).toEqual([422, expect.stringContaining('结束日期应晚于开始日期')])
    expect((await trainer.submit(here, EXPERIENCE)).status).toBe(303)
    const page = await (await trainer.page(here)).text()
    expect(page).toContain('劳动合同 2021-03')
    const [, withdrawal] = /href="(\/console\/entry-declarations\/[^"]+)"/.exec(page) ?? []
    expect((await trainer.submit(withdrawal!, { reason: '登记错了' })).status).toBe(303)
    expect(await (await trainer.page(here)).text()).toContain('还没有声明')
  })
})

describe('clashes that are flagged', () => {
  test('more days of work and class than the month has', async () => {
    const person = staff[0]!
    const context = await w.context('facility')
    await w.db.transaction().execute((tx) =>
      recordServiceMonths(tx, context, [
        {
          person_id: person,
          organisation_id: w.org.home!,
          month: '2026-10',
          attendance_days: 22,
          social_insurance: true,
        },
      ]),
    )
    const days = { starts_on: '2026-10-11', ends_on: '2026-10-21' }
    const group = await open({ ...days, open_to_employers_from: '2026-11-01', ends_on: '2026-12-01' })
    const { flags } = await (
      await facility.post(`/api/v1/open-classes/${group.id}/enrolments`, { person_id: person })
    ).json()
    const clash = flags.find(({ code }: { code: string }) => code === 'enrolment.shift_clash')
    expect(clash.message).toBe('2026-10 已登记在岗 22 天，本班当月有 21 天，超过当月天数，请核对排班或出勤。')
  })

  test('the same level in another open class', async () => {
    const [first, second] = [await open(), await open()]
    await enrol(first.id, [people[8]!])
    const { flags } = await (await enrol(second.id, [people[8]!])).json()
    expect(flags.map(({ code }: { code: string }) => code)).toContain('enrolment.same_level')
  })
})

describe('employers', () => {
  test('enrol their own people once the class is open to them; the trainer then knows them', async () => {
    const later = await open({ open_to_employers_from: '2026-12-01' })
    const now = await open({ open_to_employers_from: '2026-11-23' })
    const listed = (await (await facility.get('/api/v1/open-classes')).json()).items
    const ids = listed.map(({ id }: { id: string }) => id)
    expect([ids.includes(now.id), ids.includes(later.id)]).toEqual([true, false])
    expect((await facility.post(`/api/v1/open-classes/${later.id}/enrolments`, { person_id: staff[1] })).status).toBe(
      404,
    )
    const answer = await facility.post(`/api/v1/open-classes/${now.id}/enrolments`, { person_ids: staff.slice(1, 3) })
    expect(answer.status).toBe(201)
    const { items } = await (await trainer.get(`/api/v1/classes/${now.id}/enrolments`)).json()
    expect(items.map((one: { enrolled_by_organisation_name: string }) => one.enrolled_by_organisation_name)).toEqual([
      '示例西湖颐养院',
      '示例西湖颐养院',
    ])
    expect((await trainer.get(`/api/v1/people/${staff[1]}`)).status).toBe(200)
    // an employer sees whom it enrolled, and nobody else
    await enrol(now.id, [people[9]!])
    const own = await (await facility.get(`/api/v1/open-classes/${now.id}/enrolments`)).json()
    expect(own.items.length).toBe(2)
  })

  test('not other people, not from another city, and not the trainer’s way in', async () => {
    const { id } = await open({ open_to_employers_from: '2026-11-01' })
    const strange = await facility.post(`/api/v1/open-classes/${id}/enrolments`, { person_id: people[10] })
    expect((await strange.json()).errors[0].code).toBe('enrolment.person_unknown')
    expect(
      (await w.as('facility_nb').post(`/api/v1/open-classes/${id}/enrolments`, { person_id: staff[3] })).status,
    ).toBe(404)
    expect((await facility.post(`/api/v1/classes/${id}/enrolments`, { person_id: staff[3] })).status).toBe(403)
  })

  test('who works there no more, or not yet, is not the employer’s to enrol: the day of leaving counts, the day before does not', async () => {
    const { id } = await open({ open_to_employers_from: '2026-11-01' })
    const [left, last, first, early] = await register('facility', 4)
    await employ([left!], '2026-01-01', '2026-11-23')
    await employ([last!], '2026-01-01', '2026-11-24')
    await employ([first!], '2026-11-23')
    await employ([early!], '2026-11-24')
    const person_ids = [left!, last!, first!, early!]
    const answer = await facility.post(`/api/v1/open-classes/${id}/enrolments`, { person_ids })
    const { errors } = await answer.json()
    expect([answer.status, errors.map((one: { pointer: string }) => one.pointer)]).toEqual([
      422,
      ['/person_ids/0', '/person_ids/3'],
    ])
    expect(errors[0].message).toContain('现在不在本机构任职')
    const own = await facility.post(`/api/v1/open-classes/${id}/enrolments`, { person_ids: [last, first] })
    expect((await own.json()).added).toBe(2)
  })

  test('the page lists whom to tick, enrols them and shows their conditions', async () => {
    const { id } = await open({ open_to_employers_from: '2026-11-01' })
    expect(await (await facility.page('/console/open-classes')).text()).toContain(`/console/open-classes/${id}`)
    const nobody = await facility.submit(`/console/open-classes/${id}/enrolments`, {})
    expect([nobody.status, await nobody.text()]).toEqual([422, expect.stringContaining('请先勾选')])
    const ticked = await facility.submit(`/console/open-classes/${id}/enrolments`, { person_ids: staff[4]! })
    expect(ticked.status).toBe(303)
    const page = await (await facility.page(`/console/open-classes/${id}`)).text()
    expect(page).toContain('尚不符合')
    expect(page).toContain(`value="${staff[5]}"`)
    expect(page).not.toContain(`value="${staff[4]}"`)
  })
})

test('nothing was an internal fault', () => expect(w.faults).toEqual([]))
