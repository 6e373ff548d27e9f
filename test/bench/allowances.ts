/** Hides how computing a month of allowances is measured: people in a real PostgreSQL by the real job in a process of its own, and the least any program could do. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import { loadReference } from '../../db/load-reference.ts'
import { migrate } from '../../db/migrate.ts'
import { unscopedActor } from '../../src/access/queries.ts'
import { computeRun, confirmVersion } from '../../src/allowances/actions.ts'
import { allowanceRunJob } from '../../src/allowances/run.ts'
import { requestSimulation, simulationJob } from '../../src/allowances/simulation.ts'
import { newSimulationShape } from '../../src/allowances/simulation-shapes.ts'
import { runSlice } from '../../src/jobs/actions.ts'
import { addMonths } from '../../src/platform/calendar.ts'
import { type Context, SYSTEM, scopeOf } from '../../src/platform/context.ts'
import { type Db, openPostgres } from '../../src/platform/database.ts'
import { openEmbedded } from '../../src/platform/embedded.ts'
import { openVault } from '../../src/platform/vault.ts'

const PEOPLE = 20_000
const MONTHS = ['2026-08', '2026-09', '2026-10']
const REVOKED = 1000
const NOW = new Date('2026-11-23T02:00:00Z')

export interface RunBench {
  people: number
  lines: number
  run_seconds: number
  floor_seconds: number
  ratio: number
  /** of the process that computes, at its highest */
  memory_mb: number
  /** one month, a rate changed, beside the run of the same month */
  simulation_seconds: number
  simulation_ratio: number
}

/** `url` is an empty or migrated database of its own, of a user who may set session_replication_role. Medians of three months, run and floor in turn. */
export async function benchRun(url: string, people = PEOPLE): Promise<RunBench> {
  const db = openPostgres(url, 2)
  try {
    await migrate(db)
    await loadReference(db)
    const context = await makeWorld(db, people)
    const runs: Computed[] = []
    const floors: number[] = []
    const simulations: number[] = []
    for (const month of MONTHS) {
      runs.push(await runMonth(db, url, context, month))
      floors.push(await timed(() => writeFloor(db, month)))
      simulations.push(await timed(() => simulateMonth(db, context, month)))
    }
    const { rows } = await sql<{
      lines: number
    }>`select count(*) as lines from floor_lines where month = ${`${MONTHS.at(-1)}-01`}::date`.execute(db)
    const run_seconds = median(runs.map(({ seconds }) => seconds))
    const [floor_seconds, simulation_seconds] = [median(floors), median(simulations)]
    return {
      people,
      lines: rows[0]!.lines,
      run_seconds,
      floor_seconds,
      ratio: Math.round((10 * run_seconds) / floor_seconds) / 10,
      memory_mb: Math.max(...runs.map(({ memory_mb }) => memory_mb)),
      simulation_seconds,
      simulation_ratio: simulation_seconds / run_seconds,
    }
  } finally {
    await db.destroy()
  }
}

export interface ChangesBench {
  people: number
  revoked: number
  /** the month after two that were paid, all three judged for everybody */
  everybody_seconds: number
  /** the same month when nothing became known, and when as many certificates were revoked from a day two months before */
  unchanged_seconds: number
  changed_seconds: number
  /** what the revocations cost, of judging everybody */
  share: number
}

/** `url` as above. Each figure is the median of three computations. */
export async function benchChanges(url: string, people = 300_000): Promise<ChangesBench> {
  const db = openPostgres(url, 2)
  try {
    await migrate(db)
    await loadReference(db)
    const context = await makeWorld(db, people)
    for (const month of MONTHS.slice(0, 2)) {
      await runMonth(db, url, context, month)
      await bookMonth(db, month)
    }
    const [, , month] = MONTHS as [string, string, string]
    const seconds = async (everybody = false) => {
      const runs: number[] = []
      for (let round = 0; round < 3; round++) runs.push((await runMonth(db, url, context, month, everybody)).seconds)
      return median(runs)
    }
    const everybody_seconds = await seconds(true)
    const unchanged_seconds = await seconds()
    await sql`
      insert into certificate_revocations (certificate_id, reason_code, reason, effective_on)
      select id, 'issued_in_error', '示例', '2026-08-01' from certificates c
      where not exists (select from certificate_revocations r where r.certificate_id = c.id) order by md5(id::text) limit ${REVOKED}`.execute(
      db,
    )
    const changed_seconds = await seconds()
    const { rows } = await sql<{ recovered: number }>`
      select count(distinct person_id) as recovered from allowance_lines where amount_fen < 0`.execute(db)
    if (rows[0]!.recovered < REVOKED / 2) throw new Error(`only ${rows[0]!.recovered} recoveries were found`)
    return {
      ...{ people, revoked: REVOKED, everybody_seconds, unchanged_seconds, changed_seconds },
      share: (changed_seconds - unchanged_seconds) / everybody_seconds,
    }
  } finally {
    await db.destroy()
  }
}

