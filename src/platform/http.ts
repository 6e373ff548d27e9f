/** What every answer over HTTP has in common: the environment of a request, problem+json, headers, languages, metrics. */
import { OpenAPIHono } from '@hono/zod-openapi'
import type { Context as Call, MiddlewareHandler } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { routePath } from 'hono/route'
import { secureHeaders } from 'hono/secure-headers'
import { Counter, Histogram, Registry } from 'prom-client'
import type { Assets, Context } from './context.ts'
import { type Constraints, type Db, refusalOf } from './database.ts'
import { inLanguage, type Lang, type Message, Refusal, refusalOfFaults } from './errors.ts'
import type { Outgoing } from './outgoing.ts'
import type { LimitRate } from './rate-limit.ts'
import { faultsOf, namingFields } from './shape-faults.ts'
import type { Vault } from './vault.ts'

/** What an entry (Node, Workers, a test) hands to the program. */
export interface Deps {
  /** the database of this call: one for the process on Node, one a request on Workers */
  db: (call: Call<Env>) => Db
  vault: Vault
  assets: Assets
  publicUrl: string
  outgoing: Outgoing
  /** the city's own sign-in, where there is one */
  singleSignOn?: SingleSignOn | null | undefined
  now: () => Date
  log: Log
  /** called after a job was committed, so that it starts at once */
  wake: (call: Call<Env>) => void
  /** how often an address may look up; counted in the database where it is left out */
  limitRate?: LimitRate | undefined
  /** true while the program is stopping: not ready for new work */
  stopping: () => boolean
  demo: boolean
}

/** An OpenID Connect provider, and what this program is to it. */
export interface SingleSignOn {
  issuer: string
  clientId: string
  clientSecret: string
}

export interface Log {
  info(fields: object, text: string): void
  warn(fields: object, text: string): void
  error(fields: object, text: string): void
}

export interface Env {
  Bindings: Record<string, unknown>
  Variables: {
    deps: Deps
    constraints: Constraints
    db: Db
    now: Date
    lang: Lang
    request_id: string
    context: Context
  }
}

export type App = OpenAPIHono<Env>

/** An empty app that answers shape faults as 422 problem+json with every fault. */
export function newApp(): App {
  return new OpenAPIHono<Env>({
    defaultHook: (result) => {
      if (!result.success) throw refusalOfFaults(namingFields(faultsOf(result.error.issues)))
    },
  })
}

/** Database, clock, language and request id of a call. */
export function opening(deps: Deps, constraints: Constraints): MiddlewareHandler<Env> {
  return async (c, next) => {
    c.set('deps', deps)
    c.set('constraints', constraints)
    c.set('request_id', requestIdFrom(c.req.header('x-request-id')))
    c.set('now', deps.now())
    c.set('lang', languageFrom(c.req.header('cookie'), c.req.header('accept-language')))
    c.set('db', deps.db(c))
    await next()
    c.header('X-Request-Id', c.get('request_id'))
  }
}

/** The caller's own id of the call when it is a plain one. */
export function requestIdFrom(given: string | undefined): string {
  return given && /^[\w-]{8,64}$/.test(given) ? given : crypto.randomUUID()
}

/** What was chosen on a page, else what the browser asks for. */
export function languageFrom(cookie = '', accepted = ''): Lang {
  const chosen = /(?:^|;\s*)huyu_lang=(en|zh-CN)/.exec(cookie)?.[1]
  if (chosen) return chosen as Lang
  return /^\s*en\b/i.test(accepted) ? 'en' : 'zh-CN'
}

/** Strict CSP and the other headers; nothing is ever loaded from another host. */
export function headers(): MiddlewareHandler {
  return secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'self'"],
      imgSrc: ["'self'", 'data:'],
      objectSrc: ["'none'"],
      baseUri: ["'none'"],
      formAction: ["'self'"],
      frameAncestors: ["'self'"],
    },
    referrerPolicy: 'same-origin',
    xFrameOptions: 'SAMEORIGIN',
    permissionsPolicy: { camera: [], microphone: [], geolocation: [] },
  })
}

/** An answer as it is counted: by route pattern, never by path, as paths carry ids. */
export type Measure = (
  answer: { method: string; route: string; status: string },
  ms: number,
  request_id: string,
) => void

