/** The page that says what a recheck of a run found. */
import { z } from 'zod'
import { RecheckPage } from '../../templates/allowances/recheck.tsx'
import { form, frameOf } from '../access/pages.ts'
import { inLanguage } from '../platform/errors.ts'
import type { App } from '../platform/http.ts'
import { getRun } from './queries.ts'
import { recheckRun } from './recheck.ts'

export function recheckConsole(app: App): void {
  form(app, '/console/runs/:id/recheck', 'run.recheck', z.object({}), async ({ c, tx, context, params }) => {
    const recheck = await recheckRun(tx, context, params.id!)
    return (
      <RecheckPage
        frame={frameOf(c, inLanguage(c.get('lang'), { zh: '独立复核', en: 'Recheck' }))}
        run={await getRun(tx, context.scope, params.id!)}
        recheck={recheck}
      />
    )
  })
}
