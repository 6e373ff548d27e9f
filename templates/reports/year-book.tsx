/** The year book: a row a district, every pass rate beside both its numbers. */
import type { Workforce } from '../../src/people/rules.ts'
import { WORKFORCES } from '../../src/people/rules.ts'
import { inLanguage } from '../../src/platform/errors.ts'
import { formatYuan } from '../../src/platform/money.ts'
import type { YearFigures } from '../../src/reports/allowance-shapes.ts'
import { rateText } from '../../src/reports/rules.ts'
import type { YearBook } from '../../src/reports/year-book.ts'
import { Field } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'
import { Card, DownloadLink } from '../parts.tsx'
import { Filters, Results, Table } from '../table.tsx'
import { words } from '../words.ts'
import { PaperFoot, PaperHead, type PaperProps } from './paper.tsx'

const BOOK = '/console/year-book'

export interface YearBookProps {
  frame: Frame
  book: YearBook
  workforce: Workforce | undefined
  years: number[]
  paper: PaperProps
  file_href: string
}

export function YearBookPage({ frame, book, workforce, years, paper, file_href }: YearBookProps) {
  const w = words(frame.lang)
  const report = (district_code: string) =>
    `/console/allowance-report?${new URLSearchParams({ year: `${book.year}`, district_code, by: 'month', ...(workforce && { workforce }) })}`
  return (
    <Page {...frame} heading={w(`年鉴 · ${book.year}`, `Year book · ${book.year}`)}>
      <Filters action={BOOK}>
        <Field
          label={w('年度', 'Year')}
          name="year"
          type="select"
          value={`${book.year}`}
          options={years.map((year) => ({ value: `${year}`, label: `${year}` }))}
        />
        <Field
          label={w('队伍', 'Workforce')}
          name="workforce"
          type="select"
          value={workforce ?? ''}
          options={[
            { value: '', label: w('全部', 'All') },
            ...Object.entries(WORKFORCES).map(([value, label]) => ({ value, label: inLanguage(frame.lang, label) })),
          ]}
        />
      </Filters>
      <Results>
        <PaperHead {...paper} />
        <Card
          title={w('各区县', 'By district')}
          actions={
            <DownloadLink href={file_href} note="XLSX">
              {w('下载年鉴', 'Download')}
            </DownloadLink>
          }
        >
          <Table
            caption={w('年鉴', 'Year book')}
            empty={w('没有区县。', 'No district.')}
            columns={[
              { key: 'district', label: w('区县', 'District') },
              { key: 'people', label: w('发放人数', 'People paid'), numeric: true },
              { key: 'months', label: w('人月', 'Months'), numeric: true },
              { key: 'paid', label: w('发放', 'Paid'), numeric: true },
              { key: 'difference', label: w('其中补发与差额', 'Of it corrections'), numeric: true },
              { key: 'recovered', label: w('追回', 'Recovered'), numeric: true },
              { key: 'net', label: w('净额', 'Net'), numeric: true },
              { key: 'certificates', label: w('发证', 'Certificates'), numeric: true },
              { key: 'classes', label: w('培训班', 'Classes'), numeric: true },
              { key: 'pass', label: w('合格率（合格/参评）', 'Passed'), numeric: true },
            ]}
            rows={[
              ...book.items.map(({ district_code, district_name, ...row }) => ({
                cells: { district: <a href={report(district_code)}>{district_name}</a>, ...figureCells(row) },
              })),
              { cells: { district: <strong>{w('合计', 'Total')}</strong>, ...figureCells(book.totals) } },
            ]}
          />
          <p class="quiet">
            {w(
              '人数：一年中发放过至少一次的人，合计中每人只计一次；金额按批次月份，发证按签发机构、培训班按培训机构所在区县。',
              'People: paid at least once in the year, everybody once in the total. Money by month of the run; certificates by the issuer’s, classes by the institution’s district.',
            )}
          </p>
          <PaperFoot {...paper} />
        </Card>
      </Results>
    </Page>
  )
}

function figureCells(row: YearFigures) {
  const count = (value: number) => value.toLocaleString('en-US')
  return {
    people: count(row.people),
    months: count(row.months),
    paid: formatYuan(row.paid_fen),
    difference: formatYuan(row.difference_fen),
    recovered: formatYuan(row.recovered_fen),
    net: formatYuan(row.amount_fen),
    certificates: count(row.certificates),
    classes: count(row.classes),
    pass: rateText(row.pass_rate),
  }
}
