/** A month's life from copy to submission and correction, hours that wait for an officer, decisions with a period, and what imports leave behind. */
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { demoPerson } from '../../db/demo-people.ts'
import { confirmVersion } from '../../src/allowances/actions.ts'
import { confirmationShape } from '../../src/allowances/confirmation-shapes.ts'
import { decideEducationHours } from '../../src/people/education-decisions.ts'
import { recordEducationHours } from '../../src/people/education-hours.ts'
import { recordServiceMonths } from '../../src/people/service-months.ts'
import type { Context } from '../../src/platform/context.ts'
import { CONFIRMATION } from '../support/allowance-world.ts'
import { clientsOf } from '../support/answers.ts'
import { type Client, type World, world } from '../support/world.ts'

let w: World
let facility: Client
let facility2: Client
let trainer: Client
let district: Client
let health: Client
beforeAll(async () => {
  w = await world()
  facility = as('facility')
  facility2 = as('facility2')
  trainer = as('trainer')
  district = as('district')
  health = as('health')
  const admin = await w.context('admin')
  await inTx((tx) => confirmVersion(tx, admin, 'hz-special-post', 1, confirmationShape.parse(CONFIRMATION)))
})
afterAll(() => w.close())
/** One session an account: signing in is counted. */
const as = clientsOf(() => w)

const IMPORT = '0190a000-0000-7000-8000-000000000001'
const LATER_IMPORT = '0190a000-0000-7000-8000-000000000002'
let last = 500
async function json(answer: Response | Promise<Response>) {
  return (await answer).json()
}
async function codesOf(answer: Response | Promise<Response>) {
  const { status, body } = await (async () => {
    const response = await answer
    return { status: response.status, body: await response.json() }
  })()
  return [
    status,
    body.code,
    ...(body.errors ?? []).map(({ pointer, code }: Record<string, string>) => `${pointer} ${code}`),
  ]
}
async function employed(client = facility, starts_on = '2026-01-05'): Promise<string> {
  const { name, id_number } = demoPerson(last++)
  const { id } = await json(
    client.post('/api/v1/people', { name, id_type: 'resident_id', id_number, workforce: 'elder_care' }),
  )
  const answer = await client.post(`/api/v1/people/${id}/employments`, {
    ...{ post: 'care', contract_kind: 'labour', starts_on },
  })
  expect(answer.status).toBe(201)
  return id
}
const month = (person_id: string, attendance_days: number, more: object = {}) => ({
  ...{ person_id, month: '2026-09', attendance_days, social_insurance: true, ...more },
})
const record = (rows: object[], client = facility) => client.post('/api/v1/service-months', { items: rows })
const figures = (person_id: string) =>
  w.db
    .selectFrom('service_months')
    .select(['attendance_days', 'reason', sql<boolean>`known_to = 'infinity'`.as('current')])
    .where('person_id', '=', person_id)
    .where('month', '=', '2026-09-01')
    .orderBy('known_from')
    .execute()
const inTx = <T>(work: Parameters<ReturnType<typeof w.db.transaction>['execute']>[0]) =>
  w.db.transaction().execute(work) as Promise<T>

