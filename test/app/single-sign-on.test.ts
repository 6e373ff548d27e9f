/** Signing in at the city's own provider: only whom an administrator linked, only in the browser that asked, and only where it is set up. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { CLIENT, openProvider, type Provider } from '../support/oidc-provider.ts'
import { type Client, type World, world } from '../support/world.ts'

const START = '/console/sign-in/single-sign-on'
let w: World
let admin: Client
let provider: Provider
beforeAll(async () => {
  w = await world()
  admin = w.as('admin')
  provider = await openProvider()
})
afterAll(async () => {
  await provider?.close()
  await w.close()
})
beforeEach(() => {
  // signing in is counted by the minute
  w.clock.now = new Date(w.clock.now.getTime() + 60_000)
  w.deps.singleSignOn = { issuer: provider.issuer, ...CLIENT }
  provider.who = { sub: 'subject-1', name: '王芳' }
  provider.claims = {}
  provider.forges = false
  provider.down = false
})

/** Keeps cookies as a browser does, and goes where it is sent only when told. */
function browser() {
  const cookies = new Map<string, string>()
  return {
    cookies,
    async open(address: string): Promise<Response> {
      const url = new URL(address, w.deps.publicUrl)
      if (url.origin === provider.issuer) return fetch(url, { redirect: 'manual' })
      const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
      const answer = await w.app.request(url.href, { headers: { cookie } })
      for (const set of answer.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set)!
        if (/Max-Age=0\b/.test(set)) cookies.delete(name)
        else cookies.set(name, value)
      }
      return answer
    },
  }
}
type Browser = ReturnType<typeof browser>
const placeOf = (answer: Response) => answer.headers.get('location')!
/** To the provider and back: the address of the answer, not yet opened. */
async function wayBack(at: Browser, start = START): Promise<string> {
  return placeOf(await at.open(placeOf(await at.open(start))))
}
const meOf = async (at: Browser) => (await at.open('/api/v1/me')).json()
const link = (username: string, subject: string) =>
  admin.post(`/api/v1/accounts/${w.accounts[username]}/identities`, { subject, reason: '本人持证件到场核实' })

describe('a linked identity', () => {
  test('signs in, with PKCE, state and nonce, and lands where it wanted to go', async () => {
    const answer = await link('district', 'subject-1')
    expect(answer.status).toBe(201)
    const at = browser()
    const door = await (await at.open('/console/sign-in?return_to=/console/people')).text()
    const [, href] = /href="(\/console\/sign-in\/single-sign-on[^"]*)"/.exec(door)!
    const asked = new URL(placeOf(await at.open(href!)))
    expect(asked.origin).toBe(provider.issuer)
    expect(Object.fromEntries(asked.searchParams)).toMatchObject({
      response_type: 'code',
      client_id: CLIENT.clientId,
      redirect_uri: 'http://127.0.0.1:3000/console/sign-in/single-sign-on/answer',
      code_challenge_method: 'S256',
      state: expect.stringMatching(/.{20}/),
      nonce: expect.stringMatching(/.{20}/),
    })
    // nothing that was kept can be read in the browser
    expect(at.cookies.get('huyu_single_sign_on')).not.toContain(asked.searchParams.get('state'))
    const entered = await at.open(placeOf(await at.open(asked.href)))
    expect([entered.status, placeOf(entered)]).toEqual([303, '/console/people'])
    expect(await meOf(at)).toMatchObject({ username: 'district' })
    expect(at.cookies.has('huyu_single_sign_on')).toBe(false)
    expect(await (await admin.get(`/api/v1/accounts/${w.accounts.district}`)).json()).toMatchObject({
      last_sign_in_by: 'oidc',
      last_sign_in_at: w.clock.now.toISOString(),
      identities: [{ subject: 'subject-1', issuer: provider.issuer, withdrawn_at: null, linked_by: 'admin 示例' }],
    })
  })

  test('goes nowhere outside the console', async () => {
    const at = browser()
    const back = await wayBack(at, `${START}?return_to=https://evil.example/console`)
    expect(placeOf(await at.open(back))).toBe('/console')
  })

  test('opens one account only, whoever links it', async () => {
    const twice = await link('health', 'subject-1')
    expect([twice.status, (await twice.json()).code]).toEqual([409, 'identity.linked'])
    expect((await link('trainer', '')).status).toBe(422)
  })

  test('is refused while its account is disabled, and told so', async () => {
    const decide = (act: string) => admin.post(`/api/v1/accounts/${w.accounts.district}/${act}`, { reason: '岗位调整' })
    await decide('disabling')
    const at = browser()
    const refused = await at.open(await wayBack(at))
    expect(refused.status).toBe(403)
    expect(await refused.text()).toContain('您的账号 district 已经停用')
    expect((await at.open('/api/v1/me')).status).toBe(401)
    await decide('enabling')
  })

  test('signs in no more once it is taken back, and may then open another account', async () => {
    const { identities } = await (await admin.get(`/api/v1/accounts/${w.accounts.district}`)).json()
    const withdraw = () =>
      admin.post(`/api/v1/account-identities/${identities[0].id}/withdrawal`, { reason: '关联错了人' })
    expect((await withdraw()).status).toBe(200)
    expect((await withdraw()).status).toBe(409)
    const at = browser()
    expect((await at.open(await wayBack(at))).status).toBe(403)
    expect((await link('health', 'subject-1')).status).toBe(201)
    const again = browser()
    await again.open(await wayBack(again))
    expect(await meOf(again)).toMatchObject({ username: 'health' })
  })
})

