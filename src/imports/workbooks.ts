/** The two workbooks people get: the template to fill in, and their own wrong rows with the reasons, ready to be corrected and sent again. */
import { type Column, type SheetToWrite, writeWorkbook } from '../platform/workbook.ts'
import type { KeptRow } from './chunks.ts'
import { matchColumns, shownCells } from './columns.ts'
import { FAULTS_HEADER, type ImportColumn, type ImportKind } from './rules.ts'

/** Rows of the template that carry the formats of their columns. */
const PREPARED_ROWS = 1000

/** The sheet to fill in, and 填写说明 with a rule and an example for every column: an example among the data would be sent back. */
export function templateWorkbook(kind: ImportKind<unknown>): Promise<Uint8Array> {
  return writeWorkbook([{ ...dataSheet(kind), spare_rows: PREPARED_ROWS }, guide(kind.columns)])
}

/** The sheet that rows stand in, still without any. */
export function dataSheet({ sheet, columns }: ImportKind<unknown>): SheetToWrite {
  return { name: sheet, columns: columns.map(toColumn), rows: [] }
}

/** The wrong rows as typed, the reasons in front and at the cells. What reads it again ignores the column of reasons. */
export function faultsWorkbook(
  kind: ImportKind<unknown>,
  header: readonly string[],
  rows: readonly KeptRow[],
): Promise<Uint8Array> {
  const matched = matchColumns(header, kind.columns)
  const sheet: SheetToWrite = {
    name: kind.sheet,
    columns: [{ header: FAULTS_HEADER, width: 48 }, ...kind.columns.map(toColumn)],
    rows: rows.map(({ cells, faults = [] }) => {
      const shown = shownCells(kind.columns, matched, cells)
      return [faults.map(({ message }) => message.zh).join('\n'), ...kind.columns.map(({ key }) => shown[key] ?? '')]
    }),
    faults: rows.flatMap(({ faults = [] }, row) =>
      faults.map(({ column, message }) => ({
        row,
        column: kind.columns.findIndex(({ key }) => key === column) + 1,
        message: message.zh,
      })),
    ),
  }
  return writeWorkbook([sheet, guide(kind.columns)])
}

const YES_NO = ['是', '否']

function toColumn({ header, required, type, choices, note }: ImportColumn): Column {
  const listed = type === 'yes_no' ? YES_NO : choices && Object.values(choices).map(({ zh }) => zh)
  return {
    header,
    note,
    width: type === 'digits' ? 24 : type === 'choice' ? 18 : 14,
    format: type === 'number' ? 'number' : 'text',
    ...(required ? { required } : {}),
    ...(listed ? { choices: listed } : {}),
  }
}

function guide(columns: readonly ImportColumn[]): SheetToWrite {
  return {
    name: '填写说明',
    columns: [
      { header: '列名', width: 16 },
      { header: '是否必填', width: 10 },
      { header: '填写规则', width: 48 },
      { header: '可填的内容', width: 48 },
      { header: '示例', width: 24 },
    ],
    rows: columns.map(({ header, required, type, choices = {}, note, sample }) => [
      header,
      required ? '必填' : '选填',
      note,
      (type === 'yes_no' ? YES_NO : Object.values(choices).map(({ zh }) => zh)).join('、'),
      sample,
    ]),
  }
}
