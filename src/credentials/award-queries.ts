/** Reads of awards on paper: who has one by the ranking that is published now, and which certificates were issued for it. */
import { type RawBuilder, sql } from 'kysely'
import { EVENT, getEvent, organises } from '../competitions/queries.ts'
import type { LocalDate } from '../platform/calendar.ts'
import type { Scope } from '../platform/context.ts'
import type { Db } from '../platform/database.ts'
import { notFound } from '../platform/errors.ts'
import { type AwardChange, awardChange, awardObstacle } from './award-rules.ts'
import type { Obstacle } from './rules.ts'

/** What a certificate says about the event, and who organises it. */
export interface AwardEvent {
  id: string
  name: string
  competition_id: string
  competition_name: string
  occupation_code: string
  occupation_name: string
  organisation_id: string
  /** null until a ranking is published */
  publication_id: string | null
  revision: number | null
  published_on: LocalDate | null
  /** the last day on which the latest publication can be appealed against */
  appeals_until: LocalDate | null
  /** appeals that are not decided */
  open_appeals: number
}

/** The event as its organiser has it; of anybody else's the awards are not for the actor to issue: 404. */
export async function getAwardEvent(db: Db, scope: Scope, id: string): Promise<AwardEvent> {
  if (!organises(scope, await getEvent(db, scope, id))) notFound(EVENT)
  return (await unscopedAwardEvents(db, { event_id: id }))[0]!
}

/** Unscoped: the caller has the entry or the event from a record of the actor's own. */
export async function unscopedAwardEvents(
  db: Db,
  { event_id = null, entry_id = null }: { event_id?: string | null; entry_id?: string | null },
): Promise<AwardEvent[]> {
  const { rows } = await sql<AwardEvent>`
    select v.id, v.name, v.competition_id, k.name as competition_name, v.occupation_code, o.name as occupation_name, k.organisation_id,
      p.id as publication_id, p.revision, (p.published_at at time zone 'Asia/Shanghai')::date as published_on,
      (p.published_at at time zone 'Asia/Shanghai')::date + k.appeal_days as appeals_until,
      (select count(*) from competition_appeals a where a.event_id = v.id
        and not exists (select from competition_appeal_decisions d where d.appeal_id = a.id)) as open_appeals
    from competition_events v join competitions k on k.id = v.competition_id join occupations o on o.code = v.occupation_code
      left join lateral (select id, revision, published_at from competition_publications where event_id = v.id order by revision desc limit 1) p on true
    where v.id = coalesce(${event_id}::uuid, (select event_id from competition_entries where id = ${entry_id}::uuid))`.execute(
    db,
  )
  return rows
}

/** An event whose ranking is published with awards, and how many people have no certificate of theirs yet. */
export interface AwardingEvent {
  id: string
  name: string
  competition_name: string
  held_on: LocalDate
  awarded: number
  waiting: number
}

/** Of the actor's division, latest first. */
export async function listAwardingEvents(db: Db, scope: Scope): Promise<AwardingEvent[]> {
  if (scope.kind !== 'division') return []
  const { rows } = await sql<AwardingEvent>`
    ${awardingEvents(scope.prefix)} order by k.held_on desc, v.id desc limit 100`.execute(db)
  return rows
}

/** As a count of a statement: events with awards that nobody has issued. */
export function countToAward(scope: Scope): RawBuilder<unknown> {
  return sql`select count(*) from (${awardingEvents(scope.kind === 'division' ? scope.prefix : '-')}) e where e.waiting > 0`
}

function awardingEvents(prefix: string): RawBuilder<unknown> {
  return sql`
    select v.id, v.name, k.name as competition_name, k.held_on, count(*) as awarded, count(*) filter (where not exists (
        select from certificates c where c.entry_id = r.entry_id and c.person_id = p.person_id and c.replaces_id is null)) as waiting
    from competition_events v join competitions k on k.id = v.competition_id join organisations organiser on organiser.id = k.organisation_id
      join lateral (select id from competition_publications where event_id = v.id order by revision desc limit 1) u on true
      join competition_published_ranks r on r.publication_id = u.id and r.award is not null
      join lateral (select e.person_id from competition_entries e where e.id = r.entry_id
        union select m.person_id from competition_entry_members m where m.entry_id = r.entry_id) p on true
    where organiser.district_code like ${`${prefix}%`}
    group by v.id, v.name, k.name, k.held_on`
}

