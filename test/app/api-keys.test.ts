/** Keys for an institution's own systems: shown once, limited to their scopes, and ended by a date, a revocation, their account or its organisation. */
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { demoPerson } from '../../db/demo-people.ts'
import { EVERY_KEY, SCOPES } from '../../src/access/api-key-rules.ts'
import { declaredPermissions } from '../../src/access/guard.ts'
import { getRecord } from '../../src/people/record.ts'
import { clientsOf, faults, ok } from '../support/answers.ts'
import { type World, world } from '../support/world.ts'

let w: World
const as = clientsOf(() => w)
const logged: object[] = []

beforeAll(async () => {
  w = await world()
  w.deps.log.info = (fields) => logged.push(fields)
}, 60_000)
afterAll(() => w.close())

const make = (username: string, changed: object = {}, options: { key?: string } = {}) =>
  as(username).post('/api/v1/api-keys', { name: '人事系统', scopes: ['person.read'], ...changed }, options)
const made = (username: string, changed: object = {}) => ok(make(username, changed), 201)
const revoke = (username: string, id: string, reason = '系统下线') =>
  as(username).post(`/api/v1/api-keys/${id}/revocation`, { reason })
/** As a system calls that has nothing but the key: no cookie, no Origin. */
const call = async (key: string, path = '/api/v1/me', init: RequestInit = {}) =>
  w.app.request(`http://127.0.0.1:3000${path}`, {
    ...init,
    headers: { authorization: `Bearer ${key}`, ...(init.headers as Record<string, string>) },
  })
const code = async (answer: Promise<Response> | Response) => {
  const { status, code } = await (await answer).json()
  return [status, code]
}
const post = (body: unknown): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
})
const wang = { name: '王小芳', id_type: 'resident_id', id_number: '109901197203150228', workforce: 'elder_care' }

