/** The rows that reports are counted on: a handful of people in three divisions, each with one thing that is easily counted wrong. */
import { namePinyin } from '../../src/platform/pinyin.ts'
import type { World } from './world.ts'

/** Today is 2026-11-23. Who holds what, was taught, competed and was paid is told below, a line each. */
export async function fillReports(w: World): Promise<void> {
  const { home, home2, nursery, ningbo } = w.org
  const [two, soon, revoked, left, child, other, jobless, far] = [
    await addPerson(w, '陈双岗'),
    await addPerson(w, '李将到'),
    await addPerson(w, '王撤销'),
    await addPerson(w, '赵离职'),
    await addPerson(w, '周育儿', 'childcare'),
    await addPerson(w, '吴上城'),
    await addPerson(w, '郑无岗'),
    await addPerson(w, '冯宁波'),
  ]
  await employ(w, two, home, '2025-01-01')
  await employ(w, two, home2, '2026-09-01')
  await employ(w, soon, home, '2026-01-01')
  await employ(w, revoked, home, '2026-01-01')
  await employ(w, left, home, '2025-06-01', '2026-08-01')
  await employ(w, child, nursery, '2026-01-01')
  await employ(w, other, home2, '2026-01-01')
  await employ(w, far, ningbo, '2026-01-01')

  await certify(w, two, 5, '2025-02-01')
  const higher = await certify(w, two, 4, '2026-05-10')
  await certify(w, soon, 5, '2026-02-01', '2026-12-10')
  const withdrawn = await certify(w, revoked, 5, '2026-02-01')
  await certify(w, left, 3, '2025-07-01')
  await certify(w, other, 5, '2026-02-01', '2027-02-01')
  await certify(w, jobless, 5, '2026-02-01')
  await certify(w, far, 5, '2026-02-01')
  await w.db
    .insertInto('certificate_revocations')
    .values({
      certificate_id: withdrawn,
      reason_code: 'issued_in_error',
      reason: '等级有误',
      effective_on: '2026-07-01',
    })
    .execute()
  await w.db
    .insertInto('registry_checks')
    .values({ certificate_id: higher, registry: 'osta', result: 'found', checked_on: '2026-06-01', evidence: '截图 1' })
    .execute()

  const done = { passed: true, status: 'completed' }
  await teach(w, '2026-03-05', 'completed', [
    [two, done],
    [soon, done],
    [revoked, { passed: false, status: 'failed' }],
    [left, { passed: null, status: 'withdrawn' }],
  ])
  await teach(w, '2026-09-05', 'open', [
    [other, { passed: null, status: 'enrolled' }],
    [far, { passed: null, status: 'enrolled' }],
  ])
  await teach(w, '2026-10-08', 'cancelled', [[two, { passed: null, status: 'enrolled' }]])
  await teach(w, '2025-12-01', 'completed', [[other, done]])

  await compete(w, [two, home], [other, home2])
  await pay(w, { two, soon, revoked })
  await w.db
    .insertInto('service_months')
    .values({ person_id: two, organisation_id: home, month: '2026-10-01', attendance_days: 22 })
    .execute()
  await w.db
    .updateTable('accounts')
    .set({ locked_until: new Date('2026-11-23T02:10:00Z') })
    .where('username', '=', 'facility_nb')
    .execute()
}

let serial = 0
export async function addPerson(w: World, name: string, workforce = 'elder_care'): Promise<string> {
  const { pinyin, initials } = namePinyin(name)
  const values = {
    name,
    name_pinyin: pinyin,
    name_initials: initials,
    workforce,
    id_type: 'resident_id',
    id_number_sealed: 'sealed',
    id_number_masked: `3301**********${String(++serial).padStart(4, '0')}`,
  }
  return (await w.db.insertInto('people').values(values).returning('id').executeTakeFirstOrThrow()).id
}

