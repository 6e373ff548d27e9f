/** When and where a session is held and who teaches it: one venue and one teacher are in one place at a time. */
import { type RawBuilder, sql } from 'kysely'
import { recordHistory } from '../history/actions.ts'
import { faultAt } from '../people/bulk.ts'
import { daysOf, type LocalDate } from '../platform/calendar.ts'
import type { Context } from '../platform/context.ts'
import type { Tx } from '../platform/database.ts'
import { type Fault, refuse, refuseFaults } from '../platform/errors.ts'
import { type LockedClass, lockClass, mustBeOpen } from './actions.ts'
import { noticeMembers, sessionMoved } from './class-notices.ts'
import { getSession, type SessionRow } from './member-queries.ts'
import { joined } from './rules.ts'
import type { Placement } from './session-shapes.ts'
import { TEACHER_NAME } from './venue-queries.ts'

/**
 * Puts a session of an open class into the timetable, or moves it; whoever is in the class hears of a move. Day and times stay once
 * somebody has checked in or has hours. Refuses `class.not_open`, `session.attended`, and as {@link refuseSlot}.
 */
export async function placeSession(
  tx: Tx,
  context: Context,
  id: string,
  input: Placement & { held_on: LocalDate },
): Promise<SessionRow> {
  const { class_id } = await getSession(tx, context.scope, id)
  const group = await lockClass(tx, context, class_id, 'organisation_id')
  mustBeOpen(group)
  const before = await getSession(tx, context.scope, id)
  const after = { held_on: input.held_on, ...slotOf(input) }
  const changes = Object.fromEntries(
    Object.entries(after)
      .filter(([key, value]) => value !== before[key as keyof typeof after])
      .map(([key, value]) => [key, [before[key as keyof typeof after], value]]),
  )
  if (Object.keys(changes).length === 0) return before
  const moved = changes.held_on ?? changes.starts_at ?? changes.ends_at
  if (moved && (await isAttended(tx, id)))
    refuse('conflict', 'session.attended', {
      zh: `${before.held_on}“${before.topic}”已有人签到或登记学时，不能再改日期和时间；场地和教师仍可更正。`,
      en: `Somebody has checked in or has hours at "${before.topic}" of ${before.held_on}: day and times stay; venue and teacher may be corrected.`,
    })
  await refuseSlot(tx, group, after, id)
  await tx.updateTable('class_sessions').set(after).where('id', '=', id).execute()
  const session = await getSession(tx, context.scope, id)
  await recordHistory(tx, context, {
    kind: 'session.placed',
    subject_kind: 'class',
    subject_id: class_id,
    changes: { session_id: id, ...changes },
  })
  // what nobody had been told yet is no move
  const told = changes.held_on || (moved && before.starts_at) || (changes.venue_id && before.venue_id)
  if (told) await noticeMembers(tx, context, class_id, 'session.moved', sessionMoved(group, before, session))
  return session
}

/** The columns of a placement, null where it says nothing. */
export function slotOf({ starts_at = null, ends_at = null, venue_id = null, teacher_id = null }: Placement) {
  return { starts_at, ends_at, venue_id, teacher_id }
}

type Slot = { held_on: LocalDate } & ReturnType<typeof slotOf>

/**
 * Refuses what cannot be: faults `session.outside`, `session.times_incomplete`, `session.times_reversed`, `session.venue_unknown`,
 * `session.teacher_unknown`; 409 `session.venue_taken`, `session.teacher_taken` with what is there. Venue and teacher stay locked, so
 * that of two calls at once the second hears it in words; the database refuses it in any case.
 */
export async function refuseSlot(tx: Tx, group: LockedClass, slot: Slot, session_id: string | null): Promise<void> {
  const { venue, teacher } = await lockPlaces(tx, group.organisation_id, slot)
  refuseFaults([
    ...timeFaults(group, slot),
    ...(slot.venue_id && !venue
      ? [faultAt('/venue_id', 'session.venue_unknown', '本机构没有这个场地。', 'Your institution has no such venue.')]
      : []),
    ...(slot.teacher_id && !teacher
      ? [
          faultAt(
            '/teacher_id',
            'session.teacher_unknown',
            '本机构没有这位教师。',
            'Your institution has no such teacher.',
          ),
        ]
      : []),
  ])
  if (!slot.starts_at) return
  const clashes = await clashesWith(tx, slot, session_id)
  const faults = [
    ...clashes.filter((row) => row.in_venue).map((row) => taken('/venue_id', 'session.venue_taken', venue!, slot, row)),
    ...clashes
      .filter((row) => row.by_teacher)
      .map((row) => taken('/teacher_id', 'session.teacher_taken', teacher!, slot, row)),
  ]
  if (faults[0]) refuse('conflict', faults[0].code, joined(faults.map(({ message }) => message)), { faults })
}

