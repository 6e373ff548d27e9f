/** The settlement of runs over random lives: whatever is taken and given back, the books always agree, and nobody pays or is paid twice. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Owed, type RunEntry, settle } from '../../src/allowances/recovery-rules.ts'

const entry = (month: string, amount_fen: number, person_id = 'a'): RunEntry => ({
  person_id,
  month,
  component: 'monthly',
  seq: 1,
  amount_fen,
})
const owes = (id: string, balance_fen: number, more: Partial<Owed> = {}): Owed => ({
  ...{ id, person_id: 'a', balance_fen, written_off_fen: 0, months: [], floor_fen: null, ...more },
})
const same = (person_id: string) => person_id.slice(0, 1)

describe('a run', () => {
  test('opens no recovery while it pays as much as it takes', () => {
    expect(settle([entry('2026-08', -300), entry('2026-09', 400)], [], [], same)).toEqual({
      openings: [],
      entries: [],
      settled: [{ person_id: 'a', netted_fen: 300, released_fen: 0, offset_fen: 0, credited_fen: 0 }],
    })
  })

  test('opens one for the remainder, resting on all its entries of the person', () => {
    const entries = [entry('2026-08', -900), entry('2026-09', 400)]
    const { openings, settled } = settle(entries, [], [], same)
    expect(openings).toEqual([{ person_id: 'a', amount_fen: 500, causes: entries }])
    expect(settled).toMatchObject([{ netted_fen: 400 }])
  })

  test('lets a month that is given back make its recovery smaller before anything is paid', () => {
    const owed = [owes('r', 700, { months: [{ month: '2026-08', component: 'monthly', fen: 400 }] })]
    const { entries, settled } = settle([entry('2026-08', 400), entry('2026-10', 400)], owed, [], same)
    expect(entries).toMatchObject([{ recovery: 'r', kind: 'release', amount_fen: 400 }])
    expect(settled).toMatchObject([{ released_fen: 400, netted_fen: 0, offset_fen: 0 }])
  })

  test('opens again what was written off, and pays out only what really came back', () => {
    // 1200 were taken: 300 came back, 900 were written off
    const months = [{ month: '2026-08', component: 'monthly', fen: 1200 }]
    const { entries, settled } = settle(
      [entry('2026-08', 1200)],
      [owes('r', 0, { written_off_fen: 900, months })],
      [],
      same,
    )
    expect(entries.map(({ kind, amount_fen }) => [kind, amount_fen])).toEqual([
      ['reopening', 900],
      ['release', 900],
    ])
    expect(settled).toMatchObject([{ released_fen: 900 }])
  })

  test.each([
    [400, 100, 300],
    [100, 0, 100],
    [400, 400, 0],
    [400, 401, 0],
    [400, 500, 0],
  ])('of %i leaves a floor of %i: %i are off-set', (paid, floor_fen, taken) => {
    const { settled } = settle([entry('2026-10', paid)], [owes('r', 1000, { floor_fen })], [], same)
    expect(settled[0]?.offset_fen ?? 0).toBe(taken)
  })

  test('off-sets nothing without a plan, and the oldest first with several', () => {
    expect(settle([entry('2026-10', 400)], [owes('r', 1000)], [], same).settled).toEqual([])
    const owed = [owes('r1', 100, { floor_fen: 0 }), owes('r2', 1000, { floor_fen: 50 })]
    expect(settle([entry('2026-10', 400)], owed, [], same).entries).toMatchObject([
      { recovery: 'r1', amount_fen: 100 },
      { recovery: 'r2', amount_fen: 250 },
    ])
  })

  test('fills what it takes under one record of a person from what it pays under another', () => {
    const { openings, entries, settled } = settle(
      [entry('2026-09', -400, 'a1'), entry('2026-09', 700, 'a2')],
      [],
      [],
      same,
    )
    expect(openings).toMatchObject([{ person_id: 'a1', amount_fen: 400 }])
    expect(entries).toEqual([{ recovery: 0, kind: 'offset', amount_fen: 400, payer_id: 'a2' }])
    expect(settled).toMatchObject([{ person_id: 'a2', offset_fen: 400 }])
  })

  test('gives it back to the payer when they turn out to be two, and the debtor’s month makes it smaller', () => {
    const entries = [
      entry('2026-09', 400, 'a'),
      entry('2026-10', 400, 'a'),
      entry('2026-09', -400, 'b'),
      entry('2026-10', -400, 'b'),
    ]
    const owed = [owes('r', 0, { months: [{ month: '2026-09', component: 'monthly', fen: 400 }] })]
    const stray = { recovery_id: 'r', payer_id: 'b', amount_fen: 400 }
    const { openings, entries: made, settled } = settle(entries, owed, [stray], same)
    expect(made.map(({ kind, amount_fen }) => [kind, amount_fen])).toEqual([
      ['return', 400],
      ['release', 400],
    ])
    expect(openings).toMatchObject([{ person_id: 'b', amount_fen: 400 }])
    expect(settled).toMatchObject([
      { person_id: 'a', released_fen: 400 },
      { person_id: 'b', credited_fen: 400 },
    ])
  })
})

/** One step of a life: a run that changes some months, a repayment or a write-off of a share of what is owed, a merge or its undoing. */
const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      run: fc.array(fc.tuple(fc.nat(1), fc.nat(3), fc.integer({ min: 0, max: 5 })), { maxLength: 6 }),
    }),
  },
  fc.record({ repay: fc.nat(2) }),
  fc.record({ writeOff: fc.nat(2) }),
  fc.record({ floor: fc.option(fc.integer({ min: 0, max: 300 }), { nil: null }) }),
  fc.record({ merged: fc.boolean() }),
)

