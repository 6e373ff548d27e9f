/** Who is in a class: enrolment of one or many, and withdrawal. */
import { sql } from 'kysely'
import { recordHistory } from '../history/actions.ts'
import { asArray } from '../people/bulk.ts'
import { notMerged, putOnRoster } from '../people/roster.ts'
import { type LocalDate, localDate } from '../platform/calendar.ts'
import type { Context } from '../platform/context.ts'
import { insertRows, type Tx } from '../platform/database.ts'
import { type Fault, type Message, refuse } from '../platform/errors.ts'
import { type LockedClass, lockClass, mustBeOpen } from './actions.ts'
import { type Flag, findingsOf, flagsOf, NOT_ELIGIBLE, recordFindings } from './enrolment-checks.ts'
import { clashesOf, levelsHeld } from './hindrances.ts'
import { type EnrolmentRow, getEnrolment, worksAt } from './member-queries.ts'
import { refuseMembers } from './rules.ts'
import { freeSeats, promoteWaiting } from './waiting-list.ts'

export interface Enrolled {
  added: number
  /** found no seat, in the order given */
  waiting: number
  already: number
  /** what was let pass and is to be seen */
  flags: Flag[]
}

/**
 * Puts people of the trainer's roster into its open class in the order given; who finds no seat waits, behind those who wait already.
 * Who is in it already or waits stays as they are, who withdrew comes back. All or nobody. Refuses `class.not_open`, and per person
 * (pointer `/person_ids/0`) `enrolment.person_unknown`, `enrolment.clash` (in another open class on the same days),
 * `enrolment.level_held` (has this level or a higher one), and `enrolment.not_eligible` (does not meet the conditions of the level)
 * where the course refuses. Flagged are those conditions where it does not, `enrolment.same_level` (in another open class for the level)
 * and `enrolment.shift_clash` (more days of work and class than the month has).
 */
export async function enrolPeople(tx: Tx, context: Context, class_id: string, person_ids: string[]): Promise<Enrolled> {
  const group = await lockClass(tx, context, class_id, 'organisation_id')
  return enrol(tx, context, group, person_ids, group.organisation_id)
}

/** As {@link enrolPeople}, of the roster of whoever enrols; the caller holds the class's row and may enrol in it. */
export async function enrol(
  tx: Tx,
  context: Context,
  group: LockedClass,
  person_ids: string[],
  enrolling: string,
): Promise<Enrolled> {
  mustBeOpen(group)
  const class_id = group.id
  const before = await tx
    .selectFrom('enrolments')
    .select('person_id')
    .where('class_id', '=', class_id)
    .where('status', 'in', ['enrolled', 'waiting'])
    .where(notMerged(sql.ref('enrolments.person_id')))
    .execute()
  const inClass = new Set(before.map(({ person_id }) => person_id))
  const wanted = [...new Set(person_ids)].filter((id) => !inClass.has(id))
  const already = new Set(person_ids).size - wanted.length
  if (wanted.length === 0) return { added: 0, waiting: 0, already, flags: [] }
  const today = localDate(context.now)
  const staff = enrolling !== group.organisation_id
  const names = await lockPeople(tx, enrolling, wanted, staff ? today : null)
  const findings = await findingsOf(tx, group, wanted, today)
  const flags = flagsOf(findings)
  await refuseHindered(tx, context, group, person_ids, {
    wanted,
    names,
    flags,
    unknown: staff ? NOT_STAFF : UNKNOWN_PERSON,
  })
  // those who wait come first
  await promoteWaiting(tx, context, group)
  const { last, anybody } = await tx
    .selectFrom('enrolments')
    .select((eb) => [
      eb.fn.max<number | null>('waiting_number').as('last'),
      sql<boolean>`coalesce(bool_or(status = 'waiting'), false)`.as('anybody'),
    ])
    .where('class_id', '=', class_id)
    .executeTakeFirstOrThrow()
  const free = anybody ? 0 : await freeSeats(tx, group)
  const enrolled_by_organisation_id = staff ? enrolling : null
  const rows = wanted.map((person_id, index) => ({
    class_id,
    person_id,
    status: index < free ? 'enrolled' : 'waiting',
    waiting_number: index < free ? null : (last ?? 0) + index - Math.max(free, 0) + 1,
    enrolled_by_organisation_id,
  }))
  await insertRows(tx, 'enrolments', rows)
    .onConflict((oc) =>
      oc.columns(['class_id', 'person_id']).doUpdateSet((eb) => ({
        status: eb.ref('excluded.status'),
        waiting_number: eb.ref('excluded.waiting_number'),
        enrolled_by_organisation_id: eb.ref('excluded.enrolled_by_organisation_id'),
        status_reason: null,
      })),
    )
    .execute()
  await recordFindings(tx, context, class_id, findings)
  if (enrolled_by_organisation_id)
    await putOnRoster(
      tx,
      wanted.map((person_id) => ({ organisation_id: group.organisation_id, person_id })),
    )
  const waiting = rows.filter(({ status }) => status === 'waiting').length
  const figures = { added: rows.length - waiting, waiting }
  await recordHistory(tx, context, {
    kind: 'class.people_enrolled',
    subject_kind: 'class',
    subject_id: class_id,
    changes: { ...figures, flagged: flags.length, person_ids: wanted },
  })
  return { ...figures, already, flags }
}

