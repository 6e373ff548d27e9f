/** Pages of signing in, of one's own password and of preferences. */
import { OwnPassword } from '../../templates/access/own-password.tsx'
import { inLanguage, type Refusal, refusalOfFaults } from '../platform/errors.ts'
import { type App, refusalFor } from '../platform/http.ts'
import { faultsOf } from '../platform/shape-faults.ts'
import { changeOwnPassword, signIn, signOut } from './api.ts'
import { requires } from './guard.ts'
import { faultsFor, form, frameOf, goTo, type PageCall, page } from './pages.ts'
import { sealSearch, searchShape } from './searching.ts'
import { passwordShape } from './shapes.ts'
import { returnTo, signInPage } from './sign-in-page.tsx'

const preferences = {
  lang: /^(zh-CN|en)$/,
  theme: /^(auto|light|dark)$/,
  size: /^(normal|large)$/,
}

export function accessConsole(app: App): void {
  page(app, '/console/sign-in', 'public', async ({ c, query }) => signInPage(c, { return_to: query.return_to }))
  // no transaction around signing in: a wrong password must be counted although the call is refused
  app.post('/console/sign-in', requires('public', 'post', '/console/sign-in'), async (c) => {
    const sent = await c.req.parseBody()
    const values = { username: String(sent.username ?? ''), return_to: String(sent.return_to ?? '') }
    try {
      await signIn(c, { username: values.username, password: String(sent.password ?? '') })
      return goTo(c, { to: returnTo(values.return_to) })
    } catch (error) {
      const refusal = refusalFor(c, error)
      if (!refusal) throw error
      return c.html(signInPage(c, values, refusal), refusal.status)
    }
  })
  app.post('/console/sign-out', requires('account.own', 'post', '/console/sign-out'), async (c) => {
    await signOut(c)
    return goTo(c, { to: '/console/sign-in', flash: { zh: '已退出。', en: 'You are signed out.' } })
  })
  const ownPassword = ({ c, context }: Pick<PageCall, 'c' | 'context'>, refusal?: Refusal) => (
    <OwnPassword
      frame={frameOf(c, inLanguage(c.get('lang'), { zh: '修改密码', en: 'Change password' }))}
      due={context.actor.password_due}
      errors={faultsFor(c, refusal)}
    />
  )
  page(app, '/console/password', 'account.own', async (call) => ownPassword(call))
  // no transaction around it either
  app.post('/console/password', requires('account.own', 'post', '/console/password'), async (c) => {
    try {
      const sent = passwordShape.safeParse(await c.req.parseBody())
      if (!sent.success) throw refusalOfFaults(faultsOf(sent.error.issues))
      await changeOwnPassword(c, sent.data)
      return goTo(c, {
        to: '/console',
        flash: {
          zh: '密码已修改，其他设备上的登录已全部退出。',
          en: 'The password is changed; you are signed out everywhere else.',
        },
      })
    } catch (error) {
      const refusal = refusalFor(c, error)
      if (!refusal) throw error
      return c.html(ownPassword({ c, context: c.get('context') }, refusal), refusal.status)
    }
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
}
