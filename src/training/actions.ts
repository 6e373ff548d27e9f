/** Writes of classes: open, change, cancel, complete. Every one holds the class's row until it commits. */
import { type RawBuilder, sql } from 'kysely'
import type { z } from 'zod'
import { refuseStale } from '../access/route.ts'
import { recordHistory } from '../history/actions.ts'
import { faultAt } from '../people/bulk.ts'
import { notMerged } from '../people/roster.ts'
import { type LocalDate, localDate } from '../platform/calendar.ts'
import type { Context } from '../platform/context.ts'
import type { Tx } from '../platform/database.ts'
import { type Fault, notFound, refuse, refuseFaults } from '../platform/errors.ts'
import { classCancelled, classMoved, noticeMembers } from './class-notices.ts'
import { enterState } from './class-states.ts'
import { enterEducation } from './continuing-education.ts'
import { clashesOf } from './hindrances.ts'
import { listRoster } from './member-queries.ts'
import { orderFaultsOf } from './orders.ts'
import { CLASS, type ClassRow, getClass } from './queries.ts'
import { closeResults, mustBeClosable } from './result-closing.ts'
import { type Completion, completionOf, joined } from './rules.ts'
import type { changedClassShape, newClassShape } from './shapes.ts'
import { endWaiting, promoteWaiting } from './waiting-list.ts'

/**
 * Opens a class of one of the actor's courses. Faults: `class.course_unknown`, `class.dates_reversed`, `class.assessor_same`,
 * `class.assessor_unknown`, those of {@link orderFaultsOf}; 409 `class.name_taken`.
 */
export async function openClass(tx: Tx, context: Context, input: z.output<typeof newClassShape>): Promise<ClassRow> {
  const organisation_id = ownOrganisation(context)
  const course = await tx
    .selectFrom('courses')
    .select(['id', 'kind', 'occupation_code', 'level'])
    .where('id', '=', input.course_id)
    .where('organisation_id', '=', organisation_id)
    .executeTakeFirst()
  const faults = await classFaults(tx, organisation_id, input)
  if (input.training_order_id) faults.push(...(await orderFaultsOf(tx, context, input.training_order_id, course)))
  if (!course)
    faults.push(
      faultAt(
        '/course_id',
        'class.course_unknown',
        '没有这门课程，请先新建课程。',
        'There is no such course; add it first.',
      ),
    )
  refuseFaults(faults)
  const { id } = await tx
    .insertInto('classes')
    .values({ ...input, organisation_id })
    .returning('id')
    .executeTakeFirstOrThrow()
  await enterState(tx, context, id, 'opened')
  await recordHistory(tx, context, {
    kind: 'class.opened',
    subject_kind: 'class',
    subject_id: id,
    changes: { ...input },
  })
  return getClass(tx, context.scope, localDate(context.now), id)
}

/**
 * Changes an open class. Refuses `revision.stale` (412), `class.not_open`, `class.assessed` (another assessor after results), faults of
 * {@link openClass}, `class.capacity_short`, `class.session_outside`, and `enrolment.clash` for people whom the new dates bring into two classes.
 */
export async function changeClass(
  tx: Tx,
  context: Context,
  id: string,
  revision: number,
  input: z.output<typeof changedClassShape>,
): Promise<ClassRow> {
  const group = await lockClass(tx, context, id, 'organisation_id')
  if (group.revision !== revision) refuseStale()
  mustBeOpen(group)
  const next = {
    ...input,
    assessor_organisation_id: input.assessor_organisation_id ?? null,
    open_to_employers_from: input.open_to_employers_from ?? null,
    host_school: input.host_school ?? null,
  }
  if (next.assessor_organisation_id !== group.assessor_organisation_id) await mustHaveNoResults(tx, id)
  const faults = await classFaults(tx, group.organisation_id, next)
  const people = await tx
    .selectFrom('enrolments')
    .select('person_id')
    .where('class_id', '=', id)
    .where('status', '=', 'enrolled')
    .where(notMerged(sql.ref('enrolments.person_id')))
    .execute()
  if (people.length > next.capacity)
    faults.push(
      faultAt(
        '/capacity',
        'class.capacity_short',
        `已有 ${people.length} 人在班，名额不能少于这个数。`,
        `${people.length} people are in the class; the capacity cannot be less.`,
      ),
    )
  const outside = await tx
    .selectFrom('class_sessions')
    .select(['held_on', 'topic'])
    .where('class_id', '=', id)
    .where((eb) => eb.or([eb('held_on', '<', next.starts_on), eb('held_on', '>=', next.ends_on)]))
    .executeTakeFirst()
  if (outside)
    faults.push(
      faultAt(
        '/starts_on',
        'class.session_outside',
        `${outside.held_on} 的课“${outside.topic}”不在新的起止日期内。`,
        `The session "${outside.topic}" of ${outside.held_on} would be outside the dates.`,
      ),
    )
  const clashes = await clashesOf(
    tx,
    { ...group, ...next },
    people.map(({ person_id }) => person_id),
  )
  refuseFaults([
    ...faults,
    ...[...clashes.values()].map((message) => ({ pointer: '/starts_on', code: 'enrolment.clash', message })),
  ])
  const changes = changedFields(group, next)
  if (Object.keys(changes).length > 0) {
    await tx
      .updateTable('classes')
      .set((eb) => ({ ...next, revision: eb('revision', '+', 1) }))
      .where('id', '=', id)
      .execute()
    await recordHistory(tx, context, { kind: 'class.changed', subject_kind: 'class', subject_id: id, changes })
    if (changes.starts_on || changes.ends_on)
      await noticeMembers(tx, context, id, 'class.moved', classMoved(group, next))
    await promoteWaiting(tx, context, { ...group, ...next })
  }
  return getClass(tx, context.scope, localDate(context.now), id)
}

