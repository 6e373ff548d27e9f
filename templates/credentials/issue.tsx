/** Who of a class or an event gets a certificate, and who does not and why. */
import type { CertificateKind } from '../../src/credentials/rules.ts'
import type { Lang } from '../../src/platform/errors.ts'
import { Field, type FormError } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'
import { Kpis, Notice, Steps, Tag } from '../parts.tsx'
import { Table } from '../table.tsx'
import { words } from '../words.ts'

/** What is issued, as links and forms carry it. */
export interface IssueProps {
  frame: Frame
  /** one of the two is empty */
  class_id: string
  event_id: string
  kind: CertificateKind
  kind_name: string
  /** of the class or event */
  name: string
  issued_on: string
  valid_until: string
  /** what to know before issuing */
  notices: string[]
  errors: FormError[]
}

export function addressOf({ class_id, event_id, kind, issued_on, valid_until }: Omit<IssueProps, 'frame'>) {
  const which: Record<string, string> = class_id ? { class: class_id } : { event: event_id }
  return new URLSearchParams({ ...which, kind, issued_on, ...(valid_until ? { valid_until } : {}) })
}

export interface EligibleProps extends IssueProps {
  /** the first day of issue */
  from: string | null
  people: {
    name: string
    id_number_masked: string
    /** an award, or a level */
    what: string | null
    certificate: { id: string; number: string } | null
    obstacle: string | null
    /** a corrected ranking: what it means for the certificate */
    change: string | null
  }[]
  batches: { id: string; issued_on: string; issued: number; status: string }[]
  today: string
}

