/** Forms of a certificate issued elsewhere: recording, correcting and withdrawing it. */
import { EXTERNAL_KINDS } from '../../src/credentials/external-rules.ts'
import { LEVELS } from '../../src/people/rules.ts'
import { Field, Form } from '../form.tsx'
import { Notice } from '../parts.tsx'
import { AboutPerson, type PersonFormProps } from '../people/forms.tsx'
import { choices } from '../people/parts.tsx'
import { words } from '../words.ts'

/** `certificate_id` is what is corrected; null for a new one. */
export function ExternalForm({
  frame,
  person,
  values,
  errors,
  occupations,
  certificate_id,
}: PersonFormProps & { occupations: { code: string; name: string }[]; certificate_id: string | null }) {
  const w = words(frame.lang)
  const heading = certificate_id
    ? w('更正外部证书', 'Correct a certificate')
    : w('登记外部证书', 'Record a certificate')
  const levels = Object.keys(LEVELS).sort((a, b) => Number(b) - Number(a))
  return (
    <AboutPerson frame={frame} person={person} heading={heading}>
      <p class="quiet">
        {certificate_id
          ? w(
              '更正后须由主管部门重新核验，此前的核验结果不再作数。',
              'Once corrected it must be looked up again; what was found before no longer counts.',
            )
          : w(
              '登记其他机构签发的证书。主管部门在官方平台核验之前，不作为津贴依据。',
              'A certificate that another body issued. It supports no allowance until an officer found it in an official register.',
            )}
      </p>
      <Form
        action={
          certificate_id
            ? `/console/external-certificates/${certificate_id}/correction`
            : `/console/people/${person.id}/external-certificates`
        }
        errors={errors}
        submit={certificate_id ? w('保存更正', 'Save') : w('登记证书', 'Record')}
        cancel={`/console/people/${person.id}`}
      >
        <Field label={w('证书编号', 'Number')} name="number" value={values.number} required />
        <Field
          label={w('证书类型', 'Kind')}
          name="kind"
          type="select"
          value={values.kind}
          options={choices(EXTERNAL_KINDS, frame.lang)}
        />
        <Field
          label={w('职业', 'Occupation')}
          name="occupation_code"
          type="select"
          value={values.occupation_code}
          options={occupations.map(({ code, name }) => ({ value: code, label: name }))}
        />
        <Field
          label={w('等级', 'Level')}
          name="level"
          type="select"
          value={values.level}
          options={levels.map((level) => ({
            value: level,
            label: choices(LEVELS, frame.lang).find(({ value }) => value === level)!.label,
          }))}
        />
        <Field label={w('发证机构', 'Issuer')} name="issuer_name" value={values.issuer_name} required />
        <Field label={w('发证日期', 'Issued on')} name="issued_on" type="date" value={values.issued_on} required />
        <Field
          label={w('有效期至', 'Valid until')}
          name="valid_until"
          type="date"
          value={values.valid_until}
          hint={w('不再有效的第一天；长期有效的不填', 'The first day it is no longer valid; empty for no end')}
        />
        <Field
          label={w('职业标准版本', 'Edition of the standard')}
          name="standard_edition"
          value={values.standard_edition}
        />
        <Field
          label={w('证据', 'Evidence')}
          name="evidence"
          value={values.evidence}
          hint={w('证书照片的文件名或复印件编号', 'File name of a photo, or reference of a copy')}
        />
        {certificate_id && (
          <Field label={w('更正原因', 'Reason')} name="reason" type="textarea" value={values.reason} required />
        )}
      </Form>
    </AboutPerson>
  )
}

export function ExternalWithdrawal({
  frame,
  person,
  values,
  errors,
  certificate,
}: PersonFormProps & { certificate: { id: string; number: string; state: string } }) {
  const w = words(frame.lang)
  return (
    <AboutPerson frame={frame} person={person} heading={w('撤回外部证书', 'Withdraw a certificate')} danger>
      <p>
        {w(
          `撤回后，证书 ${certificate.number} 不再作为津贴依据，原记录仍可查。`,
          `Certificate ${certificate.number} will support no allowance any more; what was recorded stays readable.`,
        )}
      </p>
      {certificate.state === 'found' && (
        <Notice tone="warn">
          {w(
            '这张证书已核验，已发的津贴可能因此追回。',
            'It was found in a register: what was paid on it may be recovered.',
          )}
        </Notice>
      )}
      <Form
        action={`/console/external-certificates/${certificate.id}/withdrawal`}
        errors={errors}
        submit={w('撤回证书', 'Withdraw')}
        cancel={`/console/people/${person.id}`}
        danger
      >
        <Field label={w('撤回理由', 'Reason')} name="reason" type="textarea" value={values.reason} required />
      </Form>
    </AboutPerson>
  )
}