async function employ(
  w: World,
  person_id: string,
  organisation_id: string,
  starts_on: string,
  ends_on: string | null = null,
) {
  const values = { person_id, organisation_id, post: 'care', contract_kind: 'labour', starts_on, ends_on }
  await w.db.insertInto('employments').values(values).execute()
  await w.db.insertInto('roster_entries').values({ organisation_id, person_id }).execute()
}

type Outcome = { passed: boolean | null; status: string }

/** A class of level 5 by the institution in Xihu, examined by the body in Shangcheng. */
async function teach(w: World, starts_on: string, status: string, people: [string, Outcome][], level = 5) {
  const course = {
    organisation_id: w.org.trainer,
    name: '养老护理员班',
    kind: 'skill_level',
    occupation_code: '4-10-01-05',
    standard_edition: '2019',
    level,
    theory_hours: 40,
    practice_hours: 80,
    attendance_percent: 80,
  }
  const { id: course_id } = await w.db.insertInto('courses').values(course).returning('id').executeTakeFirstOrThrow()
  const group = {
    course_id,
    organisation_id: w.org.trainer,
    assessor_organisation_id: w.org.assessor,
    name: `第 ${++serial} 期`,
    starts_on,
    ends_on: `${starts_on.slice(0, 8)}28`,
    capacity: 50,
    status,
  }
  const { id: class_id } = await w.db.insertInto('classes').values(group).returning('id').executeTakeFirstOrThrow()
  const results: { enrolment_id: string; result_id: string | null }[] = []
  for (const [person_id, { passed, status }] of people) {
    const { id: enrolment_id } = await w.db
      .insertInto('enrolments')
      .values({ class_id, person_id, status })
      .returning('id')
      .executeTakeFirstOrThrow()
    const result = {
      enrolment_id,
      assessed_on: starts_on,
      theory: 8000,
      practical: 8000,
      assessor_organisation_id: w.org.assessor,
    }
    const made =
      passed === null
        ? null
        : await w.db
            .insertInto('assessment_results')
            .values({ ...result, passed })
            .returning('id')
            .executeTakeFirstOrThrow()
    results.push({ enrolment_id, result_id: made?.id ?? null })
  }
  return results
}

/** A certificate out of a class long over, so that it stands outside the years that the tests count. */
async function certify(
  w: World,
  person_id: string,
  level: number,
  issued_on: string,
  valid_until: string | null = null,
): Promise<string> {
  const [earned] = await teach(
    w,
    '2024-01-01',
    'completed',
    [[person_id, { passed: true, status: 'completed' }]],
    level,
  )
  const number = `S000033999901${issued_on.slice(2, 4)}${level}${String(++serial).padStart(6, '0')}`
  const values = {
    ...earned!,
    number,
    kind: 'skill_level',
    person_id,
    holder_name: '示例',
    id_number_masked: '3301**********0000',
    occupation_code: '4-10-01-05',
    occupation_name: '养老护理员',
    level,
    issuer_organisation_id: w.org.assessor,
    issuer_name: '示例技能评价中心',
    issued_on,
    valid_until,
    token: `token-${number}`,
    printed: '{}',
    pdf_sha256: '0'.repeat(64),
  }
  return (await w.db.insertInto('certificates').values(values).returning('id').executeTakeFirstOrThrow()).id
}

