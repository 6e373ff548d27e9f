/** When a ranking is corrected, proposals that stood on the old ranks are withdrawn; whoever issued on one is told by its state. */
import { recordHistory } from '../history/actions.ts'
import type { Context } from '../platform/context.ts'
import type { Tx } from '../platform/database.ts'
import type { Revision } from './appeal-queries.ts'

/** Of those whose rank or award the revision changed. */
export async function withdrawPromotions(
  tx: Tx,
  context: Context,
  event_id: string,
  { revision, moves }: Pick<Revision, 'revision' | 'moves'>,
): Promise<void> {
  if (moves.length === 0) return
  const withdrawn = await tx
    .updateTable('promotions')
    .set({ withdrawn_at: context.now, withdrawal_reason: `名次已由第 ${revision} 次公布更正` })
    .where(
      'entry_id',
      'in',
      moves.map(({ entry_id }) => entry_id),
    )
    .where('withdrawn_at', 'is', null)
    .returning('id')
    .execute()
  if (withdrawn.length === 0) return
  await recordHistory(tx, context, {
    kind: 'promotion.withdrawn',
    subject_kind: 'competition_event',
    subject_id: event_id,
    changes: { revision, promotion_ids: withdrawn.map(({ id }) => id) },
  })
}
