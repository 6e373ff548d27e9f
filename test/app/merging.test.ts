/** Duplicates and merging: which records are put side by side, what a merge moves, what it never touches, and how it is undone. */

import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { demoPerson } from '../../db/demo-people.ts'
import { addAccount } from '../../src/access/actions.ts'
import { allowanceRunJob } from '../../src/allowances/run.ts'
import { type JobHandler, runSlice } from '../../src/jobs/actions.ts'
import { checkPeople } from '../../src/people/actions.ts'
import { BELONGINGS } from '../../src/people/belongings.ts'
import { findLikelySame } from '../../src/people/duplicates.ts'
import { checkDigit } from '../../src/people/identity.ts'
import { mergePeople } from '../../src/people/merging.ts'
import { readSheet } from '../../src/platform/sheet-reader.ts'
import { allowanceWorld, CONFIRMATION } from '../support/allowance-world.ts'
import { clientsOf } from '../support/answers.ts'
import { reviewRun } from '../support/reviewing.ts'
import { type Client, PASSWORD, type World, world } from '../support/world.ts'

let w: World
let facts: Awaited<ReturnType<typeof allowanceWorld>>
beforeAll(async () => {
  w = await world()
  facts = await allowanceWorld(w)
})
afterAll(() => w.close())

/** One session an account: signing in is counted. */
const as = clientsOf(() => w)
async function ok<T = Record<string, never>>(answer: Response | Promise<Response>, status = 200): Promise<T> {
  const response = await answer
  if (response.status !== status) expect.fail(`${response.status} ${await response.text()}`)
  return response.json() as Promise<T>
}
async function refusal(answer: Promise<Response>) {
  const response = await answer
  return { ...(await response.json()), status: response.status } as { status: number; code: string; detail: string }
}
async function text(answer: Response | Promise<Response>, status = 200): Promise<string> {
  const response = await answer
  const html = await response.text()
  if (response.status !== status) expect.fail(`${response.status} ${html.slice(0, 2000)}`)
  return html
}

let last = 7000
interface Registered {
  id: string
  name: string
  id_number_masked: string
  warnings: { code: string; message: string }[]
}
function stranger(values: object = {}) {
  const { name, id_number } = demoPerson(last++)
  return { name, id_type: 'resident_id', id_number, workforce: 'elder_care', ...values } as {
    name: string
    id_number: string
  }
}
const register = (values: object = {}, client = as('facility')) =>
  ok<Registered>(client.post('/api/v1/people', stranger(values)), 201)
let passports = 0
const passport = () => ({ id_type: 'passport', id_number: `E${String(10000000 + ++passports)}` })
/** Another number of the same birth date, as a second document would be. */
function sameDay(id_number: string): string {
  const seventeen = `109902${id_number.slice(6, 17)}`
  return seventeen + checkDigit(seventeen)
}
let phones = 13800000000
const phone = () => String(++phones)

interface Candidate {
  strength: string
  reasons: string[]
  people: { id: string; name: string; id_number_masked: string }[]
}
interface Merge {
  id: string
  merged: { id: string }
  survivor: { id: string }
  moved: Record<string, number>
  not_carried: Record<string, object[]>
  kept: Record<string, object[]> | null
  filled: string[]
  undone_at: string | null
}
async function candidatesOf(client: Client, ...ids: string[]): Promise<Candidate[]> {
  const { items } = await ok<{ items: Candidate[] }>(client.get('/api/v1/duplicate-candidates?limit=200'))
  return items.filter(({ people }) => people.every(({ id }) => ids.includes(id)))
}
const merge = (merged: string, into: string, others: object = {}, client = as('admin')) =>
  client.post(`/api/v1/people/${merged}/merge`, { into, reason: '同一人，已核对原件', ...others })
const merged = (from: string, into: string, others: object = {}) => ok<Merge>(merge(from, into, others), 201)
const undo = (id: string, client = as('admin')) =>
  client.post(`/api/v1/person-merges/${id}/undoing`, { reason: '合并有误' })
const eventsOf = (id: string) =>
  w.db.selectFrom('history_events').selectAll().where('subject_id', '=', id).orderBy('seq').execute()

