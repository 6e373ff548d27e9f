/** Each trouble that the registers of the demo city have, once. */
import { sql } from 'kysely'
import { registerPeople } from '../src/people/actions.ts'
import { recordConductEvent } from '../src/people/conduct-events.ts'
import { endEmployment } from '../src/people/employment-changes.ts'
import { recordEmployments } from '../src/people/employments.ts'
import { checkDigit } from '../src/people/identity.ts'
import { recordServiceMonths } from '../src/people/service-months.ts'
import type { City } from './demo-city.ts'
import { DEMO_ACCOUNTS, type DemoWorld } from './demo-world.ts'

/** A leaver within a quarter, one person on two rosters, and a breach of ethics. */
export async function trouble(world: DemoWorld, city: City): Promise<void> {
  const [, , , , home, centre] = city.facilities.filter(({ nursery }) => !nursery)
  const leaver = home!.staff[3]!
  const employment = await world.db
    .selectFrom('employments')
    .select('id')
    .where('person_id', '=', leaver)
    .where('known_to', '=', sql<Date>`'infinity'`)
    .executeTakeFirstOrThrow()
  // left in the second month of the quarter
  await world.do('facility', '2026-08-20', (tx, context) =>
    endEmployment(tx, context, employment.id, {
      ends_on: '2026-08-20',
      leaving_kind: 'resigned',
      reason: '个人原因离职',
    }),
  )
  // one person on two rosters in the same month
  const twofold = centre!.staff[4]!
  await world.do('system', '2026-08-01', (tx, context) =>
    recordEmployments(tx, context, [
      {
        person_id: twofold,
        organisation_id: home!.id,
        post: 'care',
        contract_kind: 'service',
        starts_on: '2026-08-01',
        ends_on: null,
      },
    ]),
  )
  await world.do('system', '2026-09-02', (tx, context) =>
    recordServiceMonths(tx, context, [
      { person_id: twofold, organisation_id: home!.id, month: '2026-08', attendance_days: 10, social_insurance: false },
    ]),
  )
  await world.do('district', '2026-07-10', (tx, context) =>
    recordConductEvent(tx, context, {
      person_id: home!.staff[5]!,
      kind: 'ethics_breach',
      happened_on: '2026-06-28',
      decided_on: '2026-07-08',
      decision: '演示：违反职业道德，通报批评',
    }),
  )
}

/** A facility registered one of its carers once more, under a number that belongs to nobody: a pair for 疑似重复. */
export async function registerTwice(world: DemoWorld, city: City): Promise<void> {
  const home = city.facilities.find(({ name }) => name === DEMO_ACCOUNTS.facility!.place)!
  const { name, id_number, education } = city.people.get(home.staff.at(-1)!)!
  const seventeen = `109902${id_number.slice(6, 17)}`
  const again = { name, education, id_type: 'resident_id' as const, workforce: 'elder_care' as const }
  await world.do('facility', '2026-11-20', (tx, context) =>
    registerPeople(tx, context, [{ ...again, id_number: seventeen + checkDigit(seventeen) }]),
  )
}
