/** Pages of simulations: asking for one, the list, the result and its workbook. */
import { z } from 'zod'
import { SimulationPage, Simulations } from '../../templates/allowances/simulation.tsx'
import { SimulationForm } from '../../templates/allowances/simulation-form.tsx'
import { faultsFor, form, frameOf, type PageCall, page, type Retry } from '../access/pages.ts'
import { LEVELS } from '../people/rules.ts'
import { addMonths, localDate, localTime, monthOf } from '../platform/calendar.ts'
import { inLanguage, type Lang, notFound } from '../platform/errors.ts'
import type { App } from '../platform/http.ts'
import { parseYuan } from '../platform/money.ts'
import { sendWorkbook, writeWorkbook } from '../platform/workbook.ts'
import { getScheme, listRunDistricts, listVersions, unscopedRunJob } from './queries.ts'
import { inDivision } from './rules.ts'
import { versionProps } from './scheme-view.ts'
import { requestSimulation } from './simulation.ts'
import { getSimulation, listFigures, listSimulations } from './simulation-queries.ts'
import { type FigureView, newSimulationShape, type SimulationView } from './simulation-shapes.ts'

const HERE = '/console/simulations'
const TITLE = { zh: '政策测算', en: 'Simulations' }

export function simulationConsole(app: App): void {
  page(app, HERE, 'simulation.read', async ({ c, db, context, query }) => {
    const list = await listSimulations(db, context.scope, { limit: 50, cursor: query.cursor })
    return (
      <Simulations
        frame={frameOf(c, inLanguage(c.get('lang'), TITLE))}
        items={list.items.map(shown)}
        next={list.next_cursor && `${HERE}?cursor=${encodeURIComponent(list.next_cursor)}`}
      />
    )
  })
  page(app, '/console/schemes/:code/versions/:number/simulation', 'simulation.request', (call) => simulationForm(call))
  form(
    app,
    '/console/schemes/:code/versions/:number/simulation',
    'simulation.request',
    z.preprocess(toSimulation, newSimulationShape),
    async ({ tx, context, params, input }) => {
      const { id } = await requestSimulation(tx, context, params.code!, input)
      return { to: `${HERE}/${id}`, flash: { zh: '已开始测算。', en: 'The simulation has begun.' } }
    },
    (call) => simulationForm(call, call),
  )
  page(app, `${HERE}/:id`, 'simulation.read', async ({ c, db, context, params }) => {
    const simulation = await getSimulation(db, context.scope, params.id!)
    const job = simulation.finished_at || !simulation.job_id ? null : await unscopedRunJob(db, simulation.job_id)
    const lang = c.get('lang')
    const frame = frameOf(c, simulation.title)
    const version = (await listVersions(db, simulation.scheme_code)).find(
      ({ number }) => number === simulation.version,
    )!
    const { conditions, components } = versionProps(version, new Map(), lang)
    return (
      <SimulationPage
        frame={job && !job.error ? { ...frame, refresh_seconds: 3 } : frame}
        simulation={shown(simulation)}
        conditions={conditions}
        components={components}
        job={job && ({ ...job, error: job.error && inLanguage(lang, job.error.message) } as never)}
        figures={simulation.finished_at ? await listFigures(db, simulation.id) : []}
      />
    )
  })
  page(app, `${HERE}/:id/figures.xlsx`, 'simulation.read', async ({ c, db, context, params }) => {
    const { id } = await getSimulation(db, context.scope, params.id!)
    return sendWorkbook(await figuresWorkbook(await listFigures(db, id), c.get('lang')), `simulation-${id}.xlsx`)
  })
}

function shown({ requested_at, cutoff, ...simulation }: SimulationView) {
  return { ...simulation, requested_at: localTime(requested_at), cutoff: cutoff && localTime(cutoff) }
}

async function simulationForm(call: PageCall, retry?: Retry) {
  const { c, db, context, params } = call
  const lang = c.get('lang')
  const scheme = await getScheme(db, params.code!)
  const version =
    (await listVersions(db, scheme.code)).find(({ number }) => number === Number(params.number)) ??
    notFound({ zh: '政策版本', en: 'version' })
  const last = addMonths(monthOf(localDate(context.now)), -1)
  const districts = (await listRunDistricts(db, context.scope)).filter(({ code }) =>
    inDivision(code, scheme.division_code),
  )
  return (
    <SimulationForm
      frame={frameOf(c, scheme.name)}
      code={scheme.code}
      name={scheme.name}
      version={versionProps(version, new Map(), lang)}
      districts={districts}
      ticked={retry?.ticked ?? (() => [])}
      values={retry?.values ?? { first_month: last, last_month: last, version: String(version.number) }}
      errors={faultsFor(c, retry?.refusal).map((fault) => ({
        ...fault,
        pointer: besideField(fault.pointer, retry?.values ?? {}),
      }))}
    />
  )
}

