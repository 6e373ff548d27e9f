/** Every scheme of db/reference/schemes.json at its bounds, from a table that a policy officer reads; and how the money is split and timed. */
import { describe, expect, test } from 'vitest'
import sources from '../../db/reference/schemes.json' with { type: 'json' }
import { budgetYear } from '../../src/allowances/budget-rules.ts'
import { decide } from '../../src/allowances/evaluate.ts'
import { rulesMonth } from '../../src/allowances/rules.ts'
import { deadlineOf, judgeApplication, periodEnd, splitAmong } from '../../src/allowances/schedule.ts'
import { usableRules } from '../../src/allowances/usable-rules.ts'
import { Refusal } from '../../src/platform/errors.ts'
import { versionOf } from '../support/allowance-facts.ts'
import { caseVersion, factsOf, schemeCases } from '../support/scheme-table.ts'

const cases = schemeCases()

describe.each([...Map.groupBy(cases, (one) => one.scheme)])('%s', (_, own) => {
  test.each(own.map((one) => [one.components.join('+'), one.situation, one.month, one.expected, one] as const))(
    '%s: %s, %s: %s',
    (_component, _situation, month, expected, one) => {
      const { version } = caseVersion(one)
      const answer = () =>
        one.components.reduce((sum, code) => {
          const facts = factsOf({ ...one, components: [code] })
          return sum + decide(facts, usableRules(version, code), month).entitlement_fen
        }, 0)
      expect(rulesMonth(version, month)).toBe(true)
      const [, named] = expected.split('拒绝：')
      if (named === undefined) expect(answer()).toBe(Number(expected) * 100)
      else expect(refusalOf(answer)).toContain(named)
    },
  )
})

test('every component of every scheme has its cases', () => {
  const tried = new Set(cases.flatMap(({ scheme, components }) => components.map((code) => `${scheme} ${code}`)))
  const all = sources.flatMap(({ code }) => versionOf(code).components.map((one) => `${code} ${one.code}`))
  // what is paid to organisations is decided elsewhere
  expect(all.filter((one) => !tried.has(one))).toEqual(['bj-talent provider', 'cd-care jobs'])
})

test('what a component leaves open it also names', () => {
  for (const { code } of sources)
    for (const component of versionOf(code).components)
      if (Object.values(component).includes(null))
        expect([code, component.unknown?.length]).not.toEqual([code, undefined])
})

describe('when and by whom', () => {
  const hz = versionOf('hz-special-post').schedule!
  test.each([
    ['2026-04-05', { deadline: '2026-04-05', late: false, effect: null }],
    ['2026-04-06', { deadline: '2026-04-05', late: true, effect: null }],
  ])(
    'Hangzhou: an application for March entered on %s; what a late one leads to is left to the officer',
    (day, answer) => expect(judgeApplication(hz, '2026-03', day)).toEqual(answer),
  )
  test('without a deadline nothing is late', () => expect(judgeApplication({}, '2026-03', '2030-01-01')).toBeNull())
  test.each([
    ['monthly', '2026-05', '2026-05'],
    ['quarterly', '2026-05', '2026-06'],
    ['half_yearly', '2026-06', '2026-06'],
    ['half_yearly', '2026-07', '2026-12'],
    ['yearly', '2026-01', '2026-12'],
  ] as const)('%s: %s is paid with %s', (cadence, month, end) => expect(periodEnd({ cadence }, month)).toBe(end))
  test('Guangzhou reviews by 30 April and pays by that of the year after, out of the next year’s budget', () => {
    const schedule = versionOf('gz-employment').schedule!
    expect(deadlineOf(schedule.review_by!, schedule, '2024-03')).toBe('2025-04-30')
    expect(deadlineOf(schedule.paid_by!, schedule, '2024-03')).toBe('2026-04-30')
    expect(budgetYear({ schedule }, '2024-03', '2024-04-02')).toBe(2025)
    expect(budgetYear({}, '2023-12', '2024-01-02')).toBe(2024)
  })
  test('a day that the month does not have is its last', () =>
    expect(deadlineOf({ day: 31, months_later: 1 }, {}, '2026-01')).toBe('2026-02-28'))
  test.each([
    ['half and the rest', [{ name: '省', percent: 50 }, { name: '市' }], 1001, [500, 501]],
    [
      'a fixed sum first',
      [{ name: '市', fixed_fen: 300 }, { name: '区', percent: 50 }, { name: '镇' }],
      1001,
      [300, 500, 201],
    ],
    ['a fixed sum stops at what there is', [{ name: '市', fixed_fen: 300 }, { name: '区' }], 200, [200, 0]],
    ['one payer pays all', [{ name: '区' }], 7, [7]],
    [
      'thirds lose no fen',
      [{ name: '甲', percent: 33 }, { name: '乙', percent: 33 }, { name: '丙' }],
      100,
      [33, 33, 34],
    ],
    [
      'a third of a per cent loses no fen either',
      [{ name: '市', percent: 33.3 }, { name: '区' }],
      30_000,
      [9990, 20_010],
    ],
  ])('split: %s', (_, payers, total, parts) => {
    const split = splitAmong(payers, total)
    expect(split.map(({ amount_fen }) => amount_fen)).toEqual(parts)
    expect(split.reduce((sum, { amount_fen }) => sum + amount_fen, 0)).toBe(total)
  })
})

function refusalOf(attempt: () => unknown): string {
  try {
    attempt()
  } catch (error) {
    if (error instanceof Refusal && error.code === 'scheme.unconfirmed') return error.words.zh
    throw error
  }
  throw new Error('nothing was refused')
}
