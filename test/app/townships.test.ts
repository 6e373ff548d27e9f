/** Townships: each sees and decides of a run only what lies in it; where an organisation lies is frozen when the run is submitted. */
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { confirmVersion } from '../../src/allowances/actions.ts'
import { confirmationShape } from '../../src/allowances/confirmation-shapes.ts'
import { registerOrganisation } from '../../src/organisations/actions.ts'
import { addTownship } from '../../src/organisations/townships.ts'
import { allowanceWorld, CONFIRMATION } from '../support/allowance-world.ts'
import { clientsOf, codes, ok, refused } from '../support/answers.ts'
import { type TestDatabase, testDatabase } from '../support/database.ts'
import { PASSWORD, PASSWORD_HASH, type World, world } from '../support/world.ts'

const HZ = 'hz-special-post'
const LAKE = '330106901'
const HILL = '330106902'
let database: TestDatabase
let w: World
let facts: Awaited<ReturnType<typeof allowanceWorld>>
/** in the one township, in the other, in none that is on record */
let centres: { lake: string; hill: string; nowhere: string }
const as = clientsOf(() => w)
const key = () => ({ key: crypto.randomUUID() })

beforeAll(async () => {
  database = await testDatabase()
})
beforeEach(async () => {
  await database.reset()
  w = await world(database)
  as.forget()
  facts = await allowanceWorld(w)
  const admin = await w.context('admin')
  const inTransaction = w.db.transaction()
  await inTransaction.execute(async (tx) => {
    await addTownship(tx, admin, { code: LAKE, name: '示例湖畔街道' })
    await addTownship(tx, admin, { code: HILL, name: '示例茶山镇' })
    await addTownship(tx, admin, { code: '330102901', name: '示例上城街道' })
  })
  const add = async (name: string, township_code: string | null) => {
    const input = { name, township_code, facility_kind: 'home_care_centre', district_code: '330106' }
    const organisation = { ...input, kinds: ['care_facility'], filed_from: '2020-01-01' } as never
    return (await w.db.transaction().execute((tx) => registerOrganisation(tx, admin, organisation))).id
  }
  centres = {
    lake: await add('示例湖畔居家养老服务中心', LAKE),
    hill: await add('示例茶山居家养老服务中心', HILL),
    nowhere: await add('示例无镇街居家养老服务中心', null),
  }
  for (const [username, township_code] of [
    ['lake', LAKE],
    ['hill', HILL],
  ] as const) {
    const place = { role: 'township', district_code: '330106', township_code }
    const account = { username, display_name: `${username} 示例`, password_hash: PASSWORD_HASH, ...place }
    const { id } = await w.db.insertInto('accounts').values(account).returning('id').executeTakeFirstOrThrow()
    w.accounts[username] = id
  }
  await w.db.transaction().execute((tx) => confirmVersion(tx, admin, HZ, 1, confirmationShape.parse(CONFIRMATION)))
})
afterAll(() => database.close())

const run = (id: string, path = '') => `/api/v1/allowance-runs/${id}${path}`
async function compute(month = '2026-10') {
  const asked = { scheme_code: HZ, month, district_code: '330106' }
  const { id } = await ok(as('district').post('/api/v1/allowance-runs', asked, key()), 202)
  await w.runJobs()
  return id as string
}
async function submitted(month?: string) {
  const id = await compute(month)
  await ok(as('district').post(run(id, '/submission'), {}, key()))
  return id
}
const review = (id: string, username: string, more: object = {}) =>
  as(username).post(run(id, '/reviews'), { reviewer: 'township', decision: 'agreed', ...more }, key())
const stepsOf = async (id: string, username: string) => (await ok(as(username).get(run(id, '/review')))).steps
const linesOf = async (id: string, username: string) => (await ok(as(username).get(run(id, '/lines?limit=200')))).items
const sampleOf = async (id: string, username: string) => (await ok(as(username).get(run(id, '/sample')))).items
const names = (items: { person_name: string }[]) => items.map(({ person_name }) => person_name).sort()
async function inspect(id: string, username: string) {
  const items = (await sampleOf(id, username)).map(({ person_id, month }: Record<string, string>) => ({
    ...{ person_id, month, passed: true, note: '现场在岗' },
  }))
  return as(username).post(run(id, '/inspections'), { items }, key())
}
const hold = (id: string, person_id: string, username: string) =>
  as(username).post(run(id, '/holds'), { person_id, month: '2026-10', reason: '合同正在核实' }, key())
