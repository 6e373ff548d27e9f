/** The blocks of a record: a titled table each, or a sentence where there is nothing. */
import type { Child } from 'hono/jsx'
import { Card } from '../parts.tsx'
import { Table } from '../table.tsx'

export interface Block {
  title: string
  action?: { href: string; label: string } | false
  columns: string[]
  /** one cell a column */
  rows: Child[][]
  empty: string
}

export function Blocks({ blocks }: { blocks: Block[] }) {
  return (
    <>
      {blocks.map(({ title, action, columns, rows, empty }) => (
        <Card
          title={title}
          actions={
            action && (
              <a class="button" href={action.href}>
                {action.label}
              </a>
            )
          }
        >
          {rows.length === 0 ? (
            <p class="quiet">{empty}</p>
          ) : (
            <Table
              caption={title}
              columns={columns.map((label, at) => ({ key: String(at), label }))}
              rows={rows.map((cells) => ({ cells: Object.fromEntries(cells.map((cell, at) => [String(at), cell])) }))}
              empty={empty}
            />
          )}
        </Card>
      ))}
    </>
  )
}
