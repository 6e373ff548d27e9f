/** The demo city: 13 districts, 40 organisations, 1,000 people, and what is known of their work in twelve months. */
import { addAccount } from '../src/access/actions.ts'
import { registerOrganisation } from '../src/organisations/actions.ts'
import type { newOrganisationShape } from '../src/organisations/shapes.ts'
import { addTownship } from '../src/organisations/townships.ts'
import { registerPeople } from '../src/people/actions.ts'
import { recordEducationHours } from '../src/people/education-hours.ts'
import { recordEmployments } from '../src/people/employments.ts'
import { recordServiceMonths } from '../src/people/service-months.ts'
import { addDays, addMonths, addMonthsToDate, firstDay, type Month } from '../src/platform/calendar.ts'
import { type DemoPerson, demoPeople, mulberry32 } from './demo-people.ts'
import { DEMO_ACCOUNTS, DEMO_TOWNSHIPS, type DemoWorld } from './demo-world.ts'

type NewOrganisation = (typeof newOrganisationShape)['_output']

export interface Facility {
  id: string
  name: string
  district_code: string
  nursery: boolean
  /** person ids of its staff */
  staff: string[]
}
export interface City {
  facilities: Facility[]
  trainers: string[]
  assessors: string[]
  people: Map<string, DemoPerson>
}

const FIRST_MONTH: Month = '2025-11'
const LAST_MONTH: Month = '2026-10'
const START = '2025-10-20'

const DISTRICTS: [string, string][] = [
  ['330102', '上城'],
  ['330105', '拱墅'],
  ['330106', '西湖'],
  ['330108', '滨江'],
  ['330109', '萧山'],
  ['330110', '余杭'],
  ['330111', '富阳'],
  ['330112', '临安'],
  ['330113', '临平'],
  ['330114', '钱塘'],
  ['330122', '桐庐'],
  ['330127', '淳安'],
  ['330182', '建德'],
]

/** Organisations, accounts, people, employments, attendance and continuing education. */
export async function buildCity(world: DemoWorld): Promise<City> {
  const facilities: Facility[] = []
  const add = (input: Omit<NewOrganisation, 'filed_from'>) =>
    world.do('system', START, (tx, context) =>
      registerOrganisation(tx, context, { filed_from: '2021-01-01', ...input }),
    )
  for (const township of DEMO_TOWNSHIPS)
    await world.do('system', START, (tx, context) => addTownship(tx, context, township))
  for (const [index, [district_code, place]] of DISTRICTS.entries()) {
    const [first, second] = DEMO_TOWNSHIPS.filter(({ code }) => code.startsWith(district_code))
    const home = {
      name: `示例${place}颐养院`,
      kinds: ['care_facility' as const],
      facility_kind: 'home' as const,
      ownership: index % 3 === 0 ? ('public' as const) : ('private' as const),
      district_code,
      township_code: second?.code,
    }
    const centre = {
      ...{ ...home, name: `示例${place}居家养老服务中心`, facility_kind: 'home_care_centre' as const },
      township_code: first?.code,
    }
    const nursery = {
      name: `示例${place}托育园`,
      kinds: ['nursery' as const],
      facility_kind: 'nursery' as const,
      district_code,
    }
    // the home runs the centre: a chain of two in every district
    let parent_id: string | null = null
    for (const input of [home, centre, ...(index < 8 ? [nursery] : [])]) {
      const { id } = await add({ ...input, parent_id: input === centre ? parent_id : null })
      parent_id ??= id
      facilities.push({ id, name: input.name, district_code, nursery: input.facility_kind === 'nursery', staff: [] })
    }
  }
  const trainers = [
    await add({ name: '示例钱江养老护理培训学校', kinds: ['training_institution'], district_code: '330106' }),
    await add({ name: '示例西溪职业技能培训中心', kinds: ['training_institution'], district_code: '330110' }),
    await add({ name: '示例湘湖托育人才学院', kinds: ['training_institution'], district_code: '330109' }),
  ]
  const assessors = [
    await add({
      name: '示例杭州照护技能评价中心',
      kinds: ['assessment_body'],
      district_code: '330102',
      assessor_prefix: 'S000033999999',
    }),
    await add({
      name: '示例运河职业技能评价站',
      kinds: ['assessment_body'],
      district_code: '330105',
      assessor_prefix: 'S000033999998',
    }),
  ]
  await add({ name: '示例杭州市民政局', kinds: ['authority'], district_code: '330102' })
  await addAccounts(world)
  const city = {
    facilities,
    trainers: trainers.map(({ id }) => id),
    assessors: assessors.map(({ id }) => id),
    people: new Map(),
  }
  await addPeople(world, city)
  await addFacts(world, city)
  return city
}

