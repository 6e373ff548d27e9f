/** Every JSON route refuses what is wrong in both languages: the same code and faults, words for people, and no word of the other language. */
import { readFileSync } from 'node:fs'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { may, PERMISSIONS, type Permission } from '../../src/access/rules.ts'
import { createApp } from '../../src/app.ts'
import type { Role } from '../../src/platform/context.ts'
import type { Db } from '../../src/platform/database.ts'
import { type City, openCity } from '../support/city.ts'
import { strayChinese, strayEnglish, textsOf } from '../support/wording.ts'
import { type Client, clientFor } from '../support/world.ts'

interface Schema {
  $ref?: string
  type?: string | string[]
  properties?: Record<string, Schema>
  example?: unknown
}
interface Operation {
  'x-permission': Permission | 'public'
  parameters?: { name: string; in: string; schema: Schema }[]
  requestBody?: { content: Record<string, { schema: Schema }> }
}
const document = JSON.parse(readFileSync(`${import.meta.dirname}/../contracts/openapi.json`, 'utf8')) as {
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, Schema> }
}
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), ...operation })),
)
type Route = (typeof operations)[number]

interface Problem {
  status: number
  code: string
  detail: string
  errors?: { pointer: string; code: string; message: string }[]
}
interface Sent {
  path: string
  body?: string
  type?: string
}

const UNKNOWN = '00000000-0000-7000-8000-00000000ffff'
const ACCOUNTS: Record<Role, string> = {
  ...{ trainer: 'trainer', assessor: 'assessor', facility: 'facility', district: 'district', health: 'health' },
  ...{ township: 'township', finance: 'finance', auditor: 'auditor', carer: 'carer', admin: 'admin' },
}

let city: City
/** of each table some ids: one in each state */
let records: Map<string, string[]>
/** what the register holds, or takes from the examples of the documentation */
let texts: Set<string>
const clients = new Map<string | null, Client>()
function clientOf(username: string | null): Client {
  const client = clients.get(username) ?? clientFor(city.app, username)
  clients.set(username, client)
  return client
}
beforeAll(async () => {
  city = await openCity()
  records = await recordsOf(city.db)
  texts = await textsOf(city.db)
  const examples = JSON.stringify(operations.map(exampleOf))
  for (const [, text] of examples.matchAll(/"([^"\\]*)"/g)) texts.add(text!)
})
afterAll(async () => {
  await city?.close()
})

/** What was refused, over all routes. */
const codes = new Set<string>()

test.each([
  ['what the path names is not there, or is no id', unknownPaths],
  ['query values that no field takes', wrongQueries],
  ['a body that is empty, no JSON, of another form or another type', wrongBodies],
  ['the example of the documentation for a record that is not there', exampleBodies],
  ['what a record does not allow in its state', wrongStates],
])('refused in both languages: %s', async (_, attemptsOf) => {
  const answers: [string, Sent, Problem, Problem][] = []
  for (const route of operations)
    for (const sent of attemptsOf(route))
      for (const username of accountsFor(route, sent)) {
        const problems = await inBothLanguages(route, sent, clientOf(username))
        if (problems) answers.push([`${username}: ${route.method} ${sent.path} ${sent.body ?? ''}`, sent, ...problems])
      }
  const wrong = answers
    .map(([what, sent, en, zh]) => [what, ...faultsIn(en, zh, `${sent.path} ${sent.body}`)])
    .filter(({ length }) => length > 1)
  expect(wrong).toEqual([])
  expect(answers.length).toBeGreaterThan(100)
})

test('refused in both languages: whoever is not signed in, and a role without the permission', async () => {
  const wrong: unknown[] = []
  for (const route of operations.filter((one) => one['x-permission'] !== 'public')) {
    const without = (Object.keys(ACCOUNTS) as Role[]).find((role) => !may(role, route['x-permission'] as Permission))
    for (const username of [null, ...(without ? [ACCOUNTS[without]] : [])]) {
      const problems = await inBothLanguages(route, { path: filledPath(route, UNKNOWN) }, clientOf(username))
      const faults = problems ? faultsIn(...problems) : ['not refused']
      if (faults.length > 0) wrong.push([`${username}: ${route.method} ${route.path}`, ...faults])
    }
  }
  expect(wrong).toEqual([])
})

