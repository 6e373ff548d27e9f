/** The one way from a sheet to verdicts: match headers, read cells, find doubled rows, ask the kind. */
import { earlierTwins } from '../people/bulk.ts'
import type { Context } from '../platform/context.ts'
import type { Tx } from '../platform/database.ts'
import { type Fault, refuse } from '../platform/errors.ts'
import type { Sheet } from '../platform/workbook.ts'
import { matchColumns, readRow } from './columns.ts'
import type { ImportKind, RowChange, RowFault, RowVerdict, Values } from './rules.ts'

export interface CheckedRow {
  /** as Excel shows it */
  row_number: number
  change: RowChange
  content: RowContent
}
/** What is kept of a row until it is written, always sealed. */
export interface RowContent {
  /** in the words of the sheet, by key of the column */
  cells: Record<string, string>
  values: Values
  faults: RowFault[]
  warnings: RowFault[]
  before: Record<string, string>
}

/** Checks a sheet against its own rules and the register; writes nothing. Refuses `import.columns_missing`, `import.no_rows`, and what the kind refuses. */
export async function checkSheet<F>(
  tx: Tx,
  context: Context,
  kind: ImportKind<F>,
  subject_id: string | null,
  sheet: Sheet,
): Promise<{ rows: CheckedRow[]; ignored: string[] }> {
  const matched = matchColumns(sheet.header, kind.columns)
  if (sheet.rows.length === 0)
    refuse('invalid', 'import.no_rows', {
      zh: '表头下面没有数据。请从第二行起填写后再上传。',
      en: 'There are no rows below the headers: fill them in and upload again.',
    })
  const read = sheet.rows.map(({ cells }) => readRow(kind.columns, matched, cells))
  const twins = earlierTwins(read.map(({ values }) => kind.key(values)))
  read.forEach(({ faults }, index) => {
    const twin = twins[index]
    if (typeof twin === 'number') faults.push(twinOf(kind, sheet.rows[twin]!.number))
  })
  const verdicts = await kind.check(
    tx,
    context,
    subject_id,
    read.map(({ values, faults }) => ({ values, sound: faults.length === 0 })),
  )
  const rows = read.map(({ cells, values, faults: own }, index) => {
    const { change, faults, warnings, before } = judged(kind, verdicts[index]!, own)
    const row_number = sheet.rows[index]!.number
    return { row_number, change, content: { cells, values, faults, warnings, before } }
  })
  return { rows, ignored: matched.ignored }
}

/** A verdict with the faults of the cells: what could not be understood is not judged a second time. */
export function judged<F>(
  kind: ImportKind<F>,
  verdict: RowVerdict<F>,
  own: RowFault[],
): Omit<RowContent, 'cells' | 'values'> & { change: RowChange } {
  const told = new Set(own.map(({ column }) => column))
  const faults = [...own, ...verdict.faults.map(inColumn(kind)).filter(({ column }) => !told.has(column))]
  return {
    change: faults.length > 0 ? 'wrong' : verdict.change,
    faults,
    warnings: (verdict.warnings ?? []).map(inColumn(kind)),
    before: verdict.before ?? {},
  }
}

function inColumn<F>({ columns }: ImportKind<F>) {
  return ({ pointer, code, message }: Fault): RowFault => ({
    column: columns.find(({ key }) => pointer === `/${key}`)?.key ?? 'id_number',
    code,
    message,
  })
}

function twinOf<F>({ twice: { code, column, what } }: ImportKind<F>, row_number: number): RowFault {
  return {
    column,
    code,
    message: {
      zh: `与第 ${row_number} 行重复（${what.zh}相同），请只保留一行。`,
      en: `The same ${what.en} as in row ${row_number}: keep one of them.`,
    },
  }
}
