/** A filing as the division reads it and decides on it. */
import { daysOf } from '../../src/platform/calendar.ts'
import { inLanguage } from '../../src/platform/errors.ts'
import { FILING_STATES } from '../../src/training/filing-rules.ts'
import type { FilingView } from '../../src/training/filing-shapes.ts'
import type { SessionView } from '../../src/training/session-shapes.ts'
import { ErrorSummary, Field, Form, type FormError } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'
import { Card, Facts } from '../parts.tsx'
import { Table } from '../table.tsx'
import { words } from '../words.ts'
import { FILING_TONES, Late, Source } from './filings.tsx'
import { PlaceOf, SessionFlags } from './session-form.tsx'

export interface FilingPageProps {
  frame: Frame
  filing: FilingView
  sessions: SessionView[]
  may_decide: boolean
  values: Record<string, string>
  errors: FormError[]
}

export function FilingPage({ frame, filing, sessions, may_decide, values, errors }: FilingPageProps) {
  const w = words(frame.lang)
  return (
    <Page
      {...frame}
      heading={filing.class_name}
      tag={{ tone: FILING_TONES[filing.state], text: inLanguage(frame.lang, FILING_STATES[filing.state]) }}
      back={{ href: '/console/class-filings', label: w('开班备案', 'Class filings') }}
      actions={
        <a class="button" href={`/console/classes/${filing.class_id}`}>
          {w('查看培训班', 'Open the class')}
        </a>
      }
    >
      <Card>
        <Facts
          items={[
            { label: w('培训机构', 'Trainer'), value: filing.organisation_name },
            { label: w('起止', 'Days'), value: daysOf(filing) },
            {
              label: w('提交', 'Filed'),
              value: (
                <>
                  {filing.filed_on} <Late filing={filing} />
                </>
              ),
            },
            {
              label: w('期限', 'Due'),
              value: filing.due_on ?? w('没有生效的期限规定', 'no rule in force'),
            },
            ...(filing.citation
              ? [
                  {
                    label: w('出处', 'Source'),
                    value: <Source citation={filing.citation} confidence={filing.confidence!} />,
                  },
                ]
              : []),
            { label: w('学员', 'People'), value: w(`${filing.people} 人`, filing.people.toString()) },
            {
              label: w('课程表', 'Timetable'),
              value: w(
                `${filing.sessions} 次课，${filing.hours} 学时`,
                `${filing.sessions} sessions, ${filing.hours} hours`,
              ),
            },
            { label: w('说明', 'Note'), value: filing.note ?? '—' },
            ...(filing.state !== 'filed' && filing.reason
              ? [{ label: w('处理意见', 'Decision'), value: filing.reason }]
              : []),
          ]}
        />
      </Card>
      <Table
        caption={w('课程表', 'Timetable')}
        empty={w('还没有排课。', 'No session yet.')}
        columns={[
          { key: 'day', label: w('日期', 'Day') },
          { key: 'topic', label: w('主题', 'Topic') },
          { key: 'hours', label: w('学时', 'Hours'), numeric: true },
          { key: 'place', label: w('时间、场地、教师', 'Time, venue, teacher') },
        ]}
        rows={sessions.map((session) => ({
          cells: {
            day: session.held_on,
            topic: session.topic,
            hours: session.hours,
            place: (
              <>
                <PlaceOf session={session} />
                <SessionFlags flags={session.flags} />
              </>
            ),
          },
        }))}
      />
      {may_decide ? (
        <Card title={w('处理备案', 'Decide')}>
          <Form
            action={`/console/class-filings/${filing.id}/decision`}
            errors={errors}
            submit={w('提交处理', 'Decide')}
          >
            <Field
              label={w('处理', 'Decision')}
              name="accepted"
              type="select"
              required
              value={values.accepted}
              options={[
                { value: '', label: w('请选择', 'Choose') },
                { value: 'true', label: w('受理', 'Accept') },
                { value: 'false', label: w('退回', 'Return') },
              ]}
            />
            <Field
              label={w('意见', 'Reason')}
              name="reason"
              type="textarea"
              value={values.reason}
              hint={w('退回时必填，培训机构会收到', 'Required for a return; the institution hears it')}
            />
          </Form>
        </Card>
      ) : (
        <ErrorSummary errors={errors} />
      )}
    </Page>
  )
}
