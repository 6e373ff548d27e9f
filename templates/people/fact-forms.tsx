/** The forms of facts about one person: continuing education, conduct. */
import { CONDUCT_KINDS } from '../../src/people/rules.ts'
import type { Lang } from '../../src/platform/errors.ts'
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
        <Field
          label={w('证明材料', 'Proof')}
          name="evidence"
          value={values.evidence}
          hint={w('结业证明的编号或文件摘要', 'Number or hash of the paper')}
          attributes={{ maxlength: 200 }}
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
        <ConductFields lang={frame.lang} values={values} />
      </Form>
    </AboutPerson>
  )
}

/** `event` is on record now; the values are those typed, or its own. */
export function CorrectionForm({
  frame,
  person,
  values,
  errors,
  event,
}: PersonFormProps & { event: { id: string; kind: string; decided_on: string } }) {
  const w = words(frame.lang)
  return (
    <AboutPerson frame={frame} person={person} heading={w('更正处理记录', 'Correct a decision')} danger>
      <p>
        {w(
          '更正后津贴按新的内容重新判断，原记录仍可查。决定本身被撤销的，请用“撤回”。',
          'Allowances are judged by the new values; the old ones stay readable. Where the decision itself fell, withdraw it.',
        )}
      </p>
      <Form
        action={`/console/conduct-events/${event.id}/correction`}
        errors={errors}
        submit={w('更正', 'Correct')}
        cancel={`/console/people/${person.id}`}
        danger
      >
        <ConductFields lang={frame.lang} values={values} />
        <Field label={w('更正理由', 'Reason')} name="reason" type="textarea" value={values.reason} required />
      </Form>
    </AboutPerson>
  )
}

function ConductFields({ lang, values }: { lang: Lang; values: PersonFormProps['values'] }) {
  const w = words(lang)
  return (
    <>
      <Field
        label={w('类别', 'Kind')}
        name="kind"
        type="radio"
        value={values.kind}
        options={choices(CONDUCT_KINDS, lang)}
      />
      <Field label={w('发生日期', 'Happened on')} name="happened_on" type="date" value={values.happened_on} required />
      <Field label={w('认定日期', 'Decided on')} name="decided_on" type="date" value={values.decided_on} required />
      <Field
        label={w('处理决定', 'Decision')}
        name="decision"
        type="textarea"
        value={values.decision}
        required
        hint={w('文号与内容', 'Number and contents')}
      />
      <Field
        label={w('期限起', 'Period from')}
        name="period_from"
        type="date"
        value={values.period_from}
        hint={w(
          '决定写明停岗、禁入等期限的填写；没有则不填',
          'When the decision keeps the person out for a time; else leave empty',
        )}
      />
      <Field
        label={w('期限止', 'Period to')}
        name="period_to"
        type="date"
        value={values.period_to}
        hint={w('期满日，当天起恢复；长期的不填', 'The first day free again; empty: for good')}
      />
    </>
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
