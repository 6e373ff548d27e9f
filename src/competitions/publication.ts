/** Publishing a ranking: checked first, kept as a revision that stands, corrected by the next one only. */
import { sql } from 'kysely'
import type { z } from 'zod'
import { recordHistory } from '../history/actions.ts'
import { asJson } from '../people/bulk.ts'
import { sha256Hex } from '../platform/bytes.ts'
import type { Context } from '../platform/context.ts'
import { insertRows, type Tx } from '../platform/database.ts'
import { refuse } from '../platform/errors.ts'
import { lockEvent, reach } from './actions.ts'
import { type Awards, awardsOf } from './awards.ts'
import type { publicationShape } from './publication-shapes.ts'
import { type EventRow, getEvent } from './queries.ts'
import { findingsOf } from './validation.ts'

/**
 * Gives the awards by rank and freezes marks and ranking: from then on only an appeal's decision corrects them. Refuses
 * `event.published`, `event.not_ranked`, `publication.warnings` where the checks warn and nobody says why that is right.
 */
export async function publishRanking(
  tx: Tx,
  context: Context,
  event_id: string,
  { acknowledgement = null, ...awards }: z.output<typeof publicationShape>,
): Promise<EventRow> {
  const event = await lockEvent(tx, context, event_id)
  if (!event.ranked)
    refuse('conflict', 'event.not_ranked', {
      zh: '还没有排名，或分数改过后没有重新排名。请先计算排名。',
      en: 'There is no ranking, or marks changed after it; rank first.',
    })
  const warnings = (await findingsOf(tx, event)).filter(({ severity }) => severity === 'warning')
  if (warnings.length > 0 && !acknowledgement)
    refuse(
      'conflict',
      'publication.warnings',
      {
        zh: `核对时有 ${warnings.length} 项提醒：${warnings.map(({ message }) => message.zh).join('')}仍要公布，请写明理由。`,
        en: `The checks warn of ${warnings.length}: ${warnings.map(({ message }) => message.en).join(' ')} Say why it is published all the same.`,
      },
      { faults: warnings.map(({ code, message }) => ({ pointer: '/acknowledgement', code, message })) },
    )
  await keepPublication(tx, context, event_id, { awards, acknowledgement, revision: 1, appeal_id: null })
  await tx.updateTable('competition_events').set({ published_at: context.now }).where('id', '=', event_id).execute()
  await reach(tx, context, event_id, 'published')
  return getEvent(tx, context.scope, event_id)
}

export interface Published {
  revision: number
  awards: Awards
  acknowledgement: string | null
  appeal_id: string | null
}

/** Awards by the ranking as it is now, and that as a revision. The caller holds the event's row. */
export async function keepPublication(
  tx: Tx,
  context: Context,
  event_id: string,
  { awards, revision, ...published }: Published,
): Promise<string> {
  const { rows } = await sql<{ entry_id: string; rank: number; total: string; denominator: string }>`
    select entry_id, rank, total::text, denominator::text from competition_rankings where event_id = ${event_id}::uuid order by rank, entry_id`.execute(
    tx,
  )
  const given = awardsOf(awards, rows)
  const ranks = rows.map((row) => ({ ...row, award: given.get(row.entry_id) ?? null }))
  await sql`update competition_rankings r set award = g.award from jsonb_to_recordset(${asJson(ranks)}) as g (entry_id uuid, award text)
    where r.event_id = ${event_id}::uuid and r.entry_id = g.entry_id`.execute(tx)
  const sha256 = await sha256Hex(JSON.stringify(ranks))
  const { id } = await tx
    .insertInto('competition_publications')
    .values({
      ...published,
      event_id,
      revision,
      awards: JSON.stringify(awards),
      sha256,
      published_by: context.actor.account_id,
      published_at: context.now,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  await insertRows(
    tx,
    'competition_published_ranks',
    ranks.map((row) => ({ ...row, publication_id: id })),
  ).execute()
  await recordHistory(tx, context, {
    kind: 'competition.published',
    subject_kind: 'competition_event',
    subject_id: event_id,
    reason: published.acknowledgement,
    changes: { revision, awards, awarded: given.size, sha256 },
  })
  return id
}
