/** From marks to a level: entries, scores, ranking, appeal, promotion, certificate, over the API; and what stops halfway. */
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { registerPeople } from '../../src/people/actions.ts'
import { checkDigit } from '../../src/people/identity.ts'
import { clientsOf, faults, ok, refused } from '../support/answers.ts'
import { type World, world } from '../support/world.ts'

let w: World
let people: string[]
const as = clientsOf(() => w)

beforeAll(async () => {
  w = await world()
  const rows = Array.from({ length: 6 }, (_, index) => {
    const number = `10990119850101${String(index + 501)}`
    return {
      ...{ name: `晋级者${'甲乙丙丁戊己'[index]}`, id_type: 'resident_id' as const },
      ...{ id_number: number + checkDigit(number), workforce: 'elder_care' as const },
    }
  })
  const context = await w.context('facility')
  people = (await w.db.transaction().execute((tx) => registerPeople(tx, context, rows))).map(({ id }) => id)
}, 60_000)
afterAll(() => w.close())

let count = 0
/** A city contest of class 2 with four entries marked by one judge of three criteria's worth; published where asked. */
async function contest({
  judges = [{ part: 'practical', name: '裁判甲' }] as object[],
  points = [90, 80, 70, 60],
} = {}) {
  const competition = await ok(
    as('district').post('/api/v1/competitions', {
      ...{
        name: `晋级竞赛第 ${++count} 届`,
        tier: 'city',
        class: 2,
        held_on: '2026-11-20',
        citation: '杭民发〔2026〕1 号',
      },
      ...{ organisation_id: w.org.authority, appeal_days: 2 },
    }),
    201,
  )
  const event = await ok(
    as('district').post(`/api/v1/competitions/${competition.id}/events`, {
      ...{ name: '养老护理员', occupation_code: '4-10-01-05', theory_weight: 0 },
    }),
    201,
  )
  const items = points.map((_, index) => ({
    person_id: people[index],
    organisation_id: w.org.home,
    station: index + 1,
  }))
  await ok(as('district').post(`/api/v1/events/${event.id}/entries`, { items }), 201)
  await ok(as('district').post(`/api/v1/events/${event.id}/judges`, { items: judges }), 201)
  await ok(
    as('district').post(`/api/v1/events/${event.id}/scores`, {
      items: points.map((value, index) => ({ station: index + 1, part: 'practical', judge: '裁判甲', points: value })),
    }),
    201,
  )
  await ok(as('district').post(`/api/v1/events/${event.id}/ranking`))
  const entries = (await ok(as('district').get(`/api/v1/events/${event.id}/entries`))).items as { id: string }[]
  return { id: event.id as string, entries: entries.map(({ id }) => id), competition_id: competition.id as string }
}
const AWARDS = {
  awards: [
    { name: '一等奖', count: 1 },
    { name: '二等奖', count: 1 },
  ],
}
const publish = (id: string, body: object = AWARDS) => as('district').post(`/api/v1/events/${id}/publication`, body)
const propose = (id: string, rule_code = 'zj-city-2-2016') =>
  as('district').post(`/api/v1/events/${id}/promotions`, { rule_code, assessor_organisation_id: w.org.assessor })
const appeal = (id: string, entry_id: string, client = as('facility')) =>
  client.post(`/api/v1/events/${id}/appeals`, { entry_id, grounds: '裁判甲的分数登记有误' })
const decide = (id: string, body: object, client = as('district')) =>
  client.post(`/api/v1/appeals/${id}/decision`, { reason: '已复核记分表', ...body })
const corrected = (station: number, points: number) => ({
  upheld: true,
  scores: [{ station, part: 'practical', judge: '裁判甲', points }],
})

