/** Budget: what documents add up to, what runs reserve and use of it, and that a run that does not fit stops until more is granted. */
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest'
import { budgetYear } from '../../src/allowances/budget-rules.ts'
import { HZ, runsOf } from '../support/allowance-runs.ts'
import { allowanceWorld } from '../support/allowance-world.ts'
import { codes, faults, ok, text } from '../support/answers.ts'
import { reviewRun } from '../support/reviewing.ts'
import { type World, world } from '../support/world.ts'

let w: World
const runs = runsOf(() => w)
const { as, key } = runs
/** Three people a month in Xihu, each 400 yuan. */
const people: string[] = []
let facts: Awaited<ReturnType<typeof allowanceWorld>>
const MONTH_FEN = 120_000

beforeAll(async () => {
  w = await world()
  facts = await allowanceWorld(w)
  for (const name of ['甲', '乙', '丙']) people.push((await facts.carer({ name })).id)
  await runs.confirm()
}, 120_000)
afterAll(() => w.close())

const QUOTA = {
  ...{ scheme_code: HZ, district_code: '330106', budget_year: 2026, kind: 'raise', amount_fen: 100_000 },
  ...{ issued_on: '2026-01-12', document: '示例财社〔2026〕1 号' },
}
const record = (changed: object = {}, username = 'finance') =>
  as(username).post('/api/v1/budget-quotas', { ...QUOTA, ...changed }, key())
const budget = async (budget_year = 2026, username = 'finance') =>
  (await ok(as(username).get(`/api/v1/budget-quotas?budget_year=${budget_year}&district_code=330106`))).items[0]
/** The figures of a refusal, in yuan. */
async function stopped(answer: Promise<Response>) {
  const response = await answer
  const { code, detail } = await response.json()
  const figure = (name: string) => new RegExp(`${name} ([\\d,.]+)`).exec(detail)?.[1]
  return [response.status, code, ...['额度', '已支付', '已占用', '需要', '还差'].map(figure)]
}
const setting = (settings: object) =>
  sql`update scheme_versions set settings = settings || ${JSON.stringify(settings)}::jsonb where scheme_code = ${HZ}`.execute(
    w.db,
  )

test('the year that pays is that of the payment, or goes by the month where the scheme says so', () => {
  expect(budgetYear({}, '2026-12', '2027-01-08')).toBe(2027)
  expect(budgetYear({ schedule: {} }, '2026-12', '2026-12-31')).toBe(2026)
  expect(budgetYear({ schedule: { budget: 'same_year' } }, '2026-12', '2027-01-08')).toBe(2026)
  expect(budgetYear({ schedule: { budget: 'next_year' } }, '2026-12', '2026-12-31')).toBe(2027)
})

