/** Simulations: what a draft of a scheme would pay over real facts, whom it helps and hurts, and that it changes nothing. */

import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadScheme } from '../../db/load-reference.ts'
import { approveRun, computeRun, confirmVersion, submitRun } from '../../src/allowances/actions.ts'
import { confirmationShape } from '../../src/allowances/confirmation-shapes.ts'
import { simulationJob } from '../../src/allowances/simulation.ts'
import { runSlice } from '../../src/jobs/actions.ts'
import { allowanceWorld, CONFIRMATION, randomCarers } from '../support/allowance-world.ts'
import { clientsOf, codes, ok, text } from '../support/answers.ts'
import { FACT_SCHEME } from '../support/component-scheme.ts'
import { reviewRun } from '../support/reviewing.ts'
import { type World, world } from '../support/world.ts'

const HZ = 'hz-special-post'
let w: World
let facts: Awaited<ReturnType<typeof allowanceWorld>>
const as = clientsOf(() => w)
const DRAFT = {
  version: 1,
  title: '测试草案',
  first_month: '2026-10',
  last_month: '2026-10',
  district_codes: ['330106'],
}
const ask = (changed: object = {}, username = 'district', code = HZ) =>
  as(username).post(`/api/v1/schemes/${code}/simulations`, { ...DRAFT, ...changed })
interface Figure {
  month: string | null
  level: number
  people: number
  today_people: number
  today_fen: number
  draft_people: number
  draft_fen: number
  winners: number
  gained_fen: number
  losers: number
  lost_fen: number
}
const figuresOf = async (id: string): Promise<Figure[]> =>
  (await ok(as('district').get(`/api/v1/simulations/${id}/figures`))).items
const simulate = async (changed: object): Promise<Figure[]> => {
  const { id } = await ok(ask(changed), 202)
  await w.runJobs()
  return figuresOf(id)
}
const total = (figures: Figure[], name: keyof Omit<Figure, 'month'>, month: string | null = '2026-10') =>
  figures.filter((one) => one.month === month).reduce((sum, one) => sum + one[name], 0)
const everything = async () =>
  (
    await sql`select (select count(*) from allowance_runs) as runs, (select count(*) from allowance_lines) as lines,
      (select count(*) from allowance_ledger) as ledger, (select count(*) from scheme_versions) as versions, (select count(*) from scheme_rates) as rates`.execute(
      w.db,
    )
  ).rows

beforeAll(async () => {
  w = await world()
  facts = await allowanceWorld(w)
  await randomCarers(w, facts, 120, 7)
}, 120_000)
afterAll(() => w.close())

test('a draft that leaves open what nobody confirmed is refused; one that fills it in shows what would be paid where nothing is today', async () => {
  expect(await codes(ask({ rates: [{ level: 5, amount_fen: 30_000 }] }))).toBe('scheme.unconfirmed')
  const { rates, thresholds } = CONFIRMATION
  const figures = await simulate({ rates, thresholds })
  expect(total(figures, 'today_fen')).toBe(0)
  expect(total(figures, 'draft_fen')).toBeGreaterThan(0)
  expect(total(figures, 'winners')).toBe(total(figures, 'draft_people'))
})

