/** JSON routes of filings and recognitions. */
import { read, write } from '../access/route.ts'
import { localDate } from '../platform/calendar.ts'
import type { App } from '../platform/http.ts'
import {
  filingCorrectionShape,
  filingListShape,
  filingShape,
  filingWithdrawalShape,
  newFilingShape,
} from './filing-shapes.ts'
import { correctFiling, getFiling, listFilings, recordFiling, withdrawFiling } from './filings.ts'
import { getOrganisation } from './queries.ts'
import { idShape } from './shapes.ts'

const tag = 'organisations'

export function filingsApi(app: App): void {
  read(
    app,
    {
      path: '/organisations/{id}/filings',
      permission: 'organisation.read',
      name: 'listFilings',
      tag,
      summary: '机构的备案与认定 The filings and recognitions of an organisation',
      params: idShape,
      answer: filingListShape,
    },
    async ({ db, context, params }) => {
      await getOrganisation(db, context.scope, params.id, localDate(context.now))
      return { items: await listFilings(db, context.scope, params.id) }
    },
  )
  write(
    app,
    {
      method: 'post',
      path: '/organisations/{id}/filings',
      permission: 'organisation.write',
      name: 'recordFiling',
      tag,
      summary: '登记备案或认定 Record a filing or recognition',
      params: idShape,
      body: newFilingShape,
      answer: filingShape,
      status: 201,
      made_in: '/filings',
    },
    ({ tx, context, params, body }) => recordFiling(tx, context, params.id, body),
  )
  read(
    app,
    {
      path: '/filings/{id}',
      permission: 'organisation.read',
      name: 'getFiling',
      tag,
      summary: '备案或认定 Get a filing or recognition',
      params: idShape,
      answer: filingShape,
    },
    ({ db, context, params }) => getFiling(db, context.scope, params.id),
  )
  write(
    app,
    {
      method: 'post',
      path: '/filings/{id}/correction',
      permission: 'organisation.write',
      name: 'correctFiling',
      tag,
      summary: '更正备案或认定 Correct a filing or recognition',
      params: idShape,
      body: filingCorrectionShape,
      answer: filingShape,
    },
    ({ tx, context, params, body }) => correctFiling(tx, context, params.id, body),
  )
  write(
    app,
    {
      method: 'post',
      path: '/filings/{id}/withdrawal',
      permission: 'organisation.write',
      name: 'withdrawFiling',
      tag,
      summary: '撤回备案或认定 Withdraw a filing or recognition',
      params: idShape,
      body: filingWithdrawalShape,
      answer: filingShape,
    },
    ({ tx, context, params, body }) => withdrawFiling(tx, context, params.id, body.reason),
  )
}
