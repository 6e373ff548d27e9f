/** Parts and sittings, entry by two people, locking and publication, appeals, and what they make of a result. */
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addAccount } from '../../src/access/actions.ts'
import { registerPeople } from '../../src/people/actions.ts'
import { checkDigit } from '../../src/people/identity.ts'
import { clientsOf } from '../support/answers.ts'
import { type Client, PASSWORD, type World, world } from '../support/world.ts'

let w: World
let trainer: Client
let assessor: Client
/** another account of the same assessment body */
let colleague: Client
let course: string
let people: string[]
/** signed in once: signing in is rate-limited */
const as = clientsOf(() => w)
let taken = 0
function take(count: number): string[] {
  taken += count
  return people.slice(taken - count, taken)
}
const COURSE = {
  ...{ name: '养老护理员五级', kind: 'skill_level', occupation_code: '4-10-01-05', standard_edition: '2019', level: 5 },
  ...{ theory_hours: 4, practice_hours: 4, attendance_percent: 75 },
}
const TODAY = '2026-11-23'

beforeAll(async () => {
  w = await world()
  trainer = as('trainer')
  assessor = as('assessor')
  colleague = as('colleague')
  const admin = await w.context('admin')
  const context = await w.context('trainer')
  await w.db.transaction().execute(async (tx) => {
    const rows = Array.from({ length: 60 }, (_, index) => {
      const number = `10990119850101${String(index + 1).padStart(3, '0')}`
      const name = `示例${String.fromCodePoint(0x5000 + index)}`
      return {
        name,
        id_type: 'resident_id' as const,
        id_number: number + checkDigit(number),
        workforce: 'elder_care' as const,
      }
    })
    people = (await registerPeople(tx, context, rows)).map(({ id }) => id)
    const account = { password: PASSWORD, role: 'assessor' as const, organisation_id: w.org.assessor }
    await addAccount(tx, admin, { username: 'colleague', display_name: '示例同事', ...account })
    await addAccount(tx, admin, { username: 'third', display_name: '示例第三人', ...account })
    await addAccount(tx, admin, {
      ...{ username: 'carer', display_name: '示例学员', role: 'carer', password: PASSWORD, person_id: people[59]! },
    })
  })
  course = await created(trainer.post('/api/v1/courses', COURSE))
}, 120_000)
afterAll(() => w.close())

async function created(answer: Promise<Response>): Promise<string> {
  const response = await answer
  const body = await response.json()
  if (response.status !== 201) throw new Error(JSON.stringify(body))
  return body.id
}

/** A class in a year of its own with people who were there; `from` is its first day. */
let year = 2025
async function taught(members: string[], change: object = {}): Promise<{ id: string; from: string }> {
  const from = `${year--}-10-10`
  const ends_on = from.replace('-10-10', '-10-20')
  const group = await created(
    trainer.post('/api/v1/classes', {
      ...{ course_id: course, name: `考核 ${from} 班`, starts_on: from, ends_on, capacity: 30 },
      assessor_organisation_id: w.org.assessor,
      ...change,
    }),
  )
  const first = (change as { starts_on?: string }).starts_on ?? from
  expect((await trainer.post(`/api/v1/classes/${group}/enrolments`, { person_ids: members })).status).toBe(201)
  const session = await created(
    trainer.post(`/api/v1/classes/${group}/sessions`, { held_on: first, topic: '授课', part: 'theory', hours: 8 }),
  )
  expect((await trainer.post(`/api/v1/sessions/${session}/check-ins`, { person_ids: members })).status).toBe(200)
  return { id: group, from: first }
}

const sitting = (
  id: string,
  part: string,
  assessed_on: string,
  marks: Record<string, number>,
  by = assessor,
  more = {},
) =>
  by.post(`/api/v1/classes/${id}/sittings`, {
    ...{ part, assessed_on },
    items: Object.entries(marks).map(([person_id, mark]) => ({ person_id, mark, ...more })),
  })
const results = (id: string, items: object[], by = assessor) => by.post(`/api/v1/classes/${id}/results`, { items })
const codesOf = (body: { errors: { pointer: string; code: string }[] }) =>
  body.errors.map(({ pointer, code }) => [pointer, code])
const codeOf = async (answer: Promise<Response>) => {
  const response = await answer
  return [response.status, (await response.json()).code]
}
interface Member {
  id: string
  person_id: string
  status: string
  result: { id: string; assessed_on: string; theory: number; practical: number; passed: boolean } | null
}
const roster = async (id: string, by = trainer): Promise<Member[]> =>
  (await (await by.get(`/api/v1/classes/${id}/enrolments?limit=200`)).json()).items
const memberOf = async (id: string, person: string, by = trainer) =>
  (await roster(id, by)).find(({ person_id }) => person_id === person)!
