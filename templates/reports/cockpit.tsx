/** The city on one page: figures, charts with their tables, and the divisions as a map of tiles. */
import { Chart, type ChartProps } from '../chart.tsx'
import { Field, type Option } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'
import { type Kpi, Kpis } from '../parts.tsx'
import { Filters, Results } from '../table.tsx'
import { useWords, words } from '../words.ts'

interface Choice {
  value: string
  options: Option[]
}

export interface CockpitProps {
  frame: Frame
  /** `YYYY-MM-DD HH:MM`, Asia/Shanghai */
  as_of: string
  filters: { year: Choice; workforce: Choice; district_code: Choice }
  kpis: Kpi[]
  /** development over time, beside each other */
  charts: ChartProps[]
  /** one figure a division, `text` as read: drawn as bars, and as a map of those that have a place in it */
  divisions: { title: string; unit: string; export_href?: string | undefined; rows: DivisionFigure[] }
}

interface DivisionFigure {
  code: string
  name: string
  value: number
  text: string
}

export function Cockpit(props: CockpitProps) {
  const { frame, filters } = props
  const w = words(frame.lang)
  return (
    <Page
      {...frame}
      charts
      heading={w('驾驶舱', 'Cockpit')}
      actions={
        <button type="button" class="button" data-print hidden>
          {w('打印', 'Print')}
        </button>
      }
    >
      <Filters action="/console/cockpit" count={w(`数据截至 ${props.as_of}`, `As of ${props.as_of}`)}>
        <Field label={w('年度', 'Year')} name="year" type="select" {...filters.year} />
        <Field label={w('队伍', 'Workforce')} name="workforce" type="select" {...filters.workforce} />
        <Field label={w('区县', 'Division')} name="district_code" type="select" {...filters.district_code} />
      </Filters>
      <Results>
        <Kpis items={props.kpis} />
        <div class="charts">
          {props.charts.map((chart) => (
            <Chart {...chart} />
          ))}
          <Divisions {...props.divisions} />
        </div>
      </Results>
    </Page>
  )
}

function Divisions({ title, unit, export_href, rows }: CockpitProps['divisions']) {
  const w = useWords()
  return (
    <Chart
      title={title}
      kind="bars"
      unit={unit}
      category={w('区县', 'Division')}
      columns={[{ label: unit, plotted: true }]}
      rows={rows.map(({ name, value, text }) => ({ label: name, cells: [{ value, text }] }))}
      export_href={export_href}
    >
      <Tiles title={title} rows={rows} />
    </Chart>
  )
}

/** Column and row of each division of Hangzhou, roughly as on the map; others are in the bars alone. */
const PLACES: Record<string, [number, number]> = {
  '330110': [2, 0],
  '330113': [3, 0],
  '330112': [1, 1],
  '330106': [2, 1],
  '330105': [3, 1],
  '330114': [4, 1],
  '330111': [1, 2],
  '330102': [2, 2],
  '330108': [3, 2],
  '330109': [4, 2],
  '330127': [0, 3],
  '330122': [1, 3],
  '330182': [0, 4],
}

function Tiles({ title, rows }: { title: string; rows: DivisionFigure[] }) {
  const w = useWords()
  const placed = rows.filter(({ code }) => PLACES[code])
  const most = Math.max(...placed.map(({ value }) => value), 1)
  if (placed.length < 2) return null
  return (
    <svg class="tiles" viewBox="0 0 500 320" role="img" aria-label={w(`${title}（方格地图）`, `${title} (tile map)`)}>
      {placed.map(({ code, name, value, text }) => {
        const [column, row] = PLACES[code] ?? [0, 0]
        return (
          <g class={`tile-${Math.ceil((4 * value) / most)}`}>
            <rect x={column * 100 + 2} y={row * 64 + 2} width="96" height="60" rx="6" />
            <text x={column * 100 + 50} y={row * 64 + 27}>
              {name}
            </text>
            <text x={column * 100 + 50} y={row * 64 + 48} class="figure">
              {text}
            </text>
          </g>
        )
      })}
    </svg>
  )
}
