/** Reads of accounts. */
import { type RawBuilder, sql } from 'kysely'
import { localDate } from '../platform/calendar.ts'
import { type Actor, type Context, type Role, type Scope, SYSTEM } from '../platform/context.ts'
import type { Db } from '../platform/database.ts'
import { notFound } from '../platform/errors.ts'
import { type Page, type PageInput, readCursor, toPage } from '../platform/paging.ts'
import { STANDINGS, type Standing } from './account-rules.ts'

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
      'accounts.township_code',
      'accounts.person_id',
      sql<boolean>`accounts.password_reset_at is not null`.as('password_due'),
    ])
}

export function asActor(row: Awaited<ReturnType<ReturnType<typeof actors>['executeTakeFirstOrThrow']>>): Actor {
  return { ...row, role: row.role as Role }
}

export interface AccountFilter extends PageInput {
  standing?: Standing | undefined
}

/** By name; with `standing` only those that stand so now. */
export async function listAccounts(db: Db, { scope, now }: Reader, filter: AccountFilter): Promise<Page<AccountRow>> {
  const after = readCursor(filter.cursor, 1)
  let query = accountRows(db, now).where(accountInScope(scope))
  if (filter.standing) query = query.where(standsSo(filter.standing, now))
  if (after) query = query.where('accounts.username', '>', String(after[0]))
  const rows = await query
    .orderBy('accounts.username')
    .limit(filter.limit + 1)
    .execute()
  return toPage(rows, filter.limit, (row) => [row.username])
}

export type AccountRow = Awaited<ReturnType<ReturnType<typeof accountRows>['execute']>>[number]

export async function getAccount(db: Db, { scope, now }: Reader, id: string): Promise<AccountRow> {
  const row = await accountRows(db, now).where('accounts.id', '=', id).where(accountInScope(scope)).executeTakeFirst()
  return row ?? notFound({ zh: '账号', en: 'account' })
}

type Reader = Pick<Context, 'scope' | 'now'>

function accountRows(db: Db, now: Date) {
  const standings = (Object.keys(STANDINGS) as Standing[]).map(
    (standing) => sql`case when ${standsSo(standing, now)} then ${standing}::text end`,
  )
  return db
    .selectFrom('accounts')
    .leftJoin('organisations', 'organisations.id', 'accounts.organisation_id')
    .leftJoin('townships', 'townships.code', 'accounts.township_code')
    .select([
      'accounts.id',
      'accounts.username',
      'accounts.display_name',
      'accounts.role',
      'accounts.organisation_id',
      'organisations.name as organisation_name',
      'accounts.district_code',
      'accounts.township_code',
      'townships.name as township_name',
      'accounts.person_id',
      'accounts.created_at',
      'accounts.last_sign_in_at',
      'accounts.last_sign_in_by',
      'accounts.password_reset_at',
      'accounts.locked_until',
      'accounts.disabled_at',
      sql<Standing[]>`array_remove(array[${sql.join(standings)}], null)`.as('standings'),
    ])
}

/** What was decided about an account, newest first. */
export async function listDecisions(db: Db, account_id: string) {
  return db
    .selectFrom('account_decisions as d')
    .leftJoin('accounts as a', 'a.id', 'd.decided_by')
    .select(['d.kind', 'd.reason', 'd.decided_at', 'a.display_name as by'])
    .where('d.account_id', '=', account_id)
    .orderBy('d.decided_at', 'desc')
    .orderBy('d.id', 'desc')
    .execute()
}

/** How many accounts there are, and how many stand so that somebody should look at them. */
export async function countAccounts(db: Db, { scope, now }: Reader): Promise<Record<Standing | 'all', number>> {
  const counts = (Object.keys(STANDINGS) as Standing[]).map(
    (standing) => sql`count(*) filter (where ${standsSo(standing, now)}) as ${sql.ref(standing)}`,
  )
  const { rows } = await sql<Record<Standing | 'all', number>>`
    select count(*) as "all", ${sql.join(counts)} from accounts where ${accountInScope(scope)}`.execute(db)
  return rows[0]!
}

/** After how many days without signing in an account counts as not used. */
export async function unusedDays(db: Db): Promise<number> {
  const { value } = await db
    .selectFrom('account_rules')
    .select('value')
    .where('code', '=', 'unused_days')
    .executeTakeFirstOrThrow()
  return value
}

/** As a count of a statement. */
export function countLocked({ scope, now }: Reader): RawBuilder<unknown> {
  return sql`select count(*) from accounts where ${standsSo('locked', now)} and ${accountInScope(scope)}`
}

/** Whoever is over a division sees the accounts of its offices, its organisations and the people they know; only accounts have no place whose holders see everything. */
export function accountInScope(scope: Scope): RawBuilder<boolean> {
  if (scope.kind !== 'division') return sql<boolean>`false`
  if (scope.prefix === '') return sql<boolean>`true`
  const inside = (column: string) => sql`${sql.ref(column)} like ${`${scope.prefix}%`}`
  return sql<boolean>`(${inside('accounts.district_code')}
    or exists (select from organisations place where place.id = accounts.organisation_id and ${inside('place.district_code')})
    or exists (select from roster_entries known join organisations place on place.id = known.organisation_id
      where known.person_id = accounts.person_id and ${inside('place.district_code')}))`
}

function standsSo(standing: Standing, now: Date): RawBuilder<boolean> {
  const open = sql`accounts.disabled_at is null`
  switch (standing) {
    case 'disabled':
      return sql<boolean>`(accounts.disabled_at is not null)`
    case 'locked':
      return sql<boolean>`(${open} and accounts.locked_until > ${now})`
    case 'unused':
      return sql<boolean>`(${open} and coalesce(accounts.last_sign_in_at, accounts.created_at)
        < ${now}::timestamptz - make_interval(days => (select value from account_rules where code = 'unused_days')))`
    // the organisation is closed, or the person the account was made for is not employed there any more
    case 'left':
      return sql<boolean>`(${open} and (
        exists (select from organisations closed where closed.id = accounts.organisation_id and closed.closed_on <= ${localDate(now)}::date)
        or (accounts.organisation_id is not null and accounts.person_id is not null and not exists (
          select from employments held where held.person_id = accounts.person_id and held.organisation_id = accounts.organisation_id
            and held.known_to = 'infinity' and coalesce(held.ends_on > ${localDate(now)}::date, true)))))`
  }
}
