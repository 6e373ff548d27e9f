/** A month paid in one call: computed by the district, submitted, approved by finance; and what its lines say of somebody. */
import { sql } from 'kysely'
import { approveRun, computeRun, submitRun } from '../../src/allowances/actions.ts'
import type { World } from './world.ts'

export const HZ = 'hz-special-post'

export interface PaidLine {
  month: string
  kind: string
  amount_fen: number
}

/** Answers the run and the lines of each person, the oldest month first. The clock stands on the day afterwards. */
export async function payMonth(w: World, month: string, day: string, district_code = '330106', username = 'district') {
  w.clock.now = new Date(`${day}T02:00:00Z`)
  const [district, finance] = [await w.context(username), await w.context('finance')]
  const { id } = await w.db
    .transaction()
    .execute((tx) => computeRun(tx, district, { scheme_code: HZ, month, district_code }))
  await w.runJobs()
  await w.db.transaction().execute((tx) => submitRun(tx, district, id, null))
  await w.db.transaction().execute((tx) => approveRun(tx, finance, id, null))
  const { rows } = await sql<PaidLine & { person_id: string }>`
    select person_id, to_char(month, 'YYYY-MM') as month, kind, amount_fen from allowance_lines where run_id = ${id}::uuid order by month`.execute(
    w.db,
  )
  const lines = Map.groupBy(rows, ({ person_id }) => person_id)
  const of = (person_id: string) =>
    (lines.get(person_id) ?? []).map(({ month, kind, amount_fen }) => [month, kind, amount_fen] as const)
  return { id, of }
}