describe('a quota', () => {
  test('is the sum of its documents; a cut takes away, and none of them ever changes', async () => {
    const place = { budget_year: 2027 }
    await ok(record({ ...place, amount_fen: 500_000 }))
    await ok(record({ ...place, amount_fen: 30_000, document: '追加通知' }))
    expect(await ok(record({ ...place, kind: 'cut', amount_fen: 80_000, document: '调减通知' }))).toMatchObject({
      ...{ quota_fen: 450_000, used_fen: 0, reserved_fen: 0, left_fen: 450_000, district_name: '西湖区' },
      quotas: [
        { kind: 'raise', amount_fen: 500_000, recorded_by_name: 'finance 示例' },
        { kind: 'raise', document: '追加通知' },
        { kind: 'cut', amount_fen: 80_000, document: '调减通知' },
      ],
    })
    for (const statement of [
      sql`update budget_quotas set amount_fen = 1`,
      sql`delete from budget_quotas`,
      sql`delete from budgets`,
    ])
      await expect(statement.execute(w.db)).rejects.toThrow(/append-only/)
  })

  test('that is negative, nothing, of a far year, of tomorrow or without a document is refused, every fault at once', async () => {
    expect(await faults(record({ amount_fen: -5, document: ' ' }))).toEqual([
      ['/amount_fen', 'input.too_small'],
      ['/document', 'input.too_small'],
    ])
    expect(await faults(record({ amount_fen: 0 }))).toEqual([['/amount_fen', 'input.too_small']])
    expect((await faults(record({ amount_fen: 1.5 })))[0]![0]).toBe('/amount_fen')
    expect(await faults(record({ budget_year: 2028, issued_on: '2026-11-24' }))).toEqual([
      ['/budget_year', 'budget_quota.year'],
      ['/issued_on', 'budget_quota.issued_later'],
    ])
    expect(
      (await faults(record({ budget_year: 1999, issued_on: '2026-02-30', kind: 'gift' }))).map(([at]) => at),
    ).toEqual(['/budget_year', '/kind', '/issued_on'])
    expect(await budget()).toBeUndefined()
  })

  test('cut below nothing is refused with the figures', async () => {
    expect(await codes(record({ budget_year: 2025, kind: 'cut' }))).toEqual(['budget_quota.below_used'])
    expect(await budget(2025)).toBeUndefined()
  })

  test('is recorded by finance of the division alone, with a key; another district does not exist', async () => {
    expect((await as('finance').post('/api/v1/budget-quotas', QUOTA)).status).toBe(400)
    for (const username of ['admin', 'district', 'auditor', 'facility'])
      expect((await record({}, username)).status).toBe(403)
    expect((await record({}, 'finance_nb')).status).toBe(404)
    expect((await record({ district_code: '330200' })).status).toBe(404)
    expect((await record({ district_code: '999999' })).status).toBe(404)
    expect((await record({ scheme_code: 'nowhere' })).status).toBe(404)
    expect(await codes(record({ district_code: '330200', scheme_code: HZ }, 'finance_nb'))).toBe(
      'budget.district_outside_scheme',
    )
    expect((await ok(as('finance_nb').get('/api/v1/budget-quotas?budget_year=2027'))).items).toEqual([])
    expect((await as('facility').get('/api/v1/budget-quotas')).status).toBe(403)
    expect((await as('finance').get('/api/v1/budget-quotas?budget_year=x')).status).toBe(422)
  })
})

