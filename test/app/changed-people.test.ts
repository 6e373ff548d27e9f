/** A run judges earlier months only for people of whom something became known since the last one: whatever it is, it is not overlooked. */
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { computeRun, confirmVersion } from '../../src/allowances/actions.ts'
import { confirmationShape } from '../../src/allowances/confirmation-shapes.ts'
import { holdLine } from '../../src/allowances/holds.ts'
import { allowanceRunJob, type RunSizes } from '../../src/allowances/run.ts'
import { runSlice } from '../../src/jobs/actions.ts'
import { mergePeople } from '../../src/people/merging.ts'
import { HZ, payMonth } from '../support/allowance-runs.ts'
import { allowanceWorld, CONFIRMATION } from '../support/allowance-world.ts'
import { type World, world } from '../support/world.ts'

let w: World
let facts: Awaited<ReturnType<typeof allowanceWorld>>
type Carer = Awaited<ReturnType<typeof facts.carer>>
const attendance = { '2026-07': 22, '2026-08': 22, '2026-09': 22, '2026-10': 22, '2026-11': 22 }

/** How each fact is made to count before the months are paid, and what becomes known afterwards. */
interface Cause {
  before?: (carer: Carer) => Promise<unknown>
  carer?: object
  after: (carer: Carer) => Promise<unknown>
}

const closing = (table: string, where: ReturnType<typeof sql>) =>
  sql`update ${sql.table(table)} set known_to = clock_timestamp() where known_to = 'infinity' and ${where}`.execute(
    w.db,
  )
const otherHome = async (name: string) => {
  const { id } = await w.db
    .insertInto('organisations')
    .values({ name, kinds: ['care_facility'], facility_kind: 'home', district_code: '330106' })
    .returning('id')
    .executeTakeFirstOrThrow()
  await w.db
    .insertInto('organisation_filings')
    .values({ organisation_id: id, kind: 'filing', starts_on: '2020-01-01' })
    .execute()
  return id
}
const filed = (organisation_id: string) => sql`organisation_id = ${organisation_id}::uuid`
let closed: string
let unfiled: string

