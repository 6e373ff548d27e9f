/** Over random lives the books of recoveries always agree with the ledger: by person and run, by chain, and in all. */
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { confirmVersion } from '../../src/allowances/actions.ts'
import { confirmationShape } from '../../src/allowances/confirmation-shapes.ts'
import { decideWriteOff, planRecovery, proposeWriteOff, recordRepayment } from '../../src/allowances/recoveries.ts'
import { listRecoveries } from '../../src/allowances/recovery-queries.ts'
import { recoveryFilterShape } from '../../src/allowances/recovery-shapes.ts'
import { mergePeople, undoMerge } from '../../src/people/merging.ts'
import { addMonths, firstDay, localDate } from '../../src/platform/calendar.ts'
import type { Tx } from '../../src/platform/database.ts'
import { HZ, payMonth } from '../support/allowance-runs.ts'
import { allowanceWorld, CONFIRMATION } from '../support/allowance-world.ts'
import { type World, world } from '../support/world.ts'

const MONTHS = Array.from({ length: 8 }, (_, at) => addMonths('2026-07', at))

describe.each([3, 20, 77])('life %i', (seed) => {
  let w: World
  let facts: Awaited<ReturnType<typeof allowanceWorld>>
  let state = seed
  /** The same numbers on every machine. */
  const under = (limit: number) => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff
    return Math.floor((state / 0x80000000) * limit)
  }
  const act = <T>(work: (tx: Tx) => Promise<T>) => w.db.transaction().execute(work)
  beforeAll(async () => {
    w = await world()
    facts = await allowanceWorld(w)
    const admin = await w.context('admin')
    await act((tx) => confirmVersion(tx, admin, HZ, 1, confirmationShape.parse(CONFIRMATION)))
  })
  afterAll(() => w.close())

  test('lines = paid + released + off-set − credited − opened, and what went out is due, owed or given up', async () => {
    const attendance = Object.fromEntries(MONTHS.map((month) => [month, 22]))
    const people: Awaited<ReturnType<typeof facts.carer>>[] = []
    for (let at = 0; at < 12; at++)
      people.push(await facts.carer({ attendance, level: 5 - under(3), hours: 120, completed_on: '2026-06-20' }))
    const bare = await facts.person({})
    const revoked = new Map<string, number>()
    let merge_id: string | null = null
    for (const month of MONTHS) {
      const next = addMonths(month, 1)
      await payMonth(w, month, `${next}-05`)
      await agree()
      for (const { id, certificate_id } of people) {
        const seq = revoked.get(certificate_id!)
        const dice = under(6)
        if (dice === 0 && seq === undefined) await revoke(certificate_id!, 0, revoked)
        else if (dice <= 1 && seq === 0) {
          await facts.restore(certificate_id!)
          revoked.set(certificate_id!, -1)
        } else if (dice === 2) await attended(id, MONTHS[under(MONTHS.indexOf(month) + 1)]!, 15 + under(10))
      }
      const admin = await w.context('admin')
      if (merge_id === null && under(2) === 0) {
        const asked = { into: bare, reason: '同一人', confirm_different_documents: true }
        merge_id = await act(async (tx) => (await mergePeople(tx, admin, people[0]!.id, asked)).id)
      } else if (merge_id && merge_id !== 'undone' && under(2) === 0) {
        const id = merge_id
        await act((tx) => undoMerge(tx, admin, id, '不是同一人'))
        merge_id = 'undone'
      }
      await work(under)
      await agree()
    }
    const { rows } = await sql<{ kind: string }>`select distinct kind from recovery_entries`.execute(w.db)
    expect(rows.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['opening', 'release', 'repayment', 'offset']))
    expect(w.faults).toEqual([])
  }, 120_000)

  async function revoke(certificate_id: string, seq: number, revoked: Map<string, number>) {
    await facts.revoke(certificate_id, '2026-01-01')
    revoked.set(certificate_id, seq)
  }

  async function attended(person_id: string, month: string, days: number) {
    await sql`with closed as (
        update service_months set known_to = clock_timestamp()
        where person_id = ${person_id}::uuid and month = ${firstDay(month)}::date and known_to = 'infinity' returning *
      ) insert into service_months (person_id, organisation_id, month, attendance_days, known_from)
        select person_id, organisation_id, month, ${days}, known_to from closed`.execute(w.db)
  }

  /** Officers do something with each recovery, or nothing. */
  async function work(under: (limit: number) => number) {
    const [district, finance, finance2] = [
      await w.context('district'),
      await w.context('finance'),
      await w.context('finance2'),
    ]
    const today = localDate(district.now)
    const { items } = await listRecoveries(w.db, district.scope, recoveryFilterShape.parse({ limit: 200 }), today)
    for (const { id, balance_fen } of items) {
      const dice = under(4)
      const amount_fen = 1 + under(balance_fen)
      if (dice === 0)
        await act((tx) =>
          planRecovery(tx, district, id, { kind: 'offset', starts_on: today, floor_fen: under(30000), reason: '商定' }),
        )
      if (dice === 1)
        await act((tx) =>
          recordRepayment(tx, finance, id, { amount_fen, paid_on: today, reference: crypto.randomUUID() }),
        )
      if (dice === 2) {
        const input = { amount_fen, reason: '困难', document: '示例 1 号' }
        const { write_offs } = await act((tx) => proposeWriteOff(tx, finance, id, input))
        await act((tx) => decideWriteOff(tx, finance2, write_offs[0]!.id, { approved: under(2) === 0, reason: '已核' }))
      }
    }
  }

  /** Nothing of this is read through the code that made it. */
  async function agree() {
    const { rows: wrong } = await sql`
      with booked as (
        select run_id, person_id, sum(amount_fen) as fen from allowance_ledger group by 1, 2
      ), paid as (
        select run_id, person_id, sum(amount_fen) filter (where amount_fen > 0) as fen, -sum(amount_fen) filter (where amount_fen < 0) as left_fen
        from allowance_payables group by 1, 2
      ), opened as (
        select r.run_id, r.person_id, e.amount_fen as fen from recoveries r join recovery_entries e on e.recovery_id = r.id and e.kind = 'opening'
      )
      select b.* from booked b join paid p using (run_id, person_id) left join opened o using (run_id, person_id)
        left join allowance_settlements s using (run_id, person_id)
      where b.fen <> coalesce(p.fen, 0) + coalesce(s.released_fen + s.offset_fen - s.credited_fen, 0) - coalesce(o.fen, 0)
        or coalesce(p.left_fen, 0) <> coalesce(o.fen, 0)`.execute(w.db)
    expect(wrong).toEqual([])
    const { rows: broken } = await sql`
      select b.id from recovery_balances b join recovery_entries e on e.recovery_id = b.id group by b.id, b.balance_fen
      having b.balance_fen <> sum(case when e.kind in ('opening', 'reopening', 'return') then e.amount_fen else -e.amount_fen end)`.execute(
      w.db,
    )
    expect(broken).toEqual([])
    const { rows } = await sql<Record<'paid' | 'repaid' | 'due' | 'owed' | 'given_up', number>>`
      select (select coalesce(sum(amount_fen), 0)::int from allowance_payables where amount_fen > 0) as paid,
        (select coalesce(sum(amount_fen), 0)::int from recovery_entries where kind = 'repayment') as repaid,
        (select sum(amount_fen)::int from allowance_ledger) as due,
        (select coalesce(sum(balance_fen), 0)::int from recovery_balances) as owed,
        (select coalesce(sum(written_off_fen), 0)::int from recovery_balances) as given_up`.execute(w.db)
    const { paid, repaid, due, owed, given_up } = rows[0]!
    expect(paid - repaid).toBe(due + owed + given_up)
  }
})