describe('what is refused', () => {
  const refusedBy = async (at: Browser, back: string, status: number, words: string) => {
    const answer = await at.open(back)
    const page = await answer.text()
    expect([answer.status, page.includes(words)]).toEqual([status, true])
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(page).toContain('name="password"')
    expect((await at.open('/api/v1/me')).status).toBe(401)
  }

  test('an identity that is linked to no account: it is told what to tell the administrator, and no account is made', async () => {
    const count = async () => (await w.db.selectFrom('accounts').select('id').execute()).length
    const before = await count()
    provider.who = { sub: 'nobody-knows-me', name: '李四' }
    const at = browser()
    await refusedBy(at, await wayBack(at), 403, '李四 · nobody-knows-me')
    expect(await count()).toBe(before)
  })

  test('another state', async () => {
    const at = browser()
    const back = new URL(await wayBack(at))
    back.searchParams.set('state', 'of-somebody-else')
    await refusedBy(at, back.href, 401, '没有确认您的身份')
  })

  test('another nonce', async () => {
    provider.claims = { nonce: 'of-another-sign-in' }
    const at = browser()
    await refusedBy(at, await wayBack(at), 401, '没有确认您的身份')
  })

  test.each([
    ['another issuer', { iss: 'https://elsewhere.example' }],
    ['another audience', { aud: 'another-client' }],
    ['an end in the past', { exp: 1_700_000_000 }],
  ])('a token with %s', async (_, claims) => {
    provider.claims = claims
    const at = browser()
    await refusedBy(at, await wayBack(at), 401, '没有确认您的身份')
  })

  test('a token signed by another key', async () => {
    provider.forges = true
    const at = browser()
    await refusedBy(at, await wayBack(at), 401, '没有确认您的身份')
  })

  test('a person who said no at the provider', async () => {
    const at = browser()
    const back = new URL(await wayBack(at))
    back.search = String(new URLSearchParams({ error: 'access_denied', state: back.searchParams.get('state')! }))
    await refusedBy(at, back.href, 401, '没有确认您的身份')
  })

  test('an answer in another browser, a second time, or too late', async () => {
    const [one, two] = [browser(), browser()]
    const back = await wayBack(one)
    await refusedBy(two, back, 401, '不是在本浏览器开始的')
    await one.open(back)
    expect(await meOf(one)).toMatchObject({ username: 'health' })
    const again = browser()
    await again.open(await wayBack(again))
    const third = await again.open(back)
    expect(third.status).toBe(401)

    const late = browser()
    const soon = await wayBack(late)
    w.clock.now = new Date(w.clock.now.getTime() + 601_000)
    await refusedBy(late, soon, 401, '超过 10 分钟')
  })

  test('another sealed value in place of what was kept', async () => {
    const at = browser()
    const back = await wayBack(at)
    const sealed = await w.deps.vault.seal(JSON.stringify({ state: 'x', nonce: 'x', verifier: 'x', until: 1e15 }))
    at.cookies.set('huyu_single_sign_on', sealed.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', ''))
    await refusedBy(at, back, 401, '不是在本浏览器开始的')
  })

  test('everybody while the provider does not answer; passwords go on', async () => {
    provider.down = true
    const at = browser()
    await refusedBy(at, START, 503, '连不上统一身份认证')
    expect((await w.as('finance').get('/api/v1/me')).status).toBe(200)
  })
})

describe('where it is not set up', () => {
  test('there is no button, no address and nothing to link', async () => {
    w.deps.singleSignOn = null
    const at = browser()
    expect(await (await at.open('/console/sign-in')).text()).not.toContain('single-sign-on')
    for (const address of [START, `${START}/answer?code=x&state=y`]) expect((await at.open(address)).status).toBe(404)
    const answer = await link('trainer', 'subject-2')
    expect([answer.status, (await answer.json()).code]).toEqual([404, 'identity.not_configured'])
    expect((await admin.page(`/console/accounts/${w.accounts.trainer}/identities`)).status).toBe(404)
    expect(await (await admin.page(`/console/accounts/${w.accounts.trainer}`)).text()).not.toContain('/identities')
  })
})

describe('pages', () => {
  test('an administrator links and takes back with a reason, and the page of the account keeps both', async () => {
    const account = `/console/accounts/${w.accounts.trainer}`
    const empty = await admin.submit(`${account}/identities`, { subject: '', reason: '' })
    expect(empty.status).toBe(422)
    const linked = await admin.submit(`${account}/identities`, { subject: ' subject-9 ', reason: '到场核实' })
    expect([linked.status, placeOf(linked)]).toEqual([303, account])
    const page = await (await admin.page(account)).text()
    expect(page).toContain('<code>subject-9</code>')
    const [withdrawal] = /\/console\/account-identities\/[0-9a-f-]+\/withdrawal/.exec(page)!
    expect((await admin.page(withdrawal)).status).toBe(200)
    expect((await admin.submit(withdrawal, { reason: '换了证件' })).status).toBe(303)
    const after = await (await admin.page(account)).text()
    expect(after).toContain('换了证件')
    expect(after).not.toContain('/withdrawal')
  })

  test('the history says that it was linked, and nothing of the subject', async () => {
    const events = await w.db
      .selectFrom('history_events')
      .selectAll()
      .where('kind', 'like', 'account.identity%')
      .execute()
    expect(events.length).toBeGreaterThan(4)
    expect(JSON.stringify(events)).not.toContain('subject-')
  })
})

test('nothing was an internal fault', () => expect(w.faults).toEqual([]))
