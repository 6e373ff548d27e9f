/** Objections to months as the authority answers them: those that wait, and the answered. */
import type { MonthObjectionRow } from '../../src/allowances/objection-shapes.ts'
import type { FormError } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'
import { Card, Empty, Facts, Notice, Tabs } from '../parts.tsx'
import { Pager } from '../table.tsx'
import { useWords, words } from '../words.ts'
import { AnswerForm, answerFacts } from './objection-answer.tsx'

type Item = Omit<MonthObjectionRow, 'filed_at' | 'answered_at'> & { filed_at: string; answered_at: string | null }

export interface MonthObjectionsProps {
  frame: Frame
  here: string
  tab: 'waiting' | 'answered'
  items: Item[]
  may_answer: boolean
  /** whose form was refused */
  of: string | null
  values: Record<string, string>
  errors: FormError[]
  next: string | null
}

export function MonthObjections(props: MonthObjectionsProps) {
  const { frame, here, tab, items, of, errors, next } = props
  const w = words(frame.lang)
  const tabs = [
    { label: w('待答复', 'Waiting'), href: here, current: tab === 'waiting' },
    { label: w('已答复', 'Answered'), href: `${here}?tab=answered`, current: tab === 'answered' },
  ]
  return (
    <Page {...frame} heading={w('津贴异议', 'Objections to months')}>
      <Tabs label={w('异议', 'Objections')} items={tabs} />
      {of !== null &&
        !items.some(({ id }) => id === of) &&
        errors.map(({ message }) => <Notice tone="bad">{message}</Notice>)}
      {items.length === 0 && <Empty title={w('没有异议。', 'No objection.')} />}
      {items.map((item) => (
        <ObjectionCard {...props} item={item} failed={of === item.id} />
      ))}
      <Pager next={next} />
    </Page>
  )
}

function ObjectionCard({
  item,
  here,
  may_answer,
  failed,
  values,
  errors,
}: MonthObjectionsProps & { item: Item; failed: boolean }) {
  const w = useWords()
  return (
    <Card title={`${item.person_name} ${item.month}`}>
      <Facts
        items={[
          { label: w('政策', 'Scheme'), value: `${item.scheme_name} ${item.district_name}` },
          { label: w('提出', 'Filed'), value: item.filed_at },
          { label: w('内容', 'Statement'), value: item.statement },
          {
            label: w('依据', 'Why and why not'),
            value: (
              <a href={`/console/people/${item.person_id}/allowance-months`}>
                {w('逐月津贴', 'Months')}
                <span class="unseen">{item.person_name}</span>
              </a>
            ),
          },
          ...(item.run_id
            ? [
                {
                  label: w('公示', 'Publicity'),
                  value: (
                    <a href={`/console/runs/${item.run_id}/publicity`}>
                      {w('名单公示中，答复后才能审批', 'on the published list, whose approval waits')}
                    </a>
                  ),
                },
              ]
            : []),
          ...answerFacts(item, w),
        ]}
      />
      {may_answer && item.upheld === null && (
        <AnswerForm
          action={`${here}/${item.id}/answer`}
          id={item.id}
          upheld={w('成立（更正数据后随批次补发或追回）', 'yes: the facts are corrected, and the next run carries it')}
          values={failed ? values : {}}
          errors={failed ? errors : []}
        />
      )}
    </Card>
  )
}
