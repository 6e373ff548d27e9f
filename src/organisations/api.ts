/** JSON routes of organisations. */
import { z } from 'zod'
import { read, write } from '../access/route.ts'
import type { App } from '../platform/http.ts'
import { pageShape } from '../platform/paging.ts'
import { registerOrganisation } from './actions.ts'
import { getOrganisation, listOrganisations } from './queries.ts'
import { idShape, newOrganisationShape, organisationPageShape, organisationShape } from './shapes.ts'

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
      query: pageShape.extend({ kind: z.string().optional(), q: z.string().max(40).optional() }),
      answer: organisationPageShape,
    },
    ({ db, context, query }) => listOrganisations(db, context.scope, query),
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
    ({ db, context, params }) => getOrganisation(db, context.scope, params.id),
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
      answer: organisationShape,
      status: 201,
    },
    ({ tx, context, body }) => registerOrganisation(tx, context, body),
  )
}
