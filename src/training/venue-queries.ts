/** Reads of venues and teachers: an institution's own, and all in a division for its officers. */
import { type RawBuilder, sql } from 'kysely'
import type { LocalDate } from '../platform/calendar.ts'
import type { Scope } from '../platform/context.ts'
import type { Db } from '../platform/database.ts'
import { notFound } from '../platform/errors.ts'
import { type Page, type PageInput, readCursor, toPage } from '../platform/paging.ts'
import type { Places, TeacherView, VenueView } from './venue-shapes.ts'

export const VENUE = { zh: '场地', en: 'venue' }
export const TEACHER = { zh: '教师', en: 'teacher' }
export type VenueRow = VenueView
export type TeacherRow = TeacherView

/** By name. */
export async function listVenues(db: Db, scope: Scope, filter: PageInput): Promise<Page<VenueRow>> {
  const after = readCursor(filter.cursor, 2)
  const { rows } = await venues(
    scope,
    after ? sql`(v.name, v.id) > (${after[0]}::text, ${after[1]}::uuid)` : sql`true`,
    filter.limit + 1,
  ).execute(db)
  return toPage(rows, filter.limit, (row) => [row.name, row.id])
}

export async function getVenue(db: Db, scope: Scope, id: string): Promise<VenueRow> {
  const { rows } = await venues(scope, sql`v.id = ${id}::uuid`, 1).execute(db)
  return rows[0] ?? notFound(VENUE)
}

function venues(scope: Scope, where: RawBuilder<unknown>, limit: number) {
  return sql<VenueRow>`
    select v.id, v.organisation_id, trainer.name as organisation_name, v.kind, v.name, v.address, v.district_code, d.name as district_name, v.seats,
      coalesce((select jsonb_agg(jsonb_build_object('starts_on', r.starts_on, 'ends_on', r.ends_on, 'citation', r.citation) order by r.starts_on desc)
        from venue_recognitions r where r.venue_id = v.id), '[]') as recognitions, v.revision
    from venues v join organisations as trainer on trainer.id = v.organisation_id join districts d on d.code = v.district_code
    where ${where} and ${ownedIn(scope)} order by v.name, v.id limit ${limit}`
}

/** By name; `today` decides which qualifications are valid. */
export async function listTeachers(
  db: Db,
  scope: Scope,
  today: LocalDate,
  filter: PageInput,
): Promise<Page<TeacherRow>> {
  const after = readCursor(filter.cursor, 1)
  // the cursor names nobody: the name is looked up again
  const { rows } = await teachers(
    scope,
    today,
    after
      ? sql`(${TEACHER_NAME}, t.id) > (select ${TEACHER_NAME}, t.id from teachers t left join people on people.id = t.person_id where t.id = ${after[0]}::uuid)`
      : sql`true`,
    filter.limit + 1,
  ).execute(db)
  return toPage(rows, filter.limit, (row) => [row.id])
}

export async function getTeacher(db: Db, scope: Scope, today: LocalDate, id: string): Promise<TeacherRow> {
  const { rows } = await teachers(scope, today, sql`t.id = ${id}::uuid`, 1).execute(db)
  return rows[0] ?? notFound(TEACHER)
}

/** Whose qualification it is. */
export async function getTeacherOf(
  db: Db,
  scope: Scope,
  today: LocalDate,
  qualification_id: string,
): Promise<TeacherRow> {
  const { rows } = await teachers(
    scope,
    today,
    sql`t.id = (select teacher_id from teacher_qualifications where id = ${qualification_id}::uuid)`,
    1,
  ).execute(db)
  return rows[0] ?? notFound(TEACHER)
}

/** Of `teachers t left join people`. */
export const TEACHER_NAME = sql<string>`coalesce(t.name, people.name)`

function teachers(scope: Scope, today: LocalDate, where: RawBuilder<unknown>, limit: number) {
  return sql<TeacherRow>`
    select t.id, t.organisation_id, trainer.name as organisation_name, t.person_id, ${TEACHER_NAME} as name,
      coalesce((select jsonb_agg(jsonb_build_object('id', q.id, 'qualification', q.qualification, 'number', q.number, 'valid_from', q.valid_from,
          'valid_until', q.valid_until, 'valid', ${today}::date between q.valid_from and coalesce(q.valid_until, 'infinity')) order by q.valid_from desc, q.id)
        from teacher_qualifications q where q.teacher_id = t.id and q.known_to = 'infinity'), '[]') as qualifications
    from teachers t join organisations as trainer on trainer.id = t.organisation_id left join people on people.id = t.person_id
    where ${where} and ${ownedIn(scope)} order by ${TEACHER_NAME}, t.id limit ${limit}`
}

/** Of the organisation joined as `trainer`. */
function ownedIn(scope: Scope): RawBuilder<boolean> {
  if (scope.kind === 'person') return sql`false`
  return scope.kind === 'division'
    ? sql`trainer.district_code like ${`${scope.prefix}%`}`
    : sql`trainer.id = ${scope.organisation_id}::uuid`
}

/** What a session of the institution's may be put into, for forms. */
export async function listPlaces(db: Db, organisation_id: string): Promise<Places> {
  const { rows } = await sql<Places['venues'][number] & { kind: 'venue' | 'teacher' }>`
    select id, 'venue' as kind, name, seats from venues where organisation_id = ${organisation_id}::uuid
    union all
    select t.id, 'teacher', ${TEACHER_NAME}, null from teachers t left join people on people.id = t.person_id
    where t.organisation_id = ${organisation_id}::uuid order by kind, name, id`.execute(db)
  return {
    venues: rows.filter(({ kind }) => kind === 'venue'),
    teachers: rows.filter(({ kind }) => kind === 'teacher'),
  }
}
