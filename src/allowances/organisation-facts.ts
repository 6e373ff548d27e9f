/** Reads what decide() needs of organisations as it was known at one instant: standing, periods of filing, and the chain above each. */
import { sql } from 'kysely'
import type { Db } from '../platform/database.ts'
import type { OrganisationFact } from './evaluate.ts'

/** The versions that were true at the cutoff. */
export const known = (cutoff: string) => sql`known_from <= ${cutoff}::timestamptz and known_to > ${cutoff}::timestamptz`

/** One statement, whatever their number. The chain is named by its root: an organisation without a parent is its own. */
export async function readOrganisations(db: Db, ids: string[], cutoff: string): Promise<Map<string, OrganisationFact>> {
  const { rows } = await sql<OrganisationFact>`
    with recursive asked as (
      select * from organisation_standings where organisation_id = any(${`{${ids.join(',')}}`}::uuid[]) and ${known(cutoff)}
    ), above as (
      select organisation_id as id, organisation_id as ancestor_id, parent_id from asked
      union
      select above.id, s.organisation_id, s.parent_id
      from above join organisation_standings s on s.organisation_id = above.parent_id and ${known(cutoff)}
    )
    select a.organisation_id as id, a.district_code, a.facility_kind, a.ownership, a.closed_on, root.ancestor_id as chain_id,
      coalesce((
        select jsonb_agg(jsonb_build_object('starts_on', f.starts_on, 'ends_on', f.ends_on) order by f.starts_on, f.id)
        from organisation_filings f where f.organisation_id = a.organisation_id and ${known(cutoff)}), '[]') as filings
    from asked a join above root on root.id = a.organisation_id and root.parent_id is null`.execute(db)
  return new Map(rows.map((row) => [row.id, row]))
}
