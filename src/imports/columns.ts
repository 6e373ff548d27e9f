/** Finds the columns of a sheet by their headers and reads its cells, saying what cannot be understood and what was perhaps meant. */
import { type Cell, cellDate, cellMonth, cellText, hasLostDigits } from '../platform/cells.ts'
import { type Message, refuse } from '../platform/errors.ts'
import { cleanText } from '../platform/text.ts'
import { FAULTS_HEADER, type ImportColumn, type RowFault, type Value, type Values } from './rules.ts'

export interface Matched {
  /** where in the sheet the column with this key stands */
  places: Map<string, number>
  /** headers that no column has */
  ignored: string[]
}

/**
 * Matches headers to columns, whatever their order, case, spaces and marks of required columns.
 * Refuses `import.columns_missing` with every required column that is not there, `file.doubled_header`.
 */
export function matchColumns(header: readonly string[], columns: readonly ImportColumn[]): Matched {
  const titles = header.map(plain)
  const places = new Map<string, number>()
  for (const column of columns) {
    const at = titles.indexOf(plain(column.header))
    if (at >= 0 && titles.includes(plain(column.header), at + 1)) refuseDoubled(column.header)
    if (at >= 0) places.set(column.key, at)
  }
  const matched = new Set(places.values())
  const ignored = header.filter((title, at) => title !== '' && title !== FAULTS_HEADER && !matched.has(at))
  const missing = columns.filter(({ key, required }) => required && !places.has(key))
  if (missing.length > 0) refuseMissing(missing, ignored)
  return { places, ignored }
}

function refuseDoubled(header: string): never {
  refuse('invalid', 'file.doubled_header', {
    zh: `表头“${header}”出现了两次，分不清以哪一列为准。请删除或改名其中一列。`,
    en: `Two columns are headed “${header}”: delete or rename one of them.`,
  })
}

function refuseMissing(missing: ImportColumn[], ignored: string[]): never {
  const faults = missing.map(({ header }) => {
    const [meant] = nearest(header, ignored)
    return {
      pointer: '/file',
      code: 'import.column_missing',
      message: {
        zh: `缺少“${header}”列${meant ? `；表中的“${meant}”是否就是它？请把表头改为“${header}”` : ''}。`,
        en: `The column “${header}” is missing${meant ? `; is it the one headed “${meant}”? Then head it “${header}”` : ''}.`,
      },
    }
  })
  const names = missing.map(({ header }) => `“${header}”`)
  refuse(
    'invalid',
    'import.columns_missing',
    {
      zh: `表格缺少必填的列：${names.join('、')}。第一行应是表头，请按模板补齐后重新上传。`,
      en: `Required columns are missing: ${names.join(', ')}. The first row must be the headers of the template.`,
    },
    { faults },
  )
}

export interface ReadRow {
  /** null for blank cells and columns that are not there; what was not understood has no value at all */
  values: Values
  faults: RowFault[]
}

/** Every cell of a row with all that cannot be understood. A blank required cell is `name.missing`, by its column's key. */
export function readRow(columns: readonly ImportColumn[], { places }: Matched, cells: readonly Cell[]): ReadRow {
  const row: ReadRow = { values: {}, faults: [] }
  for (const column of columns) {
    const cell = cellIn(places, column, cells) ?? ''
    // most cells of a sheet are blank, and there are a great many
    if (cell === '' && !column.required) {
      row.values[column.key] = null
      continue
    }
    const read = readCell(column, cell)
    if ('code' in read) row.faults.push({ column: column.key, ...read })
    else row.values[column.key] = read.value
  }
  return row
}

/** The cells of a row as a person would read them again, by key: what was understood in its plain form, the rest as typed. */
export function shownCells(
  columns: readonly ImportColumn[],
  { places }: Matched,
  cells: readonly Cell[],
): Record<string, string> {
  return Object.fromEntries(
    columns.flatMap((column) => {
      const cell = cellIn(places, column, cells)
      if (cell === undefined) return []
      const read = readCell(column, cell)
      return [[column.key, 'code' in read || read.value === null ? typedText(cell) : shownValue(column, read.value)]]
    }),
  )
}

/** Undefined where the sheet does not have the column. */
function cellIn(places: Matched['places'], { key }: ImportColumn, cells: readonly Cell[]): Cell | undefined {
  const at = places.get(key)
  return at === undefined ? undefined : (cells[at] ?? '')
}

/** A number too long for a spreadsheet comes back as it looks there, so that it is refused again and never taken for the right one. */
function typedText(cell: Cell): string {
  return hasLostDigits(cell) ? Number(cell).toExponential(5).replace('e', 'E') : cellText(cell)
}

/** A value in the words of the sheet. */
export function shownValue({ choices, type }: ImportColumn, value: Value): string {
  if (type === 'choice') return choices?.[String(value)]?.zh ?? ''
  return value === null ? '' : cellText(value)
}

