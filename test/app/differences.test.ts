/** Every cause of a difference: what becomes known after a month was paid is found in the next run, up or down, for all the months it touches. */
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { confirmVersion } from '../../src/allowances/actions.ts'
import { confirmationShape } from '../../src/allowances/confirmation-shapes.ts'
import { mergePeople, undoMerge } from '../../src/people/merging.ts'
import { HZ, payMonth } from '../support/allowance-runs.ts'
import { allowanceWorld, CONFIRMATION } from '../support/allowance-world.ts'
import { type World, world } from '../support/world.ts'

let w: World
let facts: Awaited<ReturnType<typeof allowanceWorld>>
type Carer = Awaited<ReturnType<typeof facts.carer>>
let october: Awaited<ReturnType<typeof payMonth>>
let november: Awaited<ReturnType<typeof payMonth>>
const months = ['2026-07', '2026-08', '2026-09', '2026-10', '2026-11', '2026-12']
const attendance = Object.fromEntries(months.map((month) => [month, 22]))
const people: Record<string, Carer> = {}
let bare: string
let merge_id: string
let paid: Awaited<ReturnType<typeof ledger>>

/** Three months are paid; then everything below becomes known, October is paid, some of it is withdrawn, and November is paid. */
beforeAll(async () => {
  w = await world()
  facts = await allowanceWorld(w)
  const admin = await w.context('admin')
  await w.db.transaction().execute((tx) => confirmVersion(tx, admin, HZ, 1, confirmationShape.parse(CONFIRMATION)))
  const carer = async (name: string, more: object = {}) => {
    people[name] = await facts.carer({ attendance, ...more })
  }
  await carer('unseen', { registry: null })
  await carer('untrained', { hours: 0 })
  await carer('unpaid', { attendance: { ...attendance, '2026-08': 5 } })
  await carer('revoked')
  await carer('lower', { level: 3 })
  await carer('absent')
  await carer('left')
  await carer('merged')
  await carer('steady')
  bare = await facts.person({})
  await payMonth(w, '2026-07', '2026-08-05')
  await payMonth(w, '2026-08', '2026-09-05')
  await payMonth(w, '2026-09', '2026-10-05')
  paid = await ledger()
  await facts.lookUp(people.unseen!.certificate_id!)
  await facts.train(people.untrained!.id, 40, '2026-06-20')
  await attended(people.unpaid!.id, '2026-08', 22)
  await facts.revoke(people.revoked!.certificate_id!, '2026-01-01')
  await facts.certify(people.lower!.id, 4)
  await facts.revoke(people.lower!.certificate_id!, '2026-08-15')
  await attended(people.absent!.id, '2026-08', 19)
  await attended(people.absent!.id, '2026-09', 0)
  await sql`with closed as (
      update employments set known_to = clock_timestamp() where person_id = ${people.left!.id}::uuid and known_to = 'infinity' returning *
    ) insert into employments (id, person_id, organisation_id, post, contract_kind, starts_on, ends_on, known_from)
      select id, person_id, organisation_id, post, contract_kind, starts_on, '2026-09-20', known_to from closed`.execute(
    w.db,
  )
  merge_id = await w.db.transaction().execute(async (tx) => {
    const asked = { into: bare, reason: '同一人', confirm_different_documents: true }
    return (await mergePeople(tx, admin, people.merged!.id, asked)).id
  })
  october = await payMonth(w, '2026-10', '2026-11-05')
  await facts.restore(people.revoked!.certificate_id!)
  await attended(people.absent!.id, '2026-09', 22)
  await w.db.transaction().execute((tx) => undoMerge(tx, admin, merge_id, '不是同一人'))
  november = await payMonth(w, '2026-11', '2026-12-05')
}, 120_000)
afterAll(() => w.close())

async function attended(person_id: string, month: string, days: number) {
  await sql`with closed as (
      update service_months set known_to = clock_timestamp()
      where person_id = ${person_id}::uuid and month = ${`${month}-01`}::date and known_to = 'infinity' returning *
    ) insert into service_months (person_id, organisation_id, month, attendance_days, known_from)
      select person_id, organisation_id, month, ${days}, known_to from closed`.execute(w.db)
}

const ledger = () =>
  w.db.selectFrom('allowance_ledger').selectAll().orderBy('person_id').orderBy('month').orderBy('seq').execute()

const of = (run: typeof october, name: string) => run.of(people[name]!.id)

test('late evidence is paid back for every month it makes whole', () => {
  for (const name of ['unseen', 'untrained'])
    expect(of(october, name)).toEqual([
      ['2026-07', 'back_pay', 40000],
      ['2026-08', 'back_pay', 40000],
      ['2026-09', 'back_pay', 40000],
      ['2026-10', 'normal', 40000],
    ])
  expect(of(october, 'unpaid')).toEqual([
    ['2026-08', 'back_pay', 40000],
    ['2026-10', 'normal', 40000],
  ])
})

