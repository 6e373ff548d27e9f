/** Rows under review: the wrong ones with their reasons, the good ones with what would happen to them. */
import type { Child } from 'hono/jsx'
import { Card, Tag, type Tone } from '../parts.tsx'
import { type Column, type Row, Table } from '../table.tsx'
import type { Words } from '../words.ts'

export interface ImportedRow {
  row_number: number
  change: string
  cells: Record<string, string>
  before: Record<string, string>
  faults: { column: string; header: string; message: string }[]
  warnings: { column: string; header: string; message: string }[]
}

interface RowsProps {
  columns: { key: string; header: string }[]
  rows: ImportedRow[]
  w: Words
}

export function WrongRows({ columns, rows, rejected, errors, w }: RowsProps & { rejected: number; errors: string }) {
  // who it is and what is wrong; everything else is in the workbook of faults
  const wrong = new Set(['name', 'id_number', ...rows.flatMap(({ faults }) => faults.map(({ column }) => column))])
  const atFault = (key: string) => wrong.has(key)
  return (
    <Card
      title={w(`有错误的行（${rejected}）`, `Wrong rows (${rejected})`)}
      actions={
        <a class="button" href={errors} download>
          {w('下载错误文件（含原因）', 'Download the faults')}
        </a>
      }
    >
      {rows.length < rejected && (
        <p class="quiet">
          {w(
            `这里显示前 ${rows.length} 行，全部在错误文件中。`,
            `The first ${rows.length}; all are in the workbook of faults.`,
          )}
        </p>
      )}
      <Table
        caption={w('有错误的行', 'Wrong rows')}
        empty={w('错误行的内容已清除。', 'The wrong rows were cleared.')}
        columns={[...rowColumns(columns, atFault, w), { key: 'reasons', label: w('错误原因', 'What is wrong') }]}
        rows={rows.map((row) => ({
          ...rowOf(row),
          marked: row.faults.map(({ column }) => column),
          cells: { ...rowOf(row).cells, reasons: <Reasons items={row.faults} /> },
        }))}
      />
    </Card>
  )
}

export function GoodRows({ columns, rows, accepted, w }: RowsProps & { accepted: number }) {
  const filled = (key: string) => rows.some(({ cells }) => cells[key] !== '')
  return (
    <Card
      title={w(
        `可以导入的行（前 ${rows.length} 行，共 ${accepted} 行）`,
        `Rows that can be imported (${rows.length} of ${accepted})`,
      )}
    >
      <Table
        caption={w('可以导入的行', 'Rows that can be imported')}
        empty=""
        columns={[...rowColumns(columns, filled, w), { key: 'change', label: w('处理', 'What happens') }]}
        rows={rows.map((row) => ({
          ...rowOf(row),
          cells: { ...rowOf(row).cells, ...beside(row, w), change: <WhatHappens row={row} w={w} /> },
        }))}
      />
    </Card>
  )
}

function rowColumns(columns: RowsProps['columns'], shown: (key: string) => boolean, w: Words): Column[] {
  return [
    { key: 'row_number', label: w('Excel 行号', 'Excel row'), numeric: true },
    ...columns.filter(({ key }) => shown(key)).map(({ key, header }) => ({ key, label: header })),
  ]
}

function rowOf({ row_number, cells }: ImportedRow): Row & { cells: Record<string, Child> } {
  return { cells: { ...cells, row_number: String(row_number) } }
}

/** The new value with what it replaces. */
function beside({ cells, before }: ImportedRow, w: Words): Record<string, Child> {
  return Object.fromEntries(
    Object.entries(before)
      .filter(([key, old]) => old !== cells[key])
      .map(([key, old]) => [
        key,
        <>
          {cells[key]} <small class="quiet">{w(`原为 ${old}`, `was ${old}`)}</small>
        </>,
      ]),
  )
}

function Reasons({ items }: { items: ImportedRow['faults'] }) {
  return (
    <ul class="reasons">
      {items.map(({ header, message }) => (
        <li class="error">
          <span aria-hidden="true">✕ </span>
          {inCell(header, message)}
        </li>
      ))}
    </ul>
  )
}

/** With the name of the column, where the words do not begin with it. */
function inCell(header: string, message: string): string {
  return message.startsWith(header) ? message : `${header}：${message}`
}

const CHANGES: Record<string, { tone: Tone; zh: string; en: string }> = {
  new: { tone: 'good', zh: '新增', en: 'New' },
  changed: { tone: 'warn', zh: '更新', en: 'Changed' },
  same: { tone: 'plain', zh: '无变化', en: 'Same' },
}

function WhatHappens({ row, w }: { row: ImportedRow; w: Words }) {
  const { tone, zh, en } = CHANGES[row.change]!
  return (
    <>
      <Tag tone={tone}>{w(zh, en)}</Tag>
      {row.warnings.map(({ header, message }) => (
        <div class="quiet">! {inCell(header, message)}</div>
      ))}
    </>
  )
}