async function addAccounts(world: DemoWorld): Promise<void> {
  const places = new Map(
    (await world.db.selectFrom('organisations').select(['id', 'name']).execute()).map(({ id, name }) => [name, id]),
  )
  for (const [username, { place, ...account }] of Object.entries(DEMO_ACCOUNTS)) {
    if (place === 'person') continue
    const division = place !== null && /^\d/.test(place)
    const added = await world.do('system', START, (tx, context) =>
      addAccount(tx, context, {
        username,
        password: world.password,
        ...account,
        organisation_id: division || place === null ? null : (places.get(place) ?? null),
        district_code: division ? place.slice(0, 6) : null,
        township_code: division && place.length === 9 ? place : null,
      }),
    )
    world.accounts.set(username, added.id)
  }
}

/** 30 carers in each of 26 facilities, 25 in each nursery, and 20 whom nobody employs yet. */
async function addPeople(world: DemoWorld, city: City): Promise<void> {
  const everybody = demoPeople(1000)
  const elder = everybody.slice(0, 780)
  const young = everybody.slice(780, 980)
  const register = (people: DemoPerson[], workforce: 'elder_care' | 'childcare') =>
    world.do('system', START, (tx, context) =>
      registerPeople(
        tx,
        context,
        people.map((person, index) => ({
          name: person.name,
          id_type: 'resident_id' as const,
          id_number: person.id_number,
          workforce,
          education: person.education,
          // one in a hundred has not handed in an account: the payment is held with the reason
          // and four of one home have handed in the same
          bank_account: index % 100 === 57 ? null : (index > 60 && index < 65 ? people[61]! : person).bank_account,
        })),
      ),
    )
  const ids = [
    ...(await register(elder, 'elder_care')),
    ...(await register(young, 'childcare')),
    ...(await register(everybody.slice(980), 'elder_care')),
  ]
  ids.forEach(({ id }, index) => {
    city.people.set(id, everybody[index]!)
  })
  const homes = city.facilities.filter(({ nursery }) => !nursery)
  const nurseries = city.facilities.filter(({ nursery }) => nursery)
  homes.forEach((facility, index) => {
    facility.staff = ids.slice(index * 30, index * 30 + 30).map(({ id }) => id)
  })
  nurseries.forEach((facility, index) => {
    facility.staff = ids.slice(780 + index * 25, 805 + index * 25).map(({ id }) => id)
  })
}

async function addFacts(world: DemoWorld, city: City): Promise<void> {
  const random = mulberry32(7)
  const contracts = [
    'labour',
    'labour',
    'labour',
    'labour',
    'service',
    'dispatch',
    'labour',
    'labour',
    'labour',
    'public_post',
  ]
  const employments = city.facilities.flatMap((facility) =>
    facility.staff.map((person_id) => {
      const contract_kind = contracts[Math.floor(random() * contracts.length)]!
      // a few began in the last months, so that three months of service are not yet full
      const starts_on =
        random() < 0.05
          ? addDays('2026-07-01', Math.floor(random() * 80))
          : addDays('2022-01-01', Math.floor(random() * 1200))
      return {
        ...{ person_id, organisation_id: facility.id, contract_kind, starts_on, ends_on: null },
        post: facility.nursery ? ('nursery_care' as const) : ('care' as const),
        // labour contracts of five years; agreements name no end
        contract_until: contract_kind === 'labour' ? addMonthsToDate(starts_on, 60) : null,
      }
    }),
  )
  await inThousands(employments, (rows) =>
    world.do('system', '2025-10-25', (tx, context) => recordEmployments(tx, context, rows)),
  )
  for (let month = FIRST_MONTH; month <= LAST_MONTH; month = addMonths(month, 1)) {
    const rows = employments
      .filter(({ starts_on }) => starts_on <= firstDay(month))
      .map(({ person_id, organisation_id }) => ({
        person_id,
        organisation_id,
        month,
        attendance_days: random() < 0.04 ? 12 + Math.floor(random() * 8) : 20 + Math.floor(random() * 7),
        social_insurance: random() < 0.97,
      }))
    await inThousands(rows, (part) =>
      world.do('system', addDays(firstDay(addMonths(month, 1)), 2), (tx, context) =>
        recordServiceMonths(tx, context, part),
      ),
    )
  }
  const hours = [...city.people.keys()].slice(0, 980).flatMap((person_id) =>
    // one in forty has done too little
    ['2025-12-12', '2026-06-18'].map((completed_on) => ({
      person_id,
      completed_on,
      hours: random() < 0.025 ? 2 : 20 + Math.floor(random() * 8),
      provider: '示例钱江养老护理培训学校',
      subject: completed_on < '2026' ? '照护安全与急救' : '失智照护与沟通',
    })),
  )
  await inThousands(hours, (rows) =>
    world.do('system', '2026-06-20', (tx, context) => recordEducationHours(tx, context, rows)),
  )
}

async function inThousands<T>(rows: T[], write: (rows: T[]) => Promise<unknown>): Promise<void> {
  for (let from = 0; from < rows.length; from += 1000) await write(rows.slice(from, from + 1000))
}
