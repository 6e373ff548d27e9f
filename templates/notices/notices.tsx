/** The notices of the signed-in account, the latest first. */
import { type Frame, Page } from '../layout.tsx'
import { Empty, Tabs, Tag } from '../parts.tsx'
import { Pager, Results, Table } from '../table.tsx'
import { words } from '../words.ts'

export interface NoticesProps {
  frame: Frame
  items: { id: string; kind: string; words: string; at: string; read: boolean; href: string | null }[]
  unread: number
  only_unread: boolean
  next: string | null
}

export function Notices({ frame, items, unread, only_unread, next }: NoticesProps) {
  const w = words(frame.lang)
  return (
    <Page
      {...frame}
      heading={w('通知', 'Notices')}
      tag={
        unread > 0
          ? { tone: 'warn', text: w(`${unread} 条未读`, `${unread} unread`) }
          : { tone: 'plain', text: w('没有未读', 'None unread') }
      }
      actions={
        unread > 0 && (
          <form method="post" action="/console/notices/reading">
            <button type="submit" class="button">
              {w('全部标为已读', 'Mark all as read')}
            </button>
          </form>
        )
      }
    >
      <Tabs
        label={w('通知', 'Notices')}
        items={[
          { label: w('全部', 'All'), href: '/console/notices', current: !only_unread },
          { label: w('未读', 'Unread'), href: '/console/notices?unread=true', current: only_unread, count: unread },
        ]}
      />
      <Results>
        <Table
          caption={w('通知', 'Notices')}
          empty={
            <Empty
              title={only_unread ? w('没有未读的通知。', 'Nothing unread.') : w('还没有通知。', 'No notice yet.')}
            />
          }
          columns={[
            { key: 'kind', label: w('事项', 'About') },
            { key: 'words', label: w('内容', 'What happened') },
            { key: 'at', label: w('时间', 'When') },
            { key: 'state', label: w('状态', 'State') },
          ]}
          rows={items.map((item) => ({
            cells: {
              kind: item.href ? <a href={item.href}>{item.kind}</a> : item.kind,
              words: item.words,
              at: item.at,
              state: item.read ? (
                <Tag tone="plain">{w('已读', 'Read')}</Tag>
              ) : (
                <form method="post" action={`/console/notices/${item.id}/reading`}>
                  <button type="submit" class="button">
                    {w('标为已读', 'Mark as read')}
                    <span class="unseen">{item.words}</span>
                  </button>
                </form>
              ),
            },
          }))}
        />
        <Pager next={next} />
      </Results>
    </Page>
  )
}
