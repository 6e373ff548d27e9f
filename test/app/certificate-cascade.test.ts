/** What rests on a certificate: the list of it, and the money that the next run carries after a revocation, a suspension and their withdrawal. */

import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { approveRun, computeRun, confirmVersion, submitRun } from '../../src/allowances/actions.ts'
import { confirmationShape } from '../../src/allowances/confirmation-shapes.ts'
import { allowanceWorld, CONFIRMATION } from '../support/allowance-world.ts'
import { reviewRun } from '../support/reviewing.ts'
import { type Client, type World, world } from '../support/world.ts'

const HZ = 'hz-special-post'
const PAPER = { reason: '经查实', decision_reference: '示例评撤〔2026〕1 号' }

let w: World
let facts: Awaited<ReturnType<typeof allowanceWorld>>
let carer: { id: string; certificate_id: string }
const clients = new Map<string, Client>()
const as = (username: string) => {
  if (!clients.has(username)) clients.set(username, w.as(username))
  return clients.get(username)!
}
beforeAll(async () => {
  w = await world()
  facts = await allowanceWorld(w)
  const admin = await w.context('admin')
  await w.db.transaction().execute((tx) => confirmVersion(tx, admin, HZ, 1, confirmationShape.parse(CONFIRMATION)))
  const attendance = Object.fromEntries(
    ['2026-09', '2026-10', '2026-11', '2026-12', '2027-01'].map((month) => [month, 22]),
  )
  carer = (await facts.carer({ attendance, issued_on: '2026-03-10', completed_on: '2026-06-06' })) as typeof carer
})
afterAll(() => w.close())

/** Computes, submits and approves the month, in the first days of the next. */
async function pay(month: string, day: string): Promise<{ id: string; lines: Record<string, [string, number]> }> {
  w.clock.now = new Date(`${day}T02:00:00Z`)
  clients.clear()
  const [district, finance] = [await w.context('district'), await w.context('finance')]
  const { id } = await w.db
    .transaction()
    .execute((tx) => computeRun(tx, district, { scheme_code: HZ, month, district_code: '330106' }))
  await w.runJobs()
  await w.db.transaction().execute((tx) => submitRun(tx, district, id, null))
  await reviewRun(w, id)
  await w.db.transaction().execute((tx) => approveRun(tx, finance, id, null))
  const { rows } = await sql<{ month: string; kind: string; amount_fen: number }>`
    select to_char(month, 'YYYY-MM') as month, kind, amount_fen from allowance_lines where run_id = ${id} and person_id = ${carer.id}`.execute(
    w.db,
  )
  return { id, lines: Object.fromEntries(rows.map((row) => [row.month, [row.kind, row.amount_fen]])) }
}
const cascade = async (username: string, id = carer.certificate_id) =>
  (await as(username).get(`/api/v1/certificates/${id}/cascade`)).json()
const step = async (what: string, body: object = PAPER) => {
  const answer = await as('assessor').post(`/api/v1/certificates/${carer.certificate_id}/${what}`, body)
  expect([answer.status, (await answer.json()).code]).toEqual([201, undefined])
}

