/** A class of next month that employers enrol their own people in: some meet the conditions of the level, some not yet. */
import { openClass } from '../src/training/actions.ts'
import { declareEntry } from '../src/training/entry-declarations.ts'
import { enrolStaff } from '../src/training/staff-enrolments.ts'
import type { City } from './demo-city.ts'
import type { DemoWorld } from './demo-world.ts'

export async function enrolByEmployers(world: DemoWorld, city: City): Promise<void> {
  const home = city.facilities.find(({ name }) => name === '示例西湖颐养院')!
  const { id: course_id } = await world.db
    .selectFrom('courses')
    .select('id')
    .where('organisation_id', '=', city.trainers[0]!)
    .where('level', '=', 2)
    .orderBy('id')
    .executeTakeFirstOrThrow()
  const group = await world.do('trainer', '2026-11-16', (tx, context) =>
    openClass(tx, context, {
      ...{ course_id, name: '2026年12月养老护理员（二级）班（向用人单位开放）', capacity: 20 },
      ...{ starts_on: '2026-12-14', ends_on: '2026-12-19', open_to_employers_from: '2026-11-18' },
      assessor_organisation_id: city.assessors[0]!,
    }),
  )
  await world.do('facility', '2026-11-19', (tx, context) =>
    declareEntry(tx, context, home.staff[24]!, {
      ...{ kind: 'experience', occupation_code: '4-10-01-05', from_on: '2019-03-01', to_on: '2024-03-01' },
      evidence: '演示：示例养老院 2019–2024 年劳动合同与社保记录',
    }),
  )
  await world.do('facility', '2026-11-20', (tx, context) => enrolStaff(tx, context, group.id, home.staff.slice(23, 26)))
}
