/** The embedded database belongs to one process, keeps what it has acknowledged, and does not hang when it is used wrongly. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { sql } from 'kysely'
import { expect, inject, onTestFinished, test } from 'vitest'
import { root } from '../../db/root.ts'
import { openEmbedded } from '../../src/platform/embedded.ts'

test('db used inside a transaction is refused in time, and nothing of the transaction stays', async () => {
  const { db, close } = await openEmbedded(null, {
    queueSeconds: 0.2,
    snapshot: new Uint8Array(await readFile(inject('snapshot'))),
  })
  onTestFinished(close)
  const leaking = db.transaction().execute(async (tx) => {
    await sql`create table leaks ()`.execute(tx)
    await sql`select 1`.execute(db)
  })
  await expect(leaking).rejects.toMatchObject({
    code: '55P03',
    message: expect.stringContaining('db is used inside a transaction'),
  })
  expect((await sql`select to_regclass('leaks') as leaks`.execute(db)).rows).toEqual([{ leaks: null }])
})

test('a dump opens as the same database', async () => {
  const first = await openEmbedded(null, { snapshot: new Uint8Array(await readFile(inject('snapshot'))) })
  await sql`create table kept as select 1 as id`.execute(first.db)
  const snapshot = await first.dump()
  await first.close()
  const second = await openEmbedded(null, { snapshot })
  onTestFinished(second.close)
  expect((await sql`select * from kept`.execute(second.db)).rows).toEqual([{ id: 1 }])
})

test('a directory belongs to one process: the second is told which, and may have it when the first is dead', async () => {
  const directory = temporaryDirectory()
  const holder = inProcess(directory, `console.log('open'); setInterval(() => {}, 1000)`)
  await holder.line('open')
  await expect(openEmbedded(directory)).rejects.toThrow(
    new RegExp(`${directory} 正由进程 ${holder.pid} 使用.*is in use by process ${holder.pid}`),
  )
  await holder.kill()
  const { close } = await openEmbedded(directory)
  await expect(openEmbedded(directory)).rejects.toThrow(`by process ${process.pid}`)
  await close()
})

test('what was acknowledged before kill -9 is there afterwards', async () => {
  const directory = temporaryDirectory()
  const writer = inProcess(
    directory,
    `await sql\`create table acknowledged (id integer primary key)\`.execute(db)
     for (let id = 1; ; id++) { await sql\`insert into acknowledged values (\${id})\`.execute(db); console.log(id) }`,
  )
  await writer.line('200')
  await writer.kill()
  const { db, close } = await openEmbedded(directory)
  onTestFinished(close)
  const { rows } = await sql<{
    n: number
    last: number
  }>`select count(*) as n, max(id) as last from acknowledged`.execute(db)
  expect(rows[0]?.n).toBe(rows[0]?.last)
  expect(rows[0]?.n).toBeGreaterThanOrEqual(writer.lines.length)
})

test('a first start that was killed before all files were written is made again', async () => {
  const directory = temporaryDirectory()
  mkdirSync(join(directory, 'database'))
  writeFileSync(join(directory, 'database/PG_VERSION'), '18\n')
  const { db, close } = await openEmbedded(directory)
  onTestFinished(close)
  expect((await sql`select 1 as one`.execute(db)).rows).toEqual([{ one: 1 }])
})

function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'huyu-embedded-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

/** Another process that opens the directory and does `script` with `db`. */
function inProcess(directory: string, script: string) {
  const program = `
    import { sql } from 'kysely'
    const { openEmbedded } = await import('./src/platform/embedded.ts')
    const { db } = await openEmbedded(process.argv[1])
    ${script}`
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', program, directory],
    {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  const exited = once(child, 'exit')
  onTestFinished(() => void child.kill('SIGKILL'))
  const lines: string[] = []
  const reader = createInterface(child.stdout).on('line', (line) => lines.push(line))
  return {
    pid: child.pid,
    lines,
    exited,
    line: async (wanted: string) => {
      while (!lines.includes(wanted))
        await Promise.race([once(reader, 'line'), exited.then(() => Promise.reject(new Error('it ended')))])
    },
    kill: async () => {
      child.kill('SIGKILL')
      await exited
    },
  }
}
