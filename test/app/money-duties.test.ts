/** What waits in the money: each count on a home page leads to exactly as many runs or recoveries, and goes when the work is done. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { payMonth, runsOf } from '../support/allowance-runs.ts'
import { allowanceWorld } from '../support/allowance-world.ts'
import { done, ok } from '../support/answers.ts'
import { waiting } from '../support/duties.ts'
import { reviewRun } from '../support/reviewing.ts'
import { type World, world } from '../support/world.ts'

let w: World
let facts: Awaited<ReturnType<typeof allowanceWorld>>
let carer: string
const { as, key, compute, submit, approve, reject, answer, confirm } = runsOf(() => w)
const waits = (username: string, words: string) => waiting(as(username), words)
const post = (username: string, path: string, body: object = {}) =>
  done(as(username).post(`/api/v1/${path}`, body, key()))
/** Sessions end when the clock moves on. */
function on(day: string) {
  w.clock.now = new Date(`${day}T02:00:00Z`)
  as.forget()
}

beforeAll(async () => {
  w = await world()
  facts = await allowanceWorld(w)
  await confirm()
  const attendance = { '2026-07': 22, '2026-08': 22, '2026-09': 22, '2026-10': 22, '2026-11': 22 }
  carer = (await facts.carer({ attendance, hours: 80, completed_on: '2026-06-20' })).id
})
afterAll(() => w.close())

let run: string

test('a month that was not begun after one that was computed waits for its authority, and for no other', async () => {
  on('2026-10-05')
  await compute('2026-09')
  expect(await waits('district', '还没有开始计算')).toBe(0)
  on('2026-11-23')
  expect(await waits('district', '2026-10 还没有开始计算')).toBe(1)
  expect(await waits('health', '还没有开始计算')).toBe(0)
  run = await compute('2026-10')
  expect(await waits('district', '还没有开始计算')).toBe(0)
})

test('a computed run waits to be submitted, then for a reviewer who is not its maker, then for its publicity and its approval', async () => {
  expect(await waits('district', '待提交的津贴批次')).toBe(2)
  await ok(submit(run))
  expect(await waits('district', '待提交的津贴批次')).toBe(1)
  expect(await waits('district', '待审核的津贴批次')).toBe(0)
  expect(await waits('township', '待审核的津贴批次')).toBe(0)
  expect(await waits('city', '待审核的津贴批次')).toBe(1)
  await reviewRun(w, run)
  expect(await waits('city', '待审核的津贴批次')).toBe(0)
  expect(await waits('district', '待公示的批次')).toBe(1)
  expect(await waits('finance', '待审批的津贴批次')).toBe(1)
})

