/** The reports of allowances as papers to sign, and the entries behind a figure as one that is streamed. */
import { listDistrictNames } from '../allowances/queries.ts'
import { LINE_KINDS, type LineKind } from '../allowances/rules.ts'
import { LEVELS } from '../people/rules.ts'
import { addMonths, monthOf } from '../platform/calendar.ts'
import type { Context } from '../platform/context.ts'
import type { Db } from '../platform/database.ts'
import { inLanguage, type Lang, type Message } from '../platform/errors.ts'
import { plainYuan } from '../platform/money.ts'
import { inCapitals, sendPaper, signatureLine, streamPaper, writePapers } from '../platform/paper.ts'
import { type Column, streamCsv, type Value } from '../platform/workbook.ts'
import { listBooked, type Sums } from './allowance-queries.ts'
import {
  type AllowanceFilter,
  type AllowanceSum,
  type BookedLine,
  DIMENSIONS,
  type Dimension,
  type YearFigures,
} from './allowance-shapes.ts'
import { percent, type Range } from './rules.ts'
import type { YearBook } from './year-book.ts'

const YUAN = { zh: '单位：元', en: 'Unit: yuan' }
const TOTAL = { zh: '合计', en: 'Total' }
const NONE = { zh: '（无）', en: '(none)' }

/** Who made the paper: the place that the reader answers for. */
export interface Maker {
  place: string
  lang: Lang
}

export async function makerOf(db: Db, { actor }: Context, lang: Lang): Promise<Maker> {
  const code = actor.district_code ?? ''
  const names = await listDistrictNames(db, [code])
  return { place: actor.organisation_name ?? names.get(code) ?? actor.display_name, lang }
}

/** `2026-01 – 2026-12` */
export function periodOf({ from, to }: Range): string {
  const [first, last] = [monthOf(from), addMonths(monthOf(to), -1)]
  return first === last ? first : `${first} – ${last}`
}

const SUM_COLUMNS = {
  lines: { zh: '人月', en: 'Months' },
  paid_lines: { zh: '发放人月', en: 'Months paid' },
  paid_fen: { zh: '发放', en: 'Paid' },
  recovered_lines: { zh: '追回人月', en: 'Months recovered' },
  recovered_fen: { zh: '追回', en: 'Recovered' },
  amount_fen: { zh: '净额', en: 'Net' },
} satisfies Record<string, Message>

export async function sumsWorkbook(
  { items, totals }: Sums,
  by: Dimension,
  range: Range,
  { place, lang }: Maker,
): Promise<Response> {
  const w = (message: Message) => inLanguage(lang, message)
  const keys = Object.keys(SUM_COLUMNS) as (keyof typeof SUM_COLUMNS)[]
  const title = w({
    zh: `津贴发放汇总表（按${DIMENSIONS[by].zh}）`,
    en: `Allowances by ${DIMENSIONS[by].en.toLowerCase()}`,
  })
  const workbook = await writePapers([
    {
      ...{ name: w(DIMENSIONS[by]), title, notes: notesOf(place, range, lang) },
      columns: [{ header: w(DIMENSIONS[by]), width: 30 }, ...keys.map((key) => column(w(SUM_COLUMNS[key]), key))],
      rows: items.map((row) => [keyName(row, by, lang), ...keys.map((key) => row[key])]),
      total: [w(TOTAL), ...keys.map((key) => totals[key])],
      closing: [inCapitals(totals.amount_fen, lang), signatureLine(lang)],
    },
  ])
  return sendPaper(workbook, `allowances-by-${by}-${range.from}-${range.to}.xlsx`)
}

function notesOf(place: string, range: Range, lang: Lang): string[] {
  return [
    inLanguage(lang, { zh: `编制单位：${place}`, en: `Made by: ${place}` }),
    inLanguage(lang, { zh: `期间：${periodOf(range)}`, en: `Period: ${periodOf(range)}` }),
    inLanguage(lang, YUAN),
  ]
}

function column(header: string, key: string): Column {
  return { header, format: key.endsWith('_fen') ? 'yuan' : 'number', width: key.endsWith('_fen') ? 16 : 11 }
}

/** What a row is about, in words. */
export function keyName({ key, name }: Pick<AllowanceSum, 'key' | 'name'>, by: Dimension, lang: Lang): string {
  if (name) return name
  if (key === null) return inLanguage(lang, NONE)
  const word = by === 'level' ? LEVELS[Number(key)] : by === 'kind' ? LINE_KINDS[key as LineKind] : undefined
  return word ? inLanguage(lang, word) : key
}

const YEAR_COLUMNS = {
  people: { zh: '发放人数', en: 'People paid' },
  months: { zh: '发放人月', en: 'Months paid' },
  paid_fen: { zh: '发放', en: 'Paid' },
  difference_lines: { zh: '补差人月', en: 'Months corrected' },
  difference_fen: { zh: '其中补发与差额', en: 'Of it back pay and differences' },
  recovered_lines: { zh: '追回人月', en: 'Months recovered' },
  recovered_fen: { zh: '追回', en: 'Recovered' },
  amount_fen: { zh: '净额', en: 'Net' },
  certificates: { zh: '发证', en: 'Certificates' },
  classes: { zh: '培训班', en: 'Classes' },
  assessed: { zh: '参评', en: 'Assessed' },
  passed: { zh: '合格', en: 'Passed' },
  pass_rate: { zh: '合格率 %', en: 'Passed %' },
} satisfies Record<keyof YearFigures, Message>