const completion = async (id: string, by = trainer) => (await by.get(`/api/v1/classes/${id}/completion`)).json()

describe('sittings', () => {
  test('a result stands once every part of the level has a mark', async () => {
    const [one] = take(1)
    const { id, from } = await taught([one!])
    expect(await (await sitting(id, 'theory', from, { [one!]: 66 })).json()).toEqual({
      ...{ recorded: 1, changed: 0, unchanged: 0 },
    })
    expect((await memberOf(id, one!)).result).toBeNull()
    await sitting(id, 'practical', from.replace('-10-10', '-10-12'), { [one!]: 70.5 })
    expect((await memberOf(id, one!)).result).toMatchObject({
      ...{ theory: 66, practical: 70.5, passed: true, assessed_on: from.replace('-10-10', '-10-12') },
    })
  })

  test('the same day again does nothing; another mark of that day is a correction and needs a reason', async () => {
    const [one] = take(1)
    const { id, from } = await taught([one!])
    await sitting(id, 'theory', from, { [one!]: 50 })
    expect(await (await sitting(id, 'theory', from, { [one!]: 50 })).json()).toMatchObject({
      recorded: 0,
      unchanged: 1,
    })
    const bare = await sitting(id, 'theory', from, { [one!]: 51 })
    expect(codesOf(await bare.json())).toEqual([['/items/0/reason', 'result.reason_missing']])
    const corrected = await sitting(id, 'theory', from, { [one!]: 51 }, assessor, { reason: '漏加一分' })
    expect(await corrected.json()).toMatchObject({ recorded: 0, changed: 1 })
    const marks = (await (await assessor.get(`/api/v1/classes/${id}/marks`)).json()).items
    expect(marks).toMatchObject([{ part: 'theory', sitting: 1, version: 2, mark: 51, reason: '漏加一分' }])
  })

  test('only the failed part is sat again, as often as the terms allow, and never before the last time', async () => {
    const [one] = take(1)
    const { id, from } = await taught([one!], { starts_on: '2026-10-10', ends_on: '2026-10-20', name: '补考班' })
    await results(id, [{ person_id: one, assessed_on: from, theory: 80, practical: 40 }])
    const day = (n: number) => from.replace('-10-10', `-10-1${n}`)
    const refused = async (part: string, on: string) =>
      codesOf(await (await sitting(id, part, on, { [one!]: 90 })).json())
    expect(await refused('theory', day(1))).toEqual([['/items/0/enrolment_id', 'sitting.passed']])
    await sitting(id, 'practical', day(2), { [one!]: 55 })
    expect(await refused('practical', day(1))).toEqual([['/items/0/enrolment_id', 'sitting.before_last']])
    expect((await completion(id)).items[0]).toMatchObject({
      outcome: 'failed',
      kept: [{ part: 'theory', until: '2027-10-10' }],
      resit: [{ part: 'practical', left: 1 }],
    })
    await sitting(id, 'practical', day(3), { [one!]: 59 })
    expect(await refused('practical', day(4))).toEqual([['/items/0/enrolment_id', 'sitting.none_left']])
    expect((await memberOf(id, one!)).result).toMatchObject({ theory: 80, practical: 59, passed: false })
  })

  test('somebody who passes after the class is completed completes it, with the history of both, and waits for a certificate', async () => {
    const [one, two] = take(2)
    const { id, from } = await taught([one!, two!])
    await results(id, [
      { person_id: one, assessed_on: from, theory: 80, practical: 40 },
      { person_id: two, assessed_on: from, theory: 30, practical: 40 },
    ])
    expect((await trainer.post(`/api/v1/classes/${id}/completion`)).status).toBe(200)
    expect((await (await trainer.get(`/api/v1/classes/${id}`)).json()).phase).toBe('finished')
    await sitting(id, 'practical', from.replace('-10-10', '-12-01'), { [one!]: 75 })
    const member = await memberOf(id, one!)
    expect(member).toMatchObject({ status: 'completed', result: { theory: 80, practical: 75, passed: true } })
    const events = await w.db
      .selectFrom('history_events')
      .select(['kind', 'changes'])
      .where('subject_id', '=', member.id)
      .execute()
    expect(events).toEqual([{ kind: 'enrolment.judged', changes: { status: ['failed', 'completed'] } }])
    expect((await (await trainer.get(`/api/v1/classes/${id}`)).json()).phase).toBe('awaiting_certificates')
    const candidates = await (await assessor.page(`/console/certificates/new?class=${id}`)).text()
    expect(candidates).toContain('下一步：为 1 人发证')
  })

  test('a part passed in an earlier class is kept for its months and not sat again; one day later it is due', async () => {
    const [one, late] = take(2)
    const first = await taught([one!, late!])
    await results(first.id, [
      { person_id: one, assessed_on: first.from, theory: 77, practical: 20 },
      { person_id: late, assessed_on: first.from, theory: 77, practical: 20 },
    ])
    await trainer.post(`/api/v1/classes/${first.id}/completion`)
    const [y] = first.from.split('-')
    const next = await taught([one!, late!], {
      ...{ starts_on: `${Number(y) + 1}-09-01`, ends_on: `${Number(y) + 1}-09-20`, name: `保留 ${y}` },
    })
    const last = `${Number(y) + 1}-10-09`
    await sitting(next.id, 'practical', last, { [one!]: 61 })
    expect((await memberOf(next.id, one!)).result).toMatchObject({
      ...{ theory: 77, practical: 61, passed: true, assessed_on: last },
    })
    const marks = (await (await assessor.get(`/api/v1/classes/${next.id}/marks`)).json()).items
    expect(marks).toMatchObject([
      { part: 'theory', sitting: 0, mark: 77 },
      { part: 'practical', sitting: 1, mark: 61 },
    ])
    const over = `${Number(y) + 1}-10-10`
    const answer = await results(next.id, [{ person_id: late, assessed_on: over, practical: 61 }])
    expect(codesOf(await answer.json())).toEqual([['/items/0/theory', 'result.mark_missing']])
  })

  test('every fault of every row is told at once', async () => {
    const [one, two] = take(2)
    const { id, from } = await taught([one!, two!])
    const answer = await assessor.post(`/api/v1/classes/${id}/sittings`, {
      ...{ part: 'theory', assessed_on: from },
      items: [
        { person_id: one, mark: 100.01 },
        { person_id: two, mark: 60 },
        { person_id: two, mark: 61 },
        { person_id: course, mark: 60 },
      ],
    })
    expect(codesOf(await answer.json())).toEqual([
      ['/items/0/mark', 'result.mark_invalid'],
      ['/items/2/enrolment_id', 'result.twice'],
      ['/items/3/enrolment_id', 'result.person_unknown'],
    ])
    const review = await sitting(id, 'review', TODAY.replace('23', '24'), { [one!]: 60 })
    expect(codesOf(await review.json())).toEqual([
      ['/part', 'sitting.part_not_examined'],
      ['/assessed_on', 'result.date_outside'],
    ])
    expect((await sitting(id, 'theory', from, { [one!]: 60 }, as('trainer'))).status).toBe(403)
  })

  test('marks are never changed nor taken away', async () => {
    await expect(sql`update assessment_marks set mark = 10000`.execute(w.db)).rejects.toThrow('append-only')
    await expect(sql`delete from assessment_marks`.execute(w.db)).rejects.toThrow('append-only')
    const bare = sql`insert into assessment_marks (enrolment_id, part, sitting, version, assessed_on, mark)
      select enrolment_id, part, sitting, version + 100, assessed_on, mark from assessment_marks limit 1`
    await expect(bare.execute(w.db)).rejects.toThrow('assessment_marks_corrected_with_reason')
  })
})

