/** The retention schedule: what is kept how long on whose word, and what waits for a confirmation. */
import { type Frame, Page } from '../layout.tsx'
import { Tag } from '../parts.tsx'
import { Table } from '../table.tsx'
import { words } from '../words.ts'

export interface RetentionProps {
  frame: Frame
  rules: {
    code: string
    what: string
    what_en: string
    keep_months: number | null
    keep_days: number | null
    action: string
    citation: string
    confidence: string
    active: boolean
    erases: boolean
    expired: number
  }[]
}

export function Retention({ frame, rules }: RetentionProps) {
  const w = words(frame.lang)
  const kept = ({ keep_months, keep_days }: RetentionProps['rules'][number]) => {
    if (keep_months) return w(`${keep_months} 个月`, `${keep_months} months`)
    if (keep_days) return w(`${keep_days} 天`, `${keep_days} days`)
    return keep_days === 0 ? w('到期即删', 'Until it ends') : w('未定', 'Not set')
  }
  const actions: Record<string, string> = {
    keep: w('至少保留', 'Keep at least'),
    delete: w('届满删除', 'Delete after'),
    erase: w('届满删除个人信息', 'Erase personal data after'),
  }
  return (
    <Page {...frame} heading={w('保留期限', 'Retention')}>
      <p class="quiet">
        {w(
          '未确认的规则不会删除任何内容。到期内容由运维用命令删除，只记数量：',
          'A rule that is not confirmed erases nothing. What is over its time is erased by a command, and only counts are recorded: ',
        )}
        <code>npm run huyu -- retention run</code>
      </p>
      <Table
        caption={w('保留期限', 'Retention')}
        empty={w('还没有规则。', 'No rules yet.')}
        columns={[
          { key: 'what', label: w('内容', 'What') },
          { key: 'kept', label: w('期限', 'Kept for') },
          { key: 'action', label: w('处理', 'Then') },
          { key: 'state', label: w('状态', 'State') },
          { key: 'expired', label: w('已到期', 'Over its time'), numeric: true },
          { key: 'citation', label: w('依据', 'Basis') },
        ]}
        rows={rules.map((rule) => ({
          cells: {
            what: w(rule.what, rule.what_en),
            kept: kept(rule),
            action: actions[rule.action] ?? rule.action,
            state: rule.active ? (
              <Tag tone="good">{w('执行中', 'In force')}</Tag>
            ) : (
              <Tag tone="warn">{w('待确认', 'Not confirmed')}</Tag>
            ),
            expired: rule.active && rule.erases ? rule.expired : '—',
            citation: rule.citation,
          },
        }))}
      />
    </Page>
  )
}