describe('a run', () => {
  test('without a quota on record goes its way, and the page says that there is none', async () => {
    const id = await runs.approved('2026-07')
    expect(await budget()).toMatchObject({
      ...{ quota_fen: null, left_fen: null, used_fen: 0, reserved_fen: MONTH_FEN, approved_fen: MONTH_FEN },
    })
    const page = await text(as('district').page('/console/budget'))
    expect(page).toContain('以下 1 项还没有登记额度')
    expect(page).not.toContain('登记额度</h2>')
    expect(id).toBeTruthy()
  })

  test('uses what the bank has paid; what came back is reserved again', async () => {
    const id = (
      await w.db.selectFrom('allowance_runs').select('id').where('month', '=', '2026-07-01').executeTakeFirstOrThrow()
    ).id
    await runs.answer(
      id,
      people.map((person_id, at) => ({ person_id, amount_fen: 40_000, outcome: at === 2 ? 'returned' : 'paid' })),
    )
    expect(await budget()).toMatchObject({ used_fen: 80_000, approved_fen: 40_000, submitted_fen: 0 })
    await runs.answer(id, [{ person_id: people[0]!, amount_fen: 40_000, outcome: 'returned' }])
    expect(await budget()).toMatchObject({ used_fen: 40_000, approved_fen: 80_000 })
    await runs.answer(
      id,
      people.map((person_id) => ({ person_id, amount_fen: 40_000 })),
    )
    expect(await budget()).toMatchObject({ used_fen: MONTH_FEN, reserved_fen: 0 })
  })

  test('that does not fit stops when it is submitted, says every figure, and goes on after a raise', async () => {
    await ok(record({ amount_fen: MONTH_FEN + 50_000 }))
    const id = await runs.compute('2026-08')
    expect(await stopped(runs.submit(id))).toEqual([
      ...[409, 'budget.exceeded', '1,700.00', '1,200.00', '0.00', '1,200.00', '700.00'],
    ])
    expect((await ok(as('district').get(`/api/v1/allowance-runs/${id}`))).status).toBe('computed')
    expect(await budget()).toMatchObject({ reserved_fen: 0, left_fen: 50_000 })
    const english = await as('district').send('POST', `/api/v1/allowance-runs/${id}/submission`, {
      headers: { 'content-type': 'application/json', 'idempotency-key': 'english', 'accept-language': 'en' },
      body: '{}',
    })
    expect((await english.json()).detail).toContain(
      'quota 1,700.00 yuan, used 1,200.00, reserved 0.00, needed 1,200.00, missing 700.00',
    )
    const page = await text(as('district').submit(`/console/runs/${id}/submission`, { reason: '' }), 409)
    expect(page).toContain('还差 700.00 元')
    await ok(record({ amount_fen: 70_000, document: '追加 1' }))
    await ok(runs.submit(id))
    expect(await budget()).toMatchObject({ submitted_fen: MONTH_FEN, left_fen: 0 })
  })

  test('submitted is stopped at approval where its quota was cut since, and gives its money back when it is rejected', async () => {
    const { id } = await w.db
      .selectFrom('allowance_runs')
      .select('id')
      .where('month', '=', '2026-08-01')
      .executeTakeFirstOrThrow()
    await reviewRun(w, id)
    // what is paid cannot be cut away, what only waits can
    expect(await codes(record({ kind: 'cut', amount_fen: MONTH_FEN + 1 }))).toEqual(['budget_quota.below_used'])
    await ok(record({ kind: 'cut', amount_fen: 30_000, document: '调减' }))
    expect(await budget()).toMatchObject({ left_fen: -30_000 })
    expect(await text(as('finance').page('/console/budget'))).toContain('−¥300.00')
    expect(await stopped(runs.approve(id))).toEqual([
      ...[409, 'budget.exceeded', '2,100.00', '1,200.00', '0.00', '1,200.00', '300.00'],
    ])
    expect((await w.db.selectFrom('allowance_ledger').select('run_id').where('run_id', '=', id).execute()).length).toBe(
      0,
    )
    await ok(runs.reject(id))
    expect(await budget()).toMatchObject({ reserved_fen: 0, left_fen: 90_000 })
  })

  test('counts once however it is asked for, and a month approved leaves nothing for the next', async () => {
    await ok(record({ amount_fen: 30_000, document: '追加 2' }))
    const id = await runs.compute('2026-08')
    await ok(runs.submit(id))
    await reviewRun(w, id)
    await ok(runs.approve(id))
    expect(await budget()).toMatchObject({ approved_fen: MONTH_FEN, left_fen: 0 })
    expect(await codes(record({ kind: 'cut', amount_fen: 1 }))).toEqual(['budget_quota.below_used'])
    const next = await runs.compute('2026-09')
    expect((await stopped(runs.submit(next)))[1]).toBe('budget.exceeded')
  })
})

// one connection knows no two at once
if (inject('engine') === 'postgres')
  describe('two at once', () => {
    let both: [string, string]
    beforeEach(async () => {
      const waiting = await w.db
        .selectFrom('allowance_runs')
        .select('id')
        .where('month', 'in', ['2026-09-01', '2026-10-01'])
        .where('status', 'in', ['submitted', 'reviewed', 'computed'])
        .execute()
      for (const { id } of waiting) await runs.submit(id).then(() => runs.reject(id))
      both = [await runs.compute('2026-09'), await runs.compute('2026-10')]
      const more = MONTH_FEN - (await budget()).left_fen
      const kind = more > 0 ? 'raise' : 'cut'
      if (more !== 0) await ok(record({ kind, amount_fen: Math.abs(more), document: '只够一个月' }))
      expect((await budget()).left_fen).toBe(MONTH_FEN)
    })
    /** Each in a transaction of its own that has begun before the other ends. */
    const race = async (answers: Promise<Response>[]) =>
      (await Promise.all((await Promise.all(answers)).map(async (answer) => (await answer.json()).code ?? 'ok'))).sort()

    test('submitted: one reserves the last money, the other is stopped', async () => {
      expect(await race(both.map((id) => runs.submit(id)))).toEqual(['budget.exceeded', 'ok'])
      expect(await budget()).toMatchObject({ submitted_fen: MONTH_FEN, left_fen: 0 })
    })

    test('approved after the quota was cut: one takes the last money, the other is stopped', async () => {
      await ok(record({ amount_fen: MONTH_FEN, document: '两个月' }))
      for (const id of both) {
        await ok(runs.submit(id))
        await reviewRun(w, id)
      }
      await ok(record({ kind: 'cut', amount_fen: MONTH_FEN, document: '又只够一个月' }))
      expect(await race([runs.approve(both[0]), runs.approve(both[1], 'finance2')])).toEqual(['budget.exceeded', 'ok'])
      expect(await budget()).toMatchObject({ submitted_fen: MONTH_FEN, left_fen: -MONTH_FEN })
    })
  })

