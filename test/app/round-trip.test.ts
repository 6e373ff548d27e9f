/** There and back: a full workbook with mistakes, its errors corrected and sent again, the register downloaded and sent back. */
import { readSheet as readIndependently } from 'read-excel-file/node'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readSheet, type Sheet } from '../../src/platform/sheet-reader.ts'
import { type Value, writeCsv, writeWorkbook } from '../../src/platform/workbook.ts'
import {
  expectedPeople,
  FAULTS,
  faultyRoster,
  HEADERS,
  knownBefore,
  PLANTED,
  ROSTER_ROWS,
  type RosterRow,
} from '../support/faulty-roster.ts'
import { type Client, type World, world } from '../support/world.ts'

const WRONG = FAULTS.length
const GOOD = ROSTER_ROWS - WRONG

let w: World
let facility: Client
let roster: Uint8Array
let first: Answer
beforeAll(async () => {
  w = await world()
  facility = w.as('facility')
  roster = await faultyRoster()
  const known = knownBefore().map((row) => HEADERS.map((header) => row[header]))
  await done(await upload(writeCsv(HEADERS, known), '先登记.csv', 'commit', w.as('facility2')))
})
afterAll(() => w.close())

interface Answer {
  id: string
  status: string
  rows: number
  accepted: number
  rejected: number
  warnings: number
  ignored_columns: string[]
  counts: Record<'new' | 'changed' | 'same' | 'wrong', number>
}
async function upload(
  bytes: Uint8Array,
  filename: string,
  mode = 'check',
  client = facility,
  kind = 'people',
): Promise<Answer> {
  const file = new File([bytes as BlobPart], filename)
  const answer = await client.upload(
    '/api/v1/imports',
    { kind, mode, file },
    { 'idempotency-key': crypto.randomUUID() },
  )
  if (answer.status !== 202) throw new Error(await answer.text())
  return answer.json()
}
/** The import when nothing is left to do. */
async function done({ id }: Answer): Promise<Answer> {
  await w.runJobs()
  const answer = await facility.get(`/api/v1/imports/${id}`)
  return answer.json()
}
interface WrongRow {
  row_number: number
  faults: { header: string; code: string; message: string }[]
}
async function wrongRows({ id }: Answer): Promise<WrongRow[]> {
  return (await (await facility.get(`/api/v1/imports/${id}/rows?change=wrong&limit=200`)).json()).items
}
async function faultsOf(imported: Answer): Promise<{ row: number; column: string; code: string }[]> {
  return (await wrongRows(imported)).flatMap(({ row_number, faults }) =>
    faults.map(({ header, code }) => ({ row: row_number, column: header, code })),
  )
}
async function bytesOf(answer: Response): Promise<Uint8Array> {
  if (answer.status !== 200) throw new Error(await answer.text())
  return new Uint8Array(await answer.arrayBuffer())
}
const planted = FAULTS.map(({ row, column, code }) => ({ row, column, code }))
const text = (value: unknown) => String(value ?? '')

test('5,000 people with 40 mistakes of 27 kinds: each is found where Excel shows it, and none is invented', async () => {
  expect([WRONG, PLANTED.length]).toEqual([40, 27])
  expect(new Set(FAULTS.map(({ row }) => row)).size).toBe(WRONG)
  first = await upload(roster, '人员名单.xlsx')
  expect(first).toMatchObject({ status: 'checked', rows: ROSTER_ROWS, warnings: 0, ignored_columns: [] })
  expect(first.counts).toEqual({ new: GOOD, changed: 0, same: 0, wrong: WRONG })
  expect(await faultsOf(first)).toEqual(planted)
})

