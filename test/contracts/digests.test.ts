/** One world on both databases: a run's lines have the same digest on each, and its amounts that of the second definition, on each. */
import { sql } from 'kysely'
import { expect, onTestFinished, test } from 'vitest'
import { computeRun } from '../../src/allowances/actions.ts'
import { recheckRun } from '../../src/allowances/recheck.ts'
import { allowanceRunJob } from '../../src/allowances/run.ts'
import { runSlice } from '../../src/jobs/actions.ts'
import type { Db } from '../../src/platform/database.ts'
import { HZ, payMonth, runsOf } from '../support/allowance-runs.ts'
import { allowanceWorld, randomCarers } from '../support/allowance-world.ts'
import { testDatabase } from '../support/database.ts'
import { copyData } from '../support/reset.ts'
import { world } from '../support/world.ts'

test('of a world at random PostgreSQL, PGlite and the second definition say the same to the byte', async () => {
  const w = await world(await testDatabase('postgres'))
  onTestFinished(w.close)
  const embedded = await testDatabase('pglite')
  onTestFinished(embedded.close)
  const facts = await allowanceWorld(w)
  await runsOf(() => w).confirm()
  await randomCarers(w, facts, 150, 3)
  await payMonth(w, '2026-09', '2026-11-20')
  // so that the month of the run is not all that it decides
  await sql`insert into certificate_revocations (certificate_id, reason_code, reason, effective_on)
    select id, 'fraud', '测试', issued_on from (select *, row_number() over (order by number) as n from certificates) c
    where n % 10 = 0 and not exists (select from certificate_revocations r where r.certificate_id = c.id)`.execute(w.db)
  const district = await w.context('district')
  const asked = { scheme_code: HZ, month: '2026-10', district_code: '330106' }
  const { id } = await w.db.transaction().execute((tx) => computeRun(tx, district, asked))
  // asked for and not begun: each database computes it
  await copyData(w.db, embedded.db)

  const auditor = await w.context('auditor')
  async function computed(db: Db, sliceSize: number) {
    const log = { info: () => {}, warn: () => {}, error: console.error }
    const deps = { ...w.deps, publicUrl: '', log }
    while (await runSlice(db, deps as never, { 'allowances.run': allowanceRunJob({ slice: sliceSize }) }));
    return db.transaction().execute((tx) => recheckRun(tx, auditor, id))
  }
  const postgres = await computed(w.db, 2000)
  const pglite = await computed(embedded.db, 7)
  const { rows } = await sql<{ lines: number; corrections: number; paid: number }>`
    select count(*) as lines, count(*) filter (where kind <> 'normal') as corrections, count(*) filter (where amount_fen > 0) as paid
    from allowance_lines where run_id = ${id}::uuid`.execute(w.db)
  console.log(
    `lines: PostgreSQL ${postgres.lines_sha256}, PGlite ${pglite.lines_sha256}; amounts: run ${postgres.run_amounts_sha256}, ` +
      `second definition ${postgres.recheck_amounts_sha256}, on PGlite ${pglite.recheck_amounts_sha256}; ${JSON.stringify(rows[0])}`,
  )
  // a world in which nothing is paid or corrected would prove little
  expect(rows[0]!.corrections).toBeGreaterThan(3)
  expect(rows[0]!.paid).toBeGreaterThan(10)
  expect(pglite).toEqual(postgres)
  expect(postgres).toMatchObject({
    ...{ status: 'equal', differing: 0, lines_intact: true },
    recheck_amounts_sha256: postgres.run_amounts_sha256,
  })
}, 240_000)
