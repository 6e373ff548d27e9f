/** A run as an action finds it: within the actor's scope, and nobody else's until the transaction ends. */
import { sql } from 'kysely'
import { type Month, monthOf } from '../platform/calendar.ts'
import type { Context } from '../platform/context.ts'
import type { Tx } from '../platform/database.ts'
import { notFound } from '../platform/errors.ts'
import { RUN } from './queries.ts'

export interface LockedRun {
  id: string
  status: string
  scheme_code: string
  district_code: string
  month: Month
  /** an instant with microseconds; null: never computed */
  cutoff: string | null
  rules_sha256: string | null
}

/** Waits for whoever is deciding the run; what is answered is its state after that. */
export async function lockRun(tx: Tx, { scope }: Context, id: string): Promise<LockedRun> {
  if (scope.kind !== 'division') notFound(RUN)
  const run = await tx
    .selectFrom('allowance_runs')
    .select(['id', 'status', 'scheme_code', 'district_code', 'month', 'rules_sha256'])
    .select(sql<string | null>`cutoff::text`.as('cutoff'))
    .where('id', '=', id)
    .where('district_code', 'like', `${scope.prefix}%`)
    .forUpdate()
    .executeTakeFirst()
  return run ? { ...run, month: monthOf(run.month) } : notFound(RUN)
}