describe('beside a run of the month', () => {
  let run: { payable_count: number; total_fen: number; by_level: Map<number, number> }
  beforeAll(async () => {
    const [admin, district, finance] = await Promise.all(
      ['admin', 'district', 'finance'].map((name) => w.context(name)),
    )
    const write = <T>(work: (tx: never) => Promise<T>) => w.db.transaction().execute(work as never) as Promise<T>
    await write((tx) => confirmVersion(tx, admin!, HZ, 1, confirmationShape.parse(CONFIRMATION)))
    const { id } = await write((tx) =>
      computeRun(tx, district!, { scheme_code: HZ, month: '2026-10', district_code: '330106' }),
    )
    await w.runJobs()
    await write((tx) => submitRun(tx, district!, id, null))
    await reviewRun(w, id)
    await write((tx) => approveRun(tx, finance!, id, null))
    const { payable_count, total_fen } = await ok(as('district').get(`/api/v1/allowance-runs/${id}`))
    const { rows } = await sql<{ level: number; count: number }>`
      select level, count(*) as count from allowance_lines where run_id = ${id}::uuid and outcome = 'payable' group by level`.execute(
      w.db,
    )
    run = { payable_count, total_fen, by_level: new Map(rows.map(({ level, count }) => [level, count])) }
  })

  test('today’s side is what the run came to, and a draft that pays the same moves nobody', async () => {
    const before = await everything()
    const same = CONFIRMATION.rates.find(({ level }) => level === 5)!
    const figures = await simulate({ rates: [same] })
    expect([total(figures, 'today_people'), total(figures, 'today_fen')]).toEqual([run.payable_count, run.total_fen])
    expect(run.payable_count).toBeGreaterThan(5)
    expect(['winners', 'losers', 'gained_fen', 'lost_fen'].map((name) => total(figures, name as 'winners'))).toEqual([
      0, 0, 0, 0,
    ])
    expect(await everything()).toEqual(before)
  })

  test('100 yuan more for level 5 are gained by exactly those who are paid at level 5', async () => {
    const paid = run.by_level.get(5)!
    const now = CONFIRMATION.rates.find(({ level }) => level === 5)!.amount_fen
    const figures = await simulate({ rates: [{ level: 5, amount_fen: now + 10_000 }] })
    const [level5] = figures.filter((one) => one.month === '2026-10' && one.level === 5)
    expect(level5).toMatchObject({ winners: paid, gained_fen: paid * 10_000, losers: 0 })
    expect(total(figures, 'winners')).toBe(paid)
  })

  test('a stricter condition hurts, one that is dropped helps, and the whole time counts everybody once', async () => {
    const strict = await simulate({ thresholds: { attendance: 31 }, first_month: '2026-09' })
    expect(total(strict, 'losers')).toBeGreaterThan(0)
    expect(total(strict, 'winners')).toBe(0)
    expect(total(strict, 'lost_fen', null)).toBe(total(strict, 'lost_fen') + total(strict, 'lost_fen', '2026-09'))
    expect(total(strict, 'people', null)).toBeLessThan(total(strict, 'people') + total(strict, 'people', '2026-09'))
    const loose = await simulate({ dropped: ['attendance'] })
    expect(total(loose, 'winners')).toBeGreaterThan(0)
    expect(total(loose, 'losers')).toBe(0)
  })

  test('gives the same figures whatever the slices, and sees what was known when it began', async () => {
    const asked = { thresholds: { attendance: 25 }, first_month: '2026-08' }
    const whole = await simulate(asked)
    const { id } = await ok(ask(asked), 202)
    const slice = () => runSlice(w.db, w.deps, { 'allowances.simulate': simulationJob(9) })
    await slice()
    await slice()
    // comes too late for this one
    await sql`update service_months set known_to = clock_timestamp() where month = '2026-10-01' and known_to = 'infinity'`.execute(
      w.db,
    )
    while (await slice());
    expect(await figuresOf(id)).toEqual(whole)
    expect(await simulate(asked)).not.toEqual(whole)
  })
})

test('what cannot be simulated is refused, all faults at once, and nothing is written', async () => {
  const count = async () => (await sql`select count(*) as n from simulations`.execute(w.db)).rows
  const before = await count()
  const rates = [{ level: 5, amount_fen: 1 }]
  expect(
    await codes(
      ask({ rates, district_codes: ['330102'], thresholds: { no_such: 1, attendance: '十' }, dropped: ['nor_this'] }),
    ),
  ).toEqual([
    ...['simulation.condition_unknown', 'simulation.condition_unknown', 'simulation.threshold_form'],
    'simulation.foreign_district',
  ])
  expect(await codes(ask({}))).toEqual(['simulation.nothing_changed'])
  expect(await codes(ask({ rates, first_month: '2024-01' }))).toEqual(['simulation.too_long'])
  expect(await codes(ask({ rates, last_month: '2026-11' }))).toBe('run.month_incomplete')
  expect((await ask({ rates, last_month: '2026-09' })).status).toBe(422)
  expect((await ask({ rates, version: 9 })).status).toBe(404)
  expect((await ask({ rates }, 'district', 'no-such-scheme')).status).toBe(404)
  expect((await ask({ rates, district_codes: [] }, 'district_nb')).status).toBe(422)
  expect(await count()).toEqual(before)
})

test('another division’s simulation does not exist, and a finished one is kept as it was', async () => {
  const { id } = await ok(ask({ rates: [{ level: 5, amount_fen: 1 }] }), 202)
  await w.runJobs()
  expect((await as('district2').get(`/api/v1/simulations/${id}`)).status).toBe(404)
  expect((await as('district2').get(`/api/v1/simulations/${id}/figures`)).status).toBe(404)
  expect((await as('facility').get(`/api/v1/simulations/${id}`)).status).toBe(403)
  expect((await ok(as('admin').get(`/api/v1/simulations/${id}`))).finished_at).not.toBeNull()
  for (const statement of [
    sql`update simulations set title = '改了'`,
    sql`delete from simulation_figures`,
    sql`update simulation_figures set people = people + 1`,
  ])
    await expect(statement.execute(w.db)).rejects.toThrow(/kept as/)
})

