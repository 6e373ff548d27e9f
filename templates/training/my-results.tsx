/** A carer's own results, and how to appeal against one. */
import type { Lang } from '../../src/platform/errors.ts'
import type { AppealableRow } from '../../src/training/assessment-progress.ts'
import { type Frame, Page } from '../layout.tsx'
import { Empty } from '../parts.tsx'
import { Table } from '../table.tsx'
import { words } from '../words.ts'
import { MarksLine } from './result-appeals.tsx'

/** Results of one carer, and what to do about each. */
export function MyResults({ frame, items, today }: { frame: Frame; items: AppealableRow[]; today: string }) {
  const w = words(frame.lang)
  return (
    <Page {...frame} heading={w('我的成绩', 'My results')}>
      <Table
        caption={w('我的成绩', 'My results')}
        empty={<Empty title={w('还没有成绩。', 'No results yet.')} />}
        columns={[
          { key: 'class', label: w('培训班', 'Class') },
          { key: 'day', label: w('考核日期', 'Assessed on') },
          { key: 'result', label: w('成绩', 'Result') },
          { key: 'appeal', label: w('申诉', 'Appeal') },
        ]}
        rows={items.map((row) => ({
          cells: {
            class: row.class_name,
            day: row.assessed_on,
            result: <MarksLine marks={row} lang={frame.lang} />,
            appeal: <AppealLink row={row} today={today} lang={frame.lang} />,
          },
        }))}
      />
    </Page>
  )
}

/** Where an appeal leads: to one that is filed, to filing one in time, or why neither. */
function AppealLink({ row, today, lang }: { row: AppealableRow; today: string; lang: Lang }) {
  const w = words(lang)
  if (row.appeal_id) return <a href="/console/result-appeals">{w('已提出', 'Filed')}</a>
  if (!row.until) return <>{w('成绩尚未公布', 'Not published yet')}</>
  if (today > row.until) return <>{w(`已于 ${row.until} 截止`, `Ended on ${row.until}`)}</>
  return (
    <>
      <a href={`/console/enrolments/${row.enrolment_id}/appeal`}>
        {w('申诉', 'Appeal')}
        <span class="unseen">{row.person_name}</span>
      </a>
      <small> {w(`${row.until} 截止`, `until ${row.until}`)}</small>
    </>
  )
}
