/** A person's months: why and why not, where the money is, and the objection that starts there. */
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { approveRun, computeRun, confirmVersion, submitRun } from '../../src/allowances/actions.ts'
import { confirmationShape } from '../../src/allowances/confirmation-shapes.ts'
import { allowanceWorld, CONFIRMATION } from '../support/allowance-world.ts'
import { clientsOf, codes, ok, refused, text } from '../support/answers.ts'
import { reviewRun } from '../support/reviewing.ts'
import { PASSWORD_HASH, type World, world } from '../support/world.ts'

const HZ = 'hz-special-post'
let w: World
let facts: Awaited<ReturnType<typeof allowanceWorld>>
const as = clientsOf(() => w)
const who = { paid: '', short: '', breach: '', elsewhere: '', left: '' }
let certificate: string
let employment: string
beforeAll(async () => {
  w = await world()
  facts = await allowanceWorld(w)
  const admin = await w.context('admin')
  await w.db.transaction().execute((tx) => confirmVersion(tx, admin, HZ, 1, confirmationShape.parse(CONFIRMATION)))
  const paid = await facts.carer({ name: '程发', starts_on: '2026-03-01' })
  who.paid = paid.id
  certificate = paid.certificate_id!
  employment = paid.employment_id
  who.short = (await facts.carer({ name: '程缺', hours: 11, starts_on: '2026-08-02' })).id
  who.breach = (await facts.carer({ name: '程违' })).id
  who.elsewhere = (await facts.carer({ name: '程他', organisation_id: w.org.home2! })).id
  await w.db.insertInto('roster_entries').values({ organisation_id: w.org.home, person_id: who.elsewhere }).execute()
  await sql`insert into conduct_events (person_id, kind, happened_on, decided_on, decision)
    values (${who.breach}::uuid, 'ethics_breach', '2026-03-15', '2026-04-01', '警告')`.execute(w.db)
  for (const [username, person_id] of Object.entries({ own: who.paid, short: who.short, breach: who.breach }))
    await w.db
      .insertInto('accounts')
      .values({ username, display_name: `${username} 本人`, role: 'carer', password_hash: PASSWORD_HASH, person_id })
      .execute()
})
afterAll(() => w.close())

async function run(month: string, district_code = '330106', username = 'district'): Promise<string> {
  const context = await w.context(username)
  const { id } = await w.db
    .transaction()
    .execute((tx) => computeRun(tx, context, { scheme_code: HZ, month, district_code }))
  await w.runJobs()
  return id
}
async function submit(id: string): Promise<void> {
  const context = await w.context('district')
  await w.db.transaction().execute((tx) => submitRun(tx, context, id, null))
  await reviewRun(w, id)
}
async function approve(id: string): Promise<void> {
  const context = await w.context('finance')
  await w.db.transaction().execute((tx) => approveRun(tx, context, id, null))
}
const monthsOf = (id: string, query = '', username = 'district', scheme = HZ) =>
  ok(as(username).get(`/api/v1/people/${id}/allowance-months?scheme_code=${scheme}${query}`))
const monthOf = async (id: string, month: string, username = 'district') =>
  (await monthsOf(id, `&month=${month}`, username)).items[0]
const object = (id: string, month: string, username = 'own', statement = '十月实际出勤二十二天') =>
  as(username).post(`/api/v1/people/${id}/allowance-objections`, { scheme_code: HZ, month, statement })
const waiting = async (username = 'district') => (await ok(as(username).get('/api/v1/allowance-objections'))).items
const answer = (id: string, upheld = false, username = 'district') =>
  as(username).post(`/api/v1/allowance-objections/${id}/answer`, { upheld, answer: '经核对考勤，记录无误' })

