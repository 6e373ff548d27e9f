/** Accidents one is liable for and breaches of ethics, as an authority decided them: recorded, and withdrawn when the decision falls. */
import { sql } from 'kysely'
import { recordHistory } from '../history/actions.ts'
import { localDate } from '../platform/calendar.ts'
import type { Context } from '../platform/context.ts'
import { lockFacts, type Tx } from '../platform/database.ts'
import { refuseFaults } from '../platform/errors.ts'
import { type ConductEvent, getConductEvent } from './fact-queries.ts'
import type { NewConductEvent } from './fact-shapes.ts'
import { unknownPersonFaults } from './roster.ts'
import { conductFaults } from './rules.ts'

/** Records a decision about a person of the actor's division; the same once more changes nothing. Refuses `person.unknown`, `conduct_event.future`, `conduct_event.decided_before`. */
export async function recordConductEvent(tx: Tx, context: Context, input: NewConductEvent): Promise<ConductEvent> {
  await lockFacts(tx)
  const [unknown] = await unknownPersonFaults(tx, context.scope, [input])
  refuseFaults([...unknown!, ...conductFaults(input, localDate(context.now))])
  const { person_id, kind, happened_on, decided_on, decision } = input
  const known = await tx
    .selectFrom('conduct_events')
    .select('id')
    .where((eb) => eb.and({ person_id, kind, happened_on, decided_on, decision }))
    .where('known_to', '=', sql<Date>`'infinity'`)
    .executeTakeFirst()
  if (known) return getConductEvent(tx, context.scope, known.id)
  const { id } = await tx
    .insertInto('conduct_events')
    .values({ person_id, kind, happened_on, decided_on, decision, recorded_by: context.actor.account_id })
    .returning('id')
    .executeTakeFirstOrThrow()
  await recordHistory(tx, context, {
    kind: 'conduct_event.recorded',
    subject_kind: 'person',
    subject_id: person_id,
    changes: { conduct_event_id: id, kind, happened_on, decided_on },
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
  await tx
    .updateTable('conduct_events')
    .set({ known_to: sql<Date>`clock_timestamp()` })
    .where('person_id', '=', event.person_id)
    .where('id', '=', id)
    .where('known_to', '=', sql<Date>`'infinity'`)
    .execute()
  await recordHistory(tx, context, {
    kind: 'conduct_event.withdrawn',
    subject_kind: 'person',
    subject_id: event.person_id,
    reason,
    changes: { conduct_event_id: id },
  })
  return event
}
