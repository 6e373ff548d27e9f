/** Pages of the reports of allowances: sums by any dimension with the way down to the entries, and the year book; each also as a file. */
import type { z } from 'zod'
import { AllowanceLines } from '../../templates/reports/allowance-lines.tsx'
import { AllowanceReport } from '../../templates/reports/allowance-report.tsx'
import { YearBookPage } from '../../templates/reports/year-book.tsx'
import { filled } from '../access/form-fields.ts'
import { frameOf, type PageCall, page } from '../access/pages.ts'
import { localDate } from '../platform/calendar.ts'
import { inLanguage, type Lang } from '../platform/errors.ts'
import type { App } from '../platform/http.ts'
import { findFacilityName, listBooked, sumAllowances } from './allowance-queries.ts'
import {
  type AllowanceFilter,
  allowanceFilterShape,
  allowanceLinesQuery,
  allowanceSumsQuery,
  DIMENSIONS,
  type Dimension,
  yearBookQuery,
} from './allowance-shapes.ts'
import { keyName, linesWorkbook, makerOf, periodOf, sumsWorkbook, yearBookWorkbook } from './allowance-workbook.ts'
import { listDivisions } from './queries.ts'
import { rangeOf } from './rules.ts'
import { readYearBook } from './year-book.ts'

const REPORT = '/console/allowance-report'
const BOOK = '/console/year-book'
/** More rows are no page; the file has all of them. */
const SHOWN = 500

export function allowanceReportsConsole(app: App): void {
  page(app, REPORT, 'report.read', sumsPage)
  page(app, `${REPORT}/lines`, 'report.read', linesPage)
  page(app, `${REPORT}.xlsx`, 'report.read', async (call) => {
    const { by, filter, range, maker, db } = await asked(call)
    return sumsWorkbook(await sumAllowances(db, range, filter, by), by, range, maker)
  })
  page(app, `${REPORT}/lines.xlsx`, 'report.read', async (call) => {
    const { filter, range, maker, db } = await asked(call)
    return linesWorkbook(db, range, filter, maker)
  })
  page(app, BOOK, 'report.read', yearBookPage)
  page(app, `${BOOK}.xlsx`, 'report.read', async (call) => {
    const { book, range, maker } = await askedBook(call)
    return yearBookWorkbook(book, range, maker)
  })
}

/** What makes no sense counts as not chosen; a district outside the scope does not exist. */
async function asked({ c, db, context, query }: PageCall) {
  const sent = filled()(query)
  const { by } = tolerant(allowanceSumsQuery, { by: sent.by })
  const filter: AllowanceFilter = tolerant(allowanceFilterShape, sent)
  // a month says its year; another year takes its place
  if (filter.month && filter.year && !filter.month.startsWith(`${filter.year}`)) delete filter.month
  else if (filter.month) delete filter.year
  const range = rangeOf(context.scope, filter, localDate(context.now))
  return { db, by, filter, range, maker: await makerOf(db, context, c.get('lang')) }
}

/** Each value that the shape refuses is left out. */
function tolerant<S extends z.ZodType>(shape: S, sent: Record<string, unknown>): z.output<S> {
  const parsed = shape.safeParse(sent)
  if (parsed.success) return parsed.data
  const refused = new Set(parsed.error.issues.map(({ path }) => path[0]))
  return shape.parse(Object.fromEntries(Object.entries(sent).filter(([name]) => !refused.has(name))))
}

async function sumsPage(call: PageCall) {
  const { c, db, context } = call
  const { by, filter, range, maker } = await asked(call)
  const lang = c.get('lang')
  const { items, totals } = await sumAllowances(db, range, filter, by)
  const facility = filter.organisation_id ? await findFacilityName(db, filter.organisation_id) : null
  const here = (more: object) => addressOf(REPORT, { ...filter, by, ...more })
  return (
    <AllowanceReport
      frame={frameOf(c, inLanguage(lang, { zh: '津贴报表', en: 'Allowance report' }))}
      by={by}
      filter={filter}
      paper={{ place: maker.place, period: periodOf(range), amount_fen: totals.amount_fen }}
      chosen={chosenWords(filter, facility, lang)}
      years={yearsUntil(context.now)}
      divisions={await listDivisions(db, context.scope.kind === 'division' ? context.scope.prefix : '-')}
      tabs={Object.entries(DIMENSIONS).map(([dimension, words]) => ({
        label: inLanguage(lang, words),
        href: here({ by: dimension }),
        current: dimension === by,
      }))}
      rows={items.slice(0, SHOWN).map((row) => {
        const narrowed = narrow(by, row.key)
        return {
          ...row,
          label: keyName(row, by, lang),
          href: narrowed && here(narrowed),
          lines_href: narrowed && addressOf(`${REPORT}/lines`, { ...filter, ...narrowed, by: undefined }),
        }
      })}
      more={Math.max(0, items.length - SHOWN)}
      totals={totals}
      lines_href={addressOf(`${REPORT}/lines`, filter)}
      file_href={addressOf(`${REPORT}.xlsx`, { ...filter, by })}
    />
  )
}

