/** The review of a run: routes by kind of facility, findings, the sample, held lines, and three people. */
import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { confirmVersion } from '../../src/allowances/actions.ts'
import { confirmationShape } from '../../src/allowances/confirmation-shapes.ts'
import { registerOrganisation } from '../../src/organisations/actions.ts'
import { allowanceWorld, CONFIRMATION } from '../support/allowance-world.ts'
import { clientsOf, codes, ok, refused } from '../support/answers.ts'
import { type TestDatabase, testDatabase } from '../support/database.ts'
import { reviewRun } from '../support/reviewing.ts'
import { type World, world } from '../support/world.ts'

const HZ = 'hz-special-post'
let database: TestDatabase
let w: World
let facts: Awaited<ReturnType<typeof allowanceWorld>>
let centre: string
let cityHome: string
const as = clientsOf(() => w)
const key = () => ({ key: crypto.randomUUID() })

beforeAll(async () => {
  database = await testDatabase()
})
beforeEach(async () => {
  await database.reset()
  w = await world(database)
  as.forget()
  facts = await allowanceWorld(w)
  const admin = await w.context('admin')
  const add = async (name: string, facility_kind: string) => {
    const input = { name, facility_kind, district_code: '330106', kinds: ['care_facility'], filed_from: '2020-01-01' }
    return (await w.db.transaction().execute((tx) => registerOrganisation(tx, admin, input as never))).id
  }
  centre = await add('示例西湖居家养老服务中心', 'home_care_centre')
  cityHome = await add('示例市属颐养院', 'city_home')
  await w.db.transaction().execute((tx) => confirmVersion(tx, admin, HZ, 1, confirmationShape.parse(CONFIRMATION)))
})
afterAll(() => database.close())

const run = (id: string, path = '') => `/api/v1/allowance-runs/${id}${path}`
async function compute(month = '2026-10') {
  const asked = { scheme_code: HZ, month, district_code: '330106' }
  const { id } = await ok(as('district').post('/api/v1/allowance-runs', asked, key()), 202)
  await w.runJobs()
  return id as string
}
const submit = (id: string, username = 'district') => as(username).post(run(id, '/submission'), {}, key())
async function submitted(month?: string) {
  const id = await compute(month)
  await ok(submit(id))
  return id
}
const review = (id: string, reviewer: string, username: string, more: object = { decision: 'agreed' }) =>
  as(username).post(run(id, '/reviews'), { reviewer, ...more }, key())
const approve = (id: string, username = 'finance') => as(username).post(run(id, '/approval'), {}, key())
const reviewOf = (id: string) => ok(as('admin').get(run(id, '/review')))
const findingsOf = async (id: string) => (await ok(as('admin').get(run(id, '/findings?limit=200')))).items
const linesOf = async (id: string) => (await ok(as('admin').get(run(id, '/lines?limit=200')))).items
const sampleOf = (id: string) => ok(as('admin').get(run(id, '/sample')))
const answer = (id: string, finding_ids: string[], verdict: string, username = 'city') =>
  as(username).post(run(id, '/finding-answers'), { finding_ids, verdict, reason: '已电话核实' }, key())
async function inspect(id: string, username: string, kinds: string[], passed = true) {
  const { items } = await sampleOf(id)
  const chosen = items.filter((one: { facility_kind: string }) => kinds.includes(one.facility_kind))
  const results = chosen.map(({ person_id, month }: { person_id: string; month: string }) => ({
    person_id,
    month,
    passed,
    note: '现场核实',
  }))
  return as(username).post(run(id, '/inspections'), { items: results }, key())
}
const hold = (id: string, person_id: string, month = '2026-10', username = 'district') =>
  as(username).post(run(id, '/holds'), { person_id, month, reason: '合同正在核实' }, key())
const release = (id: string, username = 'district') =>
  as(username).post(`/api/v1/line-holds/${id}/release`, { reason: '合同已核实' }, key())

