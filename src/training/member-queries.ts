/** Reads of the people in a class: who they are, their hours, their results, who may join. */
import { sql } from 'kysely'
import { resultsOpen } from '../people/open-results.ts'
import { afterPerson } from '../people/queries.ts'
import { notMerged } from '../people/roster.ts'
import { named } from '../people/search.ts'
import type { LocalDate } from '../platform/calendar.ts'
import type { Scope } from '../platform/context.ts'
import type { Db } from '../platform/database.ts'
import { notFound } from '../platform/errors.ts'
import { type Page, type PageInput, readCursor, toPage } from '../platform/paging.ts'
import type { EntryDecision, Warning } from './entry-rules.ts'
import { classesIn } from './queries.ts'
import { type EnrolmentStatus, points, requiredHours } from './rules.ts'
import { taughtElsewhere } from './taught-elsewhere.ts'

/** Rows of this instant's knowledge; literal, so that the partial index is used. */
const CURRENT = sql<Date>`'infinity'`

export type EnrolmentRow = ReturnType<typeof asEnrolment>

/** Sorted by name, those who withdrew too. Marks are points. */
export async function listEnrolments(
  db: Db,
  scope: Scope,
  classId: string,
  filter: PageInput,
): Promise<Page<EnrolmentRow>> {
  const after = readCursor(filter.cursor, 2)
  let query = enrolmentRows(db, scope).where('enrolments.class_id', '=', classId)
  if (after) query = query.where(afterPerson(after[0], sql`enrolments.id`, sql`${after[1]}::uuid`))
  const rows = await query.limit(filter.limit + 1).execute()
  const page = toPage(rows, filter.limit, (row) => [row.person_id, row.id])
  return { ...page, items: page.items.map(asEnrolment) }
}

/** Everybody who is or was in a class: at most its capacity and those who withdrew. */
export async function listRoster(db: Db, scope: Scope, classId: string): Promise<EnrolmentRow[]> {
  return (await enrolmentRows(db, scope).where('enrolments.class_id', '=', classId).execute()).map(asEnrolment)
}

export async function getEnrolment(db: Db, scope: Scope, id: string): Promise<EnrolmentRow> {
  const row = await enrolmentRows(db, scope).where('enrolments.id', '=', id).executeTakeFirst()
  return row ? asEnrolment(row) : notFound({ zh: '报名', en: 'enrolment' })
}

/** Who was enrolled by an employer in a class, by name; the caller has found the class. */
export async function listStaffEnrolments(
  db: Db,
  scope: Scope,
  classId: string,
  organisation_id: string,
): Promise<EnrolmentRow[]> {
  const own = sql<boolean>`enrolments.enrolled_by_organisation_id = ${organisation_id}::uuid`
  const rows = await enrolmentRows(db, scope, own).where('enrolments.class_id', '=', classId).execute()
  return rows.map(asEnrolment)
}

