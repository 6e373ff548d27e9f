/** Who pays which part: one rule for what is reported of the ledger and for what is reconciled of the payments, to the fen. */
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { listReconciliation } from '../../src/allowances/reconciliation-queries.ts'
import { DIMENSIONS, groupRows, type ReconciliationRow, sumRows } from '../../src/allowances/reconciliation-rules.ts'
import { splitAmong } from '../../src/allowances/schedule.ts'
import { runsOf } from '../support/allowance-runs.ts'
import { allowanceWorld } from '../support/allowance-world.ts'
import { ok } from '../support/answers.ts'
import { type World, world } from '../support/world.ts'

/** A fixed sum, a percent that no floating point says, and a remainder. */
const PAYERS = [{ name: '市财政', fixed_fen: 10_001 }, { name: '区财政', percent: 33.3 }, { name: '镇财政' }]
let w: World
let facts: Awaited<ReturnType<typeof allowanceWorld>>
const runs = runsOf(() => w)
const { as, key } = runs
let october: string

beforeAll(async () => {
  w = await world()
  facts = await allowanceWorld(w)
  await runs.confirm()
  await sql`update scheme_versions set settings = settings || ${JSON.stringify({ schedule: { payers: PAYERS } })}::jsonb`.execute(
    w.db,
  )
  const attendance = { '2026-09': 22, '2026-10': 22 }
  const returned = await facts.carer({ name: '退票', level: 5, attendance })
  const late = await facts.carer({ name: '补发', level: 3, attendance: { '2026-10': 22 } })
  await facts.carer({ name: '无户', level: 4, bank_account: null, attendance })
  await facts.carer({ name: '邻区', level: 2, organisation_id: w.org.home2!, attendance })

  const september = await runs.approved('2026-09')
  await runs.approved('2026-09', '330102')
  const answer = { person_id: returned.id, amount_fen: 30_000, outcome: 'returned' }
  await runs.answer(september, [answer])
  const bank_account_sealed = await w.deps.vault.seal('6222000099999')
  await sql`update people set bank_account_sealed = ${bank_account_sealed} where id = ${returned.id}::uuid`.execute(
    w.db,
  )
  await ok(
    as('finance').post(`/api/v1/allowance-runs/${september}/reissue`, { format: 'csv', budget_year: 2027 }, key()),
  )
  // somebody’s September became known late: one payment of two lines
  await facts.attend(late.id, w.org.home!, { '2026-09': 22 })
  october = await runs.approved('2026-10')
  await runs.approved('2026-10', '330102')
  await runs.answer(october, [{ person_id: late.id, amount_fen: 100_000 }])
}, 120_000)
afterAll(() => w.close())

const rowsOf = async (filter = {}) => listReconciliation(w.db, (await w.context('finance')).scope, filter)
const figures = (sums: object) => Object.entries(sums).filter(([name]) => name.endsWith('_fen') && name !== 'file_fen')
/** Every line of the ledger that pays, split by itself. */
async function byHand() {
  const { rows } = await sql<{
    amount_fen: number
  }>`select amount_fen from allowance_ledger where amount_fen > 0`.execute(w.db)
  const parts = rows.flatMap(({ amount_fen }) => splitAmong(PAYERS, amount_fen))
  return PAYERS.map(({ name }) => [
    name,
    parts.filter((part) => part.name === name).reduce((sum, { amount_fen }) => sum + amount_fen, 0),
  ])
}

test('a payment of two lines was made, one came back and went out again, and somebody waits', async () => {
  const totals = sumRows(await rowsOf())
  expect(totals).toMatchObject({ again_fen: 30_000, reissued_fen: 30_000, paid_fen: 100_000, difference_fen: 0 })
  expect(totals.waiting_fen).toBeGreaterThan(0)
  const { rows } = await sql<{ most: number }>`select max(amount_fen) as most from payments`.execute(w.db)
  expect(rows).toEqual([{ most: 100_000 }])
})

test.each(Object.keys(DIMENSIONS) as (keyof typeof DIMENSIONS)[])(
  'the figures by %s add up to those of the whole, whatever it is narrowed to',
  async (by) => {
    const keysOf: Record<typeof by, (row: ReconciliationRow) => object> = {
      batch: ({ run_id }) => ({ run_id }),
      district: ({ district_code }) => ({ district_code }),
      budget_year: ({ budget_year }) => ({ budget_year }),
      fund_source: () => ({}),
    }
    const all = await rowsOf()
    for (const filter of [{}, ...all.map(keysOf[by])]) {
      const rows = await rowsOf(filter)
      expect(figures(sumRows(groupRows(rows, by, 'zh-CN')))).toEqual(figures(sumRows(rows)))
    }
    // and the whole is the tables themselves
    const { rows } = await sql<{ exported: number; booked: number }>`
      select (select sum(amount_fen) from payments)::bigint as exported, (select sum(amount_fen) from allowance_ledger)::bigint as booked`.execute(
      w.db,
    )
    expect(sumRows(all)).toMatchObject({ exported_fen: rows[0]!.exported, ledger_fen: rows[0]!.booked })
  },
)

test('by fund source the reconciliation, the report and each line split by itself say the same', async () => {
  const wanted = await byHand()
  const reconciled = groupRows(await rowsOf(), 'fund_source', 'zh-CN')
  expect(reconciled.map(({ name, ledger_fen }) => [name, ledger_fen])).toEqual(wanted)
  const report = await ok(as('finance').get('/api/v1/reports/allowance-sums?by=fund_source&from=2026-09&to=2026-10'))
  const reported = new Map(report.items.map((one: { name: string; paid_fen: number }) => [one.name, one.paid_fen]))
  expect(PAYERS.map(({ name }) => [name, reported.get(name)])).toEqual(wanted)
  expect(report.totals.paid_fen).toBe(wanted.reduce((sum, [, fen]) => sum + Number(fen), 0))
})

test('a payment that is not the sum of its lines shows as such, and no fen of it is lost', async () => {
  const { scope } = await w.context('finance')
  const rows = await w.db
    .transaction()
    .execute(async (tx) => {
      await sql`alter table payments disable trigger user`.execute(tx)
      await sql`update payments set amount_fen = amount_fen + 7 where months = '2026-10' and run_id = ${october}::uuid`.execute(
        tx,
      )
      throw await listReconciliation(tx, scope, {})
    })
    .catch((found: ReconciliationRow[]) => found)
  expect(sumRows(rows).difference_fen).toBeGreaterThan(0)
  expect(sumRows(rows).exported_fen).toBe(sumRows(await rowsOf()).exported_fen + 7)
})

test('nothing was an internal fault', () => expect(w.faults).toEqual([]))
