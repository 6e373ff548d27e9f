/** What becomes of accounts: disabled, enabled, unlocked, passwords reset and changed, and which of them somebody should look at. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { addAccount } from '../../src/access/actions.ts'
import { disableAccount } from '../../src/access/decisions.ts'
import { registerPeople } from '../../src/people/actions.ts'
import { type Client, PASSWORD, type World, world } from '../support/world.ts'

let w: World
let admin: Client
beforeAll(async () => {
  w = await world()
  admin = w.as('admin')
})
afterAll(() => w.close())
// signing in is counted by the minute
beforeEach(() => {
  w.clock.now = new Date(w.clock.now.getTime() + 60_000)
})

const path = (username: string, act = '') => `/api/v1/accounts/${w.accounts[username]}${act}`
const signIn = (username: string, password: string) => w.as(null).post('/api/v1/session', { username, password })
const decisionsOn = async (username: string) =>
  (await (await admin.get(path(username))).json()).decisions as { kind: string; reason: string; by: string }[]
const list = async (client: Client, query = '') => {
  const { items } = await (await client.get(`/api/v1/accounts${query}`)).json()
  return (items as { username: string }[]).map(({ username }) => username)
}
async function add(username: string, account: object): Promise<string> {
  const context = await w.context('admin')
  const input = { username, display_name: '示例', password: PASSWORD, ...account } as Parameters<typeof addAccount>[2]
  const { id } = await w.db.transaction().execute((tx) => addAccount(tx, context, input))
  w.accounts[username] = id
  return id
}

describe('disabling', () => {
  test('ends the open sessions at once, and nobody signs in until the account is enabled with a reason', async () => {
    const nurse = w.as('nursery')
    expect((await nurse.get('/api/v1/me')).status).toBe(200)
    expect((await admin.post(path('nursery', '/disabling'), { reason: '' })).status).toBe(422)
    expect((await admin.post(path('nursery', '/disabling'), { reason: '本人离职' })).status).toBe(200)
    expect((await nurse.get('/api/v1/me')).status).toBe(401)
    expect((await signIn('nursery', PASSWORD)).status).toBe(401)
    const again = await admin.post(path('nursery', '/disabling'), { reason: '再来一次' })
    expect([again.status, (await again.json()).code]).toEqual([409, 'account.disabled'])

    expect((await admin.post(path('nursery', '/enabling'), { reason: '返聘' })).status).toBe(200)
    expect((await nurse.get('/api/v1/me')).status).toBe(401)
    expect((await signIn('nursery', PASSWORD)).status).toBe(200)
    expect(await decisionsOn('nursery')).toMatchObject([
      { kind: 'enabled', reason: '返聘', by: 'admin 示例' },
      { kind: 'disabled', reason: '本人离职', by: 'admin 示例' },
    ])
    const events = await w.db
      .selectFrom('history_events')
      .select(['kind', 'reason'])
      .where('subject_id', '=', w.accounts.nursery!)
      .orderBy('seq')
      .execute()
    expect(events).toEqual([
      { kind: 'account.disabled', reason: '本人离职' },
      { kind: 'account.enabled', reason: '返聘' },
    ])
  })

  test('the last administrator stays; with a second one the first may go', async () => {
    const refused = await admin.post(path('admin', '/disabling'), { reason: '退休' })
    expect([refused.status, (await refused.json()).code]).toEqual([409, 'account.last_admin'])
    // an administrator of one city cannot stand in for that of all
    await add('admin_nb', { role: 'admin', district_code: '330200' })
    expect((await admin.post(path('admin', '/disabling'), { reason: '退休' })).status).toBe(409)
    await add('admin2', { role: 'admin' })
    expect((await admin.post(path('admin', '/disabling'), { reason: '退休' })).status).toBe(200)
    expect((await admin.get('/api/v1/me')).status).toBe(401)
    expect((await w.as('admin2').post(path('admin', '/enabling'), { reason: '返聘' })).status).toBe(200)
    admin = w.as('admin')
  })

  test('two administrators who disable each other at the same time leave one', async () => {
    const [one, two] = [await w.context('admin'), await w.context('admin2')]
    const both = await Promise.allSettled([
      w.db.transaction().execute((tx) => disableAccount(tx, one, w.accounts.admin2!, '互相停用')),
      w.db.transaction().execute((tx) => disableAccount(tx, two, w.accounts.admin!, '互相停用')),
    ])
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    const active = both[0]!.status === 'fulfilled' ? 'admin' : 'admin2'
    const gone = active === 'admin' ? 'admin2' : 'admin'
    expect((await w.as(active).post(path(gone, '/enabling'), { reason: '误停' })).status).toBe(200)
    admin = w.as('admin')
  })
})

describe('passwords', () => {
  test('a reset one is shown once, ends sessions, and must be changed before anything else', async () => {
    const health = w.as('health')
    expect((await health.get('/api/v1/me')).status).toBe(200)
    const answer = await admin.post(path('health', '/password-reset'), { reason: '本人来电，忘记密码' }, { key: 'r-1' })
    expect(answer.headers.get('cache-control')).toBe('no-store')
    const { one_time_password } = await answer.json()
    expect(one_time_password).toMatch(/^[a-z2-9]{4}(-[a-z2-9]{4}){3}$/)
    // kept neither for the key nor in the history
    const kept = await w.db.selectFrom('idempotency_keys').select('body').where('key', '=', 'r-1').execute()
    const events = await w.db.selectFrom('history_events').selectAll().execute()
    expect(JSON.stringify([kept, events])).not.toContain(one_time_password)
    expect((await health.get('/api/v1/me')).status).toBe(401)
    expect((await signIn('health', PASSWORD)).status).toBe(401)

    const client = w.as(null)
    expect((await client.post('/api/v1/session', { username: 'health', password: one_time_password })).status).toBe(200)
    expect(await (await client.get('/api/v1/me')).json()).toMatchObject({ username: 'health', password_due: true })
    const refused = await client.get('/api/v1/people')
    expect([refused.status, (await refused.json()).code]).toEqual([403, 'password.due'])
    const home = await client.page('/console')
    expect([home.status, home.headers.get('location')]).toEqual([303, '/console/password'])
    const form = await (await client.page('/console/password')).text()
    expect(form).toContain('一次性密码')
    expect(form).not.toContain('href="/console/people"')

    const same = { old_password: one_time_password, new_password: one_time_password }
    expect((await client.post('/api/v1/me/password', same)).status).toBe(422)
    const done = await client.submit('/console/password', { ...same, new_password: '自己的新密码 2026' })
    expect([done.status, done.headers.get('location')]).toEqual([303, '/console'])
    expect((await client.get('/api/v1/people')).status).toBe(200)
    expect((await signIn('health', one_time_password)).status).toBe(401)
    expect((await signIn('health', '自己的新密码 2026')).status).toBe(200)
    expect(await (await admin.get(path('health'))).json()).toMatchObject({
      password_reset_at: null,
      last_sign_in_at: w.clock.now.toISOString(),
      last_sign_in_by: 'password',
    })
  })

  test('one’s own is changed with the present one; sessions elsewhere end and this one goes on', async () => {
    const [here, there] = [w.as('finance'), w.as('finance')]
    expect([(await here.get('/api/v1/me')).status, (await there.get('/api/v1/me')).status]).toEqual([200, 200])
    const wrong = await here.post('/api/v1/me/password', {
      old_password: '不对的密码',
      new_password: '另一个够长的密码 1',
    })
    expect(wrong.status).toBe(422)
    expect((await wrong.json()).errors).toMatchObject([{ pointer: '/old_password', code: 'password.wrong' }])
    const change = { old_password: PASSWORD, new_password: '另一个够长的密码 1' }
    expect((await here.post('/api/v1/me/password', change)).status).toBe(204)
    expect((await here.get('/api/v1/me')).status).toBe(200)
    expect((await there.get('/api/v1/me')).status).toBe(401)
    expect((await signIn('finance', PASSWORD)).status).toBe(401)
    expect((await signIn('finance', '另一个够长的密码 1')).status).toBe(200)
  })

  test('guessing the present one in an open session locks the account like guessing at the door', async () => {
    const client = w.as('finance2')
    const guess = () => client.post('/api/v1/me/password', { old_password: '猜的', new_password: '另一个够长的密码 1' })
    for (let n = 0; n < 5; n++) expect((await guess()).status).toBe(422)
    expect(
      (await client.post('/api/v1/me/password', { old_password: PASSWORD, new_password: 'x'.repeat(10) })).status,
    ).toBe(429)
    expect(await list(admin, '?standing=locked')).toEqual(['finance2'])
    expect((await signIn('finance2', PASSWORD)).status).toBe(429)

    expect((await admin.post(path('finance2', '/unlocking'), { reason: '本人来电' })).status).toBe(200)
    expect((await signIn('finance2', PASSWORD)).status).toBe(200)
    const again = await admin.post(path('finance2', '/unlocking'), { reason: '本人来电' })
    expect([again.status, (await again.json()).code]).toEqual([409, 'account.not_locked'])
  })

  test('an administrator’s own is not reset, a disabled account’s neither', async () => {
    const own = await admin.post(path('admin', '/password-reset'), { reason: '忘了' })
    expect([own.status, (await own.json()).code]).toEqual([409, 'account.own_password'])
    await admin.post(path('facility2', '/disabling'), { reason: '离职' })
    const disabled = await admin.post(path('facility2', '/password-reset'), { reason: '忘了' })
    expect([disabled.status, (await disabled.json()).code]).toEqual([409, 'account.disabled'])
  })
})

describe('who should be looked at', () => {
  test('an account nobody signed in to for more days than the rule says is listed, one on the day before is not', async () => {
    const start = w.clock.now
    const days = 86_400_000
    const used = (username: string, ago: number) =>
      w.db
        .updateTable('accounts')
        .set({ last_sign_in_at: new Date(start.getTime() - ago), last_sign_in_by: 'password' })
        .where('username', '=', username)
        .execute()
    await w.db
      .updateTable('accounts')
      .set({ created_at: new Date(start.getTime() - 10 * days) })
      .execute()
    await used('trainer', 90 * days)
    await used('assessor', 90 * days + 1000)
    expect(await list(admin, '?standing=unused')).toEqual(['assessor'])
    // the number is data
    await w.db.updateTable('account_rules').set({ value: 89 }).execute()
    expect(await list(admin, '?standing=unused')).toEqual(['assessor', 'trainer'])
    await w.db.updateTable('account_rules').set({ value: 9 }).execute()
    expect(await list(admin, '?standing=unused')).toContain('township')
    await w.db.updateTable('account_rules').set({ value: 90 }).execute()
  })

  test('an account whose person has left the organisation is listed from the day they are gone', async () => {
    const context = await w.context('facility')
    const person_id = await w.db.transaction().execute(async (tx) => {
      const person = {
        ...{ name: '王小芳', id_type: 'resident_id' as const, id_number: '109901197203150228' },
        workforce: 'elder_care' as const,
      }
      const [registered] = await registerPeople(tx, context, [person])
      return registered!.id
    })
    await add('wang', { role: 'facility', organisation_id: w.org.home, person_id })
    // a carer's own account is theirs wherever they work
    await add('wang.carer', { role: 'carer', person_id })
    expect(await list(admin, '?standing=left')).toEqual(['wang'])
    const employed = { person_id, organisation_id: w.org.home!, post: 'care', contract_kind: 'labour' }
    await w.db
      .insertInto('employments')
      .values({ ...employed, starts_on: '2026-01-01', ends_on: '2026-11-24' })
      .execute()
    expect(await list(admin, '?standing=left')).toEqual([])
    const before = w.clock.now
    w.clock.now = new Date('2026-11-24T02:00:00Z')
    expect(await list(admin, '?standing=left')).toEqual(['wang'])
    w.clock.now = before
  })

  test('so are the accounts of an organisation that has closed', async () => {
    const closing = { closed_on: '2026-11-23', reason: '到期停办' }
    expect((await admin.post(`/api/v1/organisations/${w.org.ningbo}/closing`, closing)).status).toBe(200)
    expect(await list(admin, '?standing=left')).toEqual(['facility_nb'])
  })

  test('the page counts what its tabs list, and leads to the account', async () => {
    const page = await (await admin.page('/console/accounts?standing=disabled')).text()
    const counts = Object.fromEntries(
      [...page.matchAll(/standing=(\w+)"[^>]*>[^<]*<span class="count">([\d,]+)/g)].map(([, name, count]) => [
        name,
        Number(count),
      ]),
    )
    const listed = async (standing: string) => (await list(admin, `?standing=${standing}&limit=200`)).length
    expect(counts).toEqual({
      locked: await listed('locked'),
      left: await listed('left'),
      unused: await listed('unused'),
      disabled: await listed('disabled'),
    })
    expect(counts).toMatchObject({ left: 1, unused: 2, disabled: 1 })
    expect(page).toContain(`href="/console/accounts/${w.accounts.facility2}"`)
    expect(page).not.toContain(`href="/console/accounts/${w.accounts.district}"`)
  })

  test('the list goes on by its cursor', async () => {
    const first = await (await admin.get('/api/v1/accounts?limit=3')).json()
    const second = await (await admin.get(`/api/v1/accounts?limit=3&cursor=${first.next_cursor}`)).json()
    const names = [...first.items, ...second.items].map(({ username }) => username)
    expect(names).toEqual([...names].sort())
    expect(new Set(names).size).toBe(6)
  })
})

describe('whose accounts they are', () => {
  test('an administrator of a city sees and decides on the accounts of that city alone; others do not exist', async () => {
    const ningbo = w.as('admin_nb')
    expect(await list(ningbo)).toEqual(['admin_nb', 'city_nb', 'district_nb', 'facility_nb', 'finance_nb'])
    for (const act of ['', '/disabling', '/enabling', '/unlocking', '/password-reset']) {
      const address = path('district', act)
      const answer = act ? await ningbo.post(address, { reason: '越权' }) : await ningbo.get(address)
      expect([act, answer.status]).toEqual([act, 404])
      expect((await ningbo.page(`/console/accounts/${w.accounts.district}${act}`)).status).toBe(404)
    }
    expect((await ningbo.post(path('facility_nb', '/disabling'), { reason: '停办' })).status).toBe(200)
  })

  test('nor adds one elsewhere', async () => {
    const ningbo = w.as('admin_nb')
    const add = (input: object) =>
      ningbo.post('/api/v1/accounts', { display_name: '示例', password: PASSWORD, ...input })
    const answers = [
      await add({ username: 'nb.one', role: 'district', district_code: '330106' }),
      await add({ username: 'nb.two', role: 'facility', organisation_id: w.org.home }),
      await add({ username: 'nb.three', role: 'auditor' }),
      await add({ username: 'nb.four', role: 'district', district_code: '330200' }),
    ]
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 201])
  })

  test('nothing changes role or place silently: done in the database itself, it stands on the page of the account', async () => {
    const set = (role: string) => w.db.updateTable('accounts').set({ role }).where('username', '=', 'trainer').execute()
    await set('admin')
    await set('trainer')
    expect((await decisionsOn('trainer')).map(({ kind, reason }) => [kind, reason])).toEqual([
      ['moved', `trainer admin ${w.org.trainer} → trainer trainer ${w.org.trainer}`],
      ['moved', `trainer trainer ${w.org.trainer} → trainer admin ${w.org.trainer}`],
    ])
  })
})

describe('pages', () => {
  test('each decision says what follows, asks for a reason, and stands on the page of the account afterwards', async () => {
    const at = `/console/accounts/${w.accounts.assessor}`
    const page = await (await admin.page(at)).text()
    expect(page).toContain(`${at}/disabling`)
    expect(page).toContain(`${at}/password-reset`)
    expect(page).not.toContain(`${at}/unlocking`)
    const empty = await admin.submit(`${at}/disabling`, { reason: '' })
    expect(empty.status).toBe(422)
    const done = await admin.submit(`${at}/disabling`, { reason: '岗位调整' })
    expect([done.status, done.headers.get('location')]).toEqual([303, at])
    const after = await (await admin.page(at)).text()
    expect(after).toContain('岗位调整')
    expect(after).toContain('admin 示例')
    expect(after).toContain(`${at}/enabling`)
    expect(after).not.toContain(`${at}/password-reset`)
    expect((await admin.submit(`${at}/enabling`, { reason: '误停' })).status).toBe(303)
    const shown = await admin.submit(`${at}/password-reset`, { reason: '本人来电' })
    expect([shown.status, shown.headers.get('cache-control')]).toEqual([200, 'no-store'])
    const [, password] = /<code>([a-z2-9-]{19})<\/code>/.exec(await shown.text())!
    expect((await signIn('assessor', password!)).status).toBe(200)
  })

  test('an auditor reads and is offered no decision', async () => {
    const page = await (await w.as('auditor').page(`/console/accounts/${w.accounts.trainer}`)).text()
    expect(page).toContain('trainer')
    expect(page).not.toContain('/disabling')
  })
})

test('the account of a person who is erased stays disabled and says no more whose it was', async () => {
  w.clock.now = new Date(w.clock.now.getTime() + 2 * 86_400_000)
  admin = w.as('admin')
  const linked = { issuer: 'https://sso.example', subject: 'number of a document', reason: '到场核实' }
  const account_id = w.accounts['wang.carer']!
  await w.db
    .insertInto('account_identities')
    .values({ ...linked, account_id, linked_by: w.accounts.admin!, linked_at: w.clock.now })
    .execute()
  const { person_id } = await (await admin.get(path('wang.carer'))).json()
  const erasure = await admin.post(`/api/v1/people/${person_id}/erasure`, { reason: '本人申请删除' })
  expect(erasure.status).toBe(200)
  const account = await (await admin.get(path('wang.carer'))).json()
  expect(account).toMatchObject({
    display_name: '已删除',
    standings: expect.arrayContaining(['disabled']),
    decisions: [{ kind: 'disabled', reason: '本人申请删除' }],
    identities: [{ withdrawal_reason: '本人申请删除' }],
  })
  expect(JSON.stringify(account)).not.toContain(linked.subject)
  const enabled = await admin.post(path('wang.carer', '/enabling'), { reason: '误停' })
  expect([enabled.status, (await enabled.json()).code]).toEqual([409, 'account.erased'])
})

test('nothing was an internal fault', () => expect(w.faults).toEqual([]))