test('a revocation’s list says what the next run recovers; restoring pays it back, and the differences sum to zero', async () => {
  expect((await pay('2026-09', '2026-10-03')).lines).toEqual({ '2026-09': ['normal', 40000] })
  const october = await pay('2026-10', '2026-11-03')
  expect(october.lines).toEqual({ '2026-10': ['normal', 40000] })
  w.clock.now = new Date('2026-11-23T02:00:00Z')
  const before = await cascade('district')
  expect(before).toMatchObject({ from: null, month_count: 2, booked_fen: 80000, to_recover_fen: 0, to_pay_fen: 0 })
  expect(before.months[1].lines).toEqual([
    {
      run_id: october.id,
      run_month: '2026-10',
      run_status: 'approved',
      kind: 'normal',
      amount_fen: 40000,
      names_it: true,
    },
  ])

  await step('revocation', { reason_code: 'issued_in_error', reason: '等级录入有误', effective_on: '2026-09-15' })
  const after = await cascade('district')
  expect(after).toMatchObject({ from: '2026-09-15', to_recover_fen: 80000, to_pay_fen: 0 })
  expect(after.level_periods).toEqual([
    { occupation_name: '养老护理员', level: 4, from: '2026-09-15', to: null, instead: null },
  ])
  expect(after.months.map(({ month, difference_fen }: Record<string, unknown>) => [month, difference_fen])).toEqual([
    ['2026-09', -40000],
    ['2026-10', -40000],
  ])
  const november = await pay('2026-11', '2026-12-03')
  expect(november.lines).toEqual({
    '2026-09': ['recovery', -40000],
    '2026-10': ['recovery', -40000],
    '2026-11': ['normal', 0],
  })
  expect(await cascade('district')).toMatchObject({ to_recover_fen: 0, to_pay_fen: 0, booked_fen: 0 })

  await step('restoration')
  expect(await cascade('district')).toMatchObject({ from: null, to_recover_fen: 0, to_pay_fen: 120000, month_count: 3 })
  const december = await pay('2026-12', '2027-01-03')
  expect(december.lines).toEqual({
    '2026-09': ['back_pay', 40000],
    '2026-10': ['back_pay', 40000],
    '2026-11': ['back_pay', 40000],
    '2026-12': ['normal', 40000],
  })
  for (const month of ['2026-09', '2026-10']) expect(november.lines[month]![1] + december.lines[month]![1]).toBe(0)
  expect(await cascade('district')).toMatchObject({ to_recover_fen: 0, to_pay_fen: 0, booked_fen: 160000 })
})

test('a suspension takes the months that end in it, and gives them back when it never should have been', async () => {
  w.clock.now = new Date('2027-01-04T02:00:00Z')
  clients.clear()
  await step('suspension', { ...PAPER, from_on: '2026-10-20' })
  expect(await cascade('district')).toMatchObject({ from: '2026-10-20', to_recover_fen: 120000 })
  await step('resumption', { ...PAPER, from_on: '2026-12-01' })
  const lifted = await cascade('district')
  expect(lifted).toMatchObject({ from: null, to_recover_fen: 80000 })
  expect((await pay('2027-01', '2027-02-03')).lines).toMatchObject({
    '2026-10': ['recovery', -40000],
    '2026-11': ['recovery', -40000],
  })
  // and a second one, wrong from its first day, is as if it had never been
  await step('suspension', { ...PAPER, from_on: '2026-12-15' })
  expect(await cascade('district')).toMatchObject({ to_recover_fen: 80000 })
  await step('resumption', { ...PAPER, from_on: '2026-12-15' })
  expect(await cascade('district')).toMatchObject({ to_recover_fen: 0 })
})

test('who may not read amounts is told the sums, an employer its own months, and nobody else anything', async () => {
  const issuer = await cascade('assessor')
  expect(issuer).toMatchObject({ months: null, month_count: 5 })
  expect(issuer.booked_fen).toBe((await cascade('district')).booked_fen)
  expect((await cascade('facility')).months.length).toBe(5)
  expect((await cascade('facility2')).code).toBe('not_found')
})

test('another certificate of the holder takes over: only the difference is recovered', async () => {
  const attendance = { '2027-01': 22 }
  const other = (await facts.carer({ attendance, level: 4, issued_on: '2026-03-10' })) as typeof carer
  const higher = await facts.certify(other.id, 3, '2026-03-10')
  await facts.train(other.id, 40, '2026-06-06')
  await pay('2027-02', '2027-03-03')
  // January was approved before they were known: it comes as a payment of its own
  expect(await cascade('district', higher)).toMatchObject({ booked_fen: 50000 })
  await facts.revoke(higher, '2026-12-01')
  const told = await cascade('district', higher)
  expect(told).toMatchObject({ to_recover_fen: 10000 })
  expect(told.level_periods[0]).toMatchObject({ level: 3, instead: 4 })
})