describe('routes by kind of facility', () => {
  test('a centre is reviewed by the township, a home by the district, a home of the city by the city, and nothing is approved before all three', async () => {
    await facts.carer({ organisation_id: centre })
    await facts.carer()
    await facts.carer({ organisation_id: cityHome })
    const id = await submitted()
    expect((await reviewOf(id)).steps).toMatchObject([
      { reviewer: 'township', lines: 1, payable: 1, amount_fen: 40000, open_inspections: 1, decided_by: null },
      { reviewer: 'district', lines: 1, payable: 1 },
      { reviewer: 'city', lines: 1, payable: 1 },
    ])
    // each by its own authority, none by whoever made the run
    expect(await refused(review(id, 'township', 'city'))).toEqual([409, 'review.other_step'])
    expect(await refused(review(id, 'district', 'township'))).toEqual([409, 'review.other_step'])
    expect(await refused(review(id, 'city', 'district'))).toEqual([409, 'run.own_work'])
    expect((await review(id, 'township', 'finance')).status).toBe(403)
    expect((await review(id, 'township', 'district2')).status).toBe(404)
    expect(await codes(review(id, 'township', 'township'))).toBe('review.sample_open')
    await ok(inspect(id, 'township', ['home_care_centre']))
    await ok(review(id, 'township', 'township'))
    expect(await codes(review(id, 'township', 'township'))).toBe('review.decided')
    expect(await refused(approve(id))).toEqual([409, 'run.not_reviewed'])
    await ok(inspect(id, 'city', ['home', 'city_home']))
    await ok(review(id, 'district', 'city'))
    expect((await reviewOf(id)).status).toBe('submitted')
    await ok(review(id, 'city', 'city'))
    expect((await reviewOf(id)).status).toBe('reviewed')
    expect((await ok(approve(id))).status).toBe('approved')
    const { routes, parameters } = await ok(as('admin').get('/api/v1/review-rules'))
    expect(routes.every((one: { citation: string; confidence: string }) => one.citation && one.confidence)).toBe(true)
    expect(parameters.find((one: { code: string }) => one.code === 'sample_percent')).toMatchObject({
      confidence: 'inferred',
    })
  })

  test('a step that is sent back rejects the run with its reason, and the month is computed anew', async () => {
    await facts.carer({ organisation_id: centre })
    const id = await submitted()
    expect(await codes(review(id, 'township', 'township', { decision: 'returned' }))).toEqual(['input.invalid_type'])
    const back = await ok(review(id, 'township', 'township', { decision: 'returned', reason: '名单有误' }))
    expect(back.status).toBe('rejected')
    expect(await codes(review(id, 'township', 'township'))).toBe('run.not_submitted')
    expect(await compute()).not.toBe(id)
  })

  test('a step the run does not have is refused, and a run without anybody is the district’s', async () => {
    const id = await submitted()
    expect((await reviewOf(id)).steps).toMatchObject([{ reviewer: 'district', lines: 0 }])
    expect(await codes(review(id, 'city', 'city'))).toBe('review.no_step')
    await ok(review(id, 'district', 'city'))
    await ok(approve(id))
  })
})

describe('three people', () => {
  test('maker, checker and approver are different people, whoever writes the tables', async () => {
    await facts.carer()
    const id = await submitted()
    const { district, finance, city } = w.accounts
    const insert = (statement: ReturnType<typeof sql>) => statement.execute(w.db)
    const reviewed = (by: string) =>
      insert(sql`insert into run_reviews (run_id, reviewer, decided_by) values (${id}::uuid, 'district', ${by}::uuid)`)
    const approved = (by: string) =>
      insert(
        sql`insert into allowance_decisions (run_id, kind, decided_by) values (${id}::uuid, 'approval', ${by}::uuid)`,
      )
    await expect(reviewed(district!)).rejects.toMatchObject({ constraint: 'run_checked_by_others' })
    await expect(approved(finance!)).rejects.toMatchObject({ constraint: 'allowance_decisions_reviewed' })
    await expect(reviewed(city!)).rejects.toMatchObject({ constraint: 'run_reviews_inspected' })
    await reviewRun(w, id)
    await expect(approved(city!)).rejects.toMatchObject({ constraint: 'run_approved_by_others' })
    await expect(approved(district!)).rejects.toMatchObject({ constraint: 'run_approved_by_others' })
    await expect(reviewed(finance!)).rejects.toThrow()
    for (const statement of [
      sql`update run_reviews set reason = '改'`,
      sql`delete from run_inspections`,
      sql`delete from run_samples`,
      sql`update run_findings set evidence = '{}'`,
      sql`truncate line_releases`,
    ])
      await expect(statement.execute(w.db)).rejects.toThrow()
  })
})

