/** JSON routes of runs, lines and entitlements. */
import { read, write } from '../access/route.ts'
import { idShape } from '../organisations/shapes.ts'
import { inLanguage, type Lang } from '../platform/errors.ts'
import type { App } from '../platform/http.ts'
import { approveRun, computeRun, rejectRun, submitRun } from './actions.ts'
import { cascadeApi } from './cascade-api.ts'
import { getEntitlements } from './entitlements.ts'
import { listLines } from './line-queries.ts'
import { lineStream, streamed } from './line-stream.ts'
import { organisationAllowancesApi } from './organisation-api.ts'
import { paymentResultsApi } from './payment-results-api.ts'
import { paymentsApi } from './payments-api.ts'
import { getRunDetail, listRuns } from './queries.ts'
import type { Reason } from './reasons.ts'
import { reviewApi } from './review-api.ts'
import { schemesApi } from './schemes-api.ts'
import {
  entitlementQuery,
  entitlementShape,
  lineFilterShape,
  linePageShape,
  newRunShape,
  optionalReasonShape,
  reasonShape,
  runDetailShape,
  runFilterShape,
  runPageShape,
  runShape,
} from './shapes.ts'

const tag = 'allowances'
const params = idShape

export function allowancesApi(app: App): void {
  schemesApi(app)
  runs(app)
  decisions(app)
  paymentsApi(app)
  reviewApi(app)
  paymentResultsApi(app)
  cascadeApi(app)
  organisationAllowancesApi(app)
}

function runs(app: App): void {
  write(
    app,
    {
      method: 'post',
      path: '/allowance-runs',
      permission: 'run.compute',
      name: 'computeAllowanceRun',
      tag,
      summary: '计算一个月的津贴 Compute the allowances of a month and district',
      body: newRunShape,
      answer: runShape,
      status: 202,
      key: 'required',
    },
    ({ tx, context, body }) => computeRun(tx, context, body),
  )
  read(
    app,
    {
      path: '/allowance-runs',
      permission: 'run.read',
      name: 'listAllowanceRuns',
      tag,
      summary: '津贴批次 List runs',
      query: runFilterShape,
      answer: runPageShape,
    },
    ({ db, context, query }) => listRuns(db, context, query),
  )
  read(
    app,
    {
      path: '/allowance-runs/{id}',
      permission: 'run.read',
      name: 'getAllowanceRun',
      tag,
      summary: '津贴批次 Get a run',
      params,
      answer: runDetailShape,
    },
    ({ db, context, params }) => getRunDetail(db, context.scope, params.id),
  )
  read(
    app,
    {
      path: '/allowance-runs/{id}/lines',
      permission: 'run.read',
      name: 'listAllowanceLines',
      tag,
      summary: '津贴明细与依据 Lines with every reason; NDJSON or CSV by Accept',
      params,
      query: lineFilterShape,
      answer: linePageShape,
    },
    async ({ c, db, context, params, query }) => {
      const lang = c.get('lang')
      const format = streamed(c.req.header('accept'))
      if (format) return lineStream(db, context.scope, params.id, query, format, lang)
      const page = await listLines(db, context.scope, params.id, query)
      return { ...page, items: page.items.map((line) => ({ ...line, reasons: worded(line.reasons, lang) })) }
    },
  )
  read(
    app,
    {
      path: '/people/{id}/entitlements',
      permission: 'entitlement.read',
      name: 'getEntitlements',
      tag,
      summary: '应发与不予发放的原因 What a person is due for a month, and why or why not',
      params,
      query: entitlementQuery,
      answer: entitlementShape,
    },
    async ({ c, db, context, params, query }) => {
      const lang = c.get('lang')
      const { items, unconfirmed, ...rest } = await getEntitlements(db, context, params.id, query)
      return {
        ...rest,
        items: items.map((item) => ({ ...item, reasons: worded(item.reasons, lang) })),
        unconfirmed: unconfirmed.map(({ scheme_code, refusal }) => ({
          scheme_code,
          detail: inLanguage(lang, refusal.words),
        })),
      }
    },
  )
}

function worded(reasons: Reason[], lang: Lang) {
  return reasons.map(({ title, ...reason }) => ({ ...reason, title: inLanguage(lang, title) }))
}

function decisions(app: App): void {
  const route = (kind: string, name: string, summary: string) =>
    ({
      method: 'post',
      path: `/allowance-runs/{id}/${kind}`,
      name,
      tag,
      summary,
      params,
      answer: runShape,
      key: 'required',
    }) as const
  write(
    app,
    {
      ...route('submission', 'submitAllowanceRun', '提交审核 Submit a run'),
      permission: 'run.submit',
      body: optionalReasonShape,
    },
    ({ tx, context, params, body }) => submitRun(tx, context, params.id, body.reason ?? null),
  )
  write(
    app,
    {
      ...route('approval', 'approveAllowanceRun', '审批通过 Approve a run'),
      permission: 'run.approve',
      body: optionalReasonShape,
    },
    ({ tx, context, params, body }) => approveRun(tx, context, params.id, body.reason ?? null),
  )
  write(
    app,
    { ...route('rejection', 'rejectAllowanceRun', '驳回 Reject a run'), permission: 'run.approve', body: reasonShape },
    ({ tx, context, params, body }) => rejectRun(tx, context, params.id, body.reason),
  )
}
