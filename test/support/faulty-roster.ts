/** A workbook of 5,000 people as a facility might send it: 40 of its rows are wrong, in as many ways as people find. */
import { demoPerson } from '../../db/demo-people.ts'
import { ID_TYPES, WORKFORCES } from '../../src/people/rules.ts'
import { type Value, writeWorkbook } from '../../src/platform/workbook.ts'

export const ROSTER_ROWS = 5000
/** Left blank, as people do; Excel counts it, so everybody below stands one row further down. */
const BLANK_ROW = 2500
/** Far from the people of other tests. */
const FIRST_PERSON = 5_000_000

export const HEADERS = [
  '姓名',
  '证件类型',
  '证件号码',
  '从业类别',
  '性别',
  '学历',
  '手机号码',
  '银行账号',
  '备注',
] as const
type Header = (typeof HEADERS)[number]
export type RosterRow = Record<Header, Value>

interface Planted {
  /** rows as Excel shows them */
  rows: number[]
  /** what went wrong, for people */
  what: string
  /** the cell that has to be at fault, and how */
  column: Header
  code: string
  /** the cells that went wrong */
  plant: (right: RosterRow, at: number) => Partial<RosterRow>
  /** what another facility had registered of this person before */
  known?: (right: RosterRow) => Partial<RosterRow>
  /** what is right, where it is not what the row had before it went wrong */
  right?: Partial<RosterRow>
}

const number = ({ 证件号码 }: RosterRow) => String(证件号码)
const other = {
  [WORKFORCES.elder_care.zh]: WORKFORCES.childcare.zh,
  [WORKFORCES.childcare.zh]: WORKFORCES.elder_care.zh,
}
/** What `known` people had before; the account is not that of the workbook. */
const REGISTERED_ACCOUNT = '6222021234563684'

const id = (what: string, code: string, rows: number[], to: (number: string, at: number) => Value): Planted => ({
  ...{ what, rows, code, column: '证件号码' },
  plant: (right, at) => ({ 证件号码: to(number(right), at) }),
})
const cell = (what: string, column: Header, code: string, rows: number[], value: Value): Planted => ({
  ...{ what, column, code, rows },
  plant: () => ({ [column]: value }),
})

export const PLANTED: readonly Planted[] = [
  id('check digit', 'identity.check_digit', [2, 2501], (right) =>
    right.replace(/.$/, (at) => (at === '1' ? '2' : '1')),
  ),
  id('number stored as a number', 'identity.precision_lost', [41, 4999], (right) => Number(right.replace('X', '0'))),
  id('scientific notation as text', 'identity.precision_lost', [160, 3333], () => '1.09901E+17'),
  id('17 digits', 'identity.length', [271, 2502], (right) => right.slice(0, -1)),
  id('30 February', 'identity.birth_date', [333, 4100], (right) => right.replace(/^(.{10})....(.*)$/, '$10230$2')),
  id('letter in the number', 'identity.format', [404], (right) => right.replace('0', 'O')),
  id('number of another document', 'identity.type_mismatch', [512], () => '932682198501010017'),
  {
    ...{ what: 'type of another document', rows: [3608], column: '证件号码', code: 'identity.type_mismatch' },
    plant: () => ({ 证件类型: ID_TYPES.residence_permit.zh }),
  },
  id('document doubled in the file', 'person.twice', [699, 4711], (_, at) => number(rightRow(at - 600))),
  id('masked number without 人员编号', 'person.mask_unknown', [777], (right) =>
    right.replace(/^(.{4}).*(.{4})$/, '$1**********$2'),
  ),
  cell('name missing', '姓名', 'name.missing', [808, 2499], '　'),
  cell('private-use character', '姓名', 'name.characters', [915], '王\ue12f'),
  cell('digit in the name', '姓名', 'name.characters', [1021, 3777], '王小芳2'),
  cell('name of 61 characters', '姓名', 'name.length', [1100], '王'.repeat(61)),
  cell('type of document missing', '证件类型', 'id_type.missing', [1234], null),
  cell('unknown type of document', '证件类型', 'value.unknown', [1300], '身份证'),
  cell('workforce missing', '从业类别', 'workforce.missing', [1444], ''),
  cell('unknown workforce', '从业类别', 'value.unknown', [1500], '养老护理员'),
  cell('unknown education, nearly right', '学历', 'value.unknown', [1618, 4242], '大砖'),
  cell('unknown sex', '性别', 'value.unknown', [1777], '女士'),
  cell('phone of 10 digits', '手机号码', 'phone.format', [1807, 4507], '1380000000'),
  cell('account with letters', '银行账号', 'account.format', [1900, 3900], '6222O21234563684'),
  cell('account stored as a number', '银行账号', 'account.format', [2020], 6222021234563684000),
  cell('masked account of nobody', '银行账号', 'account.mask_unknown', [2121], '6222 **** 3684'),
  {
    ...{ what: 'known under another name', rows: [2222, 5002], column: '姓名', code: 'person.name_differs' },
    plant: () => ({ 姓名: '另一个人' }),
    known: () => ({}),
  },
  {
    ...{ what: 'account only an employer exchanges', rows: [2300, 4800] },
    ...{ column: '银行账号', code: 'person.account_not_employer' },
    plant: () => ({}),
    known: () => ({ 银行账号: REGISTERED_ACCOUNT }),
    right: { 银行账号: null },
  },
  {
    ...{ what: 'known in the other workforce', rows: [2400], column: '从业类别', code: 'person.workforce_differs' },
    plant: ({ 从业类别 }) => ({ 从业类别: other[String(从业类别)]! }),
    known: () => ({}),
  },
]

