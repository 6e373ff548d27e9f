/** The list of class filings by state. */
import { daysOf } from '../../src/platform/calendar.ts'
import { inLanguage } from '../../src/platform/errors.ts'
import { FILING_STATES, type FilingState } from '../../src/training/filing-rules.ts'
import type { FilingView } from '../../src/training/filing-shapes.ts'
import { CONFIDENCES } from '../../src/training/rules.ts'
import { type Frame, Page } from '../layout.tsx'
import { Empty, Tabs, Tag, type Tone } from '../parts.tsx'
import { Pager, Results, Table } from '../table.tsx'
import { useWords, words } from '../words.ts'

export const FILING_TONES: Record<FilingState, Tone> = {
  filed: 'warn',
  filing_accepted: 'good',
  filing_returned: 'bad',
  lapsed: 'plain',
}

/** Says that a filing came late, and when it was due. */
export function Late({ filing }: { filing: Pick<FilingView, 'late' | 'due_on'> }) {
  const w = useWords()
  return filing.late ? <Tag tone="bad">{w(`逾期，应于 ${filing.due_on} 前`, `late, due ${filing.due_on}`)}</Tag> : null
}

/** Where a deadline is written, and how sure that is. */
export function Source({ citation, confidence }: { citation: string; confidence: string }) {
  const w = useWords()
  const sure = CONFIDENCES[confidence as keyof typeof CONFIDENCES]
  return (
    <>
      {citation} <small class="quiet">{w(`（${sure?.zh ?? confidence}）`, ` (${sure?.en ?? confidence})`)}</small>
    </>
  )
}

export interface FilingsProps {
  frame: Frame
  state: FilingState | ''
  counts: Partial<Record<FilingState, number>>
  items: FilingView[]
  next: string | null
}

export function Filings({ frame, state, counts, items, next }: FilingsProps) {
  const w = words(frame.lang)
  return (
    <Page {...frame} heading={w('开班备案', 'Class filings')}>
      <Tabs
        label={w('状态', 'State')}
        items={[
          { label: w('全部', 'All'), href: '/console/class-filings', current: state === '' },
          ...(Object.keys(FILING_STATES) as FilingState[]).map((one) => ({
            label: inLanguage(frame.lang, FILING_STATES[one]),
            href: `/console/class-filings?state=${one}`,
            current: state === one,
            count: counts[one] ?? 0,
          })),
        ]}
      />
      <Results>
        <Table
          caption={w('开班备案', 'Class filings')}
          empty={<Empty title={w('这里还没有备案。', 'No filing here yet.')} />}
          columns={[
            { key: 'name', label: w('班名', 'Class') },
            { key: 'trainer', label: w('培训机构', 'Trainer') },
            { key: 'days', label: w('起止', 'Days') },
            { key: 'people', label: w('学员', 'People'), numeric: true },
            { key: 'filed', label: w('提交', 'Filed') },
            { key: 'state', label: w('状态', 'State') },
          ]}
          rows={items.map((item) => ({
            cells: {
              name: <a href={`/console/class-filings/${item.id}`}>{item.class_name}</a>,
              trainer: item.organisation_name,
              days: daysOf(item),
              people: item.people,
              filed: (
                <>
                  {item.filed_on} <Late filing={item} />
                </>
              ),
              state: <Tag tone={FILING_TONES[item.state]}>{inLanguage(frame.lang, FILING_STATES[item.state])}</Tag>,
            },
          }))}
        />
        <Pager next={next} />
      </Results>
    </Page>
  )
}
