/** Reads of schemes and runs. Policy is public; everything about people goes through a scope. */

import { sql } from 'kysely'
import { addMonths, firstDay, type Month, monthOf } from '../platform/calendar.ts'
import { type Context, divisionPrefix, type Scope, townshipOf } from '../platform/context.ts'
import type { Db } from '../platform/database.ts'
import { notFound } from '../platform/errors.ts'
import { type Page, type PageInput, readCursor, toPage } from '../platform/paging.ts'
import { together } from '../platform/together.ts'
import { listPaymentFiles } from './payment-queries.ts'
import type { Hands, RunWait } from './review-rules.ts'
import { concerns, type RunStatus, rulesMonth } from './rules.ts'
import { seesLine, seesRun } from './run-scope.ts'
import { isComplete, keyOf, knownToAll, type Missing, missingPieces } from './usable-rules.ts'
import { readVersions, readVersionsOf, type VersionRow } from './versions.ts'
import { runWaits } from './waiting-runs.ts'

export const RUN = { zh: '津贴批次', en: 'allowance run' }
export const SCHEME = { zh: '政策', en: 'scheme' }

// ─── schemes ───────────────────────────────────────────────────────────────────────────────────────────────────────────

export async function getScheme(db: Db, code: string) {
  const row = await db
    .selectFrom('schemes')
    .select(['code', 'name', 'division_code', 'workforce'])
    .where('code', '=', code)
    .executeTakeFirst()
  return row ?? notFound(SCHEME)
}

/** For choosing one. */
export function listSchemeNames(db: Db) {
  return db
    .selectFrom('schemes')
    .select(['code', 'name', 'division_code'])
    .orderBy('division_code')
    .orderBy('code')
    .execute()
}

/** Every scheme with the version in force in the month, and whether it can be computed; those that concern a division first. */
export async function listSchemes(db: Db, month: Month, home: string | null = null) {
  const schemes = await db
    .selectFrom('schemes')
    .select(['code', 'name', 'division_code', 'workforce'])
    .orderBy('division_code')
    .orderBy('code')
    .execute()
  const versions = await readVersionsOf(
    db,
    schemes.map(({ code }) => code),
  )
  const near = schemes.filter(({ division_code }) => concerns(division_code, home))
  return [...near, ...schemes.filter((scheme) => !near.includes(scheme))].map((scheme) => {
    const version = versions.get(scheme.code)?.find((one) => rulesMonth(one, month))
    return {
      ...scheme,
      version: version?.number ?? null,
      effective_from: version?.effective_from ?? null,
      confirmed: version ? viewOfVersion(version).confirmed : false,
      computable: version ? knownToAll(version).length > 0 : false,
    }
  })
}

/** A version as it is shown, with what nobody has confirmed. */
export function viewOfVersion(version: VersionRow) {
  const view = ({ levels, rates, conditions, others, asks }: Missing) => ({
    ...{ levels, others: others.map(({ zh, en }) => ({ zh, en })), asks },
    rates: rates.map(({ component, ...rate }) => ({ component: component!, key: keyOf(rate) })),
    conditions: conditions.map(({ code }) => code),
  })
  const missing = missingPieces(version)
  return {
    ...version,
    components: version.components.map((component) => {
      const own = missingPieces(version, component.code)
      return { ...component, missing: view(own), confirmed: isComplete(own) }
    }),
    missing: view(missing),
    confirmed: isComplete(missing),
  }
}

export async function listVersions(db: Db, code: string) {
  await getScheme(db, code)
  return (await readVersions(db, code)).map(viewOfVersion)
}

/** What the codes in citations stand for. */
export function listSources(db: Db, citations: string[]) {
  const codes = [...new Set(citations.flatMap((citation) => citation.match(/S\d+|\bR\b/g) ?? []))]
  return db
    .selectFrom('sources')
    .select(['code', 'title', 'address', 'quality'])
    .where('code', '=', sql<string>`any(${codes}::text[])`)
    .orderBy('code')
    .execute()
}

export async function listDistrictNames(db: Db, codes: string[]): Promise<Map<string, string>> {
  const rows = await db
    .selectFrom('districts')
    .select(['code', 'name'])
    .where('code', '=', sql<string>`any(${codes}::text[])`)
    .execute()
  return new Map(rows.map(({ code, name }) => [code, name]))
}

/** Districts a run can be made for: inside the scope, and the division of one of the schemes. */
export async function listRunDistricts(db: Db, scope: Scope) {
  const reading = together(db)
  const [schemes, districts] = await Promise.all([
    reading.selectFrom('schemes').select('division_code').distinct().execute(),
    reading.selectFrom('districts').select(['code', 'name']).orderBy('code').execute(),
  ])
  const prefix = scope.kind === 'division' ? scope.prefix : '-'
  return districts.filter(
    ({ code }) =>
      code.startsWith(prefix) && schemes.some((scheme) => code.startsWith(divisionPrefix(scheme.division_code))),
  )
}

