/** The figures of a year, read in four statements, and those that matter first. */
import type { Kpi } from '../../templates/parts.tsx'
import type { Words } from '../../templates/words.ts'
import type { Workforce } from '../people/rules.ts'
import { addMonths, firstDay, type LocalDate, type Month, monthOf } from '../platform/calendar.ts'
import type { Scope } from '../platform/context.ts'
import type { Db } from '../platform/database.ts'
import { formatYuan } from '../platform/money.ts'
import { countLevels, holders, listDivisions, peopleOn, reportTraining, sumRuns } from './queries.ts'
import { lastQuarter, quarterEnds, quarterName, rangeOf, rate, rateText } from './rules.ts'

export interface Chosen {
  year: number
  district_code?: string | undefined
  workforce?: Workforce | undefined
}
export type Figures = Awaited<ReturnType<typeof readFigures>>

/** Four statements, however many divisions and quarters. */
export async function readFigures(db: Db, scope: Scope, chosen: Chosen, today: LocalDate) {
  const range = rangeOf(scope, chosen, today)
  const quarters = quarterEnds(chosen.year, today)
  const days = [...new Set([...quarters, today])]
  const from = firstDay(addMonths(lastQuarter(chosen.year, today), -15))
  return {
    ...chosen,
    today,
    quarters,
    prefix: range.prefix,
    levels: await countLevels(db, range, days),
    training: (await reportTraining(db, { ...range, from })).items,
    runs: await sumRuns(db, range),
    divisions: await listDivisions(db, scope.kind === 'division' ? scope.prefix : '-'),
  }
}

/** Each leads to the list it was counted from. */
export function kpis(figures: Figures, w: Words): Kpi[] {
  const { levels, today, year } = figures
  const { certified, expiring, ending } = holders(levels, today)
  const inPost = peopleOn(levels, today)
  const trained = trainingIn(figures, `${year}-01`, `${year}-12`)
  const quarter = lastQuarter(year, today)
  const ends = addMonths(quarter, 2)
  const waiting = figures.runs.reduce((sum, run) => sum + run.waiting, 0)
  return [
    {
      label: w('持证人数', 'With a level'),
      value: certified.toLocaleString('en-US'),
      unit: w('人', 'people'),
      note: w(
        `在岗持证率 ${rateText(rate(certified, inPost))}`,
        `${rateText(rate(certified, inPost))} of those in post`,
      ),
      href: peopleList(figures, 'valid'),
    },
    {
      label: monthOf(today).startsWith(`${year}`)
        ? w('本年培训人次', 'Trained this year')
        : w(`${year} 年培训人次`, `Trained in ${year}`),
      value: trained.people.toLocaleString('en-US'),
      unit: w('人次', 'places'),
      note: w(`评价合格率 ${rateText(trained.rate)}`, `Passed ${rateText(trained.rate)}`),
      href: '/console/classes',
    },
    {
      label:
        monthOf(today) <= ends
          ? w('本季津贴', 'Allowances this quarter')
          : w(`${quarterName(quarter)} 津贴`, `Allowances ${quarterName(quarter)}`),
      value: `¥${formatYuan(figures.runs.filter(({ month }) => quarter <= month && month <= ends).reduce((sum, run) => sum + run.amount_fen, 0))}`,
      note: w(`${quarterName(quarter)} 已审批`, `${quarterName(quarter)}, approved`),
      href: '/console/runs?status=approved',
    },
    {
      label: w('30 天内到期', 'Ending within 30 days'),
      value: expiring.toLocaleString('en-US'),
      unit: w('人', 'people'),
      href: peopleList(figures, 'expiring'),
      ...(expiring > 0 && { tone: 'warn' as const }),
    },
    {
      label: w('90 天内到期', 'Ending within 90 days'),
      value: ending.toLocaleString('en-US'),
      unit: w('人', 'people'),
      href: peopleList(figures, 'ending'),
    },
    {
      label: w('待审批次', 'Runs to approve'),
      value: waiting,
      unit: w('个', 'runs'),
      href: '/console/runs?status=submitted',
      ...(waiting > 0 && { tone: 'warn' as const }),
    },
  ]
}

function peopleList({ prefix, workforce }: Figures, certificate_status: string): string {
  return peopleIn(prefix.padEnd(6, '0'), { workforce }, { certificate_status })
}

/** The list of people of a division, narrowed as the cockpit is. */
export function peopleIn(
  district_code: string,
  { workforce }: Pick<Chosen, 'workforce'>,
  further: { certificate_status?: string; level?: string } = {},
): string {
  return `/console/people?${new URLSearchParams({ ...further, district_code, ...(workforce && { workforce }) })}`
}

/** Over the months from `from` to `to`, both included. */
export function trainingIn({ training }: Figures, from: Month, to: Month) {
  const rows = training.filter(({ month }) => from <= month && month <= to)
  const sum = (figure: 'people' | 'assessed' | 'passed') => rows.reduce((total, row) => total + row[figure], 0)
  return { people: sum('people'), rate: rate(sum('passed'), sum('assessed')) }
}
