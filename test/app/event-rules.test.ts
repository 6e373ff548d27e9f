/** An event's own rules by a form: said in words, faulted beside the fields, and standing once judging begins. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { registerPeople } from '../../src/people/actions.ts'
import { checkDigit } from '../../src/people/identity.ts'
import { ok, text } from '../support/answers.ts'
import { type Client, type World, world } from '../support/world.ts'

let w: World
let district: Client
let people: string[]

beforeAll(async () => {
  w = await world()
  district = w.as('district')
  const rows = ['甲', '乙'].map((name, index) => {
    const number = `10990119850101${String(index + 801)}`
    return {
      ...{ name: `规则者${name}`, id_type: 'resident_id' as const, id_number: number + checkDigit(number) },
      workforce: 'elder_care' as const,
    }
  })
  const context = await w.context('facility')
  people = (await w.db.transaction().execute((tx) => registerPeople(tx, context, rows))).map(({ id }) => id)
}, 60_000)
afterAll(() => w.close())

let count = 0
async function event(): Promise<string> {
  const competition = await ok(
    district.post('/api/v1/competitions', {
      ...{ name: `规则竞赛第 ${++count} 届`, tier: 'district', held_on: '2026-11-20', citation: '西民发〔2026〕1 号' },
      organisation_id: w.org.authority,
    }),
    201,
  )
  const body = { name: '养老护理员', occupation_code: '4-10-01-05', theory_weight: 30 }
  return (await ok(district.post(`/api/v1/competitions/${competition.id}/events`, body), 201)).id
}

const FIELDS = {
  ...{ 'modules.0.key': 'theory', 'modules.0.name': '理论', 'modules.0.weight': '20' },
  ...{ 'modules.1.key': 'practical', 'modules.1.name': '实操', 'modules.1.weight': '65.5' },
  ...{ 'modules.4.key': '', 'modules.4.name': '展示', 'modules.4.weight': '14.5' },
  criteria:
    '模块\t评分项\t满分\t方式\n理论\t试卷\t100\t测量\n实操\t移位\t60\t评判\n实操\t沟通\t40\t\n展示 | 作品，含讲解 | 12.5',
  ...{ trim_from: '', missing_judges: 'average', present_at_least: '2', spread_alarm: '30' },
  tie_breaks: '实操 | 移位\n展示\n实操｜用时\n罚分',
  ...{
    team_size: '1',
    most: '40',
    most_per_organisation: '',
    workforce: 'elder_care',
    years_at_least: '',
    level_at_least: '5',
  },
  reason: '按技术文件第二版',
}

describe('rules by a form', () => {
  test('modules a row, criteria pasted from a sheet, equals decided in words', async () => {
    const id = await event()
    const page = `/console/events/${id}/rules`
    const shown = await text(district.page(`${page}/new`))
    expect(shown).toContain('实操 | 总分 | 100 | 评判')
    const done = await district.submit(`${page}/new`, FIELDS)
    expect([done.status, done.headers.get('location')]).toEqual([303, page])
    const { rules } = await ok(district.get(`/api/v1/events/${id}`))
    expect(rules).toEqual({
      modules: [
        { key: 'theory', name: '理论', weight: 20, criteria: [{ name: '试卷', measured: true, max_points: 100 }] },
        {
          ...{ key: 'practical', name: '实操', weight: 65.5 },
          criteria: [
            { name: '移位', measured: false, max_points: 60 },
            { name: '沟通', measured: false, max_points: 40 },
          ],
        },
        {
          ...{ key: 'module', name: '展示', weight: 14.5 },
          criteria: [{ name: '作品，含讲解', measured: false, max_points: 12.5 }],
        },
      ],
      ...{ trim_from: 0, missing_judges: 'average', present_at_least: 2, spread_alarm: 30, team_size: 1 },
      tie_breaks: [
        { by: 'criterion', module: 'practical', criterion: '移位' },
        { by: 'module', module: 'module' },
        { by: 'time', module: 'practical' },
        { by: 'penalties' },
      ],
      entry: {
        ...{ most: 40, most_per_organisation: null, workforce: 'elder_care', years_at_least: null, level_at_least: 5 },
      },
    })
    expect(await text(w.as('facility').page(page))).toContain('实操“移位”高者在前')
    // what the form shows is what stands: sent back unchanged it says the same
    const again = await text(district.page(`${page}/new`))
    const fields = Object.fromEntries([
      ...[...again.matchAll(/<input[^>]*>/g)].map(([tag]) => [
        / name="([^"]+)"/.exec(tag)![1],
        / value="([^"]*)"/.exec(tag)?.[1] ?? '',
      ]),
      ...[...again.matchAll(/<textarea[^>]*name="([^"]+)"[^>]*>([^<]*)</g)].map(([, name, value]) => [name, value]),
      ...[...again.matchAll(/<select[^>]*name="([^"]+)".*?<option value="([^"]*)" selected/gs)].map(
        ([, name, value]) => [name, value],
      ),
    ])
    expect((await district.submit(`${page}/new`, { ...fields, reason: '原样' })).status).toBe(303)
    expect((await ok(district.get(`/api/v1/events/${id}`))).rules).toEqual(rules)
  })

  test('everything that is wrong is told at once, beside its field, and nothing is lost', async () => {
    const id = await event()
    const wrong = {
      ...FIELDS,
      ...{ 'modules.1.weight': '70', 'modules.6.name': '空的', 'modules.6.weight': '1', trim_from: '2' },
      criteria:
        '理论 | 试卷 | 一百\n表演 | 歌 | 10\n实操 | 移位 | 60 | 猜\n实操 | 沟通 | 40\n实操 | 沟通 | 40\n展示 | 作品 | 10',
      tie_breaks: '实操 | 移位\n没有\n罚分',
      reason: '',
    }
    const page = await text(district.submit(`/console/events/${id}/rules/new`, wrong), 422)
    for (const message of [
      '各模块权重合计 105.5%，应为 100%。',
      '第 1 行：',
      '第 2 行：上面没有名为“表演”的模块。',
      '第 3 行：应写作“模块 | 评分项 | 满分 | 评判或测量”。',
      '第 2 个模块：模块“实操”里“沟通”出现了两次。',
      '第 7 个模块：还没有评分项。',
      '第 1 行：同分规则里的评分项“移位”不在该模块中。',
      '第 2 行：上面没有名为“没有”的模块。',
    ])
      expect(page).toContain(message)
    for (const field of ['modules.0.weight', 'criteria', 'tie_breaks', 'trim_from', 'reason'])
      expect(page).toContain(`id="field-${field}-error"`)
    expect(page).toContain('实操 | 移位 | 60 | 猜')
    expect(page).toContain('value="空的"')
    expect((await ok(district.get(`/api/v1/events/${id}`))).rules.modules).toHaveLength(2)
  })

  test('stand once somebody was marked, and are the organiser’s', async () => {
    const id = await event()
    const path = `/console/events/${id}/rules/new`
    expect((await w.as('facility').page(path)).status).toBe(403)
    expect((await w.as('district2').page(path)).status).toBe(404)
    await ok(
      district.post(`/api/v1/events/${id}/entries`, { items: [{ person_id: people[0], organisation_id: w.org.home }] }),
      201,
    )
    await ok(district.post(`/api/v1/events/${id}/judges`, { items: [{ part: 'practical', name: '裁判' }] }), 201)
    const without = { ...FIELDS, 'modules.1.key': '', 'modules.1.name': '操作' }
    const lines = FIELDS.criteria.replaceAll('实操', '操作')
    expect(await text(district.submit(path, { ...without, criteria: lines, tie_breaks: '' }), 409)).toContain(
      '已登记的评委（裁判 practical）',
    )
    const mark = { station: 1, part: 'practical', judge: '裁判', points: 50 }
    await ok(district.post(`/api/v1/events/${id}/scores`, { items: [mark] }), 201)
    expect(await text(district.submit(path, FIELDS), 409)).toContain('已经按现行规则打过分')
  })

  test.each(['', '/new'])('speak English on request%s', async (tab) => {
    const answer = await district.get(`/console/events/${await event()}/rules${tab}`, { 'accept-language': 'en' })
    const main = /<main.*<\/main>/s.exec(await answer.text())![0]
    expect(main.replaceAll(/规则竞赛第 \d+ 届|养老护理员|理论|实操|总分/g, '').match(/[一-鿿]+/g)).toBeNull()
  })
})

test('nothing was an internal fault', () => expect(w.faults).toEqual([]))
