/** Who competes: people and teams entered within the rules, and who withdraws. */
import { sql } from 'kysely'
import { recordHistory } from '../history/actions.ts'
import { earlierTwins, faultAt } from '../people/bulk.ts'
import { localDate } from '../platform/calendar.ts'
import type { Context } from '../platform/context.ts'
import type { Tx } from '../platform/database.ts'
import { type Fault, notFound, refuse, refuseFaults } from '../platform/errors.ts'
import { lockEvent, lockOpenEvent, withdrawRanking } from './actions.ts'
import { eligibility, limitFaults, teamFaults } from './eligibility.ts'
import { type EntryRow, listEntries } from './queries.ts'
import type { NewEntry } from './shapes.ts'

/**
 * Enters people for the organisation they work for, or the one given; a station that is not given is drawn by lot among the free ones.
 * Who is entered already stays. Refuses `event.published`, `event.started`, and per row `entry.twice`, `entry.organisation_missing` (works
 * nowhere now), `entry.person_unknown` (not on the roster of an organisation of the organiser's division), `entry.station_taken`,
 * `entry.team_size`, `entry.too_many`, `entry.organisation_full`, and `entry.not_eligible` where no exception is given.
 */
export async function enterPeople(
  tx: Tx,
  context: Context,
  event_id: string,
  rows: NewEntry[],
): Promise<{ added: number; already: number }> {
  const event = await lockOpenEvent(tx, context, event_id)
  const before = await listEntries(tx, context.scope, event)
  const fresh = rows
    .map((row, index) => ({ ...row, index }))
    .filter(({ person_id }) => !before.some((entry) => entry.person_id === person_id))
  const already = rows.length - fresh.length
  if (fresh.length === 0) return { added: 0, already }
  const employers = await employersOf(tx, context, fresh)
  const wanted = fresh.map((row) => ({
    ...row,
    organisation_id: row.organisation_id ?? employers.get(row.person_id) ?? null,
  }))
  const everybody = wanted.flatMap(({ person_id, member_ids }) => [person_id, ...member_ids])
  const known = await onRosters(tx, context, everybody)
  const eligible = await eligibility(tx, event, everybody)
  const twins = earlierTwins(wanted.map(({ person_id }) => person_id))
  const stations = earlierTwins(wanted.map(({ station }) => (station ? String(station) : null)))
  const taken = new Set(before.map(({ station }) => station))
  const limits = limitFaults(event, before, wanted)
  refuseFaults(
    wanted.flatMap((row, position): Fault[] => {
      const { index, person_id, organisation_id, station, member_ids, exception } = row
      const at = `/items/${index}`
      if (twins[position] !== null)
        return [
          faultAt(`${at}/person_id`, 'entry.twice', '这个人出现了两次，请只留一次。', 'This person is there twice.'),
        ]
      if (!organisation_id)
        return [
          faultAt(
            `${at}/organisation_id`,
            'entry.organisation_missing',
            '这个人目前没有任职机构，请写明代表哪家机构参赛。',
            'This person works nowhere now; name the organisation they compete for.',
          ),
        ]
      if (![person_id, ...member_ids].every((id) => known.has(`${id} ${organisation_id}`)))
        return [
          faultAt(
            `${at}/person_id`,
            'entry.person_unknown',
            '辖区内这家机构的名册里没有这个人。',
            'This person is not on the roster of such an organisation in your division.',
          ),
        ]
      if (station && (taken.has(station) || stations[position] !== null))
        return [
          faultAt(
            `${at}/station`,
            'entry.station_taken',
            `工位号 ${station} 已经抽给别人，请核对抽签记录。`,
            `Station ${station} is somebody else’s; check the draw.`,
          ),
        ]
      const terms = exception ? [] : [person_id, ...member_ids].flatMap((id) => eligible.get(id) ?? [])
      return [
        ...teamFaults(event, row, at),
        ...(limits[position] ?? []),
        ...terms.map((term) => ({ ...term, pointer: `${at}${term.pointer}` })),
      ]
    }),
  )
  const given = wanted.flatMap(({ station }) => station ?? [])
  const drawn = await drawStations(tx, [...taken, ...given], wanted.length - given.length)
  const values = wanted.map(({ person_id, organisation_id, station, team = null, exception = null }) => ({
    event_id,
    person_id,
    organisation_id: organisation_id!,
    station: station ?? drawn.pop()!,
    team,
    exception,
  }))
  const added = await tx.insertInto('competition_entries').values(values).returning(['id', 'person_id']).execute()
  const entryOf = new Map(added.map(({ id, person_id }) => [person_id, id]))
  const members = wanted.flatMap((row) =>
    row.member_ids.map((person_id) => ({ event_id, entry_id: entryOf.get(row.person_id)!, person_id })),
  )
  if (members.length > 0) await tx.insertInto('competition_entry_members').values(members).execute()
  await withdrawRanking(tx, event_id)
  await recordHistory(tx, context, {
    kind: 'competition.people_entered',
    subject_kind: 'competition_event',
    subject_id: event_id,
    changes: { added: values.length },
  })
  return { added: values.length, already }
}