describe('locking and publication', () => {
  test('a lock names who is missing; after it a mark changes with a reason only, in the action and in the database', async () => {
    const [one, two] = take(2)
    const { id, from } = await taught([one!, two!])
    expect(await codeOf(assessor.post(`/api/v1/classes/${id}/result-lock`))).toEqual([409, 'results.none'])
    await results(id, [{ person_id: one, assessed_on: from, theory: 80, practical: 80 }])
    expect(await codeOf(assessor.post(`/api/v1/classes/${id}/result-publication`))).toEqual([409, 'results.not_locked'])
    const early = await assessor.post(`/api/v1/classes/${id}/result-lock`)
    const missing = await memberOf(id, two!)
    expect(codesOf(await early.json())).toEqual([[`/enrolments/${missing.id}`, 'results.missing']])
    const locked = await (await assessor.post(`/api/v1/classes/${id}/result-lock`, { with_missing: true })).json()
    expect(locked).toMatchObject({ missing: [missing.id], implied: false, published_at: null })
    const late = { person_id: two, assessed_on: from, theory: 60, practical: 60 }
    expect(codesOf(await (await results(id, [late])).json())).toEqual([['/items/0/reason', 'result.locked']])
    const forced = sql`insert into assessment_marks (enrolment_id, part, sitting, version, assessed_on, mark)
      values (${missing.id}, 'theory', 1, 1, ${from}, 6000)`
    await expect(forced.execute(w.db)).rejects.toThrow('locked')
    expect((await results(id, [{ ...late, reason: '成绩单晚到' }])).status).toBe(201)
    expect((await assessor.post(`/api/v1/classes/${id}/result-publication`)).status).toBe(200)
    expect(await codeOf(assessor.post(`/api/v1/classes/${id}/result-publication`))).toEqual([409, 'results.published'])
    expect(await codeOf(assessor.post(`/api/v1/classes/${id}/result-lock`))).toEqual([409, 'results.locked'])
    expect((await completion(id)).results).toBe('published')
  })

  test('a completion without either does both, and it is said so', async () => {
    const [one] = take(1)
    const { id, from } = await taught([one!])
    await results(id, [{ person_id: one, assessed_on: from, theory: 80, practical: 80 }])
    const done = await (await trainer.post(`/api/v1/classes/${id}/completion`)).json()
    expect(done).toMatchObject({
      results: 'published',
      pass_rate: { numerator: 1, denominator: 1 },
      certificate_rate: { numerator: 0, denominator: 1 },
    })
    expect(done.certificate_rate.words).toContain('退班的人计入分母')
    const { closing } = await (await trainer.get(`/api/v1/classes/${id}/assessment`)).json()
    expect(closing).toMatchObject({ implied: true, missing: [] })
  })
})

