/** A database for one test file, migrated and with reference data, on the engine of the project it runs in. */
import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { sql } from 'kysely'
import pg from 'pg'
import { inject } from 'vitest'
import { type Db, openPostgres } from '../../src/platform/database.ts'
import { openEmbedded } from '../../src/platform/embedded.ts'
import type { Engine } from './engines.ts'
import { resetOf } from './reset.ts'

export interface TestDatabase {
  db: Db
  engine: Engine
  /** for another process or another connection; null on PGlite, which has neither */
  url: string | null
  /** the state of a fresh database again: no data, reference rows as loaded */
  reset(): Promise<void>
  close(): Promise<void>
}

/** seconds that a query waits for PGlite's only session before it is taken for a leak out of a transaction */
const QUEUE_SECONDS = 10

/** Migrated, with reference data. */
export function testDatabase(engine: Engine = inject('engine')): Promise<TestDatabase> {
  return engine === 'postgres' ? copyOf(inject('template')) : onPglite(inject('snapshot'))
}

/** Nothing in it at all: for tests of migrations and drivers. */
export function emptyDatabase(engine: Engine): Promise<TestDatabase> {
  return engine === 'postgres' ? copyOf('template1') : onPglite(null)
}

async function onPglite(snapshot: string | null): Promise<TestDatabase> {
  const { db, close } = await openEmbedded(null, {
    queueSeconds: QUEUE_SECONDS,
    ...(snapshot && { snapshot: new Uint8Array(await readFile(snapshot)) }),
  })
  return { db, engine: 'pglite', url: null, reset: resetter(db), close }
}

/** A copy of a database of the shared PostgreSQL. */
export async function copyOf(template: string): Promise<TestDatabase> {
  const server = inject('postgres')
  const name = `test_${randomBytes(6).toString('hex')}`
  await asAdmin(server, `create database ${name} owner huyu template ${template}`)
  const url = addressOf(server, name, 'huyu')
  const db = openPostgres(url)
  // triggers that keep a record unchangeable stop everybody but the superuser
  const admin = openPostgres(addressOf(server, name, 'postgres'), 1)
  return {
    db,
    engine: 'postgres',
    url,
    reset: resetter(admin),
    close: async () => {
      await Promise.all([db.destroy(), admin.destroy()])
      await asAdmin(server, `drop database ${name} with (force)`)
    },
  }
}

function addressOf(server: string, database: string, role: string): string {
  const url = new URL(server)
  url.username = role
  url.pathname = `/${database}`
  return url.href
}

async function asAdmin(server: string, statement: string): Promise<void> {
  const client = new pg.Client(server)
  await client.connect()
  await client.query(statement).finally(() => client.end())
}

function resetter(db: Db): () => Promise<void> {
  let statements: Promise<string> | undefined
  return async () => {
    statements ??= resetOf(db)
    await sql.raw(await statements).execute(db)
  }
}
