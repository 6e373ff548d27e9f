/** Results are locked by the assessor, then published. */

import { recordHistory } from '../history/actions.ts'
import { localDate } from '../platform/calendar.ts'
import type { Context } from '../platform/context.ts'
import type { Tx } from '../platform/database.ts'
import { refuse } from '../platform/errors.ts'
import { lockClass, mustBeOpen } from './actions.ts'
import type { Closing } from './assessment-progress.ts'
import { closingOf, listOpenEntries } from './assessment-queries.ts'
import { refuseOpenEntries } from './entries.ts'
import { type EnrolmentRow, listRoster } from './member-queries.ts'
import { insertLock, insertPublication, withoutResult } from './result-closing.ts'

/**
 * Locks the results of a class: from now on marks change with a reason only. Refuses `class.not_open`, `results.locked`,
 * `results.entries_open`, `results.none`, and `results.missing` with those who have none as faults, unless `with_missing` says that it is known.
 */
export async function lockResults(
  tx: Tx,
  context: Context,
  class_id: string,
  { with_missing }: { with_missing: boolean },
): Promise<Closing> {
  const group = await lockClass(tx, context, class_id, 'assessor_organisation_id')
  mustBeOpen(group)
  const closing = await closingOf(tx, class_id)
  if (closing)
    refuse('conflict', 'results.locked', {
      zh: `本班成绩已于 ${localDate(closing.locked_at)} 锁定。`,
      en: `The results are locked since ${localDate(closing.locked_at)}.`,
    })
  refuseOpenEntries(await listOpenEntries(tx, class_id))
  const roster = await listRoster(tx, context.scope, class_id)
  if (!roster.some(({ result }) => result))
    refuse('conflict', 'results.none', { zh: '还没有任何成绩，不能锁定。', en: 'There are no results to lock yet.' })
  const missing = withoutResult(roster)
  if (missing.length > 0 && !with_missing) refuseMissing(missing)
  await insertLock(tx, context, class_id, missing, false)
  const changes = { missing: missing.length }
  await recordHistory(tx, context, { kind: 'results.locked', subject_kind: 'class', subject_id: class_id, changes })
  return (await closingOf(tx, class_id))!
}

/** Publishes locked results: trainer, employer and carer see them, and may appeal from now on. Refuses `results.not_locked`, `results.published`. */
export async function publishResults(tx: Tx, context: Context, class_id: string): Promise<Closing> {
  await lockClass(tx, context, class_id, 'assessor_organisation_id')
  const closing = await closingOf(tx, class_id)
  if (!closing)
    refuse('conflict', 'results.not_locked', {
      zh: '请先锁定成绩，再公布。',
      en: 'Lock the results before publishing them.',
    })
  if (closing.published_at)
    refuse('conflict', 'results.published', {
      zh: `本班成绩已于 ${localDate(closing.published_at)} 公布。`,
      en: `The results were published on ${localDate(closing.published_at)}.`,
    })
  await insertPublication(tx, context, class_id, false)
  await recordHistory(tx, context, { kind: 'results.published', subject_kind: 'class', subject_id: class_id })
  return (await closingOf(tx, class_id))!
}

function refuseMissing(missing: EnrolmentRow[]): never {
  refuse(
    'conflict',
    'results.missing',
    {
      zh: `还有 ${missing.length} 人没有成绩：${missing.map(({ person_name }) => person_name).join('、')}。请补录，或确认缺少这些人仍然锁定。`,
      en: `${missing.length} people have no result: ${missing.map(({ person_name }) => person_name).join(', ')}. Enter them, or lock without.`,
    },
    {
      faults: missing.map(({ id, person_name }) => ({
        pointer: `/enrolments/${id}`,
        code: 'results.missing',
        message: { zh: `${person_name}还没有成绩。`, en: `${person_name} has no result.` },
      })),
    },
  )
}