describe('terms', () => {
  const TERMS = {
    ...{ kept_months: 24, sittings: 2, appeal_days: 3, two_person_entry: true, held_until_published: true },
    citation: '考核管理办法第 12 条',
  }
  test('are stated from today on, once a day, and hold for classes that start then', async () => {
    const past = await assessor.post('/api/v1/assessment-terms', { ...TERMS, valid_from: '2026-11-22' })
    expect(codesOf(await past.json())).toEqual([['/valid_from', 'terms.backdated']])
    const first = await assessor.post('/api/v1/assessment-terms', { ...TERMS, valid_from: TODAY })
    expect(await first.json()).toMatchObject({ kept_months: 24, confidence: 'confirmed', valid_from: TODAY })
    const again = await assessor.post('/api/v1/assessment-terms', { ...TERMS, valid_from: TODAY })
    expect([again.status, (await again.json()).code]).toEqual([409, 'terms.twice'])
    const { id } = await taught(take(1))
    const before = await (await assessor.get(`/api/v1/classes/${id}/assessment`)).json()
    expect(before.terms).toMatchObject({ confidence: 'unknown', two_person_entry: false, valid_from: null })
  })
})

describe('entry by two people', () => {
  let group: { id: string; from: string }
  let members: string[]
  let before: number
  const row = (person_id: string, theory: number, practical: number, more = {}) => ({
    ...{ person_id, assessed_on: '2026-11-23', theory, practical },
    ...more,
  })
  const differences = async () =>
    (await (await assessor.get(`/api/v1/classes/${group.id}/result-differences`)).json()).items
  beforeAll(async () => {
    members = take(3)
    group = await taught(members, { starts_on: TODAY, ends_on: '2026-12-10', name: '双人录入班' })
    before = await w.db
      .selectFrom('assessment_marks')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow()
      .then(({ count }) => count)
  })

  test('what one person enters is no mark yet, whoever it is entered by again', async () => {
    const items = members.map((person) => row(person, 80, 70))
    expect(await (await results(group.id, items)).json()).toMatchObject({ recorded: 3, waiting: 6, differing: 0 })
    expect(await (await results(group.id, items)).json()).toMatchObject({ waiting: 6, differing: 0 })
    const { count } = await w.db
      .selectFrom('assessment_marks')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow()
    expect(count).toBe(before)
    expect(await codeOf(assessor.post(`/api/v1/classes/${group.id}/result-lock`))).toEqual([
      409,
      'results.entries_open',
    ])
    expect(await codeOf(trainer.post(`/api/v1/classes/${group.id}/completion`))).toEqual([409, 'results.entries_open'])
  })

  test('what another enters alike stands, with both names; where they differ both are shown to both', async () => {
    const items = [row(members[0]!, 80, 70), row(members[1]!, 80, 71), row(members[2]!, 80, 70)]
    expect(await (await results(group.id, items, colleague)).json()).toMatchObject({ waiting: 0, differing: 1 })
    const marks = await w.db
      .selectFrom('assessment_marks')
      .innerJoin('enrolments', 'enrolments.id', 'assessment_marks.enrolment_id')
      .select(['recorded_by', 'checked_by'])
      .where('class_id', '=', group.id)
      .execute()
    expect(marks).toHaveLength(5)
    expect(new Set(marks.map(({ recorded_by, checked_by }) => `${recorded_by} ${checked_by}`)).size).toBe(1)
    const [difference] = await differences()
    expect(difference).toMatchObject({
      part: 'practical',
      sitting: 1,
      first: { mark: 70, entered_by: 'assessor 示例' },
      second: { mark: 71, entered_by: '示例同事' },
    })
    expect((await memberOf(group.id, members[1]!, assessor)).result).toBeNull()
  })

  test('a third person neither enters nor settles it; one of the two does, with a reason', async () => {
    const third = as('third')
    const entered = await results(group.id, [row(members[1]!, 80, 72)], third)
    expect(codesOf(await entered.json())).toEqual([['/items/0/practical', 'result.entered_twice']])
    const [{ second, enrolment_id }] = await differences()
    const items = [{ entry: second.entry, reason: '核对评分表' }]
    const path = `/api/v1/classes/${group.id}/result-differences`
    expect(await codeOf(third.post(path, { items }))).toEqual([403, 'difference.not_yours'])
    expect(await (await assessor.post(path, { items })).json()).toEqual({ settled: 1, differing: 0 })
    expect((await memberOf(group.id, members[1]!, assessor)).result).toMatchObject({ practical: 71, passed: true })
    const stands = await w.db
      .selectFrom('assessment_marks')
      .select(['mark', 'settled_by', 'reason'])
      .where('enrolment_id', '=', enrolment_id)
      .where('part', '=', 'practical')
      .execute()
    expect(stands).toEqual([{ mark: 7100, settled_by: w.accounts.assessor, reason: '核对评分表' }])
    expect(codesOf(await (await assessor.post(path, { items })).json())).toEqual([
      ['/items/0/entry', 'difference.unknown'],
    ])
  })

  test('the database takes no mark with one person as both', async () => {
    const alone = sql`insert into assessment_marks (enrolment_id, part, sitting, version, assessed_on, mark, recorded_by, checked_by)
      select enrolment_id, part, 9, 1, assessed_on, mark, recorded_by, recorded_by from assessment_marks where recorded_by is not null limit 1`
    await expect(alone.execute(w.db)).rejects.toThrow('assessment_marks_by_two_people')
  })

  test('held back, results are the assessor’s alone until they are published', async () => {
    expect((await roster(group.id)).map(({ result }) => result)).toEqual([null, null, null])
    expect((await (await trainer.get(`/api/v1/classes/${group.id}/marks`)).json()).items).toEqual([])
    const record = await (await trainer.get(`/api/v1/people/${members[0]}/record`)).json()
    expect(JSON.stringify(record)).not.toContain('7000')
    expect(await codeOf(trainer.post(`/api/v1/classes/${group.id}/completion`))).toEqual([
      409,
      'class.results_unpublished',
    ])
    await assessor.post(`/api/v1/classes/${group.id}/result-lock`)
    expect((await roster(group.id)).map(({ result }) => result)).toEqual([null, null, null])
    await assessor.post(`/api/v1/classes/${group.id}/result-publication`)
    expect((await roster(group.id)).every(({ result }) => result?.passed)).toBe(true)
    expect((await (await trainer.get(`/api/v1/classes/${group.id}/marks`)).json()).items).toHaveLength(6)
  })
})

