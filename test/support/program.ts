/** The program as people start it: a process of its own behind the launcher, with its settings, its printed lines and its end. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { root } from '../../db/root.ts'

export type Settings = Record<string, string>
export interface Ended {
  code: number | null
  out: string
  err: string
}
export interface Running {
  /** of the launcher */
  pid: number
  /** the address it printed */
  url: string
  out(): string
  /** to the launcher, as a terminal or a supervisor would; answers the end */
  stop(signal?: NodeJS.Signals): Promise<Ended>
  /** kill -9 for the launcher and the program at once */
  kill(): Promise<void>
}

const groups = new Set<number>()
const directories: string[] = []
afterAll(() => {
  for (const group of groups) killGroup(group)
  for (const directory of directories) rmSync(directory, { recursive: true, force: true })
})

/** Compiles what changed, so that no test waits for it. Call it in beforeAll. */
export async function build(): Promise<void> {
  const { code, err } = await run(['--build'], {})
  if (code !== 0) throw new Error(err)
}

/** Runs the launcher to its end: `run(['src/cli.ts', 'doctor'], { DATA_DIR })`. */
export async function run(args: string[], settings: Settings): Promise<Ended> {
  return launch(args, settings).ended
}

/** Starts the server on a free port and waits until it says that it is ready. */
export async function start(settings: Settings, ...args: string[]): Promise<Running> {
  const { child, ended, out, err } = launch(['src/node.ts', ...args], { PORT: '0', LOG_LEVEL: 'warn', ...settings })
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout?.on('data', () => {
      const ready = /ready: (http:\S+)/.exec(out())?.[1]
      if (ready) resolve(ready)
    })
    ended.then(({ code }) => reject(new Error(`the program ended with ${code} instead of starting: ${err()}`)))
  })
  return {
    pid: child.pid!,
    url,
    out,
    stop: (signal = 'SIGTERM') => {
      child.kill(signal)
      return ended
    },
    kill: async () => {
      killGroup(child.pid!)
      await ended
    },
  }
}

function launch(args: string[], settings: Settings) {
  const { PATH, HOME, TMPDIR, TZ } = process.env
  const kept = Object.entries({ PATH, HOME, TMPDIR, TZ }).filter(([, value]) => value !== undefined)
  const child: ChildProcess = spawn(process.execPath, ['src/launch.mjs', ...args], {
    cwd: root,
    env: { ...Object.fromEntries(kept), ...settings } as NodeJS.ProcessEnv,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true, // a group of its own, so that the launcher and the program can be killed at once
  })
  groups.add(child.pid!)
  const said = { out: '', err: '' }
  child.stdout?.on('data', (data) => (said.out += data))
  child.stderr?.on('data', (data) => (said.err += data))
  const ended = once(child, 'close').then(([code]): Ended => {
    groups.delete(child.pid!)
    return { code, ...said }
  })
  return { child, ended, out: () => said.out, err: () => said.err }
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // it has ended by itself
  }
}

/** A directory that is gone after the tests. */
export function temporaryDirectory(): string {
  directories.push(mkdtempSync(join(tmpdir(), 'huyu-data-')))
  return directories.at(-1)!
}
