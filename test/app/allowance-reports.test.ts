/** Reports of allowances: every figure, however it is told apart, asked for or exported, is the ledger added up by hand. */
import { Buffer } from 'node:buffer'
import { strFromU8, unzipSync } from 'fflate'
import { sql } from 'kysely'
import { readSheet } from 'read-excel-file/node'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { splitAmong } from '../../src/allowances/schedule.ts'
import { capitalYuan } from '../../src/platform/money.ts'
import { DIMENSIONS, type Dimension } from '../../src/reports/allowance-shapes.ts'
import { HZ, runsOf } from '../support/allowance-runs.ts'
import { allowanceWorld } from '../support/allowance-world.ts'
import { faults, ok, text } from '../support/answers.ts'
import { type World, world } from '../support/world.ts'

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
const PAYERS = [{ name: '市财政', percent: 33 }, { name: '区县财政' }]

let w: World
const runs = runsOf(() => w)
const { as } = runs
const people: Record<string, string> = {}
let returned_run = ''

/** Back-pay in September for somebody whose certificate was found late, a recovery for one that was revoked, a payment that came back. */
beforeAll(async () => {
  w = await world()
  const facts = await allowanceWorld(w)
  await sql`update scheme_versions set settings = settings || ${JSON.stringify({ schedule: { payers: PAYERS } })}::jsonb
    where scheme_code = ${HZ}`.execute(w.db)
  const add = async (name: string, more: object = {}) => {
    const carer = await facts.carer({ name, ...more })
    people[name] = carer.id
    return carer
  }
  await add('甲')
  const revoked = await add('乙', { level: 5 })
  const late = await add('丙', { level: 3, registry: null })
  await add('丁', { level: null })
  await add('戊', { organisation_id: w.org.home2 })
  // in August in Xihu, in September in Shangcheng: one person of two districts
  const moved = await add('己', { ends_on: '2026-09-01', attendance: { '2026-07': 22, '2026-08': 22 } })
  await facts.employ(moved.id, { organisation_id: w.org.home2, starts_on: '2026-09-01' })
  await facts.attend(moved.id, w.org.home2, { '2026-09': 22 })
  await runs.confirm()
  returned_run = await runs.approved('2026-07')
  await runs.answer(returned_run, [
    { person_id: people.甲!, amount_fen: 40_000 },
    { person_id: people.乙!, amount_fen: 30_000, outcome: 'returned' },
  ])
  await runs.approved('2026-08')
  await facts.lookUp(late.certificate_id!)
  await facts.revoke(revoked.certificate_id!, '2026-08-15')
  await runs.approved('2026-09')
  await runs.approved('2026-09', '330102')
  // computed and submitted alone are in no report
  await ok(runs.submit(await runs.compute('2026-10')))
  entries = await ledger()
}, 180_000)
afterAll(() => w.close())

// ─── the ledger by hand ────────────────────────────────────────────────────────────────────────────────────────────────

interface Entry {
  run_id: string
  person_id: string
  run_month: string
  month: string
  district: string
  facility: string | null
  level: number | null
  kind: string
  scheme: string
  amount_fen: number
}
let entries: Entry[] = []
const ledger = async () =>
  (
    await sql<Entry>`select g.run_id, g.person_id, to_char(r.month, 'YYYY-MM') as run_month, to_char(g.month, 'YYYY-MM') as month,
      r.district_code as district, l.organisation_id as facility, l.level, l.kind, g.scheme_code as scheme, g.amount_fen
    from allowance_ledger g join allowance_lines l using (run_id, person_id, month, component) join allowance_runs r on r.id = g.run_id`.execute(
      w.db,
    )
  ).rows