describe('appeals', () => {
  let group: { id: string; from: string }
  let carer: string
  let other: string
  let own: Member
  beforeAll(async () => {
    carer = people[59]!
    ;[other] = take(1) as [string]
    group = await taught([carer, other])
    await results(group.id, [
      { person_id: carer, assessed_on: group.from, theory: 80, practical: 57 },
      { person_id: other, assessed_on: group.from, theory: 80, practical: 58 },
    ])
    own = await memberOf(group.id, carer)
  })
  const file = (id: string, by: Client) => by.post(`/api/v1/enrolments/${id}/appeals`, { grounds: '请复核操作评分' })

  test('wait for the publication, and are only for the person and the trainer', async () => {
    expect(await codeOf(file(own.id, as('carer')))).toEqual([409, 'result_appeal.not_published'])
    expect((await trainer.post(`/api/v1/classes/${group.id}/completion`)).status).toBe(200)
    const theirs = await memberOf(group.id, other)
    expect((await file(theirs.id, as('carer'))).status).toBe(404)
    expect((await file(own.id, assessor)).status).toBe(403)
    const answer = await file(own.id, as('carer'))
    const body = await answer.json()
    expect([answer.status, body.before]).toEqual([201, { theory: 80, practical: 57, review: null, passed: false }])
    expect(answer.headers.get('location')).toBe(`/api/v1/result-appeals/${body.id}`)
    expect(await codeOf(file(own.id, as('carer')))).toEqual([409, 'result_appeal.twice'])
    expect((await file(theirs.id, trainer)).status).toBe(201)
    const list = async (by: Client) => (await by.get('/api/v1/result-appeals')).json()
    expect(await list(as('carer'))).toMatchObject({ waiting: 1, items: [{ enrolment_id: own.id, upheld: null }] })
    expect((await list(assessor)).waiting).toBe(2)
    expect((await list(as('district'))).items).toHaveLength(2)
    expect((await list(as('district2'))).items).toHaveLength(0)
  })

  test('are decided by the assessor: upheld, the mark is corrected and the outcome judged again', async () => {
    const [{ id }] = (await (await as('carer').get('/api/v1/result-appeals')).json()).items
    const path = `/api/v1/result-appeals/${id}/decision`
    expect((await trainer.post(path, { upheld: true, reason: '同意' })).status).toBe(403)
    const bare = await assessor.post(path, { upheld: true, reason: '评分漏项', marks: { practical: 57 } })
    expect(codesOf(await bare.json())).toEqual([['/marks', 'result_appeal.correction_missing']])
    const wrong = await assessor.post(path, { upheld: true, reason: '评分漏项', marks: { practical: 101, review: 60 } })
    expect(codesOf(await wrong.json())).toEqual([
      ['/marks/practical', 'result.mark_invalid'],
      ['/marks/review', 'result_appeal.no_mark'],
    ])
    const decided = await assessor.post(path, { upheld: true, reason: '评分漏计 4 分', marks: { practical: 61 } })
    expect(await decided.json()).toMatchObject({
      ...{ upheld: true, reason: '评分漏计 4 分' },
      before: { practical: 57, passed: false },
      after: { practical: 61, passed: true },
    })
    expect(await memberOf(group.id, carer)).toMatchObject({
      status: 'completed',
      result: { practical: 61, passed: true },
    })
    expect(await codeOf(assessor.post(path, { upheld: false, reason: '重复' }))).toEqual([409, 'result_appeal.decided'])
  })

  test('dismissed, nothing changes, and the same result is not reviewed twice', async () => {
    const { items } = await (await assessor.get('/api/v1/result-appeals?waiting=true')).json()
    const path = `/api/v1/result-appeals/${items[0].id}/decision`
    const needless = await assessor.post(path, { upheld: false, reason: '评分无误', marks: { practical: 60 } })
    expect(codesOf(await needless.json())).toEqual([['/marks', 'result_appeal.correction_needless']])
    expect(await (await assessor.post(path, { upheld: false, reason: '评分无误' })).json()).toMatchObject({
      ...{ upheld: false, after: null },
    })
    const theirs = await memberOf(group.id, other)
    expect(theirs.status).toBe('failed')
    expect(await codeOf(file(theirs.id, trainer))).toEqual([409, 'result_appeal.twice'])
  })

  test('end with the days of the terms', async () => {
    const [one] = take(1)
    const late = await taught([one!])
    await results(late.id, [{ person_id: one, assessed_on: late.from, theory: 10, practical: 57 }])
    await trainer.post(`/api/v1/classes/${late.id}/completion`)
    const { id } = await memberOf(late.id, one!)
    await sql`alter table result_publications disable trigger result_publications_frozen`.execute(w.db)
    await sql`alter table assessment_results disable trigger user`.execute(w.db)
    const age = (days: number) =>
      w.db.transaction().execute(async (tx) => {
        const then = new Date(w.clock.now.getTime() - days * 86_400_000)
        await tx
          .updateTable('result_publications')
          .set({ published_at: then })
          .where('class_id', '=', late.id)
          .execute()
        await tx.updateTable('assessment_results').set({ known_from: then }).where('enrolment_id', '=', id).execute()
      })
    await age(8)
    expect(await codeOf(file(id, trainer))).toEqual([409, 'result_appeal.too_late'])
    await age(7)
    expect((await file(id, trainer)).status).toBe(201)
  })
})

