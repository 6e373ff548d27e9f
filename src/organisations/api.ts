/** JSON routes of organisations. */
import type { Context as Call } from 'hono'
import { read, write } from '../access/route.ts'
import { localDate } from '../platform/calendar.ts'
import { inLanguage } from '../platform/errors.ts'
import type { App, Env } from '../platform/http.ts'
import { amendOrganisation, closeOrganisation, registerOrganisation, reopenOrganisation } from './actions.ts'
import { filingsApi } from './filings-api.ts'
import { countStaff, getOrganisation, listOrganisations, type OrganisationRow } from './queries.ts'
import { creditCodeWarnings, staffWarnings, type Warning } from './rules.ts'
import {
  closingShape,
  idShape,
  newOrganisationShape,
  organisationAmendmentShape,
  organisationFilterShape,
  organisationPageShape,
  organisationShape,
  reopeningShape,
  writtenOrganisationShape,
} from './shapes.ts'
import { townshipsApi } from './townships-api.ts'

const tag = 'organisations'

export function organisationsApi(app: App): void {
  read(
    app,
    {
      path: '/organisations',
      permission: 'organisation.read',
      name: 'listOrganisations',
      tag,
      summary: '机构列表 List organisations',
      query: organisationFilterShape,
      answer: organisationPageShape,
    },
    ({ db, context, query }) => listOrganisations(db, context.scope, query, localDate(context.now)),
  )
  read(
    app,
    {
      path: '/organisations/{id}',
      permission: 'organisation.read',
      name: 'getOrganisation',
      tag,
      summary: '机构 Get an organisation',
      params: idShape,
      answer: organisationShape,
    },
    ({ db, context, params }) => getOrganisation(db, context.scope, params.id, localDate(context.now)),
  )
  write(
    app,
    {
      method: 'post',
      path: '/organisations',
      permission: 'organisation.write',
      name: 'registerOrganisation',
      tag,
      summary: '登记机构 Register an organisation',
      body: newOrganisationShape,
      answer: writtenOrganisationShape,
      status: 201,
    },
    async ({ c, tx, context, body }) => withWarnings(c, await registerOrganisation(tx, context, body)),
  )
  write(
    app,
    {
      method: 'patch',
      path: '/organisations/{id}',
      permission: 'organisation.write',
      name: 'amendOrganisation',
      tag,
      summary: '变更机构资料 Amend an organisation',
      params: idShape,
      body: organisationAmendmentShape,
      answer: writtenOrganisationShape,
    },
    async ({ c, tx, context, params, revision, body }) =>
      withWarnings(c, await amendOrganisation(tx, context, params.id, revision, body)),
  )
  write(
    app,
    {
      method: 'post',
      path: '/organisations/{id}/closing',
      permission: 'organisation.write',
      name: 'closeOrganisation',
      tag,
      summary: '登记停办 Close an organisation',
      params: idShape,
      body: closingShape,
      answer: writtenOrganisationShape,
    },
    async ({ c, tx, context, params, body }) => {
      const row = await closeOrganisation(tx, context, params.id, body)
      return withWarnings(c, row, staffWarnings(row.closed_on, await countStaff(tx, row.id, body.closed_on)))
    },
  )
  write(
    app,
    {
      method: 'post',
      path: '/organisations/{id}/reopening',
      permission: 'organisation.write',
      name: 'reopenOrganisation',
      tag,
      summary: '恢复开办 Take the closing of an organisation back',
      params: idShape,
      body: reopeningShape,
      answer: writtenOrganisationShape,
    },
    async ({ c, tx, context, params, body }) =>
      withWarnings(c, await reopenOrganisation(tx, context, params.id, body.reason)),
  )
  filingsApi(app)
  townshipsApi(app)
}

function withWarnings(c: Call<Env>, row: OrganisationRow, more: Warning[] = []) {
  const warnings = [...creditCodeWarnings(row.credit_code), ...more]
  return {
    ...row,
    warnings: warnings.map(({ message, ...rest }) => ({ ...rest, message: inLanguage(c.get('lang'), message) })),
  }
}
