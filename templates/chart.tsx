/** A chart and the table it is drawn from: one set of figures, readable without scripts and by screen readers. */
import type { Child, PropsWithChildren } from 'hono/jsx'
import { useWords } from './words.ts'

export interface ChartProps {
  title: string
  /** `bars` lie down (many names), `columns` stand (time), `stack` is columns on top of each other */
  kind: 'bars' | 'columns' | 'stack'
  /** heading of the first column: 区县, 季度 */
  category: string
  /** `plotted` columns are drawn, the others are read in the table only */
  columns: { label: string; plotted: boolean }[]
  /** `cells` follow `columns`: the figure to draw and the words to read (`{ value: 12846, text: '¥128.46' }`) */
  rows: {
    label: string
    href?: string | undefined
    cells: { value: number; text: string; href?: string | undefined }[]
  }[]
  /** of the drawn figures: 人, 元, % */
  unit: string
  note?: Child
  export_href?: string | undefined
}

/** `children` stand beside the drawing: another view of the same figures. */
export function Chart({
  title,
  kind,
  category,
  columns,
  rows,
  unit,
  note,
  export_href,
  children,
}: PropsWithChildren<ChartProps>) {
  const w = useWords()
  return (
    <section class={`card ${kind}`} data-chart={kind} data-unit={unit}>
      <div class="head">
        <h2>{title}</h2>
        {export_href && (
          <a class="download" href={export_href}>
            {w('导出', 'Export')}
            <span class="unseen">{title}</span>
          </a>
        )}
      </div>
      {note && <p class="quiet">{note}</p>}
      <div class="drawing">
        <div
          class="canvas"
          role="img"
          aria-label={w(`${title}（图，数据见下表）`, `${title} (figures below)`)}
          hidden
        />
        {children}
      </div>
      <details open>
        <summary>{w('查看数据表', 'Show the figures')}</summary>
        <table>
          <caption class="unseen">{title}</caption>
          <thead>
            <tr>
              <th scope="col">{category}</th>
              {columns.map(({ label, plotted }) => (
                <th scope="col" class="numeric" data-plotted={plotted ? '' : undefined}>
                  {label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr>
                <th scope="row">{row.href ? <a href={row.href}>{row.label}</a> : row.label}</th>
                {row.cells.map(({ value, text, href }) => (
                  <td class="numeric">
                    <data value={`${value}`}>{href ? <a href={href}>{text}</a> : text}</data>
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </section>
  )
}