describe('months', () => {
  test('every month that is over is there, the newest first, back to the first of employment, by pages', async () => {
    const { items, person } = await monthsOf(who.paid, '&limit=200')
    expect(person).toMatchObject({ id: who.paid, name: '程发' })
    const months = items.map((one: { month: string }) => one.month)
    expect(months).toEqual(['2026-10', '2026-09', '2026-08', '2026-07', '2026-06', '2026-05', '2026-04', '2026-03'])
    const first = await monthsOf(who.paid, '&limit=3')
    const second = await monthsOf(who.paid, `&limit=200&cursor=${first.next_cursor}`)
    expect([...first.items, ...second.items].map((one: { month: string }) => one.month)).toEqual(months)
    expect(second.next_cursor).toBeNull()
  })

  test('why not, what is missing and by when, and the month in which everything could be met', async () => {
    const { reasons, soonest, outcome } = await monthOf(who.short, '2026-10')
    expect(outcome).toBe('refused')
    const of = (code: string) => reasons.find((one: { code: string }) => one.code === code)
    expect(of('service')).toMatchObject({
      met: false,
      actual: 2,
      prospect: { kind: 'in_time', month: '2026-11', missing: 1 },
    })
    expect(of('continuing_education')).toMatchObject({
      ...{ met: false, required: 16, actual: 11, earliest_month: '2026-10' },
      prospect: { kind: 'when_recorded', month: '2026-10', missing: 5 },
    })
    expect(of('continuing_education').citation).toBeTruthy()
    expect(of('continuing_education').evidence).toHaveLength(1)
    expect(soonest).toEqual({ kind: 'when_recorded', month: '2026-11' })
    expect((await monthOf(who.breach, '2026-10')).soonest).toEqual({ kind: 'in_time', month: '2027-03' })
  })

  test('the months that rest on a certificate or an employment are found from it', async () => {
    for (const id of [certificate, employment]) {
      const { items } = await monthsOf(who.paid, `&evidence=${id}&limit=200`)
      expect(items.map((one: { month: string }) => one.month)).toContain('2026-10')
    }
    expect((await monthsOf(who.paid, '&evidence=00000000-0000-7000-8000-00000000ffff')).items).toEqual([])
  })

  test('a facility is not told of another employer, nor a carer of somebody else', async () => {
    const [month] = (await monthsOf(who.elsewhere, '&month=2026-10', 'facility')).items
    expect(month).toMatchObject({ organisation_id: null, organisation_name: null, district_code: null, lines: [] })
    expect(month.reasons.map((one: { code: string }) => one.code)).toEqual(['paying_employment'])
    expect((await as('own').get(`/api/v1/people/${who.short}/allowance-months`)).status).toBe(404)
    expect((await as('trainer').get(`/api/v1/people/${who.paid}/allowance-months`)).status).toBe(403)
    expect((await as('facility2').get(`/api/v1/people/${who.paid}/allowance-months`)).status).toBe(404)
  })

  test('a wrong month, scheme or cursor is refused', async () => {
    const at = (query: string) => as('district').get(`/api/v1/people/${who.paid}/allowance-months?${query}`)
    expect((await at('month=2026-13')).status).toBe(422)
    expect((await at('evidence=1')).status).toBe(422)
    expect(await codes(at('cursor=zzz'))).toBe('cursor.invalid')
    expect((await ok(at('month=2026-11'))).items).toEqual([])
    expect((await ok(at('scheme_code=no-such'))).items).toEqual([])
  })

  test('where the money is: in review, approved, with the bank, returned, paid', async () => {
    const money = async () =>
      (await monthOf(who.paid, '2026-07', 'own')).lines.map((line: { money: string }) => line.money)
    expect(await money()).toEqual([])
    const id = await run('2026-07')
    // what is only computed is nobody's yet
    expect(await money()).toEqual([])
    await submit(id)
    expect(await money()).toEqual(['in_review'])
    await approve(id)
    expect(await money()).toEqual(['approved'])
    const file = await ok(
      as('finance').post(`/api/v1/allowance-runs/${id}/payment-file`, { format: 'csv' }, { key: 'months-file' }),
    )
    expect(await money()).toEqual(['sent'])
    const result = (outcome: string, reason_code: string | null) =>
      sql`insert into payment_results (file_id, run_id, person_id, outcome, reason_code, amount_fen, settled_on, recorded_by)
        values (${file.id}::uuid, ${id}::uuid, ${who.paid}::uuid, ${outcome}, ${reason_code}, 40000, '2026-11-20', ${w.accounts.finance}::uuid)`.execute(
        w.db,
      )
    await result('returned', 'closed')
    expect(await money()).toEqual(['returned'])
    expect((await monthOf(who.paid, '2026-07')).lines[0]).toMatchObject({ run_id: id, returned_for: 'closed' })
    await sql`update payment_results set known_to = clock_timestamp() where person_id = ${who.paid}::uuid`.execute(w.db)
    await result('paid', null)
    expect(await money()).toEqual(['paid'])
    expect(await monthOf(who.paid, '2026-07')).toMatchObject({ booked_fen: 40000, difference_fen: 0 })
  })

  test('a revoked certificate: what is booked, what it comes to now, and the difference', async () => {
    await facts.revoke(certificate, '2026-07-01')
    expect(await monthOf(who.paid, '2026-07')).toMatchObject({
      ...{ booked_fen: 40000, entitlement_fen: 0, difference_fen: -40000 },
    })
    await facts.restore(certificate)
    expect(await monthOf(who.paid, '2026-07')).toMatchObject({ booked_fen: 40000, difference_fen: 0 })
  })

  test('the carer reads the same in plain words, the officer with links', async () => {
    const own = await text(as('short').page('/console/my-allowances'))
    expect(own).toContain('我的津贴')
    expect(own).toContain('再登记 5 学时即可')
    expect(own).toContain('/console/my-allowances/hz-special-post/2026-10/objection')
    expect(own).not.toContain('/console/runs/')
    const officer = await text(as('district').page(`/console/people/${who.paid}/allowance-months`))
    expect(officer).toContain('/console/runs/')
    expect(officer).toContain('已到账')
    expect(await text(as('district').page(`/console/people/${who.paid}`))).toContain('/allowance-months')
    const narrowed = await text(
      as('district').page(`/console/people/${who.paid}/allowance-months?evidence=${certificate}`),
    )
    expect(narrowed).toContain('只列出')
  })
})

