/** Every version of a month of service and of hours of continuing education. */
import { sql } from 'kysely'
import { firstDay, type LocalDate, type Month } from '../platform/calendar.ts'
import type { Scope } from '../platform/context.ts'
import type { Db } from '../platform/database.ts'
import { notFound } from '../platform/errors.ts'
import { type Versions, versionsOf } from './known.ts'
import { organisationInScope, personInScope } from './roster.ts'
import type { Approval } from './rules.ts'

interface MonthKey {
  person_id: string
  organisation_id: string
  month: Month
}

/** Of one person's month at one organisation within the scope, with whose it is; or 404. */
export async function serviceMonthVersions(db: Db, scope: Scope, { person_id, organisation_id, month }: MonthKey) {
  const whose = await db
    .selectFrom('people')
    .innerJoin('organisations', (join) => join.onTrue())
    .select(['people.id as person_id', 'people.name as person_name', 'organisations.name as organisation_name'])
    .where('people.id', '=', person_id)
    .where('organisations.id', '=', organisation_id)
    .where(scope.kind === 'person' ? personInScope(scope) : organisationInScope(scope))
    .executeTakeFirst()
  if (!whose) notFound(MONTH)
  const versions: Versions<{ attendance_days: number; social_insurance: boolean }> = await versionsOf(db, {
    table: 'service_months',
    where: sql`fact.person_id = ${person_id}::uuid and fact.organisation_id = ${organisation_id}::uuid and fact.month = ${firstDay(month)}::date`,
    columns: ['attendance_days', 'social_insurance'],
    events: [],
    about: sql`false`,
    reason: sql`fact.reason`,
  })
  if (versions.items.length === 0) notFound(MONTH)
  return { ...whose, ...versions }
}

const MONTH = { zh: '月度在岗记录', en: 'month of service' }

interface HoursFields {
  completed_on: LocalDate
  hours: number
  provider: string
  subject: string
  approval: Approval
}

/** Of hours of a person within the scope, with whose they are; or 404. */
export async function educationHoursVersions(db: Db, scope: Scope, id: string) {
  const whose = await db
    .selectFrom('education_hours')
    .innerJoin('people', 'people.id', 'education_hours.person_id')
    .select(['people.id as person_id', 'people.name as person_name'])
    .where('education_hours.id', '=', id)
    .where(personInScope(scope))
    .orderBy('education_hours.known_from', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (!whose) notFound({ zh: '学时记录', en: 'record of hours' })
  const versions: Versions<HoursFields> = await versionsOf(db, {
    table: 'education_hours',
    where: sql`fact.id = ${id}::uuid`,
    columns: ['completed_on', 'hours', 'provider', 'subject', 'approval'],
    events: [
      'education_hours.recorded',
      'education_hours.corrected',
      'education_hours.approved',
      'education_hours.rejected',
    ],
    // a decision is a version of its own; what an import brought has one event for all its rows
    author: sql`coalesce(fact.decided_by, fact.recorded_by)`,
    told: sql`(fact.import_id is null or fact.decided_by is not null)`,
    about: sql`changes->>'education_hours_id' = ${id}`,
  })
  return { ...whose, ...versions }
}
