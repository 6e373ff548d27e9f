/** Workbooks and CSV that Excel and WPS open: frozen headers, formats, comments, lists to choose from, nothing that runs. Hides hucre. */
import { writeCsv as csvText, writeCsvStream } from 'hucre/csv'
import { type CellStyle, cellRef, colToLetter, type DataValidation, type WriteSheet, writeXlsx } from 'hucre/xlsx'

/** Rows that the lists to choose from reach down to: as many as an import of a workbook takes. */
const MAX_DATA_ROWS = 5000

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

export const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'

/**
 * A workbook to be downloaded; it may hold what only its reader may see, so no cache keeps it.
 * @param called its name in the reader's language, where the plain one is not
 */
export function sendWorkbook(workbook: Uint8Array, filename: string, called?: string): Response {
  return new Response(workbook as Uint8Array<ArrayBuffer>, {
    headers: {
      'Content-Type': XLSX,
      'Content-Disposition': `attachment; filename="${filename}"${called ? `; filename*=UTF-8''${encodeURIComponent(called)}` : ''}`,
      'Cache-Control': 'no-store',
    },
  })
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

export const FONT = { name: '微软雅黑', size: 11 }
export const FORMATS = { text: { numFmt: '@' }, number: {}, yuan: { numFmt: '#,##0.00' } } satisfies Record<
  string,
  CellStyle
>
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

export function toValue(value: Value, column: Column | undefined): Value {
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

/** CSV in UTF-8 with BOM (Excel needs it) and CRLF; the rules of {@link csvLines}. */
export function writeCsv(header: readonly string[], rows: Iterable<readonly Value[]>): Uint8Array {
  return new TextEncoder().encode(`\ufeff${csvLines([header, ...rows])}`)
}

/** CSV as text, CRLF. Text that Excel would run as a formula gets a `'` in front; plain negative numbers do not. */
export function csvLines(rows: readonly (readonly Value[])[], delimiter = ','): string {
  return csvText(
    rows.map((row) => row.map(harmless)),
    { delimiter },
  )
}

/** The same for rows that come while it is being sent. */
export function streamCsv(
  header: readonly string[],
  rows: AsyncIterable<readonly Value[]>,
): ReadableStream<Uint8Array> {
  const all = async function* () {
    yield [...header]
    for await (const row of rows) yield row.map(harmless)
  }
  return writeCsvStream(all(), { bom: true, headers: false })
}

function harmless(value: Value): Value {
  return typeof value === 'string' && /^[=+\-@|\t\r\n\0＝＋－＠]/.test(value) && !/^-\d+(\.\d+)?$/.test(value)
    ? `'${value}`
    : value
}
