/** Every page of the console as its readers see it: on a desk in light, on a phone in the dark, for whoever uses a screen reader. */
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openBrowser } from '../support/browser.ts'
import { type City, openCity } from '../support/city.ts'
import { faultsOf, visit, visitAs } from '../support/visitor.ts'
import { ACCOUNTS, AT_WORK, recordsOfXihu, walk } from '../support/walk.ts'

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

/** By kind of page, the pieces that somebody has looked at closely: `/console/people/:id` → `a.button`, … */
const seen = new Map<string, Set<string>>()
const SHOTS: Record<string, string> = {
  '/console': 'home',
  '/console/cockpit': 'cockpit',
  '/console/people': 'people',
  '/console/people/:id': 'person',
  '/console/my-record': 'my-record',
  '/console/classes/:id': 'class',
  '/console/certificates/:id': 'certificate',
  '/console/runs/:id': 'run',
  '/console/runs/:id/lines/:id/:month': 'line',
  '/console/imports/new': 'import',
  '/console/organisations/new': 'form',
}
let looks = 0

test.each(ACCOUNTS)(
  'whatever %s is offered that nobody saw before reads well in both colours, fits a desk, a phone and 320 px, and stays within the program',
  async (username) => {
    const pages = await walk(city, username)
    const visitor = await visitAs(browser, city, username)
    for (const { kind, path, html } of pages) {
      const first = !seen.has(kind)
      if (!showsNew(kind, html)) continue
      await visitor.page.goto(path)
      expect.soft(await faultsOf(visitor, { shot: first ? SHOTS[kind] : undefined }), path).toEqual([])
      looks++
    }
    await visitor.page.context().close()
  },
  300_000,
)

test.each(AT_WORK)('the pages on which %s works on one record read well and fit a phone', async (username, paths) => {
  const visitor = await visitAs(browser, city, username)
  for (const path of paths(await recordsOfXihu(city.db))) {
    const answer = await visitor.page.goto(path)
    expect.soft(answer?.status(), path).toBe(200)
    expect.soft(await faultsOf(visitor), path).toEqual([])
  }
  await visitor.page.context().close()
})

test('what a merge and a closing leave behind reads well, and so do the pages that take them back', async () => {
  const visitor = await visitAs(browser, city, 'admin')
  const { page } = visitor
  const looksWell = async (what: string) => expect.soft(await faultsOf(visitor), what).toEqual([])
  await page.goto('/console/duplicates')
  await page.getByRole('link', { name: '合并，保留记录一' }).click()
  await page.getByRole('checkbox').check()
  await page.getByLabel('合并理由').fill('核对原件为同一人')
  await page.getByRole('button', { name: '合并', exact: true }).click()
  await page.getByText('两条记录已合并').waitFor()
  await looksWell('the survivor')
  await page.goto('/console/duplicates')
  await looksWell('no duplicates')
  await page.goto('/console/person-merges')
  await looksWell('the merges')
  await page.getByRole('link', { name: '撤销' }).click()
  await looksWell('undoing a merge')
  await page.goto('/console')
  expect(await page.getByText('合并人员').count()).toBe(1)

  await page.goto('/console/organisations')
  await page.getByRole('link', { name: '示例上城托育园' }).click()
  await page.getByRole('link', { name: '登记停办' }).click()
  await page.getByRole('button', { name: '登记停办' }).click()
  await page.getByText('停办日期：').waitFor()
  // Chromium's own line for an answer that is expected
  expect(visitor.complaints.splice(0)).toEqual([expect.stringContaining('422')])
  await looksWell('a closing without a day')
  await page.getByLabel('停办日期').fill('2026-11-20')
  await page.getByLabel('停办理由').fill('场地到期')
  await page.getByRole('button', { name: '登记停办' }).click()
  await page.getByText('已登记自 2026-11-20 起停办').waitFor()
  await looksWell('a closed organisation')
  await page.getByRole('link', { name: '恢复开办' }).click()
  await looksWell('reopening it')
  await page.context().close()
})

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

test('nothing of it was an internal fault', () => {
  console.log(`${looks} pages looked at, each in four looks and 320 px wide`)
  expect(city.faults).toEqual([])
})

/** Whether a page of the kind has a piece that none before had; the same role's next record, and another role's same page, have none. */
function showsNew(kind: string, html: string): boolean {
  const known = seen.get(kind) ?? new Set()
  seen.set(kind, known)
  const before = known.size
  const main = html.slice(html.indexOf('<main'))
  for (const [, tag, attributes] of main.matchAll(/<([a-z\d]+)((?:\s[^>]*)?)>/g))
    known.add(
      `${tag}.${/\sclass="([^"]*)"/.exec(attributes!)?.[1] ?? ''}.${/\stype="([^"]*)"/.exec(attributes!)?.[1] ?? ''}`,
    )
  return known.size > before
}
