/** Certificates: issuing, files, revoking, replacing, looking up and checking. */
import { strFromU8, unzipSync } from 'fflate'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { jobHandlers } from '../../src/app.ts'
import { unscopedCertificates } from '../../src/credentials/queries.ts'
import { timelineOf } from '../../src/history/queries.ts'
import { runSlice } from '../../src/jobs/actions.ts'
import { sha256Hex } from '../../src/platform/bytes.ts'
import { namePinyin } from '../../src/platform/pinyin.ts'
import { randomToken } from '../../src/platform/vault.ts'
import { clientsOf } from '../support/answers.ts'
import { type Client, type World, world } from '../support/world.ts'

const ISSUED_ON = '2026-11-20'
/** In no typeface of ours (CJK extension H). */
const UNPRINTABLE = '\u{31350}'

let w: World
/** Signed in once each: passwords are slow on purpose. */
const as = clientsOf(() => w)
let assessor: Client
let trainer: Client
beforeAll(async () => {
  w = await world()
  assessor = as('assessor')
  trainer = as('trainer')
})
afterAll(() => w.close())
beforeEach(async () => {
  w.clock.now = new Date('2026-11-23T02:00:00Z')
  w.faults.length = 0
  await w.db.deleteFrom('rate_limits').execute()
})

interface Trainee {
  name: string
  status?: string
  passed?: boolean | null
  assessed_on?: string
}
const people = (count: number): Trainee[] =>
  Array.from({ length: count }, (_, at) => ({ name: `学员${'甲乙丙丁戊己庚辛壬癸'[at % 10]}` }))

