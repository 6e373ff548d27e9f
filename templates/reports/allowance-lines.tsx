/** The entries of the ledger at the bottom of the way down, and what the way was narrowed to. */
import { LINE_KINDS, type LineKind } from '../../src/allowances/rules.ts'
import { inLanguage } from '../../src/platform/errors.ts'
import { formatYuan } from '../../src/platform/money.ts'
import type { BookedLine } from '../../src/reports/allowance-shapes.ts'
import { levelName } from '../allowances/words.ts'
import { type Frame, Page } from '../layout.tsx'
import { DownloadLink } from '../parts.tsx'
import { Pager, Results, Table } from '../table.tsx'
import { useWords, words } from '../words.ts'
import { PaperHead } from './paper.tsx'

const REPORT = '/console/allowance-report'

/** What the figures are narrowed to, and the way back to all. */
export function Chosen({ words: chosen }: { words: string[] }) {
  const w = useWords()
  if (chosen.length === 0) return null
  return (
    <p class="links">
      {chosen.map((one) => (
        <span class="tag plain">{one}</span>
      ))}
      <a href={REPORT}>{w('清除筛选', 'Show all')}</a>
    </p>
  )
}

export interface AllowanceLinesProps {
  frame: Frame
  place: string
  period: string
  chosen: string[]
  items: BookedLine[]
  back: string
  next: string | null
  first: string | null
  file_href: string
}

export function AllowanceLines({
  frame,
  place,
  period,
  chosen,
  items,
  back,
  next,
  first,
  file_href,
}: AllowanceLinesProps) {
  const w = words(frame.lang)
  return (
    <Page
      {...frame}
      heading={w('津贴入账明细', 'Entries of allowances')}
      back={{ href: back, label: w('津贴报表', 'Allowance report') }}
      actions={
        <DownloadLink href={file_href} note="XLSX">
          {w('下载全部明细', 'Download all')}
        </DownloadLink>
      }
    >
      <Chosen words={chosen} />
      <PaperHead place={place} period={period} />
      <Results>
        <Table
          caption={w('入账明细', 'Entries')}
          empty={w('没有入账的金额。', 'Nothing was booked.')}
          columns={[
            { key: 'name', label: w('姓名', 'Name') },
            { key: 'id_number', label: w('证件号码', 'ID number') },
            { key: 'facility', label: w('机构', 'Facility') },
            { key: 'level', label: w('等级', 'Level') },
            { key: 'run', label: w('批次', 'Run') },
            { key: 'month', label: w('所属月份', 'Month') },
            { key: 'kind', label: w('类型', 'Kind') },
            { key: 'amount', label: w('金额', 'Amount'), numeric: true },
          ]}
          rows={items.map((line) => ({
            cells: {
              name: (
                <a
                  href={
                    line.person_id
                      ? `/console/runs/${line.run_id}/lines/${line.person_id}/${line.month}`
                      : `/console/runs/${line.run_id}/organisations`
                  }
                >
                  {line.person_name}
                </a>
              ),
              id_number: line.id_number_masked ?? '—',
              facility: line.organisation_name ?? '—',
              level: levelName(line.level, frame.lang),
              run: (
                <a href={`/console/runs/${line.run_id}`}>
                  {line.run_month} {line.district_name}
                </a>
              ),
              month: line.month,
              kind: inLanguage(frame.lang, LINE_KINDS[line.kind as LineKind]),
              amount: formatYuan(line.amount_fen),
            },
          }))}
        />
        <Pager next={next} first={first} />
      </Results>
    </Page>
  )
}
