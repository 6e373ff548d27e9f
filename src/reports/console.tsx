/** The first page after sign-in, the cockpit, and the reports as files to download. */
import { Cockpit } from '../../templates/reports/cockpit.tsx'
import { Home } from '../../templates/reports/home.tsx'
import { words } from '../../templates/words.ts'
import { frameOf, type PageCall, page } from '../access/pages.ts'
import { may } from '../access/rules.ts'
import { deedName, deedPage } from '../history/deeds.ts'
import { listDeeds } from '../history/queries.ts'
import { WORKFORCES } from '../people/rules.ts'
import { localDate, localTime } from '../platform/calendar.ts'
import type { Role } from '../platform/context.ts'
import { inLanguage, type Message, notFound } from '../platform/errors.ts'
import type { App } from '../platform/http.ts'
import { kpis, readFigures } from './cockpit.ts'
import { allowanceChart, divisions, levelChart, passChart } from './cockpit-charts.ts'
import { listDuties } from './duties.ts'
import { TASKS } from './home.ts'
import { rangeOf } from './rules.ts'
import { cockpitFilterShape } from './shapes.ts'
import { REPORTS, type ReportName, reportWorkbook } from './workbook.ts'

export function reportsConsole(app: App): void {
  page(app, '/console', 'session.own', home)
  page(app, '/console/cockpit', 'report.read', cockpit)
  page(app, '/console/reports/:file', 'report.read', async ({ c, db, context, params, query }) => {
    const name = params.file!.replace(/\.xlsx$/, '') as ReportName
    const today = localDate(context.now)
    const range = rangeOf(context.scope, cockpitFilterShape.parse(query), today)
    const { count } = REPORTS[name] ?? notFound({ zh: '报表', en: 'report' })
    return reportWorkbook(name, await count(db, range, today), range, c.get('lang'))
  })
}

async function home({ c, db, context }: PageCall) {
  const lang = c.get('lang')
  const w = (message: Message) => inLanguage(lang, message)
  const duties = await listDuties(db, context)
  const deeds = await listDeeds(db, context.actor.account_id)
  return (
    <Home
      frame={frameOf(c, w({ zh: '工作台', en: 'Home' }))}
      todos={duties.map((duty) => ({ ...duty, label: w(duty.label), unit: w(duty.unit) }))}
      tasks={TASKS[context.actor.role].map(({ label, note, href }) => ({ label: w(label), note: w(note), href }))}
      recent={deeds.map(({ at, kind, subject_kind, subject_id, reason, count }) => {
        const href = count === 1 && pageOf(context.actor.role, subject_kind, subject_id)
        const name = count === 1 ? deedName(kind, lang) : `${deedName(kind, lang)} × ${count}`
        return { at: localTime(at), title: href ? <a href={href}>{name}</a> : name, body: reason }
      })}
    />
  )
}

/** An employer enrols in classes that it knows by a page of its own. */
function pageOf(role: Role, kind: string, id: string): string | null {
  return kind === 'class' && !may(role, 'class.read') ? `/console/open-classes/${id}` : deedPage(kind, id)
}

const YEARS = 6

async function cockpit({ c, db, context, query }: PageCall) {
  const lang = c.get('lang')
  const w = words(lang)
  const today = localDate(context.now)
  const thisYear = Number(today.slice(0, 4))
  const { year = thisYear, district_code, workforce } = cockpitFilterShape.parse(query)
  const figures = await readFigures(
    db,
    context.scope,
    { year: Math.min(year, thisYear), district_code, workforce },
    today,
  )
  const all = { value: '', label: w('全部', 'All') }
  return (
    <Cockpit
      frame={frameOf(c, w('驾驶舱', 'Cockpit'))}
      as_of={localTime(context.now)}
      filters={{
        year: {
          value: `${figures.year}`,
          options: Array.from({ length: YEARS }, (_, at) => ({ value: `${thisYear - at}`, label: `${thisYear - at}` })),
        },
        workforce: {
          value: workforce ?? '',
          options: [
            all,
            ...Object.entries(WORKFORCES).map(([value, label]) => ({ value, label: inLanguage(lang, label) })),
          ],
        },
        district_code: {
          value: district_code ?? '',
          options: [all, ...figures.divisions.map(({ code, name }) => ({ value: code, label: name }))],
        },
      }}
      kpis={kpis(figures, w)}
      charts={[levelChart(figures, lang), allowanceChart(figures, w), passChart(figures, w)]}
      divisions={divisions(figures, lang)}
    />
  )
}
