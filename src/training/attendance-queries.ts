/** Reads of who was at a session for how many hours, with every version of it. */
import { sql } from 'kysely'
import type { Db } from '../platform/database.ts'

export interface Attendance {
  enrolment_id: string
  person_name: string
  hours: number
  known_from: Date
  /** null: on record now */
  known_to: Date | null
  /** display name of the account; null: by the person's own check-in */
  recorded_by: string | null
  reason: string | null
}

/** Of a session that the caller was already allowed to see: every version, the first first. */
export async function attendancesOfSession(db: Db, sessionId: string): Promise<Attendance[]> {
  return db
    .selectFrom('session_attendances as a')
    .innerJoin('enrolments', 'enrolments.id', 'a.enrolment_id')
    .innerJoin('people', 'people.id', 'enrolments.person_id')
    .leftJoin('accounts', 'accounts.id', 'a.recorded_by')
    .select([
      'a.enrolment_id',
      'people.name as person_name',
      'a.hours',
      'a.known_from',
      sql<Date | null>`nullif(a.known_to, 'infinity')`.as('known_to'),
      'accounts.display_name as recorded_by',
      'a.reason',
    ])
    .where('a.session_id', '=', sessionId)
    .orderBy('a.known_from')
    .orderBy('a.enrolment_id')
    .execute()
}

/** Hours by enrolment as they stand now; who has none is not in it. */
export function currentHours(versions: Attendance[]): Map<string, number> {
  return new Map(versions.filter(({ known_to }) => !known_to).map(({ enrolment_id, hours }) => [enrolment_id, hours]))
}

export interface Correction {
  person_name: string
  hours: number
  now_hours: number
  at: Date
  by: string | null
  reason: string | null
}

/** Every version that took the place of another, the latest first. */
export function correctionsIn(versions: Attendance[]): Correction[] {
  const corrections = [...Map.groupBy(versions, ({ enrolment_id }) => enrolment_id).values()].flatMap((own) =>
    own.slice(1).map(({ person_name, hours, known_from, recorded_by, reason }, index) => ({
      ...{ person_name, reason },
      hours: own[index]!.hours,
      now_hours: hours,
      at: known_from,
      by: recorded_by,
    })),
  )
  return corrections.sort((a, b) => b.at.getTime() - a.at.getTime())
}
