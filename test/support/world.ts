/** The small named world that tests share: one of each institution, an account per role, a clock that stands still. */
import { scryptSync } from 'node:crypto'
import { unscopedActor } from '../../src/access/queries.ts'
import { createApp, jobHandlers } from '../../src/app.ts'
import { runSlice } from '../../src/jobs/actions.ts'
import { registerOrganisation } from '../../src/organisations/actions.ts'
import { type Actor, type Context, type Role, SYSTEM, scopeOf } from '../../src/platform/context.ts'
import type { Db } from '../../src/platform/database.ts'
import type { App, Deps } from '../../src/platform/http.ts'
import { nodeAssets } from '../../src/platform/node-assets.ts'
import { nodeOutgoing } from '../../src/platform/node-outgoing.ts'
import { openVault } from '../../src/platform/vault.ts'
import { type TestDatabase, testDatabase } from './database.ts'

export const PASSWORD = 'correct horse battery'
/** As the program stores it, at the least cost: a hash of the program's own takes a quarter of a second at each of a thousand sign-ins. */
export const PASSWORD_HASH = `scrypt$2$8$1$c2FsdA==$${scryptSync(PASSWORD, 'salt', 64, { N: 2, r: 8, p: 1 }).toString('base64')}`
export const KEY = 'QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE='
export type World = Awaited<ReturnType<typeof world>>
export type Client = ReturnType<typeof clientFor>

/** Close it with `await w.close()` in afterAll. */
export async function world(database?: TestDatabase) {
  const base = database ?? (await testDatabase())
  const { db } = base
  const clock = { now: new Date('2026-11-23T02:00:00Z') }
  const faults: object[] = []
  const deps: Deps = {
    db: () => db,
    vault: await openVault(KEY),
    assets: nodeAssets,
    publicUrl: 'http://127.0.0.1:3000',
    outgoing: nodeOutgoing(true),
    now: () => clock.now,
    log: { info: () => {}, warn: () => {}, error: (fields) => faults.push(fields) },
    wake: () => {},
    stopping: () => false,
    demo: false,
  }
  const app = createApp(deps)
  const contextOf = (actor: Actor): Context => ({
    actor,
    scope: scopeOf(actor),
    now: clock.now,
    request_id: 'test-request',
    vault: deps.vault,
    assets: deps.assets,
    public_url: deps.publicUrl,
  })
  const org = await organisations(db, contextOf(SYSTEM))
  const accounts = await accountsFor(db, org)
  const context = async (username: string) => contextOf((await unscopedActor(db, accounts[username]!))!)
  return {
    ...base,
    app,
    deps,
    clock,
    org,
    accounts,
    context,
    /** internal faults logged so far; a test that expects none asserts this is empty */
    faults,
    as: (username: string | null): Client => clientFor(app, username),
    /** does all waiting work, as the loop of a Node process would; answers the slices done */
    async runJobs(): Promise<number> {
      let slices = 0
      while (await runSlice(db, deps, jobHandlers)) slices++
      return slices
    },
  }
}

async function organisations(db: Db, context: Context) {
  const add = async (input: {
    name: string
    district_code: string
    kinds: string[]
    facility_kind?: string
    assessor_prefix?: string
  }) =>
    (
      await db
        .transaction()
        .execute((tx) => registerOrganisation(tx, context, { filed_from: '2020-01-01', ...input } as never))
    ).id
  return {
    trainer: await add({ name: '示例职业培训学校', district_code: '330106', kinds: ['training_institution'] }),
    assessor: await add({
      name: '示例技能评价中心',
      district_code: '330102',
      kinds: ['assessment_body'],
      assessor_prefix: 'S000033999901',
    }),
    home: await add({
      name: '示例西湖颐养院',
      district_code: '330106',
      kinds: ['care_facility'],
      facility_kind: 'home',
    }),
    home2: await add({
      name: '示例上城颐养院',
      district_code: '330102',
      kinds: ['care_facility'],
      facility_kind: 'home',
    }),
    nursery: await add({
      name: '示例西湖托育园',
      district_code: '330106',
      kinds: ['nursery'],
      facility_kind: 'nursery',
    }),
    ningbo: await add({
      name: '示例宁波颐养院',
      district_code: '330200',
      kinds: ['care_facility'],
      facility_kind: 'home',
    }),
    authority: await add({ name: '示例西湖区民政局', district_code: '330106', kinds: ['authority'] }),
  }
}

