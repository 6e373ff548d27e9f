/** The filing of a class among its own pages, and the states it has gone through. */
import { daysOf } from '../../src/platform/calendar.ts'
import { inLanguage } from '../../src/platform/errors.ts'
import { CLASS_STATES } from '../../src/training/filing-rules.ts'
import type { ClassStateView, FilingView } from '../../src/training/filing-shapes.ts'
import { ErrorSummary, Field, Form, type FormError } from '../form.tsx'
import { Card, Facts, Notice, Timeline } from '../parts.tsx'
import { words } from '../words.ts'
import { ClassFrame, type ClassFrameProps } from './class-frame.tsx'
import { Late, Source } from './filings.tsx'

interface Rule {
  days_before: number
  citation: string
  confidence: string
  due_on: string
}

export interface ClassFilingPageProps extends Omit<ClassFrameProps, 'tab' | 'actions'> {
  /** the last one */
  filing: FilingView | null
  states: (Omit<ClassStateView, 'at'> & { at: string })[]
  /** null: none is in force where the class is */
  rule: Rule | null
  today: string
  may_file: boolean
  values: Record<string, string>
  errors: FormError[]
}

export function ClassFilingPage({ filing, states, rule, today, values, errors, ...props }: ClassFilingPageProps) {
  const { frame, group } = props
  const w = words(frame.lang)
  const settled = filing && (filing.state === 'filed' || (filing.state === 'filing_accepted' && filing.current))
  const due = group.status === 'open' && !settled
  return (
    <ClassFrame {...props} tab="filing">
      {due && rule && today > rule.due_on && (
        <Notice tone="warn">
          {w(
            `备案应于 ${rule.due_on}（开班前 ${rule.days_before} 天）前提交，已经逾期；现在提交会标明逾期。`,
            `The filing was due on ${rule.due_on}, ${rule.days_before} days before the start: it is late, and will be marked so.`,
          )}
        </Notice>
      )}
      {filing && !filing.current && (
        <Notice tone="warn">
          {w(
            `备案时的起止日期是 ${daysOf(filing)}，班期已经改动，请重新备案。`,
            `It was filed for ${daysOf(filing)}; the class has other dates by now and is to be filed again.`,
          )}
        </Notice>
      )}
      {filing?.state === 'filing_returned' && due && (
        <Notice tone="bad">
          {w(
            `${filing.district_name}退回了备案：${filing.reason}`,
            `${filing.district_name} returned it: ${filing.reason}`,
          )}
        </Notice>
      )}
      <Card title={w('开班备案', 'Filing')}>
        <Facts
          items={[
            {
              label: w('期限', 'Due'),
              value: rule
                ? w(
                    `${rule.due_on}（开班前 ${rule.days_before} 天）`,
                    `${rule.due_on}, ${rule.days_before} days before the start`,
                  )
                : w('本地没有生效的期限规定', 'no rule in force here'),
            },
            ...(rule ? [{ label: w('出处', 'Source'), value: <Source {...rule} /> }] : []),
            ...(filing
              ? [
                  {
                    label: w('提交', 'Filed'),
                    value: (
                      <>
                        {filing.filed_on} · {filing.district_name} <Late filing={filing} />
                      </>
                    ),
                  },
                ]
              : []),
          ]}
        />
        {props.may_file && due ? (
          <Form
            action={`/console/classes/${group.id}/filings`}
            errors={errors}
            submit={w('提交备案', 'File the class')}
          >
            <Field
              label={w('说明', 'Note')}
              name="note"
              type="textarea"
              value={values.note}
              hint={w('课程表、师资和学员名单随班提交', 'Timetable, teachers and roster go with the class')}
            />
          </Form>
        ) : (
          <ErrorSummary errors={errors} />
        )}
      </Card>
      <Card title={w('状态记录', 'States')}>
        <Timeline
          items={states.toReversed().map((row) => ({
            at: row.at,
            title: inLanguage(frame.lang, CLASS_STATES[row.state]),
            who: row.by_name,
            body: row.reason,
          }))}
        />
      </Card>
    </ClassFrame>
  )
}
