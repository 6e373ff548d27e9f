/** JSON routes of educations (schooling, 学历). */
import { read, write } from '../access/route.ts'
import { idShape } from '../organisations/shapes.ts'
import { localDate } from '../platform/calendar.ts'
import type { App } from '../platform/http.ts'
import { educationsOf } from './education-queries.ts'
import {
  educationCorrectionShape,
  educationListShape,
  educationShape,
  educationWithdrawalShape,
  newEducationShape,
  recordedEducationShape,
} from './education-shapes.ts'
import { correctEducation, recordEducation, withdrawEducation } from './educations.ts'
import { getPerson } from './queries.ts'
import { knownAtShape } from './shapes.ts'

const tag = 'educations'

export function educationsApi(app: App): void {
  read(
    app,
    {
      path: '/people/{id}/educations',
      permission: 'person.read',
      name: 'listEducationsOfPerson',
      tag,
      summary: '某人的学历 The educations of a person',
      params: idShape,
      query: knownAtShape,
      answer: educationListShape,
    },
    async ({ db, context, params, query }) => {
      await getPerson(db, context.scope, params.id, localDate(context.now))
      return { items: await educationsOf(db, params.id, query.known_at) }
    },
  )
  write(
    app,
    {
      method: 'post',
      path: '/people/{id}/educations',
      permission: 'education.write',
      name: 'recordEducation',
      tag,
      summary: '登记学历 Record an education',
      params: idShape,
      body: newEducationShape,
      answer: recordedEducationShape,
      status: 201,
    },
    ({ tx, context, params, body }) => recordEducation(tx, context, params.id, body),
  )
  write(
    app,
    {
      method: 'post',
      path: '/educations/{id}/correction',
      permission: 'education.write',
      name: 'correctEducation',
      tag,
      summary: '更正学历 Correct an education',
      params: idShape,
      body: educationCorrectionShape,
      answer: educationShape,
    },
    ({ tx, context, params, body }) => correctEducation(tx, context, params.id, body),
  )
  write(
    app,
    {
      method: 'post',
      path: '/educations/{id}/withdrawal',
      permission: 'education.write',
      name: 'withdrawEducation',
      tag,
      summary: '撤销学历 Withdraw an education',
      params: idShape,
      body: educationWithdrawalShape,
      answer: educationShape,
    },
    ({ tx, context, params, body }) => withdrawEducation(tx, context, params.id, body.reason),
  )
}
