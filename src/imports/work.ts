/** A chunk of an import, checked or written; and the next one read meanwhile, so that neither the database nor the program waits for the other. */
import type { Context } from '../platform/context.ts'
import type { Tx } from '../platform/database.ts'
import { checkRows, type ReadRows, readRows } from './checking.ts'
import { type Chunk, countRows, getSealed, type KeptRow, keepChunk, openChunk, sumCounts } from './chunks.ts'
import { matchColumns } from './columns.ts'
import { KINDS } from './kinds.ts'
import type { ImportRow } from './queries.ts'

/** Chunks that a slice of the job goes through. */
const SLICE = 2

/** A chunk whose cells were read. */
interface Opened extends Chunk {
  /** already found wrong, where good rows are to be written */
  wrong: KeptRow[]
  open: ReadRows
}

export interface Worked {
  chunks: number
  rows: number
  wrong: number
  /** there is no chunk behind these */
  finished: boolean
}

/**
 * Checks chunks from `first` on against the register as it is now and, with `write`, writes what is right and forgets what the file
 * said of it; what is wrong stays with the reason. Doing it again changes nothing.
 */
export async function workChunks(
  tx: Tx,
  context: Context,
  imported: ImportRow,
  first: number,
  write: boolean,
): Promise<Worked> {
  const kind = KINDS[imported.kind]
  const { id, subject_id } = imported
  const sheet = { kind, subject_id, import_id: id, matched: matchColumns(imported.header, kind.columns) }
  const work = { ...context, import_id: id }
  const open = async (number: number, sealed: string): Promise<Opened> => {
    const { rows } = await openChunk(context.vault, number, sealed)
    const [wrong, others] = write ? partition(rows) : [[], rows]
    return { number, rows, wrong, open: await readRows(tx, work, sheet, others) }
  }
  const worked: Worked = { chunks: 0, rows: 0, wrong: 0, finished: false }
  let sealed = await getSealed(tx, id, first)
  let next = sealed === undefined ? null : open(first, sealed)
  for (let number = first; number < first + SLICE && next; number++) {
    const chunk = await next
    // what was checked before was compared with the other chunks then, and what marks its rows is found in the register
    const long = !kind.whole && chunk.rows[0]?.change === null && !(write && kind.marked)
    const checked = await checkRows(tx, work, { ...sheet, long }, chunk.open)
    sealed = number + 1 < first + SLICE ? await getSealed(tx, id, number + 1) : undefined
    const writing = write && checked.facts.length > 0 ? kind.commit(tx, work, subject_id, checked.facts) : null
    // read while the database writes
    next = sealed === undefined ? null : open(number + 1, sealed)
    next?.catch(() => {})
    await writing
    const counts = sumCounts([countRows(checked.rows), countRows(chunk.wrong)])
    const rows = write ? inOrder([...chunk.wrong, ...checked.rows.filter(isWrong)]) : checked.rows
    if (chunk.open.rows.length > 0) await keepChunk(tx, context.vault, id, { number, rows }, counts, write)
    worked.chunks++
    worked.rows += chunk.rows.length
    worked.wrong += counts.wrong
  }
  return { ...worked, finished: worked.chunks < SLICE && sealed === undefined }
}

function partition(rows: KeptRow[]): [KeptRow[], KeptRow[]] {
  return [rows.filter(isWrong), rows.filter((row) => !isWrong(row))]
}

function isWrong({ change }: KeptRow): boolean {
  return change === 'wrong'
}

function inOrder(rows: KeptRow[]): KeptRow[] {
  return rows.sort((a, b) => a.row_number - b.row_number)
}