function addUp(some: Entry[]) {
  const [paid, recovered] = [some.filter((one) => one.amount_fen > 0), some.filter((one) => one.amount_fen < 0)]
  const sum = (list: Entry[]) => list.reduce((total, { amount_fen }) => total + amount_fen, 0)
  return {
    ...{ lines: some.length, paid_lines: paid.length, paid_fen: sum(paid) },
    ...{ recovered_lines: recovered.length, recovered_fen: sum(recovered), amount_fen: sum(some) },
  }
}
type Figures = ReturnType<typeof addUp>

const KEYS: Record<Exclude<Dimension, 'fund_source'>, (one: Entry) => string | null> = {
  month: (one) => one.run_month,
  for_month: (one) => one.month,
  district: (one) => one.district,
  facility: (one) => one.facility,
  level: (one) => one.level?.toString() ?? null,
  scheme: (one) => one.scheme,
  kind: (one) => one.kind,
}

function byHand(by: Dimension): Map<string | null, Figures> {
  if (by !== 'fund_source') return new Map([...Map.groupBy(entries, KEYS[by])].map(([key, some]) => [key, addUp(some)]))
  const moved = entries.filter(({ amount_fen }) => amount_fen !== 0)
  const city = moved.map((one) => ({
    ...one,
    amount_fen: Math.sign(one.amount_fen) * Math.floor((Math.abs(one.amount_fen) * 33) / 100),
  }))
  const district = moved.map((one, at) => ({ ...one, amount_fen: one.amount_fen - city[at]!.amount_fen }))
  return new Map([
    ['市财政', addUp(city)],
    ['区县财政', addUp(district)],
  ])
}

const sums = (query: string, username = 'finance') => ok(as(username).get(`/api/v1/reports/allowance-sums?${query}`))
const sheet = async (answer: Response) => {
  expect([answer.status, answer.headers.get('content-type'), answer.headers.get('cache-control')]).toEqual([
    ...[200, XLSX, 'no-store'],
  ])
  return readSheet(Buffer.from(await answer.arrayBuffer())) as Promise<unknown[][]>
}
const asFile = (username: string, path: string) => as(username).get(path, { accept: XLSX }).then(sheet)

test('the world has what is easily counted wrong', () => {
  expect(new Set(entries.map(({ kind }) => kind))).toEqual(new Set(['normal', 'back_pay', 'recovery']))
  expect(addUp(entries)).toMatchObject({
    // 甲 3 × 400, 乙 2 × 300, 丙 3 × 500, 戊 1 × 400, 己 2 × 400 and 1 × 400
    ...{ paid_lines: 12, paid_fen: 120_000 + 60_000 + 150_000 + 40_000 + 120_000 },
    ...{ recovered_lines: 1, recovered_fen: -30_000 },
  })
})

describe.each(Object.keys(DIMENSIONS) as Dimension[])('by %s', (by) => {
  test('every row and the total are the ledger, as JSON, as a paper to sign and on the page', async () => {
    const hand = byHand(by)
    const { items, totals } = await sums(`by=${by}`)
    expect(new Map(items.map(({ key, name: _, ...row }: { key: string; name: string }) => [key, row]))).toEqual(hand)
    expect(totals).toEqual(addUp(entries))

    const rows = await asFile('finance', `/api/v1/reports/allowance-sums?by=${by}`)
    expect(rows[0]![0]).toBe(`津贴发放汇总表（按${DIMENSIONS[by].zh}）`)
    expect(rows[1]![0]).toBe('编制单位：杭州市　　期间：2026-01 – 2026-12　　单位：元')
    const body = rows.slice(3, 3 + items.length).map((row) => row.slice(1))
    const money = (one: Figures) => [
      ...[
        one.lines,
        one.paid_lines,
        one.paid_fen / 100,
        one.recovered_lines,
        one.recovered_fen / 100,
        one.amount_fen / 100,
      ],
    ]
    expect(body).toEqual(items.map(money))
    expect(rows[3 + items.length]).toEqual(['合计', ...money(totals)])
    expect(rows[4 + items.length]![0]).toBe(`合计人民币（大写）：${capitalYuan(totals.amount_fen)}`)
    expect(rows[5 + items.length]![0]).toMatch(/^制表：　+审核：　+审批：　+日期：/)
    expect(rows).toEqual(await sheet(await as('finance').page(`/console/allowance-report.xlsx?by=${by}`)))

    const page = await text(as('finance').page(`/console/allowance-report?by=${by}`))
    for (const words of ['¥4,900.00', '¥-300.00', '¥4,600.00', '肆仟陆佰元整', '编制单位：杭州市', '<span>审核</span>'])
      expect(page).toContain(words)
  })
})

