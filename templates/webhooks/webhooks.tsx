/** The webhooks of an organisation or a division. */
import { type Frame, Page } from '../layout.tsx'
import { Empty, Tag } from '../parts.tsx'
import { Table } from '../table.tsx'
import { words } from '../words.ts'

export interface ShownWebhook {
  id: string
  url: string
  events: string[]
  waiting: number
  disabled: string | null
  disabled_reason: string | null
  former_until: string | null
}

export function Webhooks({ frame, items, may_write }: { frame: Frame; items: ShownWebhook[]; may_write: boolean }) {
  const w = words(frame.lang)
  return (
    <Page
      {...frame}
      heading={w('事件推送', 'Webhooks')}
      actions={
        may_write && (
          <a class="button primary" href="/console/webhooks/new">
            {w('新增推送', 'New webhook')}
          </a>
        )
      }
    >
      <p>
        {w(
          '证书、导入、津贴批次有变化时，系统向您填写的地址发送一条通知。通知里只有事件、编号和查询地址，没有个人信息；内容由接收系统凭自己的账号查询。',
          'When a certificate, an import or an allowance run changes, the system posts a message to your address. It holds the event, an id and where to read it, and nothing personal: your system reads the record with an account of its own.',
        )}
      </p>
      <Table
        caption={w('事件推送', 'Webhooks')}
        empty={
          <Empty title={w('还没有推送。', 'No webhooks yet.')}>
            {may_write && (
              <p>
                <a href="/console/webhooks/new">{w('新增第一个推送', 'Add the first')}</a>
              </p>
            )}
          </Empty>
        }
        columns={[
          { key: 'url', label: w('接收地址', 'Address') },
          { key: 'events', label: w('事件', 'Events') },
          { key: 'state', label: w('状态', 'State') },
          { key: 'waiting', label: w('待发送', 'Waiting'), numeric: true },
        ]}
        rows={items.map(({ id, url, events, waiting, disabled }) => ({
          cells: {
            url: <a href={`/console/webhooks/${id}`}>{url}</a>,
            events: events.join(w('、', ', ')),
            state: <State disabled={disabled} w={w} />,
            waiting,
          },
        }))}
      />
    </Page>
  )
}

export function State({ disabled, w }: { disabled: string | null; w: ReturnType<typeof words> }) {
  return disabled ? <Tag tone="warn">{w('已停用', 'Disabled')}</Tag> : <Tag tone="good">{w('使用中', 'In use')}</Tag>
}