describe('a month', () => {
  let anna: string
  let bo: string
  let late: string
  const submit = (body: object = {}, client = facility) =>
    client.post('/api/v1/service-month-submissions', { month: '2026-09', ...body })
  const missing = async (client: Client, of = '2026-09') =>
    (await json(client.get(`/api/v1/service-month-submissions/missing?month=${of}`))).items
  beforeAll(async () => {
    anna = await employed()
    bo = await employed()
    await employed(facility2)
  })

  test('nothing recorded is not submitted, and the officer sees who is missing', async () => {
    expect(await codesOf(submit())).toEqual([422, 'service_month_submission.nothing_recorded'])
    expect(await missing(district)).toMatchObject([{ organisation_id: w.org.home, employed: 2, recorded: 0 }])
    expect(await missing(facility)).toHaveLength(1)
    expect(await missing(as('finance'))).toHaveLength(2)
    expect(await missing(district, '2025-12')).toEqual([])
    expect((await district.get('/api/v1/service-month-submissions/missing')).status).toBe(422)
  })

  test('figures are carried over for those still employed who have none, cut to the days of the month', async () => {
    await record([month(anna, 31, { month: '2026-08' }), month(bo, 20, { month: '2026-08', social_insurance: false })])
    await record([month(bo, 18)])
    const copied = await json(facility.post('/api/v1/service-months/copy', { from_month: '2026-08', month: '2026-09' }))
    expect(copied.items).toEqual([{ ...month(anna, 30), organisation_id: w.org.home, change: 'new' }])
    const again = await facility.post('/api/v1/service-months/copy', { from_month: '2026-08', month: '2026-09' })
    expect([again.status, (await again.json()).items]).toEqual([201, []])
    expect(
      await codesOf(facility.post('/api/v1/service-months/copy', { from_month: '2026-09', month: '2026-09' })),
    ).toEqual([422, 'service_month.copy_order'])
    expect(
      await codesOf(facility.post('/api/v1/service-months/copy', { from_month: '2026-09', month: '2026-12' })),
    ).toEqual([422, 'input.invalid', '/month service_month.future', '/month service_month.future'])
    expect((await district.post('/api/v1/service-months/copy', {})).status).toBe(403)
  })

  test('who has left by then is not carried over', async () => {
    const leaver = await employed()
    await record([month(leaver, 10, { month: '2026-06' })])
    const [employment] = (await json(facility.get(`/api/v1/people/${leaver}/employments`))).items
    await facility.post(`/api/v1/employments/${employment.id}/ending`, { ends_on: '2026-07-01', reason: '辞职' })
    const copied = await json(facility.post('/api/v1/service-months/copy', { from_month: '2026-06', month: '2026-07' }))
    expect(copied.items).toEqual([])
  })

  test('staff without figures are named; with a reason the gaps are submitted', async () => {
    late = await employed()
    expect(await codesOf(submit())).toEqual([
      ...[422, 'service_month_submission.gaps', `/people/${late} service_month.missing`],
    ])
    expect(await codesOf(submit({ with_gaps: true }))).toEqual([
      422,
      'input.invalid',
      expect.stringContaining('/reason'),
    ])
    const answer = await submit({ with_gaps: true, reason: '考勤机故障，下月补报' })
    expect(answer.status).toBe(201)
    const submission = await answer.json()
    expect(submission).toMatchObject({
      ...{ organisation_id: w.org.home, month: '2026-09', people: 2, gaps: 1, gap_reason: '考勤机故障，下月补报' },
      ...{ submitted_by: w.accounts.facility, submitted_at: '2026-11-23T02:00:00.000Z', withdrawal: null },
    })
    expect(answer.headers.get('location')).toBe(`/api/v1/service-month-submissions/${submission.id}`)
    expect(await json(facility.get(answer.headers.get('location')!))).toEqual(submission)
    expect(await codesOf(submit())).toEqual([409, 'service_month_submission.twice'])
    expect(await missing(district)).toEqual([])
  })

  test('the digest is that of the figures', async () => {
    const { rows } = await sql<{ sha256: string }>`
      select encode(sha256(convert_to(string_agg(person_id || ' ' || attendance_days || ' ' || social_insurance, E'\n' order by person_id), 'UTF8')), 'hex') as sha256
      from service_months where organisation_id = ${w.org.home} and month = '2026-09-01' and known_to = 'infinity'`.execute(
      w.db,
    )
    const [submission] = (await json(facility.get('/api/v1/service-month-submissions'))).items
    expect(submission.sha256).toBe(rows[0]!.sha256)
  })

  test('afterwards figures change with a reason only, and those of a late person are added with one', async () => {
    expect(await codesOf(record([month(anna, 21), month(bo, 18), month(late, 9)]))).toEqual([
      ...[
        422,
        'input.invalid',
        '/items/0/reason service_month.reason_missing',
        '/items/2/reason service_month.reason_missing',
      ],
    ])
    const reason = '核对排班表后更正'
    const done = await json(record([month(anna, 21, { reason }), month(bo, 18), month(late, 9, { reason })]))
    expect(done.items.map(({ change }: { change: string }) => change)).toEqual(['changed', 'same', 'new'])
    expect(await figures(anna)).toEqual([
      { attendance_days: 30, reason: null, current: false },
      { attendance_days: 21, reason, current: true },
    ])
    const events = await w.db
      .selectFrom('history_events')
      .select(['kind', 'reason'])
      .where('subject_id', '=', anna)
      .orderBy('seq', 'desc')
      .limit(1)
      .execute()
    expect(events).toEqual([{ kind: 'service_month.corrected', reason }])
    expect((await json(facility.get(`/api/v1/service-months?person_id=${anna}&month=2026-09`))).items).toMatchObject([
      { attendance_days: 21, reason },
    ])
    expect((await json(record([month(anna, 22, { month: '2026-08' })]))).items).toMatchObject([{ change: 'changed' }])
  })

  test('carrying figures into a submitted month needs a reason too', async () => {
    const another = await employed()
    await record([month(another, 12, { month: '2026-08' })])
    const copy = { from_month: '2026-08', month: '2026-09' }
    expect(await codesOf(facility.post('/api/v1/service-months/copy', copy))).toEqual([
      ...[422, 'input.invalid', '/reason service_month.reason_missing'],
    ])
    const copied = await json(facility.post('/api/v1/service-months/copy', { ...copy, reason: '补报一人' }))
    expect(copied.items).toMatchObject([{ person_id: another, attendance_days: 12, reason: '补报一人' }])
  })

  test('the database itself refuses a version without a reason, and one of many', async () => {
    const insert = (reason: string | null) => sql`
      insert into service_months (person_id, organisation_id, month, attendance_days, reason, known_from, known_to)
      select p, ${w.org.home}, m, 1, r, '2026-01-01', '2026-01-02'
      from (values (${anna}::uuid, date '2026-07-01', null::text), (${bo}::uuid, date '2026-09-01', ${reason})) v (p, m, r)`
    await expect(insert(null).execute(w.db)).rejects.toMatchObject({
      code: 'HY002',
      constraint: 'service_months_reason',
    })
    await insert('有理由').execute(w.db)
    await expect(sql`update service_month_submissions set people = 5`.execute(w.db)).rejects.toMatchObject({
      code: 'HY001',
    })
    await expect(sql`delete from service_month_submissions`.execute(w.db)).rejects.toMatchObject({ code: 'HY001' })
    await expect(
      sql`insert into service_month_submissions (organisation_id, month, people, sha256, submitted_by)
        select organisation_id, month, 1, sha256, submitted_by from service_month_submissions limit 1`.execute(w.db),
    ).rejects.toMatchObject({ constraint: 'service_month_submissions_once' })
    // a submission that stands cannot be replaced
    await expect(
      sql`insert into service_month_submissions (organisation_id, month, people, sha256, submitted_by, replaces_id)
        select organisation_id, month, 1, sha256, submitted_by, id from service_month_submissions limit 1`.execute(
        w.db,
      ),
    ).rejects.toMatchObject({ constraint: 'service_month_submissions_withdrawn' })
  })

  test('an officer of the district withdraws it with a reason, once, and the facility submits again', async () => {
    const [{ id }] = (await json(district.get(`/api/v1/service-month-submissions?month=2026-09`))).items
    const withdrawal = `/api/v1/service-month-submissions/${id}/withdrawal`
    for (const username of ['facility', 'admin', 'finance', 'auditor'])
      expect((await as(username).post(withdrawal, { reason: '数据有误' })).status).toBe(403)
    expect((await as('district2').post(withdrawal, { reason: '数据有误' })).status).toBe(404)
    expect((await district.post(withdrawal, {})).status).toBe(422)
    const answer = await district.post(withdrawal, { reason: '出勤天数与考勤不符' })
    expect([answer.status, (await answer.json()).withdrawal]).toMatchObject([
      200,
      { reason: '出勤天数与考勤不符', withdrawn_by: w.accounts.district },
    ])
    expect(await codesOf(district.post(withdrawal, { reason: '再退一次' }))).toEqual([
      ...[409, 'service_month_submission.withdrawn'],
    ])
    expect(await missing(district)).toMatchObject([{ organisation_id: w.org.home }])
    expect((await json(record([month(bo, 19)]))).items).toMatchObject([{ change: 'changed' }])
    const again = await submit()
    expect([again.status, await again.json()]).toMatchObject([201, { people: 4, gaps: 0, gap_reason: null }])
    expect(await codesOf(record([month(bo, 20)]))).toContain('/items/0/reason service_month.reason_missing')
    const list = await json(facility.get(`/api/v1/service-month-submissions?organisation_id=${w.org.home}&limit=1`))
    expect(list.items).toMatchObject([{ people: 4 }])
    const next = await json(facility.get(`/api/v1/service-month-submissions?limit=1&cursor=${list.next_cursor}`))
    expect(next.items).toMatchObject([{ id }])
    for (const username of ['facility2', 'district2'])
      expect((await json(as(username).get('/api/v1/service-month-submissions'))).items).toEqual([])
    expect((await facility2.get(`/api/v1/service-month-submissions/${id}`)).status).toBe(404)
  })

  test('of two submissions at the same time one wins', async () => {
    await record([month(anna, 20, { month: '2026-07' })])
    const body = { month: '2026-07', with_gaps: true, reason: '其余人员停工' }
    const answers = await Promise.all([submit(body), submit(body), submit(body)])
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409])
  })

  // needs two connections at once
  if (inject('engine') === 'postgres')
    test('figures being written are submitted with the others, or refused after the submission', async () => {
      const context = await w.context('facility')
      await record([month(anna, 20, { month: '2026-06' })])
      const row = {
        person_id: bo,
        organisation_id: w.org.home,
        month: '2026-06',
        attendance_days: 7,
        social_insurance: true,
      }
      const written = Promise.withResolvers<void>()
      const writing = w.db.transaction().execute(async (tx) => {
        await recordServiceMonths(tx, context, [row])
        written.resolve()
        await waitForLock()
      })
      await written.promise
      const submitting = submit({ month: '2026-06', with_gaps: true, reason: '其余人员停工' })
      await writing
      expect(await json(submitting)).toMatchObject({ people: 3 })
      // the other way round: the check came before the submission, the writing after it
      const checked = Promise.withResolvers<void>()
      const submitted = Promise.withResolvers<void>()
      const tooLate = w.db.transaction().execute(async (tx) => {
        await sql`update service_months set known_to = clock_timestamp() where person_id = ${bo} and month = '2026-05-01' and known_to = 'infinity'`.execute(
          tx,
        )
        checked.resolve()
        await submitted.promise
        await sql`insert into service_months (person_id, organisation_id, month, attendance_days) values (${bo}, ${w.org.home}, '2026-05-01', 3)`.execute(
          tx,
        )
      })
      await checked.promise
      await record([month(anna, 20, { month: '2026-05' })])
      expect((await submit({ month: '2026-05', with_gaps: true, reason: '其余人员停工' })).status).toBe(201)
      submitted.resolve()
      await expect(tooLate).rejects.toMatchObject({ constraint: 'service_months_reason' })

      async function waitForLock() {
        for (;;) {
          const { rows } =
            await sql`select from pg_locks where locktype = 'advisory' and not granted and database = (select oid from pg_database where datname = current_database())`.execute(
              w.db,
            )
          if (rows.length > 0) return
        }
      }
    })

  test('the page saves, submits with gaps, then asks for a reason', async () => {
    const nursery = as('nursery')
    const person = await employed(nursery)
    const other = await employed(nursery)
    const path = '/console/staff?month=2026-10'
    const days = { month: '2026-10', [`days.${person}`]: '20', [`days.${other}`]: '' }
    expect((await nursery.submit(path, days)).headers.get('location')).toBe(path)
    const saved = await (await nursery.page(path)).text()
    expect(saved).toContain('还有 1 名在岗人员没有保存数据')
    const submitting = '/console/service-month-submissions?month=2026-10'
    const gaps = await nursery.submit(submitting, { month: '2026-10', reason: '' })
    expect(gaps.status).toBe(422)
    expect(await gaps.text()).toContain('在岗，但没有 2026-10 的数据')
    const reasonless = await nursery.submit(submitting, { month: '2026-10', with_gaps: 'true', reason: '' })
    expect(await reasonless.text()).toContain('缺报提交必须写明理由')
    const done = await nursery.submit(submitting, { month: '2026-10', with_gaps: 'true', reason: '一人外派' })
    expect([done.status, done.headers.get('location')]).toEqual([303, path])
    const submitted = await (await nursery.page(path)).text()
    for (const words of ['缺报 1 人', '更正理由', '保存更正']) expect(submitted).toContain(words)
    expect(submitted).not.toContain('提交本月')
    const wrong = await nursery.submit(path, { ...days, [`days.${person}`]: '21', [`days.${other}`]: '8', reason: '' })
    expect(wrong.status).toBe(422)
    const html = await wrong.text()
    expect(html.match(/2026-10 已经提交，新增或更正数据必须写明理由/g)).toHaveLength(2)
    expect(html).toContain('value="21"')
    expect((await nursery.submit(path, { ...days, [`days.${person}`]: '21', reason: '漏登一天' })).status).toBe(303)
  })

  test('a refused month keeps the ticks of everybody: insurance is not lost by saving again', async () => {
    const people = [await employed(facility), await employed(facility)]
    const refused = await facility.submit('/console/staff?month=2026-08', {
      ...{ month: '2026-08', insured: people },
      ...Object.fromEntries(people.map((person, at) => [`days.${person}`, at === 0 ? 'x' : '20'])),
    })
    expect(refused.status).toBe(422)
    const html = await refused.text()
    for (const person of people) expect(html).toMatch(new RegExp(`name="insured" value="${person}" checked`))
  })

  test('officers see who has submitted and who has not, and take a submission back', async () => {
    const page = await (await district.page('/console/service-month-submissions?month=2026-10')).text()
    for (const words of ['示例西湖托育园', '一人外派', '尚未提交', '示例西湖颐养院']) expect(page).toContain(words)
    const path = /href="(\/console\/service-month-submissions\/[^"]+\/withdrawal)"/.exec(page)![1]!
    expect(await (await district.page(path)).text()).toContain('示例西湖托育园')
    expect((await district.submit(path, { reason: '' })).status).toBe(422)
    expect((await district.submit(path, { reason: '请补齐' })).headers.get('location')).toBe(
      '/console/service-month-submissions?month=2026-10',
    )
    const auditor = await (await as('auditor').page('/console/service-month-submissions?month=2026-10')).text()
    expect(auditor).toContain('请补齐')
    expect(auditor).not.toContain('/withdrawal')
    expect((await trainer.page('/console/service-month-submissions')).status).toBe(403)
    expect((await facility.page('/console/service-month-submissions')).status).toBe(200)
  })
})

