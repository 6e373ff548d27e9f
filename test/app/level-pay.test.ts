/** Pay linked to level: what is recommended, what a facility promises and pays, and who sees whether the promise is kept. */
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isLinked } from '../../src/allowances/level-pay-rules.ts'
import { clientsOf, faults, ok } from '../support/answers.ts'
import { type World, world } from '../support/world.ts'

let w: World
const as = clientsOf(() => w)

beforeAll(async () => {
  w = await world()
}, 60_000)
afterAll(() => w.close())

const CARER = '4-10-01-05'
const ladder = (yuan: Record<number, number>, changed: object = {}) =>
  as('facility').post('/api/v1/pay-ladders', {
    ...{ occupation_code: CARER, effective_from: '2026-07-01', reason: '职工代表大会通过' },
    steps: Object.entries(yuan).map(([level, amount]) => ({ level: Number(level), monthly_fen: amount * 100 })),
    ...changed,
  })
const bands = (rows: Record<number, [number, number, number]>, changed: object = {}) =>
  as('facility').post('/api/v1/pay-bands', {
    ...{ occupation_code: CARER, month: '2026-09' },
    bands: Object.entries(rows).map(([level, [people, low, high]]) => ({
      ...{ level: Number(level), people, low_fen: low * 100, high_fen: high * 100 },
    })),
    ...changed,
  })
const guidance = (division_code: string, low: number, changed: object = {}, client = as('admin')) =>
  client.post('/api/v1/pay-guidances', {
    ...{ division_code, occupation_code: CARER, effective_from: '2026-01-01', citation: '示例通知' },
    steps: [5, 4, 3].map((level) => ({
      ...{ level, low_fen: (low + (5 - level) * 500) * 100, high_fen: (low + (5 - level) * 500 + 800) * 100 },
    })),
    ...changed,
  })
const facility = async (query = 'month=2026-09', client = as('district')) => {
  const { items } = await ok(client.get(`/api/v1/level-pay?${query}`))
  return items.find(({ levels }: { levels: { promised_fen: number | null }[] }) =>
    levels.some(({ promised_fen }) => promised_fen !== null),
  )
}
const levelOf = ({ levels }: { levels: { level: number }[] }, level: number) =>
  levels.find((row) => row.level === level)

test('pay is linked to level where every level is promised more than the one below', () => {
  const steps = (...pairs: [number, number][]) => pairs.map(([level, monthly_fen]) => ({ level, monthly_fen }))
  expect(isLinked(steps([5, 100], [4, 101]))).toBe(true)
  expect(isLinked(steps([3, 300], [5, 100], [4, 200]))).toBe(true)
  expect(isLinked(steps([5, 100], [4, 100]))).toBe(false)
  expect(isLinked(steps([5, 100]))).toBe(false)
  expect(isLinked([])).toBe(false)
})

describe('guidance', () => {
  test('is recorded with its source; a district’s own goes before its city’s, and what was in force stays on record', async () => {
    await ok(guidance('330100', 4800), 201)
    await ok(guidance('330106', 5000, {}, as('district')), 201)
    await ok(guidance('330106', 5200, { effective_from: '2026-10-01' }, as('district')), 201)
    const { items } = await ok(as('facility').get('/api/v1/pay-guidances'))
    expect(items.map((one: Record<string, unknown>) => [one.division_code, one.effective_from, one.in_force])).toEqual([
      ['330106', '2026-10-01', true],
      ['330106', '2026-01-01', false],
      ['330100', '2026-01-01', true],
    ])
  })

  test('of another division, of a level that does not exist, or with its ends turned round is refused, and nothing is written', async () => {
    const before = await ok(as('admin').get('/api/v1/pay-guidances'))
    expect(await faults(guidance('330100', 4800, {}, as('district')))).toEqual([
      ['/division_code', 'pay_guidance.foreign_division'],
    ])
    const turned = { steps: [{ level: 5, low_fen: 2, high_fen: 1 }] }
    expect((await faults(guidance('330106', 1, turned))).map(([pointer]) => pointer)).toEqual(['/steps/0/high_fen'])
    const twice = { steps: [5, 5].map((level) => ({ level, low_fen: 1, high_fen: 1 })) }
    expect((await faults(guidance('330106', 1, twice))).map(([pointer]) => pointer)).toEqual(['/steps'])
    expect((await guidance('330106', 1, { occupation_code: '9-99-99-99' })).status).toBe(404)
    expect(await ok(as('admin').get('/api/v1/pay-guidances'))).toEqual(before)
  })
})

describe('a ladder', () => {
  test('that pays a higher level less is refused with the amounts', async () => {
    const answer = await (await ladder({ 5: 5000, 4: 5400, 3: 5300 })).json()
    expect(answer.errors).toMatchObject([{ pointer: '/steps/0/monthly_fen', code: 'pay_ladder.falling' }])
    expect(answer.errors[0].message).toContain('5,300.00')
  })

  test('stays on record when a later one takes its place, and a month is judged by the one in force on its first day', async () => {
    expect(await ok(ladder({ 5: 5000 }, { effective_from: '2026-07-01' }), 201)).toMatchObject({ linked: false })
    expect(await ok(ladder({ 5: 5100, 4: 5600, 3: 6200 }, { effective_from: '2026-09-01' }), 201)).toMatchObject({
      ...{ linked: true, in_force: true },
    })
    expect(await facility('month=2026-08')).toMatchObject({ linked: false, effective_from: '2026-07-01' })
    expect(await facility('month=2026-09')).toMatchObject({ linked: true, effective_from: '2026-09-01' })
    expect(levelOf(await facility(), 5)).toMatchObject({ promised_fen: 510_000, promise: 'unreported' })
  })

  test('is nobody else’s to see', async () => {
    const own = await w.context('facility')
    const path = `/api/v1/pay-ladders?organisation_id=${own.actor.organisation_id}`
    expect((await ok(as('facility').get(path))).items).toHaveLength(2)
    expect((await ok(as('nursery').get(path))).items).toEqual([])
    expect((await as('trainer').get(path)).status).toBe(403)
  })
})

