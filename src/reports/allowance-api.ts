/** JSON routes of the reports of allowances; the same as papers to sign for those who ask for a workbook by Accept. */
import { read } from '../access/route.ts'
import { localDate } from '../platform/calendar.ts'
import type { App } from '../platform/http.ts'
import { XLSX } from '../platform/workbook.ts'
import { listBooked, sumAllowances } from './allowance-queries.ts'
import {
  allowanceLinesQuery,
  allowanceSumsQuery,
  allowanceSumsShape,
  bookedLinesShape,
  yearBookQuery,
  yearBookShape,
} from './allowance-shapes.ts'
import { linesCsv, linesWorkbook, makerOf, sumsWorkbook, yearBookWorkbook } from './allowance-workbook.ts'
import { rangeOf } from './rules.ts'
import { readYearBook } from './year-book.ts'

const reading = { permission: 'report.read', tag: 'reports' } as const

export function allowanceReportsApi(app: App): void {
  read(
    app,
    {
      ...reading,
      path: '/reports/allowance-sums',
      name: 'reportAllowanceSums',
      summary:
        '按月份、区县、机构、等级、资金来源等汇总入账的津贴 What was booked, by month, district, facility, level, fund source (JSON; XLSX by Accept)',
      query: allowanceSumsQuery,
      answer: allowanceSumsShape,
    },
    async ({ c, db, context, query: { by, ...filter } }) => {
      const range = rangeOf(context.scope, filter, localDate(context.now))
      const sums = await sumAllowances(db, range, filter, by)
      return c.req.header('accept')?.includes(XLSX)
        ? sumsWorkbook(sums, by, range, await makerOf(db, context, c.get('lang')))
        : sums
    },
  )
  read(
    app,
    {
      ...reading,
      path: '/reports/allowance-lines',
      name: 'reportAllowanceLines',
      summary:
        '汇总数背后的入账明细 The entries of the ledger behind a figure (JSON; all of them as XLSX or CSV by Accept)',
      query: allowanceLinesQuery,
      answer: bookedLinesShape,
    },
    async ({ c, db, context, query }) => {
      const range = rangeOf(context.scope, query, localDate(context.now))
      const accept = c.req.header('accept') ?? ''
      if (accept.includes('text/csv')) return linesCsv(db, range, query, c.get('lang'))
      return accept.includes(XLSX)
        ? linesWorkbook(db, range, query, await makerOf(db, context, c.get('lang')))
        : listBooked(db, range, query)
    },
  )
  read(
    app,
    {
      ...reading,
      path: '/reports/year-book',
      name: 'reportYearBook',
      summary:
        '年鉴：各区县一年的发放、补差、追回、发证、培训与合格率 The year book by district (JSON; XLSX by Accept)',
      query: yearBookQuery,
      answer: yearBookShape,
    },
    async ({ c, db, context, query }) => {
      const today = localDate(context.now)
      const range = rangeOf(context.scope, query, today)
      const book = await readYearBook(db, range, today)
      return c.req.header('accept')?.includes(XLSX)
        ? yearBookWorkbook(book, range, await makerOf(db, context, c.get('lang')))
        : book
    },
  )
}
