/** Pages of allowances: schemes and their confirmation, the list of runs, asking for a new one. */

import { NewRun, Runs } from '../../templates/allowances/runs.tsx'
import { Scheme } from '../../templates/allowances/scheme.tsx'
import { Schemes } from '../../templates/allowances/scheme-list.tsx'
import { faultsFor, form, frameOf, type PageCall, page } from '../access/pages.ts'
import { may } from '../access/rules.ts'
import { addMonths, localDate, monthOf } from '../platform/calendar.ts'
import type { Context } from '../platform/context.ts'
import type { Db } from '../platform/database.ts'
import { inLanguage, type Refusal } from '../platform/errors.ts'
import type { App } from '../platform/http.ts'
import { computeRun } from './actions.ts'
import { showCascade } from './cascade-console.tsx'
import { confirmationConsole } from './confirmation-console.tsx'
import {
  getScheme,
  listDistrictNames,
  listRunDistricts,
  listRuns,
  listSchemeNames,
  listSchemes,
  listSources,
  listVersions,
} from './queries.ts'
import { reviewConsole } from './review-console.tsx'
import { concerns } from './rules.ts'
import { runConsole } from './run-console.tsx'
import { versionProps } from './scheme-view.ts'
import { newRunShape, runFilterShape } from './shapes.ts'
import { trialConsole } from './trial-console.tsx'

const SCHEMES = { zh: '政策与标准', en: 'Schemes' }
const RUNS = { zh: '津贴批次', en: 'Allowance runs' }

export function allowancesConsole(app: App): void {
  page(app, '/console/certificates/:id/cascade', 'certificate.read', showCascade)
  page(app, '/console/schemes', 'scheme.read', async ({ c, db, context, query }) => {
    const { district_code } = context.actor
    const waits = query.waits === 'confirmation' ? query.waits : ''
    const all = await listSchemes(db, monthOf(localDate(context.now)), district_code)
    const items = waits
      ? all.filter((one) => one.version !== null && !one.confirmed && concerns(one.division_code, district_code))
      : all
    const names = await listDistrictNames(
      db,
      items.map(({ division_code }) => division_code),
    )
    const named = items.map((item) => ({ ...item, division_name: names.get(item.division_code) ?? item.division_code }))
    return <Schemes frame={frameOf(c, inLanguage(c.get('lang'), SCHEMES))} items={named} waits={waits} />
  })
  page(app, '/console/schemes/:code', 'scheme.read', showScheme)
  confirmationConsole(app)
  trialConsole(app)
  page(app, '/console/runs', 'run.read', showRuns)
  page(app, '/console/runs/new', 'run.compute', (call) => newRun(call, call.query))
  form(
    app,
    '/console/runs',
    'run.compute',
    newRunShape,
    async ({ tx, context, input }) => {
      const { id } = await computeRun(tx, context, input)
      return { to: `/console/runs/${id}`, flash: { zh: '已开始计算。', en: 'The computation has begun.' } }
    },
    (call) => newRun(call, call.values, call.refusal),
  )
  runConsole(app)
  reviewConsole(app)
}

async function showScheme({ c, db, context, params }: PageCall) {
  const lang = c.get('lang')
  const scheme = await getScheme(db, params.code!)
  const versions = await listVersions(db, scheme.code)
  const names = await listDistrictNames(
    db,
    versions.flatMap(({ rates }) => rates.flatMap(({ district_code }) => district_code ?? [])),
  )
  const citations = versions.flatMap(({ citation, rates, conditions, components }) => [
    citation,
    ...rates.map((rate) => rate.citation),
    ...components.map((component) => component.citation),
    ...conditions.map((condition) => condition.citation),
  ])
  return (
    <Scheme
      frame={frameOf(c, scheme.name)}
      code={scheme.code}
      name={scheme.name}
      versions={versions.map((version) => versionProps(version, names, lang)).reverse()}
      sources={await listSources(db, citations)}
      may_confirm={may(context.actor.role, 'scheme.confirm')}
      may_simulate={may(context.actor.role, 'simulation.request')}
      may_try={may(context.actor.role, 'run.read')}
    />
  )
}

async function showRuns({ c, db, context, query }: PageCall) {
  const given = Object.fromEntries(Object.entries(query).filter(([, value]) => value !== ''))
  const filter = runFilterShape.safeParse(given).data ?? runFilterShape.parse({})
  const { items, next_cursor } = await listRuns(db, context, filter)
  const { scheme_code = '', month = '', status = '', waits = '' } = filter
  const shown = { scheme_code, month, status, waits }
  return (
    <Runs
      frame={frameOf(c, inLanguage(c.get('lang'), RUNS))}
      filter={shown}
      schemes={await schemeOptions(db, context)}
      items={items}
      next={next_cursor && `/console/runs?${new URLSearchParams({ ...shown, cursor: next_cursor })}`}
      may_compute={may(context.actor.role, 'run.compute')}
    />
  )
}

/** The schemes that money of this account's division is paid by. */
async function schemeOptions(db: Db, { actor }: Context) {
  const schemes = await listSchemeNames(db)
  return schemes
    .filter(({ division_code }) => concerns(division_code, actor.district_code))
    .map(({ code, name }) => ({ value: code, label: name }))
}

async function newRun({ c, db, context }: PageCall, values: Record<string, string>, refusal?: Refusal) {
  const today = localDate(context.now)
  const schemes = await schemeOptions(db, context)
  const districts = (await listRunDistricts(db, context.scope)).map(({ code, name }) => ({ value: code, label: name }))
  return (
    <NewRun
      frame={frameOf(c, inLanguage(c.get('lang'), RUNS))}
      schemes={schemes}
      districts={districts}
      values={{ month: addMonths(monthOf(today), -1), ...values }}
      errors={faultsFor(c, refusal)}
    />
  )
}