test('a part of a line is rounded down and the last payer takes the rest, of money that comes back as well', () => {
  expect(splitAmong(PAYERS, 30_001)).toEqual([
    { name: '市财政', amount_fen: 9900 },
    { name: '区县财政', amount_fen: 20_101 },
  ])
  expect(splitAmong(PAYERS, -30_001).map(({ amount_fen }) => amount_fen)).toEqual([-9900, -20_101])
  expect(
    splitAmong([{ name: '市', fixed_fen: 20_000 }, { name: '区' }], 15_000).map(({ amount_fen }) => amount_fen),
  ).toEqual([15_000, 0])
  expect(splitAmong(null, 5)).toEqual([{ name: '区县财政', amount_fen: 5 }])
})

test('a paper is A4 and one page wide, with its header on every page, in English too', async () => {
  const answer = await as('finance').get('/api/v1/reports/allowance-sums?by=fund_source', {
    ...{ accept: XLSX, 'accept-language': 'en' },
  })
  const files = unzipSync(new Uint8Array(await answer.arrayBuffer()))
  expect(strFromU8(files['xl/workbook.xml']!)).toContain("'Fund source'!$3:$3</definedName>")
  const drawn = strFromU8(files['xl/worksheets/sheet1.xml']!)
  expect(drawn).toContain('<pageSetup paperSize="9" orientation="landscape" fitToWidth="1" fitToHeight="1"/>')
  expect(drawn).toContain('<pageSetUpPr fitToPage="1"/>')
  expect(strFromU8(files['xl/sharedStrings.xml']!)).toMatch(/Allowances by fund source.*Prepared by: .*Approved by: /s)
})

describe('filters', () => {
  test('narrow every figure alike, one by one and together', async () => {
    const home = w.org.home
    const cases: [string, (one: Entry) => boolean][] = [
      ['month=2026-09', (one) => one.run_month === '2026-09'],
      ['for_month=2026-07', (one) => one.month === '2026-07'],
      ['district_code=330102', (one) => one.district === '330102'],
      ['level=3', (one) => one.level === 3],
      ['level=0', (one) => one.level === null],
      ['kind=back_pay', (one) => one.kind === 'back_pay'],
      [`organisation_id=${home}&month=2026-09`, (one) => one.facility === home && one.run_month === '2026-09'],
      ['scheme_code=nb-special-post', () => false],
      ['workforce=childcare', () => false],
      ['year=2025', () => false],
    ]
    for (const [query, holds] of cases)
      for (const by of ['district', 'fund_source'])
        expect([query, (await sums(`${query}&by=${by}`)).totals]).toEqual([query, addUp(entries.filter(holds))])
  })

  test('that make no sense, or go beyond the reader’s division, are refused', async () => {
    for (const [query, pointer] of [
      ['month=2026-10&year=2026', '/year'],
      ['month=2026-13', '/month'],
      ['by=colour', '/by'],
      ['level=9', '/level'],
      ['year=1990', '/year'],
      ['organisation_id=x', '/organisation_id'],
      ['district_code=33', '/district_code'],
    ])
      expect((await faults(as('finance').get(`/api/v1/reports/allowance-sums?${query}`))).map(([at]) => at)).toEqual([
        pointer,
      ])
    for (const path of ['allowance-sums', 'allowance-lines', 'year-book']) {
      expect((await as('district').get(`/api/v1/reports/${path}?district_code=330102`)).status).toBe(404)
      expect((await as('facility').get(`/api/v1/reports/${path}`)).status).toBe(403)
    }
    expect((await as('district').page('/console/allowance-report?district_code=330102')).status).toBe(404)
    expect((await as('finance').page('/console/allowance-report?by=x&month=y&level=99&cursor=')).status).toBe(200)
    expect((await as('finance').get('/api/v1/reports/allowance-lines?cursor=x')).status).toBe(422)
    const { totals } = await sums('', 'district2')
    expect(totals).toEqual(addUp(entries.filter(({ district }) => district === '330102')))
  })
})