export function Eligible(props: EligibleProps) {
  const {
    frame,
    class_id,
    event_id,
    kind,
    name,
    from,
    issued_on,
    valid_until,
    people,
    notices,
    errors,
    batches,
    today,
  } = props
  const w = words(frame.lang)
  const eligible = people.filter(({ obstacle }) => obstacle === null).length
  const issued = people.filter(({ certificate }) => certificate !== null).length
  const changed = people.filter(({ change }) => change !== null).length
  const query = addressOf(props)
  const running = batches.filter(({ status }) => status === 'queued' || status === 'running')
  return (
    <Page
      {...frame}
      heading={
        kind === 'award' ? w(`为“${name}”颁发证书`, `Awards of “${name}”`) : w(`为“${name}”发证`, `Issue to “${name}”`)
      }
      back={
        kind === 'award'
          ? { href: `/console/events/${event_id}/ranking`, label: w('名次', 'Ranking') }
          : { href: '/console/certificates/new', label: w('选择培训班', 'Choose a class') }
      }
    >
      <Steps steps={steps(frame)} current={0} />
      <Kpis
        items={[
          { label: w('可以发证', 'Eligible'), value: eligible, unit: w('人', 'people'), tone: 'good' },
          { label: w('不能发证', 'Not eligible'), value: people.length - eligible - issued, unit: w('人', 'people') },
          ...(issued > 0 ? [{ label: w('已发', 'Issued'), value: issued, unit: w('人', 'people') }] : []),
          ...(changed > 0
            ? [{ label: w('名次更正', 'Corrected'), value: changed, unit: w('人', 'people'), tone: 'warn' as const }]
            : []),
        ]}
      />
      {running.map((batch) => (
        <Notice tone="info">
          <a href={`/console/certificate-batches/${batch.id}`}>
            {w('有一个批次正在签发，查看进度', 'A batch is being issued: see how far it is')}
          </a>
        </Notice>
      ))}
      {eligible > 0 && notices.map((notice) => <Notice tone="warn">{notice}</Notice>)}
      <form class="filters" method="get" action="/console/certificates/new">
        <input type="hidden" name={class_id ? 'class' : 'event'} value={class_id || event_id} />
        <input type="hidden" name="kind" value={kind} />
        <Field
          label={w('发证日期', 'Day of issue')}
          name="issued_on"
          type="date"
          required
          value={issued_on}
          error={errors.find(({ pointer }) => pointer === '/issued_on')?.message}
          attributes={{ ...(from ? { min: from } : {}), max: today }}
        />
        {kind !== 'award' && (
          <Field
            label={w('有效期至', 'Valid until')}
            name="valid_until"
            type="date"
            value={valid_until}
            error={errors.find(({ pointer }) => pointer === '/valid_until')?.message}
            hint={w('不填为长期；从这一天起失效', 'Empty: no end. From this day on it no longer counts')}
          />
        )}
        <div class="actions">
          <button type="submit" class="button">
            {w('按这些日期重新核对', 'Check with these days')}
          </button>
        </div>
      </form>
      {errors
        .filter(({ pointer }) => pointer === '')
        .map(({ message }) => (
          <p class="error" role="alert">
            ✕ {message}
          </p>
        ))}
      {errors.length === 0 && eligible > 0 && (
        <p class="actions">
          <a class="button" href={`/console/certificates/new/preview?${query}`}>
            {w('预览第一张', 'Preview the first')}
          </a>
          <a class="button primary" href={`/console/certificates/new/confirmation?${query}`}>
            {w(`下一步：为 ${eligible} 人发证`, `Next: issue to ${eligible}`)}
          </a>
        </p>
      )}
      <Table
        caption={w('名单', 'People')}
        columns={[
          { key: 'name', label: w('姓名', 'Name') },
          { key: 'id_number', label: w('证件号码', 'ID number') },
          ...(class_id
            ? []
            : [{ key: 'what', label: kind === 'award' ? w('名次与奖项', 'Rank and award') : w('等级', 'Level') }]),
          { key: 'state', label: w('能否发证', 'Eligible') },
          { key: 'reason', label: class_id ? w('原因', 'Reason') : w('证书或原因', 'Certificate or reason') },
        ]}
        empty={
          class_id
            ? w('这个班没有学员。', 'Nobody is in this class.')
            : w(
                '公布的名次没有奖项，或者还没有公布。',
                'The published ranking has no awards, or none is published yet.',
              )
        }
        rows={people.map((person) => ({
          cells: {
            name: person.name,
            id_number: person.id_number_masked,
            what: person.what ?? '—',
            state: <State {...person} lang={frame.lang} />,
            reason: person.change ? (
              <strong>{person.change}</strong>
            ) : person.certificate ? (
              <a href={`/console/certificates/${person.certificate.id}`}>{person.certificate.number}</a>
            ) : (
              (person.obstacle ?? '')
            ),
          },
        }))}
      />
      {batches.length > 0 && (
        <p class="links">
          <a href={`/console/certificates?${class_id ? `class_id=${class_id}` : `event_id=${event_id}`}`}>
            {class_id
              ? w('本班全部证书', 'All certificates of the class')
              : w('本项目全部证书', 'All certificates of the event')}
          </a>
          {w('以前的批次：', 'Earlier batches:')}
          {batches.map((batch) => (
            <a href={`/console/certificate-batches/${batch.id}`}>
              {batch.issued_on} · {batch.issued} {w('张', 'issued')}
            </a>
          ))}
        </p>
      )}
    </Page>
  )
}

function State({ obstacle, certificate, change, lang }: EligibleProps['people'][number] & { lang: Lang }) {
  const w = words(lang)
  if (change) return <Tag tone="warn">{w('名次更正', 'Corrected')}</Tag>
  if (certificate) return <Tag tone="plain">{w('已发', 'Issued')}</Tag>
  if (obstacle) return <Tag tone="warn">{w('不能', 'No')}</Tag>
  return <Tag tone="good">{w('可以', 'Yes')}</Tag>
}

export function steps(frame: Frame) {
  const w = words(frame.lang)
  return [w('核对名单', 'Check the list'), w('确认', 'Confirm'), w('签发', 'Issue')].map((label) => ({ label }))
}