describe('hours of continuing education', () => {
  let person: string
  const hours = (subject: string, more: object = {}) => ({
    ...{ person_id: person, completed_on: '2026-05-20', hours: 8, provider: '示例职业培训学校', subject, ...more },
  })
  const write = async (row: object, client = facility) =>
    (await json(client.post('/api/v1/education-hours', row))).change
  const one = async (subject: string, client = district) =>
    (await json(client.get(`/api/v1/education-hours?person_id=${person}`))).items.find(
      (row: { subject: string }) => row.subject === subject,
    )
  beforeAll(async () => {
    person = await employed()
    await w.db.insertInto('roster_entries').values({ organisation_id: w.org.trainer, person_id: person }).execute()
  })

  test('a training institution attests its own; what a facility states waits', async () => {
    expect(await write(hours('自办'), trainer)).toBe('new')
    expect(await write(hours('外训', { evidence: '证书 2026-018' }))).toBe('new')
    expect(await one('自办')).toMatchObject({ approval: 'approved', evidence: null, recorder_name: '示例职业培训学校' })
    expect(await one('外训')).toMatchObject({ approval: 'pending', evidence: '证书 2026-018', decided_by: null })
    const pending = await json(district.get(`/api/v1/education-hours?approval=pending&person_id=${person}`))
    expect(pending.items.map(({ subject }: { subject: string }) => subject)).toEqual(['外训'])
    expect((await district.get('/api/v1/education-hours?approval=perhaps')).status).toBe(422)
    expect((await facility.post('/api/v1/education-hours', hours('长课', { evidence: '长'.repeat(201) }))).status).toBe(
      422,
    )
  })

  test('said again without a proof nothing changes, another proof is a correction', async () => {
    expect(await write(hours('外训'))).toBe('same')
    expect(await write(hours('外训', { evidence: '证书 2026-019' }))).toBe('changed')
    expect(await one('外训')).toMatchObject({ evidence: '证书 2026-019', approval: 'pending' })
  })

  test('an officer approves or rejects; each decision is a version of its own, and a correction waits again', async () => {
    const { id } = await one('外训')
    const path = `/api/v1/education-hours/${id}`
    for (const username of ['facility', 'trainer', 'admin'])
      expect((await as(username).post(`${path}/approval`, {})).status).toBe(403)
    expect((await as('district2').post(`${path}/approval`, {})).status).toBe(404)
    const approved = await json(health.post(`${path}/approval`, { reason: '原件已核对' }))
    expect(approved).toMatchObject({
      id,
      approval: 'approved',
      decided_by: w.accounts.health,
      decision_reason: '原件已核对',
    })
    await health.post(`${path}/approval`, {})
    expect((await district.post(`${path}/rejection`, {})).status).toBe(422)
    expect(await json(district.post(`${path}/rejection`, { reason: '发证单位查无此证' }))).toMatchObject({
      ...{ approval: 'rejected', decided_by: w.accounts.district, decision_reason: '发证单位查无此证', hours: 8 },
    })
    expect(await write(hours('外训', { hours: 6 }))).toBe('changed')
    expect(await one('外训')).toMatchObject({
      id,
      hours: 6,
      approval: 'pending',
      decided_by: null,
      decision_reason: null,
    })
    const versions = await w.db
      .selectFrom('education_hours')
      .select(['hours', 'approval', 'evidence'])
      .where('id', '=', id)
      .orderBy('known_from')
      .execute()
    expect(versions.map(({ hours, approval }) => `${hours} ${approval}`)).toEqual([
      ...['8 pending', '8 pending', '8 approved', '8 rejected', '6 pending'],
    ])
    const events = await w.db
      .selectFrom('history_events')
      .select(['kind', 'reason'])
      .where('subject_id', '=', person)
      .where('kind', 'in', ['education_hours.approved', 'education_hours.rejected'])
      .orderBy('seq')
      .execute()
    expect(events).toEqual([
      { kind: 'education_hours.approved', reason: '原件已核对' },
      { kind: 'education_hours.rejected', reason: '发证单位查无此证' },
    ])
  })

  test('the institution that taught them can attest what a facility has stated', async () => {
    expect(await write(hours('外训', { hours: 6 }), trainer)).toBe('changed')
    expect(await one('外训')).toMatchObject({ approval: 'approved', evidence: '证书 2026-019' })
    expect(await write(hours('外训', { hours: 6 }))).toBe('same')
  })

  test('many are decided at once, or none', async () => {
    for (const subject of ['甲课', '乙课', '丙课']) await write(hours(subject))
    const ids = await Promise.all(['甲课', '乙课', '丙课'].map(async (subject) => (await one(subject)).id))
    const decide = (body: object, client = district) => client.post('/api/v1/education-hour-decisions', body)
    const nobody = '0190a000-0000-7000-8000-00000000ffff'
    expect(await codesOf(decide({ ids: [...ids, nobody], decision: 'approved' }))).toEqual([
      ...[422, 'input.invalid', '/ids/3 education_hours.unknown'],
    ])
    expect(await codesOf(decide({ ids, decision: 'approved' }, as('district2')))).toHaveLength(5)
    expect((await decide({ ids, decision: 'rejected' })).status).toBe(422)
    expect((await decide({ ids: [], decision: 'approved' })).status).toBe(422)
    expect((await decide({ ids, decision: 'approved' }, facility)).status).toBe(403)
    expect(await one('甲课')).toMatchObject({ approval: 'pending' })
    const answer = await decide({ ids: ids.slice(0, 2), decision: 'approved' })
    expect([answer.status, await answer.json()]).toEqual([201, { decided: 2, unchanged: 0 }])
    expect(await json(decide({ ids, decision: 'approved' }))).toEqual({ decided: 1, unchanged: 2 })
  })

  test('only approved hours count, as decided by the cutoff', async () => {
    const context = await w.context('district')
    await write(hours('丁课', { hours: 100 }))
    const counted = async () => {
      const entitlements = await json(
        district.get(`/api/v1/people/${person}/entitlements?month=2026-10&scheme=hz-special-post`),
      )
      const reasons = entitlements.items.flatMap((item: { reasons: object[] }) => item.reasons)
      return reasons.find(({ code }: { code: string }) => code === 'continuing_education').actual
    }
    const before = await counted()
    const { id } = await one('丁课')
    await inTx((tx) => decideEducationHours(tx, context, { ids: [id], decision: 'approved' }))
    expect(await counted()).toBe(before + 100)
    await inTx((tx) => decideEducationHours(tx, context, { ids: [id], decision: 'rejected', reason: '重复' }))
    expect(await counted()).toBe(before)
  })

  test('the database refuses a rejection without officer and reason, and a decision on what waits', async () => {
    const insert = (values: object) =>
      w.db
        .insertInto('education_hours')
        .values({ ...hours('库课'), ...values } as never)
        .execute()
    await expect(insert({ approval: 'rejected' })).rejects.toMatchObject({ constraint: 'education_hours_decision' })
    await expect(insert({ approval: 'pending', decided_by: w.accounts.district })).rejects.toMatchObject({
      constraint: 'education_hours_decision',
    })
    await expect(insert({ approval: 'perhaps' })).rejects.toMatchObject({ code: '23514' })
  })

  test('the officers’ page decides what is ticked; the person’s page shows the state', async () => {
    await write(hours('戊课', { evidence: '编号 7' }))
    const { id } = await one('戊课')
    const list = '/console/education-hours'
    const page = await (await district.page(list)).text()
    for (const words of ['戊课', '编号 7', '示例西湖颐养院', id]) expect(page).toContain(words)
    expect((await facility.page(list)).status).toBe(403)
    expect(await (await district.page('/console')).text()).toContain('待审核的继续教育学时')
    const nothing = await district.submit(list, { decision: 'approved', reason: '' })
    expect([nothing.status, await nothing.text()]).toEqual([422, expect.stringContaining('请先选择学时')])
    const reasonless = await district.submit(list, { ids: [id], decision: 'rejected', reason: '' })
    const again = await reasonless.text()
    expect(again).toContain('不予认定必须写明理由。')
    expect(again).toMatch(new RegExp(`value="${id}" checked`))
    expect((await district.submit(list, { ids: [id], decision: 'rejected', reason: '缺少证明' })).status).toBe(303)
    expect(await (await facility.page(`/console/people/${person}`)).text()).toMatch(/不予认定<\/span> 缺少证明/)
    expect(await (await district.page(`${list}?approval=rejected`)).text()).toContain('缺少证明')
    expect((await district.submit(list, { ids: [id], decision: 'approved', reason: '' })).status).toBe(303)
    expect(await one('戊课')).toMatchObject({ approval: 'approved' })
  })
})

