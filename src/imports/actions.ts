/** Writes of imports: a file is checked and waits, then goes into the register slice by slice, each slice one transaction. */
import { sql } from 'kysely'
import { may } from '../access/rules.ts'
import { recordHistory } from '../history/actions.ts'
import { enqueueJob, type JobHandlers } from '../jobs/actions.ts'
import { asJson } from '../people/bulk.ts'
import { sha256Hex } from '../platform/bytes.ts'
import { localDate } from '../platform/calendar.ts'
import type { Context } from '../platform/context.ts'
import type { Tx } from '../platform/database.ts'
import { Refusal, refuse } from '../platform/errors.ts'
import { readSheet } from '../platform/workbook.ts'
import { getClass } from '../training/queries.ts'
import { type CheckedRow, checkSheet, judged } from './checking.ts'
import { KINDS } from './kinds.ts'
import { findCommitted, getImport, type ImportRow, rowsToWrite } from './queries.ts'
import { type Counts, type ImportKind, type ImportKindName, KEPT_DAYS, type RowChange, SLICE } from './rules.ts'

export interface Upload {
  kind: ImportKindName
  /** the class that the rows belong to, where the kind has one */
  subject_id: string | null
  filename: string
  bytes: Uint8Array
  mode: 'check' | 'commit'
}

/**
 * Checks a file and keeps its rows, sealed, for {@link commitImport}; `commit` goes on to that at once when a row can be written.
 * A file that this organisation has imported already answers that import and does nothing. Refuses `import.kind_forbidden`,
 * `import.subject_missing`, `import.columns_missing`, `import.no_rows`, the `file.…` codes of platform/workbook.ts, and what concerns the whole class.
 */
