/** What happened in the demo city: classes, certificates, a competition, allowances, and each trouble once. */
import { sql } from 'kysely'
import { addAccount } from '../src/access/actions.ts'
import { approveRun, computeRun, confirmVersion, submitRun } from '../src/allowances/actions.ts'
import { confirmationShape } from '../src/allowances/shapes.ts'
import { requestBatch, revokeCertificate } from '../src/credentials/actions.ts'
import { recordRegistryChecks } from '../src/credentials/checks.ts'
import { registerPeople } from '../src/people/actions.ts'
import { recordConductEvent } from '../src/people/conduct-events.ts'
import { endEmployment, recordEmployments } from '../src/people/employments.ts'
import { recordServiceMonths } from '../src/people/service-months.ts'
import { addDays, addMonths, firstDay } from '../src/platform/calendar.ts'
import { completeClass, openClass } from '../src/training/actions.ts'
import { addCourse } from '../src/training/courses.ts'
import { enrolPeople } from '../src/training/enrolments.ts'
import { addSession, recordAttendances } from '../src/training/hours.ts'
import { recordResults } from '../src/training/results.ts'
import type { City } from './demo-city.ts'
import { holdCompetition } from './demo-competition.ts'
import { mulberry32 } from './demo-people.ts'
import { DEMO_ACCOUNTS, type DemoWorld } from './demo-world.ts'

interface ClassPlan {
  trainer: number
  assessor: number
  occupation: string
  edition: string
  level: number
  starts_on: string
  people: string[]
  valid_until?: string
}

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
  await payAllowances(world, city)
  await holdCompetition(world, city)
  await revokeOne(world, city)
  await addCarer(world, city)
}

/** Accounts that the README does not list, but somebody must have done the work of the other institutions and districts. */
async function helpers(world: DemoWorld, city: City): Promise<void> {
  const add = async (
    username: string,
    role: 'trainer' | 'assessor' | 'district',
    place: { organisation_id?: string; district_code?: string },
  ) => {
    const account = await world.do('system', '2025-10-20', (tx, context) =>
      addAccount(tx, context, {
        username,
        display_name: DEMO_ACCOUNTS[role]!.display_name,
        role,
        password: crypto.randomUUID(),
        ...place,
      }),
    )
    world.accounts.set(username, account.id)
  }
  for (const [index, organisation_id] of city.trainers.entries())
    await add(`trainer.${index}`, 'trainer', { organisation_id })
  for (const [index, organisation_id] of city.assessors.entries())
    await add(`assessor.${index}`, 'assessor', { organisation_id })
  for (const district_code of new Set(city.facilities.map(({ district_code }) => district_code)))
    await add(`district.${district_code}`, 'district', { district_code })
}