describe('decisions about conduct', () => {
  let person: string
  const event = (more: object = {}) => ({
    ...{
      person_id: person,
      kind: 'ethics_breach',
      happened_on: '2024-05-02',
      decided_on: '2024-06-01',
      decision: '停岗处理',
    },
    ...more,
  })
  beforeAll(async () => {
    person = await employed()
  })

  test('have a period with or without an end; impossible ones are refused', async () => {
    const code = async (more: object) => codesOf(district.post('/api/v1/conduct-events', event(more)))
    expect(await code({ period_to: '2026-01-01' })).toContain('/period_from conduct_event.period_open')
    expect(await code({ period_from: '2024-05-01' })).toContain('/period_from conduct_event.period_before')
    expect(await code({ period_from: '2024-06-01', period_to: '2024-06-01' })).toContain(
      '/period_to conduct_event.period_order',
    )
    const recorded = await json(district.post('/api/v1/conduct-events', event({ period_from: '2024-06-01' })))
    expect(recorded).toMatchObject({ period_from: '2024-06-01', period_to: null, reason: null })
    const again = await json(
      district.post('/api/v1/conduct-events', event({ period_from: '2024-06-01', period_to: null })),
    )
    expect(again.id).toBe(recorded.id)
    expect((await json(district.post('/api/v1/conduct-events', event()))).id).not.toBe(recorded.id)
    await expect(
      sql`update conduct_events set period_to = period_from where id = ${recorded.id}`.execute(w.db),
    ).rejects.toMatchObject({ constraint: 'conduct_events_period' })
  })

  test('are corrected with a reason, keep their id, and are judged by the new period', async () => {
    const other = await employed()
    const { id } = await json(district.post('/api/v1/conduct-events', event({ person_id: other })))
    const correction = `/api/v1/conduct-events/${id}/correction`
    const { person_id: _, ...values } = event({ period_from: '2024-06-01', period_to: '2026-10-02' })
    const found = async () => {
      const { items } = await json(
        district.get(`/api/v1/people/${other}/entitlements?month=2026-10&scheme=hz-special-post`),
      )
      return items[0].reasons.find(({ code }: { code: string }) => code === 'ethics').actual
    }
    expect(await found()).toBe(0)
    expect((await district.post(correction, values)).status).toBe(422)
    expect((await facility.post(correction, { ...values, reason: '补录期限' })).status).toBe(403)
    expect((await as('district2').post(correction, { ...values, reason: '补录期限' })).status).toBe(404)
    expect(
      await codesOf(district.post(correction, { ...values, decided_on: '2026-12-01', reason: '补录期限' })),
    ).toContain('/decided_on conduct_event.future')
    const answer = await district.post(correction, { ...values, reason: '补录期限' })
    expect([answer.status, await answer.json()]).toMatchObject([
      200,
      { id, period_to: '2026-10-02', reason: '补录期限' },
    ])
    expect(await found()).toBe(1)
    await district.post(correction, { ...values, reason: '再说一次' })
    expect((await w.db.selectFrom('conduct_events').select('id').where('id', '=', id).execute()).length).toBe(2)
    await district.post(correction, { ...values, period_to: '2026-10-01', reason: '期限少一天' })
    expect(await found()).toBe(0)
  })

  test('are corrected on a page that shows what is on record', async () => {
    const page = await (await district.page(`/console/people/${person}`)).text()
    expect(page).toContain('2024-06-01 – 长期')
    const path = /href="(\/console\/conduct-events\/[^"]+\/correction)"/.exec(page)![1]!
    const form = await (await district.page(path)).text()
    expect(form).toContain('停岗处理')
    const { person_id: _, ...values } = event({ period_from: '2024-06-01', period_to: '2024-05-01' })
    const wrong = await district.submit(path, { ...values, reason: '期限有误' })
    expect([wrong.status, await wrong.text()]).toEqual([422, expect.stringContaining('应晚于起始日')])
    const right = await district.submit(path, { ...values, period_to: '', decision: '停岗两年处理', reason: '写错' })
    expect(right.headers.get('location')).toBe(`/console/people/${person}`)
    expect(await (await district.page(`/console/people/${person}`)).text()).toContain('停岗两年处理')
  })
})

