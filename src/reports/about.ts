/** Which program this is: version, database, keys by id, and the licences of what is shipped. */
import { sql } from 'kysely'
import { type Context, SHIPPED, type Shipped } from '../platform/context.ts'
import type { Db } from '../platform/database.ts'
import { together } from '../platform/together.ts'

/** From the file that is made of the lock at build; nothing is fetched. */
export async function readShipped({ assets }: Pick<Context, 'assets'>): Promise<Shipped> {
  return JSON.parse(new TextDecoder().decode(await assets(SHIPPED)))
}

export interface Details {
  database: string
  migration: { name: string; applied_at: Date }
  /** the first seals, the others only open */
  vault_keys: readonly string[]
  signing_keys: { id: string; organisation_name: string; valid_from: Date; retired: boolean }[]
}

/** For administrators; ids of keys, never a key. */
export async function readDetails(db: Db, { vault }: Pick<Context, 'vault'>): Promise<Details> {
  const reading = together(db)
  const [{ rows: servers }, migration, signing_keys] = await Promise.all([
    sql<{ version: string }>`select version() as version`.execute(reading),
    reading
      .selectFrom('migration_checksums')
      .select(['name', 'applied_at'])
      .orderBy('name', 'desc')
      .limit(1)
      .executeTakeFirstOrThrow(),
    reading
      .selectFrom('signing_keys as k')
      .innerJoin('organisations as o', 'o.id', 'k.organisation_id')
      .leftJoin('signing_key_retirements as r', 'r.key_id', 'k.id')
      .select(['k.id', 'o.name as organisation_name', 'k.valid_from', sql<boolean>`r.key_id is not null`.as('retired')])
      .orderBy('o.name')
      .orderBy('k.valid_from', 'desc')
      .execute(),
  ])
  return { database: servers[0]!.version, migration, vault_keys: vault.key_ids, signing_keys }
}
