/** Erasing a person, and the retention schedule: ids and sums stay, nothing says whose they were, and it is done once. */
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { demoPerson } from '../../db/demo-people.ts'
import { addAccount } from '../../src/access/actions.ts'
import { findPeopleByDocument } from '../../src/people/queries.ts'
import { applyRetention, countExpired, listRetentionRules } from '../../src/privacy/retention.ts'
import { listDuties } from '../../src/reports/duties.ts'
import { allowanceWorld } from '../support/allowance-world.ts'
import { clientsOf } from '../support/answers.ts'
import { PASSWORD, type World, world } from '../support/world.ts'

let w: World
let facts: Awaited<ReturnType<typeof allowanceWorld>>
const as = clientsOf(() => w)
beforeAll(async () => {
  w = await world()
  facts = await allowanceWorld(w)
})
afterAll(() => w.close())

let last = 8_500_000
async function registered() {
  const { name, id_number, bank_account } = demoPerson(last++)
  const more = { bank_account, phone: '13812345678', education: 'bachelor' }
  const sent = { name, id_type: 'resident_id', id_number, workforce: 'elder_care', ...more }
  return { ...(await (await as('facility').post('/api/v1/people', sent)).json()), sent } as {
    id: string
    name: string
    sent: typeof sent
  }
}
const erase = (id: string, client = as('admin')) => client.post(`/api/v1/people/${id}/erasure`, { reason: '本人申请' })
async function refusal(answer: Response | Promise<Response>) {
  const { status, code } = await (await answer).json()
  return { status, code }
}
const rowOf = (id: string) => w.db.selectFrom('people').selectAll().where('id', '=', id).executeTakeFirstOrThrow()

