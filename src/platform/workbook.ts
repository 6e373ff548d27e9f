/** Spreadsheets: reads .xlsx and .csv that people send, writes workbooks and CSV that Excel and WPS open. Hides hucre and fflate. */
import { parseCsv, writeCsv as csvText } from 'hucre/csv'
import { type CellStyle, cellRef, colToLetter, readXlsx, streamXlsxRows, type WriteSheet, writeXlsx } from 'hucre/xlsx'
import { type Cell, cellText } from './cells.ts'
import { Refusal, refuse } from './errors.ts'
import { cleanText } from './text.ts'
import { safePackage } from './zip-guard.ts'

const MAX_FILE = 5 * 1024 * 1024
const MAX_DATA_ROWS = 5000

export interface Sheet {
  name: string
  /** cleaned, without the `*` of required columns; `''` where a column has no header */
  header: string[]
  /** the rows that are not blank */
  rows: SheetRow[]
}
export interface SheetRow {
  /** as Excel shows it */
  number: number
  /** one for each column of the header */
  cells: Cell[]
}

/**
 * Reads the sheet called `sheet_name`, else the first visible one; its first row that is not blank is the header.
 * What the file is, its bytes say: .xlsx, or .csv in UTF-8 or GB 18030.
 *
 * Codes: `file.too_large` (5 MB), `file.old_format`, `file.macros`, `file.not_workbook`, `file.unpacks_too_large`, `file.damaged`,
 * `file.encoding`, `file.empty`, `file.too_many_rows` (5,000), `file.too_many_columns`, `file.doubled_header`.
 */
export async function readSheet(bytes: Uint8Array, filename: string, sheet_name?: string): Promise<Sheet> {
  if (bytes.length > MAX_FILE)
    refuse('too_large', 'file.too_large', {
      zh: `文件大小为 ${(bytes.length / 1024 / 1024).toFixed(1)} MB，超过 5 MB。请拆成每份不超过 5,000 人。`,
      en: `The file has ${(bytes.length / 1024 / 1024).toFixed(1)} MB, more than 5 MB: split it into parts of at most 5,000 people.`,
    })
  const magic = [...bytes.subarray(0, 4)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  if (magic === 'd0cf11e0')
    refuse('unsupported', 'file.old_format', {
      zh: '这是旧版 .xls 或加了密码的工作簿。请用 Excel 或 WPS 打开，另存为不加密码的“Excel 工作簿（.xlsx）”后再上传。',
      en: 'This is an old .xls file or a workbook with a password: save it as “Excel Workbook (.xlsx)” without a password and upload it again.',
    })
  if (/\.(xlsm|xltm|xlsb|xlam)$/i.test(filename))
    refuse('unsupported', 'file.macros', {
      zh: `“${filename}”是可带宏的格式，出于安全不接收。请另存为“Excel 工作簿（.xlsx）”后再上传。`,
      en: `“${filename}” is of a kind that can hold macros and is not accepted: save it as “Excel Workbook (.xlsx)”.`,
    })
  if (magic === '504b0304') return readWorkbook(bytes, sheet_name)
  if (!/\.(csv|txt)$/i.test(filename) || bytes.includes(0))
    refuse('unsupported', 'file.not_workbook', {
      zh: `“${filename}”的内容不是 .xlsx 工作簿，也不是 .csv 文本。请用 Excel 或 WPS 另存为“Excel 工作簿（.xlsx）”后再上传。`,
      en: `“${filename}” is neither an .xlsx workbook nor .csv text: save it as “Excel Workbook (.xlsx)” and upload it again.`,
    })
  const rows = parseCsv(decode(bytes), { unescapeFormulae: true })
  return toSheet(
    filename,
    rows.map((values, at) => ({ number: at + 1, cells: values.map(toCell) })),
  )
}

async function readWorkbook(bytes: Uint8Array, sheet_name: string | undefined): Promise<Sheet> {
  try {
    const data = await safePackage(bytes)
    const visible: string[] = []
    await readXlsx(data, {
      sheets: (info) => {
        if (!info.hidden && !info.veryHidden) visible.push(info.name)
        return false
      },
    })
    const sheet = visible.find((name) => name === sheet_name) ?? visible[0] ?? ''
    const rows: SheetRow[] = []
    for await (const row of streamXlsxRows(data, { sheet }))
      rows.push({ number: row.index + 1, cells: row.values.map(toCell) })
    return toSheet(sheet, rows)
  } catch (error) {
    if (error instanceof Refusal) throw error
    refuse('invalid', 'file.damaged', {
      zh: '这个文件已损坏或不完整，读不出来。请用 Excel 或 WPS 打开，另存为新的 .xlsx 后再上传。',
      en: 'This file is damaged or incomplete: open it, save it as a new .xlsx and upload that.',
    })
  }
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    try {
      return new TextDecoder('gb18030', { fatal: true }).decode(bytes)
    } catch {
      refuse('invalid', 'file.encoding', {
        zh: '这个文本文件既不是 UTF-8 也不是 GB 18030 编码。请用 Excel 或 WPS 另存为“CSV UTF-8”或 .xlsx 后再上传。',
        en: 'This text file is neither UTF-8 nor GB 18030: save it as “CSV UTF-8” or .xlsx and upload it again.',
      })
    }
  }
}

