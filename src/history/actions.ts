/** The one way a change enters the record: an event the database numbers and hashes over the one before. */

import type { Context } from '../platform/context.ts'
import type { Tx } from '../platform/database.ts'

export interface HistoryEvent {
  /** what was done, `certificate.revoked` */
  kind: string
  /** to what, `certificate` */
  subject_kind: string
  subject_id: string
  /** the organisation or district in whose record it belongs; the actor's own when left out */
  organisation_id?: string | null
  district_code?: string | null
  reason?: string | null
  /** changed fields only, `{ level: [4, 3] }` or `{ rows: 297 }`; never an ID number, account or password */
  changes?: Record<string, unknown>
}

export type Recorder = Pick<Context, 'actor' | 'now' | 'request_id'>

/**
 * Appends the events, in order. Call it last in an action: from here to the commit other writers of history wait,
 * because each event stands on the one before.
 */
export async function recordHistory(tx: Tx, context: Recorder, ...events: HistoryEvent[]): Promise<void> {
  if (events.length === 0) return
  await tx
    .insertInto('history_events')
    .values(
      events.map((event) => ({
        at: context.now,
        actor_id: context.actor.account_id,
        actor_name: context.actor.username,
        api_key_id: context.actor.api_key_id ?? null,
        kind: event.kind,
        subject_kind: event.subject_kind,
        subject_id: event.subject_id,
        organisation_id: event.organisation_id === undefined ? context.actor.organisation_id : event.organisation_id,
        district_code: event.district_code === undefined ? context.actor.district_code : event.district_code,
        reason: event.reason ?? null,
        changes: JSON.stringify(event.changes ?? {}),
        request_id: context.request_id,
      })),
    )
    .execute()
}