// ─── runs ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

export interface RunFilter extends PageInput {
  scheme_code?: string | undefined
  month?: Month | undefined
  status?: RunStatus | undefined
  waits?: RunWait | undefined
}

/** The newest month first. What a run waits for is asked as of whoever reads. */
export async function listRuns(
  db: Db,
  reader: Pick<Context, 'actor' | 'scope' | 'now'>,
  filter: RunFilter,
): Promise<Page<RunRow>> {
  const after = readCursor(filter.cursor, 2)
  let query = runRows(db, reader.scope).where(seesRun(reader.scope))
  if (filter.scheme_code) query = query.where('r.scheme_code', '=', filter.scheme_code)
  if (filter.month) query = query.where('r.month', '=', firstDay(filter.month))
  if (filter.status) query = query.where('r.status', '=', filter.status)
  if (filter.waits) query = query.where(runWaits(filter.waits, reader))
  if (after) query = query.where(sql<boolean>`(r.month, r.id) < (${after[0]}::date, ${after[1]}::uuid)`)
  const rows = await query
    .orderBy('r.month', 'desc')
    .orderBy('r.id', 'desc')
    .limit(filter.limit + 1)
    .execute()
  return toPage(rows.map(asRun), filter.limit, (row) => [firstDay(row.month), row.id])
}

/** The whole of a run: a township, which sees a part, finds none. */
export async function getRun(db: Db, scope: Scope, id: string): Promise<RunRow> {
  return townshipOf(scope) === null ? getRunPart(db, scope, id) : notFound(RUN)
}

/** What the reader sees of a run: of a township, the figures of its own step. */
export async function getRunPart(db: Db, scope: Scope, id: string): Promise<RunRow> {
  const row = await runRows(db, scope).where('r.id', '=', id).where(seesRun(scope)).executeTakeFirst()
  return row ? asRun(row) : notFound(RUN)
}

/** The whole of a run that an action has locked within its scope. */
export async function unscopedRun(db: Db, id: string): Promise<RunRow> {
  return asRun(await runRows(db).where('r.id', '=', id).executeTakeFirstOrThrow())
}

export type RunRow = ReturnType<typeof asRun>

function asRun(row: Awaited<ReturnType<ReturnType<typeof runRows>['execute']>>[number]) {
  return { ...row, month: monthOf(row.month), created_by: row.created_by ?? '' }
}

/** With the figures of the whole run, or of the step of the township that reads it: what of that is held back is told with its review. */
function runRows(db: Db, scope?: Scope) {
  const township = scope ? townshipOf(scope) : null
  const figure = (of_step: string, of_run: string) =>
    sql<number | null>`${sql.ref(township === null ? `r.${of_run}` : `own.${of_step}`)}`
  const held = (of_run: string) => (township === null ? sql<number | null>`${sql.ref(`r.${of_run}`)}` : sql<null>`null`)
  return db
    .selectFrom('allowance_runs as r')
    .innerJoin('schemes as s', 's.code', 'r.scheme_code')
    .innerJoin('scheme_versions as v', 'v.id', 'r.version_id')
    .innerJoin('districts as d', 'd.code', 'r.district_code')
    .leftJoin('accounts as a', 'a.id', 'r.created_by')
    .leftJoin('run_steps as own', (join) =>
      join.onRef('own.run_id', '=', 'r.id').on(sql<boolean>`own.township_code = ${township}::text`),
    )
    .select([
      'r.id',
      'r.scheme_code',
      's.name as scheme_name',
      'v.number as scheme_version',
      'r.month',
      'r.district_code',
      'd.name as district_name',
    ])
    .select(['r.status', 'r.cutoff', 'r.rules_sha256', 'r.lines_sha256', 'r.job_id'])
    .select([
      figure('lines', 'line_count').as('line_count'),
      figure('payable', 'payable_count').as('payable_count'),
      figure('amount_fen', 'total_fen').as('total_fen'),
      held('held_count').as('held_count'),
      held('held_fen').as('held_fen'),
    ])
    .select(['a.display_name as created_by', 'r.created_at'])
}

/**
 * A run with its sums, those of people by kind and outcome, who decided what, and its payment files; of a township the sums of its own
 * lines, and no files.
 */
