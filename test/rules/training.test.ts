/** Hours and marks at their boundaries. */
import { describe, expect, test } from 'vitest'
import {
  awardsLevel,
  completionOf,
  hundredths,
  obstacles,
  partsOf,
  passes,
  requiredHours,
} from '../../src/training/rules.ts'

describe('required hours are the course’s percentage of all its hours, rounded up', () => {
  test.each([
    [40, 60, 80, 80],
    [40, 61, 80, 81],
    [33, 0, 100, 33],
    [10, 1, 50, 6],
    [10, 0, 0, 0],
  ])('%i + %i hours at %i %% → %i', (theory_hours, practice_hours, attendance_percent, hours) => {
    expect(requiredHours({ theory_hours, practice_hours, attendance_percent })).toBe(hours)
  })
})

describe('marks', () => {
  test.each([
    [0, 0],
    [60, 6000],
    [59.99, 5999],
    [78.05, 7805],
    [1.1, 110],
    [100, 10_000],
    [100.01, null],
    [-0.01, null],
    [59.995, null],
    [Number.NaN, null],
    [Number.POSITIVE_INFINITY, null],
  ])('%d points are %j hundredths', (points, expected) => {
    expect(hundredths(points)).toBe(expected)
  })

  test.each([
    [5, ['theory', 'practical']],
    [3, ['theory', 'practical']],
    [2, ['theory', 'practical', 'review']],
    [1, ['theory', 'practical', 'review']],
    [null, ['theory', 'practical']],
  ])('level %j sits %j', (level, parts) => {
    expect(partsOf(level)).toEqual(parts)
  })

  test.each([
    [5, 6000, 6000, null, true],
    [5, 5999, 10_000, null, false],
    [5, 10_000, 5999, null, false],
    [3, 6000, 6000, null, true],
    [2, 6000, 6000, 6000, true],
    [2, 10_000, 10_000, 5999, false],
    [2, 10_000, 10_000, null, false],
    [1, 6001, 6001, 6001, true],
  ])('level %i with %i, %i, %j: passed %j, nothing is averaged', (level, theory, practical, review, passed) => {
    expect(passes(level, { theory, practical, review })).toBe(passed)
  })
})

test.each([
  ['skill_level', 5, true],
  ['to_order', 4, true],
  ['to_order', null, false],
  ['in_service', 4, false],
  ['continuing_education', null, false],
])('a %s course of level %j ends in a skill level: %j', (kind, level, expected) => {
  expect(awardsLevel({ kind, level })).toBe(expected)
})

describe('completing a class', () => {
  const standing = {
    hours: 80,
    required_hours: 80,
    level: 5,
    examined: true,
    marks: { theory: 6000, practical: 6000, review: null },
  }

  test('nothing keeps back who has the hours and the marks', () => expect(obstacles(standing)).toEqual([]))

  test('one hour less, and each mark below, is said with its figures', () => {
    const found = obstacles({ ...standing, hours: 79, marks: { theory: 5800, practical: 5999, review: null } })
    expect(found.map(({ code, message }) => [code, message.zh])).toEqual([
      ['hours_short', '学时不足：79 / 80'],
      ['theory_below', '理论知识 58 分，低于合格线 60 分'],
      ['practical_below', '操作技能 59.99 分，低于合格线 60 分'],
    ])
  })

  test('a result is missed only where somebody assesses and the hours suffice', () => {
    const codes = (change: object) => obstacles({ ...standing, marks: null, ...change }).map(({ code }) => code)
    expect([codes({}), codes({ hours: 79 }), codes({ examined: false })]).toEqual([
      ['result_missing'],
      ['hours_short'],
      [],
    ])
  })

  test('the rate counts who stayed: completed over entered, without those who withdrew', () => {
    const member = (id: string, change: object) => ({
      id,
      person_id: id,
      person_name: id,
      id_number_masked: '',
      status: 'enrolled' as const,
      hours: 80,
      required_hours: 80,
      result: { theory: 60, practical: 60, review: null },
      ...change,
    })
    const { items, ...figures } = completionOf({ level: 5, assessor_organisation_id: 'a' }, [
      member('passed', {}),
      member('failed', { result: { theory: 59.99, practical: 99, review: null } }),
      member('short', { hours: 10, result: null }),
      member('missing', { result: null }),
      member('gone', { status: 'withdrawn' }),
    ])
    expect(figures).toEqual({
      completed: 1,
      failed: 2,
      missing: 1,
      withdrawn: 1,
      rate: { numerator: 1, denominator: 4 },
    })
    expect(items.map(({ outcome }) => outcome)).toEqual(['completed', 'failed', 'failed', 'missing'])
  })
})