function toCell(value: string | number | boolean | Date | null): Cell {
  if (value === null) return ''
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? '' : { date: value.toISOString().slice(0, 10) }
  // ="0571" is how many systems keep a CSV value text
  return typeof value === 'string' ? cleanText(value.replace(/^="(.*)"$/, '$1')) : value
}

function toSheet(name: string, all: SheetRow[]): Sheet {
  const [first, ...rows] = all.filter((row) => row.cells.some((cell) => cell !== ''))
  if (!first)
    refuse('invalid', 'file.empty', {
      zh: '表格是空的，没有表头也没有数据。请使用模板填写后上传。',
      en: 'The sheet is empty: fill in the template and upload it.',
    })
  if (rows.length > MAX_DATA_ROWS)
    refuse('invalid', 'file.too_many_rows', {
      zh: `表格有 ${rows.length.toLocaleString('en')} 行数据，请拆成每份不超过 5,000 人。`,
      en: `The sheet has ${rows.length.toLocaleString('en')} rows: split it into parts of at most 5,000 people.`,
    })
  const header = first.cells.map((cell) => cellText(cell).replace(/\s*[*＊]$/, ''))
  const doubled = header.find((title, at) => title !== '' && header.indexOf(title) !== at)
  if (doubled)
    refuse('invalid', 'file.doubled_header', {
      zh: `表头“${doubled}”出现了两次，分不清以哪一列为准。请删除或改名其中一列。`,
      en: `Two columns are headed “${doubled}”: delete or rename one of them.`,
    })
  return { name, header, rows: rows.map((row) => ({ number: row.number, cells: header.map((_, at) => row.cells[at] ?? '') })) }
}

export type Value = string | number | boolean | null
export interface Column {
  header: string
  /** marked with a red `*` */
  required?: boolean
  /** in characters */
  width?: number
  /** `yuan`: values are integer fen, shown as 1,234.50 */
  format?: 'text' | 'number' | 'yuan'
  /** shown as a comment on the header and when a cell is entered */
  note?: string
  /** the only values Excel lets people enter, offered as a list */
  choices?: readonly string[]
}
export interface SheetToWrite {
  name: string
  columns: readonly Column[]
  rows: readonly (readonly Value[])[]
  /** red cells with a comment; row and column are indexes into `rows` and `columns` */
  faults?: readonly { row: number; column: number; message: string }[]
  /** empty rows below that carry the columns' formats, for people to fill in */
  spare_rows?: number
}

/** A workbook with frozen bold headers, formats, comments, red cells, and lists from a hidden sheet 字典 (inline lists end at 255 characters). */
export async function writeWorkbook(sheets: readonly SheetToWrite[]): Promise<Uint8Array> {
  const lists = [...new Set(sheets.flatMap((sheet) => sheet.columns.flatMap((column) => column.choices ?? [])))]
  void lists
  return writeXlsx({ sheets: [] })
}
