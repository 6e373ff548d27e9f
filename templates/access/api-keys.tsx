/** The keys for an institution's own systems, without what opens. */
import type { ApiKeyView } from '../../src/access/api-key-shapes.ts'
import { localTime } from '../../src/platform/calendar.ts'
import { type Frame, Page } from '../layout.tsx'
import { Tag } from '../parts.tsx'
import { Pager, Results, Table } from '../table.tsx'
import { words } from '../words.ts'
import { HERE, placeOf, tagOf } from './api-key.tsx'

export interface ApiKeysProps {
  frame: Frame
  items: ApiKeyView[]
  next: string | null
  may_make: boolean
}

export function ApiKeys({ frame, items, next, may_make }: ApiKeysProps) {
  const w = words(frame.lang)
  return (
    <Page
      {...frame}
      heading={w('接口密钥', 'API keys')}
      actions={
        may_make && (
          <a class="button primary" href={`${HERE}/new`}>
            {w('新建密钥', 'Make a key')}
          </a>
        )
      }
    >
      <p>
        {w(
          '机构自己的系统用密钥调用接口，代表建它的账号，只能做勾选的事。密钥只在新建时显示一次；不再使用或可能泄露时请立即撤销。',
          'Your own systems call the API with a key: it acts for the account that made it and may do what was ticked, nothing else. A key is shown once, when it is made. Revoke it at once when it is no longer used or may be known to others.',
        )}{' '}
        <a href="/docs">{w('接口文档', 'The API')}</a>
      </p>
      <Results>
        <Table
          caption={w('接口密钥', 'API keys')}
          empty={w('还没有接口密钥。', 'No API keys yet.')}
          columns={[
            { key: 'name', label: w('名称', 'Name') },
            { key: 'prefix', label: w('密钥开头', 'Begins with') },
            { key: 'place', label: w('机构或区划', 'Organisation or division') },
            { key: 'status', label: w('状态', 'State') },
            { key: 'until', label: w('有效期至', 'Valid until') },
            { key: 'used', label: w('最近使用', 'Last used') },
          ]}
          rows={items.map((one) => ({
            cells: {
              name: <a href={`${HERE}/${one.id}`}>{one.name}</a>,
              prefix: <code>{one.prefix}…</code>,
              place: placeOf(one, frame.lang),
              status: <Tag tone={tagOf(one.status, frame.lang).tone}>{tagOf(one.status, frame.lang).text}</Tag>,
              until: one.valid_until,
              used: one.last_used_at ? localTime(one.last_used_at) : w('没有用过', 'Never'),
            },
          }))}
        />
        <Pager next={next} />
      </Results>
    </Page>
  )
}
