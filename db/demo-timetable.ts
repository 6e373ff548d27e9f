/** Venues, teachers and classes to come of the demo city: one filed in time and accepted, one late and returned, one cancelled with notice. */
import { addDays } from '../src/platform/calendar.ts'
import { cancelClass, openClass } from '../src/training/actions.ts'
import { addCourse } from '../src/training/courses.ts'
import { enrolPeople } from '../src/training/enrolments.ts'
import { decideFiling, fileClass } from '../src/training/filings.ts'
import { addSession } from '../src/training/hours.ts'
import { addTeacher, qualifyTeacher } from '../src/training/teachers.ts'
import { addVenue, recogniseVenue } from '../src/training/venues.ts'
import type { City } from './demo-city.ts'
import type { DemoWorld } from './demo-world.ts'

const TODAY = '2026-11-23'

export async function planClasses(world: DemoWorld, city: City): Promise<void> {
  const do_ = world.do
  const places = await furnish(world)
  const known = await world.db
    .selectFrom('roster_entries')
    .select('person_id')
    .where('organisation_id', '=', city.trainers[0]!)
    .execute()
  const on_roster = new Set(known.map(({ person_id }) => person_id))
  const roster = city.facilities.flatMap(({ staff }) => staff).filter((id) => on_roster.has(id))
  const course = await do_('trainer', '2026-11-10', (tx, context) =>
    addCourse(tx, context, {
      ...{
        name: '失智老人照护（在职）',
        kind: 'in_service',
        theory_hours: 8,
        practice_hours: 8,
        attendance_percent: 80,
      },
    }),
  )
  const plan = async (name: string, days: number, filed_on: string, people: string[]) => {
    const starts_on = addDays(TODAY, days)
    const group = await do_('trainer', '2026-11-12', (tx, context) =>
      openClass(tx, context, { course_id: course.id, name, starts_on, ends_on: addDays(starts_on, 2), capacity: 36 }),
    )
    await do_('trainer', '2026-11-12', async (tx, context) => {
      await enrolPeople(tx, context, group.id, people)
      const morning = { starts_at: '08:30', ends_at: '16:30', hours: 8 }
      const [theory, practice] = [
        { ...morning, ...places.theory, held_on: starts_on, topic: '失智照护理论', part: 'theory' as const },
        {
          ...morning,
          ...places.practice,
          held_on: addDays(starts_on, 1),
          topic: '失智照护实操',
          part: 'practice' as const,
        },
      ]
      await addSession(tx, context, group.id, theory)
      await addSession(tx, context, group.id, practice)
    })
    const filing = await do_('trainer', filed_on, (tx, context) => fileClass(tx, context, group.id, {}))
    return { group, filing }
  }
  const decide = (id: string, accepted: boolean, reason: string | null) =>
    do_('district', '2026-11-20', (tx, context) => decideFiling(tx, context, id, { accepted, reason }))
  const inTime = await plan('2026年第1期失智照护在职班', 14, '2026-11-16', roster.slice(0, 12))
  await decide(inTime.filing.id, true, null)
  const late = await plan('2026年第2期失智照护在职班', 3, '2026-11-19', roster.slice(12, 18))
  await decide(late.filing.id, false, '演示：实操课教师资质已过期，请更换教师')
  await plan('2026年第3期失智照护在职班', 28, '2026-11-20', [])
  const given_up = await plan('2026年第4期失智照护在职班', 35, '2026-11-20', roster.slice(18, 24))
  await do_('trainer', '2026-11-22', (tx, context) => cancelClass(tx, context, given_up.group.id, '演示：报名人数不足'))
}

/** A classroom, a recognised practice base that is too small, a qualified teacher, and one whose qualification has run out. */
async function furnish(world: DemoWorld) {
  return world.do('trainer', '2026-11-10', async (tx, context) => {
    const place = { district_code: '330106', address: '示例路 1 号' }
    const room = await addVenue(tx, context, { ...place, name: '301 教室', kind: 'classroom', seats: 45 })
    const base = await addVenue(tx, context, { ...place, name: '照护实训室', kind: 'practice_base', seats: 24 })
    await recogniseVenue(tx, context, base.id, {
      ...{ starts_on: '2025-01-01', ends_on: '2028-01-01', citation: '演示：实训基地认定〔2024〕8 号' },
    })
    const lecturer = await addTeacher(tx, context, { name: '示例讲师' })
    const practical = await addTeacher(tx, context, { name: '示例实操教师' })
    const qualification = '养老护理员培训教师'
    await qualifyTeacher(tx, context, lecturer.id, {
      qualification,
      valid_from: '2025-03-01',
      valid_until: '2028-02-29',
    })
    await qualifyTeacher(tx, context, practical.id, {
      qualification,
      valid_from: '2023-09-01',
      valid_until: '2026-08-31',
    })
    return {
      theory: { venue_id: room.id, teacher_id: lecturer.id },
      practice: { venue_id: base.id, teacher_id: practical.id },
    }
  })
}
