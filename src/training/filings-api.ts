/** JSON routes of class states and filings. */
import { read, write } from '../access/route.ts'
import { idShape } from '../organisations/shapes.ts'
import { listOf } from '../people/shapes.ts'
import { localDate } from '../platform/calendar.ts'
import type { App } from '../platform/http.ts'
import { pageShape } from '../platform/paging.ts'
import { listStates } from './class-states.ts'
import { getFiling, listFilingRules, listFilings } from './filing-queries.ts'
import * as shapes from './filing-shapes.ts'
import { decideFiling, fileClass } from './filings.ts'
import { getClass } from './queries.ts'
import { wholeListOf } from './shapes.ts'

const tag = 'training'
const readClasses = { permission: 'class.read', tag } as const

export function filingsApi(app: App): void {
  read(
    app,
    {
      ...readClasses,
      path: '/classes/{id}/states',
      name: 'listClassStates',
      summary: '培训班经过的状态 The states a class has gone through',
      params: idShape,
      answer: wholeListOf(shapes.classStateShape),
    },
    async ({ db, context, params }) => {
      await getClass(db, context.scope, localDate(context.now), params.id)
      return { items: await listStates(db, params.id) }
    },
  )
  write(
    app,
    {
      method: 'post',
      permission: 'class.write',
      tag,
      path: '/classes/{id}/filings',
      name: 'fileClass',
      summary: '开班备案 File a class with its division',
      params: idShape,
      body: shapes.newFilingShape,
      answer: shapes.filingShape,
      status: 201,
      made_in: '/class-filings',
    },
    ({ tx, context, params, body }) => fileClass(tx, context, params.id, body),
  )
  read(
    app,
    {
      ...readClasses,
      path: '/class-filings',
      name: 'listClassFilings',
      summary: '开班备案列表 Filings of classes',
      query: pageShape.extend(shapes.filingFilterShape.shape),
      answer: listOf(shapes.filingShape),
    },
    ({ db, context, query }) => listFilings(db, context.scope, query),
  )
  read(
    app,
    {
      ...readClasses,
      path: '/class-filings/{id}',
      name: 'getClassFiling',
      summary: '开班备案 Get a filing',
      params: idShape,
      answer: shapes.filingShape,
    },
    ({ db, context, params }) => getFiling(db, context.scope, params.id),
  )
  write(
    app,
    {
      method: 'post',
      permission: 'class_filing.decide',
      tag,
      path: '/class-filings/{id}/decision',
      name: 'decideClassFiling',
      summary: '受理或退回备案 Accept or return a filing',
      params: idShape,
      body: shapes.filingDecisionShape,
      answer: shapes.filingShape,
    },
    ({ tx, context, params, body }) => decideFiling(tx, context, params.id, body),
  )
  read(
    app,
    {
      ...readClasses,
      path: '/class-filing-rules',
      name: 'listClassFilingRules',
      summary: '开班备案期限及出处 How long before its start a class is filed, with the source',
      answer: wholeListOf(shapes.filingRuleShape),
    },
    async ({ db }) => ({ items: await listFilingRules(db) }),
  )
}
