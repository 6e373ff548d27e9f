/** Locking and publication as rows: whose results are missing, and what a class that completes does where the assessor has done neither. */
import type { LocalDate } from '../platform/calendar.ts'
import type { Context } from '../platform/context.ts'
import type { Tx } from '../platform/database.ts'
import { refuse } from '../platform/errors.ts'
import { closingOf, listOpenEntries, termsOn } from './assessment-queries.ts'
import { refuseOpenEntries } from './entries.ts'
import type { EnrolmentRow } from './member-queries.ts'
import { isIn } from './rules.ts'

/** People who may be assessed and have no result. */
export function withoutResult(roster: EnrolmentRow[]): EnrolmentRow[] {
  return roster.filter((member) => isIn(member) && member.hours >= member.required_hours && !member.result)
}

/** Locks and publishes what the assessor has not, as part of the completion. */
export async function closeResults(tx: Tx, context: Context, class_id: string): Promise<void> {
  const closing = await closingOf(tx, class_id)
  if (!closing) await insertLock(tx, context, class_id, [], true)
  if (!closing?.published_at) await insertPublication(tx, context, class_id, true)
}

/** Refuses `results.entries_open`, and `class.results_unpublished` where the terms hold results back until the assessor publishes them. */
export async function mustBeClosable(
  tx: Tx,
  group: { id: string; assessor_organisation_id: string | null; starts_on: LocalDate },
): Promise<void> {
  refuseOpenEntries(await listOpenEntries(tx, group.id))
  const { held_until_published } = await termsOn(tx, group.assessor_organisation_id, group.starts_on)
  if (held_until_published && !(await closingOf(tx, group.id))?.published_at)
    refuse('conflict', 'class.results_unpublished', {
      zh: '评价机构还没有公布成绩，公布后才能结业。',
      en: 'The assessor has not published the results; the class completes after that.',
    })
}

export function insertLock(
  tx: Tx,
  { actor, now }: Context,
  class_id: string,
  missing: EnrolmentRow[],
  implied: boolean,
) {
  return tx
    .insertInto('result_locks')
    .values({
      ...{ class_id, implied, locked_by: actor.account_id, locked_at: now },
      missing: missing.map(({ id }) => id),
    })
    .execute()
}

export function insertPublication(tx: Tx, { actor, now }: Context, class_id: string, implied: boolean) {
  return tx
    .insertInto('result_publications')
    .values({ class_id, implied, published_by: actor.account_id, published_at: now })
    .execute()
}
