/** Looking for somebody: what was typed stands in no address, and pages follow each other by ids. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { demoPerson } from '../../db/demo-people.ts'
import { registerPeople } from '../../src/people/actions.ts'
import { type Client, type World, world } from '../support/world.ts'

let w: World
let trainer: Client
beforeAll(async () => {
  w = await world()
  trainer = w.as('trainer')
  const context = await w.context('trainer')
  const people = Array.from({ length: 60 }, (_, n) => {
    const { name, id_number } = demoPerson(9_000_000 + n)
    return {
      name: n < 55 ? '曾小贤' : name,
      id_number,
      id_type: 'resident_id' as const,
      workforce: 'elder_care' as const,
    }
  })
  await w.db.transaction().execute((tx) => registerPeople(tx, context, people))
})
afterAll(() => w.close())

const search = (fields: Record<string, string>, client = trainer) => client.submit('/console/search', fields)
const locationOf = (answer: Response) => answer.headers.get('location') ?? ''
const hrefs = (html: string) =>
  [...html.matchAll(/(?:href|action|hx-get|hx-post)="([^"]*)"/g)].map(([, address]) =>
    address!.replaceAll('&amp;', '&'),
  )

describe('a search in the console', () => {
  test('posts, and its list has an address without what was typed, which opens again as often as it is asked for', async () => {
    const answer = await search({ to: '/console/people', q: '曾小贤', workforce: 'elder_care', level: '' })
    expect(answer.status).toBe(303)
    const location = locationOf(answer)
    expect(location).toMatch(/^\/console\/people\?workforce=elder_care&s=k1\.[\w-]+\.[\w-]+$/)
    for (const _ of [1, 2]) {
      const html = await (await trainer.page(location)).text()
      expect(html).toContain('共 55 人')
      expect(html).toMatch(/<input[^>]*value="曾小贤"[^>]*name="q"/)
    }
  })

  test('keeps the search in the next page, the first page and the workbook, and a name in none of them', async () => {
    const first = await (
      await trainer.page(locationOf(await search({ to: '/console/people', q: 'zengxiaoxian' })))
    ).text()
    const next = hrefs(first).find((address) => address.includes('cursor='))!
    const second = await (await trainer.page(next)).text()
    expect(second).toMatch(/<input[^>]*value="zengxiaoxian"[^>]*name="q"/)
    expect(second.match(/data-l="姓名"/g)!.length).toBeLessThan(10)
    for (const address of [...hrefs(first), ...hrefs(second)]) {
      expect(decodeURIComponent(address)).not.toMatch(/曾|zeng/)
      for (const part of address.split(/[=&?]/))
        expect(Buffer.from(part, 'base64url').toString()).not.toMatch(/曾|zeng/)
    }
    const s = /name="s" value="([^"]+)"/.exec(first)![1]!
    const workbook = await trainer.get(`/console/people/export?s=${s}&all=true`)
    expect(workbook.headers.get('content-type')).toContain('spreadsheetml')
  })

  test('of every list of people works the same way', async () => {
    const course = await trainer.post('/api/v1/courses', {
      ...{ name: '班长培训', kind: 'heads', theory_hours: 1, practice_hours: 1, attendance_percent: 0 },
    })
    const group = await trainer.post('/api/v1/classes', {
      course_id: (await course.json()).id,
      ...{ name: '班长一班', starts_on: '2026-11-24', ends_on: '2026-11-30', capacity: 30 },
    })
    const { id } = await group.json()
    for (const [to, client] of [
      [`/console/classes/${id}/people`, trainer],
      ['/console/certificates', trainer],
    ] as const) {
      const html = await (await client.page(to)).text()
      expect(html).toMatch(/<form[^>]*method="post"[^>]*action="\/console\/search"/)
      expect(html).toContain(`name="to" value="${to}"`)
    }
    const found = await trainer.page(locationOf(await search({ to: `/console/classes/${id}/people`, q: 'zxx' })))
    const html = await found.text()
    expect(html).toContain('曾小贤')
    const next = hrefs(html).find((address) => address.includes('cursor='))!
    expect(await (await trainer.page(next)).text()).toContain('曾小贤')
    const certificates = await search({ to: '/console/certificates', tab: 'valid', name: '曾小贤', number: 'S0000' })
    expect(locationOf(certificates)).toMatch(/^\/console\/certificates\?tab=valid&s=/)
    expect(await (await trainer.page(locationOf(certificates))).text()).toMatch(/value="曾小贤"[^>]*name="name"/)
  })

  test('without anything typed is the plain list, and leads nowhere else', async () => {
    expect(locationOf(await search({ to: '/console/people', q: ' ' }))).toBe('/console/people')
    for (const to of ['https://example.org', '//example.org', '/console/../x', '/v/1', ''])
      expect((await search({ to, q: 'x' })).status).toBe(422)
  })

  test('cannot be made to open another sealed value, nor one that was tampered with', async () => {
    const { id_number_sealed } = await w.db
      .selectFrom('people')
      .select('id_number_sealed')
      .limit(1)
      .executeTakeFirstOrThrow()
    for (const s of [id_number_sealed!, await w.deps.vault.seal('{"q":"x"}'), 'k1.x.y', 'k9.x.y']) {
      const answer = await trainer.page(`/console/people?s=${encodeURIComponent(s)}`)
      expect([answer.status, await answer.text()]).toEqual([422, expect.stringContaining('重新查询')])
    }
  })
})

describe('over the API', () => {
  test('the same filter may be sent as a body, page by page', async () => {
    const find = async (body: object) => trainer.post('/api/v1/people/search', body)
    const first = await (await find({ q: '曾小贤', limit: 50 })).json()
    expect(first.items).toHaveLength(50)
    const second = await (await find({ q: '曾小贤', limit: 50, cursor: first.next_cursor })).json()
    expect(second.items).toHaveLength(5)
    expect(new Set([...first.items, ...second.items].map(({ id }) => id)).size).toBe(55)
    expect((await find({ q: '曾小贤' })).headers.get('cache-control')).toBe('no-store')
    expect((await find({ limit: 0 })).status).toBe(422)
    expect((await w.as('facility_nb').post('/api/v1/people/search', { q: '曾小贤' })).status).toBe(200)
    expect((await (await w.as('facility_nb').post('/api/v1/people/search', { q: '曾小贤' })).json()).items).toEqual([])
  })

  test('a cursor holds ids only, and one that is made up is refused', async () => {
    const { next_cursor } = await (await trainer.get('/api/v1/people?limit=1')).json()
    expect(JSON.parse(Buffer.from(next_cursor, 'base64url').toString())).toEqual([
      expect.stringMatching(/^[0-9a-f-]{36}$/),
    ])
    for (const key of [['x'], [1], ['a', 'b', 'c']]) {
      const cursor = Buffer.from(JSON.stringify(key)).toString('base64url')
      expect((await trainer.get(`/api/v1/people?cursor=${cursor}`)).status).toBe(422)
    }
    expect(w.faults).toEqual([])
  })
})