/** Cancels an open class without results. Refuses `class.not_open`, `class.assessed`. */
export async function cancelClass(tx: Tx, context: Context, id: string, reason: string): Promise<ClassRow> {
  const group = await lockClass(tx, context, id, 'organisation_id')
  mustBeOpen(group)
  await mustHaveNoResults(tx, id)
  await enterState(tx, context, id, 'cancelled', { reason })
  await noticeMembers(tx, context, id, 'class.cancelled', classCancelled(group, reason))
  await endWaiting(tx, id, '培训班已取消')
  await recordHistory(tx, context, {
    kind: 'class.cancelled',
    subject_kind: 'class',
    subject_id: id,
    reason,
    changes: { status: ['open', 'cancelled'] },
  })
  return getClass(tx, context.scope, localDate(context.now), id)
}

/**
 * Completes an open class: everybody in it is completed, or failed with all reasons. Refuses `class.not_open`, `class.empty`,
 * `class.assessor_missing` (a class for a skill level), `results.entries_open`, `class.results_unpublished`, and
 * `class.results_missing` with those who have none as faults. Results that the assessor has not published are published with it.
 */
export async function completeClass(tx: Tx, context: Context, id: string): Promise<Completion> {
  const group = await lockClass(tx, context, id, 'organisation_id')
  mustBeOpen(group)
  if (group.kind === 'skill_level' && !group.assessor_organisation_id)
    refuse('conflict', 'class.assessor_missing', {
      zh: '等级认定培训班还没有指定评价机构，请先在“修改”中指定。',
      en: 'A class for a skill level has no assessor yet; name one by changing the class.',
    })
  await mustBeClosable(tx, group)
  const completion = completionOf(group, await listRoster(tx, context.scope, id))
  if (completion.items.length === 0)
    refuse('conflict', 'class.empty', {
      zh: '班里没有人，不能结业。请取消这个班。',
      en: 'Nobody is in the class; cancel it instead.',
    })
  const missing = completion.items.filter(({ outcome }) => outcome === 'missing')
  if (missing.length > 0)
    refuse(
      'conflict',
      'class.results_missing',
      {
        zh: `还有 ${missing.length} 人没有成绩：${missing.map(({ person_name }) => person_name).join('、')}。请评价机构补录，或为他们办理退班。`,
        en: `${missing.length} people have no result: ${missing.map(({ person_name }) => person_name).join(', ')}. Ask the assessor, or withdraw them.`,
      },
      {
        faults: missing.map(({ enrolment_id, person_name }) => ({
          pointer: `/enrolments/${enrolment_id}`,
          code: 'class.results_missing',
          message: { zh: `${person_name}还没有成绩。`, en: `${person_name} has no result.` },
        })),
      },
    )
  await settle(tx, completion.items)
  if (group.assessor_organisation_id) await closeResults(tx, context, id)
  await enterState(tx, context, id, 'completed')
  await endWaiting(tx, id, '培训班已结业')
  await enterEducation(tx, context, id)
  const { items: _, ...figures } = completion
  await recordHistory(tx, context, { kind: 'class.completed', subject_kind: 'class', subject_id: id, changes: figures })
  return completion
}

/** Writes each person's outcome and why. */
export async function settle(tx: Tx, items: Completion['items']): Promise<void> {
  const rows = items.map(({ enrolment_id, outcome, reasons }) => ({
    id: enrolment_id,
    status: outcome,
    reason: reasons.length > 0 ? joined(reasons.map(({ message }) => message)).zh : null,
  }))
  await sql`update enrolments set status = settled.status, status_reason = settled.reason
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as settled(id uuid, status text, reason text)
    where enrolments.id = settled.id`.execute(tx)
}

