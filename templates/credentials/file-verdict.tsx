/** The answer to a file that was presented: as issued, changed, or not of this register; and what became of the certificate since. */
import { type PublicFrame, PublicPage } from '../layout.tsx'
import { Card, Facts, Notice } from '../parts.tsx'
import { useWords, words } from '../words.ts'
import { Digest } from './certificates.tsx'
import { Compare, type PrintedFacts } from './compare.tsx'
import { Judgement, type JudgementProps, type Told, VerdictCard } from './verify.tsx'

export interface FileVerdictProps {
  frame: PublicFrame
  file: 'original' | 'changed' | 'unknown'
  sha256: string
  /** null where the file names no certificate of this register */
  certificate: (JudgementProps & { kind_name: string | null; issuer_name: string | null }) | null
  printed: PrintedFacts | null
  /** what is told of each proof, in words */
  proofs: { name: 'signature' | 'credential' | 'code'; verdict: string; holds: boolean }[]
  /** facts in which it differs, by name */
  differing: string[]
}

/** `/v/file`. */
export function FileVerdict({ frame, file, sha256, certificate, printed, proofs, differing }: FileVerdictProps) {
  const w = words(frame.lang)
  const told: Record<FileVerdictProps['file'], Told> = {
    original: {
      sign: '✓',
      tone: 'good',
      word: w('文件是签发的原件', 'The file is as issued'),
      meaning: w('与签发时逐字节相同，没有改动。', 'It is the same to the byte as when it was issued.'),
    },
    changed: {
      sign: '✕',
      tone: 'bad',
      word: w('文件被改动过', 'The file was changed'),
      meaning: w(
        '它取自本系统签发的证书，但已不是签发时的文件，请勿采信；请向持证人索取原件，或扫原件上的二维码。',
        'It comes from a certificate of this register and is no longer the file as issued: do not rely on it. Ask the holder for the original, or scan its QR code.',
      ),
    },
    unknown: {
      sign: '?',
      tone: 'plain',
      word: w('不是本系统签发的文件', 'Not a file of this register'),
      meaning: w(
        '本系统没有签发过这个文件，文件里也没有本系统证书的凭证。拍照、扫描或另存的件请改用证书编号或二维码查验。',
        'This register did not issue it, and nothing in it names a certificate of ours. For a photo, a scan or a copy saved anew use the number or the QR code.',
      ),
    },
  }
  return (
    <PublicPage {...frame} heading={w('证书文件查验', 'Verify the file of a certificate')}>
      <VerdictCard {...told[file]}>
        SHA-256 <Digest sha256={sha256} />
      </VerdictCard>
      {certificate && <Judgement {...certificate} />}
      {differing.length > 0 && (
        <Notice tone="bad">
          {w('文件所写与登记不同：', 'The file differs from the register in: ')}
          {differing.map((name) => factName(name, w)).join(w('、', ', '))}
        </Notice>
      )}
      {proofs.length > 0 && <Proofs proofs={proofs} />}
      {printed && <Compare printed={printed} />}
      {certificate && !printed && (
        <Card>
          <Facts
            items={[
              { label: w('证书种类', 'Kind'), value: certificate.kind_name },
              { label: w('发证机构', 'Issuer'), value: certificate.issuer_name },
            ]}
          />
        </Card>
      )}
      <p class="quiet">{w('文件已在内存中比对，没有保存。', 'The file was compared in memory and not kept.')}</p>
      <p class="links">
        <a href="/v">{w('再查一张', 'Check another')}</a>
        <button type="button" class="link" data-print hidden>
          {w('打印本页', 'Print this page')}
        </button>
      </p>
    </PublicPage>
  )
}

function Proofs({ proofs }: Pick<FileVerdictProps, 'proofs'>) {
  const w = useWords()
  const names = {
    signature: w('发证机构签名', "The issuer's signature"),
    credential: w('内附数字凭证', 'The attached credential'),
    code: w('二维码里的签名', 'The signed QR code'),
  }
  return (
    <Card title={w('文件自带的证明', 'Proofs in the file')}>
      <Facts
        items={proofs.map(({ name, verdict, holds }) => ({
          label: names[name],
          value: `${holds ? '✓' : '✕'} ${verdict}`,
        }))}
      />
    </Card>
  )
}

function factName(name: string, w: ReturnType<typeof words>): string {
  const names: Record<string, string> = {
    kind: w('证书种类', 'kind'),
    number: w('证书编号', 'number'),
    level: w('等级', 'level'),
    issued_on: w('发证日期', 'day of issue'),
    valid_until: w('有效期', 'validity'),
    holder_name: w('姓名', 'name'),
    id_last_four: w('证件号码', 'ID number'),
    subject: w('职业', 'occupation'),
    issuer_name: w('发证机构', 'issuer'),
  }
  return names[name] ?? name
}
