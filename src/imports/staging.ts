/** A file on its way in: read piece by piece into sealed chunks that belong to no import yet. */
import { createHash } from 'node:crypto'
import { newIds } from '../people/bulk.ts'
import type { Context } from '../platform/context.ts'
import type { Db } from '../platform/database.ts'
import { refuse } from '../platform/errors.ts'
import { openSheet } from '../platform/sheet-reader.ts'
import type { SheetOf } from './checking.ts'
import { addChunk, clearOld, dropChunks, type Figures, type KeptRow } from './chunks.ts'
import { matchColumns } from './columns.ts'
import { CHUNK_ROWS, type ImportKind, WHOLE_ROWS } from './rules.ts'
import { checkInSlices } from './slices.ts'

/** A file that was read to its end and waits in chunks. */
export interface StagedFile {
  import_id: string
  filename: string
  sha256: string
  header: string[]
  rows: number
  /** what they came to, where they were checked while the file was read */
  checked: Figures | null
  /** all of them, where they are one chunk that is to be checked as a whole */
  only: KeptRow[] | null
}

/**
 * Reads a sheet into chunks, each kept on its own, so that neither a transaction nor memory waits for a slow sender; what breaks off
 * leaves nothing. Refuses `import.columns_missing`, `import.no_rows`, `import.too_long` and the codes of {@link openSheet}.
 */
export async function stageFile(
  db: Db,
  context: Context,
  kind: ImportKind<unknown>,
  filename: string,
  file: AsyncIterable<Uint8Array>,
): Promise<StagedFile> {
  const hash = createHash('sha256')
  const [import_id = ''] = await newIds(db, 1)
  // while the file is being read the database has nothing else to do
  const cleared = db.transaction().execute((tx) => clearOld(tx, context))
  cleared.catch(() => {})
  try {
    const { header, batches } = await openSheet(hashing(file, hash), filename, kind.sheet)
    const sheet = { import_id, kind, subject_id: null, matched: matchColumns(header, kind.columns) }
    const { rows, ...kept } = await keep(db, context, sheet, batches)
    await cleared
    if (rows === 0)
      refuse('invalid', 'import.no_rows', {
        zh: '表头下面没有数据。请从第二行起填写后再上传。',
        en: 'There are no rows below the headers: fill them in and upload again.',
      })
    return { import_id, filename: filename.slice(-200), sha256: hash.digest('hex'), header, rows, ...kept }
  } catch (error) {
    await dropChunks(db, [import_id])
    throw error
  }
}

async function* hashing(file: AsyncIterable<Uint8Array>, hash: { update(bytes: Uint8Array): unknown }) {
  for await (const piece of file) {
    hash.update(piece)
    yield piece
  }
}

async function keep(
  db: Db,
  context: Context,
  sheet: Omit<SheetOf<unknown>, 'others'>,
  batches: AsyncIterable<{ number: number; cells: KeptRow['cells'] }[]>,
): Promise<Pick<StagedFile, 'rows' | 'checked' | 'only'>> {
  const { import_id, kind } = sheet
  const size = kind.whole ? WHOLE_ROWS : CHUNK_ROWS
  let slices = kind.apart ? checkInSlices(db, context, sheet) : null
  let waiting: KeptRow[] = []
  let rows = 0
  let number = 0
  // the chunk before is being kept while this one is read
  let keeping: Promise<unknown> = Promise.resolve()
  const flush = async (count: number) => {
    const chunk = { number: number++, rows: waiting.slice(0, count) }
    waiting = waiting.slice(count)
    await keeping
    keeping = addChunk(db, context.vault, import_id, chunk)
    keeping.catch(() => {})
  }
  try {
    for await (const batch of batches) {
      rows += batch.length
      if (kind.whole && rows > WHOLE_ROWS) refuseLength(kind)
      for (const { number, cells } of batch) waiting.push({ row_number: number, cells, change: null })
      if (slices && rows > size) {
        await slices.settled()
        slices = null
        await dropChunks(db, [import_id])
      }
      slices?.take(waiting)
      while (waiting.length > size) await flush(size)
    }
    if (rows <= size)
      return { rows, checked: slices ? await slices.finish(waiting) : null, only: slices ? null : waiting }
    await flush(waiting.length)
    await keeping
    return { rows, checked: null, only: null }
  } finally {
    await slices?.settled()
  }
}

function refuseLength({ title }: ImportKind<unknown>): never {
  refuse('too_large', 'import.too_long', {
    zh: `“${title.zh}”整份导入，至多 ${WHOLE_ROWS.toLocaleString('en')} 行。请按银行或区县拆成几份。`,
    en: `${title.en} are imported as a whole, at most ${WHOLE_ROWS.toLocaleString('en')} rows: split the file by bank or district.`,
  })
}
