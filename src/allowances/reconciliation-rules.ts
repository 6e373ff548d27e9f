/** Reconciliation to the fen: what the ledger says is to be paid, what was exported, and what became of it; grouped and compared. */
import type { Message } from '../platform/errors.ts'

export const DIMENSIONS = {
  batch: { zh: '按发放批次', en: 'By batch' },
  district: { zh: '按区县', en: 'By district' },
  fund_source: { zh: '按资金来源', en: 'By fund source' },
  budget_year: { zh: '按预算年度', en: 'By budget year' },
} satisfies Record<string, Message>
export type Dimension = keyof typeof DIMENSIONS

export interface Sums {
  /** what the ledger says is to be paid for the first time */
  ledger_fen: number
  /** of it, in no batch yet: no account is known, or nobody has exported it since */
  waiting_fen: number
  /** exported as further attempts of what came back */
  again_fen: number
  exported_fen: number
  paid_fen: number
  /** came back, and was not issued again */
  returned_fen: number
  /** came back, and is paid by a later batch */
  reissued_fen: number
  /** the bank has not answered */
  open_fen: number
}

/** The figures of a batch and fund source; of what is in no batch, `batch_id` is null. */
export interface ReconciliationRow extends Sums {
  run_id: string
  batch_id: string | null
  /** what the files of its last export add up to, by their control totals */
  file_fen: number | null
  batch_number: number | null
  scheme_name: string
  month: string
  district_code: string
  district_name: string
  budget_year: number
  fund_source: string
}

export interface Group extends Sums {
  key: string
  name: string
  run_id: string | null
  batch_id: string | null
  file_fen: number | null
  /** what does not add up; 0 is right */
  difference_fen: number
}

const KEYS = [
  ...(['ledger_fen', 'waiting_fen', 'again_fen', 'exported_fen'] as const),
  ...(['paid_fen', 'returned_fen', 'reissued_fen', 'open_fen'] as const),
]

/** The rows of one dimension, in the order in which they come. */
export function groupRows(rows: ReconciliationRow[], by: Dimension): Group[] {
  const groups = Map.groupBy(rows, (row) => keyOf(row, by))
  return [...groups].map(([key, own]) => {
    const [first] = own as [ReconciliationRow]
    const sums = sumRows(own)
    const batch = by === 'batch'
    const file_fen = batch ? first.file_fen : null
    return {
      ...sums,
      ...{ key, name: nameOf(first, by), run_id: batch ? first.run_id : null, batch_id: batch ? first.batch_id : null },
      file_fen,
      difference_fen: differenceOf(sums) + (file_fen === null ? 0 : Math.abs(sums.exported_fen - file_fen)),
    }
  })
}

export function sumRows(rows: Sums[]): Sums & { difference_fen: number } {
  const sums = Object.fromEntries(
    KEYS.map((key) => [key, rows.reduce((total, row) => total + row[key], 0)]),
  ) as unknown as Sums
  return { ...sums, difference_fen: differenceOf(sums) }
}

/** Ledger + issued again = waiting + exported, and exported = paid + returned + issued again later + open. */
function differenceOf(sums: Sums): number {
  return (
    Math.abs(sums.ledger_fen + sums.again_fen - sums.waiting_fen - sums.exported_fen) +
    Math.abs(sums.exported_fen - sums.paid_fen - sums.returned_fen - sums.reissued_fen - sums.open_fen)
  )
}

function keyOf(row: ReconciliationRow, by: Dimension): string {
  return {
    batch: row.batch_id ?? `run-${row.run_id}`,
    district: row.district_code,
    fund_source: row.fund_source,
    budget_year: String(row.budget_year),
  }[by]
}

function nameOf(row: ReconciliationRow, by: Dimension): string {
  const batch = row.batch_number === null ? '未导出' : `第 ${row.batch_number} 批`
  return {
    batch: `${row.month} ${row.district_name} ${row.scheme_name} ${batch}`,
    district: row.district_name,
    fund_source: row.fund_source,
    budget_year: String(row.budget_year),
  }[by]
}
