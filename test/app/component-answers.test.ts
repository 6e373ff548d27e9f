/** What is answered of a scheme of several components: why and why not, every month, and the recheck of its runs with their corrections. */
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadScheme } from '../../db/load-reference.ts'
import { approveRun, computeRun, submitRun } from '../../src/allowances/actions.ts'
import { decideInTurn } from '../../src/allowances/corrections.ts'
import type { Facts, PaidFact } from '../../src/allowances/evaluate.ts'
import { peopleOf } from '../../src/allowances/fact-rows.ts'
import { readFacts } from '../../src/allowances/facts.ts'
import { readPerson } from '../../src/allowances/known-person.ts'
import { judgedOf } from '../../src/allowances/reasons.ts'
import type { Rules } from '../../src/allowances/rules.ts'
import { readVersions, usableIn } from '../../src/allowances/versions.ts'
import { allowanceWorld, randomCarers } from '../support/allowance-world.ts'
import { clientsOf, ok } from '../support/answers.ts'
import { bePeople, condition, levels, part, rate, SCHEME } from '../support/component-scheme.ts'
import { reviewRun } from '../support/reviewing.ts'
import { type World, world } from '../support/world.ts'

const CODE = 'test-answers'
const DISTRICTS = [
  ['330106', 'district'],
  ['330102', 'district2'],
] as const
let w: World
let facts: Awaited<ReturnType<typeof allowanceWorld>>
let whole: { id: string; certificate_id: string | null }
let runs: string[] = []
const as = clientsOf(() => w)

beforeAll(async () => {
  w = await world()
  facts = await allowanceWorld(w)
  const [version] = SCHEME.versions
  const chain = { basis: 'same_employer', employer: 'chain' }
  const components = [
    ...version!.components,
    // those of one group are paid up to the highest
    part('lesson', 'training_subsidy', levels(100, 250, 300, 450, 500), { group: 'lessons' }),
    part('first_lesson', 'training_subsidy', [rate(200, {})], { group: 'lessons', first_certificate_only: true }),
    part('manager', 'monthly_by_tenure', [rate(50, { below_years: 1, min_years: 0 }), rate(90, { min_years: 1 })], {
      ...{ posts: ['management'], tenure: chain },
    }),
    part('skilled', 'monthly_by_level', [rate(70, { key: 'upper' })], { group: 'skill' }),
    part('prize', 'contest_award', [rate(900, { key: 'city' })]),
  ]
  const settings = {
    ...(version!.settings as object),
    ladder: [
      { code: 'lower', title: '低', levels: [5, 4] },
      { code: 'upper', title: '高', levels: [3, 2, 1] },
    ],
  }
  const conditions = [...version!.conditions, condition('trained', true, {}, 'manager')]
  const versions = [{ ...version!, settings, components, conditions }]
  await w.db.transaction().execute((tx) => loadScheme(tx, { ...SCHEME, code: CODE, versions }))
  await randomCarers(w, facts, 60, 23)
  await bePeople(w)
  whole = await facts.carer({ name: '全有', level: 4, starts_on: '2021-03-15', issued_on: '2022-01-10' })
  await sql`insert into educations (person_id, level, mode, graduated_on, school) values (${whole.id}::uuid, 'bachelor', 'full_time', '2021-01-01', '示例')`.execute(
    w.db,
  )
  await sql`update service_months set social_insurance = true where person_id = ${whole.id}::uuid`.execute(w.db)
  await sql`update people set birth_date = '1990-01-01' where id = ${whole.id}::uuid`.execute(w.db)
}, 120_000)
afterAll(() => w.close())

async function compute(month: string, [district_code, username] = DISTRICTS[0] as readonly [string, string]) {
  const context = await w.context(username)
  const { id } = await w.db
    .transaction()
    .execute((tx) => computeRun(tx, context, { scheme_code: CODE, month, district_code }))
  await w.runJobs()
  runs = [...new Set([...runs, id])]
  return id
}
async function settle(month: string): Promise<void> {
  for (const district of DISTRICTS) {
    const id = await compute(month, district)
    const [maker, finance] = [await w.context(district[1]), await w.context('finance')]
    await w.db.transaction().execute((tx) => submitRun(tx, maker, id, null))
    await reviewRun(w, id)
    await w.db.transaction().execute((tx) => approveRun(tx, finance, id, null))
  }
}

