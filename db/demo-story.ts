/** What happened in the demo city: classes, certificates, a competition, allowances, and each trouble once. */
import { sql } from 'kysely'
import { addAccount } from '../src/access/actions.ts'
import { recordEducationHours } from '../src/people/education-hours.ts'
import { recordEducation } from '../src/people/educations.ts'
import { submitMonth } from '../src/people/month-submissions.ts'
import { addDays } from '../src/platform/calendar.ts'
import { assessByTwo } from './demo-assessment.ts'
import { grantQuotas } from './demo-budget.ts'
import type { City } from './demo-city.ts'
import { type ClassPlan, holdClass } from './demo-class.ts'
import { holdCompetition } from './demo-competition.ts'
import { enrolByEmployers } from './demo-entry.ts'
import { bringElsewhere, checkRegistry, payAllowances, payOut, revokeOne } from './demo-money.ts'
import { orderTrained } from './demo-orders.ts'
import { linkPay } from './demo-pay.ts'
import { demoPerson } from './demo-people.ts'
import { showProgrammes } from './demo-programmes.ts'
import { payBack } from './demo-recovery.ts'
import { planClasses } from './demo-timetable.ts'
import { registerTwice, trouble } from './demo-trouble.ts'
import { DEMO_TOWNSHIPS, type DemoWorld } from './demo-world.ts'

/** Plays twelve months; leaves October 2026 in Xihu for whoever looks at the demo. */
export async function tellStory(world: DemoWorld, city: City): Promise<void> {
  await helpers(world, city)
  const elder = city.facilities.filter(({ nursery }) => !nursery).map(({ staff }) => staff)
  const young = city.facilities.filter(({ nursery }) => nursery).flatMap(({ staff }) => staff)
  // of every facility's thirty: twelve reach level 5, then some go further
  const ofEach = (from: number, to: number) => elder.flatMap((staff) => staff.slice(from, to))
  const carers = { occupation: '4-10-01-05', edition: '2019' }
  const plans: ClassPlan[] = [
    ...halves(ofEach(0, 12), 8).map((people, index) => ({
      ...carers,
      trainer: index % 2,
      assessor: index % 2,
      level: 5,
      starts_on: addDays('2025-11-03', index * 2),
      people,
    })),
    ...halves(ofEach(12, 17), 4).map((people, index) => ({
      ...carers,
      trainer: 0,
      assessor: 0,
      level: 4,
      starts_on: addDays('2025-12-01', index * 2),
      people,
    })),
    { ...carers, trainer: 1, assessor: 1, level: 3, starts_on: '2026-01-05', people: ofEach(17, 20) },
    { ...carers, trainer: 0, assessor: 1, level: 2, starts_on: '2026-02-02', people: ofEach(20, 21) },
    { ...carers, trainer: 0, assessor: 1, level: 1, starts_on: '2026-03-02', people: ofEach(21, 22).slice(0, 6) },
    // level 4 in July for some who have level 5: the new rate begins in August
    { ...carers, trainer: 0, assessor: 0, level: 4, starts_on: '2026-07-06', people: ofEach(0, 1) },
    // these run out within thirty days of the day the demo is set in
    {
      ...carers,
      trainer: 1,
      assessor: 1,
      level: 5,
      starts_on: '2026-04-06',
      people: ofEach(22, 23),
      valid_until: '2026-12-15',
    },
    {
      trainer: 2,
      assessor: 1,
      occupation: '4-10-01-03',
      edition: '2021',
      level: 5,
      starts_on: '2026-03-16',
      people: young.slice(0, 60),
    },
    {
      trainer: 2,
      assessor: 1,
      occupation: '4-10-01-03',
      edition: '2021',
      level: 4,
      starts_on: '2026-05-11',
      people: young.slice(60, 90),
    },
  ]
  for (const [index, plan] of plans.entries()) await holdClass(world, city, plan, index)
  await checkRegistry(world)
  await trouble(world, city)
  await submitMonths(world, city)
  await grantQuotas(world, city)
  await payAllowances(world, city)
  await payBack(world)
  await holdCompetition(world, city)
  await orderTrained(world, city)
  await planClasses(world, city)
  await payOut(world)
  await revokeOne(world, city)
  await bringElsewhere(world, city)
  await addCarer(world, city)
  await showProgrammes(world)
  await assessByTwo(world, city)
  await enrolByEmployers(world, city)
  await registerTwice(world, city)
  await linkPay(world)
  // the embedded database never does it by itself, and guesses without it
  await sql`analyze`.execute(world.db)
}

