/** Whether a database has the schema this program was written for; needs no disk. */
import { type Kysely, sql } from 'kysely'
import type { DB } from '../schema.ts'
import { MIGRATIONS } from './index.ts'

/** `current`, or what is missing or unknown. Reads only, so that Workers and readiness can ask. */
export async function migrationState(db: Kysely<DB>): Promise<'current' | 'unmigrated' | 'newer'> {
  const { rows } = await sql<{ name: string }>`select name from migration_checksums`
    .execute(db)
    .catch((error: { code?: string }) => {
      if (error.code === '42P01') return { rows: [] }
      throw error
    })
  const names = new Set(rows.map((row) => row.name))
  if ([...names].some((name) => !MIGRATIONS.includes(name))) return 'newer'
  return MIGRATIONS.every((name) => names.has(name)) ? 'current' : 'unmigrated'
}
