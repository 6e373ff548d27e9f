/** The facts that entry bonuses wait for, from the form to the money: a contract's term, ownership, licences, and claims. */
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { demoPeople } from '../../db/demo-people.ts'
import { approveRun, computeRun, submitRun } from '../../src/allowances/actions.ts'
import { recheckRun } from '../../src/allowances/recheck.ts'
import type { Context } from '../../src/platform/context.ts'
import { writeCsv } from '../../src/platform/workbook.ts'
import { allowanceWorld } from '../support/allowance-world.ts'
import { clientsOf, faults, ok, refused, text } from '../support/answers.ts'
import { reviewRun } from '../support/reviewing.ts'
import { type World, world } from '../support/world.ts'

let w: World
let facts: Awaited<ReturnType<typeof allowanceWorld>>
const as = clientsOf(() => w)
const key = () => ({ key: crypto.randomUUID() })

beforeAll(async () => {
  w = await world()
  facts = await allowanceWorld(w)
}, 120_000)
afterAll(() => w.close())

/** Graduated in June, entered on 1 September 2023, insured in September 2026. */
async function graduate(organisation_id = w.org.home): Promise<{ id: string; employment_id: string }> {
  const { id, employment_id } = await facts.carer({
    organisation_id,
    starts_on: '2023-09-01',
    attendance: { '2026-09': 22 },
  })
  await w.db.updateTable('service_months').set({ social_insurance: true }).where('person_id', '=', id).execute()
  await w.db
    .insertInto('educations')
    .values({ person_id: id, level: 'bachelor', school: '示例大学', mode: 'full_time', graduated_on: '2023-06-20' })
    .execute()
  return { id, employment_id }
}

async function compute(context: Context, scheme_code: string, month: string, district_code: string) {
  const { id } = await w.db
    .transaction()
    .execute((tx) => computeRun(tx, context, { scheme_code, month, district_code }))
  await w.runJobs()
  return id
}

const linesOf = async (run_id: string, person_id: string) =>
  w.db
    .selectFrom('allowance_lines')
    .select(['component', 'entitlement_fen'])
    .where('run_id', '=', run_id)
    .where('person_id', '=', person_id)
    .execute()

describe('zj-entry', () => {
  test('pays the first instalment once the term of the contract is on record, through a run that is reviewed, approved and rechecked', async () => {
    const { id, employment_id } = await graduate()
    const district = await w.context('district')
    const before = await compute(district, 'zj-entry', '2026-09', '330106')
    expect((await linesOf(before, id)).filter(({ entitlement_fen }) => entitlement_fen > 0)).toEqual([])
    const entitled = await ok(as('district').get(`/api/v1/people/${id}/entitlements?month=2026-09&scheme=zj-entry`))
    const reason = entitled.items[0].reasons.find(({ measure }: { measure: string }) => measure === 'contract_years')
    expect(reason).toMatchObject({ met: false, required: 3, actual: null })
    const corrected = await ok(
      as('facility').post(`/api/v1/employments/${employment_id}/correction`, {
        ...{ contract_until: '2026-09-01', reason: '补登合同期限' },
      }),
    )
    expect(corrected).toMatchObject({ id: employment_id, contract_until: '2026-09-01' })
    const run_id = await compute(district, 'zj-entry', '2026-09', '330106')
    expect(await linesOf(run_id, id)).toEqual([{ component: 'entry', entitlement_fen: 1500000 }])
    await w.db.transaction().execute((tx) => submitRun(tx, district, run_id, null))
    await reviewRun(w, run_id)
    const finance = await w.context('finance')
    await w.db.transaction().execute((tx) => approveRun(tx, finance, run_id, null))
    const checked = await w.db.transaction().execute((tx) => recheckRun(tx, district, run_id))
    expect(checked).toMatchObject({ status: 'equal', differing: 0 })
    const booked = await w.db.selectFrom('allowance_ledger').select('amount_fen').where('person_id', '=', id).execute()
    expect(booked).toEqual([{ amount_fen: 1500000 }])
  })
})

describe('sx-entry', () => {
  test('pays all three instalments after three years in Shanxi, nothing under a contract of a day less, and the second statement says the same', async () => {
    const { id: organisation_id } = await w.db
      .insertInto('organisations')
      .values({ name: '示例太原颐养院', kinds: ['care_facility'], facility_kind: 'home', district_code: '140000' })
      .returning('id')
      .executeTakeFirstOrThrow()
    await w.db
      .insertInto('organisation_filings')
      .values({ organisation_id, kind: 'filing', starts_on: '2020-01-01' })
      .execute()
    const paid = await graduate(organisation_id)
    const short = await graduate(organisation_id)
    for (const [{ employment_id }, contract_until] of [
      [paid, '2026-09-01'],
      [short, '2026-08-31'],
    ] as const)
      await w.db.updateTable('employments').set({ contract_until }).where('id', '=', employment_id).execute()
    const own = await w.context('district')
    const shanxi: Context = {
      ...own,
      actor: { ...own.actor, district_code: '140000' },
      scope: { kind: 'division', prefix: '14' },
    }
    const run_id = await compute(shanxi, 'sx-entry', '2026-09', '140000')
    expect(await linesOf(run_id, paid.id)).toEqual([{ component: 'entry', entitlement_fen: 5000000 }])
    expect(await linesOf(run_id, short.id)).toEqual([])
    const checked = await w.db.transaction().execute((tx) => recheckRun(tx, shanxi, run_id))
    expect(checked).toMatchObject({ status: 'equal', differing: 0 })
  })
})

