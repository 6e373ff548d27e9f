/** One class of the demo city, from the roster to the certificates. */
import { requestBatch } from '../src/credentials/batches.ts'
import { registerPeople } from '../src/people/actions.ts'
import { addDays } from '../src/platform/calendar.ts'
import { completeClass, openClass } from '../src/training/actions.ts'
import { addCourse } from '../src/training/courses.ts'
import { enrolPeople } from '../src/training/enrolments.ts'
import { addSession, recordAttendances } from '../src/training/hours.ts'
import { recordResults } from '../src/training/results.ts'
import type { City } from './demo-city.ts'
import { mulberry32 } from './demo-people.ts'
import type { DemoWorld } from './demo-world.ts'

export interface ClassPlan {
  trainer: number
  assessor: number
  occupation: string
  edition: string
  level: number
  starts_on: string
  people: string[]
  valid_until?: string
}

/** Registers, opens, enrols, teaches, assesses, completes and issues, each on its day and by its account. */
export async function holdClass(world: DemoWorld, city: City, plan: ClassPlan, index: number): Promise<void> {
  const random = mulberry32(1000 + index)
  const trainer = `trainer.${plan.trainer}`
  const assessor = `assessor.${plan.assessor}`
  const assessed_on = addDays(plan.starts_on, 5)
  const { group, enrolled } = await teachClass(world, city, plan, index)
  await world.do(assessor, assessed_on, (tx, context) =>
    recordResults(
      tx,
      context,
      group.id,
      enrolled.map(({ id }) => ({
        enrolment_id: id,
        assessed_on,
        // about one in twelve fails a part
        theory: random() < 0.05 ? 40 + Math.floor(random() * 20) : 60 + Math.floor(random() * 38),
        practical: random() < 0.04 ? 45 + Math.floor(random() * 15) : 62 + Math.floor(random() * 36),
        ...(plan.level <= 2 ? { review: 70 + Math.floor(random() * 20) } : {}),
      })),
    ),
  )
  await world.do(trainer, addDays(assessed_on, 1), (tx, context) => completeClass(tx, context, group.id))
  const issued_on = addDays(assessed_on, 3)
  await world.do(assessor, issued_on, (tx, context) =>
    requestBatch(tx, context, {
      class_id: group.id,
      kind: 'skill_level',
      issued_on,
      valid_until: plan.valid_until ?? null,
    }),
  )
  await world.work(issued_on)
}

/** Registers, opens, enrols and teaches; the people in the order of the plan. */
export async function teachClass(world: DemoWorld, city: City, plan: ClassPlan, index: number) {
  const trainer = `trainer.${plan.trainer}`
  const before = addDays(plan.starts_on, -10)
  await world.do(trainer, before, (tx, context) =>
    registerPeople(
      tx,
      context,
      plan.people.map((id) => ({
        ...personOf(city, id),
        workforce: plan.occupation === '4-10-01-05' ? ('elder_care' as const) : ('childcare' as const),
      })),
    ),
  )
  const name = `${plan.starts_on.slice(0, 4)}年第${index + 1}期${plan.occupation === '4-10-01-05' ? '养老护理员' : '保育师'}（${'一二三四五'[plan.level - 1]}级）班`
  const course = await world.do(trainer, before, (tx, context) =>
    addCourse(tx, context, {
      name: `${name}课程`,
      kind: 'skill_level',
      occupation_code: plan.occupation,
      standard_edition: plan.edition,
      level: plan.level,
      theory_hours: 12,
      practice_hours: 18,
      attendance_percent: 80,
    }),
  )
  const group = await world.do(trainer, before, (tx, context) =>
    openClass(tx, context, {
      course_id: course.id,
      name,
      starts_on: plan.starts_on,
      ends_on: addDays(plan.starts_on, 5),
      capacity: plan.people.length + 5,
      assessor_organisation_id: city.assessors[plan.assessor]!,
    }),
  )
  await world.do(trainer, before, (tx, context) => enrolPeople(tx, context, group.id, plan.people))
  const enrolled = await world.db
    .selectFrom('enrolments')
    .select(['id', 'person_id'])
    .where('class_id', '=', group.id)
    .execute()
  // ids differ from one build to the next; who passes must not
  enrolled.sort((a, b) => plan.people.indexOf(a.person_id) - plan.people.indexOf(b.person_id))
  for (const [day, part] of (['theory', 'practice', 'practice'] as const).entries()) {
    const held_on = addDays(plan.starts_on, day)
    const session = await world.do(trainer, before, (tx, context) =>
      addSession(tx, context, group.id, { held_on, topic: `第${day + 1}天`, part, hours: 10 }),
    )
    await world.do(trainer, held_on, (tx, context) =>
      recordAttendances(
        tx,
        context,
        session.id,
        enrolled.map(({ id }) => ({ enrolment_id: id })),
      ),
    )
  }
  return { group, enrolled }
}

function personOf(city: City, id: string) {
  const { name, id_number } = city.people.get(id)!
  return { name, id_type: 'resident_id' as const, id_number }
}
