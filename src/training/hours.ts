/** Sessions of a class and who was there for how many hours. */
import { sql } from 'kysely'
import type { z } from 'zod'
import { recordHistory } from '../history/actions.ts'
import { asJson, faultAt } from '../people/bulk.ts'
import { localDate } from '../platform/calendar.ts'
import type { Context } from '../platform/context.ts'
import type { Tx } from '../platform/database.ts'
import { type Fault, refuse, refuseFaults } from '../platform/errors.ts'
import { type LockedClass, lockClass, mustBeOpen, settle } from './actions.ts'
import { attendancesOfSession, currentHours } from './attendance-queries.ts'
import { enterEducation } from './continuing-education.ts'
import { type EnrolmentRow, getSession, listRoster, type SessionRow } from './member-queries.ts'
import { completionOf, isIn } from './rules.ts'
import type { newSessionShape } from './session-shapes.ts'
import { refuseSlot, slotOf } from './timetable.ts'

/** Adds a session on one of the class's days. Refuses `class.not_open`, 409 `session.twice`, and as {@link refuseSlot}. */
export async function addSession(
  tx: Tx,
  context: Context,
  class_id: string,
  input: z.output<typeof newSessionShape>,
): Promise<SessionRow> {
  const group = await lockClass(tx, context, class_id, 'organisation_id')
  mustBeOpen(group)
  const slot = slotOf(input)
  await refuseSlot(tx, group, { held_on: input.held_on, ...slot }, null)
  const { id } = await tx
    .insertInto('class_sessions')
    .values({ ...input, ...slot, class_id })
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
 * Records who was at a session and for how many hours. Hours on record that differ are corrected, which needs a reason: the version
 * before is closed and stays. In a completed class the outcome of whoever is corrected is judged again, and so are their hours of
 * continuing education. Refuses `class.not_open`, `session.ahead`, and per row `attendance.person_unknown`, `attendance.twice`,
 * `attendance.hours_invalid`, `attendance.certified`; `attendance.reason_missing`.
 */
export async function recordAttendances(
  tx: Tx,
  context: Context,
  session_id: string,
  items: AttendanceRow[],
  reason?: string | null,
): Promise<Recorded> {
  const session = await getSession(tx, context.scope, session_id)
  const group = await lockClass(tx, context, session.class_id, 'organisation_id')
  if (group.status !== 'completed') mustBeOpen(group)
  if (session.held_on > localDate(context.now))
    refuse('conflict', 'session.ahead', {
      zh: `这次课在 ${session.held_on}，还没有上，不能登记学时。`,
      en: `The session is on ${session.held_on}; hours are recorded after it was held.`,
    })
  const members = (await listRoster(tx, context.scope, session.class_id)).filter(isIn)
  const before = currentHours(await attendancesOfSession(tx, session_id))
  const { faults, hours } = checkRows(session, members, items)
  const rows = [...hours]
    .filter(([id, value]) => before.get(id) !== value)
    .map(([enrolment_id, value]) => ({ session_id, enrolment_id, hours: value }))
  const corrections = rows.filter(({ enrolment_id }) => before.has(enrolment_id))
  if (!reason && (corrections.length > 0 || (group.status === 'completed' && rows.length > 0)))
    faults.push(
      reasonMissing(corrections.length > 0 ? members.find(({ id }) => id === corrections[0]!.enrolment_id) : undefined),
    )
  if (group.status === 'completed') faults.push(...certifiedFaults(members, items, rows))
  refuseFaults(faults)
  const figures = {
    recorded: rows.length - corrections.length,
    changed: corrections.length,
    unchanged: hours.size - rows.length,
  }
  if (rows.length === 0) return figures
  await write(tx, context, rows, reason ?? null)
  if (group.status === 'completed')
    await judgeAgain(tx, context, group, new Set(rows.map(({ enrolment_id }) => enrolment_id)), reason!)
  await recordHistory(tx, context, {
    kind: 'attendance.recorded',
    subject_kind: 'class',
    subject_id: session.class_id,
    reason: reason ?? null,
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

/** What is wrong with each row, and the hours of those with which nothing is. */
function checkRows(
  session: SessionRow,
  members: EnrolmentRow[],
  items: AttendanceRow[],
): { faults: Fault[]; hours: Map<string, number> } {
  const faults: Fault[] = []
  const hours = new Map<string, number>()
  for (const [index, item] of items.entries()) {
    const member = memberOf(members, item)
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
  return { faults, hours }
}

function memberOf(members: EnrolmentRow[], item: AttendanceRow): EnrolmentRow | undefined {
  return members.find(({ id, person_id }) => id === item.enrolment_id || person_id === item.person_id)
}

function reasonMissing(member: EnrolmentRow | undefined): Fault {
  return faultAt(
    '/reason',
    'attendance.reason_missing',
    member ? `${member.person_name}等人已登记过学时，更正请写明原因。` : '培训班已结业，补登学时请写明原因。',
    member
      ? `${member.person_name} has hours on record; a correction needs a reason.`
      : 'The class is completed; hours added now need a reason.',
  )
}

/** A certificate stands on the hours it was issued for. */
function certifiedFaults(members: EnrolmentRow[], items: AttendanceRow[], rows: { enrolment_id: string }[]): Fault[] {
  const changed = new Set(rows.map(({ enrolment_id }) => enrolment_id))
  return items.flatMap((item, index) => {
    const member = memberOf(members, item)
    if (!member?.certificate_number || !changed.has(member.id)) return []
    const { person_name, certificate_number } = member
    return faultAt(
      `/items/${index}/hours`,
      'attendance.certified',
      `${person_name}已按原学时发证（${certificate_number}），请先撤销证书再更正学时。`,
      `Certificate ${certificate_number} stands on the hours of ${person_name}; revoke it before correcting.`,
    )
  })
}

async function write(
  tx: Tx,
  context: Context,
  rows: { session_id: string; enrolment_id: string; hours: number }[],
  reason: string | null,
): Promise<void> {
  await sql`
    with rows as (select * from jsonb_to_recordset(${asJson(rows)}) as r (session_id uuid, enrolment_id uuid, hours int)),
    closed as (
      update session_attendances a set known_to = clock_timestamp() from rows r
      where a.session_id = r.session_id and a.enrolment_id = r.enrolment_id and a.known_to = 'infinity' returning a.enrolment_id
    )
    insert into session_attendances (session_id, enrolment_id, hours, recorded_by, reason)
    select r.session_id, r.enrolment_id, r.hours, ${context.actor.account_id}::uuid, ${reason}::text
    from rows r left join closed using (enrolment_id)`.execute(tx)
}

/** Whoever still has no result stays without completion: nobody waits for a class that is over. */
async function judgeAgain(
  tx: Tx,
  context: Context,
  group: LockedClass,
  affected: Set<string>,
  reason: string,
): Promise<void> {
  const { items } = completionOf(group, await listRoster(tx, context.scope, group.id))
  const judged = items.filter(({ enrolment_id }) => affected.has(enrolment_id))
  await settle(
    tx,
    judged.map((item) => ({ ...item, outcome: item.outcome === 'missing' ? ('failed' as const) : item.outcome })),
  )
  await enterEducation(tx, context, group.id, reason)
}
