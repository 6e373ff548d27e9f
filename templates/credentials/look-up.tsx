/** Where anybody starts who holds a certificate without a phone to scan it. */
import { ErrorSummary, Field, Form, type FormError } from '../form.tsx'
import { type PublicFrame, PublicPage } from '../layout.tsx'
import { Card } from '../parts.tsx'
import { words } from '../words.ts'

export interface LookUpProps {
  frame: PublicFrame
  values: { number?: string | undefined; name?: string | undefined }
  errors?: FormError[]
  /** of the form below, for a file */
  file_errors?: FormError[]
}

/** `/v`: number and name. Posts, so that no name stands in an address or a log. */
export function LookUp({ frame, values, errors = [], file_errors = [] }: LookUpProps) {
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
      <Card title={w('收到的是 PDF 文件？', 'Is it a PDF?')}>
        <form method="post" action="/v/file" enctype="multipart/form-data" class="form" data-drop>
          <ErrorSummary errors={file_errors} />
          <Field
            label={w('证书的 PDF 文件（可拖到这里）', 'The PDF of the certificate (drop it here)')}
            name="file"
            type="file"
            required
            hint={w(
              '逐字节与签发时比对，并核对签名和证书状态。最大 2 MB，只在内存中比对，不保存。',
              'Compared to the byte with what was issued, its signature and status told. At most 2 MB, compared in memory and not kept.',
            )}
            attributes={{ accept: 'application/pdf,.pdf' }}
          />
          <div class="actions">
            <button type="submit" class="button primary">
              {w('查验文件', 'Verify the file')}
            </button>
          </div>
        </form>
      </Card>
    </PublicPage>
  )
}
