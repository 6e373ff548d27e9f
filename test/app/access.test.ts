/** Signing in, sessions, cross-site writes, and what a wrong call is told. */
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PASSWORD, type World, world } from '../support/world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

describe('sessions', () => {
  test('a right password opens a session of which the database knows only the hash', async () => {
    const me = await w.as('district').get('/api/v1/me')
    expect(me.status).toBe(200)
    expect(await me.json()).toMatchObject({ username: 'district', role: 'district', district_code: '330106' })
    const rows = await w.db.selectFrom('sessions').select('id_hash').execute()
    expect(rows.length).toBeGreaterThan(0)
    expect(rows.every(({ id_hash }) => /^[0-9a-f]{64}$/.test(id_hash))).toBe(true)
  })

  test('an unknown account and a wrong password get the same words', async () => {
    const one = await w.as(null).post('/api/v1/session', { username: 'nobody', password: 'wrong wrong' })
    const two = await w.as(null).post('/api/v1/session', { username: 'auditor', password: 'wrong wrong' })
    expect([one.status, two.status]).toEqual([401, 401])
    expect((await one.json()).detail).toBe((await two.json()).detail)
  })

  test('five wrong passwords lock the account, the right one included', async () => {
    for (let i = 0; i < 5; i++)
      await w.as(null).post('/api/v1/session', { username: 'health', password: 'wrong wrong' })
    const answer = await w.as(null).post('/api/v1/session', { username: 'health', password: PASSWORD })
    expect(answer.status).toBe(429)
    expect(answer.headers.get('retry-after')).toBe('900')
    w.clock.now = new Date(w.clock.now.getTime() + 16 * 60_000)
    expect((await w.as(null).post('/api/v1/session', { username: 'health', password: PASSWORD })).status).toBe(200)
  })

  test('a session ends by signing out', async () => {
    const client = w.as('auditor')
    expect((await client.get('/api/v1/me')).status).toBe(200)
    expect((await client.delete('/api/v1/session')).status).toBe(204)
    const after = await client.get('/api/v1/me')
    expect(after.status).toBe(401)
    expect(after.headers.get('content-type')).toBe('application/problem+json')
  })

  test('no expiry is believed beyond twelve hours after the start', async () => {
    const client = w.as('finance')
    await client.get('/api/v1/me')
    await w.db
      .updateTable('sessions')
      .set({ created_at: new Date(Date.now() - 13 * 3_600_000), expires_at: new Date(Date.now() + 86_400_000) })
      .where('account_id', '=', w.accounts.finance!)
      .execute()
    expect((await client.get('/api/v1/me')).status).toBe(401)
  })
})

