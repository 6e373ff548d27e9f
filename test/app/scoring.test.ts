/** How an event is marked by its own rules: modules, criteria, lots, penalties, times, and the book that makes the same ranking again. */
import fc from 'fast-check'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { lotsOf } from '../../src/competitions/lots.ts'
import { getEvent } from '../../src/competitions/queries.ts'
import { rankResults, readable } from '../../src/competitions/ranking.ts'
import { replay } from '../../src/competitions/score-book.ts'
import type { BookLine } from '../../src/competitions/score-book-shapes.ts'
import { resultsOf } from '../../src/competitions/totals.ts'
import { registerPeople } from '../../src/people/actions.ts'
import { checkDigit } from '../../src/people/identity.ts'
import { type Client, type World, world } from '../support/world.ts'

let w: World
let district: Client
let people: string[]

beforeAll(async () => {
  w = await world()
  district = w.as('district')
  const rows = Array.from({ length: 12 }, (_, index) => {
    const number = `10990119850101${String(index + 301)}`
    return {
      name: `赛手${String.fromCodePoint(0x4e01 + index)}`,
      id_type: 'resident_id' as const,
      id_number: number + checkDigit(number),
      workforce: 'elder_care' as const,
    }
  })
  const context = await w.context('facility')
  people = (await w.db.transaction().execute((tx) => registerPeople(tx, context, rows))).map(({ id }) => id)
}, 60_000)
afterAll(() => w.close())

type Answer = Promise<Response>
const bodyOf = async (answer: Answer, status: number) => {
  const response = await answer
  const body = await response.json()
  expect([response.status, body.code]).toEqual([status, status < 300 ? undefined : body.code])
  return body
}
const codesOf = async (answer: Answer) =>
  ((await (await answer).json()).errors as { pointer: string; code: string }[]).map(({ pointer, code }) => [
    pointer,
    code,
  ])
const codeOf = async (answer: Answer) => {
  const response = await answer
  return [response.status, (await response.json()).code]
}

const RULES = {
  modules: [
    { key: 'theory', name: '理论', weight: 30, criteria: [{ name: '试卷', measured: true, max_points: 50 }] },
    {
      key: 'practical',
      name: '实操',
      weight: 70,
      criteria: [
        { name: '移位', max_points: 60 },
        { name: '沟通', max_points: 40 },
      ],
    },
  ],
  trim_from: 3,
  tie_breaks: [
    { by: 'module', module: 'practical' },
    { by: 'time', module: 'practical' },
  ],
}

let count = 0
async function event(rules: object = RULES): Promise<string> {
  const competition = await bodyOf(
    district.post('/api/v1/competitions', {
      name: `评分竞赛第 ${++count} 届`,
      tier: 'district',
      class: 2,
      edition: `第${count}届`,
      held_on: '2026-11-20',
      citation: '西民发〔2026〕1 号',
      organisation_id: w.org.authority,
    }),
    201,
  )
  expect(competition).toMatchObject({ class: 2, edition: `第${count}届` })
  const body = { name: '养老护理员', occupation_code: '4-10-01-05', rules }
  return (await bodyOf(district.post(`/api/v1/competitions/${competition.id}/events`, body), 201)).id
}
const entries = (id: string, items: object[]) => district.post(`/api/v1/events/${id}/entries`, { items })
const enter = (id: string, size: number) =>
  bodyOf(
    entries(
      id,
      people.slice(0, size).map((person_id, index) => ({ person_id, organisation_id: w.org.home, station: index + 1 })),
    ),
    201,
  )
const appoint = (id: string, judges: Record<string, string[]>) =>
  bodyOf(
    district.post(`/api/v1/events/${id}/judges`, {
      items: Object.entries(judges).flatMap(([part, names]) => names.map((name) => ({ part, name }))),
    }),
    201,
  )