test('an input fault names the field that it is about', async () => {
  const route = operations.find(({ path, method }) => path === '/api/v1/people' && method === 'POST')!
  const sent = { path: '/api/v1/people', ...bodyOf(route, { name: 7, no_such_field: true }) }
  const [en, zh] = (await inBothLanguages(route, sent, clientOf('facility')))!
  expect(en.errors).toContainEqual(expect.objectContaining({ message: 'name: This must be text; it is 7.' }))
  expect(zh.errors).toContainEqual(expect.objectContaining({ message: 'name：应为文字，现为 7。' }))
  expect(en.errors!.map(({ pointer }) => pointer)).toContain('/no_such_field')
})

test('refused in both languages by what stands before the routes', async () => {
  const json = { 'content-type': 'application/json' }
  const broken = createApp({
    ...city.deps,
    db: () => {
      throw new Error('broken')
    },
    log: { ...city.deps.log, error: () => {} },
  })
  const attempts: [number, string, (headers: Record<string, string>) => Response | Promise<Response>][] = [
    [404, 'not_found', (headers) => city.app.request('/api/v1/nothing', { headers })],
    [
      405,
      'request.method',
      (headers) => city.app.request('/api/v1/people', { method: 'PATCH', headers: { ...HERE, ...headers } }),
    ],
    [400, 'request.malformed', (headers) => signIn('{"username"', { ...json, ...headers })],
    [413, 'request.too_large', (headers) => signIn('x'.repeat(7 * 2 ** 20), { ...json, ...headers })],
    [
      403,
      'request.cross_site',
      (headers) => signIn('{}', { ...json, ...headers, origin: 'https://elsewhere.example' }),
    ],
    [500, 'internal', (headers) => broken.request('/api/v1/people', { headers })],
  ]
  for (const [status, code, attempt] of attempts) {
    const [en, zh] = await Promise.all([attempt({ 'accept-language': 'en' }), attempt({ 'accept-language': 'zh-CN' })])
    const problems = [(await en.json()) as Problem, (await zh.json()) as Problem] as const
    expect(problems.map((problem) => [problem.status, problem.code])).toEqual([
      [status, code],
      [status, code],
    ])
    expect(wordFaults(problems[0], problems[1])).toEqual([])
  }
  const allowed = await city.app.request('/api/v1/people', { method: 'PATCH', headers: HERE })
  expect(allowed.headers.get('allow')).toBe('GET, POST')
})

test('refused in both languages: whoever asks too often', async () => {
  const tooOften = async (lang: string) => {
    for (let attempt = 0; attempt < 40; attempt++) {
      const headers = { 'content-type': 'application/json', 'accept-language': lang }
      const answer = await signIn('{"username":"nobody","password":"not this one"}', headers)
      if (answer.status === 429) return (await answer.json()) as Problem
    }
    throw new Error('forty sign-ins in an instant were not too many')
  }
  expect(wordFaults(await tooOften('en'), await tooOften('zh-CN'))).toEqual([])
})

test('many kinds of refusals were looked at, and none was an internal fault', () => {
  expect(codes.size).toBeGreaterThan(40)
  expect(city.faults).toEqual([])
})

const HERE = { origin: 'http://127.0.0.1:3000', host: '127.0.0.1:3000' }

function signIn(body: string, headers: Record<string, string>) {
  return city.app.request('/api/v1/session', { method: 'POST', headers: { ...HERE, ...headers }, body })
}

