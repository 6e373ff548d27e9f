/** Competitions from the announcement to the published ranking, as the API and the console give them. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { registerPeople } from '../../src/people/actions.ts'
import { checkDigit } from '../../src/people/identity.ts'
import { clientsOf } from '../support/answers.ts'
import { type Client, type World, world } from '../support/world.ts'

let w: World
let district: Client
let people: string[]
const as = clientsOf(() => w)

beforeAll(async () => {
  w = await world()
  district = as('district')
  const rows = Array.from({ length: 8 }, (_, index) => {
    const number = `10990119850101${String(index + 101)}`
    const name = `选手${String.fromCodePoint(0x4e01 + index)}`
    return {
      name,
      id_type: 'resident_id' as const,
      id_number: number + checkDigit(number),
      workforce: 'elder_care' as const,
    }
  })
  const context = await w.context('facility')
  people = (await w.db.transaction().execute((tx) => registerPeople(tx, context, rows))).map(({ id }) => id)
}, 60_000)
afterAll(() => w.close())

const codesOf = (body: { errors: { pointer: string; code: string }[] }) =>
  body.errors.map(({ pointer, code }) => [pointer, code])
async function created(answer: Promise<Response>): Promise<string> {
  const response = await answer
  const body = await response.json()
  if (response.status !== 201) throw new Error(JSON.stringify(body))
  return body.id
}

let count = 0
const announce = () =>
  created(
    district.post('/api/v1/competitions', {
      name: `西湖区养老护理竞赛第 ${++count} 届`,
      tier: 'district',
      held_on: '2026-11-20',
      citation: '西民发〔2026〕1 号',
      organisation_id: w.org.authority,
    }),
  )
const event = async (theory_weight = 30) =>
  created(
    district.post(`/api/v1/competitions/${await announce()}/events`, {
      name: '养老护理员',
      occupation_code: '4-10-01-05',
      theory_weight,
    }),
  )

/** Entered for the care home with stations 1, 2, 3 … */
async function enter(id: string, size: number) {
  const items = people
    .slice(0, size)
    .map((person_id, index) => ({ person_id, organisation_id: w.org.home, station: index + 1 }))
  expect((await district.post(`/api/v1/events/${id}/entries`, { items })).status).toBe(201)
}
async function appoint(id: string, theory: number, practical: number) {
  const of = (part: string, size: number) =>
    Array.from({ length: size }, (_, index) => ({ part, name: `评委${index + 1}` }))
  expect(
    (
      await district.post(`/api/v1/events/${id}/judges`, {
        items: [...of('theory', theory), ...of('practical', practical)],
      })
    ).status,
  ).toBe(201)
}
const mark = (station: number, part: string, points: number[]) =>
  points.map((value, index) => ({ station, part, judge: `评委${index + 1}`, points: value }))
const score = (id: string, items: object[]) => district.post(`/api/v1/events/${id}/scores`, { items })
const rank = (id: string) => district.post(`/api/v1/events/${id}/ranking`)

describe('announcing', () => {
  test('the organiser is of one’s own division', async () => {
    const base = { name: '越权竞赛', tier: 'city', held_on: '2026-11-20', citation: '文件' }
    for (const organisation_id of [w.org.home2, null]) {
      const answer = await district.post('/api/v1/competitions', { ...base, organisation_id })
      expect([answer.status, (await answer.json()).code]).toEqual([422, 'competition.organiser_unknown'])
    }
    expect((await as('trainer').post('/api/v1/competitions', base)).status).toBe(403)
  })

  test('a competition is announced to its division, to those above, and to nobody else', async () => {
    const id = await announce()
    const statuses = await Promise.all(
      ['district', 'admin', 'facility', 'trainer', 'finance', 'district2', 'facility2', 'district_nb'].map(
        async (name) => (await as(name).get(`/api/v1/competitions/${id}`)).status,
      ),
    )
    expect(statuses).toEqual([200, 200, 200, 200, 200, 404, 404, 404])
    const path = `/api/v1/competitions/${id}/events`
    const body = { name: '项目', occupation_code: '4-10-01-05', theory_weight: 30 }
    expect((await as('district2').post(path, body)).status).toBe(404)
    expect(codesOf(await (await district.post(path, { ...body, occupation_code: '0' })).json())).toEqual([
      ['/occupation_code', 'event.occupation_unknown'],
    ])
    const made = await district.post(path, body)
    expect(made.headers.get('location')).toBe(`/api/v1/events/${(await made.json()).id}`)
    expect((await (await district.post(path, body)).json()).code).toBe('event.name_taken')
    const { items } = await (await district.get('/api/v1/competitions?limit=1')).json()
    expect(items[0]).toMatchObject({ id, events: 1, entries: 0 })
  })
})

