/** Imports as long work: a slice is a chunk, checked or written; a file that is all or nothing is one chunk. */
import type { JobHandlers } from '../jobs/actions.ts'
import { lockFacts } from '../platform/database.ts'
import { Refusal, refuse } from '../platform/errors.ts'
import { CHECK_JOB, COMMIT_JOB, commitImport, finishCheck, finishCommit, lockRegister } from './actions.ts'
import { KINDS } from './kinds.ts'
import { getImport } from './queries.ts'
import { workChunk } from './work.ts'

export const importJobs: JobHandlers = {
  /** Checks the next chunk; behind the last the import may be written, and is where that was asked for. */
  async [CHECK_JOB](tx, context, job) {
    const number = Number(job.position ?? 0)
    const imported = await getImport(tx, context.scope, job.subject_id!)
    const chunk = await workChunk(tx, context, imported, number, false)
    if (chunk) return { done: job.done + chunk.rows, position: String(number + 1) }
    const checked = await finishCheck(tx, context, imported.id)
    const whole = KINDS[checked.kind].whole && checked.rejected > 0
    if (job.args.mode === 'commit' && checked.accepted > 0 && !whole) await commitImport(tx, context, imported.id)
    return { done: job.done, position: null, result: { import_id: imported.id, ...checked.counts } }
  },

  /**
   * Writes the next chunk. Rows are checked again against the register as it is now: those that became wrong are kept with the
   * reason, the others are written. The last slice leaves the one event of the import.
   */
  async [COMMIT_JOB](tx, context, job) {
    const number = Number(job.position ?? 0)
    const imported = await getImport(tx, context.scope, job.subject_id!)
    await lockRegister(tx, imported)
    await lockFacts(tx)
    const chunk = await workChunk(tx, context, imported, number, true).catch(tryAgain)
    if (chunk && KINDS[imported.kind].whole && chunk.wrong > 0) refuseChanged(chunk.wrong)
    if (chunk) return { done: job.done + chunk.rows, position: String(number + 1) }
    const { counts } = await finishCommit(tx, context, imported.id)
    return { done: job.done, position: null, result: { import_id: imported.id, ...counts } }
  },
}

/** What was right a moment ago and is refused now was changed by somebody in between: the slice is done again and finds it. */
function tryAgain(error: unknown): never {
  if (error instanceof Refusal) throw new Error(`the register changed under a slice: ${error.code}`)
  throw error
}

function refuseChanged(wrong: number): never {
  refuse('conflict', 'import.changed_since', {
    zh: `核对之后登记有变化，现有 ${wrong} 行不能写入，因此整份都没有写入。请重新上传核对。`,
    en: `The register changed after the check: ${wrong} rows can no longer be written, so nothing was. Upload the file again.`,
  })
}
