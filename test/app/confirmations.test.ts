/** A document settles what a source leaves open: the ladder, instalments, the first day, prices of a catalogue; what is incomplete is refused by name. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { usableRules } from '../../src/allowances/usable-rules.ts'
import { readVersions } from '../../src/allowances/versions.ts'
import { clientsOf, faults, ok, refused, text } from '../support/answers.ts'
import { type World, world } from '../support/world.ts'

let w: World
const as = clientsOf(() => w)
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

const said = { document: '示例〔2026〕1 号', reason: '按正式文件核定', rates: [] }
const confirm = (code: string, body: object) =>
  as('admin').post(
    `/api/v1/schemes/${code}/versions/1/confirmation`,
    { ...said, ...body },
    { key: crypto.randomUUID() },
  )
const rulesOf = async (code: string, component: string) => usableRules((await readVersions(w.db, code))[0]!, component)

describe('bj-haidian: the local ladder', () => {
  const ladder = { intermediate: [4], senior: [3], nurse: [2], senior_nurse: [1] }
  test('is refused by name where a step, or everything, is left out, and where a level stands twice', async () => {
    expect(await faults(confirm('bj-haidian', {}))).toEqual([['/ladder', 'confirmation.setting_missing']])
    const { senior: _, ...less } = ladder
    const answer = await (await confirm('bj-haidian', { ladder: { ...less, nurse: [1] } })).json()
    expect(answer.errors).toMatchObject([
      { pointer: '/ladder/senior', message: expect.stringContaining('高级养老护理员') },
      { pointer: '/ladder', code: 'confirmation.ladder' },
    ])
    expect(await faults(confirm('bj-haidian', { ladder, effective_from: '2019-06-01' }))).toEqual([
      ['/effective_from', 'confirmation.setting_known'],
    ])
  })
  test('pays each national level by its step, with the document cited', async () => {
    const version = await ok(confirm('bj-haidian', { ladder }))
    expect(version).toMatchObject({ confirmed: true, missing: { asks: [], others: [] } })
    const { rates } = await rulesOf('bj-haidian', 'monthly')
    expect(Object.fromEntries(rates.map(({ level, amount_fen }) => [level, amount_fen]))).toEqual({
      ...{ 4: 60000, 3: 90000, 2: 120000, 1: 150000 },
    })
    expect(await refused(confirm('bj-haidian', { ladder }))).toEqual([409, 'scheme.confirmed_already'])
  })
})

describe('gz-employment: instalments of the entry bonus', () => {
  test('must be there, rise and come to the whole', async () => {
    const entry = (instalments: object[]) => confirm('gz-employment', { components: { entry: { instalments } } })
    const missing = await (await confirm('gz-employment', {})).json()
    expect(missing.errors).toMatchObject([
      { pointer: '/components/entry/instalments', message: expect.stringContaining('就业补贴满几年发放') },
    ])
    expect(await faults(entry([{ after_years: 3, percent: 90 }]))).toEqual([
      ['/components/entry/instalments', 'confirmation.instalments'],
    ])
    const falling = [
      { after_years: 3, percent: 50 },
      { after_years: 2, percent: 50 },
    ]
    expect(await faults(entry(falling))).toEqual([['/components/entry/instalments', 'confirmation.instalments']])
  })
  test('are filled in on the page by an administrator, and then stand in the version with their document', async () => {
    const page = '/console/schemes/gz-employment/versions/1/confirmation'
    expect(await text(as('admin').get(page))).toContain('满 3 年发放（%）')
    const wrong = await as('admin').submit(page, { ...said, 'instalment_entry.3': '90' })
    expect([wrong.status, await wrong.text()]).toEqual([422, expect.stringContaining('各期合计 90%')])
    const done = await as('admin').submit(page, {
      document: said.document,
      reason: said.reason,
      'instalment_entry.3': '100',
    })
    expect(done.status).toBe(303)
    const { component } = await rulesOf('gz-employment', 'entry')
    expect(component).toMatchObject({
      instalments: [{ after_years: 3, percent: 100 }],
      citation: expect.stringContaining(said.document),
    })
  })
})

describe('sz-draft: first day, instalments and every amount', () => {
  const rates = [
    ...['secondary_vocational', 'junior_college', 'bachelor'].map((key, at) => ({
      ...{ component: 'entry', key, amount_fen: 800000 + at * 350000 },
    })),
    ...[5, 4, 3, 2, 1].map((level, at) => ({ component: 'monthly', level, amount_fen: 10000 + at * 17500 })),
  ]
  const components = { entry: { instalments: [{ after_years: 2, percent: 100 }] } }
  test('all at once or not at all', async () => {
    expect((await faults(confirm('sz-draft', { rates: rates.slice(1), components }))).sort()).toEqual([
      ['/effective_from', 'confirmation.setting_missing'],
      ['/rates', 'confirmation.rate_missing'],
    ])
    const [first, ...others] = rates
    const unsaid = { ...first, amount_fen: undefined }
    expect(
      await faults(confirm('sz-draft', { rates: [unsaid, ...others], components, effective_from: '2023-01-01' })),
    ).toEqual([['/rates/0/amount_fen', 'confirmation.rate_amount']])
  })
  test('from the first day on it can be computed, and not before', async () => {
    await ok(confirm('sz-draft', { rates, components, effective_from: '2023-01-01' }))
    const [version] = await readVersions(w.db, 'sz-draft')
    expect(version!.effective_from).toBe('2023-01-01')
    const { items } = await ok(as('admin').get('/api/v1/schemes'))
    expect(items.find(({ code }: { code: string }) => code === 'sz-draft')).toMatchObject({
      ...{ effective_from: '2023-01-01', confirmed: true, computable: true },
    })
  })
  test('and what was confirmed is frozen', async () => {
    await expect(w.db.updateTable('scheme_confirmations').set({ settings: '{}' }).execute()).rejects.toThrow()
  })
})

describe('tj-training: part of a price in a catalogue', () => {
  const price = (level: number, shortage?: string) => ({ level, catalogue_price_fen: 100050, shortage })
  test('without the price, or below technician without how short the trade is, it is refused', async () => {
    const rates = [price(5), price(4, 'short'), price(3, 'very_short'), price(2), { level: 1, amount_fen: 5 }]
    expect(await faults(confirm('tj-training', { rates }))).toEqual([
      ['/rates/0', 'confirmation.rate_price'],
      ['/rates/4', 'confirmation.rate_price'],
    ])
  })
  test('the amounts are 100, 90 and 80 per cent of it, rounded to fen, and say of which price', async () => {
    const rates = [price(5, 'somewhat_short'), price(4, 'short'), price(3, 'very_short'), price(2), price(1)]
    await ok(confirm('tj-training', { rates }))
    const rules = await rulesOf('tj-training', 'provider')
    expect(Object.fromEntries(rules.rates.map(({ level, amount_fen }) => [level, amount_fen]))).toEqual({
      ...{ 1: 100050, 2: 100050, 3: 100050, 4: 90045, 5: 80040 },
    })
    expect(rules.rates.find(({ level }) => level === 4)!.citation).toBe(
      '示例〔2026〕1 号；目录价格 1000.5 元，紧缺 90%',
    )
  })
})

test('lyg-entry: the share of part-time degrees beside the instalments', async () => {
  const instalments = [{ after_years: 2, percent: 100 }]
  expect(await faults(confirm('lyg-entry', { components: { entry: { instalments } } }))).toEqual([
    ['/components/entry/part_time_percent', 'confirmation.setting_missing'],
  ])
  await ok(confirm('lyg-entry', { components: { entry: { instalments, part_time_percent: 60 } } }))
  expect((await rulesOf('lyg-entry', 'entry')).component).toMatchObject({ instalments, part_time_percent: 60 })
})

test('nothing was an internal fault', () => expect(w.faults).toEqual([]))