function timeFaults(group: LockedClass, { held_on, starts_at, ends_at }: Slot): Fault[] {
  const faults: Fault[] = []
  if (held_on < group.starts_on || held_on >= group.ends_on) {
    const days = daysOf(group)
    faults.push(
      faultAt(
        '/held_on',
        'session.outside',
        `上课日期必须在培训班的起止日期内（${days}）。`,
        `The day must be one of the class's (${days}).`,
      ),
    )
  }
  if ((starts_at === null) !== (ends_at === null))
    faults.push(
      faultAt(
        starts_at ? '/ends_at' : '/starts_at',
        'session.times_incomplete',
        '上课和下课时间要么都填，要么都不填。',
        'Enter both times or none.',
      ),
    )
  if (starts_at && ends_at && ends_at <= starts_at)
    faults.push(
      faultAt(
        '/ends_at',
        'session.times_reversed',
        `下课时间 ${ends_at} 必须晚于上课时间 ${starts_at}。`,
        `The end ${ends_at} must be after the start ${starts_at}.`,
      ),
    )
  return faults
}

/** Their names, of those that are the institution's. */
async function lockPlaces(tx: Tx, organisation_id: string, { venue_id, teacher_id }: Slot) {
  const one = async (query: RawBuilder<{ name: string }>) => (await query.execute(tx)).rows[0]?.name
  const venue =
    venue_id &&
    (await one(sql<{ name: string }>`
      select name from venues where id = ${venue_id}::uuid and organisation_id = ${organisation_id}::uuid for no key update`))
  const teacher =
    teacher_id &&
    (await one(sql<{ name: string }>`
      select ${TEACHER_NAME} as name from teachers t left join people on people.id = t.person_id
      where t.id = ${teacher_id}::uuid and t.organisation_id = ${organisation_id}::uuid for no key update of t`))
  return { venue, teacher }
}

interface Clash {
  class_name: string
  topic: string
  starts_at: string
  ends_at: string
  in_venue: boolean
  by_teacher: boolean
}

async function clashesWith(tx: Tx, slot: Slot, session_id: string | null): Promise<Clash[]> {
  const { held_on, starts_at, ends_at, venue_id, teacher_id } = slot
  const { rows } = await sql<Clash>`
    select k.name as class_name, s.topic, left(s.starts_at::text, 5) as starts_at, left(s.ends_at::text, 5) as ends_at,
      coalesce(s.venue_id = ${venue_id}::uuid, false) as in_venue, coalesce(s.teacher_id = ${teacher_id}::uuid, false) as by_teacher
    from class_sessions s join classes k on k.id = s.class_id
    where (s.venue_id = ${venue_id}::uuid or s.teacher_id = ${teacher_id}::uuid) and not s.called_off and s.id is distinct from ${session_id}::uuid
      and tsrange(s.held_on + s.starts_at, s.held_on + s.ends_at) && tsrange(${held_on}::date + ${starts_at}::time, ${held_on}::date + ${ends_at}::time)
      and s.starts_at is not null order by s.starts_at, s.id`.execute(tx)
  return rows
}

function taken(pointer: string, code: string, name: string, slot: Slot, clash: Clash): Fault {
  const there = `${slot.held_on} ${clash.starts_at}–${clash.ends_at}`
  return faultAt(
    pointer,
    code,
    `“${name}”在 ${there} 已排给培训班“${clash.class_name}”的“${clash.topic}”，请换个时间，或另选一个。`,
    `"${name}" is taken on ${there} by "${clash.topic}" of the class "${clash.class_name}": choose another time, or another one.`,
  )
}

async function isAttended(tx: Tx, session_id: string): Promise<boolean> {
  const { rows } = await sql`
    select where exists (select from session_attendances where session_id = ${session_id}::uuid)
      or exists (select from check_ins where session_id = ${session_id}::uuid)`.execute(tx)
  return rows.length > 0
}
