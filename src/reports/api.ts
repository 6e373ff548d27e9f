/** JSON routes of the reports; the same rows as a workbook for those who ask for one by Accept. */

import type { z } from 'zod'
import { read } from '../access/route.ts'
import { localDate } from '../platform/calendar.ts'
import type { App } from '../platform/http.ts'
import { XLSX } from '../platform/workbook.ts'
import { rangeOf } from './rules.ts'
import {
  allowancesReportShape,
  competitionsReportShape,
  credentialsReportShape,
  institutionsReportShape,
  reportFilterShape,
  trainingReportShape,
  workforceReportShape,
} from './shapes.ts'
import { REPORTS, type ReportName, reportWorkbook } from './workbook.ts'

export function reportsApi(app: App): void {
  report(app, 'workforce', workforceReportShape, '在岗人员按等级 People in post by level at the end of each month')
  report(app, 'training', trainingReportShape, '培训班、结业与合格 Classes, completion and pass rates')
  report(app, 'institutions', institutionsReportShape, '各培训机构的合格率与取证率 The same by institution')
  report(
    app,
    'credentials',
    credentialsReportShape,
    '签发的证书及其现状 Certificates issued, and what has become of them',
  )
  report(
    app,
    'competitions',
    competitionsReportShape,
    '竞赛参赛与获奖（不分等级） Entries and awards; they have no level',
  )
  report(app, 'allowances', allowancesReportShape, '已审批的津贴 What approved runs have booked')
}

function report(app: App, name: ReportName, answer: z.ZodType, words: string): void {
  read(
    app,
    {
      path: `/reports/${name}`,
      permission: 'report.read',
      name: `report${name[0]!.toUpperCase()}${name.slice(1)}`,
      tag: 'reports',
      summary: `${words} (JSON; XLSX by Accept)`,
      query: reportFilterShape,
      answer,
    },
    async ({ c, db, context, query }) => {
      const today = localDate(context.now)
      const range = rangeOf(context.scope, query, today)
      const found = await REPORTS[name].count(db, range, today)
      return c.req.header('accept')?.includes(XLSX) ? reportWorkbook(name, found, range, c.get('lang')) : found
    },
  )
}
