/** The job that computes a run: slices of people, each one transaction, all seeing what was known at one cutoff under frozen rules. */
import { sql } from 'kysely'
import { recordHistory } from '../history/actions.ts'
import type { Job, JobHandler, Slice } from '../jobs/actions.ts'
import { monthOf } from '../platform/calendar.ts'
import type { Context } from '../platform/context.ts'
import { type Db, readByRange, readCutoff, type Tx } from '../platform/database.ts'
import { refuse } from '../platform/errors.ts'
import { followsFromDatedFacts, noteChangedPeople, readLastRun } from './changed-people.ts'
import { findOddities, markAccounts } from './findings.ts'
import { partsDigest } from './lines.ts'
import { runTotals, writeOrganisationLines } from './organisation-lines.ts'
import { digestOf, ofPayee, type Run, readMonths, readPlan } from './run-months.ts'
import { computeParts } from './run-parts.ts'
import { countCandidates, NOBODY, spanOf } from './run-people.ts'

const CLEARING = 'clearing'
const CHANGES = 'changes'
const TOTALS = 'totals'
const ACCOUNTS = 5000
const FIRST_SLICE = 5000
const LARGEST_SLICE = 50_000
/** lines of an earlier computation that go at once */
const CLEARED = 10_000
/** After every id. */
const EVERYBODY = 'ffffffff-ffff-ffff-ffff-ffffffffffff'

export interface RunSizes {
  /** people a slice, a transaction each; when nothing is said as many as are done: progress soon, and few commits of a large run */
  slice: number | null
  /** people looked up at once, the next ones while these are computed */
  lot: number
  /** people read at once: the next ones while these are judged */
  part: number
  /** of whom earlier months are judged: of whom something became known since the last run, or everybody */
  everybody: boolean
}

/**
 * Kind `allowances.run`, subject the run. First slices: throw the lines of an earlier computation away, read the cutoff, freeze the rules,
 * find of whom something became known since the last run. Then people in order of id. Last: totals and the digest over all lines. The
 * lines depend on cutoff and rules alone, never on the slices. Fails with `run.rules_changed` when a version was confirmed in between.
 */
export function allowanceRunJob(sizes: Partial<RunSizes> = {}): JobHandler {
  const { slice = null, lot = 10_000, part = 1250, everybody = false } = sizes
  return async (tx, context, job, beside) => {
    const run = await lockRun(tx, job)
    if (job.position === null || job.position === CLEARING) return begin(tx, run)
    if (job.position === CHANGES) return findChanges(tx, run, everybody)
    if (job.position === TOTALS) return finish(tx, context, run, job)
    return computeSlice(tx, run, job, { slice, lot, part, everybody }, beside)
  }
}

async function lockRun(tx: Tx, job: Job): Promise<Run> {
  const run = await tx
    .selectFrom('allowance_runs')
    .select(['id', 'scheme_code', 'month', 'district_code', 'rules_sha256'])
    .select([sql<string>`cutoff::text`.as('cutoff'), 'changes_since'])
    .where('id', '=', job.subject_id)
    .where('job_id', '=', job.id)
    .where('status', '=', 'computing')
    .forUpdate()
    .executeTakeFirst()
  return run
    ? { ...run, month: monthOf(run.month) }
    : refuse('conflict', 'run.superseded', {
        zh: '本次计算已被新的计算取代。',
        en: 'A newer computation has replaced this one.',
      })
}

/** Comes again until nothing is left of an earlier computation. */
async function begin(tx: Tx, run: Run): Promise<Slice> {
  // up to a person: a list of them would be looked through for each line while nobody has counted the lines
  const { numAffectedRows = 0n } = await sql`
    delete from allowance_lines where run_id = ${run.id}::uuid and person_id <= coalesce((
      select l.person_id from allowance_lines l where l.run_id = ${run.id}::uuid order by l.person_id offset ${CLEARED - 1} limit 1), ${EVERYBODY}::uuid)`.execute(
    tx,
  )
  if (numAffectedRows >= CLEARED) return { done: 0, position: CLEARING }
  for (const table of ['organisation_lines', 'run_findings', 'run_parts', 'run_changed_people'] as const)
    await tx.deleteFrom(table).where('run_id', '=', run.id).execute()
  // late, because writers of facts wait from here to the commit
  const cutoff = await readCutoff(tx)
  const rules_sha256 = await digestOf(await readMonths(tx, { ...run, cutoff }))
  await tx
    .updateTable('allowance_runs')
    .set({
      cutoff: sql<Date>`${cutoff}::timestamptz`,
      rules_sha256,
      changes_since: null,
      lines_sha256: null,
      line_count: null,
      payable_count: null,
      total_fen: null,
    })
    .where('id', '=', run.id)
    .execute()
  return { done: 0, position: CHANGES }
}

