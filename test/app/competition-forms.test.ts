/** What follows a ranking, by forms: awards, a carer's own page and appeal, a decision that corrects several marks. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addAccount } from '../../src/access/actions.ts'
import { registerPeople } from '../../src/people/actions.ts'
import { checkDigit } from '../../src/people/identity.ts'
import { ok, text } from '../support/answers.ts'
import { type Client, PASSWORD, type World, world } from '../support/world.ts'

let w: World
let district: Client
let people: string[]

const RULES = {
  modules: [
    { key: 'theory', name: '理论', weight: 30, criteria: [{ name: '试卷', measured: true, max_points: 100 }] },
    {
      ...{ key: 'practical', name: '实操', weight: 70 },
      criteria: [
        { name: '移位', max_points: 60 },
        { name: '沟通', max_points: 40 },
      ],
    },
  ],
}

beforeAll(async () => {
  w = await world()
  district = w.as('district')
  const rows = Array.from({ length: 4 }, (_, index) => {
    const number = `10990119850101${String(index + 701)}`
    return {
      ...{ name: `申诉者${'甲乙丙丁'[index]}`, id_type: 'resident_id' as const },
      ...{ id_number: number + checkDigit(number), workforce: 'elder_care' as const },
    }
  })
  const context = await w.context('facility')
  await w.db.transaction().execute(async (tx) => {
    people = (await registerPeople(tx, context, rows)).map(({ id }) => id)
    for (const [index, username] of ['carer', 'carer2'].entries())
      await addAccount(tx, context, {
        ...{ username, display_name: rows[index]!.name, role: 'carer', password: PASSWORD, person_id: people[index] },
      })
  })
}, 60_000)
afterAll(() => w.close())

let count = 0
/** Three entries of the home, the first with a carer's account; ranked, and published where asked. */
async function contest({
  published = true,
  tier = 'district',
  rules = RULES as object,
  members = [[], [], []] as string[][],
} = {}) {
  const competition = await ok(
    district.post('/api/v1/competitions', {
      ...{ name: `申诉竞赛第 ${++count} 届`, tier, class: 2, held_on: '2026-11-20', citation: '西民发〔2026〕1 号' },
      ...{ organisation_id: w.org.authority, appeal_days: 2 },
    }),
    201,
  )
  const event = await ok(
    district.post(`/api/v1/competitions/${competition.id}/events`, {
      ...{ name: '养老护理员', occupation_code: '4-10-01-05', rules },
    }),
    201,
  )
  const { items } = await ok(
    district.post(`/api/v1/events/${event.id}/entries`, {
      items: members.map((member_ids, index) => ({
        ...{ person_id: people[index], organisation_id: w.org.home, station: index + 1, member_ids },
        ...(member_ids.length > 0 ? { team: `第${index + 1}队` } : {}),
      })),
    }),
    201,
  )
  const judges = [
    { part: 'theory', name: '阅卷' },
    ...['裁判甲', '裁判乙'].map((name) => ({ part: 'practical', name })),
  ]
  await ok(district.post(`/api/v1/events/${event.id}/judges`, { items: judges }), 201)
  const marks = members.flatMap((_, index) => [
    { station: index + 1, part: 'theory', judge: '阅卷', points: 80 },
    ...['裁判甲', '裁判乙'].flatMap((judge) => [
      { station: index + 1, part: 'practical', criterion: '移位', judge, points: 50 - index },
      { station: index + 1, part: 'practical', criterion: '沟通', judge, points: 30 },
    ]),
  ])
  await ok(district.post(`/api/v1/events/${event.id}/scores`, { items: marks }), 201)
  const penalty = { station: members.length, points: 1.5, reason: '着装不整' }
  await ok(district.post(`/api/v1/events/${event.id}/penalties`, penalty), 201)
  await ok(district.post(`/api/v1/events/${event.id}/ranking`))
  if (published) await ok(district.post(`/api/v1/events/${event.id}/publication`))
  return { id: event.id as string, entries: items.map(({ id }: { id: string }) => id) as string[] }
}