async function refuseHindered(
  tx: Tx,
  context: Context,
  group: LockedClass,
  person_ids: string[],
  {
    wanted,
    names,
    flags,
    unknown,
  }: { wanted: string[]; names: Map<string, string>; flags: Flag[]; unknown: Fault['message'] },
): Promise<void> {
  const places = new Map([...person_ids.entries()].reverse().map(([index, id]) => [id, index]))
  const clashes = await clashesOf(tx, group, wanted)
  const held = await levelsHeld(tx, group, wanted, localDate(context.now))
  const unfit = new Map(
    group.entry_check === 'refuse'
      ? flags.filter(({ code }) => code === NOT_ELIGIBLE).map(({ person_id, message }) => [person_id, message])
      : [],
  )
  refuseMembers(
    wanted.flatMap((id) => {
      const pointer = `/person_ids/${places.get(id)}`
      const name = names.get(id)
      if (!name) return [{ pointer, code: 'enrolment.person_unknown', message: unknown }]
      return [
        { pointer, code: 'enrolment.clash', message: clashes.get(id) },
        { pointer, code: 'enrolment.level_held', message: held.get(id) },
        { pointer, code: NOT_ELIGIBLE, message: unfit.has(id) ? about(name, unfit.get(id)!) : undefined },
      ].filter((fault): fault is Fault => fault.message !== undefined)
    }),
  )
}

function about(name: string, { zh, en }: Message): Message {
  return { zh: `${name}${zh}`, en: `${name} ${en}` }
}

const UNKNOWN_PERSON = {
  zh: '本机构的名册里没有这个人，请先在“从业人员”里登记或导入。',
  en: 'This person is not on your roster; register or import them first.',
}

const NOT_STAFF = {
  zh: '这个人现在不在本机构任职，请先登记任职。',
  en: 'This person does not work for you today; record the employment first.',
}

/** Names of those on the roster, with `employed_on` of those who work there on that day. Their rows stay locked, so that nobody enters two classes of the same days at the same time. */
async function lockPeople(
  tx: Tx,
  organisationId: string,
  ids: string[],
  employed_on: LocalDate | null,
): Promise<Map<string, string>> {
  let query = tx
    .selectFrom('people')
    .innerJoin('roster_entries', 'roster_entries.person_id', 'people.id')
    .select(['people.id', 'people.name'])
    .where('roster_entries.organisation_id', '=', organisationId)
    .where('people.id', '=', sql<string>`any (${asArray(ids)}::uuid[])`)
    .where(notMerged())
    .where('people.erased_at', 'is', null)
    .orderBy('people.id')
    .forNoKeyUpdate('people')
  if (employed_on) query = query.where(worksAt(organisationId, employed_on))
  const rows = await query.execute()
  return new Map(rows.map(({ id, name }) => [id, name]))
}

/** Takes a person out of an open class or off its waiting list; a seat that gets free goes to who has waited longest. Refuses `class.not_open`, `enrolment.withdrawn`, `enrolment.assessed` (a result is there). */
export async function withdrawEnrolment(tx: Tx, context: Context, id: string, reason: string): Promise<EnrolmentRow> {
  const { class_id } = await getEnrolment(tx, context.scope, id)
  const group = await lockClass(tx, context, class_id, 'organisation_id')
  mustBeOpen(group)
  const { person_name, status, result } = await getEnrolment(tx, context.scope, id)
  if (status === 'withdrawn')
    refuse('conflict', 'enrolment.withdrawn', {
      zh: `${person_name}已经退班。`,
      en: `${person_name} has withdrawn already.`,
    })
  if (result)
    refuse('conflict', 'enrolment.assessed', {
      zh: `${person_name}已有成绩，不能退班；结业时会按成绩判定。`,
      en: `${person_name} has a result and cannot withdraw; the completion will judge it.`,
    })
  await tx.updateTable('enrolments').set({ status: 'withdrawn', status_reason: reason }).where('id', '=', id).execute()
  await recordHistory(tx, context, {
    kind: 'enrolment.withdrawn',
    subject_kind: 'enrolment',
    subject_id: id,
    reason,
    changes: { status: [status, 'withdrawn'] },
  })
  await promoteWaiting(tx, context, group)
  return getEnrolment(tx, context.scope, id)
}