const amend = async (id: string, change: object) => {
  const { revision } = await ok(as('district').get(`/api/v1/organisations/${id}`))
  return as('district').patch(`/api/v1/organisations/${id}`, change, revision)
}

describe('two townships in one run', () => {
  let id: string
  let ofLake: string
  let ofHill: string
  beforeEach(async () => {
    ofLake = (await facts.carer({ name: '湖一', organisation_id: centres.lake, bank_account: '6222000099' })).id
    await facts.carer({ name: '湖二', organisation_id: centres.lake })
    ofHill = (await facts.carer({ name: '茶一', organisation_id: centres.hill, bank_account: '6222000099' })).id
    await facts.carer({ name: '院一' })
    id = await submitted()
  })

  test('each sees the lines, the sum, the findings and the sample of its own facilities, and nothing of the others’', async () => {
    expect(await stepsOf(id, 'admin')).toMatchObject([
      { reviewer: 'township', township_code: LAKE, township_name: '示例湖畔街道', lines: 2, amount_fen: 80000 },
      { reviewer: 'township', township_code: HILL, township_name: '示例茶山镇', lines: 1, amount_fen: 40000 },
      { reviewer: 'district', township_code: null, township_name: null, lines: 1 },
    ])
    expect(await stepsOf(id, 'lake')).toMatchObject([{ township_code: LAKE, open_findings: 1, open_inspections: 1 }])
    expect(await ok(as('lake').get(run(id)))).toMatchObject({
      ...{ line_count: 2, payable_count: 2, total_fen: 80000, payment_files: [] },
      totals: { positive_fen: 80000, negative_fen: 0, by: [{ count: 2, amount_fen: 80000 }] },
    })
    expect((await ok(as('hill').get('/api/v1/allowance-runs'))).items).toMatchObject([
      { id, line_count: 1, payable_count: 1, total_fen: 40000 },
    ])
    expect((await ok(as('admin').get(run(id)))).total_fen).toBe(160000)
    expect(names(await linesOf(id, 'lake'))).toEqual(['湖一', '湖二'])
    expect(names(await linesOf(id, 'hill'))).toEqual(['茶一'])
    expect(names(await linesOf(id, 'township'))).toEqual(['湖一', '湖二', '茶一', '院一'].sort())
    const csv = await (await as('hill').send('GET', run(id, '/lines'), { headers: { accept: 'text/csv' } })).text()
    expect(csv).toContain('茶一')
    expect(csv).not.toMatch(/湖|院一/)
    const findings = (await ok(as('hill').get(run(id, '/findings')))).items
    expect(findings).toMatchObject([{ kind: 'shared_account', person_id: ofHill, township_code: HILL }])
    expect(await ok(as('hill').get(run(id, '/review')))).toMatchObject({
      findings: 1,
      open_findings: 1,
      sample: { lines: 1 },
    })
    // each township has its share of the sample
    expect(
      (await sampleOf(id, 'admin')).map((one: Record<string, unknown>) => [one.township_code, one.lot, one.of]),
    ).toEqual(
      expect.arrayContaining([
        [LAKE, 1, 2],
        [HILL, 1, 1],
        [null, 1, 1],
      ]),
    )
    expect(names(await sampleOf(id, 'hill'))).toEqual(['茶一'])
  })

  test('what the other one has to decide does not exist, and nothing else of the district is there', async () => {
    const [other] = (await ok(as('lake').get(run(id, '/findings')))).items
    const answer = { finding_ids: [other.id], verdict: 'cleared', reason: '已电话核实' }
    expect(await codes(as('hill').post(run(id, '/finding-answers'), answer, key()))).toEqual(['finding.unknown'])
    const [line] = await sampleOf(id, 'lake')
    const items = [{ person_id: line.person_id, month: line.month, passed: true, note: '现场在岗' }]
    expect(await codes(as('hill').post(run(id, '/inspections'), { items }, key()))).toEqual(['inspection.not_drawn'])
    expect(await refused(review(id, 'hill', { township_code: LAKE }))).toEqual([409, 'review.no_step'])
    expect(await refused(review(id, 'hill', { reviewer: 'district' }))).toEqual([409, 'review.no_step'])
    expect((await hold(id, ofLake, 'hill')).status).toBe(404)
    const held = await ok(hold(id, ofLake, 'lake'), 201)
    const release = (username: string) =>
      as(username).post(`/api/v1/line-holds/${held.id}/release`, { reason: '合同已核实' }, key())
    expect((await release('hill')).status).toBe(404)
    expect((await ok(as('hill').get(run(id, '/holds')))).items).toEqual([])
    expect(await ok(as('hill').get(run(id, '/review')))).toMatchObject({ held_count: 0, held_fen: 0 })
    const released = async (username: string) =>
      (await ok(as(username).get('/api/v1/allowance-runs?waits=release'))).items.length
    expect([await released('hill'), await released('lake'), await released('admin')]).toEqual([0, 1, 1])
    expect(await ok(as('lake').get(run(id, '/review')))).toMatchObject({ held_count: 1, held_fen: 40000 })
    const page = async (path: string, username = 'hill') =>
      (await as(username).page(`/console/runs/${id}${path}`)).status
    expect(await page(`/lines/${ofLake}/2026-10`)).toBe(404)
    expect(await page(`/lines/${ofHill}/2026-10`)).toBe(200)
    expect([await page('/settlements'), await page('/publicity')]).toEqual([404, 404])
    for (const path of [run(id, '/settlements'), run(id, '/payment-results')])
      expect((await as('hill').get(path)).status).toBe(404)
    for (const path of ['/payment-batches', '/allowance-objections'])
      expect((await ok(as('hill').get(`/api/v1${path}`))).items).toEqual([])
    expect((await ok(as('hill').get(run(id, '/organisation-lines')))).items).toEqual([])
    await ok(release('lake'))
  })

  test('the pages of one township name nobody of the other', async () => {
    await ok(hold(id, ofLake, 'lake'), 201)
    for (const path of ['', '/review', '/lines.csv', '/organisations']) {
      const answer = await as('hill').page(`/console/runs/${id}${path}`)
      expect([path, answer.status]).toEqual([path, 200])
      expect(await answer.text()).not.toMatch(/湖一|湖二|湖畔|院一|合同正在核实|1,600\.00/)
    }
    const text = await (await as('lake').page(`/console/runs/${id}/review`)).text()
    expect(text).toContain('示例湖畔街道审核</h2>')
    expect(text).toContain('合同正在核实')
    // what is of whole districts is not offered
    const home = await (await as('hill').page('/console')).text()
    expect(home).toContain('待审核的津贴批次')
    expect(home).not.toMatch(/发放对账|津贴异议/)
    const trial = await (await as('hill').page(`/console/schemes/${HZ}/trial?q=${encodeURIComponent('茶一')}`)).text()
    expect(trial).not.toContain(ofHill)
    expect(w.faults).toEqual([])
  })

  test('the run is reviewed only when every township and the district have agreed, whoever writes the tables', async () => {
    const insert = (township_code: string, by: string) =>
      sql`insert into run_reviews (run_id, reviewer, township_code, decided_by)
        values (${id}::uuid, 'township', ${township_code}, ${w.accounts[by]!}::uuid)`.execute(w.db)
    await expect(insert(HILL, 'hill')).rejects.toMatchObject({ constraint: 'run_reviews_answered' })
    await expect(insert('330102901', 'hill')).rejects.toThrow()
    for (const username of ['lake', 'hill']) {
      const finding_ids = (await ok(as(username).get(run(id, '/findings')))).items.map((one: { id: string }) => one.id)
      const answer = { finding_ids, verdict: 'cleared', reason: '已电话核实' }
      await ok(as(username).post(run(id, '/finding-answers'), answer, key()))
      expect(await refused(review(id, username))).toEqual([409, 'review.sample_open'])
      await ok(inspect(id, username))
    }
    await expect(insert(HILL, 'district')).rejects.toMatchObject({ constraint: 'run_checked_by_others' })
    const waits = async (username: string) =>
      (await ok(as(username).get('/api/v1/allowance-runs?waits=review'))).items.length
    expect([await waits('lake'), await waits('hill'), await waits('township')]).toEqual([1, 1, 0])
    // others are told whose it is
    const told = await as('township').post(
      run(id, '/reviews'),
      { reviewer: 'township', township_code: HILL, decision: 'agreed' },
      key(),
    )
    expect(await told.json()).toMatchObject({
      code: 'review.other_step',
      detail: expect.stringContaining('示例茶山镇'),
    })
    expect(await refused(review(id, 'city'))).toEqual([409, 'review.other_step'])
    expect(await ok(review(id, 'lake'))).toMatchObject({ status: 'submitted', steps: [{ township_code: LAKE }] })
    expect(await refused(review(id, 'lake'))).toEqual([409, 'review.decided'])
    expect([await waits('lake'), await waits('hill')]).toEqual([0, 1])
    await ok(inspectHome(id))
    await ok(as('city').post(run(id, '/reviews'), { reviewer: 'district', decision: 'agreed' }, key()))
    expect(await refused(as('finance').post(run(id, '/approval'), {}, key()))).toEqual([409, 'run.not_reviewed'])
    expect(await ok(review(id, 'hill'))).toMatchObject({ status: 'reviewed' })
    await ok(as('finance').post(run(id, '/approval'), { reason: '核对无误，湖一另行核实' }, key()))
    expect(await ok(as('hill').get(run(id)))).toMatchObject({ status: 'approved', total_fen: 40000, held_fen: null })
    expect(await (await as('hill').page(`/console/runs/${id}`)).text()).not.toContain('湖一')
  })

  test('one that sends its step back rejects the whole run; the others learn that, and not the reason', async () => {
    await ok(review(id, 'hill', { decision: 'returned', reason: '茶一的考勤有误' }))
    const decisions = async (username: string) => (await ok(as(username).get(run(id)))).decisions
    expect(await decisions('hill')).toMatchObject([
      { kind: 'submission' },
      { kind: 'rejection', reason: '茶一的考勤有误' },
    ])
    expect(await decisions('lake')).toMatchObject([{ kind: 'submission' }, { kind: 'rejection', reason: null }])
    expect(await (await as('lake').page(`/console/runs/${id}`)).text()).not.toContain('茶一')
    const { rows } = await sql<{ total: string }>`
      select changes->>'total_fen' as total from history_events where kind = 'run.rejected'`.execute(w.db)
    expect(rows).toEqual([{ total: '160000' }])
    expect(await refused(review(id, 'lake'))).toEqual([409, 'run.not_submitted'])
  })
})

