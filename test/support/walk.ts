/** Every kind of page an account is offered, asked for over HTTP as a browser would: by links from its menu, one record of each kind. */
import { get } from 'node:http'
import { gunzipSync } from 'node:zlib'
import type { City } from './city.ts'
import { PASSWORD } from './world.ts'

/** The accounts of the demo city, one a role. */
export const ACCOUNTS = [
  'district',
  'trainer',
  'assessor',
  'facility',
  'finance',
  'admin',
  'auditor',
  'health',
  'carer',
]
export type Lang = 'zh-CN' | 'en'

/** Answered with a file, or by a page of the program beside the console. */
export const NO_PAGE =
  /^\/(api|docs)|\/export\b|\/preview\b|\/reports\/|\/payment-files\/|\/certificate-files\/|\/signing-keys\/[^/]+\/certificate$|\.(csv|xlsx|zip|pdf|cer|json)(\?|$)/

export interface Seen {
  username: string
  path: string
  kind: string
  status: number
  headers: Record<string, string>
  html: string
  /** of the body as it was sent */
  bytes: number
  /** statements asked of the database, those that find out who is calling among them */
  queries: number
}

/** Signs in, and opens one page of each kind that the menu and the pages lead to. */
export async function walk(city: City, username: string, lang: Lang = 'zh-CN'): Promise<Seen[]> {
  const cookie = `${await signIn(city, username)}; huyu_lang=${lang}`
  let home = await look(city, username, '/console', cookie)
  if (home.headers.location) home = await look(city, username, home.headers.location, cookie)
  const paths = new Map(linksOf(home.html, 'nav').map((path) => [kindOf(path), path]))
  const seen: Seen[] = []
  for (const path of paths.values()) {
    const page = await look(city, username, path, cookie)
    seen.push(page)
    for (const link of linksOf(page.html, 'main'))
      if (!NO_PAGE.test(link) && !paths.has(kindOf(link))) paths.set(kindOf(link), link)
  }
  return seen
}

/** The cookie of a session. */
export async function signIn(city: City, username: string): Promise<string> {
  const answer = await fetch(`${city.url}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username, password: PASSWORD }),
  })
  if (answer.status !== 200) throw new Error(`${username} cannot sign in: ${answer.status}`)
  return answer.headers.getSetCookie()[0]!.split(';')[0]!
}

/** One page, as a browser that unpacks it. */
export async function look(city: City, username: string, path: string, cookie: string): Promise<Seen> {
  const before = city.queries()
  const { status, headers, body } = await fetchPacked(new URL(path, city.url), cookie)
  const html = headers['content-encoding'] === 'gzip' ? gunzipSync(body).toString() : body.toString()
  return {
    ...{ username, path, kind: kindOf(path), status, headers, html },
    bytes: body.length,
    queries: city.queries() - before,
  }
}

/** One record is like another, and so is one month of a record. */
export function kindOf(path: string): string {
  return path
    .replace(/\?.*/, '')
    .replace(/\/[\da-f]{8}-[\da-f-]{27}/g, '/:id')
    .replace(/\/\d{4}-\d\d$/, '/:month')
}

function linksOf(html: string, element: 'nav' | 'main'): string[] {
  const part = new RegExp(`<${element}\\b.*?</${element}>`, 's').exec(html)?.[0] ?? ''
  return [...part.matchAll(/<a\b[^>]*?\bhref="(\/[^"]*)"/g)].map(([, href]) => unescaped(href!))
}

const ENTITIES: Record<string, string> = { '&amp;': '&', '&quot;': '"', '&#39;': "'", '&lt;': '<', '&gt;': '>' }

export function unescaped(text: string): string {
  return text.replace(/&(amp|quot|#39|lt|gt);/g, (entity) => ENTITIES[entity]!)
}

/** The bytes as they come, which `fetch` would unpack. */
function fetchPacked(url: URL, cookie: string) {
  return new Promise<{ status: number; headers: Record<string, string>; body: Buffer }>((resolve, reject) => {
    get(url, { headers: { cookie, 'accept-encoding': 'gzip' } }, (answer) => {
      const parts: Buffer[] = []
      answer.on('data', (part) => parts.push(part))
      answer.on('error', reject)
      answer.on('end', () =>
        resolve({
          status: answer.statusCode!,
          headers: answer.headers as Record<string, string>,
          body: Buffer.concat(parts),
        }),
      )
    }).on('error', reject)
  })
}
