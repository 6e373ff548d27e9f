/** Issuing to a class: choosing it, who gets one and who does not, confirming, and watching the batch. */
import { type ClassKind, KINDS } from '../../src/credentials/rules.ts'
import { inLanguage } from '../../src/platform/errors.ts'
import { Field, Form, type FormError } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'
import { Empty, Facts, Kpis, Steps } from '../parts.tsx'
import { Table } from '../table.tsx'
import { words } from '../words.ts'
import { CandidateTable, type CandidateView } from './issue-people.tsx'

interface TaughtClass {
  id: string
  name: string
  course_name: string
  occupation_name: string | null
  level: number | null
  starts_on: string
}

export interface ChooseClassProps {
  frame: Frame
  kind: ClassKind
  classes: (TaughtClass & { waiting: number })[]
}

export function ChooseClass({ frame, kind, classes }: ChooseClassProps) {
  const w = words(frame.lang)
  return (
    <Page
      {...frame}
      heading={w('发证：选择培训班', 'Issue: choose a class')}
      back={{ href: '/console/certificates', label: w('证书', 'Certificates') }}
    >
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
    </Page>
  )
}

export interface EligibleProps {
  frame: Frame
  kind: ClassKind
  taught: TaughtClass
  issued_on: string
  valid_until: string
  people: CandidateView[]
  /** the organisation may not issue this kind, or the days are wrong: said in words, nothing can be confirmed */
  errors: FormError[]
  batches: { id: string; issued_on: string; issued: number; status: string }[]
  today: string
}

export function Eligible({
  frame,
  kind,
  taught,
  issued_on,
  valid_until,
  people,
  errors,
  batches,
  today,
}: EligibleProps) {
  const w = words(frame.lang)
  const eligible = people.filter(({ obstacle }) => obstacle === null).length
  const faceless = people.filter(({ photo }) => !photo).length
  const query = new URLSearchParams({ class: taught.id, kind, issued_on, valid_until })
  return (
    <Page
      {...frame}
      heading={w(`为“${taught.name}”发证`, `Issue to “${taught.name}”`)}
      back={{ href: '/console/certificates/new', label: w('选择培训班', 'Choose a class') }}
    >
      <Steps steps={steps(frame)} current={0} />
      <Kpis
        items={[
          { label: w('可以发证', 'Eligible'), value: eligible, unit: w('人', 'people'), tone: 'good' },
          { label: w('不能发证', 'Not eligible'), value: people.length - eligible, unit: w('人', 'people') },
          {
            label: w('没有照片', 'Without a photo'),
            value: faceless,
            unit: w('人', 'people'),
            note: faceless > 0 ? w('照片处留空；可先上传', 'the place stays empty; upload one first') : undefined,
          },
        ]}
      />
      <form class="filters" method="get" action="/console/certificates/new">
        <input type="hidden" name="class" value={taught.id} />
        <input type="hidden" name="kind" value={kind} />
        <Field
          label={w('发证日期', 'Day of issue')}
          name="issued_on"
          type="date"
          required
          value={issued_on}
          error={errors.find(({ pointer }) => pointer === '/issued_on')?.message}
          attributes={{ min: taught.starts_on, max: today }}
        />
        <Field
          label={w('有效期至', 'Valid until')}
          name="valid_until"
          type="date"
          value={valid_until}
          error={errors.find(({ pointer }) => pointer === '/valid_until')?.message}
          hint={w('不填为长期；从这一天起失效', 'Empty: no end. From this day on it no longer counts')}
        />
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
      <CandidateTable people={people} />
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

export interface ConfirmIssueProps {
  frame: Frame
  kind: ClassKind
  taught: TaughtClass
  issuer_name: string
  issued_on: string
  valid_until: string
  eligible: number
  left_out: number
  reason: string
  errors: FormError[]
}

export function ConfirmIssue(props: ConfirmIssueProps) {
  const { frame, kind, taught, issuer_name, issued_on, valid_until, eligible, left_out, reason, errors } = props
  const w = words(frame.lang)
  const back = `/console/certificates/new?${new URLSearchParams({ class: taught.id, kind, issued_on, valid_until })}`
  return (
    <Page
      {...frame}
      heading={w(`确认签发 ${eligible} 张证书`, `Confirm ${eligible} certificates`)}
      back={{ href: back, label: taught.name }}
    >
      <Steps steps={steps(frame)} current={1} />
      <div class="card confirm">
        <p>
          {w(
            '签发后编号和内容不能更改，只能撤销或换发；扫码即可查到。',
            'Once issued, number and contents cannot be changed, only revoked or replaced; anybody can look them up.',
          )}
        </p>
        <Facts
          items={[
            { label: w('种类', 'Kind'), value: inLanguage(frame.lang, KINDS[kind]) },
            { label: w('培训班', 'Class'), value: taught.name },
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
          <input type="hidden" name="class_id" value={taught.id} />
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
