/** Reads of submitted months: which there are, which facilities have not submitted, and what a submission would say. */
import { type RawBuilder, sql } from 'kysely'
import { firstDay, lastDay, type Month } from '../platform/calendar.ts'
import type { Scope } from '../platform/context.ts'
import type { Db } from '../platform/database.ts'
import { notFound } from '../platform/errors.ts'
import { type Page, type PageInput, readCursor, toPage } from '../platform/paging.ts'
import { notErased, organisationInScope } from './roster.ts'

export interface MonthSubmissionFilter extends PageInput {
  month?: Month | undefined
  organisation_id?: string | undefined
  /** only those taken back, with nothing submitted in their place */
  returned?: boolean | undefined
}

/** The latest first, withdrawn ones included; a facility sees its own. */
export async function listMonthSubmissions(
  db: Db,
  scope: Scope,
  filter: MonthSubmissionFilter,
): Promise<Page<MonthSubmission>> {
  const after = readCursor(filter.cursor, 2)
  const { month, organisation_id, returned } = filter
  let query = submissionRows(db).where(organisationInScope(scope))
  if (month) query = query.where('s.month', '=', firstDay(month))
  if (organisation_id) query = query.where('s.organisation_id', '=', organisation_id)
  if (returned) query = query.where(notSubmittedAgain)
  if (after) query = query.where(sql<boolean>`(s.month, s.id) < (${after[0]}::date, ${after[1]}::uuid)`)
  const rows = await query
    .orderBy('s.month', 'desc')
    .orderBy('s.id', 'desc')
    .limit(filter.limit + 1)
    .execute()
  return toPage(rows.map(withWithdrawal), filter.limit, (row) => [firstDay(row.month), row.id])
}

/** The last submission of its month (`s` of the query, its withdrawal `w`), taken back. */
const notSubmittedAgain = sql<boolean>`(w.submission_id is not null and not exists (select from service_month_submissions other
  where other.organisation_id = s.organisation_id and other.month = s.month and (other.id > s.id
    or not exists (select from service_month_withdrawals back where back.submission_id = other.id))))`

/** Months that an officer sent back and that are not submitted again, as a count of a statement. */
export function countReturnedMonths(scope: Scope): RawBuilder<unknown> {
  return sql`select count(*) from service_month_submissions s join service_month_withdrawals w on w.submission_id = s.id
    join organisations on organisations.id = s.organisation_id where ${organisationInScope(scope)} and ${notSubmittedAgain}`
}

export async function getMonthSubmission(db: Db, scope: Scope, id: string): Promise<MonthSubmission> {
  const row = await submissionRows(db).where('s.id', '=', id).where(organisationInScope(scope)).executeTakeFirst()
  return row ? withWithdrawal(row) : notFound({ zh: '月度提交', en: 'submission' })
}

/** The submission of an organisation's month that is not withdrawn, or null. */
export async function standingSubmission(db: Db, organisation_id: string, month: Month) {
  const row = await submissionRows(db)
    .where('s.organisation_id', '=', organisation_id)
    .where('s.month', '=', firstDay(month))
    .where('w.submission_id', 'is', null)
    .executeTakeFirst()
  return row ? withWithdrawal(row) : null
}

export type MonthSubmission = ReturnType<typeof withWithdrawal>
type SubmissionRow = Awaited<ReturnType<ReturnType<typeof submissionRows>['execute']>>[number]

function submissionRows(db: Db) {
  return db
    .selectFrom('service_month_submissions as s')
    .innerJoin('organisations', 'organisations.id', 's.organisation_id')
    .leftJoin('service_month_withdrawals as w', 'w.submission_id', 's.id')
    .leftJoin('accounts', 'accounts.id', 's.submitted_by')
    .select([
      's.id',
      's.organisation_id',
      'organisations.name as organisation_name',
      'organisations.district_code',
      sql<Month>`to_char(s.month, 'YYYY-MM')`.as('month'),
      's.people',
      's.gaps',
      's.gap_reason',
      's.sha256',
      's.submitted_by',
      'accounts.display_name as submitted_by_name',
      's.submitted_at',
      'w.reason as withdrawal_reason',
      'w.withdrawn_by',
      'w.withdrawn_at',
    ])
}

