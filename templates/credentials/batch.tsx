/** One batch: how far it is, who got a certificate, and who did not and why. */
import type { CertificateKind } from '../../src/credentials/rules.ts'
import { type Frame, Page } from '../layout.tsx'
import { type JobState, Progress, Steps } from '../parts.tsx'
import { Table } from '../table.tsx'
import { words } from '../words.ts'
import type { CertificateRow } from './certificates.tsx'
import { FileLinks } from './files.tsx'
import { steps } from './issue.tsx'

export interface BatchProps {
  frame: Frame
  /** `name` is of the class or event */
  batch: {
    id: string
    class_id: string | null
    event_id: string | null
    name: string
    kind: CertificateKind
    issued: number
    left_out: number
  }
  job: JobState
  /** the first of them */
  certificates: Pick<CertificateRow, 'id' | 'number' | 'holder_name'>[]
  /** the first of them */
  skipped: { holder_name: string; message: string }[]
  /** certificates in one file, at most */
  limits: { zip: number; print: number }
  may_revoke: boolean
}

export function BatchPage({ frame, batch, job, certificates, skipped, limits, may_revoke }: BatchProps) {
  const w = words(frame.lang)
  const open = job.status === 'queued' || job.status === 'running'
  return (
    <Page
      {...frame}
      refresh_seconds={open ? 3 : undefined}
      heading={w(`“${batch.name}”的发证批次`, `Certificates for “${batch.name}”`)}
      back={
        batch.event_id
          ? { href: `/console/certificates/new?event=${batch.event_id}&kind=${batch.kind}`, label: batch.name }
          : { href: '/console/certificates', label: w('证书', 'Certificates') }
      }
    >
      <Steps steps={steps(frame)} current={open ? 2 : 3} />
      <Progress job={job} href={`/console/certificate-batches/${batch.id}`} unit={w('人', 'people')} />
      {!open && batch.issued > 0 && (
        <FileLinks
          lang={frame.lang}
          count={batch.issued}
          zip={`/api/v1/certificate-batches/${batch.id}.zip`}
          print={`/api/v1/certificate-batches/${batch.id}.pdf`}
          limits={limits}
        />
      )}
      {batch.left_out > 0 && (
        <>
          <h2>{w(`没有发证的 ${batch.left_out} 人`, `${batch.left_out} without a certificate`)}</h2>
          <Table
            caption={w('没有发证的人', 'People without a certificate')}
            columns={[
              { key: 'name', label: w('姓名', 'Name') },
              { key: 'reason', label: w('原因', 'Reason') },
            ]}
            empty=""
            rows={skipped.map((one) => ({ cells: { name: one.holder_name, reason: one.message } }))}
          />
          {batch.left_out > skipped.length && (
            <p class="quiet">{w(`只列前 ${skipped.length} 人。`, `The first ${skipped.length} are listed.`)}</p>
          )}
        </>
      )}
      <h2>{w(`已签发 ${batch.issued} 张`, `${batch.issued} issued`)}</h2>
      {batch.issued > certificates.length && (
        <p>
          <a href={`/console/certificates?batch_id=${batch.id}`}>
            {w(`以下是前 ${certificates.length} 张；查看全部`, `The first ${certificates.length}; see all of them`)}
          </a>
        </p>
      )}
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
