/** Headers are found whatever their order and marks; cells say what cannot be understood and what was perhaps meant. */
import { describe, expect, test } from 'vitest'
import { matchColumns, nearest, readRow, shownCells } from '../../src/imports/columns.ts'
import { people } from '../../src/imports/kinds/people.ts'
import { results } from '../../src/imports/kinds/results.ts'
import { serviceMonths } from '../../src/imports/kinds/service-months.ts'
import type { ImportColumn } from '../../src/imports/rules.ts'
import type { Cell } from '../../src/platform/cells.ts'
import { Refusal } from '../../src/platform/errors.ts'

const REQUIRED = ['姓名', '证件类型', '证件号码', '从业类别']

function refusalOf(act: () => unknown): Refusal {
  try {
    act()
  } catch (error) {
    if (error instanceof Refusal) return error
    throw error
  }
  throw new Error('nothing was refused')
}

describe('headers', () => {
  test('are matched in any order, with marks, spaces and full-width brackets', () => {
    const { places, ignored } = matchColumns(['从业类别 *', ' 证件号码＊', '证 件 类 型', '姓名*'], people.columns)
    expect(Object.fromEntries(places)).toEqual({ workforce: 0, id_number: 1, id_type: 2, name: 3 })
    expect(ignored).toEqual([])
  })

  test('that nobody knows are named and ignored; reasons of an earlier upload are no surprise', () => {
    const { ignored } = matchColumns(['错误原因', ...REQUIRED, '籍贯', '', '工号'], people.columns)
    expect(ignored).toEqual(['籍贯', '工号'])
  })

  test('that are missing stop the file, all named at once, with the column that may be meant', () => {
    const refusal = refusalOf(() => matchColumns(['姓名', '证件号', '学历'], people.columns))
    expect(refusal.code).toBe('import.columns_missing')
    expect(refusal.faults.map(({ message }) => message.zh)).toEqual([
      '缺少“证件类型”列。',
      '缺少“证件号码”列；表中的“证件号”是否就是它？请把表头改为“证件号码”。',
      '缺少“从业类别”列。',
    ])
    expect(refusal.words.zh).toContain('“证件类型”、“证件号码”、“从业类别”')
  })

  test('that stand twice are refused, because nobody knows which one counts', () => {
    expect(refusalOf(() => matchColumns([...REQUIRED, '学历', '学 历'], people.columns)).code).toBe(
      'file.doubled_header',
    )
  })
})

describe('cells', () => {
  const read = (columns: readonly ImportColumn[], row: Record<string, Cell>) => {
    const headers = columns.map(({ header }) => header)
    const matched = matchColumns(headers, columns)
    const cells = headers.map((header) => row[header] ?? '')
    return { ...readRow(columns, matched, cells), cells: shownCells(columns, matched, cells) }
  }
  const person = { 姓名: '王小芳', 证件类型: '居民身份证', 证件号码: '109901197203150228', 从业类别: '养老护理' }

  test('are understood as what they are', () => {
    const { values, faults } = read(people.columns, { ...person, 手机号码: 13_800_000_000, 学历: '大专', 性别: '女' })
    expect(faults).toEqual([])
    expect(values).toMatchObject({
      id_type: 'resident_id',
      workforce: 'elder_care',
      phone: '13800000000',
      education: 'junior_college',
      sex: 'female',
      bank_account: null,
    })
  })

  test('say all that is wrong with a row at once', () => {
    const { faults, values } = read(people.columns, { 证件类型: '身份证', 从业类别: '养老护理员', 学历: '大砖' })
    expect(faults.map(({ column, code }) => `${column} ${code}`)).toEqual([
      'name name.missing',
      'id_type value.unknown',
      'id_number id_number.missing',
      'workforce value.unknown',
      'education value.unknown',
    ])
    expect('education' in values).toBe(false)
    expect(faults[1]?.message.zh).toContain('您是否指“居民身份证”或“外国人永久居留身份证”？')
    expect(faults[3]?.message.zh).toContain('您是否指“养老护理”？')
    expect(faults[4]?.message.zh).toContain('您是否指“大专”？')
  })

  test('of a number too long for a spreadsheet are never repaired: they stay what they look like there', () => {
    const row = { ...person, 证件号码: 3.3010019700101e17, 银行账号: 6.222021234563e15 }
    const { cells, values } = read(people.columns, row)
    expect(values).toMatchObject({ id_number: '3.30100E+17', bank_account: '6.22202E+15' })
    expect(cells).toMatchObject({ id_number: '3.30100E+17' })
  })

  test('of fifteen digits have lost nothing', () => {
    expect(read(people.columns, { ...person, 证件号码: 330100700101123 }).values.id_number).toBe('330100700101123')
  })

  test.each<[Cell, unknown]>([
    ['2026年10月', '2026-10'],
    [{ date: '2026-10-01' }, '2026-10'],
    [202610, '2026-10'],
    ['十月', 'value.not_date'],
  ])('a month is read from %j', (cell, month) => {
    const { values, faults } = read(serviceMonths.columns, { ...person, 月份: cell, 出勤天数: 22 })
    expect(faults[0]?.code ?? values.month).toBe(month)
  })

  test.each<[Cell, unknown]>([
    [0, 0],
    ['31', 31],
    [32, 'value.not_number'],
    [-1, 'value.not_number'],
    [21.5, 'value.not_number'],
    ['二十', 'value.not_number'],
    ['', 'attendance_days.missing'],
  ])('days attended are read from %j', (cell, days) => {
    const { values, faults } = read(serviceMonths.columns, { ...person, 月份: '2026-10', 出勤天数: cell })
    expect(faults[0]?.code ?? values.attendance_days).toBe(days)
  })

  test.each<[Cell, unknown]>([
    [true, true],
    ['是', true],
    ['N', false],
    [0, false],
    ['', null],
    ['也许', 'value.unknown'],
  ])('yes and no are read from %j', (cell, answer) => {
    const { values, faults } = read(serviceMonths.columns, { ...person, 月份: '2026-10', 出勤天数: 1, 缴纳社保: cell })
    expect(faults[0]?.code ?? values.social_insurance).toBe(answer)
  })

  test.each<[Cell, unknown]>([
    [60, 60],
    ['82.55', 82.55],
    [100.01, 'value.not_number'],
    [59.999, 'value.not_number'],
  ])('a mark is read from %j', (cell, mark) => {
    const { values, faults } = read(results.columns, { ...person, 考核日期: '2026/10/20', 理论知识: cell })
    expect(faults[0]?.code ?? values.theory).toBe(mark)
    expect(values.assessed_on).toBe('2026-10-20')
  })
})

describe('what may have been meant', () => {
  const LEVELS = ['五级/初级工', '四级/中级工', '三级/高级工', '二级/技师', '一级/高级技师']
  test.each([
    ['中级', ['四级/中级工']],
    ['四级中级工', ['四级/中级工']],
    ['四级／中级', ['四级/中级工']],
    ['4级', []],
    ['初级工', ['五级/初级工']],
    ['技师', ['二级/技师', '一级/高级技师']],
    ['无', []],
    ['', []],
  ])('%s', (typed, meant) => expect(nearest(typed, LEVELS)).toEqual(meant))
})
