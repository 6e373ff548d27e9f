/** Reads the sheets that people send (.xlsx, old .xls, .csv) into plain cells, guarded before anything is unpacked. */
import { setImmediate } from 'node:timers/promises'
import { zipSync } from 'fflate'
import { readXls } from 'hucre'
import { readXlsx, streamXlsxRows } from 'hucre/xlsx'
import { cellText, toCell } from './cells.ts'
import { csvRows, type SheetRow } from './csv-stream.ts'
import { Refusal, refuse } from './errors.ts'
import { guardOldWorkbook, safeParts, sheetKind, workbookBytes } from './sheet-guard.ts'

const MAX_DATA_ROWS = 5000
const BATCH_ROWS = 250

export interface Sheet {
  name: string
  /** cleaned, without the `*` of required columns; `''` where a column has no header */
  header: string[]
  /** the rows that are not blank */
  rows: SheetRow[]
}
/** A sheet that is read on as its rows are asked for. */
export interface OpenSheet extends Omit<Sheet, 'rows'> {
  /** the rows that are not blank, one cell for each column of the header */
  batches: AsyncIterable<SheetRow[]>
}

/**
 * Opens the sheet called `sheet_name`, else the first visible one; its first row that is not blank is the header.
 * What the file is, its bytes say: .xlsx, old .xls, or CSV in UTF-8 or GB 18030. CSV is streamed, a workbook has at most 5,000 rows.
 *
 * Codes: `file.too_large`, `file.password`, `file.macros`, `file.not_workbook`, `file.unpacks_too_large`, `file.damaged`,
 * `file.encoding`, `file.empty`, `file.too_many_rows`, `file.too_many_columns`, `file.doubled_header`; those of rows come while reading.
 */
export async function openSheet(
  file: AsyncIterable<Uint8Array>,
  filename: string,
  sheet_name?: string,
): Promise<OpenSheet> {
  const source = file[Symbol.asyncIterator]()
  const first = await firstBytes(source)
  const kind = sheetKind(first, filename)
  const all = joined(first, source)
  const { name, rows } =
    kind === 'csv'
      ? { name: filename, rows: csvRows(all) }
      : await readWorkbook(await workbookBytes(all, kind), kind, sheet_name)
  return toSheet(name, rows)
}

/** The whole of a sheet of at most 5,000 rows; the codes of {@link openSheet}. */
export async function readSheet(bytes: Uint8Array, filename: string, sheet_name?: string): Promise<Sheet> {
  const { batches, ...sheet } = await openSheet(pieces(bytes), filename, sheet_name)
  const rows: SheetRow[] = []
  for await (const batch of batches) {
    rows.push(...batch)
    if (rows.length > MAX_DATA_ROWS) refuseRows()
  }
  return { ...sheet, rows }
}

/** Bytes in pieces, as a stream would bring them. */
export async function* pieces(bytes: Uint8Array, size = 2 ** 18): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

/** Enough to tell what it is: a network may bring the first bytes one by one. */
async function firstBytes(source: AsyncIterator<Uint8Array>): Promise<Uint8Array> {
  let first = new Uint8Array(0)
  while (first.length < 2 ** 16) {
    const { value, done } = await source.next()
    if (done) break
    const longer = new Uint8Array(first.length + value.length)
    longer.set(first)
    longer.set(value, first.length)
    first = longer
  }
  return first
}

async function* joined(first: Uint8Array, source: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (first.length > 0) yield first
  for (let next = await source.next(); !next.done; next = await source.next()) yield next.value
}

async function readWorkbook(
  bytes: Uint8Array,
  kind: 'xlsx' | 'xls',
  sheet_name: string | undefined,
): Promise<{ name: string; rows: AsyncIterable<SheetRow[]> }> {
  try {
    const { name, rows } = await (kind === 'xls' ? readOld(bytes, sheet_name) : readNew(bytes, sheet_name))
    return { name, rows: atMost(rows) }
  } catch (error) {
    refuseUnreadable(error)
  }
}

/** The rows as they are read, as long as they are not too many. */
async function* atMost(rows: AsyncIterable<SheetRow[]>): AsyncGenerator<SheetRow[]> {
  // and the header
  let left = MAX_DATA_ROWS + 1
  try {
    for await (const batch of rows) {
      left -= batch.filter(isFilled).length
      if (left < 0) refuseRows()
      yield batch
    }
  } catch (error) {
    refuseUnreadable(error)
  }
}