test('checks that were told “valid” since, classes, competitions and promotions that rest on it are listed', async () => {
  const { number } = await w.db
    .selectFrom('certificates')
    .select('number')
    .where('id', '=', carer.certificate_id)
    .executeTakeFirstOrThrow()
  const checked = await as('facility').post('/api/v1/certificate-checks', { items: [{ number, name: '测试' }] })
  expect((await checked.json()).summary.valid).toBe(1)
  await relyOn(carer.id, carer.certificate_id)
  const { resting } = await cascade('district')
  expect(resting.map(({ kind, name, level }: Record<string, unknown>) => [kind, name, level])).toEqual([
    ['check', '示例西湖颐养院', null],
    ['enrolment', '三级班', 3],
    ['entry', '市赛 养老护理', 4],
    ['promotion', '市赛', 3],
  ])
  const page = await (await as('district').page(`/console/certificates/${carer.certificate_id}/cascade`)).text()
  for (const words of ['波及情况', '待追回', '示例西湖颐养院', '/console/runs/']) expect(page).toContain(words)
  const line = /\/console\/runs\/[\w-]+\/lines\/[\w-]+\/2026-10/.exec(page)![0]
  expect(await (await as('district').page(line)).text()).toContain(`/console/certificates/${carer.certificate_id}`)
})

/** Enters a class whose conditions the certificate met, and a competition that leads to a promotion from it. */
async function relyOn(person_id: string, from_certificate_id: string): Promise<void> {
  const decision = {
    alternatives: [
      {
        met: true,
        counts: true,
        terms: [{ term: { term: 'holds', level: 4, years: 0 }, met: true, found: { level: 4, on: '2026-03-10' } }],
      },
    ],
  }
  await sql`with course as (
      insert into courses (organisation_id, name, kind, occupation_code, standard_edition, level, theory_hours, practice_hours, attendance_percent)
      values (${w.org.trainer}, '三级课程', 'skill_level', '4-10-01-05', '2019', 3, 40, 80, 80) returning id
    ), class as (
      insert into classes (course_id, organisation_id, name, starts_on, ends_on, capacity) select id, ${w.org.trainer}, '三级班', '2026-11-01', '2026-12-01', 10 from course returning id
    ), enrolled as (insert into enrolments (class_id, person_id) select id, ${person_id} from class returning id)
    insert into enrolment_checks (enrolment_id, checked_on, rule_code, met, decision)
    select id, '2026-11-01', (select code from entry_rules limit 1), true, ${JSON.stringify(decision)}::jsonb from enrolled`.execute(
    w.db,
  )
  await sql`with competition as (
      insert into competitions (organisation_id, name, tier, held_on, citation) values (${w.org.authority}, '市赛', 'city', '2026-10-01', '测试') returning id
    ), event as (
      insert into competition_events (competition_id, name, occupation_code, theory_weight) select id, '养老护理', '4-10-01-05', 30 from competition returning id, competition_id
    ), ruled as (
      insert into competition_rules (event_id, version, rules) select id, 1, '{"entry": {"level_at_least": 4}}' from event
    ), entered as (
      insert into competition_entries (event_id, person_id, organisation_id, station) select id, ${person_id}, ${w.org.home}, 1 from event returning id, event_id
    ), published as (
      insert into competition_publications (event_id, revision, awards, sha256) select id, 1, '[]', repeat('0', 64) from event returning id
    )
    insert into promotions (competition_id, publication_id, entry_id, person_id, rule_code, occupation_code, from_level, from_certificate_id, to_level, reasons, assessor_organisation_id)
    select event.competition_id, published.id, entered.id, ${person_id}, (select code from promotion_rules limit 1), '4-10-01-05', 4, ${from_certificate_id}, 3, '[]', ${w.org.assessor}
    from event, published, entered`.execute(w.db)
}
