/** Where anybody starts who holds a certificate without a phone to scan it. */
import { Field, Form, type FormError } from '../form.tsx'
import { type PublicFrame, PublicPage } from '../layout.tsx'
import { words } from '../words.ts'

export interface LookUpProps {
  frame: PublicFrame
  values: { number?: string | undefined; name?: string | undefined }
  errors?: FormError[]
}

/** `/v`: number and name. Posts, so that no name stands in an address or a log. */
export function LookUp({ frame, values, errors = [] }: LookUpProps) {
  const w = words(frame.lang)
  return (
    <PublicPage {...frame} heading={w('证书查验', 'Verify a certificate')}>
      <p class="lead">
        {w(
          '手机打开微信或相机，扫证书上的二维码最快，也最不会输错。',
          'Fastest: scan the QR code on the certificate with the camera of your phone.',
        )}
      </p>
      <div class="card">
        <Form action="/v" errors={errors} submit={w('查验', 'Verify')}>
          <Field
            label={w('证书编号', 'Certificate number')}
            name="number"
            value={values.number}
            required
            hint={w('印在证书正面，大写字母和数字', 'Printed on the front: capital letters and figures')}
            attributes={{ autocomplete: 'off', autocapitalize: 'characters', spellcheck: 'false' }}
          />
          <Field
            label={w('持证人姓名', 'Name of the holder')}
            name="name"
            value={values.name}
            hint={w('填了姓名且相符，才显示证书内容', 'The contents are shown only when the name matches')}
            attributes={{ autocomplete: 'off' }}
          />
        </Form>
      </div>
    </PublicPage>
  )
}
