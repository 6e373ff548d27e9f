/** Writes of imports: a file is checked and waits, then goes into the register chunk by chunk, each chunk one transaction. */
import { sql } from 'kysely'
import { refuseWithoutScope } from '../access/guard.ts'
import { may } from '../access/rules.ts'
import { recordHistory } from '../history/actions.ts'
import { enqueueJob } from '../jobs/actions.ts'
import type { Context } from '../platform/context.ts'
import type { Tx } from '../platform/database.ts'
import { refuse } from '../platform/errors.ts'
import { checkRows, readRows, type SheetOf } from './checking.ts'
import { addChunk, dropChunks, type Figures, type KeptRow, NO_ROWS, sumCounts } from './chunks.ts'
import { matchColumns } from './columns.ts'
import { KINDS } from './kinds.ts'
import { findCommitted, getImport, type ImportRow } from './queries.ts'
import { type Counts, type ImportKind, type ImportKindName, KEPT_DAYS } from './rules.ts'
import type { StagedFile } from './staging.ts'
import { SUBJECTS } from './subjects.ts'

export interface Upload {
  kind: ImportKindName
  /** the class that the rows belong to, where the kind has one */
  subject_id: string | null
  mode: 'check' | 'commit'
  file: StagedFile
}

export const CHECK_JOB = 'imports.check'
export const COMMIT_JOB = 'imports.commit'

/**
 * Checks a staged file, a long one by a job, and keeps its rows for {@link commitImport}; `commit` goes on to that when a row can be written.
 * A file that this organisation has imported already answers that import and does nothing. Refuses `import.kind_forbidden`,
 * `import.subject_missing`, and what concerns the whole class.
 */
export async function uploadImport(tx: Tx, context: Context, { kind: name, mode, file, ...upload }: Upload) {
  const kind = KINDS[name]
  mustBeAllowed(context, kind)
  const subject_id = await subjectOf(tx, context, kind, upload.subject_id)
  const { organisation_id } = context.actor
  const key = { kind: kind.kind, organisation_id, subject_id, sha256: file.sha256 }
  await lockFile(tx, key)
  const earlier = await findCommitted(tx, key)
  if (earlier) {
    await dropChunks(tx, [file.import_id])
    return mode === 'commit' ? commitImport(tx, context, earlier) : getImport(tx, context.scope, earlier)
  }
  const { ignored } = matchColumns(file.header, kind.columns)
  await tx
    .insertInto('imports')
    .values({
      ...key,
      id: file.import_id,
      district_code: context.actor.district_code,
      filename: file.filename,
      header: file.header,
      status: file.checked ? 'checked' : 'checking',
      row_count: file.rows,
      ...figuresOf(file.checked ? [file.checked] : [], ignored),
      ignored_columns: ignored,
      requested_by: context.actor.account_id,
      created_at: context.now,
    })
    .execute()
  if (!file.checked && !file.only) return checkLater(tx, context, file, mode, kind)
  const checked = file.only
    ? await checkWhole(tx, context, file, { kind, subject_id, rows: file.only })
    : await getImport(tx, context.scope, file.import_id)
  return mode === 'commit' && canBeWritten(checked) ? commitImport(tx, context, checked.id) : checked
}

/** Rows that are judged together, in one chunk. */
async function checkWhole(
  tx: Tx,
  context: Context,
  { import_id, header }: StagedFile,
  { kind, subject_id, rows }: { kind: ImportKind<unknown>; subject_id: string | null; rows: KeptRow[] },
): Promise<ImportRow> {
  const matched = matchColumns(header, kind.columns)
  const sheet: SheetOf<unknown> = { kind, matched, import_id, subject_id, others: 'none' }
  const checked = await checkRows(tx, context, sheet, readRows(sheet, rows))
  await addChunk(tx, context.vault, import_id, { number: 0, rows: checked.rows })
  return finishCheck(tx, context, import_id)
}

/** A long file that is to be written anyway is checked and written in one pass, unless it is all or nothing. */
async function checkLater(tx: Tx, context: Context, file: StagedFile, mode: Upload['mode'], kind: ImportKind<unknown>) {
  const once = mode === 'commit' && !kind.whole
  const job_id = await enqueueJob(tx, context, {
    kind: once ? COMMIT_JOB : CHECK_JOB,
    subject_id: file.import_id,
    args: { mode },
    total: file.rows,
  })
  await tx
    .updateTable('imports')
    .set({ job_id, ...(once ? { status: 'committing' } : {}) })
    .where('id', '=', file.import_id)
    .execute()
  return getImport(tx, context.scope, file.import_id)
}

/**
 * Starts writing the good rows; a job that failed is started again where it stopped, and a file that is being written or was answers
 * that import. Refuses `import.discarded`, `import.still_checking`, `import.nothing_to_write`, `import.not_whole`.
 */
export async function commitImport(tx: Tx, context: Context, id: string): Promise<ImportRow> {
  const found = await getImport(tx, context.scope, id)
  mustBeAllowed(context, KINDS[found.kind])
  await lockFile(tx, found)
  const earlier = await findCommitted(tx, found)
  if (earlier && earlier !== id) return getImport(tx, context.scope, earlier)
  const known = await getImport(tx, context.scope, id)
  const stopped = known.status === 'committing' && known.job_status === 'failed'
  if (known.status === 'committed' || (known.status === 'committing' && !stopped)) return known
  if (known.status !== 'committing') mustBeWritable(known)
  const job_id = await enqueueJob(tx, context, { kind: COMMIT_JOB, subject_id: id, total: known.rows })
  await tx.updateTable('imports').set({ status: 'committing', job_id }).where('id', '=', id).execute()
  return getImport(tx, context.scope, id)
}

