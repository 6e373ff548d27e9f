/** JSON routes of the results of a class. */
import { read, write } from '../access/route.ts'
import { idShape } from '../organisations/shapes.ts'
import { localDate } from '../platform/calendar.ts'
import type { App } from '../platform/http.ts'
import { enteredShape } from './assessment-shapes.ts'
import { listRoster } from './member-queries.ts'
import { getClass } from './queries.ts'
import { recordResults } from './results.ts'
import * as shapes from './shapes.ts'

const tag = 'training'

export function resultsApi(app: App): void {
  read(
    app,
    {
      permission: 'class.read',
      tag,
      path: '/classes/{id}/results',
      name: 'listResults',
      summary: '成绩 Results of a class',
      params: idShape,
      answer: shapes.wholeListOf(shapes.enrolmentShape),
    },
    async ({ db, context, params }) => {
      await getClass(db, context.scope, localDate(context.now), params.id)
      return { items: (await listRoster(db, context.scope, params.id)).filter(({ result }) => result) }
    },
  )
  write(
    app,
    {
      method: 'post',
      tag,
      permission: 'result.write',
      path: '/classes/{id}/results',
      name: 'recordResults',
      summary: '录入或更正成绩 Enter or correct results',
      params: idShape,
      body: shapes.resultsShape,
      answer: enteredShape,
      status: 201,
    },
    ({ tx, context, params, body }) => recordResults(tx, context, params.id, body.items),
  )
}
