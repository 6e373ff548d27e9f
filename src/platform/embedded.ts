/** PostgreSQL inside this process (PGlite in a worker thread) behind the same Kysely driver as a server. Node only. */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { extname, join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Worker } from 'node:worker_threads'
import { Kysely, PostgresDialect, type PostgresPool, type PostgresPoolClient } from 'kysely'
import type { DB } from '../../db/schema.ts'
import type { Db } from './database.ts'
import type { Answer, Request, Start } from './embedded-worker.ts'

export interface Embedded {
  db: Db
  /** The whole database as a tar, for a backup or as `snapshot` of another. */
  dump(): Promise<Uint8Array<ArrayBuffer>>
  close(): Promise<void>
}

/** The data directory belongs to another process; the message is one sentence for people. */
export class DirectoryInUse extends Error {}

type Call = (request: Request) => Promise<unknown>

/**
 * Opens the database under `dataDir`/database, making it when it is missing, or one in memory for null. There is one
 * session: callers queue, and one that has waited `queueSeconds` is refused (55P03), because the usual cause is `db` used
 * inside a transaction where `tx` was meant, which would wait for ever. Throws {@link DirectoryInUse}.
 */
export async function openEmbedded(
  dataDir: string | null,
  options: { snapshot?: Uint8Array<ArrayBuffer>; queueSeconds?: number } = {},
): Promise<Embedded> {
  const unlock = dataDir === null ? () => {} : lock(dataDir)
  try {
    const directory = dataDir === null ? null : join(dataDir, 'database')
    if (directory !== null) setAsideUnfinished(directory)
    const call = startSession({ directory, snapshot: options.snapshot ?? null })
    await call({ do: 'query', text: 'select 1', values: [] })
    if (directory !== null) writeFileSync(join(directory, FINISHED), '')
    const pool = poolOfOne(call, options.queueSeconds ?? 30)
    const db = new Kysely<DB>({ dialect: new PostgresDialect({ pool }) })
    return {
      db,
      dump: async () => {
        const client = await pool.connect()
        return call({ do: 'dump' }).finally(() => client.release()) as Promise<Uint8Array<ArrayBuffer>>
      },
      close: async () => {
        await db.destroy()
        await pool.end()
        unlock()
      },
    }
  } catch (error) {
    unlock()
    throw error
  }
}

/** PGlite takes no lock and two of them ruin a directory. SQLite's is held by the kernel: it ends with the process, however that ends. */
function lock(dataDir: string): () => void {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const holder = join(dataDir, 'lock.pid')
  const held = new DatabaseSync(join(dataDir, 'lock'))
  try {
    held.exec('begin exclusive')
  } catch (error) {
    held.close()
    if ((error as { errcode?: number }).errcode !== 5) throw error
    const pid = existsSync(holder) ? readFileSync(holder, 'utf8') : '?'
    throw new DirectoryInUse(
      `数据目录 ${resolve(dataDir)} 正由进程 ${pid} 使用，请先停止该进程，或用 DATA_DIR 另指目录 / ` +
        `the data directory ${resolve(dataDir)} is in use by process ${pid}: stop that process, or set another DATA_DIR`,
    )
  }
  writeFileSync(holder, String(process.pid))
  return () => held.close()
}

const FINISHED = 'huyu-finished'

/** A first start that was killed leaves half a database, which would never open: it is moved away and made again. */
function setAsideUnfinished(directory: string): void {
  if (!existsSync(directory) || existsSync(join(directory, FINISHED))) return
  rmSync(`${directory}.unfinished`, { recursive: true, force: true })
  renameSync(directory, `${directory}.unfinished`)
}

/** Starts the thread; what is asked before it is ready waits, what is asked after it died is refused as a lost server (57P01). */
function startSession(start: Start): Call {
  const worker = new Worker(new URL(`./embedded-worker${extname(import.meta.url)}`, import.meta.url), {
    workerData: start,
    execArgv: [], // flags of this process that a thread does not understand
  })
  const asked = new Map<number, (answer: Answer) => void>()
  let last = 0
  let stopped: Answer | null = null
  const stop = (reason: string) => {
    stopped ??= { fault: { code: '57P01', message: `the embedded database has stopped: ${reason}` } }
    for (const resolve of asked.values()) resolve(stopped)
    asked.clear()
  }
  worker.on('error', (error) => stop(error.message))
  worker.on('exit', () => stop('closed'))
  worker.on('message', ({ id, answer }: { id: number; answer: Answer }) => {
    asked.get(id)?.(answer)
    asked.delete(id)
  })
  return async (request) => {
    const answer =
      stopped ??
      (await new Promise<Answer>((resolve) => {
        worker.postMessage({ id: ++last, request })
        asked.set(last, resolve)
      }))
    if (request.do === 'close') await worker.terminate()
    if ('fault' in answer) throw Object.assign(new Error(answer.fault.message), answer.fault)
    return answer.result
  }
}

/** What Kysely's PostgreSQL driver asks of a pool, with a single client that is handed round in order. */
function poolOfOne(call: Call, queueSeconds: number): PostgresPool {
  const query = ((text: string, values: readonly unknown[]) =>
    call({ do: 'query', text, values })) as PostgresPoolClient['query']
  const queue: (() => void)[] = []
  let busy = false
  let ended: Promise<unknown> | undefined

  function take(): Promise<void> {
    if (busy)
      return new Promise((resolve, reject) => {
        const next = () => {
          clearTimeout(timer)
          resolve()
        }
        const timer = setTimeout(() => {
          queue.splice(queue.indexOf(next), 1)
          reject(waitedTooLong(queueSeconds))
        }, queueSeconds * 1000)
        queue.push(next)
      })
    busy = true
    return Promise.resolve()
  }

  function release(): void {
    const next = queue.shift()
    if (next) next()
    else busy = false
  }

  return {
    options: {},
    connect: async () => {
      await take()
      return { query, release }
    },
    end: async () => {
      ended ??= take()
        // whoever holds the session for that long is not waited for
        .catch(() => {})
        .then(() => call({ do: 'close' }))
      await ended
    },
  }
}

function waitedTooLong(seconds: number): Error {
  const message = `waited ${seconds} s for the only session of the embedded database: either one statement takes that long, or db is used inside a transaction where tx was meant`
  return Object.assign(new Error(message), { code: '55P03' })
}