describe('objections', () => {
  let october: string
  test('one is filed about a month of one’s own, once while it is open', async () => {
    const filed = await ok(object(who.paid, '2026-10'), 201)
    expect(filed).toMatchObject({
      person_id: who.paid,
      month: '2026-10',
      district_code: '330106',
      upheld: null,
      run_id: null,
    })
    expect(await refused(object(who.paid, '2026-10'))).toEqual([409, 'objection.open'])
    const [first] = await waiting()
    expect(first).toMatchObject({ id: filed.id, person_name: '程发' })
    expect((await monthOf(who.paid, '2026-10', 'own')).may_object).toBe(false)
    const home = await text(as('district').page('/console'))
    expect(home).toContain('待答复的津贴异议')
    expect(home).toContain('/console/allowance-objections')
  })

  test('nobody else’s, no month that is none, nothing empty', async () => {
    expect((await object(who.short, '2026-10')).status).toBe(404)
    expect((await object(who.paid, '2026-11')).status).toBe(404)
    expect((await object(who.paid, '2020-01')).status).toBe(404)
    expect((await object(who.paid, '2026-09', 'own', '  ')).status).toBe(422)
    expect((await object(who.paid, '2026-13')).status).toBe(422)
    expect((await object(who.paid, '2026-09', 'facility')).status).toBe(403)
    expect((await object(who.paid, '2026-09', 'district')).status).toBe(403)
    const page = await as('own').submit('/console/my-allowances/hz-special-post/2026-09/objection', { statement: '短' })
    expect(page.status).toBe(422)
    expect((await as('own').page('/console/my-allowances/hz-special-post/2020-01/objection')).status).toBe(404)
    expect((await as('own').page('/console/my-allowances/hz-special-post/nothing/objection')).status).toBe(404)
  })

  test('the district answers once with a reason; the carer sees it, is told, and may ask again', async () => {
    const [{ id }] = await waiting()
    expect((await answer(id, false, 'district2')).status).toBe(404)
    expect((await answer(id, false, 'finance')).status).toBe(403)
    expect(
      (await as('district').post(`/api/v1/allowance-objections/${id}/answer`, { upheld: false, answer: '' })).status,
    ).toBe(422)
    expect(await refused(answer(id, false, 'health'))).toEqual([409, 'run.other_authority'])
    expect(await ok(answer(id))).toMatchObject({ upheld: false, answered_by_name: 'district 示例' })
    expect(await refused(answer(id, true))).toEqual([409, 'objection.answered'])
    expect(await waiting()).toEqual([])
    expect((await ok(as('district').get('/api/v1/allowance-objections?status=answered'))).items).toHaveLength(1)
    const page = await text(as('own').page('/console/my-allowances'))
    expect(page).toContain('经核对考勤，记录无误')
    expect(await text(as('own').page('/console/notices'))).toContain('异议答复')
    expect((await ok(object(who.paid, '2026-10'), 201)).upheld).toBeNull()
    const [again] = await waiting()
    const form = await as('district').submit(`/console/allowance-objections/${again.id}/answer`, { upheld: 'true' })
    expect(form.status).toBe(422)
    const done = await as('district').submit(`/console/allowance-objections/${again.id}/answer`, {
      upheld: 'true',
      answer: '考勤有误，已更正',
    })
    expect(done.status).toBe(303)
    expect((await monthOf(who.paid, '2026-10')).objections.map((one: { upheld: boolean }) => one.upheld)).toEqual([
      false,
      true,
    ])
  })

  test('while the list is public it lies there, and the approval waits for the answer', async () => {
    october = await run('2026-10')
    await submit(october)
    const { id: publicity } = await ok(
      as('district').post(`/api/v1/allowance-runs/${october}/publicity`, {
        starts_on: '2026-11-23',
        days: 1,
        day_kind: 'calendar',
        place: '公告栏',
      }),
      201,
    )
    const filed = await ok(object(who.breach, '2026-10', 'breach'), 201)
    expect(filed.run_id).toBe(october)
    const onList = await ok(as('district').get(`/api/v1/publicities/${publicity}/objections`))
    expect(onList.items).toHaveLength(1)
    w.clock.now = new Date('2026-11-25T02:00:00Z')
    expect(await refused(as('district').post(`/api/v1/publicities/${publicity}/closing`))).toEqual([
      409,
      'publicity.unanswered',
    ])
    expect(
      await refused(as('finance').post(`/api/v1/allowance-runs/${october}/approval`, {}, { key: 'too-soon' })),
    ).toEqual([409, 'publicity.open'])
    expect(await text(as('district').page('/console/allowance-objections'))).toContain('答复后才能审批')
    expect(await ok(answer(filed.id))).toMatchObject({ upheld: false, answer: '经核对考勤，记录无误' })
    expect((await ok(as('district').get(`/api/v1/publicities/${publicity}/objections`))).items[0]).toMatchObject({
      upheld: false,
    })
    await ok(as('district').post(`/api/v1/publicities/${publicity}/closing`))
    await approve(october)
  })

  test('answered on the list, it is answered here too', async () => {
    const september = await run('2026-09')
    await submit(september)
    const { id: publicity } = await ok(
      as('district').post(`/api/v1/allowance-runs/${september}/publicity`, {
        starts_on: '2026-11-25',
        days: 1,
        day_kind: 'calendar',
        place: '公告栏',
      }),
      201,
    )
    const filed = await ok(object(who.paid, '2026-09'), 201)
    const { items } = await ok(as('district').get(`/api/v1/publicities/${publicity}/objections`))
    expect(items[0]).toMatchObject({ position: expect.any(Number), person_id: who.paid })
    await ok(
      as('district').post(`/api/v1/publicity-objections/${items[0].id}/answer`, {
        upheld: true,
        answer: '九月应为二十二天',
      }),
    )
    expect(await refused(answer(filed.id))).toEqual([409, 'objection.answered'])
    expect((await monthOf(who.paid, '2026-09', 'own')).objections[0]).toMatchObject({
      upheld: true,
      answer: '九月应为二十二天',
    })
  })

  test('until so many days after the approval, by the date', async () => {
    const { object_until } = await monthOf(who.paid, '2026-10', 'own')
    const { rows } = await sql<{ until: string }>`select ((decided_at at time zone 'Asia/Shanghai')::date + 60) as until
      from allowance_decisions where run_id = ${october}::uuid and kind = 'approval'`.execute(w.db)
    expect(object_until).toBe(rows[0]!.until)
    const { now } = w.clock
    const on = (day: string) => new Date(`${day}T15:59:00Z`)
    w.clock.now = on(object_until)
    expect((await monthOf(who.paid, '2026-10')).may_object).toBe(true)
    w.clock.now = new Date(on(object_until).getTime() + 120_000)
    const own = w.as('own')
    const late = await own.post(`/api/v1/people/${who.paid}/allowance-objections`, {
      scheme_code: HZ,
      month: '2026-10',
      statement: '还是不对的',
    })
    expect(late.status).toBe(409)
    expect(await late.json()).toMatchObject({ code: 'objection.late', detail: expect.stringContaining(object_until) })
    w.clock.now = now
  })

  test('what was asked and answered is never changed; of two at once one is filed', async () => {
    await expect(sql`update allowance_objections set statement = '另一个内容'`.execute(w.db)).rejects.toThrow(
      /append-only/,
    )
    await expect(sql`delete from allowance_objections`.execute(w.db)).rejects.toThrow(/append-only/)
    await expect(sql`update allowance_objection_answers set answer = '改'`.execute(w.db)).rejects.toThrow(/append-only/)
    const both = await Promise.all([object(who.short, '2026-10', 'short'), object(who.short, '2026-10', 'short')])
    expect(both.map(({ status }) => status).sort()).toEqual([201, 409])
  })
})

test('the carer’s page takes at most six queries, signing in included', async () => {
  await as('own').page('/console/my-allowances')
  const open = w.deps.db
  let queries = 0
  w.deps.db = (c) =>
    open(c).withPlugin({
      transformQuery: ({ node }) => {
        queries++
        return node
      },
      transformResult: async ({ result }) => result,
    }) as ReturnType<typeof open>
  try {
    await text(as('own').page('/console/my-allowances'))
  } finally {
    w.deps.db = open
  }
  expect(queries).toBeGreaterThan(2)
  expect(queries).toBeLessThanOrEqual(6)
})

test('nothing was an internal fault', () => expect(w.faults).toEqual([]))
