/** The keys that issuers sign with: those in use with their certificate, and those that were retired. */
import { Field, Form, type FormError } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'
import { Card, DownloadLink, Empty, Facts, Tag } from '../parts.tsx'
import { Table } from '../table.tsx'
import { words } from '../words.ts'

export interface SigningKeysProps {
  frame: Frame
  keys: { id: string; organisation_name: string; from: string; retired: string | null; reason: string | null }[]
  may_retire: boolean
  values: Record<string, string>
  errors: FormError[]
}

export function SigningKeys({ frame, keys, may_retire, values, errors }: SigningKeysProps) {
  const w = words(frame.lang)
  const [used, retired] = [keys.filter((key) => key.retired === null), keys.filter((key) => key.retired !== null)]
  const certificate = ({ id }: (typeof keys)[number]) => (
    <DownloadLink href={`/console/signing-keys/${id}/certificate`} note="X.509, .cer">
      {w('下载密钥证书', 'Download its certificate')}
    </DownloadLink>
  )
  return (
    <Page {...frame} heading={w('签发密钥', 'Signing keys')}>
      <p>
        {w(
          '每张电子证书都用发证机构的密钥签名。私钥加密保存，不能查看或导出。把密钥证书加入 PDF 阅读器的信任列表，就能在阅读器里核对签名。',
          'Every certificate is signed with a key of its issuer. The private part is kept sealed and cannot be seen or exported. Add the certificate of the key to what your PDF reader trusts, and it checks the signatures.',
        )}
      </p>
      {used.length === 0 && (
        <Empty
          title={w(
            '还没有密钥；签发第一张证书时自动生成。',
            'No key yet: the first certificate that is issued makes one.',
          )}
        />
      )}
      {used.map((key) => (
        <Card title={key.organisation_name}>
          <Facts
            items={[
              { label: w('状态', 'State'), value: <Tag tone="good">{w('使用中', 'in use')}</Tag> },
              { label: w('算法', 'Algorithm'), value: 'ECDSA P-256, SHA-256 (ES256)' },
              { label: w('启用时间', 'Since'), value: key.from },
              { label: w('密钥指纹', 'Thumbprint'), value: <code>{key.id}</code> },
            ]}
          />
          <p>{certificate(key)}</p>
          {may_retire && (
            <Form
              action={`/console/signing-keys/${key.id}/retirement`}
              errors={errors}
              submit={w('停用并换新密钥', 'Retire it and use a new one')}
            >
              <Field
                label={w('更换原因', 'Reason')}
                name="reason"
                required
                value={values.reason}
                hint={w(
                  '例如保管人员变动、定期更换。已签发的证书继续有效；之后的证书用新密钥签名。',
                  'Such as a change of staff, or routine. Certificates that were issued stay valid; later ones are signed with the new key.',
                )}
              />
            </Form>
          )}
        </Card>
      ))}
      {retired.length > 0 && (
        <Table
          caption={w('已停用的密钥', 'Retired keys')}
          empty={null}
          columns={[
            { key: 'issuer', label: w('发证机构', 'Issuer') },
            { key: 'from', label: w('启用', 'Since') },
            { key: 'retired', label: w('停用', 'Retired') },
            { key: 'reason', label: w('原因', 'Reason') },
            { key: 'id', label: w('密钥证书', 'Certificate') },
          ]}
          rows={retired.map((key) => ({
            cells: {
              issuer: key.organisation_name,
              from: key.from,
              retired: key.retired,
              reason: key.reason,
              id: (
                <a href={`/console/signing-keys/${key.id}/certificate`} download>
                  <code>{key.id.slice(0, 12)}….cer</code>
                </a>
              ),
            },
          }))}
        />
      )}
    </Page>
  )
}
