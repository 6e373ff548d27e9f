/** Reads of schemes, runs, lines and payment files. Policy is public; everything about people goes through a scope. */
import { sql } from 'kysely'
import { addMonths, firstDay, type Month, monthOf } from '../platform/calendar.ts'
import { divisionPrefix, type Scope } from '../platform/context.ts'
import type { Db } from '../platform/database.ts'
import { notFound } from '../platform/errors.ts'
import { type Page, type PageInput, readCursor, toPage } from '../platform/paging.ts'
import { type Judged, type Reason, reasonsOf } from './reasons.ts'
import { type LineKind, missingPieces, type Outcome, type RunStatus, rulesMonth } from './rules.ts'
import { readVersions, type VersionRow } from './versions.ts'

export const RUN = { zh: '津贴批次', en: 'allowance run' }
const SCHEME = { zh: '政策', en: 'scheme' }

// ─── schemes ───────────────────────────────────────────────────────────────────────────────────────────────────────────

export async function getScheme(db: Db, code: string) {
  const row = await db.selectFrom('schemes').select(['code', 'name', 'division_code', 'workforce']).where('code', '=', code).executeTakeFirst()
  return row ?? notFound(SCHEME)
}

/** Every scheme with the version in force in the month, and whether it can be computed. */
export async function listSchemes(db: Db, month: Month) {
  const schemes = await db.selectFrom('schemes').select(['code', 'name', 'division_code', 'workforce']).orderBy('division_code').orderBy('code').execute()
  const rows = []
  for (const scheme of schemes) {
    const versions = await readVersions(db, scheme.code)
    const version = versions.find((one) => rulesMonth(one, month))
    rows.push({ ...scheme, version: version?.number ?? null, effective_from: version?.effective_from ?? null, confirmed: version ? viewOfVersion(version).confirmed : false })
  }
  return rows
}

/** A version as it is shown, with what nobody has confirmed. */
export function viewOfVersion(version: VersionRow) {
  const { levels, conditions } = missingPieces(version)
  const missing = { levels, conditions: conditions.map(({ code }) => code) }
  return { ...version, missing, confirmed: levels.length + conditions.length === 0 }
}

export async function listVersions(db: Db, code: string) {
  await getScheme(db, code)
  return (await readVersions(db, code)).map(viewOfVersion)
}

/** What the codes in citations stand for. */
export function listSources(db: Db, citations: string[]) {
  const codes = [...new Set(citations.flatMap((citation) => citation.match(/S\d+|\bR\b/g) ?? []))]
  return db.selectFrom('sources').select(['code', 'title', 'address', 'quality']).where('code', '=', sql<string>`any(${codes}::text[])`).orderBy('code').execute()
}

export async function listDistrictNames(db: Db, codes: string[]): Promise<Map<string, string>> {
  const rows = await db.selectFrom('districts').select(['code', 'name']).where('code', '=', sql<string>`any(${codes}::text[])`).execute()
  return new Map(rows.map(({ code, name }) => [code, name]))
}

/** Districts a run can be made for: inside the scope, and the division of one of the schemes. */
export async function listRunDistricts(db: Db, scope: Scope) {
  const schemes = await db.selectFrom('schemes').select('division_code').distinct().execute()
  const districts = await db.selectFrom('districts').select(['code', 'name']).orderBy('code').execute()
  const prefix = scope.kind === 'division' ? scope.prefix : '-'
  return districts.filter(({ code }) => code.startsWith(prefix) && schemes.some((scheme) => code.startsWith(divisionPrefix(scheme.division_code))))
}

// ─── runs ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

export interface RunFilter extends PageInput {
  scheme_code?: string | undefined
  month?: Month | undefined
  status?: RunStatus | undefined
}

/** The newest month first. */
export async function listRuns(db: Db, scope: Scope, filter: RunFilter): Promise<Page<RunRow>> {
  const after = readCursor(filter.cursor, 2)
  let query = runRows(db, scope)
  if (filter.scheme_code) query = query.where('r.scheme_code', '=', filter.scheme_code)
  if (filter.month) query = query.where('r.month', '=', firstDay(filter.month))
  if (filter.status) query = query.where('r.status', '=', filter.status)
  if (after) query = query.where(sql<boolean>`(r.month, r.id) < (${after[0]}::date, ${after[1]}::uuid)`)
  const rows = await query.orderBy('r.month', 'desc').orderBy('r.id', 'desc').limit(filter.limit + 1).execute()
  return toPage(rows.map(asRun), filter.limit, (row) => [firstDay(row.month), row.id])
}

