/** Which results of a class may be seen by others than its assessor: all, unless its terms hold them back until they are published. */
import { type RawBuilder, sql } from 'kysely'
import type { Scope } from '../platform/context.ts'

/** A condition on `classes` of the query. */
export function resultsOpen(scope: Scope): RawBuilder<boolean> {
  const own = scope.kind === 'organisation' ? scope.organisation_id : null
  return sql`(classes.assessor_organisation_id is not distinct from ${own}::uuid
    or exists (select from result_publications p where p.class_id = classes.id)
    or not coalesce((select t.held_until_published from assessment_terms t
      where t.assessor_organisation_id = classes.assessor_organisation_id and t.valid_from <= classes.starts_on
      order by t.valid_from desc limit 1), false))`
}