export async function uploadImport(tx: Tx, context: Context, upload: Upload): Promise<ImportRow> {
  const kind = KINDS[upload.kind]
  mustBeAllowed(context, kind)
  const subject_id = await subjectOf(tx, context, kind, upload.subject_id)
  const { organisation_id } = context.actor
  const file = { kind: kind.kind, organisation_id, subject_id, sha256: await sha256Hex(upload.bytes) }
  await lockFile(tx, file)
  const earlier = await findCommitted(tx, file)
  if (earlier)
    return upload.mode === 'commit' ? commitImport(tx, context, earlier) : getImport(tx, context.scope, earlier)
  const sheet = await readSheet(upload.bytes, upload.filename, kind.sheet)
  const { rows, ignored } = await checkSheet(tx, context, kind, subject_id, sheet)
  await clearOld(tx, context)
  const counts = countOf(rows)
  const { id } = await tx
    .insertInto('imports')
    .values({
      ...file,
      filename: upload.filename.slice(-200),
      status: 'checked',
      row_count: rows.length,
      accepted: rows.length - counts.wrong,
      rejected: counts.wrong,
      warnings: ignored.length + rows.reduce((sum, { content }) => sum + content.warnings.length, 0),
      ignored_columns: ignored,
      counts: JSON.stringify(counts),
      requested_by: context.actor.account_id,
      created_at: context.now,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  await sql`
    insert into import_rows (import_id, row_number, change, content)
    select ${id}::uuid, r.row_number, r.change, r.content
    from jsonb_to_recordset(${asJson(await sealed(context, rows))}) as r (row_number int, change text, content text)`.execute(
    tx,
  )
  return upload.mode === 'commit' && counts.wrong < rows.length
    ? commitImport(tx, context, id)
    : getImport(tx, context.scope, id)
}

/**
 * Starts writing the good rows; a job that failed is started again where it stopped, and a file that is being written or was answers
 * that import. Refuses `import.discarded`, `import.nothing_to_write`.
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
  if (known.status === 'discarded')
    refuse('conflict', 'import.discarded', {
      zh: `这次上传已超过 ${KEPT_DAYS} 天，内容已清除。请重新上传文件。`,
      en: `This upload is older than ${KEPT_DAYS} days and was cleared. Upload the file again.`,
    })
  if (known.accepted === 0)
    refuse('conflict', 'import.nothing_to_write', {
      zh: `${known.rows} 行都有错误，没有可以导入的行。请下载错误文件，改正后重新上传。`,
      en: `All ${known.rows} rows are wrong, so there is nothing to import. Correct the workbook of faults and upload it.`,
    })
  const job_id = await enqueueJob(tx, context, { kind: JOB, subject_id: id, total: known.accepted })
  await tx.updateTable('imports').set({ status: 'committing', job_id }).where('id', '=', id).execute()
  return getImport(tx, context.scope, id)
}

const JOB = 'imports.commit'

export const importJobs: JobHandlers = {
  /**
   * Writes the next rows. They are checked again against the register as it is now: those that became wrong are kept with the reason,
   * the others are written and what the file said of them is forgotten. The last slice leaves the one event of the import.
   */
  async [JOB](tx, context, job) {
    const imported = await getImport(tx, context.scope, job.subject_id!)
    const kind = KINDS[imported.kind]
    await lockRegister(tx, imported)
    const rows = await rowsToWrite(tx, context.vault, imported.id, SLICE)
    const toCheck = rows.map(({ content }) => ({ values: content!.values, sound: true }))
    const verdicts = toCheck.length > 0 ? await kind.check(tx, context, imported.subject_id, toCheck) : []
    const checked = rows.map(({ row_number, content }, index) => {
      const { change, ...found } = judged(kind, verdicts[index]!, [])
      return { row_number, change, content: { ...content!, ...found }, fact: verdicts[index]!.fact }
    })
    const good = checked.filter(({ change }) => change !== 'wrong')
    const facts = good.map(({ fact }) => fact)
    if (facts.length > 0) await kind.commit(tx, context, imported.subject_id, facts).catch(tryAgain)
    await markRows(tx, imported.id, await sealed(context, checked))
    const counts = await countRows(tx, imported.id)
    const finished = rows.length < SLICE
    await tx
      .updateTable('imports')
      .set({
        counts: JSON.stringify(counts),
        accepted: imported.rows - counts.wrong,
        rejected: counts.wrong,
        ...(finished ? { status: 'committed', committed_at: context.now } : {}),
      })
      .where('id', '=', imported.id)
      .execute()
    if (finished)
      await recordHistory(tx, context, {
        kind: 'import.committed',
        subject_kind: 'import',
        subject_id: imported.id,
        changes: { kind: imported.kind, rows: imported.rows, ...counts },
      })
    return {
      done: job.done + rows.length,
      position: finished ? null : String(rows.at(-1)!.row_number),
      result: { import_id: imported.id, ...counts },
    }
  },
}

/** What was right a moment ago and is refused now was changed by somebody in between: the slice is done again and finds it. */
function tryAgain(error: unknown): never {
  if (error instanceof Refusal) throw new Error(`the register changed under a slice: ${error.code}`)
  throw error
}

function mustBeAllowed(context: Context, kind: ImportKind<unknown>): void {
  if (may(context.actor.role, kind.permission) && context.actor.organisation_id) return
  refuse('forbidden', 'import.kind_forbidden', {
    zh: `您的角色不能导入“${kind.title.zh}”（${kind.permission}）。`,
    en: `Your role may not import “${kind.title.en}” (${kind.permission}).`,
  })
}

async function subjectOf(
  tx: Tx,
  context: Context,
  kind: ImportKind<unknown>,
  subject_id: string | null,
): Promise<string | null> {
  if (!kind.subject) return null
  if (!subject_id)
    refuse('invalid', 'import.subject_missing', {
      zh: `导入“${kind.title.zh}”要先选定培训班。`,
      en: `Choose the class that these ${kind.title.en.toLowerCase()} belong to.`,
    })
  return (await getClass(tx, context.scope, localDate(context.now), subject_id)).id
}

type File = Pick<ImportRow, 'kind' | 'organisation_id' | 'subject_id' | 'sha256'>

/** The same file sent twice at the same moment: the second waits for the first, then finds it. */
async function lockFile(tx: Tx, { kind, organisation_id, subject_id, sha256 }: File): Promise<void> {
  await lock(tx, `import ${kind} ${organisation_id} ${subject_id} ${sha256}`)
}

/** Slices of two imports of one kind and organisation follow each other, so that each sees what the other wrote. */
async function lockRegister(tx: Tx, { kind, organisation_id }: File): Promise<void> {
  await lock(tx, `import ${kind} ${organisation_id}`)
}

async function lock(tx: Tx, what: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${what}, 0))`.execute(tx)
}

/** What nobody decided on in time, and the wrong rows of what was imported, are not kept for ever. */
async function clearOld(tx: Tx, { actor, now }: Context): Promise<void> {
  const old = tx
    .selectFrom('imports')
    .select('id')
    .where('organisation_id', '=', actor.organisation_id)
    .where('status', 'in', ['checked', 'committed'])
    .where('created_at', '<', sql<Date>`${now.toISOString()}::timestamptz - ${`${KEPT_DAYS} days`}::interval`)
  await tx.deleteFrom('import_rows').where('import_id', 'in', old).where('done', '=', false).execute()
  await tx
    .updateTable('imports')
    .set({ status: 'discarded' })
    .where('id', 'in', old)
    .where('status', '=', 'checked')
    .execute()
}

async function markRows(
  tx: Tx,
  import_id: string,
  rows: { row_number: number; change: RowChange; content: string }[],
): Promise<void> {
  if (rows.length === 0) return
  await sql`
    update import_rows i set change = r.change, done = r.change <> 'wrong', content = case when r.change = 'wrong' then r.content end
    from jsonb_to_recordset(${asJson(rows)}) as r (row_number int, change text, content text)
    where i.import_id = ${import_id}::uuid and i.row_number = r.row_number`.execute(tx)
}

function sealed(context: Context, rows: CheckedRow[]) {
  return Promise.all(
    rows.map(async ({ row_number, change, content }) => ({
      row_number,
      change,
      content: await context.vault.seal(JSON.stringify(content)),
    })),
  )
}

function countOf(rows: { change: RowChange }[]): Counts {
  const counts: Counts = { new: 0, changed: 0, same: 0, wrong: 0 }
  for (const { change } of rows) counts[change]++
  return counts
}

async function countRows(tx: Tx, import_id: string): Promise<Counts> {
  const rows = await tx
    .selectFrom('import_rows')
    .select((eb) => ['change', eb.fn.countAll<number>().as('count')])
    .where('import_id', '=', import_id)
    .groupBy('change')
    .execute()
  const counts: Counts = { new: 0, changed: 0, same: 0, wrong: 0 }
  for (const { change, count } of rows) counts[change as RowChange] = count
  return counts
}