describe('a key', () => {
  test('acts for the account that made it, within its scopes, without cookie or Origin', async () => {
    const { key, ...view } = await made('facility', { name: '名册同步', scopes: ['person.write', 'person.read'] })
    expect(key).toMatch(/^hyk_[0-9a-f]{12}_[0-9a-f]{64}$/)
    expect(view).toMatchObject({
      ...{
        prefix: key.slice(0, 16),
        scopes: ['person.read', 'person.write'],
        status: 'live',
        valid_until: '2027-11-23',
      },
      ...{ organisation_id: w.org.home, made_by: 'facility 示例', last_used_at: null },
    })
    const me = await ok(call(key))
    expect(me).toMatchObject({ username: 'facility', role: 'facility', api_key_id: view.id })
    expect(me.permissions.sort()).toEqual(['me.read', 'person.read', 'person.write', 'session.own'])
    const person = await ok(call(key, '/api/v1/people', post(wang)), 201)
    const { items } = await ok(call(key, '/api/v1/people'))
    expect(items.map(({ id }: { id: string }) => id)).toEqual([person.id])
    // another facility's key does not see them
    const other = await made('facility2')
    expect((await call(other.key, `/api/v1/people/${person.id}`)).status).toBe(404)
  })

  test('goes before a cookie, and a foreign site’s headers do not matter to it', async () => {
    const { key } = await made('facility', { name: '先于会话', scopes: ['person.write'] })
    const admin = await as('admin').get('/api/v1/me', { authorization: `Bearer ${key}` })
    expect(await admin.json()).toMatchObject({ username: 'facility' })
    const headers = { 'content-type': 'application/json', origin: 'https://hr.example', 'sec-fetch-site': 'cross-site' }
    await ok(
      call(key, '/api/v1/people', { ...post({ ...wang, name: '王芳', id_number: '109901197203150308' }), headers }),
      201,
    )
  })

  test('is refused by the name of the scope it lacks, on the route and for what is inside', async () => {
    const { key } = await made('facility', { name: '只读', scopes: ['person.read', 'import.write'] })
    const written = await call(key, '/api/v1/people', {
      ...post(wang),
      headers: { 'accept-language': 'en', 'content-type': 'application/json' },
    })
    expect(written.status).toBe(403)
    expect(await written.json()).toMatchObject({
      code: 'api_key.scope_missing',
      detail: expect.stringContaining('person.write'),
    })
    const sheet = new FormData()
    sheet.set('kind', 'people')
    sheet.set('file', new File(['姓名,证件号码\n'], 'people.csv'))
    expect(
      await code(call(key, '/api/v1/imports', { method: 'POST', body: sheet, headers: { 'idempotency-key': 'k1' } })),
    ).toEqual([403, 'api_key.scope_missing'])
    // what its account may see beside it, the key may not
    const { items } = await ok(call(key, '/api/v1/people'))
    const context = await w.context('facility')
    const record = (scopes?: string[]) =>
      getRecord(w.db, { ...context, actor: { ...context.actor, scopes } }, items[0].id)
    expect([(await record()).allowances, (await record(['person.read'])).allowances]).toEqual([[], null])
  })

  test('with every scope of its role opens no route that needs a permission no key is given', async () => {
    for (const username of ['admin', 'facility', 'trainer', 'assessor', 'district', 'health', 'finance']) {
      const { permissions } = await ok(as(username).get('/api/v1/me'))
      const scopes = permissions.filter((permission: string) => permission in SCOPES)
      const { key } = await made(username, { name: '全部', scopes })
      for (const [route, permission] of declaredPermissions) {
        const [method = '', path = ''] = route.split(' ')
        if (!path.startsWith('/api/') || permission === 'public' || EVERY_KEY.includes(permission)) continue
        const address = path.replaceAll(/\{\w+\}/g, '00000000-0000-7000-8000-00000000ffff')
        w.clock.now = new Date(w.clock.now.getTime() + 1000)
        const answer = await call(key, address, {
          method,
          ...(method === 'GET' ? {} : { body: '{}' }),
          headers: { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() },
        })
        await answer.body?.cancel()
        expect([route, answer.status === 403]).toEqual([route, !scopes.includes(permission)])
      }
    }
  }, 120_000)

  test('is never given keys, accounts, full numbers or decisions, nor what its role may not do, and opens no page', async () => {
    for (const scope of ['api_key.write', 'account.write', 'person.reveal', 'person.export', 'run.approve', 'nonsense'])
      expect((await faults(make('admin', { scopes: [scope] })))[0]?.[0]).toBe('/scopes/0')
    expect(await faults(make('facility', { scopes: ['person.read', 'class.write', 'history.read'] }))).toEqual([
      ['/scopes/1', 'api_key.scope_foreign'],
      ['/scopes/2', 'api_key.scope_foreign'],
    ])
    expect((await faults(make('facility', { scopes: [] })))[0]?.[0]).toBe('/scopes')
    const { key } = await made('facility', { name: '页面' })
    const page = await call(key, '/console/people')
    expect([page.status, page.headers.get('location')?.startsWith('/console/sign-in')]).toEqual([303, true])
  })

  test('is in the history of what was done with it, also of what a job does for it later', async () => {
    const { key, id, prefix, name } = await made('facility', { name: '历史', scopes: ['import.write', 'person.write'] })
    const holder = demoPerson(2_000_000)
    const sheet = new FormData()
    sheet.set('kind', 'people')
    sheet.set('mode', 'commit')
    sheet.set(
      'file',
      new File(
        [`姓名,证件类型,证件号码,从业类别\n${holder.name},居民身份证,${holder.id_number},养老护理\n`],
        'people.csv',
      ),
    )
    await ok(call(key, '/api/v1/imports', { method: 'POST', body: sheet, headers: { 'idempotency-key': 'k2' } }), 202)
    await w.runJobs()
    const rows = await w.db
      .selectFrom('history_events')
      .select(['kind', 'actor_name'])
      .where('api_key_id', '=', id)
      .execute()
    expect(rows.map(({ kind }) => kind)).toContain('import.committed')
    expect(new Set(rows.map(({ actor_name }) => actor_name))).toEqual(new Set(['facility']))
    const { items } = await ok(as('auditor').get('/api/v1/history?kind=import.committed'))
    expect(items[0]).toMatchObject({ actor_name: 'facility', api_key: `${name} ${prefix}` })
    expect(await (await as('auditor').page('/console/history?kind=import.committed')).text()).toContain(prefix)
    // the chain holds which key it was
    const without = await sql<{ same: boolean }>`
      select history_hash(jsonb_populate_record(e, '{"api_key_id": null}')) = hash as same from history_events e where api_key_id = ${id}`.execute(
      w.db,
    )
    expect(new Set(without.rows.map(({ same }) => same))).toEqual(new Set([false]))
    expect((await ok(as('auditor').get('/api/v1/history/verification'))).broken_at).toBeNull()
  })

  test('is nowhere in the database, the history or the log', async () => {
    const first = await make('trainer', { name: '不留底', scopes: ['class.read'] }, { key: 'make-once' })
    const { key, ...view } = await first.json()
    await ok(call(key, '/api/v1/classes'))
    const again = await make('trainer', { name: '不留底', scopes: ['class.read'] }, { key: 'make-once' })
    expect([again.status, await again.json()]).toEqual([201, { ...view, key: null }])
    expect((await ok(as('trainer').get('/api/v1/api-keys'))).items[0]).toEqual({
      ...view,
      last_used_at: expect.any(String),
    })
    const secret = key.slice(17)
    const { rows } = await sql<{ name: string }>`
      select relname::text as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition`.execute(
      w.db,
    )
    expect(rows.length).toBeGreaterThan(100)
    for (const { name } of rows) {
      const found = await sql`select 1 from ${sql.table(name)} t where to_jsonb(t)::text like ${`%${secret}%`}`.execute(
        w.db,
      )
      expect([name, found.rows]).toEqual([name, []])
    }
    expect(logged.length).toBeGreaterThan(10)
    expect(JSON.stringify([logged, w.faults])).not.toContain(secret)
  })

  test('says when it was last used, written once a minute at most', async () => {
    const { key, id } = await made('trainer', { name: '最近使用', scopes: ['class.read'] })
    const used = async () => (await ok(as('trainer').get(`/api/v1/api-keys/${id}`))).last_used_at
    const start = w.clock.now
    await call(key)
    expect(await used()).toBe(start.toISOString())
    w.clock.now = new Date(start.getTime() + 59_000)
    await call(key)
    expect(await used()).toBe(start.toISOString())
    w.clock.now = new Date(start.getTime() + 60_000)
    await call(key)
    expect(await used()).toBe(w.clock.now.toISOString())
  })

  test('may call 600 times a minute', async () => {
    const { key, id } = await made('trainer', { name: '频率', scopes: ['class.read'] })
    await sql`insert into rate_limits values (${`api-key:${id}`}, ${new Date(w.clock.now.getTime() + 30_000)}::timestamptz, 599)`.execute(
      w.db,
    )
    expect((await call(key)).status).toBe(200)
    const refused = await call(key)
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '30'])
  })
})