function enrolmentRows(db: Db, scope: Scope, visible = classesIn(scope)) {
  return db
    .selectFrom('enrolments')
    .innerJoin('classes', 'classes.id', 'enrolments.class_id')
    .innerJoin('courses', 'courses.id', 'classes.course_id')
    .innerJoin('course_versions as version', (join) =>
      join.onRef('version.course_id', '=', 'classes.course_id').onRef('version.number', '=', 'classes.course_version'),
    )
    .innerJoin('organisations as trainer', 'trainer.id', 'classes.organisation_id')
    .innerJoin('people', 'people.id', 'enrolments.person_id')
    .leftJoin('assessment_results as result', (join) =>
      join
        .onRef('result.enrolment_id', '=', 'enrolments.id')
        .on('result.known_to', '=', CURRENT)
        .on(resultsOpen(scope)),
    )
    .leftJoin('organisations as employer', 'employer.id', 'enrolments.enrolled_by_organisation_id')
    .leftJoinLateral(
      (eb) =>
        eb
          .selectFrom('enrolment_checks')
          .select([
            ...(['checked_on', 'rule_code', 'met'] as const),
            sql<Pick<EntryDecision, 'earliest' | 'alternatives'> | null>`decision`.as('decision'),
            sql<Warning[]>`warnings`.as('warnings'),
          ])
          .whereRef('enrolment_checks.enrolment_id', '=', 'enrolments.id')
          .orderBy('known_from', 'desc')
          .limit(1)
          .as('entry'),
      (join) => join.onTrue(),
    )
    .select([
      'enrolments.id',
      'enrolments.class_id',
      'enrolments.person_id',
      'people.name as person_name',
      'people.id_number_masked',
      sql<EnrolmentStatus>`enrolments.status`.as('status'),
      'enrolments.status_reason',
      'enrolments.enrolled_by_organisation_id',
      'employer.name as enrolled_by_organisation_name',
      'entry.checked_on',
      'entry.rule_code',
      'entry.met',
      'entry.decision',
      'entry.warnings',
      sql<number | null>`case when enrolments.status = 'waiting' then (select count(*) from enrolments w
        where w.class_id = enrolments.class_id and w.status = 'waiting' and w.waiting_number <= enrolments.waiting_number) end`.as(
        'waiting_place',
      ),
      'courses.kind',
      'courses.level',
      'version.theory_hours',
      'version.practice_hours',
      'version.attendance_percent',
      'result.id as result_id',
      'result.assessed_on',
      'result.theory',
      'result.practical',
      'result.review',
      'result.passed',
      sql<number>`(select coalesce(sum(a.hours), 0) from session_attendances a where a.enrolment_id = enrolments.id and a.known_to = 'infinity')`.as(
        'hours',
      ),
      sql<string | null>`(select c.number from certificates c where c.enrolment_id = enrolments.id
        and not exists (select 1 from standing_revocations v where v.certificate_id = c.id) order by c.kind desc limit 1)`.as(
        'certificate_number',
      ),
    ])
    .where(visible)
    .where(notMerged())
    .orderBy('people.name_pinyin')
    .orderBy('people.name')
    .orderBy('enrolments.id')
}
type EnrolmentColumns = Awaited<ReturnType<ReturnType<typeof enrolmentRows>['execute']>>[number]

function asEnrolment(row: EnrolmentColumns) {
  return {
    id: row.id,
    class_id: row.class_id,
    person_id: row.person_id,
    person_name: row.person_name,
    id_number_masked: row.id_number_masked,
    status: row.status,
    status_reason: row.status_reason,
    waiting_place: row.waiting_place,
    enrolled_by_organisation_id: row.enrolled_by_organisation_id,
    enrolled_by_organisation_name: row.enrolled_by_organisation_name,
    entry: row.checked_on ? entryOf(row) : null,
    hours: row.hours,
    required_hours: requiredHours(row),
    result: row.result_id ? asResult(row) : null,
    certificate_number: row.certificate_number,
  }
}

function entryOf({ checked_on, rule_code, met, decision, warnings }: EnrolmentColumns) {
  return {
    ...{ checked_on: checked_on!, rule_code, met, warnings: warnings ?? [] },
    ...{ earliest: decision?.earliest ?? null, alternatives: decision?.alternatives ?? [] },
  }
}

function asResult(
  row: Pick<EnrolmentColumns, 'result_id' | 'assessed_on' | 'theory' | 'practical' | 'review' | 'passed'>,
) {
  return {
    id: row.result_id!,
    assessed_on: row.assessed_on!,
    theory: points(row.theory),
    practical: points(row.practical),
    review: points(row.review),
    passed: row.passed!,
  }
}

/**
 * People on an institution's roster who are not in the class, by name, pinyin, initials or the end of the document number; with
 * `employed_on` only those who work there on that day. The caller has found the class.
 */