describe('what an import brings', () => {
  test('carries its id, leaves one event a call, and stands on the timeline', async () => {
    const context: Context = { ...(await w.context('facility')), import_id: IMPORT }
    const people = [await employed(), await employed()]
    const rows = people.map((person_id) => ({
      ...{ person_id, organisation_id: w.org.home, month: '2026-10', attendance_days: 20, social_insurance: true },
    }))
    const hours = people.map((person_id) => ({
      ...{ person_id, completed_on: '2026-05-20', hours: 8, provider: '示例学校', subject: '导入' },
    }))
    await inTx((tx) => recordServiceMonths(tx, context, rows))
    const corrected = [rows[0]!, { ...rows[1]!, attendance_days: 21 }]
    // a later part of the same file says rows again that an earlier part has written
    await expect(inTx((tx) => recordServiceMonths(tx, context, corrected))).rejects.toMatchObject({
      faults: ['/items/0/id_number', '/items/1/id_number'].map((pointer) => ({ pointer, code: 'service_month.twice' })),
    })
    const later: Context = { ...context, import_id: LATER_IMPORT }
    await inTx((tx) => recordServiceMonths(tx, later, corrected))
    await inTx((tx) => recordServiceMonths(tx, later, rows.slice(0, 1)))
    await inTx((tx) => recordEducationHours(tx, context, hours))
    const events = await w.db
      .selectFrom('history_events')
      .select(['kind', 'subject_kind', 'subject_id', 'changes'])
      .where('subject_id', 'in', [IMPORT, LATER_IMPORT])
      .orderBy('seq')
      .execute()
    const sha256 = expect.stringMatching(/^[0-9a-f]{64}$/)
    const by_import = { subject_kind: 'import', subject_id: IMPORT }
    const later_import = { subject_kind: 'import', subject_id: LATER_IMPORT }
    expect(events).toEqual([
      { kind: 'service_month.imported', ...by_import, changes: { rows: 2, new: 2, changed: 0, sha256 } },
      { kind: 'service_month.imported', ...later_import, changes: { rows: 1, new: 0, changed: 1, sha256 } },
      { kind: 'education_hours.imported', ...by_import, changes: { rows: 2, new: 2, changed: 0, sha256 } },
    ])
    const { rows: brought } = await sql<{ n: number }>`
      select (select count(*) from service_months where import_id in (${IMPORT}, ${LATER_IMPORT})) + (select count(*) from education_hours where import_id = ${IMPORT}) as n`.execute(
      w.db,
    )
    expect(brought[0]!.n).toBe(5)
    const { items } = await json(facility.get(`/api/v1/people/${people[1]}/record`))
    expect(items.filter(({ kind }: { kind: string }) => kind === 'service')).toMatchObject([
      {
        on: '2026-10-01',
        facts: { month: '2026-10', organisation_name: '示例西湖颐养院', attendance_days: 21, social_insurance: true },
      },
    ])
    const page = await (await facility.page(`/console/people/${people[1]}`)).text()
    expect(page).toContain('月度在岗')
    await w.db.insertInto('roster_entries').values({ organisation_id: w.org.trainer, person_id: people[1]! }).execute()
    const theirs = await json(trainer.get(`/api/v1/people/${people[1]}/record`))
    expect(theirs.items.filter(({ kind }: { kind: string }) => kind === 'service')).toEqual([])
  })

  test('its versions and those of officers have their own author, and a reason is told of the version it was given for', async () => {
    const context: Context = { ...(await w.context('facility')), import_id: LATER_IMPORT }
    const person_id = await employed()
    const month = { person_id, month: '2026-03', attendance_days: 20, social_insurance: true }
    const hours = { person_id, completed_on: '2026-05-21', hours: 8, provider: '示例', subject: '失智照护' }
    await inTx((tx) => recordServiceMonths(tx, context, [{ ...month, organisation_id: w.org.home }]))
    await inTx((tx) => recordEducationHours(tx, context, [hours]))
    await json(facility.post('/api/v1/service-months', { ...month, attendance_days: 21, reason: '补登一天' }))
    const [{ id }] = (await json(district.get(`/api/v1/education-hours?person_id=${person_id}`))).items
    await json(district.post(`/api/v1/education-hours/${id}/rejection`, { reason: '没有证明' }))
    await json(facility.post('/api/v1/education-hours', { ...hours, hours: 16 }))
    const told = async (path: string) => {
      const { items } = await json(facility.get(`/api/v1/${path}`))
      return items.map((row: Record<string, unknown>) => [row.recorded_by, row.reason])
    }
    const key = `person_id=${person_id}&organisation_id=${w.org.home}&month=2026-03`
    expect(await told(`service-months/versions?${key}`)).toEqual([
      ['facility 示例', null],
      ['facility 示例', '补登一天'],
    ])
    expect(await told(`education-hours/${id}/versions`)).toEqual([
      ['facility 示例', null],
      ['district 示例', '没有证明'],
      ['facility 示例', null],
    ])
    const page = await (await facility.page(`/console/education-hours/${id}/versions`)).text()
    expect(page).toContain('不予认定')
  })

  test('five thousand rows are written in one call', async () => {
    await sql`with made as (
        insert into people (name, name_pinyin, name_initials, workforce, id_type, id_number_sealed, id_number_masked)
        select '测' || n, 'ce', 'c', 'elder_care', 'resident_id', 'x', 'x' from generate_series(1, 5000) n returning id)
      insert into roster_entries (organisation_id, person_id) select ${w.org.home2}, id from made`.execute(w.db)
    const { rows: people } = await sql<{ id: string }>`select id from people where name_pinyin = 'ce'`.execute(w.db)
    const context: Context = { ...(await w.context('facility2')), import_id: IMPORT }
    const rows = people.map(({ id }) => ({
      ...{ person_id: id, organisation_id: w.org.home2, month: '2026-10', attendance_days: 20, social_insurance: true },
    }))
    const changes = await inTx<{ change: string }[]>((tx) => recordServiceMonths(tx, context, rows))
    expect(changes.filter(({ change }) => change === 'new')).toHaveLength(5000)
  })
})

test('no call was an internal fault', () => expect(w.faults).toEqual([]))
