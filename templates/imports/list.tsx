/** Earlier imports of an institution, the newest first. */
import { localTime } from '../../src/platform/calendar.ts'
import { inLanguage, type Message } from '../../src/platform/errors.ts'
import { Field } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'
import { Empty, Tag, type Tone } from '../parts.tsx'
import { Filters, Pager, Results, Table } from '../table.tsx'
import { words } from '../words.ts'

export interface ImportListProps {
  frame: Frame
  kinds: { kind: string; title: string }[]
  statuses: Record<string, Message>
  filter: { kind: string; status: string }
  items: {
    id: string
    kind: string
    subject_name: string | null
    filename: string
    status: string
    rows: number
    accepted: number
    rejected: number
    requested_by_name: string | null
    created_at: Date
  }[]
  next: string | null
}

const TONES: Record<string, Tone> = {
  checking: 'warn',
  checked: 'info',
  committing: 'warn',
  committed: 'good',
  discarded: 'plain',
}

export function ImportList({ frame, kinds, statuses, filter, items, next }: ImportListProps) {
  const w = words(frame.lang)
  const titleOf = (kind: string) => kinds.find((one) => one.kind === kind)?.title ?? kind
  return (
    <Page
      {...frame}
      heading={w('导入记录', 'Imports')}
      actions={
        <a class="button primary" href="/console/imports/new">
          {w('批量导入', 'Import a sheet')}
        </a>
      }
    >
      <Filters action="/console/imports">
        <Field
          label={w('表格', 'Sheet')}
          name="kind"
          type="select"
          value={filter.kind}
          options={[
            { value: '', label: w('全部', 'All') },
            ...kinds.map(({ kind, title }) => ({ value: kind, label: title })),
          ]}
        />
        <Field
          label={w('状态', 'State')}
          name="status"
          type="select"
          value={filter.status}
          options={[
            { value: '', label: w('全部', 'All') },
            ...Object.entries(statuses).map(([value, { zh, en }]) => ({ value, label: w(zh, en) })),
          ]}
        />
      </Filters>
      <Results>
        <Table
          caption={w('导入记录', 'Imports')}
          empty={
            <Empty title={w('还没有导入过表格', 'Nothing was imported yet')}>
              <a class="button primary" href="/console/imports/new">
                {w('上传第一份', 'Upload the first sheet')}
              </a>
            </Empty>
          }
          columns={[
            { key: 'file', label: w('文件', 'File') },
            { key: 'kind', label: w('表格', 'Sheet') },
            { key: 'rows', label: w('读到', 'Read'), numeric: true },
            { key: 'accepted', label: w('正确', 'Good'), numeric: true },
            { key: 'rejected', label: w('错误', 'Wrong'), numeric: true },
            { key: 'status', label: w('状态', 'Status') },
            { key: 'who', label: w('上传人', 'By') },
            { key: 'at', label: w('上传时间', 'At') },
          ]}
          rows={items.map((item) => ({
            cells: {
              file: <a href={`/console/imports/${item.id}`}>{item.filename}</a>,
              kind: `${titleOf(item.kind)}${item.subject_name ? ` · ${item.subject_name}` : ''}`,
              rows: String(item.rows),
              accepted: String(item.accepted),
              rejected: String(item.rejected),
              status: <Tag tone={TONES[item.status] ?? 'plain'}>{inLanguage(frame.lang, statuses[item.status]!)}</Tag>,
              who: item.requested_by_name ?? '—',
              at: localTime(item.created_at),
            },
          }))}
        />
        <Pager next={next} />
      </Results>
    </Page>
  )
}