/** The way down from a row: its filter, and what to tell apart next. Null where there is none. */
function narrow(by: Dimension, key: string | null): (Partial<AllowanceFilter> & { by?: Dimension }) | null {
  if (by === 'level') return { level: Number(key ?? 0), by: 'facility' }
  if (key === null) return null
  switch (by) {
    case 'month':
      return { month: key, year: undefined, by: 'district' }
    case 'for_month':
      return { for_month: key, by: 'district' }
    case 'district':
      return { district_code: key, by: 'facility' }
    case 'facility':
      return { organisation_id: key, by: 'level' }
    case 'scheme':
      return { scheme_code: key, by: 'district' }
    case 'kind':
      return { kind: key as NonNullable<AllowanceFilter['kind']>, by: 'district' }
    default:
      return null
  }
}

function addressOf(path: string, values: object): string {
  const given = Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]))
  return `${path}?${new URLSearchParams(given)}`
}

/** What narrows the figures beside what the form shows. */
function chosenWords(filter: AllowanceFilter, facility: string | null, lang: Lang): string[] {
  const { scheme_code, level, kind, for_month } = filter
  const say = (by: Dimension, key: string | null | undefined, name: string | null = null) =>
    key === undefined ? [] : [`${inLanguage(lang, DIMENSIONS[by])}: ${keyName({ key, name }, by, lang)}`]
  return [
    ...say('scheme', scheme_code),
    ...say('facility', filter.organisation_id, facility),
    ...say('level', level === undefined ? undefined : level === 0 ? null : `${level}`),
    ...say('kind', kind),
    ...say('for_month', for_month),
  ]
}

function yearsUntil(now: Date): number[] {
  const year = Number(localDate(now).slice(0, 4))
  return Array.from({ length: 6 }, (_, at) => year - at)
}

async function linesPage(call: PageCall) {
  const { c, db, query } = call
  const { filter, range, maker } = await asked(call)
  const lang = c.get('lang')
  const { cursor } = tolerant(allowanceLinesQuery, { cursor: query.cursor })
  const list = await listBooked(db, range, { ...filter, limit: 50, cursor })
  const facility = filter.organisation_id ? await findFacilityName(db, filter.organisation_id) : null
  return (
    <AllowanceLines
      frame={frameOf(c, inLanguage(lang, { zh: '津贴入账明细', en: 'Entries of allowances' }))}
      place={maker.place}
      period={periodOf(range)}
      chosen={chosenWords(filter, facility, lang)}
      items={list.items}
      back={addressOf(REPORT, filter)}
      next={list.next_cursor && addressOf(`${REPORT}/lines`, { ...filter, cursor: list.next_cursor })}
      first={cursor ? addressOf(`${REPORT}/lines`, filter) : null}
      file_href={addressOf(`${REPORT}/lines.xlsx`, filter)}
    />
  )
}

async function askedBook({ c, db, context, query }: PageCall) {
  const filter = tolerant(yearBookQuery, filled()(query))
  const today = localDate(context.now)
  const range = rangeOf(context.scope, filter, today)
  const maker = await makerOf(db, context, c.get('lang'))
  return { filter, range, maker, book: await readYearBook(db, range, today) }
}

async function yearBookPage(call: PageCall) {
  const { c, context } = call
  const { filter, range, maker, book } = await askedBook(call)
  return (
    <YearBookPage
      frame={frameOf(c, inLanguage(c.get('lang'), { zh: '年鉴', en: 'Year book' }))}
      book={book}
      workforce={filter.workforce}
      years={yearsUntil(context.now)}
      paper={{ place: maker.place, period: periodOf(range), amount_fen: book.totals.amount_fen }}
      file_href={addressOf(`${BOOK}.xlsx`, filter)}
    />
  )
}
