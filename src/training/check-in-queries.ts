/** Reads of check-ins: whom a session has, what overlaps, a person's own, and in which sessions somebody may check in now. */
import { type RawBuilder, sql } from 'kysely'
import { notMerged } from '../people/roster.ts'
import type { LocalDate } from '../platform/calendar.ts'
import type { Scope } from '../platform/context.ts'
import { type Db, PREPARED } from '../platform/database.ts'
import { EARLY_MINUTES, type OverlapFact, STANDARD_HOUR_MINUTES } from './check-in-rules.ts'
import { classesIn } from './queries.ts'

/**
 * From when until when a session (`class_sessions s` of the query) takes check-ins, on the clock of Asia/Shanghai: from some minutes
 * before its start to its end, or its whole day where the timetable has no times.
 */
export const OPENS = sql<Date>`(coalesce(s.held_on + s.starts_at - make_interval(mins => ${EARLY_MINUTES}::int), s.held_on::timestamp) at time zone interval '8 hours')`
export const CLOSES = sql<Date>`(coalesce(s.held_on + s.ends_at, (s.held_on + 1)::timestamp) at time zone interval '8 hours')`

/** When a session takes check-ins. */
export async function windowOf(db: Db, session_id: string): Promise<{ opens_at: Date; closes_at: Date }> {
  const { rows } = await sql<{ opens_at: Date; closes_at: Date }>`
    select ${OPENS} as opens_at, ${CLOSES} as closes_at from class_sessions s where s.id = ${session_id}::uuid`.execute(
    db,
  )
  return rows[0]!
}

/** Of a session that the caller was already allowed to see, in the order they came. */
export function listCheckIns(db: Db, sessionId: string) {
  return db
    .selectFrom('check_ins')
    .innerJoin('enrolments', 'enrolments.id', 'check_ins.enrolment_id')
    .innerJoin('people', 'people.id', 'enrolments.person_id')
    .select([
      'check_ins.enrolment_id',
      'people.name as person_name',
      'check_ins.at',
      sql<'qr' | 'code' | 'manual'>`check_ins.how`.as('how'),
      'check_ins.step',
      'check_ins.device_hash',
    ])
    .where('check_ins.session_id', '=', sessionId)
    .where(notMerged())
    .orderBy('check_ins.at')
    .orderBy('check_ins.enrolment_id')
    .execute()
}

/** A session lasts its 学时 from the check-in on; whoever is checked in elsewhere meanwhile cannot be in both places. */
export async function listOverlaps(db: Db, scope: Scope, sessionId: string): Promise<OverlapFact[]> {
  const lasts = (session: string, checkIn: string) =>
    sql`tstzrange(${sql.ref(`${checkIn}.at`)}, ${sql.ref(`${checkIn}.at`)} + make_interval(mins => ${sql.ref(`${session}.hours`)} * ${STANDARD_HOUR_MINUTES}::int))`
  const { rows } = await sql<OverlapFact>`
    select here.enrolment_id, other.at as other_at,
      case when ${classesIn(scope)} then classes.name end as class_name, case when ${classesIn(scope)} then o.topic end as topic
    from check_ins here
      join class_sessions s on s.id = here.session_id
      join enrolments e on e.id = here.enrolment_id
      join enrolments twin on twin.person_id = e.person_id
      join check_ins other on other.enrolment_id = twin.id and other.session_id <> here.session_id
      join class_sessions o on o.id = other.session_id
      join classes on classes.id = o.class_id join organisations as trainer on trainer.id = classes.organisation_id
    where here.session_id = ${sessionId}::uuid and ${lasts('s', 'here')} && ${lasts('o', 'other')}
    order by here.at, other.at`.execute(db)
  return rows
}

export interface OwnCheckIn {
  class_name: string
  topic: string
  held_on: LocalDate
  at: Date
  how: 'qr' | 'code' | 'manual'
  /** what counts of it now */
  hours: number | null
}

/** A person's own, the latest first. */
export async function listOwnCheckIns(db: Db, person_id: string): Promise<OwnCheckIn[]> {
  const { rows } = await sql<OwnCheckIn>`
    select k.name as class_name, s.topic, s.held_on, c.at, c.how, a.hours
    from enrolments e join check_ins c on c.enrolment_id = e.id
      join class_sessions s on s.id = c.session_id join classes k on k.id = s.class_id
      left join session_attendances a on a.session_id = c.session_id and a.enrolment_id = c.enrolment_id and a.known_to = 'infinity'
    where e.person_id = ${person_id}::uuid order by c.at desc limit 50`.execute(db)
  return rows
}

/** Somebody who may be meant: an enrolment, the session, and the document to compare. */
export interface Candidate {
  enrolment_id: string
  session_id: string
  id_number_sealed: string
}
export interface Wanted {
  /** of the token; without one, any that takes check-ins now */
  session_id: string | null
  by: { person_id: string } | { name: string }
  now: Date
}

/**
 * Who may be meant, and whether one of the keys of {@link limitRate} is used up. Across institutions, because somebody who checks in
 * is not of one: unscoped.
 */
export async function unscopedCandidates(
  db: Db,
  { session_id, by, now }: Wanted,
  limits: { key: string; most: number }[],
): Promise<{ limited: boolean; candidates: Candidate[] }> {
  const who: RawBuilder<boolean> =
    'person_id' in by ? sql`people.id = ${by.person_id}::uuid` : sql`people.name = ${by.name}`
  const { rows } = await sql<{ limited: boolean } & { [K in keyof Candidate]: Candidate[K] | null }>`${PREPARED}
    select limits.limited, found.* from (
      select exists (select from rate_limits join jsonb_to_recordset(${JSON.stringify(limits)}::jsonb) as l (key text, most int) using (key)
        where window_ends_at > ${now} and count >= most) as limited
    ) limits left join (
      select e.id as enrolment_id, s.id as session_id, people.id_number_sealed
      from people join enrolments e on e.person_id = people.id join class_sessions s on s.class_id = e.class_id
      where ${who} and ${notMerged()} and people.erased_at is null and ${
        session_id
          ? sql`s.id = ${session_id}::uuid`
          : sql`${now} >= ${OPENS} and ${now} < ${CLOSES} and e.status = 'enrolled'`
      }
    ) found on true`.execute(db)
  return {
    limited: rows[0]!.limited,
    candidates: rows.filter((row): row is { limited: boolean } & Candidate => row.session_id !== null),
  }
}