async function accountsFor(db: Db, org: Record<string, string>): Promise<Record<string, string>> {
  const places: [string, Role, { organisation_id?: string; district_code?: string }][] = [
    ['admin', 'admin', {}],
    ['trainer', 'trainer', { organisation_id: org.trainer! }],
    ['assessor', 'assessor', { organisation_id: org.assessor! }],
    ['facility', 'facility', { organisation_id: org.home! }],
    ['facility2', 'facility', { organisation_id: org.home2! }],
    ['nursery', 'facility', { organisation_id: org.nursery! }],
    ['facility_nb', 'facility', { organisation_id: org.ningbo! }],
    ['district', 'district', { district_code: '330106' }],
    ['district2', 'district', { district_code: '330102' }],
    ['district_nb', 'district', { district_code: '330200' }],
    // whoever reviews is somebody else than whoever computes
    ['township', 'township', { district_code: '330106' }],
    ['city', 'district', { district_code: '330100' }],
    ['city_nb', 'district', { district_code: '330200' }],
    ['health', 'health', { district_code: '330106' }],
    ['finance', 'finance', { district_code: '330100' }],
    ['finance2', 'finance', { district_code: '330100' }],
    ['finance_nb', 'finance', { district_code: '330200' }],
    ['auditor', 'auditor', {}],
  ]
  const rows = await db
    .insertInto('accounts')
    .values(
      places.map(([username, role, place]) => ({
        username,
        display_name: `${username} 示例`,
        password_hash: PASSWORD_HASH,
        role,
        ...place,
      })),
    )
    .returning(['username', 'id'])
    .execute()
  return Object.fromEntries(rows.map(({ username, id }) => [username, id]))
}

export function clientFor(app: App, username: string | null) {
  let cookie: string | null = null
  let signedIn = username === null
  const send = async (
    method: string,
    path: string,
    init: { headers?: Record<string, string>; body?: BodyInit } = {},
  ): Promise<Response> => {
    if (!signedIn) {
      signedIn = true
      const answer = await send('POST', '/api/v1/session', {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ username, password: PASSWORD }),
      })
      if (answer.status !== 200) throw new Error(`${username} cannot sign in: ${answer.status} ${await answer.text()}`)
    }
    const response = await app.request(`http://127.0.0.1:3000${path}`, {
      method,
      headers: {
        origin: 'http://127.0.0.1:3000',
        host: '127.0.0.1:3000',
        ...(cookie ? { cookie } : {}),
        ...init.headers,
      },
      ...(init.body === undefined ? {} : { body: init.body, duplex: 'half' }),
    })
    for (const set of response.headers.getSetCookie()) if (set.startsWith('huyu_session=')) cookie = set.split(';')[0]!
    return response
  }
  const json = (value: unknown, headers: Record<string, string> = {}) => ({
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(value),
  })
  return {
    send,
    get: (path: string, headers: Record<string, string> = {}) => send('GET', path, { headers }),
    /** `key` is sent as Idempotency-Key */
    post: (path: string, value: unknown = {}, { key }: { key?: string } = {}) =>
      send('POST', path, json(value, key ? { 'idempotency-key': key } : {})),
    put: (path: string, value: unknown, revision?: number) =>
      send('PUT', path, json(value, revision === undefined ? {} : { 'if-match': `"${revision}"` })),
    patch: (path: string, value: unknown, revision?: number) =>
      send('PATCH', path, json(value, revision === undefined ? {} : { 'if-match': `"${revision}"` })),
    delete: (path: string) => send('DELETE', path),
    page: (path: string) => send('GET', path, { headers: { accept: 'text/html' } }),
    /** a console form; answers 303 or the form again */
    submit: (path: string, fields: Record<string, string | string[]>) => {
      const body = new URLSearchParams(
        Object.entries(fields).flatMap(([name, value]) => [value].flat().map((one) => [name, one])),
      )
      return send('POST', path, {
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: body.toString(),
      })
    },
    upload: (path: string, fields: Record<string, string | File>, headers: Record<string, string> = {}) => {
      const body = new FormData()
      for (const [name, value] of Object.entries(fields)) body.set(name, value)
      return send('POST', path, { headers, body })
    },
  }
}