describe('a carer’s own competitions', () => {
  const HERE = '/console/my-competitions'

  test('show one’s own rank once it is published, and nobody else’s', async () => {
    const { id, entries } = await contest({ published: false })
    expect(await text(w.as('carer').page(HERE))).toContain('名次尚未公布')
    const appeal = `${HERE}/${entries[0]}/appeal`
    expect(await text(w.as('carer').submit(appeal, { grounds: '漏计' }), 409)).toContain('名次还没有公布')
    await ok(district.post(`/api/v1/events/${id}/publication`, { awards: [{ name: '一等奖', count: 1 }] }))
    const seen = await text(w.as('carer').page(HERE))
    expect(seen).toContain('总分 80.0000（理论 80.0000%、实操 80.0000%）')
    expect(seen).toContain('一等奖')
    expect(seen).toContain('2026-11-25 截止')
    const other = await text(w.as('carer2').page(HERE))
    expect(other).toContain('79.3000')
    expect(other).not.toContain('80.0000（')
    const { items } = await ok(w.as('carer').get('/api/v1/my-entries'))
    expect(items).toMatchObject([{ id: entries[0], rank: 1, award: '一等奖', until: '2026-11-25', appeals: [] }])
    expect(items).toHaveLength(1)
  })

  test('an appeal is filed with its grounds in time, once at a time, and its answer is read there', async () => {
    const { id, entries } = await contest()
    const appeal = `${HERE}/${entries[0]}/appeal`
    const carer = w.as('carer')
    expect(await text(carer.page(HERE))).toContain(appeal)
    expect(await text(carer.submit(appeal, { grounds: ' ' }), 422)).toContain('id="field-grounds-error"')
    expect((await carer.submit(appeal, { grounds: '移位漏计一项' })).headers.get('location')).toBe(HERE)
    expect(await text(carer.submit(appeal, { grounds: '再提一次' }), 409)).toContain('已有一件申诉等待处理')
    const waiting = await text(carer.page(HERE))
    expect(waiting).toContain('2026-11-23 提出：移位漏计一项')
    expect(waiting).not.toContain(appeal)
    const [filed] = (await ok(district.get(`/api/v1/events/${id}/appeals`))).items
    await ok(district.post(`/api/v1/appeals/${filed.id}/decision`, { upheld: false, reason: '复核无误' }))
    expect(await text(carer.page(HERE))).toContain('2026-11-23 答复：复核无误')
    w.clock.now = new Date('2026-11-26T02:00:00Z')
    expect(await text(w.as('carer').submit(appeal, { grounds: '太晚' }), 409)).toContain('2026-11-25 及以前')
    w.clock.now = new Date('2026-11-23T02:00:00Z')
  })

  test('somebody else’s entry does not exist', async () => {
    const { id, entries } = await contest()
    const path = `${HERE}/${entries[0]}/appeal`
    expect((await w.as('carer2').page(path)).status).toBe(404)
    expect((await w.as('carer2').submit(path, { grounds: '别人的' })).status).toBe(404)
    const body = { entry_id: entries[0], grounds: '别人的' }
    expect((await w.as('carer2').post(`/api/v1/events/${id}/appeals`, body)).status).toBe(404)
  })

  test('a team’s entry is everybody’s of the team', async () => {
    const { entries } = await contest({ rules: { ...RULES, team_size: 2 }, members: [[people[1]!]] })
    expect(await text(w.as('carer2').page(HERE))).toContain('第1队')
    const answer = await w.as('carer2').submit(`${HERE}/${entries[0]}/appeal`, { grounds: '全队申诉' })
    expect(answer.status).toBe(303)
    expect(await text(w.as('carer').page(HERE))).toContain('全队申诉')
  })

  test('speak English on request', async () => {
    const answer = await w.as('carer').get(HERE, { 'accept-language': 'en' })
    const main = /<main.*<\/main>/s.exec(await answer.text())![0]
    expect(
      main
        .replaceAll(/申诉竞赛第 \d+ 届|养老护理员|（第1队）|一等奖|移位漏计一项|复核无误|全队申诉/g, '')
        .match(/[一-鿿]+/g),
    ).toBeNull()
  })
})