describe('the end of a key', () => {
  test('an unknown key and a wrong secret get the same answer', async () => {
    const { key } = await made('assessor', { name: '猜测', scopes: ['class.read'] })
    const wrong = [
      `${key.slice(0, -1)}${key.endsWith('0') ? '1' : '0'}`,
      `hyk_${'0'.repeat(12)}_${key.slice(17)}`,
      key.slice(0, 40),
      'x',
      '',
    ]
    const answers = await Promise.all(
      wrong.map(async (one) => {
        const answer = await call(one)
        const { request_id: _, ...told } = await answer.json()
        return { ...told, challenge: answer.headers.get('www-authenticate') }
      }),
    )
    expect(answers[0]).toMatchObject({ status: 401, code: 'api_key.unknown', challenge: 'Bearer' })
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
    // another scheme is none of ours: the call is signed out
    expect(
      await code(w.app.request('http://127.0.0.1:3000/api/v1/me', { headers: { authorization: 'Basic eA==' } })),
    ).toEqual([401, 'session.required'])
  })

  test('is a day within a year, which is told to who has the whole key only', async () => {
    const day = { name: '到期', scopes: ['class.read'] }
    for (const valid_until of ['2026-11-22', '2027-11-24'])
      expect(await faults(make('assessor', { ...day, valid_until }))).toEqual([['/valid_until', 'api_key.expiry']])
    expect((await faults(make('assessor', { ...day, valid_until: '2026-02-30' })))[0]?.[0]).toBe('/valid_until')
    const { key, id } = await made('assessor', { ...day, valid_until: '2026-11-30' })
    const now = w.clock.now
    // the last second of the day in Hangzhou, and the one after
    w.clock.now = new Date('2026-11-30T15:59:59Z')
    expect((await call(key)).status).toBe(200)
    w.clock.now = new Date('2026-11-30T16:00:00Z')
    expect(await code(call(key))).toEqual([401, 'api_key.expired'])
    expect(await code(call(`${key.slice(0, -1)}${key.endsWith('0') ? '1' : '0'}`))).toEqual([401, 'api_key.unknown'])
    expect((await ok(as('assessor').get(`/api/v1/api-keys/${id}`))).status).toBe('expired')
    w.clock.now = now
    await expect(
      sql`insert into api_keys (prefix, key_sha256, name, scopes, account_id, role, made_at, valid_until)
        select 'hyk_000000000000', repeat('0', 64), name, scopes, account_id, role, made_at, made_at::date + 400 from api_keys limit 1`.execute(
        w.db,
      ),
    ).rejects.toThrow('api_keys_one_year')
  })

  test('a revocation ends it at once, with its reason, and cannot be taken back', async () => {
    const { key, id } = await made('facility', { name: '撤销' })
    expect((await faults(revoke('facility', id, '')))[0]?.[0]).toBe('/reason')
    expect((await call(key)).status).toBe(200)
    expect(await ok(revoke('facility', id))).toMatchObject({
      status: 'revoked',
      revoked_by: 'facility 示例',
      revocation_reason: '系统下线',
    })
    expect(await code(call(key))).toEqual([401, 'api_key.revoked'])
    expect(await code(revoke('facility', id))).toEqual([409, 'api_key.revoked_already'])
    const { items } = await ok(as('auditor').get(`/api/v1/history?subject_id=${id}`))
    expect(items.map(({ kind, reason }: Record<string, string>) => [kind, reason])).toEqual([
      ['api_key.revoked', '系统下线'],
      ['api_key.made', null],
    ])
    for (const statement of [
      'delete from api_key_revocations',
      `update api_key_revocations set reason = '误操作'`,
      'truncate api_key_revocations',
      'delete from api_keys',
      `update api_keys set valid_until = valid_until + 1`,
      `update api_keys set scopes = '{history.read}'`,
      'truncate api_keys cascade',
    ])
      await expect(sql.raw(statement).execute(w.db)).rejects.toThrow(/append-only|permission denied/)
  })

  test('two live keys of a name at most: the next is made, the old one revoked, and nothing stops in between', async () => {
    const first = await made('facility', {
      name: '更换',
      scopes: ['person.read', 'certificate.read'],
      valid_until: '2026-12-31',
    })
    const second = await ok(as('facility').post(`/api/v1/api-keys/${first.id}/rotation`), 201)
    expect(second).toMatchObject({ name: '更换', scopes: first.scopes, valid_until: '2027-11-23' })
    expect([(await call(first.key)).status, (await call(second.key)).status]).toEqual([200, 200])
    expect(await faults(make('facility', { name: '更换' }))).toEqual([['/name', 'api_key.two_live']])
    expect(await faults(as('facility').post(`/api/v1/api-keys/${second.id}/rotation`))).toEqual([
      ['/name', 'api_key.two_live'],
    ])
    await ok(revoke('facility', first.id))
    expect([await code(call(first.key)), (await call(second.key)).status]).toEqual([[401, 'api_key.revoked'], 200])
    await made('facility', { name: '更换' })
    // another organisation's names are its own
    await made('facility2', { name: '更换' })
  })

  test('of two who make the last one of a name at once, one is told', async () => {
    await made('nursery', { name: '同时' })
    const answers = await Promise.all([make('nursery', { name: '同时' }), make('nursery', { name: '同时' })])
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 422])
  })

  test('another tenant’s does not exist; an administrator sees and revokes it, and cannot make it his own', async () => {
    const { key, id } = await made('facility', { name: '他人' })
    for (const client of [as('facility2'), as('trainer'), as('district'), as('finance')]) {
      expect((await client.get(`/api/v1/api-keys/${id}`)).status).toBe(404)
      expect((await client.post(`/api/v1/api-keys/${id}/revocation`, { reason: '越权' })).status).toBe(404)
      expect((await client.post(`/api/v1/api-keys/${id}/rotation`)).status).toBe(404)
      expect((await ok(client.get('/api/v1/api-keys'))).items.map((one: { id: string }) => one.id)).not.toContain(id)
    }
    expect((await ok(as('auditor').get(`/api/v1/api-keys/${id}`))).prefix).toBe(key.slice(0, 16))
    expect(await code(as('admin').post(`/api/v1/api-keys/${id}/rotation`))).toEqual([409, 'api_key.of_another'])
    await ok(revoke('admin', id, '机构报告泄露'))
    expect(await code(call(key))).toEqual([401, 'api_key.revoked'])
    // its organisation reads of it in its own history
    const event = await w.db
      .selectFrom('history_events')
      .select(['organisation_id', 'actor_name'])
      .where('subject_id', '=', id)
      .where('kind', '=', 'api_key.revoked')
      .executeTakeFirstOrThrow()
    expect(event).toEqual({ organisation_id: w.org.home, actor_name: 'admin' })
    // an office's is its own, of whatever role
    const office = await made('district', { name: '区县平台', scopes: ['run.read'] })
    expect((await as('health').get(`/api/v1/api-keys/${office.id}`)).status).toBe(404)
    expect((await as('district2').get(`/api/v1/api-keys/${office.id}`)).status).toBe(404)
    expect((await call(office.key, '/api/v1/allowance-runs')).status).toBe(200)
  })

  test('it ends with its account, with its organisation, and when the account moves', async () => {
    const key = await made('nursery', { name: '随账号' })
    const state = async () => [
      ...(await code(call(key.key))),
      (await ok(as('admin').get(`/api/v1/api-keys/${key.id}`))).status,
    ]
    const set = (values: object) =>
      w.db.updateTable('accounts').set(values).where('id', '=', w.accounts.nursery!).execute()
    await set({ disabled_at: w.clock.now })
    expect(await state()).toEqual([401, 'api_key.account_disabled', 'account_disabled'])
    await set({ disabled_at: null, organisation_id: w.org.home })
    expect(await state()).toEqual([401, 'api_key.account_moved', 'account_moved'])
    await set({ organisation_id: w.org.nursery })
    expect((await call(key.key)).status).toBe(200)
    await ok(
      as('health').post(`/api/v1/organisations/${w.org.nursery}/closing`, { closed_on: '2026-11-24', reason: '停办' }),
    )
    expect((await call(key.key)).status).toBe(200)
    w.clock.now = new Date('2026-11-23T16:00:00Z')
    expect(await state()).toEqual([401, 'api_key.organisation_closed', 'organisation_closed'])
  })
})