describe('held lines', () => {
  test('a held line is neither published, booked nor paid; released it comes as late payment in the next run', async () => {
    const kept = await facts.carer({ name: '照发' })
    const doubted = await facts.carer({ name: '存疑' })
    const id = await submitted('2026-08')
    expect(await codes(hold(id, w.org.home!, '2026-08'))).toBe('not_found')
    const held = await ok(hold(id, doubted.id, '2026-08'), 201)
    expect(held).toMatchObject({ cause: 'officer', reason: '合同正在核实', amount_fen: 40000, released_at: null })
    expect(await codes(hold(id, doubted.id, '2026-08'))).toBe('hold.stands')
    await reviewRun(w, id)
    expect(await reviewOf(id)).toMatchObject({ held_count: 1, held_fen: 40000 })
    const opening = { starts_on: '2026-11-24', days: 1, day_kind: 'calendar', place: '区民政局网站' }
    const publicity = await ok(as('district').post(run(id, '/publicity'), opening), 201)
    expect(publicity).toMatchObject({ line_count: 1, total_fen: 40000 })
    expect(await codes(release(held.id))).toBe('hold.published')
    w.clock.now = new Date('2026-11-25T02:00:00Z')
    as.forget()
    await ok(as('district').post(`/api/v1/publicities/${publicity.id}/closing`, {}))
    expect(await ok(approve(id))).toMatchObject({ total_fen: 80000, held_count: 1, held_fen: 40000 })
    const file = await ok(as('finance').post(run(id, '/payment-file'), { format: 'csv' }, key()))
    expect(file).toMatchObject({ row_count: 1, total_fen: 40000 })
    expect((await linesOf(id)).map((line: { held: boolean }) => line.held).sort()).toEqual([false, true])

    // while it stands it comes back in the next run, held there too
    const next = await submitted('2026-09')
    const late = (await linesOf(next)).find(
      (line: { person_id: string; month: string }) => line.person_id === doubted.id && line.month === '2026-08',
    )
    expect(late).toMatchObject({ kind: 'back_pay', amount_fen: 40000, held: true })
    await reviewRun(w, next)
    expect(await ok(approve(next))).toMatchObject({ held_count: 1, held_fen: 40000 })
    const september = await facts.carer({ name: '后来' })
    expect(september.id).not.toBe(kept.id)

    expect(await ok(release(held.id))).toMatchObject({ release_reason: '合同已核实' })
    expect(await codes(release(held.id))).toBe('hold.released')
    // neither closed month is rewritten
    expect((await linesOf(id)).filter((line: { held: boolean }) => line.held)).toHaveLength(1)
    const last = await submitted('2026-10')
    expect((await linesOf(last)).filter((line: { month: string }) => line.month === '2026-08')).toMatchObject([
      { person_id: doubted.id, kind: 'back_pay', amount_fen: 40000, held: false },
      { person_id: september.id, kind: 'back_pay' },
    ])
    await reviewRun(w, last)
    await ok(approve(last))
    const { rows } = await sql<{ month: string; seq: number; amount_fen: number }>`
      select to_char(month, 'YYYY-MM') as month, seq, amount_fen from allowance_ledger where person_id = ${doubted.id}::uuid order by month, seq`.execute(
      w.db,
    )
    expect(rows).toEqual([
      { month: '2026-08', seq: 0, amount_fen: 40000 },
      { month: '2026-09', seq: 0, amount_fen: 40000 },
      { month: '2026-10', seq: 0, amount_fen: 40000 },
    ])
  })

  test('one that is released before approval is paid with its own run, and may be held again', async () => {
    const { id: person_id } = await facts.carer()
    const id = await submitted()
    const first = await ok(hold(id, person_id), 201)
    await ok(release(first.id))
    const second = await ok(hold(id, person_id), 201)
    expect(second.id).not.toBe(first.id)
    await ok(release(second.id))
    await reviewRun(w, id)
    expect(await ok(approve(id))).toMatchObject({ held_count: 0, held_fen: 0 })
    expect((await ok(as('admin').get(run(id, '/holds')))).items).toHaveLength(2)
    expect(await codes(hold(id, person_id))).toBe('run.phase_over')
    expect((await release(second.id, 'district2')).status).toBe(404)
    expect((await release(second.id, 'facility')).status).toBe(403)
  })

  test('a line that pays nothing, a run that is not submitted, and a ledger that books a held line are refused', async () => {
    const refusedOne = await facts.carer({ attendance: { '2026-10': 5 } })
    const paid = await facts.carer()
    const id = await compute()
    expect(await codes(hold(id, paid.id))).toBe('run.phase_over')
    await ok(submit(id))
    expect(await codes(hold(id, refusedOne.id))).toBe('hold.nothing_due')
    await ok(hold(id, paid.id, '2026-10', 'finance'), 201)
    await expect(
      sql`insert into allowance_ledger (person_id, scheme_code, month, seq, entitlement_fen, run_id)
        values (${paid.id}::uuid, ${HZ}, '2026-10-01', 0, 40000, ${id}::uuid)`.execute(w.db),
    ).rejects.toMatchObject({ constraint: 'allowance_ledger_held' })
  })
})

