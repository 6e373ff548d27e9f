/** JSON routes of classes. */
import { read, write } from '../access/route.ts'
import { idShape } from '../organisations/shapes.ts'
import { listOf } from '../people/shapes.ts'
import { localDate } from '../platform/calendar.ts'
import type { App } from '../platform/http.ts'
import { pageShape } from '../platform/paging.ts'
import { cancelClass, changeClass, completeClass, openClass } from './actions.ts'
import { assessmentApi } from './assessment-api.ts'
import { completionViewShape } from './assessment-shapes.ts'
import { checkInsApi } from './check-ins-api.ts'
import { completionView } from './completion.ts'
import { coursesApi } from './courses-api.ts'
import { enrolmentsApi } from './enrolments-api.ts'
import { entryApi } from './entry-api.ts'
import { filingsApi } from './filings-api.ts'
import { ordersApi } from './orders-api.ts'
import { programmesApi } from './programmes-api.ts'
import { getClass, listClasses } from './queries.ts'
import { resultAppealsApi } from './result-appeals-api.ts'
import { resultsApi } from './results-api.ts'
import { sessionsApi } from './sessions-api.ts'
import * as shapes from './shapes.ts'
import { teachersApi, venuesApi } from './venues-api.ts'
import { classWaits } from './waiting-classes.ts'

const tag = 'training'
const readClasses = { permission: 'class.read', tag } as const
const writeClasses = { method: 'post', permission: 'class.write', tag } as const

export function trainingApi(app: App): void {
  coursesApi(app)
  programmesApi(app)
  classes(app)
  enrolmentsApi(app)
  entryApi(app)
  ordersApi(app)
  sessionsApi(app)
  filingsApi(app)
  venuesApi(app)
  teachersApi(app)
  checkInsApi(app)
  resultsApi(app)
  assessmentApi(app)
  resultAppealsApi(app)
}

function classes(app: App): void {
  read(
    app,
    {
      ...readClasses,
      path: '/classes',
      name: 'listClasses',
      summary: '培训班列表 List classes',
      query: pageShape.extend(shapes.classFilterShape.shape),
      answer: listOf(shapes.classShape),
    },
    ({ db, context, query: { waits, ...query } }) => {
      const today = localDate(context.now)
      return listClasses(db, context.scope, today, { ...query, waits: waits && classWaits(waits, today) })
    },
  )
  read(
    app,
    {
      ...readClasses,
      path: '/classes/{id}',
      name: 'getClass',
      summary: '培训班 Get a class',
      params: idShape,
      answer: shapes.classShape,
    },
    ({ db, context, params }) => getClass(db, context.scope, localDate(context.now), params.id),
  )
  write(
    app,
    {
      ...writeClasses,
      path: '/classes',
      name: 'openClass',
      summary: '开班 Open a class',
      body: shapes.newClassShape,
      answer: shapes.classShape,
      status: 201,
    },
    ({ tx, context, body }) => openClass(tx, context, body),
  )
  write(
    app,
    {
      ...writeClasses,
      method: 'put',
      path: '/classes/{id}',
      name: 'changeClass',
      summary: '修改培训班 Change a class',
      params: idShape,
      body: shapes.changedClassShape,
      answer: shapes.classShape,
    },
    ({ tx, context, params, revision, body }) => changeClass(tx, context, params.id, revision, body),
  )
  write(
    app,
    {
      ...writeClasses,
      path: '/classes/{id}/cancellation',
      name: 'cancelClass',
      summary: '取消培训班 Cancel a class',
      params: idShape,
      body: shapes.reasonBodyShape,
      answer: shapes.classShape,
    },
    ({ tx, context, params, body }) => cancelClass(tx, context, params.id, body.reason),
  )
  read(
    app,
    {
      ...readClasses,
      path: '/classes/{id}/completion',
      name: 'previewCompletion',
      summary: '结业名单，结业前为预览 Who completes a class and who does not',
      params: idShape,
      answer: completionViewShape,
    },
    async ({ c, db, context, params }) => {
      const group = await getClass(db, context.scope, localDate(context.now), params.id)
      return completionView(db, context, group, c.get('lang'))
    },
  )
  write(
    app,
    {
      ...writeClasses,
      path: '/classes/{id}/completion',
      name: 'completeClass',
      summary: '结业 Complete a class',
      params: idShape,
      answer: completionViewShape,
    },
    async ({ c, tx, context, params }) => {
      await completeClass(tx, context, params.id)
      const group = await getClass(tx, context.scope, localDate(context.now), params.id)
      return completionView(tx, context, group, c.get('lang'))
    },
  )
}