describe('entries', () => {
  test('stations that nobody gave are drawn by lot, each once', async () => {
    const id = await event()
    const items = people.slice(0, 6).map((person_id) => ({ person_id, organisation_id: w.org.home }))
    const body = await (
      await district.post(`/api/v1/events/${id}/entries`, { items: [{ ...items[0], station: 3 }, ...items.slice(1)] })
    ).json()
    expect(body.items.map(({ station }: { station: number }) => station)).toEqual([1, 2, 3, 4, 5, 6])
    expect(body.items[2].person_id).toBe(people[0])
    const again = await district.post(`/api/v1/events/${id}/entries`, { items })
    expect((await again.json()).items).toEqual(body.items)
  })

  test('people compete for where they work when nothing else is said', async () => {
    const id = await event()
    await w.db
      .insertInto('employments')
      .values({
        person_id: people[0]!,
        organisation_id: w.org.home,
        post: 'care',
        contract_kind: 'labour',
        starts_on: '2025-01-01',
      })
      .execute()
    const answer = await district.post(`/api/v1/events/${id}/entries`, {
      items: [{ person_id: people[0] }, { person_id: people[1] }],
    })
    expect(codesOf(await answer.json())).toEqual([['/items/1/organisation_id', 'entry.organisation_missing']])
    const body = await (
      await district.post(`/api/v1/events/${id}/entries`, { items: [{ person_id: people[0] }] })
    ).json()
    expect(body.items).toMatchObject([{ organisation_id: w.org.home }])
  })

  test('every fault is told at once', async () => {
    const id = await event()
    const answer = await district.post(`/api/v1/events/${id}/entries`, {
      items: [
        { person_id: people[0], organisation_id: w.org.home, station: 1 },
        { person_id: people[1], organisation_id: w.org.home, station: 1 },
        { person_id: people[2], organisation_id: w.org.nursery },
        { person_id: people[3], organisation_id: w.org.home2 },
        { person_id: people[0], organisation_id: w.org.home },
      ],
    })
    expect(codesOf(await answer.json())).toEqual([
      ['/items/1/station', 'entry.station_taken'],
      ['/items/2/person_id', 'entry.person_unknown'],
      ['/items/3/person_id', 'entry.person_unknown'],
      ['/items/4/person_id', 'entry.twice'],
    ])
  })

  test('others see their own entries only', async () => {
    const id = await event()
    await enter(id, 2)
    const seen = async (name: string) =>
      (await (await as(name).get(`/api/v1/events/${id}/entries`)).json()).items.length
    expect([await seen('district'), await seen('facility'), await seen('trainer')]).toEqual([2, 2, 0])
  })
})

describe('marks', () => {
  test('a mark is given by an appointed judge to a station', async () => {
    const id = await event()
    await enter(id, 1)
    await appoint(id, 1, 1)
    const answer = await score(id, [
      ...mark(1, 'theory', [100.5]),
      ...mark(9, 'practical', [80]),
      { station: 1, part: 'practical', judge: '陌生人', points: 80 },
      ...mark(1, 'practical', [80]),
      ...mark(1, 'practical', [81]),
    ])
    expect(codesOf(await answer.json())).toEqual([
      ['/items/0/points', 'score.points_invalid'],
      ['/items/1/station', 'score.station_unknown'],
      ['/items/2/judge', 'score.judge_unknown'],
      ['/items/4', 'score.twice'],
    ])
  })

  test('a changed mark keeps both values in the history and withdraws the ranking', async () => {
    const id = await event()
    await enter(id, 1)
    await appoint(id, 1, 1)
    await score(id, [...mark(1, 'theory', [70]), ...mark(1, 'practical', [80.25])])
    expect((await rank(id)).status).toBe(200)
    expect(await (await score(id, mark(1, 'practical', [80.25]))).json()).toEqual({
      recorded: 0,
      changed: 0,
      unchanged: 1,
    })
    expect((await (await district.get(`/api/v1/events/${id}`)).json()).ranked).toBe(true)
    expect(await (await score(id, mark(1, 'practical', [81]))).json()).toEqual({
      recorded: 0,
      changed: 1,
      unchanged: 0,
    })
    expect((await (await district.get(`/api/v1/events/${id}`)).json()).ranked).toBe(false)
    const last = await w.db
      .selectFrom('history_events')
      .selectAll()
      .where('subject_id', '=', id)
      .orderBy('seq', 'desc')
      .executeTakeFirst()
    expect(last).toMatchObject({
      kind: 'competition.scores_recorded',
      changes: { recorded: 0, points: { '1 practical 评委1': [80.25, 81] } },
    })
    expect((await (await district.post(`/api/v1/events/${id}/publication`)).json()).code).toBe('event.not_ranked')
  })

  test('marks are the organiser’s alone', async () => {
    const id = await event()
    const statuses = await Promise.all(
      ['district', 'admin', 'facility', 'district2'].map(
        async (name) => (await as(name).get(`/api/v1/events/${id}/scores`)).status,
      ),
    )
    expect(statuses).toEqual([200, 200, 404, 404])
  })

  test('a part of weight 0 has no judges', async () => {
    const id = await event(0)
    const answer = await district.post(`/api/v1/events/${id}/judges`, { items: [{ part: 'theory', name: '评委1' }] })
    expect(codesOf(await answer.json())).toEqual([['/items/0/part', 'judge.part_unmarked']])
  })
})

