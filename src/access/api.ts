/** JSON routes of signing in and of one's own account. */
import type { Context as Call } from 'hono'
import type { z } from 'zod'
import type { Actor } from '../platform/context.ts'
import type { Tx } from '../platform/database.ts'
import type { App, Env } from '../platform/http.ts'
import { limitRate } from '../platform/rate-limit.ts'
import { changePassword, checkOwnPassword, checkPassword, noteSignIn } from './actions.ts'
import { isSecure } from './guard.ts'
import { unscopedActor } from './queries.ts'
import { described, read, valid } from './route.ts'
import { mayNow, PERMISSIONS, type Permission, SIGN_IN } from './rules.ts'
import { endSession, forgetEndedSessions, startSession } from './sessions.ts'
import { meShape, passwordShape, signInShape } from './shapes.ts'

const tag = 'access'

export function accessApi(app: App): void {
  // no transaction around these: a wrong password must be counted although the call is refused
  app.openapi(
    described(
      {
        path: '/session',
        permission: 'public',
        name: 'signIn',
        tag,
        summary: '登录 Sign in',
        body: signInShape,
        answer: meShape,
      },
      'post',
      200,
    ),
    (async (c: Call<Env>) => c.json(await signIn(c, valid<typeof signInShape>(c, 'json')))) as never,
  )
  app.openapi(
    described(
      { path: '/session', permission: 'account.own', name: 'signOut', tag, summary: '退出 Sign out' },
      'delete',
      204,
    ),
    (async (c: Call<Env>) => {
      await signOut(c)
      return c.body(null, 204)
    }) as never,
  )
  read(
    app,
    { path: '/me', permission: 'me.read', name: 'getMe', tag, summary: '当前账号 Who am I', answer: meShape },
    async ({ context }) => meOf(context.actor),
  )
  app.openapi(
    described(
      {
        path: '/me/password',
        permission: 'account.own',
        name: 'changePassword',
        tag,
        summary: '修改自己的密码 Change one’s own password; sessions elsewhere end',
        body: passwordShape,
      },
      'post',
      204,
    ),
    (async (c: Call<Env>) => {
      await changeOwnPassword(c, valid<typeof passwordShape>(c, 'json'))
      return c.body(null, 204)
    }) as never,
  )
}

/** Checks the password and starts the session; few tries a minute from one address. Refuses as {@link checkPassword}. */
export async function signIn(c: Call<Env>, input: z.output<typeof signInShape>) {
  const [db, now] = [c.get('db'), c.get('now')]
  await limitRate(db, now, `sign-in:${addressOf(c)}`, SIGN_IN.triesAMinute, 60)
  const account = await checkPassword(db, now, input.username, input.password)
  await openSession(c, (tx) => noteSignIn(tx, now, account))
  return meOf((await unscopedActor(db, account.id))!)
}

/** `enter` answers whose session it is, and notes it in the transaction that begins it; the cookie goes with the answer. */
export async function openSession(c: Call<Env>, enter: (tx: Tx) => Promise<string>): Promise<void> {
  const db = c.get('db')
  await forgetEndedSessions(db)
  const cookie = await db.transaction().execute(async (tx) => {
    return startSession(tx, await enter(tx), isSecure(c))
  })
  c.header('Set-Cookie', cookie, { append: true })
}

/** All sessions end, and this browser gets a new one. Refuses as {@link checkOwnPassword}. */
export async function changeOwnPassword(c: Call<Env>, input: z.output<typeof passwordShape>): Promise<void> {
  const context = c.get('context')
  // no transaction around it: a wrong password must be counted although the call is refused
  const account = await checkOwnPassword(c.get('db'), context.now, context.actor.account_id, input.old_password)
  await openSession(c, (tx) => changePassword(tx, context, account, input.new_password))
}

export async function signOut(c: Call<Env>): Promise<void> {
  c.header('Set-Cookie', await endSession(c.get('db'), c.req.header('cookie') ?? '', isSecure(c)), { append: true })
}

/** The caller's address as the runtime saw it: Cloudflare's header on Workers, the socket on Node. */
export function addressOf(c: Call<Env>): string {
  const incoming = (c.env as { incoming?: { socket?: { remoteAddress?: string } } } | undefined)?.incoming
  return incoming?.socket?.remoteAddress ?? c.req.header('cf-connecting-ip') ?? 'unknown'
}

function meOf(actor: Actor) {
  const { scopes: _, api_key_id = null, ...account } = actor
  return {
    ...account,
    api_key_id,
    permissions: (Object.keys(PERMISSIONS) as Permission[]).filter((permission) => mayNow(actor, permission)),
  }
}
