/** Long work in slices: a slice is one transaction that does a part and moves the job on, so a crash loses or repeats nothing. */
import { sql } from 'kysely'
import { unscopedActor } from '../access/queries.ts'
import { localDate } from '../platform/calendar.ts'
import { type Context, SYSTEM, scopeOf } from '../platform/context.ts'
import type { Db, Tx } from '../platform/database.ts'
import { Refusal } from '../platform/errors.ts'
import type { Deps } from '../platform/http.ts'

export interface Job {
  id: string
  kind: string
  subject_id: string | null
  args: Record<string, unknown>
  done: number
  total: number | null
  position: string | null
}

/** What a slice achieved. `position: null` ends the job; `result` is what it made. */
export interface Slice {
  done: number
  total?: number
  position: string | null
  result?: Record<string, unknown>
}

/**
 * Does one slice of at most about 2 seconds, in the transaction given; the same position must give the same work. `beside` is for reading
 * what was committed while the transaction writes: the transaction itself where there is no other connection.
 */
export type JobHandler = (tx: Tx, context: Context, job: Job, beside: Db) => Promise<Slice>
export type JobHandlers = Record<string, JobHandler>

/** `beside` as handlers have it. */
export type Runner = Pick<Deps, 'vault' | 'assets' | 'publicUrl' | 'now' | 'log'> & { beside?: Db }

const MAX_ATTEMPTS = 5

/** Puts a job into the queue, in the transaction of the action that asks for it; answers its id. */
export async function enqueueJob(
  tx: Tx,
  context: Context,
  job: { kind: string; subject_id?: string; args?: Record<string, unknown>; total?: number },
): Promise<string> {
  const { id } = await tx
    .insertInto('jobs')
    .values({
      kind: job.kind,
      subject_id: job.subject_id ?? null,
      args: JSON.stringify(job.args ?? {}),
      total: job.total ?? null,
      created_by: context.actor.account_id,
      api_key_id: context.actor.api_key_id ?? null,
      organisation_id: context.actor.organisation_id,
      district_code: context.actor.district_code,
      request_id: context.request_id,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

/** Puts the day's work into the queue, once however many processes call it. */
export async function enqueueDaily(db: Db, now: Date, kinds: readonly string[]): Promise<void> {
  const day = localDate(now)
  await db
    .insertInto('jobs')
    .values(kinds.map((kind) => ({ kind, day })))
    .onConflict((oc) => oc.columns(['kind', 'day']).where('day', 'is not', null).doNothing())
    .execute()
}

/**
 * Does one slice of one waiting job; answers false when nothing waits. Any number of processes may call it at the same time:
 * the row lock of the slice's own transaction is what makes a job one worker's at a time, and it goes when the worker dies.
 */
export async function runSlice(db: Db, runner: Runner, handlers: JobHandlers): Promise<boolean> {
  let claimed: string | null = null
  try {
    return await db.transaction().execute(async (tx) => {
      const row = await tx
        .selectFrom('jobs')
        .select(['id', 'kind', 'subject_id', 'args', 'done', 'total', 'position'])
        .select(['created_by', 'api_key_id', 'request_id', 'day'])
        .where('status', 'in', ['queued', 'running'])
        .where('run_at', '<=', sql<Date>`now()`)
        .orderBy('run_at')
        .orderBy('id')
        .limit(1)
        .forUpdate()
        .skipLocked()
        .executeTakeFirst()
      if (!row) return false
      claimed = row.id
      const handler = handlers[row.kind]
      // what is due every day nobody asked for
      const actor = row.day ? SYSTEM : row.created_by && (await unscopedActor(tx, row.created_by))
      if (!handler || !actor) throw new Error(`no handler or no actor for a job of kind ${row.kind}`)
      const context: Context = {
        // what the key may was asked when it asked for the job
        actor: { ...actor, api_key_id: row.api_key_id ?? undefined },
        scope: scopeOf(actor),
        now: runner.now(),
        request_id: row.request_id ?? row.id,
        vault: runner.vault,
        assets: runner.assets,
        public_url: runner.publicUrl,
      }
      const work = { ...row, args: row.args as Record<string, unknown> }
      const slice = await handler(tx, context, work, runner.beside ?? tx)
      await tx
        .updateTable('jobs')
        .set({
          done: slice.done,
          position: slice.position,
          status: slice.position === null ? 'succeeded' : 'running',
          attempts: 0,
          // to the end of the queue, so that a long job does not keep the others waiting
          run_at: sql<Date>`clock_timestamp()`,
          ...(slice.total === undefined ? {} : { total: slice.total }),
          ...(slice.position === null ? { finished_at: runner.now(), result: JSON.stringify(slice.result ?? {}) } : {}),
        })
        .where('id', '=', row.id)
        .execute()
      return true
    })
  } catch (error) {
    if (!claimed) throw error
    await noteFailure(db, runner, claimed, error)
    return true
  }
}

/** A refusal ends the job with its words; another fault is tried again with growing gaps, then ends it. */
async function noteFailure(db: Db, runner: Runner, id: string, error: unknown): Promise<void> {
  const refusal = error instanceof Refusal ? error : null
  const { name, code, stack, message } = error as Error & { code?: string }
  if (!refusal)
    runner.log.error(
      { job_id: id, name, code, at: stack?.replace(message, '').split('\n').slice(1, 6).join('\n') },
      'job fault',
    )
  const words = refusal
    ? { code: refusal.code, message: refusal.words, faults: refusal.faults }
    : {
        code: 'internal',
        message: {
          zh: `任务内部出错。请把编号 ${id} 告诉管理员。`,
          en: `An internal fault. Tell an administrator the number of the job, ${id}.`,
        },
      }
  await db
    .updateTable('jobs')
    .set((eb) => ({
      attempts: eb('attempts', '+', 1),
      status: refusal
        ? 'failed'
        : eb
            .case()
            .when('attempts', '>=', MAX_ATTEMPTS - 1)
            .then('failed')
            .else(eb.ref('status'))
            .end(),
      run_at: sql<Date>`now() + interval '1 second' * power(4, attempts)`,
      error: JSON.stringify(words),
      finished_at: refusal ? runner.now() : null,
    }))
    .where('id', '=', id)
    .execute()
}
