/** Writes of an institution's venues: classrooms and practice bases, and for how long a base is recognised. */
import type { z } from 'zod'
import { refuseStale } from '../access/route.ts'
import { recordHistory } from '../history/actions.ts'
import { faultAt } from '../people/bulk.ts'
import type { Context } from '../platform/context.ts'
import type { Tx } from '../platform/database.ts'
import { notFound, refuse, refuseFaults } from '../platform/errors.ts'
import { ownOrganisation } from './actions.ts'
import { getVenue, VENUE, type VenueRow } from './venue-queries.ts'
import type { changedVenueShape, newVenueShape, recognitionShape } from './venue-shapes.ts'

/** Adds a venue of the actor's institution. Fault `venue.district_unknown`; 409 `venue.name_taken`. */
export async function addVenue(tx: Tx, context: Context, input: z.output<typeof newVenueShape>): Promise<VenueRow> {
  await refuseUnknownDistrict(tx, input.district_code)
  const { id } = await tx
    .insertInto('venues')
    .values({ ...input, organisation_id: ownOrganisation(context) })
    .returning('id')
    .executeTakeFirstOrThrow()
  await recordHistory(tx, context, {
    kind: 'venue.added',
    subject_kind: 'venue',
    subject_id: id,
    changes: { ...input },
  })
  return getVenue(tx, context.scope, id)
}

/** Changes name, address, district or seats. Refuses `revision.stale` (412), 409 `venue.name_taken`; fault `venue.district_unknown`. */
export async function changeVenue(
  tx: Tx,
  context: Context,
  id: string,
  revision: number,
  input: z.output<typeof changedVenueShape>,
): Promise<VenueRow> {
  const before = await lockVenue(tx, context, id)
  if (before.revision !== revision) refuseStale()
  await refuseUnknownDistrict(tx, input.district_code)
  const changed = Object.entries(input).filter(([key, value]) => value !== before[key as keyof typeof input])
  if (changed.length === 0) return getVenue(tx, context.scope, id)
  await tx
    .updateTable('venues')
    .set((eb) => ({ ...input, revision: eb('revision', '+', 1) }))
    .where('id', '=', id)
    .execute()
  await recordHistory(tx, context, {
    kind: 'venue.changed',
    subject_kind: 'venue',
    subject_id: id,
    changes: Object.fromEntries(changed.map(([key, value]) => [key, [before[key as keyof typeof input], value]])),
  })
  return getVenue(tx, context.scope, id)
}

/** Enters for how long a practice base is recognised, and by which document. Refuses `venue.no_base`, `venue.recognition_overlap`; fault `venue.dates_reversed`. */
export async function recogniseVenue(
  tx: Tx,
  context: Context,
  venue_id: string,
  input: z.output<typeof recognitionShape>,
): Promise<VenueRow> {
  const venue = await lockVenue(tx, context, venue_id)
  if (venue.kind !== 'practice_base')
    refuse('conflict', 'venue.no_base', {
      zh: `“${venue.name}”是教室，只有实训基地才登记认定期限。`,
      en: `"${venue.name}" is a classroom; only a practice base is recognised for a period.`,
    })
  if (input.ends_on && input.ends_on <= input.starts_on)
    refuseFaults([
      faultAt(
        '/ends_on',
        'venue.dates_reversed',
        `截止日期 ${input.ends_on} 必须在起始日期 ${input.starts_on} 之后。`,
        `The end ${input.ends_on} must be after the start ${input.starts_on}.`,
      ),
    ])
  await tx
    .insertInto('venue_recognitions')
    .values({ ...input, venue_id, recorded_by: context.actor.account_id })
    .execute()
  await recordHistory(tx, context, {
    kind: 'venue.recognised',
    subject_kind: 'venue',
    subject_id: venue_id,
    changes: { ...input },
  })
  return getVenue(tx, context.scope, venue_id)
}

async function lockVenue(tx: Tx, context: Context, id: string) {
  const row = await tx
    .selectFrom('venues')
    .selectAll()
    .where('id', '=', id)
    .where('organisation_id', '=', ownOrganisation(context))
    .forUpdate()
    .executeTakeFirst()
  return row ?? notFound(VENUE)
}

async function refuseUnknownDistrict(tx: Tx, code: string): Promise<void> {
  const known = await tx.selectFrom('districts').select('code').where('code', '=', code).executeTakeFirst()
  if (!known)
    refuseFaults([
      faultAt(
        '/district_code',
        'venue.district_unknown',
        `没有代码为 ${code} 的区县，请从列表中选择。`,
        `There is no district ${code}; choose one of the list.`,
      ),
    ])
}
