/** Who else relied on a certificate than an allowance: promotions, classes, competitions, roster checks; one statement. */
import { sql } from 'kysely'
import type { CertificateRow } from '../credentials/queries.ts'
import type { LocalDate } from '../platform/calendar.ts'
import type { Context } from '../platform/context.ts'
import type { Db } from '../platform/database.ts'

export type Resting = {
  kind: 'promotion' | 'promoted' | 'enrolment' | 'entry' | 'check'
  id: string
  /** of a check: who asked */
  name: string
  level: number | null
  on: LocalDate
  /** the reader may open it */
  within: boolean
}

/**
 * Promotions that started from it or led to it, enrolments and entries into competitions since its issue whose conditions a level of it or
 * lower met, and checks that were answered “valid” since the day.
 */
export async function restingOthers(
  db: Db,
  { scope }: Context,
  certificate: CertificateRow,
  records: string[],
  since: LocalDate,
): Promise<Resting[]> {
  const { id, number, level, issued_on, occupation_code, promotion_id, issuer_organisation_id } = certificate
  const people = sql`any (${`{${records.join(',')}}`}::uuid[])`
  const asker =
    scope.kind === 'organisation' && scope.organisation_id !== issuer_organisation_id ? scope.organisation_id : null
  const prefix = scope.kind === 'division' ? `${scope.prefix}%` : null
  const own = scope.kind === 'organisation' ? scope.organisation_id : null
  const { rows } = await sql<Resting>`
    select kind, id, name, level, "on"::text, within from (
      select case when p.id = ${promotion_id}::uuid then 'promoted' else 'promotion' end as kind, p.id, k.name, p.to_level as level,
        (p.proposed_at at time zone 'Asia/Shanghai')::date as "on",
        coalesce(organiser.district_code like ${prefix}, p.assessor_organisation_id = ${own}::uuid, false) as within
      from promotions p join competitions k on k.id = p.competition_id join organisations organiser on organiser.id = k.organisation_id
      where p.withdrawn_at is null and (p.from_certificate_id = ${id}::uuid or p.id = ${promotion_id}::uuid)
      union all
      select 'enrolment', e.class_id, g.name, u.level, g.starts_on,
        coalesce(trainer.district_code like ${prefix}, ${own}::uuid in (g.organisation_id, g.assessor_organisation_id), false)
      from enrolments e join classes g on g.id = e.class_id join organisations trainer on trainer.id = g.organisation_id join courses u on u.id = g.course_id
        join lateral (select decision from enrolment_checks x where x.enrolment_id = e.id order by x.known_from desc limit 1) found on true
      where e.person_id = ${people} and e.status <> 'withdrawn' and u.occupation_code = ${occupation_code} and g.starts_on >= ${issued_on}::date
        and jsonb_path_exists(found.decision, '$.alternatives[*] ? (@.met == true).terms[*] ? (@.term.term == "holds" && @.met == true && @.found.level >= $level)',
          jsonb_build_object('level', ${level}::int))
      union all
      select 'entry', v.id, k.name || ' ' || v.name, (ruled.rules #>> '{entry,level_at_least}')::int, k.held_on,
        coalesce(organiser.district_code like ${prefix}, k.organisation_id = ${own}::uuid, false)
      from competition_entries n join competition_events v on v.id = n.event_id join competitions k on k.id = v.competition_id
        join organisations organiser on organiser.id = k.organisation_id
        join lateral (select rules from competition_rules x where x.event_id = v.id order by x.version desc limit 1) ruled on true
      where n.person_id = ${people} and v.occupation_code = ${occupation_code} and k.held_on >= ${issued_on}::date
        and (ruled.rules #>> '{entry,level_at_least}')::int >= ${level}::int
      union all
      select 'check', c.id, coalesce(o.name, '—'), null, (c.created_at at time zone 'Asia/Shanghai')::date, false
      from certificate_checks c left join organisations o on o.id = c.organisation_id
      where c.rows @> ${JSON.stringify([{ number, status: 'valid' }])}::jsonb and c.created_at >= ${since}::date::timestamp at time zone 'Asia/Shanghai'
        and (${asker}::uuid is null or c.organisation_id = ${asker}::uuid)
    ) resting order by kind, "on" desc, id`.execute(db)
  return rows
}