describe('an erased person', () => {
  let person: Awaited<ReturnType<typeof registered>>
  let certificate_id: string
  beforeAll(async () => {
    person = await registered()
    await facts.employ(person.id, { starts_on: '2025-01-01', ends_on: '2026-01-01' })
    await facts.attend(person.id, w.org.home, { '2025-10': 22 })
    certificate_id = await facts.certify(person.id, 4)
    await as('district').post(`/api/v1/people/${person.id}/documents`, {
      ...{ id_type: 'passport', id_number: 'E76543210', reason: '换发' },
    })
    const context = await w.context('admin')
    const account = { username: 'carer', display_name: person.name, role: 'carer' as const, person_id: person.id }
    await w.db.transaction().execute((tx) => addAccount(tx, context, { ...account, password: PASSWORD }))
    expect((await as('carer').get('/api/v1/my-record')).status).toBe(200)
    const answer = await erase(person.id)
    expect([answer.status, await answer.json()]).toEqual([200, { id: person.id }])
  })

  test('has no personal value left, in no row', async () => {
    expect(await rowOf(person.id)).toMatchObject({
      ...{ name: '已删除', name_pinyin: '', name_initials: '', id_number_sealed: null, id_number_masked: '' },
      ...{ sex: null, birth_date: null, education: null, phone: null },
      ...{ bank_account_sealed: null, bank_account_masked: null },
    })
    const { rows } = await sql<{ table: string }>`
      select table_name::text as table from information_schema.columns
      where table_schema = 'public' and column_name = 'person_id' order by 1`.execute(w.db)
    for (const { table } of rows) {
      const { rows: own } = await sql`select * from ${sql.table(table)} where person_id = ${person.id}`.execute(w.db)
      // what was printed stays as it was printed
      if (table === 'certificates') continue
      for (const value of [person.name, person.sent.id_number, '13812345678', person.sent.bank_account, '76543210'])
        expect(JSON.stringify(own), table).not.toContain(value)
    }
  })

  test('is found by nothing, listed nowhere, and the record says why', async () => {
    const found = await (await as('district').post('/api/v1/people/search', { q: person.name })).json()
    expect(found.items.map(({ id }: { id: string }) => id)).not.toContain(person.id)
    expect((await (await as('district').get(`/api/v1/people?q=${encodeURIComponent('已删除')}`)).json()).items).toEqual(
      [],
    )
    const document = { id_type: 'resident_id' as const, id_number: person.sent.id_number }
    expect(await findPeopleByDocument(w.db, await w.context('facility'), [document])).toEqual([undefined])
    expect(await (await as('facility').get(`/api/v1/people/${person.id}`)).json()).toMatchObject({ erased: true })
    const html = await (await as('admin').page(`/console/people/${person.id}`)).text()
    expect(html).toContain('已按规定删除')
    for (const action of ['amendment', 'disclosure', 'erasure', 'documents/new', 'employments/new'])
      expect(html).not.toContain(`/${action}"`)
  })

  test('keeps the facts by id, and the certificate as it was printed', async () => {
    const record = await (await as('facility').get(`/api/v1/people/${person.id}/record`)).json()
    expect(record.items.map(({ kind }: { kind: string }) => kind)).toEqual(
      expect.arrayContaining(['employment', 'departure', 'certificate', 'change']),
    )
    const certificate = await w.db
      .selectFrom('certificates')
      .select(['number', 'holder_name', 'id_number_masked'])
      .where('id', '=', certificate_id)
      .executeTakeFirstOrThrow()
    const verify = async (proof: string) =>
      (await w.as(null).get(`/api/v1/verify/${certificate.number}?${proof}`)).json()
    const printed = certificate.id_number_masked.slice(-4)
    const other = printed === '0229' ? '0228' : '0229'
    expect(await verify(`id_last4=${printed}`)).toMatchObject({ status: 'valid', proof: 'match' })
    expect(await verify(`id_last4=${other}`)).toMatchObject({ status: 'valid', proof: 'mismatch' })
    expect(await verify(`name=${encodeURIComponent(certificate.holder_name)}`)).toMatchObject({ proof: 'match' })
  })

  test('can neither be changed nor shown, nor recorded anything about, nor erased again', async () => {
    const revision = (await rowOf(person.id)).revision
    const path = `/api/v1/people/${person.id}`
    const erased = { status: 409, code: 'person.erased' }
    expect(await refusal(as('facility').patch(path, { phone: '13812345678' }, revision))).toEqual(erased)
    expect(await refusal(as('facility').post(`${path}/disclosure`, { field: 'id_number', reason: '核对' }))).toEqual(
      erased,
    )
    const document = { id_type: 'passport', id_number: 'E76543210', reason: '换发' }
    expect(await refusal(as('facility').post(`${path}/documents`, document))).toEqual(erased)
    expect(await refusal(erase(person.id))).toEqual(erased)
    const employment = { post: 'care', contract_kind: 'labour', starts_on: '2026-02-01' }
    expect(await refusal(as('facility').post(`${path}/employments`, employment))).toEqual(erased)
    const hours = { completed_on: '2026-01-01', hours: 8, provider: '示例', subject: '示例' }
    expect((await as('facility').post('/api/v1/education-hours', { person_id: person.id, ...hours })).status).toBe(422)
  })

  test('no longer signs in, and is no longer signed in', async () => {
    expect((await as('carer').get('/api/v1/my-record')).status).toBe(401)
    const signIn = await w.as(null).post('/api/v1/session', { username: 'carer', password: PASSWORD })
    expect(signIn.status).toBe(401)
  })

  test('leaves one event without anything personal, and registering again makes another person', async () => {
    const events = await w.db.selectFrom('history_events').selectAll().where('subject_id', '=', person.id).execute()
    expect(events.filter(({ kind }) => kind === 'person.erased')).toMatchObject([{ reason: '本人申请', changes: {} }])
    expect(JSON.stringify(events)).not.toContain(person.name)
    const again = await (await as('facility').post('/api/v1/people', person.sent)).json()
    expect(again.change).toBe('new')
    expect(again.id).not.toBe(person.id)
  })

  test('stays so: the database takes no personal value for it back', async () => {
    const change = (set: object) => w.db.updateTable('people').set(set).where('id', '=', person.id).execute()
    for (const set of [
      { name: person.name },
      { phone: '13812345678' },
      { birth_date: '1990-01-01' },
      { id_number_masked: '1' },
    ])
      await expect(change(set)).rejects.toMatchObject({ code: '23514' })
    await expect(change({ erased_at: null, id_number_sealed: 'x' })).rejects.toMatchObject({ code: 'HY001' })
    const other = await registered()
    await expect(
      w.db.updateTable('people').set({ id_number_sealed: null }).where('id', '=', other.id).execute(),
    ).rejects.toMatchObject({ code: '23514' })
  })
})

