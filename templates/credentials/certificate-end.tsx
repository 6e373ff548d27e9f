/** The pages that confirm what ends a certificate: revoking it, or replacing it by a new one. */
import { REVOCATION_REASONS } from '../../src/credentials/rules.ts'
import { Field, Form, type FormError } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'
import { choices } from '../people/parts.tsx'
import { words } from '../words.ts'
import type { CertificateRow } from './certificates.tsx'

export interface EndProps {
  frame: Frame
  certificate: CertificateRow & { id: string }
  today: string
  values: Record<string, string>
  errors: FormError[]
}

/** 撤销: what follows is said before the button. */
export function Revoke({ frame, certificate, today, values, errors }: EndProps) {
  const w = words(frame.lang)
  const back = `/console/certificates/${certificate.id}`
  return (
    <Page {...frame} heading={w('撤销证书', 'Revoke a certificate')} back={{ href: back, label: certificate.number }}>
      <div class="card confirm danger">
        <p>
          {w(
            `撤销“${certificate.holder_name}”的证书 ${certificate.number}，要恢复须另作撤回决定。扫码和查询立即显示“已撤销”，生效日起的津贴会重新计算。`,
            `Revoking certificate ${certificate.number} of ${certificate.holder_name} is undone only by another decision. The public look-up says so at once, and allowances from the effective day are computed again.`,
          )}
        </p>
        <Form action={`${back}/revocation`} errors={errors} submit={w('撤销证书', 'Revoke')} cancel={back} danger>
          <Field
            label={w('原因', 'Reason')}
            name="reason_code"
            type="select"
            required
            value={values.reason_code ?? 'issued_in_error'}
            options={choices(REVOCATION_REASONS, frame.lang)}
          />
          <Field
            label={w('生效日期', 'Effective on')}
            name="effective_on"
            type="date"
            value={values.effective_on ?? today}
            attributes={{ min: certificate.issued_on, max: today }}
            hint={w('弄虚作假的一律追溯到发证日期', 'Fraud always reaches back to the day of issue')}
          />
          <Field label={w('情况说明', 'What happened')} name="reason" type="textarea" required value={values.reason} />
        </Form>
      </div>
    </Page>
  )
}

/** 换发: a new number, and the old one ends. */
export function Replace({ frame, certificate, today, values, errors }: EndProps) {
  const w = words(frame.lang)
  const back = `/console/certificates/${certificate.id}`
  return (
    <Page {...frame} heading={w('换发证书', 'Replace a certificate')} back={{ href: back, label: certificate.number }}>
      <div class="card confirm">
        <p>
          {w(
            `将以 ${today} 为发证日期签发一张新编号的证书，旧证书 ${certificate.number} 同日失效。等级不变。`,
            `A certificate with a new number is issued on ${today}; ${certificate.number} ends on the same day. The level stays.`,
          )}
        </p>
        <Form action={`${back}/replacement`} errors={errors} submit={w('换发证书', 'Replace')} cancel={back}>
          <Field
            label={w('新证书上的姓名', 'Name on the new certificate')}
            name="holder_name"
            value={values.holder_name}
            hint={w('不填则用登记的现用姓名', 'Left empty: the name on record')}
          />
          <Field label={w('换发原因', 'Reason')} name="reason" type="textarea" required value={values.reason} />
        </Form>
      </div>
    </Page>
  )
}
