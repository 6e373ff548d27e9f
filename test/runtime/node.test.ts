/** The program on Node as people start, stop and misconfigure it, and its command line. */
import { randomBytes } from 'node:crypto'
import { copyFileSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import { beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { openPostgres } from '../../src/platform/database.ts'
import { emptyDatabase, type TestDatabase, testDatabase } from '../support/database.ts'
import { build, type Ended, type Running, run, start, temporaryDirectory } from '../support/program.ts'

const HUYU_KEY = randomBytes(32).toString('base64')
const HUYU_ADMIN_PASSWORD = 'long enough to be a password'

beforeAll(build)
// processes are started one after the other, and the machine may be busy
vi.setConfig({ testTimeout: 90_000 })

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

  test('a key made by somebody who signed in opens to a program that has nothing else, until it is revoked', async () => {
    const call = await signIn(server, password)
    const body = JSON.stringify({ name: '监控系统', scopes: ['report.read'] })
    const { id, key } = await (await call('/api/v1/api-keys', { method: 'POST', body })).json()
    const opens = async (key: string) => {
      const answer = await fetch(`${server.url}/api/v1/me`, { headers: { authorization: `Bearer ${key}` } })
      return [answer.status, (await answer.json()).permissions]
    }
    expect(await opens(key)).toEqual([200, ['session.own', 'me.read', 'report.read']])
    const reason = JSON.stringify({ reason: '试用结束' })
    expect((await call(`/api/v1/api-keys/${id}/revocation`, { method: 'POST', body: reason })).status).toBe(200)
    expect(await opens(key)).toEqual([401, undefined])
  })

  test('SIGTERM ends it in seconds although a connection is kept open, and a restart has everything', async () => {
    const call = await signIn(server, password)
    const made = await call('/api/v1/organisations', {
      method: 'POST',
      body: JSON.stringify({
        name: '示例重启机构',
        kinds: ['authority'],
        district_code: '330106',
        filed_from: '2020-01-01',
      }),
    })
    expect(made.status).toBe(201)
    const asked = performance.now()
    expect(await server.stop()).toMatchObject({ code: 0, err: '' })
    expect(performance.now() - asked).toBeLessThan(5000)

    server = await start({ DATA_DIR })
    expect(server.out()).not.toContain('密码')
    const found = await (await signIn(server, password))(made.headers.get('location')!)
    expect(await found.json()).toMatchObject({ name: '示例重启机构' })
  })

  // every try of a backup starts a program, which takes seconds on a busy machine
  test('it stops when only its launcher is killed; a backup taken then restores as the same data', {
    timeout: 90_000,
  }, async () => {
    process.kill(server.pid, 'SIGKILL')
    const file = join(temporaryDirectory(), 'backup.tar')
    await expect
      .poll(() => cli({ DATA_DIR }, 'backup', file), { timeout: 30_000 })
      .toMatchObject({
        code: 0,
        out: expect.stringMatching(/^file: .*\nbytes: \d+\n$/),
      })
    const copy = join(temporaryDirectory(), 'data')
    const restored = await cli({ DATA_DIR: copy }, 'restore', file, '--json')
    expect([restored.code, JSON.parse(restored.out)]).toEqual([0, expect.objectContaining({ broken_at: null })])
    copyFileSync(join(DATA_DIR, 'huyu.key'), join(copy, 'huyu.key'))
    const again = await start({ DATA_DIR: copy })
    await signIn(again, password)
    expect((await again.stop('SIGINT')).code).toBe(0)
  })

  test('the key is exchanged: the new one is written beside the old, for its owner only, and the program starts with both', async () => {
    const file = join(DATA_DIR, 'huyu.key')
    const before = readFileSync(file, 'utf8').trim()
    const rotated = await cli({ DATA_DIR }, 'keys', 'rotate', '--json')
    expect([rotated.code, JSON.parse(rotated.out)]).toEqual([0, expect.objectContaining({ key: 'k2', left: 0 })])
    const [current, old] = readFileSync(file, 'utf8').trim().split('\n')
    expect([current, old]).toEqual([expect.stringMatching(/^k2:/), before])
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(existsSync(`${file}.new`)).toBe(false)
    const again = await start({ DATA_DIR })
    await signIn(again, password)
    expect((await again.stop()).code).toBe(0)
    expect((await cli({ DATA_DIR }, 'doctor')).out).toContain('keys: k2, k1')
  })

  test('a restore is refused over data that is there, from no file and from no backup; the server with a damaged key', async () => {
    const key = join(DATA_DIR, 'huyu.key')
    const [over, missing, wrong] = await Promise.all([
      cli({ DATA_DIR }, 'restore', key),
      cli({ DATA_DIR: temporaryDirectory() }, 'restore', 'missing.tar'),
      cli({ DATA_DIR: temporaryDirectory() }, 'restore', key),
    ])
    expectSentence(over, DATA_DIR, 'nothing was restored')
    expectSentence(missing, 'missing.tar')
    expectSentence(wrong, 'cannot be opened')
    writeFileSync(key, '')
    expectSentence(await run(['src/node.ts'], { DATA_DIR, PORT: '0' }), key, 'restore it from a backup')
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
    expect([doctor.code, JSON.parse(doctor.out)]).toEqual([
      0,
      expect.objectContaining({ database: 'ready', key: 'ready', fonts: 'ready' }),
    ])
    expect((await server.stop()).code).toBe(0)
  })

  test('a database newer than the program is refused by the server and by migrate', async () => {
    const { db, settings } = await database(testDatabase('postgres'))
    await sql`insert into migration_checksums (name, sha256) values ('9999_future', 'x')`.execute(db)
    await sql`insert into kysely_migration (name, timestamp) values ('9999_future', '2099-01-01')`.execute(db)
    const ended = await Promise.all([run(['src/node.ts'], { ...settings, PORT: '0' }), cli(settings, 'migrate')])
    for (const one of ended) expectSentence(one, '数据库比程序新', 'the database is newer than this program')
  })

  test('the commands answer 0 when done, 1 with the reason when refused, 2 for wrong use', async () => {
    const { url, settings } = await database(testDatabase('postgres'))
    const add = ['account', 'add', 'auditor', '--role', 'auditor', '--name', '审计', '--password', HUYU_ADMIN_PASSWORD]
    expect((await cli(settings, ...add, '--json')).code).toBe(0)
    expectSentence(await cli(settings, ...add), 'The account name is taken')
    const faults = await cli(settings, 'account', 'add', 'x', '--role', 'king', '--name', '审计', '--password', 'short')
    expect([faults.code, faults.err]).toEqual([1, expect.stringMatching(/^(?=.*\/role)(?=.*\/password)/s)])
    const holds = await cli(settings, 'history', 'verify', '--json')
    expect([holds.code, JSON.parse(holds.out)]).toEqual([0, expect.objectContaining({ events: 1, broken_at: null })])

    const superuser = openPostgres(url!.replace('//huyu', '//postgres'), 1)
    await sql`set session_replication_role = replica; update history_events set reason = 'forged'`.execute(superuser)
    await superuser.destroy()
    expectSentence(await cli(settings, 'history', 'verify'), 'The history is broken at event 1')
    expectSentence(await cli(settings, 'backup', '/tmp/unused.tar'), 'pg_dump')

    const wrong = [['conquer'], ['backup'], ['history', 'verify', '--fast'], ['account', 'add', 'a', 'b']]
    const ended = await Promise.all(wrong.map((words) => cli(settings, ...words)))
    expect(ended.map(({ code }) => code)).toEqual([2, 2, 2, 2])
    for (const { err } of ended) expect(err).toContain('用法 / usage: npm run huyu --')
  })
})