describe('an erased person is in nobody’s way', () => {
  let person: Awaited<ReturnType<typeof registered>>
  let certificate_id: string
  let hours_id: string
  beforeAll(async () => {
    person = await registered()
    await facts.employ(person.id, { starts_on: '2025-01-01', ends_on: '2026-01-01' })
    await facts.attend(person.id, w.org.home, { '2025-11': 22 })
    const stated = {
      completed_on: '2025-11-20',
      hours: 8,
      provider: '示例',
      subject: '示例',
      evidence: '王某某的结业证',
    }
    const hours = await as('facility').post('/api/v1/education-hours', { person_id: person.id, ...stated })
    expect(hours.status).toBe(201)
    hours_id = (await listed(`education-hours?person_id=${person.id}`))[0]!
    const certificate = await as('facility').post('/api/v1/external-certificates', {
      ...{ person_id: person.id, number: 'S000033999801254000901', kind: 'skill_level', occupation_code: '4-10-01-05' },
      ...{ level: 4, issuer_name: '示例省外评价中心', issued_on: '2025-06-10', evidence: '王某某的原件' },
    })
    expect(certificate.status).toBe(201)
    certificate_id = (await certificate.json()).id
    for (const [list, id] of [
      ['education-hours?approval=pending', hours_id],
      ['external-certificates?state=open', certificate_id],
    ])
      expect(await listed(list!), list).toContain(id)
    expect(await dutiesOf('district')).toEqual({
      '/console/education-hours': 1,
      '/console/registry-checks/external': 1,
    })
    expect((await erase(person.id)).status).toBe(200)
  })
  async function listed(list: string): Promise<string[]> {
    const { items } = await (await as('district').get(`/api/v1/${list}`)).json()
    return items.map(({ id }: { id: string }) => id)
  }
  const OURS = ['/console/education-hours', '/console/registry-checks/external']
  async function dutiesOf(username: string) {
    const duties = await listDuties(w.db, await w.context(username))
    return Object.fromEntries(duties.filter(({ href }) => OURS.includes(href)).map(({ href, count }) => [href, count]))
  }

  test('no officer is asked about their hours or certificates, and none can decide', async () => {
    expect(await listed('education-hours?approval=pending')).not.toContain(hours_id)
    expect(await listed(`education-hours?person_id=${person.id}`)).toEqual([hours_id])
    expect(await listed('external-certificates?state=open')).not.toContain(certificate_id)
    expect(await dutiesOf('district')).toEqual({})
    const decision = { ids: [hours_id], decision: 'approved' }
    expect((await as('district').post('/api/v1/education-hour-decisions', decision)).status).toBe(422)
    const finding = { registry: 'osta', result: 'found', checked_on: '2026-11-20', evidence: '截图' }
    const path = `/api/v1/external-certificates/${certificate_id}/checks`
    expect(await refusal(as('district').post(path, finding))).toEqual({ status: 409, code: 'person.erased' })
  })

  test('what was written down as proof goes, the numbers of certificates that money was paid for stay', async () => {
    const { rows } = await sql<{ evidence: string | null; number: string }>`
      select evidence, number from external_certificates where person_id = ${person.id} union all
      select evidence, null from education_hours where person_id = ${person.id}`.execute(w.db)
    expect(rows).toEqual([
      { evidence: null, number: 'S000033999801254000901' },
      { evidence: null, number: null },
    ])
  })

  test('their months are no gaps, and do not keep others from being carried over', async () => {
    const other = await registered()
    await facts.employ(other.id, { starts_on: '2025-01-01' })
    await facts.attend(other.id, w.org.home, { '2025-11': 20 })
    const page = await (await as('facility').page('/console/staff?month=2025-12')).text()
    expect(page).toContain(other.name)
    expect(page).not.toContain('已删除')
    const copied = await as('facility').post('/api/v1/service-months/copy', { from_month: '2025-11', month: '2025-12' })
    expect(copied.status).toBe(201)
    const { items } = await (await as('facility').get('/api/v1/service-months?month=2025-12')).json()
    expect(items.map(({ person_id }: { person_id: string }) => person_id)).toEqual([other.id])
    const submitted = await as('facility').post('/api/v1/service-month-submissions', { month: '2025-12' })
    expect([submitted.status, await submitted.json()]).toMatchObject([201, { people: 1, gaps: 0 }])
  })

  test('nobody is merged into them, nor they into anybody, and a merge before stays', async () => {
    const [survivor, merged] = [await registered(), await registered()]
    const merge = (from: string, into: string) =>
      as('admin').post(`/api/v1/people/${from}/merge`, { into, reason: '同一人', confirm_different_documents: true })
    const made = await merge(merged.id, survivor.id)
    expect(made.status).toBe(201)
    expect((await erase(survivor.id)).status).toBe(200)
    expect((await rowOf(merged.id)).name).toBe('已删除')
    const erased = { status: 409, code: 'person.erased' }
    expect(await refusal(merge(person.id, (await registered()).id))).toEqual(erased)
    expect(await refusal(merge((await registered()).id, person.id))).toEqual(erased)
    const { id } = await made.json()
    expect(await refusal(as('admin').post(`/api/v1/person-merges/${id}/undoing`, { reason: '有误' }))).toEqual(erased)
  })
})

