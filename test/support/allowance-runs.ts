/** Runs from the computation to the bank's answer, for tests that begin behind it: by actions in one call, and through the API. */
import { sql } from 'kysely'
import { approveRun, computeRun, confirmVersion, submitRun } from '../../src/allowances/actions.ts'
import { confirmationShape } from '../../src/allowances/confirmation-shapes.ts'
import { CONFIRMATION } from './allowance-world.ts'
import { clientsOf, ok } from './answers.ts'
import { reviewRun } from './reviewing.ts'
import type { World } from './world.ts'

export const HZ = 'hz-special-post'

export interface PaidLine {
  month: string
  kind: string
  amount_fen: number
}

/**
 * Answers the run and the lines of each person, the oldest month first. The clock stands on the day afterwards. `reviewing` comes between
 * submission and review.
 */
export async function payMonth(
  w: World,
  month: string,
  day: string,
  district_code = '330106',
  username = 'district',
  reviewing: (run_id: string) => Promise<unknown> = async () => {},
) {
  w.clock.now = new Date(`${day}T02:00:00Z`)
  const [district, finance] = [await w.context(username), await w.context('finance')]
  const { id } = await w.db
    .transaction()
    .execute((tx) => computeRun(tx, district, { scheme_code: HZ, month, district_code }))
  await w.runJobs()
  await w.db.transaction().execute((tx) => submitRun(tx, district, id, null))
  await reviewing(id)
  await reviewRun(w, id)
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

/** Each district has its officer; finance and finance2 approve and pay. */
export function runsOf(world: () => World) {
  const as = clientsOf(world)
  const key = () => ({ key: crypto.randomUUID() })
  const step = (id: string, kind: string, username: string) =>
    as(username).post(`/api/v1/allowance-runs/${id}/${kind}`, {}, key())
  const officer = (district_code: string) => (district_code === '330102' ? 'district2' : 'district')

  async function compute(month: string, district_code = '330106', scheme_code = HZ): Promise<string> {
    const asked = { scheme_code, month, district_code }
    const { id } = await ok(as(officer(district_code)).post('/api/v1/allowance-runs', asked, key()), 202)
    await world().runJobs()
    return id
  }
  const submit = (id: string, district_code = '330106') => step(id, 'submission', officer(district_code))
  const approve = (id: string, username = 'finance') => step(id, 'approval', username)

  return {
    as,
    key,
    compute,
    submit,
    approve,
    reject: (id: string) => as('finance').post(`/api/v1/allowance-runs/${id}/rejection`, { reason: '测试驳回' }, key()),
    /** The rates of the scheme, on which nothing can be computed before. */
    async confirm() {
      const admin = await world().context('admin')
      await world()
        .db.transaction()
        .execute((tx) => confirmVersion(tx, admin, HZ, 1, confirmationShape.parse(CONFIRMATION)))
    },
    async approved(month: string, district_code = '330106') {
      const id = await compute(month, district_code)
      await ok(submit(id, district_code))
      await reviewRun(world(), id)
      await ok(approve(id))
      return id
    },
    /** The bank answers to the newest payment file of the run, or to a first one. */
    async answer(
      id: string,
      items: { person_id: string; amount_fen: number; outcome?: string; settled_on?: string }[],
    ) {
      const path = `/api/v1/allowance-runs/${id}`
      const { payment_files } = await ok(as('finance').get(path))
      if (payment_files.length === 0) await ok(as('finance').post(`${path}/payment-file`, { format: 'csv' }, key()))
      const rows = items.map((item) => ({
        ...{ outcome: 'paid', settled_on: '2026-11-20', bank_reference: item.person_id.slice(-8), ...item },
        ...(item.outcome === 'returned' && { reason_code: 'closed' }),
      }))
      await ok(as('finance').post(`${path}/payment-results`, { items: rows }, key()), 201)
    },
  }
}