describe('what a scheme says of its budget', () => {
  test('a month can be paid by its own year, and nothing without a quota where the scheme demands one', async () => {
    await setting({ schedule: { budget: 'same_year' }, quota_required: true })
    // a month of the year before, in which nobody is due anything, asks for nothing
    const idle = await runs.compute('2025-12', '330102')
    await ok(runs.submit(idle, '330102'))
    w.clock.now = new Date('2027-01-08T02:00:00Z')
    const late = runsOf(() => w)
    const { id: person_id } = await facts.carer({
      name: '丁',
      organisation_id: w.org.home2,
      attendance: { '2026-11': 22, '2026-12': 22 },
    })
    const id = await late.compute('2026-12', '330102')
    expect(await codes(late.submit(id, '330102'))).toBe('budget.no_quota')
    const granted = { ...QUOTA, district_code: '330102' }
    await ok(late.as('finance').post('/api/v1/budget-quotas', { ...granted, budget_year: 2027 }, key()))
    expect(await codes(late.submit(id, '330102'))).toBe('budget.no_quota')
    await ok(late.as('finance').post('/api/v1/budget-quotas', granted, key()))
    await ok(late.submit(id, '330102'))
    const { items } = await ok(late.as('finance').get('/api/v1/budget-quotas?budget_year=2026&district_code=330102'))
    expect(items).toMatchObject([{ submitted_fen: 40_000, left_fen: 60_000 }])
    // all of it held back: what is neither booked nor paid is reserved no longer
    const hold = { person_id, month: '2026-12', reason: '合同正在核实' }
    await ok(late.as('finance').post(`/api/v1/allowance-runs/${id}/holds`, hold, key()), 201)
    await reviewRun(w, id)
    await ok(late.approve(id))
    expect(
      (await ok(late.as('finance').get('/api/v1/budget-quotas?budget_year=2026&district_code=330102'))).items,
    ).toMatchObject([{ approved_fen: 0, submitted_fen: 0, left_fen: 100_000 }])
    w.clock.now = new Date('2026-11-23T02:00:00Z')
    await setting({ schedule: {}, quota_required: false })
  })
})

describe('the page', () => {
  const console = runsOf(() => w).as

  test('shows a year with a bar a district and every document, and records one', async () => {
    const answer = await console('finance').submit('/console/budget', {
      ...{ scheme_code: HZ, district_code: '330106', budget_year: '2026', kind: 'raise', amount_yuan: '1,234.50' },
      ...{ issued_on: '2026-03-01', document: '网页登记' },
    })
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/console/budget?budget_year=2026'])
    const page = await text(console('finance').page('/console/budget?budget_year=2026'))
    for (const words of ['预算 · 2026 年度', '西湖区', 'class="budget-bar"', '网页登记', '+¥1,234.50', '登记额度'])
      expect(page).toContain(words)
    expect(await text(console('finance').page('/console/budget?budget_year=2024'))).toContain('还没有额度')
    expect(await text(console('finance').page('/console/budget?budget_year=x&scheme_code='))).toContain('2026 年度')
    const english = await (await console('auditor').get('/console/budget', { 'accept-language': 'en' })).text()
    expect(english).toContain('Reserved')
    expect(english).not.toContain('Record a quota')
  })

  test('shows a refused form again with what was typed', async () => {
    const page = await text(
      console('finance').submit('/console/budget', {
        ...{ scheme_code: HZ, district_code: '330106', budget_year: '2026', kind: 'raise', amount_yuan: '-3' },
        ...{ issued_on: '2026-03-01', document: '网页登记负数' },
      }),
      422,
    )
    expect(page).toContain('网页登记负数')
    expect(page).toContain('有 1 处需要改正')
    expect((await console('district').submit('/console/budget', {})).status).toBe(403)
  })
})

test('no internal fault happened', () => expect(w.faults).toEqual([]))