/** Who did the work in each institution and district: the account that the README lists where there is one, else a further one. */
async function helpers(world: DemoWorld, city: City): Promise<void> {
  const add = async (
    username: string,
    role: 'trainer' | 'assessor' | 'district' | 'township',
    place: { organisation_id?: string; district_code?: string; township_code?: string },
  ) => {
    const listed = await world.db
      .selectFrom('accounts')
      .select('id')
      .where('role', '=', role)
      .where((eb) => eb.and(place))
      .orderBy('username')
      .executeTakeFirst()
    const display_name = demoPerson(2_000_000 + world.accounts.size).name
    const account =
      listed ??
      (await world.do('system', '2025-10-20', (tx, context) =>
        addAccount(tx, context, { username, display_name, role, password: crypto.randomUUID(), ...place }),
      ))
    world.accounts.set(username, account.id)
  }
  for (const [index, organisation_id] of city.trainers.entries())
    await add(`trainer.${index}`, 'trainer', { organisation_id })
  for (const [index, organisation_id] of city.assessors.entries())
    await add(`assessor.${index}`, 'assessor', { organisation_id })
  for (const district_code of new Set(city.facilities.map(({ district_code }) => district_code))) {
    await add(`district.${district_code}`, 'district', { district_code })
    if (!DEMO_TOWNSHIPS.some(({ code }) => code.startsWith(district_code)))
      await add(`township.${district_code}`, 'township', { district_code })
  }
  for (const { code } of DEMO_TOWNSHIPS)
    await add(`township.${code}`, 'township', { district_code: code.slice(0, 6), township_code: code })
}

/** The facilities with an account have submitted September; what the home taught its own staff in October waits for the district. */
async function submitMonths(world: DemoWorld, city: City): Promise<void> {
  for (const username of ['facility', 'nursery'])
    await world.do(username, '2026-10-03', (tx, context) =>
      submitMonth(tx, context, { month: '2026-09', with_gaps: true, reason: '演示：个别人员停工' }),
    )
  const home = city.facilities.find(({ name }) => name === '示例西湖颐养院')!
  await world.do('facility', '2026-11-02', (tx, context) =>
    recordEducationHours(
      tx,
      context,
      home.staff.slice(0, 5).map((person_id, index) => ({
        person_id,
        completed_on: '2026-10-30',
        hours: 4,
        provider: '示例西湖颐养院',
        subject: '院内急救演练',
        evidence: `签到表 2026-10-${index + 1}`,
      })),
    ),
  )
}

async function addCarer(world: DemoWorld, city: City): Promise<void> {
  const person_id = city.facilities.find(({ name }) => name === '示例西湖颐养院')!.staff[1]!
  const display_name = city.people.get(person_id)!.name
  await world.do('system', '2026-11-01', (tx, context) =>
    recordEducation(tx, context, person_id, {
      level: 'junior_college',
      school: '示例职业技术学院',
      major: '智慧健康养老服务与管理',
      mode: 'part_time',
      starts_on: '2019-09-01',
      graduated_on: '2022-06-30',
    }),
  )
  await world.do('system', '2026-11-01', (tx, context) =>
    addAccount(tx, context, { username: 'carer', display_name, role: 'carer', password: world.password, person_id }),
  )
}

function halves<T>(all: T[], parts: number): T[][] {
  const size = Math.ceil(all.length / parts)
  return Array.from({ length: parts }, (_, index) => all.slice(index * size, index * size + size)).filter(
    (part) => part.length > 0,
  )
}
