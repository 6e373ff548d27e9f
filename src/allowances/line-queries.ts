/** Reads of lines: a page of a run's, one with its reasons, and what its evidence is. */
import { type RawBuilder, sql } from 'kysely'
import { afterPerson } from '../people/queries.ts'
import { firstDay, type LocalDate, type Month, monthOf } from '../platform/calendar.ts'
import type { Scope } from '../platform/context.ts'
import type { Db } from '../platform/database.ts'
import { notFound } from '../platform/errors.ts'
import { type Page, type PageInput, readCursor, toPage } from '../platform/paging.ts'
import { together } from '../platform/together.ts'
import { getRunPart } from './queries.ts'
import { type Judged, type Reason, reasonsOf } from './reasons.ts'
import { isHeld } from './review-queries.ts'
import type { LineKind, Outcome } from './rules.ts'
import { seesLine } from './run-scope.ts'
import { partOf } from './usable-rules.ts'
import { readVersions, type VersionRow } from './versions.ts'

export const LINE = { zh: '津贴明细', en: 'allowance line' }

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
  component: string
  component_title: string
  kind: string
  outcome: string
  amount_fen: number
  /** kept back: not booked by this run, or not to be */
  held: boolean
  entitlement_fen: number
  previous_fen: number | null
  level: number | null
  certificate_id: string | null
  scheme_code: string
  scheme_version: number
  reasons: Reason[]
}

/** Sorted by the people's names in pinyin, then by month and component. The run must be one that the scope sees. */
export async function listLines(db: Db, scope: Scope, run_id: string, filter: LineFilter): Promise<Page<LineRow>> {
  const run = await getRunPart(db, scope, run_id)
  const versions = await readVersions(db, run.scheme_code)
  const after = readCursor(filter.cursor, 3)
  let query = lineRows(db).where('l.run_id', '=', run_id).where(seesLine(scope, 'l'))
  if (filter.outcome === 'held') query = query.where(isHeld)
  else if (filter.outcome) query = query.where('l.outcome', '=', filter.outcome)
  if (filter.kind) query = query.where('l.kind', '=', filter.kind)
  if (filter.kinds) query = query.where('l.kind', 'in', filter.kinds)
  if (after)
    query = query.where(
      afterPerson(
        after[0],
        sql`l.person_id, l.month, l.component`,
        sql`k.id, ${after[1]}::date, ${after[2]}::text`,
        'p',
      ),
    )
  const rows = await query
    .orderBy('p.name_pinyin')
    .orderBy('p.name')
    .orderBy('l.person_id')
    .orderBy('l.month')
    .orderBy('l.component')
    .limit(filter.limit + 1)
    .execute()
  const page = toPage(rows, filter.limit, (row) => [row.person_id, row.month, row.component])
  return { ...page, items: page.items.map((row) => asLine(row, run.scheme_code, versions)) }
}

/** Of one component, or where none is named the first that there is a line of. */
export async function getLine(
  db: Db,
  scope: Scope,
  run_id: string,
  person_id: string,
  month: Month,
  component?: string,
) {
  const run = await getRunPart(db, scope, run_id)
  const reading = together(db)
  let query = lineRows(reading)
    .where('l.run_id', '=', run_id)
    .where('l.person_id', '=', person_id)
    .where('l.month', '=', firstDay(month))
    .where(seesLine(scope, 'l'))
  if (component) query = query.where('l.component', '=', component)
  const [versions, row] = await Promise.all([
    readVersions(reading, run.scheme_code),
    query.orderBy('l.component').executeTakeFirst(),
  ])
  return row
    ? { run, line: asLine(row, run.scheme_code, versions), version: versionOf(versions, row.version_id) }
    : notFound(LINE)
}

function lineRows(db: Db) {
  return db
    .selectFrom('allowance_lines as l')
    .innerJoin('allowance_runs as r', 'r.id', 'l.run_id')
    .innerJoin('people as p', 'p.id', 'l.person_id')
    .leftJoin('organisations as o', 'o.id', 'l.organisation_id')
    .select([
      'l.person_id',
      'p.name as person_name',
      'p.id_number_masked',
      'l.month',
      'l.component',
      'l.kind',
      'l.outcome',
      'l.version_id',
    ])
    .select([
      'l.organisation_id',
      'o.name as organisation_name',
      'o.district_code',
      'l.employment_id',
      'l.certificate_id',
      'l.registry_check_id',
    ])
    .select([
      'l.level',
      'l.rate_id',
      'l.entitlement_fen',
      'l.previous_fen',
      'l.amount_fen',
      'l.failed',
      'l.found',
      'l.notes',
    ])
    .select(isHeld.as('held'))
}

