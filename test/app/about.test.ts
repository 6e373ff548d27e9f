/** What the program says of itself: what is in force to its administrators, which program it is to everybody, and never a secret. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { root } from '../../db/root.ts'
import { currentKey } from '../../src/credentials/signing-keys.ts'
import { CLIENT } from '../support/oidc-provider.ts'
import { KEY, PASSWORD, type World, world } from '../support/world.ts'

let w: World
beforeAll(async () => {
  w = await world()
  w.deps.singleSignOn = { issuer: 'https://sso.example/realm', ...CLIENT }
})
afterAll(() => w.close())
const open = async (username: string, path: string) => (await w.as(username).page(path)).text()
const said = (html: string) => html.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ')

describe('settings', () => {
  test('say what is in force and where it comes from', async () => {
    const page = said(await open('admin', '/console/settings'))
    for (const words of [
      'http://127.0.0.1:3000 设置项 PUBLIC_URL',
      'https://sso.example/realm 设置项 HUYU_SSO_ISSUER',
      '连续输错几次锁定账号 5 次',
      '109901197203150228 1099**********0228',
      '账号长期未用 90 天 推断 未见规定',
      '开班前备案（浙江省） 7 天 已见原文 S56',
    ])
      expect(page).toContain(words)
    expect(page).not.toContain('杭州旧办法')
    expect(page).toContain('广州市养老服务机构从业人员就业补贴及岗位补贴 5 S10')
    expect(page).toMatch(/已载入 20\d\d–20\d\d 年/)
  })

  test('follow the reference data', async () => {
    await w.db.updateTable('account_rules').set({ value: 45 }).execute()
    expect(said(await open('admin', '/console/settings'))).toContain('账号长期未用 45 天')
    w.deps.singleSignOn = null
    expect(said(await open('admin', '/console/settings'))).toContain('未配置 设置项 HUYU_SSO_ISSUER')
    w.deps.singleSignOn = { issuer: 'https://sso.example/realm', ...CLIENT }
  })

  test('are the administrator’s alone', async () => {
    for (const username of ['auditor', 'district', 'facility', 'finance'])
      expect((await w.as(username).page('/console/settings')).status).toBe(403)
  })
})

describe('about', () => {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
  const own = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

  test('names the version and every package that is shipped with its licence, and no tool', async () => {
    const page = said(await open('facility', '/console/about'))
    expect(page).toContain(`版本 ${own.version} `)
    for (const name of Object.keys(own.dependencies)) {
      const { version, license } = lock.packages[`node_modules/${name}`]
      expect(page).toContain(` ${name} ${version} ${license} `)
    }
    expect(page).not.toMatch(/ (vitest|knip|wrangler) /)
  })

  test('names the signing keys of the administrator’s own division, by id', async () => {
    const context = await w.context('admin')
    const made = (organisation_id: string) =>
      w.db.transaction().execute((tx) => currentKey(tx, context, organisation_id))
    const ours = (await made(w.org.assessor!)).id
    const theirs = (await made(w.org.ningbo!)).id
    const everything = await open('admin', '/console/about')
    expect([everything.includes(ours), everything.includes(theirs)]).toEqual([true, true])
    const sealed = await w.db.selectFrom('signing_keys').select('private_sealed').execute()
    for (const { private_sealed } of sealed) expect(everything).not.toContain(private_sealed)
    const account = { username: 'admin_hz', display_name: '杭州管理员', password: PASSWORD, district_code: '330100' }
    const added = await w.as('admin').post('/api/v1/accounts', { ...account, role: 'admin' })
    expect(added.status).toBe(201)
    const own = await open('admin_hz', '/console/about')
    expect([own.includes(ours), own.includes(theirs)]).toEqual([true, false])
  })

  test('tells administrators the database and the ids of keys, others not', async () => {
    const page = said(await open('admin', '/console/about'))
    expect(page).toMatch(/数据库 PostgreSQL \d+/)
    expect(page).toMatch(/最近的结构升级 \d{4}_\w+ 20\d\d-/)
    expect(page).toContain('k1 在用')
    expect(page).not.toContain(' on x86')
    const other = said(await open('facility', '/console/about'))
    expect(other).not.toContain('PostgreSQL')
    expect(other).not.toContain('k1')
  })
})

test('no page of the two shows a secret', async () => {
  const pages = [await open('admin', '/console/settings'), await open('admin', '/console/about')].join('\n')
  for (const secret of [KEY, CLIENT.clientSecret]) expect(pages).not.toContain(secret)
  expect(w.faults).toEqual([])
})
