/** The job that computes a run: slices of people, each one transaction, all seeing what was known at one cutoff under frozen rules. */
import { sql } from 'kysely'
import { recordHistory } from '../history/actions.ts'
import type { Job, JobHandler, Slice } from '../jobs/actions.ts'
import { sha256Hex } from '../platform/bytes.ts'
import { addMonths, firstDay, type Month, monthOf } from '../platform/calendar.ts'
import type { Context } from '../platform/context.ts'
import { readCutoff, type Tx } from '../platform/database.ts'
import { refuse } from '../platform/errors.ts'
import { COMPONENT_KINDS } from './components.ts'
import { type Line, linesFor, type Plan } from './corrections.ts'
import { employedIn, readFacts, readLedger, type Window } from './facts.ts'
import { findOddities, markAccounts } from './findings.ts'
import { insertLines } from './lines.ts'
import { runTotals, writeOrganisationLines } from './organisation-lines.ts'
import { canonicalJson, type Rules } from './rules.ts'
import { computableRules, knownToAll } from './usable-rules.ts'
import { readVersions, usableIn, versionIn } from './versions.ts'

const NOBODY = '00000000-0000-0000-0000-000000000000'
const TOTALS = 'totals'
const ACCOUNTS = 5000

/**
 * Kind `allowances.run`, subject the run. First slice: throws the lines of an earlier computation away, reads the cutoff, freezes
 * the rules. Then `sliceSize` people a slice in order of id. Last: totals and the digest over all lines. The lines depend on cutoff
 * and rules alone, never on the slices. Fails with `run.rules_changed` when a version was confirmed in between.
 */
export function allowanceRunJob(sliceSize = 2000): JobHandler {
  return async (tx, context, job) => {
    const run = await lockRun(tx, job)
    if (job.position === null) return begin(tx, run)
    if (job.position === TOTALS) return finish(tx, context, run, job)
    return computeSlice(tx, run, job, sliceSize)
  }
}

type Run = Awaited<ReturnType<typeof lockRun>>