export async function getRun(db: Db, scope: Scope, id: string): Promise<RunRow> {
  const row = await runRows(db, scope).where('r.id', '=', id).executeTakeFirst()
  return row ? asRun(row) : notFound(RUN)
}

export type RunRow = ReturnType<typeof asRun>

function asRun(row: Awaited<ReturnType<ReturnType<typeof runRows>['execute']>>[number]) {
  return { ...row, month: monthOf(row.month), created_by: row.created_by ?? '' }
}

function runRows(db: Db, scope: Scope) {
  return db
    .selectFrom('allowance_runs as r')
    .innerJoin('schemes as s', 's.code', 'r.scheme_code')
    .innerJoin('scheme_versions as v', 'v.id', 'r.version_id')
    .innerJoin('districts as d', 'd.code', 'r.district_code')
    .leftJoin('accounts as a', 'a.id', 'r.created_by')
    .select(['r.id', 'r.scheme_code', 's.name as scheme_name', 'v.number as scheme_version', 'r.month', 'r.district_code', 'd.name as district_name'])
    .select(['r.status', 'r.cutoff', 'r.rules_sha256', 'r.lines_sha256', 'r.line_count', 'r.payable_count', 'r.total_fen', 'r.job_id'])
    .select(['a.display_name as created_by', 'r.created_at'])
    .where((eb) => (scope.kind === 'division' ? eb('r.district_code', 'like', `${scope.prefix}%`) : eb.lit(false)))
}

/** A run with its sums by kind and outcome, who decided what, and its payment files. */
export async function getRunDetail(db: Db, scope: Scope, id: string) {
  const run = await getRun(db, scope, id)
  const by = await db
    .selectFrom('allowance_lines')
    .select((eb) => ['kind', 'outcome', eb.fn.countAll<number>().as('count'), sql<number>`sum(amount_fen)`.as('amount_fen')])
    .select(sql<number>`coalesce(sum(amount_fen) filter (where amount_fen > 0), 0)`.as('positive_fen'))
    .where('run_id', '=', id)
    .groupBy(['kind', 'outcome'])
    .orderBy('kind')
    .orderBy('outcome')
    .execute()
  const positive_fen = by.reduce((sum, row) => sum + row.positive_fen, 0)
  const all_fen = by.reduce((sum, row) => sum + row.amount_fen, 0)
  return {
    ...run,
    totals: { positive_fen, negative_fen: all_fen - positive_fen, by: by.map(({ positive_fen: _, ...row }) => row) },
    decisions: await listDecisions(db, id),
    payment_files: await listPaymentFiles(db, id),
  }
}
export type RunDetail = Awaited<ReturnType<typeof getRunDetail>>

async function listDecisions(db: Db, run_id: string) {
  const rows = await db
    .selectFrom('allowance_decisions as d')
    .leftJoin('accounts as a', 'a.id', 'd.decided_by')
    .select(['d.kind', 'a.display_name as decided_by', 'd.reason', 'd.decided_at'])
    .where('d.run_id', '=', run_id)
    .orderBy('d.decided_at')
    .execute()
  return rows.map((row) => ({ ...row, decided_by: row.decided_by ?? '' }))
}

/** Who computed a run, the last time included, and who submitted it: they do not decide it. */
export async function makersOf(db: Db, run_id: string): Promise<{ makers: string[]; submitter: string | null }> {
  const run = await db.selectFrom('allowance_runs').select('created_by').where('id', '=', run_id).executeTakeFirstOrThrow()
  const jobs = await db.selectFrom('jobs').select('created_by').where('subject_id', '=', run_id).where('kind', '=', 'allowances.run').execute()
  const submission = await db.selectFrom('allowance_decisions').select('decided_by').where('run_id', '=', run_id).where('kind', '=', 'submission').executeTakeFirst()
  return { makers: [run.created_by, ...jobs.flatMap((job) => job.created_by ?? [])], submitter: submission?.decided_by ?? null }
}

/** How far the computation is. The run's own page shows it, so the scope is the run's. */
export async function unscopedRunJob(db: Db, job_id: string) {
  const job = await db.selectFrom('jobs').select(['status', 'done', 'total', 'error']).where('id', '=', job_id).executeTakeFirstOrThrow()
  return { ...job, error: job.error as { message: { zh: string; en: string } } | null }
}

