/** Reads of the facts about people as they are on record now, or were at an instant: months, a facility's staff, continuing education, conduct. */
import { sql } from 'kysely'
import { addMonths, firstDay, type LocalDate, lastDay, type Month } from '../platform/calendar.ts'
import type { Scope } from '../platform/context.ts'
import type { Db } from '../platform/database.ts'
import { notFound } from '../platform/errors.ts'
import { type Page, type PageInput, readCursor, toPage } from '../platform/paging.ts'
import { concurrent } from './employment-queries.ts'
import { type Instant, knownAt } from './known.ts'
import { afterPerson, bestCertificate, employedAt } from './queries.ts'
import { notMerged, organisationInScope, personInScope } from './roster.ts'
import type { Approval, CertificateStatus } from './rules.ts'

export interface ServiceMonthFilter extends PageInput {
  month?: Month | undefined
  organisation_id?: string | undefined
  person_id?: string | undefined
  known_at?: Instant | undefined
}

/** The newest month first, then by pinyin, name and id; an institution sees its own, a carer theirs. */
export async function listServiceMonths(db: Db, scope: Scope, filter: ServiceMonthFilter): Promise<Page<ServiceMonth>> {
  const after = readCursor(filter.cursor, 3)
  const { month, organisation_id, person_id } = filter
  let query = serviceMonthRows(db, filter.known_at).where(factInScope(scope))
  if (month) query = query.where('month', '=', firstDay(month))
  if (organisation_id) query = query.where('organisations.id', '=', organisation_id)
  if (person_id) query = query.where('people.id', '=', person_id)
  if (after)
    query = query.where(sql<boolean>`(month < ${after[0]}::date or month = ${after[0]}::date
      and ${afterPerson(after[1], sql`people.id, organisations.id`, sql`k.id, ${after[2]}::uuid`)})`)
  const rows = await query
    .orderBy('service_months.month', 'desc')
    .orderBy('people.name_pinyin')
    .orderBy('people.name')
    .orderBy('people.id')
    .orderBy('organisations.id')
    .limit(filter.limit + 1)
    .execute()
  return toPage(rows, filter.limit, (row) => [firstDay(row.month), row.person_id, row.organisation_id])
}

export type ServiceMonth = Awaited<ReturnType<ReturnType<typeof serviceMonthRows>['execute']>>[number]

function serviceMonthRows(db: Db, known_at?: Instant) {
  return db
    .selectFrom('service_months')
    .innerJoin('people', 'people.id', 'service_months.person_id')
    .innerJoin('organisations', 'organisations.id', 'service_months.organisation_id')
    .select([
      'service_months.person_id',
      'people.name as person_name',
      'people.id_number_masked',
      'service_months.organisation_id',
      'organisations.name as organisation_name',
      sql<Month>`to_char(service_months.month, 'YYYY-MM')`.as('month'),
      'service_months.attendance_days',
      'service_months.social_insurance',
      'service_months.reason',
    ])
    .where(knownAt('service_months', known_at))
}

/** Facts that an organisation stated: its own, those of the division, or the person's own. */
function factInScope(scope: Scope) {
  return scope.kind === 'person' ? sql<boolean>`people.id = ${scope.person_id}::uuid` : organisationInScope(scope)
}

export interface StaffRow {
  person_id: string
  name: string
  employment_id: string | null
  post: string | null
  contract_kind: string | null
  starts_on: LocalDate | null
  ends_on: LocalDate | null
  /** employed elsewhere, or in another post, at the same time */
  concurrent: boolean
  level: number | null
  certificate_status: CertificateStatus | null
  attendance_days: number | null
  social_insurance: boolean | null
  previous_days: number | null
  previous_insurance: boolean | null
  has_account: boolean
}

const MAX_STAFF = 1000

/** Whom a facility employs in a month, or has on its roster and never employed, with the month and the one before; at most 1,000. */
export async function staffOf(db: Db, organisation_id: string, month: Month): Promise<StaffRow[]> {
  const own = sql`organisation_id = ${organisation_id}::uuid and known_to = 'infinity'`
  const { rows } = await sql<StaffRow>`
    select people.id as person_id, people.name, e.id as employment_id, e.post, e.contract_kind, e.starts_on, e.ends_on, ${concurrent('e')} as concurrent,
      certificate.level, certificate.status as certificate_status, m.attendance_days, m.social_insurance,
      b.attendance_days as previous_days, b.social_insurance as previous_insurance, people.bank_account_masked is not null as has_account
    from roster_entries r join people on people.id = r.person_id
      left join lateral (
        select * from employments where person_id = people.id and ${own}
          and starts_on <= ${lastDay(month)}::date and coalesce(ends_on > ${firstDay(month)}::date, true)
        order by starts_on desc, id limit 1
      ) e on true
      left join (select * from service_months where ${own} and month = ${firstDay(month)}::date) m on m.person_id = people.id
      left join (select * from service_months where ${own} and month = ${firstDay(addMonths(month, -1))}::date) b on b.person_id = people.id
      ${bestCertificate(lastDay(month))}
    where r.organisation_id = ${organisation_id}::uuid and ${notMerged()} and people.erased_at is null
      and (e.id is not null or not exists (select from employments where person_id = people.id and ${own}))
    order by people.name_pinyin, people.name, people.id limit ${MAX_STAFF}`.execute(db)
  return rows
}

