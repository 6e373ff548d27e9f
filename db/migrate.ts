/** Brings a database to the newest schema: plain SQL files, forward only, each with a checksum, through Kysely's Migrator. Node only. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Kysely, sql } from 'kysely'
import { Migrator } from 'kysely/migration'
import { MIGRATIONS } from './migrations/index.ts'
import { root } from './root.ts'
import type { DB } from './schema.ts'

export class MigrationFault extends Error {}

/**
 * Applies what is missing, under a lock, and answers the names applied. Throws {@link MigrationFault} with one sentence when the
 * database is newer than the program or a landed file was changed.
 */
export async function migrate(db: Kysely<DB>): Promise<{ applied: string[] }> {
  await sql`create table if not exists migration_checksums (name text primary key, sha256 text not null, applied_at timestamptz not null default now())`.execute(
    db,
  )
  const files = new Map(
    MIGRATIONS.map((name) => [name, readFileSync(join(root, 'db/migrations', `${name}.sql`), 'utf8')]),
  )
  // Kysely's look at every table takes PGlite more than half a second
  if ((await countApplied(db, files)) === files.size) return { applied: [] }
  const migrator = new Migrator({
    db,
    provider: {
      getMigrations: async () =>
        Object.fromEntries(
          [...files].map(([name, text]) => [
            name,
            {
              up: async (tx: Kysely<unknown>) => {
                await sql.raw(text).execute(tx)
                await sql`insert into migration_checksums (name, sha256) values (${name}, ${checksum(text)})`.execute(
                  tx,
                )
              },
            },
          ]),
        ),
    },
  })
  const { error, results } = await migrator.migrateToLatest()
  if (error) throw error
  return { applied: (results ?? []).map((result) => result.migrationName) }
}

async function countApplied(db: Kysely<DB>, files: Map<string, string>): Promise<number> {
  const { rows } = await sql<{ name: string; sha256: string }>`select name, sha256 from migration_checksums`.execute(db)
  for (const row of rows) {
    const text = files.get(row.name)
    if (text === undefined)
      throw new MigrationFault(
        `数据库比程序新（迁移 ${row.name}），请升级程序 / the database is newer than this program (migration ${row.name}): upgrade the program`,
      )
    if (checksum(text) !== row.sha256)
      throw new MigrationFault(
        `迁移文件 ${row.name} 在执行之后被改动过 / migration ${row.name} was changed after it had been applied`,
      )
  }
  return rows.length
}

function checksum(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
