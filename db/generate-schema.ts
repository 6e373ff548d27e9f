/** Writes db/schema.ts from a migrated PostgreSQL (DATABASE_URL), or with --verify says whether it is fresh. */
import { spawnSync } from 'node:child_process'

const result = spawnSync(
  process.execPath,
  [
    'node_modules/kysely-codegen/dist/cli/bin.js',
    '--dialect=postgres',
    '--date-parser=string',
    '--type-mapping={"int8":"number"}',
    // what Kysely's Migrator and the tests keep beside our tables
    '--exclude-pattern={kysely_*,huyu_test.*}',
    '--out-file=db/schema.ts',
    ...process.argv.slice(2),
  ],
  { stdio: 'inherit' },
)
process.exitCode = result.status ?? 1