const score = (id: string, items: object[]) => district.post(`/api/v1/events/${id}/scores`, { items })
const rank = (id: string) => district.post(`/api/v1/events/${id}/ranking`)
const practical = (station: number, criterion: string, marks: number[]) =>
  marks.map((points, index) => ({ station, part: 'practical', criterion, judge: `评委${index + 1}`, points }))
const paper = (station: number, points: number, judge = '阅卷') => ({ station, part: 'theory', judge, points })
const PANEL = { theory: ['阅卷', '复核'], practical: ['评委1', '评委2', '评委3'] }

async function bookOf(id: string): Promise<BookLine[]> {
  const response = await district.get(`/api/v1/events/${id}/score-book`)
  expect(response.headers.get('content-type')).toContain('application/x-ndjson')
  return (await response.text())
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
}

describe('by its own rules', () => {
  test('criteria add up to modules, modules to a total; extremes, penalties and times as declared', async () => {
    const id = await event()
    await enter(id, 3)
    await appoint(id, PANEL)
    await bodyOf(
      score(id, [
        paper(1, 40),
        ...practical(1, '移位', [30, 50, 60]),
        ...practical(1, '沟通', [30, 30, 40]),
        paper(2, 40),
        ...practical(2, '移位', [50, 50, 50]),
        ...practical(2, '沟通', [10, 30, 40]),
        paper(3, 50),
        ...practical(3, '移位', [50, 50, 50]),
        ...practical(3, '沟通', [30, 30, 30]),
      ]),
      201,
    )
    await bodyOf(district.post(`/api/v1/events/${id}/penalties`, { station: 3, points: 6, reason: '超时两分钟' }), 201)
    const times = [
      { station: 1, part: 'practical', seconds: 300.5 },
      { station: 2, part: 'practical', seconds: 300.25 },
    ]
    expect(await bodyOf(district.post(`/api/v1/events/${id}/times`, { items: times }), 201)).toEqual({
      recorded: 2,
      unchanged: 0,
    })
    const { items } = await bodyOf(rank(id), 200)
    // 30 × 40/50 + 70 × 80/100 = 80 for all three; practical is equal, time decides, no time is last
    expect(
      items.map((row: Record<string, unknown>) => [row.rank, row.station, row.total, row.modules, row.penalty]),
    ).toEqual([
      [1, 2, '80.0000', { theory: '80.0000', practical: '80.0000' }, 0],
      [2, 1, '80.0000', { theory: '80.0000', practical: '80.0000' }, 0],
      [3, 3, '80.0000', { theory: '100.0000', practical: '80.0000' }, 6],
    ])
  })

  test('what is wrong with rules is told at once', async () => {
    const wrong = {
      ...RULES,
      modules: [
        { ...RULES.modules[0], weight: 50 },
        { ...RULES.modules[1], key: 'theory' },
      ],
    }
    const made = await bodyOf(
      district.post('/api/v1/competitions', {
        ...{ name: '规则有误的竞赛', tier: 'district', held_on: '2026-11-20', citation: '文件' },
        organisation_id: w.org.authority,
      }),
      201,
    )
    const path = `/api/v1/competitions/${made.id}/events`
    const body = { name: '项目', occupation_code: '4-10-01-05' }
    expect(await codesOf(district.post(path, { ...body, rules: wrong }))).toEqual([
      ['/rules/modules', 'rules.weights'],
      ['/rules/modules/1/key', 'rules.module_twice'],
      ['/rules/tie_breaks/0', 'rules.tie_break_unknown'],
      ['/rules/tie_breaks/1', 'rules.tie_break_unknown'],
    ])
    expect((await district.post(path, body)).status).toBe(422)
    expect((await district.post(path, { ...body, rules: RULES, theory_weight: 30 })).status).toBe(422)
  })

  test('rules change with a reason until the first mark, then they stand', async () => {
    const id = await event()
    await appoint(id, { practical: ['评委1'] })
    const change = (rules: object) => district.post(`/api/v1/events/${id}/rules`, { rules, reason: '补充通知' })
    expect(await bodyOf(change({ ...RULES, trim_from: 5 }), 200)).toMatchObject({ rules: { trim_from: 5 } })
    const [theory] = RULES.modules
    expect(await codeOf(change({ modules: [{ ...theory, weight: 100 }] }))).toEqual([
      409,
      'rules.judges_without_module',
    ])
    await enter(id, 1)
    await bodyOf(score(id, practical(1, '移位', [30])), 201)
    expect(await codeOf(change(RULES))).toEqual([409, 'rules.marked'])
    await expect(
      w.db.updateTable('competition_rules').set({ reason: '改' }).where('event_id', '=', id).execute(),
    ).rejects.toThrow(/append-only|frozen|change/i)
  })
})

