/** Reads of accounts. */
import { type RawBuilder, sql } from 'kysely'
import { type Actor, type Role, SYSTEM } from '../platform/context.ts'
import type { Db } from '../platform/database.ts'

/** Unscoped on purpose: the account of a session or of a job tells what the scope is. */
export async function unscopedActor(db: Db, accountId: string): Promise<Actor | undefined> {
  if (accountId === SYSTEM.account_id) return SYSTEM
  const row = await actors(db).where('accounts.id', '=', accountId).executeTakeFirst()
  return row && asActor(row)
}

/** Accounts that may act, as those who do. */
export function actors(db: Db) {
  return allActors(db).where('accounts.disabled_at', 'is', null)
}

/** With those that may act no more. */
export function allActors(db: Db) {
  return db
    .selectFrom('accounts')
    .leftJoin('organisations', 'organisations.id', 'accounts.organisation_id')
    .select([
      'accounts.id as account_id',
      'accounts.username',
      'accounts.display_name',
      'accounts.role',
      'accounts.organisation_id',
      'organisations.name as organisation_name',
      'accounts.district_code',
      'accounts.person_id',
    ])
}

export function asActor(row: Awaited<ReturnType<ReturnType<typeof actors>['executeTakeFirstOrThrow']>>): Actor {
  return { ...row, role: row.role as Role }
}

/** With `locked_at` only those that are locked then. */
export async function listAccounts(db: Db, locked_at: Date | null = null) {
  const query = db
    .selectFrom('accounts')
    .leftJoin('organisations', 'organisations.id', 'accounts.organisation_id')
    .select([
      'accounts.id',
      'accounts.username',
      'accounts.display_name',
      'accounts.role',
      'organisations.name as organisation_name',
      'accounts.district_code',
      'accounts.locked_until',
      'accounts.disabled_at',
      'accounts.revision',
    ])
    .orderBy('accounts.username')
    .limit(500)
  return (locked_at ? query.where(isLocked(locked_at)) : query).execute()
}

/** As a count of a statement. */
export function countLocked(now: Date): RawBuilder<unknown> {
  return sql`select count(*) from accounts where ${isLocked(now)}`
}

function isLocked(now: Date): RawBuilder<boolean> {
  return sql<boolean>`(accounts.locked_until > ${now} and accounts.disabled_at is null)`
}