function unknownPaths(route: Route): Sent[] {
  if (!route.path.includes('{')) return []
  return [UNKNOWN, 'no-such-id'].map((id) => ({
    path: filledPath(route, id),
    ...bodyOf(route, exampleOf(route) ?? {}),
  }))
}

function wrongQueries(route: Route): Sent[] {
  const fields = (route.parameters ?? []).filter(({ in: where }) => where === 'query').map(({ name }) => name)
  if (fields.length === 0) return []
  return ['!', '-1', '9'.repeat(600)].map((value) => ({
    path: `${filledPath(route, UNKNOWN)}?${new URLSearchParams(fields.map((name) => [name, value]))}`,
  }))
}

function wrongBodies(route: Route): Sent[] {
  if (!route.requestBody) return []
  const path = filledPath(route, UNKNOWN)
  const shape = resolved(Object.values(route.requestBody.content)[0]!.schema)
  const names = Object.keys(shape.properties ?? {})
  const each = ['!', '', -1.5, [null, {}], 'x'.repeat(9000)].map((value) =>
    Object.fromEntries(names.map((name) => [name, value])),
  )
  return [
    ...[{}, [], 'text', { no_such_field: 1 }, ...each].map((body) => ({ path, ...bodyOf(route, body) })),
    { path, type: 'application/json', body: '{"' },
    { path, type: 'text/plain', body: 'text' },
  ]
}

function exampleBodies(route: Route): Sent[] {
  const example = exampleOf(route)
  if (!example) return []
  const worn = (value: unknown) =>
    Object.fromEntries(Object.entries(example).map(([name, one]) => [name, typeof one === typeof value ? value : one]))
  return [example, worn('9999-12-31'), worn('1900-01'), worn(0)].map((body) => ({
    path: filledPath(route, UNKNOWN),
    ...bodyOf(route, body),
  }))
}

/** The example of the documentation for real records, in whatever state they are. */
function wrongStates(route: Route): Sent[] {
  const [, segment = ''] = /\/([^/]+)\/\{\w+\}[^{]*$/.exec(route.path) ?? []
  if (route.method === 'GET' || (segment === '' && !exampleOf(route))) return []
  const body = bodyOf(route, withRecords(exampleOf(route) ?? {}))
  return idsFor(segment).map((id) => ({ path: filledPath(route, id), ...body }))
}

/** `person_id` and `person_ids` become those of people who exist. */
function withRecords(value: unknown, name = ''): unknown {
  if (Array.isArray(value)) return value.map((one) => withRecords(one, name))
  if (value && typeof value === 'object')
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, withRecords(one, key)]))
  return typeof value === 'string' && /_ids?$/.test(name) ? idsFor(`${name.replace(/_ids?$/, '')}s`)[0] : value
}

const TABLES: Record<string, string> = {
  ...{ persons: 'people', entrys: 'entries', classs: 'classes', 'open-classes': 'classes', orders: 'training_orders' },
  ...{
    events: 'competition_events',
    filings: 'organisation_filings',
    examiners: 'teachers',
    entries: 'competition_entries',
  },
}

function idsFor(name: string): string[] {
  return records.get(TABLES[name] ?? '') ?? records.get(name.replaceAll('-', '_')) ?? [UNKNOWN]
}

async function recordsOf(db: Db): Promise<Map<string, string[]>> {
  const { rows: tables } = await sql<{ name: string; state: string | null }>`
    select table_name as name, max(column_name) filter (where column_name = 'status') as state from information_schema.columns
    where table_schema = 'public' and column_name in ('id', 'status') group by 1 having bool_or(column_name = 'id')`.execute(
    db,
  )
  const { rows } = await sql<{ name: string; ids: string[] }>`${sql.join(
    tables.map(
      ({ name, state }) => sql`(
        select ${name}::text as name, array_agg(id) as ids from (
          select distinct on (state) id from (
            select id::text, ${state ? sql.ref(state) : sql`null`}::text as state from ${sql.table(name)}) all_of_it
          order by state, id) one_each)`,
    ),
    sql` union all `,
  )}`.execute(db)
  return new Map(rows.filter(({ ids }) => ids !== null).map(({ name, ids }) => [name, ids.slice(0, 4)]))
}

