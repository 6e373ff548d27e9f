/** Who is in a class: enrolment of one or many, and withdrawal. */
import { sql } from 'kysely'
import { recordHistory } from '../history/actions.ts'
import { notMerged } from '../people/roster.ts'
import { LEVELS } from '../people/rules.ts'
import { localDate } from '../platform/calendar.ts'
import type { Context } from '../platform/context.ts'
import { insertRows, type Tx } from '../platform/database.ts'
import { type Fault, type Message, refuse } from '../platform/errors.ts'
import { clashesOf, type LockedClass, lockClass, mustBeOpen } from './actions.ts'
import { type EnrolmentRow, getEnrolment } from './member-queries.ts'
import { awardsLevel, refuseMembers } from './rules.ts'
import { freeSeats, promoteWaiting } from './waiting-list.ts'

export interface Enrolled {
  added: number
  /** found no seat, in the order given */
  waiting: number
  already: number
}

/**
 * Puts people of the trainer's roster into its open class in the order given; who finds no seat waits, behind those who wait already.
 * Who is in it already or waits stays as they are, who withdrew comes back. All or nobody. Refuses `class.not_open`, and per person (pointer `/person_ids/0`) `enrolment.person_unknown`,
 * `enrolment.clash` (in another open class on the same days), `enrolment.level_held` (has this level of the occupation or a higher one).
 */
export async function enrolPeople(tx: Tx, context: Context, class_id: string, person_ids: string[]): Promise<Enrolled> {
  const group = await lockClass(tx, context, class_id, 'organisation_id')
  mustBeOpen(group)
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
  if (wanted.length === 0) return { added: 0, waiting: 0, already }
  const places = new Map([...person_ids.entries()].reverse().map(([index, id]) => [id, index]))
  const names = await lockPeople(tx, group.organisation_id, wanted)
  const clashes = await clashesOf(tx, group, wanted)
  const held = await levelsHeld(tx, context, group, wanted)
  refuseMembers(
    wanted.flatMap((id) => {
      const pointer = `/person_ids/${places.get(id)}`
      if (!names.has(id)) return [{ pointer, code: 'enrolment.person_unknown', message: UNKNOWN_PERSON }]
      return [
        { pointer, code: 'enrolment.clash', message: clashes.get(id) },
        { pointer, code: 'enrolment.level_held', message: held.get(id) },
      ].filter((fault): fault is Fault => fault.message !== undefined)
    }),
  )
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
  const rows = wanted.map((person_id, index) => ({
    class_id,
    person_id,
    status: index < free ? 'enrolled' : 'waiting',
    waiting_number: index < free ? null : (last ?? 0) + index - Math.max(free, 0) + 1,
  }))
  await insertRows(tx, 'enrolments', rows)
    .onConflict((oc) =>
      oc.columns(['class_id', 'person_id']).doUpdateSet((eb) => ({
        status: eb.ref('excluded.status'),
        waiting_number: eb.ref('excluded.waiting_number'),
        status_reason: null,
      })),
    )
    .execute()
  const waiting = rows.filter(({ status }) => status === 'waiting').length
  const figures = { added: rows.length - waiting, waiting }
  await recordHistory(tx, context, {
    kind: 'class.people_enrolled',
    subject_kind: 'class',
    subject_id: class_id,
    changes: { ...figures, person_ids: wanted },
  })
  return { ...figures, already }
}

const UNKNOWN_PERSON = {
  zh: '本机构的名册里没有这个人，请先在“从业人员”里登记或导入。',
  en: 'This person is not on your roster; register or import them first.',
}

/** Names of those on the roster. Their rows stay locked, so that nobody enters two classes of the same days at the same time. */
async function lockPeople(tx: Tx, organisationId: string, ids: string[]): Promise<Map<string, string>> {
  const rows = await tx
    .selectFrom('people')
    .innerJoin('roster_entries', 'roster_entries.person_id', 'people.id')
    .select(['people.id', 'people.name'])
    .where('roster_entries.organisation_id', '=', organisationId)
    .where('people.id', 'in', ids)
    .where(notMerged())
    .where('people.erased_at', 'is', null)
    .orderBy('people.id')
    .forNoKeyUpdate('people')
    .execute()
  return new Map(rows.map(({ id, name }) => [id, name]))
}

/** By person, the words about a certificate of the class's level or a higher one that stands today. */
async function levelsHeld(
  tx: Tx,
  context: Context,
  group: LockedClass,
  personIds: string[],
): Promise<Map<string, Message>> {
  if (!awardsLevel(group)) return new Map()
  const today = localDate(context.now)
  const rows = await tx
    .selectFrom('certificates')
    .innerJoin('people', 'people.id', 'certificates.person_id')
    .leftJoin('certificate_revocations', (join) =>
      join
        .onRef('certificate_revocations.certificate_id', '=', 'certificates.id')
        .on('certificate_revocations.effective_on', '<=', today),
    )
    .select(['people.id', 'people.name', 'certificates.number', 'certificates.level', 'certificates.occupation_name'])
    .where('certificates.person_id', 'in', personIds)
    .where('certificates.kind', '=', 'skill_level')
    .where('certificates.occupation_code', '=', group.occupation_code)
    .where('certificates.level', '<=', group.level)
    .where('certificate_revocations.certificate_id', 'is', null)
    .where((eb) => eb.or([eb('certificates.valid_until', 'is', null), eb('certificates.valid_until', '>', today)]))
    .execute()
  return new Map(
    rows.map((row) => {
      const level = LEVELS[row.level!]!
      return [
        row.id,
        {
          zh: `${row.name}已有${row.occupation_name}${level.zh}证书（${row.number}），不需要参加同级或更低级的培训。`,
          en: `${row.name} already holds certificate ${row.number} (${row.occupation_name}, ${level.en}) of the same or a higher level.`,
        },
      ]
    }),
  )
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
