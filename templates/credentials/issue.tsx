/** Issuing to a class, or for an event of a competition: choosing it, who gets one and who does not, confirming, and watching the batch. */

import type { Child } from 'hono/jsx'
import type { CertificateKind, ClassKind } from '../../src/credentials/rules.ts'
import type { Lang } from '../../src/platform/errors.ts'
import { Field, Form, type FormError } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'
import { Empty, Facts, Kpis, Notice, Steps, Tag } from '../parts.tsx'
import { Table } from '../table.tsx'
import { words } from '../words.ts'

interface WaitingEvent {
  id: string
  name: string
  competition_name: string
  waiting: number
}

export interface ChooseClassProps {
  frame: Frame
  kind: ClassKind
  classes: { id: string; name: string; course_name: string; starts_on: string; waiting: number }[]
  /** with awards to issue */
  events: WaitingEvent[]
  /** with promotions that were approved */
  promoted: WaitingEvent[]
  /** organisers issue awards and teach no classes */
  organiser: boolean
}

export function ChooseClass({ frame, kind, classes, events, promoted, organiser }: ChooseClassProps) {
  const w = words(frame.lang)
  return (
    <Page
      {...frame}
      heading={
        organiser ? w('发证：选择竞赛项目', 'Issue: choose an event') : w('发证：选择培训班', 'Issue: choose a class')
      }
      back={{ href: '/console/certificates', label: w('证书', 'Certificates') }}
    >
      {organiser ? (
        <Events
          frame={frame}
          events={events}
          kind="award"
          caption={w('已公布名次的竞赛项目', 'Events with a published ranking')}
          empty={
            <Empty title={w('还没有公布过带奖项的名次。', 'No ranking with awards is published yet.')}>
              <p>
                <a href="/console/competitions">
                  {w('到“技能竞赛”排名、公布后再颁发证书', 'Rank and publish in “Competitions” first')}
                </a>
              </p>
            </Empty>
          }
        />
      ) : (
        <Table
          caption={w('可以发证的培训班', 'Classes')}
          columns={[
            { key: 'name', label: w('培训班', 'Class') },
            { key: 'course', label: w('课程', 'Course') },
            { key: 'starts_on', label: w('开班', 'Began') },
            { key: 'waiting', label: w('待发证', 'Waiting'), numeric: true },
          ]}
          empty={
            <Empty title={w('还没有结业的培训班。', 'No class is completed yet.')}>
              <p>
                <a href="/console/classes">
                  {w('到“培训班”录入成绩、办理结业后再发证', 'Enter results and complete a class first')}
                </a>
              </p>
            </Empty>
          }
          rows={classes.map((taught) => ({
            cells: {
              name: <a href={`/console/certificates/new?class=${taught.id}&kind=${kind}`}>{taught.name}</a>,
              course: taught.course_name,
              starts_on: taught.starts_on,
              waiting: taught.waiting,
            },
          }))}
        />
      )}
      {promoted.length > 0 && (
        <>
          <h2>{w('竞赛晋升', 'Promotions by competitions')}</h2>
          <Events
            frame={frame}
            events={promoted}
            kind="skill_level"
            caption={w('有审定通过的晋升的竞赛项目', 'Events with approved promotions')}
            empty=""
          />
        </>
      )}
    </Page>
  )
}

interface EventsProps {
  frame: Frame
  events: WaitingEvent[]
  kind: CertificateKind
  caption: string
  empty: Child
}

function Events({ frame, events, kind, caption, empty }: EventsProps) {
  const w = words(frame.lang)
  return (
    <Table
      caption={caption}
      columns={[
        { key: 'name', label: w('竞赛项目', 'Event') },
        { key: 'competition', label: w('竞赛', 'Competition') },
        { key: 'waiting', label: w('待发证', 'Waiting'), numeric: true },
      ]}
      empty={empty}
      rows={events.map((event) => ({
        cells: {
          name: <a href={`/console/certificates/new?event=${event.id}&kind=${kind}`}>{event.name}</a>,
          competition: event.competition_name,
          waiting: event.waiting,
        },
      }))}
    />
  )
}

/** What is issued, as links and forms carry it. */
interface IssueProps {
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

function addressOf({ class_id, event_id, kind, issued_on, valid_until }: Omit<IssueProps, 'frame'>) {
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
          { label: w('不能发证', 'Not eligible'), value: people.length - eligible, unit: w('人', 'people') },
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
          { key: 'reason', label: w('原因', 'Reason') },
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

export interface ConfirmIssueProps extends IssueProps {
  issuer_name: string
  eligible: number
  left_out: number
  reason: string
}

export function ConfirmIssue(props: ConfirmIssueProps) {
  const { frame, class_id, event_id, kind, kind_name, name, issuer_name, issued_on, valid_until } = props
  const { eligible, left_out, notices, reason, errors } = props
  const w = words(frame.lang)
  const back = `/console/certificates/new?${addressOf(props)}`
  return (
    <Page
      {...frame}
      heading={w(`确认签发 ${eligible} 张证书`, `Confirm ${eligible} certificates`)}
      back={{ href: back, label: name }}
    >
      <Steps steps={steps(frame)} current={1} />
      <div class="card confirm">
        <p>
          {w(
            '签发后编号和内容不能更改，只能撤销或换发；扫码即可查到。',
            'Once issued, number and contents cannot be changed, only revoked or replaced; anybody can look them up.',
          )}
        </p>
        {notices.map((notice) => (
          <Notice tone="warn">{notice}</Notice>
        ))}
        <Facts
          items={[
            { label: w('种类', 'Kind'), value: kind_name },
            { label: class_id ? w('培训班', 'Class') : w('竞赛项目', 'Event'), value: name },
            { label: w('发证机构', 'Issuer'), value: issuer_name },
            { label: w('发证日期', 'Day of issue'), value: issued_on },
            { label: w('有效期至', 'Valid until'), value: valid_until || w('长期', 'no end') },
            {
              label: w('人数', 'People'),
              value: w(`${eligible} 人；另有 ${left_out} 人不能发证`, `${eligible}; ${left_out} are left out`),
            },
          ]}
        />
        <Form
          action="/console/certificate-batches"
          errors={errors}
          submit={w(`签发 ${eligible} 张证书`, `Issue ${eligible}`)}
          cancel={back}
        >
          <input type="hidden" name={class_id ? 'class_id' : 'event_id'} value={class_id || event_id} />
          <input type="hidden" name="kind" value={kind} />
          <input type="hidden" name="issued_on" value={issued_on} />
          <input type="hidden" name="valid_until" value={valid_until} />
          <Field label={w('说明（可不填）', 'Note (optional)')} name="reason" type="textarea" value={reason} />
        </Form>
      </div>
    </Page>
  )
}

export function steps(frame: Frame) {
  const w = words(frame.lang)
  return [w('核对名单', 'Check the list'), w('确认', 'Confirm'), w('签发', 'Issue')].map((label) => ({ label }))
}