describe('findings', () => {
  const kinds = async (id: string) =>
    (await findingsOf(id)).map(({ kind, person_id }: { kind: string; person_id: string | null }) => [kind, person_id])

  test('an account of several people is found, wherever the other one works, and never by opening it again', async () => {
    const [one, other, alone] = [
      await facts.carer({ bank_account: '6222000099' }),
      await facts.carer({ bank_account: '6222000099', organisation_id: w.org.home2! }),
      await facts.carer({ bank_account: '6222000100' }),
    ]
    await as('district2').post(
      '/api/v1/allowance-runs',
      { scheme_code: HZ, month: '2026-10', district_code: '330102' },
      key(),
    )
    await w.runJobs()
    const id = await submitted()
    expect(await kinds(id)).toEqual([['shared_account', one.id]])
    const [finding] = await findingsOf(id)
    expect(finding).toMatchObject({
      reviewer: 'district',
      month: '2026-10',
      evidence: { people: [other.id] },
      verdict: null,
    })
    expect(JSON.stringify(finding)).not.toContain('6222000099')
    const { rows } = await sql<{ text: string }>`select string_agg(m::text, '') as text from account_marks m`.execute(
      w.db,
    )
    expect(rows[0]!.text).not.toContain('6222000')
    // an account that was exchanged is no longer shared
    await ok(
      as('city').post(run(id, '/reviews'), { reviewer: 'district', decision: 'returned', reason: '更换账号' }, key()),
    )
    const sealed = await w.deps.vault.seal('6222000101')
    await sql`update people set bank_account_sealed = ${sealed} where id = ${other.id}::uuid`.execute(w.db)
    await w.runJobs()
    const again = await submitted()
    expect(again).not.toBe(id)
    expect(await kinds(again)).toEqual([])
    expect(alone.id).toBeTruthy()
  })

  test.each([
    ['19 and 20 days at two facilities of a month of 31', 19, 20, '2026-10', ['too_many_days']],
    ['20 and 20 days', 20, 20, '2026-10', ['overlapping_attendance', 'too_many_days']],
    ['20 and 11 days, which the month just has', 20, 11, '2026-10', []],
    ['20 and 12 days, one more than it has', 20, 12, '2026-10', ['too_many_days']],
    ['20 and 11 days of a month of 30', 20, 11, '2026-09', ['too_many_days']],
    ['20 and 10 days of a month of 30', 20, 10, '2026-09', []],
  ])('attendance: %s', async (_, here, there, month, expected) => {
    // 20 days at least, so that something is paid
    const { id: person_id } = await facts.carer({ attendance: { [month]: Math.max(here, there) } })
    await facts.employ(person_id, { organisation_id: w.org.home2! })
    await facts.attend(person_id, w.org.home2!, { [month]: Math.min(here, there) })
    // the paying employment is the earlier one of two with as many days
    const id = await submitted(month)
    expect((await kinds(id)).map(([kind]: [string]) => kind)).toEqual(expected)
  })

  test('death and attendance after leaving are found while something is paid', async () => {
    const died = await facts.carer()
    const other = await facts.employ(died.id, {
      organisation_id: w.org.home2!,
      starts_on: '2020-01-01',
      ends_on: '2026-10-20',
    })
    await sql`update employments set leaving_kind = 'died' where id = ${other}::uuid`.execute(w.db)
    const left = await facts.carer()
    await facts.employ(left.id, { organisation_id: w.org.home2!, starts_on: '2020-01-01', ends_on: '2026-10-01' })
    await facts.attend(left.id, w.org.home2!, { '2026-10': 3 })
    const stayed = await facts.carer()
    await facts.employ(stayed.id, { organisation_id: w.org.home2!, starts_on: '2020-01-01', ends_on: '2026-10-02' })
    await facts.attend(stayed.id, w.org.home2!, { '2026-10': 1 })
    const id = await submitted()
    expect(await kinds(id)).toEqual([
      ['died', died.id],
      ['left_before', left.id],
    ])
  })

  test('a month that another district pays too is found', async () => {
    const carer = await facts.carer()
    const id = await compute()
    // as a run of another scheme would have it
    const { rows } = await sql<{ id: string }>`
      insert into allowance_runs (scheme_code, version_id, month, district_code, created_by)
      select 'nb-special-post', v.id, '2026-10-01', '330200', ${w.accounts.district_nb}::uuid from scheme_versions v where v.scheme_code = 'nb-special-post' limit 1
      returning id`.execute(w.db)
    const other = rows[0]!.id
    await sql`insert into allowance_lines (run_id, person_id, month, kind, outcome, version_id, entitlement_fen, failed, found)
      select ${other}::uuid, person_id, month, kind, outcome, version_id, entitlement_fen, 0, found from allowance_lines where run_id = ${id}::uuid`.execute(
      w.db,
    )
    await sql`update allowance_runs set status = 'computed' where id = ${other}::uuid`.execute(w.db)
    await sql`update allowance_runs set status = 'submitted' where id = ${other}::uuid`.execute(w.db)
    await compute()
    expect(await findingsOf(id)).toMatchObject([
      { kind: 'two_districts', person_id: carer.id, evidence: { runs: [{ run_id: other, district_code: '330200' }] } },
    ])
  })

  test('a facility that rose by the share and the least number is found, one below either is not; holding it holds all its lines', async () => {
    for (let n = 0; n < 10; n++) await facts.carer()
    for (let n = 0; n < 2; n++) await facts.carer({ organisation_id: centre })
    const before = await submitted('2026-09')
    expect(await kinds(before)).toEqual([])
    await reviewRun(w, before)
    await ok(approve(before))
    // 14 is 40 % more than 10, but 4 people only; 6 are 200 % more than 2, but 4 only
    const ofOctober = { attendance: { '2026-10': 22 } }
    for (let n = 0; n < 4; n++) await facts.carer(ofOctober)
    for (let n = 0; n < 4; n++) await facts.carer({ ...ofOctober, organisation_id: centre })
    const id = await compute('2026-10')
    expect(await kinds(id)).toEqual([])
    await facts.carer(ofOctober)
    await compute('2026-10')
    expect(await findingsOf(id)).toMatchObject([
      {
        ...{ kind: 'sudden_rise', organisation_id: w.org.home, person_id: null },
        evidence: { people: 15, people_before: 10, fen: 600000, fen_before: 400000, percent: 30 },
      },
    ])
    await ok(submit(id))
    const [finding] = await findingsOf(id)
    const held = await ok(answer(id, [finding.id], 'held'))
    expect(held).toMatchObject({ open_findings: 0, held_count: 15, held_fen: 600000 })
    const { items } = await ok(as('district').get(run(id, '/lines?outcome=held&limit=200')))
    expect(items).toHaveLength(15)
  })

  test('each is answered once, by the reviewer of its facilities, before the step is decided', async () => {
    const { id: person_id } = await facts.carer({ bank_account: '6222000099' })
    await facts.carer({ bank_account: '6222000099', organisation_id: centre })
    const id = await compute()
    const early = await findingsOf(id)
    expect(early).toMatchObject([{ reviewer: null }, { reviewer: null }])
    expect(await codes(answer(id, [early[0].id], 'cleared'))).toBe('run.not_submitted')
    await ok(submit(id))
    const [first, second] = await findingsOf(id)
    const ofCentre = [first, second].find(({ reviewer }) => reviewer === 'township')
    const ofHome = [first, second].find(({ reviewer }) => reviewer === 'district')
    expect(ofHome.person_id).toBe(person_id)
    await ok(inspect(id, 'city', ['home']))
    expect(await codes(review(id, 'district', 'city'))).toBe('review.findings_open')
    expect(await codes(answer(id, [ofHome.id, ofCentre.id], 'cleared'))).toBe('review.other_step')
    expect(await codes(answer(id, [ofHome.id], 'cleared', 'district'))).toBe('run.own_work')
    expect(await codes(answer(id, [crypto.randomUUID()], 'cleared'))).toEqual(['finding.unknown'])
    expect(
      await codes(
        as('city').post(
          run(id, '/finding-answers'),
          { finding_ids: [ofHome.id], verdict: 'cleared', reason: '' },
          key(),
        ),
      ),
    ).toEqual(['input.too_small'])
    await ok(answer(id, [ofHome.id], 'cleared'))
    expect(await codes(answer(id, [ofHome.id], 'held'))).toEqual(['finding.answered'])
    await ok(review(id, 'district', 'city'))
    await ok(answer(id, [ofCentre.id], 'held', 'township'))
    expect(await reviewOf(id)).toMatchObject({ held_count: 1, findings: 2, open_findings: 0 })
    expect(
      (await ok(as('admin').get(run(id, '/findings?answered=true&kind=shared_account&limit=1')))).next_cursor,
    ).not.toBeNull()
  })
})

