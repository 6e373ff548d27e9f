/** A run's lines of what is due once: paid in the month it is first due, topped up, recovered, and never twice in whatever order runs are made. */
import { describe, expect, test } from 'vitest'
import { type LedgerEntry, linesFor, type Plan } from '../../src/allowances/corrections.ts'
import type { Facts } from '../../src/allowances/evaluate.ts'
import { usableRules } from '../../src/allowances/usable-rules.ts'
import { certificate, employment, home, versionOf } from '../support/allowance-facts.ts'

const version = versionOf('cz-level')
const rules = usableRules(version)
const organisation = home({ district_code: '320400' })
const holder = (...certificates: Parameters<typeof certificate>[0][]): Facts => ({
  employments: [employment({ starts_on: '2015-01-01', organisation })],
  attendance: ['2024-03', '2024-04', '2024-05'].map((month) => ({
    ...{ month, organisation_id: 'home', days: 22, insured: true },
  })),
  certificates: certificates.map((change, index) => certificate({ id: `c${index}`, ...change })),
  education: [],
  conduct: [],
})
const four = { level: 4, issued_on: '2020-01-01' }
const three = { level: 3, issued_on: '2024-04-20' }
const plan = (month: string, ...before: string[]): Plan => ({
  ...{ month, district_code: '320400' },
  months: [...before.map((one) => ({ month: one, rules, approved: true })), { month, rules, approved: false }],
})
const entry = (month: string, entitlement_fen: number): LedgerEntry => ({
  ...{ component: 'level', month, entitlement_fen, district_code: '320400' },
})
/** What the ledger holds is also what `paid` says, as facts are read. */
const lines = (facts: Facts, ledger: LedgerEntry[], asked: Plan) =>
  linesFor(
    'p',
    {
      ...facts,
      paid: ledger.map(({ month, component, entitlement_fen }) => ({
        ...{ scheme_code: 'cz-level', component, group: null, month, amount_fen: entitlement_fen },
      })),
    },
    ledger,
    asked,
  ).map(({ month, kind, entitlement_fen, previous_fen }) => [month, kind, entitlement_fen, previous_fen])

describe('a sum that is due once', () => {
  test('is paid in the first month, and the next months have no line', () => {
    expect(lines(holder(four), [], plan('2024-03'))).toEqual([['2024-03', 'normal', 200000, null]])
    expect(lines(holder(four), [entry('2024-03', 200000)], plan('2024-04', '2024-03'))).toEqual([])
  })
  test('a higher level pays the difference, and leaves the month that was paid alone', () => {
    const ledger = [entry('2024-03', 200000)]
    expect(lines(holder(four, three), ledger, plan('2024-04', '2024-03'))).toEqual([
      ['2024-04', 'normal', 100000, null],
    ])
    const both = [...ledger, entry('2024-04', 100000)]
    expect(lines(holder(four, three), both, plan('2024-05', '2024-03', '2024-04'))).toEqual([])
  })
  test('a certificate revoked from its issue: each month gives back its own part', () => {
    const gone = holder({ ...four, revoked_from: '2020-01-01' }, { ...three, revoked_from: '2024-04-20' })
    const both = [entry('2024-03', 200000), entry('2024-04', 100000)]
    expect(lines(gone, both, plan('2024-05', '2024-03', '2024-04'))).toEqual([
      ['2024-03', 'recovery', 0, 200000],
      ['2024-04', 'recovery', 0, 100000],
    ])
  })
  test('only the higher one revoked: the difference alone comes back', () =>
    expect(
      lines(
        holder(four, { ...three, revoked_from: '2024-04-20' }),
        [entry('2024-03', 200000), entry('2024-04', 100000)],
        plan('2024-05', '2024-03', '2024-04'),
      ),
    ).toEqual([['2024-04', 'recovery', 0, 100000]]))
  test('a run of an earlier month made later pays nothing again', () =>
    expect(lines(holder(four), [entry('2024-04', 200000)], plan('2024-03'))).toEqual([]))
  test('late evidence is paid in the month it belongs to, once', () =>
    expect(lines(holder(four), [], plan('2024-05', '2024-03', '2024-04'))).toEqual([
      ['2024-03', 'back_pay', 200000, 0],
    ]))
})

test('two components of a group pay the higher together (就高不重复)', () => {
  const level = { ...version.components[0]!, kind: 'monthly_by_level' as const, group: 'same' }
  const paired = {
    ...version,
    components: [level, { ...level, code: 'other' }],
    rates: [...version.rates, ...version.rates.map((rate) => ({ ...rate, component: 'other', amount_fen: 250000 }))],
  }
  const months = ['level', 'other'].map((code) => ({
    ...{ month: '2024-03', rules: usableRules(paired, code), approved: false },
  }))
  const made = linesFor('p', holder(four), [], { month: '2024-03', district_code: '320400', months })
  expect(made.map(({ component, entitlement_fen }) => [component, entitlement_fen])).toEqual([
    ['level', 200000],
    ['other', 50000],
  ])
})