describe('ranking and publication', () => {
  test('there is no ranking without entries, judges, and every mark', async () => {
    const id = await event()
    const code = async () => (await (await rank(id)).json()).code
    expect(await code()).toBe('event.no_entries')
    await enter(id, 2)
    expect(await code()).toBe('event.no_judges')
    await appoint(id, 1, 2)
    await score(id, [...mark(1, 'theory', [70]), ...mark(1, 'practical', [80, 90]), ...mark(2, 'theory', [70])])
    const body = await (await rank(id)).json()
    expect(codesOf(body)).toEqual([
      ['/stations/2', 'event.scores_missing'],
      ['/stations/2', 'event.scores_missing'],
    ])
    expect(body.errors[1].message).toBe('2 号工位缺实操评委 评委2 的分数。')
  })

  test('five judges: extremes go; equal totals: practical decides; equal there too: a shared rank; then it is frozen', async () => {
    const id = await event(50)
    await enter(id, 4)
    await appoint(id, 1, 5)
    await score(id, [
      ...mark(1, 'theory', [60]),
      ...mark(1, 'practical', [0, 80, 80, 80, 100]),
      ...mark(2, 'theory', [80]),
      ...mark(2, 'practical', [60, 60, 60, 60, 60]),
      ...mark(3, 'theory', [60]),
      ...mark(3, 'practical', [70, 80, 90, 80, 80]),
      ...mark(4, 'theory', [60]),
      ...mark(4, 'practical', [79.99, 80, 80, 80, 79.98]),
    ])
    const { items } = await (await rank(id)).json()
    expect(
      items.map((row: { rank: number; station: number; total: string }) => [row.rank, row.station, row.total]),
    ).toEqual([
      [1, 1, '70.0000'],
      [1, 3, '70.0000'],
      [3, 2, '70.0000'],
      [4, 4, '69.9983'],
    ])
    expect((await (await as('facility').get(`/api/v1/events/${id}/ranking`)).json()).items).toEqual([])
    const awards = [
      { name: '一等奖', count: 1 },
      { name: '二等奖', count: 2 },
    ]
    const published = await (await district.post(`/api/v1/events/${id}/publication`, { awards })).json()
    expect(published.items.map(({ award }: { award: string | null }) => award)).toEqual([
      '一等奖',
      '一等奖',
      '二等奖',
      null,
    ])
    const seen = await (await as('facility').get(`/api/v1/events/${id}/ranking`)).json()
    expect(seen).toEqual(published)
    expect(seen.published_at).toBe('2026-11-23T02:00:00.000Z')
    const late = await Promise.all(
      [
        score(id, mark(1, 'theory', [99])),
        rank(id),
        district.post(`/api/v1/events/${id}/publication`),
        district.post(`/api/v1/events/${id}/judges`, { items: [{ part: 'theory', name: '评委9' }] }),
        district.post(`/api/v1/events/${id}/entries`, {
          items: [{ person_id: people[7], organisation_id: w.org.home }],
        }),
      ].map(async (answer) => [(await answer).status, (await (await answer).json()).code]),
    )
    expect(late).toEqual(Array(5).fill([409, 'event.published']))
  })

  test('a mark and the publication at the same time: the published ranking is of the marks that stand', async () => {
    const id = await event(0)
    await enter(id, 1)
    await appoint(id, 0, 1)
    await score(id, mark(1, 'practical', [60]))
    await rank(id)
    const [marked, published] = await Promise.all([
      score(id, mark(1, 'practical', [90])),
      district.post(`/api/v1/events/${id}/publication`),
    ])
    const { items } = await (await district.get(`/api/v1/events/${id}/ranking`)).json()
    if (published.status === 200) expect([marked.status, items[0].total]).toEqual([409, '60.0000'])
    else expect([marked.status, items]).toEqual([201, []])
  })

  test('a rank changes nobody’s level', async () => {
    const rows = await w.db.selectFrom('certificates').select('id').execute()
    expect(rows).toEqual([])
  })
})

