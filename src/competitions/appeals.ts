/** Appeals against a published ranking: filed in time by whom it concerns, decided by the organiser, corrected as a new revision. */
import { recordHistory } from '../history/actions.ts'
import { addDays, localDate } from '../platform/calendar.ts'
import type { Context } from '../platform/context.ts'
import type { Tx } from '../platform/database.ts'
import { notFound, refuse, refuseFaults } from '../platform/errors.ts'
import { rankEvent } from './actions.ts'
import { type AppealRow, appealOf, latestPublication, listAppeals, listRevisions } from './appeal-queries.ts'
import type { Awards } from './awards.ts'
import { ofPerson } from './own-entries.ts'
import { withdrawPenalty } from './penalties.ts'
import { withdrawPromotions } from './promotion-withdrawal.ts'
import { keepPublication } from './publication.ts'
import type { AppealDecision, NewAppeal } from './publication-shapes.ts'
import { getEvent, listEntries, organises } from './queries.ts'
import { findEntry, recordScores } from './scores.ts'

const APPEAL = { zh: '申诉', en: 'appeal' }

/**
 * Files an appeal for an entry of the actor's organisation, or the actor's own or their team's. Refuses 404 for somebody else's entry,
 * `appeal.not_published`, `appeal.too_late` (the days of the competition's notice), `appeal.open` (one is being decided).
 */
export async function fileAppeal(
  tx: Tx,
  context: Context,
  event_id: string,
  { entry_id, grounds }: NewAppeal,
): Promise<AppealRow> {
  const { scope } = context
  const entry = await tx
    .selectFrom('competition_entries as e')
    .innerJoin('competition_events as v', 'v.id', 'e.event_id')
    .innerJoin('competitions as k', 'k.id', 'v.competition_id')
    .select(['e.id', 'v.published_at', 'k.appeal_days'])
    .where('e.id', '=', entry_id)
    .where('e.event_id', '=', event_id)
    .$if(scope.kind === 'person', (query) => query.where(ofPerson(scope.kind === 'person' ? scope.person_id : '')))
    .$if(scope.kind === 'organisation', (query) =>
      query.where('e.organisation_id', '=', scope.kind === 'organisation' ? scope.organisation_id : ''),
    )
    .forUpdate('e')
    .executeTakeFirst()
  if (!entry || scope.kind === 'division') notFound({ zh: '报名', en: 'entry' })
  if (!entry.published_at)
    refuse('conflict', 'appeal.not_published', { zh: '名次还没有公布。', en: 'The ranking is not published yet.' })
  const { published_at } = await latestPublication(tx, event_id)
  const last = addDays(localDate(published_at), entry.appeal_days)
  if (localDate(context.now) > last)
    refuse('conflict', 'appeal.too_late', {
      zh: `申诉应在公布后 ${entry.appeal_days} 天内（${last} 及以前）提出，现已超过期限。`,
      en: `Appeals are filed within ${entry.appeal_days} days of the publication, until ${last}.`,
    })
  const known = await listAppeals(tx, scope, event_id)
  if (known.some((appeal) => appeal.entry_id === entry_id && appeal.upheld === null))
    refuse('conflict', 'appeal.open', {
      zh: '这名选手已有一件申诉等待处理。',
      en: 'An appeal of this entry is being decided already.',
    })
  const { id } = await tx
    .insertInto('competition_appeals')
    .values({ event_id, entry_id, grounds, filed_by: context.actor.account_id!, filed_at: context.now })
    .returning('id')
    .executeTakeFirstOrThrow()
  await recordHistory(tx, context, {
    kind: 'appeal.filed',
    subject_kind: 'competition_event',
    subject_id: event_id,
    changes: { appeal_id: id, entry_id },
  })
  return (await listAppeals(tx, scope, event_id)).find((appeal) => appeal.id === id)!
}

/**
 * Decides an appeal. Upheld, it corrects marks of that entry or takes penalties back, ranks again, and publishes the next revision with
 * the same awards; promotions whose rank changed are withdrawn. Refuses `appeal.decided`, `appeal.own_case` (decided by who filed it),
 * faults `appeal.correction_missing`, `appeal.correction_needless`, `appeal.other_entry`, and those of marks.
 */