const CAUSES: Record<string, Cause> = {
  'an employment that ended': {
    after: ({ id, employment_id }) =>
      sql`with closed as (update employments set known_to = clock_timestamp() where id = ${employment_id}::uuid and known_to = 'infinity' returning *)
        insert into employments (id, person_id, organisation_id, post, contract_kind, starts_on, ends_on)
        select id, ${id}::uuid, organisation_id, post, contract_kind, starts_on, '2026-08-15' from closed`.execute(
        w.db,
      ),
  },
  'an employment withdrawn': { after: ({ id }) => closing('employments', sql`person_id = ${id}::uuid`) },
  'attendance corrected': {
    after: ({ id }) =>
      sql`with closed as (update service_months set known_to = clock_timestamp() where person_id = ${id}::uuid and month = '2026-08-01' returning *)
        insert into service_months (person_id, organisation_id, month, attendance_days) select person_id, organisation_id, month, 3 from closed`.execute(
        w.db,
      ),
  },
  'attendance that came late': {
    carer: { attendance: { ...attendance, '2026-08': 0 } },
    before: ({ id }) => closing('service_months', sql`person_id = ${id}::uuid and month = '2026-08-01'`),
    after: ({ id }) => facts.attend(id, w.org.home, { '2026-08': 22 }),
  },
  'attendance withdrawn': {
    after: ({ id }) => closing('service_months', sql`person_id = ${id}::uuid and month = '2026-09-01'`),
  },
  'hours that were added': { carer: { hours: 0 }, after: ({ id }) => facts.train(id, 40, '2026-06-01') },
  'hours withdrawn': { after: ({ id }) => closing('education_hours', sql`person_id = ${id}::uuid`) },
  conduct: {
    after: ({ id }) =>
      w.db
        .insertInto('conduct_events')
        .values({
          ...{
            person_id: id,
            kind: 'ethics_breach',
            happened_on: '2026-08-01',
            decided_on: '2026-08-02',
            decision: '测试',
          },
        })
        .execute(),
  },
  'conduct withdrawn': {
    before: ({ id }) => CAUSES.conduct!.after({ id } as Carer),
    after: ({ id }) => closing('conduct_events', sql`person_id = ${id}::uuid`),
  },
  'a certificate': { carer: { level: null }, after: ({ id }) => facts.certify(id, 4) },
  'a higher certificate': { after: ({ id }) => facts.certify(id, 2) },
  'a look-up that found it': {
    carer: { registry: null },
    after: ({ certificate_id }) => facts.lookUp(certificate_id!),
  },
  'a look-up that did not': {
    after: ({ certificate_id }) => facts.lookUp(certificate_id!, 'osta', 'not_found'),
  },
  'a revocation': { after: ({ certificate_id }) => facts.revoke(certificate_id!, '2026-08-01') },
  'a restoration': {
    before: ({ certificate_id }) => facts.revoke(certificate_id!, '2026-01-01'),
    after: ({ certificate_id }) => facts.restore(certificate_id!),
  },
  'a suspension': { after: ({ certificate_id }) => facts.suspend(certificate_id!, '2026-08-01') },
  'a resumption': {
    before: ({ certificate_id }) => facts.suspend(certificate_id!, '2026-08-01'),
    after: ({ certificate_id }) =>
      w.db
        .insertInto('certificate_resumptions')
        .values({
          ...{ certificate_id: certificate_id!, seq: 0, suspended_from: '2026-08-01', from_on: '2026-08-01' },
          ...{ reason: '测试', decision_reference: '测试 1 号' },
        })
        .execute(),
  },
  'a certificate of another body': { carer: { level: null }, after: ({ id }) => outside(id) },
  'its look-up that did not find it': {
    carer: { level: null },
    before: ({ id }) => outside(id),
    after: ({ id }) =>
      sql`insert into external_certificate_checks (certificate_id, revision, registry, result, checked_on, evidence)
        select id, revision, 'osta', 'not_found', '2026-10-01', '测试' from external_certificates where person_id = ${id}::uuid`.execute(
        w.db,
      ),
  },
  'it was withdrawn': {
    carer: { level: null },
    before: ({ id }) => outside(id),
    after: ({ id }) => closing('external_certificates', sql`person_id = ${id}::uuid`),
  },
  'a facility that had closed': {
    carer: { organisation_id: 'closed' },
    after: () => sql`update organisations set closed_on = '2026-08-10' where id = ${closed}::uuid`.execute(w.db),
  },
  'a filing withdrawn': {
    carer: { organisation_id: 'unfiled' },
    after: () => closing('organisation_filings', filed(unfiled)),
  },
  'a merge': {
    after: async ({ id }) => {
      const bare = await facts.person({})
      const asked = { into: bare, reason: '同一人', confirm_different_documents: true }
      const admin = await w.context('admin')
      await w.db.transaction().execute((tx) => mergePeople(tx, admin, id, asked))
    },
  },
}

function outside(person_id: string) {
  return sql`with made as (
      insert into external_certificates (person_id, kind, number, occupation_code, occupation_name, level, issuer_name, issued_on, organisation_id)
      values (${person_id}::uuid, 'skill_level', ${`X${person_id.slice(-9).toUpperCase()}`}, '4-10-01-05', '养老护理员', 4, '示例机构', '2025-03-10', ${w.org.home}::uuid) returning id, revision
    ) insert into external_certificate_checks (certificate_id, revision, registry, result, checked_on, evidence)
      select id, revision, 'osta', 'found', '2025-07-01', '测试' from made`.execute(w.db)
}

const people: Record<string, Carer> = {}
const steady: Carer[] = []
let held: Carer

