/** Lists: filters, a table that turns into cards on a phone, paging by cursor, and the bar for chosen rows. */
import type { Child, PropsWithChildren } from 'hono/jsx'
import { IdPrefix } from './field-ids.ts'
import { Empty } from './parts.tsx'
import { useWords } from './words.ts'

/** Fetches the same page and takes only its list; the link or form works without it. */
const LIST = { 'hx-target': '#list', 'hx-select': '#list', 'hx-swap': 'outerHTML', 'hx-push-url': 'true' }

/**
 * A form above a `Results`; text of type `search` and every select apply at once when scripts run. With `personal` the fields `q`,
 * `name` and `number` never stand in an address: the form posts, and is sent on to the list with what was typed sealed.
 */
export function Filters({
  action,
  count,
  personal,
  children,
}: PropsWithChildren<{ action: string; count?: string | undefined; personal?: boolean }>) {
  const w = useWords()
  const [method, to] = personal ? (['post', '/console/search'] as const) : (['get', action] as const)
  return (
    <>
      <search>
        <form
          class="filters"
          method={method}
          action={to}
          {...{ [`hx-${method}`]: to }}
          hx-trigger="submit, change target:select, input target:[type=search] changed delay:300ms"
          hx-select-oob="#count:innerHTML"
          {...LIST}
        >
          {personal && <input type="hidden" name="to" value={action} />}
          <IdPrefix.Provider value="filter">{children}</IdPrefix.Provider>
          <div class="actions">
            <button type="submit" class="button primary">
              {w('查询', 'Search')}
            </button>
            <a class="button" href={action}>
              {w('重置', 'Reset')}
            </a>
          </div>
        </form>
      </search>
      <p id="count" class="quiet" role="status">
        {count}
      </p>
    </>
  )
}

/** What filters, sorting and paging replace: the table and its pager. One a page. */
export function Results({ children }: PropsWithChildren) {
  return <div id="list">{children}</div>
}

export interface Column {
  key: string
  label: string
  numeric?: boolean
  /** makes the heading a link; `order` is set on the column the rows are sorted by */
  sort?: { href: string; order: 'ascending' | 'descending' | null } | undefined
}

export interface Row {
  /** by column key; the first column names the row */
  cells: Record<string, Child>
  /** value of its tick box, in a table with `select` */
  id?: string
  /** its tick box is on, when a refused form is shown again */
  ticked?: boolean
  /** whom or what the tick box chooses, for screen readers */
  label?: string
  /** keys of cells with a fault: framed in red; say the fault in words in another cell */
  marked?: string[]
  /** opens below the row under `details` */
  detail?: Child
}

export interface TableProps {
  /** read out by screen readers; not seen */
  caption: string
  columns: Column[]
  rows: Row[]
  /** shown instead of a table without rows */
  empty: Child
  /** name of the tick boxes; put the table in a form with an `ActionBar` */
  select?: string | undefined
  /** label of what opens a row's `detail`: 依据 */
  details?: string | undefined
}

export function Table({ caption, columns, rows, empty, select, details }: TableProps) {
  const w = useWords()
  if (rows.length === 0) return typeof empty === 'string' ? <Empty title={empty} /> : empty
  const width = columns.length + (select ? 1 : 0) + (details ? 1 : 0)
  return (
    <section class="scroll" tabindex={0} aria-label={caption}>
      <table>
        <caption class="unseen">{caption}</caption>
        <thead>
          <tr>
            {select && (
              <td class="tick" data-l={w('全选本页', 'Select this page')}>
                <input type="checkbox" data-select-all={select} aria-label={w('全选本页', 'Select this page')} />
              </td>
            )}
            {columns.map((column) => (
              <Heading column={column} />
            ))}
            {details && <td />}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <>
              <tr>
                {select && (
                  <td class="tick">
                    <input type="checkbox" name={select} value={row.id} checked={row.ticked} aria-label={row.label} />
                  </td>
                )}
                {columns.map((column, index) => (
                  <Cell column={column} first={index === 0} marked={row.marked?.includes(column.key) ?? false}>
                    {row.cells[column.key]}
                  </Cell>
                ))}
                {details && <td class="opener" />}
              </tr>
              {row.detail && (
                <tr class="detail">
                  <td colspan={width}>
                    <details>
                      <summary>
                        {details}
                        <span class="unseen">{row.label}</span>
                      </summary>
                      {row.detail}
                    </details>
                  </td>
                </tr>
              )}
            </>
          ))}
        </tbody>
      </table>
    </section>
  )
}

function Heading({ column: { key, label, numeric, sort } }: { column: Column }) {
  return (
    <th scope="col" class={numeric ? 'numeric' : undefined} aria-sort={sort?.order ?? undefined}>
      {sort ? (
        <a href={sort.href} id={`sort-${key}`} hx-get={sort.href} {...LIST}>
          {label}
        </a>
      ) : (
        label
      )}
    </th>
  )
}

/** Dates and spans of them, figures and words of up to seven characters stay on one line. */
const SHORT = /^([\d:.,¥*+ –-]+|.{1,7})$/u

function Cell({
  column,
  first,
  marked,
  children,
}: PropsWithChildren<{ column: Column; first: boolean; marked: boolean }>) {
  const short = typeof children === 'string' && SHORT.test(children)
  const names =
    [column.numeric && 'numeric', short && 'short', marked && 'marked'].filter(Boolean).join(' ') || undefined
  return first ? (
    <th scope="row" class={names} data-l={column.label}>
      {children}
    </th>
  ) : (
    <td class={names} data-l={column.label}>
      {children}
    </td>
  )
}

/** Paging by cursor: forward by link, back by the browser or from the start. */
export function Pager({ next, first }: { next: string | null; first?: string | null | undefined }) {
  const w = useWords()
  if (!next && !first) return null
  return (
    <nav class="pager" aria-label={w('翻页', 'Pages')}>
      {first && (
        <a class="button" id="page-first" href={first} hx-get={first} {...LIST}>
          {w('回到第一页', 'First page')}
        </a>
      )}
      {next ? (
        <a class="button" id="page-next" rel="next" href={next} hx-get={next} {...LIST}>
          {w('下一页', 'Next page')}
        </a>
      ) : (
        <span class="quiet">{w('已是最后一页', 'Last page')}</span>
      )}
    </nav>
  )
}

/**
 * The bar that stays at the foot of the window, inside the form around a table. `all` adds a tick box named `all`
 * that stands for every result of the filter, not only this page; post the filter beside it as hidden fields.
 */
export function ActionBar({
  unit,
  all,
  children,
}: PropsWithChildren<{ unit?: string | undefined; all?: string | undefined }>) {
  const w = useWords()
  return (
    <div class="action-bar">
      {unit && (
        <output data-none={w('未选择', 'None selected')} data-some={w(`已选 {n} ${unit}`, `{n} ${unit} selected`)} />
      )}
      {all && (
        <label class="tick">
          <input type="checkbox" name="all" value="true" /> {all}
        </label>
      )}
      <div class="actions">{children}</div>
    </div>
  )
}
