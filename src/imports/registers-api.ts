/** Routes that download the register in the form in which it is imported. */

import type { Context as Call } from 'hono'
import type { z } from 'zod'
import { described, read } from '../access/route.ts'
import type { App, Env } from '../platform/http.ts'
import { XLSX } from '../platform/workbook.ts'
import { download } from './registers.ts'
import { fullRegisterShape, registerQueryShape, registerShape } from './shapes.ts'

export function registersApi(app: App): void {
  read(
    app,
    {
      path: '/registers/{file}',
      permission: 'person.read',
      name: 'getRegister',
      tag: 'imports',
      summary:
        '按导入格式下载名册，号码打码，改好后可直接上传 The register in the form of an import, numbers masked: people.xlsx, service-months.csv …',
      params: registerShape,
      query: registerQueryShape,
      produces: XLSX,
    },
    ({ db, context, params, query }) => download(db, context, { ...params.file, ...query }),
  )
  // not by `write`: an answer kept for an Idempotency-Key would leave the numbers in the database in clear
  const route = {
    path: '/registers',
    permission: 'person.export' as const,
    name: 'exportRegister',
    tag: 'imports',
    summary: '下载带完整号码的名册，写明理由并留痕 The register with numbers in full, with a reason, on record',
    body: fullRegisterShape,
    produces: XLSX,
  }
  app.openapi(described(route, 'post', 200), (async (c: Call<Env>) => {
    const [db, context] = [c.get('db'), c.get('context')]
    const asked = (c.req.valid as (part: 'json') => z.output<typeof fullRegisterShape>)('json')
    return download(db, context, asked)
  }) as never)
}
