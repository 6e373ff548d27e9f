/** The form that erases the personal data of one person. */
import { Field, Form } from '../form.tsx'
import { AboutPerson, type PersonFormProps } from '../people/forms.tsx'
import { words } from '../words.ts'

export function ErasureForm({ frame, person, values, errors }: PersonFormProps) {
  const w = words(frame.lang)
  return (
    <AboutPerson frame={frame} person={person} heading={w('删除个人信息', 'Erase personal data')} danger>
      <p>
        {w(
          '姓名、证件、电话、银行账号、出生日期、性别和学历将被永久删除，账号停用，不能恢复。任职、培训和津贴的记录只留编号与金额；已签发的证书按印出的内容继续可查验。',
          'Name, documents, phone, account, birth date, sex and education are erased for good, and accounts are disabled. Of employment, training and allowances only ids and sums stay; certificates that were issued can still be verified as printed.',
        )}
      </p>
      <Form
        action={`/console/people/${person.id}/erasure`}
        errors={errors}
        submit={w('永久删除', 'Erase for good')}
        cancel={`/console/people/${person.id}`}
        danger
      >
        <Field
          label={w('删除理由', 'Reason')}
          name="reason"
          type="textarea"
          value={values.reason}
          required
          hint={w('会永久记录，请勿写入姓名或号码', 'Recorded for good: write no names or numbers')}
        />
      </Form>
    </AboutPerson>
  )
}