function canBeWritten({ kind, accepted, rejected }: ImportRow): boolean {
  return accepted > 0 && !(KINDS[kind].whole && rejected > 0)
}

function mustBeWritable({ kind, status, rows, accepted, rejected }: ImportRow): void {
  if (status === 'discarded')
    refuse('conflict', 'import.discarded', {
      zh: `这次上传已超过 ${KEPT_DAYS} 天，内容已清除。请重新上传文件。`,
      en: `This upload is older than ${KEPT_DAYS} days and was cleared. Upload the file again.`,
    })
  if (status === 'checking')
    refuse('conflict', 'import.still_checking', {
      zh: `还在核对 ${rows.toLocaleString('en')} 行，请等核对完再导入。`,
      en: `Its ${rows.toLocaleString('en')} rows are still being checked: wait until that is done.`,
    })
  if (KINDS[kind].whole && rejected > 0)
    refuse('conflict', 'import.not_whole', {
      zh: `“${KINDS[kind].title.zh}”只能整份导入，现有 ${rejected} 行错误。请下载错误文件，在原文件中改正后重新上传整份。`,
      en: `${KINDS[kind].title.en} are imported as a whole or not at all, and ${rejected} rows are wrong: correct them in the file and upload all of it.`,
    })
  if (accepted === 0)
    refuse('conflict', 'import.nothing_to_write', {
      zh: `${rows} 行都有错误，没有可以导入的行。请下载错误文件，改正后重新上传。`,
      en: `All ${rows} rows are wrong, so there is nothing to import. Correct the workbook of faults and upload it.`,
    })
}

/** Adds up the chunks; from then on the import may be written. */
export async function finishCheck(tx: Tx, context: Context, id: string): Promise<ImportRow> {
  await tx.updateTable('imports').set({ status: 'checked' }).where('id', '=', id).execute()
  await addUp(tx, id)
  return getImport(tx, context.scope, id)
}

/** The import is in the register; its one event has figures only. */
export async function finishCommit(tx: Tx, context: Context, id: string): Promise<ImportRow> {
  await tx.updateTable('imports').set({ status: 'committed', committed_at: context.now }).where('id', '=', id).execute()
  await tx.deleteFrom('import_keys').where('import_id', '=', id).execute()
  await addUp(tx, id)
  const imported = await getImport(tx, context.scope, id)
  await recordHistory(tx, context, {
    kind: 'import.committed',
    subject_kind: 'import',
    subject_id: id,
    changes: { kind: imported.kind, rows: imported.rows, ...imported.counts },
  })
  return imported
}

/** Figures of an import from those of its chunks. */
async function addUp(tx: Tx, id: string): Promise<void> {
  const { ignored_columns } = await tx
    .selectFrom('imports')
    .select('ignored_columns')
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  const chunks = await tx
    .selectFrom('import_chunks')
    .select(['counts', 'warnings'])
    .where('import_id', '=', id)
    .execute()
  const figures = chunks.map(({ counts, warnings }) => ({
    counts: (counts ?? NO_ROWS) as unknown as Counts,
    warnings,
  }))
  await tx
    .updateTable('imports')
    .set(figuresOf(figures, ignored_columns ?? []))
    .where('id', '=', id)
    .execute()
}

function figuresOf(chunks: Figures[], ignored: string[]) {
  const counts = sumCounts(chunks.map(({ counts }) => counts))
  return {
    counts: JSON.stringify(counts),
    accepted: counts.new + counts.changed + counts.same,
    rejected: counts.wrong,
    warnings: chunks.reduce((sum, { warnings }) => sum + warnings, ignored.length),
  }
}

export function mustBeAllowed(context: Context, kind: ImportKind<unknown>): void {
  if (!may(context.actor.role, kind.permission))
    refuse('forbidden', 'import.kind_forbidden', {
      zh: `您的角色不能导入“${kind.title.zh}”（${kind.permission}）。`,
      en: `Your role may not import “${kind.title.en}” (${kind.permission}).`,
    })
  refuseWithoutScope(context.actor, kind.permission)
}

async function subjectOf(
  tx: Tx,
  context: Context,
  { subject, title }: ImportKind<unknown>,
  subject_id: string | null,
): Promise<string | null> {
  if (!subject) return null
  const { what, find } = SUBJECTS[subject]
  if (!subject_id)
    refuse('invalid', 'import.subject_missing', {
      zh: `导入“${title.zh}”要先选定${what.zh}。`,
      en: `Choose the ${what.en} that these ${title.en.toLowerCase()} belong to.`,
    })
  return (await find(tx, context, subject_id)).id
}

type File = Pick<ImportRow, 'kind' | 'organisation_id' | 'subject_id' | 'sha256'>

/** The same file sent twice at the same moment: the second waits for the first, then finds it. */
async function lockFile(tx: Tx, { kind, organisation_id, subject_id, sha256 }: File): Promise<void> {
  await lock(tx, `import ${kind} ${organisation_id} ${subject_id} ${sha256}`)
}

/** Chunks of two imports of one kind and organisation follow each other, so that each sees what the other wrote. */
export async function lockRegister(
  tx: Tx,
  { kind, organisation_id }: Pick<File, 'kind' | 'organisation_id'>,
): Promise<void> {
  await lock(tx, `import ${kind} ${organisation_id}`)
}

async function lock(tx: Tx, what: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${what}, 0))`.execute(tx)
}
