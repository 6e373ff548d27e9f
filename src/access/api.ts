/** JSON routes of signing in and accounts. */
import type { Context as Call } from 'hono'
import { z } from 'zod'
import type { Actor } from '../platform/context.ts'
import type { App, Env } from '../platform/http.ts'
import { limitRate } from '../platform/rate-limit.ts'
import { addAccount, checkPassword } from './actions.ts'
import { isSecure } from './guard.ts'
import { listAccounts, unscopedActor } from './queries.ts'
import { described, read, write } from './route.ts'
import { mayNow, PERMISSIONS, type Permission } from './rules.ts'
import { endSession, startSession } from './sessions.ts'
import { accountShape, meShape, newAccountShape, signInShape } from './shapes.ts'

const tag = 'access'

export function accessApi(app: App): void {
  // no transaction around these two: a wrong password must be counted although the call is refused
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
    (async (c: Call<Env>) =>
      c.json(await signIn(c, (c.req.valid as (part: string) => z.output<typeof signInShape>)('json')))) as never,
  )
  app.openapi(
    described(
      { path: '/session', permission: 'session.own', name: 'signOut', tag, summary: '退出 Sign out' },
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
    { path: '/me', permission: 'session.own', name: 'getMe', tag, summary: '当前账号 Who am I', answer: meShape },
    async ({ context }) => meOf(context.actor),
  )
  read(
    app,
    {
      path: '/accounts',
      permission: 'account.read',
      name: 'listAccounts',
      tag,
      summary: '账号 List accounts',
      answer: z.object({
        items: z.array(accountShape.extend({ display_name: z.string(), role: z.string() })),
        next_cursor: z.null(),
      }),
    },
    async ({ db }) => ({ items: await listAccounts(db), next_cursor: null }),
  )
  write(
    app,
    {
      method: 'post',
      path: '/accounts',
      permission: 'account.write',
      name: 'addAccount',
      tag,
      summary: '新增账号 Add an account',
      body: newAccountShape,
      answer: accountShape,
      status: 201,
    },
    ({ tx, context, body }) => addAccount(tx, context, body),
  )
}

/** Checks the password and starts the session; at most 20 tries a minute from one address. Refuses as {@link checkPassword}. */
export async function signIn(c: Call<Env>, input: z.output<typeof signInShape>) {
  const db = c.get('db')
  await limitRate(db, c.get('now'), `sign-in:${addressOf(c)}`, 20, 60)
  const accountId = await checkPassword(db, c.get('now'), input.username, input.password)
  c.header('Set-Cookie', await startSession(db, accountId, isSecure(c)), { append: true })
  return meOf((await unscopedActor(db, accountId))!)
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
