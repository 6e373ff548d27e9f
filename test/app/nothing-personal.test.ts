/** A busy day through the program, faults included: nothing personal in logs, headers, addresses or error reports. */
import { Writable } from 'node:stream'
import { sql } from 'kysely'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { demoPerson } from '../../db/demo-people.ts'
import { jobHandlers } from '../../src/app.ts'
import { runSlice } from '../../src/jobs/actions.ts'
import type { App } from '../../src/platform/http.ts'
import { namePinyin } from '../../src/platform/pinyin.ts'
import { writeWorkbook } from '../../src/platform/workbook.ts'
import { type Client, clientFor, type World, world } from '../support/world.ts'

// the busy day asks for hundreds of pages
vi.setConfig({ testTimeout: 90_000 })
let w: World
const log: string[] = []
const headers: string[] = []
const addresses: string[] = []
const faults: string[] = []
const asked = new Set<string>()
const clients = new Map<string, Client>()
beforeAll(async () => {
  w = await world()
  const stream = new Writable({
    write(chunk, _, done) {
      log.push(String(chunk))
      done()
    },
  })
  w.deps.log = pino({ level: 'trace', base: null }, stream)
})
afterAll(() => w.close())

/** Notes what an observer of the connection, of the browser or of the disk would keep. */
const watched = {
  async request(address: string, init: RequestInit) {
    const answer = await w.app.request(address, init)
    headers.push(...[...answer.headers].map(([name, value]) => `${name}: ${value}`))
    if (answer.headers.get('content-type')?.startsWith('text/html'))
      addresses.push(
        ...[
          ...(await answer.clone().text()).matchAll(/\s(?:href|action|formaction|src|hx-get|hx-post)="([^"]*)"/g),
        ].map(([, found]) => found!.replaceAll('&amp;', '&')),
      )
    else if (answer.status >= 500) faults.push(await answer.clone().text())
    return answer
  },
} as unknown as App
const as = (username: string) => {
  const client = clients.get(username) ?? clientFor(watched, username)
  clients.set(username, client)
  return client
}

const people = Array.from({ length: 8 }, (_, n) => {
  const { id_number, bank_account } = demoPerson(9_500_000 + n)
  const name = ['欧阳娜娜', '阿依古丽·买买提', '司马相如', '诸葛孔明', '上官婉儿', '令狐冲之', '𬱖䶮', '慕容云海'][n]!
  return { name, id_number, bank_account, phone: `1391234567${n}`, id_type: 'resident_id', workforce: 'elder_care' }
})
const secrets = people.flatMap(({ name, id_number, bank_account, phone }) => {
  const { pinyin } = namePinyin(name)
  return [name, encodeURIComponent(name), pinyin, id_number, bank_account, phone].filter((text) => text.length > 3)
})
/** What can be read in a text: as it is, decoded, and what base64 hides in it. */
function readings(text: string): string {
  const decoded = text.replace(/(%[0-9A-F]{2})+/gi, (part) => {
    try {
      return decodeURIComponent(part)
    } catch {
      return part
    }
  })
  const hidden = decoded.split(/[^\w-]+/).map((part) => Buffer.from(part, 'base64url').toString())
  return [text, decoded, ...hidden].join('\n')
}
function expectNothingPersonal(texts: string[]) {
  const all = [...new Set(texts)].map(readings)
  expect(
    all.flatMap((text) => secrets.filter((secret) => text.includes(secret)).map((secret) => `${secret} in ${text}`)),
  ).toEqual([])
}

/** Follows the links of the pages, as the account sees them. */
async function walk(username: string, pages: number) {
  const waiting = ['/console']
  const seen = new Set(waiting)
  while (waiting.length > 0 && seen.size - waiting.length <= pages) {
    const path = waiting.shift()!
    const answer = await as(username).page(path)
    asked.add(`${path.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, ':id').replace(/\?.*/, '')}`)
    expect(answer.status, `${username} ${path}`).toBeLessThan(500)
    const html = answer.headers.get('content-type')?.startsWith('text/html') ? await answer.text() : ''
    for (const [, found] of html.matchAll(/href="(\/console[^"#]*)"/g)) {
      const next = found!.replaceAll('&amp;', '&')
      // a few of each kind of page are enough
      const kind = next.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, ':id').replace(/=[^&]*/g, '')
      const alike = [...seen].filter(
        (one) => one.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, ':id').replace(/=[^&]*/g, '') === kind,
      )
      if (!seen.has(next) && alike.length < 2) {
        seen.add(next)
        waiting.push(next)
      }
    }
  }
}