describe('marks', () => {
  test('every fault is told at once, and nothing is written', async () => {
    const id = await event()
    await enter(id, 1)
    await appoint(id, PANEL)
    expect(
      await codesOf(
        score(id, [
          paper(1, 50.01),
          { station: 1, part: 'practical', judge: '评委1', points: 10 },
          { station: 1, part: 'practical', criterion: '没有', judge: '评委1', points: 10 },
          { station: 1, part: 'practical', criterion: '移位', judge: '阅卷', points: 10 },
          { sealed_number: 9, part: 'theory', judge: '阅卷', points: 10 },
          { station: 1, part: 'practical', criterion: '沟通', judge: '评委1', points: 40.5 },
        ]),
      ),
    ).toEqual([
      ['/items/0/points', 'score.points_invalid'],
      ['/items/1/criterion', 'score.criterion_unknown'],
      ['/items/2/criterion', 'score.criterion_unknown'],
      ['/items/3/judge', 'score.judge_unknown'],
      ['/items/4/sealed_number', 'score.station_unknown'],
      ['/items/5/points', 'score.points_invalid'],
    ])
    expect((await bodyOf(district.get(`/api/v1/events/${id}/scores`), 200)).items).toEqual([])
  })

  test('what is measured counts once, whoever enters it; a correction keeps the old mark', async () => {
    const id = await event()
    await enter(id, 1)
    await appoint(id, PANEL)
    await bodyOf(score(id, [paper(1, 40)]), 201)
    expect(await bodyOf(score(id, [paper(1, 41, '复核')]), 201)).toEqual({ recorded: 0, changed: 1, unchanged: 0 })
    const { items } = await bodyOf(district.get(`/api/v1/events/${id}/scores`), 200)
    expect(items).toEqual([
      { station: 1, sealed_number: null, part: 'theory', criterion: '试卷', judge: '复核', points: 41 },
    ])
    const marks = (await bookOf(id)).filter(({ line }) => line === 'mark')
    expect(marks).toMatchObject([
      { station: 1, points: 4000, until: expect.any(String) },
      { station: 1, points: 4100, until: null },
    ])
  })

  test('the database itself refuses a mark above the maximum, of a stranger, and a changed one', async () => {
    const id = await event()
    await enter(id, 1)
    await appoint(id, PANEL)
    await bodyOf(score(id, [paper(1, 40)]), 201)
    const mark = { criterion: 2, judge: 3, points: 10, max_points: 6000 }
    const insert = (changed: object) => {
      const { criterion, judge, points, max_points } = { ...mark, ...changed }
      return sql`insert into competition_marks (event_id, entry_id, criterion, judge, points, max_points)
        select event_id, id, ${criterion}::smallint, ${judge}::smallint, ${points}::int, ${max_points}::int from competition_entries where event_id = ${id}::uuid`.execute(
        w.db,
      )
    }
    await expect(insert({ points: 6001 })).rejects.toThrow(/check/)
    await expect(insert({ max_points: 9000, points: 9000 })).rejects.toThrow(/foreign key/)
    await expect(insert({ judge: 77 })).rejects.toThrow(/foreign key/)
    await expect(
      sql`update competition_marks set points = 1 where event_id = ${id}::uuid`.execute(w.db),
    ).rejects.toThrow()
    await expect(sql`delete from competition_marks where event_id = ${id}::uuid`.execute(w.db)).rejects.toThrow()
  })

  test('without a judge there is no ranking, or the mean of those present where the rules say so', async () => {
    const strict = await event()
    await enter(strict, 1)
    await appoint(strict, PANEL)
    const given = [paper(1, 40), ...practical(1, '移位', [30, 40, 50]), ...practical(1, '沟通', [30, 20])]
    await bodyOf(score(strict, given), 201)
    const refused = await (await rank(strict)).json()
    expect([refused.code, refused.errors[0].message]).toEqual([
      'event.scores_missing',
      '1 号工位缺实操“沟通”评委 评委3 的分数。',
    ])
    const lenient = await event({ ...RULES, missing_judges: 'average', present_at_least: 2 })
    await enter(lenient, 1)
    await appoint(lenient, PANEL)
    await bodyOf(score(lenient, given.slice(0, -1)), 201)
    expect((await (await rank(lenient)).json()).errors[0].message).toBe(
      '1 号工位的实操“沟通”应有 2 个分数，现有 1 个。',
    )
    await bodyOf(score(lenient, given), 201)
    // 30 × 40/50 + 70 × (40 + 25)/100
    expect((await bodyOf(rank(lenient), 200)).items[0].total).toBe('69.5000')
  })

  test('judges who lie too far apart are shown', async () => {
    const id = await event({ ...RULES, spread_alarm: 30 })
    await enter(id, 1)
    await appoint(id, PANEL)
    await bodyOf(score(id, [...practical(1, '移位', [30, 48, 40]), ...practical(1, '沟通', [27, 40, 30])]), 201)
    expect((await bodyOf(district.get(`/api/v1/events/${id}/spreads`), 200)).items).toEqual([
      { station: 1, part: 'practical', criterion: '沟通', lowest: 27, highest: 40 },
    ])
  })

  test('a penalty that is withdrawn counts no more and stays in the book', async () => {
    const id = await event()
    await enter(id, 1)
    await appoint(id, PANEL)
    const { items } = await bodyOf(
      district.post(`/api/v1/events/${id}/penalties`, { station: 1, points: 1.5, reason: '着装' }),
      201,
    )
    const withdrawal = `/api/v1/penalties/${items[0].id}/withdrawal`
    await bodyOf(district.post(withdrawal, { reason: '核实无误' }), 200)
    expect(await codeOf(district.post(withdrawal, { reason: '再次' }))).toEqual([409, 'penalty.withdrawn'])
    expect((await bookOf(id)).find(({ line }) => line === 'penalty')).toMatchObject({
      points: 150,
      reason: '着装',
      withdrawn: '核实无误',
    })
    expect((await w.as('district2').post(withdrawal, { reason: '别区' })).status).toBe(404)
    expect(
      await codesOf(district.post(`/api/v1/events/${id}/penalties`, { station: 8, points: 1, reason: '着装' })),
    ).toEqual([['/station', 'penalty.station_unknown']])
  })
})

