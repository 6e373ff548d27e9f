/** What was booked, told apart by a dimension, each row a way down. */
import { WORKFORCES } from '../../src/people/rules.ts'
import { inLanguage } from '../../src/platform/errors.ts'
import { formatYuan } from '../../src/platform/money.ts'
import type { AllowanceFigures, AllowanceFilter, AllowanceSum, Dimension } from '../../src/reports/allowance-shapes.ts'
import { DIMENSIONS } from '../../src/reports/allowance-shapes.ts'
import { Field } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'
import { Card, DownloadLink, Kpis, Notice, type Tab, Tabs } from '../parts.tsx'
import { Filters, Results, Table } from '../table.tsx'
import { words } from '../words.ts'
import { Chosen } from './allowance-lines.tsx'
import { PaperFoot, PaperHead, type PaperProps } from './paper.tsx'

const REPORT = '/console/allowance-report'

export interface AllowanceReportProps {
  frame: Frame
  by: Dimension
  filter: AllowanceFilter
  paper: PaperProps
  /** what narrows the figures beside the form */
  chosen: string[]
  years: number[]
  divisions: { code: string; name: string }[]
  tabs: Tab[]
  rows: (AllowanceSum & { label: string; href: string | null; lines_href: string | null })[]
  /** rows that only the file has */
  more: number
  totals: AllowanceFigures
  lines_href: string
  file_href: string
}

export function AllowanceReport(props: AllowanceReportProps) {
  const { frame, by, filter, paper, chosen, years, divisions, tabs, rows, more, totals, lines_href, file_href } = props
  const { scheme_code, organisation_id, level, kind, for_month } = filter
  const w = words(frame.lang)
  const all = { value: '', label: w('全部', 'All') }
  return (
    <Page
      {...frame}
      heading={w(`津贴报表 · 按${DIMENSIONS[by].zh}`, `Allowances by ${DIMENSIONS[by].en.toLowerCase()}`)}
    >
      <Filters action={REPORT}>
        {Object.entries({ by, scheme_code, organisation_id, level, kind, for_month }).map(
          ([name, value]) => value !== undefined && <input type="hidden" name={name} value={`${value}`} />,
        )}
        <Field
          label={w('年度', 'Year')}
          name="year"
          type="select"
          value={`${filter.year ?? (filter.month ?? '').slice(0, 4)}`}
          options={years.map((year) => ({ value: `${year}`, label: `${year}` }))}
        />
        <Field label={w('月份', 'Month')} name="month" type="month" value={filter.month} />
        <Field
          label={w('区县', 'District')}
          name="district_code"
          type="select"
          value={filter.district_code ?? ''}
          options={[all, ...divisions.map(({ code, name }) => ({ value: code, label: name }))]}
        />
        <Field
          label={w('队伍', 'Workforce')}
          name="workforce"
          type="select"
          value={filter.workforce ?? ''}
          options={[
            all,
            ...Object.entries(WORKFORCES).map(([value, label]) => ({ value, label: inLanguage(frame.lang, label) })),
          ]}
        />
      </Filters>
      <Results>
        <Tabs label={w('汇总口径', 'By')} items={tabs} />
        <Chosen words={chosen} />
        <PaperHead {...paper} />
        <Kpis
          items={[
            { label: w('发放', 'Paid'), value: `¥${formatYuan(totals.paid_fen)}`, note: months(totals.paid_lines, w) },
            {
              label: w('追回', 'Recovered'),
              value: `¥${formatYuan(totals.recovered_fen)}`,
              note: months(totals.recovered_lines, w),
            },
            { label: w('净额', 'Net'), value: `¥${formatYuan(totals.amount_fen)}`, href: lines_href },
          ]}
        />
        {more > 0 && (
          <Notice tone="info">
            {w(
              `只显示前 ${rows.length} 行，另有 ${more} 行请下载报表或选择区县。`,
              `The first ${rows.length} rows are shown; ${more} more are in the file, or choose a district.`,
            )}
          </Notice>
        )}
        <Card
          title={w('津贴汇总', 'Sums')}
          actions={
            <DownloadLink href={file_href} note="XLSX">
              {w('下载报表', 'Download')}
            </DownloadLink>
          }
        >
          <Table
            caption={w('津贴汇总', 'Sums')}
            empty={w('这个期间没有已审批的津贴。', 'Nothing was approved in this period.')}
            columns={[
              { key: 'label', label: inLanguage(frame.lang, DIMENSIONS[by]) },
              { key: 'lines', label: w('人月', 'Months'), numeric: true },
              { key: 'paid_lines', label: w('发放人月', 'Months paid'), numeric: true },
              { key: 'paid', label: w('发放', 'Paid'), numeric: true },
              { key: 'recovered_lines', label: w('追回人月', 'Months recovered'), numeric: true },
              { key: 'recovered', label: w('追回', 'Recovered'), numeric: true },
              { key: 'net', label: w('净额', 'Net'), numeric: true },
              { key: 'entries', label: w('明细', 'Entries') },
            ]}
            rows={[
              ...rows.map(({ label, href, lines_href, ...figures }) => ({
                cells: {
                  label: href ? <a href={href}>{label}</a> : label,
                  ...figureCells(figures),
                  entries: lines_href && figures.paid_lines + figures.recovered_lines > 0 && (
                    <a href={lines_href} aria-label={w(`${label} 明细`, `Entries of ${label}`)}>
                      {w('明细', 'Entries')}
                    </a>
                  ),
                },
              })),
              ...(rows.length > 0
                ? [{ cells: { label: <strong>{w('合计', 'Total')}</strong>, ...figureCells(totals) } }]
                : []),
            ]}
          />
          <PaperFoot {...paper} />
        </Card>
      </Results>
    </Page>
  )
}

function months(count: number, w: (zh: string, en: string) => string): string {
  return w(`${count.toLocaleString('en-US')} 人月`, `${count.toLocaleString('en-US')} months`)
}

function figureCells(row: AllowanceFigures) {
  const count = (value: number) => value.toLocaleString('en-US')
  return {
    lines: count(row.lines),
    paid_lines: count(row.paid_lines),
    paid: formatYuan(row.paid_fen),
    recovered_lines: count(row.recovered_lines),
    recovered: formatYuan(row.recovered_fen),
    net: formatYuan(row.amount_fen),
  }
}
