/** The one way from rows to verdicts: read cells, find doubled rows, ask the kind. */
import type { Context } from '../platform/context.ts'
import type { Db, Tx } from '../platform/database.ts'
import type { Fault } from '../platform/errors.ts'
import { type KeptRow, twinsElsewhere } from './chunks.ts'
import { type Matched, type ReadRow, readRow } from './columns.ts'
import { unmask } from './masked.ts'
import type { ImportKind, RowFault, RowVerdict } from './rules.ts'

export interface Checking<F> {
  /** every row with its verdict */
  rows: KeptRow[]
  /** what the rows that are not wrong come to, in their order */
  facts: F[]
}

/** What is checked, and where its cells stand. */
export interface SheetOf<F> {
  import_id: string
  kind: ImportKind<F>
  subject_id: string | null
  matched: Matched
  /** the file has other chunks, where a row may be said already: those of a long one are kept in the database */
  others: 'none' | 'kept' | RowsSaid
}

/** By what they are about, the numbers of the rows that said it first. */
export type RowsSaid = Map<string, number>

/** Rows whose cells were read: what can be told of them without the register. */
export interface ReadRows {
  rows: KeptRow[]
  read: ReadRow[]
  /** what each row is about; null where that cannot be known */
  keys: (string | null)[]
}

export function readRows<F>({ kind, matched }: Pick<SheetOf<F>, 'kind' | 'matched'>, rows: KeptRow[]): ReadRows {
  const read = rows.map(({ cells }) => readRow(kind.columns, matched, cells))
  return { rows, read, keys: read.map(({ values }) => kind.key(values)) }
}

/** Checks rows against their own rules and the register; of the register it writes nothing. Refuses what the kind refuses. */
export async function checkRows<F>(tx: Tx, context: Context, sheet: SheetOf<F>, read: ReadRows): Promise<Checking<F>> {
  await markTwins(tx, context, sheet, read)
  return judgeRows(tx, context, sheet, read)
}

/** Finds whom masked numbers are about, then which rows say what an earlier one says; that is their fault. */
export async function markTwins<F>(db: Db, context: Context, sheet: SheetOf<F>, { rows, read, keys }: ReadRows) {
  const { kind } = sheet
  for (const index of await unmask(db, context, read)) keys[index] = kind.key(read[index]!.values)
  const twins = await findTwins(db, context, sheet, rows, keys)
  read.forEach(({ faults }, index) => {
    const twin = twins[index]
    if (twin) faults.push(twinOf(kind, twin))
  })
}

/** What the kind says of rows whose twins are marked. */
export async function judgeRows<F>(
  tx: Tx,
  context: Context,
  { kind, subject_id }: SheetOf<F>,
  { rows, read }: ReadRows,
): Promise<Checking<F>> {
  const verdicts = await kind.check(
    tx,
    context,
    subject_id,
    read.map(({ values, faults }) => ({ values, sound: faults.length === 0 })),
  )
  const checked = rows.map(({ row_number, cells }, index) => ({
    row_number,
    cells,
    ...judged(kind, verdicts[index]!, read[index]!.faults),
  }))
  const facts = verdicts.flatMap(({ fact }, index) => (checked[index]!.change === 'wrong' ? [] : [fact!]))
  return { rows: checked, facts }
}

/** For each row the number of an earlier row that is about the same, or nothing. */
async function findTwins<F>(
  db: Db,
  context: Context,
  { import_id, others }: SheetOf<F>,
  rows: KeptRow[],
  keys: (string | null)[],
): Promise<(number | undefined)[]> {
  const said: RowsSaid = others instanceof Map ? others : new Map()
  const here = rows.map(({ row_number }, index) => {
    const key = keys[index]
    if (!key) return undefined
    const twin = said.get(key)
    if (twin === undefined) said.set(key, row_number)
    return twin
  })
  if (others !== 'kept') return here
  const asked = rows.flatMap(({ row_number }, index) => {
    const key = keys[index]
    return key && here[index] === undefined ? [{ row_number, key }] : []
  })
  const elsewhere = await twinsElsewhere(db, context.vault, import_id, asked)
  return rows.map(({ row_number }, index) => here[index] ?? elsewhere.get(row_number))
}

/** A verdict with the faults of the cells: what could not be understood is not judged a second time. */
function judged<F>(
  kind: ImportKind<F>,
  { change, faults: said, warnings = [], before = {} }: RowVerdict<F>,
  own: RowFault[],
): Pick<KeptRow, 'change' | 'faults' | 'warnings' | 'before'> {
  if (own.length + said.length + warnings.length === 0 && change === 'new') return { change }
  const faults = [
    ...own,
    ...said.map(inColumn(kind)).filter(({ column }) => !own.some((fault) => fault.column === column)),
  ]
  return {
    change: faults.length > 0 ? 'wrong' : change,
    ...(faults.length > 0 ? { faults } : {}),
    ...(warnings.length > 0 ? { warnings: warnings.map(inColumn(kind)) } : {}),
    ...(Object.keys(before).length > 0 ? { before } : {}),
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
