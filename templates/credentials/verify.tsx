/** The answer to a look-up: does the certificate stand, in one word, with the time of the check. */
import type { PropsWithChildren } from 'hono/jsx'
import { ErrorSummary, Field, type FormError } from '../form.tsx'
import { type PublicFrame, PublicPage } from '../layout.tsx'
import { Card, DownloadLink, Facts, Notice, type Tone } from '../parts.tsx'
import { useWords, type Words, words } from '../words.ts'
import { Compare, type PrintedFacts } from './compare.tsx'

export interface VerdictProps {
  frame: PublicFrame
  status: 'valid' | 'expired' | 'suspended' | 'revoked' | 'replaced' | 'not_found'
  /** `YYYY-MM-DD HH:MM`, Asia/Shanghai */
  checked_at: string
  /** what was asked for, as typed */
  number: string | null
  kind_name: string | null
  issuer_name: string | null
  /** the day it was revoked, suspended from, or ran out */
  ended_on?: string | null | undefined
  /** only for somebody who holds the QR code or has named the holder */
  printed: PrintedFacts | null
  /** answer to a comparison with the ID number or the name */
  proof?: 'match' | 'mismatch' | null
  errors?: FormError[]
  /** where the comparison is posted: the address of this page */
  action: string
  /** of the QR code, for whoever scanned it: opens the credential */
  token?: string | undefined
}

/** `/v/:token`: the verdict in one word, then everything that must agree with the paper. */
export function Verdict(props: VerdictProps) {
  const { frame, status, printed, proof, errors = [] } = props
  const w = words(frame.lang)
  return (
    <PublicPage {...frame} heading={w('证书查验', 'Verify a certificate')}>
      <Judgement {...props} />
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
        {props.token && status !== 'not_found' && (
          <>
            <a href="/verify/offline" data-with-code>
              {w('断网核对二维码里的签名', 'Check the signed code offline')}
            </a>
            <DownloadLink href={`/credentials/${props.token}`} note="JWT">
              {w('下载数字凭证', 'Download the credential')}
            </DownloadLink>
          </>
        )}
      </p>
    </PublicPage>
  )
}

export type JudgementProps = Pick<VerdictProps, 'status' | 'number' | 'ended_on' | 'checked_at'>

/** The state in one word, what it means, what to do now, and when it was looked up. */
export function Judgement(props: JudgementProps) {
  const w = useWords()
  return (
    <VerdictCard {...judgement(props, w)}>
      {w(`查验时间 ${props.checked_at}（北京时间）`, `Checked ${props.checked_at} (UTC+8)`)}
    </VerdictCard>
  )
}

/** An answer in one word with its sign, and what it means. */
export interface Told {
  sign: string
  tone: Tone
  word: string
  meaning: string
}

/** With a quiet line below. */
export function VerdictCard({ sign, tone, word, meaning, children }: PropsWithChildren<Told>) {
  return (
    <div class={`card verdict ${tone}`}>
      <p class="word">
        <span class="sign" aria-hidden="true">
          {sign}
        </span>
        <strong>{word}</strong>
      </p>
      <p>{meaning}</p>
      <p class="quiet">{children}</p>
    </div>
  )
}

function judgement({ status, number, ended_on }: JudgementProps, w: Words): Told {
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
        meaning: w(
          `证书是真的，有效期到 ${day} 为止，现在已经过期；请向持证人询问是否已续期或换证。`,
          `It is genuine, but ran out on ${day}: ask the holder whether it was renewed.`,
        ),
      }
    case 'suspended':
      return {
        sign: '!',
        tone: 'warn',
        word: w('暂停使用', 'Suspended'),
        meaning: w(
          `证书是真的，发证机构自 ${day} 起暂停其使用；恢复之前请勿采信。`,
          `It is genuine, but the issuer suspended it from ${day}; do not rely on it until that is lifted.`,
        ),
      }
    case 'replaced':
      return {
        sign: '!',
        tone: 'warn',
        word: w('已换发', 'Replaced'),
        meaning: w(
          `证书已于 ${day} 换发，请查新证书：向持证人索取后再查。`,
          `A new certificate replaced it on ${day}: ask the holder for the new one and verify that.`,
        ),
      }
    case 'revoked':
      return {
        sign: '✕',
        tone: 'bad',
        word: w('已撤销', 'Revoked'),
        meaning: w(
          `发证机构已于 ${day} 撤销这张证书，不能再作为凭证；有疑问请联系发证机构。`,
          `The issuer revoked it on ${day}; it proves nothing any more. Ask the issuer if in doubt.`,
        ),
      }
    case 'not_found':
      return {
        sign: '?',
        tone: 'plain',
        word: w('查无此证', 'No such certificate'),
        meaning: w(
          `本系统没有登记${number ? `编号“${number}”的` : '这张'}证书。请检查数字 0 与字母 O、数字 1 与字母 I 是否输错；其他系统签发的证书请到原发证系统查询。`,
          `Nothing is registered here${number ? ` under "${number}"` : ''}. Check 0 and O, 1 and I; certificates of other systems are checked there.`,
        ),
      }
  }
}

function Proof({ action, errors, known }: { action: string; errors: FormError[]; known: boolean }) {
  const w = useWords()
  return (
    <Card
      title={
        known ? w('核对证件号码后四位（选填）', 'Compare the ID number (optional)') : w('核对持证人', 'Name the holder')
      }
    >
      <p class="quiet">
        {known
          ? w('只回答“一致”或“不一致”。', 'The answer is only yes or no.')
          : w(
              '填姓名或证件号码后四位，相符后显示证书内容。',
              'The name or the last four of the ID number opens the contents.',
            )}
      </p>
      <form method="post" action={action} class="form row">
        <ErrorSummary errors={errors} />
        {!known && <Field label={w('姓名', 'Name')} name="name" attributes={{ autocomplete: 'off' }} />}
        <Field
          label={w('证件号码后四位', 'Last four of the ID number')}
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
