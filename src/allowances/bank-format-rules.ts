/** What a bank may want of a payment file, said as data; what is wrong with such a format; how many payments go into each file. */
import { faultAt } from '../people/bulk.ts'
import type { Constraints } from '../platform/database.ts'
import type { Fault, Message } from '../platform/errors.ts'
import type { Encoding } from '../platform/gb18030.ts'

/** What a column may hold. Amounts are yuan with two decimals, without sign or separators (sources S59, S61). */
export const PAYMENT_COLUMNS = {
  position: { zh: '序号', en: 'Number' },
  name: { zh: '姓名', en: 'Name' },
  id_number: { zh: '证件号码', en: 'ID number' },
  account: { zh: '银行账号', en: 'Account' },
  amount: { zh: '金额', en: 'Amount' },
  months: { zh: '津贴月份', en: 'Months' },
  organisation: { zh: '机构', en: 'Facility' },
  batch: { zh: '批次号', en: 'Batch number' },
  fixed: { zh: '固定文字', en: 'Fixed text' },
} satisfies Record<string, Message>
export type PaymentColumn = keyof typeof PAYMENT_COLUMNS

export const CONTAINERS = {
  xlsx: { zh: 'Excel（.xlsx）', en: 'Excel (.xlsx)' },
  csv: { zh: 'CSV', en: 'CSV' },
  txt: { zh: '文本（.txt）', en: 'Text (.txt)' },
} satisfies Record<string, Message>
export type Container = keyof typeof CONTAINERS

export const ENCODINGS = {
  'utf-8': { zh: 'UTF-8', en: 'UTF-8' },
  gbk: { zh: 'GBK', en: 'GBK' },
  gb18030: { zh: 'GB 18030', en: 'GB 18030' },
} satisfies Record<Encoding, Message>

export interface FormatColumn {
  key: PaymentColumn
  header: string
  /** of `fixed`: what every row has there, the empty text too */
  value?: string | undefined
}

export interface BankFormat {
  container: Container
  encoding: Encoding
  header: boolean
  /** null: a workbook has none */
  separator: string | null
  separator_at_end: boolean
  columns: FormatColumn[]
  spaces_in_name: boolean
  min_rows: number
  /** null: no limit */
  max_rows: number | null
}

/** The largest workbook that banks were seen to take is far below it. */
export const MOST_ROWS = 100_000

const NEEDED: PaymentColumn[] = ['name', 'account', 'amount']

/** Codes: `bank_format.column_missing`, `.column_twice`, `.separator_missing`, `.separator_unwanted`, `.separator`, `.encoding`, `.header`, `.rows`. */
export function formatFaults(format: BankFormat): Fault[] {
  const { container, encoding, header, separator, separator_at_end, columns, min_rows, max_rows } = format
  const fault = (pointer: string, code: string, zh: string, en: string) =>
    faultAt(pointer, `bank_format.${code}`, zh, en)
  const keys = columns.map(({ key }) => key)
  return [
    ...NEEDED.filter((key) => !keys.includes(key)).map((key) =>
      fault(
        '/columns',
        'column_missing',
        `没有“${PAYMENT_COLUMNS[key].zh}”一列，银行无法入账；请加上。`,
        `The column “${PAYMENT_COLUMNS[key].en}” is missing, without which no bank can pay: add it.`,
      ),
    ),
    ...columns.flatMap(({ key }, at) =>
      key !== 'fixed' && keys.indexOf(key) < at
        ? [
            fault(
              `/columns/${at}/key`,
              'column_twice',
              `“${PAYMENT_COLUMNS[key].zh}”已经是第 ${keys.indexOf(key) + 1} 列，请只保留一列。`,
              `“${PAYMENT_COLUMNS[key].en}” is column ${keys.indexOf(key) + 1} already: keep one.`,
            ),
          ]
        : [],
    ),
    ...(container !== 'xlsx' && separator === null
      ? [
          fault(
            '/separator',
            'separator_missing',
            '文本文件要有分隔符，如 | 或 ,。',
            'A text file needs a separator, like | or a comma.',
          ),
        ]
      : []),
    ...(container === 'xlsx' && (separator !== null || separator_at_end)
      ? [
          fault(
            '/separator',
            'separator_unwanted',
            'Excel 文件没有分隔符，请留空。',
            'A workbook has no separator: leave it out.',
          ),
        ]
      : []),
    ...(separator !== null && /[\p{L}\p{N}."\r\n]/u.test(separator)
      ? [
          fault(
            '/separator',
            'separator',
            `分隔符“${separator}”会与姓名、账号或金额混淆，请改用 |、, 或制表符。`,
            `The separator “${separator}” cannot be told from names, accounts or amounts: take | or a comma or a tab.`,
          ),
        ]
      : []),
    ...(container === 'xlsx' && encoding !== 'utf-8'
      ? [fault('/encoding', 'encoding', 'Excel 文件的编码只能是 UTF-8。', 'A workbook is always UTF-8.')]
      : []),
    ...(container === 'xlsx' && !header
      ? [fault('/header', 'header', 'Excel 文件要有表头。', 'A workbook has its header.')]
      : []),
    ...(max_rows !== null && max_rows < min_rows
      ? [
          fault(
            '/max_rows',
            'rows',
            `每个文件最多 ${max_rows} 笔，少于最少的 ${min_rows} 笔，请核对。`,
            `At most ${max_rows} rows a file, but at least ${min_rows}: compare them.`,
          ),
        ]
      : []),
  ]
}

/**
 * How many payments each file holds: as few files as the limit allows, as even as can be, so that none falls below the least number.
 * Null where there are too few payments for one file.
 */
export function splitRows(
  count: number,
  { min_rows, max_rows }: Pick<BankFormat, 'min_rows' | 'max_rows'>,
): number[] | null {
  const files = Math.max(1, Math.ceil(count / (max_rows ?? count)) || 1)
  const sizes = Array.from({ length: files }, (_, at) => Math.floor(count / files) + (at < count % files ? 1 : 0))
  return sizes.at(-1)! < min_rows ? null : sizes
}

export const constraints: Constraints = {
  bank_formats_code_number_key: {
    code: 'bank_format.recorded_meanwhile',
    message: {
      zh: '刚刚有人登记了这个格式的新版本，请刷新后核对。',
      en: 'Somebody has just recorded a version of this format: reload and compare.',
    },
  },
}