/** Earlier months are judged again for everybody unless the last run judged the same ones by the same rules, and by dated facts alone. */
async function findChanges(tx: Tx, run: Run, everybody: boolean): Promise<Slice> {
  const plan = ofPayee(await readPlan(tx, run, await readMonths(tx, run)), 'person')
  const earlier = plan.months.filter(({ month, people }) => month !== run.month && !people)
  const last = everybody || earlier.length === 0 ? null : await readLastRun(tx, run)
  if (last && earlier.every(({ rules }) => followsFromDatedFacts(rules))) {
    const judged = await readMonths(tx, { ...last, scheme_code: run.scheme_code })
    const known = new Set(judged.flatMap(({ month, people }) => (people ? [] : [month])))
    if (last.rules_sha256 === (await digestOf(judged)) && earlier.every(({ month }) => known.has(month))) {
      await noteChangedPeople(tx, run, last, { ...spanOf(plan), months: earlier.map(({ month }) => month) })
      await tx
        .updateTable('allowance_runs')
        .set({ changes_since: sql<Date>`${last.since}::timestamptz` })
        .where('id', '=', run.id)
        .execute()
    }
  }
  return { done: 0, position: NOBODY }
}

async function computeSlice(tx: Tx, run: Run, job: Job, sizes: RunSizes, beside: Db): Promise<Slice> {
  const { lot, part } = sizes
  const slice = sizes.slice ?? Math.min(Math.max(job.done, FIRST_SLICE), LARGEST_SLICE)
  const months = await readMonths(tx, run)
  if ((await digestOf(months)) !== run.rules_sha256)
    refuse('conflict', 'run.rules_changed', {
      zh: '计算期间政策标准有了新的确认，本次计算作废，请重新计算。',
      en: 'The rules were confirmed anew while the run was computed: compute it again.',
    })
  await readByRange(tx)
  const plan = ofPayee(await readPlan(tx, run, months), 'person')
  if (plan.months.length === 0) return { done: 0, position: TOTALS, total: 0 }
  // beside the first people where there is another connection: to count everybody takes as long as they do
  const first = job.position === NOBODY
  const counting = first && beside !== tx ? countCandidates(beside, run, plan) : null
  counting?.catch(() => {})
  const { done, last } = await computeParts(tx, beside, { run, plan, after: job.position!, slice, lot, part })
  return {
    done: job.done + done,
    position: done < slice ? TOTALS : last,
    ...(first && { total: await (counting ?? countCandidates(tx, run, plan)) }),
  }
}

async function finish(tx: Tx, context: Context, run: Run, job: Job): Promise<Slice> {
  // a slice of its own for each lot of accounts nobody has compared before; then what looks odd in the run
  if ((await markAccounts(tx, context, run.id, ACCOUNTS)) === ACCOUNTS) return { done: job.done, position: TOTALS }
  await writeOrganisationLines(tx, run, ofPayee(await readPlan(tx, run, await readMonths(tx, run)), 'organisation'))
  await readByRange(tx)
  const findings = await findOddities(tx, run)
  const totals = await runTotals(tx, run.id, partsDigest(run.id))
  for (const table of ['run_parts', 'run_changed_people'] as const)
    await tx.deleteFrom(table).where('run_id', '=', run.id).execute()
  await tx
    .updateTable('allowance_runs')
    .set({ ...totals, status: 'computed' })
    .where('id', '=', run.id)
    .execute()
  await recordHistory(tx, context, {
    kind: 'run.computed',
    subject_kind: 'allowance_run',
    subject_id: run.id,
    district_code: run.district_code,
    changes: { ...totals, findings, rules_sha256: run.rules_sha256 },
  })
  return { done: job.done, total: job.done, position: null, result: { ...totals, run_id: run.id } }
}