test('a revoked certificate takes its months back, and its restoration gives them again: they sum to zero', () => {
  expect(of(october, 'revoked')).toEqual([
    ['2026-07', 'recovery', -40000],
    ['2026-08', 'recovery', -40000],
    ['2026-09', 'recovery', -40000],
    ['2026-10', 'normal', 0],
  ])
  expect(of(november, 'revoked')).toEqual([
    ['2026-07', 'back_pay', 40000],
    ['2026-08', 'back_pay', 40000],
    ['2026-09', 'back_pay', 40000],
    ['2026-10', 'back_pay', 40000],
    ['2026-11', 'normal', 40000],
  ])
})

test('where a lower certificate remains, only the difference comes back, from the month of the revocation', () => {
  expect(of(october, 'lower')).toEqual([
    ['2026-08', 'recovery', -10000],
    ['2026-09', 'recovery', -10000],
    ['2026-10', 'normal', 40000],
  ])
})

test('corrected attendance, and a correction of the correction, change the months they are about', () => {
  expect(of(october, 'absent')).toEqual([
    ['2026-08', 'recovery', -40000],
    ['2026-09', 'recovery', -40000],
    ['2026-10', 'normal', 40000],
  ])
  expect(of(november, 'absent')).toEqual([
    ['2026-09', 'back_pay', 40000],
    ['2026-11', 'normal', 40000],
  ])
})

test('a leaving that was told late takes back the month of leaving and what followed', () => {
  expect(of(october, 'left')).toEqual([['2026-09', 'recovery', -40000]])
})

test('a merge moves the months to the survivor, undoing it moves them back, each in the next run', () => {
  expect(of(october, 'merged').map(([month, kind, fen]) => `${month} ${kind} ${fen}`)).toEqual([
    '2026-07 recovery -40000',
    '2026-08 recovery -40000',
    '2026-09 recovery -40000',
  ])
  expect(october.of(bare).map(([, , fen]) => fen)).toEqual([40000, 40000, 40000, 40000])
  expect(november.of(bare).map(([, , fen]) => fen)).toEqual([-40000, -40000, -40000, -40000])
  expect(of(november, 'merged').map(([, , fen]) => fen)).toEqual([40000, 40000, 40000, 40000, 40000])
})

test('nothing changed for the others, and no entry of a paid month was rewritten', async () => {
  expect(of(october, 'steady')).toEqual([['2026-10', 'normal', 40000]])
  expect(of(november, 'steady')).toEqual([['2026-11', 'normal', 40000]])
  const key = (row: (typeof paid)[number]) => `${row.person_id} ${row.month} ${row.seq}`
  const now = new Map((await ledger()).map((row) => [key(row), row]))
  for (const row of paid) expect(now.get(key(row))).toEqual(row)
  expect(paid.length).toBeGreaterThan(20)
})

test('a notice that changes the rate of past months is settled up and down in the next run', async () => {
  await sql`update scheme_versions set effective_to = '2026-10-01' where scheme_code = ${HZ} and number = 1`.execute(
    w.db,
  )
  // level 4 rises from October on, level 3 falls
  await sql`with version as (
      insert into scheme_versions (scheme_code, number, effective_from, title, settings, citation, confidence)
      select scheme_code, 2, '2026-10-01', title, settings, citation, 'seen' from scheme_versions where scheme_code = ${HZ} and number = 1
      returning id
    ), components as (
      insert into scheme_components (version_id, position, code, kind, title, title_en, citation, confidence)
      select version.id, 0, 'monthly', 'monthly_by_level', '月津贴', 'Monthly allowance', '测试', 'seen' from version
    ), conditions as (
      insert into scheme_conditions (version_id, position, code, measure, parameters, threshold, title, title_en, citation, confidence)
      select version.id, position, code, measure, parameters, coalesce(threshold, ${JSON.stringify(CONFIRMATION.thresholds.continuing_education)}::jsonb),
        c.title, title_en, c.citation, 'seen'
      from version, scheme_conditions c join scheme_versions v on v.id = c.version_id and v.scheme_code = ${HZ} and v.number = 1
    )
    insert into scheme_rates (version_id, level, amount_fen, confidence, citation)
    select version.id, level, fen, 'seen', '测试' from version, unnest(array[5, 4, 3, 2, 1], array[30000, 45000, 46000, 80000, 120000]) as r (level, fen)`.execute(
    w.db,
  )
  const december = await payMonth(w, '2026-12', '2027-01-05')
  expect(of(december, 'steady')).toEqual([
    ['2026-10', 'difference', 5000],
    ['2026-11', 'difference', 5000],
    ['2026-12', 'normal', 45000],
  ])
})

test('in every chain the entries sum up to what the month comes to', async () => {
  const { rows } = await sql<{ sum: number; last: number }>`
    select sum(amount_fen)::int as sum, (array_agg(entitlement_fen order by seq desc))[1] as last
    from allowance_ledger group by person_id, scheme_code, month, component`.execute(w.db)
  expect(rows.filter(({ sum, last }) => sum !== last)).toEqual([])
})

test('nothing was an internal fault', () => expect(w.faults).toEqual([]))
