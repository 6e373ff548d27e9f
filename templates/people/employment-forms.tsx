/** The forms of an employment: recording it, and its end. */
import { CONTRACT_KINDS, POSTS } from '../../src/people/rules.ts'
import { Field, Form } from '../form.tsx'
import { words } from '../words.ts'
import { AboutPerson, type PersonFormProps } from './forms.tsx'
import { choices, nameOf } from './parts.tsx'

export function EmploymentForm({ frame, person, values, errors }: PersonFormProps) {
  const w = words(frame.lang)
  return (
    <AboutPerson frame={frame} person={person} heading={w('登记任职', 'Record employment')}>
      <Form
        action={`/console/people/${person.id}/employments`}
        errors={errors}
        submit={w('登记任职', 'Record')}
        cancel={`/console/people/${person.id}`}
      >
        <Field
          label={w('岗位', 'Post')}
          name="post"
          type="select"
          value={values.post}
          required
          options={choices(POSTS, frame.lang)}
        />
        <Field
          label={w('合同', 'Contract')}
          name="contract_kind"
          type="select"
          value={values.contract_kind}
          required
          options={choices(CONTRACT_KINDS, frame.lang)}
        />
        <Field label={w('入职日期', 'First day')} name="starts_on" type="date" value={values.starts_on} required />
        <Field
          label={w('离岗日期', 'End')}
          name="ends_on"
          type="date"
          value={values.ends_on}
          hint={w(
            '在岗的不填；离岗日期是不再在岗的第一天',
            'Leave empty while in post; the end is the first day no longer in post',
          )}
        />
      </Form>
    </AboutPerson>
  )
}

export function EndingForm({
  frame,
  person,
  values,
  errors,
  employment,
}: PersonFormProps & { employment: { id: string; post: string; starts_on: string } }) {
  const w = words(frame.lang)
  const post = nameOf(POSTS, employment.post, frame.lang)
  return (
    <AboutPerson frame={frame} person={person} heading={w('登记离岗', 'End an employment')} danger>
      <p>
        {w(
          `“${post}”岗位，${employment.starts_on} 入职。离岗当月起不再发放津贴，已发的可能追回。`,
          `In the post “${post}” since ${employment.starts_on}. From the month of leaving on no allowance is paid, and what was paid may be recovered.`,
        )}
      </p>
      <Form
        action={`/console/employments/${employment.id}/ending`}
        errors={errors}
        submit={w('登记离岗', 'Record the end')}
        cancel={`/console/people/${person.id}`}
        danger
      >
        <Field
          label={w('离岗日期', 'End')}
          name="ends_on"
          type="date"
          value={values.ends_on}
          required
          hint={w('不再在岗的第一天', 'The first day no longer in post')}
        />
        <Field label={w('离岗原因', 'Reason')} name="reason" type="textarea" value={values.reason} required />
      </Form>
    </AboutPerson>
  )
}
