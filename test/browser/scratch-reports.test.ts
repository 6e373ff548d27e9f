/** scratch */
import { writeFileSync, readFileSync } from 'node:fs'
import { serve } from '@hono/node-server'
import { expect, test } from 'vitest'
import { serveAssets } from '../../src/platform/node-assets.ts'
import { openBrowser } from '../support/browser.ts'
import { fillReports } from '../support/report-world.ts'
import { PASSWORD, world } from '../support/world.ts'

test('look', async () => {
  const w = await world()
  await fillReports(w)
  w.app.get('/assets/*', serveAssets())
  const server = serve({ fetch: w.app.fetch, hostname: '127.0.0.1', port: 3999 })
  w.deps.publicUrl = 'http://127.0.0.1:3999'
  const browser = await openBrowser()
  const axe = readFileSync('node_modules/axe-core/axe.min.js', 'utf8')
  try {
    for (const js of [true, false]) {
      const ctx = await browser.newContext({ javaScriptEnabled: js, bypassCSP: js, viewport: { width: 1440, height: 1010 } })
      const page = await ctx.newPage()
      const bad: string[] = []
      page.on('console', (m) => m.type() === 'error' && bad.push(m.text()))
      page.on('pageerror', (e) => bad.push(String(e)))
      page.on('request', (r) => r.url().startsWith('http://127.0.0.1:3999') || r.url().startsWith('data:') || bad.push(r.url()))
      await page.goto('http://127.0.0.1:3999/console/sign-in')
      await page.fill('[name=username]', 'admin'); await page.fill('[name=password]', PASSWORD)
      await page.click('main button[type=submit]')
      await page.waitForURL('**/console')
      await page.screenshot({ path: `/tmp/home-${js}.png`, fullPage: true })
      await page.goto('http://127.0.0.1:3999/console/cockpit'); await page.waitForTimeout(1500)
      await page.screenshot({ path: `/tmp/cockpit-${js}.png`, fullPage: true })
      if (js) {
        const pdf = await page.pdf({ preferCSSPageSize: true, printBackground: true })
        writeFileSync('/tmp/cockpit.pdf', pdf)
        console.log('pdf pages', (pdf.toString('latin1').match(/\/Type\s*\/Page[^s]/g) ?? []).length)
        for (const path of ['/console', '/console/cockpit']) for (const width of [1440, 320]) {
          await page.setViewportSize({ width, height: 900 })
          await page.goto('http://127.0.0.1:3999' + path); await page.waitForTimeout(800)
          await page.evaluate(axe)
          const r = await page.evaluate(async () => { const r = await (window as any).axe.run(); return { v: r.violations.map((v: any) => v.id + ' ' + v.nodes[0].html), w: document.documentElement.scrollWidth } })
          console.log(path, width, JSON.stringify(r))
        }
        await page.screenshot({ path: `/tmp/cockpit-phone.png`, fullPage: true })
        await page.setViewportSize({ width: 1440, height: 1010 })
        await page.selectOption('[name=workforce]', 'childcare'); await page.waitForTimeout(1500)
        console.log(page.url(), await page.locator('canvas').count())
      } else {
        const pdf = null
        expect(await page.locator('canvas').count()).toBe(0)
      }
      console.log('bad', js, bad)
    }
  } finally { await browser.close(); server.close(); await w.close() }
}, 120_000)
