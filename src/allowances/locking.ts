/** A run as an action finds it: within the actor's scope, and nobody else's until the transaction ends. */
import { type RawBuilder, sql } from 'kysely'
import { type Month, monthOf } from '../platform/calendar.ts'
import type { Context } from '../platform/context.ts'
import type { Tx } from '../platform/database.ts'
import { notFound } from '../platform/errors.ts'
import { RUN } from './queries.ts'
import { seesRun } from './run-scope.ts'

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

/** Waits for whoever is deciding the run; what is answered is its state after that. A township locks the runs that have a step of its own. */
export async function lockRun(tx: Tx, { scope }: Context, id: string): Promise<LockedRun> {
  return lockWhere(tx, id, seesRun(scope))
}

/** The same of the run of a record that was found within the scope. */
export async function unscopedLockedRun(tx: Tx, id: string): Promise<LockedRun> {
  return lockWhere(tx, id, sql<boolean>`true`)
}

async function lockWhere(tx: Tx, id: string, seen: RawBuilder<boolean>): Promise<LockedRun> {
  const run = await tx
    .selectFrom('allowance_runs as r')
    .select(['id', 'status', 'scheme_code', 'district_code', 'month', 'rules_sha256'])
    .select(sql<string | null>`cutoff::text`.as('cutoff'))
    .where('id', '=', id)
    .where(seen)
    .forUpdate()
    .executeTakeFirst()
  return run ? { ...run, month: monthOf(run.month) } : notFound(RUN)
}