describe('examiners', () => {
  test('are named by the assessor; a namesake at the trainer or in the class is flagged', async () => {
    const [one] = take(1)
    const { id } = await taught([one!])
    const { person_name } = (await (await trainer.get(`/api/v1/classes/${id}/enrolments`)).json()).items[0]
    const path = `/api/v1/classes/${id}/examiners`
    const fine = await (await assessor.post(path, { name: '示例考评员' })).json()
    expect(fine).toMatchObject({ employed_by_trainer: false, in_class: false })
    expect(await (await assessor.post(path, { name: person_name })).json()).toMatchObject({ in_class: true })
    expect(await codeOf(assessor.post(path, { name: '示例考评员' }))).toEqual([409, 'examiner.twice'])
    const account = await assessor.post(path, { name: '外人', account_id: w.accounts.trainer })
    expect(codesOf(await account.json())).toEqual([['/account_id', 'examiner.account_unknown']])
    expect((await assessor.post(`${path}/${fine.id}/release`, { reason: '回避' })).status).toBe(204)
    expect((await assessor.post(`${path}/${fine.id}/release`, { reason: '回避' })).status).toBe(404)
    const { examiners } = await (await assessor.get(`/api/v1/classes/${id}/assessment`)).json()
    expect(examiners.map(({ name }: { name: string }) => name)).toEqual([person_name])
  })
})

