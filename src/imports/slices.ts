/** Checks the rows of a short file while later ones are still being read, so that the database does not wait for the reader. */
import type { Context } from '../platform/context.ts'
import type { Db } from '../platform/database.ts'
import { judgeRows, markTwins, readRows, type SheetOf } from './checking.ts'
import { addChunk, type Figures, figuresOfRows, type KeptRow, sumCounts } from './chunks.ts'
import { SLICE_ROWS } from './rules.ts'

export interface Slices {
  /** takes what has come so far: all rows of the file up to here */
  take(rows: KeptRow[]): void
  /** checks the rest; what all of them came to */
  finish(rows: KeptRow[]): Promise<Figures>
  /** waits for what was begun: the file is long, or cannot be read to its end */
  settled(): Promise<void>
}

/** Each slice is a chunk, checked and kept in a transaction of its own; which rows say the same is told in the order of the file. */
export function checkInSlices(db: Db, context: Context, sheet: Omit<SheetOf<unknown>, 'others'>): Slices {
  const of = { ...sheet, others: new Map<string, number>() }
  const checks: Promise<Figures>[] = []
  let marking: Promise<unknown> = Promise.resolve()
  let taken = 0
  const check = (rows: KeptRow[]) => {
    const number = checks.length
    const read = readRows(of, rows)
    const marked = marking.then(() => markTwins(db, context, of, read))
    marking = marked
    const checked = marked.then(() =>
      db.transaction().execute(async (tx) => {
        const { rows } = await judgeRows(tx, context, of, read)
        await addChunk(tx, context.vault, of.import_id, { number, rows })
        return figuresOfRows(rows)
      }),
    )
    checked.catch(() => {})
    checks.push(checked)
  }
  return {
    take(rows) {
      for (; rows.length - taken >= SLICE_ROWS; taken += SLICE_ROWS) check(rows.slice(taken, taken + SLICE_ROWS))
    },
    async finish(rows) {
      if (rows.length > taken) check(rows.slice(taken))
      const figures = await Promise.all(checks)
      return {
        counts: sumCounts(figures.map(({ counts }) => counts)),
        warnings: figures.reduce((sum, { warnings }) => sum + warnings, 0),
      }
    },
    async settled() {
      await Promise.allSettled(checks)
    },
  }
}
