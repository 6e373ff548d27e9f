/** Reads of imports: what an organisation uploaded, and its rows, which are sealed until they are written. */
import { type RawBuilder, sql } from 'kysely'
import type { Scope } from '../platform/context.ts'
import type { Db } from '../platform/database.ts'
import { notFound } from '../platform/errors.ts'
import { type Page, type PageInput, readCursor, toPage } from '../platform/paging.ts'
import type { Counts, ImportKindName, ImportStatus } from './rules.ts'

const IMPORT = { zh: '导入', en: 'import' }

export interface ImportFilter extends PageInput {
  kind?: string | undefined
  /** only of these, which the reader may see */
  kinds: ImportKindName[]
  status?: string | undefined
}

/** The newest first. An institution sees its own, an office those of its division. */
export async function listImports(db: Db, scope: Scope, filter: ImportFilter): Promise<Page<ImportRow>> {
  const after = readCursor(filter.cursor, 1)
  let query = importRows(db, scope).where(ofKinds(filter.kinds))
  if (filter.kind) query = query.where('imports.kind', '=', filter.kind)
  if (filter.status) query = query.where('imports.status', '=', filter.status)
  if (after) query = query.where('imports.id', '<', String(after[0]))
  const rows = await query
    .orderBy('imports.id', 'desc')
    .limit(filter.limit + 1)
    .execute()
  return toPage(rows.map(asImport), filter.limit, (row) => [row.id])
}

/** As a count of a statement: sheets that were checked and wait for somebody to write them. */
export function countToCommit(scope: Scope, kinds: ImportKindName[]): RawBuilder<unknown> {
  const own =
    scope.kind === 'organisation'
      ? sql`i.organisation_id = ${scope.organisation_id}::uuid`
      : sql`coalesce(o.district_code, i.district_code, '') like ${scope.kind === 'division' ? `${scope.prefix}%` : '-'}`
  return sql`select count(*) from imports i left join organisations o on o.id = i.organisation_id
    where i.status = 'checked' and i.kind = any (${kinds}::text[]) and ${own}`
}

/** One import; to somebody who may see only some kinds the others do not exist. */
export async function getImport(db: Db, scope: Scope, id: string, kinds?: ImportKindName[]): Promise<ImportRow> {
  let query = importRows(db, scope).where('imports.id', '=', id)
  if (kinds) query = query.where(ofKinds(kinds))
  const row = await query.executeTakeFirst()
  return row ? asImport(row) : notFound(IMPORT)
}

/** The import that wrote this file already, or is writing it. */
export async function findCommitted(
  db: Db,
  file: { kind: string; organisation_id: string | null; subject_id: string | null; sha256: string },
): Promise<string | null> {
  const row = await db
    .selectFrom('imports')
    .select('id')
    .where('kind', '=', file.kind)
    .where('organisation_id', 'is not distinct from', file.organisation_id)
    .where('subject_id', 'is not distinct from', file.subject_id)
    .where('sha256', '=', file.sha256)
    .where('status', 'in', ['committing', 'committed'])
    .executeTakeFirst()
  return row?.id ?? null
}

/** None of them where there are none. */
function ofKinds(kinds: ImportKindName[]): RawBuilder<boolean> {
  return sql<boolean>`imports.kind = any (${kinds}::text[])`
}

export type ImportRow = ReturnType<typeof asImport>

function importRows(db: Db, scope: Scope) {
  const query = db
    .selectFrom('imports')
    .leftJoin('organisations', 'organisations.id', 'imports.organisation_id')
    .leftJoin('classes', 'classes.id', 'imports.subject_id')
    .leftJoin('payment_files', 'payment_files.id', 'imports.subject_id')
    .leftJoin('allowance_runs', 'allowance_runs.id', 'payment_files.run_id')
    .leftJoin('districts', 'districts.code', 'allowance_runs.district_code')
    .leftJoin('accounts', 'accounts.id', 'imports.requested_by')
    .leftJoin('jobs', 'jobs.id', 'imports.job_id')
    .select([
      'imports.id',
      'imports.kind',
      'imports.organisation_id',
      'imports.subject_id',
      sql<string | null>`coalesce(classes.name, to_char(allowance_runs.month, 'YYYY-MM') || ' ' || districts.name)`.as(
        'subject_name',
      ),
      'imports.filename',
      'imports.sha256',
      'imports.header',
      'imports.status',
      'imports.job_id',
      'jobs.status as job_status',
      'imports.row_count',
      'imports.accepted',
      'imports.rejected',
      'imports.warnings',
      'imports.ignored_columns',
      'imports.counts',
      'accounts.display_name as requested_by_name',
      'imports.created_at',
      'imports.committed_at',
    ])
  if (scope.kind === 'organisation') return query.where('imports.organisation_id', '=', scope.organisation_id)
  if (scope.kind === 'person') return query.where(sql<boolean>`false`)
  if (scope.prefix === '') return query
  return query.where((eb) =>
    eb(eb.fn.coalesce('organisations.district_code', 'imports.district_code'), 'like', `${scope.prefix}%`),
  )
}
type ImportColumns = Awaited<ReturnType<ReturnType<typeof importRows>['execute']>>[number]

function asImport({ row_count, ...row }: ImportColumns) {
  return {
    ...row,
    kind: row.kind as ImportKindName,
    status: row.status as ImportStatus,
    counts: row.counts as unknown as Counts,
    rows: row_count,
  }
}

/** An import as it is answered. */
export function answerOf({
  header: _h,
  organisation_id: _o,
  subject_name: _s,
  job_status: _j,
  requested_by_name: _r,
  ...row
}: ImportRow) {
  return {
    ...row,
    created_at: row.created_at.toISOString(),
    committed_at: row.committed_at?.toISOString() ?? null,
  }
}
