/** A scheme of several components through runs, ledger and pages: monthly and one-off lines side by side, each booked once, as the oracle says. */
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadScheme } from '../../db/load-reference.ts'
import { approveRun, computeRun, submitRun } from '../../src/allowances/actions.ts'
import { recompute } from '../../src/allowances/recheck-statement.ts'
import { allowanceWorld, randomCarers } from '../support/allowance-world.ts'
import { clientsOf, codes, ok } from '../support/answers.ts'
import { bePeople, SCHEME } from '../support/component-scheme.ts'
import { reviewRun } from '../support/reviewing.ts'
import { type World, world } from '../support/world.ts'

const CODE = 'test-components'
const DISTRICT = '330106'
let w: World
let facts: Awaited<ReturnType<typeof allowanceWorld>>
let whole: { id: string; certificate_id: string | null }
const as = clientsOf(() => w)

beforeAll(async () => {
  w = await world()
  facts = await allowanceWorld(w)
  await w.db.transaction().execute((tx) => loadScheme(tx, SCHEME))
  await randomCarers(w, facts, 80, 11)
  await bePeople(w)
  whole = await facts.carer({ name: '全有', level: 4, starts_on: '2021-03-15', issued_on: '2022-01-10' })
  await graduate(whole.id, 'bachelor', '2021-01-01')
  await sql`update service_months set social_insurance = true where person_id = ${whole.id}`.execute(w.db)
  await sql`update people set birth_date = '1990-01-01' where id = ${whole.id}`.execute(w.db)
}, 120_000)
afterAll(() => w.close())

describe('two months of a scheme of five components', () => {
  test.each(['2026-08', '2026-09'])('the lines of %s are what the oracle says, and are booked', async (month) => {
    const run_id = await compute(month)
    const lines = await linesOf(run_id, month)
    const all = await w.db.transaction().execute((tx) => recompute(tx, CODE, month))
    const said = all.filter((row) => row.district_code === DISTRICT)
    const due = (rows: Line[]) => rows.filter((row) => row.entitlement_fen > 0)
    expect(due(lines)).toEqual(due(said.map(({ district_code: _, once: __, ...row }) => row)))
    // a month that is not due has a line only where it is due anew each month
    expect(lines.filter((row) => row.entitlement_fen === 0).every(({ component }) => component === 'monthly')).toBe(
      true,
    )
    await approve(run_id)
  })

  test('people were paid by every component, and nobody by all', async () => {
    const { rows } = await sql<{ component: string; people: number }>`
      select component, count(distinct person_id) as people from allowance_ledger where amount_fen > 0 group by 1 order by 1`.execute(
      w.db,
    )
    expect(rows.map(({ component }) => component)).toEqual(['entry', 'level', 'level_addon', 'monthly', 'tenure'])
    for (const { people } of rows) expect(people).toBeLessThan(81)
  })

  test('a person has a monthly and one-off lines in one month, and the one-off ones never again', async () => {
    const booked = await bookedOf(whole.id)
    const once = { entry: 5000000, level: 200000, level_addon: 200000, tenure: 500000 }
    expect(booked.filter(({ month }) => month === '2026-08')).toEqual(
      [...Object.entries(once), ['monthly', 40000] as const]
        .map(([component, amount_fen]) => ({ month: '2026-08', component, amount_fen }))
        .sort((a, b) => (a.component < b.component ? -1 : 1)),
    )
    expect(booked.filter(({ month }) => month !== '2026-08').map(({ component }) => component)).toEqual(['monthly'])
  })

  test.each([
    ['the same component a second time', 'tenure', 0, null],
    ['a difference that quotes a wrong amount', 'tenure', 1, 1],
  ])('the database refuses %s', async (_, component, seq, prev_fen) => {
    const [run] = await runs()
    await expect(
      sql`insert into allowance_ledger (person_id, scheme_code, month, component, seq, prev_seq, prev_fen, entitlement_fen, run_id)
        values (${whole.id}, ${CODE}, '2026-08-01', ${component}, ${seq}, ${prev_fen === null ? null : seq - 1}, ${prev_fen}, 5, ${run!})`.execute(
        w.db,
      ),
    ).rejects.toThrow()
  })

  test('computed again, the digest is the same', async () => {
    const ask = () => compute('2026-10')
    expect(await digestOf(await ask())).toBe(await digestOf(await ask()))
  })

  test('a revoked certificate takes back what rests on it, each month its own part, and restored all of it comes again', async () => {
    await facts.revoke(whole.certificate_id!, '2022-01-10')
    const run_id = await compute('2026-10')
    const mine = (await allLines(run_id, whole.id)).filter(({ amount_fen }) => amount_fen < 0)
    expect(mine.map(({ month, component, amount_fen }) => [month, component, amount_fen])).toEqual([
      ['2026-08', 'level', -200000],
      ['2026-08', 'level_addon', -200000],
      ['2026-08', 'monthly', -40000],
      ['2026-09', 'monthly', -40000],
    ])
    await approve(run_id)
    await facts.restore(whole.certificate_id!)
    const sums = await bookedOf(whole.id)
    expect(sums.filter(({ component }) => component === 'level').reduce((sum, one) => sum + one.amount_fen, 0)).toBe(0)
  })
})

