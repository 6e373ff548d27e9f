/** Sessions of a class, and the table in which the hours of everybody at one session are recorded. */
import { daysOf } from '../../src/platform/calendar.ts'
import { inLanguage } from '../../src/platform/errors.ts'
import { CHECK_IN_WAYS } from '../../src/training/check-in-rules.ts'
import { SESSION_PARTS } from '../../src/training/rules.ts'
import type { SessionView } from '../../src/training/session-shapes.ts'
import type { ClassView, EnrolmentView } from '../../src/training/shapes.ts'
import type { Places } from '../../src/training/venue-shapes.ts'
import { ErrorSummary, Field, Form, type FormError } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'
import { Card, Empty } from '../parts.tsx'
import { ActionBar, Table } from '../table.tsx'
import { words } from '../words.ts'
import { ClassFrame, type ClassFrameProps } from './class-frame.tsx'
import { Entry } from './entry.tsx'
import { CheckInState, type CorrectionProps, Corrections, type FlagProps, Flags } from './session-blocks.tsx'
import { PlaceFields, PlaceOf, SessionFlags } from './session-form.tsx'

export interface HoursProps extends Omit<ClassFrameProps, 'tab' | 'actions'> {
  sessions: SessionView[]
  /** for the form that adds a session, where the reader may */
  places: Places | null
  values: Record<string, string>
  errors: FormError[]
}

export function Hours({ sessions, places, values, errors, ...props }: HoursProps) {
  const { frame, group } = props
  const may_change = places !== null
  const w = words(frame.lang)
  const total = sessions.reduce((sum, { hours }) => sum + hours, 0)
  return (
    <ClassFrame {...props} tab="hours">
      <p class="quiet">
        {w(
          `已排 ${sessions.length} 次课，共 ${total} 学时；每人至少到课 ${group.required_hours} 学时才能参加考核。`,
          `${sessions.length} sessions, ${total} hours; everybody needs ${group.required_hours} hours to be assessed.`,
        )}
      </p>
      <Table
        caption={w('课次', 'Sessions')}
        empty={
          <Empty
            title={
              may_change
                ? w('还没有课次，请在下面新增。', 'No session yet; add one below.')
                : w('还没有课次。', 'No session yet.')
            }
          />
        }
        columns={[
          { key: 'day', label: w('日期', 'Day') },
          { key: 'topic', label: w('主题', 'Topic') },
          { key: 'part', label: w('类别', 'Part') },
          { key: 'place', label: w('时间、场地、教师', 'Time, venue, teacher') },
          { key: 'hours', label: w('学时', 'Hours'), numeric: true },
          { key: 'present', label: w('到课人数', 'Present'), numeric: true },
          { key: 'action', label: w('操作', 'Action') },
        ]}
        rows={sessions.map((session) => ({
          cells: {
            day: session.held_on,
            topic: session.topic,
            part: inLanguage(frame.lang, SESSION_PARTS[session.part as keyof typeof SESSION_PARTS]),
            place: (
              <>
                <PlaceOf session={session} />
                <SessionFlags flags={session.flags} />
              </>
            ),
            hours: session.hours,
            present: `${session.present} / ${group.people}`,
            action: (
              <>
                <a href={`/console/sessions/${session.id}`}>
                  {may_change ? w('登记学时', 'Record hours') : w('查看', 'View')}
                  <span class="unseen">
                    {session.held_on} {session.topic}
                  </span>
                </a>{' '}
                {may_change && (
                  <a href={`/console/sessions/${session.id}/placement`}>
                    {w('排课', 'Place')}
                    <span class="unseen">
                      {session.held_on} {session.topic}
                    </span>
                  </a>
                )}
              </>
            ),
          },
        }))}
      />
      {places && (
        <Card title={w('新增课次', 'Add a session')}>
          <Form
            action={`/console/classes/${group.id}/sessions`}
            errors={errors}
            submit={w('新增课次', 'Add the session')}
          >
            <Field
              label={w('上课日期', 'Day')}
              name="held_on"
              type="date"
              required
              value={values.held_on}
              hint={daysOf(group)}
            />
            <Field label={w('主题', 'Topic')} name="topic" required value={values.topic} />
            <Field
              label={w('类别', 'Part')}
              name="part"
              type="select"
              required
              value={values.part}
              options={Object.entries(SESSION_PARTS).map(([value, message]) => ({
                value,
                label: inLanguage(frame.lang, message),
              }))}
            />
            <Field
              label={w('学时', 'Hours')}
              name="hours"
              type="number"
              required
              value={values.hours}
              attributes={{ min: 1, max: 12 }}
            />
            <PlaceFields places={places} values={values} />
          </Form>
        </Card>
      )}
    </ClassFrame>
  )
}