describe('the term of a contract', () => {
  test('is recorded with the employment, corrected by a new version, kept in a transfer under the same contract, and refused before it begins', async () => {
    const { id } = await facts.carer({ organisation_id: w.org.trainer })
    await w.db.insertInto('roster_entries').values({ person_id: id, organisation_id: w.org.home }).execute()
    const record = (contract_until: string) =>
      as('facility').post(`/api/v1/people/${id}/employments`, {
        ...{ post: 'care', contract_kind: 'labour', starts_on: '2024-01-01', contract_until },
      })
    expect(await faults(record('2024-01-01'))).toEqual([['/contract_until', 'employment.contract_before_start']])
    const employment = await ok(record('2027-01-01'), 201)
    expect(employment).toMatchObject({ contract_until: '2027-01-01' })
    await ok(
      as('facility').post(`/api/v1/employments/${employment.id}/correction`, {
        ...{ contract_until: '9999-12-31', reason: '为无固定期限合同' },
      }),
    )
    const { items } = await ok(as('facility').get(`/api/v1/employments/${employment.id}/versions`))
    expect(items.map((one: { contract_until: string }) => one.contract_until).sort()).toEqual([
      '2027-01-01',
      '9999-12-31',
    ])
    const page = await text(as('facility').get(`/console/people/${id}`))
    expect(page).toContain('无固定期限')
    const transfer = (body: object) =>
      as('facility').post(`/api/v1/employments/${employment.id}/transfer`, {
        on: '2026-01-01',
        reason: '调岗',
        ...body,
      })
    expect(await ok(transfer({ post: 'rehabilitation' }), 201)).toMatchObject({ contract_until: '9999-12-31' })
  })
})

test('a sheet of employments brings the end of the contract, says nothing by leaving it out, and comes back as it went', async () => {
  const header = ['姓名', '证件号码', '岗位', '用工形式', '合同到期日', '入职日期']
  const upload = async (bytes: Uint8Array) => {
    const file = new File([bytes as BlobPart], '任职.csv')
    const sent = { kind: 'employments', mode: 'commit', file }
    const { id } = await ok(
      as('facility').upload('/api/v1/imports', sent, { 'idempotency-key': crypto.randomUUID() }),
      202,
    )
    await w.runJobs()
    return (await ok(as('facility').get(`/api/v1/imports/${id}`))).counts
  }
  const [somebody] = demoPeople(1)
  const { name, id_number } = somebody!
  await ok(
    as('facility').post('/api/v1/people', { name, id_number, id_type: 'resident_id', workforce: 'elder_care' }, key()),
    201,
  )
  const row = (until: string) => [name, id_number, '养老护理', '劳动合同', until, '2026-03-01']
  expect(await upload(writeCsv(header, [row('2029-03-01')]))).toMatchObject({ new: 1 })
  expect(await upload(writeCsv(header, [row('')]))).toMatchObject({ same: 1 })
  expect(await upload(writeCsv(header, [row('2030-03-01')]))).toMatchObject({ changed: 1 })
  const answer = await as('facility').get('/api/v1/registers/employments.csv')
  const register = new Uint8Array(await answer.arrayBuffer())
  expect(new TextDecoder().decode(register)).toContain('2030-03-01')
  // the others of this world have no document that a sheet could name
  expect(await upload(register)).toMatchObject({ new: 0, changed: 0, same: 1 })
})

describe('ownership', () => {
  test('is amended with a reason, shown on the page, and known as it was before', async () => {
    const path = `/api/v1/organisations/${w.org.home2}`
    const { revision } = await ok(as('admin').get(path))
    expect(await faults(as('admin').patch(path, { ownership: 'private' }, revision))).toEqual([
      ['/reason', 'organisation.reason_missing'],
    ])
    await ok(as('admin').patch(path, { ownership: 'private', reason: '核对登记证书' }, revision))
    const { rows } = await sql<{ ownership: string | null }>`
      select ownership from organisation_standings where organisation_id = ${w.org.home2}::uuid order by known_from`.execute(
      w.db,
    )
    expect(rows).toEqual([{ ownership: null }, { ownership: 'private' }])
    expect(await text(as('admin').get(`/console/organisations/${w.org.home2}`))).toContain('民办')
  })
})