test('the workbook of errors, corrected cell by cell, is accepted whole; with the good rows everybody is in the register as they should be', async () => {
  const errors = await bytesOf(await facility.get(`/api/v1/imports/${first.id}/errors.xlsx`))
  const sheet = await readSheet(errors, '错误.xlsx')
  const [header, ...rows] = await readIndependently(Buffer.from(errors))
  expect(header!.map((title) => text(title).replace('*', ''))).toEqual(sheet.header)
  expect(sheet.header[0]).toBe('错误原因')
  // reasons first, as they are; ours makes full-width brackets plain when it reads
  expect(rows.map(([reasons]) => reasons)).toEqual((await wrongRows(first)).map(({ faults }) => faults[0]?.message))
  expect(rows.map((row) => row.slice(1).map((cell) => text(cell).trim()))).toEqual(
    sheet.rows.map(({ cells }) => cells.slice(1).map(text)),
  )
  expect(sheet.rows).toHaveLength(WRONG)

  const corrected = sheet.rows.map(({ cells }, index) => correct(sheet, cells as Value[], index))
  expect(corrected.map((cells) => HEADERS.map((title) => text(cells[sheet.header.indexOf(title)])))).toEqual(
    FAULTS.map(({ right }) => HEADERS.map((title) => text(right[title]))),
  )
  const again = await upload(
    await writeWorkbook([
      { name: sheet.name, columns: sheet.header.map((title) => ({ header: title })), rows: corrected },
    ]),
    '错误-改正.xlsx',
  )
  const known = knownBefore().length
  expect(again).toMatchObject({ status: 'checked', rejected: 0, ignored_columns: [] })
  expect(again.counts).toEqual({ new: WRONG - known, changed: known, same: 0, wrong: 0 })
  for (const { id } of [first, again]) await facility.post(`/api/v1/imports/${id}/commitment`)
  expect(await done(again)).toMatchObject({ status: 'committed', accepted: WRONG })
  expect(await done(first)).toMatchObject({ status: 'committed', accepted: GOOD, rejected: WRONG })

  const full = await bytesOf(
    await facility.post('/api/v1/registers', { kind: 'people', format: 'csv', reason: '核对导入的名单' }),
  )
  const register = await readSheet(full, '名册.csv')
  const columns = HEADERS.slice(0, -1)
  const found = register.rows.map(({ cells }) => columns.map((title) => text(cells[register.header.indexOf(title)])))
  const expected = expectedPeople().map((row) => columns.map((title) => text(row[title])))
  expect(found.sort(byNumber)).toEqual(expected.sort(byNumber))
})

test('the first file again is that import and writes nothing; its rows in another file are the same, and the wrong ones wrong again', async () => {
  expect(await upload(roster, '人员名单.xlsx', 'commit')).toMatchObject({ id: first.id, status: 'committed' })
  expect(await w.runJobs()).toBe(0)
  const copy = await upload(await faultyRoster('名单'), '人员名单（副本）.xlsx')
  expect(copy.counts).toEqual({ new: 0, changed: 0, same: GOOD, wrong: WRONG })
  expect(await faultsOf(copy)).toEqual(planted)
})

test('the register sent back changes nothing: a workbook up to 5,000 people, of more a CSV', async () => {
  const workbook = await bytesOf(await facility.get('/api/v1/registers/people.xlsx'))
  const unchanged = { new: 0, changed: 0, same: ROSTER_ROWS, wrong: 0 }
  expect((await upload(workbook, '名册.xlsx')).counts).toEqual(unchanged)

  const one = { ...FAULTS[0]!.right, 姓名: 'Ada Lovelace', 证件类型: '护照', 证件号码: 'E12345678' } satisfies RosterRow
  await done(await upload(writeCsv(HEADERS, [HEADERS.map((title) => one[title])]), '一人.csv', 'commit'))
  const refused = await facility.get('/api/v1/registers/people.xlsx')
  expect([refused.status, (await refused.json()).code]).toEqual([413, 'register.too_long'])
  const csv = await bytesOf(await facility.get('/api/v1/registers/people.csv'))
  expect((await done(await upload(csv, '名册.csv'))).counts).toEqual({ ...unchanged, same: ROSTER_ROWS + 1 })
})

test('a full workbook of employments and one of certificates go in, too', async () => {
  const people = expectedPeople().map(({ 姓名, 证件号码 }) => [姓名, 证件号码])
  const sheets = {
    employments: [
      ['姓名', '证件号码', '岗位', '用工形式', '入职日期'],
      ...people.map((person) => [...person, '养老护理', '劳动合同', '2026-03-01']),
    ],
    certificates: [
      ['姓名', '证件号码', '证书编号', '职业', '等级', '发证机构', '发证日期'],
      ...people.map((person, at) => [
        ...person,
        ...[`S00003399981225${4_000_000 + at}`, '养老护理员', '四级/中级工', '示例省外评价中心', '2025-06-10'],
      ]),
    ],
  }
  for (const [kind, [header, ...rows]] of Object.entries(sheets)) {
    const columns = header!.map((title) => ({ header: String(title) }))
    const workbook = await writeWorkbook([{ name: 'Sheet1', columns, rows }])
    const made = await done(await upload(workbook, `${kind}.xlsx`, 'commit', facility, kind))
    expect([kind, made.status, made.counts]).toEqual([
      kind,
      'committed',
      { new: ROSTER_ROWS, changed: 0, same: 0, wrong: 0 },
    ])
  }
  expect(w.faults).toEqual([])
})

/** A row of the workbook of errors with what was wrong replaced by what is right. */
function correct({ header }: Sheet, cells: Value[], index: number): Value[] {
  const { wrong, right } = FAULTS[index]!
  const changed = HEADERS.filter((title) => wrong[title] !== right[title])
  return header.map((title, at) => (changed.includes(title as never) ? right[title as keyof RosterRow] : cells[at]!))
}

function byNumber([, , a = '']: string[], [, , b = '']: string[]): number {
  return a < b ? -1 : 1
}
