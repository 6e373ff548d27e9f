/** What waits in the register, in classes and in competitions: each count on a home page leads to exactly as many rows, and goes when the work is done. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { addAccount } from '../../src/access/actions.ts'
import { registerPeople } from '../../src/people/actions.ts'
import { checkDigit } from '../../src/people/identity.ts'
import { writeCsv } from '../../src/platform/workbook.ts'
import { clientsOf, done, ok } from '../support/answers.ts'
import { waiting } from '../support/duties.ts'
import { PASSWORD, type World, world } from '../support/world.ts'

let w: World
let people: string[]
const as = clientsOf(() => w)
const waits = (username: string, words: string, options = {}) => waiting(as(username), words, options)
const post = (username: string, path: string, body: object = {}) =>
  done(as(username).post(`/api/v1/${path}`, body, { key: crypto.randomUUID() }))
const TODAY = '2026-11-23'
const EXAM = { kind: 'skill_level', occupation_code: '4-10-01-05', standard_edition: '2019', level: 5 }

beforeAll(async () => {
  w = await world()
  const rows = ['甲', '乙', '丙'].map((name, index) => {
    const number = `10990119850101${String(index + 801)}`
    return {
      ...{ name: `待办${name}`, id_type: 'resident_id' as const, workforce: 'elder_care' as const },
      id_number: number + checkDigit(number),
    }
  })
  const admin = await w.context('admin')
  for (const username of ['trainer', 'facility']) {
    const context = await w.context(username)
    people = (await w.db.transaction().execute((tx) => registerPeople(tx, context, rows))).map(({ id }) => id)
  }
  await w.db.transaction().execute(async (tx) => {
    const account = { password: PASSWORD, role: 'assessor' as const, organisation_id: w.org.assessor }
    await addAccount(tx, admin, { username: 'colleague', display_name: '示例同事', ...account })
    const carer = { role: 'carer' as const, person_id: people[0]! }
    await addAccount(tx, admin, { username: 'carer', display_name: '待办甲', password: PASSWORD, ...carer })
  })
})
afterAll(() => w.close())

test('a training order waits for every institution that has not answered, then for its orderer', async () => {
  const order = await post('district', 'training-orders', {
    ...{ title: '西湖区定向培训', kind: 'skill_level', occupation_code: '4-10-01-05', level: 5, people: 40 },
    due_on: '2027-06-30',
  })
  expect([await waits('trainer', '待响应的培训订单'), await waits('district', '有响应待处理')]).toEqual([1, 0])
  const answer = await post('trainer', `training-orders/${order.id}/answers`, { people: 30, starts_on: '2026-12-01' })
  expect([await waits('trainer', '待响应的培训订单'), await waits('district', '有响应待处理')]).toEqual([0, 1])
  await post('district', `training-order-answers/${answer.id}/decision`, { accepted: true, reason: '条件合适' })
  expect(await waits('district', '有响应待处理')).toBe(0)
})

async function aClass(starts_on: string, ends_on: string, members: string[], course: object = EXAM): Promise<string> {
  const { id: course_id } = await post('trainer', 'courses', {
    name: '养老护理员五级',
    theory_hours: 2,
    practice_hours: 2,
    attendance_percent: 0,
    ...course,
  })
  const { id } = await post('trainer', 'classes', {
    ...{ course_id, name: `待办班 ${starts_on}`, starts_on, ends_on, capacity: 30 },
    assessor_organisation_id: w.org.assessor,
  })
  await post('trainer', `classes/${id}/enrolments`, { person_ids: members })
  return id
}

test('a class to come waits to be filed, then for its district, and again when it is sent back', async () => {
  const id = await aClass('2026-12-20', '2026-12-30', [people[2]!])
  expect([await waits('trainer', '待备案'), await waits('district', '待受理的开班备案')]).toEqual([1, 0])
  const file = () => post('trainer', `classes/${id}/filings`, {})
  const first = await file()
  expect([await waits('trainer', '待备案'), await waits('district', '待受理的开班备案')]).toEqual([0, 1])
  await post('district', `class-filings/${first.id}/decision`, { accepted: false, reason: '缺教室证明' })
  expect([await waits('trainer', '待备案'), await waits('district', '待受理的开班备案')]).toEqual([1, 0])
  await post('district', `class-filings/${(await file()).id}/decision`, { accepted: true })
  expect([await waits('trainer', '待备案'), await waits('district', '待受理的开班备案')]).toEqual([0, 0])
})

test('a class that is over waits for marks, to be locked, to be published, for appeals, completion and certificates', async () => {
  const id = await aClass('2026-10-10', '2026-10-20', [people[0]!])
  expect([await waits('assessor', '待录入成绩'), await waits('trainer', '待成绩或结业')]).toEqual([1, 1])
  const result = { person_id: people[0], assessed_on: '2026-10-19', theory: 70, practical: 80 }
  await post('assessor', `classes/${id}/results`, { items: [result] })
  expect([await waits('assessor', '待录入成绩'), await waits('assessor', '待锁定')]).toEqual([0, 1])
  await post('assessor', `classes/${id}/result-lock`)
  expect([await waits('assessor', '待锁定'), await waits('assessor', '待公布')]).toEqual([0, 1])
  await post('assessor', `classes/${id}/result-publication`)
  expect(await waits('assessor', '待公布')).toBe(0)
  const [member] = (await ok(as('trainer').get(`/api/v1/classes/${id}/enrolments`))).items
  const appeal = await post('trainer', `enrolments/${member.id}/appeals`, { grounds: '理论分数登记有误' })
  expect(await waits('assessor', '待处理的成绩申诉')).toBe(1)
  await post('assessor', `result-appeals/${appeal.id}/decision`, { upheld: false, reason: '已复核原卷' })
  expect(await waits('assessor', '待处理的成绩申诉')).toBe(0)
  await post('trainer', `classes/${id}/completion`)
  expect([await waits('trainer', '待成绩或结业'), await waits('trainer', '待发证的培训班')]).toEqual([0, 1])
  expect(await waits('assessor', '待发证的培训班')).toBe(1)
  await post('assessor', 'certificate-batches', { class_id: id, kind: 'skill_level', issued_on: TODAY })
  await w.runJobs()
  expect([await waits('assessor', '待发证的培训班'), await waits('trainer', '待发证的培训班')]).toEqual([0, 0])
})

test('a mark that one of two people has entered waits for the other', async () => {
  const terms = { valid_from: TODAY, two_person_entry: true, kept_months: 24, appeal_days: 10 }
  await post('assessor', 'assessment-terms', { ...terms, sittings: 2, held_until_published: true, citation: '办法' })
  const id = await aClass(TODAY, '2026-11-24', [people[1]!])
  const enter = (username: string) =>
    post(username, `classes/${id}/sittings`, {
      ...{ part: 'theory', assessed_on: TODAY, items: [{ person_id: people[1], mark: 70 }] },
    })
  await enter('assessor')
  expect(await waits('assessor', '两人录入不全或不一致')).toBe(1)
  await enter('colleague')
  expect(await waits('assessor', '两人录入不全或不一致')).toBe(0)
})

test('a certificate that is suspended waits for its issuer', async () => {
  const { id } = await w.db.selectFrom('certificates').select('id').executeTakeFirstOrThrow()
  await post('assessor', `certificates/${id}/suspension`, {
    ...{ reason: '涉嫌替考', from_on: TODAY, decision_reference: '示例〔2026〕1 号' },
  })
  expect(await waits('assessor', '暂停使用')).toBe(1)
  await post('assessor', `certificates/${id}/resumption`, {
    ...{ reason: '查无此事', decision_reference: '示例〔2026〕2 号' },
  })
  expect(await waits('assessor', '暂停使用')).toBe(0)
})

test('the month before waits for the facility’s figures and their submission, for its district until it has them, and again when it is sent back', async () => {
  const job = { post: 'care', contract_kind: 'labour', starts_on: '2026-01-01', organisation_id: w.org.home }
  await post('facility', `people/${people[0]}/employments`, job)
  const form = { rows: false }
  expect([await waits('facility', '2026-10 在岗情况未登记', form), await waits('facility', '2026-10 待提交')]).toEqual([
    1, 1,
  ])
  expect(await waits('district', '2026-10 未提交的机构')).toBe(1)
  const days = { organisation_id: w.org.home, attendance_days: 22, social_insurance: true }
  await post('facility', 'service-months', {
    items: ['2026-08', '2026-10'].map((month) => ({ ...days, person_id: people[0], month })),
  })
  expect(await waits('facility', '在岗情况未登记', form)).toBe(0)
  const submit = (month: string) =>
    post('facility', 'service-month-submissions', { month, with_gaps: true, reason: '系统上线前' })
  await submit('2026-10')
  expect([await waits('facility', '2026-10 待提交'), await waits('district', '未提交的机构')]).toEqual([0, 0])
  const { id } = await submit('2026-08')
  await post('district', `service-month-submissions/${id}/withdrawal`, { reason: '出勤与排班不符' })
  expect(await waits('facility', '被退回、待重新提交的月份')).toBe(1)
  await submit('2026-08')
  expect(await waits('facility', '被退回')).toBe(0)
})

test('pay by level waits for a facility that has promised it, and is missed by its district', async () => {
  const form = { rows: false }
  expect(await waits('facility', '实发区间未填报', form)).toBe(0)
  const unreported = await waits('district', '未填报等级薪酬的机构')
  expect(unreported).toBe(1)
  await post('facility', 'pay-ladders', {
    ...{ occupation_code: '4-10-01-05', effective_from: '2026-07-01', reason: '职工代表大会通过' },
    steps: [
      { level: 5, monthly_fen: 500_000 },
      { level: 4, monthly_fen: 560_000 },
    ],
  })
  expect(await waits('facility', '2026-10 实发区间未填报', form)).toBe(1)
  await post('facility', 'pay-bands', {
    ...{ occupation_code: '4-10-01-05', month: '2026-10' },
    bands: [{ level: 5, people: 5, low_fen: 500_000, high_fen: 600_000 }],
  })
  expect([await waits('facility', '实发区间未填报', form), await waits('district', '未填报等级薪酬')]).toEqual([0, 0])
})

test('a sheet that was checked waits to be imported', async () => {
  const header = ['姓名', '证件类型', '证件号码', '从业类别']
  const number = '10990119850101901'
  const row = ['待办导入', '居民身份证', number + checkDigit(number), '养老护理']
  const csv = writeCsv(header, [row] as never)
  const file = new File([csv as BlobPart], '名单.csv')
  const sent = await as('facility').upload('/api/v1/imports', { kind: 'people', file }, { 'idempotency-key': 'duty-1' })
  const { id } = await sent.json()
  await w.runJobs()
  expect(await waits('facility', '待导入的表格')).toBe(1)
  await post('facility', `imports/${id}/commitment`, {})
  await w.runJobs()
  expect(await waits('facility', '待导入的表格')).toBe(0)
})

test('a competition waits to be published, its appeals and promotions to be decided, its awards to be issued', async () => {
  const competition = await post('district', 'competitions', {
    ...{ name: '待办竞赛', tier: 'city', class: 2, held_on: '2026-11-20', citation: '文件', appeal_days: 2 },
    organisation_id: w.org.authority,
  })
  const event = await post('district', `competitions/${competition.id}/events`, {
    name: '养老护理员',
    occupation_code: '4-10-01-05',
    theory_weight: 0,
  })
  const items = people.map((person_id, at) => ({ person_id, organisation_id: w.org.home, station: at + 1 }))
  await post('district', `events/${event.id}/entries`, { items })
  await post('district', `events/${event.id}/judges`, { items: [{ part: 'practical', name: '裁判甲' }] })
  const scores = [90, 80, 70].map((points, at) => ({ station: at + 1, part: 'practical', judge: '裁判甲', points }))
  await post('district', `events/${event.id}/scores`, { items: scores })
  await post('district', `events/${event.id}/ranking`)
  expect(await waits('district', '名次待公布的竞赛')).toBe(1)
  await post('district', `events/${event.id}/publication`, { awards: [{ name: '一等奖', count: 1 }] })
  expect([await waits('district', '名次待公布'), await waits('district', '待颁发获奖证书')]).toEqual([0, 1])
  const [entry] = (await ok(as('district').get(`/api/v1/events/${event.id}/entries`))).items
  const appeal = await post('facility', `events/${event.id}/appeals`, {
    entry_id: entry.id,
    grounds: '裁判甲的分数登记有误',
  })
  expect([await waits('district', '待处理的竞赛申诉'), await waits('district2', '待处理的竞赛申诉')]).toEqual([1, 0])
  await post('district', `appeals/${appeal.id}/decision`, { upheld: false, reason: '已复核记分表' })
  expect(await waits('district', '待处理的竞赛申诉')).toBe(0)

  await post('district', `events/${event.id}/promotions`, {
    ...{ rule_code: 'zj-city-2-2016', assessor_organisation_id: w.org.assessor },
  })
  const proposed = await waits('assessor', '待审定的竞赛晋升')
  expect(proposed).toBeGreaterThan(0)
  const { items: promotions } = await ok(as('assessor').get('/api/v1/promotions'))
  for (const { id } of promotions)
    await post('assessor', `promotions/${id}/decision`, { approved: true, reason: '已核对' })
  expect([await waits('assessor', '待审定的竞赛晋升'), await waits('assessor', '待发证的竞赛晋升')]).toEqual([
    0,
    proposed,
  ])

  w.clock.now = new Date('2026-12-02T02:00:00Z')
  as.forget()
  for (const kind of ['award', 'skill_level']) {
    const by = kind === 'award' ? 'district' : 'assessor'
    await post(by, 'certificate-batches', { event_id: event.id, kind, issued_on: '2026-12-02' })
    await w.runJobs()
  }
  expect([await waits('district', '待颁发获奖证书'), await waits('assessor', '待发证的竞赛晋升')]).toEqual([0, 0])
})

test('a locked account waits for the administrator, an unread notice for whoever it is to', async () => {
  await w.db
    .updateTable('accounts')
    .set({ locked_until: new Date('2026-12-02T02:10:00Z') })
    .where('username', '=', 'facility_nb')
    .execute()
  expect(await waits('admin', '被锁定的账号')).toBe(1)
  await w.db.updateTable('accounts').set({ locked_until: null }).where('username', '=', 'facility_nb').execute()
  expect(await waits('admin', '被锁定的账号')).toBe(0)
  expect(await waits('trainer', '未读通知', { rows: false })).toBeGreaterThan(0)
  await post('trainer', 'notices/reading')
  expect(await waits('trainer', '未读通知')).toBe(0)
})

test('nothing of it was an internal fault', () => expect(w.faults).toEqual([]))
