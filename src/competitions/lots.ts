/** Sealed numbers by lot, drawn so that whoever doubts them can draw them again. */
import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import { recordHistory } from '../history/actions.ts'
import { asJson } from '../people/bulk.ts'
import type { Context } from '../platform/context.ts'
import type { Tx } from '../platform/database.ts'
import { refuse } from '../platform/errors.ts'
import { randomToken } from '../platform/vault.ts'
import { lockOpenEvent } from './actions.ts'
import { listEntries } from './queries.ts'

export interface Drawn {
  number: number
  seed: string
  reason: string | null
  drawn_at: Date
  items: { entry_id: string; station: number; sealed_number: number }[]
}

/**
 * Draws the sealed numbers of an event: entries in the order of their stations get the numbers that {@link lotsOf} makes of a random
 * seed. Again only with a reason. Refuses `event.published`, `event.started`, `event.no_entries`, `draw.reason_missing`.
 */
export async function drawNumbers(tx: Tx, context: Context, event_id: string, reason: string | null): Promise<Drawn> {
  const event = await lockOpenEvent(tx, context, event_id)
  const entries = (await listEntries(tx, context.scope, event)).filter(({ withdrawn_at }) => withdrawn_at === null)
  if (entries.length === 0)
    refuse('conflict', 'event.no_entries', { zh: '还没有选手，不能抽签。请先报名。', en: 'Nobody has entered yet.' })
  const { last } = await tx
    .selectFrom('competition_draws')
    .select((eb) => eb.fn.max<number | null>('number').as('last'))
    .where('event_id', '=', event_id)
    .executeTakeFirstOrThrow()
  if (last !== null && !reason)
    refuse('conflict', 'draw.reason_missing', {
      zh: '已经抽过签，重新抽签请写明原因。',
      en: 'Lots were drawn already; say why they are drawn again.',
    })
  const draw = { number: (last ?? 0) + 1, seed: randomToken(), reason, drawn_at: context.now }
  const lots = lotsOf(draw.seed, entries.length)
  const items = entries.map(({ id, station }, index) => ({ entry_id: id, station, sealed_number: lots[index]! }))
  await tx.updateTable('competition_entries').set({ sealed_number: null }).where('event_id', '=', event_id).execute()
  await sql`update competition_entries e set sealed_number = d.sealed_number
    from jsonb_to_recordset(${asJson(items)}) as d (entry_id uuid, sealed_number smallint) where e.id = d.entry_id`.execute(
    tx,
  )
  await tx
    .insertInto('competition_draws')
    .values({ ...draw, event_id, drawn_by: context.actor.account_id })
    .execute()
  await recordHistory(tx, context, {
    kind: 'competition.numbers_drawn',
    subject_kind: 'competition_event',
    subject_id: event_id,
    reason,
    changes: { number: draw.number, entries: entries.length },
  })
  return { ...draw, items }
}

/** The numbers 1 to `count` in the order of the SHA-256 of `seed number`: whoever has the seed gets the same. */
export function lotsOf(seed: string, count: number): number[] {
  return Array.from({ length: count }, (_, index) => ({
    number: index + 1,
    lot: createHash('sha256')
      .update(`${seed} ${index + 1}`)
      .digest('hex'),
  }))
    .sort((a, b) => (a.lot < b.lot ? -1 : 1))
    .map(({ number }) => number)
}
