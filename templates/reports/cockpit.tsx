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
  /** one figure a division, the first of its cells: drawn as bars, and as a map of those that have a place in it */
  divisions: Pick<ChartProps, 'title' | 'unit' | 'columns' | 'export_href'> & { rows: DivisionRow[] }
}

/** `href` leads to the people counted */
type DivisionRow = ChartProps['rows'][number] & { code: string }

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

function Divisions(props: CockpitProps['divisions']) {
  const w = useWords()
  return (
    <Chart {...props} kind="bars" category={w('区县', 'Division')}>
      <Tiles title={props.title} rows={props.rows} />
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

function Tiles({ title, rows }: { title: string; rows: DivisionRow[] }) {
  const w = useWords()
  const placed = rows.filter(({ code }) => PLACES[code])
  const most = Math.max(...placed.map(({ cells }) => cells[0]!.value), 1)
  if (placed.length < 2) return null
  return (
    <nav aria-label={w(`${title}（方格地图）`, `${title} (tile map)`)}>
      <svg class="tiles" viewBox="0 0 500 320">
        <title>{w(`${title}（方格地图）`, `${title} (tile map)`)}</title>
        {placed.map(({ code, label, href, cells: [figure] }) => {
          const [column, row] = PLACES[code] ?? [0, 0]
          return (
            <a href={href} class={`tile-${Math.ceil((4 * figure!.value) / most)}`}>
              <rect x={column * 100 + 2} y={row * 64 + 2} width="96" height="60" rx="6" />
              <text x={column * 100 + 50} y={row * 64 + 27}>
                {label}
              </text>
              <text x={column * 100 + 50} y={row * 64 + 48} class="figure">
                {figure!.text}
              </text>
            </a>
          )
        })}
      </svg>
    </nav>
  )
}
