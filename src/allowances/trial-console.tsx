/** 试算: finds somebody, whose month under the scheme is then told with every condition; nothing is written. */
import { Trial } from '../../templates/allowances/trial.tsx'
import { frameOf, type PageCall, page } from '../access/pages.ts'
import { listPeople } from '../people/queries.ts'
import { personFilterShape } from '../people/shapes.ts'
import { addMonths, isMonth, localDate, monthOf } from '../platform/calendar.ts'
import type { App } from '../platform/http.ts'
import { getScheme } from './queries.ts'

/** Whoever has more namesakes than this types more of the name. */
const FOUND = 20

export function trialConsole(app: App): void {
  page(app, '/console/schemes/:code/trial', 'run.read', trial)
}

async function trial({ c, db, context, params, query }: PageCall) {
  const scheme = await getScheme(db, params.code!)
  const today = localDate(context.now)
  const last = addMonths(monthOf(today), -1)
  const month = isMonth(query.month ?? '') && query.month! <= last ? query.month! : last
  const q = query.q?.trim().slice(0, 60) ?? ''
  const filter = personFilterShape.parse({ q, workforce: scheme.workforce, limit: FOUND })
  const found = q ? await listPeople(db, context.scope, filter, today) : null
  return (
    <Trial
      frame={frameOf(c, scheme.name)}
      {...{ scheme, month, last, q }}
      people={found?.items ?? []}
      more={Boolean(found?.next_cursor)}
    />
  )
}
