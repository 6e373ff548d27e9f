/** Reads of organisations, always through a scope. */
import { type ExpressionBuilder, sql } from 'kysely'
import type { DB } from '../../db/schema.ts'
import type { Scope } from '../platform/context.ts'
import type { Db } from '../platform/database.ts'
import { notFound } from '../platform/errors.ts'
import { type Page, type PageInput, readCursor, toPage } from '../platform/paging.ts'

export interface OrganisationFilter extends PageInput {
  kind?: string | undefined
  q?: string | undefined
}

/** Sorted by district and name. An institution sees itself and the public facts of the others: names and filings are no secret. */
export async function listOrganisations(
  db: Db,
  scope: Scope,
  filter: OrganisationFilter,
): Promise<Page<OrganisationRow>> {
  const after = readCursor(filter.cursor, 3)
  let query = organisationRows(db).where((eb) => inDivision(eb, scope))
  if (filter.kind) query = query.where(sql<boolean>`${filter.kind} = any (organisations.kinds)`)
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

export async function getOrganisation(db: Db, scope: Scope, id: string): Promise<OrganisationRow> {
  const row = await organisationRows(db)
    .where('organisations.id', '=', id)
    .where((eb) => inDivision(eb, scope))
    .executeTakeFirst()
  return row ?? notFound({ zh: '机构', en: 'organisation' })
}

export type OrganisationRow = Awaited<ReturnType<ReturnType<typeof organisationRows>['execute']>>[number]

function organisationRows(db: Db) {
  return db
    .selectFrom('organisations')
    .innerJoin('districts', 'districts.code', 'organisations.district_code')
    .select([
      'organisations.id',
      'organisations.name',
      'organisations.kinds',
      'organisations.facility_kind',
      'organisations.credit_code',
      'organisations.district_code',
      'districts.name as district_name',
      'organisations.assessor_prefix',
      'organisations.filed_from',
      'organisations.filed_to',
      'organisations.closed_on',
      'organisations.revision',
    ])
}

function inDivision(eb: ExpressionBuilder<DB, 'organisations'>, scope: Scope) {
  return scope.kind === 'division' ? eb('organisations.district_code', 'like', `${scope.prefix}%`) : eb.lit(true)
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
