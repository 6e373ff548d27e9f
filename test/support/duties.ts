/** What waits for an account by its home page, held against the list that each count leads to. */
import { expect } from 'vitest'
import type { Client } from './world.ts'

interface WaitingHere {
  label: string
  count: number
  href: string
}

/** All that the home page names. */
async function dutiesOf(client: Client): Promise<WaitingHere[]> {
  const html = await pageOf(client, '/console')
  const list = /<ul class="todos">(.*?)<\/ul>/s.exec(html)?.[1] ?? ''
  return [...list.matchAll(/<a href="([^"]*)">([^<]*)<\/a>.*?<span[^>]*>([\d,]+)/gs)].map(([, href, label, count]) => ({
    label: label!,
    count: Number(count!.replaceAll(',', '')),
    href: href!.replaceAll('&amp;', '&'),
  }))
}

/** How many wait under words; that the list behind them has exactly as many rows is expected, `rows: false` where it is a form. */
export async function waiting(client: Client, words: string, { rows = true } = {}): Promise<number> {
  const duty = (await dutiesOf(client)).find(({ label }) => label.includes(words))
  if (!duty) return 0
  const html = await pageOf(client, duty.href)
  if (rows) expect([words, rowsOf(html)]).toEqual([words, duty.count])
  return duty.count
}

async function pageOf(client: Client, path: string): Promise<string> {
  const answer = await client.page(path)
  expect([path, answer.status]).toEqual([path, 200])
  return answer.text()
}

/** Of the first table on the page, without what opens below a row. */
function rowsOf(html: string): number {
  const main = html.slice(html.indexOf('<main'))
  const body = main.slice(main.indexOf('<tbody>'))
  let depth = 1
  let rows = 0
  for (const [tag] of body.matchAll(/<table|<\/table|<tr(?![^>]*class="detail")/g)) {
    if (tag === '<table') depth++
    else if (tag === '</table') depth--
    else if (depth === 1) rows++
    if (depth === 0) break
  }
  return main.includes('<tbody>') ? rows : 0
}