describe('erasing is refused', () => {
  test('while the person is employed', async () => {
    const person = await registered()
    await facts.employ(person.id)
    expect(await refusal(erase(person.id))).toEqual({ status: 409, code: 'person.employed' })
  })

  test('while money is open: a run that is not decided, or approved and not in a payment file', async () => {
    const person = await registered()
    const { rows } = await sql<{ id: string }>`
      insert into allowance_runs (scheme_code, version_id, month, district_code, created_by)
      select v.scheme_code, v.id, '2026-10-01', '330106', ${w.accounts.district} from scheme_versions v
      where v.scheme_code = 'hz-special-post' limit 1 returning id`.execute(w.db)
    const run_id = rows[0]!.id
    await sql`
      insert into allowance_lines (run_id, person_id, month, kind, outcome, version_id, entitlement_fen, failed, found)
      select id, ${person.id}, month, 'normal', 'payable', version_id, 40000, 0, '[]' from allowance_runs where id = ${run_id}`.execute(
      w.db,
    )
    const open = { status: 409, code: 'person.money_open' }
    for (const status of ['computing', 'computed', 'submitted', 'reviewed', 'approved']) {
      if (status === 'approved')
        await sql`
          insert into allowance_ledger (person_id, scheme_code, month, seq, entitlement_fen, run_id)
          values (${person.id}, 'hz-special-post', '2026-10-01', 0, 40000, ${run_id})`.execute(w.db)
      await w.db.updateTable('allowance_runs').set({ status }).where('id', '=', run_id).execute()
      expect(await refusal(erase(person.id)), status).toEqual(open)
    }
    const file = await sql<{ id: string; batch_id: string }>`
      with batch as (
        insert into payment_batches (run_id, number, kind, budget_year, payment_count, total_fen, sha256, made_by)
        values (${run_id}, 1, 'payment', 2026, 1, 40000, 'x', ${w.accounts.finance}) returning id
      )
      insert into payment_files (run_id, batch_id, format, row_count, total_fen, recovery_count, recovery_fen, held_count, held_fen, sha256, content_sealed, made_by)
      select ${run_id}, id, 'csv', 1, 40000, 0, 0, 0, 0, 'x', 'k1.x.y', ${w.accounts.finance} from batch returning id, batch_id`.execute(
      w.db,
    )
    const { id: file_id, batch_id } = file.rows[0]!
    // others are paid by the file, this person waits
    expect(await refusal(erase(person.id))).toEqual(open)
    await sql`
      insert into payments (batch_id, position, run_id, person_id, attempt, amount_fen, months, name, id_number_sealed, bank_account_sealed, account_masked)
      values (${batch_id}, 1, ${run_id}, ${person.id}, 0, 40000, '2026-10', '某人', 'k1.a.b', 'k1.c.d', '6222 **** 0001')`.execute(
      w.db,
    )
    const answer = (outcome: string, reason_code: string | null) =>
      sql`
      insert into payment_results (file_id, run_id, person_id, outcome, reason_code, amount_fen, settled_on, recorded_by)
      values (${file_id}, ${run_id}, ${person.id}, ${outcome}, ${reason_code}, 40000, '2026-11-20', ${w.accounts.finance})`.execute(
        w.db,
      )
    await answer('returned', 'closed')
    expect(await refusal(erase(person.id))).toEqual(open)
    await sql`update payment_results set known_to = clock_timestamp() where run_id = ${run_id}`.execute(w.db)
    await answer('paid', null)
    expect((await erase(person.id)).status).toBe(200)
    // the payment stays, and no longer says to whom and where to
    const payment = await w.db.selectFrom('payments').selectAll().where('person_id', '=', person.id).executeTakeFirst()
    expect(payment).toMatchObject({
      ...{ amount_fen: 40000, name: '已删除' },
      ...{ id_number_sealed: null, bank_account_sealed: null, account_masked: null },
    })
    const line = await w.db
      .selectFrom('allowance_lines')
      .select('amount_fen')
      .where('person_id', '=', person.id)
      .execute()
    expect(line).toEqual([{ amount_fen: 40000 }])
  })

  test('while money of a record that was merged into theirs is open', async () => {
    const [survivor, merged] = [await registered(), await registered()]
    const { rows } = await sql<{ id: string }>`
      insert into allowance_runs (scheme_code, version_id, month, district_code, created_by, status)
      select v.scheme_code, v.id, '2026-09-01', '330106', ${w.accounts.district}, 'computing' from scheme_versions v
      where v.scheme_code = 'hz-special-post' limit 1 returning id`.execute(w.db)
    await sql`
      insert into allowance_lines (run_id, person_id, month, kind, outcome, version_id, entitlement_fen, failed, found)
      select id, ${merged.id}, month, 'normal', 'payable', version_id, 40000, 0, '[]' from allowance_runs where id = ${rows[0]!.id}`.execute(
      w.db,
    )
    const request = { into: survivor.id, reason: '同一人', confirm_different_documents: true }
    expect((await as('admin').post(`/api/v1/people/${merged.id}/merge`, request)).status).toBe(201)
    expect(await refusal(erase(survivor.id))).toEqual({ status: 409, code: 'person.money_open' })
  })

  test('to everybody but the administrator, without a reason, and of nobody', async () => {
    const person = await registered()
    for (const role of ['facility', 'district', 'auditor']) expect((await erase(person.id, as(role))).status).toBe(403)
    expect((await as('admin').post(`/api/v1/people/${person.id}/erasure`, {})).status).toBe(422)
    expect((await erase('00000000-0000-7000-8000-00000000ffff')).status).toBe(404)
  })
})

