/** Boundaries of issuing and revoking, without a database. */
import { describe, expect, test } from 'vitest'
import {
  isDemonstration,
  issueDateFault,
  numberOf,
  obstacle,
  revocationDay,
  type Standing,
  seriesPrefix,
} from '../../src/credentials/rules.ts'

const passed: Standing = {
  ...{ status: 'completed', passed: true, assessed_on: '2026-06-10', issued_number: null, erased: false },
}

describe('who gets a certificate', () => {
  test.each<[string, Partial<Standing>, string | null]>([
    ['passed and completed', {}, null],
    ['still enrolled', { status: 'enrolled' }, 'certificate.not_completed'],
    ['withdrawn', { status: 'withdrawn' }, 'certificate.not_completed'],
    ['hours short', { status: 'failed' }, 'certificate.not_completed'],
    ['no result', { passed: null, assessed_on: null }, 'certificate.no_result'],
    ['not passed', { passed: false }, 'certificate.not_passed'],
    ['assessed on the day of issue', { assessed_on: '2026-06-20' }, null],
    ['assessed a day after the issue', { assessed_on: '2026-06-21' }, 'certificate.assessed_later'],
    ['erased', { erased: true }, 'person.erased'],
    ['has one already', { issued_number: 'S000033999901265000001' }, 'certificate.issued_already'],
  ])('a skill-level certificate for somebody %s', (_, change, code) => {
    expect(obstacle('skill_level', { ...passed, ...change }, '2026-06-20')?.code ?? null).toBe(code)
  })

  test('a certificate of completion needs the completion, not a result', () => {
    const untested = { ...passed, passed: null, assessed_on: null }
    expect(obstacle('completion', untested, '2026-06-20')).toBeNull()
    expect(obstacle('completion', { ...untested, status: 'failed' }, '2026-06-20')?.code).toBe(
      'certificate.not_completed',
    )
  })
})

describe('the days of an issue', () => {
  test.each<[string, string | null, string | null]>([
    ['2026-04-30', null, '/issued_on'],
    ['2026-05-01', null, null],
    ['2026-11-23', null, null],
    ['2026-11-24', null, '/issued_on'],
    ['2026-11-23', '2026-11-23', '/valid_until'],
    ['2026-11-23', '2026-11-24', null],
  ])(
    'issued on %s and valid until %s, for a class from 2026-05-01 and today 2026-11-23',
    (issued_on, valid_until, pointer) => {
      expect(issueDateFault({ issued_on, valid_until }, '2026-05-01', '2026-11-23')?.pointer ?? null).toBe(pointer)
    },
  )
})

describe('the day a revocation takes effect', () => {
  test.each<[Parameters<typeof revocationDay>[0], string | null, string | null]>([
    ['issued_in_error', null, '2026-11-23'],
    ['issued_in_error', '2026-06-20', '2026-06-20'],
    ['issued_in_error', '2026-06-19', null],
    ['result_withdrawn', '2026-11-24', null],
    ['fraud', null, '2026-06-20'],
    ['fraud', '2026-11-01', '2026-06-20'],
  ])('%s wanted for %s, issued on 2026-06-20', (reason_code, wanted, day) => {
    expect(revocationDay(reason_code, wanted, '2026-06-20', '2026-11-23')).toBe(day)
  })
})

describe('numbers', () => {
  const issuer = { assessor_prefix: 'S000033999901', district_code: '330106' }

  test('a skill-level number is 22 characters: assessor, year, level, serial', () => {
    expect(numberOf(seriesPrefix('skill_level', issuer, 5, '2026-06-20'), 1)).toBe('S000033999901265000001')
    expect(numberOf(seriesPrefix('skill_level', issuer, 1, '2027-01-01'), 999_999)).toBe('S000033999901271999999')
  })

  test('levels and years count apart', () => {
    const prefixes = (['2026-12-31', '2027-01-01'] as const).flatMap((day) =>
      [4, 5].map((level) => seriesPrefix('skill_level', issuer, level, day)),
    )
    expect(new Set(prefixes).size).toBe(4)
  })

  test('a certificate of completion cannot be taken for a skill level', () => {
    const number = numberOf(seriesPrefix('completion', issuer, null, '2026-06-20'), 7)
    expect(number).toBe('JY33010626000007')
    expect(number).not.toMatch(/^[A-Z]\d{21}$/)
  })
})

test('only issuers with the unassigned area code 109900 issue demonstrations', () => {
  expect(isDemonstration('911099000000000001')).toBe(true)
  expect(isDemonstration('913301060000000001')).toBe(false)
  expect(isDemonstration(null)).toBe(false)
})