describe('rates', () => {
  test('certificates that stand are divided by everybody enrolled, for the class and for the institution', async () => {
    const [holder, gone] = take(2)
    const { id, from } = await taught([holder!, gone!], {
      starts_on: '2026-05-10',
      ends_on: '2026-05-20',
      name: '取证班',
    })
    const leaver = await memberOf(id, gone!)
    await trainer.post(`/api/v1/enrolments/${leaver.id}/withdrawal`, { reason: '搬家离开' })
    await results(id, [{ person_id: holder, assessed_on: from, theory: 80, practical: 80 }])
    await trainer.post(`/api/v1/classes/${id}/completion`)
    const member = await memberOf(id, holder!)
    const certificate = await w.db
      .insertInto('certificates')
      .values({
        ...{ number: 'S000033999901265000777', kind: 'skill_level', person_id: holder!, holder_name: '示例' },
        ...{ id_number_masked: '', occupation_code: '4-10-01-05', occupation_name: '养老护理员', level: 5 },
        ...{ issuer_organisation_id: w.org.assessor, issuer_name: '示例技能评价中心', issued_on: from },
        ...{
          result_id: member.result!.id,
          enrolment_id: member.id,
          token: 'test-token-of-128-random-bits',
          printed: '{}',
        },
        pdf_sha256: '0'.repeat(64),
      })
      .returning('id')
      .executeTakeFirstOrThrow()
    const rates = async () => {
      const { pass_rate, certificate_rate } = await completion(id)
      const { items } = await (await as('district').get(`/api/v1/reports/institutions?month=2026-05`)).json()
      expect(items).toMatchObject([{ id: w.org.trainer, certificate_rate: { denominator: 2 } }])
      return [pass_rate, certificate_rate, items[0].certificate_rate].map(
        ({ numerator, denominator }) => `${numerator}/${denominator}`,
      )
    }
    expect(await rates()).toEqual(['1/1', '1/2', '1/2'])
    const again = await sitting(id, 'theory', from, { [holder!]: 81 }, assessor, { reason: '阅卷复核' })
    expect([again.status, (await again.json()).code]).toEqual([409, 'result.certified'])
    await w.db
      .insertInto('certificate_revocations')
      .values({ certificate_id: certificate.id, reason_code: 'result_withdrawn', reason: '更正', effective_on: TODAY })
      .execute()
    expect(await rates()).toEqual(['1/1', '0/2', '0/2'])
  })
})