/** `rate_5=400`, `threshold_attendance=18` and the like, as the API's body has them; what was left empty stays as in the version. */
function toSimulation(sent: unknown) {
  const given = Object.entries(sent as Record<string, string | string[]>).filter(([, value]) => value !== '')
  const of = (name: string) => given.find(([key]) => key === name)?.[1]
  const several = (name: string) => [of(name) ?? []].flat()
  const thresholds: Record<string, unknown> = {}
  const parameters: Record<string, Record<string, unknown>> = {}
  for (const [name, value] of given) {
    const [, form, code = '', part] =
      /^(threshold|kinds|day|number|word|flag|list)_(\w+?)(?:\.(\w+))?$/.exec(name) ?? []
    if (form === 'threshold')
      thresholds[code] = part ? { ...(thresholds[code] as object), [part]: Number(value) } : Number(value)
    if (form === 'kinds') thresholds[code] = [value].flat()
    if (form === 'day') thresholds[code] = value
    if (part && form && form in PARAMETER_FORMS)
      parameters[code] = { ...parameters[code], [part]: PARAMETER_FORMS[form as keyof typeof PARAMETER_FORMS](value) }
  }
  return {
    version: Number(of('version')),
    ...{ title: of('title'), first_month: of('first_month'), last_month: of('last_month') },
    ...{ district_codes: several('district_codes'), dropped: several('dropped'), thresholds, parameters },
    rates: ratesIn(Object.fromEntries(given)).map((name) => {
      const [component = '', key] = name.slice('rate_'.length).split('.')
      const place = key === undefined ? { level: Number(component) } : { component, key }
      return { ...place, amount_fen: parseYuan(String(of(name))) ?? Number.NaN }
    }),
  }
}

const PARAMETER_FORMS = {
  number: (value: string | string[]) => Number(value),
  word: (value: string | string[]) => value,
  flag: (value: string | string[]) => value === 'true',
  list: (value: string | string[]) => [value].flat(),
}

/** In the order in which they become `rates`. */
function ratesIn(fields: Record<string, unknown>): string[] {
  return Object.keys(fields).filter((name) => /^rate_([1-5]|\w+\.\w*)$/.test(name) && fields[name])
}

function besideField(pointer: string, values: Record<string, string>): string {
  const rate = /^\/rates\/(\d+)/.exec(pointer)?.[1]
  if (rate) return `/${ratesIn(values)[Number(rate)]}`
  const [, code, part] = /^\/(?:thresholds|parameters)\/(\w+)(?:\/(\w+))?$/.exec(pointer) ?? []
  const field = code && Object.keys(values).find((name) => name.endsWith(part ? `_${code}.${part}` : `_${code}`))
  return field
    ? `/${field}`
    : pointer.replace(/^\/thresholds\/(\w+)$/, '/threshold_$1').replace(/^\/district_codes\/\d+$/, '/district_codes')
}

const COLUMNS = {
  month: { zh: '月份', en: 'Month' },
  district_name: { zh: '区县', en: 'District' },
  level: { zh: '等级', en: 'Level' },
  people: { zh: '人数', en: 'People' },
  today_people: { zh: '现行：领取人数', en: 'Today: paid' },
  today_fen: { zh: '现行：金额（元）', en: 'Today: yuan' },
  draft_people: { zh: '草案：领取人数', en: 'Draft: paid' },
  draft_fen: { zh: '草案：金额（元）', en: 'Draft: yuan' },
  winners: { zh: '增加人数', en: 'Get more' },
  gained_fen: { zh: '增加（元）', en: 'More, yuan' },
  losers: { zh: '减少人数', en: 'Get less' },
  lost_fen: { zh: '减少（元）', en: 'Less, yuan' },
} as const

function figuresWorkbook(figures: FigureView[], lang: Lang): Promise<Uint8Array> {
  const keys = Object.keys(COLUMNS) as (keyof typeof COLUMNS)[]
  const whole = inLanguage(lang, { zh: '全部月份（每人一次）', en: 'whole time, everybody once' })
  const cell = (figure: FigureView, key: keyof typeof COLUMNS) => {
    if (key === 'month') return figure.month ?? whole
    if (key === 'level' && figure.payee === 'organisation') return inLanguage(lang, { zh: '机构', en: 'organisations' })
    if (key === 'level') return figure.level ? inLanguage(lang, LEVELS[figure.level]!) : '—'
    return figure[key]
  }
  return writeWorkbook([
    {
      name: inLanguage(lang, { zh: '测算', en: 'Simulation' }),
      columns: keys.map((key) => ({
        header: inLanguage(lang, COLUMNS[key]),
        format: key.endsWith('_fen')
          ? ('yuan' as const)
          : ['month', 'district_name', 'level'].includes(key)
            ? ('text' as const)
            : ('number' as const),
      })),
      rows: figures.map((figure) => keys.map((key) => cell(figure, key))),
    },
  ])
}