/** The live run of the month before, to compare with. */
export async function findPreviousRun(db: Db, run: RunRow) {
  return db
    .selectFrom('allowance_runs')
    .select(['id', 'payable_count', 'total_fen'])
    .where('scheme_code', '=', run.scheme_code)
    .where('district_code', '=', run.district_code)
    .where('month', '=', firstDay(addMonths(run.month, -1)))
    .where('status', 'in', ['computed', 'submitted', 'approved'])
    .executeTakeFirst()
}

// ─── lines ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

export interface LineFilter extends PageInput {
  outcome?: Outcome | undefined
  kind?: LineKind | undefined
  /** several kinds at once: what the console shows as corrections */
  kinds?: LineKind[] | undefined
}

export interface LineRow {
  person_id: string
  person_name: string
  id_number_masked: string
  organisation_id: string | null
  organisation_name: string | null
  month: Month
  kind: string
  outcome: string
  amount_fen: number
  entitlement_fen: number
  previous_fen: number | null
  level: number | null
  certificate_id: string | null
  scheme_code: string
  scheme_version: number
  reasons: Reason[]
}

/** Sorted by the people's names in pinyin, then by month. The run must be one that the scope sees. */
export async function listLines(db: Db, scope: Scope, run_id: string, filter: LineFilter): Promise<Page<LineRow>> {
  const run = await getRun(db, scope, run_id)
  const versions = await readVersions(db, run.scheme_code)
  const after = readCursor(filter.cursor, 4)
  let query = lineRows(db).where('l.run_id', '=', run_id)
  if (filter.outcome) query = query.where('l.outcome', '=', filter.outcome)
  if (filter.kind) query = query.where('l.kind', '=', filter.kind)
  if (filter.kinds) query = query.where('l.kind', 'in', filter.kinds)
  if (after) query = query.where(sql<boolean>`(p.name_pinyin, p.name, l.person_id, l.month) > (${after[0]}, ${after[1]}, ${after[2]}::uuid, ${after[3]}::date)`)
  const rows = await query.orderBy('p.name_pinyin').orderBy('p.name').orderBy('l.person_id').orderBy('l.month').limit(filter.limit + 1).execute()
  const page = toPage(rows, filter.limit, (row) => [row.name_pinyin, row.person_name, row.person_id, row.month])
  return { ...page, items: page.items.map((row) => asLine(row, run.scheme_code, versions)) }
}

export async function getLine(db: Db, scope: Scope, run_id: string, person_id: string, month: Month) {
  const run = await getRun(db, scope, run_id)
  const versions = await readVersions(db, run.scheme_code)
  const row = await lineRows(db).where('l.run_id', '=', run_id).where('l.person_id', '=', person_id).where('l.month', '=', firstDay(month)).executeTakeFirst()
  return row ? { run, line: asLine(row, run.scheme_code, versions), version: versionOf(versions, row.version_id) } : notFound({ zh: '津贴明细', en: 'allowance line' })
}

function lineRows(db: Db) {
  return db
    .selectFrom('allowance_lines as l')
    .innerJoin('people as p', 'p.id', 'l.person_id')
    .leftJoin('organisations as o', 'o.id', 'l.organisation_id')
    .select(['l.person_id', 'p.name as person_name', 'p.name_pinyin', 'p.id_number_masked', 'l.month', 'l.kind', 'l.outcome', 'l.version_id'])
    .select(['l.organisation_id', 'o.name as organisation_name', 'o.district_code', 'l.employment_id', 'l.certificate_id', 'l.registry_check_id'])
    .select(['l.level', 'l.rate_id', 'l.entitlement_fen', 'l.previous_fen', 'l.amount_fen', 'l.failed', 'l.found', 'l.notes'])
}

type LineColumns = Awaited<ReturnType<ReturnType<typeof lineRows>['execute']>>[number]

function asLine(row: LineColumns, scheme_code: string, versions: VersionRow[]): LineRow {
  const { person_id, person_name, id_number_masked, organisation_id, organisation_name, kind, outcome, amount_fen, entitlement_fen, previous_fen, level } = row
  const version = versionOf(versions, row.version_id)
  const month = monthOf(row.month)
  const judged = { ...row, month, found: row.found as Judged['found'], notes: row.notes as Judged['notes'] }
  return {
    ...{ person_id, person_name, id_number_masked, organisation_id, organisation_name, month, kind, outcome, amount_fen, entitlement_fen, previous_fen, level },
    ...{ certificate_id: row.certificate_id, scheme_code, scheme_version: version.number },
    reasons: reasonsOf(judged, version),
  }
}

function versionOf(versions: VersionRow[], id: string): VersionRow {
  return versions.find((version) => version.version_id === id)!
}

