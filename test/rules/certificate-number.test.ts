// Certificate numbers: made, taken apart, compared with the rest of the certificate.
import { expect, test } from 'vitest'
import { parseCertificateNumber, skillLevelNumber } from '../../src/credentials/certificate-number.ts'

const assessor_prefix = 'S000033000101'
const codes = (text: string, stated?: { level?: number; issued_on?: string }) =>
  parseCertificateNumber(text, stated).warnings.map((warning) => warning.code)

test('a made number has 22 characters and reads back as what it was made of', () => {
  const number = skillLevelNumber({ assessor_prefix, year: 2026, level: 3, serial: 7 })
  expect(number).toBe('S000033000101263000007')
  expect(parseCertificateNumber(number)).toEqual({
    kind: 'skill_level',
    number,
    parts: {
      assessor_kind: 'S',
      assessor_code: '0000',
      province_code: '33',
      site_serial: '000101',
      year: '26',
      level: 3,
      serial: '000007',
    },
    warnings: [],
  })
})

test.each([
  { assessor_prefix, year: 2026, level: 3, serial: 1_000_000 },
  { assessor_prefix, year: 2026, level: 6, serial: 1 },
  { assessor_prefix, year: 2026, level: 0, serial: 1 },
  { assessor_prefix: 'S00003300010', year: 2026, level: 1, serial: 1 },
])('a number that would not have the form is never made: %o', (part) => {
  expect(() => skillLevelNumber(part)).toThrow(RangeError)
})

test('the years 2000 and 2099 keep two digits, and the serial reaches 999999', () => {
  expect(skillLevelNumber({ assessor_prefix, year: 2000, level: 1, serial: 999_999 })).toBe('S000033000101001999999')
  expect(skillLevelNumber({ assessor_prefix, year: 2099, level: 5, serial: 1 })).toBe('S000033000101995000001')
})

test.each([
  ['Y000123000001195000001', 'skill_level'],
  ['y0001 2300 0001 1950 0000 1', 'skill_level'],
  ['AB00012300000119500000', 'special_grade'],
  ['1533001010301234', 'old_qualification'],
  ['3301010301234', 'old_qualification'],
  ['1533005010301234', 'other'],
  ['1533001010001234', 'other'],
  ['S000033000101266000007', 'other'],
  ['协培字2024第001号', 'other'],
  ['', 'other'],
])('%s is of kind %s', (text, kind) => {
  expect(parseCertificateNumber(text).kind).toBe(kind)
})

test('the level of an old qualification is its eleventh digit, in a 13-digit Shanghai number too', () => {
  expect(parseCertificateNumber('1533001010301234')).toMatchObject({
    parts: { year: '15', province_code: '33', level: 3 },
  })
  expect(parseCertificateNumber('3301010301234')).toMatchObject({ number: '3301010301234', parts: { level: 3 } })
  expect(codes('3301010301234', { level: 3, issued_on: '2010-01-01' })).toEqual([])
})

test('what disagrees with the certificate is warned of', () => {
  expect(codes('S000033000101263000007', { level: 3, issued_on: '2026-12-31' })).toEqual([])
  expect(codes('S000033000101263000007', { level: 4, issued_on: '2027-01-01' })).toEqual([
    'certificate_number.level_differs',
    'certificate_number.year_differs',
  ])
  expect(codes('1533001010301234', { level: 2 })).toEqual(['certificate_number.level_differs'])
  expect(codes('K000033000101263000007')).toEqual(['certificate_number.assessor_kind'])
  expect(codes('协培字2024第001号')).toEqual(['certificate_number.unknown_form'])
})
