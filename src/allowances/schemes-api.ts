/** JSON routes of schemes: their versions, and confirming one by document. */
import { read, write } from '../access/route.ts'
import { localDate, monthOf } from '../platform/calendar.ts'
import type { App } from '../platform/http.ts'
import { confirmVersion } from './actions.ts'
import { confirmationShape } from './confirmation-shapes.ts'
import { listSchemes, listVersions, viewOfVersion } from './queries.ts'
import { schemeListShape, schemeParams, schemeVersionListShape, schemeVersionShape, versionParams } from './shapes.ts'

const tag = 'allowances'

export function schemesApi(app: App): void {
  read(
    app,
    {
      path: '/schemes',
      permission: 'scheme.read',
      name: 'listSchemes',
      tag,
      summary: '政策 List schemes',
      answer: schemeListShape,
    },
    async ({ db, context }) => ({
      items: await listSchemes(db, monthOf(localDate(context.now)), context.actor.district_code),
      next_cursor: null,
    }),
  )
  read(
    app,
    {
      path: '/schemes/{code}/versions',
      permission: 'scheme.read',
      name: 'listSchemeVersions',
      tag,
      summary: '政策版本：条件、标准、依据 Versions of a scheme with conditions, rates and sources',
      params: schemeParams,
      answer: schemeVersionListShape,
    },
    async ({ db, params }) => ({ items: await listVersions(db, params.code), next_cursor: null }),
  )
  write(
    app,
    {
      method: 'post',
      path: '/schemes/{code}/versions/{number}/confirmation',
      permission: 'scheme.confirm',
      name: 'confirmSchemeVersion',
      tag,
      summary: '凭文件确认标准 Confirm by document what was inferred or unknown',
      params: versionParams,
      body: confirmationShape,
      answer: schemeVersionShape,
      key: 'required',
    },
    async ({ tx, context, params, body }) =>
      viewOfVersion(await confirmVersion(tx, context, params.code, params.number, body)),
  )
}
