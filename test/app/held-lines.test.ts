/** What becomes of a line that is held back: it is told to whom it concerns, paid once it is released however old it is, and open until then. */
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { recheckRun } from '../../src/allowances/recheck.ts'
import { allowanceRunJob } from '../../src/allowances/run.ts'
import { runSlice } from '../../src/jobs/actions.ts'
import { listDuties } from '../../src/reports/duties.ts'
import { runsOf } from '../support/allowance-runs.ts'
import { allowanceWorld } from '../support/allowance-world.ts'
import { codes, ok } from '../support/answers.ts'
import { reviewRun } from '../support/reviewing.ts'
import { type World, world } from '../support/world.ts'

let w: World
let facts: Awaited<ReturnType<typeof allowanceWorld>>
const runs = runsOf(() => w)
const { as, key } = runs
/** Left the month after the one that is held, so that no later run meets them by their employment. */
let held: { id: string; certificate_id: string | null }
let paid: { id: string; certificate_id: string | null }
let hold_id: string
let march: string

beforeAll(async () => {
  w = await world()
  facts = await allowanceWorld(w)
  await runs.confirm()
  const then = {
    starts_on: '2024-08-01',
    ends_on: '2025-03-01',
    attendance: { '2025-01': 22 },
    issued_on: '2024-09-01',
  }
  held = await facts.carer({ name: '暂缓', completed_on: '2025-01-10', ...then })
  paid = await facts.carer({ name: '照发', completed_on: '2025-01-10', ...then })
  await facts.carer({ name: '在岗', attendance: { '2026-01': 22, '2026-02': 22, '2026-03': 22 } })
}, 120_000)
afterAll(() => w.close())

const run = (id: string, path = '') => `/api/v1/allowance-runs/${id}${path}`
async function approve(id: string) {
  await reviewRun(w, id)
  await ok(runs.approve(id))
}
async function month(of: string) {
  const id = await runs.compute(of)
  await ok(runs.submit(id))
  await approve(id)
  return id
}
const lines = async (id: string, person_id: string) =>
  (await ok(as('admin').get(run(id, '/lines?limit=200')))).items
    .filter((line: { person_id: string }) => line.person_id === person_id)
    .map((line: Record<string, unknown>) => [line.month, line.kind, line.amount_fen, line.held])
const january = async (person_id: string) =>
  (await ok(as('admin').get(`/api/v1/people/${person_id}/allowance-months?month=2025-01`))).items[0]
const erase = (person_id: string) =>
  codes(as('admin').post(`/api/v1/people/${person_id}/erasure`, { reason: '本人申请' }, key()))

test('before the approval a month names the hold, its cause and since when, and that it is paid with its run once released', async () => {
  const id = await runs.compute('2025-01')
  await ok(runs.submit(id))
  const asked = { person_id: held.id, month: '2025-01', reason: '劳动合同正在核实' }
  hold_id = (await ok(as('district').post(run(id, '/holds'), asked, key()), 201)).id
  expect(await january(held.id)).toMatchObject({
    booked_fen: null,
    lines: [
      {
        ...{ person_id: held.id, run_id: id, money: 'held' },
        hold: { cause: 'officer', reason: '劳动合同正在核实', released_on: null, next: 'checked' },
      },
    ],
  })
  expect((await january(paid.id)).lines).toMatchObject([{ money: 'in_review', hold: null }])
  await approve(id)
  const { lines: of, ...item } = await january(held.id)
  expect(of).toMatchObject([{ run_id: id, run_status: 'approved', money: 'held', hold: { next: 'waits' } }])
  expect(of[0].hold.held_on).toMatch(/^20\d\d-\d\d-\d\d$/)
  // what is held back is not booked
  expect(item).toMatchObject({ booked_fen: null, difference_fen: 0, amount_fen: 40000 })
  expect((await january(paid.id)).lines).toMatchObject([{ money: 'approved', hold: null }])
})

test('the page says so in words, in English too, and nothing of it where nothing is held', async () => {
  const page = async (person_id: string, language = 'zh-CN') => {
    const path = `/console/people/${person_id}/allowance-months`
    return (await (await as('district').get(path, { 'accept-language': language })).text()).replaceAll(/\s+/g, ' ')
  }
  expect(await page(held.id)).toMatch(
    /20\d\d-\d\d-\d\d 起暂缓（经办人员暂缓）：劳动合同正在核实。正在核实；解除后随下一批次补发。/,
  )
  expect((await page(held.id, 'en')).replaceAll(/<\/?span[^>]*>/g, '')).toMatch(
    /Held back since 20\d\d-\d\d-\d\d \(an officer\): 劳动合同正在核实; being looked into: it is paid with the next run after its release\./,
  )
  expect(await page(paid.id)).not.toContain('起暂缓')
})

test('while it stands nobody erases whose money it is, though every file of the run is made', async () => {
  const [{ id }] = (await sql<{ id: string }>`select id from allowance_runs`.execute(w.db)).rows as [{ id: string }]
  await ok(as('finance').post(run(id, '/payment-file'), { format: 'csv' }, key()))
  expect(await erase(held.id)).toBe('person.money_open')
})

test('a run beyond the look-back does not meet it while it stands', async () => {
  expect(await lines(await month('2026-02'), held.id)).toEqual([])
})