async function holdClass(world: DemoWorld, city: City, plan: ClassPlan, index: number): Promise<void> {
  const random = mulberry32(1000 + index)
  const trainer = `trainer.${plan.trainer}`
  const assessor = `assessor.${plan.assessor}`
  const before = addDays(plan.starts_on, -10)
  const assessed_on = addDays(plan.starts_on, 5)
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
    .select('id')
    .where('class_id', '=', group.id)
    .orderBy('id')
    .execute()
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

/** Every certificate was found in the national register, but for the last few: those are what an officer still has to do. */
async function checkRegistry(world: DemoWorld): Promise<void> {
  const certificates = await world.db.selectFrom('certificates').select(['id', 'issued_on']).orderBy('number').execute()
  const certificate_ids = certificates.slice(0, -12).map(({ id }) => id)
  const checked_on = certificates
    .map(({ issued_on }) => issued_on)
    .sort()
    .at(-1)!
  await world.do('admin', checked_on, (tx, context) =>
    recordRegistryChecks(tx, context, {
      certificate_ids,
      registry: 'osta',
      result: 'found',
      checked_on,
      evidence: '演示：全国联网查询截图 0001 号',
    }),
  )
}

async function trouble(world: DemoWorld, city: City): Promise<void> {
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
    endEmployment(tx, context, employment.id, { ends_on: '2026-08-20', reason: '个人原因离职' }),
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

/** An officer confirms the Hangzhou amounts, then December to September are computed, submitted and approved in every district. */
async function payAllowances(world: DemoWorld, city: City): Promise<void> {
  const amounts = { 5: 300, 4: 400, 3: 500, 2: 800, 1: 1200 }
  await world.do('admin', '2025-12-31', (tx, context) =>
    confirmVersion(
      tx,
      context,
      'hz-special-post',
      1,
      confirmationShape.parse({
        document: '演示文件〔2024〕1 号（并非真实文件）',
        reason: '演示用：按宁波 2023 年标准假定',
        rates: Object.entries(amounts).map(([level, yuan]) => ({ level: Number(level), amount_fen: yuan * 100 })),
        thresholds: { continuing_education: { 5: 8, 4: 16, 3: 24, 2: 32, 1: 40 } },
      }),
    ),
  )
  const districts = [...new Set(city.facilities.map(({ district_code }) => district_code))]
  for (let month = '2025-12'; month <= '2026-09'; month = addMonths(month, 1))
    for (const district_code of districts) {
      const day = addDays(firstDay(addMonths(month, 1)), 5)
      const officer = `district.${district_code}`
      const run = await world.do(officer, day, (tx, context) =>
        computeRun(tx, context, { scheme_code: 'hz-special-post', month, district_code }),
      )
      await world.work(day)
      await world.do(officer, addDays(day, 1), (tx, context) => submitRun(tx, context, run.id, null))
      await world.do('finance', addDays(day, 4), (tx, context) => approveRun(tx, context, run.id, null))
    }
  // one more waits for the finance officer
  const waiting = await world.do('district.330102', '2026-11-04', (tx, context) =>
    computeRun(tx, context, { scheme_code: 'hz-special-post', month: '2026-10', district_code: '330102' }),
  )
  await world.work('2026-11-04')
  await world.do('district.330102', '2026-11-05', (tx, context) => submitRun(tx, context, waiting.id, null))
}

/** Revoked after September was paid: October's run in Xihu will carry the recovery. */
async function revokeOne(world: DemoWorld, city: City): Promise<void> {
  const home = city.facilities.find(({ name }) => name === '示例西湖颐养院')!
  const paid = await world.db
    .selectFrom('allowance_ledger as l')
    .innerJoin('certificates as c', 'c.person_id', 'l.person_id')
    .innerJoin('classes as k', (join) =>
      join.on(sql<boolean>`k.id = (select class_id from enrolments where id = c.enrolment_id)`),
    )
    .select(['c.id', 'k.assessor_organisation_id'])
    .where('l.person_id', 'in', home.staff)
    .where('l.amount_fen', '>', 0)
    .orderBy('c.number')
    .executeTakeFirstOrThrow()
  const assessor = `assessor.${city.assessors.indexOf(paid.assessor_organisation_id!)}`
  await world.do(assessor, '2026-10-20', (tx, context) =>
    revokeCertificate(tx, context, paid.id, {
      reason_code: 'result_withdrawn',
      reason: '演示：复核发现成绩登记错误，撤销证书',
      effective_on: '2026-09-01',
    }),
  )
}

async function addCarer(world: DemoWorld, city: City): Promise<void> {
  const person_id = city.facilities.find(({ name }) => name === '示例西湖颐养院')!.staff[1]!
  const { role, display_name } = DEMO_ACCOUNTS.carer!
  await world.do('system', '2026-11-01', (tx, context) =>
    addAccount(tx, context, { username: 'carer', role, display_name, password: world.password, person_id }),
  )
}

function personOf(city: City, id: string) {
  const { name, id_number } = city.people.get(id)!
  return { name, id_type: 'resident_id' as const, id_number }
}

function halves<T>(all: T[], parts: number): T[][] {
  const size = Math.ceil(all.length / parts)
  return Array.from({ length: parts }, (_, index) => all.slice(index * size, index * size + size)).filter(
    (part) => part.length > 0,
  )
}
