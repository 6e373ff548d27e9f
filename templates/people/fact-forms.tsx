/** The forms of facts about one person: continuing education, conduct. */
import { CONDUCT_KINDS } from '../../src/people/rules.ts'
import { Field, Form } from '../form.tsx'
import { words } from '../words.ts'
import { AboutPerson, type PersonFormProps } from './forms.tsx'
import { choices, nameOf } from './parts.tsx'

export function EducationForm({ frame, person, values, errors }: PersonFormProps) {
  const w = words(frame.lang)
  return (
    <AboutPerson frame={frame} person={person} heading={w('登记继续教育学时', 'Record continuing education')}>
      <Form
        action={`/console/people/${person.id}/education-hours`}
        errors={errors}
        submit={w('登记学时', 'Record')}
        cancel={`/console/people/${person.id}`}
      >
        <Field
          label={w('完成日期', 'Completed on')}
          name="completed_on"
          type="date"
          value={values.completed_on}
          required
        />
        <Field label={w('主题', 'Subject')} name="subject" value={values.subject} required />
        <Field label={w('主办单位', 'Provider')} name="provider" value={values.provider} required />
        <Field
          label={w('学时', 'Hours')}
          name="hours"
          type="number"
          value={values.hours}
          required
          attributes={{ min: 1, max: 500 }}
        />
      </Form>
    </AboutPerson>
  )
}

export function ConductForm({ frame, person, values, errors }: PersonFormProps) {
  const w = words(frame.lang)
  return (
    <AboutPerson
      frame={frame}
      person={person}
      heading={w('登记责任事故或职业道德处理', 'Record an accident or a breach of ethics')}
      danger
    >
      <p>
        {w(
          '登记后，此人在规定期限内不再符合津贴条件，已发的可能追回。请按生效的处理决定填写。',
          'From this on the person does not meet the conditions of the allowance for the time the scheme says, and what was paid may be recovered. Enter only decisions in force.',
        )}
      </p>
      <Form
        action={`/console/people/${person.id}/conduct-events`}
        errors={errors}
        submit={w('登记处理', 'Record')}
        cancel={`/console/people/${person.id}`}
        danger
      >
        <Field
          label={w('类别', 'Kind')}
          name="kind"
          type="radio"
          value={values.kind}
          options={choices(CONDUCT_KINDS, frame.lang)}
        />
        <Field
          label={w('发生日期', 'Happened on')}
          name="happened_on"
          type="date"
          value={values.happened_on}
          required
        />
        <Field label={w('认定日期', 'Decided on')} name="decided_on" type="date" value={values.decided_on} required />
        <Field
          label={w('处理决定', 'Decision')}
          name="decision"
          type="textarea"
          value={values.decision}
          required
          hint={w('文号与内容', 'Number and contents')}
        />
      </Form>
    </AboutPerson>
  )
}

export function WithdrawalForm({
  frame,
  person,
  values,
  errors,
  event,
}: PersonFormProps & { event: { id: string; kind: string; decided_on: string } }) {
  const w = words(frame.lang)
  const kind = nameOf(CONDUCT_KINDS, event.kind, frame.lang)
  return (
    <AboutPerson frame={frame} person={person} heading={w('撤回处理', 'Withdraw a decision')} danger>
      <p>
        {w(
          `${event.decided_on} 认定的“${kind}”撤回后不再影响津贴，原记录仍可查。`,
          `“${kind}”, decided on ${event.decided_on}, will no longer stand in the way of the allowance; it stays readable.`,
        )}
      </p>
      <Form
        action={`/console/conduct-events/${event.id}/withdrawal`}
        errors={errors}
        submit={w('撤回处理', 'Withdraw')}
        cancel={`/console/people/${person.id}`}
        danger
      >
        <Field label={w('撤回理由', 'Reason')} name="reason" type="textarea" value={values.reason} required />
      </Form>
    </AboutPerson>
  )
}