test('over any life the sums agree: lines = paid + released + off-set − credited − opened, and no balance falls below zero', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 25 }), (life) => {
      const booked = new Map<string, { fen: number; seq: number }>()
      const owed: (Owed & { opened: number; sums: Record<string, number>; strays: Map<string, number> })[] = []
      let merged = false
      let floor: number | null = null
      const cash = { paid: 0, repaid: 0, writtenOff: 0 }
      const humanOf = (person_id: string) => (merged ? 'a' : person_id)
      for (const one of life) {
        if ('merged' in one) merged = one.merged
        else if ('floor' in one) floor = one.floor
        else if ('repay' in one) {
          for (const debt of owed) {
            const fen = Math.floor((debt.balance_fen * one.repay) / 2)
            debt.balance_fen -= fen
            cash.repaid += fen
          }
        } else if ('writeOff' in one) {
          for (const debt of owed) {
            const fen = Math.floor((debt.balance_fen * one.writeOff) / 2)
            debt.balance_fen -= fen
            debt.written_off_fen += fen
            cash.writtenOff += fen
          }
        } else {
          const wanted = new Map(one.run.map(([who, month, fen]) => [`${'ab'[who]} ${month}`, fen * 100]))
          const entries = [...wanted].sort().flatMap(([key, fen]) => {
            const { fen: before, seq } = booked.get(key) ?? { fen: 0, seq: -1 }
            booked.set(key, { fen, seq: seq + 1 })
            const [person_id, month] = key.split(' ')
            return fen === before
              ? []
              : [{ person_id: person_id!, month: month!, component: 'monthly', seq: seq + 1, amount_fen: fen - before }]
          })
          for (const debt of owed) debt.floor_fen = floor
          const strays = owed.flatMap((debt) =>
            [...debt.strays].flatMap(([payer_id, amount_fen]) =>
              amount_fen > 0 && humanOf(payer_id) !== humanOf(debt.person_id)
                ? [{ recovery_id: debt.id, payer_id, amount_fen }]
                : [],
            ),
          )
          const result = settle(entries, owed, strays, humanOf)
          const opened = result.openings.map(({ person_id, amount_fen, causes }) => {
            const months = causes
              .filter(({ amount_fen: fen }) => fen < 0)
              .map(({ month, component, amount_fen: fen }) => ({ month, component, fen: -fen }))
            const debt = {
              ...owes(`r${owed.length}`, amount_fen, { person_id, months }),
              opened: amount_fen,
              sums: {},
              strays: new Map(),
            }
            owed.push(debt)
            return debt
          })
          for (const { recovery, kind, amount_fen, payer_id, cause } of result.entries) {
            const debt = typeof recovery === 'number' ? opened[recovery]! : owed.find(({ id }) => id === recovery)!
            expect(amount_fen).toBeGreaterThan(0)
            debt.balance_fen += kind === 'return' || kind === 'reopening' ? amount_fen : -amount_fen
            if (kind === 'reopening') {
              debt.written_off_fen -= amount_fen
              cash.writtenOff -= amount_fen
            }
            if (kind === 'release') debt.months.find(({ month }) => month === cause!.month)!.fen -= amount_fen
            if (payer_id && payer_id !== debt.person_id)
              debt.strays.set(
                payer_id,
                (debt.strays.get(payer_id) ?? 0) + (kind === 'return' ? -amount_fen : amount_fen),
              )
            expect(debt.balance_fen).toBeGreaterThanOrEqual(0)
            expect(debt.written_off_fen).toBeGreaterThanOrEqual(0)
          }
          for (const person_id of ['a', 'b']) {
            const own = entries.filter((line) => line.person_id === person_id)
            const plus = own.reduce((sum, { amount_fen }) => sum + Math.max(0, amount_fen), 0)
            const minus = own.reduce((sum, { amount_fen }) => sum + Math.max(0, -amount_fen), 0)
            const kept = result.settled.find((row) => row.person_id === person_id)
            const paid = plus - (kept ? kept.netted_fen + kept.released_fen + kept.offset_fen : 0)
            const opening = result.openings.find((row) => row.person_id === person_id)?.amount_fen ?? 0
            expect(paid).toBeGreaterThanOrEqual(0)
            expect(opening).toBe(minus - (kept ? kept.netted_fen + kept.credited_fen : 0))
            cash.paid += paid
          }
        }
        // what went out, less what came back, is what is due, and what is still owed or was given up
        const due = [...booked.values()].reduce((sum, { fen }) => sum + fen, 0)
        const left = owed.reduce((sum, { balance_fen }) => sum + balance_fen, 0)
        expect(cash.paid - cash.repaid).toBe(due + left + cash.writtenOff)
      }
    }),
    { numRuns: 2000 },
  )
})