test('a centre’s run waits for the township until it has decided its step', async () => {
  const { id } = await w.db
    .insertInto('organisations')
    .values({
      ...{ name: '示例西湖照料中心', kinds: ['care_facility'], facility_kind: 'home_care_centre' },
      district_code: '330106',
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  await facts.carer({ organisation_id: id, attendance: { '2026-08': 22 } })
  const august = await compute('2026-08')
  await ok(submit(august))
  expect(await waits('township', '待审核的津贴批次')).toBe(1)
  await reviewRun(w, august)
  expect(await waits('township', '待审核的津贴批次')).toBe(0)
  await ok(reject(august))
})

test('a rejected run waits to be computed again', async () => {
  expect(await waits('district', '待重新计算的批次')).toBe(1)
  await compute('2026-08')
  expect(await waits('district', '待重新计算的批次')).toBe(0)
})

test('a publicity waits for the answers to its objections and then to be closed; meanwhile the run waits for no approval', async () => {
  const opening = { starts_on: '2026-11-23', days: 5, day_kind: 'calendar', place: '区民政局网站' }
  const { id } = await post('district', `allowance-runs/${run}/publicity`, opening)
  expect(await waits('district', '待公示的批次')).toBe(0)
  expect(await waits('finance', '待审批的津贴批次')).toBe(0)
  const objection = await ok(
    as(null).post(`/api/v1/publicities/${id}/objections`, {
      ...{ position: null, statement: '名单漏了一个人', name: '王知情', phone: '13800001111' },
    }),
    201,
  )
  expect(await waits('district', '有公示异议待答复的批次')).toBe(1)
  on('2026-11-28')
  expect(await waits('district', '待结束公示的批次')).toBe(0)
  await post('district', `publicity-objections/${objection.id}/answer`, { upheld: false, answer: '已核对，无遗漏' })
  expect(await waits('district', '有公示异议待答复的批次')).toBe(0)
  expect(await waits('district', '待结束公示的批次')).toBe(1)
  await post('district', `publicities/${id}/closing`)
  expect(await waits('district', '待结束公示的批次')).toBe(0)
  expect(await waits('finance', '待审批的津贴批次')).toBe(1)
})

test('a line held back waits to be released', async () => {
  const { id } = await post('district', `allowance-runs/${run}/holds`, {
    person_id: carer,
    month: '2026-10',
    reason: '合同正在核实',
  })
  expect(await waits('district', '有暂缓人员待处理的批次')).toBe(1)
  await post('district', `line-holds/${id}/release`, { reason: '合同已核实' })
  expect(await waits('district', '有暂缓人员待处理的批次')).toBe(0)
})

test('an approved run waits for its file, then for the bank, then for what came back; and for the auditor until it was rechecked', async () => {
  await ok(approve(run))
  expect(await waits('finance', '待审批的津贴批次')).toBe(0)
  expect(await waits('finance', '未生成发放文件的批次')).toBe(1)
  await post('finance', `allowance-runs/${run}/payment-file`, { format: 'csv' })
  expect(await waits('finance', '未生成发放文件的批次')).toBe(0)
  expect(await waits('finance', '待导入银行回单的批次')).toBe(1)
  await answer(run, [{ person_id: carer, amount_fen: 40000, outcome: 'returned' }])
  expect(await waits('finance', '待导入银行回单的批次')).toBe(0)
  expect(await waits('finance', '有退票待补发的批次')).toBe(1)
  await w.db
    .updateTable('people')
    .set({ bank_account_sealed: await w.deps.vault.seal('6222020000000099') })
    .where('id', '=', carer)
    .execute()
  await post('finance', `allowance-runs/${run}/reissue`, { format: 'csv' })
  expect(await waits('finance', '有退票待补发的批次')).toBe(0)
  expect(await waits('finance', '待导入银行回单的批次')).toBe(1)
  expect(await waits('auditor', '未独立复核的批次')).toBe(1)
  await post('auditor', `allowance-runs/${run}/recheck`)
  expect(await waits('auditor', '未独立复核的批次')).toBe(0)
})

test('money to come back waits for a plan, an instalment past due and a write-off for whoever acts on them', async () => {
  const revoked = await facts.carer({ attendance: { '2026-07': 22 }, hours: 80, completed_on: '2026-06-20' })
  await payMonth(w, '2026-07', '2026-11-28')
  await facts.revoke(revoked.certificate_id!, '2026-01-01')
  await payMonth(w, '2026-11', '2026-12-03')
  on('2026-12-03')
  expect(await waits('district', '未定追回计划')).toBe(1)
  const [recovery] = (await ok(as('district').get('/api/v1/recoveries'))).items
  const { balance_fen } = recovery
  await post('district', `recoveries/${recovery.id}/plans`, {
    ...{ kind: 'instalments', reason: '本人申请' },
    instalments: [{ due_on: '2026-12-10', amount_fen: balance_fen }],
  })
  expect(await waits('district', '未定追回计划')).toBe(0)
  on('2026-12-11')
  expect([await waits('district', '归还已逾期'), await waits('finance', '归还已逾期')]).toEqual([1, 1])
  const { write_offs } = await post('district', `recoveries/${recovery.id}/write-offs`, {
    ...{ amount_fen: balance_fen, reason: '确无归还能力', document: '示例民发〔2026〕9 号' },
  })
  expect(await waits('finance', '待决定的核销')).toBe(1)
  await post('finance', `recovery-write-offs/${write_offs[0].id}/decision`, { approved: true, reason: '同意' })
  expect(await waits('finance', '待决定的核销')).toBe(0)
  expect([await waits('district', '归还已逾期'), await waits('finance', '归还已逾期')]).toEqual([0, 0])
})

test('a budget of which more is booked than was granted is short until it is raised', async () => {
  const quota = { scheme_code: 'hz-special-post', district_code: '330106', budget_year: 2026, issued_on: '2026-11-28' }
  const record = (amount_fen: number) =>
    post('finance', 'budget-quotas', { ...quota, kind: 'raise', amount_fen, document: '示例财社〔2026〕1 号' })
  expect(await waits('finance', '额度不足的预算')).toBe(0)
  await record(50_000)
  expect(await waits('finance', '额度不足的预算')).toBe(1)
  await record(990_000)
  expect(await waits('finance', '额度不足的预算')).toBe(0)
})

test('nothing of it was an internal fault', () => expect(w.faults).toEqual([]))
