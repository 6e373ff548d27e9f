/** Appeals against results: the list, filing one, deciding one. */

import { localDate } from '../../src/platform/calendar.ts'
import type { Lang } from '../../src/platform/errors.ts'
import type { AppealableRow } from '../../src/training/assessment-progress.ts'
import type { ResultAppealView } from '../../src/training/result-appeal-shapes.ts'
import { PARTS, type Part } from '../../src/training/rules.ts'
import { Field, Form, type FormError } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'
import { Card, Empty, Facts, Tabs, Tag } from '../parts.tsx'
import { Pager, Table } from '../table.tsx'
import { words } from '../words.ts'

type Marks = Record<Part, number | null> & { passed: boolean }

export interface ResultAppealsProps {
  frame: Frame
  tab: 'waiting' | 'decided'
  waiting: number
  items: ResultAppealView[]
  next: string | null
  may_decide: boolean
}

export function ResultAppeals({ frame, tab, waiting, items, next, may_decide }: ResultAppealsProps) {
  const w = words(frame.lang)
  const here = '/console/result-appeals'
  return (
    <Page {...frame} heading={w('成绩申诉', 'Appeals against results')}>
      <Tabs
        label={w('状态', 'State')}
        items={[
          { label: w('待处理', 'Waiting'), href: here, current: tab === 'waiting', count: waiting },
          { label: w('已处理', 'Decided'), href: `${here}?tab=decided`, current: tab === 'decided' },
        ]}
      />
      <Table
        caption={w('成绩申诉', 'Appeals')}
        empty={<Empty title={w('没有申诉。', 'No appeals.')} />}
        columns={[
          { key: 'person', label: w('姓名', 'Name') },
          { key: 'class', label: w('培训班', 'Class') },
          { key: 'filed', label: w('提出', 'Filed') },
          { key: 'grounds', label: w('理由', 'Grounds') },
          { key: 'before', label: w('原成绩', 'Result') },
          { key: 'state', label: w('处理', 'Decision') },
        ]}
        rows={items.map((appeal) => ({
          cells: {
            person: appeal.person_name,
            class: appeal.class_name,
            filed: localDate(appeal.filed_at),
            grounds: appeal.grounds,
            before: <MarksLine marks={appeal.before} lang={frame.lang} />,
            state: <Decision appeal={appeal} may_decide={may_decide} lang={frame.lang} />,
          },
        }))}
      />
      <Pager next={next} />
    </Page>
  )
}

function Decision({ appeal, may_decide, lang }: { appeal: ResultAppealView; may_decide: boolean; lang: Lang }) {
  const w = words(lang)
  if (appeal.upheld === null)
    return may_decide ? (
      <a class="button" href={`/console/result-appeals/${appeal.id}`}>
        {w('处理', 'Decide')}
        <span class="unseen">{appeal.person_name}</span>
      </a>
    ) : (
      <Tag tone="info">{w('待处理', 'Waiting')}</Tag>
    )
  return (
    <>
      <Tag tone={appeal.upheld ? 'good' : 'plain'}>
        {appeal.upheld ? w('成立', 'Upheld') : w('不成立', 'Dismissed')}
      </Tag>{' '}
      {appeal.after && <MarksLine marks={appeal.after} lang={lang} />}
      <small> {appeal.reason}</small>
    </>
  )
}

/** `80 / 57 不合格` */
export function MarksLine({ marks, lang }: { marks: Marks; lang: Lang }) {
  const w = words(lang)
  const points = [marks.theory, marks.practical, marks.review].filter((mark) => mark !== null).join(' / ')
  return (
    <>
      {points}{' '}
      {marks.passed ? <Tag tone="good">{w('合格', 'Passed')}</Tag> : <Tag tone="bad">{w('不合格', 'Not passed')}</Tag>}
    </>
  )
}

export interface FileAppealProps {
  frame: Frame
  result: AppealableRow
  back: string
  values: Record<string, string>
  errors: FormError[]
}

export function FileAppeal({ frame, result, back, values, errors }: FileAppealProps) {
  const w = words(frame.lang)
  return (
    <Page
      {...frame}
      heading={w('对成绩提出申诉', 'Appeal against a result')}
      back={{ href: back, label: w('成绩', 'Results') }}
    >
      <Card>
        <Facts
          items={[
            { label: w('姓名', 'Name'), value: result.person_name },
            { label: w('培训班', 'Class'), value: result.class_name },
            { label: w('成绩', 'Result'), value: <MarksLine marks={result} lang={frame.lang} /> },
            { label: w('申诉截止', 'Until'), value: result.until ?? '—' },
          ]}
        />
      </Card>
      <Card>
        <p>
          {w(
            '评价机构会复核并答复；同一成绩只复核一次，申诉成立的更正成绩并重新判定。',
            'The assessor reviews it and answers; a result is reviewed once, and corrected where the appeal is upheld.',
          )}
        </p>
        <Form
          action={`/console/enrolments/${result.enrolment_id}/appeal`}
          errors={errors}
          submit={w('提出申诉', 'File')}
          cancel={back}
        >
          <Field
            label={w('理由', 'Grounds')}
            name="grounds"
            type="textarea"
            required
            value={values.grounds}
            hint={w('哪一部分、认为哪里不对', 'which part, and what is wrong with it')}
          />
        </Form>
      </Card>
    </Page>
  )
}

export interface DecideAppealProps {
  frame: Frame
  appeal: ResultAppealView
  parts: Part[]
  values: Record<string, string>
  errors: FormError[]
}

export function DecideAppeal({ frame, appeal, parts, values, errors }: DecideAppealProps) {
  const w = words(frame.lang)
  const back = '/console/result-appeals'
  return (
    <Page
      {...frame}
      heading={w('处理成绩申诉', 'Decide an appeal')}
      back={{ href: back, label: w('成绩申诉', 'Appeals') }}
    >
      <Card>
        <Facts
          items={[
            { label: w('姓名', 'Name'), value: appeal.person_name },
            { label: w('培训班', 'Class'), value: appeal.class_name },
            { label: w('考核日期', 'Assessed on'), value: appeal.assessed_on },
            { label: w('提出', 'Filed'), value: localDate(appeal.filed_at) },
            { label: w('原成绩', 'Result'), value: <MarksLine marks={appeal.before} lang={frame.lang} /> },
            { label: w('理由', 'Grounds'), value: appeal.grounds },
          ]}
        />
      </Card>
      <Card>
        <p>
          {w(
            '成立的，填写更正后的分数，不改的留空；结业和取证资格随之重新判定。已发证的请先撤销证书。',
            'Upheld, give the marks as they should be and leave the others empty; the outcome follows. Revoke a certificate first.',
          )}
        </p>
        <Form action={`${back}/${appeal.id}`} errors={errors} submit={w('提交处理结果', 'Decide')} cancel={back}>
          <Field
            label={w('结果', 'Decision')}
            name="upheld"
            type="select"
            required
            value={values.upheld}
            options={[
              { value: '', label: w('请选择', 'Choose') },
              { value: 'false', label: w('不成立，维持原成绩', 'Dismissed: the result stands') },
              { value: 'true', label: w('成立，更正成绩', 'Upheld: the result is corrected') },
            ]}
          />
          {parts.map((part) => (
            <Field
              label={w(`更正后的${PARTS[part].zh}`, `Corrected ${PARTS[part].en}`)}
              name={part}
              value={values[part]}
              attributes={{ inputmode: 'decimal', autocomplete: 'off' }}
            />
          ))}
          <Field label={w('处理意见', 'Reason')} name="reason" type="textarea" required value={values.reason} />
        </Form>
      </Card>
    </Page>
  )
}