describe('entries', () => {
  test('behind a figure come page by page and add up to it, in the file too', async () => {
    const found: { person_id: string; amount_fen: number; run_id: string; month: string }[] = []
    let cursor = ''
    do {
      const page = await ok(as('finance').get(`/api/v1/reports/allowance-lines?limit=2${cursor}`))
      found.push(...page.items)
      cursor = page.next_cursor ? `&cursor=${encodeURIComponent(page.next_cursor)}` : ''
    } while (cursor)
    const moved = entries.filter(({ amount_fen }) => amount_fen !== 0)
    const sort = (list: { run_id: string; person_id: string; month: string; amount_fen: number }[]) =>
      list.map((one) => [one.run_id, one.person_id, one.month, one.amount_fen].join(' ')).sort()
    expect(sort(found)).toEqual(sort(moved))

    const rows = await asFile('finance', '/api/v1/reports/allowance-lines')
    expect(rows[0]![0]).toBe('津贴入账明细表')
    const amounts = rows.slice(3, 3 + moved.length).map((row) => Number(row.at(-1)))
    expect(amounts.reduce((total, amount) => total + amount, 0) * 100).toBe(addUp(entries).amount_fen)
    expect(rows[3 + moved.length]!.filter((cell) => cell !== null)).toEqual(['合计', `${moved.length} 笔`, 4600])
    expect(rows[4 + moved.length]![0]).toBe('合计人民币（大写）：肆仟陆佰元整')
    const csv = (await text(as('finance').get('/api/v1/reports/allowance-lines', { accept: 'text/csv' })))
      .trim()
      .split('\r\n')
    expect(csv[0]).toBe('批次月份,区县,姓名,证件号码,机构,所属月份,等级,类型,金额（元）')
    expect(csv.slice(1).map((row) => Number(row.split(',').at(-1)))).toEqual(amounts)
    expect(JSON.stringify(rows)).toContain('1099**********0228')
    expect(JSON.stringify(rows)).not.toContain('109901197203150228')
  })

  test('are at the end of the way down from a row: district, facility, level, line', async () => {
    const follow = async (path: string, words: string) => {
      const page = await text(as('finance').page(path))
      const link = [...page.matchAll(/<a href="([^"]+)"[^>]*>([^<]+)<\/a>/g)].find(([, , label]) => label === words)
      expect([words, Boolean(link)]).toEqual([words, true])
      return link![1]!.replaceAll('&amp;', '&')
    }
    let at = await follow('/console/allowance-report?by=month', '2026-09')
    at = await follow(at, '西湖区')
    at = await follow(at, '示例西湖颐养院')
    at = await follow(at, '三级/高级工')
    expect(at).toContain('level=3')
    expect(await text(as('finance').page(at))).toContain('示例西湖颐养院')
    const lines = await follow(at, '明细')
    const line = await follow(lines, '丙')
    expect((await as('finance').page(line)).status).toBe(200)
    expect(await text(as('finance').page(lines))).toContain('补发')
  })
})