function withWithdrawal({ withdrawal_reason, withdrawn_by, withdrawn_at, ...row }: SubmissionRow) {
  const withdrawal =
    withdrawal_reason && withdrawn_by && withdrawn_at ? { reason: withdrawal_reason, withdrawn_by, withdrawn_at } : null
  return { ...row, withdrawal }
}

export interface MissingMonth {
  organisation_id: string
  organisation_name: string
  district_code: string
  district_name: string
  /** in post in the month, and of how many people there are figures */
  employed: number
  recorded: number
}

/** Facilities of the scope that employ somebody in the month and have not submitted it (or had the submission withdrawn), by district and name. */
export async function listMissingMonths(
  db: Db,
  scope: Scope,
  { month, limit, cursor }: PageInput & { month: Month },
): Promise<Page<MissingMonth>> {
  const after = readCursor(cursor, 3)
  const { rows } = await sql<MissingMonth>`
    select organisations.id as organisation_id, organisations.name as organisation_name, organisations.district_code, d.name as district_name, staff.employed,
      (select count(*)::int from (${figuresOf(month)} and f.organisation_id = organisations.id) recorded) as recorded
    from organisations join districts d on d.code = organisations.district_code,
      lateral (select count(distinct in_post.person_id)::int as employed from (${employedIn(month)} and e.organisation_id = organisations.id) in_post) staff
    where ${organisationInScope(scope)} and staff.employed > 0 and ${missing(month)}
      ${after ? sql`and (organisations.district_code, organisations.name, organisations.id) > (${after[0]}, ${after[1]}, ${after[2]}::uuid)` : sql``}
    order by organisations.district_code, organisations.name, organisations.id limit ${limit + 1}`.execute(db)
  return toPage(rows, limit, (row) => [row.district_code, row.organisation_name, row.organisation_id])
}

/** Facilities of the scope that have not submitted a month in which they employ somebody, as a count of a statement. */
export function countMissingMonths(scope: Scope, month: Month): RawBuilder<unknown> {
  return sql`select count(*) from organisations where ${organisationInScope(scope)} and ${missing(month)}
    and exists (${employedIn(month)} and e.organisation_id = organisations.id)`
}

function missing(month: Month): RawBuilder<boolean> {
  return sql<boolean>`not exists (select from service_month_submissions s left join service_month_withdrawals w on w.submission_id = s.id
    where s.organisation_id = organisations.id and s.month = ${firstDay(month)}::date and w.submission_id is null)`
}

/** How many people have figures, and the SHA-256 over all of them, a line each, in the order of their ids. */
export async function digestOf(db: Db, organisation_id: string, month: Month) {
  const { rows } = await sql<{ people: number; sha256: string }>`
    select count(*)::int as people, encode(sha256(convert_to(coalesce(string_agg(
      own.person_id || ' ' || own.attendance_days || ' ' || own.social_insurance, E'\n' order by own.person_id), ''), 'UTF8')), 'hex') as sha256
    from (${figuresOf(month)} and f.organisation_id = ${organisation_id}::uuid) own`.execute(db)
  return rows[0]!
}

/** Who is in post at the organisation in the month and has no figures. */
export async function gapsOf(db: Db, organisation_id: string, month: Month) {
  const { rows } = await sql<{ person_id: string; name: string }>`
    select p.id as person_id, p.name from people p
    where p.id in (select in_post.person_id from (${employedIn(month)} and e.organisation_id = ${organisation_id}::uuid) in_post)
      and not exists (${figuresOf(month)} and f.organisation_id = ${organisation_id}::uuid and f.person_id = p.id)
    order by p.name_pinyin, p.name, p.id`.execute(db)
  return rows
}

/** Employments on record with a day in the month, as `e`; of an erased person nobody can record figures any more. */
export function employedIn(month: Month) {
  return sql`select * from employments e where e.known_to = 'infinity'
    and e.starts_on <= ${lastDay(month)}::date and coalesce(e.ends_on > ${firstDay(month)}::date, true)
    and ${notErased(sql.ref('e.person_id'))}`
}

/** Figures of the month on record, as `f`. */
export function figuresOf(month: Month) {
  return sql`select * from service_months f where f.month = ${firstDay(month)}::date and f.known_to = 'infinity'`
}
