/** A chunk of an import, checked or written; the next one is read meanwhile, so that neither the database nor the program waits for the other. */
import type { Context } from '../platform/context.ts'
import type { Tx } from '../platform/database.ts'
import { checkRows, type ReadRows, readRows } from './checking.ts'
import { countRows, getSealed, type KeptRow, keepChunk, openChunk, sumCounts } from './chunks.ts'
import { matchColumns } from './columns.ts'
import { KINDS } from './kinds.ts'
import type { ImportRow } from './queries.ts'

/** A chunk whose cells were read: in two parts where good rows are to be written. */
interface Opened {
  rows: number
  unchecked: boolean
  /** found wrong before */
  wrong: KeptRow[]
  open: ReadRows
}

/** The chunk most likely asked for next. Only a convenience: whoever has another text in hand reads that. */
let ahead: { sealed: string; opened: Promise<Opened> } | null = null

/**
 * Checks a chunk against the register as it is now and, with `write`, writes what is right and forgets what the file said of it; what
 * is wrong stays with the reason. Doing it again changes nothing. Answers its rows and how many are wrong, null behind the last chunk.
 */
export async function workChunk(
  tx: Tx,
  context: Context,
  imported: ImportRow,
  number: number,
  write: boolean,
): Promise<{ rows: number; wrong: number } | null> {
  const kind = KINDS[imported.kind]
  const { id, subject_id } = imported
  const sheet = { kind, subject_id, import_id: id, matched: matchColumns(imported.header, kind.columns) }
  const work = { ...context, import_id: id }
  const read = async (sealed: string): Promise<Opened> => {
    const { rows } = await openChunk(context.vault, number, sealed)
    const others = write ? rows.filter((row) => !isWrong(row)) : rows
    return {
      rows: rows.length,
      unchecked: rows[0]?.change === null,
      wrong: write ? rows.filter(isWrong) : [],
      open: readRows(sheet, others),
    }
  }
  const sealed = await getSealed(tx, id, number)
  if (sealed === undefined) return null
  const { rows, unchecked, wrong, open } = await (ahead?.sealed === sealed ? ahead.opened : read(sealed))
  ahead = null
  if (open.rows.length === 0) return { rows, wrong: wrong.length }
  // what was checked before was compared with the other chunks then, and what marks its rows is found in the register
  const long = !kind.whole && unchecked && !(write && kind.marked)
  const checked = await checkRows(tx, work, { ...sheet, others: long ? 'kept' : 'none' }, open)
  const following = await getSealed(tx, id, number + 1)
  const writing = write && checked.facts.length > 0 ? kind.commit(tx, work, subject_id, checked.facts) : null
  if (following !== undefined) {
    ahead = { sealed: following, opened: read(following) }
    ahead.opened.catch(() => {})
  }
  await writing
  const counts = sumCounts([countRows(checked.rows), countRows(wrong)])
  const left = write ? inOrder([...wrong, ...checked.rows.filter(isWrong)]) : checked.rows
  await keepChunk(tx, context.vault, id, { number, rows: left }, counts, write)
  return { rows, wrong: counts.wrong }
}

function isWrong({ change }: KeptRow): boolean {
  return change === 'wrong'
}

function inOrder(rows: KeptRow[]): KeptRow[] {
  return rows.sort((a, b) => a.row_number - b.row_number)
}
