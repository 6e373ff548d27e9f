/** Confirming a batch before it is asked for: what is issued can never be changed. */
import { Field, Form } from '../form.tsx'
import { Page } from '../layout.tsx'
import { Facts, Notice, Steps } from '../parts.tsx'
import { words } from '../words.ts'
import { addressOf, type IssueProps, steps } from './issue.tsx'

export interface ConfirmIssueProps extends IssueProps {
  issuer_name: string
  eligible: number
  left_out: number
  reason: string
}

export function ConfirmIssue(props: ConfirmIssueProps) {
  const { frame, class_id, event_id, kind, kind_name, name, issuer_name, issued_on, valid_until } = props
  const { eligible, left_out, notices, reason, errors } = props
  const w = words(frame.lang)
  const back = `/console/certificates/new?${addressOf(props)}`
  return (
    <Page
      {...frame}
      heading={w(`确认签发 ${eligible} 张证书`, `Confirm ${eligible} certificates`)}
      back={{ href: back, label: name }}
    >
      <Steps steps={steps(frame)} current={1} />
      <div class="card confirm">
        <p>
          {w(
            '签发后编号和内容不能更改，只能撤销或换发；扫码即可查到。',
            'Once issued, number and contents cannot be changed, only revoked or replaced; anybody can look them up.',
          )}
        </p>
        {notices.map((notice) => (
          <Notice tone="warn">{notice}</Notice>
        ))}
        <Facts
          items={[
            { label: w('种类', 'Kind'), value: kind_name },
            { label: class_id ? w('培训班', 'Class') : w('竞赛项目', 'Event'), value: name },
            { label: w('发证机构', 'Issuer'), value: issuer_name },
            { label: w('发证日期', 'Day of issue'), value: issued_on },
            { label: w('有效期至', 'Valid until'), value: valid_until || w('长期', 'no end') },
            {
              label: w('人数', 'People'),
              value: w(`${eligible} 人；另有 ${left_out} 人不能发证`, `${eligible}; ${left_out} are left out`),
            },
          ]}
        />
        <Form
          action="/console/certificate-batches"
          errors={errors}
          submit={w(`签发 ${eligible} 张证书`, `Issue ${eligible}`)}
          cancel={back}
        >
          <input type="hidden" name={class_id ? 'class_id' : 'event_id'} value={class_id || event_id} />
          <input type="hidden" name="kind" value={kind} />
          <input type="hidden" name="issued_on" value={issued_on} />
          <input type="hidden" name="valid_until" value={valid_until} />
          <Field label={w('说明（可不填）', 'Note (optional)')} name="reason" type="textarea" value={reason} />
        </Form>
      </div>
    </Page>
  )
}
