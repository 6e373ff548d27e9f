/** The main tasks with scripts off, printing, machines without a Chinese font, and long work that goes on while its page is loaded again. */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { demoRoster } from '../../db/demo-roster.ts'
import { root } from '../../db/root.ts'
import { openBrowser } from '../support/browser.ts'
import { type City, openCity } from '../support/city.ts'
import { visitAs } from '../support/visitor.ts'

/** Liberation Sans, which has no Chinese. */
const LATIN = join(root, 'node_modules/pdfjs-dist/standard_fonts')

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

test('without scripts: a search posts, finds, and Back returns to it', async () => {
  const page = await withoutScripts('district', '/console/people')
  await page.getByLabel('姓名、拼音或证件后四位').fill('baigui')
  await press(page, '查询')
  expect(page.url()).not.toContain('baigui')
  await page.getByRole('link', { name: '白桂' }).click()
  await page.getByRole('heading', { name: '白桂', level: 1 }).waitFor()
  await page.goBack()
  await page.getByRole('link', { name: '白桂' }).waitFor()
})

test('without scripts: a form that is refused shows what was typed, and each fault beside its field', async () => {
  const page = await withoutScripts('trainer', '/console/people/new')
  await page.getByLabel(/^姓名/).fill('李三思')
  await page.getByLabel(/^证件号码/).fill('109901197203150229')
  await press(page, /登记/)
  expect(await page.getByLabel(/^姓名/).inputValue()).toBe('李三思')
  const field = page.getByLabel(/^证件号码/)
  expect(await field.getAttribute('aria-invalid')).toBe('true')
  const described = await field.getAttribute('aria-describedby')
  expect(await page.locator(`#${described!.split(' ').at(-1)}`).innerText()).toMatch(/^✕/)
})

test('without scripts: a roster is uploaded, checked and imported', async () => {
  const page = await withoutScripts('trainer', '/console/imports/new?kind=people')
  const buffer = Buffer.from(await demoRoster())
  await page.getByLabel('文件').setInputFiles({ name: '名单.xlsx', mimeType: 'application/octet-stream', buffer })
  await press(page, '上传并核对')
  await press(page, /^导入正确的 \d+ 行/)
  await page.getByText(/已导入 \d+ 行。/).waitFor()
})

test('without scripts: a facility saves and a month’s run is computed, its page loading itself again until it is done', async () => {
  const staff = await withoutScripts('facility', '/console/staff')
  await staff.getByRole('link', { name: '复制上月' }).click()
  await press(staff, '保存本月')
  await staff.getByText(/已保存：\d+ 人有变化/).waitFor()
  const page = await withoutScripts('district', '/console/runs/new')
  await page.getByLabel(/^月份/).fill('2026-10')
  await page.getByLabel(/^区县/).selectOption({ label: '西湖区' })
  await page.getByLabel(/^政策/).selectOption({ label: '杭州市养老护理员特殊岗位津贴' })
  await press(page, '开始计算')
  await page.getByRole('link', { name: '提交审核' }).waitFor()
})

test('how far long work is stands on its page, and still does when the page is loaded again', async () => {
  const run = await city.db
    .selectFrom('allowance_runs')
    .select(['id', 'job_id'])
    .where('status', '=', 'computed')
    .where('job_id', 'is not', null)
    .executeTakeFirstOrThrow()
  await city.db
    .updateTable('jobs')
    .set({ status: 'cancelled', done: 40, total: 100 })
    .where('id', '=', run.job_id)
    .execute()
  await city.db.updateTable('allowance_runs').set({ status: 'computing' }).where('id', '=', run.id).execute()
  const { page } = await visitAs(browser, city, 'admin')
  await page.goto(`/console/runs/${run.id}`)
  for (const load of ['first', 'again']) {
    if (load === 'again') await page.reload()
    const bar = page.getByRole('progressbar')
    expect([await bar.getAttribute('value'), await bar.getAttribute('max')]).toEqual(['40', '100'])
    await page.getByText('40 / 100').waitFor()
  }
})

test('rosters, runs and registers print without the chrome of the page, their headings on every sheet', async () => {
  const run = await city.db
    .selectFrom('allowance_runs')
    .select('id')
    .where('status', '=', 'approved')
    .limit(1)
    .executeTakeFirstOrThrow()
  const { page } = await visitAs(browser, city, 'admin')
  for (const path of ['/console/people', `/console/runs/${run.id}`]) {
    await page.goto(path)
    await page.emulateMedia({ media: 'print' })
    expect(await page.getByRole('navigation', { name: '主菜单' }).isVisible()).toBe(false)
    expect(await page.locator('.filters:visible, .action-bar:visible, .bar:visible').count()).toBe(0)
    expect(
      await page
        .locator('thead')
        .first()
        .evaluate((head) => getComputedStyle(head).display),
    ).toBe('table-header-group')
    await page.emulateMedia({ media: 'screen' })
  }
})

test('a machine without a Chinese font is given one', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'no-fonts-'))
  writeFileSync(
    join(folder, 'fonts.conf'),
    `<fontconfig><dir>${LATIN}</dir><cachedir>${folder}</cachedir></fontconfig>`,
  )
  const bare = await openBrowser({ FONTCONFIG_FILE: join(folder, 'fonts.conf') })
  try {
    const { page } = await visitAs(bare, city, 'district')
    await page.goto('/console')
    await page.waitForFunction(() =>
      [...document.fonts].some(({ family, status }) => /Noto Sans SC/.test(family) && status === 'loaded'),
    )
  } finally {
    await bare.close()
  }
})

test('nothing of it was an internal fault', () => expect(city.faults).toEqual([]))

async function withoutScripts(username: string, path: string): Promise<Page> {
  const { page } = await visitAs(browser, city, username, { javaScriptEnabled: false })
  page.setDefaultTimeout(15_000)
  await page.goto(path)
  return page
}

const press = (page: Page, name: string | RegExp) =>
  page.getByRole('main').getByRole('button', { name }).first().click()