beforeAll(async () => {
  w = await world()
  facts = await allowanceWorld(w)
  const admin = await w.context('admin')
  await w.db.transaction().execute((tx) => confirmVersion(tx, admin, HZ, 1, confirmationShape.parse(CONFIRMATION)))
  closed = await otherHome('示例停业养老院')
  unfiled = await otherHome('示例未备案养老院')
  for (const [name, { carer = {}, before }] of Object.entries(CAUSES)) {
    const places: Record<string, string> = { closed, unfiled }
    const { organisation_id, ...more } = carer as { organisation_id?: string }
    people[name] = await facts.carer({
      attendance,
      ...more,
      ...(organisation_id && { organisation_id: places[organisation_id]! }),
    })
    await before?.(people[name]!)
  }
  for (let one = 0; one < 5; one++) steady.push(await facts.carer({ attendance }))
  held = await facts.carer({ attendance })
  await payMonth(w, '2026-07', '2026-08-05')
  await payMonth(w, '2026-08', '2026-09-05')
  await payMonth(w, '2026-09', '2026-10-05', '330106', 'district', async (run_id) => {
    const line = { person_id: held.id, month: '2026-09', component: 'monthly', reason: '账户待核' }
    const district = await w.context('district')
    await w.db.transaction().execute((tx) => holdLine(tx, district, run_id, line))
  })
  for (const [name, { after }] of Object.entries(CAUSES)) await after(people[name]!)
  w.clock.now = new Date('2026-11-05T02:00:00Z')
}, 300_000)
afterAll(() => w.close())

async function october(sizes: Partial<RunSizes>, beside = false) {
  const context = await w.context('district')
  const { id } = await w.db
    .transaction()
    .execute((tx) => computeRun(tx, context, { scheme_code: HZ, month: '2026-10', district_code: '330106' }))
  const runner = { ...w.deps, ...(beside && { beside: w.db }) }
  while (await runSlice(w.db, runner, { 'allowances.run': allowanceRunJob(sizes) }));
  const run = await w.db.selectFrom('allowance_runs').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
  const { rows } = await sql<{ person_id: string }>`
    select distinct person_id from allowance_lines where run_id = ${id}::uuid and month < '2026-10-01'`.execute(w.db)
  return { ...run, earlier: rows.map(({ person_id }) => person_id) }
}

let everybody: Awaited<ReturnType<typeof october>>

test('each cause changes an earlier month, and of nobody else one', async () => {
  everybody = await october({ everybody: true })
  expect(everybody).toMatchObject({ status: 'computed', changes_since: null })
  const changed = new Set(everybody.earlier)
  expect(
    Object.entries(people)
      .filter(([, { id }]) => !changed.has(id))
      .map(([name]) => name),
  ).toEqual([])
  expect(changed.has(held.id)).toBe(true)
  expect(steady.filter(({ id }) => changed.has(id))).toEqual([])
})

test('judged for the people of whom something became known alone, the lines are the same', async () => {
  const run = await october({})
  expect(run).toMatchObject({ status: 'computed', lines_sha256: everybody.lines_sha256 })
  expect(run.changes_since).not.toBeNull()
})

// the embedded database has no connection beside
if (inject('engine') === 'postgres')
  test('and the same when the next people are read on a connection beside', async () => {
    expect(await october({ slice: 7, lot: 3, part: 3 }, true)).toMatchObject({ lines_sha256: everybody.lines_sha256 })
    expect(await october({ lot: 8, part: 5, everybody: true }, true)).toMatchObject({
      lines_sha256: everybody.lines_sha256,
    })
  })

test('nothing of a computation is kept beside its lines', async () => {
  expect(await w.db.selectFrom('run_parts').select('run_id').execute()).toEqual([])
  expect(await w.db.selectFrom('run_changed_people').select('run_id').execute()).toEqual([])
})

test('nothing was an internal fault', () => expect(w.faults).toEqual([]))
