/** JSON routes of employments. */
import type { Context as Call } from 'hono'
import { read, write } from '../access/route.ts'
import { idShape } from '../organisations/shapes.ts'
import { localDate } from '../platform/calendar.ts'
import type { Tx } from '../platform/database.ts'
import { inLanguage } from '../platform/errors.ts'
import type { App, Env } from '../platform/http.ts'
import { onlyRow } from './bulk.ts'
import { correctEmployment, endEmployment, transferEmployment, withdrawEmployment } from './employment-changes.ts'
import { warningsOf } from './employment-overlaps.ts'
import {
  type Employment,
  employmentsOf,
  employmentVersions,
  getEmployment,
  listEmployments,
} from './employment-queries.ts'
import {
  correctionShape,
  employmentFilterShape,
  employmentListShape,
  employmentPageShape,
  employmentShape,
  employmentVersionsShape,
  employmentWithdrawalShape,
  endingShape,
  newEmploymentShape,
  transferShape,
  writtenEmploymentShape,
} from './employment-shapes.ts'
import { recordEmployments } from './employments.ts'
import { own } from './fact-api.ts'
import { getPerson } from './queries.ts'
import { knownAtShape } from './shapes.ts'

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
      query: knownAtShape,
      answer: employmentListShape,
    },
    async ({ db, context, params, query }) => {
      await getPerson(db, context.scope, params.id, localDate(context.now))
      return { items: await employmentsOf(db, params.id, query.known_at) }
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
      answer: writtenEmploymentShape,
      status: 201,
    },
    async ({ c, tx, context, params, body }) => {
      await getPerson(tx, context.scope, params.id, localDate(context.now))
      const row = { ...body, person_id: params.id, organisation_id: own(context, body), ends_on: body.ends_on ?? null }
      const [done] = await recordEmployments(tx, context, [row], onlyRow)
      return withWarnings(c, tx, await getEmployment(tx, context.scope, done!.id))
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
      answer: writtenEmploymentShape,
    },
    async ({ c, tx, context, params, body }) => withWarnings(c, tx, await endEmployment(tx, context, params.id, body)),
  )
  write(
    app,
    {
      method: 'post',
      path: '/employments/{id}/correction',
      permission: 'employment.write',
      name: 'correctEmployment',
      tag,
      summary: '更正任职 Correct an employment',
      params: idShape,
      body: correctionShape,
      answer: writtenEmploymentShape,
    },
    async ({ c, tx, context, params, body }) =>
      withWarnings(c, tx, await correctEmployment(tx, context, params.id, body)),
  )
  write(
    app,
    {
      method: 'post',
      path: '/employments/{id}/transfer',
      permission: 'employment.transfer',
      name: 'transferEmployment',
      tag,
      summary: '调动：这段任职到此为止，下一段从此开始 Transfer: this employment ends, the next begins',
      params: idShape,
      body: transferShape,
      answer: writtenEmploymentShape,
      status: 201,
    },
    async ({ c, tx, context, params, body }) =>
      withWarnings(c, tx, await transferEmployment(tx, context, params.id, body)),
  )
  write(
    app,
    {
      method: 'post',
      path: '/employments/{id}/withdrawal',
      permission: 'employment.write',
      name: 'withdrawEmployment',
      tag,
      summary: '撤销登记有误的任职 Withdraw an employment recorded in error',
      params: idShape,
      body: employmentWithdrawalShape,
      answer: employmentShape,
    },
    ({ tx, context, params, body }) => withdrawEmployment(tx, context, params.id, body.reason),
  )
  read(
    app,
    {
      path: '/employments/{id}/versions',
      permission: 'person.read',
      name: 'listEmploymentVersions',
      tag,
      summary: '任职的历次版本 Every version of an employment',
      params: idShape,
      answer: employmentVersionsShape,
    },
    async ({ db, context, params }) => {
      const { items, withdrawn } = await employmentVersions(db, context.scope, params.id)
      return { items, withdrawn }
    },
  )
}

/** In the language of the call. */
async function withWarnings(c: Call<Env>, tx: Tx, employment: Employment) {
  const lang = c.get('lang')
  const warnings = await warningsOf(tx, employment)
  return { ...employment, warnings: warnings.map((fault) => ({ ...fault, message: inLanguage(lang, fault.message) })) }
}
