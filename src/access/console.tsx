/** Pages of signing in, preferences and accounts. */

import { z } from 'zod'
import { Accounts, NewAccount } from '../../templates/access/accounts.tsx'
import { SignIn } from '../../templates/access/sign-in.tsx'
import { inLanguage, type Refusal } from '../platform/errors.ts'
import { type App, refusalFor } from '../platform/http.ts'
import { addAccount } from './actions.ts'
import { signIn, signOut } from './api.ts'
import { filled } from './form-fields.ts'
import { requires } from './guard.ts'
import { faultsFor, form, frameOf, goTo, page } from './pages.ts'
import { listAccounts } from './queries.ts'
import { may, ROLES } from './rules.ts'
import { sealSearch, searchShape } from './searching.ts'
import { newAccountShape } from './shapes.ts'

const preferences = {
  lang: /^(zh-CN|en)$/,
  theme: /^(auto|light|dark)$/,
  size: /^(normal|large)$/,
}

export function accessConsole(app: App): void {
  page(app, '/console/sign-in', 'public', async ({ c, query }) => (
    <SignIn
      frame={frameOf(c, inLanguage(c.get('lang'), { zh: '登录', en: 'Sign in' }))}
      values={{ return_to: query.return_to }}
    />
  ))
  // no transaction around signing in: a wrong password must be counted although the call is refused
  app.post('/console/sign-in', requires('public', 'post', '/console/sign-in'), async (c) => {
    const sent = await c.req.parseBody()
    const values = { username: String(sent.username ?? ''), return_to: String(sent.return_to ?? '') }
    try {
      await signIn(c, { username: values.username, password: String(sent.password ?? '') })
      return goTo(c, { to: /^\/console(\/|$)/.test(values.return_to) ? values.return_to : '/console' })
    } catch (error) {
      const refusal = refusalFor(c, error)
      if (!refusal) throw error
      const frame = frameOf(c, inLanguage(c.get('lang'), { zh: '登录', en: 'Sign in' }))
      return c.html(
        <SignIn frame={frame} values={values} refusal={inLanguage(c.get('lang'), refusal.words)} />,
        refusal.status,
      )
    }
  })
  app.post('/console/sign-out', requires('session.own', 'post', '/console/sign-out'), async (c) => {
    await signOut(c)
    return goTo(c, { to: '/console/sign-in', flash: { zh: '已退出。', en: 'You are signed out.' } })
  })
  form(app, '/console/search', 'session.own', searchShape, async ({ context, input }) => ({
    to: await sealSearch(context.vault, input),
  }))
  app.post('/console/preferences', requires('public', 'post', '/console/preferences'), async (c) => {
    const sent = await c.req.parseBody()
    for (const [name, allowed] of Object.entries(preferences)) {
      const value = sent[name]
      if (typeof value === 'string' && allowed.test(value))
        c.header('Set-Cookie', `huyu_${name}=${value}; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax`, {
          append: true,
        })
    }
    const back = String(sent.return_to ?? '')
    return c.redirect(/^\/(?!\/)/.test(back) ? back : '/console', 303)
  })

  page(app, '/console/accounts', 'account.read', async ({ c, db, context, query }) => (
    <Accounts
      frame={frameOf(c, inLanguage(c.get('lang'), { zh: '账号', en: 'Accounts' }))}
      accounts={await listAccounts(db, query.locked === 'true' ? context.now : null)}
      locked={query.locked === 'true'}
      roles={ROLES}
      now={c.get('now')}
      may_add={may(context.actor.role, 'account.write')}
    />
  ))
  const newAccount = (
    call: Pick<Parameters<Parameters<typeof page>[3]>[0], 'c'>,
    values: Record<string, string>,
    refusal?: Refusal,
  ) => (
    <NewAccount
      frame={frameOf(call.c, inLanguage(call.c.get('lang'), { zh: '新增账号', en: 'New account' }))}
      roles={ROLES}
      values={values}
      errors={faultsFor(call.c, refusal)}
    />
  )
  page(app, '/console/accounts/new', 'account.write', async (call) => newAccount(call, {}))
  form(
    app,
    '/console/accounts',
    'account.write',
    z.preprocess(filled(), newAccountShape),
    async ({ tx, context, input }) => {
      await addAccount(tx, context, input)
      return { to: '/console/accounts', flash: { zh: '账号已新增。', en: 'The account was added.' } }
    },
    async (call) => newAccount(call, call.values, call.refusal),
  )
}
