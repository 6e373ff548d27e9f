/** Two classes that two people assess: one is published and appealed against, the other waits for the second person. */

import { completeClass } from '../src/training/actions.ts'
import { differencesIn } from '../src/training/assessment-progress.ts'
import { listOpenEntries } from '../src/training/assessment-queries.ts'
import { fileResultAppeal } from '../src/training/result-appeals.ts'
import { lockResults, publishResults } from '../src/training/result-locks.ts'
import { recordResults } from '../src/training/results.ts'
import { settleDifferences } from '../src/training/sittings.ts'
import { nameExaminer, stateTerms } from '../src/training/terms.ts'
import type { City } from './demo-city.ts'
import { type ClassPlan, teachClass } from './demo-class.ts'
import type { DemoWorld } from './demo-world.ts'

/** The first mark is the carer's own, who is in the first class. */
const MARKS: [theory: number, practical: number][] = [
  [82, 57],
  [76, 71.5],
  [68, 80],
  [59.5, 74],
  [91, 88],
  [73, 66],
]

export async function assessByTwo(world: DemoWorld, city: City): Promise<void> {
  await world.do('assessor', '2026-10-20', (tx, context) =>
    stateTerms(tx, context, {
      ...{ kept_months: 24, sittings: 3, appeal_days: 5, two_person_entry: true, held_until_published: true },
      ...{ valid_from: '2026-11-01', citation: '演示：示例杭州照护技能评价中心《考核管理办法》第 12 条' },
    }),
  )
  // classes of later days are entered by one person again
  await world.do('assessor', '2026-11-10', (tx, context) =>
    stateTerms(tx, context, {
      ...{ kept_months: 24, sittings: 3, appeal_days: 5, two_person_entry: false, held_until_published: false },
      ...{ valid_from: '2026-11-12', citation: '演示：示例杭州照护技能评价中心《考核管理办法》第 13 条' },
    }),
  )
  const home = city.facilities.find(({ name }) => name === '示例西湖颐养院')!
  const other = city.facilities.filter(({ nursery, id }) => !nursery && id !== home.id)[1]!
  const plan = { trainer: 0, assessor: 0, occupation: '4-10-01-05', edition: '2019', level: 4 }
  await published(world, city, { ...plan, starts_on: '2026-11-02', people: home.staff.slice(1, 7) })
  await waiting(world, city, { ...plan, starts_on: '2026-11-09', people: other.staff.slice(1, 7) })
}

async function published(world: DemoWorld, city: City, plan: ClassPlan): Promise<void> {
  const { group, enrolled } = await teachClass(world, city, plan, 90)
  const assessed_on = '2026-11-07'
  await world.do('assessor', assessed_on, (tx, context) =>
    nameExaminer(tx, context, group.id, { name: city.people.get(plan.people[2]!)!.name }),
  )
  const enter = (account: string, slip: number) =>
    world.do(account, assessed_on, (tx, context) =>
      recordResults(
        tx,
        context,
        group.id,
        enrolled.map(({ id }, index) => rowOf(id, assessed_on, index, slip)),
      ),
    )
  await enter('assessor', 0)
  await enter('assessor2', 1)
  const [difference] = differencesIn(await listOpenEntries(world.db, group.id))
  await world.do('assessor2', assessed_on, (tx, context) =>
    settleDifferences(tx, context, group.id, [
      { entry: difference!.first.seq, reason: '演示：核对评分表，后一次录错' },
    ]),
  )
  await world.do('assessor', '2026-11-16', (tx, context) => lockResults(tx, context, group.id, { with_missing: false }))
  await world.do('assessor', '2026-11-17', (tx, context) => publishResults(tx, context, group.id))
  await world.do('trainer.0', '2026-11-18', (tx, context) => completeClass(tx, context, group.id))
  const carer = await world.db.selectFrom('accounts').select('id').where('username', '=', 'carer').executeTakeFirst()
  world.accounts.set('carer', carer!.id)
  await world.do('carer', '2026-11-20', (tx, context) =>
    fileResultAppeal(tx, context, enrolled[0]!.id, '演示：操作技能第二项漏计分，请复核评分表'),
  )
}

/** The first person has entered everything; the second has begun and differs once. */
async function waiting(world: DemoWorld, city: City, plan: ClassPlan): Promise<void> {
  const { group, enrolled } = await teachClass(world, city, plan, 91)
  const enter = (account: string, people: number, slip: number) =>
    world.do(account, '2026-11-19', (tx, context) =>
      recordResults(
        tx,
        context,
        group.id,
        enrolled.slice(0, people).map(({ id }, index) => rowOf(id, '2026-11-14', index, slip)),
      ),
    )
  await enter('assessor', enrolled.length, 0)
  await enter('assessor2', 2, 1)
}

/** `slip`: points by which the practical mark of the second person in the list is mistyped */
function rowOf(enrolment_id: string, assessed_on: string, index: number, slip: number) {
  const [theory, practical] = MARKS[index]!
  return { enrolment_id, assessed_on, theory, practical: index === 1 ? practical + slip : practical }
}
