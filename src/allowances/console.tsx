/** Pages of allowances: schemes and their confirmation, the list of runs, asking for a new one. */

import { z } from 'zod'
import { componentFacts, rateWords, scheduleFacts } from '../../templates/allowances/component-words.ts'
import { ConfirmScheme } from '../../templates/allowances/confirm-scheme.tsx'
import { NewRun, Runs } from '../../templates/allowances/runs.tsx'
import { Scheme, Schemes, type VersionProps } from '../../templates/allowances/schemes.tsx'
import { faultsFor, form, frameOf, type PageCall, page } from '../access/pages.ts'
import { may } from '../access/rules.ts'
import { FACILITY_KINDS } from '../organisations/rules.ts'
import { addMonths, localDate, localTime, monthOf } from '../platform/calendar.ts'
import type { Context } from '../platform/context.ts'
import type { Db } from '../platform/database.ts'
import { inLanguage, type Lang, notFound, type Refusal } from '../platform/errors.ts'
import type { App } from '../platform/http.ts'
import { parseYuan } from '../platform/money.ts'
import { computeRun, confirmVersion } from './actions.ts'
import { showCascade } from './cascade-console.tsx'
import {
  getScheme,
  listDistrictNames,
  listRunDistricts,
  listRuns,
  listSchemes,
  listSources,
  listVersions,
  type viewOfVersion,
} from './queries.ts'
import { reviewConsole } from './review-console.tsx'
import { concerns } from './rules.ts'
import { runConsole } from './run-console.tsx'
import { confirmationShape, newRunShape, runFilterShape } from './shapes.ts'

const SCHEMES = { zh: '政策与标准', en: 'Schemes' }
const RUNS = { zh: '津贴批次', en: 'Allowance runs' }
const CONFIRM = '/console/schemes/:code/versions/:number/confirmation'

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
  page(app, CONFIRM, 'scheme.confirm', (call) => confirmPage(call, {}))
  form(
    app,
    CONFIRM,
    'scheme.confirm',
    z.preprocess(toConfirmation, confirmationShape),
    async ({ tx, context, params, input }) => {
      await confirmVersion(tx, context, params.code!, Number(params.number), input)
      return {
        to: `/console/schemes/${params.code}`,
        flash: { zh: '标准已确认，可以计算津贴。', en: 'Confirmed; allowances can be computed.' },
      }
    },
    (call) => confirmPage(call, call.values, call.refusal),
  )
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
    />
  )
}

function versionProps(
  version: ReturnType<typeof viewOfVersion>,
  districts: Map<string, string>,
  lang: Lang,
): VersionProps {
  const { confirmation, rates, conditions, components, ladder, schedule, ...rest } = version
  const placed = rates.map((rate) => {
    const kind = rate.facility_kind && FACILITY_KINDS[rate.facility_kind as keyof typeof FACILITY_KINDS]
    const place = [
      rate.district_code && (districts.get(rate.district_code) ?? rate.district_code),
      kind && inLanguage(lang, kind),
    ]
      .filter(Boolean)
      .join(' ')
    return { ...rate, of: rateWords(rate, ladder ?? [], lang), place: place || null }
  })
  return {
    ...rest,
    facts: scheduleFacts(schedule ?? {}, lang),
    confirmation: confirmation && { ...confirmation, at: localTime(confirmation.confirmed_at) },
    components: components.map((component) => ({
      ...component,
      title: lang === 'en' ? component.title_en : component.title,
      facts: componentFacts(component, lang),
      rates: placed.filter((rate) => rate.component === component.code),
    })),
    conditions: conditions.map((condition) => ({
      ...condition,
      title: lang === 'en' ? condition.title_en : condition.title,
    })),
  }
}

async function confirmPage({ c, db, params }: PageCall, values: Record<string, string>, refusal?: Refusal) {
  const scheme = await getScheme(db, params.code!)
  const version =
    (await listVersions(db, scheme.code)).find(({ number }) => number === Number(params.number)) ??
    notFound({ zh: '政策版本', en: 'version' })
  const errors = faultsFor(c, refusal).map(({ pointer, message }) => ({
    pointer: fieldPointer(pointer, values),
    message,
  }))
  return (
    <ConfirmScheme
      frame={frameOf(c, scheme.name)}
      code={scheme.code}
      name={scheme.name}
      version={versionProps(version, new Map(), c.get('lang'))}
      values={values}
      errors={errors}
    />
  )
}

/** `rate_5=300`, `rate_entry.bachelor=50000` and `hours_continuing_education_5=8` as the API's body has them. */
function toConfirmation(sent: unknown) {
  const { document, reason, ...fields } = sent as Record<string, string>
  const thresholds: Record<string, Record<string, number>> = {}
  for (const [name, text] of Object.entries(fields)) {
    const [, code, level] = /^hours_(\w+)_([1-5])$/.exec(name) ?? []
    if (code && level)
      thresholds[code] = { ...thresholds[code], [level]: text.trim() === '' ? Number.NaN : Number(text) }
  }
  const rates = rateNames(fields).map((name) => {
    const [component, key] = name.slice('rate_'.length).split('.')
    const of = key === undefined ? { level: Number(component) } : { component, key }
    return { ...of, amount_fen: parseYuan(fields[name] ?? '') ?? Number.NaN }
  })
  return { document, reason, rates, thresholds }
}

/** In the order in which they become `rates`. */
function rateNames(fields: Record<string, string>): string[] {
  return Object.keys(fields).filter((name) => /^rate_([1-5]|\w+\.\w*)$/.test(name))
}

/** Where a fault of the body stands on the form. */
function fieldPointer(pointer: string, values: Record<string, string>): string {
  const rate = /^\/rates\/(\d+)/.exec(pointer)?.[1]
  const hours = /^\/thresholds\/(\w+)\/(\d)/.exec(pointer)
  if (hours) return `/hours_${hours[1]}_${hours[2]}`
  return rate ? `/${rateNames(values)[Number(rate)]}` : pointer
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
async function schemeOptions(db: Db, { actor, now }: Context) {
  const schemes = await listSchemes(db, monthOf(localDate(now)), actor.district_code)
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