describe('bad calls', () => {
  const organisation = { name: '示例一', kinds: ['authority'], district_code: '330106' }

  test('a write that another site made the browser send is refused, form and JSON alike', async () => {
    const client = w.as('admin')
    await client.get('/api/v1/me')
    const json = await client.send('POST', '/api/v1/organisations', {
      headers: { origin: 'https://evil.example', 'content-type': 'application/json' },
      body: JSON.stringify(organisation),
    })
    const posted = await client.send('POST', '/console/preferences', {
      headers: { origin: 'https://evil.example', 'content-type': 'application/x-www-form-urlencoded' },
      body: 'theme=dark',
    })
    expect([json.status, posted.status]).toEqual([403, 403])
    expect((await json.json()).code).toBe('request.cross_site')
  })

  test.each([
    ['malformed JSON', '{"name":', 'application/json', 400, 'request.malformed'],
    ['another content type', 'name=x', 'text/plain', 415, 'request.content_type'],
    [
      'a field nobody knows',
      JSON.stringify({ ...organisation, colour: 'red' }),
      'application/json',
      422,
      'input.invalid',
    ],
    [
      'a body of 10 MB',
      JSON.stringify({ name: 'x'.repeat(10 * 2 ** 20) }),
      'application/json',
      413,
      'request.too_large',
    ],
  ])('%s is refused and nothing is written', async (_, body, type, status, code) => {
    const count = () =>
      w.db
        .selectFrom('organisations')
        .select((eb) => eb.fn.countAll<number>().as('n'))
        .executeTakeFirstOrThrow()
    const before = await count()
    const answer = await w
      .as('admin')
      .send('POST', '/api/v1/organisations', { headers: { 'content-type': type }, body })
    expect(answer.status).toBe(status)
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
    expect(await answer.json()).toMatchObject({ status, code, request_id: expect.any(String) })
    expect(await count()).toEqual(before)
  })

  test('all faults of an input are told at once, in Chinese, or in English on request', async () => {
    const client = w.as('admin')
    const answer = await client.post('/api/v1/organisations', { name: '', kinds: [], district_code: 'x' })
    const { errors } = await answer.json()
    expect(errors.map((fault: { pointer: string }) => fault.pointer)).toEqual(['/name', '/kinds', '/district_code'])
    expect(errors[0].message).toMatch(/[一-鿿]/)
    const english = await client.send('POST', '/api/v1/organisations', {
      headers: { 'content-type': 'application/json', 'accept-language': 'en-GB' },
      body: '{}',
    })
    expect((await english.json()).errors[0].message).toMatch(/^[\x20-\x7e]+$/)
  })

  test('the same Idempotency-Key gives the first answer again, and refuses another body', async () => {
    const client = w.as('admin')
    const first = await client.post('/api/v1/organisations', organisation, { key: 'key-1' })
    const again = await client.post('/api/v1/organisations', organisation, { key: 'key-1' })
    const other = await client.post('/api/v1/organisations', { ...organisation, name: '示例二' }, { key: 'key-1' })
    expect([first.status, again.status, other.status]).toEqual([201, 201, 422])
    expect(await again.json()).toEqual(await first.json())
    expect((await other.json()).code).toBe('idempotency.mismatch')
    expect(first.headers.get('location')).toMatch(/^\/api\/v1\/organisations\/[0-9a-f-]{36}$/)
    expect(first.headers.get('etag')).toBe('"1"')
  })

  test('a taken name is told in words', async () => {
    const answer = await w.as('admin').post('/api/v1/organisations', organisation)
    expect(answer.status).toBe(409)
    expect((await answer.json()).code).toBe('organisation.name_taken')
  })

  test('nothing was an internal fault', () => expect(w.faults).toEqual([]))
})

describe('history', () => {
  test('every write left an event in a chain that holds', async () => {
    const proof = await (await w.as('admin').get('/api/v1/history/verification')).json()
    expect(proof.broken_at).toBeNull()
    expect(proof.events).toBeGreaterThan(5)
  })

  test('is narrowed to who did it and when, and goes out as a file of the same', async () => {
    const admin = w.as('admin')
    const all = (await (await admin.get('/api/v1/history?limit=200')).json()).items
    const [{ actor_id }] = all.filter((event: { actor_id: string | null }) => event.actor_id)
    const own = all.filter((event: { actor_id: string | null }) => event.actor_id === actor_id)
    const asked = async (query: string) => (await (await admin.get(`/api/v1/history?limit=200&${query}`)).json()).items
    expect(await asked(`actor_id=${actor_id}`)).toEqual(own)
    expect(await asked(`actor_id=${actor_id}&from=2026-11-24`)).toEqual([])
    expect(await asked(`actor_id=${actor_id}&from=2026-11-23&to=2026-11-23`)).toEqual(own)

    const page = await (await admin.page(`/console/history?actor_id=${actor_id}&to=2026-11-23`)).text()
    expect(page).toContain(`/console/history.csv?actor_id=${actor_id}&amp;to=2026-11-23`)
    const file = await admin.page(`/console/history.csv?actor_id=${actor_id}&to=2026-11-23`)
    expect(file.headers.get('content-type')).toBe('text/csv; charset=UTF-8')
    const lines = (await file.text()).trimEnd().split('\r\n')
    expect(lines).toHaveLength(own.length + 1)
    expect(lines[1]).toContain(own[0].hash)
  })

  test.each(['update history_events set reason = null', 'delete from history_events', 'truncate history_events'])(
    'the database refuses: %s',
    async (statement) => {
      await expect(sql.raw(statement).execute(w.db)).rejects.toThrow(/append-only|permission denied/)
    },
  )
})
