/** Reads of employments, as they are on record now or were at an instant. */
import { type RawBuilder, sql } from 'kysely'
import type { LocalDate } from '../platform/calendar.ts'
import type { Scope } from '../platform/context.ts'
import type { Db } from '../platform/database.ts'
import { notFound } from '../platform/errors.ts'
import { type Page, type PageInput, readCursor, toPage } from '../platform/paging.ts'
import { type Instant, knownAt, type Versions, versionsOf } from './known.ts'
import { afterPerson } from './queries.ts'
import { organisationInScope } from './roster.ts'

export interface EmploymentFilter extends PageInput {
  organisation_id?: string | undefined
  /** in post on that day */
  on?: LocalDate | undefined
  known_at?: Instant | undefined
}

/** Sorted by pinyin, name and id; an institution sees its own. */
export async function listEmployments(db: Db, scope: Scope, filter: EmploymentFilter): Promise<Page<Employment>> {
  const after = readCursor(filter.cursor, 2)
  const { organisation_id, on, known_at } = filter
  let query = employmentRows(db, known_at).where(organisationInScope(scope))
  if (organisation_id) query = query.where('organisations.id', '=', organisation_id)
  if (on)
    query = query.where('starts_on', '<=', on).where((eb) => eb.or([eb('ends_on', 'is', null), eb('ends_on', '>', on)]))
  if (after) query = query.where(afterPerson(after[0], sql`employments.id`, sql`${after[1]}::uuid`))
  const rows = await query
    .orderBy('people.name_pinyin')
    .orderBy('people.name')
    .orderBy('employments.id')
    .limit(filter.limit + 1)
    .execute()
  return toPage(rows, filter.limit, (row) => [row.person_id, row.id])
}

export async function getEmployment(db: Db, scope: Scope, id: string): Promise<Employment> {
  const row = await employmentRows(db)
    .where('employments.id', '=', id)
    .where(organisationInScope(scope))
    .executeTakeFirst()
  return row ?? notFound({ zh: '任职记录', en: 'employment' })
}

export type Employment = Awaited<ReturnType<ReturnType<typeof employmentRows>['execute']>>[number]

function employmentRows(db: Db, known_at?: Instant) {
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
      'organisations.district_code',
      'employments.post',
      'employments.contract_kind',
      'employments.contract_until',
      'employments.starts_on',
      'employments.ends_on',
      'employments.leaving_kind',
      'employments.leaving_reason',
      'employments.transferred_from',
    ])
    .select(concurrent('employments', known_at).as('concurrent'))
    .where(knownAt('employments', known_at))
}

/** Whether the person has another employment at the same time, here or elsewhere. */
export function concurrent(employment: string, known_at?: Instant): RawBuilder<boolean> {
  const [person_id, id] = [sql.ref(`${employment}.person_id`), sql.ref(`${employment}.id`)]
  const [starts_on, ends_on] = [sql.ref(`${employment}.starts_on`), sql.ref(`${employment}.ends_on`)]
  return sql`exists (select from employments other where other.person_id = ${person_id} and other.id <> ${id}
    and ${knownAt('other', known_at)} and daterange(other.starts_on, other.ends_on) && daterange(${starts_on}, ${ends_on}))`
}

/** The employments of a person whose page the caller was already allowed to see, the latest first. */
export async function employmentsOf(db: Db, person_id: string, known_at?: Instant): Promise<Employment[]> {
  return employmentRows(db, known_at)
    .where('employments.person_id', '=', person_id)
    .orderBy('employments.starts_on', 'desc')
    .orderBy('employments.id')
    .execute()
}

type EmploymentFields = Pick<
  Employment,
  | 'post'
  | 'contract_kind'
  | 'contract_until'
  | 'starts_on'
  | 'ends_on'
  | 'leaving_kind'
  | 'leaving_reason'
  | 'transferred_from'
>

/** Every version of an employment, the withdrawn too, with whose it is; 404 outside the scope. */
export async function employmentVersions(db: Db, scope: Scope, id: string) {
  const whose = await db
    .selectFrom('employments')
    .innerJoin('people', 'people.id', 'employments.person_id')
    .innerJoin('organisations', 'organisations.id', 'employments.organisation_id')
    .select(['people.id as person_id', 'people.name as person_name', 'organisations.name as organisation_name'])
    .where('employments.id', '=', id)
    .where(organisationInScope(scope))
    .orderBy('employments.known_from', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (!whose) notFound({ zh: '任职记录', en: 'employment' })
  const versions: Versions<EmploymentFields> = await versionsOf(db, {
    table: 'employments',
    where: sql`fact.id = ${id}::uuid`,
    columns: [
      ...['post', 'contract_kind', 'contract_until', 'starts_on', 'ends_on'],
      ...['leaving_kind', 'leaving_reason', 'transferred_from'],
    ],
    events: ['employment.recorded', 'employment.corrected', 'employment.ended', 'employment.transferred'],
    about: sql`changes->>'employment_id' = ${id}`,
    withdrawn: 'employment.withdrawn',
  })
  return { ...whose, ...versions }
}
