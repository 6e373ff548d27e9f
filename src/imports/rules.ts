/** Vocabulary of imports: what a kind of sheet is, what its columns hold, what a row comes to. */
import type { Permission } from '../access/rules.ts'
import type { Change } from '../people/bulk.ts'
import type { Month } from '../platform/calendar.ts'
import type { Context } from '../platform/context.ts'
import type { Constraints, Db, Tx } from '../platform/database.ts'
import type { Fault, Message } from '../platform/errors.ts'

/** A cell as it was understood; null: empty, or not understood. Dates and months are text, choices their key. */
export type Value = string | number | boolean | null
/** By key of the column. */
export type Values = Record<string, Value>

export interface ImportColumn {
  key: string
  header: string
  required?: boolean
  /** `digits`: text that spreadsheets like to make a number */
  type: 'text' | 'digits' | 'date' | 'month' | 'number' | 'choice' | 'yes_no'
  choices?: Record<string, Message>
  /** smallest and largest: of a number its value, of text its length in characters */
  range?: readonly [number, number]
  /** of a number; whole without it */
  decimals?: number
  /** the rule in words, as the template says it */
  note: string
  sample: string
  /** what the register seals: how it is shown when there is nothing wrong with it */
  mask?: (text: string) => string
}

/** What is wrong with a row, or odd about it; `column` is the key of the cell. */
export interface RowFault {
  column: string
  code: string
  message: Message
}

export interface RowToCheck {
  values: Values
  /** every cell was understood, and no earlier row says the same */
  sound: boolean
}

/** The verdict on a row. Pointers of faults start at the row; one that is no column of the sheet is about the person. */
export interface RowVerdict<F> {
  change: Change
  faults: Fault[]
  /** does not keep the row out */
  warnings?: Fault[]
  /** what the register has and the row replaces, in words, by key of the column */
  before?: Record<string, string>
  /** what to write, where nothing is wrong */
  fact: F | null
}

/** A kind of sheet. `F` is what a good row comes to. */
export interface ImportKind<F> {
  kind: ImportKindName
  title: Message
  sheet: string
  permission: Permission
  /** what the rows belong to and the file does not name */
  subject: 'class' | 'payment_file' | null
  /** all rows or none, in one transaction: a file of which a part was written could not be told from the rest */
  whole?: true
  /** a row is judged without the others, but for what its key says: a short file is checked while it is being read */
  apart?: true
  columns: readonly ImportColumn[]
  /** what a row is about; null where it cannot be known. Two rows about the same: the later is at fault. */
  key(values: Values): string | null
  twice: { code: string; column: string; what: Message }
  /** what it writes carries the import, so that `check` finds what an earlier chunk of the same file has written */
  marked?: true
  /** Leaves nothing behind in the transaction. Refuses where the whole file cannot be imported. */
  check(tx: Tx, context: Context, subject_id: string | null, rows: RowToCheck[]): Promise<RowVerdict<F>[]>
  commit(tx: Tx, context: Context, subject_id: string | null, facts: F[]): Promise<unknown>
  /** what the register holds, page by page, as the columns have it; numbers masked unless `full` */
  register?(db: Db, context: Context, request: { month?: Month | undefined; full: boolean }): AsyncIterable<Values[]>
  /** the register is too large to be downloaded without saying which month */
  register_by?: 'month'
}

export const IMPORT_KINDS = [
  'people',
  'employments',
  'service-months',
  'enrolments',
  'results',
  'education-hours',
  'certificates',
  'payment-results',
] as const
export type ImportKindName = (typeof IMPORT_KINDS)[number]

export const IMPORT_STATUSES = {
  checking: { zh: '核对中', en: 'Checking' },
  checked: { zh: '待导入', en: 'Checked' },
  committing: { zh: '导入中', en: 'Importing' },
  committed: { zh: '已导入', en: 'Imported' },
  discarded: { zh: '已过期', en: 'Expired' },
} satisfies Record<string, Message>
export type ImportStatus = keyof typeof IMPORT_STATUSES

export const ROW_CHANGES = {
  new: { zh: '新增', en: 'New' },
  changed: { zh: '更新', en: 'Changed' },
  same: { zh: '无变化', en: 'Same' },
  wrong: { zh: '错误', en: 'Wrong' },
} satisfies Record<string, Message>
export type RowChange = keyof typeof ROW_CHANGES
export type Counts = Record<RowChange, number>

/** Rows that wait for a decision, and wrong rows of what was imported, are kept so long. */
export const KEPT_DAYS = 7

/** Rows that wait together, are checked together and written in one transaction: as many as a workbook has. */
export const CHUNK_ROWS = 5000

/** Rows of a short file that are checked while the next are being read. */
export const SLICE_ROWS = 1250

/** Rows of a file that is all or nothing, and therefore waits in one chunk: a city's payments of a month. */
export const WHOLE_ROWS = 20_000

/** Wrong rows that the workbook of faults holds: as many as come back in one file. */
export const FAULTS_SHOWN = 5000

/** The column that the workbook of faults has in front; ignored when it comes back. */
export const FAULTS_HEADER = '错误原因'

export const constraints: Constraints = {
  imports_once: {
    code: 'import.twice',
    message: {
      zh: '这份文件正在导入或已经导入，没有再次写入。请在“导入记录”中查看。',
      en: 'This file is being imported or has been; nothing was written again. See the list of imports.',
    },
  },
}
