/** What was known about one fact and when: every version, who recorded it, and why. */
import type { Child } from 'hono/jsx'
import { localTime } from '../../src/platform/calendar.ts'
import { type Frame, Page } from '../layout.tsx'
import { Card, Notice } from '../parts.tsx'
import { Table } from '../table.tsx'
import { words } from '../words.ts'

export interface VersionsProps {
  frame: Frame
  person: { id: string; name: string }
  /** what the fact is: 任职 · 示例西湖颐养院 */
  title: string
  columns: string[]
  items: {
    cells: Child[]
    known_from: string
    known_to: string | null
    recorded_by: string | null
    reason: string | null
  }[]
  withdrawn: { at: string; by: string; reason: string | null } | null
}

export function VersionsPage({ frame, person, title, columns, items, withdrawn }: VersionsProps) {
  const w = words(frame.lang)
  const time = (instant: string) => localTime(new Date(instant))
  return (
    <Page
      {...frame}
      heading={`${w('历次版本', 'Versions')} · ${person.name}`}
      back={{ href: `/console/people/${person.id}`, label: person.name }}
    >
      <Card title={title}>
        {withdrawn && (
          <Notice tone="warn">
            {w(
              `${withdrawn.by} 于 ${time(withdrawn.at)} 撤销：${withdrawn.reason ?? ''}`,
              `Withdrawn by ${withdrawn.by} at ${time(withdrawn.at)}: ${withdrawn.reason ?? ''}`,
            )}
          </Notice>
        )}
        <Table
          caption={title}
          columns={[
            { key: 'known_from', label: w('自何时所知', 'Known from') },
            { key: 'known_to', label: w('至', 'Until') },
            ...columns.map((label, at) => ({ key: String(at), label })),
            { key: 'recorded_by', label: w('登记人', 'Recorded by') },
            { key: 'reason', label: w('理由', 'Reason') },
          ]}
          rows={items.map(({ cells, known_from, known_to, recorded_by, reason }) => ({
            cells: {
              ...Object.fromEntries(cells.map((cell, at) => [String(at), cell])),
              known_from: time(known_from),
              known_to: known_to ? time(known_to) : w('现行', 'Now'),
              recorded_by: recorded_by ?? w('系统', 'System'),
              reason: reason ?? '—',
            },
          }))}
          empty={w('没有版本。', 'No versions.')}
        />
      </Card>
    </Page>
  )
}
