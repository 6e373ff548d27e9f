/** JSON routes of enrolments: who is in a class, joining, withdrawal. */
import { read, write } from '../access/route.ts'
import { idShape } from '../organisations/shapes.ts'
import { listOf } from '../people/shapes.ts'
import { localDate } from '../platform/calendar.ts'
import type { App } from '../platform/http.ts'
import { pageShape } from '../platform/paging.ts'
import { enrolPeople, withdrawEnrolment } from './enrolments.ts'
import { listEnrolments, listRoster } from './member-queries.ts'
import { getClass } from './queries.ts'
import * as shapes from './shapes.ts'

const tag = 'training'
const readClasses = { permission: 'class.read', tag } as const
const writeClasses = { method: 'post', permission: 'class.write', tag } as const

export function enrolmentsApi(app: App): void {
  read(
    app,
    {
      ...readClasses,
      path: '/classes/{id}/enrolments',
      name: 'listEnrolments',
      summary: '学员名单 People in a class',
      params: idShape,
      query: pageShape,
      answer: listOf(shapes.enrolmentShape),
    },
    async ({ db, context, params, query }) => {
      await getClass(db, context.scope, localDate(context.now), params.id)
      return listEnrolments(db, context.scope, params.id, query)
    },
  )
  write(
    app,
    {
      ...writeClasses,
      path: '/classes/{id}/enrolments',
      name: 'enrolPeople',
      summary: '加入学员，一人或多人 Enrol one person or many',
      params: idShape,
      body: shapes.enrolShape,
      answer: shapes.enrolledShape,
      status: 201,
    },
    async ({ tx, context, params, body }) => {
      const figures = await enrolPeople(tx, context, params.id, body)
      const members = await listRoster(tx, context.scope, params.id)
      const asked = new Set(body)
      return { ...figures, items: members.filter(({ person_id }) => asked.has(person_id)) }
    },
  )
  write(
    app,
    {
      ...writeClasses,
      path: '/enrolments/{id}/withdrawal',
      name: 'withdrawEnrolment',
      summary: '退班 Withdraw a person',
      params: idShape,
      body: shapes.reasonBodyShape,
      answer: shapes.enrolmentShape,
    },
    ({ tx, context, params, body }) => withdrawEnrolment(tx, context, params.id, body.reason),
  )
}
