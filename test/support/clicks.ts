/** Tasks in a browser with their clicks counted, one task at a time: choosing, typing and ticking are none. */
import { readFile } from 'node:fs/promises'
import type { Browser, Locator, Page } from 'playwright-core'
import { expect } from 'vitest'
import type { City } from './city.ts'
import { visit, visitAs } from './visitor.ts'

/** `where` answers once both are open. */
export function countedTasks(where: () => { browser: Browser; city: City }) {
  let clicks = 0
  const click = async (target: Locator) => {
    clicks++
    await target.click()
  }
  return {
    /** `username` (null: nobody signed in) opens the page on which the task starts. */
    async start(username: string | null, path: string): Promise<Page> {
      const { browser, city } = where()
      const { page } = username
        ? await visitAs(browser, city, username, { acceptDownloads: true })
        : await visit(browser, city.url, null)
      clicks = 0
      page.setDefaultTimeout(15_000)
      await page.goto(path)
      return page
    },
    click,
    /** the file that a click on the link brings */
    async download(page: Page, link: Locator): Promise<Buffer> {
      const [file] = await Promise.all([page.waitForEvent('download'), click(link)])
      return readFile(await file.path())
    },
    /** It took so many clicks, which are three at most. */
    done(page: Page, expected: number): Promise<void> {
      expect(clicks).toBe(expected)
      expect(clicks).toBeLessThanOrEqual(3)
      return page.context().close()
    },
  }
}
