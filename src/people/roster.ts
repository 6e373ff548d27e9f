/** Who an institution knows: its roster, what of the register a scope may see, and for whom it may record facts. */
import { type RawBuilder, sql } from 'kysely'
import type { LocalDate } from '../platform/calendar.ts'
import type { Scope } from '../platform/context.ts'
import type { Db, Tx } from '../platform/database.ts'
import { type Fault, notFound } from '../platform/errors.ts'
import { faultAt } from './bulk.ts'

/** Whether the person (`people.id` of the query, or another column) is within the scope. A merged record is in none: its survivor is. */
export function personInScope(scope: Scope, person?: RawBuilder<unknown>): RawBuilder<boolean> {
  return sql`(${notMerged(person)} and ${knownIn(scope, person ?? sql.ref('people.id'))})`
}

/** Whether the record (`people` of the query, or the person another column names) still stands for itself. */
export function notMerged(person?: RawBuilder<unknown>): RawBuilder<boolean> {
  if (!person) return sql`people.merged_into is null`
  return sql`not exists (select from people gone where gone.id = ${person} and gone.merged_into is not null)`
}

/** Whether anything can still be recorded about the person another column names. */
export function notErased(person: RawBuilder<unknown>): RawBuilder<boolean> {
  return sql`not exists (select from people gone where gone.id = ${person} and gone.erased_at is not null)`
}

function knownIn(scope: Scope, person: RawBuilder<unknown>): RawBuilder<boolean> {
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

/** Locks a person within the scope, so that what is read of them stays as it is until the end of the transaction; 404 for others. */
export async function lockPerson(tx: Tx, scope: Scope, person_id: string): Promise<void> {
  const person = await tx
    .selectFrom('people')
    .select('id')
    .where('id', '=', person_id)
    .where(personInScope(scope))
    .forNoKeyUpdate()
    .executeTakeFirst()
  if (!person) notFound({ zh: '人员', en: 'person' })
}

/** What speaks against recording a fact of an organisation. */
export interface OrganisationFaults {
  /** it is not the actor's: `organisation.not_yours` */
  foreign: Fault[]
  /** it is closed on the day the fact is about: `organisation.closed` */
  closed: Fault[]
}

/** For each row what speaks against its organisation, with the pointer of its day. */
export async function organisationFaults(
  db: Db,
  scope: Scope,
  pointer: string,
  rows: { organisation_id: string; day: LocalDate }[],
): Promise<OrganisationFaults[]> {
  const known = await db
    .selectFrom('organisations')
    .select(['id', 'name', 'closed_on', organisationInScope(scope).as('own')])
    .where('id', 'in', [...new Set(rows.map(({ organisation_id }) => organisation_id))])
    .execute()
  const byId = new Map(known.map((row) => [row.id, row]))
  return rows.map(({ organisation_id, day }) => {
    const found = byId.get(organisation_id)
    return {
      foreign: found?.own ? [] : [NOT_YOURS],
      closed:
        found?.closed_on && day >= found.closed_on ? [closedFault(pointer, found.name, found.closed_on, day)] : [],
    }
  })
}

const NOT_YOURS = faultAt(
  '/organisation_id',
  'organisation.not_yours',
  '只能登记本机构（或本辖区机构）的人员，请核对机构。',
  'Facts are recorded for your own organisation (or those of your district) only: check the organisation.',
)

function closedFault(pointer: string, name: string, closed_on: LocalDate, day: LocalDate): Fault {
  return faultAt(
    pointer,
    'organisation.closed',
    `“${name}”自 ${closed_on} 起停办，不能再登记 ${day} 起的在岗。请核对日期；停办登记有误的，请区县先恢复开办。`,
    `“${name}” is closed from ${closed_on} on, so work from ${day} cannot be recorded. Check the date; if the closing is wrong, the district takes it back first.`,
  )
}

/** For each row the fault that the person is unknown to the actor, or was merged into one who is known (`person.merged`), or none. */
export async function unknownPersonFaults(db: Db, scope: Scope, rows: { person_id: string }[]): Promise<Fault[][]> {
  const asked = [...new Set(rows.map(({ person_id }) => person_id))]
  const known = await db
    .selectFrom('people')
    .select('id')
    // one text instead of thousands of parameters
    .where('id', '=', sql<string>`any(${`{${asked.join(',')}}`}::uuid[])`)
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
  const strangers = [...new Set(rows.flatMap(({ person_id }) => (ids.has(person_id) ? [] : [person_id])))]
  const merged = new Map((await survivorsOf(db, scope, strangers)).map((row) => [row.id, mergedFault(row)]))
  return rows.map(({ person_id }) => (ids.has(person_id) ? [] : [merged.get(person_id) ?? fault]))
}

interface Survivor {
  id: string
  survivor_id: string
  name: string
}

async function survivorsOf(db: Db, scope: Scope, ids: string[]): Promise<Survivor[]> {
  if (ids.length === 0) return []
  const { rows } = await sql<Survivor>`
    select m.id, people.id as survivor_id, people.name from people m join people on people.id = survivor_of(m.id)
    where m.id = any (${ids}::uuid[]) and m.merged_into is not null and ${personInScope(scope)}`.execute(db)
  return rows
}

function mergedFault({ survivor_id, name }: Survivor): Fault {
  return faultAt(
    '/person_id',
    'person.merged',
    `这条人员记录已经合并到“${name}”（编号 ${survivor_id}），请改用合并后的编号。`,
    `This record was merged into “${name}”: use its id ${survivor_id}.`,
  )
}
