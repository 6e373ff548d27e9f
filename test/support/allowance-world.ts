/** Facts about carers written straight into the tables, so that tests of allowances need no other capability to have acted. */
import { sql } from 'kysely'
import type { Db } from '../../src/platform/database.ts'
import type { World } from './world.ts'

export interface CarerFacts {
  name?: string
  organisation_id?: string
  starts_on?: string
  ends_on?: string | null
  contract_kind?: string
  contract_until?: string | null
  post?: string
  /** days by month */
  attendance?: Record<string, number>
  level?: number | null
  issued_on?: string
  registry?: string | null
  hours?: number
  completed_on?: string
  /** null: nobody knows the account */
  bank_account?: string | null
}

/** One class and one assessor stand behind every certificate. */
export async function allowanceWorld(w: World) {
  const { db, org } = w
  let serial = 0
  const course = await db
    .insertInto('courses')
    .values({
      organisation_id: org.trainer,
      name: '测试课程',
      kind: 'in_service',
      theory_hours: 1,
      practice_hours: 1,
      attendance_percent: 80,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  const training = await db
    .insertInto('classes')
    .values({
      course_id: course.id,
      organisation_id: org.trainer,
      name: '测试班',
      starts_on: '2020-01-01',
      ends_on: '2020-02-01',
      capacity: 500,
    })
    .returning('id')
    .executeTakeFirstOrThrow()

  async function person({ name = `测试${++serial}`, bank_account = `62220000${serial}` }: CarerFacts = {}) {
    const id_number_sealed = await w.deps.vault.seal('109901197203150228')
    const bank_account_sealed = bank_account === null ? null : await w.deps.vault.seal(bank_account)
    const { id } = await db
      .insertInto('people')
      .values({
        ...{ name, name_pinyin: `p${String(serial).padStart(6, '0')}`, name_initials: 'p', workforce: 'elder_care' },
        ...{ id_type: 'resident_id', id_number_sealed, id_number_masked: '1099**********0228', bank_account_sealed },
      })
      .returning('id')
      .executeTakeFirstOrThrow()
    return id
  }

  async function employ(person_id: string, facts: CarerFacts = {}) {
    const {
      organisation_id = org.home,
      starts_on = '2025-01-01',
      ends_on = null,
      contract_kind = 'labour',
      contract_until = null,
      post = 'care',
    } = facts
    const { id } = await db
      .insertInto('employments')
      .values({ person_id, organisation_id, starts_on, ends_on, contract_kind, contract_until, post })
      .returning('id')
      .executeTakeFirstOrThrow()
    await db
      .insertInto('roster_entries')
      .values({ organisation_id, person_id })
      .onConflict((oc) => oc.doNothing())
      .execute()
    return id
  }

  async function attend(person_id: string, organisation_id: string, attendance: Record<string, number>) {
    const rows = Object.entries(attendance).map(([month, attendance_days]) => ({
      ...{ person_id, organisation_id, month: `${month}-01`, attendance_days },
    }))
    if (rows.length > 0) await db.insertInto('service_months').values(rows).execute()
  }

  async function certify(
    person_id: string,
    level: number,
    issued_on = '2025-03-10',
    registry: string | null = 'osta',
    replaces_id: string | null = null,
  ) {
    const number = `S0000339999012551${String(++serial).padStart(6, '0')}`
    const class_id = training.id
    const enrolment = await db
      .insertInto('enrolments')
      .values({ class_id, person_id, status: 'completed' })
      .onConflict((oc) => oc.columns(['class_id', 'person_id']).doUpdateSet({ status: 'completed' }))
      .returning('id')
      .executeTakeFirstOrThrow()
    const result = await db
      .insertInto('assessment_results')
      .values({
        ...{ enrolment_id: enrolment.id, assessed_on: issued_on, passed: true, assessor_organisation_id: org.assessor },
        // only one result of an enrolment may be current, and these tests need several certificates
        known_to: sql<Date>`clock_timestamp() + interval '1 second'`,
      })
      .returning('id')
      .executeTakeFirstOrThrow()
    const { id } = await db
      .insertInto('certificates')
      .values({
        ...{
          number,
          kind: 'skill_level',
          person_id,
          holder_name: '测试',
          id_number_masked: sql<string>`(select id_number_masked from people where id = ${person_id}::uuid)`,
          level,
        },
        ...{ occupation_code: '4-10-01-05', occupation_name: '养老护理员', issuer_organisation_id: org.assessor },
        ...{
          issuer_name: '示例技能评价中心',
          issued_on,
          result_id: result.id,
          token: `token-${number}`.padEnd(22, '0'),
        },
        ...{ printed: '{}', pdf_sha256: '0'.repeat(64), replaces_id },
      })
      .returning('id')
      .executeTakeFirstOrThrow()
    if (registry) await lookUp(id, registry)
    return id
  }

  const lookUp = (certificate_id: string, registry = 'osta', result = 'found') =>
    db
      .insertInto('registry_checks')
      .values({ certificate_id, registry, result, checked_on: '2026-01-01', evidence: '测试' })
      .execute()

  const revoke = (certificate_id: string, effective_on: string) =>
    db
      .insertInto('certificate_revocations')
      .values({ certificate_id, reason_code: 'issued_in_error', reason: '测试', effective_on })
      .execute()

  const restore = (certificate_id: string) =>
    db
      .insertInto('certificate_restorations')
      .values({ certificate_id, seq: 0, reason: '测试', decision_reference: '测试 1 号' })
      .execute()

  /** From a day until another, or not lifted. */
  async function suspend(certificate_id: string, from_on: string, to_on: string | null = null) {
    const paper = { certificate_id, seq: 0, from_on, reason: '测试', decision_reference: '测试 1 号' }
    await db.insertInto('certificate_suspensions').values(paper).execute()
    if (to_on)
      await db
        .insertInto('certificate_resumptions')
        .values({ ...paper, suspended_from: from_on, from_on: to_on })
        .execute()
  }

  const train = (person_id: string, hours = 40, completed_on = '2026-01-10', approval = 'approved') =>
    db
      .insertInto('education_hours')
      .values({
        ...{ person_id, hours, completed_on, approval, provider: '示例职业培训学校', subject: `继续教育${++serial}` },
        ...(approval === 'rejected' && { decided_by: w.accounts.district!, decision_reason: '测试' }),
      })
      .execute()

  /** A carer to whom nothing is missing from 2026-07 to 2026-10, but for what `facts` change. */
  async function carer(facts: CarerFacts = {}) {
    const id = await person(facts)
    const organisation_id = facts.organisation_id ?? org.home
    const employment_id = await employ(id, facts)
    await attend(
      id,
      organisation_id,
      facts.attendance ?? { '2026-07': 22, '2026-08': 22, '2026-09': 22, '2026-10': 22 },
    )
    const level = facts.level === undefined ? 4 : facts.level
    const certificate_id = level === null ? null : await certify(id, level, facts.issued_on, facts.registry)
    if (facts.hours !== 0) await train(id, facts.hours, facts.completed_on)
    return { id, employment_id, certificate_id }
  }

  return { person, employ, attend, certify, lookUp, revoke, restore, suspend, train, carer }
}

export const CONFIRMATION = {
  document: '杭民发〔2024〕示例 1 号',
  reason: '按文件核定',
  rates: [30000, 40000, 50000, 80000, 120000].map((amount_fen, index) => ({ level: 5 - index, amount_fen })),
  thresholds: { continuing_education: { 5: 8, 4: 16, 3: 24, 2: 32, 1: 40 } },
}

/** mulberry32: the same numbers on every machine. */
function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

/** People to whom little is missing, every fact now and then one below, on or above a limit of October 2026. */
export async function randomCarers(
  w: World,
  facts: Awaited<ReturnType<typeof allowanceWorld>>,
  count: number,
  seed: number,
): Promise<void> {
  const random = randomFrom(seed)
  const one = <T>(...values: T[]): T => values[Math.floor(random() * values.length)]!
  const mostly = <T>(usual: T, ...others: T[]): T => (random() < 0.85 ? usual : one(...others))
  const { home, home2, ningbo, nursery } = w.org
  for (let index = 0; index < count; index++) {
    const id = await facts.person()
    const first = mostly(home, home2, home2, ningbo)
    const second = mostly(null, home, home2, ningbo, nursery)
    for (const organisation_id of second && second !== first ? [first, second] : [first]) {
      const starts_on = mostly('2024-05-01', '2026-08-01', '2026-08-02', '2026-07-15', '2026-10-20', '2026-11-01')
      const left = mostly(null, '2026-10-31', '2026-11-01', '2026-10-01', '2026-12-15')
      await facts.employ(id, {
        ...{ organisation_id, starts_on, ends_on: left && left > starts_on ? left : null },
        ...{
          contract_kind: mostly('labour', 'service', 'dispatch', 'public_post'),
          post: mostly('care', 'management'),
        },
      })
      const days = mostly(22, 0, 19, 20, 21, 31)
      if (random() < 0.97) await facts.attend(id, organisation_id, { '2026-10': days, '2026-09': mostly(22, 19, 20) })
    }
    if (random() < 0.2)
      await facts.employ(id, { organisation_id: first, starts_on: '2023-01-01', ends_on: '2023-03-15' })
    for (let more = mostly(1, 0, 2, 2); more > 0; more--) {
      const issued_on = mostly('2025-06-01', '2025-01-10', '2026-08-31', '2026-09-01', '2026-09-30', '2026-10-01')
      const registry = mostly('osta', 'zheli_kangyang', 'yong_yi_yang', null)
      const certificate = await facts.certify(id, one(5, 5, 4, 4, 3, 2, 1), issued_on, registry)
      const again = mostly(null, 'not_found', 'mismatch', 'found')
      if (again) await facts.lookUp(certificate, 'osta', again)
      const revoked = mostly(null, '2026-10-31', '2026-11-01', '2026-10-15', issued_on)
      if (revoked) await facts.revoke(certificate, revoked)
      if (revoked && mostly(false, true)) await facts.restore(certificate)
      const suspended = mostly(null, '2026-09-15', '2026-10-31', '2026-11-01')
      const lifted = one(null, suspended, '2026-10-31', '2026-11-01', '2026-11-02')
      if (suspended) await facts.suspend(certificate, suspended, lifted && lifted >= suspended ? lifted : null)
    }
    const completed = () => mostly('2026-03-01', '2025-10-31', '2025-11-01', '2026-10-31', '2026-11-01')
    for (let more = mostly(1, 0, 2); more > 0; more--)
      await facts.train(id, mostly(40, 7, 8, 15, 16, 24, 32), completed(), mostly('approved', 'pending', 'rejected'))
    const kind = mostly(null, 'liability_accident', 'ethics_breach')
    if (kind)
      await conduct(w.db, id, kind, one('2025-10-31', '2025-11-01', '2026-10-31', '2026-11-01'), {
        period_to: one(null, '2026-10-01', '2026-10-02', '2026-11-01', '2027-01-01'),
        ...one({}, { period_from: '2026-10-31' }, { period_from: '2026-11-01' }, { period_from: '2026-09-30' }),
      })
  }
}

async function conduct(
  db: Db,
  person_id: string,
  kind: string,
  happened_on: string,
  { period_from, period_to }: { period_from?: string; period_to: string | null },
): Promise<void> {
  const possible = period_from !== undefined && period_from >= happened_on && (!period_to || period_to > period_from)
  await db
    .insertInto('conduct_events')
    .values({
      ...{ person_id, kind, happened_on, decided_on: happened_on, decision: '测试' },
      ...(possible && { period_from, period_to }),
    })
    .execute()
}
