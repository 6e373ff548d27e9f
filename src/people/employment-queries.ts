/** Reads of employments as they are on record now. */
import { sql } from 'kysely'
import type { LocalDate } from '../platform/calendar.ts'
import type { Scope } from '../platform/context.ts'
import type { Db } from '../platform/database.ts'
import { notFound } from '../platform/errors.ts'
import { type Page, type PageInput, readCursor, toPage } from '../platform/paging.ts'
import { organisationInScope } from './roster.ts'

export interface EmploymentFilter extends PageInput {
  organisation_id?: string | undefined
  /** in post on that day */
  on?: LocalDate | undefined
}

/** What is on record now, sorted by pinyin, name and id; an institution sees its own. */
export async function listEmployments(db: Db, scope: Scope, filter: EmploymentFilter): Promise<Page<Employment>> {
  const after = readCursor(filter.cursor, 3)
  const { organisation_id, on } = filter
  let query = employmentRows(db).select('people.name_pinyin').where(organisationInScope(scope))
  if (organisation_id) query = query.where('organisations.id', '=', organisation_id)
  if (on)
    query = query.where('starts_on', '<=', on).where((eb) => eb.or([eb('ends_on', 'is', null), eb('ends_on', '>', on)]))
  if (after)
    query = query.where(
      sql<boolean>`(people.name_pinyin, people.name, employments.id) > (${after[0]}, ${after[1]}, ${after[2]}::uuid)`,
    )
  const rows = await query
    .orderBy('people.name_pinyin')
    .orderBy('people.name')
    .orderBy('employments.id')
    .limit(filter.limit + 1)
    .execute()
  const page = toPage(rows, filter.limit, (row) => [row.name_pinyin, row.person_name, row.id])
  return { ...page, items: page.items.map(({ name_pinyin: _, ...row }) => row) }
}

export async function getEmployment(db: Db, scope: Scope, id: string): Promise<Employment> {
  const row = await employmentRows(db)
    .where('employments.id', '=', id)
    .where(organisationInScope(scope))
    .executeTakeFirst()
  return row ?? notFound({ zh: '任职记录', en: 'employment' })
}

export type Employment = Awaited<ReturnType<ReturnType<typeof employmentRows>['execute']>>[number]

function employmentRows(db: Db) {
  return db
    .selectFrom('employments')
    .innerJoin('people', 'people.id', 'employments.person_id')
    .innerJoin('organisations', 'organisations.id', 'employments.organisation_id')
    .select([
      'employments.id',
      'employments.person_id',
      'people.name as person_name',
      'people.id_number_masked',
      'employments.organisation_id',
      'organisations.name as organisation_name',
      'employments.post',
      'employments.contract_kind',
      'employments.starts_on',
      'employments.ends_on',
      'employments.leaving_reason',
    ])
    .where('employments.known_to', '=', sql<Date>`'infinity'`)
}

/** The employments of a person whose page the caller was already allowed to see, the latest first. */
export async function employmentsOf(db: Db, person_id: string): Promise<Employment[]> {
  return employmentRows(db)
    .where('employments.person_id', '=', person_id)
    .orderBy('employments.starts_on', 'desc')
    .execute()
}