export interface SessionHoursProps {
  frame: Frame
  group: ClassView
  session: SessionView
  members: EnrolmentView[]
  /** by enrolment */
  hours: Map<string, number>
  check_ins: Map<string, { at: string; how: keyof typeof CHECK_IN_WAYS }>
  flags: FlagProps[]
  corrections: CorrectionProps[]
  may_change: boolean
  may_show_code: boolean
  /** as sent, when the form comes back */
  values: Record<string, string>
  errors: FormError[]
}

export function SessionHours(props: SessionHoursProps) {
  const { frame, group, session, members, hours, check_ins, may_change, values, errors } = props
  const w = words(frame.lang)
  const back = `/console/classes/${group.id}/hours`
  const checkedIn = (id: string) => {
    const row = check_ins.get(id)
    return row ? `${row.at.slice(11)} ${inLanguage(frame.lang, CHECK_IN_WAYS[row.how])}` : '—'
  }
  const table = (
    <Table
      caption={w('学时登记', 'Hours')}
      empty={
        <Empty title={w('班里还没有人，请先加入学员。', 'Nobody is in the class yet.')}>
          <a href={`/console/classes/${group.id}/people`}>{w('加入学员', 'Add people')}</a>
        </Empty>
      }
      columns={[
        { key: 'name', label: w('姓名', 'Name') },
        { key: 'document', label: w('证件号码', 'Document') },
        { key: 'check_in', label: w('签到', 'Checked in') },
        { key: 'hours', label: w(`本次学时（0–${session.hours}）`, `Hours (0–${session.hours})`) },
        { key: 'total', label: w('累计', 'In all'), numeric: true },
      ]}
      rows={members.map((member, index) => ({
        cells: {
          name: member.person_name,
          document: member.id_number_masked,
          check_in: checkedIn(member.id),
          hours: may_change ? (
            <>
              <input type="hidden" name={`items.${index}.enrolment_id`} value={member.id} />
              <Entry
                name={`items.${index}.hours`}
                label={w(`${member.person_name}的学时`, `Hours of ${member.person_name}`)}
                value={values[`items.${index}.hours`] ?? hours.get(member.id)}
                errors={errors}
              />
            </>
          ) : (
            (hours.get(member.id) ?? '—')
          ),
          total: `${member.hours} / ${member.required_hours}`,
        },
      }))}
    />
  )
  return (
    <Page {...frame} heading={`${session.held_on} ${session.topic}`} back={{ href: back, label: group.name }}>
      <CheckInState
        session_id={session.id}
        checked_in={check_ins.size}
        people={members.length}
        may_show={props.may_show_code}
      />
      <Flags flags={props.flags} />
      {may_change ? (
        <form method="post" action={`/console/sessions/${session.id}/attendances`}>
          <ErrorSummary errors={errors} />
          {table}
          {hours.size > 0 && (
            <Field
              label={w('更正原因', 'Reason for a correction')}
              name="reason"
              value={values.reason}
              error={errors.find(({ pointer }) => pointer === '/reason')?.message}
              hint={w('改动已登记的学时必须填写', 'Due where hours that are on record change')}
            />
          )}
          {members.length > 0 && (
            <ActionBar>
              {/* Enter in a field presses the first button */}
              <button type="submit" class="button primary">
                {w('保存学时', 'Save the hours')}
              </button>
              <button type="submit" class="button" name="everybody" value="full">
                {w('全部按满学时', 'Full hours for everybody')}
              </button>
            </ActionBar>
          )}
        </form>
      ) : (
        table
      )}
      <Corrections items={props.corrections} />
    </Page>
  )
}