describe('the year book', () => {
  const peopleIn = (some: Entry[]) => new Set(some.filter((one) => one.amount_fen > 0).map((one) => one.person_id)).size

  test('is the ledger by district, somebody of two districts counted once over all', async () => {
    const book = await ok(as('finance').get('/api/v1/reports/year-book?year=2026'))
    const hand = (some: Entry[]) => {
      const { paid_lines, paid_fen, recovered_lines, recovered_fen, amount_fen } = addUp(some)
      const corrected = addUp(some.filter(({ kind, amount_fen }) => kind !== 'normal' && amount_fen > 0))
      return {
        ...{ people: peopleIn(some), months: paid_lines, paid_fen, recovered_lines, recovered_fen, amount_fen },
        ...{ difference_lines: corrected.lines, difference_fen: corrected.amount_fen },
      }
    }
    for (const code of ['330106', '330102', '330110'])
      expect(book.items.find((row: { district_code: string }) => row.district_code === code)).toMatchObject(
        hand(entries.filter(({ district }) => district === code)),
      )
    expect(book.totals).toMatchObject({ ...hand(entries), people: 5, difference_fen: 100_000 })
    expect(book.items.reduce((sum: number, row: { people: number }) => sum + row.people, 0)).toBe(6)
    expect((await ok(as('finance').get('/api/v1/reports/year-book?year=2025'))).totals).toMatchObject({
      ...{ people: 0, amount_fen: 0, certificates: 5, pass_rate: { numerator: 0, denominator: 0 } },
    })
    const rows = await asFile('finance', '/api/v1/reports/year-book?year=2026')
    expect([rows[0]![0], rows[2]![0]]).toEqual(['2026 年养老与托育护理人员培训与津贴年鉴', '区县'])
    const total = rows.find(([first]) => first === '合计')!
    expect(total.slice(1, 9)).toEqual([5, 12, 4900, 2, 1000, 1, -300, 4600])
    expect(await sheet(await as('finance').page('/console/year-book.xlsx?year=2026'))).toEqual(rows)
    const page = await text(as('finance').page('/console/year-book?year=2026'))
    for (const words of ['西湖区', '4,900.00', '1,000.00', '年鉴 · 2026', '肆仟陆佰元整']) expect(page).toContain(words)
    const english = await (await as('finance').get('/console/year-book', { 'accept-language': 'en' })).text()
    expect(english.replaceAll(/<\/?span[^>]*>/g, '')).toContain('Made by: 杭州市')
  })
})

test('the budget, the report by cell and the runs themselves say the same', async () => {
  const { amount_fen, paid_fen, recovered_fen } = addUp(entries)
  const { items } = await ok(as('finance').get('/api/v1/budget-quotas?budget_year=2026'))
  const of = (name: string) => items.reduce((sum: number, one: Record<string, number>) => sum + one[name]!, 0)
  expect(of('used_fen') + of('approved_fen')).toBe(paid_fen)
  // the payment that came back is still owed
  expect(of('used_fen')).toBe(40_000)
  expect((await ok(as('finance').get('/api/v1/reports/allowances?year=2026'))).totals).toMatchObject({
    ...{ amount_fen, paid_fen, recovered_fen, people_paid: 5 },
  })
  const { fen } = await w.db
    .selectFrom('allowance_runs')
    .select(sql<number>`sum(total_fen)::bigint`.as('fen'))
    .where('status', '=', 'approved')
    .executeTakeFirstOrThrow()
  expect(fen).toBe(amount_fen)
})

test('the sums are written by the ledger alone', async () => {
  for (const statement of [
    sql`update allowance_sums set lines = lines + 1`,
    sql`delete from allowance_sums`,
    sql`truncate allowance_sums`,
    sql`insert into allowance_sums (run_id, month, kind, outcome, amount_fen, lines)
      values (${returned_run}::uuid, '2026-07-01', 'normal', 'payable', 100, 1)`,
  ])
    await expect(statement.execute(w.db)).rejects.toThrow(/append-only/)
})

test('no internal fault happened', () => expect(w.faults).toEqual([]))
