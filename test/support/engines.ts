/** Vitest's global setup: each engine that a project needs is started once for the whole run, migrated and filled with reference data. */
import { createHash } from 'node:crypto'
import { existsSync, globSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { loadReference } from '../../db/load-reference.ts'
import { migrate } from '../../db/migrate.ts'
import { root } from '../../db/root.ts'
import { type Db, openPostgres } from '../../src/platform/database.ts'
import { openEmbedded } from '../../src/platform/embedded.ts'
import { startPostgres } from './real-postgres.ts'
import { remember } from './reset.ts'

export type Engine = 'pglite' | 'postgres'

declare module 'vitest' {
  interface ProvidedContext {
    /** the engine of this project's {@link testDatabase} */
    engine: Engine
    /** `postgres://postgres…/postgres` of the shared server, when the project has one */
    postgres: string
    /** its database to copy */
    template: string
    /** file with the dump of a migrated PGlite, when the project has one */
    snapshot: string
  }
}

const TEMPLATE = 'huyu_template'

const NEEDS: Record<string, Engine[]> = {
  'app-pglite': ['pglite'],
  'app-postgres': ['postgres'],
  contracts: ['pglite', 'postgres'],
  runtime: ['pglite', 'postgres'],
  browser: ['postgres'],
}

// every project loads this file anew; what it started is shared through the process
const shared = globalThis as { huyuPostgres?: ReturnType<typeof serverWithTemplate>; huyuSnapshot?: Promise<string> }

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const needs = NEEDS[project.name] ?? []
  if (needs.includes('pglite')) {
    shared.huyuSnapshot ??= snapshot()
    project.provide('snapshot', await shared.huyuSnapshot)
  }
  if (needs.includes('postgres')) {
    shared.huyuPostgres ??= serverWithTemplate()
    project.provide('postgres', (await shared.huyuPostgres).url('postgres', 'postgres'))
    project.provide('template', TEMPLATE)
  }
  return async () => (await shared.huyuPostgres)?.stop()
}

/** The application's role owns its database and is no superuser, as in production. */
async function serverWithTemplate() {
  const server = await startPostgres()
  const admin = new pg.Client(server.url('postgres', 'postgres'))
  await admin.connect()
  await admin.query('create role huyu login')
  // large worlds are made without triggers
  await admin.query('grant set on parameter session_replication_role to huyu')
  await admin.query(`create database ${TEMPLATE} owner huyu`)
  await admin.end()
  const db = openPostgres(server.url(TEMPLATE, 'huyu'))
  await prepare(db)
  await db.destroy()
  return server
}

/** Made once for each state of db and src/platform: a start of PGlite takes seconds. */
async function snapshot(): Promise<string> {
  const hash = createHash('sha256')
  const sources = globSync(
    [
      'db/**/*.{ts,sql,json}',
      'src/platform/{database,embedded}*.ts',
      'test/support/{engines,reset}.ts',
      'package-lock.json',
    ],
    { cwd: root },
  )
  for (const file of sources.sort()) hash.update(file).update(readFileSync(join(root, file)))
  const folder = join(root, '.cache/pglite')
  const file = join(folder, `${hash.digest('hex').slice(0, 16)}.tar`)
  if (existsSync(file)) return file
  const embedded = await openEmbedded(null)
  await prepare(embedded.db)
  const dump = await embedded.dump()
  await embedded.close()
  mkdirSync(folder, { recursive: true })
  // another run may be doing the same: only finished snapshots of earlier states are thrown away
  for (const name of readdirSync(folder)) if (name.endsWith('.tar')) rmSync(join(folder, name), { force: true })
  writeFileSync(`${file}.${process.pid}`, dump)
  renameSync(`${file}.${process.pid}`, file)
  return file
}

async function prepare(db: Db): Promise<void> {
  await migrate(db)
  await loadReference(db)
  await remember(db)
}