export type LockedClass = Awaited<ReturnType<typeof lockedClass>>

/** The class with its row locked, for its trainer or for its assessor; nobody else finds it. */
export function lockClass(
  tx: Tx,
  context: Context,
  id: string,
  side: 'organisation_id' | 'assessor_organisation_id',
): Promise<LockedClass> {
  return lockedClass(tx, id, sql`${sql.ref(`classes.${side}`)} = ${ownOrganisation(context)}::uuid`)
}

/** The class with its row locked, where it is among those `visible` tells (`classes` of the query). */
export async function lockedClass(tx: Tx, id: string, visible: RawBuilder<boolean>) {
  const row = await tx
    .selectFrom('classes')
    .innerJoin('courses', 'courses.id', 'classes.course_id')
    .innerJoin('course_versions as version', (join) =>
      join.onRef('version.course_id', '=', 'classes.course_id').onRef('version.number', '=', 'classes.course_version'),
    )
    .select([
      'classes.id',
      'classes.organisation_id',
      'classes.assessor_organisation_id',
      'classes.name',
      'classes.starts_on',
      'classes.ends_on',
      'classes.capacity',
      'classes.host_school',
      'classes.status',
      'classes.revision',
      'classes.open_to_employers_from',
      'courses.kind',
      'courses.level',
      'courses.occupation_code',
      'version.standard_edition',
      'courses.entry_check',
    ])
    .where('classes.id', '=', id)
    .where(visible)
    .forUpdate('classes')
    .executeTakeFirst()
  return row ?? notFound(CLASS)
}

export function mustBeOpen({ status, name }: { status: string; name: string }): void {
  if (status === 'open') return
  const state = status === 'completed' ? { zh: '已结业', en: 'completed' } : { zh: '已取消', en: 'cancelled' }
  refuse('conflict', 'class.not_open', {
    zh: `培训班“${name}”${state.zh}，不能再修改。`,
    en: `The class "${name}" is ${state.en} and cannot be changed any more.`,
  })
}

async function mustHaveNoResults(tx: Tx, classId: string): Promise<void> {
  const { count } = await tx
    .selectFrom('enrolments')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('class_id', '=', classId)
    .where(
      sql<boolean>`(exists (select from assessment_results r where r.enrolment_id = enrolments.id)
        or exists (select from assessment_marks m where m.enrolment_id = enrolments.id)
        or exists (select from assessment_entries n where n.enrolment_id = enrolments.id))`,
    )
    .executeTakeFirstOrThrow()
  if (count > 0)
    refuse('conflict', 'class.assessed', {
      zh: `评价机构已录入 ${count} 人的成绩，不能再取消这个班或更换评价机构。`,
      en: `The assessor has entered results of ${count} people; the class can no longer be cancelled or given to another assessor.`,
    })
}

async function classFaults(
  tx: Tx,
  organisationId: string,
  input: { starts_on: LocalDate; ends_on: LocalDate; assessor_organisation_id?: string | null | undefined },
): Promise<Fault[]> {
  const faults: Fault[] = []
  if (input.ends_on <= input.starts_on)
    faults.push(
      faultAt(
        '/ends_on',
        'class.dates_reversed',
        '结束日期必须在开始日期之后。',
        'The class must end after it starts.',
      ),
    )
  const assessor = input.assessor_organisation_id
  if (assessor === organisationId)
    faults.push(
      faultAt(
        '/assessor_organisation_id',
        'class.assessor_same',
        '评价机构必须是另一家机构，培训机构不能评价自己的班。',
        'The assessor must be another organisation.',
      ),
    )
  else if (assessor && !(await isAssessor(tx, assessor)))
    faults.push(
      faultAt(
        '/assessor_organisation_id',
        'class.assessor_unknown',
        '这不是一家在办的评价机构，请从列表中选择。',
        'This is no assessment body in operation; choose one from the list.',
      ),
    )
  return faults
}

async function isAssessor(tx: Tx, id: string): Promise<boolean> {
  const row = await tx
    .selectFrom('organisations')
    .select('id')
    .where('id', '=', id)
    .where(sql<boolean>`'assessment_body' = any (kinds)`)
    .where('closed_on', 'is', null)
    .executeTakeFirst()
  return row !== undefined
}

/** `{ capacity: [30, 40] }` */
function changedFields<T extends object>(before: T, after: Partial<T>): Record<string, unknown> {
  const changed = Object.entries(after).filter(([key, value]) => value !== before[key as keyof T])
  return Object.fromEntries(changed.map(([key, value]) => [key, [before[key as keyof T], value]]))
}

/** Courses and classes are an institution's own. */
export function ownOrganisation({ scope }: Context): string {
  return scope.kind === 'organisation' ? scope.organisation_id : notFound(CLASS)
}
