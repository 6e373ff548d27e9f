/** JSON routes of licences to practise (执业资格). */
import { read, write } from '../access/route.ts'
import { idShape } from '../organisations/shapes.ts'
import { localDate } from '../platform/calendar.ts'
import type { App } from '../platform/http.ts'
import {
  licenceCorrectionShape,
  licenceListShape,
  licenceShape,
  licenceWithdrawalShape,
  newLicenceShape,
  recordedLicenceShape,
} from './licence-shapes.ts'
import { correctLicence, licencesOf, recordLicence, withdrawLicence } from './licences.ts'
import { getPerson } from './queries.ts'
import { knownAtShape } from './shapes.ts'

const tag = 'licences'

export function licencesApi(app: App): void {
  read(
    app,
    {
      path: '/people/{id}/licences',
      permission: 'person.read',
      name: 'listLicencesOfPerson',
      tag,
      summary: '某人的执业资格 The licences of a person',
      params: idShape,
      query: knownAtShape,
      answer: licenceListShape,
    },
    async ({ db, context, params, query }) => {
      await getPerson(db, context.scope, params.id, localDate(context.now))
      return { items: await licencesOf(db, params.id, query.known_at) }
    },
  )
  write(
    app,
    {
      method: 'post',
      path: '/people/{id}/licences',
      permission: 'licence.write',
      name: 'recordLicence',
      tag,
      summary: '登记执业资格 Record a licence',
      params: idShape,
      body: newLicenceShape,
      answer: recordedLicenceShape,
      status: 201,
    },
    ({ tx, context, params, body }) => recordLicence(tx, context, params.id, body),
  )
  write(
    app,
    {
      method: 'post',
      path: '/licences/{id}/correction',
      permission: 'licence.write',
      name: 'correctLicence',
      tag,
      summary: '更正执业资格 Correct a licence',
      params: idShape,
      body: licenceCorrectionShape,
      answer: licenceShape,
    },
    ({ tx, context, params, body }) => correctLicence(tx, context, params.id, body),
  )
  write(
    app,
    {
      method: 'post',
      path: '/licences/{id}/withdrawal',
      permission: 'licence.write',
      name: 'withdrawLicence',
      tag,
      summary: '撤销执业资格 Withdraw a licence',
      params: idShape,
      body: licenceWithdrawalShape,
      answer: licenceShape,
    },
    ({ tx, context, params, body }) => withdrawLicence(tx, context, params.id, body.reason),
  )
}
