/** The page that checks certificates by itself: in a browser, and from a disk without a network; nothing it is told leaves it. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { root } from '../../db/root.ts'
import { proofCode, type SignedFacts } from '../../src/credentials/proof-code.ts'
import { currentKey } from '../../src/credentials/signing-keys.ts'
import { openBrowser } from '../support/browser.ts'
import { testKey } from '../support/keys.ts'
import { temporaryDirectory } from '../support/program.ts'
import { type World, world } from '../support/world.ts'

const ORIGIN = 'http://127.0.0.1:3000'
const facts: SignedFacts = {
  kind: 'skill_level',
  number: 'S000033999901263000007',
  holder_name: '买买提明·吐尔逊江',
  id_last_four: '002X',
  subject: '养老护理员',
  level: 3,
  issued_on: '2026-05-25',
  valid_until: null,
}
let w: World
let browser: Browser
let context: BrowserContext
let page: Page
let address: (changes?: Partial<SignedFacts>) => Promise<string>
const asked: string[] = []
const complaints: string[] = []

beforeAll(async () => {
  w = await world()
  const key = await currentKey(w.db, await w.context('assessor'), w.org.assessor)
  address = async (changes = {}) =>
    `${ORIGIN}/v/5r3Kx0pQ7mZt8YwLb2NfVA#${await proofCode({ ...facts, ...changes }, key)}`
  browser = await openBrowser()
  context = await browser.newContext()
  page = await context.newPage()
  page.on('request', (request) => asked.push(`${request.url()} ${request.postData() ?? ''}`))
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
  page.on('pageerror', (error) => complaints.push(String(error)))
  await page.route(`${ORIGIN}/**`, async (route) => {
    const { pathname } = new URL(route.request().url())
    // its fonts are those of every page
    if (pathname.startsWith('/assets/noto')) return route.fulfill({ contentType: 'text/css', body: '' })
    if (pathname.startsWith('/assets/app/'))
      return route.fulfill({ path: join(root, 'templates/public', pathname.slice('/assets/app/'.length)) })
    const answer = await w.app.request(route.request().url())
    await route.fulfill({
      status: answer.status,
      headers: Object.fromEntries(answer.headers),
      body: await answer.text(),
    })
  })
})
afterAll(async () => {
  await browser?.close()
  await w?.close()
})

const said = (fact: string) => page.locator(`[data-said=${fact}]`).textContent()
const agreement = (fact: string) => page.locator(`[data-agrees=${fact}]`).textContent()
const verdict = async () => page.locator('[data-verdict]:not([hidden])').getAttribute('data-verdict')

async function check(fields: Record<string, string>) {
  for (const [label, value] of Object.entries(fields)) await page.getByLabel(label).fill(value)
  await page.getByRole('button', { name: '核对', exact: true }).click()
  await page.locator('[data-verdict]:not([hidden])').waitFor()
}

test('a scanned code is read from the address, and what was signed is shown', async () => {
  await page.goto(`${ORIGIN}/verify/offline#${(await address()).split('#')[1]}`)
  await page.locator('[data-verdict=valid]:not([hidden])').waitFor()
  expect(await said('number')).toBe(facts.number)
  expect(await said('kind')).toBe('职业技能等级证书')
  expect(await said('level')).toBe('三级/高级工')
  expect(await said('issuer_name')).toBe('示例技能评价中心')
  expect([await said('issued_on'), await said('valid_until')]).toEqual(['2026-05-25', '长期'])
  expect(await agreement('name')).toContain('未核对')
})

test('name, last four and occupation are compared as people type them', async () => {
  await check({ 证书上的姓名: ' 买买提明 • 吐尔逊江　', 证件号码后四位: '００２x', '职业、课程或奖项': '养老护理员' })
  for (const fact of ['name', 'holder', 'subject']) expect(await agreement(fact), fact).toContain('✓')
  await check({ 证书上的姓名: '王小芳', '职业、课程或奖项': '育婴员' })
  for (const fact of ['name', 'holder', 'subject']) expect(await agreement(fact), fact).toContain('✕')
})

test('run out, altered, unknown and unreadable codes are told apart', async () => {
  const label = '二维码的内容'
  await check({ [label]: await address({ valid_until: '2026-06-01' }) })
  expect(await verdict()).toBe('expired')
  const good = await address()
  const at = good.indexOf('#') + 30
  await check({ [label]: `${good.slice(0, at)}${good[at] === 'A' ? 'B' : 'A'}${good.slice(at + 1)}` })
  expect(await verdict()).toBe('altered')
  expect(await page.locator('#proof-facts').isHidden()).toBe(true)
  await check({ [label]: `#${await proofCode(facts, await testKey())}` })
  expect(await verdict()).toBe('unknown_key')
  await check({ [label]: '中文' })
  expect(await verdict()).toBe('unreadable')
  await check({ [label]: `${ORIGIN}/v/5r3Kx0pQ7mZt8YwLb2NfVA` })
  expect(await verdict()).toBe('missing')
})

test('nothing that was scanned or typed was sent anywhere', async () => {
  const code = (await address()).split('#')[1]!
  for (const one of asked) {
    for (const secret of ['买买提明', '王小芳', '002X', code.slice(0, 20)]) {
      expect(one).not.toContain(secret)
      expect(one).not.toContain(encodeURIComponent(secret))
    }
    expect(one).not.toMatch(/\?/)
  }
})

test('saved to a disk it works without a network', async () => {
  const folder = temporaryDirectory()
  const html = await (await w.app.request(`${ORIGIN}/verify/offline`)).text()
  mkdirSync(join(folder, 'files'))
  // as browsers save a page: what it loads lies beside it
  writeFileSync(join(folder, 'offline.html'), html.replaceAll(/(src|href)="\/assets\/[^"]*\//g, '$1="files/'))
  for (const file of ['offline.js', 'style.css'])
    writeFileSync(join(folder, 'files', file), readFileSync(join(root, 'templates/public', file)))
  await context.setOffline(true)
  await page.unroute(`${ORIGIN}/**`)
  await page.goto(`file://${join(folder, 'offline.html')}`)
  await check({ 二维码的内容: await address(), 证书上的姓名: facts.holder_name })
  expect([await verdict(), await agreement('name')]).toEqual(['valid', expect.stringContaining('✓')])
})
