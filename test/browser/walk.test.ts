/** Every kind of page of every role, asked for over HTTP: what it costs, what it tells the browser, and in which language. */
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type City, openCity } from '../support/city.ts'
import { ACCOUNTS, AT_WORK, type Lang, look, recordsOfXihu, type Seen, signIn, walk } from '../support/walk.ts'
import { strayChinese, strayEnglish, textsOf, unmarkedChinese } from '../support/wording.ts'

const MOST_QUERIES = 6
const MOST_KILOBYTES = 60

let city: City
let texts: Set<string>
/** the costliest look at each kind of page */
const queries = new Map<string, Seen>()
const bytes = new Map<string, Seen>()

beforeAll(async () => {
  city = await openCity()
  texts = await textsOf(city.db)
})
afterAll(async () => {
  await city?.close()
})

test.each(ACCOUNTS)(
  'every page that %s is offered is private, draws nothing from elsewhere, and is told in Chinese',
  async (username) => {
    for (const page of [...(await walk(city, username)), ...(await atWork(username))]) {
      note(page)
      expect.soft([page.path, page.status]).toEqual([page.path, 200])
      expect.soft([page.path, ...faultsOf(page)]).toEqual([page.path])
      expect.soft([page.path, ...strayEnglish(page.html, texts)]).toEqual([page.path])
    }
  },
)

test.each(ACCOUNTS)(
  'in English there is no Chinese on the pages of %s but what the register holds',
  async (username) => {
    for (const page of [...(await walk(city, username, 'en')), ...(await atWork(username, 'en'))]) {
      note(page)
      expect.soft(page.html).toContain('<html lang="en"')
      expect.soft([page.path, ...strayChinese(page.html, texts)]).toEqual([page.path])
      expect.soft([page.path, ...unmarkedChinese(page.html)]).toEqual([page.path])
    }
  },
)

test('in English there is no Chinese on the public pages but what the register holds', async () => {
  const { rows } = await sql<{ path: string }>`
    select '/p/' || id as path from publicities union all select '/r/' || event_id from competition_publications
    union all (select '/v/' || token from certificates order by id limit 1)
    union all (select '/v/' || c.token from certificates c join certificate_revocations r on r.certificate_id = c.id limit 1)
    union all (select '/verify/' || number from certificates limit 1)`.execute(city.db)
  const others = [
    '/v',
    '/v/no-such-token',
    '/verify/no-such-number',
    '/verify/offline',
    '/console/sign-in',
    '/nothing-here',
  ]
  for (const path of [...rows.map((row) => row.path), ...others, '/check-in']) {
    const page = await look(city, '', path, 'huyu_lang=en')
    // to the page of signing in, which is among them
    if (page.headers.location) continue
    expect.soft(page.html).toContain('<html lang="en"')
    expect.soft([path, ...strayChinese(page.html, texts)]).toEqual([path])
    expect.soft([path, ...unmarkedChinese(page.html)]).toEqual([path])
  }
})

test(`no page asks the database more than ${MOST_QUERIES} times, finding out who calls included`, () => {
  const most = [...queries.values()].sort((a, b) => b.queries - a.queries)
  console.table(most.slice(0, 10).map(({ kind, username, queries }) => ({ kind, username, queries })))
  expect(most.filter((page) => page.queries > MOST_QUERIES).map(({ path, queries }) => [path, queries])).toEqual([])
})

test(`no page is more than ${MOST_KILOBYTES} KB on the first visit, the chart library apart`, () => {
  const most = [...bytes.values()].map((page) => ({
    ...{ kind: page.kind, username: page.username, page_bytes: page.bytes },
    total_kb: Number(((page.bytes + assetsOf(page.html)) / 1024).toFixed(1)),
  }))
  most.sort((a, b) => b.total_kb - a.total_kb)
  console.table(most.slice(0, 15))
  expect(most.filter(({ total_kb }) => total_kb > MOST_KILOBYTES)).toEqual([])
})

test('nothing of it was an internal fault', () => expect(city.faults).toEqual([]))

function note(page: Seen): void {
  if ((queries.get(page.kind)?.queries ?? -1) < page.queries) queries.set(page.kind, page)
  if ((bytes.get(page.kind)?.bytes ?? -1) < page.bytes) bytes.set(page.kind, page)
}

/** Pages of single records that the walk passes by. */
async function atWork(username: string, lang: Lang = 'zh-CN'): Promise<Seen[]> {
  const paths = AT_WORK.find(([account]) => account === username)?.[1](await recordsOfXihu(city.db)) ?? []
  const cookie = `${await signIn(city, username)}; huyu_lang=${lang}`
  const pages: Seen[] = []
  for (const path of paths) pages.push(await look(city, username, path, cookie))
  return pages
}

const CSP =
  "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'"

/** What a strict policy, a private page and a screen reader forbid. */
function faultsOf({ path, headers, html }: Seen): string[] {
  const forbidden: [string, boolean][] = [
    ['another policy', headers['content-security-policy'] !== CSP],
    ['kept in a cache', path.startsWith('/console') && headers['cache-control'] !== 'no-store'],
    ['offered to search engines', !html.includes('<meta name="robots" content="noindex"/>')],
    ['a script in the page', /<script(?![^>]*\bsrc=)/.test(html)],
    ['a style in an element', /<[^>]+\sstyle=/.test(html)],
    ['a handler in an element', /<[^>]+\son[a-z]+=/.test(html)],
    [
      'something from another host',
      /<(?:script|img|iframe|link|source|form)\b[^>]+(?:src|href|action)="(?:https?:)?\/\//.test(html),
    ],
    ['not one main heading', html.match(/<h1\b/g)?.length !== 1],
  ]
  return forbidden.filter(([, found]) => found).map(([what]) => what)
}

const packed = new Map<string, number>()

/** The style sheets and scripts that the page names, packed as they are sent; each is asked for once and kept. */
function assetsOf(html: string): number {
  const page = html.replaceAll(/<noscript>.*?<\/noscript>/gs, '')
  const files = [...page.matchAll(/(?:src|href)="\/assets\/([^"]+\.(?:css|js|svg))"/g)].map(([, file]) => file!)
  return [...new Set(files)]
    .filter((file) => !file.startsWith('echarts'))
    .reduce((sum, file) => sum + packedSize(file), 0)
}

function packedSize(file: string): number {
  if (!packed.has(file))
    packed.set(file, gzipSync(readFileSync(`${FOLDERS[file.split('/')[0]!]}/${file.split('/')[1]}`)).length)
  return packed.get(file)!
}

const FOLDERS: Record<string, string> = { app: 'templates/public', 'htmx.org-4.0.1': 'node_modules/htmx.org/dist' }
