/** Reads CSV of any length piece by piece: its encoding, where rows end, and the rows themselves; never more than a piece in memory. */
import { detectDelimiter, parseCsv } from 'hucre/csv'
import { type Cell, toCell } from './cells.ts'
import { refuse } from './errors.ts'

const MAX_FILE = 100 * 2 ** 20
/** A row that has not ended after this much has an open quote. */
const MAX_ROW = 2 ** 20
const MAX_ROWS = 1_000_000

export interface SheetRow {
  /** as Excel shows it */
  number: number
  cells: Cell[]
}

/**
 * The rows of a CSV in UTF-8 (with or without BOM) or GB 18030, whatever its line ends and separator.
 * Codes: `file.too_large` (100 MB), `file.encoding`, `file.not_workbook` for bytes that are no text, `file.damaged` for a quote never closed,
 * `file.too_many_rows` (1,000,000, blank ones included).
 */
export async function* csvRows(file: AsyncIterable<Uint8Array>): AsyncGenerator<SheetRow[]> {
  let text = ''
  let delimiter: string | undefined
  let number = 1
  const take = (end: number): SheetRow[] => {
    const piece = text.slice(0, end)
    text = text.slice(end)
    delimiter ??= detectDelimiter(piece)
    const rows = parseCsv(piece, { unescapeFormulae: true, delimiter })
    if (number + rows.length > MAX_ROWS) refuseLength()
    return rows.map((values) => ({ number: number++, cells: values.map(toCell) }))
  }
  for await (const piece of decoded(file)) {
    text += piece
    const end = lastRowEnd(text)
    if (end === 0 && text.length > MAX_ROW) refuseOpenQuote()
    if (end > 0) yield take(end)
  }
  if (text !== '') yield take(text.length)
}

/** Just behind the last line end outside quotes; a `\r` at the very end may be half a `\r\n`. */
function lastRowEnd(text: string): number {
  let end = 0
  let from = 0
  for (let quote = text.indexOf('"'); ; quote = text.indexOf('"', from)) {
    const outside = text.slice(from, quote < 0 ? undefined : quote)
    const at = Math.max(outside.lastIndexOf('\n'), outside.lastIndexOf('\r', outside.length - (quote < 0 ? 2 : 1)))
    if (at >= 0) end = from + at + 1
    if (quote < 0) return end
    const closing = text.indexOf('"', quote + 1)
    if (closing < 0) return end
    from = closing + 1
  }
}

/** Text of the bytes: the first piece, which holds the headers, tells the encoding. */
async function* decoded(file: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let decoder: TextDecoder | undefined
  let size = 0
  for await (const bytes of file) {
    size += bytes.length
    if (size > MAX_FILE) refuseSize()
    if (bytes.includes(0)) refuseBinary()
    decoder ??= decoderFor(bytes)
    yield decode(decoder, bytes)
  }
  if (decoder) yield decode(decoder)
}

function decode(decoder: TextDecoder, bytes?: Uint8Array): string {
  try {
    return bytes ? decoder.decode(bytes, { stream: true }) : decoder.decode()
  } catch {
    refuse('invalid', 'file.encoding', {
      zh: '这个文本文件既不是 UTF-8 也不是 GB 18030 编码。请用 Excel 或 WPS 另存为“CSV UTF-8”或 .xlsx 后再上传。',
      en: 'This text file is neither UTF-8 nor GB 18030: save it as “CSV UTF-8” or .xlsx and upload it again.',
    })
  }
}

function decoderFor(bytes: Uint8Array): TextDecoder {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true })
    return new TextDecoder('utf-8', { fatal: true })
  } catch {
    return new TextDecoder('gb18030', { fatal: true })
  }
}

function refuseSize(): never {
  refuse('too_large', 'file.too_large', {
    zh: '文件超过 100 MB，没有导入。请按月份或机构拆成几份后再上传。',
    en: 'The file has more than 100 MB and was not imported: split it by month or organisation.',
  })
}

function refuseLength(): never {
  refuse('invalid', 'file.too_many_rows', {
    zh: '文件超过 1,000,000 行（空行也算），没有导入。请删除空行，或按月份、机构拆成几份后再上传。',
    en: 'The file has more than 1,000,000 rows, blank ones included, and was not imported: delete blank rows, or split it.',
  })
}

function refuseBinary(): never {
  refuse('unsupported', 'file.not_workbook', {
    zh: '文件的内容不是表格，也不是 .csv 文本。请用 Excel 或 WPS 另存为“Excel 工作簿（.xlsx）”后再上传。',
    en: 'The contents are neither a workbook nor .csv text: save it as “Excel Workbook (.xlsx)” and upload it again.',
  })
}

function refuseOpenQuote(): never {
  refuse('invalid', 'file.damaged', {
    zh: '文本中有一个引号没有配对，分不清行。请用 Excel 或 WPS 打开核对，另存后再上传。',
    en: 'A quotation mark is never closed, so rows cannot be told apart: open the file, correct it and save it again.',
  })
}
