/** Hides how computing a month of allowances is measured: 20,000 people in a real PostgreSQL by the real job, and the least any program could do. */
import { sql } from 'kysely'
import { loadReference } from '../../db/load-reference.ts'
import { migrate } from '../../db/migrate.ts'
import { unscopedActor } from '../../src/access/queries.ts'
import { computeRun, confirmVersion } from '../../src/allowances/actions.ts'
import { allowanceRunJob } from '../../src/allowances/run.ts'
import { requestSimulation, simulationJob } from '../../src/allowances/simulation.ts'
import { newSimulationShape } from '../../src/allowances/simulation-shapes.ts'
import { runSlice } from '../../src/jobs/actions.ts'
import { type Context, SYSTEM, scopeOf } from '../../src/platform/context.ts'
import { type Db, openPostgres } from '../../src/platform/database.ts'
import { openVault } from '../../src/platform/vault.ts'

const PEOPLE = 20_000
const MONTHS = ['2026-08', '2026-09', '2026-10']
const NOW = new Date('2026-11-23T02:00:00Z')

export interface RunBench {
  people: number
  lines: number
  run_seconds: number
  floor_seconds: number
  ratio: number
  /** one month, a rate changed, beside the run of the same month */
  simulation_seconds: number
  simulation_ratio: number
}

/** `url` is an empty or migrated database of its own. Medians of three months, run and floor in turn. */
export async function benchRun(url: string, people = PEOPLE): Promise<RunBench> {
  const db = openPostgres(url, 2)
  try {
    await migrate(db)
    await loadReference(db)
    const context = await makeWorld(db, people)
    const runs: number[] = []
    const floors: number[] = []
    const simulations: number[] = []
    for (const month of MONTHS) {
      runs.push(await timed(() => runMonth(db, context, month)))
      floors.push(await timed(() => writeFloor(db, month)))
      simulations.push(await timed(() => simulateMonth(db, context, month)))
    }
    const { rows } = await sql<{
      lines: number
    }>`select count(*) as lines from floor_lines where month = ${`${MONTHS.at(-1)}-01`}::date`.execute(db)
    const [run_seconds, floor_seconds, simulation_seconds] = [median(runs), median(floors), median(simulations)]
    return {
      people,
      lines: rows[0]!.lines,
      run_seconds,
      floor_seconds,
      ratio: Math.round((10 * run_seconds) / floor_seconds) / 10,
      simulation_seconds,
      simulation_ratio: simulation_seconds / run_seconds,
    }
  } finally {
    await db.destroy()
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now()
  await work()
  return Math.round(performance.now() - started) / 1000
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)]!
}

/** The whole way: the action that asks for it, then slices until the job is done. */
async function runMonth(db: Db, context: Context, month: string): Promise<void> {
  const input = { scheme_code: 'hz-special-post', month, district_code: '330106' }
  const run = await db.transaction().execute((tx) => computeRun(tx, context, input))
  const log = { info: () => {}, warn: () => {}, error: (fields: object) => console.error(fields) }
  const runner = { ...context, publicUrl: context.public_url, now: () => NOW, log }
  while (await runSlice(db, runner, { 'allowances.run': allowanceRunJob() }));
  const { status } = await db
    .selectFrom('allowance_runs')
    .select('status')
    .where('id', '=', run.id)
    .executeTakeFirstOrThrow()
  if (status !== 'computed') throw new Error(`the run is ${status}`)
}

async function simulateMonth(db: Db, context: Context, month: string): Promise<void> {
  const asked = { version: 1, title: '测算', first_month: month, last_month: month }
  const input = newSimulationShape.parse({ ...asked, rates: [{ level: 5, amount_fen: 40_000 }] })
  await db.transaction().execute((tx) => requestSimulation(tx, context, 'hz-special-post', input))
  const log = { info: () => {}, warn: () => {}, error: (fields: object) => console.error(fields) }
  const runner = { ...context, publicUrl: context.public_url, now: () => NOW, log }
  while (await runSlice(db, runner, { 'allowances.simulate': simulationJob() }));
  const { count } = await db
    .selectFrom('simulations')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('finished_at', 'is', null)
    .executeTakeFirstOrThrow()
  if (count > 0) throw new Error('the simulation did not finish')
}

/** One scan, one hash join, and as many lines of the same width under the same key: no facts read, nothing judged, nothing guarded. */
async function writeFloor(db: Db, month: string): Promise<void> {
  await sql`
    insert into floor_lines
    select l.run_id, e.person_id, l.month, l.kind, l.outcome, e.organisation_id, e.id, l.certificate_id, l.registry_check_id, l.level, l.rate_id,
      l.version_id, l.entitlement_fen, l.previous_fen, l.entitlement_fen, l.failed, l.found, l.notes, l.component
    from employments e join allowance_lines l on l.person_id = e.person_id and l.employment_id = e.id
    where e.known_to = 'infinity' and l.month = ${`${month}-01`}::date`.execute(db)
}

