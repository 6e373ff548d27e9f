/** All schemes: where each is in force, and whether it can be computed. */
import type { Message } from '../../src/platform/errors.ts'
import { type Frame, Page } from '../layout.tsx'
import { Tag } from '../parts.tsx'
import { Filters, Results, Table } from '../table.tsx'
import { WaitsField } from '../waits-field.tsx'
import { useWords, words } from '../words.ts'

export interface SchemesProps {
  frame: Frame
  items: {
    code: string
    name: string
    division_name: string
    effective_from: string | null
    version: number | null
    confirmed: boolean
    computable: boolean
  }[]
  waits: keyof typeof SCHEME_WAITS | ''
}

const SCHEME_WAITS = { confirmation: { zh: '标准待确认', en: 'amounts to confirm' } } satisfies Record<string, Message>

export function Schemes({ frame, items, waits }: SchemesProps) {
  const w = words(frame.lang)
  return (
    <Page {...frame} heading={w('政策与标准', 'Schemes')}>
      <Filters action="/console/schemes">
        <WaitsField waits={SCHEME_WAITS} value={waits} />
      </Filters>
      <Results>
        <Table
          caption={w('政策', 'Schemes')}
          empty={
            waits
              ? w('没有待确认的标准。', 'Nothing is to be confirmed.')
              : w(
                  '还没有政策。请管理员执行 migrate 装入参考数据。',
                  'No schemes yet: an administrator loads the reference data with migrate.',
                )
          }
          columns={[
            { key: 'name', label: w('政策', 'Scheme') },
            { key: 'division', label: w('辖区', 'Division') },
            { key: 'version', label: w('现行版本', 'Version in force') },
            { key: 'state', label: w('能否计算', 'Can be computed') },
          ]}
          rows={items.map((item) => ({
            cells: {
              name: <a href={`/console/schemes/${item.code}`}>{item.name}</a>,
              division: item.division_name,
              version:
                item.version === null
                  ? '—'
                  : w(
                      `第 ${item.version} 版，自 ${item.effective_from ?? '未知日期'}`,
                      `${item.version}, from ${item.effective_from ?? 'an unknown day'}`,
                    ),
              state: <State {...item} />,
            },
          }))}
        />
      </Results>
    </Page>
  )
}

function State({ confirmed, computable }: { confirmed: boolean; computable: boolean }) {
  const w = useWords()
  if (computable && !confirmed) return <Tag tone="warn">{w('部分可以计算', 'In part')}</Tag>
  return confirmed ? (
    <Tag tone="good">{w('可以计算', 'Yes')}</Tag>
  ) : (
    <Tag tone="bad">{w('标准未确认，不能计算', 'Not confirmed')}</Tag>
  )
}
