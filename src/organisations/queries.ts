/** Reads of organisations, always through a scope. */
import { type ExpressionBuilder, sql } from 'kysely'
import type { DB } from '../../db/schema.ts'
import type { LocalDate } from '../platform/calendar.ts'
import type { Scope } from '../platform/context.ts'
import type { Db } from '../platform/database.ts'
import { notFound } from '../platform/errors.ts'
import { type Page, type PageInput, readCursor, toPage } from '../platform/paging.ts'
import type { OrganisationStatus } from './rules.ts'

export interface OrganisationFilter extends PageInput {
  kind?: string | undefined
  district_code?: string | undefined
  /** as of today; all when left out */
  status?: OrganisationStatus | undefined
  /** the branches of this organisation */
  parent_id?: string | undefined
  q?: string | undefined
}

/** Sorted by district and name. An institution sees itself and the public facts of the others: names and filings are no secret. */
export async function listOrganisations(
  db: Db,
  scope: Scope,
  filter: OrganisationFilter,
  today: LocalDate,
): Promise<Page<OrganisationRow>> {
  const after = readCursor(filter.cursor, 3)
  let query = organisationRows(db, today).where((eb) => inDivision(eb, scope))
  if (filter.kind) query = query.where(sql<boolean>`${filter.kind} = any (organisations.kinds)`)
  if (filter.district_code) query = query.where('organisations.district_code', '=', filter.district_code)
  if (filter.parent_id) query = query.where('organisations.parent_id', '=', filter.parent_id)
  if (filter.status === 'closed') query = query.where('organisations.closed_on', '<=', today)
  if (filter.status === 'open')
    query = query.where((eb) =>
      eb.or([eb('organisations.closed_on', 'is', null), eb('organisations.closed_on', '>', today)]),
    )
  if (filter.q) query = query.where('organisations.name', 'like', `%${filter.q.replaceAll(/[%_\\]/g, '')}%`)
  if (after)
    query = query.where(
      sql<boolean>`(organisations.district_code, organisations.name, organisations.id) > (${after[0]}, ${after[1]}, ${after[2]}::uuid)`,
    )
  const rows = await query
    .orderBy('organisations.district_code')
    .orderBy('organisations.name')
    .orderBy('organisations.id')
    .limit(filter.limit + 1)
    .execute()
  return toPage(rows, filter.limit, (row) => [row.district_code, row.name, row.id])
}

export async function getOrganisation(db: Db, scope: Scope, id: string, today: LocalDate): Promise<OrganisationRow> {
  const row = await organisationRows(db, today)
    .where('organisations.id', '=', id)
    .where((eb) => inDivision(eb, scope))
    .executeTakeFirst()
  return row ?? notFound({ zh: '机构', en: 'organisation' })
}

export type OrganisationRow = Awaited<ReturnType<ReturnType<typeof organisationRows>['execute']>>[number]

/** Filed from and to: the period of filing or recognition that is current, else the latest that has begun, else the first to come. */
function organisationRows(db: Db, today: LocalDate) {
  return db
    .selectFrom('organisations')
    .innerJoin('districts', 'districts.code', 'organisations.district_code')
    .leftJoin('townships', 'townships.code', 'organisations.township_code')
    .leftJoin('organisations as parents', 'parents.id', 'organisations.parent_id')
    .leftJoinLateral(
      (eb) =>
        eb
          .selectFrom('organisation_filings as f')
          .select(['f.starts_on', 'f.ends_on'])
          .whereRef('f.organisation_id', '=', 'organisations.id')
          .where('f.known_to', '=', sql<Date>`'infinity'`)
          .orderBy(sql`f.starts_on <= ${today}::date and (f.ends_on is null or f.ends_on > ${today}::date)`, 'desc')
          .orderBy(sql`f.starts_on <= ${today}::date`, 'desc')
          .orderBy(sql`abs(f.starts_on - ${today}::date)`)
          .limit(1)
          .as('latest'),
      (join) => join.onTrue(),
    )
    .select([
      'organisations.id',
      'organisations.name',
      'organisations.kinds',
      'organisations.facility_kind',
      'organisations.ownership',
      'organisations.credit_code',
      'organisations.district_code',
      'districts.name as district_name',
      'organisations.township_code',
      'townships.name as township_name',
      'organisations.parent_id',
      'parents.name as parent_name',
      'parents.district_code as parent_district_code',
      'organisations.assessor_prefix',
      'latest.starts_on as filed_from',
      'latest.ends_on as filed_to',
      'organisations.closed_on',
      'organisations.revision',
    ])
}

export function inDivision(eb: ExpressionBuilder<DB, 'organisations'>, scope: Scope) {
  return scope.kind === 'division' ? eb('organisations.district_code', 'like', `${scope.prefix}%`) : eb.lit(true)
}

/** Names of what belongs to an organisation whose page the caller may see; names are no secret, whatever the district. */
export async function branchesOf(db: Db, parent_id: string) {
  return db
    .selectFrom('organisations')
    .innerJoin('districts', 'districts.code', 'organisations.district_code')
    .select([
      'organisations.id',
      'organisations.name',
      'organisations.district_code',
      'districts.name as district_name',
      'organisations.closed_on',
    ])
    .where('organisations.parent_id', '=', parent_id)
    .orderBy('organisations.district_code')
    .orderBy('organisations.name')
    .execute()
}

/** The organisations an actor may name as a parent, for choosing one. */
export async function parentChoices(db: Db, scope: Scope): Promise<{ id: string; name: string }[]> {
  return db
    .selectFrom('organisations')
    .select(['id', 'name'])
    .where((eb) => inDivision(eb, scope))
    .orderBy('district_code')
    .orderBy('name')
    .limit(2000)
    .execute()
}

/** People employed there on the day. */
export async function countStaff(db: Db, organisation_id: string, day: LocalDate): Promise<number> {
  const { count } = await db
    .selectFrom('employments')
    .select((eb) => eb.fn.count<number>('person_id').distinct().as('count'))
    .where('organisation_id', '=', organisation_id)
    .where('known_to', '=', sql<Date>`'infinity'`)
    .where('starts_on', '<=', day)
    .where((eb) => eb.or([eb('ends_on', 'is', null), eb('ends_on', '>', day)]))
    .executeTakeFirstOrThrow()
  return count
}

/** The districts an actor works in, for choosing one. */
export async function listDistricts(db: Db, scope: Scope): Promise<{ code: string; name: string }[]> {
  return db
    .selectFrom('districts')
    .select(['code', 'name'])
    .where('kind', 'in', ['district', 'county', 'county_city'])
    .where('code', 'like', `${scope.kind === 'division' ? scope.prefix : ''}%`)
    .orderBy('code')
    .execute()
}
