/** Whom the news of a class concerns, and in which words they hear it. */
import { sql } from 'kysely'
import { writeNotices } from '../notices/notices.ts'
import { daysOf, type LocalDate, localDate } from '../platform/calendar.ts'
import type { Context } from '../platform/context.ts'
import type { Tx } from '../platform/database.ts'
import type { Message } from '../platform/errors.ts'

interface Days {
  name: string
  starts_on: LocalDate
  ends_on: LocalDate
}

/**
 * Tells everybody who is in the class or waits (or only `among`), their employers of today, and, unless only some are told, its
 * assessor and the officer who accepted its filing: one statement. The caller has not ended their enrolment yet.
 */
export async function noticeMembers(
  tx: Tx,
  context: Context,
  class_id: string,
  kind: string,
  words: Message,
  among: string[] | null = null,
): Promise<void> {
  const today = localDate(context.now)
  await writeNotices(
    tx,
    context,
    sql`with members as (
        select p.id from enrolments e join people p on p.id = e.person_id
        where e.class_id = ${class_id}::uuid and e.status in ('enrolled', 'waiting') and p.merged_into is null and p.erased_at is null
          and (${among}::uuid[] is null or p.id = any (${among}::uuid[]))
      )
      select null::uuid as account_id, null::uuid as organisation_id, id as person_id from members
      union all
      select distinct null::uuid, w.organisation_id, null::uuid from members join employments w on w.person_id = members.id
      where w.known_to = 'infinity' and w.starts_on <= ${today}::date and coalesce(w.ends_on > ${today}::date, true)
      union all
      select null, assessor_organisation_id, null from classes
      where id = ${class_id}::uuid and assessor_organisation_id is not null and ${among}::uuid[] is null
      union all
      select distinct a.id, null::uuid, null::uuid from class_states s join accounts a on a.id = s.by_account
      where s.class_id = ${class_id}::uuid and s.state = 'filing_accepted' and ${among}::uuid[] is null`,
    { kind, words, subject_kind: 'class', subject_id: class_id },
  )
}

export function classCancelled(group: Days, reason: string): Message {
  return {
    zh: `培训班“${group.name}”（${daysOf(group)}）已取消：${reason}`,
    en: `The class "${group.name}" (${daysOf(group)}) was cancelled: ${reason}`,
  }
}

export function classMoved(before: Days, after: Days): Message {
  return {
    zh: `培训班“${after.name}”改期：原为 ${daysOf(before)}，现为 ${daysOf(after)}。`,
    en: `The class "${after.name}" was moved from ${daysOf(before)} to ${daysOf(after)}.`,
  }
}

export function movedUp(group: Days): Message {
  return {
    zh: `培训班“${group.name}”（${daysOf(group)}）有了名额，已从候补转为在读。`,
    en: `A seat in the class "${group.name}" (${daysOf(group)}) got free: moved up from the waiting list.`,
  }
}

interface SessionPlace {
  topic: string
  held_on: LocalDate
  starts_at: string | null
  ends_at: string | null
  venue_name: string | null
}

export function sessionMoved({ name }: Days, before: SessionPlace, after: SessionPlace): Message {
  return {
    zh: `培训班“${name}”的课“${after.topic}”有调整：原为 ${placeOf(before)}，现为 ${placeOf(after)}。`,
    en: `The session "${after.topic}" of the class "${name}" was moved from ${placeOf(before)} to ${placeOf(after)}.`,
  }
}

/** `2026-12-01 08:30–11:30 301 教室` */
function placeOf({ held_on, starts_at, ends_at, venue_name }: SessionPlace): string {
  return [held_on, starts_at && `${starts_at}–${ends_at}`, venue_name].filter(Boolean).join(' ')
}