describe('console', () => {
  const text = async (answer: Promise<Response>, status = 200) => {
    const response = await answer
    expect(response.status).toBe(status)
    return response.text()
  }
  const next = async (answer: Promise<Response>) => {
    const response = await answer
    expect(response.status).toBe(303)
    return response.headers.get('location')!
  }
  let here: string

  test('a competition and its event are announced in two forms', async () => {
    const typed = {
      name: '控制台竞赛',
      tier: 'district',
      held_on: '2026-11-20',
      citation: '西民发〔2026〕2 号',
      organisation_id: w.org.authority,
    }
    expect(await text(district.page('/console/competitions/new'))).toContain('示例西湖区民政局')
    expect(await text(district.submit('/console/competitions', { ...typed, name: '' }), 422)).toContain(
      'id="field-name-error"',
    )
    const made = await next(district.submit('/console/competitions', typed))
    await text(district.page(made))
    const event = { name: '实操项目', occupation_code: '4-10-01-05', theory_weight: '0' }
    expect(await text(district.submit(`${made}/events`, { ...event, theory_weight: '' }), 422)).toContain(
      'id="field-theory_weight-error"',
    )
    here = await next(district.submit(`${made}/events`, event))
    expect(await text(district.page('/console/competitions'))).toContain('控制台竞赛')
  })

  test('people are ticked, judges pasted one a line', async () => {
    expect(await text(district.page(`${here}/people`))).toContain(`value="${people[0]}"`)
    expect(await text(district.submit(`${here}/entries`, { person_ids: people.slice(0, 2) }), 422)).toContain(
      '目前没有任职机构',
    )
    await next(district.submit(`${here}/entries`, { person_ids: people.slice(0, 1) }))
    expect(await text(district.submit(`${here}/judges`, { part: 'practical', names: ' ' }), 422)).toContain('一行一位')
    await next(district.submit(`${here}/judges`, { part: 'practical', names: '评委甲\n评委乙\n' }))
    const page = await text(district.page(here))
    expect(page).toContain('评委乙、评委甲')
  })

  test('marks are a table of stations and judges; a wrong one is framed and kept', async () => {
    const marks = {
      part: 'practical',
      'judges.0': '评委乙',
      'judges.1': '评委甲',
      'marks.1.0': '88.5',
      'marks.1.1': '101',
    }
    const refused = await text(district.submit(`${here}/scores`, marks), 422)
    expect(refused).toMatch(/name="marks.1.1" value="101"[^>]*aria-invalid="true"/)
    expect(await text(district.submit(`${here}/ranking`, {}), 409)).toContain('还缺 2 个分数')
    await next(district.submit(`${here}/scores`, { ...marks, 'marks.1.1': '90' }))
    expect(await text(district.page(`${here}/scores`))).toContain('value="88.5"')
    await text(as('facility').page(`${here}/scores`), 404)
  })

  test('the ranking is published with its awards on a page of its own', async () => {
    await next(district.submit(`${here}/ranking`, {}))
    expect(await text(district.page(`${here}/ranking`))).toContain('89.2500')
    expect(await text(as('facility').page(`${here}/ranking`))).toContain('名次还没有公布')
    await text(district.page(`${here}/publication`))
    expect(await text(district.submit(`${here}/publication`, { 'awards.0.count': 'x' }), 422)).toContain(
      'id="field-awards.0.count-error"',
    )
    await next(district.submit(`${here}/publication`, { 'awards.0.count': '1', 'awards.1.count': '' }))
    expect(await text(as('facility').page(`${here}/ranking`))).toContain('一等奖')
    expect(await text(district.page(here))).not.toContain(`${here}/people`)
    await text(district.submit(`${here}/ranking`, {}), 409)
  })

  test.each(['', '/scores', '/ranking'])('an event%s speaks English on request', async (tab) => {
    const answer = await district.get(here + tab, { 'accept-language': 'en' })
    const main = /<main.*<\/main>/s.exec(await answer.text())![0]
    expect(
      main.replaceAll(/控制台竞赛|实操项目|养老护理员|选手[^<]|示例[^<]*|评委[甲乙、]*|一等奖/g, '').match(/[一-鿿]+/g),
    ).toBeNull()
  })
})

test('nothing was an internal fault', () => expect(w.faults).toEqual([]))
