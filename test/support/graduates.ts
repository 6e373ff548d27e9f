/** A class that has been taught, examined and completed by the actions that people use, ready for its certificates. */
import { demoPeople } from '../../db/demo-people.ts'
import { registerPeople } from '../../src/people/actions.ts'
import type { Context } from '../../src/platform/context.ts'
import type { Tx } from '../../src/platform/database.ts'
import { completeClass, openClass } from '../../src/training/actions.ts'
import { addCourse } from '../../src/training/courses.ts'
import { enrolPeople } from '../../src/training/enrolments.ts'
import { addSession, recordAttendances } from '../../src/training/hours.ts'
import { recordResults } from '../../src/training/results.ts'
import type { World } from './world.ts'

export const GRADUATED_ON = '2026-06-10'

/** Everybody passes; answers the class. */
export async function graduates(w: World, count: number): Promise<string> {
  const trainer = await w.context('trainer')
  const assessor = await w.context('assessor')
  const act = <T>(context: Context, action: (tx: Tx, context: Context) => Promise<T>) =>
    w.db.transaction().execute((tx) => action(tx, context))
  const people = await act(trainer, (tx, context) =>
    registerPeople(
      tx,
      context,
      demoPeople(count).map(({ name, id_number }) => ({
        name,
        id_number,
        id_type: 'resident_id',
        workforce: 'elder_care',
      })),
    ),
  )
  const course = await act(trainer, (tx, context) =>
    addCourse(tx, context, {
      name: '养老护理员五级',
      kind: 'skill_level',
      occupation_code: '4-10-01-05',
      standard_edition: '2019',
      level: 5,
      theory_hours: 4,
      practice_hours: 4,
      attendance_percent: 80,
    }),
  )
  const group = await act(trainer, (tx, context) =>
    openClass(tx, context, {
      course_id: course.id,
      name: '养老护理员五级班',
      starts_on: '2026-06-01',
      ends_on: GRADUATED_ON,
      capacity: 500,
      assessor_organisation_id: w.org.assessor,
    }),
  )
  await act(trainer, (tx, context) =>
    enrolPeople(
      tx,
      context,
      group.id,
      people.map(({ id }) => id),
    ),
  )
  const session = await act(trainer, (tx, context) =>
    addSession(tx, context, group.id, { held_on: '2026-06-02', topic: '照护', part: 'practice', hours: 8 }),
  )
  const enrolled = await w.db.selectFrom('enrolments').select('id').where('class_id', '=', group.id).execute()
  const rows = enrolled.map(({ id }) => ({ enrolment_id: id }))
  await act(trainer, (tx, context) => recordAttendances(tx, context, session.id, rows))
  const marks = { assessed_on: '2026-06-09', theory: 80, practical: 90 }
  await act(assessor, (tx, context) =>
    recordResults(
      tx,
      context,
      group.id,
      rows.map((row) => ({ ...row, ...marks })),
    ),
  )
  await act(trainer, (tx, context) => completeClass(tx, context, group.id))
  return group.id
}
