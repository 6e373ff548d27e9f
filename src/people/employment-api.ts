/** JSON routes of employments. */
import { read, write } from '../access/route.ts'
import { idShape } from '../organisations/shapes.ts'
import { localDate } from '../platform/calendar.ts'
import type { App } from '../platform/http.ts'
import { onlyRow } from './bulk.ts'
import { employmentsOf, getEmployment, listEmployments } from './employment-queries.ts'
import {
  employmentFilterShape,
  employmentListShape,
  employmentPageShape,
  employmentShape,
  endingShape,
  newEmploymentShape,
} from './employment-shapes.ts'
import { endEmployment, recordEmployments } from './employments.ts'
import { own } from './fact-api.ts'
import { getPerson } from './queries.ts'

const tag = 'employments'

export function employmentsApi(app: App): void {
  read(
    app,
    {
      path: '/employments',
      permission: 'person.read',
      name: 'listEmployments',
      tag,
      summary: '任职列表 List employments',
      query: employmentFilterShape,
      answer: employmentPageShape,
    },
    ({ db, context, query }) => listEmployments(db, context.scope, query),
  )
  read(
    app,
    {
      path: '/people/{id}/employments',
      permission: 'person.read',
      name: 'listEmploymentsOfPerson',
      tag,
      summary: '某人的任职 The employments of a person',
      params: idShape,
      answer: employmentListShape,
    },
    async ({ db, context, params }) => {
      await getPerson(db, context.scope, params.id, localDate(context.now))
      return { items: await employmentsOf(db, params.id) }
    },
  )
  write(
    app,
    {
      method: 'post',
      path: '/people/{id}/employments',
      permission: 'employment.write',
      name: 'recordEmployment',
      tag,
      summary: '登记任职 Record an employment',
      params: idShape,
      body: newEmploymentShape,
      answer: employmentShape,
      status: 201,
    },
    async ({ tx, context, params, body }) => {
      await getPerson(tx, context.scope, params.id, localDate(context.now))
      const row = { ...body, person_id: params.id, organisation_id: own(context, body), ends_on: body.ends_on ?? null }
      const [done] = await recordEmployments(tx, context, [row], onlyRow)
      return getEmployment(tx, context.scope, done!.id)
    },
  )
  write(
    app,
    {
      method: 'post',
      path: '/employments/{id}/ending',
      permission: 'employment.write',
      name: 'endEmployment',
      tag,
      summary: '登记离岗 End an employment',
      params: idShape,
      body: endingShape,
      answer: employmentShape,
    },
    ({ tx, context, params, body }) => endEmployment(tx, context, params.id, body),
  )
}