/** A carer with everything that can belong to a person, and another record of theirs under a passport. */
async function two(values: object = {}) {
  const mine = phone()
  const { id: survivor, name } = await register({ phone: mine, ...values })
  const other = await register({ name, ...passport(), phone: mine })
  return { name, survivor, merged: other.id }
}
async function furnish(person_id: string, organisation_id = w.org.home) {
  await facts.employ(person_id, { organisation_id })
  await facts.attend(person_id, organisation_id, { '2026-09': 22, '2026-10': 21 })
  await facts.train(person_id)
  const certificate = await facts.certify(person_id, 4)
  await w.db
    .insertInto('conduct_events')
    .values({
      ...{ person_id, kind: 'ethics_breach', happened_on: '2024-01-02', decided_on: '2024-02-02', decision: '警告' },
    })
    .execute()
  await w.db
    .insertInto('educations')
    .values({
      person_id,
      level: 'junior_college',
      school: '示例职业技术学院',
      mode: 'full_time',
      graduated_on: '2010-06-30',
    })
    .execute()
  await w.db
    .insertInto('licences')
    .values({ person_id, kind: 'nurse', number: '201933000001', issued_on: '2019-08-01' })
    .execute()
  await w.db
    .insertInto('allowance_claims')
    .values({ person_id, scheme_code: 'zj-entry', component: 'entry', claimed_on: '2026-07-10' })
    .execute()
  await w.db
    .insertInto('entry_declarations')
    .values({
      ...{ person_id, organisation_id, kind: 'apprenticeship', occupation_code: '4-10-01-05' },
      ...{ from_on: '2015-01-01', evidence: '示例协议' },
    })
    .execute()
  await w.db
    .insertInto('external_certificates')
    .values({
      ...{
        person_id,
        organisation_id,
        number: `S00013300000120${String(++events).padStart(7, '0')}`,
        kind: 'skill_level',
      },
      ...{
        occupation_code: '4-10-01-05',
        occupation_name: '养老护理员',
        level: 5,
        issuer_name: '示例评价',
        issued_on: '2020-01-01',
      },
    })
    .execute()
  await w.db
    .insertInto('person_photos')
    .values({
      ...{ person_id, sha256: String(++events).padStart(64, '0'), photo_sealed: 'k1.sealed.photo', bytes: 9 },
      ...{ width: 413, height: 579, recorded_by: w.accounts.trainer! },
    })
    .execute()
  await w.db.insertInto('teachers').values({ person_id, organisation_id: w.org.trainer! }).execute()
  await w.db
    .insertInto('notices')
    .values({
      ...{ person_id, kind: 'class.cancelled', words: '取消', words_en: 'cancelled', at: w.clock.now },
      ...{ subject_kind: 'class', subject_id: crypto.randomUUID() },
    })
    .execute()
  await w.db
    .insertInto('allowance_objections')
    .values({
      // of two records each its own month: what both asked about the same one would stay where it is
      ...{ person_id, scheme_code: 'hz-special-post', month: `20${10 + (events % 90)}-01-01`, seq: 0 },
      ...{ district_code: '330106', statement: '出勤记录不对', filed_by: w.accounts.trainer!, filed_at: w.clock.now },
    })
    .execute()
  return certificate
}
let events = 0
async function compete(person_id: string, event_id: string, station: number) {
  await w.db
    .insertInto('competition_entries')
    .values({ event_id, person_id, organisation_id: w.org.home, station })
    .execute()
}
/** A member of somebody else's team. */
async function join(person_id: string, event_id: string) {
  const { id: captain } = await register()
  await compete(captain, event_id, 1)
  await sql`insert into competition_entry_members (entry_id, event_id, person_id)
    select id, event_id, ${person_id}::uuid from competition_entries where event_id = ${event_id}::uuid`.execute(w.db)
}
/** Proposed for a level by a rank of an event that was published. */
async function propose(person_id: string, event_id: string) {
  await compete(person_id, event_id, 9)
  await sql`with published as (
      insert into competition_publications (event_id, revision, awards, sha256) values (${event_id}::uuid, 1, '[]', repeat('0', 64)) returning id
    )
    insert into promotions (competition_id, publication_id, entry_id, person_id, rule_code, occupation_code, to_level, reasons, assessor_organisation_id)
    select v.competition_id, p.id, e.id, ${person_id}::uuid, 'zj-city-2-2016', '4-10-01-05', 2, '[]', ${w.org.assessor}::uuid
    from published p, competition_events v join competition_entries e on e.event_id = v.id and e.station = 9 where v.id = ${event_id}::uuid`.execute(
    w.db,
  )
}
async function contest() {
  const competition = await w.db
    .insertInto('competitions')
    .values({
      ...{
        organisation_id: w.org.authority,
        name: `竞赛${++events}`,
        tier: 'city',
        held_on: '2026-05-01',
        citation: 'S1',
      },
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  const event = await w.db
    .insertInto('competition_events')
    .values({ competition_id: competition.id, name: '护理', occupation_code: '4-10-01-05', theory_weight: 30 })
    .returning('id')
    .executeTakeFirstOrThrow()
  return event.id
}
async function account(person_id: string, username: string) {
  const context = await w.context('admin')
  await w.db
    .transaction()
    .execute((tx) =>
      addAccount(tx, context, { username, display_name: username, role: 'carer', password: PASSWORD, person_id }),
    )
}

/** On the list of a batch for the event of a contest. */
async function listInBatch(person_id: string, event_id: string) {
  await sql`with batch as (
      insert into certificate_batches (event_id, organisation_id, kind, issued_on, requested_by)
      values (${event_id}::uuid, ${w.org.authority}::uuid, 'award', '2026-05-02', ${w.accounts.district!}::uuid) returning id
    )
    insert into certificate_batch_people (batch_id, ordinal, person_id, entry_id)
    select batch.id, 1, ${person_id}::uuid, e.id from batch, competition_entries e where e.event_id = ${event_id}::uuid and e.station = 9`.execute(
    w.db,
  )
}

/** Everything that stands now and belongs to these people, without the instants at which it was written. */
async function dump(...ids: string[]) {
  const tables = await Promise.all(
    BELONGINGS.map(async ({ table, fact }) => {
      const { rows } = await sql<{ row: string }>`
        select (to_jsonb(t) - array['known_from'])::text as row from ${sql.table(table)} t
        where person_id = any (${ids}::uuid[]) ${fact ? sql`and known_to = 'infinity'` : sql``} order by 1`.execute(
        w.db,
      )
      return [table, rows.map(({ row }) => row)]
    }),
  )
  const { rows } = await sql<{ row: string }>`
    select (to_jsonb(p) - 'revision')::text as row from people p where id = any (${ids}::uuid[]) order by id`.execute(
    w.db,
  )
  return Object.fromEntries([...tables, ['people', rows]])
}

describe('candidates', () => {
  test('one number under two types of document is the strongest reason, and the hash gives the number away to nobody', async () => {
    const seventeen = '83000019750615012'
    const id_number = seventeen + checkDigit(seventeen)
    const one = await register({ id_type: 'residence_permit', id_number, name: '林美慧' })
    const two = await register({ id_type: 'resident_id', id_number, name: '林美惠' })
    const [pair] = await candidatesOf(as('admin'), one.id, two.id)
    expect(pair).toMatchObject({ strength: 'strong', reasons: ['same_document_number'] })
    expect(JSON.stringify(pair)).not.toContain(id_number)
    const { rows } = await sql<{ row: string }>`
      select d::text as row from person_documents d where person_id in (${one.id}, ${two.id})`.execute(w.db)
    expect(rows).toHaveLength(2)
    for (const { row } of rows) expect(row).not.toContain(id_number)
  })

  test('same name, birth date and phone is strong; without the phone it is weak and listed after', async () => {
    const somebody = stranger({ phone: phone() })
    const one = await register(somebody)
    const strong = await register({ ...somebody, id_number: sameDay(somebody.id_number) })
    const other = stranger()
    const two = await register(other)
    const weak = await register({ ...other, id_number: sameDay(other.id_number), phone: phone() })
    expect(await candidatesOf(as('admin'), one.id, strong.id)).toMatchObject([
      { strength: 'strong', reasons: ['same_name_birth_date_phone'] },
    ])
    expect(await candidatesOf(as('admin'), two.id, weak.id)).toMatchObject([
      { strength: 'weak', reasons: ['same_name_birth_date'] },
    ])
    const { items } = await ok<{ items: Candidate[] }>(as('admin').get('/api/v1/duplicate-candidates?limit=200'))
    expect(items.map(({ strength }) => strength)).toEqual(
      items.map(({ strength }) => strength).sort((a, b) => (a === b ? 0 : a === 'strong' ? -1 : 1)),
    )
  })

  test('a document that says no birth date is found by name and phone', async () => {
    const mine = phone()
    const one = await register({ phone: mine, name: '玛丽' })
    const two = await register({
      phone: mine,
      name: '玛丽',
      id_type: 'permanent_residence',
      id_number: 'FRA330012345678',
    })
    expect(await candidatesOf(as('admin'), one.id, two.id)).toMatchObject([
      { strength: 'strong', reasons: ['same_name_phone'] },
    ])
  })

  test('namesakes with another birth date, or another name with the same phone, are no candidates', async () => {
    const mine = phone()
    const ids = []
    for (const name of ['赵一', '赵一', '赵二']) ids.push((await register({ name, phone: mine })).id)
    expect(await candidatesOf(as('admin'), ...ids)).toEqual([])
  })

  test('they come in pages, every pair once, in one order', async () => {
    const all = await ok<{ items: Candidate[] }>(as('admin').get('/api/v1/duplicate-candidates?limit=200'))
    expect(all.items.length).toBeGreaterThan(3)
    const found: Candidate[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const page: { items: Candidate[]; next_cursor: string | null } = await ok(
        as('admin').get(`/api/v1/duplicate-candidates?limit=1${cursor && `&cursor=${cursor}`}`),
      )
      found.push(...page.items)
      cursor = page.next_cursor
    }
    expect(found).toEqual(all.items)
    expect((await refusal(as('admin').get('/api/v1/duplicate-candidates?cursor=x'))).status).toBe(422)
  })

  test('a district sees the pairs of which it may see both', async () => {
    const somebody = stranger({ phone: phone() })
    const here = await register(somebody)
    const there = await register({ ...somebody, ...passport() }, as('facility2'))
    expect(await candidatesOf(as('district'), here.id, there.id)).toEqual([])
    expect(await candidatesOf(as('admin'), here.id, there.id)).toHaveLength(1)
    await sql`insert into roster_entries (organisation_id, person_id) values (${w.org.home}, ${there.id})`.execute(w.db)
    expect(await candidatesOf(as('health'), here.id, there.id)).toHaveLength(1)
  })

  test('told apart with a reason, a pair is never listed again; saying it twice changes nothing', async () => {
    const pair = await two()
    const person_ids = [pair.survivor, pair.merged]
    expect(await candidatesOf(as('district'), ...person_ids)).toHaveLength(1)
    const dismiss = (reason: string, ids = person_ids) =>
      as('district').post('/api/v1/duplicate-candidates/dismissal', { person_ids: ids, reason })
    expect(await ok(dismiss('同名，已核对'))).toMatchObject({ reason: '同名，已核对' })
    expect(await ok(dismiss('再说一次', person_ids.toReversed()))).toMatchObject({ reason: '同名，已核对' })
    expect(await candidatesOf(as('admin'), ...person_ids)).toEqual([])
    for (const id of person_ids)
      expect((await eventsOf(id)).filter(({ kind }) => kind === 'person.told_apart')).toMatchObject([
        { reason: '同名，已核对', actor_name: 'district' },
      ])
    expect(await refusal(dismiss('同一条', [pair.survivor, pair.survivor]))).toMatchObject({
      status: 422,
      errors: [{ pointer: '/person_ids', code: 'person.same_record' }],
    })
    const foreign = await register({}, as('facility_nb'))
    expect((await dismiss('不是我们的', [pair.survivor, foreign.id])).status).toBe(404)
    expect((await dismiss('')).status).toBe(422)
    await expect(sql`delete from person_distinctions`.execute(w.db)).rejects.toThrow('append-only')
    await expect(sql`update person_distinctions set reason = '别的'`.execute(w.db)).rejects.toThrow('append-only')
  })

  test('whoever registers a likely duplicate is warned, and registers all the same', async () => {
    const somebody = stranger({ phone: phone() })
    const first = await register(somebody)
    expect(first.warnings).toEqual([])
    const second = await register({ ...somebody, id_number: sameDay(somebody.id_number) }, as('facility2'))
    expect(second.warnings).toMatchObject([{ code: 'person.likely_same', message: expect.stringContaining('合并') }])
    expect(second.id).not.toBe(first.id)
    expect((await register(somebody)).warnings).toEqual([])
    const context = await w.context('facility')
    const rows = [somebody, { ...somebody, ...passport() }, stranger({ phone: phone() })]
    const checks = await checkPeople(w.db, context, rows as never)
    expect((await findLikelySame(w.db, checks)).map((warning) => warning?.code)).toEqual([
      undefined,
      'person.likely_same',
      undefined,
    ])
    const page = await as('facility').submit('/console/people', {
      ...somebody,
      ...passport(),
    } as never)
    expect(page.status).toBe(303)
    expect(decodeURIComponent(page.headers.getSetCookie().join())).toContain('可能是同一人')
  })

  test('only those who may merge see them', async () => {
    for (const name of ['facility', 'trainer', 'assessor', 'finance', 'auditor'])
      expect((await as(name).get('/api/v1/duplicate-candidates')).status).toBe(403)
  })
})

describe('merging', () => {
  test('everything goes to the survivor, with its ids, and the merged record holds nothing', async () => {
    const pair = await two()
    const certificate = await furnish(pair.merged, w.org.home2)
    await compete(pair.merged, await contest(), 1)
    await join(pair.merged, await contest())
    const promoted = await contest()
    await propose(pair.merged, promoted)
    await listInBatch(pair.merged, promoted)
    await account(pair.merged, `carer-${events}`)
    const before = await dump(pair.merged)
    const done = await merged(pair.merged, pair.survivor)
    const moved = Object.fromEntries(BELONGINGS.map(({ table }) => [table, before[table].length]))
    // both were on the roster of the first home
    expect(done.moved).toEqual({ ...moved, roster_entries: moved.roster_entries! - 1 })
    expect(done.not_carried).toEqual({ roster_entries: [{ organisation_id: w.org.home }] })
    expect(Object.values(moved).every((count) => count > 0)).toBe(true)
    const after = await dump(pair.merged)
    for (const { table } of BELONGINGS) expect(after[table]).toHaveLength(table === 'roster_entries' ? 1 : 0)
    const survivor = await dump(pair.survivor)
    for (const { table, fact } of BELONGINGS)
      if (fact)
        expect(survivor[table]).toEqual(
          before[table].map((row: string) => row.replaceAll(pair.merged, pair.survivor)).sort(),
        )
    const record = await ok<{ items: { kind: string; id: string }[] }>(
      as('admin').get(`/api/v1/people/${pair.survivor}/record`),
    )
    expect(record.items.find(({ kind }) => kind === 'certificate')?.id).toBe(certificate)
    expect(new Set(record.items.map(({ kind }) => kind))).toEqual(
      new Set([
        'employment',
        'external_certificate',
        'licence',
        'claim',
        'graduation',
        'service',
        'enrolment',
        'certificate',
        'competition',
        'education',
        'conduct',
        'change',
      ]),
    )
  })

  test('what was known before stays readable: closed rows of the merged record remain', async () => {
    const pair = await two()
    const employment = await facts.employ(pair.merged)
    await merged(pair.merged, pair.survivor)
    const rows = await w.db
      .selectFrom('employments')
      .select(['person_id', sql<boolean>`known_to = 'infinity'`.as('current')])
      .where('id', '=', employment)
      .orderBy('known_from')
      .execute()
    expect(rows).toEqual([
      { person_id: pair.merged, current: false },
      { person_id: pair.survivor, current: true },
    ])
    const { rows: gap } = await sql<{ same: boolean }>`
      select (select known_to from employments where person_id = ${pair.merged} and id = ${employment})
        = (select known_from from employments where person_id = ${pair.survivor} and id = ${employment}) as same`.execute(
      w.db,
    )
    expect(gap).toEqual([{ same: true }])
  })

  test('what it wrote again names who merged and why, and the reasons of other versions stay theirs', async () => {
    const pair = await two()
    const start = { post: 'care', contract_kind: 'labour', starts_on: '2025-01-01' }
    await ok(as('facility').post(`/api/v1/people/${pair.merged}/employments`, start), 201)
    const record = await ok<{ items: { kind: string; id: string }[] }>(
      as('facility').get(`/api/v1/people/${pair.merged}/record`),
    )
    const { id } = record.items.find(({ kind }) => kind === 'employment')!
    await merged(pair.merged, pair.survivor)
    await ok(
      as('facility').post(`/api/v1/employments/${id}/correction`, { contract_kind: 'service', reason: '登记有误' }),
    )
    const { items } = await ok<{ items: Record<string, string>[] }>(
      as('facility').get(`/api/v1/employments/${id}/versions`),
    )
    expect(items.map(({ contract_kind, recorded_by, reason }) => [contract_kind, recorded_by, reason])).toEqual([
      ['labour', 'facility 示例', null],
      ['labour', 'admin 示例', '同一人，已核对原件'],
      ['service', 'facility 示例', '登记有误'],
    ])
  })

  test('what the survivor has already stays the survivor’s, and is reported', async () => {
    const pair = await two()
    const event = await contest()
    for (const [id, days] of [
      [pair.survivor, 20],
      [pair.merged, 11],
    ] as const) {
      await facts.employ(id, { starts_on: id === pair.survivor ? '2026-01-01' : '2026-03-01' })
      await facts.attend(id, w.org.home, { '2026-08': days })
      await facts.certify(id, 4)
      await w.db
        .insertInto('education_hours')
        .values({ person_id: id, completed_on: '2026-02-02', hours: days, provider: '甲', subject: '乙' })
        .execute()
    }
    await facts.employ(pair.merged, { post: 'management' })
    await compete(pair.survivor, event, 1)
    await compete(pair.merged, event, 2)
    const done = await merged(pair.merged, pair.survivor)
    expect(done.moved).toEqual({ employments: 1, certificates: 1, person_documents: 1 })
    expect(Object.keys(done.not_carried).sort()).toEqual([
      'competition_entries',
      'education_hours',
      'employments',
      'enrolments',
      'roster_entries',
      'service_months',
    ])
    const months = await w.db
      .selectFrom('service_months')
      .select(['person_id', 'attendance_days'])
      .where('person_id', 'in', [pair.survivor, pair.merged])
      .where('known_to', '=', sql<Date>`'infinity'`)
      .execute()
    expect(months).toEqual([{ person_id: pair.survivor, attendance_days: 20 }])
    // on the survivor's own page nothing is lost: both enrolments and both entries are told
    const { items } = await ok<{ items: { kind: string }[] }>(as('admin').get(`/api/v1/people/${pair.survivor}/record`))
    expect(items.filter(({ kind }) => kind === 'enrolment')).toHaveLength(2)
    expect(items.filter(({ kind }) => kind === 'competition')).toHaveLength(2)
    // but the class has one of them
    const class_id = await w.db
      .selectFrom('enrolments')
      .select('class_id')
      .where('person_id', '=', pair.survivor)
      .executeTakeFirstOrThrow()
    const roster = await ok<{ items: { person_id: string }[] }>(
      as('trainer').get(`/api/v1/classes/${class_id.class_id}/enrolments?limit=200`),
    )
    expect(roster.items.map(({ person_id }) => person_id)).not.toContain(pair.merged)
  })

  test('empty fields of the survivor are filled, full ones stay', async () => {
    const name = '钱补全'
    const bare = await register({ name, ...passport(), education: 'bachelor' })
    const full = await register({ name, phone: phone(), education: 'primary', bank_account: '622200001111222' })
    const done = await merged(full.id, bare.id)
    expect(done.filled.sort()).toEqual(['bank_account', 'birth_date', 'phone', 'sex'])
    const person = await ok<{ education: string; phone: string; bank_account_masked: string; birth_year: number }>(
      as('admin').get(`/api/v1/people/${bare.id}`),
    )
    expect(person).toMatchObject({ education: 'bachelor', phone: String(phones) })
    expect(person.birth_year).toBeGreaterThan(1900)
    await ok(undo(done.id))
    expect(await ok(as('admin').get(`/api/v1/people/${bare.id}`))).toMatchObject({
      ...{ education: 'bachelor', phone: null, bank_account_masked: null, birth_year: null, sex: null },
    })
  })

  test('two resident ID numbers need to be confirmed, and the refusal shows both masked', async () => {
    const [one, other] = [await register(), await register()]
    const refused = await refusal(merge(one.id, other.id))
    expect(refused).toMatchObject({ status: 409, code: 'merge.different_documents' })
    expect(refused.detail).toContain(one.id_number_masked)
    expect(refused.detail).toContain(other.id_number_masked)
    await merged(one.id, other.id, { confirm_different_documents: true })
  })

  test('a record is not merged into itself, nor twice, nor into one that is merged', async () => {
    const pair = await two()
    expect(await refusal(merge(pair.merged, pair.merged))).toMatchObject({
      status: 422,
      errors: [{ pointer: '/into', code: 'merge.itself' }],
    })
    const done = await merged(pair.merged, pair.survivor)
    const third = (await register(passport())).id
    expect(await refusal(merge(pair.merged, third))).toMatchObject({ status: 409, code: 'person.merged' })
    expect(await refusal(merge(third, pair.merged))).toMatchObject({ status: 409, code: 'person.merged' })
    expect((await merge(pair.survivor, pair.merged)).status).toBe(409)
    expect((await merge(third, pair.survivor, { reason: '' })).status).toBe(422)
    expect(done.merged.id).toBe(pair.merged)
  })

  test('only of people within the scope, and only by those who may', async () => {
    const pair = await two()
    const foreign = (await register(passport(), as('facility_nb'))).id
    expect((await merge(foreign, pair.survivor, {}, as('district'))).status).toBe(404)
    expect((await merge(pair.merged, foreign, {}, as('district'))).status).toBe(404)
    expect((await merge(pair.merged, crypto.randomUUID())).status).toBe(404)
    expect((await merge(pair.merged, pair.survivor, {}, as('facility'))).status).toBe(403)
    await ok(merge(pair.merged, pair.survivor, {}, as('district')), 201)
    const { items } = await ok<{ items: Merge[] }>(as('district_nb').get('/api/v1/person-merges'))
    expect(items).toEqual([])
  })

  test('sent again with its key it is answered once', async () => {
    const pair = await two()
    const send = () =>
      as('admin').post(
        `/api/v1/people/${pair.merged}/merge`,
        { into: pair.survivor, reason: '同一人' },
        { key: `merge-${pair.merged}` },
      )
    const first = await send()
    expect(first.headers.get('location')).toMatch(/^\/api\/v1\/person-merges\/[0-9a-f-]{36}$/)
    expect(await ok(send(), 201)).toEqual(await first.json())
    expect((await ok<Merge>(as('admin').get(first.headers.get('location')!))).survivor.id).toBe(pair.survivor)
  })

  test('both histories are kept, on both records, and shown together on the survivor’s', async () => {
    const pair = await two()
    await merged(pair.merged, pair.survivor)
    for (const id of [pair.merged, pair.survivor])
      expect((await eventsOf(id)).at(-1)).toMatchObject({ kind: 'person.merged', reason: '同一人，已核对原件' })
    const { items } = await ok<{ items: { kind: string; facts: { kind: string; merged_from?: string } }[] }>(
      as('admin').get(`/api/v1/people/${pair.survivor}/record`),
    )
    const changes = items.filter(({ kind }) => kind === 'change').map(({ facts }) => [facts.kind, facts.merged_from])
    expect(changes.sort()).toEqual(
      [
        ['person.merged', pair.merged],
        ['person.merged', undefined],
        ['person.registered', pair.merged],
        ['person.registered', undefined],
      ].sort(),
    )
    expect(await text(as('admin').page(`/console/people/${pair.survivor}`))).toContain('已并入的记录')
  })
})

describe('a merged record', () => {
  let pair: Awaited<ReturnType<typeof two>>
  beforeAll(async () => {
    pair = await two()
    await furnish(pair.merged)
    await merged(pair.merged, pair.survivor)
  })

  test('answers the address of its survivor, through a chain of merges, to those who may see that one', async () => {
    const final = (await register(passport())).id
    const chain = await merged(pair.survivor, final)
    for (const path of ['', '/record', '/employments', '/entitlements?month=2026-10']) {
      const answer = await as('admin').get(`/api/v1/people/${pair.merged}${path}`)
      expect([path, answer.status, answer.headers.get('location')]).toEqual([
        ...[path, 308, `/api/v1/people/${final}${path}`],
      ])
      expect(answer.headers.get('cache-control')).toBe('no-store')
    }
    const page = await as('facility').page(`/console/people/${pair.merged}`)
    expect([page.status, page.headers.get('location')]).toEqual([308, `/console/people/${final}`])
    expect((await as('facility_nb').get(`/api/v1/people/${pair.merged}`)).status).toBe(404)
    expect((await as('district_nb').page(`/console/people/${pair.merged}`)).status).toBe(404)
    await ok(undo(chain.id))
    expect((await as('admin').get(`/api/v1/people/${pair.merged}`)).headers.get('location')).toBe(
      `/api/v1/people/${pair.survivor}`,
    )
  })

  test('is in no list, search, count, roster, export, report or candidate, and is back in them after undoing', async () => {
    const name = '慕容合并'
    const mine = phone()
    const one = await register({ name, phone: mine })
    const other = await register({ name, ...passport(), phone: mine })
    // the same of both: what stays with the merged record must not be counted either
    for (const { id } of [one, other]) {
      await facts.employ(id)
      await facts.certify(id, 4)
      await compete(id, await contest(), 1)
    }
    const class_id = (
      await w.db.selectFrom('enrolments').select('class_id').where('person_id', '=', one.id).executeTakeFirstOrThrow()
    ).class_id
    const q = encodeURIComponent(name)
    const figures = async () => {
      const ids = async (client: Client, path: string, key: 'id' | 'person_id') =>
        (await ok<{ items: Record<'id' | 'person_id', string>[] }>(client.get(path))).items
          .map((item) => item[key])
          .filter((id) => [one.id, other.id].includes(id))
          .sort()
      const workbook = await as('facility').page(`/console/people/export?q=${q}`)
      const check = await as('facility').post('/api/v1/certificate-checks', { roster: true })
      const training = await ok<{ totals: { people: number } }>(as('admin').get('/api/v1/reports/training?year=2020'))
      const workforce = await ok<{ totals: { in_post: number } }>(
        as('admin').get('/api/v1/reports/workforce?year=2026'),
      )
      return {
        search: await ids(as('facility'), `/api/v1/people?q=${q}`, 'id'),
        employments: await ids(as('facility'), '/api/v1/employments?limit=200', 'person_id'),
        class: await ids(as('trainer'), `/api/v1/classes/${class_id}/enrolments?limit=200`, 'person_id'),
        counted: /共 (\d+) 人/.exec(await text(as('facility').page(`/console/people?q=${q}`)))?.[1],
        exported: (await readSheet(new Uint8Array(await workbook.arrayBuffer()), 'people.xlsx')).rows.length,
        staff: [one.id, other.id].filter((id) => staff.includes(`days.${id}`)).length,
        checked: ((await check.json()) as { items?: { name: string }[] }).items?.filter((row) => row.name === name)
          .length,
        trained: training.totals.people,
        workforce: JSON.stringify(workforce.totals),
        candidates: (await candidatesOf(as('admin'), one.id, other.id)).length,
      }
    }
    let staff = await text(as('facility').page('/console/staff'))
    const before = await figures()
    expect(before).toMatchObject({ search: [one.id, other.id].sort(), counted: '2', staff: 2, candidates: 1 })
    const done = await merged(other.id, one.id)
    staff = await text(as('facility').page('/console/staff'))
    const after = await figures()
    expect(after).toMatchObject({
      ...{ search: [one.id], employments: [one.id], class: [one.id], counted: '1' },
      ...{ exported: before.exported - 1, staff: 1, candidates: 0, trained: before.trained - 1 },
    })
    expect(after.workforce).not.toBe(before.workforce)
    for (const list of ['service-months', 'education-hours', 'conduct-events'])
      expect((await ok<{ items: [] }>(as('admin').get(`/api/v1/${list}?person_id=${other.id}`))).items).toEqual([])
    await ok(undo(done.id))
    staff = await text(as('facility').page('/console/staff'))
    expect(await figures()).toEqual(before)
  })

  test('takes nothing new: by API 409, and by the database itself', async () => {
    expect(
      await refusal(
        as('facility').post(`/api/v1/people/${pair.merged}/employments`, {
          ...{ post: 'other', contract_kind: 'labour', starts_on: '2020-01-01' },
        }),
      ),
    ).toMatchObject({ status: 409, code: 'person.merged' })
    expect(
      await refusal(as('facility').patch(`/api/v1/people/${pair.merged}`, { education: 'primary' }, 2)),
    ).toMatchObject({
      status: 409,
      code: 'person.merged',
      detail: expect.stringContaining(pair.survivor),
    })
    expect(
      await refusal(
        as('facility').post(`/api/v1/people/${pair.merged}/disclosure`, { field: 'id_number', reason: '核对' }),
      ),
    ).toMatchObject({ status: 409, code: 'person.merged' })
    const month = { person_id: pair.merged, month: '2026-07', attendance_days: 3, social_insurance: true }
    expect(await refusal(as('facility').post('/api/v1/service-months', month))).toMatchObject({
      status: 422,
      errors: [{ pointer: '/person_id', code: 'person.merged', message: expect.stringContaining(pair.survivor) }],
    })
    const person_id = pair.merged
    const organisation_id = w.org.nursery
    for (const insert of [
      () => w.db.insertInto('roster_entries').values({ person_id, organisation_id }).execute(),
      () =>
        w.db
          .insertInto('person_documents')
          .values({
            person_id,
            document_hash: 'x',
            key_id: 'k1',
            id_type: 'passport',
            number_sealed: 'x',
            number_masked: 'x',
          })
          .execute(),
      () =>
        w.db
          .insertInto('service_months')
          .values({ person_id, organisation_id, month: '2026-01-01', attendance_days: 1 })
          .execute(),
      () => facts.train(person_id),
      () => facts.employ(person_id, { organisation_id }),
      () => facts.certify(person_id, 5),
    ])
      await expect(insert()).rejects.toMatchObject({ constraint: 'person_merged', code: 'HY002' })
  })

  test('its documents find the survivor', async () => {
    const mine = { name: '孙双证', ...passport() }
    const one = await register({ name: mine.name })
    const other = await register(mine)
    await merged(other.id, one.id)
    const again = await ok<{ id: string; change: string }>(as('facility').post('/api/v1/people', stranger(mine)), 201)
    expect(again.id).toBe(one.id)
  })

  test('its carer signs in to the survivor’s record', async () => {
    const carers = await two()
    await account(carers.merged, 'carer-moved')
    await merged(carers.merged, carers.survivor)
    expect((await ok<{ person: { id: string } }>(as('carer-moved').get('/api/v1/my-record'))).person.id).toBe(
      carers.survivor,
    )
  })

  test('every table that refers to people follows a merge, or is known to stay', async () => {
    const { rows } = await sql<{ table: string; column: string }>`
      select c.conrelid::regclass::text as table, a.attname as column
      from pg_constraint c join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
      where c.contype = 'f' and c.confrelid = 'people'::regclass and c.conparentid = 0`.execute(w.db)
    const stay = [
      'account_marks.person_id',
      'allowance_ledger.person_id',
      'allowance_settlements.person_id',
      'certificate_moves.from_id',
      'certificate_moves.to_id',
      'payment_results.person_id',
      'payments.person_id',
      'people.merged_into',
      'person_distinctions.first_id',
      'person_distinctions.second_id',
      'person_merges.merged_id',
      'person_merges.survivor_id',
      'recoveries.person_id',
      'recovery_entries.payer_id',
    ]
    const moved = BELONGINGS.map(({ table }) => `${table}.person_id`)
    expect(rows.map(({ table, column }) => `${table}.${column}`).sort()).toEqual([...moved, ...stay].sort())
    const { rows: triggers } = await sql<{ table: string }>`
      select tgrelid::regclass::text as table from pg_trigger
      where tgfoid = 'guard_merged_person'::regproc and tgparentid = 0 order by 1`.execute(w.db)
    expect(triggers.map(({ table }) => table)).toEqual(BELONGINGS.map(({ table }) => table).sort())
  })
})

describe('certificates', () => {
  test('change hands by a merge and say what they said: number, digest and file are the same, and both names prove it', async () => {
    const name = '周凭证'
    const one = await register({ name, ...passport() })
    const id_number = demoPerson(last).id_number
    const other = await register({ name })
    const certificate = await facts.certify(other.id, 4)
    const read = () =>
      w.db.selectFrom('certificates').selectAll().where('id', '=', certificate).executeTakeFirstOrThrow()
    const before = await read()
    const verify = () =>
      ok<{ proof: string }>(w.as(null).get(`/api/v1/verify/${before.number}?id_last4=${id_number.slice(-4)}`))
    const proof = await verify()
    expect(proof).toMatchObject({ proof: 'match' })
    const done = await merged(other.id, one.id)
    expect(await read()).toEqual({ ...before, person_id: one.id })
    expect(await verify()).toMatchObject({ ...proof, checked_at: expect.any(String) })
    await ok(undo(done.id))
    expect(await read()).toEqual(before)
  })

  test('the database lets nothing else change, and nobody else move one', async () => {
    const pair = await two()
    const id = await facts.certify(pair.merged, 4)
    const move = (to: string) => sql`update certificates set person_id = ${to} where id = ${id}`.execute(w.db)
    await expect(move(pair.survivor)).rejects.toThrow('by a merge alone')
    const done = await merged(pair.merged, pair.survivor)
    await expect(move(pair.merged)).rejects.toThrow('by a merge alone')
    await expect(sql`update certificates set holder_name = '别人' where id = ${id}`.execute(w.db)).rejects.toThrow(
      'append-only',
    )
    await expect(
      sql`update certificates set person_id = ${pair.merged}, level = 1 where id = ${id}`.execute(w.db),
    ).rejects.toThrow('append-only')
    await expect(sql`delete from certificates where id = ${id}`.execute(w.db)).rejects.toThrow('append-only')
    await expect(sql`truncate certificates cascade`.execute(w.db)).rejects.toThrow('append-only')
    await expect(sql`delete from certificate_moves`.execute(w.db)).rejects.toThrow('append-only')
    await ok(undo(done.id))
    await expect(move(pair.survivor)).rejects.toThrow('by a merge alone')
    const later = await facts.certify(pair.survivor, 5)
    await expect(
      sql`update certificates set person_id = ${pair.merged} where id = ${later}`.execute(w.db),
    ).rejects.toThrow('by a merge alone')
  })

  test('merges are written once and undone once, and the mark on the person follows them', async () => {
    const pair = await two()
    const done = await merged(pair.merged, pair.survivor)
    const change = (set: ReturnType<typeof sql>) =>
      sql`update person_merges set ${set} where id = ${done.id}`.execute(w.db)
    await expect(change(sql`reason = '别的'`)).rejects.toThrow('written once')
    await expect(change(sql`moved = '{}'`)).rejects.toThrow('written once')
    await expect(sql`delete from person_merges where id = ${done.id}`.execute(w.db)).rejects.toThrow('append-only')
    await expect(sql`update people set merged_into = null where id = ${pair.merged}`.execute(w.db)).rejects.toThrow(
      'no standing',
    )
    await expect(
      sql`update people set merged_into = ${pair.merged} where id = ${pair.survivor}`.execute(w.db),
    ).rejects.toThrow('no standing')
    await ok(undo(done.id))
    await expect(change(sql`undone_at = null, undone_by = null, undo_reason = null`)).rejects.toThrow('undone once')
    await expect(change(sql`kept = '{"x": []}'`)).rejects.toThrow('undone once')
  })
})

describe('undoing', () => {
  test('restores every table exactly, whatever both had', async () => {
    const pair = await two({ education: 'bachelor' })
    const event = await contest()
    for (const [at, id] of [pair.survivor, pair.merged].entries()) {
      await furnish(id)
      await facts.employ(id, { post: 'other', starts_on: `202${at}-01-01` })
      await facts.attend(id, w.org.home2, { [`2026-0${at + 1}`]: 20 })
      await compete(id, event, at + 1)
    }
    await compete(pair.merged, await contest(), 1)
    await join(pair.merged, await contest())
    await account(pair.merged, 'carer-undone')
    await sql`update people set bank_account_masked = '6222****1', bank_account_sealed = 'sealed' where id = ${pair.merged}`.execute(
      w.db,
    )
    await sql`update people set bank_account_masked = null, bank_account_sealed = null where id = ${pair.survivor}`.execute(
      w.db,
    )
    const before = await dump(pair.survivor, pair.merged)
    const done = await merged(pair.merged, pair.survivor)
    expect(Object.keys(done.not_carried).length).toBeGreaterThan(3)
    expect(await dump(pair.survivor, pair.merged)).not.toEqual(before)
    const undone = await ok<Merge>(undo(done.id))
    expect(undone).toMatchObject({ kept: {}, undone_at: expect.any(String) })
    expect(await dump(pair.survivor, pair.merged)).toEqual(before)
    expect((await as('admin').get(`/api/v1/people/${pair.merged}`)).status).toBe(200)
    for (const id of [pair.merged, pair.survivor])
      expect((await eventsOf(id)).at(-1)).toMatchObject({ kind: 'person.merge_undone', reason: '合并有误' })
    // and once more, as if nothing had been
    const again = await merged(pair.merged, pair.survivor)
    expect(again.moved).toEqual(done.moved)
    await ok(undo(again.id))
    expect(await dump(pair.survivor, pair.merged)).toEqual(before)
  })

  test('a chain is undone from its end, and then every link restores what it moved', async () => {
    const pair = await two()
    await furnish(pair.merged)
    const third = (await register(passport())).id
    const ids = [pair.survivor, pair.merged, third]
    const before = await dump(...ids)
    const first = await merged(pair.merged, pair.survivor)
    const second = await merged(pair.survivor, third)
    expect(await refusal(undo(first.id))).toMatchObject({ status: 409, code: 'merge.survivor_merged' })
    await ok(undo(second.id))
    expect((await ok<Merge>(undo(first.id))).kept).toEqual({})
    expect(await dump(...ids)).toEqual(before)
  })

  test('what has changed since stays with the survivor and is reported', async () => {
    const pair = await two()
    await sql`update people set education = 'bachelor' where id = ${pair.merged}`.execute(w.db)
    const employment = await facts.employ(pair.merged)
    await facts.attend(pair.merged, w.org.home, { '2026-09': 22, '2026-10': 22 })
    await facts.certify(pair.merged, 4)
    const done = await merged(pair.merged, pair.survivor)
    await ok(as('facility').post(`/api/v1/employments/${employment}/ending`, { ends_on: '2026-11-01', reason: '辞职' }))
    await sql`update enrolments set status_reason = '改过', status = 'failed' where person_id = ${pair.survivor}`.execute(
      w.db,
    )
    await sql`update people set education = 'primary' where id = ${pair.survivor}`.execute(w.db)
    const undone = await ok<Merge>(undo(done.id))
    expect(undone.kept).toEqual({
      employments: [{ id: employment }],
      enrolments: [{ id: expect.any(String), status: 'completed' }],
      people: [{ field: 'education' }],
    })
    const back = await dump(pair.merged)
    expect([back.employments.length, back.service_months.length, back.certificates.length]).toEqual([0, 2, 1])
    expect((await dump(pair.survivor)).employments).toHaveLength(1)
  })

  test('once, by those who see the survivor, with a reason', async () => {
    const pair = await two()
    const done = await merged(pair.merged, pair.survivor)
    expect((await undo(done.id, as('district_nb'))).status).toBe(404)
    expect((await undo(done.id, as('facility'))).status).toBe(403)
    expect((await as('admin').post(`/api/v1/person-merges/${done.id}/undoing`, {})).status).toBe(422)
    await ok(undo(done.id, as('health')))
    expect(await refusal(undo(done.id))).toMatchObject({ status: 409, code: 'merge.undone' })
    const { items } = await ok<{ items: Merge[] }>(as('district').get('/api/v1/person-merges?limit=200'))
    expect(items.find(({ id }) => id === done.id)).toMatchObject({ undone_by: 'health 示例', undo_reason: '合并有误' })
  })
})

describe('at the same time', () => {
  const attempt = async (username: string, from: string, into: string) => {
    const context = await w.context(username)
    return w.db.transaction().execute((tx) => mergePeople(tx, context, from, { into, reason: '同时' }))
  }
  const outcomes = async (tries: Promise<unknown>[]) =>
    (await Promise.allSettled(tries)).map((one) => (one.status === 'fulfilled' ? 'done' : one.reason.code)).sort()

  test('of two officers who merge the same pair exactly one wins', async () => {
    for (let round = 0; round < 5; round++) {
      const pair = await two()
      expect(
        await outcomes(['admin', 'district', 'health'].map((name) => attempt(name, pair.merged, pair.survivor))),
      ).toEqual(['done', 'person.merged', 'person.merged'])
    }
  })

  test('of a into b and b into a exactly one wins', async () => {
    for (let round = 0; round < 5; round++) {
      const pair = await two()
      expect(
        await outcomes([attempt('admin', pair.merged, pair.survivor), attempt('district', pair.survivor, pair.merged)]),
      ).toEqual(['done', 'person.merged'])
    }
  })

  test('a fact recorded meanwhile is moved or refused, never left on the merged record', async () => {
    for (let round = 0; round < 5; round++) {
      const pair = await two()
      const employ = as('facility').post(`/api/v1/people/${pair.merged}/employments`, {
        ...{ post: 'care', contract_kind: 'labour', starts_on: '2026-01-05' },
      })
      const join = w.db
        .insertInto('roster_entries')
        .values({ person_id: pair.merged, organisation_id: w.org.home2 })
        .execute()
        .catch(({ constraint }) => expect(constraint).toBe('person_merged'))
      const [answer, done] = await Promise.all([employ, merge(pair.merged, pair.survivor), join])
      expect(done.status).toBe(201)
      expect([201, 409]).toContain(answer.status)
      expect(await dump(pair.merged)).toMatchObject({ employments: [], roster_entries: [expect.any(String)] })
    }
  })
})

describe('allowances', () => {
  let keys = 0
  const key = () => ({ key: `merging-${++keys}` })
  const decide = (name: string, run_id: string, step: string) =>
    ok(as(name).post(`/api/v1/allowance-runs/${run_id}/${step}`, {}, key()))
  async function computed(month: string) {
    const run = await ok<{ id: string }>(
      as('district').post(
        '/api/v1/allowance-runs',
        { scheme_code: 'hz-special-post', month, district_code: '330106' },
        key(),
      ),
      202,
    )
    return run.id
  }
  async function approved(month: string) {
    const id = await computed(month)
    await w.runJobs()
    await decide('district', id, 'submission')
    await reviewRun(w, id)
    w.clock.now = new Date(w.clock.now.getTime() + 8 * 86_400_000)
    await decide('finance', id, 'approval')
    return id
  }
  const lineRows = (run: string, ...ids: string[]) =>
    w.db
      .selectFrom('allowance_lines')
      .select(['person_id', sql<string>`to_char(month, 'YYYY-MM')`.as('month'), 'kind', 'amount_fen'])
      .where('run_id', '=', run)
      .where('person_id', 'in', ids)
      .orderBy('month')
      .orderBy('kind')
      .execute()
  const booked = (...ids: string[]) =>
    w.db
      .selectFrom('allowance_ledger')
      .select([sql<string>`to_char(month, 'YYYY-MM')`.as('month'), sql<number>`sum(amount_fen)::bigint`.as('sum')])
      .where('person_id', 'in', ids)
      .groupBy('month')
      .orderBy('month')
      .execute()

  let split: { merged: string; survivor: string }
  let double: { merged: string; survivor: string }
  let merges: string[]
  beforeAll(async () => {
    // nobody of the other tests is in the runs of these
    await sql`update employments set known_to = clock_timestamp() where known_to = 'infinity'`.execute(w.db)
    const answer = await as('admin').post(
      '/api/v1/schemes/hz-special-post/versions/1/confirmation',
      CONFIRMATION,
      key(),
    )
    if (!answer.ok) expect.fail(await answer.text())
  })

  test('what was approved stays with its record; the next run recovers there and pays here, in sum what one person is due', async () => {
    // all that earns the allowance is on the one record, and the other is bare
    const whole = await facts.carer({ name: '合一', level: 4 })
    split = { merged: whole.id, survivor: await facts.person({ name: '合一' }) }
    // both records are paid for the same months
    const [left, right] = [await facts.carer({ name: '双领', level: 4 }), await facts.carer({ name: '双领', level: 4 })]
    double = { merged: left.id, survivor: right.id }
    await approved('2026-09')
    expect(await booked(split.merged, split.survivor)).toEqual([{ month: '2026-09', sum: 40000 }])
    expect(await booked(double.merged, double.survivor)).toEqual([{ month: '2026-09', sum: 80000 }])
    const before = await w.db.selectFrom('allowance_ledger').selectAll().orderBy('person_id').execute()
    merges = []
    for (const { merged: from, survivor } of [split, double])
      merges.push((await merged(from, survivor, { confirm_different_documents: true })).id)
    expect(await w.db.selectFrom('allowance_ledger').selectAll().orderBy('person_id').execute()).toEqual(before)
    const october = await approved('2026-10')
    expect(await lineRows(october, split.merged)).toMatchObject([
      { month: '2026-09', kind: 'recovery', amount_fen: -40000 },
    ])
    expect(await lineRows(october, split.survivor)).toMatchObject([
      { month: '2026-09', kind: 'back_pay', amount_fen: 40000 },
      { month: '2026-10', kind: 'normal', amount_fen: 40000 },
    ])
    expect(await lineRows(october, double.merged)).toMatchObject([
      { month: '2026-09', kind: 'recovery', amount_fen: -40000 },
    ])
    for (const { merged: from, survivor } of [split, double])
      expect(await booked(from, survivor)).toEqual([
        { month: '2026-09', sum: 40000 },
        { month: '2026-10', sum: 40000 },
      ])
  })

  test('the survivor’s page shows the allowances of both records', async () => {
    const { items } = await ok<{ items: { kind: string; facts: { amount_fen: number } }[] }>(
      as('admin').get(`/api/v1/people/${split.survivor}/record`),
    )
    const amounts = items.filter(({ kind }) => kind === 'allowance').map(({ facts }) => facts.amount_fen)
    expect(amounts.sort((a, b) => a - b)).toEqual([-40000, 40000, 40000, 40000])
  })

  /** Of a person's months those that runs have lines of: what is booked, and each line with whose record it was. */
  const monthsOf = async (person_id: string, { merged, survivor }: typeof split) => {
    const { items } = await ok<{ items: Month[] }>(as('admin').get(`/api/v1/people/${person_id}/allowance-months`))
    const record = { [merged]: 'merged', [survivor]: 'survivor' }
    return items
      .filter(({ lines }) => lines.length > 0)
      .map(({ month, booked_fen, difference_fen, lines }) => ({
        ...{ month, booked_fen, difference_fen },
        lines: lines.map((line) => `${record[line.person_id]} ${line.kind} ${line.amount_fen}`).sort(),
      }))
  }
  interface Month {
    month: string
    booked_fen: number | null
    difference_fen: number
    lines: { person_id: string; kind: string; amount_fen: number }[]
  }

  test('the survivor’s months show the lines of both records and what is booked of both; the page says whose each was', async () => {
    const { merged: from, survivor } = split
    expect(await monthsOf(survivor, split)).toEqual([
      { month: '2026-10', booked_fen: 40000, difference_fen: 0, lines: ['survivor normal 40000'] },
      {
        ...{ month: '2026-09', booked_fen: 40000, difference_fen: 0 },
        lines: ['merged normal 40000', 'merged recovery -40000', 'survivor back_pay 40000'],
      },
    ])
    // paid twice, recovered once
    expect(await monthsOf(double.survivor, double)).toContainEqual({
      ...{ month: '2026-09', booked_fen: 40000, difference_fen: 0 },
      lines: ['merged normal 40000', 'merged recovery -40000', 'survivor normal 40000'],
    })
    const page = await (await as('admin').page(`/console/people/${survivor}/allowance-months`)).text()
    expect(page.match(/合并前的另一条档案/g)).toHaveLength(2)
    expect(page).toContain(`/lines/${from}/2026-09`)
  })

  test('after undoing, the next run turns the money round again', async () => {
    await ok(undo(merges[0]!))
    // each has its own months again
    for (const record of ['merged', 'survivor'] as const) {
      const lines = (await monthsOf(split[record], split)).flatMap((one) => one.lines)
      expect(new Set(lines.map((line) => line.split(' ')[0]))).toEqual(new Set([record]))
    }
    w.clock.now = new Date('2026-12-20T02:00:00Z')
    await facts.attend(split.merged, w.org.home, { '2026-11': 22 })
    const november = await approved('2026-11')
    expect(await lineRows(november, split.survivor)).toMatchObject([
      { month: '2026-09', kind: 'recovery', amount_fen: -40000 },
      { month: '2026-10', kind: 'recovery', amount_fen: -40000 },
    ])
    expect(await booked(split.merged)).toEqual([
      { month: '2026-09', sum: 40000 },
      { month: '2026-10', sum: 40000 },
      { month: '2026-11', sum: 40000 },
    ])
    expect((await booked(split.survivor)).map(({ sum }) => sum)).toEqual([0, 0])
  })

  test('a merge while a run is computed changes none of its lines', async () => {
    const whole = await facts.carer({
      name: '正算',
      attendance: { '2026-12': 22 },
      hours: 80,
      completed_on: '2026-06-01',
    })
    const bare = await facts.person({ name: '正算' })
    w.clock.now = new Date('2027-01-10T02:00:00Z')
    const id = await computed('2026-12')
    const admin = await w.context('admin')
    const slice = allowanceRunJob({ slice: 1 })
    let done = false
    const handler: JobHandler = async (tx, context, job, beside) => {
      const answer = await slice(tx, context, job, beside)
      if (!done && job.position === null) {
        done = true
        // the cutoff is read: from here on the run sees the whole record
        await mergePeople(tx, admin, whole.id, {
          ...{ into: bare, reason: '计算中', confirm_different_documents: true },
        })
      }
      return answer
    }
    while (await runSlice(w.db, w.deps, { 'allowances.run': handler }));
    expect(done).toBe(true)
    expect(await lineRows(id, whole.id, bare)).toMatchObject([
      { person_id: whole.id, month: '2026-12', amount_fen: 40000 },
    ])
  })
})

describe('pages', () => {
  test('pairs stand side by side with what differs, and lead to the decisions', async () => {
    const somebody = stranger({ phone: phone(), education: 'primary' })
    const one = await register(somebody)
    const other = await register({ ...somebody, id_number: sameDay(somebody.id_number), education: 'bachelor' })
    let html = await text(as('district').page('/console/duplicates'))
    for (
      let next = /rel="next" href="([^"]+)"/.exec(html)?.[1];
      next;
      next = /rel="next" href="([^"]+)"/.exec(html.slice(-3000))?.[1]
    )
      html += await text(as('district').page(next.replaceAll('&amp;', '&')))
    expect(html).toContain(`/console/people/${other.id}/merge?into=${one.id}`)
    expect(html).toContain(`/console/people/${one.id}/merge?into=${other.id}`)
    expect(html).toContain('很可能是同一人')
    expect(html).toContain('不同')
    expect(html).not.toContain(somebody.id_number)

    const confirm = `/console/people/${other.id}/merge`
    const asked = await text(as('district').page(`${confirm}?into=${one.id}`))
    expect(asked).toContain('证件 1')
    expect(asked).toContain('号码不同但确属同一人')
    const refused = await text(as('district').submit(confirm, { into: one.id, reason: '同一人' }), 409)
    expect(refused).toContain('居民身份证号码不同')
    expect(refused).toContain('同一人')
    expect(await text(as('district').submit(confirm, { into: one.id, reason: '' }), 422)).toContain('field-reason')
    const done = await as('district').submit(confirm, {
      ...{ into: one.id, reason: '同一人', confirm_different_documents: 'true' },
    })
    expect([done.status, done.headers.get('location')]).toEqual([303, `/console/people/${one.id}`])
    expect(decodeURIComponent(done.headers.getSetCookie().join())).toContain('两条记录已合并')

    const list = await text(as('district').page('/console/person-merges'))
    const [, undoing] = /href="(\/console\/person-merges\/[0-9a-f-]+\/undoing)"/.exec(list)!
    expect(await text(as('district').page(undoing!))).toContain('撤销理由')
    expect(await text(as('district').submit(undoing!, { reason: '' }), 422)).toContain('field-reason')
    const undone = await as('district').submit(undoing!, { reason: '点错了' })
    expect(undone.headers.get('location')).toBe('/console/person-merges')
    expect(await text(as('district').page('/console/person-merges'))).toContain('已撤销')
    expect(await text(as('district').submit(undoing!, { reason: '再来' }), 409)).toContain('已经撤销过')

    const apart = `/console/duplicates/dismissal?first=${one.id}&second=${other.id}`
    expect(await text(as('district').page(apart))).toContain('认定不是同一人')
    expect(
      await text(
        as('district').submit('/console/duplicates/dismissal', { first: one.id, second: other.id, reason: '' }),
        422,
      ),
    ).toContain('field-reason')
    const told = await as('district').submit('/console/duplicates/dismissal', {
      ...{ first: one.id, second: other.id, reason: '双胞胎' },
    })
    expect(told.headers.get('location')).toBe('/console/duplicates')
    expect(await candidatesOf(as('district'), one.id, other.id)).toEqual([])
  })

  test('in English too, for those who may, and an address that names nobody is 404', async () => {
    const { survivor, merged: other } = await two()
    const english = { 'accept-language': 'en', accept: 'text/html' }
    expect(await text(as('admin').get('/console/duplicates', english))).toContain('Probably one person')
    expect(await text(as('admin').get(`/console/people/${other}/merge?into=${survivor}`, english))).toContain(
      'Merge two records',
    )
    expect((await as('admin').page(`/console/people/${other}/merge`)).status).toBe(404)
    expect((await as('admin').page(`/console/people/${other}/merge?into=x`)).status).toBe(404)
    expect((await as('admin').page('/console/duplicates/dismissal')).status).toBe(404)
    expect((await as('admin').page(`/console/duplicates?cursor=${'x'.repeat(900)}`)).status).toBe(422)
    expect((await as('facility').page('/console/duplicates')).status).toBe(403)
    expect(await text(as('facility').page('/console'))).not.toContain('/console/duplicates')
    expect(await text(as('health').page('/console'))).toContain('/console/duplicates')
  })
})

test('nothing was an internal fault', () => expect(w.faults).toEqual([]))
