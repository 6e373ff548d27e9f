/** Workbooks that are signed on paper: a heading, what the amounts are in, the table, its total in capitals, the signature block, one A4 page wide. */
import { type CellStyle, type CellValue, type WriteSheet, writeXlsx, writeXlsxStream } from 'hucre/xlsx'
import type { Lang } from './errors.ts'
import { capitalYuan } from './money.ts'
import { type Column, FONT, FORMATS, toValue, type Value, XLSX } from './workbook.ts'

export interface Paper {
  /** of the sheet, 31 characters at most */
  name: string
  title: string
  /** who made it, what period it is about; the unit of its amounts stands beside it */
  notes: string[]
  columns: readonly Column[]
}

const BORDER = { style: 'thin' as const }
const BOXED: CellStyle = { border: { top: BORDER, right: BORDER, bottom: BORDER, left: BORDER } }
/** Longer tables go on to further pages, each with the header. */
const ONE_PAGE = 45

/** One sheet a table, its last row the total. */
export function writePapers(
  papers: (Paper & { rows: readonly (readonly Value[])[]; total: readonly Value[]; closing: readonly string[] })[],
): Promise<Uint8Array> {
  return writeXlsx({
    sheets: papers.map(toSheet),
    // the header on every page; hucre's own setting leaves a name with spaces without its quotes, which Excel calls damaged
    namedRanges: papers.map(({ name }) => ({ name: '_xlnm.Print_Titles', range: `'${name}'!$3:$3`, scope: name })),
    defaultFont: FONT,
    properties: { creator: '护育' },
  })
}

function toSheet({
  name,
  title,
  notes,
  columns,
  rows,
  total,
  closing,
}: Parameters<typeof writePapers>[0][number]): WriteSheet {
  const table = [columns.map(({ header }) => header), ...[...rows, total].map((row) => valuesOf(row, columns))]
  const cells: NonNullable<WriteSheet['cells']> = new Map()
  const style = (row: number, column: number, value: CellValue, one: CellStyle) =>
    cells.set(`${row},${column}`, { value, style: one })
  style(0, 0, title, { font: { ...FONT, size: 16, bold: true }, alignment: { horizontal: 'center' } })
  table.forEach((row, at) => {
    row.forEach((value, column) => {
      const bold = at === 0 || at === table.length - 1
      const format = at === 0 ? FORMATS.text : FORMATS[columns[column]!.format ?? 'text']
      style(at + 2, column, value, { ...format, ...BOXED, font: { ...FONT, bold }, ...(at === 0 && HEADER) })
    })
  })
  const above = [[title], [notes.join('　　')]]
  const below = closing.map((words) => [words])
  const last = columns.length - 1
  const merged = [0, 1, ...closing.map((_, at) => above.length + table.length + at)]
  return {
    name,
    columns: columns.map((column) => ({ width: column.width ?? Math.max(10, 2 * column.header.length + 2) })),
    rows: [...above, ...table, ...below],
    cells,
    merges: merged.map((row) => ({ startRow: row, endRow: row, startCol: 0, endCol: last })),
    freezePane: { rows: 3 },
    pageSetup: {
      paperSize: 'a4',
      orientation: columns.length > 6 ? 'landscape' : 'portrait',
      ...{ fitToPage: true, fitToWidth: 1, fitToHeight: table.length > ONE_PAGE ? 0 : 1 },
      horizontalCentered: true,
      margins: { top: 0.6, right: 0.5, bottom: 0.6, left: 0.5, header: 0.3, footer: 0.3 },
    },
    headerFooter: { oddFooter: '&P / &N' },
  }
}

const HEADER: CellStyle = { alignment: { horizontal: 'center', vertical: 'center', wrapText: true } }

/**
 * The same for rows that come while it is being sent, in no more memory however many there are; what closes it is asked for when all have gone.
 */
export function streamPaper(
  { name, title, notes, columns }: Paper,
  rows: AsyncIterable<readonly Value[]>,
  closing: () => readonly (readonly Value[])[],
): ReadableStream<Uint8Array> {
  const all = async function* (): AsyncGenerator<CellValue[]> {
    yield [title]
    yield [notes.join('　　')]
    yield columns.map(({ header }) => header)
    for await (const row of rows) yield valuesOf(row, columns)
    for (const row of closing()) yield valuesOf(row, columns)
  }
  return writeXlsxStream(all(), {
    name,
    columns: columns.map((column) => ({ width: column.width ?? 16, style: FORMATS[column.format ?? 'text'] })),
    freezePane: { rows: 3 },
    repeatHeaders: false,
  })
}

/** A workbook on its way; no cache keeps it. */
export function sendPaper(body: ReadableStream<Uint8Array> | Uint8Array, filename: string): Response {
  return new Response(body as BodyInit, {
    headers: {
      'Content-Type': XLSX,
      'Content-Disposition': `attachment; filename="${filename}"`,
      'Cache-Control': 'no-store',
      Vary: 'Accept',
    },
  })
}

function valuesOf(row: readonly Value[], columns: readonly Column[]): Value[] {
  return row.map((value, at) => toValue(value, columns[at]))
}

/** `合计人民币（大写）：壹仟元整`, for the line below a total; capitals are Chinese in every language. */
export function inCapitals(fen: number, lang: Lang): string {
  const capitals = `${fen < 0 ? '负' : ''}${capitalYuan(Math.abs(fen))}`
  return lang === 'en' ? `Total in capitals: ${capitals}` : `合计人民币（大写）：${capitals}`
}

/** Where a paper is signed, by people who are not the same. */
export function signatures(lang: Lang): string[] {
  return lang === 'en' ? ['Prepared by', 'Reviewed by', 'Approved by', 'Date'] : ['制表', '审核', '审批', '日期']
}

/** The same in one line with room to sign. */
export function signatureLine(lang: Lang): string {
  const [prepared, checked, approved, date] = signatures(lang).map((who) => `${who}${lang === 'en' ? ': ' : '：'}`)
  const room = [prepared, checked, approved].map((who) => `${who}${'　'.repeat(8)}`).join('')
  return `${room}${date}　　　　年　　月　　日`
}
