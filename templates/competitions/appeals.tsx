/** What was published and what it changed; appeals, filed and decided. */
import type { z } from 'zod'
import { moduleName } from '../../src/competitions/event-rules.ts'
import type { appealShape, revisionShape } from '../../src/competitions/publication-shapes.ts'
import type { EntryView, EventView } from '../../src/competitions/shapes.ts'
import { localDate } from '../../src/platform/calendar.ts'
import { inLanguage } from '../../src/platform/errors.ts'
import { Field, Form, type FormError } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'
import { Card, Empty, Facts, Tag } from '../parts.tsx'
import { Table } from '../table.tsx'
import { words } from '../words.ts'
import { EventFrame, type EventFrameProps } from './event-frame.tsx'

type AppealView = z.output<typeof appealShape>

export interface AppealsProps extends Omit<EventFrameProps, 'tab' | 'actions'> {
  revisions: z.output<typeof revisionShape>[]
  appeals: AppealView[]
  /** for whom the reader may file */
  entries: EntryView[]
  may_file: boolean
  values: Record<string, string>
  errors: FormError[]
}

export function Appeals({ revisions, appeals, entries, may_file, values, errors, ...props }: AppealsProps) {
  const { frame, event, may_change } = props
  const w = words(frame.lang)
  return (
    <EventFrame {...props} tab="appeals">
      <Table
        caption={w('公布记录', 'Publications')}
        empty={<Empty title={w('名次还没有公布。', 'The ranking is not published yet.')} />}
        columns={[
          { key: 'revision', label: w('第几次', 'Revision') },
          { key: 'day', label: w('公布日期', 'Published') },
          { key: 'reason', label: w('说明', 'Note') },
          { key: 'moves', label: w('变化', 'What changed') },
        ]}
        rows={revisions.map(({ revision, published_at, acknowledgement, moves }) => ({
          cells: {
            revision,
            day: localDate(published_at),
            reason: acknowledgement ?? '—',
            moves:
              moves.length === 0
                ? '—'
                : moves
                    .map(({ station, from_rank, to_rank }) =>
                      w(
                        `${station} 号工位 ${from_rank ?? '—'} → ${to_rank ?? '—'}`,
                        `Station ${station}: ${from_rank ?? '—'} → ${to_rank ?? '—'}`,
                      ),
                    )
                    .join('；'),
          },
        }))}
      />
      {event.published_at && (
        <p>
          <a href={`/r/${event.id}`}>{w('公开的结果页', 'The public page of results')}</a>
        </p>
      )}
      <Table
        caption={w('申诉', 'Appeals')}
        empty={<Empty title={w('没有申诉。', 'No appeals.')} />}
        columns={[
          { key: 'entry', label: w('选手', 'Entry') },
          { key: 'filed', label: w('提出', 'Filed') },
          { key: 'grounds', label: w('理由', 'Grounds') },
          { key: 'state', label: w('结果', 'Decision') },
          { key: 'reason', label: w('处理意见', 'Reason') },
        ]}
        rows={appeals.map((appeal) => ({
          cells: {
            entry: w(
              `${appeal.station} 号工位 ${appeal.person_name}（${appeal.organisation_name}）`,
              `Station ${appeal.station}, ${appeal.person_name} (${appeal.organisation_name})`,
            ),
            filed: localDate(appeal.filed_at),
            grounds: appeal.grounds,
            state:
              appeal.upheld !== null ? (
                <Tag tone={appeal.upheld ? 'good' : 'plain'}>
                  {appeal.upheld ? w('成立', 'Upheld') : w('不成立', 'Dismissed')}
                </Tag>
              ) : may_change ? (
                <a class="button" href={`/console/events/${event.id}/appeals/${appeal.id}`}>
                  {w('处理', 'Decide')}
                </a>
              ) : (
                <Tag tone="info">{w('待处理', 'Waiting')}</Tag>
              ),
            reason: appeal.reason ?? '—',
          },
        }))}
      />
      {may_file && event.published_at && entries.length > 0 && (
        <Card title={w('提出申诉', 'File an appeal')}>
          <Form action={`/console/events/${event.id}/appeals`} errors={errors} submit={w('提出申诉', 'File')}>
            <Field
              label={w('选手', 'Entry')}
              name="entry_id"
              type="select"
              required
              value={values.entry_id}
              options={entries.map(({ id, station, person_name }) => ({
                value: id,
                label: `${station} ${person_name}`,
              }))}
            />
            <Field label={w('理由', 'Grounds')} name="grounds" type="textarea" required value={values.grounds} />
          </Form>
        </Card>
      )}
    </EventFrame>
  )
}

export interface AppealPageProps {
  frame: Frame
  event: EventView
  appeal: AppealView
  judges: { part: string; name: string }[]
  values: Record<string, string>
  errors: FormError[]
}

/** One mark is corrected here; several at once come through the API. */
export function AppealPage({ frame, event, appeal, judges, values, errors }: AppealPageProps) {
  const w = words(frame.lang)
  const back = `/console/events/${event.id}/appeals`
  const criteria = event.rules.modules.flatMap((module) =>
    module.criteria.map(({ name }) => ({
      value: `${module.key}/${name}`,
      label:
        module.criteria.length > 1
          ? `${inLanguage(frame.lang, moduleName(module))} · ${name}`
          : inLanguage(frame.lang, moduleName(module)),
    })),
  )
  return (
    <Page {...frame} heading={w('处理申诉', 'Decide an appeal')} back={{ href: back, label: event.name }}>
      <Card>
        <Facts
          items={[
            {
              label: w('选手', 'Entry'),
              value: `${appeal.station} ${appeal.person_name}（${appeal.organisation_name}）`,
            },
            { label: w('提出', 'Filed'), value: localDate(appeal.filed_at) },
            { label: w('理由', 'Grounds'), value: appeal.grounds },
          ]}
        />
      </Card>
      <Card>
        <p>
          {w(
            '成立的，按更正后的分数重新排名，作为新的一次公布；名次有变化的晋升建议随之撤回。',
            'Upheld, the ranking is made again from the corrected mark and published as the next revision; promotions whose rank changed are withdrawn.',
          )}
        </p>
        <Form action={`${back}/${appeal.id}`} errors={errors} submit={w('提交处理结果', 'Decide')} cancel={back}>
          <Field
            label={w('结果', 'Decision')}
            name="upheld"
            type="select"
            required
            value={values.upheld}
            options={[
              { value: '', label: w('请选择', 'Choose') },
              { value: 'false', label: w('不成立', 'Dismissed') },
              { value: 'true', label: w('成立，更正分数', 'Upheld: a mark is corrected') },
            ]}
          />
          <Field
            label={w('评分项', 'Criterion')}
            name="criterion"
            type="select"
            value={values.criterion}
            options={criteria}
          />
          <Field
            label={w('评委', 'Judge')}
            name="judge"
            type="select"
            value={values.judge}
            options={[...new Set(judges.map(({ name }) => name))].map((name) => ({ value: name, label: name }))}
          />
          <Field label={w('更正后的分数', 'Mark as it should be')} name="points" value={values.points} />
          <Field label={w('处理意见', 'Reason')} name="reason" type="textarea" required value={values.reason} />
        </Form>
      </Card>
    </Page>
  )
}
