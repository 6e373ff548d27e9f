/** Somebody at a browser, and what is wrong with the page they see: complaints of the browser, of axe, and on a phone in the dark. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { AxeResults, RunOptions } from 'axe-core'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { root } from '../../db/root.ts'
import type { City } from './city.ts'
import { signIn } from './walk.ts'
import { PASSWORD } from './world.ts'

/** In a window of its own. `complaints`: errors in the console, and calls to another host. */
export interface Visitor {
  page: Page
  complaints: string[]
}

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const SHOTS = join(root, '.cache/shots')
const STANDARD: RunOptions = {
  runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
  resultTypes: ['violations', 'incomplete'],
  iframes: false,
  selectors: false,
}
/**
 * What axe cannot tell by itself and somebody has looked at, by rule and the reason it gives. Anything else that it leaves open is a
 * fault until it was looked at too.
 */
const LOOKED_AT: Record<string, Record<string, string>> = {
  'color-contrast': {
    bgOverlap: 'rows below the bar that stays at the bottom while rows are ticked: seen when they are scrolled to',
    shortTextContent: 'the number of a row, in the colour of every other cell',
    nonBmp: 'signs beside words, hidden from readers: ✓, ✕ and ! in the colour of the words',
  },
}
/** What another colour can change about a page that has been looked at in this width, and what another width can. */
const COLOURS = ['color-contrast', 'link-in-text-block']
const SIZES = ['target-size', 'scrollable-region-focusable']
const only = (values: string[]): RunOptions => ({ ...STANDARD, runOnly: { type: 'rule', values } })
/** One page load, looked at in each; the last leaves it on a desk in light. The dark sheet sets colours alone: no size is asked for twice. */
const LOOKS = [
  { name: 'phone-dark', colorScheme: 'dark', width: 390, height: 844, rules: only([...COLOURS, ...SIZES]) },
  { name: 'phone', colorScheme: 'light', width: 390, height: 844, rules: only(COLOURS) },
  { name: 'narrow', colorScheme: 'light', width: 320, height: 640, rules: null },
  { name: 'desk-dark', colorScheme: 'dark', width: 1440, height: 1000, rules: only(COLOURS) },
  { name: 'desk', colorScheme: 'light', width: 1440, height: 1000, rules: STANDARD },
] as const

/** `username` null: nobody is signed in. Signing in ends on the first page after it. */
export async function visit(
  browser: Browser,
  url: string,
  username: string | null,
  options: BrowserContextOptions = {},
): Promise<Visitor> {
  const context = await browser.newContext({ baseURL: url, locale: 'zh-CN', ...options })
  const page = await context.newPage()
  page.setDefaultTimeout(30_000)
  const complaints: string[] = []
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('request', (request) => {
    if (!request.url().startsWith(url) && !request.url().startsWith('data:')) complaints.push(request.url())
  })
  if (username) {
    await page.goto('/console/sign-in')
    await page.getByLabel('账号').fill(username)
    await page.getByLabel('密码').fill(PASSWORD)
    await page.getByRole('button', { name: '登录' }).click()
    await page.getByRole('button', { name: '退出' }).waitFor()
  }
  return { page, complaints }
}

/** In a window of their own, signed in by a session that exists: whoever types a password too often is refused. */
export async function visitAs(
  browser: Browser,
  city: City,
  username: string,
  options: BrowserContextOptions = {},
): Promise<Visitor> {
  const visitor = await visit(browser, city.url, null, options)
  const [name, value] = (await signIn(city, username)).split('=') as [string, string]
  await visitor.page.context().addCookies([{ name, value, url: city.url }])
  return visitor
}

/**
 * What is wrong with the page, as words: in both colours, on a desk, on a phone and 320 px wide. Afterwards it lies on a desk, in light.
 * Pictures are kept under the name `shot`, for people to look at.
 */
export async function faultsOf(
  { page, complaints }: Visitor,
  { shot }: { shot?: string | undefined } = {},
): Promise<string[]> {
  const faults = complaints.splice(0)
  await page.evaluate(AXE)
  for (const { name, rules, colorScheme, ...size } of LOOKS) {
    await page.emulateMedia({ colorScheme })
    await page.setViewportSize(size)
    if (shot && rules) await page.screenshot({ path: join(SHOTS, `${shot}-${name}.png`), fullPage: true })
    const found = [
      ...(await page.evaluate(glance)),
      ...(rules ? await page.evaluate(askAxe, { rules, looked_at: LOOKED_AT }) : []),
    ]
    faults.push(...found.map((fault) => `${name}: ${fault}`))
  }
  return faults
}

/** Runs in the page. */
function glance(): string[] {
  const wider = document.documentElement.scrollWidth - innerWidth
  return [
    ...(document.compatMode === 'CSS1Compat' ? [] : ['the browser falls back to the rules of 1998']),
    ...(localStorage.length + sessionStorage.length === 0 ? [] : ['something is kept in the browser']),
    ...(wider > 0 ? [`${wider} px wider than the window`] : []),
  ]
}

/** Runs in the page. Of rows and entries that differ in their words only, one is looked at; what opens below a row belongs to it. */
async function askAxe({
  rules,
  looked_at,
}: {
  rules: RunOptions
  looked_at: Record<string, Record<string, string>>
}): Promise<string[]> {
  const { axe } = window as unknown as { axe: { run(context: Document, options: RunOptions): Promise<AxeResults> } }
  const shapes = new Set<string>()
  const entries = [...document.querySelectorAll<HTMLElement>('tbody tr:not(.detail), main li')].map((element) => {
    const below = element.nextElementSibling
    return below instanceof HTMLElement && below.matches('.detail') ? [element, below] : [element]
  })
  const alike = entries.flatMap((entry) => {
    const parts = entry.flatMap((element) => [element, ...element.querySelectorAll('*')])
    const shape = parts.map(({ tagName, className }) => `${tagName} ${className}`).join()
    const known = shapes.has(shape)
    shapes.add(shape)
    const inUse = entry.some((element) => element.hidden || element.contains(document.activeElement))
    return known && !inUse ? entry : []
  })
  for (const element of alike) element.hidden = true
  try {
    const { violations, incomplete } = await axe.run(document, rules)
    const open = incomplete.flatMap(({ id, nodes }) =>
      nodes.flatMap(({ any, all, none, html }) => {
        const why = [...any, ...all, ...none].map(({ id, data }) => String(data?.messageKey ?? id))
        return why.every((one) => looked_at[id]?.[one]) ? [] : [`${id} is left open (${why.join(', ')}): ${html}`]
      }),
    )
    return [...violations.map(({ id, nodes }) => `${id} ×${nodes.length}: ${nodes[0]?.html}`), ...new Set(open)]
  } finally {
    for (const element of alike) element.hidden = false
  }
}
