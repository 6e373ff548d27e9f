/** Accidents one is liable for and breaches of ethics, as an authority decided them: recorded, corrected, and withdrawn when the decision falls. */
import { sql } from 'kysely'
import { recordHistory } from '../history/actions.ts'
import { localDate } from '../platform/calendar.ts'
import type { Context } from '../platform/context.ts'
import { lockFacts, type Tx } from '../platform/database.ts'
import { refuse, refuseFaults } from '../platform/errors.ts'
import { conductFaults } from './conduct-rules.ts'
import { type ConductEvent, getConductEvent } from './fact-queries.ts'
import type { ConductCorrection, NewConductEvent } from './fact-shapes.ts'
import { unknownPersonFaults } from './roster.ts'

/**
 * Records a decision about a person of the actor's division; the same once more changes nothing. `period_from` to `period_to` (half-open, without an end for good) is the time the decision keeps
 * the person out. Refuses `person.unknown`, `conduct_event.future`, `conduct_event.decided_before`, `conduct_event.period_open`,
 * `conduct_event.period_before`, `conduct_event.period_order`.
 */
export async function recordConductEvent(tx: Tx, context: Context, input: NewConductEvent): Promise<ConductEvent> {
  await lockFacts(tx)
  const [unknown] = await unknownPersonFaults(tx, context.scope, [input])
  refuseFaults([...unknown!, ...conductFaults(input, localDate(context.now))])
  const { person_id, kind, happened_on, decided_on, decision, period_from = null, period_to = null } = input
  const known = await tx
    .selectFrom('conduct_events')
    .select('id')
    .where((eb) => eb.and({ person_id, kind, happened_on, decided_on, decision }))
    .where(sql<boolean>`(period_from, period_to) is not distinct from (${period_from}::date, ${period_to}::date)`)
    .where('known_to', '=', sql<Date>`'infinity'`)
    .executeTakeFirst()
  if (known) return getConductEvent(tx, context.scope, known.id)
  const { id } = await tx
    .insertInto('conduct_events')
    .values({
      ...{ person_id, kind, happened_on, decided_on, decision, period_from, period_to },
      recorded_by: context.actor.account_id,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  await recordHistory(tx, context, {
    kind: 'conduct_event.recorded',
    subject_kind: 'person',
    subject_id: person_id,
    changes: { conduct_event_id: id, kind, happened_on, decided_on, ...(period_from && { period_from, period_to }) },
  })
  return getConductEvent(tx, context.scope, id)
}

/**
 * Corrects a decision that was entered wrongly; its id stays, and what was known before stays readable. The same values again
 * change nothing. Refuses as {@link recordConductEvent} does.
 */
export async function correctConductEvent(
  tx: Tx,
  context: Context,
  id: string,
  { reason, ...input }: ConductCorrection,
): Promise<ConductEvent> {
  await lockFacts(tx)
  const event = await getConductEvent(tx, context.scope, id)
  refuseFaults(conductFaults(input, localDate(context.now)))
  const facts = { ...input, period_from: input.period_from ?? null, period_to: input.period_to ?? null }
  const changes = Object.entries(facts).filter(([key, value]) => event[key as keyof typeof facts] !== value)
  if (changes.length === 0) return event
  await closeEvent(tx, event)
  await tx
    .insertInto('conduct_events')
    .values({ ...facts, id, person_id: event.person_id, reason, recorded_by: context.actor.account_id })
    .execute()
  await recordHistory(tx, context, {
    kind: 'conduct_event.corrected',
    subject_kind: 'person',
    subject_id: event.person_id,
    reason,
    changes: {
      conduct_event_id: id,
      ...Object.fromEntries(changes.map(([key, value]) => [key, [event[key as keyof typeof facts], value]])),
    },
  })
  return getConductEvent(tx, context.scope, id)
}

/** Takes a decision back that was lifted or entered in error: from now on it counts for nothing, and what was known before stays readable. */
export async function withdrawConductEvent(
  tx: Tx,
  context: Context,
  id: string,
  reason: string,
): Promise<ConductEvent> {
  await lockFacts(tx)
  const event = await getConductEvent(tx, context.scope, id)
  await closeEvent(tx, event)
  await recordHistory(tx, context, {
    kind: 'conduct_event.withdrawn',
    subject_kind: 'person',
    subject_id: event.person_id,
    reason,
    changes: { conduct_event_id: id },
  })
  return event
}

/** Closes the version on record. Refuses `conduct_event.changed` when somebody else has just done so. */
async function closeEvent(tx: Tx, { id, person_id }: ConductEvent): Promise<void> {
  const closed = await tx
    .updateTable('conduct_events')
    .set({ known_to: sql<Date>`clock_timestamp()` })
    .where('person_id', '=', person_id)
    .where('id', '=', id)
    .where('known_to', '=', sql<Date>`'infinity'`)
    .returning('id')
    .execute()
  if (closed.length === 0)
    refuse('conflict', 'conduct_event.changed', {
      zh: '这条处理记录刚刚被别人更正或撤回，请刷新后核对。',
      en: 'Somebody else has just corrected or withdrawn this decision: reload and compare.',
    })
}