function refuseUnreadable(error: unknown): never {
  if (error instanceof Refusal) throw error
  refuse('invalid', 'file.damaged', {
    zh: '这个文件已损坏或不完整，读不出来。请用 Excel 或 WPS 打开，另存为新的 .xlsx 后再上传。',
    en: 'This file is damaged or incomplete: open it, save it as a new .xlsx and upload that.',
  })
}

async function readNew(
  bytes: Uint8Array,
  sheet_name: string | undefined,
): Promise<{ name: string; rows: AsyncIterable<SheetRow[]> }> {
  const parts = await safeParts(bytes)
  const directory = Object.entries(parts).filter(([name]) => !/sharedStrings|styles|worksheets\//i.test(name))
  const visible: string[] = []
  await readXlsx(zipSync(Object.fromEntries(directory), { level: 0 }), {
    sheets: (info) => {
      if (!info.hidden && !info.veryHidden) visible.push(info.name)
      return false
    },
  })
  const name = visible.find((one) => one === sheet_name) ?? visible[0] ?? ''
  return { name, rows: batchesOf(zipSync(parts, { level: 0 }), name) }
}

/** Between two batches others have their turn: what was read is looked up while the rest is being read. */
async function* batchesOf(workbook: Uint8Array, sheet: string): AsyncGenerator<SheetRow[]> {
  let batch: SheetRow[] = []
  for await (const row of streamXlsxRows(workbook, { sheet })) {
    batch.push({ number: row.index + 1, cells: row.values.map(toCell) })
    if (batch.length < BATCH_ROWS) continue
    yield batch
    batch = []
    await setImmediate()
  }
  yield batch
}

async function readOld(
  bytes: Uint8Array,
  sheet_name: string | undefined,
): Promise<{ name: string; rows: AsyncIterable<SheetRow[]> }> {
  guardOldWorkbook(bytes)
  const { sheets } = await readXls(bytes)
  const sheet = sheets.find(({ name }) => name === sheet_name) ?? sheets[0]!
  const rows = sheet.rows.map((values, at) => ({ number: at + 1, cells: values.map(toCell) }))
  return {
    name: sheet.name,
    rows: (async function* () {
      yield rows
    })(),
  }
}

async function toSheet(name: string, all: AsyncIterable<SheetRow[]>): Promise<OpenSheet> {
  const source = all[Symbol.asyncIterator]()
  for (let next = await source.next(); !next.done; next = await source.next()) {
    const [first, ...rest] = next.value.filter(isFilled)
    if (first) {
      const header = headerOf(first)
      return { name, header, batches: below(header, rest, source) }
    }
  }
  refuse('invalid', 'file.empty', {
    zh: '表格是空的，没有表头也没有数据。请使用模板填写后上传。',
    en: 'The sheet is empty: fill in the template and upload it.',
  })
}

async function* below(
  header: string[],
  rest: SheetRow[],
  source: AsyncIterator<SheetRow[]>,
): AsyncGenerator<SheetRow[]> {
  const fitted = (rows: SheetRow[]) =>
    rows.map(({ number, cells }) => ({ number, cells: header.map((_, at) => cells[at] ?? '') }))
  if (rest.length > 0) yield fitted(rest)
  for (let next = await source.next(); !next.done; next = await source.next()) {
    const filled = next.value.filter(isFilled)
    if (filled.length > 0) yield fitted(filled)
  }
}

function isFilled({ cells }: SheetRow): boolean {
  return cells.some((cell) => cell !== '')
}

function headerOf({ cells }: SheetRow): string[] {
  const header = cells.map((cell) => cellText(cell).replace(/\s*[*＊]$/, ''))
  const doubled = header.find((title, at) => title !== '' && header.indexOf(title) !== at)
  if (doubled)
    refuse('invalid', 'file.doubled_header', {
      zh: `表头“${doubled}”出现了两次，分不清以哪一列为准。请删除或改名其中一列。`,
      en: `Two columns are headed “${doubled}”: delete or rename one of them.`,
    })
  return header
}

function refuseRows(): never {
  refuse('invalid', 'file.too_many_rows', {
    zh: '表格超过 5,000 行数据。请拆成每份不超过 5,000 人，或另存为 CSV 后上传。',
    en: 'The sheet has more than 5,000 rows: split it into parts of at most 5,000 people, or save it as CSV.',
  })
}