export interface AwardRow {
  entry_id: string
  person_id: string
  name: string
  id_type: string
  id_number_masked: string
  sex: string | null
  team: string | null
  /** of the ranking that is published now */
  rank: number | null
  award: string | null
  certificate_id: string | null
  number: string | null
  /** what ended the certificate */
  ended: 'revoked' | 'replaced' | null
  /** the ranking was corrected after the issue */
  change: AwardChange | null
  obstacle: Obstacle | null
}

/** Everybody who has an award by the latest publication, members of teams too, or a certificate of one; by rank. */
export async function listAwards(
  db: Db,
  event: Pick<AwardEvent, 'id' | 'publication_id' | 'revision'>,
  of?: { entry_ids?: string[]; certificate_id?: string },
): Promise<AwardRow[]> {
  const { rows } = await sql<
    Omit<AwardRow, 'change' | 'obstacle'> & {
      erased: boolean
      then: { revision: number; rank: number | null; award: string | null } | null
    }
  >`
    with everybody as (
      select e.id as entry_id, e.person_id from competition_entries e where e.event_id = ${event.id}::uuid
      union select m.entry_id, m.person_id from competition_entry_members m where m.event_id = ${event.id}::uuid
    )
    select b.entry_id, b.person_id, p.name, p.id_type, p.id_number_masked, p.sex, p.erased_at is not null as erased, e.team, r.rank, r.award,
      c.id as certificate_id, c.number, c.ended, c."then"
    from everybody b join competition_entries e on e.id = b.entry_id join people p on p.id = b.person_id and p.merged_into is null
      left join competition_published_ranks r on r.publication_id = ${event.publication_id}::uuid and r.entry_id = b.entry_id
      left join lateral (
        select c.id, c.number, case when v.reason_code = 'replaced' then 'replaced' when v.reason_code is not null then 'revoked' end as ended,
          jsonb_build_object('revision', u.revision, 'rank', was.rank, 'award', was.award) as "then"
        from certificates c join competition_publications u on u.id = c.publication_id
          join competition_published_ranks was on was.publication_id = c.publication_id and was.entry_id = c.entry_id
          left join standing_revocations v on v.certificate_id = c.id
        where c.entry_id = b.entry_id and c.person_id = b.person_id
          and (${of?.certificate_id ?? null}::uuid is null or c.id = ${of?.certificate_id ?? null}::uuid)
        order by v.certificate_id is null desc, c.issued_on desc, c.number desc limit 1) c on true
    where (r.award is not null or c.id is not null)
      and (${of?.entry_ids ?? null}::uuid[] is null or b.entry_id = any (${of?.entry_ids ?? null}::uuid[]))
      and (${of?.certificate_id ?? null}::uuid is null or c.id is not null)
    order by r.rank nulls last, e.station, p.name_pinyin, p.name, p.id`.execute(db)
  const revision = event.revision ?? 0
  return rows.map(({ then, erased, ...row }) => ({
    ...row,
    change: then && row.ended === null ? awardChange(then, { revision, rank: row.rank, award: row.award }) : null,
    obstacle: awardObstacle({ ...row, erased }),
  }))
}

/** What a ranking corrected since means for an award that stands; null for none, and for any other certificate. */
export async function awardChangeOf(
  db: Db,
  certificate: { id: string; kind: string; entry_id: string | null },
): Promise<AwardChange | null> {
  if (certificate.kind !== 'award' || certificate.entry_id === null) return null
  const [event] = await unscopedAwardEvents(db, { entry_id: certificate.entry_id })
  const [row] = await listAwards(db, event!, { entry_ids: [certificate.entry_id], certificate_id: certificate.id })
  return row?.change ?? null
}
