/** Which program this is: version, database, keys by id, and the licences of what is shipped. */
import { sql } from 'kysely'
import { listKeys, type PublicKey } from '../credentials/signing-keys.ts'
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
  signing_keys: Pick<PublicKey, 'id' | 'organisation_name' | 'valid_from' | 'retired_at'>[]
}

/** For administrators; ids of keys, never a key, and those of their own division alone. */
export async function readDetails(db: Db, { vault, scope }: Pick<Context, 'vault' | 'scope'>): Promise<Details> {
  const reading = together(db)
  const [{ rows: servers }, migration, signing_keys] = await Promise.all([
    sql<{ version: string }>`select version() as version`.execute(reading),
    reading
      .selectFrom('migration_checksums')
      .select(['name', 'applied_at'])
      .orderBy('name', 'desc')
      .limit(1)
      .executeTakeFirstOrThrow(),
    // beside the others, as it reads certificates too
    listKeys(db, scope),
  ])
  return { database: servers[0]!.version.replace(/ on .*/, ''), migration, vault_keys: vault.key_ids, signing_keys }
}
