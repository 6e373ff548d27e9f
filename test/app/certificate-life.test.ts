/** What becomes of certificates: suspended, revoked by the thousand, restored, corrected, continued, told of before they end. */
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest'
import { dailyJobs, jobHandlers } from '../../src/app.ts'
import { remindSlice } from '../../src/credentials/reminders.ts'
import { enqueueDaily, type Job, runSlice } from '../../src/jobs/actions.ts'
import { SYSTEM, scopeOf } from '../../src/platform/context.ts'
import { namePinyin } from '../../src/platform/pinyin.ts'
import { randomToken } from '../../src/platform/vault.ts'
import { clientsOf } from '../support/answers.ts'
import { pdfiumText } from '../support/pdf.ts'
import { type World, world } from '../support/world.ts'

const ISSUED_ON = '2026-11-10'
const TODAY = '2026-11-23'
const PAPER = { reason: '经查实，依据不实', decision_reference: '示例评撤〔2026〕1 号' }
const FRAUD = { reason_code: 'fraud', ...PAPER }

let w: World
const as = clientsOf(() => w)
const key = () => ({ key: randomToken() })
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())
beforeEach(async () => {
  w.clock.now = new Date(`${TODAY}T02:00:00Z`)
  await w.db.deleteFrom('rate_limits').execute()
})