describe('console', () => {
  const text = async (answer: Promise<Response>, status = 200) => {
    const response = await answer
    expect(response.status).toBe(status)
    return response.text()
  }
  let group: { id: string; from: string }
  let members: Member[]
  beforeAll(async () => {
    group = await taught(take(3), { starts_on: TODAY, ends_on: '2026-12-10', name: '控制台双人录入' })
    members = await roster(group.id)
  })
  const page = (path: string) => `/console/classes/${group.id}/${path}`
  const column = (part: string, marks: string[]) => ({
    ...{ part, assessed_on: TODAY, reason: '' },
    ...Object.fromEntries(
      marks.flatMap((mark, index) => [
        [`items.${index}.enrolment_id`, members[index]!.id],
        [`items.${index}.mark`, mark],
      ]),
    ),
  })

  test('a column of one part: faults stand in their cell, what was typed stays, and the other person sees none of it', async () => {
    const wrong = await text(assessor.submit(page('sitting'), column('theory', ['80', '101', ''])), 422)
    expect(wrong).toMatch(/name="items.1.mark" value="101"[^>]*aria-invalid="true"/)
    expect((await assessor.submit(page('sitting'), column('theory', ['80', '71', '66']))).status).toBe(303)
    expect(await text(assessor.page(page('sitting?part=theory')))).toMatch(/name="items.1.mark" value="71"/)
    expect(await text(colleague.page(page('sitting?part=theory')))).not.toContain('value="71"')
    expect(await text(colleague.page(page('results')))).not.toContain('value="71"')
    expect(await text(colleague.page(page('results')))).toContain('现有 3 项等待第二人，0 项不一致')
  })

  test('differences stand beside each other and are settled with a reason', async () => {
    await colleague.submit(page('sitting'), column('theory', ['80', '17', '66']))
    const shown = await text(colleague.page(page('result-differences')))
    expect(shown).toContain('示例同事')
    const entry = /<option value="(\d+)">71/.exec(shown)![1]!
    const bare = await text(colleague.submit(page('result-differences'), { 'items.0.entry': entry }), 422)
    expect(bare).toMatch(/class="error"/)
    const lines = { 'items.0.entry': entry, 'items.0.reason': '看错了' }
    expect((await colleague.submit(page('result-differences'), lines)).headers.get('location')).toBe(page('results'))
    expect(await text(assessor.page(page('result-differences')))).toContain('没有差异')
  })

  test('a class is locked with who is missing, then published; the trainer sees nothing before', async () => {
    for (const by of [assessor, colleague]) await by.submit(page('sitting'), column('practical', ['75', '59.5']))
    expect(await text(trainer.page(page('results')))).not.toContain('59.5')
    const shown = await text(assessor.page(page('result-closing')))
    expect(shown).toContain('缺少以上人员的成绩')
    expect(await text(assessor.submit(page('result-lock'), {}), 409)).toMatch(/class="notice bad errors".*还没有成绩。/)
    expect((await assessor.submit(page('result-lock'), { with_missing: 'true' })).status).toBe(303)
    expect(await text(assessor.page(page('result-closing')))).toContain('公布成绩')
    expect((await assessor.submit(page('result-publication'), {})).headers.get('location')).toBe(page('results'))
    const results = await text(trainer.page(page('results')))
    expect(results).toContain('59.5')
    expect(results).toContain('操作技能还可考 1 次')
    expect(results).toContain(`/console/enrolments/${members[1]!.id}/appeal`)
    expect(await text(trainer.page(page('completion')))).toContain('取证率')
  })

  test('an appeal is filed on a page of its own and decided on another', async () => {
    const filing = `/console/enrolments/${members[1]!.id}/appeal`
    expect(await text(trainer.page(filing))).toContain('2026-11-26')
    expect(await text(trainer.submit(filing, { grounds: '' }), 422)).toMatch(/id="field-grounds-error"/)
    expect((await trainer.submit(filing, { grounds: '请复核操作评分' })).status).toBe(303)
    const list = await text(assessor.page('/console/result-appeals'))
    const deciding = /\/console\/result-appeals\/[0-9a-f-]{36}/.exec(list)![0]
    expect(await text(trainer.page('/console/result-appeals'))).toContain('待处理')
    expect(await text(assessor.page('/console'))).toContain('待处理的成绩申诉')
    const wrong = { upheld: 'true', reason: '漏计', theory: '', practical: '101' }
    expect(await text(assessor.submit(deciding, wrong), 422)).toMatch(/id="field-practical-error"/)
    expect((await assessor.submit(deciding, { ...wrong, practical: '60.5' })).status).toBe(303)
    expect(await text(assessor.page('/console/result-appeals?tab=decided'))).toContain('71 / 60.5')
    expect((await memberOf(group.id, members[1]!.person_id)).result).toMatchObject({ practical: 60.5, passed: true })
  })

  test('a carer sees their own results and where each appeal stands', async () => {
    const own = await text(as('carer').page('/console/my-results'))
    expect(own).toContain('80 / 61')
    expect(own).toContain('/console/enrolments/')
    expect(await text(as('carer').page('/console/result-appeals?tab=decided'))).toContain('评分漏计 4 分')
  })

  test('terms and examiners are stated on pages of their own', async () => {
    const shown = await text(assessor.page('/console/assessment-terms'))
    expect(shown).toContain('合格单项保留 24 个月')
    const fields = {
      valid_from: '2026-12-01',
      kept_months: '121',
      sittings: '3',
      appeal_days: '5',
      citation: '第 13 条',
    }
    const wrong = await text(assessor.submit('/console/assessment-terms', fields), 422)
    expect(wrong).toMatch(/id="field-kept_months-error"/)
    expect((await assessor.submit('/console/assessment-terms', { ...fields, kept_months: '0' })).status).toBe(303)
    expect(await text(assessor.page('/console/assessment-terms'))).toContain('单项成绩不保留')
    await text(assessor.submit(page('examiners'), { name: '' }), 422)
    expect((await assessor.submit(page('examiners'), { name: '示例考评员' })).status).toBe(303)
    const panel = await text(assessor.page(page('examiners')))
    const examiner = /<option value="([0-9a-f-]{36})"/.exec(panel)![1]!
    const bare = await text(assessor.submit(page('examiners/release'), { examiner, reason: '' }), 422)
    expect(bare).toMatch(/id="field-reason-error"/)
    expect((await assessor.submit(page('examiners/release'), { examiner, reason: '回避' })).status).toBe(303)
  })

  test.each(['sitting', 'result-differences', 'result-closing', 'examiners'])(
    '%s speaks English on request',
    async (path) => {
      const html = await (await assessor.send('GET', page(path), { headers: { 'accept-language': 'en' } })).text()
      const own = html
        .slice(html.indexOf('<main'), html.indexOf('</main>'))
        .replaceAll(/示例考评员|示例同事|示例.|控制台双人录入/g, '')
      expect(own.match(/[一-鿿]+/g)).toBeNull()
    },
  )
})

test('no answer was an internal fault', () => expect(w.faults).toEqual([]))
