/** The JSON route by which the amounts of a run are rechecked. */
import { write } from '../access/route.ts'
import { idShape } from '../organisations/shapes.ts'
import type { App } from '../platform/http.ts'
import { recheckRun } from './recheck.ts'
import { recheckShape } from './recheck-shapes.ts'

export function recheckApi(app: App): void {
  write(
    app,
    {
      ...{ method: 'post', permission: 'run.recheck', tag: 'allowances', path: '/allowance-runs/{id}/recheck' },
      name: 'recheckAllowanceRun',
      summary: '独立复核 Compute the amounts of a run a second time, by another definition, and compare',
      params: idShape,
      answer: recheckShape,
    },
    ({ tx, context, params }) => recheckRun(tx, context, params.id),
  )
}
