/** `npm run demo` as the README promises it: one command, one account per role, and the data kept. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test, vi } from 'vitest'
import { DEMO_ACCOUNTS } from '../../db/demo-world.ts'
import { build, start, temporaryDirectory } from '../support/program.ts'

vi.setConfig({ testTimeout: 240_000 })
beforeAll(build)

test('the demo city is built once, every role signs in, and starting again keeps the data', async () => {
  const DATA_DIR = join(temporaryDirectory(), 'data')
  const settings = { DATA_DIR, HUYU_DEMO_PASSWORD: 'demo password 1' }
  const first = await start(settings, '--demo')
  for (const username of Object.keys(DEMO_ACCOUNTS)) expect(first.out()).toContain(username)
  expect(existsSync(join(DATA_DIR, 'demo-roster.xlsx'))).toBe(true)
  const signIn = (url: string, username: string) =>
    fetch(`${url}/api/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username, password: settings.HUYU_DEMO_PASSWORD }),
    })
  for (const username of Object.keys(DEMO_ACCOUNTS))
    expect((await signIn(first.url, username)).status, username).toBe(200)
  const read = async (url: string) => {
    const session = await signIn(url, 'auditor')
    const cookie = session.headers.getSetCookie()[0]!.split(';')[0]!
    const get = async (path: string) => (await fetch(url + path, { headers: { cookie } })).json()
    const proof = await get('/api/v1/history/verification')
    const workforce = await get('/api/v1/reports/workforce')
    return { proof, workforce: workforce.totals }
  }
  const before = await read(first.url)
  expect(before.proof.broken_at).toBeNull()
  expect(before.proof.events).toBeGreaterThan(5000)
  await first.stop()

  const second = await start(settings, '--demo')
  expect(await read(second.url)).toEqual(before)
  await second.stop()
})
