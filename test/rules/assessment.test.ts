/** Which of several sittings counts, how long a passed part is kept, and what the rates divide by. */
import { describe, expect, test } from 'vitest'
import { combine, DEFAULT_TERMS, marksOf, type PartMark, ratesOf } from '../../src/training/assessment-rules.ts'
import type { EnrolmentStatus, Part } from '../../src/training/rules.ts'

const mark = (part: Part, sitting: number, assessed_on: string, points: number): PartMark => ({
  part,
  sitting,
  assessed_on,
  mark: points * 100,
})
const kept = (kept_months: number) => ({ kept_months })
const passed = mark('theory', 1, '2025-01-31', 60)
const failed = mark('practical', 1, '2025-01-31', 59.99)

describe('several sittings of one part', () => {
  test('the best mark counts, whichever sitting it is of', () => {
    const again = mark('practical', 2, '2025-02-10', 71)
    const worse = mark('practical', 3, '2025-02-20', 65)
    const { counting, due, assessed_on } = combine(5, kept(12), [passed, failed, again, worse], '2025-02-20')
    expect([counting.practical, due, assessed_on]).toEqual([again, [], '2025-02-10'])
    expect(marksOf(5, counting)).toEqual({ theory: 6000, practical: 7100, review: null })
  })

  test('of equal marks the earlier one counts', () => {
    const again = mark('practical', 2, '2025-02-10', 59.99)
    expect(combine(5, kept(12), [again, failed], '2025-02-10').counting.practical).toBe(failed)
  })

  test('a level with a review waits for it, whatever the other parts are', () => {
    const { counting, due } = combine(2, kept(12), [passed, mark('practical', 1, '2025-01-31', 90)], '2025-02-01')
    expect([marksOf(2, counting), due]).toEqual([null, ['review']])
  })
})

describe('a passed part is kept', () => {
  test.each([
    ['2026-01-30', ['practical']],
    ['2026-01-31', ['theory', 'practical']],
    ['2026-02-01', ['theory', 'practical']],
  ])('for twelve months after 2025-01-31: on %s what is due is %j', (day, due) => {
    expect(combine(5, kept(12), [passed, failed], day).due).toEqual(due)
  })

  test.each([
    ['2025-02-27', ['practical']],
    ['2025-02-28', ['theory', 'practical']],
  ])('one month after the 31st ends with a short month: on %s what is due is %j', (day, due) => {
    expect(combine(5, kept(1), [passed, failed], day).due).toEqual(due)
  })

  test('not at all where the terms keep nothing: all parts of a sitting pass together', () => {
    const again = mark('practical', 2, '2025-02-10', 80)
    const first = combine(5, kept(0), [passed, failed], '2025-01-31')
    expect([first.due, marksOf(5, first.counting)?.theory]).toEqual([['practical'], 6000])
    const second = combine(5, kept(0), [passed, failed, again], '2025-02-10')
    expect([second.due, marksOf(5, second.counting)]).toEqual([['theory'], null])
    const whole = combine(5, kept(0), [passed, failed, again, mark('theory', 2, '2025-02-10', 61)], '2025-02-10')
    expect(whole.due).toEqual([])
  })

  test('a mark that failed is never too old to be a result', () => {
    expect(
      marksOf(5, combine(5, kept(1), [mark('theory', 1, '2020-01-01', 10), failed], '2026-01-01').counting),
    ).toEqual({ theory: 1000, practical: 5999, review: null })
  })
})

test('a class that nobody has come to has nothing to combine', () => {
  expect(combine(5, kept(12), [], '2025-01-01')).toEqual({
    counting: {},
    assessed_on: null,
    due: ['theory', 'practical'],
  })
})

test('what no source says is shown as unknown', () => expect(DEFAULT_TERMS.confidence).toBe('unknown'))

test('rates: who withdrew counts as enrolled and not as entered; who was not assessed did not enter', () => {
  const person = (status: EnrolmentStatus, passes: boolean | null, certificate_number: string | null = null) => ({
    status,
    result: passes === null ? null : { passed: passes },
    certificate_number,
  })
  const members = [
    person('completed', true, 'S1'),
    person('completed', true),
    person('failed', false),
    person('failed', null),
    person('withdrawn', true),
  ]
  expect(ratesOf(members)).toEqual({
    pass_rate: { numerator: 2, denominator: 3 },
    certificate_rate: { numerator: 1, denominator: 5 },
  })
})