test('an officer asks by form, watches it, and takes the figures along', async () => {
  const page = '/console/schemes/hz-special-post/versions/1/simulation'
  const sent = { version: '1', title: '五级四百', first_month: '2026-10', last_month: '2026-10', rate_5: '400' }
  expect((await as('district').get(page)).status).toBe(200)
  const wrong = await as('district').submit(page, { ...sent, rate_5: '四百', last_month: '2026-09' })
  expect([wrong.status, await wrong.text()]).toEqual([422, expect.stringMatching(/id="field-rate_5-error"/)])
  const asked = await as('district').submit(page, sent)
  expect(asked.status).toBe(303)
  const address = asked.headers.get('location')!
  expect(await (await as('district').get(address)).text()).toContain('排队中')
  await w.runJobs()
  const done = await (await as('district').get(address)).text()
  expect(done).toContain('全部月份，每人计一次')
  const file = await as('district').get(`${address}/figures.xlsx`)
  expect([file.status, (await file.arrayBuffer()).byteLength > 2000]).toEqual([200, true])
  expect(await (await as('district').get('/console/simulations')).text()).toContain('五级四百')
})

describe('a draft of any component and of how conditions count', () => {
  const CODE = 'test-facts'
  const on = (changed: object) => ask(changed, 'district', CODE)
  const paidBy = async (changed: object) => {
    const { id } = await ok(on(changed), 202)
    await w.runJobs()
    return total(await figuresOf(id), 'draft_fen')
  }
  let carer: string
  beforeAll(async () => {
    await w.db.transaction().execute((tx) => loadScheme(tx, FACT_SCHEME))
    await sql`update organisations set ownership = 'private' where id = ${w.org.home}`.execute(w.db)
    carer = (await facts.carer({ starts_on: '2023-01-01', contract_until: '2026-01-01', level: 4 })).id
    const claim = { person_id: carer, scheme_code: CODE, claimed_on: '2026-03-01' }
    await w.db
      .insertInto('allowance_claims')
      .values([
        { ...claim, component: 'loyalty' },
        { ...claim, component: 'licensed' },
      ])
      .execute()
  })

  test('rates by years, conditions’ thresholds and parameters change what it pays', async () => {
    const loyalty = { component: 'loyalty', key: '2', amount_fen: 350000 }
    expect(await paidBy({ rates: [{ ...loyalty, amount_fen: 300000 }] })).toBe(300000)
    expect(await paidBy({ rates: [loyalty] })).toBe(350000)
    expect(await paidBy({ thresholds: { loyaltycontract_years: 4 } })).toBe(0)
    // claimed two months too late, and with a certificate of a lower level
    const licensed = { thresholds: { licensedcertificate_or_licence: 4 } }
    expect(await paidBy(licensed)).toBe(300000)
    expect(await paidBy({ ...licensed, parameters: { licensedclaimed: { within_months: 27 } } })).toBe(320000)
    expect(await paidBy({ ...licensed, dropped: ['licensedclaimed'] })).toBe(320000)
  })

  test('what the version has no rate of, and what a measure does not count by, is refused by name', async () => {
    const { errors } = await (
      await on({
        rates: [{ component: 'loyalty', key: '7', amount_fen: 1 }],
        parameters: {
          no_such: { basis: 'any_employer' },
          licensedclaimed: { within_months: 0 },
          licensedyears_served: { basis: 'anybody', wrong: 1 },
        },
      })
    ).json()
    expect(errors.map(({ pointer, code }: { pointer: string; code: string }) => [pointer, code])).toEqual([
      ['/parameters/no_such', 'simulation.condition_unknown'],
      ['/parameters/licensedclaimed/within_months', 'simulation.parameter_form'],
      ['/parameters/licensedyears_served/basis', 'simulation.parameter_form'],
      ['/parameters/licensedyears_served/wrong', 'simulation.parameter_form'],
      ['/rates/0', 'simulation.rate_unknown'],
    ])
  })

  test('the form has a field for each of them, and the result says what was changed', async () => {
    const page = `/console/schemes/${CODE}/versions/1/simulation`
    const form = await text(as('district').get(page))
    for (const name of ['rate_loyalty.2', 'kinds_loyaltyfacility_ownership', 'number_licensedclaimed.within_months'])
      expect(form).toContain(`name="${name}"`)
    const asked = await as('district').submit(page, {
      ...{
        version: '1',
        title: '放宽申领期限',
        first_month: '2026-10',
        last_month: '2026-10',
        'rate_loyalty.2': '3500',
      },
      ...{ 'number_licensedclaimed.within_months': '27', 'word_licensedyears_served.basis': 'same_city' },
      ...{ threshold_licensedcertificate_or_licence: '4', kinds_loyaltyfacility_ownership: 'private' },
    })
    expect(asked.status).toBe(303)
    const address = asked.headers.get('location')!
    await w.runJobs()
    const done = await text(as('district').get(address))
    for (const said of ['满 2 年', '可申领的月数：27', '年限范围：在本市']) expect(done).toContain(said)
    const { draft } = await ok(as('district').get(`/api/v1/simulations/${address.split('/').at(-1)}`))
    expect(draft).toMatchObject({
      rates: [{ component: 'loyalty', key: '2', amount_fen: 350000 }],
      thresholds: { licensedcertificate_or_licence: 4, loyaltyfacility_ownership: ['private'] },
      parameters: { licensedclaimed: { within_months: 27 }, licensedyears_served: { basis: 'same_city' } },
    })
  })
})
