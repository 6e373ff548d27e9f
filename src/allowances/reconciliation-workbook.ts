/** A reconciliation as a workbook: a sheet for each way of grouping it, each with its total. */
import { inLanguage, type Lang, type Message } from '../platform/errors.ts'
import { type Column, sendWorkbook, writeWorkbook } from '../platform/workbook.ts'
import {
  DIMENSIONS,
  type Dimension,
  type Group,
  groupRows,
  type ReconciliationRow,
  sumRows,
} from './reconciliation-rules.ts'

const FIGURES = {
  ledger_fen: { zh: '台账应发', en: 'Ledger' },
  waiting_fen: { zh: '未导出', en: 'Not exported' },
  again_fen: { zh: '退票补发', en: 'Issued again' },
  exported_fen: { zh: '已导出', en: 'Exported' },
  paid_fen: { zh: '成功', en: 'Paid' },
  returned_fen: { zh: '退票', en: 'Returned' },
  reissued_fen: { zh: '退票已补发', en: 'Returned, issued again' },
  open_fen: { zh: '未回单', en: 'No answer' },
  difference_fen: { zh: '差额', en: 'Difference' },
} satisfies Record<Exclude<keyof Group, 'key' | 'name' | 'run_id' | 'batch_id' | 'file_fen'>, Message>

export async function reconciliationWorkbook(rows: ReconciliationRow[], lang: Lang): Promise<Response> {
  const keys = Object.keys(FIGURES) as (keyof typeof FIGURES)[]
  const columns: Column[] = [
    { header: lang === 'en' ? 'Group' : '分组', width: 48 },
    ...keys.map((key): Column => ({ header: inLanguage(lang, FIGURES[key]), format: 'yuan', width: 16 })),
  ]
  const total = sumRows(rows)
  const sheets = (Object.keys(DIMENSIONS) as Dimension[]).map((by) => ({
    name: inLanguage(lang, DIMENSIONS[by]),
    columns,
    rows: [
      ...groupRows(rows, by).map((group) => [group.name, ...keys.map((key) => group[key])]),
      [lang === 'en' ? 'Total' : '合计', ...keys.map((key) => total[key])],
    ],
  }))
  return sendWorkbook(await writeWorkbook(sheets), 'reconciliation.xlsx', '发放对账.xlsx')
}
