/** Writes of an institution's teachers (师资) and their dated qualifications. */
import { sql } from 'kysely'
import type { z } from 'zod'
import { recordHistory } from '../history/actions.ts'
import { faultAt } from '../people/bulk.ts'
import { personInScope } from '../people/roster.ts'
import { localDate } from '../platform/calendar.ts'
import type { Context } from '../platform/context.ts'
import type { Tx } from '../platform/database.ts'
import { notFound, refuseFaults } from '../platform/errors.ts'
import { ownOrganisation } from './actions.ts'
import { getTeacher, TEACHER, type TeacherRow } from './venue-queries.ts'
import type { newQualificationShape, newTeacherShape } from './venue-shapes.ts'

/** Adds a teacher of the actor's institution: somebody of its roster, or a name. Faults `teacher.unnamed`, `teacher.person_unknown`; 409 `teacher.twice`. */
export async function addTeacher(
  tx: Tx,
  context: Context,
  input: z.output<typeof newTeacherShape>,
): Promise<TeacherRow> {
  const organisation_id = ownOrganisation(context)
  const { person_id = null, name = null } = input
  if ((person_id === null) === (name === null))
    refuseFaults([
      faultAt(
        '/name',
        'teacher.unnamed',
        '请从名册中选择一人，或者填写姓名（二者选一）。',
        'Choose somebody of your roster or enter a name: one of the two.',
      ),
    ])
  if (person_id && !(await isOnRoster(tx, context, person_id)))
    refuseFaults([
      faultAt(
        '/person_id',
        'teacher.person_unknown',
        '本机构的名册里没有这个人，请先登记，或者直接填写姓名。',
        'This person is not on your roster; register them, or enter a name.',
      ),
    ])
  const { id } = await tx
    .insertInto('teachers')
    .values({ organisation_id, person_id, name })
    .returning('id')
    .executeTakeFirstOrThrow()
  // the history names nobody
  await recordHistory(tx, context, {
    kind: 'teacher.added',
    subject_kind: 'teacher',
    subject_id: id,
    changes: { person_id },
  })
  return getTeacher(tx, context.scope, localDate(context.now), id)
}

/** Enters a qualification of one of the actor's teachers. Fault `qualification.dates_reversed`. */
export async function qualifyTeacher(
  tx: Tx,
  context: Context,
  teacher_id: string,
  input: z.output<typeof newQualificationShape>,
): Promise<TeacherRow> {
  await ownTeacher(tx, context, teacher_id)
  if (input.valid_until && input.valid_until < input.valid_from)
    refuseFaults([
      faultAt(
        '/valid_until',
        'qualification.dates_reversed',
        `有效期至 ${input.valid_until} 早于生效日期 ${input.valid_from}。`,
        `Valid until ${input.valid_until} is before ${input.valid_from}, from which it is valid.`,
      ),
    ])
  await tx
    .insertInto('teacher_qualifications')
    .values({ ...input, teacher_id, recorded_by: context.actor.account_id })
    .execute()
  const { number: _, ...changes } = input
  await recordHistory(tx, context, {
    kind: 'teacher.qualified',
    subject_kind: 'teacher',
    subject_id: teacher_id,
    changes,
  })
  return getTeacher(tx, context.scope, localDate(context.now), teacher_id)
}

/** Takes back a qualification that was entered wrongly; it stays known as what was said until now. */
export async function withdrawQualification(tx: Tx, context: Context, id: string, reason: string): Promise<TeacherRow> {
  const closed = await tx
    .updateTable('teacher_qualifications')
    .from('teachers')
    .set({ known_to: sql`clock_timestamp()` })
    .whereRef('teachers.id', '=', 'teacher_qualifications.teacher_id')
    .where('teacher_qualifications.id', '=', id)
    .where('teachers.organisation_id', '=', ownOrganisation(context))
    .where('teacher_qualifications.known_to', '=', sql<Date>`'infinity'`)
    .returning('teacher_qualifications.teacher_id')
    .executeTakeFirst()
  const { teacher_id } = closed ?? notFound({ zh: '资质', en: 'qualification' })
  await recordHistory(tx, context, {
    kind: 'teacher.qualification_withdrawn',
    subject_kind: 'teacher',
    subject_id: teacher_id,
    reason,
    changes: { qualification_id: id },
  })
  return getTeacher(tx, context.scope, localDate(context.now), teacher_id)
}

async function ownTeacher(tx: Tx, context: Context, id: string): Promise<void> {
  const row = await tx
    .selectFrom('teachers')
    .select('id')
    .where('id', '=', id)
    .where('organisation_id', '=', ownOrganisation(context))
    .executeTakeFirst()
  if (!row) notFound(TEACHER)
}

async function isOnRoster(tx: Tx, context: Context, person_id: string): Promise<boolean> {
  const row = await tx
    .selectFrom('people')
    .select('id')
    .where('id', '=', person_id)
    .where(personInScope(context.scope))
    .where('erased_at', 'is', null)
    .executeTakeFirst()
  return row !== undefined
}
