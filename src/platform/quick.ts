/** Answers given before the program's middleware, for what is asked thousands of times a second: the same headers, the same measures, no router and no session. Node only. */
import type { IncomingMessage } from 'node:http'
import { Hono } from 'hono'
import type { Lang } from './errors.ts'
import { type Deps, headers, languageFrom, type Measure, requestIdFrom } from './http.ts'

/** null, at once or after a while: the call takes the long way, which also says what is wrong with it. */
export type Quick = (incoming: IncomingMessage) => Promise<QuickAnswer | null> | null
export interface QuickAnswer {
  body: string
  headers: Record<string, string>
}

export interface QuickCall {
  /** the parameter at the end of the route, decoded */
  parameter: string
  query: URLSearchParams | null
  address: string
  cookie: string
  lang: Lang
  now: Date
}
export interface QuickRoute {
  /** `/v/:token`: one parameter, at its end */
  route: string
  type: string
  /** null, or any refusal: not to be answered here */
  answer: (call: QuickCall) => Promise<string | null>
}

export function quickAnswers(deps: Deps, measure: Measure, routes: QuickRoute[]): Quick {
  const prefixes = routes.map((one) => ({ ...one, prefix: one.route.replace(/:\w+$/, '') }))
  let secure: Record<string, string> | undefined
  return (incoming) => {
    const { method, url = '' } = incoming
    const route = method === 'GET' ? prefixes.find(({ prefix }) => url.startsWith(prefix)) : undefined
    return route ? answer(incoming, url, route).catch(() => null) : null
  }

  async function answer(incoming: IncomingMessage, url: string, route: QuickRoute & { prefix: string }) {
    const started = performance.now()
    const [path = '', search] = url.slice(route.prefix.length).split('?', 2)
    if (path === '' || path.includes('/')) return null
    const { cookie = '', 'accept-language': accepted, 'x-request-id': given } = incoming.headers
    const body = await route.answer({
      parameter: path.includes('%') ? decodeURIComponent(path) : path,
      query: search ? new URLSearchParams(search) : null,
      address: incoming.socket.remoteAddress ?? 'unknown',
      cookie,
      lang: languageFrom(cookie, accepted),
      now: deps.now(),
    })
    if (body === null) return null
    const request_id = requestIdFrom(given as string | undefined)
    secure ??= await secureHeaders()
    measure({ method: 'GET', route: route.route, status: '200' }, performance.now() - started, request_id)
    const own = { 'Content-Type': route.type, 'Cache-Control': 'no-store', 'X-Request-Id': request_id }
    return { body, headers: { ...secure, ...own, 'Content-Length': String(Buffer.byteLength(body)) } }
  }
}

/** Those of every answer. */
async function secureHeaders(): Promise<Record<string, string>> {
  const answer = await new Hono()
    .use(headers())
    .get('/', (c) => c.body(null))
    .request('/')
  return Object.fromEntries(answer.headers)
}