describe('the sample', () => {
  test('is drawn by a seed that anybody can draw again, a share of each kind of facility and one at least', async () => {
    for (let n = 0; n < 21; n++) await facts.carer()
    for (let n = 0; n < 3; n++) await facts.carer({ organisation_id: centre })
    await facts.carer({ attendance: { '2026-10': 1 } })
    const id = await submitted()
    const sample = await sampleOf(id)
    expect(sample.percent).toBe(5)
    const lines = (await linesOf(id)).filter((line: { amount_fen: number }) => line.amount_fen > 0)
    const again = (organisation_id: string) => {
      const own = lines.filter((line: { organisation_id: string }) => line.organisation_id === organisation_id)
      const digest = (text: string) => createHash('sha256').update(text).digest('hex')
      return own
        .map(({ person_id, month }: { person_id: string; month: string }) => ({
          person_id,
          lot: digest(`${sample.seed} ${person_id} ${month} monthly`),
        }))
        .sort((a: { lot: string }, b: { lot: string }) => (a.lot < b.lot ? -1 : 1))
        .slice(0, Math.ceil((own.length * sample.percent) / 100))
        .map(({ person_id }: { person_id: string }) => person_id)
    }
    const drawn = (kind: string) =>
      sample.items
        .filter((one: { facility_kind: string }) => one.facility_kind === kind)
        .map((one: { person_id: string }) => one.person_id)
    expect(drawn('home')).toHaveLength(2)
    expect(drawn('home_care_centre')).toHaveLength(1)
    expect(drawn('home')).toEqual(again(w.org.home!))
    expect(drawn('home_care_centre')).toEqual(again(centre))
  })

  test('a line that failed is held; one that was not drawn, or is on record, is refused', async () => {
    const { id: person_id } = await facts.carer()
    await facts.carer({ organisation_id: centre })
    const id = await submitted()
    const other = { person_id: crypto.randomUUID(), month: '2026-10', passed: true, note: '现场核实' }
    const post = (items: object[], username = 'city') => as(username).post(run(id, '/inspections'), { items }, key())
    expect(await codes(post([other]))).toEqual(['inspection.not_drawn'])
    expect(await codes(post([{ ...other, person_id, note: '' }]))).toEqual(['input.too_small'])
    expect(await codes(inspect(id, 'city', ['home_care_centre']))).toBe('review.other_step')
    expect(await codes(inspect(id, 'district', ['home']))).toBe('run.own_work')
    const failed = await ok(inspect(id, 'city', ['home'], false))
    expect(failed).toMatchObject({ held_count: 1, sample: { lines: 2, inspected: 1, failed: 1 } })
    expect(await codes(inspect(id, 'city', ['home']))).toEqual(['inspection.recorded'])
    expect((await ok(as('admin').get(run(id, '/holds')))).items).toMatchObject([
      { person_id, cause: 'inspection', reason: '现场核实', amount_fen: 40000 },
    ])
  })
})

