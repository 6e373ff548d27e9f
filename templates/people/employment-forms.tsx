/** The forms of an employment: recording it, its end, a correction, a transfer, its withdrawal. */
import { LEAVING_KINDS, OPEN_ENDED } from '../../src/people/employment-rules.ts'
import { CONTRACT_KINDS, POSTS } from '../../src/people/rules.ts'
import { Field, Form, type Option } from '../form.tsx'
import type { Frame } from '../layout.tsx'
import { words } from '../words.ts'
import { AboutPerson, type PersonFormProps } from './forms.tsx'
import { choices, nameOf, UNSAID } from './parts.tsx'

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
        <PostFields frame={frame} values={values} />
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
        <LeavingKind frame={frame} value={values.leaving_kind} />
      </Form>
    </AboutPerson>
  )
}

type OfEmployment = PersonFormProps & {
  employment: { id: string; organisation_name: string; post: string; starts_on: string }
}

export function EndingForm({ frame, person, values, errors, employment }: OfEmployment) {
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
        <LeavingKind frame={frame} value={values.leaving_kind} required />
        <Field label={w('原因说明', 'Reason')} name="reason" type="textarea" value={values.reason} required />
      </Form>
    </AboutPerson>
  )
}

export function EmploymentCorrectionForm({ frame, person, values, errors, employment }: OfEmployment) {
  const w = words(frame.lang)
  return (
    <AboutPerson frame={frame} person={person} heading={w('更正任职', 'Correct an employment')}>
      <p class="quiet">
        {w(
          '只用于登记有误。岗位或合同确有变动的，请办理调动；更正前的内容仍可查。',
          'For what was recorded wrongly only; a real change of post or contract is a transfer. What was recorded stays readable.',
        )}
      </p>
      <Form
        action={`/console/employments/${employment.id}/correction`}
        errors={errors}
        submit={w('保存更正', 'Save')}
        cancel={`/console/people/${person.id}`}
      >
        <PostFields frame={frame} values={values} />
        <Field label={w('入职日期', 'First day')} name="starts_on" type="date" value={values.starts_on} required />
        <Field
          label={w('离岗日期', 'End')}
          name="ends_on"
          type="date"
          value={values.ends_on}
          hint={w('清空即从未离岗', 'Emptied: the person never left')}
        />
        <LeavingKind frame={frame} value={values.leaving_kind} />
        <Field label={w('更正理由', 'Reason')} name="reason" type="textarea" value={values.reason} required />
      </Form>
    </AboutPerson>
  )
}

/** `organisations`: where an officer may transfer to; an institution transfers within itself and has none. */
export function TransferForm(props: OfEmployment & { organisations: Option[] }) {
  const { frame, person, values, errors, employment, organisations } = props
  const w = words(frame.lang)
  return (
    <AboutPerson frame={frame} person={person} heading={w('调动', 'Transfer')} danger>
      <p>
        {w(
          `“${employment.organisation_name}”的“${nameOf(POSTS, employment.post, frame.lang)}”任职（${employment.starts_on} 入职）到调动日为止，新的任职从调动日开始。津贴按新的任职核算。`,
          `The employment as “${nameOf(POSTS, employment.post, frame.lang)}” at “${employment.organisation_name}” since ${employment.starts_on} ends, and the next begins on the same day. Allowances follow the next one.`,
        )}
      </p>
      <Form
        action={`/console/employments/${employment.id}/transfer`}
        errors={errors}
        submit={w('办理调动', 'Transfer')}
        cancel={`/console/people/${person.id}`}
        danger
      >
        {organisations.length > 0 && (
          <Field
            label={w('调入机构', 'To')}
            name="organisation_id"
            type="select"
            value={values.organisation_id}
            options={organisations}
          />
        )}
        <PostFields frame={frame} values={values} />
        <Field
          label={w('调动日期', 'From')}
          name="on"
          type="date"
          value={values.on}
          required
          hint={w('新任职的第一天', 'First day of the next employment')}
        />
        <Field label={w('调动原因', 'Reason')} name="reason" type="textarea" value={values.reason} required />
      </Form>
    </AboutPerson>
  )
}

export function EmploymentWithdrawalForm({ frame, person, values, errors, employment }: OfEmployment) {
  const w = words(frame.lang)
  const post = nameOf(POSTS, employment.post, frame.lang)
  return (
    <AboutPerson frame={frame} person={person} heading={w('撤销任职', 'Withdraw an employment')} danger>
      <p>
        {w(
          `只用于登记有误：撤销后视为从未有过“${post}”岗位（${employment.starts_on} 入职）的任职，已发的津贴可能追回。确实离岗的，请登记离岗。`,
          `For what was recorded in error only: the employment in “${post}” from ${employment.starts_on} counts as if it had never been, and what was paid may be recovered. Record an end for somebody who left.`,
        )}
      </p>
      <Form
        action={`/console/employments/${employment.id}/withdrawal`}
        errors={errors}
        submit={w('撤销任职', 'Withdraw')}
        cancel={`/console/people/${person.id}`}
        danger
      >
        <Field label={w('撤销理由', 'Reason')} name="reason" type="textarea" value={values.reason} required />
      </Form>
    </AboutPerson>
  )
}

function PostFields({ frame, values }: { frame: Frame; values: Record<string, string> }) {
  const w = words(frame.lang)
  return (
    <>
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
      <Field
        label={w('合同到期日', 'Contract until')}
        name="contract_until"
        type="date"
        value={values.contract_until}
        hint={w(
          `合同不再履行的第一天；无固定期限的填 ${OPEN_ENDED}`,
          `The first day it no longer covers; ${OPEN_ENDED} where it has no end`,
        )}
      />
    </>
  )
}

function LeavingKind({ frame, value, required }: { frame: Frame; value: string | undefined; required?: boolean }) {
  const w = words(frame.lang)
  return (
    <Field
      label={w('离岗原因', 'Reason for leaving')}
      name="leaving_kind"
      type="select"
      value={value}
      {...(required ? { required } : {})}
      options={choices(LEAVING_KINDS, frame.lang, required ? undefined : UNSAID)}
    />
  )
}