export async function listCandidates(
  db: Db,
  organisation_id: string,
  classId: string,
  filter: PageInput & { q?: string | undefined; employed_on?: LocalDate },
) {
  const after = readCursor(filter.cursor, 1)
  let query = db
    .selectFrom('roster_entries')
    .innerJoin('people', 'people.id', 'roster_entries.person_id')
    .select(['people.id', 'people.name', 'people.name_pinyin', 'people.id_number_masked', 'people.workforce'])
    .where('roster_entries.organisation_id', '=', organisation_id)
    .where('people.erased_at', 'is', null)
    .where(notMerged())
    .where(
      sql<boolean>`not exists (select 1 from enrolments e where e.class_id = ${classId}::uuid and e.person_id = people.id and e.status <> 'withdrawn')`,
    )
  if (filter.employed_on) query = query.where(worksAt(organisation_id, filter.employed_on))
  if (filter.q) query = query.where(named(filter.q))
  if (after) query = query.where(afterPerson(after[0], sql`people.id`, sql`k.id`))
  const rows = await query
    .orderBy('people.name_pinyin')
    .orderBy('people.name')
    .orderBy('people.id')
    .limit(filter.limit + 1)
    .execute()
  return toPage(rows, filter.limit, (row) => [row.id])
}

/** Whether somebody (`people` of the query) works for an institution on a day. */
export function worksAt(organisation_id: string, day: LocalDate) {
  return sql<boolean>`exists (select from employments w where w.person_id = people.id and w.organisation_id = ${organisation_id}::uuid
    and w.known_to = 'infinity' and w.starts_on <= ${day}::date and (w.ends_on is null or w.ends_on > ${day}::date))`
}

// ─── hours ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

export type SessionRow = Awaited<ReturnType<typeof listSessions>>[number]

/** In the order they are held. */
export function listSessions(db: Db, scope: Scope, classId: string) {
  return sessionRows(db, scope).where('class_sessions.class_id', '=', classId).execute()
}

export async function getSession(db: Db, scope: Scope, id: string): Promise<SessionRow> {
  const row = await sessionRows(db, scope).where('class_sessions.id', '=', id).executeTakeFirst()
  return row ?? notFound({ zh: '课次', en: 'session' })
}

function sessionRows(db: Db, scope: Scope) {
  return db
    .selectFrom('class_sessions')
    .innerJoin('classes', 'classes.id', 'class_sessions.class_id')
    .innerJoin('organisations as trainer', 'trainer.id', 'classes.organisation_id')
    .leftJoin('venues', 'venues.id', 'class_sessions.venue_id')
    .leftJoin('teachers', 'teachers.id', 'class_sessions.teacher_id')
    .leftJoin('people', 'people.id', 'teachers.person_id')
    .select([
      'class_sessions.id',
      'class_sessions.class_id',
      'class_sessions.held_on',
      'class_sessions.topic',
      'class_sessions.part',
      'class_sessions.hours',
      sql<string | null>`left(class_sessions.starts_at::text, 5)`.as('starts_at'),
      sql<string | null>`left(class_sessions.ends_at::text, 5)`.as('ends_at'),
      'class_sessions.venue_id',
      'venues.name as venue_name',
      'venues.seats as venue_seats',
      'classes.capacity',
      'class_sessions.teacher_id',
      sql<string | null>`coalesce(teachers.name, people.name)`.as('teacher_name'),
      sql<
        boolean | null
      >`case when teachers.id is not null then exists (select from teacher_qualifications q where q.teacher_id = teachers.id
        and q.known_to = 'infinity' and class_sessions.held_on between q.valid_from and coalesce(q.valid_until, 'infinity')) end`.as(
        'qualified',
      ),
      taughtElsewhere.as('elsewhere'),
      sql<
        boolean | null
      >`case when venues.kind = 'practice_base' then exists (select from venue_recognitions r where r.venue_id = venues.id
        and daterange(r.starts_on, r.ends_on) @> class_sessions.held_on) end`.as('recognised'),
      sql<number>`(select count(*) from session_attendances a
        where a.session_id = class_sessions.id and a.known_to = 'infinity' and a.hours > 0)`.as('present'),
    ])
    .where(classesIn(scope))
    .orderBy('class_sessions.held_on')
    .orderBy(sql`class_sessions.starts_at nulls first`)
    .orderBy('class_sessions.topic')
}