describe('what was paid', () => {
  test('is told in bands of 500 yuan of a month that is over, never as a wage', async () => {
    expect((await faults(bands({ 5: [1, 5123, 5123] }))).map(([pointer]) => pointer)).toEqual(
      expect.arrayContaining(['/bands/0/low_fen', '/bands/0/high_fen']),
    )
    expect(await faults(bands({ 5: [3, 5000, 6000] }, { month: '2030-01' }))).toEqual([
      ['/month', 'pay_band.month_incomplete'],
    ])
    expect(await ok(bands({ 5: [12, 5500, 6000], 4: [6, 5000, 6000], 3: [2, 5500, 6000] }))).toEqual({ changed: 3 })
  })

  test('shows of each level whether the promise is kept, of some, or broken, and how far it stays below the guidance', async () => {
    const row = await facility()
    expect(row).toMatchObject({ linked: true, promise: 'broken' })
    expect([5, 4, 3, 2].map((level) => (levelOf(row, level) as never as { promise: string }).promise)).toEqual([
      ...['kept', 'partly', 'broken', 'none'],
    ])
    // guidance of the district for level 3: 5,000 + 2 × 500
    expect(levelOf(row, 3)).toMatchObject({ guidance_low_fen: 600_000, promised_fen: 620_000, gap_fen: 0 })
    expect(levelOf(await facility('month=2026-10'), 5)).toMatchObject({ guidance_low_fen: 520_000, gap_fen: 10_000 })
  })

  test('said again does nothing; other figures want a reason and keep what was said before', async () => {
    expect(await ok(bands({ 5: [12, 5500, 6000] }))).toEqual({ changed: 0 })
    expect(await faults(bands({ 3: [2, 6000, 7000] }))).toEqual([['/reason', 'pay_band.reason_missing']])
    expect(await ok(bands({ 3: [2, 6500, 7000] }, { reason: '补发了九月的等级工资' }))).toEqual({ changed: 1 })
    expect(await facility()).toMatchObject({ promise: 'partly' })
    const { rows } = await sql<{ count: number }>`select count(*) as count from pay_bands where level = 3`.execute(w.db)
    expect(rows[0]!.count).toBe(2)
    await expect(sql`delete from pay_bands`.execute(w.db)).rejects.toThrow(/append-only/)
  })

  test('adds up by district, of its own facilities only', async () => {
    const sums = async (username: string) =>
      (await ok(as(username).get('/api/v1/level-pay/districts?month=2026-10'))).items as Record<string, unknown>[]
    const [own] = await sums('district')
    expect(own).toMatchObject({ district_code: '330106', linked: 1, reported: 0, broken: 0, gap_fen: 10_000 })
    expect((await sums('admin')).length).toBeGreaterThan(1)
    expect((await as('trainer').get('/api/v1/level-pay/districts?month=2026-10')).status).toBe(403)
  })
})

describe('the pages', () => {
  const text = async (answer: Promise<Response>, status = 200) => {
    const response = await answer
    expect(response.status).toBe(status)
    return response.text()
  }

  test('a facility records its ladder and bands by form; faults stand beside the level they are about', async () => {
    expect(await text(as('facility').get('/console/level-pay?month=2026-09'))).toContain('承诺与实发 · 2026-09')
    const wrong = await text(
      as('facility').submit('/console/level-pay/ladders', {
        ...{ occupation_code: CARER, effective_from: '2027-01-01', reason: '调整' },
        ...{ monthly_yuan_5: '5000', monthly_yuan_3: '4000' },
      }),
      422,
    )
    expect(wrong).toMatch(/id="field-monthly_yuan_3-error"/)
    const right = { occupation_code: CARER, month: '2026-10', people_5: '4', low_yuan_5: '5500', high_yuan_5: '6,000' }
    expect((await as('facility').submit('/console/level-pay/bands', right)).status).toBe(303)
    const off = await text(
      as('facility').submit('/console/level-pay/bands', { ...right, low_yuan_5: '5510', reason: '改' }),
      422,
    )
    expect(off).toMatch(/id="bands-low_yuan_5-error"/)
  })

  test('officers see districts and facilities, and record guidance', async () => {
    expect(await text(as('district').get('/console/level-pay?month=2026-09&show=linked'))).toContain('部分未达')
    const sent = {
      ...{ division_code: '330106', occupation_code: CARER, effective_from: '2027-01-01', citation: '示例通知二' },
      ...{ low_yuan_5: '5300', high_yuan_5: '6000' },
    }
    expect((await as('district').submit('/console/level-pay/guidance', sent)).status).toBe(303)
    expect(await text(as('district').get('/console/level-pay/guidance'))).toContain('示例通知二')
    const wrong = await text(as('district').submit('/console/level-pay/guidance', { ...sent, high_yuan_5: '100' }), 422)
    expect(wrong).toMatch(/id="field-high_yuan_5-error"/)
  })
})