describe('two officers at once', () => {
  /** Exactly one wins; the others are told in words of their own. */
  async function once(calls: Promise<Response>[]): Promise<string[]> {
    const answers = await Promise.all(calls)
    const bodies = await Promise.all(answers.map((answer) => answer.json()))
    expect(answers.filter(({ status }) => status < 300)).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(calls.length - 1)
    return [...new Set(bodies.flatMap(({ code }) => code ?? []))]
  }
  const signIn = (...usernames: string[]) => Promise.all(usernames.map((username) => as(username).get('/api/v1/me')))

  test('compute, submit, review, publicise and approve: one wins, the other is told', async () => {
    await facts.carer({ bank_account: '6222000099' })
    await facts.carer({ bank_account: '6222000099' })
    await signIn('district', 'city', 'city_nb', 'finance', 'finance2', 'township')
    const asked = { scheme_code: HZ, month: '2026-10', district_code: '330106' }
    const ask = (username: string) => as(username).post('/api/v1/allowance-runs', asked, key())
    expect(await once([ask('district'), ask('city')])).toMatchObject([
      expect.stringMatching(/^run\.(computing|exists)$/),
    ])
    await w.runJobs()
    const { rows } = await sql<{ id: string; created_by: string }>`select id, created_by from allowance_runs`.execute(
      w.db,
    )
    expect(rows).toHaveLength(1)
    const id = rows[0]!.id
    const [maker, checker] = rows[0]!.created_by === w.accounts.district ? ['district', 'city'] : ['city', 'district']
    expect(await once([submit(id, maker), submit(id, maker), submit(id, maker)])).toEqual(['run.not_computed'])
    const found = (await findingsOf(id)).map((one: { id: string }) => one.id)
    const answers = await Promise.all([answer(id, found, 'cleared', checker), answer(id, found, 'cleared', checker)])
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 422])
    await ok(inspect(id, checker!, ['home']))
    expect(await once([review(id, 'district', checker!), review(id, 'district', checker!)])).toEqual([
      'run.not_submitted',
    ])
    const opening = { starts_on: '2026-11-24', days: 1, day_kind: 'calendar', place: '区民政局网站' }
    const publish = (username: string) => as(username).post(run(id, '/publicity'), opening)
    expect(await once([publish('district'), publish('city')])).toEqual(['publicity.exists'])
    w.clock.now = new Date('2026-11-25T02:00:00Z')
    as.forget()
    const { rows: open } = await sql<{ id: string }>`select id from publicities`.execute(w.db)
    await signIn('district', 'city', 'finance', 'finance2')
    const close = (username: string) => as(username).post(`/api/v1/publicities/${open[0]!.id}/closing`, {})
    expect(await once([close('district'), close('city')])).toEqual(['publicity.closed'])
    expect(await once([approve(id, 'finance'), approve(id, 'finance2')])).toEqual(['run.not_reviewed'])
    const { rows: booked } = await sql<{ entries: number; people: number; decisions: number }>`
      select count(*) as entries, count(distinct person_id) as people, (select count(*) from allowance_decisions) as decisions from allowance_ledger`.execute(
      w.db,
    )
    expect(booked[0]).toEqual({ entries: 2, people: 2, decisions: 2 })
  })

  test('approval against publication: either the list is public and the run waits, or it is approved and never published', async () => {
    await facts.carer()
    const id = await submitted()
    await reviewRun(w, id)
    await signIn('finance', 'district')
    const opening = { starts_on: '2026-11-24', days: 1, day_kind: 'calendar', place: '区民政局网站' }
    const told = await once([approve(id), as('district').post(run(id, '/publicity'), opening)])
    expect(['publicity.open', 'run.not_reviewed']).toContain(told[0])
    const { rows } = await sql<{ status: string; lists: number }>`
      select status, (select count(*) from publicities) as lists from allowance_runs`.execute(w.db)
    expect([
      { status: 'approved', lists: 0 },
      { status: 'reviewed', lists: 1 },
    ]).toContainEqual(rows[0])
  })

  test('a hold against the approval: the line is held and not booked, or booked and no longer held', async () => {
    const { id: person_id } = await facts.carer()
    const id = await submitted()
    await reviewRun(w, id)
    await signIn('finance', 'district')
    const [approved, held] = await Promise.all([approve(id), hold(id, person_id)])
    expect(approved.status).toBe(200)
    const { rows } = await sql<{ booked: number; holds: number }>`
      select (select count(*) from allowance_ledger) as booked, (select count(*) from line_holds) as holds`.execute(
      w.db,
    )
    expect(rows[0]).toEqual(held.status === 201 ? { booked: 0, holds: 1 } : { booked: 1, holds: 0 })
  })
})

