/** The forms of an education (schooling, 学历): recording, correcting, withdrawing. */
import { EDUCATION_MODES } from '../../src/people/education-rules.ts'
import { EDUCATIONS } from '../../src/people/rules.ts'
import { Field, Form } from '../form.tsx'
import type { Frame } from '../layout.tsx'
import { words } from '../words.ts'
import { AboutPerson, type PersonFormProps } from './forms.tsx'
import { choices, nameOf } from './parts.tsx'

export function NewEducationForm({ frame, person, values, errors }: PersonFormProps) {
  const w = words(frame.lang)
  return (
    <AboutPerson frame={frame} person={person} heading={w('登记学历', 'Record education')}>
      <Form
        action={`/console/people/${person.id}/educations`}
        errors={errors}
        submit={w('登记学历', 'Record')}
        cancel={`/console/people/${person.id}`}
      >
        <EducationFields frame={frame} values={values} />
      </Form>
    </AboutPerson>
  )
}

type OfEducation = PersonFormProps & { education: { id: string; level: string; school: string } }

export function EducationCorrectionForm({ frame, person, values, errors, education }: OfEducation) {
  const w = words(frame.lang)
  return (
    <AboutPerson frame={frame} person={person} heading={w('更正学历', 'Correct education')}>
      <Form
        action={`/console/educations/${education.id}/correction`}
        errors={errors}
        submit={w('保存更正', 'Save')}
        cancel={`/console/people/${person.id}`}
      >
        <EducationFields frame={frame} values={values} />
        <Field label={w('更正理由', 'Reason')} name="reason" type="textarea" value={values.reason} required />
      </Form>
    </AboutPerson>
  )
}

export function EducationWithdrawalForm({ frame, person, values, errors, education }: OfEducation) {
  const w = words(frame.lang)
  const level = nameOf(EDUCATIONS, education.level, frame.lang)
  return (
    <AboutPerson frame={frame} person={person} heading={w('撤销学历', 'Withdraw education')} danger>
      <p>
        {w(
          `“${education.school}”的${level}学历撤销后不再计入最高学历，原记录仍可查。`,
          `${level} at “${education.school}” will no longer count; it stays readable.`,
        )}
      </p>
      <Form
        action={`/console/educations/${education.id}/withdrawal`}
        errors={errors}
        submit={w('撤销学历', 'Withdraw')}
        cancel={`/console/people/${person.id}`}
        danger
      >
        <Field label={w('撤销理由', 'Reason')} name="reason" type="textarea" value={values.reason} required />
      </Form>
    </AboutPerson>
  )
}

function EducationFields({ frame, values }: { frame: Frame; values: Record<string, string> }) {
  const w = words(frame.lang)
  return (
    <>
      <Field
        label={w('层次', 'Level')}
        name="level"
        type="select"
        value={values.level}
        required
        options={choices(EDUCATIONS, frame.lang)}
      />
      <Field label={w('学校', 'School')} name="school" value={values.school} required />
      <Field label={w('专业', 'Major')} name="major" value={values.major} />
      <Field
        label={w('学习形式', 'Mode')}
        name="mode"
        type="radio"
        value={values.mode ?? 'full_time'}
        options={choices(EDUCATION_MODES, frame.lang)}
      />
      <Field label={w('入学日期', 'From')} name="starts_on" type="date" value={values.starts_on} />
      <Field
        label={w('毕业日期', 'Graduated on')}
        name="graduated_on"
        type="date"
        value={values.graduated_on}
        hint={w('在读的不填', 'Leave empty while the person studies')}
      />
      <Field
        label={w('毕业证书编号', 'Number of the certificate')}
        name="certificate_number"
        value={values.certificate_number}
        attributes={{ autocomplete: 'off' }}
      />
      <Field
        label={w('依据', 'Evidence')}
        name="evidence"
        value={values.evidence}
        hint={w('如学信网在线验证码', 'Such as the code of an online verification')}
      />
    </>
  )
}