test('a busy day leaves nothing personal in a log, a header, an address or an error report', async () => {
  const facility = as('facility')
  const registered: string[] = []
  for (const person of people.slice(0, 4))
    registered.push((await (await facility.post('/api/v1/people', person)).json()).id)
  const [first, second, third] = registered as [string, string, string]
  // by form: once wrong, once right, once with another name
  const { name, id_number } = people[4]!
  expect(
    (await facility.submit('/console/people', { ...people[4]!, id_number: `${id_number.slice(0, 17)}?` })).status,
  ).toBe(422)
  expect((await facility.submit('/console/people', people[4]!)).status).toBe(303)
  expect((await facility.submit('/console/people', { ...people[4]!, name: people[5]!.name })).status).toBe(409)
  expect((await as('trainer').post('/api/v1/people', { ...people[0]!, name: people[5]!.name })).status).toBe(409)
  for (const person of people) await as('trainer').post('/api/v1/people', person)
  // looking for people, by page and by both ways of the API
  for (const q of [people[0]!.name, namePinyin(people[1]!.name).pinyin, people[2]!.id_number.slice(-4)])
    for (const to of ['/console/people', '/console/certificates']) {
      const found = await facility.submit('/console/search', { to, q, name: q, number: q })
      expect(found.status).toBe(303)
      await facility.page(found.headers.get('location')!)
    }
  await facility.get(`/api/v1/people?limit=2&q=${encodeURIComponent(name)}`)
  const page = await (await facility.post('/api/v1/people/search', { limit: 1 })).json()
  await facility.get(`/api/v1/people?limit=1&cursor=${page.next_cursor}`)
  addresses.push(page.next_cursor)
  // facts, corrections, documents, numbers in full
  for (const id of registered)
    await facility.post(`/api/v1/people/${id}/employments`, {
      post: 'care',
      contract_kind: 'labour',
      starts_on: '2026-01-05',
    })
  await facility.submit('/console/staff', { month: '2026-10', [`days.${first}`]: '22', [`days.${second}`]: 'x' })
  await facility.submit('/console/staff', { month: '2026-10', [`days.${first}`]: '22', insured: first })
  const amendment = {
    name: people[6]!.name,
    workforce: 'elder_care',
    education: '',
    phone: people[6]!.phone,
    revision: '1',
  }
  expect((await facility.submit(`/console/people/${third}/amendment`, amendment)).status).toBe(422)
  expect((await facility.submit(`/console/people/${third}/amendment`, { ...amendment, reason: '核对' })).status).toBe(
    303,
  )
  for (const field of ['id_number', 'bank_account'])
    expect(
      await (await facility.submit(`/console/people/${first}/disclosure`, { field, reason: '核对' })).text(),
    ).toContain(field === 'id_number' ? people[0]!.id_number : people[0]!.bank_account)
  const document = { id_type: 'resident_id', reason: '换发' }
  await facility.post(`/api/v1/people/${first}/documents`, { ...document, id_number: people[1]!.id_number })
  await facility.submit(`/console/people/${first}/documents`, {
    ...document,
    id_type: 'passport',
    id_number: 'E31415926',
  })
  await facility.get('/console/people/export?all=true')
  for (const list of ['employments', 'service-months'])
    addresses.push((await (await facility.get(`/api/v1/${list}?limit=1`)).json()).next_cursor ?? '')
  // a class: taught, left, filled from a list
  const course = { name: '班长培训', kind: 'heads', theory_hours: 1, practice_hours: 1, attendance_percent: 0 }
  const course_id = (await (await as('trainer').post('/api/v1/courses', course)).json()).id
  const dates = { starts_on: '2026-11-20', ends_on: '2026-11-30', capacity: 30 }
  const group = await (await as('trainer').post('/api/v1/classes', { course_id, name: '一班', ...dates })).json()
  const joined = await as('trainer').submit(`/console/classes/${group.id}/enrolments`, { person_ids: [first, second] })
  expect(joined.status).toBe(303)
  const enrolments = await (await as('trainer').get(`/api/v1/classes/${group.id}/enrolments?limit=1`)).json()
  addresses.push(enrolments.next_cursor)
  const left = await as('trainer').submit(`/console/enrolments/${enrolments.items[0].id}/withdrawal`, {
    reason: '请假',
  })
  expect(left.status).toBe(303)
  // a sheet with a right and a wrong row
  const rows = people.slice(4, 6).map((person) => [person.name, '居民身份证', person.id_number.slice(1), '养老护理'])
  const columns = ['姓名', '证件类型', '证件号码', '从业类别'].map((header) => ({ header }))
  const sheet = await writeWorkbook([
    { name: 'Sheet1', columns, rows: [...rows, [people[7]!.name, '居民身份证', people[7]!.id_number, '养老护理']] },
  ])
  await facility.upload(
    '/api/v1/imports',
    { kind: 'people', mode: 'commit', file: new File([sheet as BlobPart], '名单.xlsx') },
    { 'idempotency-key': crypto.randomUUID() },
  )
  await w.runJobs()
  // checking certificates, publicly and by roster
  await clientFor(watched, null).submit('/v/S000033999901255000001X', { name, id_last4: id_number.slice(-4) })
  await as('facility').post(
    '/api/v1/certificate-checks',
    { items: [{ number: 'S000033999901255000001', name }] },
    { key: 'check-1' },
  )
  for (const username of ['facility', 'trainer', 'district', 'admin', 'finance']) await walk(username, 25)
  expect(asked.size).toBeGreaterThan(25)
  expectNothingPersonal([...headers, ...addresses, ...log])
  expect(log.length).toBeGreaterThan(100)
  // what is looked for would be found
  for (const text of [
    `/x?q=${encodeURIComponent(people[0]!.name)}`,
    Buffer.from(`["${id_number}"]`).toString('base64url'),
  ])
    expect(() => expectNothingPersonal([text])).toThrow()
  expect(faults).toEqual([])
  // the history is kept for good, so it may say what happened and to which record, never to whom by name
  const events = await w.db.selectFrom('history_events').selectAll().execute()
  expect(events.length).toBeGreaterThan(20)
  expectNothingPersonal(events.map((event) => JSON.stringify(event)))
})

