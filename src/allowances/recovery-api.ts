/** JSON routes of recoveries and of how a run was settled with them. */
import { read, write } from '../access/route.ts'
import { idShape } from '../organisations/shapes.ts'
import { listOf } from '../people/shapes.ts'
import { localDate } from '../platform/calendar.ts'
import type { App } from '../platform/http.ts'
import { pageShape } from '../platform/paging.ts'
import { wholeListOf } from '../training/shapes.ts'
import { decideWriteOff, planRecovery, proposeWriteOff, recordRepayment } from './recoveries.ts'
import { getRecovery, listRecoveries, listSettlements, sumRecoveries } from './recovery-queries.ts'
import * as shapes from './recovery-shapes.ts'

const tag = 'allowances'
const params = idShape

export function recoveriesApi(app: App): void {
  read(
    app,
    {
      ...{ permission: 'recovery.read', tag, path: '/recoveries', name: 'listRecoveries' },
      summary: '追回台账 Recoveries within the scope; a carer sees their own',
      query: shapes.recoveryFilterShape,
      answer: listOf(shapes.recoveryShape),
    },
    ({ db, context, query }) => listRecoveries(db, context.scope, query, localDate(context.now)),
  )
  read(
    app,
    {
      ...{ permission: 'recovery.read', tag, path: '/recoveries/by-district', name: 'sumRecoveries' },
      summary: '各区县追回合计 Recoveries by district',
      answer: wholeListOf(shapes.districtSumShape),
    },
    async ({ db, context }) => ({ items: await sumRecoveries(db, context.scope, localDate(context.now)) }),
  )
  read(
    app,
    {
      ...{ permission: 'recovery.read', tag, path: '/recoveries/{id}', name: 'getRecovery' },
      summary: '一笔追回 A recovery with causes, plans, entries and write-offs',
      params,
      answer: shapes.recoveryDetailShape,
    },
    ({ db, context, params }) => getRecovery(db, context.scope, params.id, localDate(context.now)),
  )
  read(
    app,
    {
      ...{ permission: 'run.read', tag, path: '/allowance-runs/{id}/settlements', name: 'listRunSettlements' },
      summary: '批次扣抵 What a run keeps back from people and why, and what it opened',
      params,
      query: pageShape,
      answer: listOf(shapes.settlementShape),
    },
    ({ db, context, params, query }) => listSettlements(db, context.scope, params.id, query),
  )
  writes(app)
}

function writes(app: App): void {
  const made = {
    method: 'post',
    tag,
    params,
    answer: shapes.recoveryDetailShape,
    status: 201,
    made_in: '/recoveries',
  } as const
  write(
    app,
    {
      ...{ ...made, permission: 'recovery.plan', path: '/recoveries/{id}/plans', name: 'planRecovery' },
      summary: '追回计划 Plan how it comes in; the newest plan holds',
      body: shapes.newPlanShape,
    },
    ({ tx, context, params, body }) => planRecovery(tx, context, params.id, body),
  )
  write(
    app,
    {
      ...{ ...made, permission: 'recovery.record', path: '/recoveries/{id}/repayments', name: 'recordRepayment' },
      summary: '登记归还 Record money that came back',
      body: shapes.newRepaymentShape,
      key: 'required',
    },
    ({ tx, context, params, body }) => recordRepayment(tx, context, params.id, body),
  )
  write(
    app,
    {
      ...{ ...made, permission: 'recovery.propose', path: '/recoveries/{id}/write-offs', name: 'proposeWriteOff' },
      summary: '申请核销 Propose a write-off',
      body: shapes.newWriteOffShape,
      key: 'required',
    },
    ({ tx, context, params, body }) => proposeWriteOff(tx, context, params.id, body),
  )
  write(
    app,
    {
      ...{ ...made, permission: 'recovery.decide', path: '/recovery-write-offs/{id}/decision', name: 'decideWriteOff' },
      summary: '决定核销 Decide a write-off; never one’s own',
      body: shapes.writeOffDecisionShape,
      key: 'required',
    },
    ({ tx, context, params, body }) => decideWriteOff(tx, context, params.id, body),
  )
}
