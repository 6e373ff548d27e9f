/** The OpenAPI document: valid, complete, and the same as the one users have, so that a break is a visible diff. */
import { Validator } from '@seriousme/openapi-schema-validator'
import { beforeAll, expect, test } from 'vitest'
import { declaredPermissions } from '../../src/access/guard.ts'
import { createApp } from '../../src/app.ts'
import type { Deps } from '../../src/platform/http.ts'

interface Schema {
  example?: unknown
  $ref?: string
  anyOf?: Schema[]
  oneOf?: Schema[]
}
interface Operation {
  operationId?: string
  tags?: string[]
  summary?: string
  security?: unknown[]
  requestBody?: { content: Record<string, { schema: Schema }> }
  responses: Record<string, unknown>
}
let document: {
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, Schema> }
}
let operations: (Operation & { route: string })[]

beforeAll(async () => {
  // nothing is asked of a database to describe the routes
  const deps = {
    publicUrl: 'http://127.0.0.1:3000',
    now: () => new Date(0),
    db: () => null,
    log: { info() {} },
  } as unknown as Deps
  document = await (await createApp(deps).request('/openapi.json')).json()
  operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ ...operation, route: `${method.toUpperCase()} ${path}` })),
  )
})

test('the document is valid OpenAPI 3.1', async () => {
  const { valid, errors } = await new Validator().validate(
    structuredClone(document) as unknown as Record<string, unknown>,
  )
  expect(errors ?? []).toEqual([])
  expect(valid).toBe(true)
})

test('every JSON route is in it', () => {
  const described = new Set(operations.map(({ route }) => route))
  const missing = [...declaredPermissions.keys()].filter((route) => route.includes('/api/v1/') && !described.has(route))
  expect(missing).toEqual([])
  expect(described.size).toBeGreaterThan(60)
})

test('every operation has an id of its own, a tag, words and its security', () => {
  const ids = operations.map(({ operationId }) => operationId)
  expect(new Set(ids).size).toBe(ids.length)
  expect(
    operations
      .filter(({ operationId, tags, summary, security }) => !operationId || !tags?.length || !summary || !security)
      .map(({ route }) => route),
  ).toEqual([])
})

test('every JSON body has an example', () => {
  const without = operations.filter(({ requestBody }) => {
    const schema = requestBody?.content['application/json']?.schema
    if (!schema) return false
    return !hasExample(schema)
  })
  expect(without.map(({ route }) => route)).toEqual([])
})

/** Its own, or one of the forms it may have. */
function hasExample(schema: Schema): boolean {
  const named = schema.$ref ? document.components.schemas[schema.$ref.split('/').at(-1)!]! : schema
  return named.example !== undefined || [...(named.anyOf ?? []), ...(named.oneOf ?? [])].some(hasExample)
}

test('it is the one users have: a change must be wanted', async () => {
  await expect(`${JSON.stringify(document, null, 1)}\n`).toMatchFileSnapshot('./openapi.json')
})
