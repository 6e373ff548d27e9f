/** The demo's skill competition: twelve carers, five judges, a tie at the top that stays one, an appeal, and two promotions. */
import { addEvent, announceCompetition, appointJudges, rankEvent } from '../src/competitions/actions.ts'
import { decideAppeal, fileAppeal } from '../src/competitions/appeals.ts'
import { enterPeople } from '../src/competitions/entries.ts'
import { decidePromotion, proposePromotions } from '../src/competitions/promotions.ts'
import { publishRanking } from '../src/competitions/publication.ts'
import { getEvent, listEntries } from '../src/competitions/queries.ts'
import { recordScores } from '../src/competitions/scores.ts'
import { requestBatch } from '../src/credentials/batches.ts'
import { issuePromotion } from '../src/credentials/promotions.ts'
import type { City } from './demo-city.ts'
import type { DemoWorld } from './demo-world.ts'

const DAY = '2026-09-18'
const JUDGES = ['裁判甲', '裁判乙', '裁判丙', '裁判丁', '裁判戊']

/** Organised by the city's civil affairs; published with awards. */
export async function holdCompetition(world: DemoWorld, city: City): Promise<void> {
  const authority = await world.db
    .selectFrom('organisations')
    .select('id')
    .where('name', '=', '示例杭州市民政局')
    .executeTakeFirstOrThrow()
  const competition = await world.do('admin', '2026-08-01', (tx, context) =>
    announceCompetition(tx, context, {
      name: '2026 年示例杭州市养老护理职业技能竞赛',
      tier: 'city',
      class: 2,
      edition: '第十六届',
      held_on: DAY,
      citation: '演示通知〔2026〕8 号（并非真实文件）',
      organisation_id: authority.id,
    }),
  )
  const event = await world.do('admin', '2026-08-01', (tx, context) =>
    addEvent(tx, context, competition.id, { name: '养老护理员', occupation_code: '4-10-01-05', theory_weight: 30 }),
  )
  const homes = city.facilities.filter(({ nursery }) => !nursery)
  const entries = homes
    .slice(0, 12)
    .map(({ id, staff }, index) => ({ person_id: staff[2]!, organisation_id: id, station: index + 1, member_ids: [] }))
  await world.do('admin', '2026-09-01', (tx, context) => enterPeople(tx, context, event.id, entries))
  const judges = [
    { part: 'theory' as const, name: '阅卷组' },
    ...JUDGES.map((name) => ({ part: 'practical' as const, name })),
  ]
  await world.do('admin', '2026-09-01', (tx, context) => appointJudges(tx, context, event.id, judges))
  // stations 4 and 9 are equal in both parts: a joint first place
  const base = (station: number) => (station === 9 ? 4 : station)
  const scores = entries.flatMap(({ station }) => [
    {
      station,
      part: 'theory' as const,
      judge: '阅卷组',
      points: base(station) === 4 ? 95 : 70 + ((base(station) * 7) % 24),
    },
    ...JUDGES.map((judge, index) => ({
      station,
      part: 'practical' as const,
      judge,
      points: (base(station) === 4 ? 93 : 68 + ((base(station) * 11) % 23)) + index * 0.5,
    })),
  ])
  await world.do('admin', DAY, (tx, context) => recordScores(tx, context, event.id, scores))
  await world.do('admin', DAY, (tx, context) => rankEvent(tx, context, event.id))
  const awards = [
    { name: '一等奖', count: 2 },
    { name: '二等奖', count: 2 },
    { name: '三等奖', count: 3 },
  ]
  await world.do('admin', DAY, (tx, context) =>
    publishRanking(tx, context, event.id, { awards, rounding: 'down', ties: 'joint' }),
  )
  await hearAppeal(world, event.id)
  await award(world, event.id)
  await promote(world, city, event.id)
}

async function hearAppeal(world: DemoWorld, event_id: string): Promise<void> {
  const [entry] = await world.do('facility', '2026-09-19', async (tx, context) =>
    listEntries(tx, context.scope, await getEvent(tx, context.scope, event_id)),
  )
  const { id } = await world.do('facility', '2026-09-19', (tx, context) =>
    fileAppeal(tx, context, event_id, { entry_id: entry!.id, grounds: '认为裁判丙的分数偏低' }),
  )
  const reason = '已调阅五名裁判的记分表，分差在正常范围内'
  await world.do('admin', '2026-09-21', (tx, context) =>
    decideAppeal(tx, context, id, { upheld: false, reason, scores: [], withdrawn_penalties: [] }),
  )
}

/** Once the time for appeals is over everybody with an award gets it on paper. */
async function award(world: DemoWorld, event_id: string): Promise<void> {
  const issued_on = '2026-09-24'
  await world.do('admin', issued_on, (tx, context) =>
    requestBatch(tx, context, { event_id, kind: 'award', issued_on, valid_until: null }),
  )
  await world.work(issued_on)
}

/** Of the two on the first rank one is promoted and gets a certificate, the other waits for the assessment body. */
async function promote(world: DemoWorld, city: City, event_id: string): Promise<void> {
  const { items } = await world.do('admin', '2026-09-25', (tx, context) =>
    proposePromotions(tx, context, event_id, {
      rule_code: 'zj-city-2-2016',
      assessor_organisation_id: city.assessors[0]!,
    }),
  )
  const first = items.map(({ id, person_id }) => ({ id, at: [...city.people.keys()].indexOf(person_id) }))
  const { id } = first.sort((a, b) => a.at - b.at)[0]!
  await world.do('assessor.0', '2026-11-10', (tx, context) =>
    decidePromotion(tx, context, id, { approved: true, reason: '名次、现有证书已核对' }),
  )
  await world.do('assessor.0', '2026-11-12', (tx, context) =>
    issuePromotion(tx, context, id, { issued_on: '2026-11-12', valid_until: null }),
  )
}