describe('lots', () => {
  test('sealed numbers follow from their seed, are the organiser’s, and are drawn again only with a reason', async () => {
    const id = await event()
    expect(await codeOf(district.post(`/api/v1/events/${id}/draw`, {}))).toEqual([409, 'event.no_entries'])
    await enter(id, 5)
    const drawn = await bodyOf(district.post(`/api/v1/events/${id}/draw`, {}), 201)
    expect(drawn.items.map((item: { sealed_number: number }) => item.sealed_number)).toEqual(lotsOf(drawn.seed, 5))
    expect(await codeOf(district.post(`/api/v1/events/${id}/draw`, {}))).toEqual([409, 'draw.reason_missing'])
    const again = await bodyOf(district.post(`/api/v1/events/${id}/draw`, { reason: '更换选手' }), 201)
    expect([again.number, again.seed === drawn.seed]).toEqual([2, false])
    expect((await bookOf(id)).filter(({ line }) => line === 'draw')).toHaveLength(2)
    const seen = async (client: Client) =>
      (await bodyOf(client.get(`/api/v1/events/${id}/entries`), 200)).items.map(
        (item: { sealed_number: number | null }) => item.sealed_number,
      )
    expect(await seen(district)).toEqual(lotsOf(again.seed, 5))
    expect(await seen(w.as('facility'))).toEqual(Array(5).fill(null))
  })

  test('lots are a permutation, whatever the seed', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 0, max: 60 }), (seed, size) => {
        expect([...lotsOf(seed, size)].sort((a, b) => a - b)).toEqual(Array.from({ length: size }, (_, at) => at + 1))
      }),
      { numRuns: 30 },
    )
  })

  test('marks are entered by sealed number on a page without names', async () => {
    const id = await event()
    await enter(id, 3)
    await appoint(id, PANEL)
    const { items } = await bodyOf(district.post(`/api/v1/events/${id}/draw`, {}), 201)
    const page = await (await district.page(`/console/events/${id}/scores?part=practical&criterion=沟通`)).text()
    expect(page).toContain('name="marks.s1.0"')
    expect(page).not.toMatch(/赛手|示例西湖颐养院/)
    const sent = await district.submit(`/console/events/${id}/scores`, {
      ...{ part: 'practical', criterion: '沟通', 'judges.0': '评委1', 'marks.s2.0': '31' },
    })
    expect(sent.status).toBe(303)
    const { station } = items.find(({ sealed_number }: { sealed_number: number }) => sealed_number === 2)
    expect((await bodyOf(district.get(`/api/v1/events/${id}/scores`), 200)).items).toMatchObject([
      { station, sealed_number: 2, criterion: '沟通', points: 31 },
    ])
  })
})