/** By person, the organisation of this division where they work today (the one they joined first). */
async function employersOf(tx: Tx, context: Context, rows: { person_id: string }[]): Promise<Map<string, string>> {
  const today = localDate(context.now)
  const found = await tx
    .selectFrom('employments')
    .select(['person_id', 'organisation_id'])
    .where(
      'person_id',
      'in',
      rows.map(({ person_id }) => person_id),
    )
    .where('known_to', '=', sql<Date>`'infinity'`)
    .where('starts_on', '<=', today)
    .where((eb) => eb.or([eb('ends_on', 'is', null), eb('ends_on', '>', today)]))
    .orderBy('starts_on', 'desc')
    .execute()
  return new Map(found.map(({ person_id, organisation_id }) => [person_id, organisation_id]))
}

async function onRosters(tx: Tx, { scope }: Context, ids: string[]): Promise<Set<string>> {
  const found = await tx
    .selectFrom('roster_entries')
    .innerJoin('organisations', 'organisations.id', 'roster_entries.organisation_id')
    .select(['roster_entries.person_id', 'roster_entries.organisation_id'])
    .where('roster_entries.person_id', 'in', ids)
    .where('organisations.district_code', 'like', scope.kind === 'division' ? `${scope.prefix}%` : '')
    .execute()
  return new Set(found.map(({ person_id, organisation_id }) => `${person_id} ${organisation_id}`))
}

/** Free numbers in an order nobody chose: as many as there are entries to come, none above the number of stations needed. */
async function drawStations(tx: Tx, taken: number[], count: number): Promise<number[]> {
  const { rows } = await sql<{
    station: number
  }>`select station from generate_series(1, ${taken.length + count}::int) station
    where not station = any (select jsonb_array_elements_text(${JSON.stringify(taken)}::jsonb)::int) order by random() limit ${count}`.execute(
    tx,
  )
  return rows.map(({ station }) => station)
}

/** Takes an entry out with a reason, also while the event runs; it is not ranked any more. Refuses `event.published`, `entry.withdrawn`. */
export async function withdrawEntry(tx: Tx, context: Context, id: string, reason: string): Promise<EntryRow> {
  const found = await tx.selectFrom('competition_entries').select('event_id').where('id', '=', id).executeTakeFirst()
  if (!found) notFound({ zh: '报名', en: 'entry' })
  const event = await lockEvent(tx, context, found.event_id)
  const { numUpdatedRows } = await tx
    .updateTable('competition_entries')
    .set({ withdrawn_at: context.now, withdrawn_by: context.actor.account_id, withdrawal_reason: reason })
    .where('id', '=', id)
    .where('withdrawn_at', 'is', null)
    .executeTakeFirstOrThrow()
  if (numUpdatedRows === 0n)
    refuse('conflict', 'entry.withdrawn', { zh: '这名选手已经退赛。', en: 'This entry has withdrawn already.' })
  await withdrawRanking(tx, event.id)
  await recordHistory(tx, context, {
    kind: 'competition.entry_withdrawn',
    subject_kind: 'competition_event',
    subject_id: event.id,
    reason,
    changes: { entry_id: id },
  })
  return (await listEntries(tx, context.scope, event)).find((entry) => entry.id === id)!
}
