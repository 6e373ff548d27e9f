/** The review of a run: routes by kind of facility, findings, the sample, held lines, and three people. */
import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { computeRun, confirmVersion, submitRun } from '../../src/allowances/actions.ts'
import { confirmationShape } from '../../src/allowances/shapes.ts'
import { registerOrganisation } from '../../src/organisations/actions.ts'
import { allowanceWorld, CONFIRMATION } from '../support/allowance-world.ts'
import { clientsOf, codes, ok, refused } from '../support/answers.ts'
import { reviewRun } from '../support/reviewing.ts'
import { type World, world } from '../support/world.ts'

const HZ = 'hz-special-post'
let w: World
let facts: Awaited<ReturnType<typeof allowanceWorld>>
let centre: string
let cityHome: string
const as = clientsOf(() => w)
const key = () => ({ key: crypto.randomUUID() })

beforeEach(async () => {
  await w?.close()
  w = await world()
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
afterAll(() => w.close())

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