describe('once it has started', () => {
  test('entries, lots, judges and rules stand; who cannot compete is withdrawn and not ranked', async () => {
    const id = await event()
    expect(await codeOf(district.post(`/api/v1/events/${id}/start`))).toEqual([409, 'event.no_entries'])
    await enter(id, 2)
    expect(await codeOf(district.post(`/api/v1/events/${id}/start`))).toEqual([409, 'event.no_judges'])
    await appoint(id, PANEL)
    const started = await bodyOf(district.post(`/api/v1/events/${id}/start`), 200)
    expect(started.started_at).toBe('2026-11-23T02:00:00.000Z')
    expect(await bodyOf(district.post(`/api/v1/events/${id}/start`), 200)).toEqual(started)
    const frozen = await Promise.all(
      [
        entries(id, [{ person_id: people[5], organisation_id: w.org.home }]),
        district.post(`/api/v1/events/${id}/judges`, { items: [{ part: 'theory', name: '新评委' }] }),
        district.post(`/api/v1/events/${id}/rules`, { rules: RULES, reason: '补充通知' }),
        district.post(`/api/v1/events/${id}/draw`, {}),
      ].map(codeOf),
    )
    expect(frozen).toEqual(Array(4).fill([409, 'event.started']))
    const [first] = (await bodyOf(district.get(`/api/v1/events/${id}/entries`), 200)).items
    const withdrawal = `/api/v1/entries/${first.id}/withdrawal`
    expect((await w.as('district2').post(withdrawal, { reason: '别区' })).status).toBe(404)
    expect(await bodyOf(district.post(withdrawal, { reason: '受伤' }), 200)).toMatchObject({
      withdrawal_reason: '受伤',
    })
    expect(await codeOf(district.post(withdrawal, { reason: '受伤' }))).toEqual([409, 'entry.withdrawn'])
    expect(await codesOf(score(id, [paper(1, 40)]))).toEqual([['/items/0/station', 'score.station_unknown']])
    await bodyOf(score(id, [paper(2, 40), ...practical(2, '移位', [1, 2, 3]), ...practical(2, '沟通', [1, 2, 3])]), 201)
    expect((await bodyOf(rank(id), 200)).items).toMatchObject([{ rank: 1, station: 2 }])
  })
})

