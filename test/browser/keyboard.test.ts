/** One whole task of each main user with the keyboard alone: where the focus is can be seen, comes in the order of the page, and is never caught or lost. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openBrowser } from '../support/browser.ts'
import { type City, openCity } from '../support/city.ts'
import { visitAs } from '../support/visitor.ts'

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

test('照护机构：粘贴名册、核验 a facility passes over the menu, pastes a list, checks it and finds the result', async () => {
  const { number, holder_name } = await city.db
    .selectFrom('certificates')
    .select(['number', 'holder_name'])
    .where('kind', '=', 'skill_level')
    .limit(1)
    .executeTakeFirstOrThrow()
  const page = await start('facility', '/console/checks/new')
  await skipToContent(page)
  await tabTo(page, 'main form:has(textarea) select[name=purpose]')
  await choose(page, '定期复核')
  await tabTo(page, 'main textarea')
  await page.keyboard.insertText(`${number}\t${holder_name}`)
  await tabTo(page, 'main form:has(textarea) button[type=submit]')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: '核验结果' }).waitFor()
  await page.context().close()
})

test('照护机构：补登一人、保存、提交本月 a facility records the last figures of a month and submits it', async () => {
  const page = await start('facility', '/console')
  await skipToContent(page)
  await tabTo(page, 'main a[href="/console/staff?month=2026-10"]')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: '在岗人员 · 2026-10' }).waitFor()
  await skipToContent(page)
  for (const row of await page.locator('main input[name^="days."]').all()) {
    if ((await row.inputValue()) !== '') continue
    await tabTo(page, `main [id="${await row.getAttribute('id')}"]`)
    await page.keyboard.type('21')
  }
  await tabTo(page, 'main button:text-is("保存本月")')
  await page.keyboard.press('Enter')
  await page.getByText('已保存').waitFor()
  await skipToContent(page)
  await tabTo(page, 'main button:text-is("提交本月")')
  await page.keyboard.press('Enter')
  await page.getByText('2026-10 已提交').waitFor()
  await page.context().close()
})

test('培训机构：搜索、勾选、加入培训班 a training officer searches, ticks somebody and enrols them in a class', async () => {
  const page = await start('trainer', '/console/people')
  await skipToContent(page)
  await tabTo(page, 'main [name=q]')
  const list = await page.locator('#list').elementHandle()
  await page.keyboard.type('王')
  // the list is exchanged while somebody types: the field keeps the focus, and what was typed
  await page.waitForFunction((before) => document.querySelector('#list') !== before, list)
  await expect.poll(() => focused(page)).toMatchObject({ name: 'q', value: '王' })
  await tabTo(page, 'main tbody input[type=checkbox]')
  await page.keyboard.press('Space')
  await expect.poll(() => page.locator('.action-bar output').innerText()).toContain('1')
  await tabTo(page, 'main .action-bar summary:has-text("加入培训班")')
  await page.keyboard.press('Enter')
  await tabTo(page, 'main .action-bar details[open] button')
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/console\/classes\//)
  await page.context().close()
})

test('区县：受理开班备案 a district goes from what waits to a filing and accepts it', async () => {
  const page = await start('district', '/console')
  await skipToContent(page)
  await tabTo(page, 'main a[href="/console/class-filings?state=filed"]')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: '开班备案', level: 1 }).waitFor()
  await skipToContent(page)
  await tabTo(page, 'main tbody a')
  await page.keyboard.press('Enter')
  await page.locator('main [name=accepted]').waitFor()
  await skipToContent(page)
  await tabTo(page, 'main [name=accepted]')
  await choose(page, '受理')
  await tabTo(page, 'main form:has([name=accepted]) button[type=submit]')
  await page.keyboard.press('Enter')
  await page
    .getByText(/已受理/)
    .first()
    .waitFor()
  await page.context().close()
})

test('财政：审批一个批次 finance approves a run that waits', async () => {
  const page = await start('finance', '/console')
  await skipToContent(page)
  await tabTo(page, 'main a[href="/console/runs?waits=approval"]')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: '津贴批次', level: 1 }).waitFor()
  await skipToContent(page)
  await tabTo(page, 'main tbody a')
  await page.keyboard.press('Enter')
  await page.locator('main a:text-is("审批通过")').waitFor()
  await skipToContent(page)
  await tabTo(page, 'main a:text-is("审批通过")')
  await page.keyboard.press('Enter')
  await page.locator('main button:text-is("审批通过")').waitFor()
  await skipToContent(page)
  await tabTo(page, 'main button:text-is("审批通过")')
  await page.keyboard.press('Enter')
  await page.getByText(/审批通过，未暂缓的明细已入台账/).waitFor()
  await page.context().close()
})

test('手机菜单：打开，走到末项，Esc 回到按钮 the menu of a phone opens, holds nobody, and gives the focus back', async () => {
  const page = await start('trainer', '/console')
  await page.setViewportSize({ width: 390, height: 844 })
  await tabTo(page, '.menu-button')
  await page.keyboard.press('Enter')
  await page.locator('#menu').waitFor()
  await page.keyboard.press('Tab')
  expect(await page.evaluate(() => document.activeElement?.closest('#menu') !== null)).toBe(true)
  await page.keyboard.press('Escape')
  await page.locator('#menu').waitFor({ state: 'hidden' })
  expect(await focused(page)).toMatchObject({ class: 'menu-button' })
  await page.context().close()
})

test('表单出错：焦点到错误汇总，Enter 到字段 a refused form takes the focus to what is wrong, and a link to its field', async () => {
  const page = await start('trainer', '/console/classes/new')
  await skipToContent(page)
  await tabTo(page, 'main form.form button[type=submit]')
  await page.keyboard.press('Enter')
  await page.locator('.errors').waitFor()
  await expect.poll(() => focused(page)).toMatchObject({ class: expect.stringContaining('errors') })
  await tabTo(page, '.errors a')
  const target = await page.evaluate(() => document.activeElement?.getAttribute('href'))
  await page.keyboard.press('Enter')
  await expect.poll(() => page.evaluate(() => location.hash)).toBe(target)
  await page.keyboard.press('Tab')
  expect(await page.evaluate(() => document.activeElement?.closest('main form.form') !== null)).toBe(true)
  await page.context().close()
})

test.each([
  ['trainer', '/console/people'],
  ['district', '/console/runs'],
  ['finance', '/console/budget'],
  ['facility', '/console/staff'],
])('%s goes through all of %s and out of it, forwards and back, in the order of the page', async (username, path) => {
  const page = await start(username, path)
  const forwards = await walkThrough(page, 'Tab')
  expect(forwards.length).toBeGreaterThan(10)
  expect(new Set(forwards).size).toBe(forwards.length)
  expect(forwards).toEqual([...forwards].sort((a, b) => a - b))
  // from behind the last one back to the first
  expect(await walkThrough(page, 'Shift+Tab')).toEqual([...forwards].reverse())
  await page.context().close()
})

test('nothing of it was an internal fault', () => expect(city.faults).toEqual([]))

async function start(username: string, path: string): Promise<Page> {
  const { page } = await visitAs(browser, city, username)
  await page.goto(path)
  return page
}

interface Focused {
  class: string
  name: string | null
  value: string | null
}

function focused(page: Page): Promise<Focused> {
  return page.evaluate(() => {
    const element = document.activeElement as HTMLInputElement
    return { class: element.className, name: element.getAttribute('name'), value: element.value ?? null }
  })
}

/** The first Tab on a page is the link that leads past the menu; the next one after it is in the contents. */
async function skipToContent(page: Page): Promise<void> {
  await page.keyboard.press('Tab')
  expect(await focused(page)).toMatchObject({ class: 'skip' })
  await expectSeen(page)
  await page.keyboard.press('Enter')
  await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe('main')
}