/** What the console says of a piece of evidence beside its id, and the class a certificate came from. */
export async function describeEvidence(db: Db, evidence: { kind: string; id: string }[]) {
  const ids = (kind: string) => sql<string>`any(${evidence.filter((one) => one.kind === kind).map((one) => one.id)}::uuid[])`
  const certificates = await db
    .selectFrom('certificates as c')
    .leftJoin('assessment_results as r', 'r.id', 'c.result_id')
    .leftJoin('enrolments as e', (join) => join.on(sql<boolean>`e.id = coalesce(c.enrolment_id, r.enrolment_id)`))
    .leftJoin('classes as k', 'k.id', 'e.class_id')
    .leftJoin('certificate_revocations as v', 'v.certificate_id', 'c.id')
    .select(['c.id', 'c.number', 'c.level', 'c.issued_on', 'v.effective_on as revoked_from', 'k.id as class_id', 'k.name as class_name'])
    .where('c.id', '=', ids('certificate'))
    .execute()
  const checks = await db.selectFrom('registry_checks').select(['id', 'registry', 'checked_on']).where('id', '=', ids('registry_check')).execute()
  const education = await db
    .selectFrom('education_hours')
    .select(['id', 'subject', 'provider', 'hours', 'completed_on'])
    .distinctOn('id')
    .where('id', '=', ids('education_hours'))
    .orderBy('id')
    .orderBy('known_from', 'desc')
    .execute()
  const conduct = await db
    .selectFrom('conduct_events')
    .select(['id', 'kind', 'happened_on', 'decision'])
    .distinctOn('id')
    .where('id', '=', ids('conduct_event'))
    .orderBy('id')
    .orderBy('known_from', 'desc')
    .execute()
  const codes = evidence.filter((one) => one.kind === 'district').map((one) => one.id)
  const districts = await db.selectFrom('districts').select(['code', 'name']).where('code', '=', sql<string>`any(${codes}::text[])`).execute()
  return { certificates, checks, education, conduct, districts }
}
export type EvidenceDetails = Awaited<ReturnType<typeof describeEvidence>>

// ─── payment files ─────────────────────────────────────────────────────────────────────────────────────────────────────

export function listPaymentFiles(db: Db, run_id: string): Promise<PaymentFileRow[]> {
  return paymentFileRows(db).where('f.run_id', '=', run_id).orderBy('f.id').execute()
}

export async function getPaymentFile(db: Db, scope: Scope, id: string): Promise<PaymentFileRow & { content_sealed: string; month: Month; district_code: string }> {
  const row = await paymentFileRows(db)
    .innerJoin('allowance_runs as r', 'r.id', 'f.run_id')
    .select(['f.content_sealed', 'r.month', 'r.district_code'])
    .where('f.id', '=', id)
    .where((eb) => (scope.kind === 'division' ? eb('r.district_code', 'like', `${scope.prefix}%`) : eb.lit(false)))
    .executeTakeFirst()
  return row ? { ...row, month: monthOf(row.month) } : notFound({ zh: '发放文件', en: 'payment file' })
}

export type PaymentFileRow = Awaited<ReturnType<ReturnType<typeof paymentFileRows>['execute']>>[number]

function paymentFileRows(db: Db) {
  return db
    .selectFrom('payment_files as f')
    .innerJoin('accounts as a', 'a.id', 'f.made_by')
    .select(['f.id', 'f.run_id', 'f.format', 'f.row_count', 'f.total_fen', 'f.recovery_count', 'f.recovery_fen', 'f.held_count', 'f.held_fen'])
    .select(['f.sha256', 'a.display_name as made_by', 'f.made_at'])
}

/** The lines of an approved run that move money, with what a payment needs to know of the people; sealed as they lie there. */
export function unscopedPaymentRows(db: Db, run_id: string) {
  return db
    .selectFrom('allowance_lines as l')
    .innerJoin('people as p', 'p.id', 'l.person_id')
    .leftJoin('organisations as o', 'o.id', 'l.organisation_id')
    .select(['p.name', 'p.id_number_sealed', 'p.bank_account_sealed', 'l.amount_fen', 'o.name as organisation_name'])
    .select(sql<string>`to_char(l.month, 'YYYY-MM')`.as('month'))
    .where('l.run_id', '=', run_id)
    .where('l.amount_fen', '<>', 0)
    .orderBy('o.name')
    .orderBy('p.name_pinyin')
    .orderBy('p.name')
    .orderBy('l.person_id')
    .orderBy('l.month')
    .execute()
}

