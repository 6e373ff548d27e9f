/** Every scheme of db/reference/schemes.json at its bounds, from a table that a policy officer reads; and how the money is split and timed. */
import { afterAll, describe, expect, test } from 'vitest'
import sources from '../../db/reference/schemes.json' with { type: 'json' }
import { budgetYear } from '../../src/allowances/budget-rules.ts'
import { decide } from '../../src/allowances/evaluate.ts'
import { rulesMonth } from '../../src/allowances/rules.ts'
import { deadlineOf, judgeApplication, judgeClaim, periodEnd, splitAmong } from '../../src/allowances/schedule.ts'
import { isComplete, missingPieces, usableRules } from '../../src/allowances/usable-rules.ts'
import { Refusal } from '../../src/platform/errors.ts'
import { versionOf } from '../support/allowance-facts.ts'
import { caseVersion, factsOf, schemeCases } from '../support/scheme-table.ts'

const cases = schemeCases()
const passed = new Map<string, number>()

/** What was agreed before any code: each has a row of the table, or for a deadline the test below, named so. */
const GOLDEN = [
  ['nb-special-post', '三级、条件全部具备'],
  ['hz-special-post', '5 月 15 日由四级换三级：5 月'],
  ['hz-special-post', '5 月 15 日由四级换三级：6 月'],
  ['hz-special-post', '6 月 20 日合同终止、已出勤 20 天'],
  ['hz-special-post', '出勤 19 天'],
  ['zj-entry', '本科、2022-07-01 入职：满 3 年'],
  ['zj-entry', '本科、2022-07-01 入职：满 4 年'],
  ['zj-entry', '本科、2022-07-01 入职：满 5 年'],
  ['bj-talent', '本科、2021-07-10 入职：满 1 年'],
  ['bj-talent', '本科、2021-07-10 入职：满 2 年'],
  ['bj-talent', '本科、2021-07-10 入职：满 3 年'],
  ['cz-level', '四级已发 2000、现为三级'],
  ['gz-employment', '6 年、四级'],
  ['zz-tenure', '当月刚好满 5 年'],
]
test('every golden case has its row', () =>
  expect(
    cases
      .flatMap(({ scheme, situation }) => (situation.endsWith('（金标准）') ? [`${scheme} ${situation}`] : []))
      .sort(),
  ).toEqual(GOLDEN.map(([scheme, situation]) => `${scheme} ${situation}（金标准）`).sort()))

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
      passed.set(one.scheme, (passed.get(one.scheme) ?? 0) + 1)
    },
  )
})

/** For whoever asks which schemes the rule model expresses: components, cases, passed; what a source leaves open is told. */
afterAll(() => {
  const rows = [...Map.groupBy(cases, (one) => one.scheme)].map(([scheme, own]) => {
    const version = versionOf(scheme)
    const refused = version.components.filter(({ code }) => !isComplete(missingPieces(version, code)))
    const open = refused.length > 0 ? `待确认：${refused.map(({ title }) => title).join('、')}` : '可直接计算'
    return [scheme, version.components.length, own.length, passed.get(scheme) ?? 0, open].join('\t')
  })
  process.stdout.write(`\n政策\t项目\t用例\t通过\t说明\n${rows.join('\n')}\n`)
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
    'Hangzhou: an application for March entered on %s （金标准）; what a late one leads to is left to the officer',
    (day, answer) => expect(judgeApplication(hz, '2026-03', day)).toEqual(answer),
  )
  test.each([
    ['cz-level', '2024-08-31', '2024-08-31', false],
    ['cz-level', '2024-09-01', '2024-08-31', true],
    ['cd-care', '2024-03-31', '2024-03-31', false],
    ['cd-care', '2024-04-01', '2024-03-31', true],
    ['hz-special-post', '2026-04-06', '2026-04-05', true],
  ])('%s: a claim of %s against the deadline %s', (code, day, deadline, late) =>
    expect(judgeClaim(versionOf(code).schedule!, day)).toMatchObject({ deadline, late, effect: null }),
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
