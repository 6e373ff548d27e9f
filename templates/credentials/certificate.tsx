/** One certificate with its file, QR code and history, and the pages that confirm what ends it. */

import { STEPS, type Step } from '../../src/credentials/life-rules.ts'
import {
  KINDS,
  REGISTRIES,
  REVOCATION_REASONS,
  type Registry,
  type RegistryResult,
} from '../../src/credentials/rules.ts'
import { inLanguage } from '../../src/platform/errors.ts'
import { type Frame, Page } from '../layout.tsx'
import { Card, DownloadLink, Empty, Facts, Notice, Timeline, type TimelineItem } from '../parts.tsx'
import { type Qr, QrCode } from '../qr.tsx'
import { words } from '../words.ts'
import { type LifeItem, LifeOf } from './certificate-life.tsx'
import { type CertificateRow, Digest, levelName, RegistryTag, statusTag } from './certificates.tsx'

export interface Certificate extends CertificateRow {
  person_id: string
  batch_id: string | null
  replaces_id: string | null
  replaces_number: string | null
  replaces_issued_on: string | null
  replaced_by: string | null
  suspended_from: string | null
  revocation_reason_code: string | null
  revocation_effective_on: string | null
  verify_url: string
  pdf_sha256: string
}

export interface CertificateProps {
  frame: Frame
  certificate: Certificate
  qr: Qr
  checks: {
    registry: Registry
    result: RegistryResult
    checked_on: string
    evidence: string
    checked_by_name: string | null
  }[]
  timeline: TimelineItem[]
  /** of an award: the ranking was corrected after the issue, and what to do */
  change: string | null
  life: LifeItem[]
  /** what the issuer, if that is the reader, can do next */
  steps: Step[]
  /** the actor's organisation issued it and it still stands */
  may_end: boolean
  /** the holder's record is within the reader's reach */
  may_open_person: boolean
}

export function CertificatePage(props: CertificateProps) {
  const { frame, certificate, qr, checks, timeline, change, life, steps, may_end, may_open_person } = props
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
      {change && <Notice tone="warn">{change}</Notice>}
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
              ...(certificate.continued_until
                ? [{ label: w('延续至', 'Continued until'), value: certificate.continued_until }]
                : []),
              ...(certificate.replaces_id
                ? [
                    {
                      label: w('原证书编号', 'Number of the first'),
                      value: (
                        <>
                          <a href={`/console/certificates/${certificate.replaces_id}`}>{certificate.replaces_number}</a>{' '}
                          {certificate.replaces_issued_on}
                        </>
                      ),
                    },
                  ]
                : []),
              {
                label: w('官方平台核验', 'Official register'),
                value: <RegistryTag result={certificate.registry_result} lang={frame.lang} />,
              },
              { label: w('文件指纹', 'File digest'), value: <Digest sha256={certificate.pdf_sha256} /> },
            ]}
          />
          <p class="links">
            <a class="button" href={`/console/certificates/${id}/cascade`}>
              {w('波及情况', 'What rests on it')}
            </a>
            {may_end && certificate.status !== 'suspended' && (
              <a class="button" href={`/console/certificates/${id}/replacement`}>
                {w('换发', 'Replace')}
              </a>
            )}
            {steps.map((step) => (
              <a class="button" href={`/console/certificates/${id}/${step}`}>
                {inLanguage(frame.lang, STEPS[step])}
              </a>
            ))}
            {may_end && (
              <a class="button danger" href={`/console/certificates/${id}/revocation`}>
                {w('撤销', 'Revoke')}
              </a>
            )}
          </p>
        </Card>
        <div class="halves">
          <Card title={w('扫码查验', 'Scan to verify')}>
            <QrCode qr={qr} size={180} label={w('查验地址的二维码', 'QR code of the address below')} />
            <p>
              <a href={certificate.verify_url}>{certificate.verify_url}</a>
            </p>
          </Card>
          <Card title={w('证书经历', 'What became of it')}>
            <LifeOf items={life} lang={frame.lang} />
          </Card>
        </div>
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
  const { status, replaced_by, replaces_id, revocation_effective_on, suspended_from } = certificate
  const valid_until = certificate.continued_until ?? certificate.valid_until
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
      {status === 'suspended' && (
        <Notice tone="warn">
          {w(
            `自 ${suspended_from} 起暂停使用，恢复之前月末仍在暂停的月份不支持津贴。`,
            `Suspended from ${suspended_from}: until that is lifted, months that end in it are not supported.`,
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