/** Counts, times and logs every answer. */
export function measuring(deps: Pick<Deps, 'log'>): {
  middleware: MiddlewareHandler<Env>
  measure: Measure
  registry: Registry
} {
  const registry = new Registry()
  const labelNames = ['method', 'route', 'status'] as const
  const count = new Counter({ name: 'huyu_http_requests_total', help: 'Answers', labelNames, registers: [registry] })
  const seconds = new Histogram({
    name: 'huyu_http_seconds',
    help: 'Seconds until the answer',
    labelNames,
    buckets: [0.005, 0.02, 0.05, 0.2, 1, 5],
    registers: [registry],
  })
  const measure: Measure = (labels, ms, request_id) => {
    count.inc(labels)
    seconds.observe(labels, ms / 1000)
    deps.log.info({ request_id, ...labels, ms: Math.round(ms) }, 'answered')
  }
  return {
    registry,
    measure,
    middleware: async (c, next) => {
      const started = performance.now()
      await next()
      const labels = { method: c.req.method, route: routePath(c, -1), status: String(c.res.status) }
      measure(labels, performance.now() - started, c.get('request_id'))
    },
  }
}

/** What went wrong as a refusal: ours, the framework's, the database's; an unknown fault is logged and becomes a 500. */
export function refusalFor(c: Call<Env>, error: unknown): Refusal | null {
  if (error instanceof Refusal) return error
  if (error instanceof HTTPException) return frameworkRefusal(error)
  const known = refusalOf(error, c.get('constraints'))
  if (known) return known
  const { name, code, constraint, stack, message } = error as Error & { code?: string; constraint?: string }
  // the message may quote values, so only where it happened is logged
  const at = stack?.replace(message, '').split('\n').slice(1, 8).join('\n')
  c.get('deps').log.error({ request_id: c.get('request_id'), name, code, constraint, at }, 'fault')
  return null
}

function frameworkRefusal(error: HTTPException): Refusal {
  switch (error.status) {
    case 403:
      return new Refusal(
        'forbidden',
        'request.cross_site',
        {
          zh: '请求来自其他网站，已拒绝。请从本系统的页面操作。',
          en: 'The request came from another site and was refused; use the pages of this system.',
        },
        {},
      )
    case 413:
      return new Refusal(
        'too_large',
        'request.too_large',
        {
          zh: '提交的内容超过 6 MB。表格请拆成每份不超过 5 MB。',
          en: 'The body is larger than 6 MB. Split workbooks into parts of at most 5 MB.',
        },
        {},
      )
    case 415:
      return new Refusal(
        'unsupported',
        'request.content_type',
        {
          zh: '内容类型不对，请按接口文档设置 Content-Type。',
          en: 'Wrong content type; set Content-Type as the documentation says.',
        },
        {},
      )
    default:
      return new Refusal(
        'malformed',
        'request.malformed',
        { zh: '请求内容无法解析，请检查 JSON 格式。', en: 'The body cannot be parsed; check the JSON.' },
        {},
      )
  }
}

/** What is told of a fault of ours. */
export function internalFault(request_id: string): Message {
  return {
    zh: `系统内部出错，没有写入任何内容。请把编号 ${request_id} 告诉管理员。`,
    en: `An internal fault; nothing was written. Tell an administrator the number ${request_id}.`,
  }
}

/** RFC 9457 problem+json. `null` stands for an internal fault: its request id is all that is told. */
export function problem(c: Call<Env>, refusal: Refusal | null): Response {
  const lang = c.get('lang')
  const status = refusal?.status ?? 500
  const words = refusal?.words ?? internalFault(c.get('request_id'))
  const code = refusal?.code ?? 'internal'
  const body = {
    type: `urn:huyu:problem:${code}`,
    title: code,
    status,
    detail: inLanguage(lang, words),
    code,
    request_id: c.get('request_id'),
    ...(refusal && refusal.faults.length > 0
      ? { errors: refusal.faults.map((fault) => ({ ...fault, message: inLanguage(lang, fault.message) })) }
      : {}),
  }
  const headers: Record<string, string> = { 'Content-Type': 'application/problem+json', 'Content-Language': lang }
  if (status === 401) headers['WWW-Authenticate'] = 'Bearer'
  if (refusal?.retryAfter) headers['Retry-After'] = String(refusal.retryAfter)
  return c.body(JSON.stringify(body), status, headers)
}
