/** What is taken off a total, and times that decide between equals. */
import { sql } from 'kysely'
import { recordHistory } from '../history/actions.ts'
import { asJson, earlierTwins, faultAt } from '../people/bulk.ts'
import type { Context } from '../platform/context.ts'
import { insertRows, type Tx } from '../platform/database.ts'
import { type Fault, notFound, refuse, refuseFaults } from '../platform/errors.ts'
import { lockEvent, withdrawRanking } from './actions.ts'
import { listEntries, listPenalties, type PenaltyRow } from './queries.ts'
import type { NewPenalty, NewTime } from './score-shapes.ts'
import { findEntry, numberWords, unknownNumberFault } from './scores.ts'

/** Takes points off an entry's total, with the reason. Refuses `event.published`; fault `penalty.station_unknown`. */
export async function imposePenalty(
  tx: Tx,
  context: Context,
  event_id: string,
  input: NewPenalty,
): Promise<PenaltyRow[]> {
  const event = await lockEvent(tx, context, event_id)
  const entry = findEntry(await listEntries(tx, context.scope, event))(input)
  if (!entry) return refuseFaults([unknownNumberFault('', 'penalty.station_unknown', input)]) as never
  const points = Math.round(input.points * 100)
  await tx
    .insertInto('competition_penalties')
    .values({ event_id, entry_id: entry.id, points, reason: input.reason, recorded_by: context.actor.account_id })
    .execute()
  await withdrawRanking(tx, event_id)
  await recordHistory(tx, context, {
    kind: 'competition.penalty_imposed',
    subject_kind: 'competition_event',
    subject_id: event_id,
    reason: input.reason,
    changes: { entry_id: entry.id, points: input.points },
  })
  return listPenalties(tx, event_id)
}

/** Withdraws a penalty with a reason; it stays in the score book. Refuses `event.published`, `penalty.withdrawn`. */
export async function withdrawPenalty(tx: Tx, context: Context, id: string, reason: string): Promise<PenaltyRow[]> {
  const found = await tx
    .selectFrom('competition_penalties')
    .select(['event_id', 'entry_id'])
    .where('id', '=', id)
    .executeTakeFirst()
  if (!found) notFound({ zh: '罚分', en: 'penalty' })
  await lockEvent(tx, context, found.event_id)
  const { numUpdatedRows } = await tx
    .updateTable('competition_penalties')
    .set({ known_to: sql<Date>`clock_timestamp()`, withdrawal_reason: reason, withdrawn_by: context.actor.account_id })
    .where('id', '=', id)
    .where('known_to', '=', sql<Date>`'infinity'`)
    .executeTakeFirstOrThrow()
  if (numUpdatedRows === 0n)
    refuse('conflict', 'penalty.withdrawn', { zh: '这项罚分已经撤销。', en: 'This penalty is withdrawn already.' })
  await withdrawRanking(tx, found.event_id)
  await recordHistory(tx, context, {
    kind: 'competition.penalty_withdrawn',
    subject_kind: 'competition_event',
    subject_id: found.event_id,
    reason,
    changes: { entry_id: found.entry_id },
  })
  return listPenalties(tx, found.event_id)
}

/**
 * Enters times in seconds, all or none; one that differs is closed and stays readable. Refuses `event.published`, and per row
 * `time.station_unknown`, `time.module_unknown`, `time.twice`.
 */
export async function recordTimes(
  tx: Tx,
  context: Context,
  event_id: string,
  rows: NewTime[],
): Promise<{ recorded: number; unchanged: number }> {
  const event = await lockEvent(tx, context, event_id)
  const find = findEntry(await listEntries(tx, context.scope, event))
  const twins = earlierTwins(rows.map((row) => `${row.sealed_number ?? ''} ${row.station ?? ''} ${row.part}`))
  const faults: Fault[] = []
  const given = rows.flatMap((row, index) => {
    const at = `/items/${index}`
    const entry = find(row)
    if (!entry) faults.push(unknownNumberFault(at, 'time.station_unknown', row))
    if (!event.rules.modules.some(({ key }) => key === row.part))
      faults.push(
        faultAt(
          `${at}/part`,
          'time.module_unknown',
          `本项目没有模块“${row.part}”。`,
          `The event has no module ${row.part}.`,
        ),
      )
    if (twins[index] !== null) {
      const { zh, en } = numberWords(row)
      faults.push(faultAt(at, 'time.twice', `${zh}的用时出现了两次。`, `${en}: its time is there twice.`))
    }
    return entry ? [{ entry_id: entry.id, module: row.part, milliseconds: Math.round(row.seconds * 1000) }] : []
  })
  refuseFaults(faults)
  const { rows: fresh } = await sql<{ entry_id: string; module: string; milliseconds: number }>`
    select g.* from jsonb_to_recordset(${asJson(given)}) as g (entry_id uuid, module text, milliseconds int)
    where not exists (select from competition_times t where t.event_id = ${event_id}::uuid and t.entry_id = g.entry_id and t.module = g.module
      and t.milliseconds = g.milliseconds and t.known_to = 'infinity')`.execute(tx)
  if (fresh.length > 0) {
    await sql`
      update competition_times t set known_to = clock_timestamp()
      from jsonb_to_recordset(${asJson(fresh)}) as g (entry_id uuid, module text)
      where t.event_id = ${event_id}::uuid and t.entry_id = g.entry_id and t.module = g.module and t.known_to = 'infinity'`.execute(
      tx,
    )
    const recorded_by = context.actor.account_id
    await insertRows(
      tx,
      'competition_times',
      fresh.map((row) => ({ ...row, event_id, recorded_by })),
    ).execute()
    await withdrawRanking(tx, event_id)
    await recordHistory(tx, context, {
      kind: 'competition.times_recorded',
      subject_kind: 'competition_event',
      subject_id: event_id,
      changes: { recorded: fresh.length },
    })
  }
  return { recorded: fresh.length, unchanged: given.length - fresh.length }
}
