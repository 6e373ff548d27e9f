/** The cockpit in a browser: drawn under the strict policy, readable without scripts, and one page of paper. */
import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { serveAssets } from '../../src/platform/node-assets.ts'
import { openBrowser } from '../support/browser.ts'
import { fillReports } from '../support/report-world.ts'
import { PASSWORD, type World, world } from '../support/world.ts'

let w: World
let browser: Browser
let server: ReturnType<typeof serve>
beforeAll(async () => {
  w = await world()
  await fillReports(w)
  w.app.get('/assets/*', serveAssets())
  await new Promise<void>((ready) => {
    server = serve({ fetch: w.app.fetch, hostname: '127.0.0.1', port: 0 }, () => ready())
  })
  browser = await openBrowser()
})
afterAll(async () => {
  await browser?.close()
  server?.close()
  await w?.close()
})

async function cockpit(javaScriptEnabled: boolean): Promise<{ page: Page; complaints: string[] }> {
  const context = await browser.newContext({ javaScriptEnabled, viewport: { width: 1440, height: 1000 } })
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
  page.on('pageerror', (error) => complaints.push(String(error)))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  await page.goto(`${origin}/console/sign-in?return_to=/console/cockpit`)
  await page.fill('[name=username]', 'admin')
  await page.fill('[name=password]', PASSWORD)
  await page.click('main button[type=submit]')
  await page.waitForURL(`${origin}/console/cockpit`)
  return { page, complaints }
}

test('all four charts are drawn, follow the filter, and fit on one page of A4', async () => {
  const { page, complaints } = await cockpit(true)
  await page.waitForFunction(() => document.querySelectorAll('canvas').length === 4)
  const paper = await page.pdf({ preferCSSPageSize: true, printBackground: true })
  expect(paper.toString('latin1').match(/\/Type\s*\/Page\b(?!s)/g)).toHaveLength(1)
  await page.selectOption('[name=workforce]', 'childcare')
  await page.waitForURL(/workforce=childcare/)
  await page.waitForFunction(() => document.querySelector('.kpis')?.textContent?.includes('(0/1)'))
  expect(await page.locator('canvas').count()).toBe(4)
  expect(complaints).toEqual([])
})

test('without scripts every figure stands in an open table', async () => {
  const { page } = await cockpit(false)
  expect(await page.locator('details[open] table').count()).toBe(4)
  expect(await page.locator('canvas').count()).toBe(0)
  expect(await page.getByRole('row', { name: /^西湖区 2 / }).isVisible()).toBe(true)
})