describe('a component that is held back', () => {
  const key = () => ({ key: crypto.randomUUID() })
  const held = { component: 'level', month: '2026-08' }
  const rows = async (run_id: string) =>
    (await allLines(run_id, whole.id))
      .filter(({ amount_fen }) => amount_fen !== 0)
      .map(({ month, component }) => `${month} ${component}`)
  const bookedBy = async (run_id: string) =>
    (
      await sql<{ line: string }>`select to_char(month, 'YYYY-MM') || ' ' || component as line from allowance_ledger
        where run_id = ${run_id} and person_id = ${whole.id} and amount_fen <> 0 order by 1`.execute(w.db)
    ).rows.map(({ line }) => line)

  test('is not booked and stays held in the next run, beside the other components of its month; released it is paid', async () => {
    w.clock.now = new Date('2027-01-05T02:00:00Z')
    const november = await compute('2026-11')
    expect(await rows(november)).toEqual([
      '2026-08 level',
      '2026-08 level_addon',
      '2026-08 monthly',
      '2026-09 monthly',
      '2026-10 monthly',
    ])
    const district = await w.context('district')
    await w.db.transaction().execute((tx) => submitRun(tx, district, november, null))
    const { id: hold_id } = await ok(
      as('district').post(
        `/api/v1/allowance-runs/${november}/holds`,
        { person_id: whole.id, ...held, reason: '证书正在核实' },
        key(),
      ),
      201,
    )
    const { items } = await ok(as('district').get(`/api/v1/allowance-runs/${november}/lines?outcome=held`))
    expect(items).toMatchObject([{ person_id: whole.id, ...held, held: true }])
    await decide(november)
    expect(await bookedBy(november)).toEqual([
      '2026-08 level_addon',
      '2026-08 monthly',
      '2026-09 monthly',
      '2026-10 monthly',
    ])

    const december = await compute('2026-12')
    expect(await rows(december)).toEqual(['2026-08 level'])
    await approve(december)
    expect(await bookedBy(december)).toEqual([])
    await ok(as('district').post(`/api/v1/line-holds/${hold_id}/release`, { reason: '已核实' }, key()))
    w.clock.now = new Date('2027-02-05T02:00:00Z')
    const january = await compute('2027-01')
    await approve(january)
    expect(await bookedBy(january)).toEqual(['2026-08 level'])
  })
})

describe('what is shown', () => {
  test('why and why not: every component of the month with its reasons, and what is left to pay', async () => {
    const { items }: { items: { component: string; reasons: { code: string; met: boolean }[] }[] } = await ok(
      as('district').get(`/api/v1/people/${whole.id}/entitlements?month=2026-10&scheme=${CODE}`),
    )
    expect(items.map(({ component }) => component)).toEqual(['monthly', 'tenure', 'level_addon', 'level', 'entry'])
    const tenure = items.find(({ component }) => component === 'tenure')!
    expect(tenure.reasons.find(({ code }) => code === 'left_to_pay')).toMatchObject({
      met: false,
      required: 500000,
      actual: 500000,
    })
  })

  test('the page of a scheme tells its components in Chinese, and what no source tells', async () => {
    const page = await (await as('district').page(`/console/schemes/${CODE}`)).text()
    for (const words of ['按学历发放的入职奖补', '满 1 年 30%', '未发部分按新学历', '满 1 年不满 5 年', '补差', '本科'])
      expect(page).toContain(words)
    const nanjing = await (await as('district').page('/console/schemes/nj-entry')).text()
    for (const words of ['不能计算，来源没有说明', '施行日期', '满 2 年，以前各期一并发放', '70%'])
      expect(nanjing).toContain(words)
    const haidian = await (await as('district').page('/console/schemes/bj-haidian')).text()
    for (const words of ['中级养老护理员', '高级护理师', '对应的国家职业技能等级']) expect(haidian).toContain(words)
  })

  test('a line of a one-off says which it is, and every line is reached by pages of one', async () => {
    const [run] = await runs()
    const seen: string[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const answer: { items: { person_id: string; component: string }[]; next_cursor: string | null } = await ok(
        as('district').get(`/api/v1/allowance-runs/${run}/lines?limit=7${cursor && `&cursor=${cursor}`}`),
      )
      seen.push(...answer.items.map((one) => `${one.person_id} ${one.component}`))
      cursor = answer.next_cursor
    }
    expect(seen.length).toBe((await linesOf(run!, '2026-08')).length)
    expect(new Set(seen).size).toBe(seen.length)
    const page = await (
      await as('district').page(`/console/runs/${run}/lines/${whole.id}/2026-08?component=entry`)
    ).text()
    for (const words of ['入职奖补', '学历有核定的标准', '应得合计 ¥50,000.00', '¥0.00']) expect(page).toContain(words)
  })
})

