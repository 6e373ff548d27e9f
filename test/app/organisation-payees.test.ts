/** What organisations are paid: from what counts, through run, ledger, publicity and bank, to differences; and who sees it. */
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { allowanceRunJob } from '../../src/allowances/run.ts'
import type { Job } from '../../src/jobs/actions.ts'
import { registerOrganisation } from '../../src/organisations/actions.ts'
import { SYSTEM, scopeOf } from '../../src/platform/context.ts'
import { writeCsv } from '../../src/platform/workbook.ts'
import { allowanceWorld } from '../support/allowance-world.ts'
import { clientsOf, codes, ok, refused, text } from '../support/answers.ts'
import { reviewRun } from '../support/reviewing.ts'
import { type World, world } from '../support/world.ts'

const [BEIJING, CHENGDU] = ['110108', '510100']
let w: World
let facts: Awaited<ReturnType<typeof allowanceWorld>>
let school: string
let home: string
const classes: Record<number, string> = {}
const as = clientsOf(() => w)
const key = () => ({ key: crypto.randomUUID() })

beforeAll(async () => {
  w = await world()
  facts = await allowanceWorld(w)
  const system = { ...(await w.context('admin')), actor: SYSTEM, scope: scopeOf(SYSTEM) }
  const add = (input: object) =>
    w.db
      .transaction()
      .execute((tx) => registerOrganisation(tx, system, { filed_from: '2020-01-01', ...input } as never))
      .then(({ id }) => id)
  school = await add({
    ...{ name: '示例海淀培训学校', district_code: BEIJING, kinds: ['training_institution'] },
    credit_code: '91110108MA01C8JT4Y',
  })
  home = await add({ name: '示例成都颐养院', district_code: CHENGDU, kinds: ['care_facility'], facility_kind: 'home' })
  await sql`update accounts set district_code = ${BEIJING} where username = 'district'`.execute(w.db)
  await sql`update accounts set district_code = ${CHENGDU} where username = 'district2'`.execute(w.db)
  await sql`update accounts set district_code = null where username in ('city', 'finance', 'finance2')`.execute(w.db)
  await sql`update accounts set organisation_id = ${school} where username = 'trainer'`.execute(w.db)
  await sql`update accounts set organisation_id = ${home} where username = 'facility'`.execute(w.db)
  for (const hours of [39, 40]) classes[hours] = await openClass(hours)
  await confirmChengdu()
})
afterAll(() => w.close())

