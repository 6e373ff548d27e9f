/** JSON routes of a facility's month as a whole: carrying it over, submitting it, and what is missing. */
import { read, write } from '../access/route.ts'
import { idShape } from '../organisations/shapes.ts'
import type { App } from '../platform/http.ts'
import { withdrawalShape } from './fact-shapes.ts'
import { getMonthSubmission, listMissingMonths, listMonthSubmissions } from './month-submission-queries.ts'
import {
  copiedMonthsShape,
  missingMonthsFilterShape,
  missingMonthsPageShape,
  monthCopyShape,
  monthSubmissionFilterShape,
  monthSubmissionPageShape,
  monthSubmissionShape,
  newMonthSubmissionShape,
} from './month-submission-shapes.ts'
import { copyServiceMonths, submitMonth, withdrawMonthSubmission } from './month-submissions.ts'

const tag = 'monthly facts'

export function monthSubmissionsApi(app: App): void {
  write(
    app,
    {
      method: 'post',
      path: '/service-months/copy',
      permission: 'service_month.write',
      name: 'copyServiceMonths',
      tag,
      summary: '把较早月份的数据复制给仍在岗、还没有数据的人 Carry the figures of an earlier month over',
      body: monthCopyShape,
      answer: copiedMonthsShape,
      status: 201,
    },
    async ({ tx, context, body }) => {
      const copied = await copyServiceMonths(tx, context, body)
      return { items: copied.map((row) => ({ ...row, reason: row.reason ?? undefined, change: 'new' as const })) }
    },
  )
  read(
    app,
    {
      path: '/service-month-submissions',
      permission: 'month_submission.read',
      name: 'listServiceMonthSubmissions',
      tag,
      summary: '月度提交列表 List submitted months',
      query: monthSubmissionFilterShape,
      answer: monthSubmissionPageShape,
    },
    ({ db, context, query }) => listMonthSubmissions(db, context.scope, query),
  )
  read(
    app,
    {
      path: '/service-month-submissions/missing',
      permission: 'month_submission.read',
      name: 'listMissingServiceMonthSubmissions',
      tag,
      summary: '当月有在岗人员而尚未提交的机构 Facilities that have not submitted a month',
      query: missingMonthsFilterShape,
      answer: missingMonthsPageShape,
    },
    ({ db, context, query }) => listMissingMonths(db, context.scope, query),
  )
  read(
    app,
    {
      path: '/service-month-submissions/{id}',
      permission: 'month_submission.read',
      name: 'getServiceMonthSubmission',
      tag,
      summary: '一次月度提交 One submission',
      params: idShape,
      answer: monthSubmissionShape,
    },
    ({ db, context, params }) => getMonthSubmission(db, context.scope, params.id),
  )
  write(
    app,
    {
      method: 'post',
      path: '/service-month-submissions',
      permission: 'service_month.write',
      name: 'submitServiceMonth',
      tag,
      summary: '提交本机构一个月的数据，之后更正须写理由 Submit a month; from then on its figures change with a reason',
      body: newMonthSubmissionShape,
      answer: monthSubmissionShape,
      status: 201,
    },
    ({ tx, context, body }) => submitMonth(tx, context, body),
  )
  write(
    app,
    {
      method: 'post',
      path: '/service-month-submissions/{id}/withdrawal',
      permission: 'month_submission.withdraw',
      name: 'withdrawServiceMonthSubmission',
      tag,
      summary: '退回月度提交，机构改好后可再次提交 Withdraw a submission, so that the facility may submit again',
      params: idShape,
      body: withdrawalShape,
      answer: monthSubmissionShape,
    },
    ({ tx, context, params, body }) => withdrawMonthSubmission(tx, context, params.id, body.reason),
  )
}