export async function decideAppeal(
  tx: Tx,
  context: Context,
  id: string,
  { upheld, reason, scores, withdrawn_penalties }: AppealDecision,
): Promise<AppealRow> {
  const found = await appealOf(tx, id)
  if (!found) notFound(APPEAL)
  const event = await getEvent(tx, context.scope, found.event_id)
  if (!organises(context.scope, event)) notFound(APPEAL)
  await tx.selectFrom('competition_events').select('id').where('id', '=', event.id).forUpdate().execute()
  // read again: somebody may have decided while this waited
  const appeal = (await listAppeals(tx, context.scope, event.id)).find((one) => one.id === id)!
  if (appeal.upheld !== null)
    refuse('conflict', 'appeal.decided', { zh: '这件申诉已经处理。', en: 'This appeal is decided already.' })
  if (found.filed_by === context.actor.account_id)
    refuse('forbidden', 'appeal.own_case', {
      zh: '申诉不能由提出的人自己处理。',
      en: 'An appeal is not decided by whoever filed it.',
    })
  const corrections = scores.length + withdrawn_penalties.length
  if (upheld !== corrections > 0)
    refuseFaults([
      {
        pointer: '/scores',
        code: upheld ? 'appeal.correction_missing' : 'appeal.correction_needless',
        message: upheld
          ? {
              zh: '申诉成立的，请写明更正哪些分数或撤销哪项罚分。',
              en: 'An appeal that is upheld corrects a mark or takes a penalty back.',
            }
          : { zh: '申诉不成立的，不能更正分数。', en: 'An appeal that is dismissed corrects nothing.' },
      },
    ])
  const find = findEntry(await listEntries(tx, context.scope, event))
  refuseFaults(
    scores.flatMap((score, index) =>
      find(score)?.id === found.entry_id
        ? []
        : [
            {
              pointer: `/scores/${index}/station`,
              code: 'appeal.other_entry',
              message: {
                zh: '只能更正申诉选手自己的分数。',
                en: 'Only marks of the entry that appealed are corrected.',
              },
            },
          ],
    ),
  )
  const penalties = await tx
    .selectFrom('competition_penalties')
    .select('id')
    .where('entry_id', '=', found.entry_id)
    .where('id', 'in', [...withdrawn_penalties, id])
    .execute()
  refuseFaults(
    withdrawn_penalties.flatMap((penalty, index) =>
      penalties.some((one) => one.id === penalty)
        ? []
        : [
            {
              pointer: `/withdrawn_penalties/${index}`,
              code: 'appeal.other_entry',
              message: { zh: '这不是申诉选手的罚分。', en: 'This is no penalty of the entry that appealed.' },
            },
          ],
    ),
  )
  await tx
    .insertInto('competition_appeal_decisions')
    .values({ appeal_id: id, upheld, reason, decided_by: context.actor.account_id!, decided_at: context.now })
    .execute()
  if (upheld) await correct(tx, context, { event_id: event.id, appeal_id: id, reason }, scores, withdrawn_penalties)
  await recordHistory(tx, context, {
    kind: 'appeal.decided',
    subject_kind: 'competition_event',
    subject_id: event.id,
    reason,
    changes: { appeal_id: id, upheld, corrections },
  })
  return (await listAppeals(tx, context.scope, event.id)).find((one) => one.id === id)!
}

async function correct(
  tx: Tx,
  context: Context,
  { event_id, appeal_id, reason }: { event_id: string; appeal_id: string; reason: string },
  scores: AppealDecision['scores'],
  penalties: string[],
): Promise<void> {
  const before = await latestPublication(tx, event_id)
  const reopen = (reopened_by: string | null) =>
    tx.updateTable('competition_events').set({ reopened_by }).where('id', '=', event_id).execute()
  await reopen(appeal_id)
  if (scores.length > 0) await recordScores(tx, context, event_id, scores, '/scores')
  for (const penalty of penalties) await withdrawPenalty(tx, context, penalty, reason)
  await rankEvent(tx, context, event_id)
  await keepPublication(tx, context, event_id, {
    awards: before.awards as unknown as Awards,
    acknowledgement: reason,
    revision: before.revision + 1,
    appeal_id,
  })
  await reopen(null)
  const [last] = await listRevisions(tx, event_id)
  await withdrawPromotions(tx, context, event_id, last!)
}