/** What approval books, without its reviews: the lines of the month continue no chain yet. */
async function bookMonth(db: Db, month: string): Promise<void> {
  const day = sql`${`${month}-01`}::date`
  await db.transaction().execute(async (tx) => {
    await sql`set local session_replication_role = replica`.execute(tx)
    await sql`insert into allowance_decisions (run_id, kind, decided_by, decided_at)
      select id, 'approval', created_by, clock_timestamp() from allowance_runs where month = ${day}`.execute(tx)
    await sql`update allowance_runs set status = 'approved' where month = ${day}`.execute(tx)
    await sql`insert into allowance_ledger (person_id, scheme_code, month, component, seq, entitlement_fen, run_id)
      select l.person_id, r.scheme_code, l.month, l.component, 0, l.entitlement_fen, r.id
      from allowance_lines l join allowance_runs r on r.id = l.run_id where r.month = ${day}`.execute(tx)
  })
  await sql`vacuum analyze`.execute(db)
}

export interface EmbeddedBench {
  people: number
  run_seconds: number
}

/** The same run in the embedded database, in this process and on disk. */
export async function benchEmbedded(people = PEOPLE): Promise<EmbeddedBench> {
  const directory = mkdtempSync(join(tmpdir(), 'huyu-bench-'))
  const { db, close } = await openEmbedded(directory)
  try {
    await migrate(db)
    await loadReference(db)
    const context = await makeWorld(db, people)
    const runs: number[] = []
    for (const month of MONTHS) {
      await askRun(db, context, month)
      const runner = { ...context, publicUrl: context.public_url, now: () => NOW, log: LOG }
      const handlers = { 'allowances.run': allowanceRunJob() }
      runs.push(
        await timed(async () => {
          while (await runSlice(db, runner, handlers));
        }),
      )
      await checkComputed(db, month)
    }
    return { people, run_seconds: median(runs) }
  } finally {
    await close()
    rmSync(directory, { recursive: true, force: true })
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

interface Computed {
  seconds: number
  memory_mb: number
}

const LOG = { info: () => {}, warn: () => {}, error: (fields: object) => console.error(fields) }

async function askRun(db: Db, context: Context, month: string): Promise<void> {
  const input = { scheme_code: 'hz-special-post', month, district_code: '330106' }
  await db.transaction().execute((tx) => computeRun(tx, context, input))
}

async function checkComputed(db: Db, month: string): Promise<void> {
  const { status } = await db
    .selectFrom('allowance_runs')
    .select('status')
    .where('month', '=', `${month}-01`)
    .executeTakeFirstOrThrow()
  if (status !== 'computed') throw new Error(`the run is ${status}`)
}

/** Asked for by the action, computed by a process of its own: from the first slice after an earlier computation is thrown away to the last. */
async function runMonth(db: Db, url: string, context: Context, month: string, everybody = false): Promise<Computed> {
  await askRun(db, context, month)
  const computing = spawnSync(process.execPath, [LAUNCH, WORKER, url, String(everybody)], { encoding: 'utf8' })
  if (computing.status !== 0) throw new Error(computing.stderr)
  await checkComputed(db, month)
  return JSON.parse(computing.stdout)
}

// as the program is started
const LAUNCH = fileURLToPath(new URL('../../src/launch.mjs', import.meta.url))
const WORKER = fileURLToPath(new URL('./computing.mjs', import.meta.url))

async function simulateMonth(db: Db, context: Context, month: string): Promise<void> {
  const asked = { version: 1, title: '测算', first_month: month, last_month: month }
  const input = newSimulationShape.parse({ ...asked, rates: [{ level: 5, amount_fen: 40_000 }] })
  await db.transaction().execute((tx) => requestSimulation(tx, context, 'hz-special-post', input))
  const runner = { ...context, publicUrl: context.public_url, now: () => NOW, log: LOG }
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
  await db.connection().execute(async (one) => {
    for (const statement of worldStatements(people)) await sql.raw(statement).execute(one)
  })
  await sql`create table floor_lines (like allowance_lines, primary key (run_id, person_id, month, component))`.execute(
    db,
  )
  await sql`analyze`.execute(db)
  return context
}

/**
 * Raw inserts, for speed, most of them without their triggers and foreign keys: 100 homes, everybody employed, 6 % in two places, 3 %
 * revoked, a year of attendance, three quarters payable.
 */
function worldStatements(people: number): string[] {
  const who = `(select id, row_number() over (order by id) as n from people)`
  return [
    `insert into organisations (name, kinds, facility_kind, district_code) select '示例颐养院' || n, '{care_facility}', 'home', '330106' from generate_series(1, 100) n`,
    `insert into organisation_filings (organisation_id, kind, starts_on) select id, 'filing', '2020-01-01' from organisations where name like '示例颐养院%'`,
    `insert into organisations (name, kinds, district_code) values ('示例评价中心', '{assessment_body}', '330102')`,
    `create table homes as select id, row_number() over (order by id) as n from organisations where name like '示例颐养院%'`,
    `set session_replication_role = replica`,
    `insert into people (name, name_pinyin, name_initials, workforce, id_type, id_number_sealed, id_number_masked)
      select '示例' || n, 'shili' || n, 'sl', 'elder_care', 'resident_id', 'k1.x.' || n, '1099**********0000' from generate_series(1, ${people}) n`,
    `insert into employments (person_id, organisation_id, post, contract_kind, starts_on)
      select p.id, h.id, 'care', 'labour', date '2024-01-01' + (p.n % 900)::integer from ${who} p join homes h on h.n = p.n % 100 + 1`,
    `insert into employments (person_id, organisation_id, post, contract_kind, starts_on)
      select p.id, h.id, 'care', 'service', date '2025-01-01' from ${who} p join homes h on h.n = (p.n + 1) % 100 + 1 where p.n % 17 = 0`,
    // month after month, as they are reported
    ...MONTHS_BEFORE.map(
      (month) => `insert into service_months (person_id, month, organisation_id, attendance_days, social_insurance)
      select person_id, '${month}', organisation_id, 19 + (abs(hashtext(person_id::text || '${month}')) % 10), true from employments where contract_kind = 'labour'`,
    ),
    `insert into certificates (number, kind, person_id, holder_name, id_number_masked, occupation_code, occupation_name, level, issuer_organisation_id,
        issuer_name, issued_on, result_id, token, printed, pdf_sha256)
      select 'S0000339999012551' || lpad(p.n::text, 7, '0'), 'skill_level', p.id, '示例', '1099', '4-10-01-05', '养老护理员', 1 + p.n % 5, o.id,
        o.name, '2025-03-10', gen_random_uuid(), lpad(p.n::text, 22, 't'), '{}', repeat('0', 64)
      from ${who} p, organisations o where o.name = '示例评价中心'`,
    `insert into certificate_revocations (certificate_id, reason_code, reason, effective_on)
      select id, 'issued_in_error', '示例', '2026-09-15' from (select id, row_number() over (order by id) as n from certificates) c where n % 33 = 0`,
    `insert into registry_checks (certificate_id, registry, result, checked_on, evidence)
      select id, case level when 3 then 'zheli_kangyang' else 'osta' end, 'found', '2025-04-01', '示例' from certificates`,
    `insert into education_hours (person_id, completed_on, hours, provider, subject) select id, '2026-05-01', 8, '示例培训学校', '继续教育' from people`,
    `insert into conduct_events (person_id, kind, happened_on, decided_on, decision) select p.id, 'ethics_breach', '2026-06-01', '2026-06-20', '示例' from ${who} p where p.n % 200 = 0`,
    `set session_replication_role = origin`,
  ]
}

const MONTHS_BEFORE = Array.from({ length: 12 }, (_, index) => `${addMonths('2025-11', index)}-01`)