test('released after more than a year it is paid in the next run, in whatever slices', async () => {
  // older than the look-back, so it stays as it is: only what was held back is looked at
  await facts.revoke(paid.certificate_id!, '2024-12-01')
  await ok(as('district').post(`/api/v1/line-holds/${hold_id}/release`, { reason: '合同已核实' }, key()))
  expect((await january(held.id)).lines).toMatchObject([{ money: 'held', hold: { next: 'released' } }])
  expect(await erase(held.id)).toBe('person.money_open')

  const id = await runs.compute('2026-03')
  expect(await lines(id, held.id)).toEqual([['2025-01', 'back_pay', 40000, false]])
  expect(await lines(id, paid.id)).toEqual([])
  const { lines_sha256 } = await ok(as('admin').get(run(id)))
  const asked = { scheme_code: 'hz-special-post', month: '2026-03', district_code: '330106' }
  await ok(as('district').post('/api/v1/allowance-runs', asked, key()), 202)
  const log = { info: () => {}, warn: () => {}, error: console.error }
  const deps = { ...w.deps, publicUrl: '', now: () => w.clock.now, log }
  while (await runSlice(w.db, deps as never, { 'allowances.run': allowanceRunJob({ slice: 1 }) }));
  expect(await ok(as('admin').get(run(id)))).toMatchObject({ status: 'computed', lines_sha256 })

  march = id
})

test('the second statement finds out where a run has left it out', async () => {
  const auditor = await w.context('auditor')
  const withoutIt = w.db.transaction().execute(async (tx) => {
    await sql`alter table allowance_lines disable trigger user`.execute(tx)
    await sql`delete from allowance_lines where run_id = ${march}::uuid and person_id = ${held.id}::uuid`.execute(tx)
    throw await recheckRun(tx, auditor, march)
  })
  await expect(withoutIt).rejects.toMatchObject({
    status: 'different',
    differences: [{ person_id: held.id, month: '2025-01', run_fen: 0, recheck_fen: 40000 }],
  })
})

test('approved, the month that is held leads to the line that pays it, and the second statement agrees', async () => {
  const id = march
  await ok(runs.submit(id))
  await approve(id)
  expect((await january(held.id)).lines).toMatchObject([
    { hold: { next: 'followed' }, money: 'held' },
    { run_id: id, hold: null, money: 'approved', kind: 'back_pay' },
  ])
  expect(await january(held.id)).toMatchObject({ booked_fen: 40000, difference_fen: 0 })
  const auditor = await w.context('auditor')
  expect(await w.db.transaction().execute((tx) => recheckRun(tx, auditor, id))).toMatchObject({ status: 'equal' })
})

test('once it is paid no later run meets it, and the person may be erased', async () => {
  expect(await lines(await month('2026-04'), held.id)).toEqual([])
  expect(await erase(held.id)).toBe('person.money_open')
  await ok(as('finance').post(run(march, '/payment-file'), { format: 'csv' }, key()))
  await ok(as('admin').post(`/api/v1/people/${held.id}/erasure`, { reason: '本人申请' }, key()))
})

test('finance is asked for no file of a run that pays nobody because all of it is held back', async () => {
  const duty = async () => {
    const duties = await listDuties(w.db, await w.context('finance'))
    return duties.find(({ label }) => label.en === 'Approved runs without a payment file')?.count ?? 0
  }
  const before = await duty()
  const lonely = await facts.carer({
    organisation_id: w.org.home2,
    name: '独一',
    attendance: { '2025-10': 22 },
    completed_on: '2025-06-01',
  })
  const id = await runs.compute('2025-10', '330102')
  await ok(runs.submit(id, '330102'))
  const asked = { person_id: lonely.id, month: '2025-10', reason: '合同正在核实' }
  await ok(as('district2').post(run(id, '/holds'), asked, key()), 201)
  await approve(id)
  expect(await ok(as('admin').get(run(id)))).toMatchObject({ payable_count: 1, held_count: 1 })
  expect(await duty()).toBe(before)
})

test('a hold follows a merge: the survivor is not paid what is held back under the other record, until it is released', async () => {
  w.clock.now = new Date('2026-11-23T02:00:00Z')
  const then = { completed_on: '2026-06-10', issued_on: '2025-01-10', attendance: { '2026-08': 22 } }
  const record = await facts.carer({ name: '两条', ...then })
  const survivor = await facts.person({ name: '两条' })
  const august = await runs.compute('2026-08')
  await ok(runs.submit(august))
  const asked = { person_id: record.id, month: '2026-08', reason: '身份正在核实' }
  const { id: hold } = await ok(as('district').post(run(august, '/holds'), asked, key()), 201)
  await reviewRun(w, august)
  const merge = { into: survivor, reason: '同一人', confirm_different_documents: true }
  await ok(as('admin').post(`/api/v1/people/${record.id}/merge`, merge), 201)
  // the run that was under way still holds it under the record it knew
  expect(await ok(runs.approve(august))).toMatchObject({ held_count: 1 })
  const september = await runs.compute('2026-09')
  await ok(runs.submit(september))
  expect(await lines(september, survivor)).toContainEqual(['2026-08', 'back_pay', 40000, true])
  const { items } = await ok(as('admin').get(`/api/v1/people/${survivor}/allowance-months?month=2026-08`))
  expect(items[0].lines).toMatchObject([
    { person_id: record.id, run_id: august, money: 'held' },
    { person_id: survivor, run_id: september, money: 'held', hold: { reason: '身份正在核实', next: 'checked' } },
  ])
  await reviewRun(w, september)
  expect(await ok(runs.approve(september))).toMatchObject({ held_count: 1 })
  await ok(as('district').post(`/api/v1/line-holds/${hold}/release`, { reason: '已核实' }, key()))
  expect(await lines(await runs.compute('2026-10'), survivor)).toContainEqual(['2026-08', 'back_pay', 40000, false])
})

test('nothing was an internal fault', () => expect(w.faults).toEqual([]))