/** Every component of the month in turn, as a line would keep it. */
function inTurn(id: string, of: Facts, rules: Rules[], month: string) {
  const decided: PaidFact[] = []
  return rules.map((one) => {
    const decision = decideInTurn(of, one, month, decided)
    return { component: one.component.code, outcome: decision.outcome, ...judgedOf(id, month, decision) }
  })
}

async function comparePeople(month: string): Promise<number> {
  const rules = usableIn(await readVersions(w.db, CODE), month)
  expect(rules).toHaveLength(10)
  const ids = (await w.db.selectFrom('people').select('id').execute()).map((row) => row.id)
  const factsOf = await readFacts(w.db, await peopleOf(w.db, ids), { cutoff: 'now', months: [month], rules })
  let due = 0
  for (const id of ids) {
    const person = await readPerson(w.db, { kind: 'person', person_id: id }, id)
    const one = inTurn(id, person.facts, rules, month)
    expect(one).toEqual(inTurn(id, factsOf(id), rules, month))
    due += one.filter(({ outcome }) => outcome === 'payable').length
  }
  return due
}

const recheck = (id: string) => ok(as('auditor').post(`/api/v1/allowance-runs/${id}/recheck`))
async function allAgree(): Promise<void> {
  for (const id of runs) {
    const answer = await recheck(id)
    expect(answer).toMatchObject({ status: 'equal', differing: 0, differences: [], lines_intact: true })
    expect(answer.recheck_amounts_sha256).toBe(answer.run_amounts_sha256)
    expect(answer.compared).toBeGreaterThan(10)
  }
}

describe('every component', () => {
  test('is decided from the one statement of a person as a run decides it, before anything is booked', async () => {
    expect(await comparePeople('2026-10')).toBeGreaterThan(30)
  })

  test('comes to the same in the second statement, and is booked', async () => {
    await settle('2026-07')
    await settle('2026-08')
    await allAgree()
    const { rows } = await sql<{ component: string }>`
      select distinct component from allowance_ledger where scheme_code = ${CODE} and amount_fen > 0 order by 1`.execute(
      w.db,
    )
    const paid = ['entry', 'first_lesson', 'lesson', 'level', 'level_addon', 'manager', 'monthly', 'skilled', 'tenure']
    expect(rows.map(({ component }) => component)).toEqual(paid)
  })

  test('still, beside what is booked', async () => {
    expect(await comparePeople('2026-10')).toBeGreaterThan(20)
    expect(await comparePeople('2026-08')).toBeGreaterThan(30)
  })

  test('after certificates fell away and came again, educations and hours were added: corrections agree too', async () => {
    await sql`insert into certificate_revocations (certificate_id, reason_code, reason, effective_on)
      select id, 'fraud', '测试', issued_on from (select *, row_number() over (order by number) as n from certificates) c
      where n % 4 = 0 and person_id <> ${whole.id}::uuid and not exists (select from certificate_revocations r where r.certificate_id = c.id)`.execute(
      w.db,
    )
    await settle('2026-09')
    await sql`insert into certificate_restorations (certificate_id, seq, reason, decision_reference)
      select certificate_id, seq, '测试', '测试 1 号' from (select *, row_number() over (order by certificate_id) as n from certificate_revocations
        where reason_code = 'fraud') r where n % 2 = 0`.execute(w.db)
    await sql`insert into educations (person_id, level, mode, graduated_on, school)
      select id, 'postgraduate', 'full_time', '2026-07-20'::date, '示例三校'
      from (select id, row_number() over (order by id) as n from people) o where n % 5 = 0`.execute(w.db)
    // lost and issued anew: what it proved still counts
    const lost = {
      certificate_id: whole.certificate_id!,
      reason_code: 'replaced',
      reason: '遗失',
      effective_on: '2026-10-05',
    }
    await w.db.insertInto('certificate_revocations').values(lost).execute()
    await facts.certify(whole.id, 4, '2026-10-05', 'osta', whole.certificate_id)
    for (const district of DISTRICTS) await compute('2026-10', district)
    const back =
      await sql`select from allowance_lines where run_id = any(${runs.slice(-2)}::uuid[]) and person_id = ${whole.id}::uuid and amount_fen < 0`.execute(
        w.db,
      )
    expect(back.rows).toEqual([])
    const { rows } = await sql<{ kind: string; component: string }>`
      select distinct l.kind, l.component from allowance_lines l where l.run_id = any(${runs}::uuid[])`.execute(w.db)
    for (const kind of ['recovery', 'back_pay'])
      expect(rows.filter((row) => row.kind === kind).length).toBeGreaterThan(2)
    await allAgree()
    expect(await comparePeople('2026-10')).toBeGreaterThan(20)
  })

  test('of which one line was changed since, is named with its component', async () => {
    const line = await w.db
      .selectFrom('allowance_lines')
      .select(['run_id', 'person_id', 'month', 'entitlement_fen'])
      .where('run_id', 'in', runs.slice(-2))
      .where('component', '=', 'skilled')
      .where('month', '=', '2026-10-01')
      .orderBy('entitlement_fen', 'desc')
      .orderBy('person_id')
      .executeTakeFirstOrThrow()
    const change = async (fen: number) => {
      await sql`alter table allowance_lines disable trigger user`.execute(w.db)
      await sql`update allowance_lines set entitlement_fen = ${fen} where run_id = ${line.run_id}::uuid
        and person_id = ${line.person_id}::uuid and month = '2026-10-01' and component = 'skilled'`.execute(w.db)
      await sql`alter table allowance_lines enable trigger user`.execute(w.db)
    }
    await change(line.entitlement_fen + 1)
    const answer = await recheck(line.run_id)
    expect(answer).toMatchObject({ status: 'different', differing: 1 })
    expect(answer.differences).toMatchObject([
      { person_id: line.person_id, component: 'skilled', recheck_fen: line.entitlement_fen },
    ])
    await change(line.entitlement_fen)
    expect((await recheck(line.run_id)).status).toBe('equal')
  })
})