type LineColumns = Awaited<ReturnType<ReturnType<typeof lineRows>['execute']>>[number]

function asLine(row: LineColumns, scheme_code: string, versions: VersionRow[]): LineRow {
  const {
    person_id,
    person_name,
    id_number_masked,
    organisation_id,
    organisation_name,
    kind,
    outcome,
    amount_fen,
    entitlement_fen,
    previous_fen,
    level,
  } = row
  const version = versionOf(versions, row.version_id)
  const month = monthOf(row.month)
  const judged = { ...row, month, found: row.found as Judged['found'], notes: row.notes as Judged['notes'] }
  return {
    ...{
      person_id,
      person_name,
      id_number_masked,
      organisation_id,
      organisation_name,
      month,
      kind,
      outcome,
      amount_fen,
      entitlement_fen,
      previous_fen,
      level,
    },
    ...{ component: row.component, component_title: titleOf(version, row.component), held: row.held },
    ...{ certificate_id: row.certificate_id, scheme_code, scheme_version: version.number },
    reasons: reasonsOf(judged, partOf(version, row.component)),
  }
}

/** Shown where a scheme has more than one. */
export function titleOf({ components }: VersionRow, code: string): string {
  return components.find((component) => component.code === code)?.title ?? code
}

function versionOf(versions: VersionRow[], id: string): VersionRow {
  return versions.find((version) => version.version_id === id)!
}

export interface EvidenceDetails {
  certificates: {
    id: string
    number: string
    level: number | null
    issued_on: LocalDate
    revoked_from: LocalDate | null
    class_id: string | null
    class_name: string | null
  }[]
  checks: { id: string; registry: string; checked_on: LocalDate }[]
  external: { id: string; number: string; issued_on: LocalDate }[]
  education: { id: string; subject: string; provider: string; hours: number; completed_on: LocalDate }[]
  conduct: { id: string; kind: string; happened_on: LocalDate; decision: string }[]
  districts: { code: string; name: string }[]
}

/** What the console says of pieces of evidence beside their ids, and the class a certificate came from: one statement. Of a fact the newest version. */
export async function describeEvidence(db: Db, evidence: { kind: string; id: string }[]): Promise<EvidenceDetails> {
  const ids = (kind: string) => sql`any(${evidence.flatMap((one) => (one.kind === kind ? [one.id] : []))}::uuid[])`
  const codes = evidence.flatMap((one) => (one.kind === 'district' ? [one.id] : []))
  const all = (rows: RawBuilder<unknown>) => sql`array(select to_jsonb(one) from (${rows}) one)`
  const newest = (table: string, columns: string[], kind: string) =>
    all(sql`select distinct on (id) ${sql.join(columns.map((column) => sql.ref(column)))} from ${sql.table(table)}
      where id = ${ids(kind)} order by id, known_from desc`)
  const { rows } = await sql<EvidenceDetails>`select
    ${all(sql`
      select c.id, c.number, c.level, c.issued_on, v.effective_on as revoked_from, k.id as class_id, k.name as class_name
      from certificates c left join assessment_results r on r.id = c.result_id
        left join enrolments e on e.id = coalesce(c.enrolment_id, r.enrolment_id) left join classes k on k.id = e.class_id
        left join standing_revocations v on v.certificate_id = c.id
      where c.id = ${ids('certificate')}`)} as certificates,
    ${all(sql`
      select id, registry, checked_on from registry_checks where id = ${ids('registry_check')}
      union all select id, registry, checked_on from external_certificate_checks where id = ${ids('external_certificate_check')}`)} as checks,
    ${newest('external_certificates', ['id', 'number', 'issued_on'], 'external_certificate')} as external,
    ${newest('education_hours', ['id', 'subject', 'provider', 'hours', 'completed_on'], 'education_hours')} as education,
    ${newest('conduct_events', ['id', 'kind', 'happened_on', 'decision'], 'conduct_event')} as conduct,
    ${all(sql`select code, name from districts where code = any(${codes}::text[])`)} as districts`.execute(db)
  return rows[0]!
}