async function openClass(hours: number): Promise<string> {
  const course = await w.db
    .insertInto('courses')
    .values({
      ...{ organisation_id: school, name: `${hours} 学时`, kind: 'in_service', attendance_percent: 80 },
      ...{ theory_hours: hours - 10, practice_hours: 10 },
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  const { id } = await w.db
    .insertInto('classes')
    .values({
      ...{ course_id: course.id, organisation_id: school, name: `${hours} 学时班`, capacity: 500 },
      ...{ starts_on: '2026-01-01', ends_on: '2026-02-01' },
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

/** Somebody whom the school trained; answers the certificate. */
async function pass(name: string, issued_on: string, hours = 40, change: object = {}): Promise<string> {
  const person_id = await facts.person({ name })
  const enrolment = await w.db
    .insertInto('enrolments')
    .values({ class_id: classes[hours]!, person_id, status: 'completed' })
    .returning('id')
    .executeTakeFirstOrThrow()
  return write(person_id, enrolment.id, issued_on, change)
}

let serial = 0
async function write(person_id: string, enrolment_id: string, issued_on: string, change: object): Promise<string> {
  const result = await w.db
    .insertInto('assessment_results')
    .values({ enrolment_id, assessed_on: issued_on, passed: true, assessor_organisation_id: w.org.assessor })
    .returning('id')
    .executeTakeFirstOrThrow()
  const number = `S0000339999012661${String(++serial).padStart(6, '0')}`
  const { id } = await w.db
    .insertInto('certificates')
    .values({
      ...{ number, kind: 'skill_level', person_id, enrolment_id, result_id: result.id, issued_on, level: 5 },
      ...{ holder_name: '测试', id_number_masked: '1099**********0228', issuer_organisation_id: w.org.assessor },
      ...{ occupation_code: '4-10-01-05', occupation_name: '养老护理员', issuer_name: '示例技能评价中心' },
      ...{ token: `token-${number}`, printed: '{}', pdf_sha256: '0'.repeat(64), ...change },
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

async function confirmChengdu() {
  const rates = ['national', 'province', 'city'].map((k) => ({ component: 'contest', key: k, amount_fen: 1000000 }))
  const confirmation = { document: '成民发〔2026〕示例 1 号', reason: '按文件核定', rates, thresholds: {} }
  await ok(as('admin').post('/api/v1/schemes/cd-care/versions/1/confirmation', confirmation, key()))
}

const places = {
  'bj-talent': { district_code: BEIJING, officer: 'district' },
  'cd-care': { district_code: CHENGDU, officer: 'district2' },
}
type Scheme = keyof typeof places

async function compute(scheme_code: Scheme, month: string): Promise<string> {
  const { district_code, officer } = places[scheme_code]
  const { id } = await ok(as(officer).post('/api/v1/allowance-runs', { scheme_code, month, district_code }, key()), 202)
  await w.runJobs()
  return id
}
async function submitted(scheme_code: Scheme, month: string): Promise<string> {
  const id = await compute(scheme_code, month)
  await ok(as(places[scheme_code].officer).post(`/api/v1/allowance-runs/${id}/submission`, {}, key()))
  return id
}
async function approved(scheme_code: Scheme, month: string): Promise<string> {
  const id = await submitted(scheme_code, month)
  await reviewRun(w, id)
  await ok(as('finance').post(`/api/v1/allowance-runs/${id}/approval`, {}, key()))
  return id
}
const runOf = (id: string) => ok(as('finance').get(`/api/v1/allowance-runs/${id}`))
const linesOf = async (id: string) =>
  (await ok(as('finance').get(`/api/v1/allowance-runs/${id}/organisation-lines`))).items
const brief = (lines: Record<string, unknown>[]) =>
  lines.map(({ month, kind, entitlement_fen, amount_fen }) => [month, kind, entitlement_fen, amount_fen])
const own = (username: string, id: string) => as(username).get(`/api/v1/organisations/${id}/allowances`)
const recheck = (id: string) => ok(as('auditor').post(`/api/v1/allowance-runs/${id}/recheck`, {}))
const exported = (id: string) =>
  ok(as('finance').post(`/api/v1/allowance-runs/${id}/payment-file`, { format: 'csv' }, key()))
const account = (username: string, id: string, bank_account: string) =>
  as(username).post(`/api/v1/organisations/${id}/bank-account`, { bank_account })

describe('Beijing pays a trainer for the people it trained', () => {
  let march: string
  let revoked: string

  test('a person counts in the month of the certificate, with 40 hours, and every one is named', async () => {
    await pass('前一日', '2026-02-28')
    revoked = await pass('首日', '2026-03-01')
    await pass('末日', '2026-03-31')
    await pass('学时不足', '2026-03-15', 39)
    await pass('后一日', '2026-04-01')
    march = await compute('bj-talent', '2026-03')
    const [line, ...others] = await linesOf(march)
    expect(others).toEqual([])
    expect(line).toMatchObject({
      ...{ organisation_id: school, component: 'provider', month: '2026-03', kind: 'normal', outcome: 'payable' },
      ...{ entitlement_fen: 300000, amount_fen: 300000, previous_fen: null },
    })
    expect(
      line.evidence.map((one: Record<string, unknown>) => [one.person_name, one.on_day, one.amount_fen, one.why]),
    ).toEqual([
      ['首日', '2026-03-01', 150000, null],
      ['末日', '2026-03-31', 150000, null],
      ['学时不足', '2026-03-15', null, 'few_hours'],
    ])
    expect(await runOf(march)).toMatchObject({
      ...{ line_count: 1, payable_count: 1, total_fen: 300000 },
      totals: { positive_fen: 300000, organisations: { count: 1, amount_fen: 300000 } },
    })
  })

  test('computed again the digest is the same, and the second statement says the same', async () => {
    const before = await runOf(march)
    expect(await compute('bj-talent', '2026-03')).toBe(march)
    expect((await runOf(march)).lines_sha256).toBe(before.lines_sha256)
    expect(await recheck(march)).toMatchObject({ status: 'equal', compared: 1, lines_intact: true })
  })

  test('the second statement sees a wrong amount, and the digest a changed line', async () => {
    await w.db.transaction().execute(async (tx) => {
      await sql`alter table organisation_lines disable trigger organisation_lines_update`.execute(tx)
      await sql`update organisation_lines set entitlement_fen = 300001 where run_id = ${march}`.execute(tx)
      await sql`alter table organisation_lines enable trigger organisation_lines_update`.execute(tx)
    })
    expect(await recheck(march)).toMatchObject({
      ...{ status: 'different', differing: 1, lines_intact: false },
      differences: [{ person_id: null, organisation_id: school, run_fen: 300001, recheck_fen: 300000 }],
    })
    await compute('bj-talent', '2026-03')
    expect(await recheck(march)).toMatchObject({ status: 'equal', lines_intact: true })
  })

  test('its review takes a step, the list names it in full, the budget reserves it', async () => {
    await ok(as('district').post(`/api/v1/allowance-runs/${march}/submission`, {}, key()))
    const review = await ok(as('district').get(`/api/v1/allowance-runs/${march}/review`))
    expect(review.steps).toMatchObject([{ reviewer: 'district', lines: 1, payable: 1, amount_fen: 300000 }])
    const year = (
      await sql<{ year: number }>`select budget_year as year from budget_charges where run_id = ${march}`.execute(w.db)
    ).rows[0]!.year
    const budget = async () =>
      (await ok(as('finance').get(`/api/v1/budget-quotas?scheme_code=bj-talent&budget_year=${year}`))).items[0]
    expect(await budget()).toMatchObject({ submitted_fen: 300000, reserved_fen: 300000 })
    await reviewRun(w, march)
    const { id } = await ok(
      as('district').post(
        `/api/v1/allowance-runs/${march}/publicity`,
        { starts_on: '2026-11-23', days: 1, day_kind: 'calendar', place: '公告栏' },
        key(),
      ),
      201,
    )
    const { items } = await ok(as(null).get(`/api/v1/publicities/${id}/lines`))
    expect(items).toMatchObject([{ name_masked: '示例海淀培训学校', level: null, amount_fen: 300000 }])
    w.clock.now = new Date('2026-11-24T02:00:00Z')
    as.forget()
    await ok(as('district').post(`/api/v1/publicities/${id}/closing`, {}, key()))
    await ok(as('finance').post(`/api/v1/allowance-runs/${march}/approval`, {}, key()))
    expect(await budget()).toMatchObject({ submitted_fen: 0, approved_fen: 300000 })
  })

  test('without an account it waits; recorded by itself the account is masked and shown with a reason only', async () => {
    const path = `/api/v1/organisations/${school}/bank-account`
    expect(await refused(as('trainer').post(`${path}/disclosure`, { reason: '核对账户' }))).toEqual([
      409,
      'bank_account.none',
    ])
    expect(await exported(march)).toMatchObject({ row_count: 0, held_count: 1, held_fen: 300000 })
    expect(await codes(account('trainer', school, '12'))).toEqual(['account.format'])
    expect(await ok(account('trainer', school, '6222 0212 3456 7890'))).toEqual({
      bank_account_masked: '6222 **** 7890',
    })
    expect(await refused(account('facility', school, '6222021234567891'))).toEqual([404, 'not_found'])
    expect(await refused(as('facility').post(`${path}/disclosure`, { reason: '核对账户' }))).toEqual([404, 'not_found'])
    expect(await codes(as('finance').post(`${path}/disclosure`, { reason: '' }))).toEqual(['input.too_small'])
    expect(await ok(as('finance').post(`${path}/disclosure`, { reason: '核对账户' }))).toEqual({
      field: 'bank_account',
      value: '6222021234567890',
    })
    const { rows } = await sql<{ kind: string; reason: string | null; changes: unknown }>`
      select kind, reason, changes from history_events where kind like 'bank_account.%' order by seq`.execute(w.db)
    expect(rows.map(({ kind, reason }) => [kind, reason])).toEqual([
      ['bank_account.recorded', null],
      ['bank_account.disclosed', '核对账户'],
    ])
    expect(JSON.stringify(rows)).not.toContain('6222')
  })

  test('is exported with its credit code, totals and capitals; returned, corrected and issued again; and paid once', async () => {
    const path = `/api/v1/allowance-runs/${march}`
    const file = await exported(march)
    expect(file).toMatchObject({ row_count: 1, total_fen: 300000 })
    const csv = await text(as('finance').get(`/api/v1/payment-files/${file.id}`))
    for (const part of ['示例海淀培训学校', '91110108MA01C8JT4Y', '6222021234567890', '3000.00', '叁仟元整'])
      expect(csv).toContain(part)
    const answer = (row: object) =>
      as('finance').post(
        `${path}/payment-results`,
        { items: [{ organisation_id: school, amount_fen: 300000, settled_on: '2026-11-24', ...row }] },
        key(),
      )
    await ok(answer({ outcome: 'returned', reason_code: 'closed' }), 201)
    expect(await refused(as('finance').post(`${path}/reissue`, {}, key()))).toEqual([
      409,
      'payment_batch.not_corrected',
    ])
    await ok(account('district', school, '6222021234567999'))
    await ok(as('finance').post(`${path}/reissue`, { format: 'csv' }, key()))
    await ok(answer({ outcome: 'paid', bank_reference: 'R1' }), 201)
    const { items, summary } = await ok(as('finance').get(`${path}/payment-results`))
    expect(summary).toMatchObject({ paid_count: 1, paid_fen: 300000, returned_count: 0, open_count: 0 })
    expect(items).toMatchObject([
      { organisation_id: school, person_id: null, outcome: 'returned' },
      { organisation_id: school, person_name: '示例海淀培训学校', outcome: 'paid', attempt: 1 },
    ])
    const batches = await sql<{ number: number }>`select number from payment_batches where run_id = ${march}`.execute(
      w.db,
    )
    expect(batches.rows).toHaveLength(3)
    const { totals } = await ok(as('finance').get('/api/v1/payment-reconciliation?scheme_code=bj-talent'))
    expect(totals).toMatchObject({ ledger_fen: 300000, paid_fen: 300000, again_fen: 300000, difference_fen: 0 })
    expect(await refused(as('finance').post(`${path}/reissue`, {}, key()))).toEqual([
      409,
      'payment_batch.nothing_returned',
    ])
  })

  test('its own page and its district’s tell the months, what counts and why not; to others it does not exist', async () => {
    const { items, accounts, payments } = await ok(own('trainer', school))
    expect(brief(items)).toEqual([['2026-03', 'normal', 300000, 300000]])
    expect(items[0].evidence.map((one: { why_words: string | null }) => one.why_words)).toEqual([
      null,
      null,
      '学时不足',
    ])
    expect(accounts).toMatchObject([{ scheme_code: 'bj-talent', paid_fen: 300000, owed_fen: 0 }])
    expect(payments).toMatchObject([{ run_month: '2026-03', amount_fen: 300000, outcome: 'paid' }])
    await ok(own('district', school))
    for (const other of ['facility', 'facility2', 'district2'])
      expect(await refused(own(other, school))).toEqual([404, 'not_found'])
    const page = await text(as('trainer').page(`/console/organisations/${school}/allowances`))
    for (const part of ['首日', '学时不足', '¥3,000.00', '6222 **** 7999']) expect(page).toContain(part)
    expect((await as('facility').page(`/console/organisations/${school}/allowances`)).status).toBe(404)
    expect(await text(as('district').page(`/console/runs/${march}/organisations`))).toContain('示例海淀培训学校')
    expect(await text(as('trainer').page(`/console/organisations/${school}`))).toContain('/allowances')
  })

  test('a certificate that is issued anew is still the one that was passed', async () => {
    const { rows } = await sql<{ id: string; person_id: string }>`
      select c.id, c.person_id from certificates c where c.issued_on = '2026-03-31' and c.enrolment_id is not null`.execute(
      w.db,
    )
    const [{ id, person_id }] = rows as [{ id: string; person_id: string }]
    await sql`insert into certificate_revocations (certificate_id, reason_code, reason, effective_on) values (${id}, 'replaced', '遗失补发', '2026-04-05')`.execute(
      w.db,
    )
    await facts.certify(person_id, 5, '2026-04-05', null, id)
    const april = await compute('bj-talent', '2026-04')
    expect(brief(await linesOf(april))).toEqual([['2026-04', 'normal', 150000, 150000]])
    expect(await recheck(april)).toMatchObject({ status: 'equal' })
  })

  test('a revoked certificate and one that came late are differences of the next run, and what is negative is taken from it', async () => {
    await facts.revoke(revoked, '2026-04-10')
    const late = await pass('晚到', '2026-03-20')
    // one falls away and one comes: the month is worth what was paid
    expect(brief(await linesOf(await compute('bj-talent', '2026-04')))).toEqual([['2026-04', 'normal', 150000, 150000]])
    await facts.revoke(late, '2026-04-12')
    const april = await approved('bj-talent', '2026-04')
    expect(brief(await linesOf(april))).toEqual([
      ['2026-03', 'recovery', 150000, -150000],
      ['2026-04', 'normal', 150000, 150000],
    ])
    expect(await recheck(april)).toMatchObject({ status: 'equal', compared: 2 })
    const { accounts, payments } = await ok(own('trainer', school))
    expect(accounts).toMatchObject([{ paid_fen: 300000, owed_fen: 0 }])
    expect(payments).toHaveLength(1)
  })

  test('what goes beyond the run is owed, taken from the next ones, and may be paid back by transfer, each once', async () => {
    for (const { id } of (
      await sql<{
        id: string
      }>`select c.id from certificates c where c.issued_on = '2026-04-01' and c.enrolment_id is not null`.execute(w.db)
    ).rows)
      await facts.revoke(id, '2026-05-02')
    const may = await approved('bj-talent', '2026-05')
    expect(brief(await linesOf(may))).toEqual([['2026-04', 'recovery', 0, -150000]])
    expect((await ok(own('trainer', school))).accounts).toMatchObject([{ paid_fen: 300000, owed_fen: 150000 }])
    const { items: notices } = await ok(as('trainer').get('/api/v1/notices'))
    expect(notices[0].words).toContain('1,500.00')

    const path = `/api/v1/organisations/${school}/repayments`
    const repayment = {
      ...{ scheme_code: 'bj-talent', district_code: BEIJING, amount_fen: 50000 },
      ...{ paid_on: '2026-11-20', reference: '转账 1 号' },
    }
    expect(await codes(as('finance').post(path, { ...repayment, amount_fen: 150001 }, key()))).toEqual([
      'organisation_dues.too_much',
    ])
    expect((await ok(as('finance').post(path, repayment, key()))).accounts).toMatchObject([{ owed_fen: 100000 }])
    expect(await codes(as('finance').post(path, repayment, key()))).toBe('organisation_dues.repaid_already')
    expect(await refused(as('trainer').post(path, repayment, key()))).toEqual([403, 'forbidden'])

    await pass('六月', '2026-06-10')
    const june = await approved('bj-talent', '2026-06')
    const { accounts, payments } = await ok(own('trainer', school))
    expect(accounts).toMatchObject([{ paid_fen: 350000, owed_fen: 0 }])
    expect(payments).toMatchObject([{ run_month: '2026-06', amount_fen: 50000 }, { run_month: '2026-03' }])
    const file = await exported(june)
    expect(file).toMatchObject({ row_count: 1, total_fen: 50000 })
    expect(await codes(as('finance').post(path, { ...repayment, reference: '转账 2 号' }, key()))).toBe(
      'organisation_dues.nothing_owed',
    )
    // ledger = paid out + owed − paid back
    const { rows } = await sql<{
      fen: number
    }>`select sum(amount_fen)::int as fen from organisation_ledger where organisation_id = ${school}`.execute(w.db)
    expect(rows[0]!.fen).toBe(350000 - 50000)
    const { totals } = await ok(as('finance').get('/api/v1/payment-reconciliation?scheme_code=bj-talent'))
    expect(totals).toMatchObject({ ledger_fen: 350000, difference_fen: 0 })
  })

  test('the reports count it, by the sums of the ledger and line by line', async () => {
    const range = 'from=2026-03&to=2026-06&scheme_code=bj-talent'
    const { totals } = await ok(as('finance').get(`/api/v1/reports/allowance-sums?${range}&by=scheme`))
    const { items } = await ok(as('finance').get(`/api/v1/reports/allowance-lines?${range}`))
    const sum = items.reduce((total: number, one: { amount_fen: number }) => total + one.amount_fen, 0)
    expect([totals.amount_fen, sum]).toEqual([300000, 300000])
    expect(items[0]).toMatchObject({ person_id: null, person_name: '示例海淀培训学校' })
  })

  test.each([
    [
      'a line of a run that is over',
      sql`insert into organisation_lines (run_id, organisation_id, month, component, kind, outcome, version_id, evidence, left_out, entitlement_fen)
      select run_id, organisation_id, month - interval '1 year', component, kind, outcome, version_id, evidence, left_out, entitlement_fen from organisation_lines limit 1`,
    ],
    ['a change of the ledger', sql`update organisation_ledger set entitlement_fen = 1`],
    [
      'a second entry from the same one',
      sql`insert into organisation_ledger (organisation_id, scheme_code, month, component, seq, prev_seq, prev_fen, entitlement_fen, run_id)
      select organisation_id, scheme_code, month, component, seq, prev_seq, prev_fen, entitlement_fen, run_id from organisation_ledger limit 1`,
    ],
    [
      'a ledger entry without its account',
      sql`insert into organisation_ledger (organisation_id, scheme_code, month, component, seq, prev_seq, prev_fen, entitlement_fen, run_id)
      select organisation_id, scheme_code, month, component, seq + 1, seq, entitlement_fen, 1, run_id from organisation_ledger order by seq desc limit 1`,
    ],
    ['a change of an account', sql`delete from organisation_dues`],
    [
      'a repayment of more than is owed',
      sql`insert into organisation_dues (organisation_id, scheme_code, district_code, seq, prev_seq, prev_owed_fen, plus_fen, minus_fen, paid_on, reference, recorded_by)
      select organisation_id, scheme_code, district_code, seq + 1, seq, owed_fen, owed_fen + 1, 0, '2026-11-20', '转账 9 号', recorded_by from organisation_dues order by seq desc limit 1`,
    ],
  ])('the database refuses %s', async (_, statement) => {
    await expect(w.db.transaction().execute((tx) => statement.execute(tx))).rejects.toThrow()
  })
})

describe('Chengdu pays a facility for its jobs', () => {
  const employ = async (name: string, starts_on: string, change: object = {}) =>
    facts.employ(await facts.person({ name }), { organisation_id: home, starts_on, ...change })
  let march: string

  test('a job counts in the month in which it begins, in a care post, if somebody is still there', async () => {
    await employ('二月末', '2026-02-28')
    await employ('三月初', '2026-03-01')
    await employ('三月末', '2026-03-31')
    await employ('四月初', '2026-04-01')
    await employ('管理', '2026-03-10', { post: 'management' })
    await employ('已离岗', '2026-03-10', { ends_on: '2026-03-31' })
    march = await approved('cd-care', '2026-03')
    const [line] = (await linesOf(march)).filter((one: { component: string }) => one.component === 'jobs')
    expect(line).toMatchObject({ organisation_id: home, entitlement_fen: 200000 })
    expect(line.evidence.map((one: Record<string, unknown>) => [one.person_name, one.why])).toEqual([
      ['三月初', null],
      ['三月末', null],
      ['已离岗', 'left'],
      ['管理', 'other_post'],
    ])
    expect(await recheck(march)).toMatchObject({ status: 'equal' })
  })

  test('what the bank answers is read from its sheet, by name and account', async () => {
    await ok(account('facility', home, '6222021234560000'))
    const file = await exported(march)
    expect(file).toMatchObject({ row_count: 1, total_fen: 200000 })
    const header = ['姓名', '银行账号', '金额（元）', '结果', '退票原因', '入账日期']
    const sheet = writeCsv(header, [['示例成都颐养院', '6222021234560000', '2000.00', '成功', null, '2026-11-24']])
    const sent = {
      kind: 'payment-results',
      mode: 'commit',
      subject: file.id,
      file: new File([sheet as BlobPart], '回单.csv'),
    }
    await ok(as('finance').upload('/api/v1/imports', sent, { 'idempotency-key': key().key }), 202)
    await w.runJobs()
    const { items } = await ok(as('finance').get(`/api/v1/allowance-runs/${march}/payment-results`))
    expect(items).toMatchObject([{ organisation_id: home, outcome: 'paid', amount_fen: 200000 }])
  })

  test('a filing that ends takes the jobs of the month back; two runs at once book them once', async () => {
    await sql`update organisation_filings set known_to = clock_timestamp() where organisation_id = ${home} and known_to = 'infinity'`.execute(
      w.db,
    )
    await sql`insert into organisation_filings (id, organisation_id, kind, starts_on, ends_on)
      select id, organisation_id, kind, starts_on, '2026-03-15' from organisation_filings where organisation_id = ${home} limit 1`.execute(
      w.db,
    )
    const [april, may] = [await submitted('cd-care', '2026-04'), await submitted('cd-care', '2026-05')]
    expect(brief(await linesOf(april))).toEqual([
      ['2026-03', 'recovery', 0, -200000],
      ['2026-04', 'normal', 0, 0],
    ])
    for (const id of [april, may]) await reviewRun(w, id)
    const approve = (id: string, username: string) =>
      as(username).post(`/api/v1/allowance-runs/${id}/approval`, {}, key())
    const answers = await Promise.all([approve(april, 'finance'), approve(may, 'finance2')])
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409])
    const { rows } = await sql<{
      fen: number
    }>`select sum(amount_fen)::int as fen from organisation_ledger where organisation_id = ${home}`.execute(w.db)
    expect(rows[0]!.fen).toBe(0)
    expect((await ok(own('facility', home))).accounts).toMatchObject([{ owed_fen: 200000 }])
  })

  test('what it owes is written off by two officers, and taken from the month if that turns out to be due after all', async () => {
    const path = `/api/v1/organisations/${home}/write-offs`
    const asked = { scheme_code: 'cd-care', district_code: CHENGDU, amount_fen: 200000 }
    const proposal = { ...asked, reason: '机构停业，无可执行财产', document: '成民〔2026〕示例 8 号' }
    const propose = (change: object = {}, username = 'finance') =>
      as(username).post(path, { ...proposal, ...change }, key())
    const decide = (id: string, username: string, approved = true) =>
      as(username).post(`/api/v1/organisation-write-offs/${id}/decision`, { approved, reason: '材料齐全' }, key())
    expect(await codes(propose({ amount_fen: 200001 }))).toEqual(['organisation_dues.too_much'])
    expect(await codes(propose({ scheme_code: 'bj-talent' }))).toBe('organisation_dues.nothing_owed')
    expect(await refused(propose({}, 'district'))).toEqual([404, 'not_found'])
    expect(await refused(propose({}, 'facility'))).toEqual([403, 'forbidden'])
    const { write_offs } = await ok(propose())
    const id = write_offs[0].id
    expect(await codes(propose())).toBe('write_off.open')
    expect(await codes(decide(id, 'finance'))).toBe('write_off.own_work')
    await expect(
      w.db.transaction().execute((tx) =>
        sql`insert into organisation_write_off_decisions (write_off_id, proposed_by, approved, reason, decided_by)
          select id, proposed_by, true, '自行同意', proposed_by from organisation_write_offs`.execute(tx),
      ),
    ).rejects.toThrow()
    expect((await ok(own('facility', home))).accounts).toMatchObject([{ owed_fen: 200000, written_off_fen: 0 }])
    const page = `/console/organisations/${home}`
    expect(await text(as('finance2').page(`${page}/allowances`))).toContain(`${id}/decision`)
    const send = (body: Record<string, string>) => as('finance2').submit(`${page}/write-offs/${id}/decision`, body)
    expect((await send({ approved: 'true', reason: '' })).status).toBe(422)
    expect((await send({ approved: 'true', reason: '材料齐全' })).status).toBe(303)
    expect(await codes(decide(id, 'finance2'))).toBe('write_off.decided')
    const told = await ok(own('facility', home))
    expect(told.accounts).toMatchObject([{ owed_fen: 0, written_off_fen: 200000 }])
    expect(told.write_offs).toMatchObject([{ approved: true, decision_reason: '材料齐全', amount_fen: 200000 }])
    const again = await as('district2').submit(`${page}/write-offs`, {
      ...asked,
      amount_fen: '',
      amount_yuan: '1',
    } as never)
    expect(again.status).toBe(422)

    // the filing did not end: the jobs of March were due
    await sql`update organisation_filings set known_to = clock_timestamp() where organisation_id = ${home} and known_to = 'infinity'`.execute(
      w.db,
    )
    await sql`insert into organisation_filings (id, organisation_id, kind, starts_on)
      select id, organisation_id, kind, starts_on from organisation_filings where organisation_id = ${home} limit 1`.execute(
      w.db,
    )
    const june = await approved('cd-care', '2026-06')
    const march = (await linesOf(june)).filter((one: { month: string }) => one.month === '2026-03')
    expect(brief(march)).toEqual([['2026-03', 'back_pay', 200000, 200000]])
    const { accounts } = await ok(own('facility', home))
    const { rows } = await sql<{ due: number; plus: number; regained: number }>`
      select due_fen as due, plus_fen as plus, regained_fen as regained from organisation_dues where run_id = ${june}`.execute(
      w.db,
    )
    expect(rows[0]!.regained).toBe(200000)
    expect(rows[0]!.due).toBe(rows[0]!.plus - 200000)
    expect(accounts).toMatchObject([{ owed_fen: 0, written_off_fen: 0, paid_fen: 200000 + rows[0]!.due }])
    const { totals } = await ok(as('finance').get('/api/v1/payment-reconciliation?scheme_code=cd-care'))
    expect(totals).toMatchObject({ difference_fen: 0 })
  })
})

describe('what an organisation is paid is held, looked into and released as what a person is', () => {
  const hold = (id: string, line: object, username = 'finance') =>
    as(username).post(`/api/v1/allowance-runs/${id}/holds`, { ...line, reason: '培训名单正在核实' }, key())
  const release = (id: string) =>
    as('finance').post(`/api/v1/line-holds/${id}/release`, { reason: '培训名单已核实' }, key())
  const line = (month: string) => ({ organisation_id: school, month, component: 'provider' })
  const sampleOf = (id: string) => ok(as('admin').get(`/api/v1/allowance-runs/${id}/sample`))
  let january: string
  let hold_id: string

  test('its lines are drawn by lots of their own id, and one that failed is held with what was found', async () => {
    await pass('一月', '2025-01-10')
    january = await submitted('bj-talent', '2025-01')
    const sample = await sampleOf(january)
    expect(sample.items).toMatchObject([
      {
        person_id: null,
        organisation_id: school,
        person_name: '示例海淀培训学校',
        lot: 1,
        of: 1,
        reviewer: 'district',
      },
    ])
    const review = (path: string, body: object) =>
      as('city').post(`/api/v1/allowance-runs/${january}/${path}`, body, key())
    const found = { ...line('2025-01'), note: '未见学员签到表' }
    expect(await codes(review('reviews', { reviewer: 'district', decision: 'agreed' }))).toBe('review.sample_open')
    expect(
      await codes(review('inspections', { items: [{ month: '2025-01', passed: true, note: '无' }] })),
    ).toHaveLength(2)
    expect(await codes(review('inspections', { items: [{ ...found, month: '2025-02', passed: true }] }))).toEqual([
      'inspection.not_drawn',
    ])
    const view = await ok(review('inspections', { items: [{ ...found, passed: false }] }))
    expect(view).toMatchObject({ held_count: 1, held_fen: 150000, sample: { inspected: 1, failed: 1 } })
    expect(await codes(review('inspections', { items: [{ ...found, passed: false }] }))).toEqual([
      'inspection.recorded',
    ])
    const { items } = await ok(as('finance').get(`/api/v1/allowance-runs/${january}/holds`))
    expect(items).toMatchObject([
      { organisation_id: school, person_id: null, cause: 'inspection', reason: '未见学员签到表', amount_fen: 150000 },
    ])
    hold_id = items[0].id
    expect(await codes(hold(january, line('2025-01')))).toBe('hold.stands')
    expect(await codes(hold(january, { ...line('2025-01'), person_id: school }))).toEqual(['input.custom'])
    expect(await refused(hold(january, line('2025-03')))).toEqual([404, 'not_found'])
    expect((await linesOf(january))[0]).toMatchObject({ held: true })
    expect(await text(as('district').page(`/console/runs/${january}/review`))).toContain('未见学员签到表')
    expect(await text(as('district').page(`/console/runs/${january}/organisations`))).toContain('暂缓')
  })

  test('held it is neither booked nor published nor paid; the run says how much', async () => {
    await ok(
      as('city').post(`/api/v1/allowance-runs/${january}/reviews`, { reviewer: 'district', decision: 'agreed' }, key()),
    )
    await expect(
      w.db.transaction().execute((tx) =>
        sql`insert into organisation_ledger (organisation_id, scheme_code, month, component, seq, entitlement_fen, run_id)
          values (${school}, 'bj-talent', '2025-01-01', 'provider', 0, 150000, ${january})`.execute(tx),
      ),
    ).rejects.toThrow('held back')
    const run = await ok(as('finance').post(`/api/v1/allowance-runs/${january}/approval`, {}, key()))
    expect(run).toMatchObject({ held_count: 1, held_fen: 150000 })
    expect((await ok(own('trainer', school))).items.at(-1)).toMatchObject({ month: '2025-01', held: true })
    const { rows } = await sql`select from organisation_ledger where month = '2025-01-01'`.execute(w.db)
    expect(rows).toEqual([])
    expect((await linesOf(january))[0]).toMatchObject({ held: true })
  })

  test('released it comes with the next run however old the month, and the second statement agrees', async () => {
    await pass('八月', '2026-08-10')
    const before = await compute('bj-talent', '2026-08')
    expect(brief(await linesOf(before))).toEqual([['2026-08', 'normal', 150000, 150000]])
    expect(await ok(release(hold_id))).toMatchObject({ release_reason: '培训名单已核实' })
    expect(await codes(release(hold_id))).toBe('hold.released')
    const august = await submitted('bj-talent', '2026-08')
    const late = ['2025-01', 'back_pay', 150000, 150000]
    expect(brief(await linesOf(august))).toEqual([late, ['2026-08', 'normal', 150000, 150000]])
    expect(await recheck(august)).toMatchObject({ status: 'equal', lines_intact: true })
    await reviewRun(w, august)
    await ok(as('finance').post(`/api/v1/allowance-runs/${august}/approval`, {}, key()))
    const september = await compute('bj-talent', '2026-09')
    expect(await linesOf(september)).toEqual([])
    expect(await recheck(september)).toMatchObject({ status: 'equal' })
  })

  test('an officer holds a line on the page of the run, and releases it before the approval', async () => {
    await pass('十月', '2026-10-10')
    const october = await submitted('bj-talent', '2026-10')
    const path = `/console/runs/${october}/organisations`
    const send = (body: Record<string, string>, of = school, username = 'finance') =>
      as(username).submit(`${path}/${of}/2026-10/hold?component=provider`, body)
    expect(await text(as('finance').page(path))).toContain(`${school}/2026-10/hold`)
    expect((await send({ reason: '' })).status).toBe(422)
    expect((await send({ reason: '正在核实' }, home)).status).toBe(404)
    expect((await send({ reason: '正在核实' }, school, 'trainer')).status).toBe(403)
    expect((await send({ reason: '正在核实' })).status).toBe(303)
    const { items } = await ok(as('finance').get(`/api/v1/allowance-runs/${october}/holds`))
    const held = items.filter((one: { released_at: string | null }) => one.released_at === null)
    expect(held).toMatchObject([{ organisation_id: school, cause: 'officer', reason: '正在核实' }])
    await ok(release(held[0].id))
    await reviewRun(w, october)
    expect(await ok(as('finance').post(`/api/v1/allowance-runs/${october}/approval`, {}, key()))).toMatchObject({
      held_count: 0,
      total_fen: 150000,
    })
  })
})

test('a simulation counts what organisations would get, today and by the draft, beside people', async () => {
  const ask = async (change: object) => {
    const { id } = await ok(
      as('district').post(
        '/api/v1/schemes/bj-talent/simulations',
        {
          ...{ version: 1, title: '提高培训补贴', first_month: '2026-03', last_month: '2026-06' },
          ...{ district_codes: [BEIJING], thresholds: {}, parameters: {}, dropped: [], ...change },
        },
        key(),
      ),
      202,
    )
    await w.runJobs()
    const { items } = await ok(as('district').get(`/api/v1/simulations/${id}/figures`))
    return { id, figures: items.filter((one: { payee: string }) => one.payee === 'organisation') }
  }
  const { id, figures } = await ask({ rates: [{ component: 'provider', amount_fen: 200000 }] })
  const { rows } = await sql<{ fen: number }>`
    select sum(entitlement_fen)::int as fen from (select distinct on (month) entitlement_fen from organisation_ledger
      where organisation_id = ${school} and month between '2026-03-01' and '2026-06-01' order by month, seq desc) month`.execute(
    w.db,
  )
  const [whole, ...months] = figures
  expect(whole).toMatchObject({
    ...{
      month: null,
      district_code: BEIJING,
      level: 0,
      people: 1,
      today_people: 1,
      draft_people: 1,
      winners: 1,
      losers: 0,
    },
    ...{ today_fen: rows[0]!.fen, draft_fen: (rows[0]!.fen / 150000) * 200000 },
  })
  const sum = (name: string) => months.reduce((total: number, one: Record<string, number>) => total + one[name]!, 0)
  expect([sum('today_fen'), sum('draft_fen')]).toEqual([whole.today_fen, whole.draft_fen])
  expect(await text(as('district').page(`/console/simulations/${id}`))).toContain('1 家机构')
  expect((await as('district').page(`/console/simulations/${id}/figures.xlsx`)).status).toBe(200)
})

test('a run that dies in its last slice writes its lines once, and the same', async () => {
  await pass('七月', '2026-07-10')
  const asked = { scheme_code: 'bj-talent', month: '2026-07', district_code: BEIJING }
  const { id } = await ok(as('district').post('/api/v1/allowance-runs', asked, key()), 202)
  const context = await w.context('district')
  const slice = async (dies: boolean) => {
    const job = (await w.db
      .selectFrom('jobs')
      .selectAll()
      .where('subject_id', '=', id)
      .executeTakeFirstOrThrow()) as unknown as Job
    return w.db.transaction().execute(async (tx) => {
      const { position, done } = await allowanceRunJob()(tx, context, job, tx)
      if (dies) throw new Error('killed')
      await tx.updateTable('jobs').set({ position, done }).where('id', '=', job.id).execute()
      return position
    })
  }
  while ((await slice(false)) !== 'totals');
  for (const _ of [1, 2]) await expect(slice(true)).rejects.toThrow('killed')
  expect(await linesOf(id)).toEqual([])
  await w.runJobs()
  expect(brief(await linesOf(id))).toEqual([['2026-07', 'normal', 150000, 150000]])
  const { lines_sha256 } = await runOf(id)
  await compute('bj-talent', '2026-07')
  expect((await runOf(id)).lines_sha256).toBe(lines_sha256)
})