/** Most elements that somebody passes on a page. */
const MOST = 400

/** Tabs to the first element of the selector; each one passed on the way shows that it has the focus. */
async function tabTo(page: Page, selector: string): Promise<void> {
  const target = await page.locator(selector).first().elementHandle()
  for (let pressed = 0; pressed < MOST; pressed++) {
    await page.keyboard.press('Tab')
    await expectSeen(page)
    if (await page.evaluate((wanted) => document.activeElement === wanted, target)) return
  }
  throw new Error(`${selector} is not reached by Tab`)
}

/** An option of the select that has the focus, by arrows. */
async function choose(page: Page, label: string): Promise<void> {
  const chosen = () =>
    page.evaluate(() => (document.activeElement as HTMLSelectElement).selectedOptions[0]?.label ?? '')
  for (let pressed = 0; pressed < 50 && (await chosen()) !== label; pressed++) await page.keyboard.press('ArrowDown')
  expect(await chosen()).toBe(label)
}

/** What has the focus has an outline, lies in the window, and under no bar. */
async function expectSeen(page: Page): Promise<void> {
  const faults = await page.evaluate(() => {
    const element = document.activeElement
    if (!element || element === document.body) return []
    const { outlineStyle, outlineWidth } = getComputedStyle(element)
    const { top, bottom, left, right, width, height } = element.getBoundingClientRect()
    const what = element.outerHTML.slice(0, 120)
    return [
      ...(outlineStyle === 'none' || Number.parseFloat(outlineWidth) < 2 ? [`no outline: ${what}`] : []),
      ...(width === 0 || height === 0 || bottom <= 0 || right <= 0 || top >= innerHeight || left >= innerWidth
        ? [`outside the window: ${what}`]
        : []),
      ...(!element.closest('.action-bar') &&
      document.elementFromPoint(left + width / 2, top + Math.min(height / 2, 12))?.closest('.action-bar')
        ? [`under the bar: ${what}`]
        : []),
    ]
  })
  expect(faults).toEqual([])
}

/** The places in the document of everything that takes the focus, until the browser itself has it. */
async function walkThrough(page: Page, key: string): Promise<number[]> {
  const places: number[] = []
  for (let pressed = 0; pressed < MOST; pressed++) {
    await page.keyboard.press(key)
    const place = await page.evaluate(() =>
      document.activeElement === document.body || !document.hasFocus()
        ? -1
        : [...document.querySelectorAll('*')].indexOf(document.activeElement!),
    )
    if (place < 0) return places
    if (places.length > 1 && places[0] === place) return places
    await expectSeen(page)
    // a date has several stops: its parts and its picker
    if (places.at(-1) !== place) places.push(place)
  }
  throw new Error('the focus does not leave the page')
}
