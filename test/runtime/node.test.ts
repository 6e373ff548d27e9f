/** The program on Node as people start, stop and misconfigure it, and its command line. */
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { openPostgres } from '../../src/platform/database.ts'
import { emptyDatabase, type TestDatabase, testDatabase } from '../support/database.ts'
import { build, type Ended, type Running, run, start, temporaryDirectory } from '../support/program.ts'

const HUYU_KEY = randomBytes(32).toString('base64')
const HUYU_ADMIN_PASSWORD = 'long enough to be a password'

beforeAll(build)

const cli = (settings: Record<string, string>, ...words: string[]) => run(['src/cli.ts', ...words], settings)

/** Signs in as admin; answers a fetch that carries the session. */
async function signIn({ url }: Running, password: string) {
  const session = await fetch(`${url}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'admin', password }),
  })
  expect(session.status).toBe(200)
  const cookie = session.headers.getSetCookie()[0]!.split(';')[0]!
  return (path: string, init: RequestInit = {}) =>
    fetch(url + path, { ...init, headers: { cookie, 'content-type': 'application/json', ...init.headers } })
}

/** One sentence in both languages, no stack, exit 1. */
function expectSentence({ code, err }: Ended, ...parts: (string | RegExp)[]): void {
  expect(err.trim().split('\n')).toHaveLength(1)
  for (const part of parts) expect(err).toMatch(part)
  expect(code).toBe(1)
}

async function database(made: Promise<TestDatabase>): Promise<TestDatabase & { settings: Record<string, string> }> {
  const opened = await made
  onTestFinished(opened.close)
  return { ...opened, settings: { DATABASE_URL: opened.url!, HUYU_KEY } }
}

describe('with the embedded database', () => {
  const DATA_DIR = join(temporaryDirectory(), 'data')
  let server: Running
  let password: string

  test('the first start makes database, key and administrator, and says where it listens', async () => {
    server = await start({ DATA_DIR })
    password = /账号 admin，密码 (\S+)/.exec(server.out())![1]!
    expect(password.length).toBeGreaterThan(12)
    expect(statSync(join(DATA_DIR, 'huyu.key')).mode & 0o777).toBe(0o600)
    const state = async (path: string) => {
      const answer = await fetch(server.url + path)
      return [answer.status, await answer.text()]
    }
    expect(await state('/healthz')).toEqual([200, '{"status":"up"}'])
    expect(await state('/readyz')).toEqual([200, '{"status":"ready"}'])
    expect(await state('/metrics')).toEqual([200, expect.stringContaining('huyu_http_requests_total{')])
  })

  test('pages travel compressed', async () => {
    const page = await fetch(`${server.url}/assets/app/style.css`)
    expect([page.status, page.headers.get('content-encoding')]).toEqual([200, 'gzip'])
    expect(await page.text()).toContain('{')
    const plain = await fetch(`${server.url}/assets/app/style.css`, { headers: { 'accept-encoding': 'identity' } })
    expect(plain.headers.get('content-encoding')).toBe(null)
  })

  test('a second program is told whose the port is, and whose the data', async () => {
    const { port } = new URL(server.url)
    const elsewhere = join(temporaryDirectory(), 'unused')
    const [samePort, sameData, command] = await Promise.all([
      run(['src/node.ts'], { DATA_DIR: elsewhere, PORT: port }),
      run(['src/node.ts'], { DATA_DIR, PORT: '0' }),
      cli({ DATA_DIR }, 'doctor'),
    ])
    expectSentence(samePort, `端口 ${port} 已被占用`, `port ${port} on 127.0.0.1 is taken: set another PORT`)
    expect(existsSync(elsewhere)).toBe(false)
    for (const ended of [sameData, command]) expectSentence(ended, DATA_DIR, /由进程 \d+ 使用/, 'set another DATA_DIR')
  })

  test('SIGTERM ends it in seconds, with streams open, and a restart has everything', async () => {
    const call = await signIn(server, password)
    const made = await call('/api/v1/organisations', {
      method: 'POST',
      body: JSON.stringify({ name: '示例重启颐养院', kinds: ['authority'], district_code: '330106', filed_from: '2020-01-01' }),
    })
    expect(made.status).toBe(201)
    const started = performance.now()
    expect(await server.stop()).toMatchObject({ code: 0, err: '' })
    expect(performance.now() - started).toBeLessThan(5000)

    const again = await start({ DATA_DIR })
    expect(again.out()).not.toContain('密码')
    const found = await (await signIn(again, password))(made.headers.get('location')!)
    expect(await found.json()).toMatchObject({ name: '示例重启颐养院' })
    expect((await again.stop('SIGINT')).code).toBe(0)
  })

  test('it stops when its launcher is killed, and lets go of the data', async () => {
    const { pid } = await start({ DATA_DIR })
    process.kill(pid, 'SIGKILL')
    const next = await expect.poll(() => start({ DATA_DIR }).catch(() => null), { timeout: 8000 }).not.toBe(null)
    void next
  })

  test('a backup restores as the same data, into an empty place only', async () => {
    const copy = join(temporaryDirectory(), 'data')
    const file = join(temporaryDirectory(), 'backup.tar')
    expect(await cli({ DATA_DIR }, 'backup', file)).toMatchObject({ code: 0, out: expect.stringMatching(/^file: .*\nbytes: \d+\n$/) })
    const restored = await cli({ DATA_DIR: copy }, 'restore', file, '--json')
    expect([restored.code, JSON.parse(restored.out)]).toEqual([0, expect.objectContaining({ broken_at: null })])
    expect(JSON.parse(restored.out).events).toBeGreaterThan(1)
    writeFileSync(join(copy, 'huyu.key'), readFileSync(join(DATA_DIR, 'huyu.key')))
    const server = await start({ DATA_DIR: copy })
    await signIn(server, password)
    await server.stop()
    expectSentence(await cli({ DATA_DIR: copy }, 'restore', file), 'DATA_DIR')
    expectSentence(await cli({ DATA_DIR: copy }, 'restore', `${file}.missing`), 'DATA_DIR', `${file}.missing`)
  })
})

describe('with PostgreSQL', () => {
  test('an unmigrated database is refused until the operator migrates it; then the chosen password signs in', async () => {
    const { settings } = await database(emptyDatabase('postgres'))
    expectSentence(await run(['src/node.ts'], { ...settings, PORT: '0' }), 'npm run huyu -- migrate')
    const migrated = await cli(settings, 'migrate', '--json')
    expect([migrated.code, JSON.parse(migrated.out).applied]).toEqual([0, expect.arrayContaining(['0001_foundation'])])
    expect(JSON.parse((await cli(settings, 'migrate', '--json')).out)).toMatchObject({ applied: [] })
    const server = await start({ ...settings, HUYU_ADMIN_PASSWORD })
    expect(server.out()).not.toContain(HUYU_ADMIN_PASSWORD)
    await signIn(server, HUYU_ADMIN_PASSWORD)
    const doctor = await cli(settings, 'doctor', '--json')
    expect([doctor.code, JSON.parse(doctor.out)]).toEqual([0, expect.objectContaining({ database: 'ready', key: 'ready', fonts: 'ready' })])
    expect((await server.stop()).code).toBe(0)
  })

  test('a database newer than the program is refused by the server and by migrate', async () => {
    const { db, settings } = await database(testDatabase('postgres'))
    await sql`insert into migration_checksums (name, sha256) values ('9999_future', 'x')`.execute(db)
    await sql`insert into kysely_migration (name, timestamp) values ('9999_future', '2099-01-01')`.execute(db)
    const ended = [await run(['src/node.ts'], { ...settings, PORT: '0' }), await cli(settings, 'migrate')]
    for (const one of ended) expectSentence(one, '数据库比程序新', 'the database is newer than this program')
  })

  test('the commands answer 0 when done, 1 with the reason when refused, 2 for wrong use', async () => {
    const { url, settings } = await database(testDatabase('postgres'))
    const add = ['account', 'add', 'auditor', '--role', 'auditor', '--name', '审计', '--password', HUYU_ADMIN_PASSWORD]
    expect((await cli(settings, ...add, '--json')).code).toBe(0)
    expectSentence(await cli(settings, ...add), '账号')
    const faults = await cli(settings, 'account', 'add', 'x', '--role', 'king', '--name', '审计', '--password', 'short')
    expect([faults.code, faults.err]).toEqual([1, expect.stringMatching(/\/role .*\n.*\/password/s)])
    const holds = await cli(settings, 'history', 'verify', '--json')
    expect([holds.code, JSON.parse(holds.out)]).toEqual([0, expect.objectContaining({ events: 1, broken_at: null })])

    const superuser = openPostgres(url!.replace('//huyu', '//postgres'), 1)
    await sql`set session_replication_role = replica; update history_events set reason = 'forged'`.execute(superuser)
    await superuser.destroy()
    expectSentence(await cli(settings, 'history', 'verify'), 'The history is broken at event 1')
    expectSentence(await cli(settings, 'backup', '/tmp/unused.tar'), 'pg_dump')

    for (const words of [['conquer'], ['backup'], ['history', 'verify', '--fast'], ['account', 'add', 'a', 'b']])
      expect([words, (await cli(settings, ...words)).code]).toEqual([words, 2])
    expect(await cli({}, '--help')).toMatchObject({ code: 0, err: expect.stringContaining('history verify') })
  })
})

describe('wrong settings end the start with one sentence that names them', () => {
  const cases: [settings: Record<string, string>, named: string[]][] = [
    [{ PORT: 'eighty' }, ['PORT']],
    [{ PORT: '70000', LOG_LEVEL: 'loud' }, ['PORT', 'LOG_LEVEL']],
    [{ HOST: '192.0.2.1', PORT: '0' }, ['HOST 192.0.2.1']],
    [{ HUYU_KEY: 'c2hvcnQ=' }, ['HUYU_KEY', '32 bytes in base64']],
    [{ HUYU_ADMIN_PASSWORD: 'short' }, ['HUYU_ADMIN_PASSWORD']],
    [{ DATABASE_URL: 'mysql://127.0.0.1/huyu', HUYU_KEY }, ['DATABASE_URL']],
    [{ DATABASE_URL: 'postgres://127.0.0.1/huyu' }, ['HUYU_KEY', 'is required with DATABASE_URL']],
    [{ DATABASE_URL: 'postgres://huyu:none@127.0.0.1:1/huyu', HUYU_KEY, PORT: '0' }, ['连不上 DATABASE_URL', 'cannot be reached']],
    [{ DATA_DIR: join(import.meta.dirname, 'node.test.ts'), PORT: '0' }, ['DATA_DIR', 'node.test.ts']],
  ]
  test.for(cases)('%o', async ([settings, named]) => {
    expectSentence(await run(['src/node.ts'], settings), ...named)
  })

  test('a database that does not exist', async () => {
    const { url } = await database(testDatabase('postgres'))
    const settings = { DATABASE_URL: `${url}_missing`, HUYU_KEY, PORT: '0' }
    expectSentence(await run(['src/node.ts'], settings), 'DATABASE_URL 所指的数据库不存在', 'does not exist')
  })
})
