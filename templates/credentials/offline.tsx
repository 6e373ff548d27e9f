/** A page that checks the signed code of a certificate by itself: kept in a browser or on a disk, it needs no network and asks nobody. */
import { raw } from 'hono/html'
import { type PublicFrame, PublicPage } from '../layout.tsx'
import { Card, Facts, Notice } from '../parts.tsx'
import { useWords, words } from '../words.ts'

export interface OfflineProps {
  frame: PublicFrame
  /** what the script needs to know: public keys, and the words for kinds and levels */
  known: { keys: object[]; kinds: Record<string, string>; levels: Record<string, string> }
  /** the day on which the keys were taken, `YYYY-MM-DD` */
  keys_of: string
}

/** `/verify/offline`: the controls have no names, so that nothing typed here can come into an address. */
export function Offline({ frame, known, keys_of }: OfflineProps) {
  const w = words(frame.lang)
  return (
    <PublicPage {...frame} heading={w('离线核对证书', 'Check a certificate offline')}>
      <p class="lead">
        {w(
          '二维码里有发证机构签名的证书内容。本页只在您的设备上核对，不联网，也不上传任何内容；保存本页后断网也能用。',
          'The QR code carries what the certificate says, signed by its issuer. This page checks it on your device and sends nothing; saved, it works without a network.',
        )}
      </p>
      <noscript>
        <Notice tone="warn">{w('离线核对需要浏览器脚本。', 'Checking offline needs scripts.')}</Notice>
      </noscript>
      <div class="card" id="proof">
        <div class="form">
          <Control
            id="proof-code"
            label={w('二维码的内容', 'What the QR code says')}
            hint={w(
              '扫码得到的整个网址，含 # 后面的部分',
              'The whole address that was scanned, with what follows the #',
            )}
            long
          />
          <Control id="proof-name" label={w('证书上的姓名', 'Name on the certificate')} />
          <Control
            id="proof-last-four"
            label={w('证件号码后四位', 'Last four of the ID number')}
            hint={w('与姓名一起核对，分得清同名的人', 'Compared with the name: tells people of one name apart')}
          />
          <Control
            id="proof-subject"
            label={w('职业、课程或奖项', 'Occupation, course or award')}
            hint={w(
              '照证书填写；有工种的写在职业后面，隔一个空格；奖项写证书正文的整句',
              'As printed; a job type follows the occupation after a space; of an award the whole sentence',
            )}
          />
          <div class="actions">
            <button type="button" class="button primary">
              {w('核对', 'Check')}
            </button>
          </div>
        </div>
      </div>
      <div id="proof-answer" aria-live="polite">
        {VERDICTS(w).map(([verdict, tone, text]) => (
          <div data-verdict={verdict} hidden>
            <Notice tone={tone}>{text}</Notice>
          </div>
        ))}
        <div id="proof-facts" hidden>
          <Card title={w('签名的内容，请与证书逐项对照', 'What was signed: compare it with the certificate')}>
            <Facts
              items={[
                { label: w('证书编号', 'Number'), value: <Said fact="number" /> },
                { label: w('种类', 'Kind'), value: <Said fact="kind" /> },
                { label: w('等级', 'Level'), value: <Said fact="level" /> },
                { label: w('发证机构', 'Issuer'), value: <Said fact="issuer_name" /> },
                { label: w('发证日期', 'Issued on'), value: <Said fact="issued_on" /> },
                { label: w('有效期至', 'Valid until'), value: <Said fact="valid_until" empty={w('长期', 'no end')} /> },
                { label: w('姓名', 'Name'), value: <Agreement fact="name" /> },
                { label: w('证件号码后四位', 'Last four'), value: <Agreement fact="holder" /> },
                { label: w('职业、课程或奖项', 'Earned in'), value: <Agreement fact="subject" /> },
              ]}
            />
          </Card>
        </div>
      </div>
      <Notice tone="info">
        {w(
          `公钥取自 ${keys_of}。离线核对看不出证书后来是否被撤销、换发或暂停：要知道现在是否有效，请联网查验。`,
          `Keys of ${keys_of}. Offline nobody sees whether a certificate was revoked, replaced or suspended since: for its state now, verify online.`,
        )}{' '}
        <a href="/v">{w('联网查验', 'Verify online')}</a>
      </Notice>
      <script type="application/json" id="proof-known">
        {raw(JSON.stringify(known).replaceAll('<', '\\u003c'))}
      </script>
      <script src="/assets/app/offline.js" defer />
    </PublicPage>
  )
}

const VERDICTS = (w: ReturnType<typeof words>) =>
  [
    [
      'valid',
      'good',
      w(
        '签名有效：以下内容由发证机构签名，没有被改动。',
        'The signature holds: what follows was signed by the issuer and is unchanged.',
      ),
    ],
    [
      'altered',
      'bad',
      w('被改动：内容与签名不符，请勿采信。', 'Altered: the contents are not what was signed. Do not rely on it.'),
    ],
    [
      'unknown_key',
      'bad',
      w(
        '未知密钥：不是本系统的机构签名的，或密钥在保存本页之后才启用。请联网重新打开本页再核对；仍然如此，请勿采信。',
        'Unknown key: not signed by an issuer of this register, or by a key newer than this page. Open the page again with a network; if it stays so, do not rely on it.',
      ),
    ],
    [
      'unreadable',
      'warn',
      w(
        '读不出：这不是本系统证书的二维码内容，或没有复制完整。',
        'Unreadable: not the QR code of a certificate of this register, or not all of it.',
      ),
    ],
    [
      'missing',
      'warn',
      w(
        '这个网址里没有签名内容（# 后面是空的）。请联网查验。',
        'This address carries nothing signed behind its #. Verify online.',
      ),
    ],
    [
      'expired',
      'warn',
      w('签名有效，但证书上的有效期已过。', 'The signature holds, but the printed validity has ended.'),
    ],
  ] as const

function Control({ id, label, hint, long }: { id: string; label: string; hint?: string; long?: boolean }) {
  const common = { id, autocomplete: 'off', spellcheck: false, 'aria-describedby': hint && `${id}-hint` }
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {hint && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {long ? <textarea rows={3} {...common} /> : <input type="text" {...common} />}
    </div>
  )
}

function Said({ fact, empty = '--' }: { fact: string; empty?: string }) {
  return <output data-said={fact} data-empty={empty} />
}

function Agreement({ fact }: { fact: string }) {
  const w = useWords()
  return (
    <output
      data-agrees={fact}
      data-true={w('✓ 与填写的一致', '✓ As entered')}
      data-false={w('✕ 与填写的不同', '✕ Not as entered')}
      data-empty={w('没有填写，未核对', 'Not entered, not compared')}
    />
  )
}
