/** One batch: how far it is, who got a certificate, and who did not and why. */
import type { ClassKind } from '../../src/credentials/rules.ts'
import { type Frame, Page } from '../layout.tsx'
import { DownloadLink, type JobState, Progress, Steps } from '../parts.tsx'
import { Table } from '../table.tsx'
import { words } from '../words.ts'
import type { CertificateRow } from './certificates.tsx'
import { steps } from './issue.tsx'

export interface BatchProps {
  frame: Frame
  batch: { id: string; class_id: string; class_name: string; kind: ClassKind; issued_on: string; issued: number }
  job: JobState
  certificates: Pick<CertificateRow, 'id' | 'number' | 'holder_name'>[]
  skipped: { holder_name: string; message: string }[]
  may_revoke: boolean
}

export function BatchPage({ frame, batch, job, certificates, skipped, may_revoke }: BatchProps) {
  const w = words(frame.lang)
  const open = job.status === 'queued' || job.status === 'running'
  return (
    <Page
      {...frame}
      refresh_seconds={open ? 3 : undefined}
      heading={w(`“${batch.class_name}”的发证批次`, `Certificates for “${batch.class_name}”`)}
      back={{ href: '/console/certificates', label: w('证书', 'Certificates') }}
      actions={
        !open &&
        batch.issued > 0 && (
          <DownloadLink href={`/api/v1/certificate-batches/${batch.id}.zip`} note="ZIP, PDF">
            {w(`下载 ${batch.issued} 份 PDF`, `Download ${batch.issued} PDFs`)}
          </DownloadLink>
        )
      }
    >
      <Steps steps={steps(frame)} current={open ? 2 : 3} />
      <Progress job={job} href={`/console/certificate-batches/${batch.id}`} unit={w('人', 'people')} />
      {skipped.length > 0 && (
        <>
          <h2>{w(`没有发证的 ${skipped.length} 人`, `${skipped.length} without a certificate`)}</h2>
          <Table
            caption={w('没有发证的人', 'People without a certificate')}
            columns={[
              { key: 'name', label: w('姓名', 'Name') },
              { key: 'reason', label: w('原因', 'Reason') },
            ]}
            empty=""
            rows={skipped.map((one) => ({ cells: { name: one.holder_name, reason: one.message } }))}
          />
        </>
      )}
      <h2>{w(`已签发 ${batch.issued} 张`, `${batch.issued} issued`)}</h2>
      <Table
        caption={w('已签发的证书', 'Issued certificates')}
        columns={[
          { key: 'number', label: w('证书编号', 'Number') },
          { key: 'name', label: w('姓名', 'Name') },
          { key: 'file', label: w('文件', 'File') },
        ]}
        empty={w(
          '还没有签发；处理开始后会出现在这里。',
          'Nothing issued yet; certificates appear here as they are made.',
        )}
        rows={certificates.map((one) => ({
          cells: {
            number: <a href={`/console/certificates/${one.id}`}>{one.number}</a>,
            name: one.holder_name,
            file: <a href={`/api/v1/certificates/${one.id}.pdf`}>PDF</a>,
          },
        }))}
      />
      {may_revoke && batch.issued > 0 && (
        <p class="links">
          <a class="button" href={`/console/certificates/revocations?batch_id=${batch.id}`}>
            {w('批量撤销…', 'Revoke many…')}
          </a>
        </p>
      )}
    </Page>
  )
}
