/** The history as a list, with the proof of its chain. */
import { deedName, subjectName } from '../../src/history/deeds.ts'
import { localTime } from '../../src/platform/calendar.ts'
import { Field } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'
import { Notice } from '../parts.tsx'
import { Filters, Pager, Results, Table } from '../table.tsx'
import { words } from '../words.ts'

export interface HistoryProps {
  frame: Frame
  filter: Partial<Record<'kind' | 'subject_id' | 'actor_id' | 'from' | 'to', string | undefined>>
  items: {
    seq: number
    at: Date
    actor_id: string | null
    actor_name: string
    api_key: string | null
    kind: string
    subject_kind: string
    subject_id: string
    reason: string | null
    changes: unknown
    hash: string
  }[]
  next: string | null
  /** the address of all that match, as CSV */
  file: string
  head: { seq: number; hash: string }
  proof: { events: number; broken_at: number | null } | null
}

export function HistoryList({ frame, filter, items, next, file, head, proof }: HistoryProps) {
  const w = words(frame.lang)
  return (
    <Page
      {...frame}
      heading={w('操作日志', 'History')}
      actions={
        <>
          <a class="button download" href={file}>
            {w('导出 CSV', 'Export CSV')}
          </a>
          <a class="button" href="/console/history?verify=1">
            {w('校验完整性', 'Prove the chain')}
          </a>
        </>
      }
    >
      <p class="quiet">
        {w(`链头：第 ${head.seq} 条，哈希 `, `Head: event ${head.seq}, hash `)}
        <code>{head.hash.slice(0, 16)}…</code>
      </p>
      {proof && (
        <Notice tone={proof.broken_at === null ? 'good' : 'bad'}>
          {proof.broken_at === null
            ? w(
                `已重新计算 ${proof.events} 条记录的哈希，链条完整。`,
                `The hashes of ${proof.events} events were computed anew: the chain holds.`,
              )
            : w(
                `第 ${proof.broken_at} 条起链条断裂，记录可能被改动，请立即上报。`,
                `The chain is broken at event ${proof.broken_at}; report it at once.`,
              )}
        </Notice>
      )}
      <Filters action="/console/history">
        <Field label={w('事件', 'Event')} name="kind" type="search" value={filter.kind} />
        <Field label={w('对象编号', 'Record id')} name="subject_id" type="search" value={filter.subject_id} />
        <Field label={w('自哪天', 'From')} name="from" type="date" value={filter.from} />
        <Field label={w('到哪天', 'To')} name="to" type="date" value={filter.to} />
        {filter.actor_id && <input type="hidden" name="actor_id" value={filter.actor_id} />}
      </Filters>
      <Results>
        <Table
          caption={w('操作日志', 'History')}
          empty={w('没有符合条件的记录。', 'No event matches.')}
          columns={[
            { key: 'seq', label: '#', numeric: true },
            { key: 'at', label: w('时间', 'Time') },
            { key: 'actor', label: w('操作人', 'Who') },
            { key: 'kind', label: w('事件', 'Event') },
            { key: 'subject', label: w('对象', 'Record') },
            { key: 'changes', label: w('内容与原因', 'Changes and reason') },
          ]}
          rows={items.map((event) => ({
            cells: {
              seq: event.seq,
              at: localTime(event.at),
              actor: (
                <>
                  {event.actor_id ? (
                    <a href={`/console/history?actor_id=${event.actor_id}`}>{event.actor_name}</a>
                  ) : (
                    event.actor_name
                  )}
                  {event.api_key && (
                    <>
                      <br />
                      <small class="quiet">{event.api_key}</small>
                    </>
                  )}
                </>
              ),
              kind: (
                <>
                  {deedName(event.kind, frame.lang)}
                  <br />
                  <small class="quiet">{event.kind}</small>
                </>
              ),
              subject: (
                <a href={`/console/history?subject_id=${event.subject_id}`}>
                  {subjectName(event.subject_kind, frame.lang)} {event.subject_id.slice(-8)}
                </a>
              ),
              changes: (
                <>
                  {event.reason && <p>{event.reason}</p>}
                  <code>{JSON.stringify(event.changes)}</code>
                </>
              ),
            },
          }))}
        />
        <Pager next={next} />
      </Results>
    </Page>
  )
}