function readCell(column: ImportColumn, cell: Cell): { value: Value } | Omit<RowFault, 'column'> {
  const text = typedText(cell)
  if (text === '')
    return column.required
      ? fault(
          `${column.key}.missing`,
          `${column.header}没有填写。${column.note}。`,
          `“${column.header}” is required and empty: fill it in.`,
        )
      : { value: null }
  switch (column.type) {
    case 'date':
      return dated(column, text, cellDate(cell), '2026-03-05')
    case 'month':
      return dated(column, text, cellMonth(cell), '2026-03')
    case 'number':
      return readNumber(column, cell, text)
    case 'choice':
      return readChoice(column, text)
    case 'yes_no':
      return readYesNo(column, text)
    default:
      return readText(column, text)
  }
}

function dated({ header }: ImportColumn, text: string, value: string | null, sample: string) {
  if (value !== null) return { value }
  return fault(
    'value.not_date',
    `${header}“${text}”看不出是哪一天，请填成 ${sample} 这样。`,
    `“${text}” in “${header}” is not understood; write it like ${sample}.`,
  )
}

function readNumber({ header, range = [0, 1e9], decimals = 0 }: ImportColumn, cell: Cell, text: string) {
  const value = typeof cell === 'number' ? cell : /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN
  const scaled = value * 10 ** decimals
  if (value >= range[0] && value <= range[1] && Math.abs(scaled - Math.round(scaled)) < 1e-6) return { value }
  return fault(
    'value.not_number',
    `${header}“${text}”应是 ${range[0]} 至 ${range[1]} 之间的${decimals > 0 ? `数，至多 ${decimals} 位小数` : '整数'}。`,
    `“${text}” in “${header}” must be a ${decimals > 0 ? `number with at most ${decimals} decimals` : 'whole number'} from ${range[0]} to ${range[1]}.`,
  )
}

function readText({ header, range = [1, 200] }: ImportColumn, text: string) {
  // as many characters as units, but for rare ones: counted only where it matters
  if (range[0] <= 1 && text.length <= range[1]) return { value: text }
  const { length } = [...text]
  if (length >= range[0] && length <= range[1]) return { value: text }
  return fault(
    'value.length',
    `${header}应为 ${range[0]} 至 ${range[1]} 个字，现为 ${length} 个字。`,
    `“${header}” takes ${range[0]} to ${range[1]} characters and has ${length}.`,
  )
}

/** By the words of a choice, in their plain form, its key: a file asks for the same few hundreds of thousands of times. */
const CHOICES = new WeakMap<Record<string, Message>, Map<string, string>>()

function keyOfChoice(choices: Record<string, Message>, text: string): string | undefined {
  let keys = CHOICES.get(choices)
  if (!keys) {
    keys = new Map()
    // the first to have a word keeps it
    for (const [key, { zh, en }] of Object.entries(choices).reverse())
      for (const word of [key, zh, en]) keys.set(plain(word), key).set(word, key)
    CHOICES.set(choices, keys)
  }
  return keys.get(text) ?? keys.get(plain(text))
}

function readChoice({ header, choices = {} }: ImportColumn, text: string) {
  const found = keyOfChoice(choices, text)
  if (found !== undefined) return { value: found }
  const words = Object.entries(choices)
  const all = words.map(([, { zh }]) => zh)
  const meant = nearest(text, all)
  return fault(
    'value.unknown',
    `${header}“${text}”不在可选范围内。${meant.length > 0 ? `您是否指“${meant.join('”或“')}”？` : ''}可填：${all.join('、')}。`,
    `“${text}” is none of the choices of “${header}”.${meant.length > 0 ? ` Did you mean “${meant.join('” or “')}”?` : ''} Choices: ${all.join(', ')}.`,
  )
}

const YES = ['是', '有', '已缴', '√', 'y', 'yes', 'true', '1']
const NO = ['否', '无', '没有', '未缴', '×', 'x', 'n', 'no', 'false', '0']

function readYesNo({ header }: ImportColumn, text: string) {
  const word = YES.includes(text) ? text : plain(text)
  if (YES.includes(word) || NO.includes(word)) return { value: YES.includes(word) }
  return fault('value.unknown', `${header}“${text}”请填“是”或“否”。`, `“${header}” takes 是 (yes) or 否 (no).`)
}

function fault(code: string, zh: string, en: string): { code: string; message: Message } {
  return { code, message: { zh, en } }
}

/** What somebody may have meant: words that contain the text or are contained in it, or differ in one character. */
export function nearest(text: string, words: readonly string[]): string[] {
  const typed = plain(text)
  if (typed === '') return []
  return words.filter((word) => {
    const known = plain(word)
    return known !== '' && (known.includes(typed) || typed.includes(known) || oneApart([...typed], [...known]))
  })
}

/** One character added, left out or exchanged; of words of two characters only the second. */
function oneApart(a: string[], b: string[]): boolean {
  const [shorter, longer] = a.length < b.length ? [a, b] : [b, a]
  let start = 0
  while (start < shorter.length && shorter[start] === longer[start]) start++
  let end = 0
  while (end < shorter.length - start && shorter.at(-1 - end) === longer.at(-1 - end)) end++
  return longer.length - start - end <= 1 && (longer.length > 2 || start > 0)
}

/** Without what people leave out or type otherwise: case, spaces, marks of required columns, strokes between words, widths. */
function plain(text: string): string {
  return cleanText(text)
    .normalize('NFKC')
    .replace(/[\s*·/、]/g, '')
    .toLowerCase()
}
