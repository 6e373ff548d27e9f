/** A run is rechecked by a second definition: every line and every correction it should have, by what was known at its cutoff. */
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { approveRun, computeRun, confirmVersion, rejectRun, submitRun } from '../../src/allowances/actions.ts'
import { confirmationShape } from '../../src/allowances/confirmation-shapes.ts'
import { allowanceWorld, CONFIRMATION, randomCarers } from '../support/allowance-world.ts'
import { clientsOf, ok, refused, text } from '../support/answers.ts'
import { reviewRun } from '../support/reviewing.ts'
import { type World, world } from '../support/world.ts'

const HZ = 'hz-special-post'
let w: World
let facts: Awaited<ReturnType<typeof allowanceWorld>>
const as = clientsOf(() => w)
beforeAll(async () => {
  w = await world()
  facts = await allowanceWorld(w)
  const admin = await w.context('admin')
  await w.db.transaction().execute((tx) => confirmVersion(tx, admin, HZ, 1, confirmationShape.parse(CONFIRMATION)))
  await randomCarers(w, facts, 40, 7)
})
afterAll(() => w.close())

async function compute(month: string): Promise<string> {
  const context = await w.context('district')
  const input = { scheme_code: HZ, month, district_code: '330106' }
  const { id } = await w.db.transaction().execute((tx) => computeRun(tx, context, input))
  await w.runJobs()
  return id
}
async function approve(id: string): Promise<void> {
  const [maker, finance] = [await w.context('district'), await w.context('finance')]
  await w.db.transaction().execute((tx) => submitRun(tx, maker, id, null))
  await reviewRun(w, id)
  await w.db.transaction().execute((tx) => approveRun(tx, finance, id, null))
}
const recheck = (id: string, who = 'auditor') => as(who).post(`/api/v1/allowance-runs/${id}/recheck`)

let september: string
let october: string
test('an approved run agrees, its corrections of earlier months too', async () => {
  september = await compute('2026-09')
  await approve(september)
  await sql`insert into certificate_revocations (certificate_id, reason_code, reason, effective_on)
    select id, 'fraud', '测试', issued_on from (select *, row_number() over (order by number) as n from certificates) c
    where n % 4 = 0 and not exists (select from certificate_revocations r where r.certificate_id = c.id)`.execute(w.db)
  october = await compute('2026-10')
  await approve(october)
  const lines = await w.db
    .selectFrom('allowance_lines')
    .select(['month', 'kind'])
    .where('run_id', '=', october)
    .execute()
  expect(lines.some(({ kind }) => kind === 'recovery')).toBe(true)
  for (const id of [september, october]) {
    const answer = await ok(recheck(id))
    expect(answer).toMatchObject({ status: 'equal', differing: 0, differences: [], lines_intact: true })
    expect(answer.recheck_amounts_sha256).toBe(answer.run_amounts_sha256)
    expect(answer.compared).toBeGreaterThan(10)
  }
  // the months of September that needed no correction are compared as well
  expect((await ok(recheck(october))).compared).toBeGreaterThan(lines.length)
})

test('what became known after the cutoff is none of its business', async () => {
  const before = await ok(recheck(october))
  await sql`insert into education_hours (person_id, completed_on, hours, provider, subject) select id, '2026-08-08', 40, '测试', '补学' from people`.execute(
    w.db,
  )
  await sql`insert into conduct_events (person_id, kind, happened_on, decided_on, decision)
    select id, 'ethics_breach', '2026-10-03', '2026-10-03', '后来' from people`.execute(w.db)
  expect(await ok(recheck(october))).toEqual(before)
})

test('an amount that is not what it should be is named, and that the lines are not those that were computed', async () => {
  const line = await w.db
    .selectFrom('allowance_lines')
    .select(['person_id', 'entitlement_fen'])
    .where('run_id', '=', october)
    .where('month', '=', '2026-10-01')
    .where('outcome', '=', 'payable')
    .orderBy('person_id')
    .executeTakeFirstOrThrow()
  const change = async (fen: number) => {
    await sql`alter table allowance_lines disable trigger user`.execute(w.db)
    await sql`update allowance_lines set entitlement_fen = ${fen} where run_id = ${october}::uuid and person_id = ${line.person_id}::uuid and month = '2026-10-01'`.execute(
      w.db,
    )
    await sql`alter table allowance_lines enable trigger user`.execute(w.db)
  }
  await change(line.entitlement_fen + 1)
  const answer = await ok(recheck(october))
  expect(answer).toMatchObject({ status: 'different', differing: 1, lines_intact: false })
  expect(answer.differences).toEqual([
    expect.objectContaining({
      ...{ person_id: line.person_id, month: '2026-10', previous_fen: null, booked_fen: null },
      ...{ run_fen: line.entitlement_fen + 1, recheck_fen: line.entitlement_fen },
    }),
  ])
  expect(answer.recheck_amounts_sha256).not.toBe(answer.run_amounts_sha256)
  const page = await text(as('auditor').submit(`/console/runs/${october}/recheck`, {}))
  expect(page).toContain('1 笔不一致')
  expect(page).toContain('现存明细与计算完成时的摘要不符')
  await change(line.entitlement_fen)
  expect(await ok(recheck(october))).toMatchObject({ status: 'equal', lines_intact: true })
})

test('who may: the district, its authority of health and the auditor; each is on record', async () => {
  expect(
    (await text(as('auditor').page(`/console/runs/${october}`))).includes(`/console/runs/${october}/recheck`),
  ).toBe(true)
  expect(await text(as('finance').page(`/console/runs/${october}`))).not.toContain('/recheck')
  expect(await text(as('district').submit(`/console/runs/${october}/recheck`, {}))).toContain('全部一致')
  expect(await refused(recheck(october, 'finance'))).toEqual([403, 'forbidden'])
  expect((await recheck(october, 'district2')).status).toBe(404)
  expect((await recheck('00000000-0000-7000-8000-00000000ffff')).status).toBe(404)
  const events = await w.db
    .selectFrom('history_events')
    .select(['actor_name', 'changes'])
    .where('kind', '=', 'run.rechecked')
    .orderBy('seq', 'desc')
    .execute()
  expect(events[0]).toMatchObject({ actor_name: 'district', changes: { status: 'equal', differing: 0 } })
})

test('a run without lines has nothing to recheck', async () => {
  const context = await w.context('district')
  const input = { scheme_code: HZ, month: '2026-08', district_code: '330106' }
  const { id } = await w.db.transaction().execute((tx) => computeRun(tx, context, input))
  expect(await refused(recheck(id))).toEqual([409, 'recheck.no_lines'])
  await w.runJobs()
  expect((await ok(recheck(id))).status).toBe('equal')
  await w.db.transaction().execute((tx) => submitRun(tx, context, id, null))
  const finance = await w.context('finance')
  await w.db.transaction().execute((tx) => rejectRun(tx, finance, id, '重算'))
  expect(await refused(recheck(id))).toEqual([409, 'recheck.no_lines'])
})

test('nothing was an internal fault', () => expect(w.faults).toEqual([]))
