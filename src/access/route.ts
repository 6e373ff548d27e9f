/** How a JSON route is declared: one object with permission, shapes and words; the handler gets a checked input and answers a plain value. */
import { createRoute } from '@hono/zod-openapi'
import type { Context as Call } from 'hono'
import { z } from 'zod'
import type { Context } from '../platform/context.ts'
import type { Db, Tx } from '../platform/database.ts'
import { refuse } from '../platform/errors.ts'
import type { App, Env } from '../platform/http.ts'
import { EVERY_KEY, isScope } from './api-key-rules.ts'
import { requires } from './guard.ts'
import { onceOnly } from './idempotency.ts'
import type { Permission } from './rules.ts'

type Shape = z.ZodType
type Nothing = z.ZodObject<Record<never, never>>

interface RouteWords<P extends Shape, Q extends Shape, A extends Shape> {
  /** below /api/v1, with `{id}` for parameters */
  path: string
  permission: Permission | 'public'
  /** operationId, `issueCertificate` */
  name: string
  tag: string
  summary: string
  params?: P
  query?: Q
  answer?: A
  /** what is answered instead of JSON, `application/pdf` */
  produces?: string
}

interface WriteWords<P extends Shape, Q extends Shape, B extends Shape, A extends Shape> extends RouteWords<P, Q, A> {
  method: 'post' | 'put' | 'patch' | 'delete'
  body?: B
  status?: 200 | 201 | 202 | 204
  /** collection of what is made, where the path does not begin with it: `/sessions` */
  made_in?: string
  /** a field of the answer that is kept nowhere: null where the same key is sent again */
  shown_once?: string
  /** required where money, certificates or imports are made */
  key?: 'required'
}

export interface Reading<P, Q> {
  c: Call<Env>
  db: Db
  context: Context
  params: P
  query: Q
}
export interface Writing<P, Q, B> {
  c: Call<Env>
  tx: Tx
  context: Context
  params: P
  query: Q
  body: B
  /** from If-Match; only PUT and PATCH have one */
  revision: number
}

/** Declares a GET. The handler answers the value, or a Response when it streams or draws. */
export function read<P extends Shape = Nothing, Q extends Shape = Nothing, A extends Shape = Nothing>(
  app: App,
  route: RouteWords<P, Q, A>,
  handler: (call: Reading<z.output<P>, z.output<Q>>) => Promise<z.input<A> | Response>,
): void {
  const description = described(route, 'get', 200)
  const { middleware: _, ...documented } = description
  app.openAPIRegistry.registerPath(documented)
  // the router takes `{id}.pdf` for a parameter called “id.pdf”: it gets the ending as part of the value
  const path = description.path.replace(/\{(\w+)\}(\.\w+)$/, ':$1{.+\\$2}')
  app.openapi({ ...description, path, hide: true }, (async (c: Call<Env>) => {
    const answer = await handler({ c, db: c.get('db'), context: c.get('context'), ...checked<P, Q, Nothing>(c) })
    return answer instanceof Response ? answer : respond(answer, 200, route.path)
  }) as never)
}

/** Declares a write: one transaction, once per Idempotency-Key. 201 and 202 carry a Location; 202 starts the job after the commit. */
export function write<
  P extends Shape = Nothing,
  Q extends Shape = Nothing,
  B extends Shape = Nothing,
  A extends Shape = Nothing,
>(
  app: App,
  route: WriteWords<P, Q, B, A>,
  handler: (call: Writing<z.output<P>, z.output<Q>, z.output<B>>) => Promise<z.input<A>>,
): void {
  const status = route.status ?? 200
  app.openapi(described(route, route.method, status), (async (c: Call<Env>) => {
    const context = c.get('context')
    const key = c.req.header('idempotency-key')
    if (route.key && !key)
      refuse('malformed', 'idempotency.key_required', {
        zh: '这个请求必须带 Idempotency-Key 头，重发时用同一个值。',
        en: 'This request needs an Idempotency-Key header; send the same value when repeating it.',
      })
    const revision = route.method === 'put' || route.method === 'patch' ? expectedRevision(c) : 0
    const input = checked<P, Q, B>(c)
    const keyed =
      key && context
        ? {
            account_id: context.actor.account_id,
            key,
            request: `${c.req.method} ${c.req.path}`,
            body: await c.req.text(),
          }
        : null
    const answer = await onceOnly(c.get('db'), keyed, async (tx) => {
      const value = await handler({ c, tx, context, revision, ...input })
      const response = respond(value, status, route.made_in ?? route.path)
      return {
        status,
        headers: Object.fromEntries(response.headers),
        body: status === 204 ? '' : JSON.stringify(value),
        kept: route.shown_once && JSON.stringify({ ...(value as object), [route.shown_once]: null }),
      }
    })
    if (status === 202) c.get('deps').wake(c)
    return new Response(answer.status === 204 ? null : answer.body, { status: answer.status, headers: answer.headers })
  }) as never)
}

