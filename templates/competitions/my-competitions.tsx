/** A carer's own competitions: what was published, what was appealed and answered, and the form of an appeal. */
import { moduleName } from '../../src/competitions/event-rules.ts'
import type { OwnEntryView } from '../../src/competitions/publication-shapes.ts'
import { localDate } from '../../src/platform/calendar.ts'
import { inLanguage, type Lang } from '../../src/platform/errors.ts'
import { Field, Form, type FormError } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'
import { Card, Empty, Facts, Tag } from '../parts.tsx'
import { Table } from '../table.tsx'
import { words } from '../words.ts'

/** Entries of one carer, and what to do about each. */
export function MyCompetitions({ frame, items, today }: { frame: Frame; items: OwnEntryView[]; today: string }) {
  const w = words(frame.lang)
  return (
    <Page {...frame} heading={w('我的竞赛', 'My competitions')}>
      <Table
        caption={w('我的竞赛', 'My competitions')}
        empty={<Empty title={w('还没有参加过竞赛。', 'No competition yet.')} />}
        columns={[
          { key: 'event', label: w('竞赛与项目', 'Competition and event') },
          { key: 'day', label: w('举办日期', 'Held on') },
          { key: 'rank', label: w('名次', 'Rank') },
          { key: 'marks', label: w('成绩', 'Result') },
          { key: 'award', label: w('奖项', 'Award') },
          { key: 'appeal', label: w('申诉', 'Appeal') },
        ]}
        rows={items.map((entry) => ({
          cells: {
            event: (
              <>
                {entry.competition_name}
                <br />
                {entry.event_name}
                {entry.team && `（${entry.team}）`}
              </>
            ),
            day: entry.held_on,
            rank: entry.rank ? <a href={`/r/${entry.event_id}`}>{entry.rank}</a> : '—',
            marks: marksLine(entry, frame.lang),
            award: entry.award ?? '—',
            appeal: <Appealing entry={entry} today={today} lang={frame.lang} />,
          },
        }))}
      />
    </Page>
  )
}

/** `总分 86.4167（理论 80.0000%、实操 89.1667%）` */
function marksLine({ total, modules, withdrawn_at, published_at }: OwnEntryView, lang: Lang): string {
  const w = words(lang)
  if (withdrawn_at) return w('已退赛', 'Withdrew')
  if (!published_at) return w('名次尚未公布', 'Not published yet')
  const parts = modules.map((module) => `${inLanguage(lang, moduleName(module))} ${module.percent}%`)
  return w(`总分 ${total}（${parts.join('、')}）`, `${total} in all (${parts.join(', ')})`)
}

/** What was appealed and answered; filing another in time, or why not. */
function Appealing({ entry, today, lang }: { entry: OwnEntryView; today: string; lang: Lang }) {
  const w = words(lang)
  const waiting = entry.appeals.some(({ upheld }) => upheld === null)
  return (
    <>
      {entry.appeals.map(({ grounds, filed_at, upheld, reason, decided_at }) => (
        <p>
          <Tag tone={upheld === null ? 'info' : upheld ? 'good' : 'plain'}>
            {upheld === null ? w('待处理', 'Waiting') : upheld ? w('成立', 'Upheld') : w('不成立', 'Dismissed')}
          </Tag>{' '}
          {w(`${localDate(filed_at)} 提出：${grounds}`, `Filed on ${localDate(filed_at)}: ${grounds}`)}
          {decided_at && (
            <>
              <br />
              {w(`${localDate(decided_at)} 答复：${reason}`, `Answered on ${localDate(decided_at)}: ${reason}`)}
            </>
          )}
        </p>
      ))}
      {!entry.until && entry.appeals.length === 0 && '—'}
      {entry.until && today > entry.until && <small>{w(`已于 ${entry.until} 截止`, `Ended on ${entry.until}`)}</small>}
      {entry.until && today <= entry.until && !waiting && (
        <>
          <a href={`/console/my-competitions/${entry.id}/appeal`}>
            {w('提出申诉', 'Appeal')}
            <span class="unseen">{entry.event_name}</span>
          </a>
          <small> {w(`${entry.until} 截止`, `until ${entry.until}`)}</small>
        </>
      )}
    </>
  )
}

export interface AppealOwnRankProps {
  frame: Frame
  entry: OwnEntryView
  values: Record<string, string>
  errors: FormError[]
}

export function AppealOwnRank({ frame, entry, values, errors }: AppealOwnRankProps) {
  const w = words(frame.lang)
  const back = '/console/my-competitions'
  return (
    <Page
      {...frame}
      heading={w('对名次提出申诉', 'Appeal against a rank')}
      back={{ href: back, label: w('我的竞赛', 'My competitions') }}
    >
      <Card>
        <Facts
          items={[
            { label: w('竞赛', 'Competition'), value: entry.competition_name },
            { label: w('项目', 'Event'), value: entry.event_name },
            { label: w('名次', 'Rank'), value: entry.rank ?? '—' },
            { label: w('成绩', 'Result'), value: marksLine(entry, frame.lang) },
            { label: w('奖项', 'Award'), value: entry.award ?? '—' },
            { label: w('申诉截止', 'Until'), value: entry.until ?? '—' },
          ]}
        />
      </Card>
      <Card>
        <p>
          {w(
            `由主办方“${entry.organiser_name}”复核并答复；成立的更正分数、重新排名并再次公布，答复在“我的竞赛”里看。`,
            `${entry.organiser_name} reviews and answers it; upheld, the marks are corrected and the ranking is made and published again. The answer stands under My competitions.`,
          )}
        </p>
        <Form action={`${back}/${entry.id}/appeal`} errors={errors} submit={w('提出申诉', 'File')} cancel={back}>
          <Field
            label={w('理由', 'Grounds')}
            name="grounds"
            type="textarea"
            required
            value={values.grounds}
            hint={w('哪一项、认为哪里不对', 'which part, and what is wrong with it')}
          />
        </Form>
      </Card>
    </Page>
  )
}
