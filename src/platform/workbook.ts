/** Spreadsheets: reads .xlsx and .csv that people send, writes workbooks and CSV that Excel and WPS open. Hides hucre and fflate. */

import { zipSync } from 'fflate'
import { writeCsv as csvText, parseCsv } from 'hucre/csv'
import {
  type CellStyle,
  cellRef,
  colToLetter,
  type DataValidation,
  readXlsx,
  streamXlsxRows,
  type WriteSheet,
  writeXlsx,
} from 'hucre/xlsx'
import { type Cell, cellText } from './cells.ts'
import { Refusal, refuse } from './errors.ts'
import { safeParts, sheetKind } from './sheet-guard.ts'
import { cleanText } from './text.ts'

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
  if (sheetKind(bytes, filename) === 'xlsx') return readWorkbook(bytes, sheet_name)
  const rows = parseCsv(decode(bytes), { unescapeFormulae: true })
  return toSheet(
    filename,
    rows.map((values, at) => ({ number: at + 1, cells: values.map(toCell) })),
  )
}

async function readWorkbook(bytes: Uint8Array, sheet_name: string | undefined): Promise<Sheet> {
  try {
    const parts = await safeParts(bytes)
    const directory = Object.entries(parts).filter(([name]) => !/sharedStrings|styles|worksheets\//i.test(name))
    const visible: string[] = []
    await readXlsx(zipSync(Object.fromEntries(directory), { level: 0 }), {
      sheets: (info) => {
        if (!info.hidden && !info.veryHidden) visible.push(info.name)
        return false
      },
    })
    const sheet = visible.find((name) => name === sheet_name) ?? visible[0] ?? ''
    const rows: SheetRow[] = []
    for await (const row of streamXlsxRows(zipSync(parts, { level: 0 }), { sheet }))
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
  return {
    name,
    header,
    rows: rows.map((row) => ({ number: row.number, cells: header.map((_, at) => row.cells[at] ?? '') })),
  }
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
  const lists = [
    ...new Set(sheets.flatMap((sheet) => sheet.columns.flatMap((column) => (column.choices ? [column.choices] : [])))),
  ]
  const longest = Math.max(0, ...lists.map((list) => list.length))
  const dictionary: WriteSheet = {
    name: '字典',
    hidden: true,
    rows: Array.from({ length: longest }, (_, at) => lists.map((list) => list[at] ?? null)),
  }
  return writeXlsx({
    sheets: [...sheets.map((sheet) => toWriteSheet(sheet, lists)), ...(lists.length > 0 ? [dictionary] : [])],
    defaultFont: FONT,
    properties: { creator: '护育' },
  })
}

const FONT = { name: '微软雅黑', size: 11 }
const FORMATS = { text: { numFmt: '@' }, number: {}, yuan: { numFmt: '#,##0.00' } } satisfies Record<string, CellStyle>
const RED: CellStyle = { numFmt: '@', fill: { type: 'pattern', pattern: 'solid', fgColor: { rgb: 'FFC7CE' } } }

function toWriteSheet(sheet: SheetToWrite, lists: readonly (readonly string[])[]): WriteSheet {
  const header = sheet.columns.map((column) => (column.required ? `${column.header}*` : column.header))
  const rows = sheet.rows.map((row) => row.map((value, at) => toValue(value, sheet.columns[at])))
  const spare = Array.from({ length: sheet.spare_rows ?? 0 }, () => header.map(() => null))
  const cells: NonNullable<WriteSheet['cells']> = new Map()
  sheet.columns.forEach((column, at) => {
    const font = column.required ? { ...FONT, bold: true, color: { rgb: 'C00000' } } : { ...FONT, bold: true }
    const comment = column.note ? { comment: { author: '护育', text: column.note } } : {}
    cells.set(`0,${at}`, { value: header[at] ?? '', type: 'string', style: { font, numFmt: '@' }, ...comment })
  })
  for (const fault of sheet.faults ?? []) {
    const key = `${fault.row + 1},${fault.column}`
    const earlier = cells.get(key)?.comment
    const text = earlier ? `${earlier.text}\n${fault.message}` : fault.message
    const value = rows[fault.row]?.[fault.column] ?? null
    cells.set(key, { value, style: RED, comment: { author: '护育', text } })
  }
  return {
    name: sheet.name,
    columns: sheet.columns.map((column) => ({
      width: column.width ?? Math.max(10, 2 * column.header.length + 4),
      style: FORMATS[column.format ?? 'text'],
    })),
    rows: [header, ...rows, ...spare],
    cells,
    freezePane: { rows: 1 },
    dataValidations: sheet.columns.flatMap((column, at) =>
      column.choices ? [toValidation(column, column.choices, at, lists)] : [],
    ),
  }
}

function toValue(value: Value, column: Column | undefined): Value {
  return typeof value === 'number' && column?.format === 'yuan' ? value / 100 : value
}

function toValidation(
  column: Column,
  choices: readonly string[],
  at: number,
  lists: readonly (readonly string[])[],
): DataValidation {
  const list = colToLetter(lists.indexOf(choices))
  return {
    type: 'list',
    range: `${cellRef(1, at)}:${cellRef(MAX_DATA_ROWS, at)}`,
    formula1: `字典!$${list}$1:$${list}$${choices.length}`,
    allowBlank: true,
    showInputMessage: true,
    inputTitle: column.header,
    inputMessage: (column.note ?? '请从下拉列表中选择').slice(0, 200),
    showErrorMessage: true,
    errorTitle: column.header,
    errorMessage: `请从下拉列表中选择：${choices.join('、')}`.slice(0, 200),
  }
}

/** CSV in UTF-8 with BOM (Excel needs it) and CRLF. Text that Excel would run as a formula gets a `'` in front; plain negative numbers do not. */
export function writeCsv(header: readonly string[], rows: Iterable<readonly Value[]>): Uint8Array {
  const harmless = (value: Value) =>
    typeof value === 'string' && /^[=+\-@|\t\r\n\0＝＋－＠]/.test(value) && !/^-\d+(\.\d+)?$/.test(value)
      ? `'${value}`
      : value
  return new TextEncoder().encode(
    csvText(
      [header, ...rows].map((row) => row.map(harmless)),
      { bom: true },
    ),
  )
}
