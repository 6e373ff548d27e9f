/** Who an institution knows: its roster, what of the register a scope may see, and for whom it may record facts. */
import { type RawBuilder, sql } from 'kysely'
import type { Scope } from '../platform/context.ts'
import type { Db, Tx } from '../platform/database.ts'
import type { Fault } from '../platform/errors.ts'
import { faultAt } from './bulk.ts'

/** Whether the person (`people.id` of the query, or another column) is within the scope. */
export function personInScope(scope: Scope, person: RawBuilder<unknown> = sql.ref('people.id')): RawBuilder<boolean> {
  if (scope.kind === 'person') return sql`${person} = ${scope.person_id}::uuid`
  if (scope.kind === 'organisation')
    return sql`exists (select from roster_entries r where r.person_id = ${person} and r.organisation_id = ${scope.organisation_id}::uuid)`
  if (scope.prefix === '') return sql`true`
  return sql`exists (select from roster_entries r join organisations o on o.id = r.organisation_id
    where r.person_id = ${person} and o.district_code like ${`${scope.prefix}%`})`
}

/** Whether an organisation (`organisations` of the query) is the scope's own, or lies in its division. */
export function organisationInScope(scope: Scope): RawBuilder<boolean> {
  if (scope.kind === 'organisation') return sql`organisations.id = ${scope.organisation_id}::uuid`
  if (scope.kind === 'person') return sql`false`
  return sql`organisations.district_code like ${`${scope.prefix}%`}`
}

/** Puts people on rosters; those who are there stay. */
export async function putOnRoster(tx: Tx, entries: { organisation_id: string; person_id: string }[]): Promise<void> {
  if (entries.length === 0) return
  // in one order for everybody, so that two calls about the same people never wait for each other
  const ordered = entries.map(({ organisation_id, person_id }) => ({ organisation_id, person_id }))
  ordered.sort((a, b) => (a.person_id < b.person_id ? -1 : 1))
  await tx
    .insertInto('roster_entries')
    .values(ordered)
    .onConflict((oc) => oc.doNothing())
    .execute()
}

/** For each row the fault that the organisation is not one the actor records for, or none. */
export async function foreignOrganisationFaults(
  db: Db,
  scope: Scope,
  rows: { organisation_id: string }[],
): Promise<Fault[][]> {
  const own = await db
    .selectFrom('organisations')
    .select('id')
    .where('id', 'in', [...new Set(rows.map(({ organisation_id }) => organisation_id))])
    .where(organisationInScope(scope))
    .execute()
  const ids = new Set(own.map(({ id }) => id))
  const fault = faultAt(
    '/organisation_id',
    'organisation.not_yours',
    '只能登记本机构（或本辖区机构）的人员，请核对机构。',
    'Facts are recorded for your own organisation (or those of your district) only: check the organisation.',
  )
  return rows.map(({ organisation_id }) => (ids.has(organisation_id) ? [] : [fault]))
}

/** For each row the fault that the person is unknown to the actor, or none. */
export async function unknownPersonFaults(db: Db, scope: Scope, rows: { person_id: string }[]): Promise<Fault[][]> {
  const known = await db
    .selectFrom('people')
    .select('id')
    .where('id', 'in', [...new Set(rows.map(({ person_id }) => person_id))])
    .where('erased_at', 'is', null)
    .where(personInScope(scope))
    .execute()
  const ids = new Set(known.map(({ id }) => id))
  const fault = faultAt(
    '/person_id',
    'person.unknown',
    '没有找到这个人员，请先在“从业人员”中登记。',
    'There is no such person on your roster: register the person first.',
  )
  return rows.map(({ person_id }) => (ids.has(person_id) ? [] : [fault]))
}