async function lockRun(tx: Tx, job: Job) {
  const run = await tx
    .selectFrom('allowance_runs')
    .select(['id', 'scheme_code', 'month', 'district_code', 'rules_sha256', sql<string>`cutoff::text`.as('cutoff')])
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

async function begin(tx: Tx, run: Run): Promise<Slice> {
  await tx.deleteFrom('run_findings').where('run_id', '=', run.id).execute()
  await tx.deleteFrom('allowance_lines').where('run_id', '=', run.id).execute()
  await tx.deleteFrom('organisation_lines').where('run_id', '=', run.id).execute()
  const rules_sha256 = await digestOf(await readMonths(tx, run))
  // last, because writers of facts wait from here to the commit
  const cutoff = await readCutoff(tx)
  await tx
    .updateTable('allowance_runs')
    .set({
      cutoff: sql<Date>`${cutoff}::timestamptz`,
      rules_sha256,
      lines_sha256: null,
      line_count: null,
      payable_count: null,
      total_fen: null,
    })
    .where('id', '=', run.id)
    .execute()
  return { done: 0, position: NOBODY }
}

type MonthRules = { month: Month; rules: Rules }[]

/** The run's month and those of the look-back for which there are rules, the oldest first; an entry for each component. */
async function readMonths(tx: Tx, run: Pick<Run, 'scheme_code' | 'month'>): Promise<MonthRules> {
  const versions = await readVersions(tx, run.scheme_code)
  const now = computableRules(versionIn(versions, run.scheme_code, run.month), knownToAll)
  const { look_back_months } = now[0]!
  const earlier = Array.from({ length: look_back_months }, (_, index) => addMonths(run.month, index - look_back_months))
  return [
    ...earlier.flatMap((month) => usableIn(versions, month, knownToAll).map((rules) => ({ month, rules }))),
    ...now.map((rules) => ({ month: run.month, rules })),
  ]
}

function digestOf(months: MonthRules): Promise<string> {
  return sha256Hex(
    canonicalJson([
      ...new Map(months.map(({ rules }) => [`${rules.version_id} ${rules.component.code}`, rules])).values(),
    ]),
  )
}

/**
 * Refuses `run.rules_changed` when the versions a run was computed by are no longer those in force, `scheme.no_version` when its month
 * has none any more: the scheme ended, or a version was confirmed or added, after it was computed.
 */
export async function checkRules(
  tx: Tx,
  run: { scheme_code: string; month: Month; rules_sha256: string | null },
): Promise<void> {
  if ((await digestOf(await readMonths(tx, run))) !== run.rules_sha256)
    refuse('conflict', 'run.rules_changed', {
      zh: '计算之后政策标准有了变化（新确认、新版本或终止），本批次的数已经过时，请重新计算。',
      en: 'The rules have changed since the run was computed (confirmed anew, another version, or ended): compute it again.',
    })
}

async function computeSlice(tx: Tx, run: Run, job: Job, sliceSize: number): Promise<Slice> {
  const months = await readMonths(tx, run)
  if ((await digestOf(months)) !== run.rules_sha256)
    refuse('conflict', 'run.rules_changed', {
      zh: '计算期间政策标准有了新的确认，本次计算作废，请重新计算。',
      en: 'The rules were confirmed anew while the run was computed: compute it again.',
    })
  const plan = ofPayee(await readPlan(tx, run, months), 'person')
  if (plan.months.length === 0) return { done: 0, position: TOTALS, total: 0 }
  const ids = await candidates(tx, run, plan, job.position!, sliceSize)
  if (ids.length > 0) await insertLines(tx, run.id, await judge(tx, run, plan, ids))
  return {
    done: job.done + ids.length,
    position: ids.length < sliceSize ? TOTALS : ids.at(-1)!,
    ...(job.position === NOBODY && { total: await countCandidates(tx, run, plan) }),
  }
}

async function judge(tx: Tx, run: Run, plan: Plan, ids: string[]): Promise<Line[]> {
  const window: Window = {
    cutoff: run.cutoff,
    months: [...new Set(plan.months.map(({ month }) => month))],
    rules: plan.months.map(({ rules }) => rules),
  }
  const factsOf = await readFacts(tx, ids, window)
  const ledger = await readLedger(tx, ids, run.scheme_code, window)
  return ids.flatMap((id) => linesFor(id, factsOf(id), ledger.get(id) ?? [], plan))
}

/** Leaves out the months that nobody was judged for: neither an approved run of this district nor a ledger entry is older. */
async function readPlan(tx: Tx, run: Run, months: MonthRules): Promise<Plan> {
  const { rows } = await sql<{ month: string; own: boolean }>`
    select to_char(r.month, 'YYYY-MM') as month, bool_or(r.district_code = ${run.district_code}) as own
    from allowance_runs r join allowance_decisions d on d.run_id = r.id and d.kind = 'approval' and d.decided_at <= ${run.cutoff}::timestamptz
    where r.scheme_code = ${run.scheme_code} and r.month >= ${firstDay(months[0]!.month)}::date group by r.month`.execute(
    tx,
  )
  const approved = new Map(rows.map((row) => [row.month, row.own]))
  return {
    month: run.month,
    district_code: run.district_code,
    months: months.flatMap((one) =>
      one.month === run.month || approved.has(one.month)
        ? [{ ...one, approved: approved.get(one.month) ?? false }]
        : [],
    ),
  }
}

/** The months of the components that are paid to people, or to organisations. */
function ofPayee({ months, ...plan }: Plan, payee: 'person' | 'organisation'): Plan {
  return { ...plan, months: months.filter(({ rules }) => COMPONENT_KINDS[rules.component.kind].payee === payee) }
}

/** People with an employment in the scheme's posts in this district in one of the months, and people this district has booked. */
function candidateRows(run: Run, { months }: Plan, after: string, limit: number | null) {
  const posts = [...new Set(months.flatMap(({ rules }) => rules.posts))]
  const from = firstDay(months[0]!.month)
  const to = firstDay(addMonths(run.month, 1))
  const some = sql`order by person_id limit ${limit}`
  return sql<{ person_id: string }>`
    (${employedIn([run.district_code], { posts, from, to, cutoff: run.cutoff })} and e.person_id > ${after}::uuid ${some})
    union
    (select distinct l.person_id from allowance_ledger l join allowance_runs r on r.id = l.run_id
     where r.district_code = ${run.district_code} and l.scheme_code = ${run.scheme_code} and l.person_id > ${after}::uuid
       and l.month = any(${[...new Set(months.map(({ month }) => firstDay(month)))]}::date[]) ${some})`
}

async function candidates(tx: Tx, run: Run, plan: Plan, after: string, limit: number): Promise<string[]> {
  const { rows } = await sql<{
    person_id: string
  }>`${candidateRows(run, plan, after, limit)} order by person_id limit ${limit}`.execute(tx)
  return rows.map((row) => row.person_id)
}

async function countCandidates(tx: Tx, run: Run, plan: Plan): Promise<number> {
  const { rows } = await sql<{
    count: number
  }>`select count(*) as count from (${candidateRows(run, plan, NOBODY, null)}) candidates`.execute(tx)
  return rows[0]!.count
}

async function finish(tx: Tx, context: Context, run: Run, job: Job): Promise<Slice> {
  // a slice of its own for each lot of accounts nobody has compared before; then what looks odd in the run
  if ((await markAccounts(tx, context, run.id, ACCOUNTS)) === ACCOUNTS) return { done: job.done, position: TOTALS }
  await writeOrganisationLines(tx, run, ofPayee(await readPlan(tx, run, await readMonths(tx, run)), 'organisation'))
  const findings = await findOddities(tx, run)
  const totals = await runTotals(tx, run.id)
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
