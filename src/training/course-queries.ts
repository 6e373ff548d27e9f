/** Reads of the versions of a course, and of the editions of standards that courses are taught by. */
import { sql } from 'kysely'
import type { Scope } from '../platform/context.ts'
import type { Db } from '../platform/database.ts'
import type { CourseVersion } from './course-shapes.ts'
import { getCourse } from './queries.ts'
import { requiredHours } from './rules.ts'

/** Of a course within the scope, or 404; the newest first. */
export async function listCourseVersions(db: Db, scope: Scope, id: string): Promise<CourseVersion[]> {
  const { occupation_code } = await getCourse(db, scope, id)
  const rows = await db
    .selectFrom('course_versions as v')
    .leftJoin('accounts', 'accounts.id', 'v.recorded_by')
    .leftJoin('standard_editions', (join) =>
      join
        .on('standard_editions.occupation_code', '=', occupation_code)
        .onRef('standard_editions.edition', '=', 'v.standard_edition'),
    )
    .select([
      ...(['v.number', 'v.valid_from', 'v.standard_edition', 'v.theory_hours', 'v.practice_hours'] as const),
      ...(['v.attendance_percent', 'v.price_fen', 'v.price_citation', 'v.person_subsidy_fen'] as const),
      ...(['v.person_subsidy_citation', 'v.provider_subsidy_fen', 'v.provider_subsidy_citation'] as const),
      ...(['v.reason', 'v.recorded_at'] as const),
      'standard_editions.confidence as edition_confidence',
      'accounts.display_name as recorded_by',
      sql<number>`(select count(*) from classes k where k.course_id = v.course_id and k.course_version = v.number)`.as(
        'classes',
      ),
    ])
    .where('v.course_id', '=', id)
    .orderBy('v.number', 'desc')
    .execute()
  return rows.map((row) => ({ ...row, required_hours: requiredHours(row) }))
}

/** Editions of the standards, with how sure it is that there is such an edition. */
export function listEditions(db: Db) {
  return db
    .selectFrom('standard_editions')
    .innerJoin('occupations', 'occupations.code', 'standard_editions.occupation_code')
    .select([
      'standard_editions.occupation_code',
      'occupations.name as occupation_name',
      'standard_editions.edition',
      'standard_editions.confidence',
    ])
    .orderBy('standard_editions.occupation_code', 'desc')
    .orderBy('standard_editions.edition', 'desc')
    .execute()
}