export async function yearBookWorkbook(
  { year, items, totals }: YearBook,
  range: Range,
  { place, lang }: Maker,
): Promise<Response> {
  const w = (message: Message) => inLanguage(lang, message)
  const keys = Object.keys(YEAR_COLUMNS) as (keyof YearFigures)[]
  const cells = (row: YearFigures): Value[] =>
    keys.map((key) => (key === 'pass_rate' ? percent(row.pass_rate) : row[key]))
  const workbook = await writePapers([
    {
      ...{
        name: w({ zh: '年鉴', en: 'Year book' }),
        title: w({ zh: `${year} 年养老与托育护理人员培训与津贴年鉴`, en: `Year book ${year}` }),
      },
      notes: notesOf(place, range, lang),
      columns: [
        { header: w({ zh: '区县', en: 'District' }), width: 14 },
        ...keys.map((key) => column(w(YEAR_COLUMNS[key]), key)),
      ],
      rows: items.map((row) => [row.district_name, ...cells(row)]),
      total: [w(TOTAL), ...cells(totals)],
      closing: [inCapitals(totals.amount_fen, lang), signatureLine(lang)],
    },
  ])
  return sendPaper(workbook, `year-book-${year}.xlsx`)
}

const LINE_COLUMNS: Record<string, { words: Message; column: Omit<Column, 'header'> }> = {
  run_month: { words: { zh: '批次月份', en: 'Run' }, column: { width: 10 } },
  district_name: { words: { zh: '区县', en: 'District' }, column: { width: 12 } },
  person_name: { words: { zh: '姓名', en: 'Name' }, column: { width: 12 } },
  id_number_masked: { words: { zh: '证件号码', en: 'ID number' }, column: { width: 22 } },
  organisation_name: { words: { zh: '机构', en: 'Facility' }, column: { width: 28 } },
  month: { words: { zh: '所属月份', en: 'Month' }, column: { width: 10 } },
  level: { words: { zh: '等级', en: 'Level' }, column: { width: 14 } },
  kind: { words: { zh: '类型', en: 'Kind' }, column: { width: 10 } },
  amount_fen: { words: { zh: '金额（元）', en: 'Amount, yuan' }, column: { width: 16, format: 'yuan' } },
}
const KEYS = Object.keys(LINE_COLUMNS) as (keyof BookedLine)[]
const PAGE = 1000

/** Every entry behind the figures, masked, read page by page while it is sent; the total closes it. */
export function linesWorkbook(db: Db, range: Range, filter: AllowanceFilter, { place, lang }: Maker): Response {
  const w = (message: Message) => inLanguage(lang, message)
  let [count, total] = [0, 0]
  const rows = async function* () {
    for await (const line of entriesOf(db, range, filter)) {
      count++
      total += line.amount_fen
      yield KEYS.map((key) => lineCell(line, key, lang))
    }
  }
  const columns = KEYS.map((key) => ({ header: w(LINE_COLUMNS[key]!.words), ...LINE_COLUMNS[key]!.column }))
  const [name, title] = [w({ zh: '津贴明细', en: 'Entries' }), w({ zh: '津贴入账明细表', en: 'Entries of allowances' })]
  const closing = () => [
    [w(TOTAL), w({ zh: `${count} 笔`, en: `${count} entries` }), ...KEYS.slice(3).map(() => null), total],
    [inCapitals(total, lang)],
    [signatureLine(lang)],
  ]
  const paper = { name, title, notes: notesOf(place, range, lang), columns }
  return sendPaper(streamPaper(paper, rows(), closing), `allowance-lines-${range.from}-${range.to}.xlsx`)
}

/** The same for programs: one header, one entry a row, nothing else. */
export function linesCsv(db: Db, range: Range, filter: AllowanceFilter, lang: Lang): Response {
  const rows = async function* () {
    for await (const line of entriesOf(db, range, filter))
      yield KEYS.map((key) => (key === 'amount_fen' ? plainYuan(line.amount_fen) : lineCell(line, key, lang)))
  }
  const header = KEYS.map((key) => inLanguage(lang, LINE_COLUMNS[key]!.words))
  return new Response(streamCsv(header, rows()) as BodyInit, {
    headers: {
      'Content-Type': 'text/csv; charset=UTF-8',
      'Content-Disposition': `attachment; filename="allowance-lines-${range.from}-${range.to}.csv"`,
      'Cache-Control': 'no-store',
      Vary: 'Accept',
    },
  })
}

async function* entriesOf(db: Db, range: Range, filter: AllowanceFilter): AsyncGenerator<BookedLine> {
  let cursor: string | undefined
  do {
    const page = await listBooked(db, range, { ...filter, limit: PAGE, cursor })
    yield* page.items
    cursor = page.next_cursor ?? undefined
  } while (cursor)
}

function lineCell(line: BookedLine, key: keyof BookedLine, lang: Lang): Value {
  if (key === 'level') return line.level === null ? null : inLanguage(lang, LEVELS[line.level]!)
  return key === 'kind' ? inLanguage(lang, LINE_KINDS[line.kind as LineKind]) : line[key]
}
