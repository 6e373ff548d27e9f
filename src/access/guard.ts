/** Who is calling and whether they may: the session becomes an actor, the permission is checked, foreign sites are kept out. */
import type { Context as Call, MiddlewareHandler } from 'hono'
import { csrf } from 'hono/csrf'
import { type Actor, scopeOf } from '../platform/context.ts'
import { refuse } from '../platform/errors.ts'
import type { Env } from '../platform/http.ts'
import { limitRate } from '../platform/rate-limit.ts'
import { CALLS_A_MINUTE, isScope } from './api-key-rules.ts'
import { actorOfKey } from './api-key-use.ts'
import { may, type Permission } from './rules.ts'
import { readSession } from './sessions.ts'

/** Which permission every route asks for, by `METHOD /path`; the permission test walks it. */
export const declaredPermissions = new Map<string, Permission | 'public'>()

/** The code that sends a page to where the password is changed. */
export const PASSWORD_DUE = 'password.due'

/** Notes the route's permission and answers the middleware that enforces it. */
export function requires(permission: Permission | 'public', method: string, path: string): MiddlewareHandler<Env> {
  declaredPermissions.set(`${method.toUpperCase()} ${path}`, permission)
  return async (c, next) => {
    if (permission !== 'public') {
      const context = c.get('context') ?? refuseSignedOut()
      if (context.actor.password_due && !['me.read', 'account.own'].includes(permission)) refusePasswordDue()
      if (!may(context.actor.role, permission))
        refuse('forbidden', 'forbidden', {
          zh: `您的角色没有这项权限（${permission}）。`,
          en: `Your role does not have the permission ${permission}.`,
        })
      refuseWithoutScope(context.actor, permission)
    }
    await next()
  }
}

/** Refuses `api_key.scope_missing` (403) when the call came with a key that is not allowed this. */
export function refuseWithoutScope({ scopes }: Actor, permission: Permission): void {
  if (scopes?.includes(permission) ?? true) return
  const words = isScope(permission)
    ? {
        zh: `这个接口密钥没有 ${permission} 权限，请用带这项权限的密钥，或登录后操作。`,
        en: `This API key does not have the scope ${permission}: use a key that has it, or sign in.`,
      }
    : {
        zh: `${permission} 不能交给接口密钥，请由人员登录后操作。`,
        en: `${permission} is given to no API key: somebody has to sign in for it.`,
      }
  refuse('forbidden', 'api_key.scope_missing', words)
}

function refuseSignedOut(): never {
  refuse('unauthenticated', 'session.required', {
    zh: '请先登录。登录可能已经过期。',
    en: 'Sign in first. Your session may have expired.',
  })
}

/** Turns `Authorization: Bearer hyk_…` into the context of the call, whatever its cookies. Refuses as {@link actorOfKey}, and `rate.limited`. */
export function identifyKey(): MiddlewareHandler<Env> {
  return async (c, next) => {
    const key = /^bearer\b\s*(.*)$/i.exec(c.req.header('authorization') ?? '')?.[1]
    if (key !== undefined) {
      const [db, now] = [c.get('db'), c.get('now')]
      const actor = await actorOfKey(db, now, key.trim())
      await (c.get('deps').limitRate ?? limitRate)(db, now, `api-key:${actor.api_key_id}`, CALLS_A_MINUTE, 60)
      c.set('context', contextFor(c, actor))
    }
    await next()
  }
}

function refusePasswordDue(): never {
  refuse('forbidden', PASSWORD_DUE, {
    zh: '您的密码由管理员重置，请先修改为自己的密码。',
    en: 'Your password was reset by an administrator: choose one of your own first.',
  })
}

/** Turns the session cookie into the context of the call; without one the call goes on unsigned. */
export function identify(): MiddlewareHandler<Env> {
  return async (c, next) => {
    const cookie = c.req.header('cookie')
    if (!c.get('context') && cookie?.includes('huyu_session')) {
      const session = await readSession(c.get('db'), cookie, isSecure(c))
      if (session) c.set('context', contextFor(c, session.actor))
      if (session?.cookie) c.header('Set-Cookie', session.cookie, { append: true })
    }
    await next()
  }
}

function contextFor(c: Call<Env>, actor: Actor): Env['Variables']['context'] {
  const deps = c.get('deps')
  return {
    actor,
    scope: scopeOf(actor),
    now: c.get('now'),
    request_id: c.get('request_id'),
    vault: deps.vault,
    assets: deps.assets,
    public_url: deps.publicUrl,
  }
}

/** The cookie is marked secure, and named so, where the public address is https. */
export function isSecure(c: Call<Env>): boolean {
  return c.get('deps').publicUrl.startsWith('https:')
}

/**
 * Refuses writes that another site made the browser send: forms by hono's csrf, JSON with a cookie by the same rule. No browser sends a
 * key by itself, so calls with one pass.
 */
export function sameSite(): MiddlewareHandler<Env>[] {
  const own = (origin: string, c: Call) =>
    origin === new URL((c as Call<Env>).get('deps').publicUrl).origin ||
    origin.replace(/^https?:\/\//, '') === c.req.header('host')
  const forms = csrf({ origin: own })
  return [
    (c, next) => (isKeyed(c) ? next() : forms(c, next)),
    async (c, next) => {
      const origin = c.req.header('origin')
      const site = c.req.header('sec-fetch-site')
      const foreign = origin ? !own(origin, c) : site === 'cross-site' || site === 'same-site'
      if (!['GET', 'HEAD', 'OPTIONS'].includes(c.req.method) && foreign && !isKeyed(c))
        refuse('forbidden', 'request.cross_site', {
          zh: '请求来自其他网站，已拒绝。请从本系统的页面操作。',
          en: 'The request came from another site and was refused; use the pages of this system.',
        })
      await next()
    },
  ]
}

function isKeyed(c: Call<Env>): boolean {
  return c.get('context')?.actor.api_key_id !== undefined
}
