/** Every kind of page an account is offered, asked for over HTTP as a browser would: by links from its menu, one record of each kind. */
import { get } from 'node:http'
import { gunzipSync } from 'node:zlib'
import { sql } from 'kysely'
import type { Db } from '../../src/platform/database.ts'
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
const NO_PAGE =
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

/** Pages of the work on single records, which the walk passes by because the first person it meets has no such record. */
export const AT_WORK: [string, (ids: Record<string, string>) => string[]][] = [
  [
    'facility',
    ({ employment, education, external, person }) => [
      ...['ending', 'correction', 'transfer', 'withdrawal', 'versions'].map(
        (act) => `/console/employments/${employment}/${act}`,
      ),
      ...['correction', 'withdrawal'].map((act) => `/console/educations/${education}/${act}`),
      ...['correction', 'withdrawal'].map((act) => `/console/external-certificates/${external}/${act}`),
      `/console/service-months/versions?person_id=${person}&month=2026-09`,
      `/console/people/${person}?known_on=2026-11-20`,
      '/console/staff?month=2026-09',
      '/console/staff?month=2026-10',
      '/console/imports/new?kind=people',
      '/console/imports/new?kind=service-months',
    ],
  ],
  [
    'district',
    ({ conduct, submission, person }) => [
      ...['correction', 'withdrawal'].map((act) => `/console/conduct-events/${conduct}/${act}`),
      `/console/service-month-submissions/${submission}/withdrawal`,
      '/console/service-month-submissions?month=2026-09',
      '/console/education-hours?approval=approved',
      `/console/people/${person}`,
    ],
  ],
  ['finance', () => ['/console/imports/new?kind=payment-results']],
]

/** Of the facility whose account the demo has, one record of each kind. */
export async function recordsOfXihu(db: Db): Promise<Record<string, string>> {
  const { rows } = await sql<Record<string, string>>`
    with home as (select organisation_id as id from accounts where username = 'facility'),
      staff as (select e.* from employments e where e.organisation_id = (select id from home) and e.known_to = 'infinity' and e.ends_on is null)
    select (select id from staff order by id limit 1) as employment, (select person_id from staff order by id limit 1) as person,
      (select id from educations where known_to = 'infinity' and person_id in (select person_id from staff) limit 1) as education,
      (select id from external_certificates where known_to = 'infinity' and person_id in (select person_id from staff) limit 1) as external,
      (select id from conduct_events where known_to = 'infinity' limit 1) as conduct,
      (select s.id from service_month_submissions s where s.organisation_id = (select id from home) order by month desc limit 1) as submission`.execute(
    db,
  )
  return rows[0]!
}

/** Signs in, and opens one page of each kind that the menu and the pages lead to. */
export async function walk(city: City, username: string, lang: Lang = 'zh-CN'): Promise<Seen[]> {
  const cookie = `${await signIn(city, username)}; huyu_lang=${lang}`
  const home = await look(city, username, '/console', cookie)
  const paths = new Map(linksOf(home.html, 'nav').map((path) => [kindOf(path), path]))
  const seen: Seen[] = []
  for (const path of paths.values()) {
    const page = await look(city, username, path, cookie)
    // what only leads on to another page
    if (page.headers.location) continue
    seen.push(page)
    for (const link of linksOf(page.html, 'main'))
      if (!NO_PAGE.test(link) && !paths.has(kindOf(link))) paths.set(kindOf(link), link)
  }
  return seen
}

const sessions = new WeakMap<City, Map<string, Promise<string>>>()

/** The cookie of a session, one an account: whoever signs in too often is refused. */
export function signIn(city: City, username: string): Promise<string> {
  const ofCity = sessions.get(city) ?? new Map<string, Promise<string>>()
  sessions.set(city, ofCity)
  const session = ofCity.get(username) ?? startSession(city, username)
  ofCity.set(username, session)
  return session
}

async function startSession(city: City, username: string): Promise<string> {
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
function kindOf(path: string): string {
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