describe('the pages', () => {
  const sent = {
    name: '页面新建',
    valid_until: '2027-01-31',
    reading: ['person.read', 'certificate.read'],
    writing: 'person.write',
  }

  test('show the key on the answer to the form, and on none after it', async () => {
    const client = as('facility')
    const answer = await client.submit('/console/api-keys', sent)
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store'])
    const html = await answer.text()
    const key = /hyk_[0-9a-f]{12}_[0-9a-f]{64}/.exec(html)![0]
    const id = /\/console\/api-keys\/([0-9a-f-]{36})/.exec(html)![1]
    expect((await call(key, '/api/v1/people')).status).toBe(200)
    for (const path of ['/console/api-keys', `/console/api-keys/${id}`]) {
      const page = await (await client.page(path)).text()
      expect(page).toContain(key.slice(0, 16))
      expect(page).not.toContain(key.slice(17))
    }
    const next = await (await client.submit(`/console/api-keys/${id}/rotation`, {})).text()
    expect(/hyk_[0-9a-f]{12}_[0-9a-f]{64}/.exec(next)![0]).not.toBe(key)
    const unsaid = await client.submit(`/console/api-keys/${id}/revocation`, { reason: '' })
    expect([unsaid.status, (await unsaid.text()).includes('不能为空') || unsaid.status === 422]).toEqual([422, true])
    expect((await client.submit(`/console/api-keys/${id}/revocation`, { reason: '换用新密钥' })).status).toBe(303)
    expect(await (await client.page(`/console/api-keys/${id}`)).text()).toContain('换用新密钥')
    expect(await code(call(key))).toEqual([401, 'api_key.revoked'])
  })

  test('offer what the role may give, and keep what was typed when something is wrong', async () => {
    const form = await (await as('facility').page('/console/api-keys/new')).text()
    expect(form).toContain('value="person.write"')
    expect(form).not.toContain('value="class.write"')
    const refused = await as('facility').submit('/console/api-keys', {
      ...sent,
      reading: [],
      writing: [],
      valid_until: '2030-01-01',
    })
    expect(refused.status).toBe(422)
    expect(await refused.text()).toContain('请至少选一项权限')
    const late = await (await as('facility').submit('/console/api-keys', { ...sent, valid_until: '2030-01-01' })).text()
    expect(late).toMatch(/value="certificate.read" checked/)
    expect(late).toContain('2030-01-01')
  })

  test('are in the menu of who may, and another tenant’s is not found', async () => {
    expect(await (await as('trainer').page('/console')).text()).toContain('/console/api-keys')
    expect(await (await as('township').page('/console')).text()).not.toContain('/console/api-keys')
    const { id } = await made('facility', { name: '不给看' })
    expect((await as('trainer').page(`/console/api-keys/${id}`)).status).toBe(404)
    const seen = await (await as('auditor').page(`/console/api-keys/${id}`)).text()
    expect(seen).not.toContain('/revocation')
  })

  test('nothing was an internal fault', () => expect(w.faults).toEqual([]))
})
