/** Confirmation before results are locked, and before they are published. */

import type { Closing } from '../../src/training/assessment-progress.ts'
import { isIn } from '../../src/training/rules.ts'
import type { ClassView, EnrolmentView } from '../../src/training/shapes.ts'
import { Confirm, Field, Form, type FormError } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'
import { Card, Kpis, Notice } from '../parts.tsx'
import { words } from '../words.ts'

export interface ResultClosingProps {
  frame: Frame
  group: ClassView
  closing: Closing | null
  members: EnrolmentView[]
  missing: EnrolmentView[]
  open_entries: number
  appeal_days: number
  errors: FormError[]
}

export function ResultClosingPage(props: ResultClosingProps) {
  const { frame, group, closing, members, missing, open_entries, appeal_days, errors } = props
  const w = words(frame.lang)
  const back = `/console/classes/${group.id}/results`
  const people = w('人', 'people')
  const results = members.filter((member) => isIn(member) && member.result)
  const passed = results.filter(({ result }) => result!.passed).length
  return (
    <Page
      {...frame}
      heading={closing ? w('公布成绩', 'Publish the results') : w('锁定成绩', 'Lock the results')}
      back={{ href: back, label: group.name }}
    >
      <Kpis
        items={[
          { label: w('有成绩', 'With a result'), value: results.length, unit: people },
          { label: w('合格', 'Passed'), value: passed, unit: people, tone: 'good' },
          {
            label: w('缺成绩', 'Missing'),
            value: missing.length,
            unit: people,
            tone: missing.length > 0 ? 'warn' : 'plain',
          },
          {
            label: w('录入未完成', 'Entries open'),
            value: open_entries,
            unit: w('项', 'marks'),
            tone: open_entries > 0 ? 'bad' : 'plain',
          },
        ]}
      />
      {closing?.published_at ? (
        <Notice tone="good">{w('成绩已公布。', 'The results are published.')}</Notice>
      ) : closing ? (
        <Confirm
          action={`/console/classes/${group.id}/result-publication`}
          errors={errors}
          submit={w('公布成绩', 'Publish')}
          cancel={back}
        >
          <p>
            {w(
              `公布后培训机构、用人单位和学员本人都能看到成绩，${appeal_days} 天内可以申诉。`,
              `After this the trainer, the employer and the carer see the results, and may appeal within ${appeal_days} days.`,
            )}
          </p>
        </Confirm>
      ) : (
        <Card>
          <p>
            {w(
              '锁定后成绩只能写明原因更正或补录，或由申诉处理更正；补考不受影响。',
              'After this a mark changes with a reason, or by the decision of an appeal; re-sits go on.',
            )}
          </p>
          {missing.length > 0 && (
            <p>
              {w('还没有成绩：', 'Without a result: ')}
              {missing.map(({ person_name }) => person_name).join(w('、', ', '))}
            </p>
          )}
          <Form
            action={`/console/classes/${group.id}/result-lock`}
            errors={errors}
            submit={w('锁定成绩', 'Lock')}
            cancel={back}
          >
            {missing.length > 0 && (
              <Field
                type="checkbox"
                name="with_missing"
                label={w('缺少以上人员的成绩，仍然锁定', 'Lock without the results of these people')}
              />
            )}
          </Form>
        </Card>
      )}
    </Page>
  )
}