/** Whoever may compute the months of Xihu, in a register of that many people. */
export async function makeWorld(db: Db, people: number): Promise<Context> {
  await sql`insert into accounts (username, display_name, password_hash, role, district_code) values ('bench', '计算', '-', 'district', '330106')`.execute(
    db,
  )
  const { id } = await db.selectFrom('accounts').select('id').where('username', '=', 'bench').executeTakeFirstOrThrow()
  const actor = (await unscopedActor(db, id))!
  const vault = await openVault(btoa('A'.repeat(32)))
  const context = {
    ...{ actor, scope: scopeOf(actor), now: NOW, request_id: 'bench', public_url: 'http://bench', vault },
  } as Context
  await db.transaction().execute((tx) =>
    confirmVersion(tx, { ...context, actor: SYSTEM }, 'hz-special-post', 1, {
      document: '测试文件 1 号',
      reason: '性能测试',
      rates: [5, 4, 3, 2, 1].map((level) => ({ level, amount_fen: [120000, 80000, 50000, 40000, 30000][level - 1]! })),
      thresholds: { continuing_education: 8 },
      components: {},
    }),
  )
  for (const statement of worldStatements(people)) await sql.raw(statement).execute(db)
  await sql`create table floor_lines (like allowance_lines, primary key (run_id, person_id, month, component))`.execute(
    db,
  )
  await sql`analyze`.execute(db)
  return context
}

/** Raw inserts, for speed: 100 homes, everybody employed, 6 % in two places, 3 % revoked, a year of attendance, three quarters payable. */
function worldStatements(people: number): string[] {
  const who = `(select id, row_number() over (order by id) as n from people)`
  return [
    `insert into organisations (name, kinds, facility_kind, district_code) select '示例颐养院' || n, '{care_facility}', 'home', '330106' from generate_series(1, 100) n`,
    `insert into organisation_filings (organisation_id, kind, starts_on) select id, 'filing', '2020-01-01' from organisations where name like '示例颐养院%'`,
    `insert into organisations (name, kinds, district_code) values ('示例评价中心', '{assessment_body}', '330102'), ('示例培训学校', '{training_institution}', '330102')`,
    `create table homes as select id, row_number() over (order by id) as n from organisations where name like '示例颐养院%'`,
    `insert into people (name, name_pinyin, name_initials, workforce, id_type, id_number_sealed, id_number_masked)
      select '示例' || n, 'shili' || n, 'sl', 'elder_care', 'resident_id', 'k1.x.' || n, '1099**********0000' from generate_series(1, ${people}) n`,
    `insert into employments (person_id, organisation_id, post, contract_kind, starts_on)
      select p.id, h.id, 'care', 'labour', date '2024-01-01' + (p.n % 900)::integer from ${who} p join homes h on h.n = p.n % 100 + 1`,
    `insert into employments (person_id, organisation_id, post, contract_kind, starts_on)
      select p.id, h.id, 'care', 'service', date '2025-01-01' from ${who} p join homes h on h.n = (p.n + 1) % 100 + 1 where p.n % 17 = 0`,
    `insert into service_months (person_id, month, organisation_id, attendance_days, social_insurance)
      select e.person_id, m, e.organisation_id, 19 + (abs(hashtext(e.person_id::text || m)) % 10), true
      from employments e, generate_series(date '2025-11-01', date '2026-10-01', interval '1 month') m where e.contract_kind = 'labour'`,
    `insert into courses (organisation_id, name, kind, theory_hours, practice_hours, attendance_percent) select id, '课程', 'in_service', 10, 10, 80 from organisations where name = '示例培训学校'`,
    `insert into classes (course_id, organisation_id, name, starts_on, ends_on, capacity) select id, organisation_id, '一班', '2025-01-01', '2025-02-01', 500 from courses`,
    `insert into enrolments (class_id, person_id, status) select k.id, p.id, 'completed' from classes k, people p`,
    `insert into assessment_results (enrolment_id, assessed_on, passed, assessor_organisation_id)
      select e.id, '2025-03-01', true, o.id from enrolments e, organisations o where o.name = '示例评价中心'`,
    `insert into certificates (number, kind, person_id, holder_name, id_number_masked, occupation_code, occupation_name, level, issuer_organisation_id,
        issuer_name, issued_on, result_id, enrolment_id, token, printed, pdf_sha256)
      select 'S0000339999012551' || lpad(p.n::text, 6, '0'), 'skill_level', p.id, '示例', '1099', '4-10-01-05', '养老护理员', 1 + p.n % 5, o.id,
        o.name, '2025-03-10', r.id, e.id, lpad(p.n::text, 22, 't'), '{}', repeat('0', 64)
      from ${who} p join enrolments e on e.person_id = p.id join assessment_results r on r.enrolment_id = e.id, organisations o where o.name = '示例评价中心'`,
    `insert into certificate_revocations (certificate_id, reason_code, reason, effective_on)
      select id, 'issued_in_error', '示例', '2026-09-15' from (select id, row_number() over (order by id) as n from certificates) c where n % 33 = 0`,
    `insert into registry_checks (certificate_id, registry, result, checked_on, evidence) select id, 'osta', 'found', '2025-04-01', '示例' from certificates where level <> 3`,
    `insert into registry_checks (certificate_id, registry, result, checked_on, evidence) select id, 'zheli_kangyang', 'found', '2025-04-01', '示例' from certificates where level = 3`,
    `insert into education_hours (person_id, completed_on, hours, provider, subject) select id, '2026-05-01', 8, '示例培训学校', '继续教育' from people`,
    `insert into conduct_events (person_id, kind, happened_on, decided_on, decision) select p.id, 'ethics_breach', '2026-06-01', '2026-06-20', '示例' from ${who} p where p.n % 200 = 0`,
  ]
}
