/** Reads of keys: who may see which, without what opens; nothing here can make a key be known again. */
import { type RawBuilder, sql } from 'kysely'
import { type LocalDate, localDate } from '../platform/calendar.ts'
import { type Actor, type Context, scopeOf } from '../platform/context.ts'
import type { Db } from '../platform/database.ts'
import { notFound } from '../platform/errors.ts'
import { type Page, type PageInput, readCursor, toPage } from '../platform/paging.ts'
import { type ApiKeyScope, stateOf } from './api-key-rules.ts'
import type { ApiKeyView } from './api-key-shapes.ts'

/** The newest first: an administrator and an auditor see those of their division, others those of their organisation or office. */
export async function listApiKeys(
  db: Db,
  { actor, now }: Pick<Context, 'actor' | 'now'>,
  { cursor, limit }: PageInput,
): Promise<Page<ApiKeyView>> {
  const after = readCursor(cursor, 1)
  let query = keyRows(db).where(inSight(actor))
  if (after) query = query.where('k.id', '<', String(after[0]))
  const rows = await query
    .orderBy('k.id', 'desc')
    .limit(limit + 1)
    .execute()
  return toPage(
    rows.map((row) => asView(row, localDate(now))),
    limit,
    ({ id }) => [id],
  )
}

export async function getApiKey(
  db: Db,
  { actor, now }: Pick<Context, 'actor' | 'now'>,
  id: string,
): Promise<ApiKeyView> {
  const row = await keyRows(db).where('k.id', '=', id).where(inSight(actor)).executeTakeFirst()
  return row ? asView(row, localDate(now)) : notFound({ zh: '接口密钥', en: 'API key' })
}

/** How many of a name still open in the actor's organisation or office, were it not for their accounts. */
export async function countLiveKeys(
  db: Db,
  { actor, now }: Pick<Context, 'actor' | 'now'>,
  name: string,
): Promise<number> {
  const { live } = await db
    .selectFrom('api_keys as k')
    .leftJoin('api_key_revocations as r', 'r.api_key_id', 'k.id')
    .select((eb) => eb.fn.countAll<number>().as('live'))
    .where(ofPlace(actor))
    .where('k.name', '=', name)
    .where('k.valid_until', '>=', localDate(now))
    .where('r.api_key_id', 'is', null)
    .executeTakeFirstOrThrow()
  return live
}

/** Whether a key is of the actor's own organisation or office. */
export function isOwn(actor: Actor, key: Pick<ApiKeyView, 'role' | 'organisation_id' | 'district_code'>): boolean {
  return actor.organisation_id
    ? key.organisation_id === actor.organisation_id
    : key.organisation_id === null && key.role === actor.role && key.district_code === actor.district_code
}

function ofPlace({ organisation_id, role, district_code }: Actor): RawBuilder<boolean> {
  return organisation_id
    ? sql<boolean>`k.organisation_id = ${organisation_id}::uuid`
    : sql<boolean>`(k.organisation_id is null and k.role = ${role} and k.district_code is not distinct from ${district_code}::text)`
}

function inSight(actor: Actor): RawBuilder<boolean> {
  const scope = scopeOf(actor)
  if (!['admin', 'auditor'].includes(actor.role) || scope.kind !== 'division') return ofPlace(actor)
  return sql<boolean>`coalesce(o.district_code, k.district_code, '') like ${`${scope.prefix}%`}`
}

function keyRows(db: Db) {
  return db
    .selectFrom('api_keys as k')
    .innerJoin('accounts as a', 'a.id', 'k.account_id')
    .leftJoin('organisations as o', 'o.id', 'k.organisation_id')
    .leftJoin('api_key_revocations as r', 'r.api_key_id', 'k.id')
    .leftJoin('accounts as by', 'by.id', 'r.revoked_by')
    .select(['k.id', 'k.prefix', 'k.name', 'k.scopes', 'k.role', 'k.organisation_id', 'o.name as organisation_name'])
    .select(['k.district_code', 'a.display_name as made_by', 'k.made_at', 'k.valid_until', 'k.last_used_at'])
    .select(['r.revoked_at', 'by.display_name as revoked_by', 'r.reason as revocation_reason'])
    .select(['a.disabled_at', 'o.closed_on', hasMoved().as('moved')])
}

/** The account acts elsewhere than where it made the key. */
export function hasMoved(account = 'a'): RawBuilder<boolean> {
  const a = sql.table(account)
  return sql<boolean>`(k.role, k.organisation_id, k.district_code) is distinct from (${a}.role, ${a}.organisation_id, ${a}.district_code)`
}

function asView(
  row: Awaited<ReturnType<ReturnType<typeof keyRows>['executeTakeFirstOrThrow']>>,
  today: LocalDate,
): ApiKeyView {
  const { disabled_at, closed_on, moved, ...key } = row
  const { valid_until, revoked_at } = key
  return {
    ...key,
    scopes: key.scopes as ApiKeyScope[],
    status: stateOf({ valid_until, revoked_at, disabled_at, closed_on, moved }, today),
  }
}
