/** Who waits for a seat, and moves up by themselves when one is free. */
import { sql } from 'kysely'
import { recordHistory } from '../history/actions.ts'
import { notMerged } from '../people/roster.ts'
import type { Context } from '../platform/context.ts'
import type { Db, Tx } from '../platform/database.ts'
import type { LockedClass } from './actions.ts'
import { movedUp, noticeMembers } from './class-notices.ts'
import { clashesOf } from './hindrances.ts'

/** Seats of a class that nobody has; the caller holds its row. */
export async function freeSeats(db: Db, { id, capacity }: Pick<LockedClass, 'id' | 'capacity'>): Promise<number> {
  const { count } = await db
    .selectFrom('enrolments')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('class_id', '=', id)
    .where('status', '=', 'enrolled')
    .where(notMerged(sql.ref('enrolments.person_id')))
    .executeTakeFirstOrThrow()
  return capacity - count
}

/**
 * Gives free seats to those who have waited longest; whoever is in another open class on the same days by now is passed over and goes
 * on waiting. The caller holds the class's row, so two promotions never give one seat twice. Answers who moved up.
 */
export async function promoteWaiting(tx: Tx, context: Context, group: LockedClass): Promise<string[]> {
  const free = await freeSeats(tx, group)
  if (free <= 0) return []
  const waiting = await tx
    .selectFrom('enrolments')
    .innerJoin('people', 'people.id', 'enrolments.person_id')
    .select(['enrolments.id', 'enrolments.person_id'])
    .where('enrolments.class_id', '=', group.id)
    .where('enrolments.status', '=', 'waiting')
    .where('people.erased_at', 'is', null)
    .where(notMerged())
    .orderBy('enrolments.waiting_number')
    .execute()
  if (waiting.length === 0) return []
  const ids = waiting.map(({ person_id }) => person_id)
  const clashes = await clashesOf(tx, group, ids)
  const promoted = waiting.filter(({ person_id }) => !clashes.has(person_id)).slice(0, free)
  if (promoted.length === 0) return []
  await tx
    .updateTable('enrolments')
    .set({ status: 'enrolled', status_reason: null })
    .where(
      'id',
      'in',
      promoted.map(({ id }) => id),
    )
    .execute()
  const moved = promoted.map(({ person_id }) => person_id)
  await noticeMembers(tx, context, group.id, 'enrolment.promoted', movedUp(group), moved)
  await recordHistory(tx, context, {
    kind: 'class.people_promoted',
    subject_kind: 'class',
    subject_id: group.id,
    changes: { promoted: promoted.length, person_ids: moved },
  })
  return promoted.map(({ person_id }) => person_id)
}

/** Of a class that is over, nobody waits any more. */
export async function endWaiting(tx: Tx, class_id: string, reason: string): Promise<void> {
  await tx
    .updateTable('enrolments')
    .set({ status: 'withdrawn', status_reason: reason })
    .where('class_id', '=', class_id)
    .where('status', '=', 'waiting')
    .execute()
}