test('the page warns before it erases, comes back with the refusal, and leads to the record', async () => {
  const person = await registered()
  const path = `/console/people/${person.id}`
  expect(await (await as('admin').page(path)).text()).toContain(`${path}/erasure`)
  expect(await (await as('district').page(path)).text()).not.toContain(`${path}/erasure`)
  expect(await (await as('admin').page(`${path}/erasure`)).text()).toContain('不能恢复')
  expect((await as('admin').submit(`${path}/erasure`, { reason: '' })).status).toBe(422)
  const done = await as('admin').submit(`${path}/erasure`, { reason: '本人申请' })
  expect([done.status, done.headers.get('location')]).toEqual([303, path])
  expect(decodeURIComponent(done.headers.get('set-cookie') ?? '')).not.toContain(person.name)
})

describe('the retention schedule', () => {
  const ruleOf = async (code: string) => (await listRetentionRules(w.db)).find((rule) => rule.code === code)!
  const apply = async (code: string) => {
    const [context, rule] = [await w.context('admin'), await ruleOf(code)]
    return w.db.transaction().execute((tx) => applyRetention(tx, context, rule))
  }
  const expired = async (code: string) => countExpired(w.db, { now: w.clock.now }, await ruleOf(code))

  test('is told with basis and confidence, what is recalled only as not in force', async () => {
    for (const client of [as('admin'), as('auditor')]) {
      const { items } = await (await client.get('/api/v1/retention-rules')).json()
      expect(items).toContainEqual(
        expect.objectContaining({ code: 'payment-vouchers', keep_months: 360, confidence: 'recalled', active: false }),
      )
      expect(items).toContainEqual(
        expect.objectContaining({
          code: 'import-rows',
          keep_days: 7,
          confidence: 'confirmed',
          active: true,
          erases: true,
        }),
      )
      for (const { active, confidence } of items) if (active) expect(['seen', 'confirmed']).toContain(confidence)
    }
    expect((await as('district').get('/api/v1/retention-rules')).status).toBe(403)
    const html = await (await as('auditor').page('/console/retention')).text()
    expect(html).toContain('360 个月')
    expect(html).toContain('待确认')
    expect(html).toContain('24 小时')
  })

  test('cannot be put in force by what nobody has confirmed: the database refuses', async () => {
    const activate = (code: string) =>
      w.db.updateTable('retention_rules').set({ active: true }).where('code', '=', code).execute()
    for (const code of ['bank-statements', 'rejected-claims', 'people-without-facts'])
      await expect(activate(code)).rejects.toMatchObject({ constraint: 'retention_rules_confirmed' })
  })

  test('erases answers kept for repeated calls after a day, once, with a count as the only trace', async () => {
    const row = (key: string, created_at: Date) => ({
      ...{ account_id: w.accounts.admin!, key, created_at, request: 'POST /x', body_sha256: 'x' },
    })
    const now = w.clock.now.getTime()
    await w.db
      .insertInto('idempotency_keys')
      .values([row('old', new Date(now - 86_400_001)), row('young', new Date(now - 86_399_000))])
      .execute()
    expect(await expired('idempotency-keys')).toBe(1)
    expect([await apply('idempotency-keys'), await apply('idempotency-keys')]).toEqual([1, 0])
    const kept = await w.db.selectFrom('idempotency_keys').select('key').execute()
    expect(kept).toEqual([{ key: 'young' }])
    const events = await w.db
      .selectFrom('history_events')
      .select(['subject_id', 'changes'])
      .where('kind', '=', 'retention.applied')
      .execute()
    expect(events).toEqual([{ subject_id: 'idempotency-keys', changes: { records: 1 } }])
  })

  test('clears rows of a sheet after a week, and the sheet can no longer be committed', async () => {
    const made = (created_at: Date, status: string) =>
      w.db
        .insertInto('imports')
        .values({
          ...{ kind: 'people', filename: 'x.xlsx', sha256: String(created_at.getTime()), status, created_at },
          ...{ row_count: 1, accepted: 1, rejected: 0, requested_by: w.accounts.facility! },
        })
        .returning(['id', 'created_at'])
        .executeTakeFirstOrThrow()
    const days = (count: number) => new Date(w.clock.now.getTime() - count * 86_400_000)
    const imports = [await made(days(8), 'checked'), await made(days(6), 'checked'), await made(days(9), 'committing')]
    await w.db
      .insertInto('import_chunks')
      .values(
        imports.map(({ id, created_at }) => ({
          ...{ import_id: id, number: 0, first_row: 2, row_count: 1, content: 'k1.x.y', created_at },
        })),
      )
      .execute()
    expect(await expired('import-rows')).toBe(1)
    expect([await apply('import-rows'), await apply('import-rows')]).toEqual([1, 0])
    const rows = await w.db.selectFrom('imports').select('status').orderBy('created_at', 'desc').execute()
    expect(rows.map(({ status }) => status)).toEqual(['checked', 'discarded', 'committing'])
  })

  test('forgets sessions and counters that have ended, and no others', async () => {
    const sessions = () => w.db.selectFrom('sessions').select('id_hash').execute()
    const now = w.clock.now
    await w.db
      .insertInto('sessions')
      .values({ id_hash: 'ended', account_id: w.accounts.admin!, expires_at: now })
      .execute()
    await w.db
      .insertInto('rate_limits')
      .values([
        { key: 'ended', window_ends_at: now, count: 1 },
        { key: 'counting', window_ends_at: new Date(now.getTime() + 1000), count: 1 },
      ])
      .execute()
    const before = await expired('sessions')
    expect(before).toBeGreaterThan(0)
    expect(await apply('sessions')).toBe(before)
    expect((await sessions()).map(({ id_hash }) => id_hash)).not.toContain('ended')
    expect(await apply('rate-limits')).toBeGreaterThan(0)
    expect(
      await w.db.selectFrom('rate_limits').select('key').where('key', 'in', ['ended', 'counting']).execute(),
    ).toEqual([{ key: 'counting' }])
  })

  test('forgets the words of a job that failed a month ago, and no newer ones', async () => {
    const failed = (days: number) => ({
      ...{
        kind: 'x',
        status: 'failed',
        error: '{"code":"x"}',
        created_at: new Date(w.clock.now.getTime() - days * 86_400_000),
      },
    })
    await w.db
      .insertInto('jobs')
      .values([failed(31), failed(29), { ...failed(31), status: 'running', run_at: new Date('2100-01-01') }])
      .execute()
    expect([await expired('job-faults'), await apply('job-faults'), await apply('job-faults')]).toEqual([1, 1, 0])
  })

  test('erases people without fact or money once an office has confirmed the years, and nobody else', async () => {
    const old = new Date('2010-01-01T00:00:00Z')
    const nobody = await registered()
    const worker = await registered()
    const learner = await registered()
    const young = await registered()
    const [survivor, merged] = [await registered(), await registered()]
    const [other, stale] = [await registered(), await registered()]
    for (const [from, into] of [
      [merged.id, survivor.id],
      [stale.id, other.id],
    ])
      expect(
        (
          await as('admin').post(`/api/v1/people/${from}/merge`, {
            ...{ into, reason: '同一人', confirm_different_documents: true },
          })
        ).status,
      ).toBe(201)
    await facts.employ(other.id, { starts_on: '2011-01-01', ends_on: '2025-01-01' })
    await facts.employ(worker.id, { starts_on: '2011-01-01', ends_on: '2025-01-01' })
    await facts.train(learner.id)
    await w.db
      .updateTable('people')
      .set({ created_at: old })
      .where('id', 'in', [nobody.id, worker.id, learner.id, survivor.id, merged.id, other.id, stale.id])
      .execute()
    expect([await expired('people-without-facts'), await apply('people-without-facts')]).toEqual([0, 0])
    await w.db
      .updateTable('retention_rules')
      .set({ confidence: 'confirmed', active: true })
      .where('code', '=', 'people-without-facts')
      .execute()
    expect([await expired('people-without-facts'), await apply('people-without-facts')]).toEqual([2, 2])
    expect(await apply('people-without-facts')).toBe(0)
    // what was merged into a record goes with it, and stays while it stays
    for (const { id } of [nobody, survivor, merged]) expect((await rowOf(id)).erased_at).not.toBeNull()
    for (const { id } of [worker, learner, young, other, stale]) expect((await rowOf(id)).erased_at).toBeNull()
  })

  test('nothing was an internal fault', () => expect(w.faults).toEqual([]))
})