/** One published event with the first on the podium, and one whose ranking is not published. */
async function compete(w: World, ...entrants: [string, string][]) {
  const contest = {
    organisation_id: w.org.authority,
    name: '示例技能竞赛',
    tier: 'city',
    held_on: '2026-05-12',
    citation: '示例通知',
  }
  const { id: competition_id } = await w.db
    .insertInto('competitions')
    .values(contest)
    .returning('id')
    .executeTakeFirstOrThrow()
  for (const published_at of [new Date('2026-05-20T00:00:00Z'), null]) {
    const event = {
      competition_id,
      name: `项目 ${++serial}`,
      occupation_code: '4-10-01-05',
      theory_weight: 30,
      published_at,
    }
    const { id: event_id } = await w.db
      .insertInto('competition_events')
      .values(event)
      .returning('id')
      .executeTakeFirstOrThrow()
    for (const [at, [person_id, organisation_id]] of entrants.entries()) {
      const entry = await w.db
        .insertInto('competition_entries')
        .values({ event_id, person_id, organisation_id, station: at + 1 })
        .returning('id')
        .executeTakeFirstOrThrow()
      const ranking = { event_id, entry_id: entry.id, rank: at + 1, total: 90 - at, practical: 90 - at, denominator: 1 }
      await w.db
        .insertInto('competition_rankings')
        .values({ ...ranking, award: at === 0 ? '一等奖' : null })
        .execute()
    }
  }
}

/** September and October approved in Xihu, October taking one September back; August computed, and October submitted in Shangcheng. */
async function pay(w: World, { two, soon, revoked }: Record<'two' | 'soon' | 'revoked', string>) {
  const line = (person_id: string, level: number | null, entitlement_fen: number) => ({
    person_id,
    level,
    entitlement_fen,
    kind: 'normal',
    previous_fen: null as number | null,
  })
  await run(w, '330106', '2026-09-01', 'approved', [
    line(two, 4, 40_000),
    line(soon, 5, 30_000),
    line(revoked, null, 0),
  ])
  await run(w, '330106', '2026-10-01', 'approved', [
    line(two, 4, 40_000),
    { ...line(soon, 5, 0), kind: 'recovery', previous_fen: 30_000, month: '2026-09-01' },
  ])
  await run(w, '330106', '2026-08-01', 'computed', [])
  await run(w, '330102', '2026-10-01', 'reviewed', [])
}

interface Line {
  person_id: string
  level: number | null
  entitlement_fen: number
  kind: string
  previous_fen: number | null
  month?: string
}
async function run(w: World, district_code: string, month: string, status: string, lines: Line[]) {
  const version = await w.db
    .selectFrom('scheme_versions')
    .select('id')
    .where('scheme_code', '=', 'hz-special-post')
    .executeTakeFirstOrThrow()
  const values = {
    scheme_code: 'hz-special-post',
    version_id: version.id,
    month,
    district_code,
    created_by: w.accounts.district!,
  }
  const { id: run_id } = await w.db
    .insertInto('allowance_runs')
    .values(values)
    .returning('id')
    .executeTakeFirstOrThrow()
  for (const { level, ...one } of lines) {
    const outcome = level === null ? 'refused' : 'payable'
    const judged = { ...one, month: one.month ?? month, level, outcome, failed: level === null ? 1 : 0, found: '[]' }
    await w.db
      .insertInto('allowance_lines')
      .values({ ...judged, run_id, version_id: version.id })
      .execute()
  }
  const total_fen = lines.reduce(
    (sum, { entitlement_fen, previous_fen }) => sum + entitlement_fen - (previous_fen ?? 0),
    0,
  )
  const totals = {
    line_count: lines.length,
    payable_count: lines.filter(({ level }) => level !== null).length,
    total_fen,
  }
  const steps = ['computed', 'submitted', 'reviewed', 'approved']
  for (const step of steps.slice(0, steps.indexOf(status) + 1))
    await w.db
      .updateTable('allowance_runs')
      .set(step === 'computed' ? { ...totals, status: step } : { status: step })
      .where('id', '=', run_id)
      .execute()
  if (status !== 'approved') return
  for (const { person_id, entitlement_fen, previous_fen, month: of = month } of lines) {
    const chain = previous_fen === null ? { seq: 0 } : { seq: 1, prev_seq: 0, prev_fen: previous_fen }
    await w.db
      .insertInto('allowance_ledger')
      .values({ person_id, scheme_code: 'hz-special-post', month: of, ...chain, entitlement_fen, run_id })
      .execute()
  }
}
