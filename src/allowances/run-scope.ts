/** What of a run its readers see: a division the whole of it, a township its own step with the lines of the facilities that lay in it. */
import { type RawBuilder, sql } from 'kysely'
import { type Scope, townshipOf } from '../platform/context.ts'

/** Whether anything of run `r` is seen: a township sees those that have a step of its own. */
export function seesRun(scope: Scope): RawBuilder<boolean> {
  if (scope.kind !== 'division') return sql<boolean>`false`
  const township = townshipOf(scope)
  if (township === null) return sql<boolean>`(r.district_code like ${`${scope.prefix}%`})`
  return sql<boolean>`exists (select from run_steps own where own.run_id = r.id and own.township_code = ${township})`
}

/** Whether a line or finding `of` of a run that is seen is: for a township those of its facilities, as they lay when the run was submitted. */
export function seesLine(scope: Scope, of: string): RawBuilder<boolean> {
  const township = townshipOf(scope)
  if (township === null) return sql<boolean>`true`
  const [run, organisation] = [sql.ref(`${of}.run_id`), sql.ref(`${of}.organisation_id`)]
  return sql<boolean>`exists (select from run_facilities own
    where own.run_id = ${run} and own.organisation_id = ${organisation} and own.township_code = ${township})`
}

/** The same of a step, or a line of the sample, which carry the township themselves. */
export function seesStep(scope: Scope, of: string): RawBuilder<boolean> {
  const township = townshipOf(scope)
  return township === null ? sql<boolean>`true` : sql<boolean>`(${sql.ref(`${of}.township_code`)} = ${township})`
}