let serial = 0
/** A class that is over with its certificates, as training and issuing leave them. */
async function issued(count = 1, more: { valid_until?: string; level?: number } = {}) {
  const { valid_until = null, level = 5 } = more
  const course = await w.db
    .insertInto('courses')
    .values({
      ...{ organisation_id: w.org.trainer, name: '养老护理员课程', kind: 'skill_level', occupation_code: '4-10-01-05' },
      ...{ standard_edition: '2019', level, theory_hours: 40, practice_hours: 80, attendance_percent: 80 },
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  const { id: class_id } = await w.db
    .insertInto('classes')
    .values({
      ...{ course_id: course.id, organisation_id: w.org.trainer, assessor_organisation_id: w.org.assessor },
      ...{ name: `第 ${randomToken(6)} 期`, starts_on: '2026-09-01', ends_on: '2026-11-01', capacity: 5000 },
      status: 'completed',
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  const { pinyin, initials } = namePinyin('王小芳')
  const sealed = await w.deps.vault.seal('330106198001010029')
  const people = await w.db
    .insertInto('people')
    .values(
      Array.from({ length: count }, () => ({
        ...{ name: '王小芳', name_pinyin: pinyin, name_initials: initials, workforce: 'elder_care', sex: 'female' },
        ...{ id_type: 'resident_id', id_number_sealed: sealed },
        id_number_masked: `3301**********${String(++serial).padStart(4, '0')}`,
      })),
    )
    .returning('id')
    .execute()
  await sql`with enrolled as (
      insert into enrolments (class_id, person_id, status) select ${class_id}, id, 'completed' from unnest(${`{${people.map(({ id }) => id)}}`}::uuid[]) as id
      returning id, person_id
    ), rostered as (insert into roster_entries (organisation_id, person_id) select ${w.org.trainer}, person_id from enrolled)
    insert into assessment_results (enrolment_id, assessed_on, theory, practical, passed, assessor_organisation_id)
    select id, '2026-11-05', 8750, 9000, true, ${w.org.assessor} from enrolled`.execute(w.db)
  const batch = await (
    await as('assessor').post(
      '/api/v1/certificate-batches',
      { class_id, kind: 'skill_level', issued_on: ISSUED_ON, valid_until },
      key(),
    )
  ).json()
  await w.runJobs()
  const certificates = await w.db
    .selectFrom('certificates')
    .select(['id', 'number', 'person_id', 'result_id', 'enrolment_id'])
    .where('batch_id', '=', batch.id)
    .orderBy('number')
    .execute()
  return { class_id, batch_id: batch.id as string, certificates, one: certificates[0]! }
}

/** A thousand certificates are not drawn for a test of what happens to them later. */
async function copies(of: string, count: number, valid_until: string | null = null): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    with holders as (
      insert into people (name, name_pinyin, name_initials, workforce, id_type, id_number_sealed, id_number_masked)
      select '批量', 'piliang', 'pl', 'elder_care', 'passport', 'x', 'E******' || n from generate_series(1, ${count}::int) n returning id
    ), numbered as (select id, row_number() over () as n from holders)
    insert into certificates (number, kind, person_id, holder_name, id_number_masked, occupation_code, occupation_name, level, issuer_organisation_id,
      issuer_name, issued_on, valid_until, token, printed, pdf_sha256)
    select 'JY' || ${randomToken(8)} || h.n, 'completion', h.id, '批量', 'E******', c.occupation_code, c.occupation_name, c.level,
      c.issuer_organisation_id, c.issuer_name, c.issued_on, ${valid_until}::date, ${randomToken()} || h.n, '{}', repeat('0', 64)
    from numbered h, certificates c where c.id = ${of} returning id`.execute(w.db)
  return rows.map(({ id }) => id)
}

const answer = async (sent: Promise<Response>) => {
  const response = await sent
  return [response.status, await response.json()] as const
}
const done = async (sent: Promise<Response>, status = 201) => {
  const [found, body] = await answer(sent)
  expect([found, body.code, body.errors]).toEqual([status, undefined, undefined])
  return body
}
const refused = async (sent: Promise<Response>) => {
  const [status, body] = await answer(sent)
  return [status, body.errors?.[0]?.code ?? body.code]
}
const at = (id: string, what = '') => `/api/v1/certificates/${id}${what && `/${what}`}`
const statusOf = async (id: string) => (await (await as('assessor').get(at(id))).json()).status
const verified = async (number: string) => (await (await as(null).get(`/api/v1/verify/${number}`)).json()).status
const lifeOf = async (id: string) =>
  (await (await as('assessor').get(at(id, 'life'))).json()).items.map(({ kind }: { kind: string }) => kind)

describe('暂停 a suspension', () => {
  test('is told as such wherever a status is told, and lifted by a row of its own', async () => {
    const { one } = await issued()
    const suspended = await done(as('assessor').post(at(one.id, 'suspension'), { ...PAPER, from_on: '2026-11-20' }))
    expect(suspended).toMatchObject({
      status: 'suspended',
      suspended_from: '2026-11-20',
      revocation_effective_on: null,
    })
    expect(await verified(one.number)).toBe('suspended')
    const check = await done(
      as('trainer').post('/api/v1/certificate-checks', { items: [{ number: one.number, name: '王小芳' }] }),
    )
    expect(check.summary).toMatchObject({ valid: 0, suspended: 1 })
    const listed = await (await as('assessor').get('/api/v1/certificates?status=suspended')).json()
    expect(listed.items.map(({ id }: { id: string }) => id)).toContain(one.id)
    const person = await (await as('trainer').get(`/api/v1/people/${one.person_id}`)).json()
    expect(person.certificate_status).toBe('suspended')
    const page = await (await as(null).submit('/v', { number: one.number })).text()
    expect(page).toContain('自 2026-11-20 起暂停其使用')
    const resumed = await done(as('assessor').post(at(one.id, 'resumption'), PAPER))
    expect(resumed).toMatchObject({ status: 'valid', suspended_from: null })
    expect(await lifeOf(one.id)).toEqual(['resumed', 'suspended'])
    // and again
    await done(as('assessor').post(at(one.id, 'suspension'), PAPER))
    expect(await lifeOf(one.id)).toEqual(['suspended', 'resumed', 'suspended'])
  })

  test('a day before the issue or to come, a second one, and lifting what is not suspended are refused', async () => {
    const { one } = await issued()
    const suspend = (from_on: string) => as('assessor').post(at(one.id, 'suspension'), { ...PAPER, from_on })
    expect(await refused(suspend('2026-11-24'))).toEqual([422, 'certificate.suspended_from'])
    expect(await refused(suspend('2026-11-09'))).toEqual([422, 'certificate.suspended_from'])
    expect(await refused(as('assessor').post(at(one.id, 'resumption'), PAPER))).toEqual([
      409,
      'certificate.not_suspended',
    ])
    await done(suspend('2026-11-15'))
    expect(await refused(suspend('2026-11-16'))).toEqual([409, 'certificate.suspended_already'])
    const resume = (from_on: string) => as('assessor').post(at(one.id, 'resumption'), { ...PAPER, from_on })
    expect(await refused(resume('2026-11-14'))).toEqual([422, 'certificate.resumed_from'])
    expect(await refused(resume('2026-11-24'))).toEqual([422, 'certificate.resumed_from'])
    expect(await refused(as('assessor').post(at(one.id, 'replacement'), { reason: '破损' }, key()))).toEqual([
      409,
      'certificate.suspended',
    ])
    expect((await answer(as('assessor').post(at(one.id, 'suspension'), { reason: '无文号' })))[0]).toBe(422)
    await done(as('assessor').post(at(one.id, 'revocation'), { reason_code: 'fraud', reason: '替考' }))
    expect(await refused(suspend('2026-11-16'))).toEqual([409, 'certificate.revoked_already'])
    expect(await refused(resume('2026-11-16'))).toEqual([409, 'certificate.revoked_already'])
  })

  test('is the issuer’s alone; for who cannot see the certificate it does not exist', async () => {
    const { one } = await issued()
    for (const step of ['suspension', 'resumption', 'restoration']) {
      expect(await refused(as('trainer').post(at(one.id, step), PAPER))).toEqual([403, 'certificate.not_issuer'])
      const nobody = '00000000-0000-7000-8000-00000000ffff'
      expect((await answer(as('assessor').post(at(nobody, step), PAPER)))[0]).toBe(404)
    }
    expect((await answer(as('facility2').get(at(one.id, 'cascade'))))[0]).toBe(404)
    expect((await answer(as('facility2').get(at(one.id, 'life'))))[0]).toBe(404)
  })

  test('the rows are append-only, and a second suspension needs the first to be lifted', async () => {
    const { one } = await issued()
    await done(as('assessor').post(at(one.id, 'suspension'), PAPER))
    for (const table of [
      'certificate_suspensions',
      'certificate_resumptions',
      'certificate_restorations',
      'certificate_continuations',
    ])
      await expect(sql`truncate ${sql.table(table)}`.execute(w.db)).rejects.toThrow(/append-only|foreign key/)
    await expect(w.db.deleteFrom('certificate_suspensions').execute()).rejects.toThrow(/append-only/)
    const again = { certificate_id: one.id, seq: 1, from_on: TODAY, ...PAPER }
    await expect(w.db.insertInto('certificate_suspensions').values(again).execute()).rejects.toThrow(/prior/)
  })
})

describe('撤销 many by one decision', () => {
  test('a thousand in one statement, all or none, once for a key', async () => {
    const { one } = await issued()
    const ids = await copies(one.id, 1000)
    const plan = await done(
      as('assessor').post('/api/v1/certificate-revocations/check', { certificate_ids: ids, reason_code: 'fraud' }),
      200,
    )
    expect(plan).toEqual({ certificates: 1000, revocable: 1000, left_out: [] })
    const once = key()
    const begun = performance.now()
    const decision = await done(
      as('assessor').post('/api/v1/certificate-revocations', { certificate_ids: ids, ...FRAUD }, once),
    )
    const took = performance.now() - begun
    expect(decision).toMatchObject({ certificates: 1000, standing: 1000, decision_reference: PAPER.decision_reference })
    if (inject('engine') === 'postgres') expect(took).toBeLessThan(5000)
    expect(
      (await done(as('assessor').post('/api/v1/certificate-revocations', { certificate_ids: ids, ...FRAUD }, once))).id,
    ).toBe(decision.id)
    const { rows } = await sql<{ count: number; days: number }>`
      select count(*)::int as count, count(*) filter (where effective_on = ${ISSUED_ON})::int as days from standing_revocations where decision_id = ${decision.id}`.execute(
      w.db,
    )
    expect(rows[0]).toEqual({ count: 1000, days: 1000 })
    expect(
      await refused(as('assessor').post('/api/v1/certificate-revocations', { certificate_ids: ids, ...FRAUD })),
    ).toEqual([400, 'idempotency.key_required'])
    // and all come back
    expect(
      await done(as('assessor').post(`/api/v1/certificate-revocations/${decision.id}/restoration`, PAPER)),
    ).toEqual({ restored: 1000 })
    expect(await statusOf(ids[17]!)).toBe('valid')
    expect(await lifeOf(ids[17]!)).toEqual(['restored', 'revoked'])
  })

  test('a list with faults is refused with every one of them, and nothing is written', async () => {
    const [{ certificates }, other] = [await issued(3), await issued()]
    await done(as('assessor').post(at(certificates[1]!.id, 'revocation'), { reason_code: 'fraud', reason: '替考' }))
    const completion = await done(
      as('trainer').post(
        '/api/v1/certificates',
        { enrolment_id: certificates[0]!.enrolment_id, kind: 'completion', issued_on: ISSUED_ON },
        key(),
      ),
    )
    const numbers = [
      certificates[0]!.number,
      certificates[1]!.number.toLowerCase(),
      'S999',
      completion.number,
      other.one.number,
    ]
    const asked = { numbers, reason_code: 'issued_in_error', effective_on: ISSUED_ON, ...PAPER }
    const [status, body] = await answer(as('assessor').post('/api/v1/certificate-revocations', asked, key()))
    expect(status).toBe(422)
    expect(body.errors.map(({ pointer, code }: Record<string, string>) => [pointer, code])).toEqual([
      ['/numbers/1', 'certificate.revoked_already'],
      ['/numbers/2', 'certificate.unknown'],
      ['/numbers/3', 'certificate.unknown'],
    ])
    expect(await statusOf(other.one.id)).toBe('valid')
    const early = {
      certificate_ids: [certificates[0]!.id],
      reason_code: 'issued_in_error',
      effective_on: '2026-11-09',
      ...PAPER,
    }
    expect(await refused(as('assessor').post('/api/v1/certificate-revocations', early, key()))).toEqual([
      422,
      'certificate.effective_on',
    ])
    expect(
      await refused(
        as('assessor').post('/api/v1/certificate-revocations', { ...early, effective_on: '2026-11-24' }, key()),
      ),
    ).toEqual([422, 'certificate.effective_on'])
    expect(
      await refused(as('trainer').post('/api/v1/certificate-revocations', { ...early, effective_on: null }, key())),
    ).toEqual([422, 'certificate.not_issuer'])
    for (const wrong of [{}, { numbers, certificate_ids: [other.one.id] }, { numbers: [] }])
      expect(
        (await answer(as('assessor').post('/api/v1/certificate-revocations', { ...wrong, ...FRAUD }, key())))[0],
      ).toBe(422)
  })

  test('of a class or a batch what cannot be revoked is passed over and named; nobody left is refused', async () => {
    const { certificates, class_id, batch_id } = await issued(3)
    await done(as('assessor').post(at(certificates[0]!.id, 'revocation'), { reason_code: 'fraud', reason: '替考' }))
    const plan = await done(
      as('assessor').post('/api/v1/certificate-revocations/check', { class_id, reason_code: 'fraud' }),
      200,
    )
    expect(plan).toMatchObject({
      certificates: 3,
      revocable: 2,
      left_out: [{ number: certificates[0]!.number, code: 'certificate.revoked_already' }],
    })
    expect(
      await done(as('assessor').post('/api/v1/certificate-revocations', { class_id, ...FRAUD }, key())),
    ).toMatchObject({ certificates: 2 })
    expect(
      await refused(as('assessor').post('/api/v1/certificate-revocations', { batch_id, ...FRAUD }, key())),
    ).toEqual([409, 'certificate_revocation.nobody'])
    const ids = certificates.map(({ id }) => id)
    expect(await Promise.all(ids.map(statusOf))).toEqual(['revoked', 'revoked', 'revoked'])
    const mine = await (await as('assessor').get('/api/v1/certificate-revocations')).json()
    expect(mine.items[0]).toMatchObject({ certificates: 2, standing: 2 })
    expect((await answer(as('trainer').get(`/api/v1/certificate-revocations/${mine.items[0].id}`)))[0]).toBe(404)
  })

  // one connection knows no two at once
  if (inject('engine') === 'postgres')
    test('two decisions on the same certificates at once: one revokes, the other is told', async () => {
      const { certificates } = await issued(2)
      const certificate_ids = certificates.map(({ id }) => id)
      const answers = await Promise.all(
        [1, 2].map(() =>
          answer(as('assessor').post('/api/v1/certificate-revocations', { certificate_ids, ...FRAUD }, key())),
        ),
      )
      expect(answers.map(([status]) => status).sort()).toEqual([201, 422])
    })
})

describe('撤回 a revocation that was found wrong', () => {
  test('makes the certificate valid again; both stay, and it can be revoked once more', async () => {
    const { one } = await issued()
    const revoke = () => as('assessor').post(at(one.id, 'revocation'), { reason_code: 'fraud', reason: '替考' })
    const restore = () => as('assessor').post(at(one.id, 'restoration'), PAPER)
    expect(await refused(restore())).toEqual([409, 'certificate.not_revoked'])
    await done(revoke())
    expect(await verified(one.number)).toBe('revoked')
    expect(await done(restore())).toMatchObject({ status: 'valid', revocation_reason_code: null })
    expect(await verified(one.number)).toBe('valid')
    expect(await refused(restore())).toEqual([409, 'certificate.not_revoked'])
    await done(revoke())
    expect(await refused(revoke())).toEqual([409, 'certificate.revoked_already'])
    expect(await lifeOf(one.id)).toEqual(['revoked', 'restored', 'revoked'])
    const record = await (await as('trainer').get(`/api/v1/people/${one.person_id}/record`)).json()
    const told = record.items.find(({ kind }: { kind: string }) => kind === 'certificate')
    expect(told.facts.status).toBe('revoked')
  })

  test('a replaced certificate, and one whose result was corrected since, are not restored', async () => {
    const { certificates } = await issued(2)
    const [replaced, corrected] = certificates
    await done(as('assessor').post(at(replaced!.id, 'replacement'), { reason: '破损' }, key()))
    expect(await refused(as('assessor').post(at(replaced!.id, 'restoration'), PAPER))).toEqual([
      409,
      'certificate.replaced',
    ])
    await done(
      as('assessor').post(at(corrected!.id, 'revocation'), { reason_code: 'result_withdrawn', reason: '作弊' }),
    )
    await w.db
      .updateTable('assessment_results')
      .set({ known_to: sql<Date>`clock_timestamp()` })
      .where('id', '=', corrected!.result_id)
      .execute()
    await w.db
      .insertInto('assessment_results')
      .values({
        enrolment_id: corrected!.enrolment_id!,
        assessed_on: '2026-11-05',
        passed: false,
        assessor_organisation_id: w.org.assessor,
      })
      .execute()
    expect(await refused(as('assessor').post(at(corrected!.id, 'restoration'), PAPER))).toEqual([
      409,
      'certificate.result_changed',
    ])
  })
})

describe('更正姓名', () => {
  test('a new certificate with what the record says; the old is replaced, and its number and day are told', async () => {
    const { one } = await issued()
    const correct = () =>
      as('assessor').post(
        at(one.id, 'name-correction'),
        { reason: '姓名用字有误', evidence: '身份证原件，档案 2026-118' },
        key(),
      )
    expect(await refused(correct())).toEqual([409, 'certificate.nothing_to_correct'])
    await w.db.updateTable('people').set({ name: '王晓芳' }).where('id', '=', one.person_id).execute()
    const made = await done(correct())
    expect(made).toMatchObject({
      ...{ status: 'valid', holder_name: '王晓芳', issued_on: TODAY, level: 5 },
      ...{ replaces_id: one.id, replaces_number: one.number, replaces_issued_on: ISSUED_ON },
    })
    const { printed } = await w.db
      .selectFrom('certificates')
      .select('printed')
      .where('id', '=', made.id)
      .executeTakeFirstOrThrow()
    expect(printed).toMatchObject({ holder_name: '王晓芳', replaces: { number: one.number, issued_on: ISSUED_ON } })
    const file = await (await as('assessor').get(`${at(made.id)}.pdf`)).arrayBuffer()
    expect(await pdfiumText(new Uint8Array(file))).toMatch(new RegExp(`原证书编号\\s*${one.number}`))
    expect(made.number.slice(0, 16)).toBe(one.number.slice(0, 16))
    expect(await (await as('assessor').get(at(one.id))).json()).toMatchObject({
      status: 'replaced',
      holder_name: '王小芳',
      replaced_by: made.id,
    })
    expect(await lifeOf(one.id)).toEqual(['corrected'])
    expect(await refused(correct())).toEqual([409, 'certificate.revoked_already'])
    const page = await (await as('assessor').page(`/console/certificates/${made.id}`)).text()
    expect(page).toContain('原证书编号')
    expect(page).toContain(one.number)
    expect(
      await refused(as('trainer').post(at(made.id, 'name-correction'), { reason: '用字', evidence: '身份证' }, key())),
    ).toEqual([403, 'certificate.not_issuer'])
  })
})

describe('继续有效', () => {
  const rule = {
    code: 'test-rule',
    hours: 8,
    window_months: 12,
    extends_months: 24,
    opens_days: 30,
    citation: '测试',
    sources: sql<string[]>`'{}'`,
    confidence: 'confirmed',
    active: true,
  }
  const go = (id: string) => as('assessor').post(at(id, 'continuation'), { reason: '学时已满' })

  test('nothing is continued while no rule is confirmed; none is', async () => {
    const { one } = await issued(1, { valid_until: '2026-12-10' })
    expect(await refused(go(one.id))).toEqual([409, 'certificate.no_continuation_rule'])
    const { rows } = await sql`select 1 from continuation_rules where active`.execute(w.db)
    expect(rows).toEqual([])
    await expect(w.db.updateTable('continuation_rules').set({ active: true }).execute()).rejects.toThrow(/check/)
    const endless = await issued()
    expect(await refused(go(endless.one.id))).toEqual([409, 'certificate.no_end'])
  })

  test('where a rule says so, approved hours move the end; what is printed stays', async () => {
    await w.db.insertInto('continuation_rules').values(rule).execute()
    const [{ one }, early] = [
      await issued(1, { valid_until: '2026-12-10' }),
      await issued(1, { valid_until: '2026-12-31' }),
    ]
    expect(await refused(go(early.one.id))).toEqual([409, 'certificate.continued_early'])
    expect(await refused(go(one.id))).toEqual([409, 'certificate.hours_missing'])
    const learn = (hours: number, approval: string, completed_on = '2026-06-01') =>
      w.db
        .insertInto('education_hours')
        .values({
          person_id: one.person_id,
          hours,
          approval,
          completed_on,
          provider: '测试',
          subject: `${hours}${approval}${completed_on}`,
        })
        .execute()
    await learn(7, 'approved')
    await learn(40, 'pending')
    await learn(40, 'approved', '2025-11-23')
    expect(await refused(go(one.id))).toEqual([409, 'certificate.hours_missing'])
    await learn(1, 'approved')
    expect(await done(go(one.id))).toMatchObject({
      status: 'valid',
      valid_until: '2026-12-10',
      continued_until: '2028-12-10',
    })
    w.clock.now = new Date('2026-12-15T02:00:00Z')
    expect(await verified(one.number)).toBe('valid')
    expect(await refused(go(one.id))).toEqual([409, 'certificate.continued_early'])
    w.clock.now = new Date('2028-12-10T02:00:00Z')
    expect(await verified(one.number)).toBe('expired')
    expect(await refused(go(one.id))).toEqual([409, 'certificate.expired'])
    await w.db
      .deleteFrom('continuation_rules')
      .where('code', '=', 'test-rule')
      .execute()
      .catch(() => {})
  })
})

describe('到期提醒 reminders', () => {
  const count = async (kind = 'certificate.expiring') =>
    await w.db
      .selectFrom('notices')
      .select(['person_id', 'organisation_id', 'words', 'subject_id'])
      .where('kind', '=', kind)
      .execute()
  const day = async (date: string) => {
    w.clock.now = new Date(`${date}T02:00:00Z`)
    await enqueueDaily(w.db, w.clock.now, dailyJobs)
    await w.runJobs()
  }

  test('holder and employer are told at 90, 30 and 7 days, each once, whatever is asked again', async () => {
    const { one } = await issued(1, { valid_until: '2027-03-01' })
    await w.db
      .insertInto('employments')
      .values({
        person_id: one.person_id,
        organisation_id: w.org.home,
        post: 'care',
        contract_kind: 'labour',
        starts_on: '2026-01-01',
      })
      .execute()
    const mine = async () => (await count()).filter(({ subject_id }) => subject_id === one.id)
    await day('2026-11-30')
    expect(await mine()).toEqual([])
    await day('2026-12-01')
    const told = await mine()
    expect(told).toHaveLength(2)
    expect(told.map(({ person_id, organisation_id }) => person_id ?? organisation_id).sort()).toEqual(
      [one.person_id, w.org.home].sort(),
    )
    expect(told.find(({ person_id }) => person_id)!.words).toContain('还有 90 天')
    for (const { words } of told) expect(words).not.toContain('王小芳')
    await day('2026-12-01')
    await day('2026-12-02')
    expect(await mine()).toHaveLength(2)
    await day('2027-01-30')
    await day('2027-02-22')
    expect(await mine()).toHaveLength(6)
    await day('2027-03-01')
    expect(await mine()).toHaveLength(6)
    const read = await (await as('facility').get('/api/v1/notices')).json()
    expect(read.items[0]).toMatchObject({ kind: 'certificate.expiring', subject_kind: 'certificate' })
  })

  test('days that nobody worked are made up with the nearest reminder only; revoked and replaced ones are left in peace', async () => {
    const { certificates } = await issued(2, { valid_until: '2026-12-20' })
    await done(as('assessor').post(at(certificates[1]!.id, 'revocation'), { reason_code: 'fraud', reason: '替考' }))
    await day('2026-11-25')
    const told = (await count()).filter(({ subject_id }) => certificates.some(({ id }) => id === subject_id))
    expect(told.map(({ subject_id, words }) => [subject_id, /还有 \d+ 天/.exec(words)![0]])).toEqual([
      [certificates[0]!.id, '还有 25 天'],
    ])
  })

  test('two workers at the same time, and a slice that dies, tell nobody twice and leave nobody out', async () => {
    const { one } = await issued()
    const ids = await copies(one.id, 4500, '2026-12-24')
    const told = async () => (await count()).filter(({ subject_id }) => ids.includes(subject_id)).length
    w.clock.now = new Date('2026-11-26T02:00:00Z')
    await enqueueDaily(w.db, w.clock.now, dailyJobs)
    await enqueueDaily(w.db, w.clock.now, dailyJobs)
    const { rows } = await sql<{
      jobs: number
    }>`select count(*)::int as jobs from jobs where day = '2026-11-26'`.execute(w.db)
    expect(rows).toEqual([{ jobs: 1 }])
    const context = { ...(await w.context('admin')), actor: SYSTEM, scope: scopeOf(SYSTEM), now: w.clock.now }
    const dies = w.db.transaction().execute(async (tx) => {
      await remindSlice(tx, context, { done: 0 } as Job)
      throw new Error('killed')
    })
    await expect(dies).rejects.toThrow('killed')
    expect(await told()).toBe(0)
    const work = async () => {
      while (await runSlice(w.db, w.deps, jobHandlers));
    }
    const slice = () => w.db.transaction().execute((tx) => remindSlice(tx, context, { done: 0 } as Job))
    await (inject('engine') === 'postgres' ? Promise.all([work(), work(), slice(), slice()]) : work())
    await work()
    expect(await told()).toBe(4500)
  })
})

describe('the console', () => {
  const text = async (sent: Promise<Response>) => {
    const response = await sent
    return [response.status, await response.text()] as const
  }

  test('many are revoked in two steps: what cannot be is named and taken off the list, then the rest goes', async () => {
    const { certificates, batch_id } = await issued(3)
    const [gone, first, second] = certificates
    await done(as('assessor').post(at(gone!.id, 'revocation'), { reason_code: 'fraud', reason: '替考' }))
    const here = '/console/certificates/revocations'
    const list = await text(as('assessor').page('/console/certificates'))
    const [, whole] = await text(as('assessor').page(`${here}?batch_id=${batch_id}`))
    expect([first, second, gone].map((one) => whole.includes(one!.number))).toEqual([true, true, false])
    expect(list[1]).toContain(`value="${first!.number}"`)
    expect((await text(as('trainer').page(`/console/certificates/${first!.id}`)))[1]).not.toContain('/suspension"')
    // ticked in the list
    const [, checked] = await text(
      as('assessor').submit(here, { numbers: [gone!.number, first!.number, second!.number] }),
    )
    expect(checked).toContain('确认撤销 2 张')
    expect(checked).toContain(`${gone!.number} 已撤销，不能再撤销`)
    const numbers = `${first!.number}\n${second!.number}`
    const bare = await text(as('assessor').submit(here, { numbers, reason_code: 'fraud', checked: '2' }))
    expect(bare[0]).toBe(422)
    expect(bare[1]).toContain('决定文号')
    // what was not checked is checked first
    const unchecked = await text(as('assessor').submit(here, { numbers, reason_code: 'fraud', checked: '5', ...PAPER }))
    expect([unchecked[0], await statusOf(first!.id)]).toEqual([200, 'valid'])
    const gone2 = await as('assessor').submit(here, { numbers, reason_code: 'fraud', checked: '2', ...PAPER })
    expect(gone2.status).toBe(303)
    const decision = gone2.headers.get('location')!
    const [, page] = await text(as('assessor').page(decision))
    for (const words of [
      PAPER.decision_reference,
      first!.number,
      '撤回这个决定',
      `/console/certificates/${first!.id}/cascade`,
    ])
      expect(page).toContain(words)
    expect(await statusOf(second!.id)).toBe('revoked')
    expect((await as('assessor').submit(`${decision}/restoration`, PAPER)).status).toBe(303)
    expect(await statusOf(second!.id)).toBe('valid')
    expect((await text(as('assessor').submit(here, { numbers: '' })))[0]).toBe(422)
  })

  test('each step has its page, which says what follows, keeps what was typed and leads to what it does to money', async () => {
    const { one } = await issued()
    const page = `/console/certificates/${one.id}`
    expect((await text(as('assessor').page(page)))[1]).toContain('/suspension')
    const bare = await text(as('assessor').submit(`${page}/suspension`, { reason: '涉嫌替考', decision_reference: '' }))
    expect(bare[0]).toBe(422)
    expect(bare[1]).toContain('涉嫌替考')
    const suspended = await as('assessor').submit(`${page}/suspension`, { ...PAPER, from_on: '2026-11-15' })
    expect(suspended.headers.get('location')).toBe(`${page}/cascade`)
    const [, cascade] = await text(as('assessor').page(`${page}/cascade`))
    expect(cascade).toContain('自 2026-11-15 起暂停使用')
    const [, shown] = await text(as('assessor').page(page))
    for (const words of ['暂停使用', PAPER.reason, '/resumption']) expect(shown).toContain(words)
    expect((await as('assessor').submit(`${page}/resumption`, PAPER)).status).toBe(303)
    for (const step of ['name-correction', 'continuation', 'restoration', 'resumption', 'suspension'])
      expect((await as('assessor').page(`${page}/${step}`)).status).toBe(200)
    const nothing = await text(
      as('assessor').submit(`${page}/name-correction`, { reason: '用字有误', evidence: '身份证' }),
    )
    expect(nothing[0]).toBe(409)
    expect(nothing[1]).toContain('请先更正人员档案')
    expect((await as('facility2').page(`${page}/cascade`)).status).toBe(404)
  })
})