/** A class that is over, as training leaves it: completions, hours and results are training's own tests. */
async function classOf(trainees: Trainee[], level: number | null = 5) {
  const course = await w.db
    .insertInto('courses')
    .values({
      organisation_id: w.org.trainer,
      name: '养老护理员五级班课程',
      kind: level === null ? 'heads' : 'skill_level',
      occupation_code: level === null ? null : '4-10-01-05',
      standard_edition: '2019',
      level,
      theory_hours: 40,
      practice_hours: 80,
      attendance_percent: 80,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  const { id: class_id } = await w.db
    .insertInto('classes')
    .values({
      course_id: course.id,
      organisation_id: w.org.trainer,
      assessor_organisation_id: w.org.assessor,
      name: `第 ${randomToken(6)} 期`,
      starts_on: '2026-09-01',
      ends_on: '2026-11-01',
      capacity: 500,
      status: 'completed',
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  const enrolments: { id: string; person_id: string }[] = []
  for (const { name, status = 'completed', passed = true, assessed_on = '2026-11-10' } of trainees) {
    const person = await w.db
      .insertInto('people')
      .values(await personRow(name))
      .returning('id')
      .executeTakeFirstOrThrow()
    const enrolment = await w.db
      .insertInto('enrolments')
      .values({ class_id, person_id: person.id, status })
      .returning(['id', 'person_id'])
      .executeTakeFirstOrThrow()
    enrolments.push(enrolment)
    if (passed !== null)
      await w.db
        .insertInto('assessment_results')
        .values({
          enrolment_id: enrolment.id,
          assessed_on,
          theory: 8750,
          practical: 9000,
          passed,
          assessor_organisation_id: w.org.assessor,
        })
        .execute()
  }
  await w.db
    .insertInto('roster_entries')
    .values(enrolments.map(({ person_id }) => ({ organisation_id: w.org.trainer, person_id })))
    .execute()
  return { class_id, enrolments }
}

let serial = 0
async function personRow(name: string) {
  const id_number = `330106198001${String(++serial).padStart(6, '0')}`
  const { pinyin, initials } = namePinyin(name)
  return {
    name,
    name_pinyin: pinyin,
    name_initials: initials,
    workforce: 'elder_care',
    id_type: 'resident_id',
    id_number_sealed: await w.deps.vault.seal(id_number),
    id_number_masked: `3301**********${id_number.slice(-4)}`,
    sex: 'female',
  }
}

const key = () => ({ key: randomToken() })
const request = (class_id: string, more: object = {}) =>
  assessor.post('/api/v1/certificate-batches', { class_id, kind: 'skill_level', issued_on: ISSUED_ON, ...more }, key())

/** Issues to a whole class; answers the batch and its certificates by number. */
async function issueClass(trainees: Trainee[], more: object = {}) {
  const made = await classOf(trainees)
  const batch = await (await request(made.class_id, more)).json()
  await w.runJobs()
  const certificates = await w.db
    .selectFrom('certificates')
    .selectAll()
    .where('batch_id', '=', batch.id)
    .orderBy('number')
    .execute()
  return { ...made, batch, certificates }
}

/** One certificate with a name nobody else has. */
async function issueOne(name: string, more: object = {}) {
  const { certificates, enrolments, class_id } = await issueClass([{ name }], more)
  return { certificate: certificates[0]!, enrolment: enrolments[0]!, class_id }
}

const verify = async (number: string, proof: Record<string, string> = {}) =>
  (await as(null).get(`/api/v1/verify/${number}?${new URLSearchParams(proof)}`)).json()

describe('issuing', () => {
  test('a class gets one certificate each, with numbers by the national rule and without a gap', async () => {
    const { class_id } = await classOf(people(3), 4)
    const answer = await request(class_id)
    expect(answer.status).toBe(202)
    const batch = await answer.json()
    expect(answer.headers.get('location')).toBe(`/api/v1/jobs/${batch.job_id}`)
    expect(batch).toMatchObject({ status: 'queued' })
    await w.runJobs()
    expect(await (await assessor.get(`/api/v1/certificate-batches/${batch.id}`)).json()).toMatchObject({
      status: 'succeeded',
      done: 3,
      total: 3,
      issued: 3,
      skipped: [],
    })
    const { items } = await (await assessor.get(`/api/v1/certificates?batch_id=${batch.id}`)).json()
    const prefix = 'S000033999901264'
    expect(items.map((one: { number: string }) => one.number)).toEqual([
      `${prefix}000003`,
      `${prefix}000002`,
      `${prefix}000001`,
    ])
    expect(items[0]).toMatchObject({
      kind: 'skill_level',
      status: 'valid',
      holder_name: '学员乙',
      occupation_code: '4-10-01-05',
      occupation_name: '养老护理员',
      level: 4,
      issuer_name: '示例技能评价中心',
      issued_on: ISSUED_ON,
      valid_until: null,
      replaced_by: null,
    })
    expect(items[0].verify_url).toMatch(/^http:\/\/127\.0\.0\.1:3000\/v\/[\w-]{22}#[\w-]{90,160}$/)
    const events = await w.db
      .selectFrom('history_events')
      .select('subject_id')
      .where('kind', '=', 'certificate.issued')
      .execute()
    for (const { id } of items) expect(events.filter(({ subject_id }) => subject_id === id)).toHaveLength(1)
  })

  test('who may not have one is told why, and nobody else is stopped', async () => {
    const trainees: Trainee[] = [
      { name: '王芳' },
      { name: `张${UNPRINTABLE}` },
      { name: '李退', status: 'withdrawn' },
      { name: '赵不过', passed: false },
      { name: '钱无绩', passed: null },
      { name: '孙晚', assessed_on: '2026-11-21' },
      { name: '周正' },
    ]
    const { batch, certificates } = await issueClass(trainees)
    expect(certificates.map(({ holder_name }) => holder_name)).toEqual(['王芳', '周正'])
    const [first, second] = certificates.map(({ number }) => Number(number.slice(-6)))
    expect(second).toBe(first! + 1)
    const job = await (await assessor.get(`/api/v1/jobs/${batch.job_id}`)).json()
    expect(job).toMatchObject({ status: 'succeeded', done: 7, total: 7, result: { issued: 2, left_out: 5 } })
    const view = await (await assessor.get(`/api/v1/certificate-batches/${batch.id}`)).json()
    expect(view.skipped.map(({ holder_name, code }: Record<string, string>) => [holder_name, code])).toEqual([
      ['李退', 'certificate.not_completed'],
      ['钱无绩', 'certificate.no_result'],
      ['孙晚', 'certificate.assessed_later'],
      [`张${UNPRINTABLE}`, 'certificate.glyph_missing'],
      ['赵不过', 'certificate.not_passed'],
    ])
    expect(view.left_out).toBe(5)
    expect(view.skipped[3].message).toContain('缺字')
  })

  test('nobody gets a second certificate for the same class', async () => {
    const { class_id, enrolments } = await issueClass(people(2))
    const again = await request(class_id)
    expect(again.status).toBe(409)
    expect((await again.json()).code).toBe('certificate_batch.nobody')
    const single = await assessor.post(
      '/api/v1/certificates',
      { enrolment_id: enrolments[0]!.id, kind: 'skill_level', issued_on: ISSUED_ON },
      key(),
    )
    expect(single.status).toBe(409)
    expect((await single.json()).code).toBe('certificate.issued_already')
    expect(
      await w.db.selectFrom('certificates').select('id').where('enrolment_id', '=', enrolments[0]!.id).execute(),
    ).toHaveLength(1)
  })

  test('a second batch of a class waits for the first', async () => {
    const { class_id } = await classOf(people(1))
    expect((await request(class_id)).status).toBe(202)
    const second = await request(class_id)
    expect([second.status, (await second.json()).code]).toEqual([409, 'certificate_batch.running'])
    await w.runJobs()
  })

  test('one person is issued to by the same rules', async () => {
    const { enrolments } = await classOf([{ name: '独一' }, { name: `吴${UNPRINTABLE}` }])
    const one = (enrolment_id: string, more: object = {}) =>
      assessor.post('/api/v1/certificates', { enrolment_id, kind: 'skill_level', issued_on: ISSUED_ON, ...more }, key())
    const answer = await one(enrolments[0]!.id)
    expect(answer.status).toBe(201)
    const certificate = await answer.json()
    expect(answer.headers.get('location')).toBe(`/api/v1/certificates/${certificate.id}`)
    expect(certificate).toMatchObject({ holder_name: '独一', status: 'valid', batch_id: null })
    const refused = await one(enrolments[1]!.id)
    expect([refused.status, (await refused.json()).code]).toEqual([409, 'certificate.glyph_missing'])
    const future = await one(enrolments[1]!.id, { issued_on: '2026-11-24' })
    expect([future.status, (await future.json()).errors[0].pointer]).toEqual([422, '/issued_on'])
  })

  test('an erased person is passed over with the reason, and the class does not wait for them', async () => {
    const { class_id, enrolments } = await classOf([{ name: '将删' }, { name: '在册' }])
    const gone = enrolments[0]!
    expect((await as('admin').post(`/api/v1/people/${gone.person_id}/erasure`, { reason: '本人申请' })).status).toBe(
      200,
    )
    const body = { enrolment_id: gone.id, kind: 'skill_level', issued_on: ISSUED_ON }
    const single = await assessor.post('/api/v1/certificates', body, key())
    expect([single.status, (await single.json()).code]).toEqual([409, 'person.erased'])
    const batch = await (await request(class_id)).json()
    await w.runJobs()
    const view = await (await assessor.get(`/api/v1/certificate-batches/${batch.id}`)).json()
    expect(view).toMatchObject({ status: 'succeeded', issued: 1 })
    expect((await (await assessor.get(`/api/v1/classes/${class_id}`)).json()).phase).toBe('finished')
    expect(await (await assessor.page('/console/certificates/new')).text()).not.toContain(`class_id=${class_id}`)
  })

  test('what lies in a record that was merged into another gets none', async () => {
    const { enrolments } = await classOf([{ name: '同人' }, { name: '同人' }])
    const [merged, survivor] = enrolments
    const request = { into: survivor!.person_id, reason: '同一人', confirm_different_documents: true }
    expect((await as('admin').post(`/api/v1/people/${merged!.person_id}/merge`, request)).status).toBe(201)
    const body = { enrolment_id: merged!.id, kind: 'skill_level', issued_on: ISSUED_ON }
    expect((await assessor.post('/api/v1/certificates', body, key())).status).toBe(404)
  })

  test('the same request sent twice makes one batch; without a key it is refused', async () => {
    const { class_id } = await classOf(people(1))
    const body = { class_id, kind: 'skill_level', issued_on: ISSUED_ON }
    const bare = await assessor.post('/api/v1/certificate-batches', body)
    expect([bare.status, (await bare.json()).code]).toEqual([400, 'idempotency.key_required'])
    const once = key()
    const [first, second] = [
      await (await assessor.post('/api/v1/certificate-batches', body, once)).json(),
      await (await assessor.post('/api/v1/certificate-batches', body, once)).json(),
    ]
    expect(second).toEqual(first)
    await w.runJobs()
  })

  test('the trainer issues completions, the assessor levels, and nobody the other', async () => {
    const { class_id } = await classOf(people(1))
    const own = await trainer.post(
      '/api/v1/certificate-batches',
      { class_id, kind: 'skill_level', issued_on: ISSUED_ON },
      key(),
    )
    expect([own.status, (await own.json()).code]).toEqual([403, 'certificate.not_assessor'])
    const other = await request(class_id, { kind: 'completion' })
    expect([other.status, (await other.json()).code]).toEqual([403, 'certificate.not_trainer'])
    expect(
      (
        await as('facility').post(
          '/api/v1/certificate-batches',
          { class_id, kind: 'completion', issued_on: ISSUED_ON },
          key(),
        )
      ).status,
    ).toBe(403)
    const answer = await trainer.post(
      '/api/v1/certificate-batches',
      { class_id, kind: 'completion', issued_on: ISSUED_ON },
      key(),
    )
    const batch = await answer.json()
    await w.runJobs()
    const { items } = await (await trainer.get(`/api/v1/certificates?batch_id=${batch.id}`)).json()
    expect(items).toHaveLength(1)
    expect(items[0]).toMatchObject({ kind: 'completion', level: null, issuer_name: '示例职业培训学校' })
    expect(items[0].number).toMatch(/^JY33010626\d{6}$/)
  })

  test('a course without a level leads to no skill-level certificate', async () => {
    const { class_id } = await classOf(people(1), null)
    const answer = await request(class_id)
    expect([answer.status, (await answer.json()).code]).toEqual([409, 'certificate.no_level'])
  })

  test('an assessor without a registered code cannot number certificates', async () => {
    const { class_id } = await classOf(people(1))
    await w.db.updateTable('organisations').set({ assessor_prefix: null }).where('id', '=', w.org.assessor).execute()
    const answer = await request(class_id)
    await w.db
      .updateTable('organisations')
      .set({ assessor_prefix: 'S000033999901' })
      .where('id', '=', w.org.assessor)
      .execute()
    expect([answer.status, (await answer.json()).code]).toEqual([409, 'certificate.prefix_missing'])
  })

  test('a class of somebody else does not exist', async () => {
    const { class_id } = await classOf(people(1))
    await w.db.updateTable('classes').set({ assessor_organisation_id: null }).where('id', '=', class_id).execute()
    expect((await request(class_id)).status).toBe(404)
  })
})

describe('under load and failure', () => {
  test('a job killed in the middle goes on, issues nobody twice and leaves no gap', async () => {
    const { class_id } = await classOf(people(120), 3)
    const batch = await (await request(class_id)).json()
    await runSlice(w.db, w.deps, jobHandlers)
    const killed = {
      'certificates.issue': async (...call: Parameters<(typeof jobHandlers)[string]>) => {
        await jobHandlers['certificates.issue']!(...call)
        throw new Error('the process died before the commit')
      },
    }
    await runSlice(w.db, w.deps, killed)
    expect(await numbers(batch.id)).toHaveLength(50)
    await w.db.updateTable('jobs').set({ run_at: sql<Date>`now()` }).where('id', '=', batch.job_id).execute()
    await w.runJobs()
    const issued = await numbers(batch.id)
    expect(issued).toEqual(Array.from({ length: 120 }, (_, at) => `S000033999901263${String(at + 1).padStart(6, '0')}`))
    expect(await (await assessor.get(`/api/v1/jobs/${batch.job_id}`)).json()).toMatchObject({
      status: 'succeeded',
      done: 120,
    })
  })

  test('ten batches at once share a series without a gap or a double', async () => {
    const batches = []
    for (let at = 0; at < 10; at++) {
      const { class_id } = await classOf(people(12), 2)
      batches.push(await (await request(class_id)).json())
    }
    const worker = async () => {
      while (await runSlice(w.db, w.deps, jobHandlers));
    }
    await Promise.all(batches.map(worker))
    const issued = (await Promise.all(batches.map(({ id }) => numbers(id)))).flat().sort()
    expect(issued).toEqual(Array.from({ length: 120 }, (_, at) => `S000033999901262${String(at + 1).padStart(6, '0')}`))
    expect(w.faults).toEqual([])
  })

  async function numbers(batch_id: string): Promise<string[]> {
    const rows = await w.db
      .selectFrom('certificates')
      .select('number')
      .where('batch_id', '=', batch_id)
      .orderBy('number')
      .execute()
    return rows.map(({ number }) => number)
  }
})

describe('files', () => {
  test('the PDF is the one whose digest was frozen, named by its number', async () => {
    const { certificate } = await issueOne('文件一')
    const answer = await assessor.get(`/api/v1/certificates/${certificate.id}.pdf`)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toBe('application/pdf')
    expect(answer.headers.get('content-disposition')).toContain(`${certificate.number}.pdf`)
    const pdf = new Uint8Array(await answer.arrayBuffer())
    expect(strFromU8(pdf.slice(0, 5))).toBe('%PDF-')
    expect(await sha256Hex(pdf)).toBe(certificate.pdf_sha256)
  })

  test('a PDF that would differ from the one issued is not handed out, and the fault is logged', async () => {
    const { certificate } = await issueOne('文件二')
    const { id: _, known_from: __, ...row } = certificate
    const other = await w.db
      .insertInto('certificates')
      .values({
        ...row,
        number: `${row.number}X`,
        token: randomToken(),
        replaces_id: certificate.id,
        result_id: null,
        // from before files were signed
        printed: JSON.stringify({ ...(row.printed as object), drawing: undefined }),
        pdf_sha256: 'a'.repeat(64),
      })
      .returning('id')
      .executeTakeFirstOrThrow()
    const answer = await assessor.get(`/api/v1/certificates/${other.id}.pdf`)
    expect([answer.status, (await answer.json()).code]).toEqual([409, 'certificate.pdf_differs'])
    expect(w.faults).toMatchObject([{ code: 'certificate.pdf_differs' }])
  })

  test('the ZIP of a batch holds every PDF as issued', async () => {
    const { batch, certificates } = await issueClass(people(45))
    const answer = await assessor.get(`/api/v1/certificate-batches/${batch.id}.zip`)
    expect(answer.headers.get('content-type')).toBe('application/zip')
    const files = unzipSync(new Uint8Array(await answer.arrayBuffer()))
    expect(Object.keys(files)).toEqual(certificates.map(({ number, holder_name }) => `${holder_name}-${number}.pdf`))
    for (const { number, holder_name, pdf_sha256 } of certificates)
      expect(await sha256Hex(files[`${holder_name}-${number}.pdf`]!)).toBe(pdf_sha256)
  })
})

describe('revoking and replacing', () => {
  const revoke = (id: string, body: object, client = assessor) =>
    client.post(`/api/v1/certificates/${id}/revocation`, {
      reason_code: 'issued_in_error',
      reason: '等级录入有误',
      ...body,
    })

  test('a revoked certificate is never valid again, and cannot be revoked twice', async () => {
    const { certificate } = await issueOne('撤销一')
    const answer = await revoke(certificate.id, { effective_on: '2026-11-21' })
    expect(answer.status).toBe(201)
    expect(await answer.json()).toMatchObject({
      status: 'revoked',
      revocation_reason_code: 'issued_in_error',
      revocation_effective_on: '2026-11-21',
    })
    expect(await verify(certificate.number, { name: '撤销一' })).toMatchObject({ status: 'revoked' })
    const again = await revoke(certificate.id, {})
    expect([again.status, (await again.json()).code]).toEqual([409, 'certificate.revoked_already'])
    await expect(
      w.db.deleteFrom('certificate_revocations').where('certificate_id', '=', certificate.id).execute(),
    ).rejects.toThrow()
    await expect(
      w.db.updateTable('certificates').set({ holder_name: '别人' }).where('id', '=', certificate.id).execute(),
    ).rejects.toThrow()
  })

  test('fraud reaches back to the day of issue', async () => {
    const { certificate } = await issueOne('撤销二')
    const answer = await revoke(certificate.id, { reason_code: 'fraud', reason: '替考', effective_on: '2026-11-23' })
    expect(await answer.json()).toMatchObject({ revocation_effective_on: ISSUED_ON })
  })

  test('a day before the issue or after today is refused', async () => {
    const { certificate } = await issueOne('撤销三')
    for (const effective_on of ['2026-11-19', '2026-11-24']) {
      const answer = await revoke(certificate.id, { effective_on })
      expect([answer.status, (await answer.json()).errors[0].code]).toEqual([422, 'certificate.effective_on'])
    }
    expect((await revoke(certificate.id, { reason_code: 'replaced' })).status).toBe(422)
  })

  test('only the issuer may', async () => {
    const { certificate } = await issueOne('撤销四')
    const answer = await revoke(certificate.id, {}, trainer)
    expect([answer.status, (await answer.json()).code]).toEqual([403, 'certificate.not_issuer'])
    expect((await revoke(certificate.id, {}, as('district'))).status).toBe(403)
    const replaced = await trainer.post(`/api/v1/certificates/${certificate.id}/replacement`, { reason: '改名' }, key())
    expect([replaced.status, (await replaced.json()).code]).toEqual([403, 'certificate.not_issuer'])
  })

  test('of revocations at the same moment one is written', async () => {
    const { certificate } = await issueOne('撤销五')
    const answers = await Promise.all(Array.from({ length: 5 }, () => revoke(certificate.id, {})))
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409])
  })

  test('a replacement has a new number and ends the old one on the same day', async () => {
    const { certificate } = await issueOne('换发旧名')
    const answer = await assessor.post(
      `/api/v1/certificates/${certificate.id}/replacement`,
      { reason: '持证人改名', holder_name: '换发新名' },
      key(),
    )
    expect(answer.status).toBe(201)
    const made = await answer.json()
    expect(made).toMatchObject({
      holder_name: '换发新名',
      status: 'valid',
      issued_on: '2026-11-23',
      replaces_id: certificate.id,
      level: 5,
    })
    expect(made.number).not.toBe(certificate.number)
    expect(await (await assessor.get(`/api/v1/certificates/${certificate.id}`)).json()).toMatchObject({
      status: 'replaced',
      replaced_by: made.id,
      revocation_effective_on: '2026-11-23',
    })
    expect(await verify(certificate.number)).toMatchObject({ status: 'replaced' })
    expect(await verify(made.number, { name: '换发新名' })).toMatchObject({ status: 'valid', proof: 'match' })
    const pdf = await assessor.get(`/api/v1/certificates/${made.id}.pdf`)
    expect(await sha256Hex(new Uint8Array(await pdf.arrayBuffer()))).toBe(made.pdf_sha256)
    const again = await assessor.post(`/api/v1/certificates/${certificate.id}/replacement`, { reason: '再换' }, key())
    expect([again.status, (await again.json()).code]).toEqual([409, 'certificate.revoked_already'])
  })

  test('a certificate that has run out is not replaced', async () => {
    const { certificate } = await issueOne('换发过期', { valid_until: '2026-11-23' })
    const answer = await assessor.post(`/api/v1/certificates/${certificate.id}/replacement`, { reason: '遗失' }, key())
    expect([answer.status, (await answer.json()).code]).toEqual([409, 'certificate.expired'])
  })
})

describe('the public look-up', () => {
  test('tells state, kind and issuer to anybody, contents to whoever knows the holder', async () => {
    const { certificate } = await issueOne('欧阳查验')
    const bare = await verify(certificate.number)
    expect(bare).toEqual({
      number: certificate.number,
      status: 'valid',
      kind: 'skill_level',
      issuer_name: '示例技能评价中心',
      checked_at: '2026-11-23 10:00',
      proof: null,
    })
    const contents = {
      holder_name_masked: '欧阳*验',
      level: 5,
      occupation_name: '养老护理员',
      issued_on: ISSUED_ON,
      pdf_sha256: certificate.pdf_sha256,
    }
    const last4 = certificate.id_number_masked.slice(-4)
    expect(await verify(certificate.number, { name: ' 欧阳 查验' })).toMatchObject({ proof: 'match', level: 5 })
    expect(await verify(certificate.number, { id_last4: last4 })).toMatchObject({
      proof: 'match',
      ...contents,
      holder_name_masked: expect.stringContaining('*'),
    })
    for (const wrong of [{ name: '欧阳' }, { id_last4: '9999' }, { name: '欧阳查验', id_last4: '9999' }])
      expect(await verify(certificate.number, wrong)).toEqual({ ...bare, proof: 'mismatch' })
  })

  test('takes a number as people type it, and says when it knows none', async () => {
    const { certificate } = await issueOne('输入一')
    const typed = certificate.number.toLowerCase().replace(/^(.{4})/, '$1 ')
    expect(await verify(encodeURIComponent(typed))).toMatchObject({ status: 'valid', number: certificate.number })
    expect(await verify('S000033999901265999999', { name: '输入一' })).toMatchObject({
      status: 'not_found',
      kind: null,
      issuer_name: null,
      proof: null,
    })
  })

  test('a certificate counts until the day before valid_until', async () => {
    const { certificate } = await issueOne('到期一', { valid_until: '2026-11-25' })
    const states = []
    for (const now of ['2026-11-24T15:59:59Z', '2026-11-24T16:00:00Z']) {
      w.clock.now = new Date(now)
      states.push((await verify(certificate.number)).status)
    }
    expect(states).toEqual(['valid', 'expired'])
  })

  test('answers an address 30 times a minute, then asks it to wait', async () => {
    for (let at = 0; at < 30; at++) expect((await as(null).get('/api/v1/verify/X')).status).toBe(200)
    const answer = await as(null).get('/api/v1/verify/X')
    expect(answer.status).toBe(429)
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
  })

  test('does not let the ID number of a holder be guessed', async () => {
    const { certificate } = await issueOne('猜测一')
    for (let at = 0; at < 30; at++) await verify(certificate.number, { id_last4: String(9000 + at) })
    await w.db.deleteFrom('rate_limits').where('key', 'like', 'verify:%').execute()
    const last4 = certificate.id_number_masked.slice(-4)
    expect((await as(null).get(`/api/v1/verify/${certificate.number}?id_last4=${last4}`)).status).toBe(429)
    expect(await verify(certificate.number)).toMatchObject({ status: 'valid' })
  })

  test('asks the database once, and every step goes by an index', async () => {
    const plan = await w.db.transaction().execute(async (tx) => {
      await sql`set local enable_seqscan = off`.execute(tx)
      const asked = unscopedCertificates(tx, '2026-11-23').where('certificates.number', '=', 'S000033999901265000001')
      return asked.explain<{ 'QUERY PLAN': string }>()
    })
    const text = plan.map((row) => row['QUERY PLAN']).join('\n')
    expect(text).toMatch(/Index Cond: \(number = /)
    expect(text).not.toContain('Seq Scan')
  })
})

describe('who sees what', () => {
  test('the issuer, whoever has the holder on the roster, and their divisions; for others it does not exist', async () => {
    const { certificate, enrolment } = await issueOne('可见一')
    const seen = async (username: string) => (await as(username).get(`/api/v1/certificates/${certificate.id}`)).status
    expect(await Promise.all(['assessor', 'trainer', 'admin', 'auditor', 'district', 'district2'].map(seen))).toEqual(
      Array(6).fill(200),
    )
    expect(await Promise.all(['facility', 'facility2', 'district_nb', 'facility_nb'].map(seen))).toEqual(
      Array(4).fill(404),
    )
    expect((await as('facility').get(`/api/v1/certificates/${certificate.id}.pdf`)).status).toBe(404)
    await w.db
      .insertInto('roster_entries')
      .values({ organisation_id: w.org.ningbo, person_id: enrolment.person_id })
      .execute()
    expect(await Promise.all(['facility_nb', 'district_nb', 'facility'].map(seen))).toEqual([200, 200, 404])
    expect((await as(null).get(`/api/v1/certificates/${certificate.id}`)).status).toBe(401)
  })

  test('a batch belongs to its issuer and the trainer of the class', async () => {
    const { batch } = await issueClass(people(1))
    const seen = async (username: string) => (await as(username).get(`/api/v1/certificate-batches/${batch.id}`)).status
    expect(await Promise.all(['assessor', 'trainer', 'district2', 'facility', 'district_nb'].map(seen))).toEqual([
      200, 200, 200, 404, 404,
    ])
    expect((await as('facility').get(`/api/v1/certificate-batches/${batch.id}.zip`)).status).toBe(404)
  })

  test('the list filters by number, name, pinyin, level, state, class and days to the end', async () => {
    const { certificate, class_id } = await issueOne('筛选甲', { valid_until: '2026-12-20' })
    const list = async (query: Record<string, string>) => {
      const { items } = await (await assessor.get(`/api/v1/certificates?${new URLSearchParams(query)}`)).json()
      return items.some(({ id }: { id: string }) => id === certificate.id)
    }
    for (const query of [
      { number: certificate.number.toLowerCase() },
      { name: '筛选' },
      { name: 'shaixuan' },
      { name: 'sxj' },
      { level: '5', name: '筛选甲' },
      { status: 'valid', name: '筛选甲' },
      { class_id },
      { expiring_within_days: '27' },
      { registry: 'none', name: '筛选甲' },
    ] as Record<string, string>[])
      expect([query, await list(query)]).toEqual([query, true])
    for (const query of [
      { name: '没有此人' },
      { level: '4', class_id },
      { status: 'revoked', class_id },
      { expiring_within_days: '26' },
      { kind: 'award' },
    ] as Record<string, string>[])
      expect([query, await list(query)]).toEqual([query, false])
  })

  test('pages follow each other without a certificate lost or doubled', async () => {
    const { batch } = await issueClass(people(5))
    const numbers: string[] = []
    for (let cursor = ''; ; ) {
      const page = await (
        await assessor.get(`/api/v1/certificates?batch_id=${batch.id}&limit=2${cursor && `&cursor=${cursor}`}`)
      ).json()
      numbers.push(...page.items.map(({ number }: { number: string }) => number))
      if (!page.next_cursor) break
      cursor = page.next_cursor
    }
    expect(new Set(numbers).size).toBe(5)
  })
})

describe('checking a roster', () => {
  const facility = () => as('facility')

  test('each row gets its own answer, and question and answer are kept', async () => {
    const valid = await issueOne('核验有效')
    const expired = await issueOne('核验过期', { valid_until: '2026-11-22' })
    const revoked = await issueOne('核验撤销')
    await assessor.post(`/api/v1/certificates/${revoked.certificate.id}/revocation`, {
      reason_code: 'fraud',
      reason: '替考',
    })
    const items = [
      { number: valid.certificate.number, name: '核验有效', id_last4: valid.certificate.id_number_masked.slice(-4) },
      { number: expired.certificate.number, name: '核验过期' },
      { number: revoked.certificate.number, name: '核验撤销' },
      { number: 'S000033999901265999998', name: '无此人' },
      { number: valid.certificate.number, name: '别人' },
      { number: valid.certificate.number, name: '核验有效', id_last4: '9999' },
    ]
    const answer = await facility().post('/api/v1/certificate-checks', { items })
    expect(answer.status).toBe(201)
    const check = await answer.json()
    expect(check.rows.map(({ status }: { status: string }) => status)).toEqual([
      'valid',
      'expired',
      'revoked',
      'not_found',
      'name_mismatch',
      'name_mismatch',
    ])
    expect(check.rows[4]).toMatchObject({ name: '别人', level: null, issuer_name: null })
    expect(check.summary).toEqual({
      valid: 1,
      expired: 1,
      suspended: 0,
      revoked: 1,
      replaced: 0,
      not_found: 1,
      name_mismatch: 2,
    })
    const lines = check.rows
      .map((row: Record<string, string>) => `${row.number}\t${row.name}\t${row.status}\n`)
      .join('')
    expect(check.sha256).toBe(await sha256Hex(lines))
    const kept = await (await facility().get(`/api/v1/certificate-checks/${check.id}`)).json()
    expect(kept.rows).toEqual(check.rows)
    expect((await as('facility2').get(`/api/v1/certificate-checks/${check.id}`)).status).toBe(404)
    const workbook = await facility().get(`/api/v1/certificate-checks/${check.id}.xlsx`)
    expect(workbook.status).toBe(200)
    expect(Object.keys(unzipSync(new Uint8Array(await workbook.arrayBuffer())))).toContain('xl/workbook.xml')
  })

  test('the whole roster is checked with one word: who left is not asked about, who has none is told', async () => {
    const held = await issueOne('名册有证')
    const bare = await w.db
      .insertInto('people')
      .values(await personRow('名册无证'))
      .returning('id')
      .executeTakeFirstOrThrow()
    const left = await w.db
      .insertInto('people')
      .values(await personRow('名册离职'))
      .returning('id')
      .executeTakeFirstOrThrow()
    for (const person_id of [held.enrolment.person_id, bare.id, left.id])
      await w.db.insertInto('roster_entries').values({ organisation_id: w.org.home2, person_id }).execute()
    await w.db
      .insertInto('employments')
      .values({
        person_id: left.id,
        organisation_id: w.org.home2,
        post: 'care',
        contract_kind: 'labour',
        starts_on: '2025-01-01',
        ends_on: '2026-11-01',
      })
      .execute()
    const check = await (await as('facility2').post('/api/v1/certificate-checks', { roster: true })).json()
    expect(check.rows.map(({ name, status, number }: Record<string, string>) => [name, status, number])).toEqual([
      ['名册无证', 'not_found', null],
      ['名册有证', 'valid', held.certificate.number],
    ])
    const office = await as('district').post('/api/v1/certificate-checks', { roster: true })
    expect([office.status, (await office.json()).code]).toEqual([409, 'certificate_check.no_roster'])
  })

  test('takes 1,000 rows and no more', async () => {
    const items = Array.from({ length: 1001 }, (_, at) => ({ number: `S${String(at).padStart(21, '0')}`, name: '甲' }))
    expect((await facility().post('/api/v1/certificate-checks', { items })).status).toBe(422)
    const answer = await facility().post('/api/v1/certificate-checks', { items: items.slice(1) })
    expect((await answer.json()).summary.not_found).toBe(1000)
  })
})

describe('official registers', () => {
  const finding = { registry: 'osta', result: 'found', checked_on: '2026-11-22', evidence: '截图 2026-11-22-001.png' }

  test('an officer records what a register said; the newest finding counts', async () => {
    const { certificate } = await issueOne('登记一')
    const post = (body: object) => as('district').post(`/api/v1/certificates/${certificate.id}/registry-checks`, body)
    expect((await post({ ...finding, result: 'not_found' })).status).toBe(201)
    expect((await post(finding)).status).toBe(201)
    const { items } = await (await as('district').get(`/api/v1/certificates/${certificate.id}/registry-checks`)).json()
    expect(items.map(({ result }: { result: string }) => result)).toEqual(['found', 'not_found'])
    expect(items[0]).toMatchObject({ ...finding, certificate_id: certificate.id })
    expect(await (await assessor.get(`/api/v1/certificates/${certificate.id}`)).json()).toMatchObject({
      registry_result: 'found',
      registry_checked_on: '2026-11-22',
    })
    expect((await as('assessor').post(`/api/v1/certificates/${certificate.id}/registry-checks`, finding)).status).toBe(
      403,
    )
  })

  test('a batch or a list is recorded at once, but nothing outside the division', async () => {
    const { batch, certificates } = await issueClass(people(3))
    const all = await as('district2').post('/api/v1/registry-checks', { ...finding, batch_id: batch.id })
    expect([all.status, await all.json()]).toEqual([201, { recorded: 3 }])
    const ids = certificates.map(({ id }) => id)
    expect(
      await (await as('district').post('/api/v1/registry-checks', { ...finding, certificate_ids: ids })).json(),
    ).toEqual({ recorded: 3 })
    for (const which of [{ batch_id: batch.id }, { certificate_ids: ids }])
      expect((await as('district_nb').post('/api/v1/registry-checks', { ...finding, ...which })).status).toBe(404)
    const known = certificates[0]!
    await w.db
      .insertInto('roster_entries')
      .values({ organisation_id: w.org.ningbo, person_id: known.person_id })
      .execute()
    const mixed = { ...finding, certificate_ids: ids }
    expect((await as('district_nb').post('/api/v1/registry-checks', mixed)).status).toBe(404)
    expect(
      (await as('district_nb').post('/api/v1/registry-checks', { ...mixed, certificate_ids: [known.id] })).status,
    ).toBe(201)
    expect((await as('district').post('/api/v1/registry-checks', finding)).status).toBe(422)
  })

  test('a day before the issue or after today is refused', async () => {
    const { certificate } = await issueOne('登记二')
    for (const checked_on of ['2026-11-19', '2026-11-24']) {
      const answer = await as('district').post(`/api/v1/certificates/${certificate.id}/registry-checks`, {
        ...finding,
        checked_on,
      })
      expect([answer.status, (await answer.json()).errors[0].code]).toEqual([422, 'registry_check.checked_on'])
    }
  })
})

describe('the console', () => {
  const text = async (answer: Response | Promise<Response>) => (await answer).text()

  test('issuing: choose a class, see who is left out and why, preview, confirm, watch', async () => {
    const { class_id } = await classOf([
      { name: '控台一' },
      { name: '控台二', passed: false },
      { name: `控${UNPRINTABLE}` },
    ])
    expect(await text(assessor.page('/console/certificates/new'))).toContain(`class=${class_id}`)
    const query = `class=${class_id}&kind=skill_level&issued_on=${ISSUED_ON}`
    const eligible = await text(assessor.page(`/console/certificates/new?${query}`))
    for (const words of ['控台一', '评价成绩不合格', '缺字', '下一步：为 1 人发证']) expect(eligible).toContain(words)
    const preview = await assessor.page(`/console/certificates/new/preview?${query}`)
    expect(preview.headers.get('content-type')).toBe('application/pdf')
    expect(await text(assessor.page(`/console/certificates/new/confirmation?${query}`))).toContain('签发 1 张证书')
    const done = await assessor.submit('/console/certificate-batches', {
      class_id,
      kind: 'skill_level',
      issued_on: ISSUED_ON,
      valid_until: '',
      reason: '第一批',
    })
    expect(done.status).toBe(303)
    const batch = done.headers.get('location')!
    expect(await text(assessor.page(batch))).toContain('排队中')
    await w.runJobs()
    const finished = await text(assessor.page(batch))
    for (const words of ['已完成', '没有发证的 2 人', '控台一', '.zip']) expect(finished).toContain(words)
    const [event] = await timelineOf(w.db, 'certificate_batch', [batch.split('/').at(-1)!])
    expect(event).toMatchObject({ kind: 'certificate_batch.requested', reason: '第一批' })
    const again = await assessor.submit('/console/certificate-batches', {
      class_id,
      kind: 'skill_level',
      issued_on: ISSUED_ON,
    })
    expect([again.status, await again.text()]).toEqual([409, expect.stringContaining('没有人可以发证')])
    const foreign = await text(trainer.page(`/console/certificates/new?${query}`))
    expect(foreign).toContain('培训机构不能自己签发')
    expect(foreign).not.toContain('下一步')
    expect((await w.as('facility').page(`/console/certificates/new?${query}`)).status).toBe(403)
  })

  test('a certificate shows its file, its code and its history; revoking asks why', async () => {
    const { certificate } = await issueOne('控台三')
    const path = `/console/certificates/${certificate.id}`
    const shown = await text(assessor.page(path))
    for (const words of [
      certificate.number,
      '控台三',
      `/api/v1/certificates/${certificate.id}.pdf`,
      '<path',
      '签发',
      `${path}/revocation`,
    ])
      expect(shown).toContain(words)
    expect(await text(trainer.page(path))).not.toContain(`${path}/revocation`)
    expect((await as('facility').page(path)).status).toBe(404)
    expect(await text(assessor.page(`${path}/revocation`))).toContain('要恢复须另作撤回决定')
    const bare = await assessor.submit(`${path}/revocation`, { reason_code: 'fraud', reason: '' })
    expect([bare.status, await bare.text()]).toEqual([422, expect.stringContaining('field-reason')])
    const done = await assessor.submit(`${path}/revocation`, {
      reason_code: 'fraud',
      reason: '替考',
      effective_on: '2026-11-23',
    })
    expect([done.status, done.headers.get('location')]).toEqual([303, `${path}/cascade`])
    const revoked = await text(assessor.page(path))
    for (const words of ['已撤销', `自 ${ISSUED_ON} 起撤销（弄虚作假）`, '替考']) expect(revoked).toContain(words)
  })

  test('replacing leads to the new certificate', async () => {
    const { certificate } = await issueOne('控台四')
    const path = `/console/certificates/${certificate.id}/replacement`
    expect(await text(assessor.page(path))).toContain('换发')
    const done = await assessor.submit(path, { reason: '遗失', holder_name: '' })
    expect(done.status).toBe(303)
    expect(done.headers.get('location')).not.toContain(certificate.id)
    expect(await text(assessor.page(done.headers.get('location')!))).toContain('由这张旧证书换发')
    expect(await text(assessor.page('/console/certificates?tab=replaced&name=控台四'))).toContain(certificate.number)
  })

  test('the list has its tabs, and words for an empty one in both languages', async () => {
    const { certificate } = await issueOne('控台五', { valid_until: '2026-12-01' })
    expect(await text(assessor.page('/console/certificates?tab=expiring'))).toContain(certificate.number)
    expect(await text(assessor.page('/console/certificates?name=没有此人'))).toContain('没有符合条件的证书')
    const english = await assessor.get('/console/certificates?name=nobodyatall', { 'accept-language': 'en' })
    expect(await english.text()).toContain('No certificate matches')
    expect((await assessor.page('/console/certificates?level=9')).status).toBe(200)
  })

  test('rows pasted from Excel are checked, and a line that cannot be is named', async () => {
    const { certificate } = await issueOne('控台六')
    const facility = as('facility')
    expect(await text(facility.page('/console/checks/new'))).toContain('核验全部在岗人员')
    const pasted = `证书编号\t姓名\r\n${certificate.number}\t控台六\r\n${certificate.number}\t别人\r\n`
    const done = await facility.submit('/console/checks', { purpose: 'hiring', rows: pasted })
    expect(done.status).toBe(303)
    const result = await text(facility.page(done.headers.get('location')!))
    for (const words of ['有效', '姓名不符', '导出核验报告']) expect(result).toContain(words)
    const faulty = await facility.submit('/console/checks', {
      purpose: 'hiring',
      rows: `${pasted}${certificate.number}`,
    })
    expect([faulty.status, await faulty.text()]).toEqual([422, expect.stringContaining('第 4 行没有姓名')])
    const roster = await facility.submit('/console/checks', { purpose: 'periodic', roster: 'true' })
    expect(roster.status).toBe(303)
  })

  test('an officer ticks what a register confirmed, and it leaves the list', async () => {
    const { certificate } = await issueOne('控台七')
    const officer = as('district')
    const path = '/console/registry-checks'
    expect(await text(officer.page(path))).toContain(certificate.number)
    const finding = { registry: 'osta', result: 'found', checked_on: '2026-11-22', evidence: '截图 7' }
    const none = await officer.submit(path, finding)
    expect([none.status, await none.text()]).toEqual([422, expect.stringContaining('请先勾选证书')])
    expect((await officer.submit(path, { ...finding, certificate_ids: certificate.id })).status).toBe(303)
    expect(await text(officer.page(path))).not.toContain(certificate.number)
    expect(await text(officer.page(`/console/certificates/${certificate.id}`))).toContain('截图 7')
  })

  test('the public pages: the form, the scanned code, the number with and without the name', async () => {
    const { certificate } = await issueOne('公众查验')
    const anybody = as(null)
    const redirect = await anybody.page(`/verify/${certificate.number}`)
    expect([redirect.status, redirect.headers.get('location')]).toEqual([302, `/v?number=${certificate.number}`])
    expect(await text(anybody.page(`/v?number=${certificate.number}`))).toContain(`value="${certificate.number}"`)
    const scanned = await anybody.page(`/v/${certificate.token}`)
    expect(scanned.headers.get('cache-control')).toBe('no-store')
    const page = await scanned.text()
    for (const words of ['真实有效', '公**验', '养老护理员', certificate.number]) expect(page).toContain(words)
    for (const secret of ['公众查验', certificate.id_number_masked, certificate.person_id])
      expect(page).not.toContain(secret)
    expect(await text(anybody.page('/v/AAAAAAAAAAAAAAAAAAAAAA'))).toContain('查无此证')
    const bare = await text(anybody.submit('/v', { number: certificate.number, name: '' }))
    expect(bare).toContain('真实有效')
    expect(bare).not.toContain('养老护理员')
    expect(await text(anybody.submit('/v', { number: certificate.number, name: '公众查验' }))).toContain('养老护理员')
    const last4 = certificate.id_number_masked.slice(-4)
    expect(await text(anybody.submit(`/v?number=${certificate.number}`, { name: '', id_last_four: last4 }))).toContain(
      '核对一致',
    )
    expect(await text(anybody.submit(`/v/${certificate.token}`, { id_last_four: '9999' }))).toContain('核对不一致')
    expect((await anybody.submit('/v', { number: '', name: '' })).status).toBe(422)
    await assessor.post(`/api/v1/certificates/${certificate.id}/revocation`, { reason_code: 'fraud', reason: '替考' })
    expect(await text(anybody.page(`/v/${certificate.token}`))).toContain('已撤销')
  })
})