describe('from a rank to a certificate', () => {
  let made: Awaited<ReturnType<typeof contest>>
  let first: { id: string; person_id: string }
  let second: { id: string; person_id: string }

  test('the ranking is checked, published with its awards, and stands', async () => {
    made = await contest()
    const findings = await ok(as('district').get(`/api/v1/events/${made.id}/validation`))
    expect(findings.items.map(({ severity, code }: Record<string, string>) => [severity, code])).toEqual([
      ['info', 'judge.single'],
    ])
    expect((await w.as(null).get(`/api/v1/competition-results/${made.id}`)).status).toBe(404)
    const { items } = await ok(publish(made.id))
    expect(items.map(({ rank, award }: Record<string, unknown>) => [rank, award])).toEqual([
      [1, '一等奖'],
      [2, '二等奖'],
      [3, null],
      [4, null],
    ])
    await expect(
      w.db.updateTable('competition_rankings').set({ rank: 9 }).where('event_id', '=', made.id).execute(),
    ).rejects.toThrow(/published/)
    await expect(
      sql`update competition_published_ranks set rank = 9 where entry_id = ${made.entries[0]}::uuid`.execute(w.db),
    ).rejects.toThrow()
  })

  test('the first is proposed by the rule of the province, with what it asks and what was found', async () => {
    expect(await refused(propose(made.id, 'zj-city-1-2016'))).toEqual([422, 'input.invalid'])
    const { proposed, items } = await ok(propose(made.id), 201)
    expect([proposed, items.length]).toEqual([1, 1])
    first = items[0]
    expect(items[0]).toMatchObject({
      ...{ person_id: people[0], rank: 1, from_level: null, to_level: 2, state: 'proposed' },
      reasons: [{ term: 1, code: 'rank', met: true, required: '第 1 名', found: '第 1 名' }],
    })
    expect(await ok(propose(made.id), 201)).toMatchObject({ proposed: 0, already: 1 })
    expect(await w.db.selectFrom('certificates').select('id').where('promotion_id', 'is not', null).execute()).toEqual(
      [],
    )
  })

  test('an appeal that is upheld corrects the ranking as a second publication, and the proposal goes', async () => {
    const filed = await ok(appeal(made.id, made.entries[1]!), 201)
    expect(await refused(appeal(made.id, made.entries[1]!))).toEqual([409, 'appeal.open'])
    expect(await faults(decide(filed.id, { upheld: true }))).toEqual([['/scores', 'appeal.correction_missing']])
    expect(await faults(decide(filed.id, corrected(3, 99)))).toEqual([['/scores/0/station', 'appeal.other_entry']])
    expect(await ok(decide(filed.id, corrected(2, 95)))).toMatchObject({ upheld: true, reason: '已复核记分表' })
    expect(await refused(decide(filed.id, { upheld: false }))).toEqual([409, 'appeal.decided'])
    const { items } = await ok(as('facility').get(`/api/v1/events/${made.id}/publications`))
    expect(items.map(({ revision, moves }: { revision: number; moves: object[] }) => [revision, moves])).toEqual([
      [
        2,
        [
          expect.objectContaining({ station: 2, from_rank: 2, to_rank: 1, from_award: '二等奖', to_award: '一等奖' }),
          expect.objectContaining({ station: 1, from_rank: 1, to_rank: 2, from_award: '一等奖', to_award: '二等奖' }),
        ],
      ],
      [1, []],
    ])
    expect(await ok(as('assessor').get(`/api/v1/promotions/${first.id}`))).toMatchObject({
      state: 'withdrawn',
      reason: '名次已由第 2 次公布更正',
    })
    expect(
      await refused(as('assessor').post(`/api/v1/promotions/${first.id}/decision`, { approved: true, reason: '核对' })),
    ).toEqual([409, 'promotion.withdrawn'])
    // marks stand again for everybody else
    expect(
      await refused(
        as('district').post(`/api/v1/events/${made.id}/scores`, {
          items: [{ station: 1, part: 'practical', judge: '裁判甲', points: 1 }],
        }),
      ),
    ).toEqual([409, 'event.published'])
  })

  test('the new first is proposed, approved by the assessment body once, and gets a certificate of its own', async () => {
    const { items } = await ok(propose(made.id), 201)
    second = items.find(({ state }: { state: string }) => state === 'proposed')
    expect(second.person_id).toBe(people[1])
    const certificate = () =>
      as('assessor').post(
        `/api/v1/promotions/${second.id}/certificate`,
        { issued_on: '2026-11-23' },
        { key: crypto.randomUUID() },
      )
    expect(await refused(certificate())).toEqual([409, 'promotion.not_approved'])
    const decision = (reason: string) =>
      as('assessor').post(`/api/v1/promotions/${second.id}/decision`, { approved: true, reason })
    const answers = await Promise.all(
      [decision('名次已核对'), decision('名次已核对两遍')].map(async (one) => (await one).status),
    )
    expect(answers.sort()).toEqual([200, 409])
    const issued = await ok(certificate(), 201)
    expect(issued).toMatchObject({
      ...{ kind: 'skill_level', level: 2, status: 'valid', person_id: people[1], promotion_id: second.id },
      issuer_name: expect.stringContaining('示例'),
    })
    expect(issued.number[15]).toBe('2')
    expect(await refused(certificate())).toEqual([409, 'promotion.issued'])
    const pdf = await as('assessor').get(`/api/v1/certificates/${issued.id}.pdf`)
    expect([
      pdf.status,
      Buffer.from(await pdf.arrayBuffer())
        .subarray(0, 5)
        .toString(),
    ]).toEqual([200, '%PDF-'])
    expect(await ok(w.as(null).get(`/api/v1/verify/${issued.number}`))).toMatchObject({ status: 'valid' })
    const person = await ok(as('facility').get(`/api/v1/people/${people[1]}`))
    expect(person.level).toBe(2)
  })

  test('an appeal after the certificate leaves it to the assessment body, who is told', async () => {
    const filed = await ok(appeal(made.id, made.entries[0]!), 201)
    await ok(decide(filed.id, corrected(1, 99)))
    const found = await ok(as('assessor').get(`/api/v1/promotions/${second.id}`))
    expect([found.state, found.certificate_number]).toEqual(['to_revoke', expect.any(String)])
    const verified = await ok(w.as(null).get(`/api/v1/verify/${found.certificate_number}`))
    expect(verified.status).toBe('valid')
    await ok(
      as('assessor').post(`/api/v1/certificates/${found.certificate_id}/revocation`, {
        reason_code: 'result_withdrawn',
        reason: '名次更正',
      }),
      201,
    )
    expect((await ok(as('assessor').get(`/api/v1/promotions/${second.id}`))).state).toBe('withdrawn')
  })
})

