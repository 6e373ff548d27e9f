/** What the teacher does about check-ins: shows the code on the screen, and enters people by hand. */
import { sql } from 'kysely'
import { localDate } from '../platform/calendar.ts'
import type { Context } from '../platform/context.ts'
import type { Db, Tx } from '../platform/database.ts'
import { notFound } from '../platform/errors.ts'
import { mustBeOpen } from './actions.ts'
import { type CheckInCode, codeOf } from './check-in-codes.ts'
import { windowOf } from './check-in-queries.ts'
import { refuseOutside } from './check-ins.ts'
import { type Recorded, recordAttendances } from './hours.ts'
import type { SessionRow } from './member-queries.ts'
import { CLASS, getClass } from './queries.ts'

export interface ShownCode extends CheckInCode {
  /** of the QR code */
  address: string
  opens_at: Date
  closes_at: Date
}

/** The code to show in a session of the actor's own class now. Refuses `class.not_open`, and `check_in.closed` outside the session's time. */
export async function codeToShow(db: Db, context: Context, session: SessionRow): Promise<ShownCode> {
  const { vault, now, scope, public_url, actor } = context
  const group = await getClass(db, scope, localDate(now), session.class_id)
  if (group.organisation_id !== actor.organisation_id) notFound(CLASS)
  mustBeOpen(group)
  const window = await windowOf(db, session.id)
  refuseOutside({ ...session, ...window }, now)
  const code = codeOf(vault, session.id, now)
  return { ...code, ...window, address: `${public_url}/c/${code.token}` }
}

/**
 * Enters people as present for the whole session, by hand; who has checked in stays as they did. `reason` is due where other hours are
 * on record. Refuses as {@link recordAttendances}.
 */
export async function enterCheckIns(
  tx: Tx,
  context: Context,
  session_id: string,
  person_ids: string[],
  reason?: string | null,
): Promise<Recorded> {
  const figures = await recordAttendances(
    tx,
    context,
    session_id,
    person_ids.map((person_id) => ({ person_id })),
    reason,
  )
  await sql`
    insert into check_ins (session_id, enrolment_id, at, how, entered_by)
    select s.id, e.id, ${context.now}, 'manual', ${context.actor.account_id}::uuid
    from class_sessions s join enrolments e on e.class_id = s.class_id
    where s.id = ${session_id}::uuid and e.person_id = any (${person_ids}::uuid[]) and e.status not in ('withdrawn', 'waiting')
    on conflict do nothing`.execute(tx)
  return figures
}
