/** A carer's own entries: what was published of them, the last day of an appeal, and what was answered. */
import { sql } from 'kysely'
import { addDays, localDate } from '../platform/calendar.ts'
import type { Db } from '../platform/database.ts'
import { notFound } from '../platform/errors.ts'
import type { EventRules } from './event-rules.ts'
import type { OwnEntryView } from './publication-shapes.ts'
import { readable } from './ranking.ts'

/** The latest competition first; those of a team the person is in too. */
export async function listOwnEntries(db: Db, person_id: string): Promise<OwnEntryView[]> {
  const { rows } = await sql<Found>`
    select e.id, e.event_id, v.name as event_name, k.name as competition_name, k.held_on, k.appeal_days, organiser.name as organiser_name,
      e.station, e.team, o.name as organisation_name, e.withdrawn_at, u.published_at, r.rank, r.award, r.total::text as exact, r.denominator::text as denominator,
      case when r.rank is not null then (select g.modules from competition_rankings g where g.event_id = e.event_id and g.entry_id = e.id) end as percents,
      (select c.rules from competition_rules c where c.event_id = v.id order by c.version desc limit 1) as rules
    from competition_entries e join competition_events v on v.id = e.event_id join competitions k on k.id = v.competition_id
      join organisations organiser on organiser.id = k.organisation_id join organisations o on o.id = e.organisation_id
      left join lateral (select p.id, p.published_at from competition_publications p where p.event_id = v.id order by p.revision desc limit 1) u on true
      left join competition_published_ranks r on r.publication_id = u.id and r.entry_id = e.id
    where ${ofPerson(person_id)} order by k.held_on desc, e.id limit 200`.execute(db)
  const { rows: appeals } = await sql<OwnEntryView['appeals'][number] & { entry_id: string }>`
    select a.id, a.entry_id, a.grounds, a.filed_at, d.upheld, d.reason, d.decided_at
    from competition_appeals a join competition_entries e on e.id = a.entry_id left join competition_appeal_decisions d on d.appeal_id = a.id
    where ${ofPerson(person_id)} order by a.filed_at desc, a.id`.execute(db)
  return rows.map(({ appeal_days, exact, denominator, rules, percents, ...row }) => ({
    ...row,
    modules: rules.modules.flatMap(({ key, name }) => (percents?.[key] ? [{ key, name, percent: percents[key] }] : [])),
    until: row.published_at && !row.withdrawn_at ? addDays(localDate(row.published_at), appeal_days) : null,
    total: exact && denominator ? readable(BigInt(exact), BigInt(denominator)) : null,
    appeals: appeals.flatMap(({ entry_id, ...appeal }) => (entry_id === row.id ? [appeal] : [])),
  }))
}

interface Found extends Omit<OwnEntryView, 'modules' | 'until' | 'total' | 'appeals'> {
  appeal_days: number
  exact: string | null
  denominator: string | null
  rules: EventRules
  percents: Record<string, string> | null
}

/** 404 for somebody else's. */
export async function getOwnEntry(db: Db, person_id: string, id: string): Promise<OwnEntryView> {
  return (await listOwnEntries(db, person_id)).find((entry) => entry.id === id) ?? notFound({ zh: '报名', en: 'entry' })
}

/** Whose entry `e` is: who entered alone, or everybody of the team. */
export function ofPerson(person_id: string) {
  return sql<boolean>`(e.person_id = ${person_id}::uuid
    or exists (select from competition_entry_members m where m.entry_id = e.id and m.person_id = ${person_id}::uuid))`
}