describe('what changes meanwhile', () => {
  test('facts recorded after the cutoff change nothing of what is approved; the next run carries the difference', async () => {
    const carer = await facts.carer()
    const id = await submitted('2026-09')
    const { lines_sha256 } = await ok(as('admin').get(run(id)))
    await facts.revoke(carer.certificate_id!, '2026-09-10')
    await reviewRun(w, id)
    expect(await ok(approve(id))).toMatchObject({ lines_sha256, total_fen: 40000 })
    const next = await compute('2026-10')
    expect(await linesOf(next)).toMatchObject([
      { month: '2026-09', kind: 'recovery', amount_fen: -40000 },
      { month: '2026-10', amount_fen: 0 },
    ])
  })

  test('certificates revoked at the moment of the approval change nothing of it, whichever comes first', async () => {
    const carers = [await facts.carer(), await facts.carer(), await facts.carer()]
    const id = await submitted('2026-09')
    await reviewRun(w, id)
    const { lines_sha256 } = await ok(as('admin').get(run(id)))
    for (const username of ['finance', 'assessor']) await ok(as(username).get('/api/v1/me'))
    const paper = { reason_code: 'issued_in_error', reason: '等级录入有误', effective_on: '2026-09-10' }
    const revoke = ({ certificate_id }: (typeof carers)[0]) =>
      as('assessor').post(`/api/v1/certificates/${certificate_id}/revocation`, paper)
    const [first, ...others] = carers
    const answers = await Promise.all([revoke(first!), approve(id), ...others.map(revoke)])
    expect(answers.map(({ status }) => status)).toEqual([201, 200, 201, 201])
    expect(await ok(as('admin').get(run(id)))).toMatchObject({ status: 'approved', lines_sha256, total_fen: 120000 })
    const next = await compute('2026-10')
    const september = (await linesOf(next)).filter(({ month }: { month: string }) => month === '2026-09')
    expect(september.map((line: Record<string, unknown>) => [line.kind, line.amount_fen])).toEqual(
      carers.map(() => ['recovery', -40000]),
    )
  })

  test('a scheme that ends, or changes, before submission or approval stops the run by name', async () => {
    await facts.carer()
    const early = await compute('2026-09')
    const id = await submitted('2026-10')
    await reviewRun(w, id)
    await sql`update scheme_versions set effective_to = '2026-09-01' where scheme_code = ${HZ}`.execute(w.db)
    for (const call of [approve(id), submit(early)]) {
      const { code, detail } = await (await call).json()
      expect(code).toBe('scheme.no_version')
      expect(detail).toContain('第 1 版到 2026-08-31 止')
    }
    await sql`update scheme_versions set effective_to = '2027-01-01' where scheme_code = ${HZ}`.execute(w.db)
    expect(await codes(approve(id))).toBe('run.rules_changed')
    expect((await ok(as('admin').get(run(id)))).status).toBe('reviewed')
  })

  test('a scheme that ends while its run is computed ends the computation with the reason', async () => {
    await facts.carer()
    const asked = { scheme_code: HZ, month: '2026-10', district_code: '330106' }
    const { id } = await ok(as('district').post('/api/v1/allowance-runs', asked, key()), 202)
    await sql`update scheme_versions set effective_to = '2026-10-01' where scheme_code = ${HZ}`.execute(w.db)
    await w.runJobs()
    const { rows } = await sql<{ code: string; lines: number }>`
      select error->>'code' as code, (select count(*) from allowance_lines) as lines from jobs where subject_id = ${id}::uuid`.execute(
      w.db,
    )
    expect(rows).toEqual([{ code: 'scheme.no_version', lines: 0 }])
  })

  test('a gap between versions is named with both its ends; an overlap, and a second rate of a level, cannot be written', async () => {
    await sql`update scheme_versions set effective_to = '2026-08-01' where scheme_code = ${HZ}`.execute(w.db)
    const add = (effective_from: string) =>
      sql`insert into scheme_versions (scheme_code, number, effective_from, title, settings, citation, confidence)
        select scheme_code, 2, ${effective_from}::date, title, settings, citation, confidence from scheme_versions where scheme_code = ${HZ} and number = 1`.execute(
        w.db,
      )
    await expect(add('2026-07-31')).rejects.toMatchObject({ constraint: 'scheme_versions_overlap' })
    await add('2026-10-01')
    const ask = (month: string) =>
      as('district').post('/api/v1/allowance-runs', { scheme_code: HZ, month, district_code: '330106' }, key())
    const gap = await (await ask('2026-09')).json()
    expect([gap.code, gap.detail]).toEqual([
      'scheme.no_version',
      expect.stringMatching(/第 1 版到 2026-07-31 止，第 2 版自 2026-10-01 起施行/),
    ])
    expect(await codes(ask('2026-11'))).toBe('run.month_incomplete')
    expect(await codes(ask('2024-07'))).toBe('scheme.no_version')
    await expect(
      sql`insert into scheme_rates (version_id, level, facility_kind, district_code, amount_fen, confidence, citation)
        select version_id, level, facility_kind, district_code, 1, 'seen', citation from scheme_rates where confidence = 'confirmed' limit 1`.execute(
        w.db,
      ),
    ).rejects.toMatchObject({ constraint: 'scheme_rates_usable' })
  })
})

