/** The charts of the cockpit, each with all figures of the table beneath it. */
import type { ChartProps } from '../../templates/chart.tsx'
import type { CockpitProps } from '../../templates/reports/cockpit.tsx'
import { type Words, words } from '../../templates/words.ts'
import { LEVELS } from '../people/rules.ts'
import { addMonths, firstDay, type LocalDate, monthOf } from '../platform/calendar.ts'
import { inLanguage, type Lang } from '../platform/errors.ts'
import { formatYuan } from '../platform/money.ts'
import { type Chosen, type Figures, peopleIn, trainingIn } from './cockpit.ts'
import { holders, peopleOn } from './queries.ts'
import { percent, percentText, quarterName, rate, rateText } from './rules.ts'

const FROM_HIGHEST = [1, 2, 3, 4, 5]

export function levelChart(figures: Figures, lang: Lang): ChartProps {
  const w = words(lang)
  const { levels, quarters, today } = figures
  const people = (day: LocalDate, level: number) =>
    levels.find((row) => row.day === day && row.district_code === null && row.level === level)?.people ?? 0
  return {
    title: w('持证人数（按等级）', 'People by level'),
    kind: 'stack',
    unit: w('人', 'people'),
    category: w('季末', 'End of'),
    columns: [
      ...FROM_HIGHEST.map((level) => ({ label: levelName(level, lang), plotted: true })),
      { label: w('在岗', 'In post'), plotted: false },
      { label: w('持证率', 'With a level'), plotted: false },
    ],
    rows: quarters.map((day) => {
      const inPost = peopleOn(levels, day)
      const share = rate(holders(levels, day).certified, inPost)
      return {
        label: quarterName(day),
        cells: [
          ...FROM_HIGHEST.map((level) => count(people(day, level))),
          count(inPost),
          { value: percent(share) ?? 0, text: rateText(share) },
        ],
      }
    }),
    note:
      quarters.at(-1) === today
        ? w(`${quarterName(today)} 截至 ${today}`, `${quarterName(today)} up to ${today}`)
        : undefined,
    export_href: exportOf('workforce', figures),
  }
}

export function allowanceChart(figures: Figures, w: Words): ChartProps {
  const months = Array.from({ length: 12 }, (_, at) => addMonths(`${figures.year}-01`, at)).filter(
    (month) => firstDay(month) <= figures.today,
  )
  return {
    title: w(`${figures.year} 年各月津贴`, `Allowances by month, ${figures.year}`),
    kind: 'columns',
    unit: w('万元', '10,000 yuan'),
    category: w('月份', 'Month'),
    columns: [
      { label: w('万元', '10,000 yuan'), plotted: true },
      { label: w('净额', 'Net'), plotted: false },
      { label: w('应发人月', 'Payable'), plotted: false },
    ],
    rows: months.map((month) => {
      const run = figures.runs.find((one) => one.month === month)
      const { amount_fen, payable } = run ?? { amount_fen: 0, payable: 0 }
      return {
        label: month.slice(2),
        cells: [
          { value: amount_fen / 1_000_000, text: run ? (amount_fen / 1_000_000).toFixed(2) : '—' },
          { value: amount_fen, text: `¥${formatYuan(amount_fen)}` },
          count(payable),
        ],
      }
    }),
    note: w('已审批批次的净额（发放减追回）', 'Net of approved runs (paid less recovered)'),
    export_href: exportOf('allowances', figures),
  }
}

export function passChart(figures: Figures, w: Words): ChartProps {
  return {
    title: w('培训班评价合格率', 'Pass rate of classes'),
    kind: 'columns',
    unit: '%',
    category: w('开班季度', 'Began in'),
    columns: [
      { label: w('合格率', 'Pass rate'), plotted: true },
      { label: w('合格', 'Passed'), plotted: false },
      { label: w('参评', 'Assessed'), plotted: false },
    ],
    rows: figures.quarters.map((day) => {
      const passed = trainingIn(
        figures,
        addMonths(monthOf(day), -((Number(day.slice(5, 7)) - 1) % 3)),
        monthOf(day),
      ).rate
      return {
        label: quarterName(day),
        cells: [
          { value: percent(passed) ?? 0, text: `${percentText(passed)}\n(${passed.numerator}/${passed.denominator})` },
          count(passed.numerator),
          count(passed.denominator),
        ],
      }
    }),
    note: w('合格人次 ÷ 参评人次', 'Passed, of those assessed'),
    export_href: exportOf('training', figures),
  }
}

/** Every district and county; a city or the province itself only where somebody works for it directly. */
export function divisions(figures: Figures, lang: Lang): CockpitProps['divisions'] {
  const w = words(lang)
  const { levels, today } = figures
  const rows = figures.divisions
    .filter(({ code }) => code.startsWith(figures.prefix))
    .map((division) => ({ ...division, ...holders(levels, today, division.code) }))
    .filter(({ kind, certified }) => kind !== 'city' || certified > 0)
    .sort((a, b) => b.certified - a.certified)
  return {
    title: w('各区县持证人数', 'People with a level by division'),
    unit: w('人', 'people'),
    columns: [
      { label: w('持证', 'With a level'), plotted: true },
      ...FROM_HIGHEST.map((level) => ({ label: levelName(level, lang), plotted: false })),
      { label: w('在岗', 'In post'), plotted: false },
      { label: w('持证率', 'With a level, %'), plotted: false },
    ],
    rows: rows.map(({ code, name, certified }) => {
      const of = (level: number) =>
        levels.find((row) => row.day === today && row.district_code === code && row.level === level)?.people ?? 0
      const inPost = peopleOn(levels, today, code)
      const share = rate(certified, inPost)
      return {
        ...{ code, label: name, href: peopleIn(code, figures) },
        cells: [
          count(certified),
          ...FROM_HIGHEST.map((level) => ({
            ...count(of(level)),
            href: of(level) > 0 ? peopleIn(code, figures, { level: `${level}` }) : undefined,
          })),
          count(inPost),
          { value: percent(share) ?? 0, text: rateText(share) },
        ],
      }
    }),
    export_href: exportOf('workforce', figures),
  }
}

/** 初级工, without the figure in front */
function levelName(level: number, lang: Lang): string {
  return inLanguage(lang, LEVELS[level]!).replace(/.*\//, '')
}

function count(value: number) {
  return { value, text: value.toLocaleString('en-US') }
}

function exportOf(report: string, { year, district_code, workforce }: Chosen): string {
  return `/console/reports/${report}.xlsx?${new URLSearchParams({ year: `${year}`, ...(district_code && { district_code }), ...(workforce && { workforce }) })}`
}