export async function getRunDetail(db: Db, scope: Scope, id: string) {
  const run = await getRunPart(db, scope, id)
  const reading = together(db)
  const figuresOf = (lines: 'allowance_lines' | 'organisation_lines', payee: 'person' | 'organisation') => sql`
    select ${payee}::text as payee, kind, outcome, count(*) as count, sum(amount_fen) as amount_fen, coalesce(sum(amount_fen) filter (where amount_fen > 0), 0) as positive_fen
    from ${sql.table(lines)} l where run_id = ${id}::uuid and ${seesLine(scope, 'l')} group by kind, outcome`
  const sums = sql<{
    payee: 'person' | 'organisation'
    kind: string
    outcome: string
    count: number
    amount_fen: number
    positive_fen: number
  }>`
    ${figuresOf('allowance_lines', 'person')} union all ${figuresOf('organisation_lines', 'organisation')} order by payee desc, kind, outcome`.execute(
    reading,
  )
  const [{ rows: by }, decisions, payment_files] = await Promise.all([
    sums,
    listDecisions(reading, scope, id),
    townshipOf(scope) === null ? listPaymentFiles(reading, id) : [],
  ])
  const add = (rows: typeof by, key: 'count' | 'amount_fen' | 'positive_fen') =>
    rows.reduce((sum, row) => sum + row[key], 0)
  const organisations = by.filter(({ payee }) => payee === 'organisation')
  const positive_fen = add(by, 'positive_fen')
  return {
    ...run,
    totals: {
      ...{ positive_fen, negative_fen: add(by, 'amount_fen') - positive_fen },
      by: by.flatMap(({ payee, positive_fen: _, ...row }) => (payee === 'person' ? [row] : [])),
      organisations: { count: add(organisations, 'count'), amount_fen: add(organisations, 'amount_fen') },
    },
    ...{ decisions, payment_files },
  }
}
export type RunDetail = Awaited<ReturnType<typeof getRunDetail>>

/** To a township the reasons of others, which may name other facilities, are not told. */
async function listDecisions(db: Db, scope: Scope, run_id: string) {
  const township = townshipOf(scope)
  const told = sql<boolean>`(${township}::text is null or a.township_code = ${township})`
  const rows = await db
    .selectFrom('allowance_decisions as d')
    .leftJoin('accounts as a', 'a.id', 'd.decided_by')
    .select(['d.kind', 'a.display_name as decided_by', 'd.decided_at'])
    .select(sql<string | null>`case when ${told} then d.reason end`.as('reason'))
    .where('d.run_id', '=', run_id)
    .orderBy('d.decided_at')
    .execute()
  return rows.map((row) => ({ ...row, decided_by: row.decided_by ?? '' }))
}

/** Who computed a run, the last time included, who submitted and who reviewed it: they do not approve it. */
export async function handsOf(db: Db, run_id: string): Promise<Hands> {
  const reading = together(db)
  const computed = reading
    .selectFrom('allowance_runs')
    .select('created_by')
    .where('id', '=', run_id)
    .executeTakeFirstOrThrow()
  const asked = reading
    .selectFrom('jobs')
    .select('created_by')
    .where('subject_id', '=', run_id)
    .where('kind', '=', 'allowances.run')
    .execute()
  const submitted = reading
    .selectFrom('allowance_decisions')
    .select('decided_by')
    .where('run_id', '=', run_id)
    .where('kind', '=', 'submission')
    .executeTakeFirst()
  const reviewed = reading.selectFrom('run_reviews').select('decided_by').where('run_id', '=', run_id).execute()
  const [run, jobs, submission, reviews] = await Promise.all([computed, asked, submitted, reviewed])
  return {
    makers: [run.created_by, ...jobs.flatMap((job) => job.created_by ?? [])],
    submitter: submission?.decided_by ?? null,
    reviewers: reviews.map(({ decided_by }) => decided_by),
  }
}

/** How far the computation is. The run's own page shows it, so the scope is the run's. */
export async function unscopedRunJob(db: Db, job_id: string) {
  const job = await db
    .selectFrom('jobs')
    .select(['status', 'done', 'total', 'error'])
    .where('id', '=', job_id)
    .executeTakeFirstOrThrow()
  return { ...job, error: job.error as { message: { zh: string; en: string } } | null }
}

/** The live run of the month before, to compare with. */
export async function findPreviousRun(db: Db, scope: Scope, run: RunRow) {
  return runRows(db, scope)
    .where(seesRun(scope))
    .where('r.scheme_code', '=', run.scheme_code)
    .where('r.district_code', '=', run.district_code)
    .where('r.month', '=', firstDay(addMonths(run.month, -1)))
    .where('r.status', 'in', ['computed', 'submitted', 'reviewed', 'approved'])
    .executeTakeFirst()
}