describe('the pages', () => {
  test('a reviewer answers, records and decides on one page; what is refused comes back with its values', async () => {
    const { id: person_id } = await facts.carer({ name: '存疑', bank_account: '6222000099' })
    await facts.carer({ bank_account: '6222000099', organisation_id: centre })
    const id = await submitted()
    const page = `/console/runs/${id}/review`
    const read = async (username: string) => (await as(username).page(page)).text()
    expect(await read('district')).toContain('您是本批次的制表人或提交人')
    expect(await read('district')).not.toContain('name="decision"')
    const own = await read('city')
    expect(own).toContain('与另外 1 人同为')
    expect(own).toContain('区县主管部门审核')
    expect(own).not.toContain('镇（街道）审核</h2>')
    expect(await read('township')).toContain('镇（街道）审核</h2>')
    const [finding] = (await findingsOf(id)).filter(({ reviewer }: { reviewer: string }) => reviewer === 'district')
    const send = (path: string, fields: Record<string, string | string[]>, username = 'city') =>
      as(username).submit(`${page}/${path}`, fields)

    const early = await send('steps', { reviewer: 'district', decision: 'agreed', reason: '同意' })
    expect([early.status, await early.text()]).toEqual([409, expect.stringMatching(/疑点没有答复[\s\S]*value="同意"/)])
    const nothing = await send('findings', { verdict: 'cleared', reason: '已核实' })
    expect([nothing.status, await nothing.text()]).toEqual([422, expect.stringContaining('value="已核实"')])
    const wordless = await send('findings', { finding_ids: finding.id, verdict: 'cleared', reason: '' })
    expect([wordless.status, await wordless.text()]).toEqual([
      422,
      expect.stringMatching(new RegExp(`value="${finding.id}" checked`)),
    ])
    expect((await send('findings', { finding_ids: finding.id, verdict: 'cleared', reason: '已核实' })).status).toBe(303)
    const line = `${person_id} 2026-10`
    expect((await send('sample', { lines: line, note: '在岗' })).status).toBe(422)
    expect((await send('sample', { lines: line, passed: 'true', note: '在岗' })).status).toBe(303)
    expect((await send('steps', { reviewer: 'district', decision: 'returned', reason: '' })).status).toBe(422)
    expect((await send('steps', { reviewer: 'nobody', decision: 'agreed' })).status).toBe(422)
    expect((await send('steps', { reviewer: 'district', decision: 'agreed', reason: '' })).status).toBe(303)
    expect((await send('steps', { reviewer: 'district', decision: 'agreed' }, 'finance')).status).toBe(403)

    const held = `/console/runs/${id}/lines/${person_id}/2026-10`
    expect(await (await as('finance').page(held)).text()).toContain('暂缓这一笔')
    expect((await as('finance').submit(`${held}/hold`, { reason: '' })).status).toBe(422)
    expect((await as('finance').submit(`${held}/hold`, { reason: '合同待核' })).status).toBe(303)
    expect(await (await as('finance').page(held)).text()).toContain('暂缓，不在本批次发放')
    expect(await (await as('finance').page(`/console/runs/${id}?tab=held`)).text()).toMatch(/存疑[\s\S]*暂缓/)
    const hold = (await ok(as('admin').get(run(id, '/holds')))).items[0]
    expect((await send('holds/nothing/release', { reason: '已核实' }, 'finance')).status).toBe(404)
    expect((await as('finance').submit(`/console/runs/${id}/lines/x/y/hold`, { reason: '已核实' })).status).toBe(404)
    expect((await send(`holds/${hold.id}/release`, { reason: '' }, 'finance')).status).toBe(422)
    expect((await send(`holds/${hold.id}/release`, { reason: '已核实' }, 'finance')).status).toBe(303)
    const after = await read('auditor')
    expect(after).toContain('已解除')
    expect(after).not.toContain('<button type="submit" class="button primary">答复所选疑点')
    expect(await (await as('township').page('/console/review-rules')).text()).toMatch(
      /居家养老服务中心[\s\S]*镇（街道）[\s\S]*推定/,
    )
    expect((await as('district2').page(page)).status).toBe(404)
    expect((await as('facility').page(page)).status).toBe(403)
    expect(w.faults).toEqual([])
  })
})
