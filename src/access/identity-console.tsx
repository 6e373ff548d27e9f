/** Pages of the city's own sign-in: the way there, the way back, and which account an identity opens. */
import type { Context as Call } from 'hono'
import { IdentityForm, IdentityWithdrawalForm } from '../../templates/access/identities.tsx'
import { type Message, refuse } from '../platform/errors.ts'
import { type App, type Env, refusalFor } from '../platform/http.ts'
import { limitRate } from '../platform/rate-limit.ts'
import { addressOf, openSession } from './api.ts'
import { isSecure, requires } from './guard.ts'
import { enterAs, getIdentity, linkIdentity, withdrawIdentity } from './identities.ts'
import { type IdentityProvider, type Kept, openIdConnect } from './identity.ts'
import { faultsFor, formPage, frameOf, goTo, type PageCall, type Retry } from './pages.ts'
import { getAccount } from './queries.ts'
import { SIGN_IN } from './rules.ts'
import { accountDecisionShape, identityShape } from './shapes.ts'
import { returnTo, SINGLE_SIGN_ON, signInPage } from './sign-in-page.tsx'

const ANSWER = `${SINGLE_SIGN_ON}/answer`
/** So that no other sealed value can be used as what was kept. */
const MARK = 'single-sign-on:'
const SECONDS = 600

export function identityConsole(app: App): void {
  app.get(SINGLE_SIGN_ON, requires('public', 'get', SINGLE_SIGN_ON), (c) =>
    atTheDoor(c, c.req.query('return_to') ?? '', async () => {
      const { address, kept } = await providerOf(c).begin(c.get('deps').publicUrl + ANSWER)
      await keep(c, { ...kept, return_to: c.req.query('return_to') ?? '' })
      return c.redirect(address, 303)
    }),
  )
  app.get(ANSWER, requires('public', 'get', ANSWER), (c) =>
    atTheDoor(c, '', async () => {
      const provider = providerOf(c)
      const { db, now, publicUrl } = { ...c.get('deps'), db: c.get('db'), now: c.get('now') }
      await limitRate(db, now, `sign-in:${addressOf(c)}`, SIGN_IN.triesAMinute, 60)
      const kept = await takeKept(c)
      const identity = await provider.exchange(new URL(publicUrl + ANSWER + new URL(c.req.url).search), kept)
      await openSession(c, (tx) => enterAs(tx, now, provider.issuer, identity))
      return goTo(c, { to: returnTo(kept.return_to) })
    }),
  )
  formPage(
    app,
    '/console/accounts/:id/identities',
    'account.write',
    identityShape,
    async ({ c, tx, context, params, input }) => {
      await linkIdentity(tx, context, params.id!, { ...input, issuer: providerOf(c).issuer })
      return { to: `/console/accounts/${params.id}`, flash: LINKED }
    },
    linkPage,
  )
  formPage(
    app,
    '/console/account-identities/:id/withdrawal',
    'account.write',
    accountDecisionShape,
    async ({ tx, context, params, input }) => {
      const { account_id } = await withdrawIdentity(tx, context, params.id!, input.reason)
      return { to: `/console/accounts/${account_id}`, flash: WITHDRAWN }
    },
    withdrawalPage,
  )
}

const LINKED: Message = { zh: '统一身份已关联。', en: 'The identity is linked.' }
const WITHDRAWN: Message = { zh: '关联已取消。', en: 'The identity is no longer linked.' }

/** Refuses `identity.not_configured` (404). */
export function providerOf(c: Call<Env>): IdentityProvider {
  const { singleSignOn, log } = c.get('deps')
  if (!singleSignOn)
    refuse('not_found', 'identity.not_configured', {
      zh: '没有配置统一身份认证，请用账号和密码登录。',
      en: 'There is no single sign-on here: sign in with account and password.',
    })
  return openIdConnect(singleSignOn, log)
}

/** What is refused is told where one can sign in some other way; nothing of it is kept by a cache. */
async function atTheDoor(c: Call<Env>, return_to: string, enter: () => Promise<Response>): Promise<Response> {
  c.header('Cache-Control', 'no-store')
  try {
    return await enter()
  } catch (error) {
    const refusal = refusalFor(c, error)
    if (!refusal || refusal.status === 404) throw error
    return c.html(signInPage(c, { return_to }, refusal), refusal.status)
  }
}

interface Waiting extends Kept {
  return_to: string
}

/** Sealed in a cookie of this browser: nothing about it stands in the database, whatever becomes of it. */
async function keep(c: Call<Env>, kept: Waiting): Promise<void> {
  const until = c.get('now').getTime() + SECONDS * 1000
  const sealed = await c.get('deps').vault.seal(MARK + JSON.stringify({ ...kept, until }))
  setCookie(c, sealed.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', ''), SECONDS)
}

/** Once: the cookie goes with it. Refuses `identity.expired`. */
async function takeKept(c: Call<Env>): Promise<Waiting> {
  const [, sealed] = /huyu_single_sign_on=([\w.-]+)/.exec(c.req.header('cookie') ?? '') ?? []
  setCookie(c, '', 0)
  if (!sealed) return refuseExpired()
  const text = await c.get('deps').vault.open(sealed).catch(refuseExpired)
  if (!text.startsWith(MARK)) return refuseExpired()
  const { until, ...kept } = JSON.parse(text.slice(MARK.length))
  return until < c.get('now').getTime() ? refuseExpired() : kept
}

function setCookie(c: Call<Env>, value: string, seconds: number): void {
  // lax, because the way back begins at the provider
  const attributes = `Path=${SINGLE_SIGN_ON}; Max-Age=${seconds}; HttpOnly; SameSite=Lax${isSecure(c) ? '; Secure' : ''}`
  c.header('Set-Cookie', `huyu_single_sign_on=${value}; ${attributes}`, { append: true })
}

function refuseExpired(): never {
  refuse('unauthenticated', 'identity.expired', {
    zh: '这次登录不是在本浏览器开始的，或已超过 10 分钟。请重新登录。',
    en: 'This sign-in was not begun in this browser, or longer ago than 10 minutes. Sign in again.',
  })
}

async function linkPage({ c, db, context, params }: PageCall, retry?: Retry) {
  const account = await getAccount(db, context, params.id!)
  return (
    <IdentityForm
      frame={frameOf(c, account.username)}
      account={account}
      issuer={providerOf(c).issuer}
      values={retry?.values ?? {}}
      errors={faultsFor(c, retry?.refusal)}
    />
  )
}

async function withdrawalPage({ c, db, context, params }: PageCall, retry?: Retry) {
  const identity = await getIdentity(db, context, params.id!)
  return (
    <IdentityWithdrawalForm
      frame={frameOf(c, identity.username)}
      identity={identity}
      values={retry?.values ?? {}}
      errors={faultsFor(c, retry?.refusal)}
    />
  )
}