describe('licences', () => {
  test('are recorded once, corrected, withdrawn, and shown on the page', async () => {
    const { id } = await facts.carer()
    const path = `/api/v1/people/${id}/licences`
    const nurse = { kind: 'nurse', number: '201933000009', issued_on: '2019-08-01' }
    expect(
      await faults(as('facility').post(path, { ...nurse, issued_on: '2030-01-01', valid_until: '2020-01-01' })),
    ).toEqual([
      ['/issued_on', 'licence.future'],
      ['/valid_until', 'licence.ends_before_start'],
    ])
    const licence = await ok(as('facility').post(path, nurse), 201)
    expect(licence).toMatchObject({ ...nurse, change: 'new' })
    expect(await ok(as('facility').post(path, nurse), 201)).toMatchObject({ id: licence.id, change: 'same' })
    expect(await refused(as('facility').post(path, { ...nurse, valid_until: '2029-08-01' }))).toEqual([
      409,
      'licence.twice',
    ])
    const corrected = as('facility').post(`/api/v1/licences/${licence.id}/correction`, {
      ...{ valid_until: '2029-08-01', reason: '核对原件' },
    })
    expect(await ok(corrected)).toMatchObject({ valid_until: '2029-08-01' })
    expect(await text(as('facility').get(`/console/people/${id}`))).toContain('护士执业资格')
    expect((await as('facility2').get(path)).status).toBe(404)
    const form = await as('facility').submit(`/console/people/${id}/licences`, {
      ...{ kind: 'rehabilitation', number: 'K-1', issued_on: '2020-01-01' },
    })
    expect(form.status).toBe(303)
    await ok(as('facility').post(`/api/v1/licences/${licence.id}/withdrawal`, { reason: '登记错了人' }))
    const { items } = await ok(as('facility').get(path))
    expect(items.map(({ kind }: { kind: string }) => kind)).toEqual(['rehabilitation'])
  })
})

describe('claims', () => {
  test('a facility files one for its carer, who files their own; each corrects and withdraws only what it filed', async () => {
    const { id } = await facts.carer()
    const path = `/api/v1/people/${id}/allowance-claims`
    const claim = { scheme_code: 'zj-entry', component: 'entry', claimed_on: '2026-10-08' }
    expect(
      await faults(as('facility').post(path, { ...claim, component: 'no_such', claimed_on: '2030-01-01' }, key())),
    ).toEqual([
      ['/component', 'claim.component_unknown'],
      ['/claimed_on', 'claim.future'],
    ])
    const filed = await ok(as('facility').post(path, claim, key()), 201)
    expect(filed).toMatchObject({ ...claim, organisation_id: w.org.home, deadline: null, late: false })
    expect(await ok(as('facility').post(path, claim, key()), 201)).toMatchObject({ id: filed.id })
    const corrected = as('facility').post(`/api/v1/allowance-claims/${filed.id}/correction`, {
      ...{ claimed_on: '2026-10-07', reason: '以窗口收件日为准' },
    })
    expect(await ok(corrected)).toMatchObject({ claimed_on: '2026-10-07' })
    const { rows } = await sql<{
      known: number
    }>`select count(*)::int as known from allowance_claims where id = ${filed.id}::uuid`.execute(w.db)
    expect(rows).toEqual([{ known: 2 }])
    expect(await text(as('facility').get(`/console/people/${id}/allowance-claims`))).toContain('2026-10-07')
    expect(await text(as('facility').get(`/console/people/${id}`))).toContain('津贴申领')
    expect((await as('facility2').post(path, claim, key())).status).toBe(404)
    expect((await as('district').post(path, claim, key())).status).toBe(403)
    // of the carer, and not the facility's to change
    await w.db.updateTable('allowance_claims').set({ organisation_id: null }).where('id', '=', filed.id).execute()
    expect(
      await refused(as('facility').post(`/api/v1/allowance-claims/${filed.id}/withdrawal`, { reason: '撤回' })),
    ).toEqual([409, 'claim.not_yours'])
  })

  test('after the deadline of the scheme it is recorded and marked late: what follows is the officer’s to decide', async () => {
    const { id } = await facts.carer()
    const page = `/console/people/${id}/allowance-claims`
    const sent = await as('facility').submit(page, { what: 'hz-special-post monthly', claimed_on: '2026-10-06' })
    expect(sent.status).toBe(303)
    expect(await text(as('facility').get(page))).toContain('超过截止日 2026-10-05')
    const { items } = await ok(as('district').get(`/api/v1/people/${id}/allowance-claims`))
    expect(items).toMatchObject([{ deadline: '2026-10-05', late: true }])
  })
})

test('nothing was an internal fault', () => expect(w.faults).toEqual([]))
