/** What anybody may know about a certificate: whether it stands, and what must be printed on the real one. */
import { ErrorSummary, Field, Form, type FormError } from '../form.tsx'
import { type PublicFrame, PublicPage } from '../layout.tsx'
import { Card, DownloadLink, Facts, Notice, type Tone } from '../parts.tsx'
import { useWords, type Words, words } from '../words.ts'

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

export interface PrintedFacts {
  number: string
  holder_name_masked: string
  occupation_name: string | null
  level: string | null
  issuer_name: string
  issued_on: string
  valid_until: string | null
  /** 64 hex digits, of the PDF as it was issued */
  pdf_sha256: string | null
}

export interface VerdictProps {
  frame: PublicFrame
  status: 'valid' | 'expired' | 'revoked' | 'replaced' | 'not_found'
  /** `YYYY-MM-DD HH:MM`, Asia/Shanghai */
  checked_at: string
  /** what was asked for, as typed */
  number: string | null
  kind_name: string | null
  issuer_name: string | null
  /** the day it was revoked or ran out */
  ended_on?: string | null | undefined
  /** only for somebody who holds the QR code or has named the holder */
  printed: PrintedFacts | null
  /** answer to a comparison with the ID number or the name */
  proof?: 'match' | 'mismatch' | null
  errors?: FormError[]
  /** where the comparison is posted: the address of this page */
  action: string
  credential_href?: string | null
  offline_href?: string | null
}

/** `/v/:token`: the verdict in one word, then everything that must agree with the paper. */
export function Verdict(props: VerdictProps) {
  const { frame, status, printed, proof, errors = [] } = props
  const w = words(frame.lang)
  const { sign, tone, word, meaning } = judgement(props, w)
  return (
    <PublicPage {...frame} heading={w('证书查验', 'Verify a certificate')}>
      <div class={`card verdict ${tone}`}>
        <p class="word">
          <span class="sign" aria-hidden="true">
            {sign}
          </span>
          <strong>{word}</strong>
        </p>
        <p>{meaning}</p>
        <p class="quiet">{w(`查验时间 ${props.checked_at}（北京时间）`, `Checked ${props.checked_at} (UTC+8)`)}</p>
      </div>
      {proof === 'match' && <Notice tone="good">{w('核对一致。', 'It matches.')}</Notice>}
      {proof === 'mismatch' && (
        <Notice tone="bad">
          {w(
            '核对不一致：您填的与证书登记的不同。请再看一遍手中的证件；仍不一致，请勿采信。',
            'It does not match what is registered. Look again; if it still differs, do not rely on the certificate.',
          )}
        </Notice>
      )}
      {printed && <Compare printed={printed} />}
      {!printed && status !== 'not_found' && (
        <Card>
          <Facts
            items={[
              { label: w('证书种类', 'Kind'), value: props.kind_name },
              { label: w('发证机构', 'Issuer'), value: props.issuer_name },
            ]}
          />
        </Card>
      )}
      {status !== 'not_found' && <Proof action={props.action} errors={errors} known={printed !== null} />}
      <p class="links">
        <a href="/v">{w('再查一张', 'Check another')}</a>
        <button type="button" class="link" data-print hidden>
          {w('打印本页', 'Print this page')}
        </button>
        {props.credential_href && (
          <DownloadLink href={props.credential_href} note="JWT">
            {w('下载数字凭证', 'Download the credential')}
          </DownloadLink>
        )}
        {props.offline_href && <a href={props.offline_href}>{w('如何离线验证', 'How to verify offline')}</a>}
      </p>
    </PublicPage>
  )
}

function judgement(
  { status, number, ended_on }: VerdictProps,
  w: Words,
): Record<'sign' | 'word' | 'meaning', string> & { tone: Tone } {
  const day = ended_on ?? ''
  switch (status) {
    case 'valid':
      return {
        sign: '✓',
        tone: 'good',
        word: w('真实有效', 'Genuine and valid'),
        meaning: w(
          '本系统登记有这张证书，没有过期，也没有撤销。',
          'It is registered here, has not run out and is not revoked.',
        ),
      }
    case 'expired':
      return {
        sign: '!',
        tone: 'warn',
        word: w('已过期', 'Expired'),
        meaning: w(`证书是真的，有效期到 ${day} 为止，现在已经过期。`, `It is genuine, but ran out on ${day}.`),
      }
    case 'replaced':
      return {
        sign: '!',
        tone: 'warn',
        word: w('已换发', 'Replaced'),
        meaning: w(
          '证书已换发新证，请向持证人索取新证书再查。',
          'A new certificate replaced it: ask the holder for the new one.',
        ),
      }
    case 'revoked':
      return {
        sign: '✕',
        tone: 'bad',
        word: w('已撤销', 'Revoked'),
        meaning: w(
          `发证机构已于 ${day} 撤销这张证书，不再有效。`,
          `The issuer revoked it on ${day}; it is no longer valid.`,
        ),
      }
    case 'not_found':
      return {
        sign: '?',
        tone: 'plain',
        word: w('查无此证', 'No such certificate'),
        meaning: w(
          `本系统没有登记${number ? `编号“${number}”的` : '这张'}证书。请检查数字 0 与字母 O、数字 1 与字母 I 是否输错；其他系统签发的证书请到原发证系统查询。`,
          `Nothing is registered here${number ? ` under “${number}”` : ''}. Check 0 and O, 1 and I; certificates of other systems are checked there.`,
        ),
      }
  }
}

function Compare({ printed }: { printed: PrintedFacts }) {
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
          ...(pdf_sha256
            ? [
                {
                  label: w('文件指纹', 'File digest'),
                  value: <code class="digest">{pdf_sha256.match(/.{1,8}/g)?.join(' ')}</code>,
                },
              ]
            : []),
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

function Proof({ action, errors, known }: { action: string; errors: FormError[]; known: boolean }) {
  const w = useWords()
  return (
    <Card
      title={
        known ? w('核对证件号后四位（选填）', 'Compare the ID number (optional)') : w('核对持证人', 'Name the holder')
      }
    >
      <p class="quiet">
        {known
          ? w('只回答“一致”或“不一致”。', 'The answer is only “matches” or “does not match”.')
          : w(
              '填姓名或证件号后四位，相符后显示证书内容。',
              'The name or the last four of the ID number opens the contents.',
            )}
      </p>
      <form method="post" action={action} class="form row">
        <ErrorSummary errors={errors} />
        {!known && <Field label={w('姓名', 'Name')} name="name" attributes={{ autocomplete: 'off' }} />}
        <Field
          label={w('证件号后四位', 'Last four of the ID number')}
          name="id_last_four"
          attributes={{ autocomplete: 'off', maxlength: 4, size: 6, autocapitalize: 'characters' }}
        />
        <button type="submit" class="button primary">
          {w('核对', 'Compare')}
        </button>
      </form>
    </Card>
  )
}
