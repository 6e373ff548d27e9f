/** Every page of the console as its readers see it: on a desk in light, on a phone in the dark, for whoever uses a screen reader. */
import { sql } from 'kysely'
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
const NO_PAGE =
  /^\/(api|docs)|\/export\b|\/preview\b|\/reports\/|\/payment-files\/|\/certificate-files\/|\/signing-keys\/[^/]+\/certificate$|\.(csv|xlsx|zip|pdf|cer|json)(\?|$)/

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

/** Pages of the work on single records, which the walk passes by because the first person it meets has no such record. */
const AT_WORK: [string, (ids: Record<string, string>) => string[]][] = [
  [
    'facility',
    ({ employment, education, external, person }) => [
      ...['ending', 'correction', 'transfer', 'withdrawal', 'versions'].map(
        (act) => `/console/employments/${employment}/${act}`,
      ),
      ...['correction', 'withdrawal'].map((act) => `/console/educations/${education}/${act}`),
      ...['correction', 'withdrawal'].map((act) => `/console/external-certificates/${external}/${act}`),
      `/console/service-months/versions?person_id=${person}&month=2026-09`,
      `/console/people/${person}?known_on=2026-11-20`,
      '/console/staff?month=2026-09',
      '/console/staff?month=2026-10',
      '/console/imports/new?kind=people',
      '/console/imports/new?kind=service-months',
    ],
  ],
  [
    'district',
    ({ conduct, submission, person }) => [
      ...['correction', 'withdrawal'].map((act) => `/console/conduct-events/${conduct}/${act}`),
      `/console/service-month-submissions/${submission}/withdrawal`,
      '/console/service-month-submissions?month=2026-09',
      '/console/education-hours?approval=approved',
      `/console/people/${person}`,
    ],
  ],
  ['finance', () => ['/console/imports/new?kind=payment-results']],
]

test.each(AT_WORK)('the pages on which %s works on one record read well and fit a phone', async (username, paths) => {
  const visitor = await visit(browser, city.url, username)
  for (const path of paths(await recordsOfXihu())) {
    const answer = await visitor.page.goto(path)
    expect.soft(answer?.status(), path).toBe(200)
    expect.soft(await faultsOf(visitor), path).toEqual([])
  }
  await visitor.page.context().close()
})

test('what a merge and a closing leave behind reads well, and so do the pages that take them back', async () => {
  const visitor = await visit(browser, city.url, 'admin')
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

/** Of the facility whose account the demo has, one record of each kind. */
async function recordsOfXihu(): Promise<Record<string, string>> {
  const { rows } = await sql<Record<string, string>>`
    with home as (select organisation_id as id from accounts where username = 'facility'),
      staff as (select e.* from employments e where e.organisation_id = (select id from home) and e.known_to = 'infinity' and e.ends_on is null)
    select (select id from staff order by id limit 1) as employment, (select person_id from staff order by id limit 1) as person,
      (select id from educations where known_to = 'infinity' and person_id in (select person_id from staff) limit 1) as education,
      (select id from external_certificates where known_to = 'infinity' and person_id in (select person_id from staff) limit 1) as external,
      (select id from conduct_events where known_to = 'infinity' limit 1) as conduct,
      (select s.id from service_month_submissions s where s.organisation_id = (select id from home) order by month desc limit 1) as submission`.execute(
    city.db,
  )
  return rows[0]!
}

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