function bodyOf(route: Route, body: unknown): Pick<Sent, 'body' | 'type'> {
  return route.requestBody ? { body: JSON.stringify(body), type: 'application/json' } : {}
}

function filledPath(route: Route, value: string): string {
  return route.path.replaceAll(/\{\w+\}/g, value)
}

function resolved(schema: Schema): Schema {
  return schema.$ref ? document.components.schemas[schema.$ref.split('/').at(-1)!]! : schema
}

function exampleOf(route: Route): Record<string, unknown> | null {
  const content = route.requestBody?.content['application/json']
  return (content ? (resolved(content.schema).example as Record<string, unknown> | undefined) : null) ?? null
}

/** The two answers of a call that is refused; null where it is none. */
async function inBothLanguages(route: Route, sent: Sent, client: Client): Promise<[Problem, Problem] | null> {
  const ask = async (lang: string) => {
    const answer = await client.send(route.method, sent.path, {
      headers: {
        ...{ 'accept-language': lang, 'idempotency-key': crypto.randomUUID(), 'if-match': '"1"' },
        ...(sent.type ? { 'content-type': sent.type } : {}),
      },
      ...(sent.body === undefined ? {} : { body: sent.body }),
    })
    if (answer.status < 400) {
      await answer.body?.cancel()
      return null
    }
    const text = await answer.text()
    return answer.headers.get('content-type') === 'application/problem+json'
      ? (JSON.parse(text) as Problem)
      : { status: answer.status, code: `no problem+json: ${text.slice(0, 80)}`, detail: '' }
  }
  const en = await ask('en')
  const zh = await ask('zh-CN')
  return en && zh ? [en, zh] : null
}

/** Whoever may; for records in their states several, as each sees others. */
function accountsFor(route: Route, sent: Sent): (string | null)[] {
  const permission = route['x-permission']
  // signing in and out would end the sessions of the others
  if (permission === 'public' || route.path === '/api/v1/session') return [null]
  const usernames = PERMISSIONS[permission].map((role) => ACCOUNTS[role])
  return sent.path.includes(UNKNOWN) ? usernames.slice(0, 1) : usernames.slice(0, 3)
}

/** What is wrong with the two answers; a value that was sent is quoted as it was, in whatever language. */
function faultsIn(en: Problem, zh: Problem, sent = ''): string[] {
  codes.add(en.code)
  const wrong: string[] = []
  if (!/^[a-z_]+(\.[a-z_\d]+)*$/.test(en.code) || en.code === 'internal') wrong.push(`code ${en.code} ${en.detail}`)
  const named = ({ code, status, errors }: Problem) =>
    JSON.stringify([status, code, errors?.map((fault) => [fault.pointer, fault.code])])
  if (named(en) !== named(zh)) wrong.push(`${named(en)} in English is ${named(zh)} in Chinese`)
  return [...wrong, ...wordFaults(en, zh, sent)]
}

function wordFaults(en: Problem, zh: Problem, sent = ''): string[] {
  const own = (text: string) =>
    text.replaceAll(/“([^”]*)”/g, (quoted, value) => (sent.includes(value) || [...value].length === 1 ? '“”' : quoted))
  const words = ({ detail, errors = [] }: Problem) => [detail, ...errors.map(({ message }) => message)].map(own)
  return [
    ...words(en)
      .filter((text) => !/\w.*[.!?]["”)]?$/.test(text) || strayChinese(`<title>${text}`, texts).length > 0)
      .map((text) => `no English sentence: ${text}`),
    ...words(zh)
      .filter((text) => !/\p{Script=Han}.*[。！？]$/u.test(text) || strayEnglish(`<title>${text}`, texts).length > 0)
      .map((text) => `no Chinese sentence: ${text}`),
  ]
}