async function inspectHome(id: string) {
  const home = (await sampleOf(id, 'admin')).filter((one: { reviewer: string }) => one.reviewer === 'district')
  const items = home.map(({ person_id, month }: Record<string, string>) => ({
    ...{ person_id, month, passed: true, note: '现场在岗' },
  }))
  return as('city').post(run(id, '/inspections'), { items }, key())
}

describe('where a centre lies', () => {
  test('one without a township is reviewed by the account of the whole district, and the townships do not see the run', async () => {
    await facts.carer({ name: '无一', organisation_id: centres.nowhere })
    const id = await compute()
    const asked = await (await as('district').page(`/console/runs/${id}/submission`)).text()
    expect(asked).toContain('1 家照料中心没有登记所在镇街（示例无镇街居家养老服务中心）')
    await ok(as('district').post(run(id, '/submission'), {}, key()))
    expect(await stepsOf(id, 'admin')).toMatchObject([{ reviewer: 'township', township_code: null, lines: 1 }])
    for (const path of ['', '/lines', '/review', '/findings', '/sample', '/holds'])
      expect((await as('lake').get(run(id, path))).status).toBe(404)
    expect((await review(id, 'lake')).status).toBe(404)
    expect((await ok(as('lake').get('/api/v1/allowance-runs'))).items).toEqual([])
    expect(await (await as('district').page(`/console/runs/${id}`)).text()).toContain('没有登记所在镇街的机构')
    const told = await review(id, 'city')
    expect(await told.json()).toMatchObject({ detail: expect.stringContaining('没有登记所在镇街') })
    await ok(inspect(id, 'township'))
    expect(await ok(review(id, 'township'))).toMatchObject({ status: 'reviewed' })
  })

  test('a run that is not submitted yet is nothing for a township', async () => {
    await facts.carer({ organisation_id: centres.lake })
    const id = await compute()
    expect((await as('lake').get(run(id))).status).toBe(404)
    await ok(as('district').post(run(id, '/submission'), {}, key()))
    expect((await as('lake').get(run(id))).status).toBe(200)
  })

  test('one that moves to another township stays where it was in runs that are submitted, and goes with it in the next', async () => {
    const { id: person_id } = await facts.carer({ name: '湖一', organisation_id: centres.lake })
    const before = await submitted('2026-09')
    const held = await ok(
      as('lake').post(run(before, '/holds'), { person_id, month: '2026-09', reason: '合同正在核实' }, key()),
      201,
    )
    const moved = { township_code: HILL, reason: '迁址到茶山镇' }
    await ok(amend(centres.lake, moved))
    expect(await stepsOf(before, 'lake')).toMatchObject([{ township_code: LAKE, lines: 1 }])
    expect((await as('hill').get(run(before))).status).toBe(404)
    expect((await as('hill').post(`/api/v1/line-holds/${held.id}/release`, { reason: '已核实' }, key())).status).toBe(
      404,
    )
    await ok(inspect(before, 'lake'))
    await ok(review(before, 'lake'))
    await ok(as('finance').post(run(before, '/approval'), {}, key()))

    const after = await submitted('2026-10')
    expect((await as('lake').get(run(after))).status).toBe(404)
    expect((await linesOf(after, 'hill')).map(({ month }: { month: string }) => month)).toEqual(['2026-09', '2026-10'])
    // what was held comes back in it, and is the new township's to release
    expect((await ok(as('hill').get(run(after, '/holds')))).items).toMatchObject([{ id: held.id }])
    await ok(as('hill').post(`/api/v1/line-holds/${held.id}/release`, { reason: '已核实' }, key()))
    const { rows } = await sql<{ township_code: string | null }>`
      select township_code from organisation_standings where organisation_id = ${centres.lake}::uuid order by known_from`.execute(
      w.db,
    )
    expect(rows).toEqual([{ township_code: LAKE }, { township_code: HILL }])
  })
})