/** The OpenAPI description and guard of a route; only routes that own their transactions or stream their body (`multipart`) use it directly. */
export function described<P extends Shape, Q extends Shape, B extends Shape, A extends Shape>(
  route: RouteWords<P, Q, A> & { body?: B; multipart?: true; key?: 'required' },
  method: WriteWords<P, Q, B, A>['method'] | 'get',
  status: number,
) {
  const path = `/api/v1${route.path}`
  const keyHeader = z.object({ 'idempotency-key': z.string().max(200).optional() })
  return createRoute({
    method,
    path,
    operationId: route.name,
    tags: [route.tag],
    summary: route.summary,
    security: securityOf(route.permission),
    'x-permission': route.permission,
    middleware: [requires(route.permission, method, path)] as const,
    request: {
      ...(route.params ? { params: route.params as never } : {}),
      ...(route.query ? { query: route.query as never } : {}),
      ...(method === 'get' ? {} : { headers: keyHeader }),
      ...(route.body
        ? {
            body: {
              required: true,
              content: {
                [route.multipart ? 'multipart/form-data' : 'application/json']: { schema: route.body as never },
              },
            },
          }
        : {}),
    },
    responses: {
      [status]: {
        description: 'OK',
        ...(route.produces
          ? { content: { [route.produces]: { schema: z.string() } } }
          : status !== 204 && route.answer
            ? { content: { 'application/json': { schema: route.answer } } }
            : {}),
      },
      default: { description: 'problem', content: { 'application/problem+json': { schema: problemShape } } },
    },
  })
}

/** A key has to have the permission among its scopes; what none may be given needs somebody who signed in. */
function securityOf(permission: Permission | 'public'): Record<string, string[]>[] {
  if (permission === 'public') return []
  if (EVERY_KEY.includes(permission)) return [{ session: [] }, { api_key: [] }]
  return isScope(permission) ? [{ session: [] }, { api_key: [permission] }] : [{ session: [] }]
}

const problemShape = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number(),
    detail: z.string(),
    code: z.string(),
    request_id: z.string(),
    errors: z.array(z.object({ pointer: z.string(), code: z.string(), message: z.string() })).optional(),
  })
  .meta({
    id: 'Problem',
    example: {
      type: 'urn:huyu:problem:not_found',
      title: 'not_found',
      status: 404,
      detail: '没有找到这个证书，请从列表中重新打开。',
      code: 'not_found',
      request_id: '0f9c…',
    },
  })

function checked<P extends Shape, Q extends Shape, B extends Shape>(c: Call<Env>) {
  const valid = (part: 'param' | 'query' | 'json' | 'form') => (c.req.valid as (part: string) => unknown)(part)
  return {
    params: (valid('param') ?? {}) as z.output<P>,
    query: (valid('query') ?? {}) as z.output<Q>,
    body: (valid('json') ?? valid('form') ?? {}) as z.output<B>,
  }
}

function respond(value: unknown, status: number, path: string): Response {
  const known = value as { id?: string; code?: string; job_id?: string; revision?: number } | undefined
  const made = known?.id ?? known?.code
  const headers: Record<string, string> = {
    'Content-Type': 'application/json; charset=UTF-8',
    'Cache-Control': 'no-store',
  }
  if (status === 201 && made) headers.Location = `/api/v1${path.replace(/\{.*/, '').replace(/\/$/, '')}/${made}`
  if (status === 202 && known?.job_id) headers.Location = `/api/v1/jobs/${known.job_id}`
  if (typeof known?.revision === 'number') headers.ETag = `"${known.revision}"`
  return new Response(status === 204 ? null : JSON.stringify(value), { status, headers })
}

function expectedRevision(c: Call<Env>): number {
  const match = c.req.header('if-match')
  if (!match)
    refuse('precondition_required', 'revision.required', {
      zh: '修改前请先读取记录，并把它的 ETag 放进 If-Match 头。',
      en: 'Read the record first and send its ETag as If-Match.',
    })
  // a proxy or a server that compresses the answer makes its ETag a weak one
  return Number(/^(?:W\/)?"?(\d+)"?$/.exec(match)?.[1] ?? -1)
}

/** Refuses `revision.stale` (412) when somebody else changed the record in between. */
export function refuseStale(): never {
  refuse('stale', 'revision.stale', {
    zh: '这条记录刚刚被别人修改过，请重新读取后再改。',
    en: 'Somebody else has just changed this record; read it again before changing it.',
  })
}

/** The checked part of a request, for a route that is neither `read` nor `write`. */
export function valid<S extends Shape>(c: Call<Env>, part: 'param' | 'json'): z.output<S> {
  return (c.req.valid as (part: string) => z.output<S>)(part)
}