/** Every wrong cell in the order of the sheet: where Excel shows it, what has to be said of it, and the row as it should be. */
export const FAULTS = PLANTED.flatMap((planted) =>
  planted.rows.map((row) => {
    const before = rightRow(row)
    const right = { ...before, ...planted.right }
    const wrong = { ...before, ...planted.plant(before, row) }
    return { row, column: planted.column, code: planted.code, what: planted.what, right, wrong }
  }),
).sort((a, b) => a.row - b.row)

/** People that another facility registered before, as it did. */
export function knownBefore(): RosterRow[] {
  return PLANTED.flatMap(({ rows, known }) =>
    known ? rows.map((at) => ({ ...rightRow(at), 学历: null, 银行账号: null, ...known(rightRow(at)) })) : [],
  )
}

/** Everybody as the register has to have them when all is right. */
export function expectedPeople(): RosterRow[] {
  const accounts = new Map(
    PLANTED.flatMap(({ rows, known, right }) => (known && right ? rows.map((at) => [at, known(rightRow(at))]) : [])),
  )
  return rosterRows().map((at) => ({ ...rightRow(at), ...accounts.get(at) }))
}

/** The workbook; under another name of the sheet it is another file with the same rows. */
export function faultyRoster(sheet_name = '人员名单'): Promise<Uint8Array> {
  const wrong = new Map(FAULTS.map((fault) => [fault.row, fault.wrong]))
  const rows = Array.from({ length: ROSTER_ROWS + 1 }, (_, at) => {
    const row = at + 2 === BLANK_ROW ? null : (wrong.get(at + 2) ?? rightRow(at + 2))
    return HEADERS.map((header) => row?.[header] ?? null)
  })
  return writeWorkbook([{ name: sheet_name, columns: HEADERS.map((header) => ({ header })), rows }])
}

function rosterRows(): number[] {
  return Array.from({ length: ROSTER_ROWS + 1 }, (_, at) => at + 2).filter((at) => at !== BLANK_ROW)
}

function rightRow(at: number): RosterRow {
  const { name, id_number, sex, bank_account } = demoPerson(FIRST_PERSON + at)
  return {
    姓名: name,
    证件类型: ID_TYPES.resident_id.zh,
    证件号码: id_number,
    从业类别: (at % 4 === 0 ? WORKFORCES.childcare : WORKFORCES.elder_care).zh,
    性别: sex === 'male' ? '男' : '女',
    学历: at % 3 === 0 ? null : '大专',
    手机号码: at % 100 === 7 ? '13800000000' : null,
    银行账号: at % 5 === 1 ? null : bank_account,
    备注: at % 50 === 0 ? '示例' : null,
  }
}
