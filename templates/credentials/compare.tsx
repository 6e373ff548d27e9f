/** What the real certificate shows, item by item, so that an altered paper or file is found out. */
import { Card, Facts, Notice } from '../parts.tsx'
import { useWords } from '../words.ts'
import { Digest } from './certificates.tsx'

export interface PrintedFacts {
  number: string
  holder_name_masked: string
  occupation_name: string | null
  level: string | null
  issuer_name: string
  issued_on: string
  valid_until: string | null
  continued_until?: string | null
  /** 64 hex digits, of the PDF as it was issued */
  pdf_sha256: string | null
}

export function Compare({ printed }: { printed: PrintedFacts }) {
  const w = useWords()
  const { pdf_sha256 } = printed
  return (
    <Card title={w('请与手中的证书逐项对照', 'Compare with the certificate in your hand')}>
      <Facts
        items={[
          { label: w('证书编号', 'Number'), value: printed.number },
          { label: w('姓名', 'Name'), value: printed.holder_name_masked },
          ...(printed.occupation_name ? [{ label: w('职业', 'Occupation'), value: printed.occupation_name }] : []),
          ...(printed.level ? [{ label: w('等级', 'Level'), value: printed.level }] : []),
          { label: w('发证机构', 'Issuer'), value: printed.issuer_name },
          { label: w('发证日期', 'Issued on'), value: printed.issued_on },
          { label: w('有效期至', 'Valid until'), value: printed.valid_until ?? w('长期', 'no end') },
          ...(printed.continued_until
            ? [{ label: w('凭继续教育延续至', 'Continued by education until'), value: printed.continued_until }]
            : []),
          ...(pdf_sha256 ? [{ label: w('文件指纹', 'File digest'), value: <Digest sha256={pdf_sha256} /> }] : []),
        ]}
      />
      <Notice tone="warn">
        {w(
          '有一项不同，手中的证书就被改动过或是别人的，请勿采信。',
          'If one of these differs, the certificate in your hand was altered or belongs to somebody else: do not rely on it.',
        )}
      </Notice>
      {pdf_sha256 && <FileCheck sha256={pdf_sha256} />}
    </Card>
  )
}

/** The file is digested in the browser and goes nowhere; without scripts the command says how to do the same. */
function FileCheck({ sha256 }: { sha256: string }) {
  const w = useWords()
  return (
    <details class="file-check">
      <summary>{w('收到的是 PDF 文件？核对文件指纹', 'Is it a PDF? Compare its digest')}</summary>
      <div data-sha256={sha256} hidden>
        <label for="file-check">
          {w('选择 PDF 文件（只在您的设备上计算，不会上传）', 'Choose the PDF (it stays on your device)')}
        </label>
        <input id="file-check" type="file" accept="application/pdf,.pdf" />
        <output
          for="file-check"
          data-match={w(
            '✓ 一致：这就是签发的原件，一个字节也没有改动。',
            '✓ Same: this is the file as issued, to the byte.',
          )}
          data-mismatch={w(
            '✕ 不一致：这个文件不是签发的原件，请勿采信。',
            '✕ Different: this is not the file as issued. Do not rely on it.',
          )}
        />
      </div>
      <p>
        {w(
          '也可以自己计算 SHA-256，再与上面的文件指纹比较：',
          'Or compute its SHA-256 yourself and compare it with the digest above:',
        )}
      </p>
      <p>
        <code>certutil -hashfile {w('证书', 'certificate')}.pdf SHA256</code> (Windows)
        <br />
        <code>shasum -a 256 {w('证书', 'certificate')}.pdf</code> (macOS, Linux)
      </p>
    </details>
  )
}
