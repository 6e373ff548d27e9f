/** The register in the form in which it is imported: page by page, so that memory does not grow with it. */
import { type RawBuilder, sql } from 'kysely'
import { firstDay, type LocalDate, type Month } from '../platform/calendar.ts'
import type { Scope } from '../platform/context.ts'
import type { Db } from '../platform/database.ts'
import { organisationInScope, personInScope } from './roster.ts'

/** Which part of a register, and behind which row the page begins. */
export interface RegisterPage {
  month?: Month | undefined
  /** `id` of the last row before; null for the first page */
  after: string | null
  limit: number
}

/** Whom a row is about; sealed, for whoever may open it. */
export interface Named {
  /** of the row, ascending */
  id: string
  person_id: string
  name: string
  id_type: string
  id_number_sealed: string
  id_number_masked: string
}

const named = sql`people.id as person_id, people.name, people.id_type, people.id_number_sealed, people.id_number_masked`

export interface RegisterPerson extends Named {
  workforce: string
  sex: string | null
  education: string | null
  phone: string | null
  bank_account_sealed: string | null
  bank_account_masked: string | null
}

/** The people within the scope. */
export async function peoplePage(db: Db, scope: Scope, { after, limit }: RegisterPage): Promise<RegisterPerson[]> {
  const { rows } = await sql<RegisterPerson>`
    select people.id, ${named}, people.workforce, people.sex, people.education, people.phone, people.bank_account_sealed, people.bank_account_masked
    from people where people.erased_at is null and ${personInScope(scope)} and ${behind(sql.ref('people.id'), after)}
    order by people.id limit ${limit}`.execute(db)
  return rows
}

export interface RegisterEmployment extends Named {
  post: string
  contract_kind: string
  contract_until: LocalDate | null
  starts_on: LocalDate
  ends_on: LocalDate | null
  leaving_kind: string | null
}

/** The employments on record at the organisations of the scope. */
export async function employmentsPage(
  db: Db,
  scope: Scope,
  { after, limit }: RegisterPage,
): Promise<RegisterEmployment[]> {
  const { rows } = await sql<RegisterEmployment>`
    select e.id, ${named}, e.post, e.contract_kind, e.contract_until, e.starts_on, e.ends_on, e.leaving_kind
    from employments e join people on people.id = e.person_id join organisations on organisations.id = e.organisation_id
    where e.known_to = 'infinity' and people.erased_at is null and ${organisationInScope(scope)} and ${behind(sql.ref('e.id'), after)}
    order by e.id limit ${limit}`.execute(db)
  return rows
}

export interface RegisterMonth extends Named {
  month: Month
  attendance_days: number
  social_insurance: boolean
}

/** A month of everybody at the organisations of the scope; `id` is person and organisation. */
export async function monthsPage(
  db: Db,
  scope: Scope,
  { month, after, limit }: RegisterPage,
): Promise<RegisterMonth[]> {
  const [person_id, organisation_id] = after?.split(' ') ?? []
  const { rows } = await sql<RegisterMonth>`
    select m.person_id || ' ' || m.organisation_id as id, ${named}, to_char(m.month, 'YYYY-MM') as month, m.attendance_days, m.social_insurance
    from service_months m join people on people.id = m.person_id join organisations on organisations.id = m.organisation_id
    where m.known_to = 'infinity' and people.erased_at is null and m.month = ${firstDay(month!)}::date and ${organisationInScope(scope)}
      and ${after ? sql`(m.person_id, m.organisation_id) > (${person_id}::uuid, ${organisation_id}::uuid)` : sql`true`}
    order by m.person_id, m.organisation_id limit ${limit}`.execute(db)
  return rows
}

export interface RegisterHours extends Named {
  completed_on: LocalDate
  hours: number
  provider: string
  subject: string
  evidence: string | null
}

/** Continuing education of the people within the scope. */
export async function hoursPage(db: Db, scope: Scope, { after, limit }: RegisterPage): Promise<RegisterHours[]> {
  const { rows } = await sql<RegisterHours>`
    select h.id, ${named}, h.completed_on, h.hours, h.provider, h.subject, h.evidence
    from education_hours h join people on people.id = h.person_id
    where h.known_to = 'infinity' and people.erased_at is null and ${personInScope(scope)} and ${behind(sql.ref('h.id'), after)}
    order by h.id limit ${limit}`.execute(db)
  return rows
}

function behind(id: RawBuilder<unknown>, after: string | null): RawBuilder<boolean> {
  return after ? sql`${id} > ${after}::uuid` : sql`true`
}

/** What stands behind a mask, of people within the scope. */
export interface Masked {
  id: string
  id_type: string
  id_number_sealed: string
  id_number_masked: string
  bank_account_masked: string | null
}

export async function maskedPeople(db: Db, scope: Scope, ids: string[]): Promise<Map<string, Masked>> {
  const { rows } = await sql<Masked>`
    select people.id, people.id_type, people.id_number_sealed, people.id_number_masked, people.bank_account_masked
    from people where people.id = any (${ids}::uuid[]) and people.erased_at is null and ${personInScope(scope)}`.execute(
    db,
  )
  return new Map(rows.map((row) => [row.id, row]))
}