export interface EducationFilter extends PageInput {
  person_id?: string | undefined
  year?: number | undefined
  approval?: Approval | undefined
  known_at?: Instant | undefined
}

/** Continuing education of the people within the scope, the latest first. Nobody decides any more on hours of an erased person: those are not among the pending. */
export async function listEducationHours(db: Db, scope: Scope, filter: EducationFilter): Promise<Page<EducationHours>> {
  const after = readCursor(filter.cursor, 2)
  const { person_id, year, approval } = filter
  let query = educationRows(db, scope, filter.known_at)
  if (approval) query = query.where('approval', '=', approval)
  if (approval === 'pending') query = query.where('people.erased_at', 'is', null)
  if (person_id) query = query.where('people.id', '=', person_id)
  if (year) query = query.where('completed_on', '>=', `${year}-01-01`).where('completed_on', '<', `${year + 1}-01-01`)
  if (after)
    query = query.where(sql<boolean>`(completed_on, education_hours.id) < (${after[0]}::date, ${after[1]}::uuid)`)
  const rows = await query
    .orderBy('completed_on', 'desc')
    .orderBy('education_hours.id', 'desc')
    .limit(filter.limit + 1)
    .execute()
  return toPage(rows, filter.limit, (row) => [row.completed_on, row.id])
}

export async function getEducationHours(db: Db, scope: Scope, id: string): Promise<EducationHours> {
  const row = await educationRows(db, scope).where('education_hours.id', '=', id).executeTakeFirst()
  return row ?? notFound({ zh: '学时记录', en: 'hours of continuing education' })
}

export type EducationHours = Awaited<ReturnType<ReturnType<typeof educationRows>['execute']>>[number]

function educationRows(db: Db, scope: Scope, known_at?: Instant) {
  return db
    .selectFrom('education_hours')
    .innerJoin('people', 'people.id', 'education_hours.person_id')
    .leftJoin('accounts', 'accounts.id', 'education_hours.recorded_by')
    .leftJoin('organisations as recorder', 'recorder.id', 'accounts.organisation_id')
    .select([
      'education_hours.id',
      'people.id as person_id',
      'people.name as person_name',
      'people.id_number_masked',
      'completed_on',
      'hours',
      'provider',
      'subject',
      'evidence',
      'approval',
      'decided_by',
      'decision_reason',
      sql<string | null>`coalesce(recorder.name, accounts.display_name)`.as('recorder_name'),
    ])
    .where(knownAt('education_hours', known_at))
    .where(personInScope(scope))
}

/** Accidents and breaches, the latest decision first. An institution sees those of the people it employs or did. */
export async function listConductEvents(
  db: Db,
  scope: Scope,
  filter: PageInput & { person_id?: string | undefined; known_at?: Instant | undefined },
): Promise<Page<ConductEvent>> {
  const after = readCursor(filter.cursor, 2)
  let query = conductRows(db, scope, filter.known_at)
  if (filter.person_id) query = query.where('people.id', '=', filter.person_id)
  if (after) query = query.where(sql<boolean>`(decided_on, conduct_events.id) < (${after[0]}::date, ${after[1]}::uuid)`)
  const rows = await query
    .orderBy('decided_on', 'desc')
    .orderBy('conduct_events.id', 'desc')
    .limit(filter.limit + 1)
    .execute()
  return toPage(rows, filter.limit, (row) => [row.decided_on, row.id])
}

export async function getConductEvent(db: Db, scope: Scope, id: string): Promise<ConductEvent> {
  const row = await conductRows(db, scope).where('conduct_events.id', '=', id).executeTakeFirst()
  return row ?? notFound({ zh: '记录', en: 'record' })
}

export type ConductEvent = Awaited<ReturnType<ReturnType<typeof conductRows>['execute']>>[number]

function conductRows(db: Db, scope: Scope, known_at?: Instant) {
  return db
    .selectFrom('conduct_events')
    .innerJoin('people', 'people.id', 'conduct_events.person_id')
    .select([
      'conduct_events.id',
      'people.id as person_id',
      'people.name as person_name',
      'conduct_events.kind',
      'happened_on',
      'decided_on',
      'decision',
      'period_from',
      'period_to',
      'reason',
    ])
    .where(knownAt('conduct_events', known_at))
    .where(scope.kind === 'organisation' ? employedAt(scope.organisation_id) : personInScope(scope))
}
