/** temporary */
import { afterAll, beforeAll, test, expect } from 'vitest'
import { readFileSync } from 'node:fs'
import { demoRoster } from '../../db/demo-roster.ts'
import { serveAssets } from '../../src/platform/node-assets.ts'
import { openBrowser } from '../support/browser.ts'
import { type World, world } from '../support/world.ts'
let w: World
beforeAll(async () => { w = await world(); w.app.get('/assets/*', serveAssets()) })
afterAll(() => w.close())
test('look', async () => {
  const c = w.as('facility')
  const browser = await openBrowser()
  const axe = readFileSync('node_modules/axe-core/axe.min.js', 'utf8')
  const context = await browser.newContext({ bypassCSP: true, viewport: { width: 1280, height: 900 } })
  const page = await context.newPage()
  await page.route('**/*', async (route) => {
    const u = new URL(route.request().url())
    const r = await c.send('GET', u.pathname + u.search)
    await route.fulfill({ status: r.status, headers: Object.fromEntries([...r.headers].filter(([k]) => k !== 'set-cookie')), body: Buffer.from(await r.arrayBuffer()) })
  })
  const shot = async (path: string, name: string, width = 1280) => {
    await page.setViewportSize({ width, height: 900 })
    await page.goto('http://127.0.0.1:3000' + path)
    await page.evaluate(axe)
    const v = await page.evaluate(async () => { const r = await (globalThis as any).axe.run(); return { v: r.violations.map((x: any) => x.id + ' ' + x.nodes.length + ' ' + x.nodes[0].html.slice(0, 120)), overflow: document.documentElement.scrollWidth } })
    console.log(name, JSON.stringify(v))
    await page.screenshot({ path: `/tmp/imp/${name}.png`, fullPage: width < 500 })
  }
  const send = async (kind: string, b: Uint8Array, n = '第4期名单.xlsx') => (await (await c.upload('/api/v1/imports', { kind, file: new File([b as BlobPart], n) }, { 'idempotency-key': crypto.randomUUID() })).json())
  const a = await send('people', await demoRoster())
  await shot('/console/imports/new', 'choose')
  await shot('/console/imports/new?kind=people', 'new')
  await shot(`/console/imports/${a.id}`, 'preview')
  await page.screenshot({ path: `/tmp/imp/preview-full.png`, fullPage: true, clip: { x: 0, y: 0, width: 1280, height: 2200 } })
  await shot(`/console/imports/${a.id}`, 'preview-phone', 320)
  await c.submit(`/console/imports/${a.id}/commitment`, {})
  await shot(`/console/imports/${a.id}`, 'working')
  await w.runJobs()
  await shot(`/console/imports/${a.id}`, 'done')
  await shot('/console/imports', 'list')
  await browser.close()
  expect(w.faults).toEqual([])
}, 120_000)