describe('wrong settings end the start with one sentence that names them', () => {
  const url = 'postgres://huyu:none@127.0.0.1:1/huyu'
  const cases: Record<string, [settings: Record<string, string>, named: string[]]> = {
    'several malformed ones at once': [
      { PORT: 'eighty', LOG_LEVEL: 'loud', HUYU_KEY: 'c2hvcnQ=' },
      ['PORT', 'LOG_LEVEL', 'HUYU_KEY', '32 bytes in base64'],
    ],
    'values out of range, another kind of database': [
      { PORT: '70000', HUYU_ADMIN_PASSWORD: 'short', DATABASE_URL: 'mysql://127.0.0.1/huyu' },
      ['PORT', 'HUYU_ADMIN_PASSWORD', 'DATABASE_URL'],
    ],
    'DATABASE_URL without HUYU_KEY': [{ DATABASE_URL: url }, ['HUYU_KEY', 'is required with DATABASE_URL']],
    'a database out of reach': [
      { DATABASE_URL: url, HUYU_KEY, PORT: '0' },
      ['连不上 DATABASE_URL', 'cannot be reached'],
    ],
    'an address of another machine': [{ HOST: '192.0.2.1', PORT: '0' }, ['HOST 192.0.2.1']],
    'a data directory that is a file': [{ DATA_DIR: import.meta.filename, PORT: '0' }, ['DATA_DIR', 'node.test.ts']],
  }
  test.concurrent.for(Object.entries(cases))('%s', async ([, [settings, named]]) => {
    expectSentence(await run(['src/node.ts'], settings), ...named)
  })

  test('a database that does not exist', async () => {
    const { url } = await database(testDatabase('postgres'))
    const settings = { DATABASE_URL: `${url}_missing`, HUYU_KEY, PORT: '0' }
    expectSentence(await run(['src/node.ts'], settings), 'DATABASE_URL 所指的数据库不存在', 'does not exist')
  })
})
