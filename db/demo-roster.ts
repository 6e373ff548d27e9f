/** A roster as a facility would send it, for trying the import: 300 people, most of them right, with the usual mistakes planted. */
import { EDUCATIONS, ID_TYPES, WORKFORCES } from '../src/people/rules.ts'
import { type Column, type Value, writeWorkbook } from '../src/platform/workbook.ts'
import { demoPerson } from './demo-people.ts'

/** Far from the people of the demo world, which starts at 0. */
const FIRST_PERSON = 1_000_000
const ROWS = 300
/** This row of the sheet is left blank, as people do. */
const BLANK_ROW = 150

const words = (vocabulary: Record<string, { zh: string }>) => Object.values(vocabulary).map((word) => word.zh)
const COLUMNS: Column[] = [
  { header: '姓名', required: true, width: 16 },
  { header: '证件类型', required: true, width: 20, choices: words(ID_TYPES) },
  { header: '证件号码', required: true, width: 24 },
  { header: '从业类别', required: true, width: 12, choices: words(WORKFORCES) },
  { header: '性别', choices: ['男', '女'] },
  { header: '学历', choices: words(EDUCATIONS) },
  { header: '手机号码', width: 16 },
  { header: '银行账号', width: 24 },
  { header: '备注', width: 24 },
]

type Row = Record<string, Value>
interface Planted {
  row: number
  column: string
  code: string
  plant: (row: Row, all: Map<number, Row>) => Value
}
const resident = (row: Row) => String(row.证件号码)

const PLANTED: Planted[] = [
  {
    row: 5,
    column: '证件号码',
    code: 'identity.check_digit',
    plant: (row) => resident(row).replace(/.$/, (last) => (last === '1' ? '2' : '1')),
  },
  {
    row: 23,
    column: '证件号码',
    code: 'identity.precision_lost',
    plant: (row) => Number(resident(row).replace('X', '0')),
  },
  { row: 41, column: '手机号码', code: 'phone.format', plant: () => '12800000000' },
  { row: 58, column: '学历', code: 'value.unknown', plant: () => '大砖' },
  { row: 77, column: '证件号码', code: 'person.twice', plant: (_, all) => resident(all.get(12)!) },
  { row: 96, column: '姓名', code: 'name.missing', plant: () => '　' },
  { row: 118, column: '证件号码', code: 'identity.length', plant: (row) => resident(row).slice(0, -1) },
  {
    row: 139,
    column: '证件号码',
    code: 'identity.birth_date',
    plant: (row) => resident(row).replace(/^(.{10})....(.*)$/, '$10230$2'),
  },
  { row: 160, column: '姓名', code: 'name.characters', plant: (row) => `${row.姓名}1` },
  { row: 188, column: '从业类别', code: 'value.unknown', plant: () => '养老护理员' },
  { row: 214, column: '银行账号', code: 'account.format', plant: () => '0000 1234' },
  { row: 251, column: '证件号码', code: 'identity.type_mismatch', plant: () => '932682198501010017' },
]

/** Where the roster is wrong: row as Excel shows it, column by its header, and the code of the refusal. */
export const PLANTED_FAULTS: readonly { row: number; column: string; code: string }[] = PLANTED.map(
  ({ row, column, code }) => ({ row, column, code }),
)

/** Odd but right: each of these rows is cleaned and accepted. */
const ODD: Record<number, (row: Row) => Row> = {
  8: (row) => ({
    ...row,
    证件号码: resident(row).replace(/\d/g, (digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0)),
  }),
  14: (row) => ({ ...row, 姓名: [...String(row.姓名)].join('　') }),
  33: (row) => ({ ...row, 证件号码: ` ${resident(row).toLowerCase()}\u00a0` }),
  66: (row) => ({ ...row, 姓名: '阿依古丽•买买提' }),
  102: (row) => ({ ...row, 姓名: '王𬱖' }),
  103: (row) => ({ ...row, 姓名: '李䶮' }),
  104: (row) => ({ ...row, 姓名: '张㛃' }),
  230: (row) => ({ ...row, 银行账号: String(row.银行账号).replace(/(.{4})/g, '$1 ') }),
}

/** The roster as .xlsx in the template of kind `people`: rows 2 to 302, row 150 blank. */
export async function demoRoster(): Promise<Uint8Array> {
  const rows = new Map<number, Row>()
  for (let row = 2; rows.size < ROWS; row++) if (row !== BLANK_ROW) rows.set(row, ODD[row]?.(rowOf(row)) ?? rowOf(row))
  for (const { row, column, plant } of PLANTED) rows.get(row)![column] = plant(rows.get(row)!, rows)
  const sheet = Array.from({ length: ROWS + 1 }, (_, at) =>
    COLUMNS.map(({ header }) => rows.get(at + 2)?.[header] ?? null),
  )
  return writeWorkbook([{ name: '人员名单', columns: COLUMNS, rows: sheet }])
}

function rowOf(row: number): Row {
  const person = demoPerson(FIRST_PERSON + row)
  return {
    姓名: person.name,
    证件类型: ID_TYPES.resident_id.zh,
    证件号码: person.id_number,
    从业类别: (row % 4 === 0 ? WORKFORCES.childcare : WORKFORCES.elder_care).zh,
    性别: person.sex === 'male' ? '男' : '女',
    学历: EDUCATIONS[person.education].zh,
    手机号码: null,
    银行账号: person.bank_account,
    备注: row % 50 === 0 ? '示例' : null,
  }
}
