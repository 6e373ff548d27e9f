/** A second, set-based definition in SQL comes to the same amounts as decide() in worlds of people on and beside every limit. */

import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { approveRun, computeRun, confirmVersion, submitRun } from '../../src/allowances/actions.ts'
import { confirmationShape } from '../../src/allowances/confirmation-shapes.ts'
import { recompute } from '../../src/allowances/recheck-statement.ts'
import { allowanceWorld, CONFIRMATION, randomCarers } from '../support/allowance-world.ts'
import { reviewRun } from '../support/reviewing.ts'
import { type World, world } from '../support/world.ts'

const HZ = 'hz-special-post'
const [SEEDS, PEOPLE] = inject('engine') === 'postgres' ? [[1, 2], 150] : [[1], 100]
const DISTRICTS = [
  ['330106', 'district'],
  ['330102', 'district2'],
] as const

describe.each(SEEDS)('world %i', (seed) => {
  let w: World
  let facts: Awaited<ReturnType<typeof allowanceWorld>>
  beforeAll(async () => {
    w = await world()
    facts = await allowanceWorld(w)
    const admin = await w.context('admin')
    await w.db.transaction().execute((tx) => confirmVersion(tx, admin, HZ, 1, confirmationShape.parse(CONFIRMATION)))
    await randomCarers(w, facts, PEOPLE, seed)
  })
  afterAll(() => w.close())

  async function compute(scheme_code: string, month: string, district_code: string, username: string): Promise<string> {
    const context = await w.context(username)
    const { id } = await w.db
      .transaction()
      .execute((tx) => computeRun(tx, context, { scheme_code, month, district_code }))
    await w.runJobs()
    return id
  }

  const linesOf = async (run_id: string, month: string) =>
    (
      await sql<{ person_id: string; entitlement_fen: number }>`
        select person_id, entitlement_fen from allowance_lines
        where run_id = ${run_id} and month = ${`${month}-01`}::date order by person_id`.execute(w.db)
    ).rows

  const expected = async (scheme_code: string, month: string, district_code: string) =>
    (await w.db.transaction().execute((tx) => recompute(tx, scheme_code, month)))
      .filter((row) => row.district_code === district_code)
      .map(({ person_id, entitlement_fen }) => ({ person_id, entitlement_fen }))

  test.each(DISTRICTS)('the lines of %s equal the oracle’s', async (district_code, username) => {
    const run_id = await compute(HZ, '2026-10', district_code, username)
    const wanted = await expected(HZ, '2026-10', district_code)
    expect(await linesOf(run_id, '2026-10')).toEqual(wanted)
    // a world in which everybody or nobody is paid would prove little
    const paid = wanted.filter(({ entitlement_fen }) => entitlement_fen > 0).length
    expect(paid).toBeGreaterThan(wanted.length / 20)
    expect(paid).toBeLessThan(wanted.length)
  })

  test('so do Ningbo’s, with other conditions', async () => {
    const run_id = await compute('nb-special-post', '2026-10', '330200', 'district_nb')
    expect(await linesOf(run_id, '2026-10')).toEqual(await expected('nb-special-post', '2026-10', '330200'))
  })

  test('after corrections the ledger holds what the oracle says of the months before', async () => {
    for (const [district_code, username] of DISTRICTS) await settle('2026-09', district_code, username)
    // a tenth of the certificates fall away, and some people learn more
    await sql`insert into certificate_revocations (certificate_id, reason_code, reason, effective_on)
      select id, 'fraud', '测试', issued_on from (select *, row_number() over (order by number) as n from certificates) c
      where n % 10 = 0 and not exists (select from certificate_revocations r where r.certificate_id = c.id)`.execute(
      w.db,
    )
    await sql`insert into education_hours (person_id, completed_on, hours, provider, subject)
      select id, '2026-08-08', 40, '测试', '补学' from (select *, row_number() over (order by id) as n from people) p where n % 7 = 0`.execute(
      w.db,
    )
    for (const [district_code, username] of DISTRICTS) await settle('2026-10', district_code, username)
    const { rows } = await sql<{
      person_id: string
      month: string
      entitlement_fen: number
      booked: number
      entries: number
    }>`
      select person_id, to_char(month, 'YYYY-MM') as month, (array_agg(entitlement_fen order by seq desc))[1] as entitlement_fen,
        sum(amount_fen)::integer as booked, count(*)::integer as entries
      from allowance_ledger group by person_id, month`.execute(w.db)
    expect(rows.some(({ entries }) => entries > 1)).toBe(true)
    for (const month of ['2026-09', '2026-10']) {
      const oracle = new Map(
        (await w.db.transaction().execute((tx) => recompute(tx, HZ, month))).map((row) => [
          row.person_id,
          row.entitlement_fen,
        ]),
      )
      for (const row of rows.filter((one) => one.month === month)) {
        expect(row.booked).toBe(row.entitlement_fen)
        expect(row.entitlement_fen).toBe(oracle.get(row.person_id) ?? 0)
      }
    }
  })

  async function settle(month: string, district_code: string, username: string): Promise<void> {
    const run_id = await compute(HZ, month, district_code, username)
    const [maker, finance] = [await w.context(username), await w.context('finance')]
    await w.db.transaction().execute((tx) => submitRun(tx, maker, run_id, null))
    await reviewRun(w, run_id)
    await w.db.transaction().execute((tx) => approveRun(tx, finance, run_id, null))
  }
})