describe('who may enter', () => {
  test('every condition that is not met is told with what was found; an exception has a reason', async () => {
    const id = await event({ ...RULES, entry: { years_at_least: 2, level_at_least: 4, workforce: 'childcare' } })
    await w.db
      .insertInto('employments')
      .values(
        // a year and a half, of which half a year twice over
        [
          ['2024-01-01', '2025-01-01'],
          ['2024-07-01', '2025-07-01'],
        ].map(([starts_on, ends_on], index) => ({
          ...{ person_id: people[0]!, post: index === 0 ? 'care' : 'nursing', contract_kind: 'labour' },
          ...{ organisation_id: w.org.home, starts_on: starts_on!, ends_on: ends_on! },
        })),
      )
      .execute()
    const answer = await (await entries(id, [{ person_id: people[0], organisation_id: w.org.home }])).json()
    expect(answer.errors.map(({ code, message }: { code: string; message: string }) => [code, message])).toEqual([
      ['entry.not_eligible', '赛手丁不是托育照护人员。'],
      ['entry.not_eligible', '赛手丁从业须满 2 年，按任职记录为 1.4 年。'],
      ['entry.not_eligible', '赛手丁须持有四级/中级工及以上证书，本系统没有其有效证书。'],
    ])
    const made = await bodyOf(
      entries(id, [{ person_id: people[0], organisation_id: w.org.home, exception: '外省工龄经核实' }]),
      201,
    )
    expect(made.items).toMatchObject([{ exception: '外省工龄经核实' }])
  })

  test('an organisation and an event take so many', async () => {
    const id = await event({ ...RULES, entry: { most: 3, most_per_organisation: 2 } })
    const item = (index: number, organisation_id = w.org.home) => ({ person_id: people[index], organisation_id })
    expect(await codesOf(entries(id, [item(0), item(1), item(2), item(3)]))).toEqual([
      ['/items/2/organisation_id', 'entry.organisation_full'],
      ['/items/3/person_id', 'entry.too_many'],
      ['/items/3/organisation_id', 'entry.organisation_full'],
    ])
    await bodyOf(entries(id, [item(0), item(1)]), 201)
  })

  test('a team has its size and a name, and nobody is in two of them', async () => {
    const id = await event({ ...RULES, team_size: 2 })
    const team = (name: string | undefined, ...members: number[]) => {
      const [captain, ...others] = members.map((index) => people[index])
      return { person_id: captain, organisation_id: w.org.home, team: name, member_ids: others }
    }
    expect(await codesOf(entries(id, [team('一队', 0), team(undefined, 1, 2)]))).toEqual([
      ['/items/0/member_ids', 'entry.team_size'],
      ['/items/1/member_ids', 'entry.team_size'],
    ])
    const { items } = await bodyOf(entries(id, [team('一队', 0, 1)]), 201)
    expect(items).toMatchObject([{ team: '一队', members: ['赛手丂'] }])
    expect(await codeOf(entries(id, [team('二队', 2, 1)]))).toEqual([409, 'entry.member_twice'])
    const single = await event()
    expect(await codesOf(entries(single, [team('一队', 0, 1)]))).toEqual([['/items/0/member_ids', 'entry.team_size']])
  })
})

