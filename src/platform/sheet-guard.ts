/** Lets a spreadsheet in no further than is safe: kind and sizes are read before anything is unpacked, and held to while unpacking. */
import { refuse } from './errors.ts'

const MAX_UNPACKED = 64 * 1024 * 1024
const MAX_ENTRIES = 200
const MAX_RATIO = 100
const MAX_TOKENS = 1_500_000
const MAX_ROWS = 20_000

interface Entry {
  name: string
  method: number
  start: number
  size: number
  unpacked: number
}

/**
 * What a file is, by its first bytes.
 * Codes: `file.macros`, `file.not_workbook`.
 */
export function sheetKind(bytes: Uint8Array, filename: string): 'xlsx' | 'xls' | 'csv' {
  const magic = [...bytes.subarray(0, 4)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  if (/\.(xlsm|xltm|xlsb|xlam)$/i.test(filename))
    refuse('unsupported', 'file.macros', {
      zh: `“${filename}”是可带宏的格式，出于安全不接收。请另存为“Excel 工作簿（.xlsx）”后再上传。`,
      en: `“${filename}” is of a kind that can hold macros and is not accepted: save it as “Excel Workbook (.xlsx)”.`,
    })
  if (magic === 'd0cf11e0') return 'xls'
  if (magic === '504b0304') return 'xlsx'
  if (!/\.(csv|txt)$/i.test(filename)) refuseKind(filename)
  return 'csv'
}

/** The bytes of a workbook, which cannot be read piece by piece. Code: `file.too_large` (5 MB, an old .xls 2 MB). */
export async function workbookBytes(file: AsyncIterable<Uint8Array>, kind: 'xlsx' | 'xls'): Promise<Uint8Array> {
  const limit = kind === 'xlsx' ? 5 : 2
  const pieces: Uint8Array[] = []
  let size = 0
  for await (const piece of file) {
    size += piece.length
    if (size > limit * 2 ** 20)
      refuse('too_large', 'file.too_large', {
        zh: `工作簿超过 ${limit} MB。请拆成每份不超过 5,000 人，或另存为 CSV 后上传。`,
        en: `The workbook has more than ${limit} MB: split it into parts of at most 5,000 people, or save it as CSV.`,
      })
    pieces.push(piece)
  }
  return new Uint8Array(await new Blob(pieces as BlobPart[]).arrayBuffer())
}

/** Refuses an old workbook with macros (`file.macros`) or a password, which hides any workbook in the same container (`file.password`). */
export function guardOldWorkbook(bytes: Uint8Array): void {
  if (holds(bytes, utf16('_VBA_PROJECT'))) refuseMacros()
  const start = indexOf(bytes, BOF)
  const locked = start >= 0 && bytes[start + BOF.length + 8] === 0x2f && bytes[start + BOF.length + 9] === 0
  if (locked || holds(bytes, utf16('EncryptedPackage')))
    refuse('unsupported', 'file.password', {
      zh: '这个工作簿加了打开密码，读不出来。请用 Excel 或 WPS 打开，去掉密码另存后再上传。',
      en: 'This workbook has a password and cannot be read: open it, save it without the password and upload that.',
    })
}

/** The record that opens the globals of a BIFF8 stream; FILEPASS (0x2F), if any, comes right behind its 16 bytes. */
const BOF = Uint8Array.of(0x09, 0x08, 0x10, 0x00, 0x00, 0x06, 0x05, 0x00)

function utf16(text: string): Uint8Array {
  return Uint8Array.from([...text].flatMap((char) => [char.charCodeAt(0), 0]))
}

function holds(bytes: Uint8Array, wanted: Uint8Array): boolean {
  return indexOf(bytes, wanted) >= 0
}

function indexOf(bytes: Uint8Array, wanted: Uint8Array): number {
  for (let at = bytes.indexOf(wanted[0]!); at >= 0; at = bytes.indexOf(wanted[0]!, at + 1))
    if (wanted.every((byte, offset) => bytes[at + offset] === byte)) return at
  return -1
}

/**
 * The parts of a workbook that hold cells, unpacked.
 * ZIP readers disagree about crafted directories (ZIP64 fields, sizes of zero, doubled entries), so the parser must never be given the
 * file itself but a fresh ZIP of what was counted here. Throws RangeError or TypeError where the file is damaged.
 * Codes: `file.unpacks_too_large`, `file.macros`, `file.not_workbook`, `file.too_many_rows`, `file.too_many_columns`.
 */
export async function safeParts(bytes: Uint8Array): Promise<Record<string, Uint8Array>> {
  const entries = readDirectory(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength))
  const unpacked = entries.reduce((total, entry) => total + entry.unpacked, 0)
  if (unpacked > MAX_UNPACKED || unpacked > MAX_RATIO * bytes.length) refuseSize()
  if (entries.some((entry) => /vbaProject\.bin$|macrosheets\//i.test(entry.name))) refuseMacros()
  if (!entries.some((entry) => /(^|\/)workbook\d*\.xml$/i.test(entry.name))) refuseKind()
  const parts: Record<string, Uint8Array> = {}
  let tokens = 0
  for (const entry of entries) {
    // comments, drawings, tables and pivots hang on the sheets' own relations; none of them holds cells
    if (!/\.(xml|rels)$/i.test(entry.name) || /worksheets\/_rels\//i.test(entry.name)) continue
    const part = await unpack(bytes, entry)
    // parsers spend memory by tag and entity (< and &), not by byte
    for (const byte of part) if (byte === 0x3c || byte === 0x26) tokens++
    if (tokens > MAX_TOKENS) refuseSize()
    checkPart(entry.name, part)
    parts[entry.name] = part
  }
  return parts
}

/** The central directory, ZIP64 included (EasyExcel and Apache POI write it for small files too). */
function readDirectory(view: DataView): Entry[] {
  const u16 = (at: number) => view.getUint16(at, true)
  const u32 = (at: number) => view.getUint32(at, true)
  const u64 = (at: number) => Number(view.getBigUint64(at, true))
  let end = view.byteLength - 22
  while (u32(end) !== 0x06054b50) end--
  const in_zip64 = u16(end + 10) === 0xffff || u32(end + 16) === 0xffffffff
  const record = in_zip64 ? u64(end - 12) : 0
  const count = in_zip64 ? u64(record + 32) : u16(end + 10)
  let at = in_zip64 ? u64(record + 48) : u32(end + 16)
  if (count > MAX_ENTRIES) refuseSize()
  return Array.from({ length: count }, () => {
    if (u32(at) !== 0x02014b50) throw new RangeError('no directory entry')
    const name = new TextDecoder().decode(new Uint8Array(view.buffer, view.byteOffset + at + 46, u16(at + 28)))
    let extra = at + 46 + u16(at + 28)
    const next = extra + u16(at + 30) + u16(at + 32)
    while (extra < next && u16(extra) !== 1) extra += 4 + u16(extra + 2)
    extra += 4
    const [unpacked, size, offset] = [u32(at + 24), u32(at + 20), u32(at + 42)].map((value) => {
      if (value !== 0xffffffff) return value
      extra += 8
      return u64(extra - 8)
    }) as [number, number, number]
    const entry = {
      name,
      method: u16(at + 10),
      start: offset + 30 + u16(offset + 26) + u16(offset + 28),
      size,
      unpacked,
    }
    at = next
    return entry
  })
}

/** Unpacks one entry into exactly the size it declares; an entry that holds more stops there. */
async function unpack(bytes: Uint8Array, entry: Entry): Promise<Uint8Array> {
  const packed = bytes.slice(entry.start, entry.start + entry.size)
  if (entry.method === 0 && packed.length === entry.unpacked) return packed
  if (entry.method !== 8) throw new RangeError('unknown compression')
  const part = new Uint8Array(entry.unpacked)
  let length = 0
  const reader = new Blob([packed]).stream().pipeThrough(new DecompressionStream('deflate-raw')).getReader()
  for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
    if (length + chunk.value.length > part.length) {
      await reader.cancel()
      refuseSize()
    }
    part.set(chunk.value, length)
    length += chunk.value.length
  }
  if (length !== part.length) throw new RangeError('shorter than declared')
  return part
}

/** A row costs the parser memory up to its last column: every cell must say where it is, plainly and not too far right. */
function checkPart(name: string, part: Uint8Array): void {
  const xml = new TextDecoder().decode(part)
  if (/\[Content_Types\]/i.test(name) && /macroEnabled/i.test(xml)) refuseMacros()
  if (CELL_TOO_FAR.test(xml))
    refuse('invalid', 'file.too_many_columns', {
      zh: '表格超过 104 列（也可能是右侧只有格式的空列）。请把需要的列复制到模板中再上传。',
      en: 'The sheet has more than 104 columns, perhaps empty formatted ones: copy the columns needed into the template.',
    })
  if ((xml.match(/<(?:[^\s<>/:]+:)?row[\s>/]/g)?.length ?? 0) > MAX_ROWS)
    refuse('invalid', 'file.too_many_rows', {
      zh: `表格超过 ${MAX_ROWS.toLocaleString('en')} 行（也可能是下方只有格式的空行）。请删除空行，或拆成每份不超过 5,000 人。`,
      en: `The sheet has more than ${MAX_ROWS.toLocaleString('en')} rows, perhaps empty formatted ones: delete them, or split the file into parts of at most 5,000 people.`,
    })
}

const CELL_TOO_FAR =
  /<(?:[^\s<>/:]+:)?c(?=[\s/>])(?!(?:\s+(?:r=["'][A-C]?[A-Z]\d{1,7}["']|(?!r\s*=)[\w:.-]+=(?:"[^"<>]*"|'[^'<>]*')))*\s*\/?>)/

function refuseKind(filename = ''): never {
  refuse('unsupported', 'file.not_workbook', {
    zh: `文件${filename && `“${filename}”`}的内容不是 .xlsx 工作簿，也不是 .csv 文本。请用 Excel 或 WPS 另存为“Excel 工作簿（.xlsx）”后再上传。`,
    en: `The file ${filename} is neither an .xlsx workbook nor .csv text: save it as “Excel Workbook (.xlsx)” and upload it again.`,
  })
}

function refuseSize(): never {
  refuse('too_large', 'file.unpacks_too_large', {
    zh: '这个文件解开后过大，没有读取。请只保留要导入的工作表，复制到新的工作簿后再上传。',
    en: 'This file unpacks to too much and was not read: copy the sheet to import into a new workbook and upload that.',
  })
}

function refuseMacros(): never {
  refuse('unsupported', 'file.macros', {
    zh: '这个文件带有宏，出于安全不接收。请另存为“Excel 工作簿（.xlsx）”后再上传。',
    en: 'This file contains macros and is not accepted: save it as “Excel Workbook (.xlsx)” and upload it again.',
  })
}