describe('what is recorded', () => {
  test('an organisation lies in a township of its own district, and one that moves away says so anew', async () => {
    const input = { name: '甲', kinds: ['care_facility'], district_code: '330106', township_code: '330102901' }
    const sent = as('district').post('/api/v1/organisations', { ...input, name: '示例新中心' })
    expect(await codes(sent)).toEqual(['organisation.facility_kind_missing', 'organisation.township_unknown'])
    expect(await codes(amend(centres.nowhere, { township_code: LAKE }))).toEqual(['organisation.reason_missing'])
    const admin = async (change: object) => {
      const { revision } = await ok(as('admin').get(`/api/v1/organisations/${centres.lake}`))
      return as('admin').patch(`/api/v1/organisations/${centres.lake}`, change, revision)
    }
    expect(await codes(admin({ district_code: '330102' }))).toEqual([
      'organisation.township_unknown',
      'organisation.reason_missing',
    ])
    expect(await ok(admin({ district_code: '330102', township_code: '330102901', reason: '迁址' }))).toMatchObject({
      township_code: '330102901',
      township_name: '示例上城街道',
    })
    expect(await ok(admin({ township_code: null, reason: '登记有误' }))).toMatchObject({ township_name: null })
    await expect(
      sql`update organisations set township_code = ${LAKE} where id = ${centres.lake}::uuid`.execute(w.db),
    ).rejects.toMatchObject({ constraint: 'organisations_township' })
  })

  test('a form of the console records it, and the page of the organisation names it', async () => {
    const page = `/console/organisations/${centres.nowhere}`
    const form = await (await as('district').page(`${page}/amendment`)).text()
    expect(form).toContain(`<option value="${HILL}">西湖区 示例茶山镇`)
    expect(form).not.toContain('示例上城街道')
    const { revision } = await ok(as('district').get(`/api/v1/organisations/${centres.nowhere}`))
    const fields = { name: '示例无镇街居家养老服务中心', kinds: 'care_facility', facility_kind: 'home_care_centre' }
    const sent = { ...fields, district_code: '330106', township_code: HILL, reason: '补登', revision: `${revision}` }
    expect((await as('district').submit(`${page}/amendment`, sent)).status).toBe(303)
    const shown = await (await as('district').page(page)).text()
    expect(shown).toContain('示例茶山镇')
    expect(shown).toContain(`镇街 （空） → ${HILL}`)
  })

  test('an account of a township has the role, and the township its district', async () => {
    const account = (more: object) =>
      as('admin').post('/api/v1/accounts', {
        ...{ username: 'tea', display_name: '茶', password: PASSWORD, role: 'township', district_code: '330106' },
        ...more,
      })
    expect(await codes(account({ role: 'finance', township_code: '330102901' }))).toEqual([
      'account.township_role',
      'account.township_unknown',
    ])
    expect(await codes(account({ district_code: null, township_code: HILL }))).toBe('account.place_missing')
    expect(await codes(account({ township_code: '33010690' }))).toEqual(['input.invalid_format'])
    const { id } = await ok(account({ township_code: HILL }), 201)
    expect(await ok(as('admin').get(`/api/v1/accounts/${id}`))).toMatchObject({ township_name: '示例茶山镇' })
    expect(await ok(as('tea').get('/api/v1/me'))).toMatchObject({ township_code: HILL, district_code: '330106' })
    await expect(sql`update accounts set role = 'finance' where id = ${id}::uuid`.execute(w.db)).rejects.toMatchObject({
      constraint: 'accounts_township_role',
    })
    // whoever moves it in the database leaves a trace
    await sql`update accounts set township_code = ${LAKE} where id = ${id}::uuid`.execute(w.db)
    const { decisions } = await ok(as('admin').get(`/api/v1/accounts/${id}`))
    expect(decisions).toMatchObject([{ kind: 'moved', reason: expect.stringContaining(`${HILL} → tea`) }])
    const page = await as('admin').submit('/console/accounts', {
      ...{ username: 'tea2', display_name: '茶', password: PASSWORD, role: 'township', district_code: '330106' },
      township_code: HILL,
    })
    expect(page.status).toBe(303)
  })

  test('townships are added and renamed by the officers of their division, with history', async () => {
    const add = (code: string, name: string, username = 'district') =>
      as(username).post('/api/v1/townships', { code, name })
    expect(await codes(add('330102902', '示例别处街道'))).toEqual(['township.district_unknown'])
    expect(await codes(add('33010690', '示'))).toEqual(['input.invalid_format', 'input.too_small'])
    expect(await codes(add(LAKE, '示例再来街道'))).toBe('township.code_taken')
    expect(await codes(add('330106903', '示例茶山镇'))).toBe('township.name_taken')
    expect((await add('330106903', '示例新街道', 'facility')).status).toBe(403)
    expect((await add('330106903', '示例新街道', 'lake')).status).toBe(403)
    // its code is no code of a refusal
    const added = await add('330106903', '示例新街道')
    expect([added.status, added.headers.get('location')]).toEqual([201, '/api/v1/townships/330106903'])
    expect(await added.json()).toMatchObject({ code: '330106903', district_name: '西湖区', organisations: 0 })
    const rename = (code: string, input: object) => as('district').post(`/api/v1/townships/${code}/renaming`, input)
    expect((await rename('330102901', { name: '示例改名街道', reason: '更名' })).status).toBe(404)
    expect(await codes(rename(HILL, { name: '示例湖畔街道', reason: '更名' }))).toBe('township.name_taken')
    expect(await codes(rename(HILL, { name: '示例茶山街道' }))).toEqual(['input.invalid_type'])
    for (const reason of ['撤镇设街道', '再说一遍'])
      expect((await rename(HILL, { name: '示例茶山街道', reason })).status).toBe(200)
    const list = async (username: string) =>
      (await ok(as(username).get('/api/v1/townships'))).items.map((one: { name: string }) => one.name)
    expect(await list('district')).toEqual(['示例湖畔街道', '示例茶山街道', '示例新街道'])
    expect(await list('facility')).toContain('示例上城街道')
    const events = (await ok(as('admin').get('/api/v1/history?subject_kind=township&subject_id=330106902'))).items
    expect(events).toMatchObject([
      { kind: 'township.renamed', reason: '撤镇设街道', changes: { name: ['示例茶山镇', '示例茶山街道'] } },
      { kind: 'township.added' },
    ])
    await expect(
      sql`insert into townships (code, district_code, name) values ('330106999', '330102', '别处')`.execute(w.db),
    ).rejects.toMatchObject({ constraint: 'townships_in_district' })
  })

  test('the page adds and renames, and shows again what was refused', async () => {
    const send = (path: string, fields: Record<string, string>) =>
      as('district').submit(`/console/townships${path}`, fields)
    const early = await send('', { code: '330102903', name: '示例别处街道' })
    expect([early.status, await early.text()]).toEqual([
      422,
      expect.stringMatching(/不是本辖区的区县[\s\S]*value="示例别处街道"/),
    ])
    expect((await send('', { code: '330106903', name: '示例新街道' })).status).toBe(303)
    const wordless = await send(`/${LAKE}/renaming`, { name: '示例新名街道', reason: '' })
    expect([wordless.status, await wordless.text()]).toEqual([422, expect.stringContaining('value="示例新名街道"')])
    expect((await send(`/${LAKE}/renaming`, { name: '示例新名街道', reason: '更名' })).status).toBe(303)
    const page = await (await as('district').page('/console/townships')).text()
    expect(page).toMatch(/示例新名街道[\s\S]*330106901[\s\S]*西湖区/)
    expect(await (await as('auditor').page('/console/townships')).text()).not.toContain('登记镇街</button>')
    expect(await (await as('admin').page('/console/history')).text()).toMatch(/更名镇街/)
  })
})