describe('what stops halfway', () => {
  test('a judge of the entrant’s employer is shown, and publishing wants a reason', async () => {
    const { id } = await contest({ judges: [{ part: 'practical', name: '裁判甲', organisation_id: w.org.home }] })
    const { items } = await ok(as('district').get(`/api/v1/events/${id}/validation`))
    expect(items[0]).toMatchObject({ severity: 'warning', code: 'judge.colleague' })
    expect(items[0].message).toContain('1、2、3、4 号工位')
    expect(await refused(publish(id))).toEqual([409, 'publication.warnings'])
    await ok(publish(id, { ...AWARDS, acknowledgement: '全部选手来自同一机构' }))
  })

  test('an appeal has its days, its people, and another judge than who filed it', async () => {
    const { id, entries } = await contest()
    expect(await refused(appeal(id, entries[0]!))).toEqual([409, 'appeal.not_published'])
    await ok(publish(id))
    expect(await refused(appeal(id, entries[0]!, as('facility2')))).toEqual([404, 'not_found'])
    expect((await appeal(id, entries[0]!, as('district'))).status).toBe(403)
    const filed = await ok(appeal(id, entries[0]!), 201)
    expect((await decide(filed.id, { upheld: false }, as('district2'))).status).toBe(404)
    expect((await decide(filed.id, { upheld: false }, as('facility'))).status).toBe(403)
    expect(await ok(decide(filed.id, { upheld: false }))).toMatchObject({ upheld: false })
    expect(
      await faults(decide((await ok(appeal(id, entries[1]!), 201)).id, { ...corrected(2, 90), upheld: false })),
    ).toEqual([['/scores', 'appeal.correction_needless']])
    await sql`update competitions set appeal_days = 0`.execute(w.db)
    w.clock.now = new Date('2026-11-24T02:00:00Z')
    try {
      expect(await refused(appeal(id, entries[2]!))).toEqual([409, 'appeal.too_late'])
    } finally {
      w.clock.now = new Date('2026-11-23T02:00:00Z')
    }
  })

  test('an appeal takes back a penalty of its own entry only', async () => {
    const { id, entries } = await contest()
    const penalise = async (station: number) =>
      (
        await ok(as('district').post(`/api/v1/events/${id}/penalties`, { station, points: 25, reason: '超时' }), 201)
      ).items.at(-1).id
    const [mine, other] = [await penalise(1), await penalise(2)]
    await ok(as('district').post(`/api/v1/events/${id}/ranking`))
    await ok(publish(id))
    const filed = await ok(appeal(id, entries[0]!), 201)
    expect(await faults(decide(filed.id, { upheld: true, withdrawn_penalties: [other] }))).toEqual([
      ['/withdrawn_penalties/0', 'appeal.other_entry'],
    ])
    await ok(decide(filed.id, { upheld: true, withdrawn_penalties: [mine] }))
    const { items } = await ok(as('district').get(`/api/v1/events/${id}/ranking`))
    expect(items.map(({ station, penalty }: Record<string, number>) => [station, penalty])).toEqual([
      [1, 0],
      [3, 0],
      [4, 0],
      [2, 25],
    ])
  })

  test('everybody may see the results: masked names, no marks, not kept by search engines', async () => {
    const { id } = await contest({ points: [90, 90, 70, 60] })
    await ok(publish(id, { ...AWARDS, ties: 'lower' }))
    const results = await ok(w.as(null).get(`/api/v1/competition-results/${id}`))
    expect(
      results.items.map(({ rank, name_masked, award }: Record<string, unknown>) => [rank, name_masked, award]),
    ).toEqual([
      [1, expect.stringMatching(/^晋\*/), '二等奖'],
      [1, expect.stringMatching(/^晋\*/), '二等奖'],
      [3, expect.stringMatching(/^晋\*/), null],
      [4, expect.stringMatching(/^晋\*/), null],
    ])
    expect(JSON.stringify(results)).not.toContain('晋级者')
    for (const item of results.items)
      expect(Object.keys(item).sort()).toEqual(['award', 'name_masked', 'organisation_name', 'rank', 'team'])
    const page = await w.as(null).page(`/r/${id}`)
    const html = await page.text()
    expect([page.status, html.includes('noindex')]).toEqual([200, true])
    expect(html).toContain('晋*')
    expect(html).not.toContain('晋级者')
  })

  test('a rule nobody has confirmed promotes nobody, and a stranger’s proposal does not exist', async () => {
    const { id } = await contest()
    expect(await refused(propose(id))).toEqual([409, 'promotion.not_published'])
    await ok(publish(id))
    await sql`update competitions set tier = 'province', class = null where id = (select competition_id from competition_events where id = ${id}::uuid)`.execute(
      w.db,
    )
    expect(await refused(propose(id, 'jx-zhenxing-first'))).toEqual([409, 'promotion.rule_inactive'])
    const { items } = await ok(propose(id, 'jx-zhenxing'), 201)
    expect(items.map(({ rank, to_level }: Record<string, number>) => [rank, to_level])).toEqual([[4, 3]])
    for (const [name, status] of [
      ['district2', 404],
      ['facility', 403],
      ['assessor', 200],
      ['auditor', 200],
    ] as const)
      expect([name, (await as(name).get(`/api/v1/promotions/${items[0].id}`)).status]).toEqual([name, status])
    const rejected = await ok(
      as('assessor').post(`/api/v1/promotions/${items[0].id}/decision`, { approved: false, reason: '现有等级未核实' }),
    )
    expect(rejected.state).toBe('rejected')
  })
})

test('nothing was an internal fault', () => expect(w.faults).toEqual([]))
