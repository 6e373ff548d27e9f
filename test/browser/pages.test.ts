/** Every page of the console as its readers see it: on a desk in light, on a phone in the dark, for whoever uses a screen reader. */
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openBrowser } from '../support/browser.ts'
import { type City, openCity } from '../support/city.ts'
import { faultsOf, visit } from '../support/visitor.ts'

let city: City
let browser: Browser
beforeAll(async () => {
  city = await openCity()
  browser = await openBrowser()
})
afterAll(async () => {
  await browser?.close()
  await city?.close()
})

/** Kinds of pages that somebody has looked at closely: `/console/people/:id`. */
const seen = new Set<string>()
const SHOTS: Record<string, string> = {
  '/console': 'home',
  '/console/cockpit': 'cockpit',
  '/console/people': 'people',
  '/console/people/:id': 'person',
  '/console/classes/:id': 'class',
  '/console/certificates/:id': 'certificate',
}
/** They answer with a file, or with a page of the program beside the console. */
const NO_PAGE = /^\/(api|docs)|\/export\b|\/preview\b|\/reports\/|\/payment-files\/|\.csv$/

test.each(['district', 'trainer', 'assessor', 'facility', 'finance', 'admin', 'auditor', 'health', 'carer'])(
  'each kind of page that the account %s is offered opens, reads well, fits a phone and stays within the program',
  async (username) => {
    const visitor = await visit(browser, city.url, username)
    const { page } = visitor
    const menu = await page.getByRole('navigation', { name: '主菜单' }).getByRole('link').evaluateAll(addresses)
    const paths = new Map(menu.map((path) => [kindOf(path), path]))
    for (const [kind, path] of paths) {
      const answer = await page.goto(path)
      expect.soft(answer?.status(), path).toBe(200)
      const first = !seen.has(kind)
      seen.add(kind)
      if (first || menu.includes(path))
        expect.soft(await faultsOf(visitor, { axe: first, shot: first ? SHOTS[kind] : undefined }), path).toEqual([])
      for (const link of await page.locator('main a[href^="/"]').evaluateAll(addresses))
        if (!NO_PAGE.test(link) && !paths.has(kindOf(link))) paths.set(kindOf(link), link)
    }
    await page.context().close()
  },
)

test('the public pages read well, fit a phone and ask no other host', async () => {
  const standing = await city.db.selectFrom('certificates').select('token').limit(1).executeTakeFirstOrThrow()
  const revoked = await city.db
    .selectFrom('certificate_revocations')
    .innerJoin('certificates', 'certificates.id', 'certificate_id')
    .select('token')
    .executeTakeFirstOrThrow()
  const visitor = await visit(browser, city.url, null)
  for (const path of ['/console/sign-in', '/v', `/v/${standing.token}`, `/v/${revoked.token}`, '/v/no-such-token']) {
    await visitor.page.goto(path)
    expect.soft(await faultsOf(visitor), path).toEqual([])
  }
  await visitor.page.context().close()
})

test('nothing of it was an internal fault', () => expect(city.faults).toEqual([]))

/** Runs in the page. */
function addresses(links: Element[]): string[] {
  return links.map((link) => link.getAttribute('href')!)
}

/** One record is like another, and so is one month of a record. */
function kindOf(path: string): string {
  return path
    .replace(/\?.*/, '')
    .replace(/\/[\da-f]{8}-[\da-f-]{27}/g, '/:id')
    .replace(/\/\d{4}-\d\d$/, '/:month')
}