describe('months', () => {
  const at = (query: string) => ok(as('district').get(`/api/v1/people/${whole.id}/allowance-months?${query}`))
  const names = ({ items }: { items: { month: string; component: string }[] }) =>
    items.map(({ month, component }) => `${month} ${component}`)

  test('the newest names every component in the posts, an older one what a run has a line of, by pages of one too', async () => {
    const all = names(await at(`scheme_code=${CODE}&limit=40`))
    const newest = ['entry', 'first_lesson', 'lesson', 'level', 'level_addon', 'monthly', 'prize', 'skilled', 'tenure']
    expect(all.slice(0, 9)).toEqual(newest.map((component) => `2026-10 ${component}`))
    expect(all.filter((one) => one.startsWith('2026-09'))).toEqual(
      ['monthly', 'prize', 'skilled'].map((component) => `2026-09 ${component}`),
    )
    expect(all).toContain('2026-07 tenure')
    const seen: string[] = []
    let cursor: string | null = ''
    while (cursor !== null && seen.length < all.length) {
      const page: { items: { month: string; component: string }[]; next_cursor: string | null } = await at(
        `scheme_code=${CODE}&limit=1${cursor && `&cursor=${cursor}`}`,
      )
      seen.push(...names(page))
      cursor = page.next_cursor
    }
    expect(seen).toEqual(all)
  })

  test('one that is asked for names all of them: what was booked, and why nothing is left', async () => {
    const { items } = await at(`scheme_code=${CODE}&month=2026-08`)
    const of = (code: string) => items.find(({ component }: { component: string }) => component === code)
    expect(of('tenure')).toMatchObject({ component_title: '年限补贴', booked_fen: null, entitlement_fen: 0 })
    expect(of('tenure').reasons.find(({ code }: { code: string }) => code === 'left_to_pay')).toMatchObject({
      ...{ met: false, prospect: { kind: 'when_changed', month: null } },
    })
    const july = (await at(`scheme_code=${CODE}&month=2026-07`)).items
    expect(july.find(({ component }: { component: string }) => component === 'tenure')).toMatchObject({
      ...{ booked_fen: 500000, entitlement_fen: 500000, difference_fen: 0 },
    })
  })

  test('the page names the component where it is not the monthly allowance', async () => {
    const page = await (await as('district').page(`/console/people/${whole.id}/allowance-months`)).text()
    for (const words of ['测试政策 年限补贴', '应发的已经全部发放', '测试政策 入职奖补']) expect(page).toContain(words)
  })
})

test('nothing was an internal fault', () => expect(w.faults).toEqual([]))
