/** What holds of every person and month, whatever the facts and their order. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { linesFor, type Plan } from '../../src/allowances/corrections.ts'
import { decide, type Facts } from '../../src/allowances/evaluate.ts'
import { certificate, employment, home, rulesOf } from '../support/allowance-facts.ts'

const hz = rulesOf('hz-special-post')
const MONTH = '2026-10'
const DISTRICTS = ['330102', '330106', '330108', '330200']

const day = fc.constantFrom(
  '2024-05-01',
  '2026-07-15',
  '2026-08-01',
  '2026-08-02',
  '2026-10-01',
  '2026-10-20',
  '2026-11-01',
)
const job = fc.record({
  at: fc.nat({ max: 3 }),
  starts_on: day,
  ends_on: fc.option(day, { nil: null }),
  days: fc.nat({ max: 31 }),
})
const level = fc.integer({ min: 1, max: 5 })
const facts: fc.Arbitrary<Facts> = fc
  .record({
    jobs: fc.array(job, { maxLength: 4 }),
    certificates: fc.array(fc.record({ level, issued_on: day, revoked_from: fc.option(day, { nil: null }) }), {
      maxLength: 4,
    }),
    education: fc.array(fc.record({ completed_on: day, hours: fc.nat({ max: 40 }) }), { maxLength: 4 }),
    conduct: fc.array(fc.record({ kind: fc.constantFrom('ethics_breach', 'other'), happened_on: day }), {
      maxLength: 2,
    }),
  })
  .map(({ jobs, certificates, education, conduct }) => ({
    employments: jobs.map(({ at, starts_on, ends_on }, n) =>
      employment({
        ...{ id: `e${n}`, starts_on, ends_on: ends_on && ends_on > starts_on ? ends_on : null },
        organisation: home({ id: `o${at}`, district_code: DISTRICTS[at]! }),
      }),
    ),
    // one record a month and organisation
    attendance: [
      ...new Map(jobs.map(({ at, days }) => [at, { month: MONTH, organisation_id: `o${at}`, days }])).values(),
    ],
    certificates: certificates.map((one, n) => certificate({ ...one, id: `c${n}`, found_in: found(n) })),
    education: education.map((one, n) => ({ ...one, id: `h${n}` })),
    conduct: conduct.map((one, n) => ({ ...one, id: `v${n}` })),
  }))
const found = (n: number) => ['osta', 'yong_yi_yang'].map((registry, at) => ({ registry, check_id: `k${n}${at}` }))

const shuffled = <T>(rows: T[], order: number[]) =>
  rows
    .map((row, at) => [order[at % order.length]! + at / 100, row] as const)
    .sort(([a], [b]) => a - b)
    .map(([, row]) => row)

test('a decision does not depend on the order in which facts are read', () => {
  fc.assert(
    fc.property(facts, fc.array(fc.nat({ max: 50 }), { minLength: 5, maxLength: 5 }), (one, order) => {
      const other: Facts = {
        employments: shuffled(one.employments, order),
        attendance: shuffled(one.attendance, order),
        certificates: shuffled(one.certificates, order).map((row) => ({
          ...row,
          found_in: [...row.found_in].reverse(),
        })),
        education: shuffled(one.education, order),
        conduct: shuffled(one.conduct, order),
      }
      expect(decide(other, hz, MONTH)).toMatchObject(comparable(decide(one, hz, MONTH)))
    }),
    { numRuns: 300 },
  )
})

const comparable = ({ certificate: held, ...decision }: ReturnType<typeof decide>) => ({
  ...decision,
  certificate: held && { id: held.id, level: held.level },
})

test('more days attended never pay less', () => {
  fc.assert(
    fc.property(facts, fc.nat({ max: 31 }), fc.nat({ max: 31 }), (one, a, b) => {
      const due = (days: number) => {
        const employments = one.employments.slice(0, 1)
        const attendance = employments.map(({ organisation }) => ({
          month: MONTH,
          organisation_id: organisation.id,
          days,
        }))
        return decide({ ...one, employments, attendance }, hz, MONTH).entitlement_fen
      }
      expect(due(Math.max(a, b))).toBeGreaterThanOrEqual(due(Math.min(a, b)))
    }),
    { numRuns: 300 },
  )
})

test('of all districts at most one has a line for a person and month, whichever computes first', () => {
  fc.assert(
    fc.property(facts, (one) => {
      const plan = (district_code: string): Plan => ({
        ...{ month: MONTH, district_code },
        months: [{ month: MONTH, rules: hz, approved: false }],
      })
      const lines = DISTRICTS.flatMap((district) => linesFor('p', one, [], plan(district)))
      expect(lines.length).toBeLessThanOrEqual(1)
      expect(DISTRICTS.toReversed().flatMap((district) => linesFor('p', one, [], plan(district)))).toEqual(lines)
    }),
    { numRuns: 300 },
  )
})
