/** A district's order with an answer and a class that begins to fill it, by a course said anew for the year of the class. */
import { registerPeople } from '../src/people/actions.ts'
import { openClass } from '../src/training/actions.ts'
import { addCourse, changeCourse } from '../src/training/courses.ts'
import { enrolPeople } from '../src/training/enrolments.ts'
import { answerOrder, decideAnswer, orderTraining } from '../src/training/orders.ts'
import type { City } from './demo-city.ts'
import type { DemoWorld } from './demo-world.ts'

export async function orderTrained(world: DemoWorld, city: City): Promise<void> {
  const what = { kind: 'skill_level', occupation_code: '4-10-01-05', level: 5 } as const
  const { id: training_order_id } = await world.do('district', '2026-11-03', (tx, context) =>
    orderTraining(tx, context, {
      ...{ title: '2027 年示例西湖区养老护理员定向培训', ...what, people: 60, due_on: '2027-06-30' },
      promise: '结业后由本区养老机构录用，签一年以上劳动合同',
    }),
  )
  const days = { starts_on: '2027-03-01', ends_on: '2027-03-13' }
  const answer = await world.do('trainer', '2026-11-06', (tx, context) =>
    answerOrder(tx, context, training_order_id, { people: 40, price_fen: 150_000, ...days }),
  )
  await world.do('district', '2026-11-10', (tx, context) =>
    decideAnswer(tx, context, answer.id, { accepted: true, reason: '价格和开班时间合适' }),
  )
  const hours = { standard_edition: '2019', theory_hours: 12, practice_hours: 18, attendance_percent: 80 }
  const course = await world.do('trainer', '2026-11-11', (tx, context) =>
    addCourse(tx, context, { name: '养老护理员（五级）定向课程', ...what, ...hours }),
  )
  await world.do('trainer', '2026-11-12', (tx, context) =>
    changeCourse(tx, context, course.id, 1, {
      ...{ ...hours, practice_hours: 26, price_fen: 150_000, price_citation: '本校 2027 年收费公示（示例）' },
      ...{ valid_from: '2027-01-01', reason: '2027 年起增加实操学时' },
    }),
  )
  const group = await world.do('trainer', '2026-11-13', (tx, context) =>
    openClass(tx, context, {
      ...{ course_id: course.id, name: '2027年示例西湖区定向（五级）班', ...days, capacity: 40, training_order_id },
      assessor_organisation_id: city.assessors[0]!,
    }),
  )
  const staff = city.facilities.filter(({ nursery }) => !nursery).flatMap((facility) => facility.staff.slice(26, 27))
  const people = staff.map((id) => {
    const { name, id_number } = city.people.get(id)!
    return { name, id_number, id_type: 'resident_id' as const, workforce: 'elder_care' as const }
  })
  await world.do('trainer', '2026-11-16', (tx, context) => registerPeople(tx, context, people))
  await world.do('trainer', '2026-11-16', (tx, context) => enrolPeople(tx, context, group.id, staff))
}
