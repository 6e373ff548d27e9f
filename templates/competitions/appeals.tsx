/** What was published and what it changed; appeals, and filing one. */
import type { z } from 'zod'
import type { appealShape, revisionShape } from '../../src/competitions/publication-shapes.ts'
import type { EntryView } from '../../src/competitions/shapes.ts'
import { localDate } from '../../src/platform/calendar.ts'
import { Field, Form, type FormError } from '../form.tsx'
import { Card, Empty, Tag } from '../parts.tsx'
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