test('nor do faults of the database that quote a name, in a call, in a form and in a job', async () => {
  const before = log.length
  await sql`create function quote_a_name() returns trigger language plpgsql as $$
    begin raise exception 'value too long: % % %', new.name, new.phone, new.id_number_masked using detail = new.name, hint = new.name; end $$`.execute(
    w.db,
  )
  await sql`create trigger quoting before update on people for each row execute function quote_a_name()`.execute(w.db)
  const { id, revision } = await w.db
    .selectFrom('people')
    .select(['id', 'revision'])
    .orderBy('id')
    .limit(1)
    .executeTakeFirstOrThrow()
  expect((await as('facility').patch(`/api/v1/people/${id}`, { phone: people[7]!.phone }, revision)).status).toBe(500)
  const form = {
    name: people[0]!.name,
    workforce: 'elder_care',
    education: '',
    phone: people[7]!.phone,
    revision: String(revision),
  }
  expect((await as('facility').submit(`/console/people/${id}/amendment`, form)).status).toBe(500)
  await sql`create unique index people_once on people (name) where name = ${sql.lit(people[0]!.name)}`.execute(w.db)
  const twin = {
    ...people[7]!,
    id_number: demoPerson(9_600_000).id_number,
    name: people[0]!.name,
  }
  expect((await as('trainer').post('/api/v1/people', twin)).status).toBe(409)
  await w.db.insertInto('jobs').values({ kind: 'failing', created_by: w.accounts.facility! }).execute()
  const failing = {
    ...jobHandlers,
    failing: () => Promise.reject(new Error(`cannot write ${people[0]!.name}\n${people[0]!.id_number}`)),
  }
  while (await runSlice(w.db, w.deps, failing));
  const said = log.slice(before)
  expect(said.filter((line) => /"fault"|"job fault"/.test(line)).length).toBeGreaterThanOrEqual(3)
  expect(faults.length).toBeGreaterThan(0)
  const jobs = await w.db.selectFrom('jobs').selectAll().execute()
  expectNothingPersonal([...said, ...headers, ...faults, JSON.stringify(jobs)])
})

test('nor is anything about people left for a cache to keep', async () => {
  for (const answer of [
    await as('facility').get('/api/v1/people'),
    await as('facility').post('/api/v1/people/search', {}),
    await as('facility').page('/console/people'),
  ])
    expect(answer.headers.get('cache-control')).toBe('no-store')
})