describe('deciding an appeal by a form', () => {
  async function appealed() {
    const { id, entries } = await contest()
    const body = { entry_id: entries[1], grounds: '移位两名评委都登记有误' }
    const filed = await ok(w.as('facility').post(`/api/v1/events/${id}/appeals`, body), 201)
    return { id, page: `/console/events/${id}/appeals/${filed.id}` }
  }
  const points = async (id: string, criterion: string) =>
    (await ok(district.get(`/api/v1/events/${id}/scores`))).items
      .filter((one: { station: number; criterion: string }) => one.station === 2 && one.criterion === criterion)
      .map(({ judge, points }: { judge: string; points: number }) => [judge, points])

  test('corrects several marks at once, and leaves what was not typed over', async () => {
    const { id, page } = await appealed()
    const shown = await text(district.page(page))
    expect(shown).toMatch(/name="marks.2.2" value="49"/)
    expect(shown).not.toContain('name="marks.1.2"')
    const sent = {
      ...{ 'marks.1.1': '80', 'marks.2.2': '55', 'marks.2.3': '58.5', 'marks.3.2': '30', 'marks.3.3': '' },
      ...{ upheld: 'true', reason: '复核记分表，两处登记有误' },
    }
    expect((await district.submit(page, sent)).status).toBe(303)
    expect(await points(id, '移位')).toEqual([
      ['裁判乙', 58.5],
      ['裁判甲', 55],
    ])
    expect(await points(id, '沟通')).toEqual([
      ['裁判乙', 30],
      ['裁判甲', 30],
    ])
    const { items } = await ok(district.get(`/api/v1/events/${id}/ranking`))
    expect(items[0]).toMatchObject({ station: 2, rank: 1 })
    const history = await w.db
      .selectFrom('history_events')
      .select('changes')
      .where('subject_id', '=', id)
      .where('kind', '=', 'appeal.decided')
      .executeTakeFirstOrThrow()
    expect(history.changes).toMatchObject({ upheld: true, corrections: 2 })
  })

  test('is a duty on the organiser’s home page, which leads to it', async () => {
    const { page } = await appealed()
    const list = '/console/competition-appeals'
    const waiting = await text(district.page(list))
    expect(waiting).toContain(`href="${page}"`)
    expect(await text(district.page('/console'))).toContain(`href="${list}"`)
    expect(await text(w.as('admin').page('/console'))).toContain(`href="${list}"`)
    expect(await text(w.as('district2').page('/console'))).not.toContain(list)
    expect(await text(w.as('district2').page(list))).toContain('没有待处理的申诉')
    expect((await district.submit(page, { upheld: 'false', reason: '复核无误' })).status).toBe(303)
    expect(await text(district.page(list))).not.toContain(`href="${page}"`)
  })

  test('takes a penalty back', async () => {
    const { id, entries } = await contest()
    const body = { entry_id: entries[2], grounds: '着装合规' }
    const filed = await ok(w.as('facility').post(`/api/v1/events/${id}/appeals`, body), 201)
    const page = `/console/events/${id}/appeals/${filed.id}`
    const [, penalty] = /name="withdrawn_penalties" value="([^"]+)"/.exec(await text(district.page(page)))!
    const sent = { withdrawn_penalties: penalty!, upheld: 'true', reason: '着装合规，撤销' }
    expect((await district.submit(page, sent)).status).toBe(303)
    const { items } = await ok(district.get(`/api/v1/events/${id}/penalties`))
    expect(items).toMatchObject([{ withdrawal_reason: '着装合规，撤销' }])
  })

  test('every wrong mark is framed in its cell and kept; nothing is decided', async () => {
    const { id, page } = await appealed()
    const sent = { 'marks.2.2': '60.01', 'marks.3.3': '很好', upheld: 'true', reason: '复核' }
    const refused = await text(district.submit(page, sent), 422)
    expect(refused).toMatch(/name="marks.2.2" value="60.01"[^>]*aria-invalid="true"/)
    expect(refused).toMatch(/name="marks.3.3" value="很好"[^>]*aria-invalid="true"/)
    expect(refused).toContain('0–60 之间')
    expect(await text(district.submit(page, { upheld: '', reason: '' }), 422)).toContain('id="field-upheld-error"')
    expect(await text(district.submit(page, { upheld: 'true', reason: '没有改' }), 422)).toContain('请写明更正哪些分数')
    expect(await text(district.submit(page, { ...sent, upheld: 'false' }), 422)).toContain('不能更正分数')
    expect(await points(id, '移位')).toEqual([
      ['裁判乙', 49],
      ['裁判甲', 49],
    ])
    expect((await w.as('district2').page(page)).status).toBe(404)
  })
})