describe('what nobody confirmed of another component', () => {
  test('computes the others, and is given by document by component and key', async () => {
    const scheme = { ...SCHEME, code: 'test-partly' }
    const [version] = SCHEME.versions
    const [monthly, tenure] = version!.components
    const unknown = {
      ...tenure!,
      rates: tenure!.rates.map((rate) => ({ ...rate, amount_yuan: null, confidence: 'unknown' })),
    }
    await w.db
      .transaction()
      .execute((tx) =>
        loadScheme(tx, { ...scheme, versions: [{ ...version!, components: [monthly!, unknown], conditions: [] }] }),
      )
    const {
      items,
    }: {
      items: { confirmed: boolean; missing: object; components: { confirmed: boolean }[] }[]
    } = await ok(as('admin').get('/api/v1/schemes/test-partly/versions'))
    expect(items[0]).toMatchObject({ confirmed: false, components: [{ confirmed: true }, { confirmed: false }] })
    const keys = ['1', '5', '10']
    expect(items[0]!.missing).toMatchObject({ levels: [], rates: keys.map((key) => ({ component: 'tenure', key })) })
    const confirm = (rates: object[]) =>
      as('admin').post(
        '/api/v1/schemes/test-partly/versions/1/confirmation',
        { document: '测试文件一号', reason: '按文件', rates },
        { key: crypto.randomUUID() },
      )
    const rates = keys.map((key, index) => ({ component: 'tenure', key, amount_fen: 100000 * (index + 1) }))
    expect(await codes(confirm(rates.slice(1)))).toEqual(['confirmation.rate_missing'])
    expect(await codes(confirm([...rates, { level: 4, amount_fen: 5 }]))).toEqual(['confirmation.rate_known'])
    expect(await codes(confirm([...rates, rates[0]!]))).toEqual(['confirmation.rate_twice'])
    expect(await ok(confirm(rates))).toMatchObject({ confirmed: true, missing: { rates: [] } })
  })
})

interface Line {
  person_id: string
  component: string
  entitlement_fen: number
}

async function compute(month: string): Promise<string> {
  const context = await w.context('district')
  const { id } = await w.db
    .transaction()
    .execute((tx) => computeRun(tx, context, { scheme_code: CODE, month, district_code: DISTRICT }))
  await w.runJobs()
  return id
}

async function approve(run_id: string): Promise<void> {
  const maker = await w.context('district')
  await w.db.transaction().execute((tx) => submitRun(tx, maker, run_id, null))
  await decide(run_id)
}

async function decide(run_id: string): Promise<void> {
  const finance = await w.context('finance')
  await reviewRun(w, run_id)
  await w.db.transaction().execute((tx) => approveRun(tx, finance, run_id, null))
}

const linesOf = async (run_id: string, month: string) =>
  (
    await sql<Line>`select person_id, component, entitlement_fen from allowance_lines
      where run_id = ${run_id} and month = ${`${month}-01`}::date order by 1, 2`.execute(w.db)
  ).rows

const allLines = async (run_id: string, person_id: string) =>
  (
    await sql<{ month: string; component: string; amount_fen: number }>`
      select to_char(month, 'YYYY-MM') as month, component, amount_fen from allowance_lines
      where run_id = ${run_id} and person_id = ${person_id} order by 1, 2`.execute(w.db)
  ).rows

const bookedOf = async (person_id: string) =>
  (
    await sql<{ month: string; component: string; amount_fen: number }>`
      select to_char(month, 'YYYY-MM') as month, component, amount_fen from allowance_ledger
      where person_id = ${person_id} and amount_fen <> 0 order by month, component, seq`.execute(w.db)
  ).rows

const runs = async () =>
  (await w.db.selectFrom('allowance_runs').select('id').where('scheme_code', '=', CODE).orderBy('month').execute()).map(
    ({ id }) => id,
  )

const digestOf = async (id: string) => (await ok(as('district').get(`/api/v1/allowance-runs/${id}`))).lines_sha256

const graduate = (person_id: string, level: string, graduated_on: string, mode = 'full_time') =>
  w.db
    .insertInto('educations')
    .values({ person_id, level, mode, graduated_on, school: `${level}${graduated_on}` })
    .execute()
