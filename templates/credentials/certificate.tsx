/** One certificate with its file, QR code and history, and the pages that confirm what ends it. */
import {
  KINDS,
  REGISTRIES,
  REVOCATION_REASONS,
  type Registry,
  type RegistryResult,
} from '../../src/credentials/rules.ts'
import { inLanguage } from '../../src/platform/errors.ts'
import { Field, Form, type FormError } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'
import { Card, DownloadLink, Empty, Facts, Notice, Timeline, type TimelineItem } from '../parts.tsx'
import { words } from '../words.ts'
import { type CertificateRow, Digest, levelName, RegistryTag, statusTag } from './certificates.tsx'

export interface Certificate extends CertificateRow {
  person_id: string
  batch_id: string | null
  replaces_id: string | null
  replaced_by: string | null
  revocation_reason_code: string | null
  revocation_effective_on: string | null
  verify_url: string
  pdf_sha256: string
}

export interface CertificateProps {
  frame: Frame
  certificate: Certificate
  /** dark runs of the QR code: column, row, length */
  qr: { modules: number; runs: [number, number, number][] }
  checks: {
    registry: Registry
    result: RegistryResult
    checked_on: string
    evidence: string
    checked_by_name: string | null
  }[]
  timeline: TimelineItem[]
  /** the actor's organisation issued it and it still stands */
  may_end: boolean
  /** the holder's record is within the reader's reach */
  may_open_person: boolean
}

export function CertificatePage(props: CertificateProps) {
  const { frame, certificate, qr, checks, timeline, may_end, may_open_person } = props
  const w = words(frame.lang)
  const { id, number } = certificate
  return (
    <Page
      {...frame}
      heading={number}
      tag={statusTag(certificate.status, frame.lang)}
      back={{ href: '/console/certificates', label: w('证书', 'Certificates') }}
      actions={
        <DownloadLink href={`/api/v1/certificates/${id}.pdf`} note="PDF">
          {w('下载证书', 'Download')}
        </DownloadLink>
      }
    >
      <Ending certificate={certificate} lang={frame.lang} />
      <div class="halves">
        <Card title={w('证书内容', 'Contents')}>
          <Facts
            items={[
              { label: w('种类', 'Kind'), value: inLanguage(frame.lang, KINDS[certificate.kind]) },
              {
                label: w('持证人', 'Holder'),
                value: may_open_person ? (
                  <a href={`/console/people/${certificate.person_id}`}>{certificate.holder_name}</a>
                ) : (
                  certificate.holder_name
                ),
              },
              { label: w('证件号码', 'ID number'), value: certificate.id_number_masked },
              { label: w('职业', 'Occupation'), value: certificate.occupation_name },
              { label: w('等级', 'Level'), value: certificate.level ? levelName(certificate.level, frame.lang) : '—' },
              { label: w('发证机构', 'Issuer'), value: certificate.issuer_name },
              { label: w('发证日期', 'Issued on'), value: certificate.issued_on },
              { label: w('有效期至', 'Valid until'), value: certificate.valid_until ?? w('长期', 'no end') },
              {
                label: w('官方平台核验', 'Official register'),
                value: <RegistryTag result={certificate.registry_result} lang={frame.lang} />,
              },
              { label: w('文件指纹', 'File digest'), value: <Digest sha256={certificate.pdf_sha256} /> },
            ]}
          />
          {may_end && (
            <p class="links">
              <a class="button" href={`/console/certificates/${id}/replacement`}>
                {w('换发', 'Replace')}
              </a>
              <a class="button danger" href={`/console/certificates/${id}/revocation`}>
                {w('撤销', 'Revoke')}
              </a>
            </p>
          )}
        </Card>
        <Card title={w('扫码查验', 'Scan to verify')}>
          <svg
            viewBox={`-4 -4 ${qr.modules + 8} ${qr.modules + 8}`}
            width="180"
            height="180"
            role="img"
            aria-label={w('查验地址的二维码', 'QR code of the address below')}
            shape-rendering="crispEdges"
          >
            <rect x="-4" y="-4" width={qr.modules + 8} height={qr.modules + 8} fill="#fff" />
            <path fill="#000" d={qr.runs.map(([x, y, length]) => `M${x} ${y}h${length}v1h-${length}z`).join('')} />
          </svg>
          <p>
            <a href={certificate.verify_url}>{certificate.verify_url}</a>
          </p>
        </Card>
      </div>
      <Card title={w('证书预览', 'Preview')}>
        <iframe
          src={`/api/v1/certificates/${id}.pdf`}
          title={w(`证书 ${number} 的 PDF`, `PDF of certificate ${number}`)}
          width="100%"
          height="480"
          loading="lazy"
        />
      </Card>
      <div class="halves">
        <Card title={w('官方平台核验记录', 'Looked up in official registers')}>
          {checks.length === 0 ? (
            <Empty
              title={w('还没有核验记录，由区县主管部门登记。', 'Nobody has looked it up yet; the district records it.')}
            />
          ) : (
            <Timeline
              items={checks.map((check) => ({
                at: check.checked_on,
                title: <RegistryTag result={check.result} lang={frame.lang} />,
                who: check.checked_by_name ?? undefined,
                body: `${inLanguage(frame.lang, REGISTRIES[check.registry])}：${check.evidence}`,
              }))}
            />
          )}
        </Card>
        <Card title={w('变更记录', 'History')}>
          <Timeline items={timeline} />
        </Card>
      </div>
    </Page>
  )
}

function Ending({ certificate, lang }: { certificate: Certificate; lang: Frame['lang'] }) {
  const w = words(lang)
  const { status, valid_until, replaced_by, replaces_id, revocation_effective_on } = certificate
  const reason = REVOCATION_REASONS[certificate.revocation_reason_code as keyof typeof REVOCATION_REASONS]
  return (
    <>
      {status === 'expired' && (
        <Notice tone="warn">{w(`有效期至 ${valid_until}，已经过期。`, `It ran out on ${valid_until}.`)}</Notice>
      )}
      {status === 'revoked' && (
        <Notice tone="bad">
          {w(
            `自 ${revocation_effective_on} 起撤销（${reason?.zh}），从这一天起不再支持津贴和任何待遇。`,
            `Revoked from ${revocation_effective_on} (${reason?.en}): from that day it supports nothing.`,
          )}
        </Notice>
      )}
      {status === 'replaced' && (
        <Notice tone="warn">
          <a href={`/console/certificates/${replaced_by}`}>
            {w(`${revocation_effective_on} 换发了新证书`, `Replaced on ${revocation_effective_on}`)}
          </a>
        </Notice>
      )}
      {replaces_id && (
        <Notice tone="info">
          <a href={`/console/certificates/${replaces_id}`}>{w('由这张旧证书换发', 'It replaces this certificate')}</a>
        </Notice>
      )}
    </>
  )
}

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
            `撤销“${certificate.holder_name}”的证书 ${certificate.number} 后不能恢复。扫码和查询立即显示“已撤销”，生效日起的津贴会重新计算。`,
            `Revoking certificate ${certificate.number} of ${certificate.holder_name} cannot be undone. The public look-up says so at once, and allowances from the effective day are computed again.`,
          )}
        </p>
        <Form action={`${back}/revocation`} errors={errors} submit={w('撤销证书', 'Revoke')} cancel={back} danger>
          <Field
            label={w('原因', 'Reason')}
            name="reason_code"
            type="select"
            required
            value={values.reason_code ?? 'issued_in_error'}
            options={Object.entries(REVOCATION_REASONS).map(([value, label]) => ({
              value,
              label: inLanguage(frame.lang, label),
            }))}
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