describe('penalties and times by forms', () => {
  test('are given to a number, taken back with a reason, and faulted in place', async () => {
    const { id } = await contest({ published: false })
    const page = `/console/events/${id}/penalties`
    const shown = await text(district.page(page))
    expect(shown).toContain('着装不整')
    expect(shown).not.toMatch(/申诉者/)
    const refused = await text(district.submit(page, { number: '9', points: '0.005', reason: '' }), 422)
    for (const field of ['points', 'reason']) expect(refused).toContain(`id="field-${field}-error"`)
    expect(await text(district.submit(page, { number: '9', points: '1', reason: '超时' }), 422)).toContain(
      'id="field-number-error"',
    )
    expect((await district.submit(page, { number: '1', points: '2.5', reason: '超时' })).status).toBe(303)
    const [first] = (await ok(district.get(`/api/v1/events/${id}/penalties`))).items
    const back = `${page}/withdrawal`
    expect(await text(district.submit(back, { penalty: first.id, withdrawal_reason: '' }), 422)).toContain(
      'id="field-withdrawal_reason-error"',
    )
    expect((await district.submit(back, { penalty: first.id, withdrawal_reason: '核实无误' })).status).toBe(303)
    expect(await text(district.page(page))).toContain('已撤销：核实无误')
    const times = `/console/events/${id}/times`
    const wrong = await text(district.submit(times, { 'times.1.practical': '-3', 'times.2.practical': '9' }), 422)
    expect(wrong).toMatch(/name="times.1.practical"[^>]*value="-3"[^>]*aria-invalid="true"/)
    expect((await district.submit(times, { 'times.1.practical': '301.5', 'times.2.practical': '' })).status).toBe(303)
    expect((await ok(district.get(`/api/v1/events/${id}/times`))).items).toMatchObject([
      { station: 1, part: 'practical', seconds: 301.5 },
    ])
    expect((await w.as('district2').page(page)).status).toBe(404)
    expect((await w.as('facility').get(`/api/v1/events/${id}/times`)).status).toBe(404)
    const english = await district.get(page, { 'accept-language': 'en' })
    const main = /<main.*<\/main>/s.exec(await english.text())![0]
    expect(
      main.replaceAll(/申诉竞赛第 \d+ 届|养老护理员|着装不整|超时|核实无误|（）/g, '').match(/[一-鿿]+/g),
    ).toBeNull()
  })
})

describe('publishing by a form', () => {
  const awards = async (id: string) =>
    (await ok(district.get(`/api/v1/events/${id}/ranking`))).items.map(({ award }: { award: string | null }) => award)

  test('an award is a number of ranks or a share, rounded as said', async () => {
    for (const [rounding, second] of [
      ['down', null],
      ['up', '二等奖'],
    ] as const) {
      const { id } = await contest({ published: false })
      const page = `/console/events/${id}/publication`
      expect(await text(district.page(page))).toContain('比例按 3 名参赛选手计')
      // of three entries a third less is nothing, or one
      const sent = { 'awards.0.count': '1', 'awards.1.name': '二等奖', 'awards.1.percent': '33', rounding }
      expect((await district.submit(page, sent)).status).toBe(303)
      expect(await awards(id)).toEqual(['一等奖', second, null])
    }
  })

  test('every wrong line is framed', async () => {
    const { id } = await contest({ published: false })
    const sent = {
      ...{ 'awards.0.count': '1', 'awards.0.percent': '10', 'awards.1.percent': '60', 'awards.2.percent': '33.333' },
      ...{ 'awards.3.percent': '50', 'awards.4.count': '1' },
    }
    const page = await text(district.submit(`/console/events/${id}/publication`, sent), 422)
    for (const field of ['0.percent', '2.percent', '3.percent', '4.name'])
      expect(page).toContain(`id="field-awards.${field}-error"`)
    expect(page).toContain('只能填名额或比例中的一个')
    expect(await awards(id)).toEqual([null, null, null])
  })

  test('only rules for the contest’s tier, class and day are offered for promotions', async () => {
    const offered = async (tier: string) => {
      const page = await text(district.page(`/console/events/${(await contest({ tier })).id}/ranking`))
      return [...page.matchAll(/<option value="([a-z0-9-]+)"[^>]*>[^<]*（S/g)].map(([, code]) => code)
    }
    expect(await offered('city')).toEqual(['sh-2021', 'zj-city-2-2016'])
    expect(await offered('district')).toEqual([])
    const none = await contest()
    expect(await text(district.page(`/console/events/${none.id}/ranking`))).toContain('没有适用于这一级别')
  })
})

test('nothing was an internal fault', () => expect(w.faults).toEqual([]))
