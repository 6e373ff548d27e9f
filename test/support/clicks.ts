/** A task in a browser, with its clicks counted: choosing, typing and ticking are none. */
import { readFile } from 'node:fs/promises'
import type { Browser, Locator, Page } from 'playwright-core'
import { expect } from 'vitest'
import type { City } from './city.ts'
import { visit, visitAs } from './visitor.ts'

export type Task = Awaited<ReturnType<typeof beginTask>>

/** `username` (null: nobody signed in) opens the page on which the task starts. */
export async function beginTask(browser: Browser, city: City, username: string | null, path: string) {
  const { page } = username
    ? await visitAs(browser, city, username, { acceptDownloads: true })
    : await visit(browser, city.url, null)
  let clicks = 0
  page.setDefaultTimeout(15_000)
  await page.goto(path)
  const click = async (target: Locator) => {
    clicks++
    await target.click()
  }
  return {
    page,
    main: page.getByRole('main'),
    click,
    /** the file that a click on the link brings */
    async download(link: Locator): Promise<Buffer> {
      const [file] = await Promise.all([page.waitForEvent('download'), click(link)])
      return readFile(await file.path())
    },
    /** It took so many clicks, which are three at most. */
    async done(expected: number): Promise<void> {
      expect(clicks).toBe(expected)
      expect(clicks).toBeLessThanOrEqual(3)
      await page.context().close()
    },
  } satisfies { page: Page; main: Locator } & Record<string, unknown>
}
