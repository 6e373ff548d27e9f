/** Sessions of a class and who was there for how many hours. */
import { sql } from 'kysely'
import type { z } from 'zod'
import { recordHistory } from '../history/actions.ts'
import { faultAt } from '../people/bulk.ts'
import { addDays, localDate } from '../platform/calendar.ts'
import type { Context } from '../platform/context.ts'
import type { Tx } from '../platform/database.ts'
import { type Fault, refuse, refuseFaults } from '../platform/errors.ts'
import { lockClass, mustBeOpen } from './actions.ts'
import { getSession, hoursOfSession, listRoster, type SessionRow } from './member-queries.ts'
import type { newSessionShape } from './shapes.ts'

/** Adds a session on one of the class's days. Refuses `class.not_open`, `session.outside`, 409 `session.twice`. */
export async function addSession(
  tx: Tx,
  context: Context,
  class_id: string,
  input: z.output<typeof newSessionShape>,
): Promise<SessionRow> {
  const group = await lockClass(tx, context, class_id, 'organisation_id')
  mustBeOpen(group)
  if (input.held_on < group.starts_on || input.held_on >= group.ends_on) {
    const days = `${group.starts_on} – ${addDays(group.ends_on, -1)}`
    const message = {
      zh: `上课日期必须在培训班的起止日期内（${days}）。`,
      en: `The day must be one of the class's (${days}).`,
    }
    refuseFaults([{ pointer: '/held_on', code: 'session.outside', message }])
  }
  const { id } = await tx
    .insertInto('class_sessions')
    .values({ ...input, class_id })
    .returning('id')
    .executeTakeFirstOrThrow()
  await recordHistory(tx, context, {
    kind: 'session.added',
    subject_kind: 'class',
    subject_id: class_id,
    changes: { session_id: id, ...input },
  })
  return getSession(tx, context.scope, id)
}

export interface AttendanceRow {
  enrolment_id?: string
  person_id?: string
  /** the whole session when left out */
  hours?: number
}
export interface Recorded {
  recorded: number
  changed: number
  unchanged: number
}

/**
 * Records who was at a session and for how many hours; what was recorded before and differs is changed, both values go into the history.
 * Refuses `class.not_open`, `session.ahead`, and per row `attendance.person_unknown`, `attendance.twice`, `attendance.hours_invalid`.
 */
export async function recordAttendances(
  tx: Tx,
  context: Context,
  session_id: string,
  items: AttendanceRow[],
): Promise<Recorded> {
  const session = await getSession(tx, context.scope, session_id)
  mustBeOpen(await lockClass(tx, context, session.class_id, 'organisation_id'))
  if (session.held_on > localDate(context.now))
    refuse('conflict', 'session.ahead', {
      zh: `这次课在 ${session.held_on}，还没有上，不能登记学时。`,
      en: `The session is on ${session.held_on}; hours are recorded after it was held.`,
    })
  const members = (await listRoster(tx, context.scope, session.class_id)).filter(({ status }) => status === 'enrolled')
  const faults: Fault[] = []
  const hours = new Map<string, number>()
  for (const [index, item] of items.entries()) {
    const member = members.find(({ id, person_id }) => id === item.enrolment_id || person_id === item.person_id)
    const given = item.hours ?? session.hours
    const fault = (field: string, code: string, zh: string, en: string) =>
      faults.push(faultAt(`/items/${index}/${field}`, code, zh, en))
    if (!member)
      fault('enrolment_id', 'attendance.person_unknown', '这个人不在班里或已退班。', 'This person is not in the class.')
    else if (hours.has(member.id))
      fault(
        'enrolment_id',
        'attendance.twice',
        `${member.person_name}出现了两次。`,
        `${member.person_name} is there twice.`,
      )
    else if (!Number.isInteger(given) || given < 0 || given > session.hours)
      fault(
        'hours',
        'attendance.hours_invalid',
        `${member.person_name}的学时必须是 0 到 ${session.hours} 之间的整数（本次课共 ${session.hours} 学时）。`,
        `${member.person_name}: hours are a whole number from 0 to ${session.hours}, the length of the session.`,
      )
    else hours.set(member.id, given)
  }
  refuseFaults(faults)
  const before = await hoursOfSession(tx, session_id)
  const rows = [...hours]
    .filter(([id, value]) => before.get(id) !== value)
    .map(([enrolment_id, value]) => ({ session_id, enrolment_id, hours: value }))
  const corrections = rows.filter(({ enrolment_id }) => before.has(enrolment_id))
  const figures = {
    recorded: rows.length - corrections.length,
    changed: corrections.length,
    unchanged: hours.size - rows.length,
  }
  if (rows.length === 0) return figures
  await tx
    .insertInto('session_attendances')
    .values(rows)
    .onConflict((oc) =>
      oc
        .columns(['session_id', 'enrolment_id'])
        .doUpdateSet((eb) => ({ hours: eb.ref('excluded.hours'), recorded_at: sql<Date>`clock_timestamp()` })),
    )
    .execute()
  await recordHistory(tx, context, {
    kind: 'attendance.recorded',
    subject_kind: 'class',
    subject_id: session.class_id,
    changes: {
      session_id,
      recorded: figures.recorded,
      hours: Object.fromEntries(
        corrections.map(({ enrolment_id, hours }) => [enrolment_id, [before.get(enrolment_id), hours]]),
      ),
    },
  })
  return figures
}
