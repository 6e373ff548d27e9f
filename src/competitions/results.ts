/** Published results for everybody: ranks and awards, names masked; scores, documents and stations stay inside. */
import { sql } from 'kysely'
import { maskName } from '../people/identity.ts'
import type { Db } from '../platform/database.ts'
import { notFound } from '../platform/errors.ts'
import { EVENT } from './queries.ts'
import type { PublicResults } from './result-shapes.ts'

/** The latest publication; 404 while there is none. Bound to no scope: it is public. */
export async function publicResults(db: Db, event_id: string): Promise<PublicResults> {
  const { rows } = await sql<Omit<PublicResults, 'items'> & { publication_id: string }>`
    select v.id as event_id, k.name as competition_name, v.name as event_name, o.name as occupation_name, k.held_on, organiser.name as organiser_name,
      u.id as publication_id, u.revision, u.published_at
    from competition_events v join competitions k on k.id = v.competition_id join organisations organiser on organiser.id = k.organisation_id
      join occupations o on o.code = v.occupation_code join competition_publications u on u.event_id = v.id
    where v.id = ${event_id}::uuid order by u.revision desc limit 1`.execute(db)
  const [found] = rows
  if (!found) return notFound(EVENT)
  const { publication_id, ...head } = found
  const ranks = await sql<{
    rank: number
    name: string
    team: string | null
    organisation_name: string
    award: string | null
  }>`
    select r.rank, p.name, e.team, o.name as organisation_name, r.award
    from competition_published_ranks r join competition_entries e on e.id = r.entry_id join people p on p.id = e.person_id
      join organisations o on o.id = e.organisation_id
    where r.publication_id = ${publication_id}::uuid order by r.rank, o.name, p.name_pinyin, e.id`.execute(db)
  return { ...head, items: ranks.rows.map(({ name, ...row }) => ({ ...row, name_masked: maskName(name) })) }
}