describe('the score book', () => {
  test('makes the same ranking again, exactly', async () => {
    const id = await event()
    await enter(id, 3)
    await appoint(id, PANEL)
    const marks = (station: number, points: number[]) => [
      paper(station, points[0]!),
      ...practical(station, '移位', points.slice(1, 4)),
      ...practical(station, '沟通', points.slice(4)),
    ]
    await bodyOf(
      score(id, [
        ...marks(1, [33.33, 10, 20.01, 59.99, 1, 2, 3]),
        ...marks(2, [50, 60, 60, 59, 39, 40, 38.5]),
        ...marks(3, [0, 0, 0, 0, 0, 0, 0]),
      ]),
      201,
    )
    await bodyOf(score(id, [paper(1, 34)]), 201)
    await bodyOf(district.post(`/api/v1/events/${id}/penalties`, { station: 2, points: 0.25, reason: '着装' }), 201)
    await bodyOf(rank(id), 200)
    const book = await bookOf(id)
    const printed = book.flatMap((line) =>
      line.line === 'rank'
        ? [[line.rank, `${line.station}`, readable(BigInt(line.total), BigInt(line.denominator))]]
        : [],
    )
    expect(replay(book).map((one) => [one.rank, one.entry_id, readable(one.total, one.denominator)])).toEqual(printed)
    expect(printed).toHaveLength(3)
    expect(JSON.stringify(book)).not.toMatch(/赛手/)
    expect((await w.as('facility').get(`/api/v1/events/${id}/score-book`)).status).toBe(404)
    // and on paper: every mark, the corrected one before what replaced it, and the ranking
    const paged = await (await district.page(`/console/events/${id}/score-book`)).text()
    expect(paged).toMatch(/<s>33 <\/s><b>34<\/b>|<s>[\d.]+ <\/s><b>34<\/b>/)
    for (const [, station] of printed) expect(paged).toContain(`工位 ${station}<`)
    expect(paged).not.toMatch(/赛手/)
    expect((await w.as('facility').page(`/console/events/${id}/score-book`)).status).toBe(403)
  })

  test('what the database adds up is what the marks add up to one by one', async () => {
    const panel = 7
    const id = await event({
      ...{ ...RULES, trim_from: 4, missing_judges: 'average' },
      tie_breaks: [{ by: 'criterion', module: 'practical', criterion: '沟通' }, ...RULES.tie_breaks],
    })
    await enter(id, 6)
    await appoint(id, {
      theory: ['阅卷'],
      practical: Array.from({ length: panel }, (_, index) => `评委${index + 1}`),
    })
    const known = await getEvent(w.db, (await w.context('district')).scope, id)
    const [paperRule, ...judged] = [5000, 6000, 4000]
    const world = fc.array(
      fc.record({
        paper: fc.integer({ min: 0, max: paperRule! }),
        judged: fc.tuple(
          ...judged.map((max) => fc.array(fc.integer({ min: 0, max }), { minLength: 1, maxLength: panel })),
        ),
        penalty: fc.integer({ min: 0, max: 300 }),
      }),
      { minLength: 1, maxLength: 6 },
    )
    await fc.assert(
      fc.asyncProperty(world, async (people) => {
        const marks = people.flatMap(({ paper, judged }, index) => [
          { station: index + 1, part: 'theory', criterion: '试卷', judge: '阅卷', points: paper / 100 },
          ...judged.flatMap((points, at) =>
            points.map((value, judge) => ({
              ...{ station: index + 1, part: 'practical', criterion: ['移位', '沟通'][at] },
              ...{ judge: `评委${judge + 1}`, points: value / 100 },
            })),
          ),
        ])
        await bodyOf(score(id, marks), 201)
        const summed = rankResults(known.rules, await resultsOf(w.db, id, known.rules))
        const stations = new Map(
          (
            await w.db.selectFrom('competition_entries').select(['id', 'station']).where('event_id', '=', id).execute()
          ).map((entry) => [entry.id, entry.station]),
        )
        const exact = (total: bigint, denominator: bigint) => readable(total * 1_000_000_000n, denominator)
        const replayed = replay(await bookOf(id))
        expect(
          new Map(
            summed.map((one) => [`${stations.get(one.entry_id)}`, [one.rank, exact(one.total, one.denominator)]]),
          ),
        ).toEqual(new Map(replayed.map((one) => [one.entry_id, [one.rank, exact(one.total, one.denominator)]])))
      }),
      { numRuns: 15 },
    )
  })
})

test('nothing was an internal fault', () => expect(w.faults).toEqual([]))
