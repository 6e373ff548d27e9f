/** What may be said of people and their work, each rule at its boundary. */
import { describe, expect, test } from 'vitest'
import { earlierTwins } from '../../src/people/bulk.ts'
import { conductFaults } from '../../src/people/conduct-rules.ts'
import { cleanPerson } from '../../src/people/details.ts'
import { type PersonRecord, weave } from '../../src/people/record.ts'
import { blockersOf, educationFaults, employmentFaults, serviceMonthFaults } from '../../src/people/rules.ts'
import { changesInWords } from '../../templates/people/parts.tsx'

const codes = (faults: { pointer: string; code: string }[]) => faults.map(({ pointer, code }) => `${pointer} ${code}`)

describe('a month of service', () => {
  test.each([
    ['2026-02', 28, []],
    ['2026-02', 29, ['/attendance_days service_month.too_many_days']],
    ['2024-02', 29, []],
    ['2026-10', 31, []],
    ['2026-11', 30, []],
    ['2026-11', 31, ['/attendance_days service_month.too_many_days']],
    ['2026-12', 1, ['/month service_month.future']],
    ['2027-02', 30, ['/month service_month.future', '/attendance_days service_month.too_many_days']],
  ])('%s with %i days on 2026-11-30', (month, attendance_days, expected) => {
    expect(codes(serviceMonthFaults({ month, attendance_days }, '2026-11-30'))).toEqual(expected)
  })

  test('becomes sayable on its first day', () => {
    expect(serviceMonthFaults({ month: '2026-12', attendance_days: 1 }, '2026-12-01')).toEqual([])
  })
})

test.each([
  ['2026-03-01', null, 0],
  ['2026-03-01', '2026-03-02', 0],
  ['2026-03-01', '2026-03-01', 1],
  ['2026-03-01', '2026-02-28', 1],
])(
  'an employment from %s to %s has %i faults: the end is the first day no longer in post',
  (starts_on, ends_on, count) => {
    expect(employmentFaults({ starts_on, ends_on })).toHaveLength(count)
  },
)

test('hours and decisions are of today or before, and nothing is decided before it happened', () => {
  expect(educationFaults({ completed_on: '2026-11-23' }, '2026-11-23')).toEqual([])
  expect(codes(educationFaults({ completed_on: '2026-11-24' }, '2026-11-23'))).toEqual([
    '/completed_on education_hours.future',
  ])
  expect(conductFaults({ happened_on: '2026-11-23', decided_on: '2026-11-23' }, '2026-11-23')).toEqual([])
  expect(codes(conductFaults({ happened_on: '2026-11-23', decided_on: '2026-11-22' }, '2026-11-23'))).toEqual([
    '/decided_on conduct_event.decided_before',
  ])
  expect(codes(conductFaults({ happened_on: '2026-11-23', decided_on: '2026-11-24' }, '2026-11-23'))).toEqual([
    '/decided_on conduct_event.future',
  ])
})

describe('what stands in the way of the allowance', () => {
  const ready = { employment_id: 'e', ends_on: null, level: 5, attendance_days: 0, has_account: true }
  test.each([
    [{}, []],
    [{ employment_id: null }, ['no_contract']],
    [{ level: null, has_account: false }, ['no_certificate', 'no_account']],
    [{ attendance_days: null }, ['no_days']],
    [{ ends_on: '2026-10-01' }, []],
    [{ ends_on: '2026-10-02' }, ['left']],
    [{ ends_on: '2026-10-31' }, ['left']],
    [{ ends_on: '2026-11-01' }, []],
  ])('%j in October: %j', (found, expected) => {
    expect(blockersOf({ ...ready, ...found }, '2026-10')).toEqual(expected)
  })
})

test('a person is taken as meant: spaces, full-width digits and a small x go, and each fault has its place', () => {
  const { clean, faults } = cleanPerson({
    name: ' 古丽娜尔•吐尔逊 ',
    id_type: 'resident_id',
    id_number: '110102 19840406 970x',
    workforce: 'elder_care',
    phone: '+86 138-1234-5678',
    bank_account: '6222 0212 3456 3684',
  })
  expect(faults).toEqual([])
  expect(clean).toMatchObject({
    name: '古丽娜尔·吐尔逊',
    id_number: '11010219840406970X',
    birth_date: '1984-04-06',
    sex: 'female',
    phone: '13812345678',
    bank_account: '6222021234563684',
  })
  const wrong = cleanPerson({
    name: '',
    id_type: 'resident_id',
    id_number: '1',
    workforce: 'elder_care',
    phone: '1',
    bank_account: '1',
  })
  expect(wrong.faults.map(({ pointer }) => pointer)).toEqual(['/id_number', '/name', '/phone', '/bank_account'])
})

test.each([
  [null, null, []],
  ['2026-05-02', null, []],
  ['2026-05-02', '2026-05-03', []],
  ['2026-05-01', null, ['/period_from conduct_event.period_before']],
  ['2026-06-01', '2026-06-01', ['/period_to conduct_event.period_order']],
  ['2026-06-01', '2026-05-31', ['/period_to conduct_event.period_order']],
  [null, '2026-06-01', ['/period_from conduct_event.period_open']],
])('a decision on what happened on 2026-05-02 with a period from %s to %s', (period_from, period_to, expected) => {
  const dates = { happened_on: '2026-05-02', decided_on: '2026-05-20', period_from, period_to }
  expect(codes(conductFaults(dates, '2026-11-23'))).toEqual(expected)
})

test('a row said twice names the first', () => {
  expect(earlierTwins(['a', 'b', null, 'a', null, 'a'])).toEqual([null, null, null, 0, null, 0])
})

test('a record is woven by day, the latest first, and what the reader may not know is not in it', () => {
  const employment = { id: 'e', starts_on: '2026-01-05', ends_on: '2026-05-01' }
  const record = {
    person: { id: 'p' },
    employments: [employment],
    educations: [
      { id: 's', graduated_on: '2021-06-30' },
      { id: 'studying', graduated_on: null },
    ],
    enrolments: [],
    certificates: [],
    external_certificates: [],
    licences: [{ id: 'l', issued_on: '2020-08-01' }],
    competitions: [],
    conduct: null,
    allowances: null,
    claims: null,
  }
  const education = [{ id: 'h', completed_on: '2026-03-01' }]
  const service = [{ month: '2026-04', organisation_id: 'o', attendance_days: 20 }]
  const told = { kind: 'employment.ended', actor_name: 'a', reason: null, changes: {} }
  const changes = [
    { ...told, seq: 7, at: new Date('2026-05-01T17:00:00Z'), subject_id: 'p' },
    { ...told, seq: 3, at: new Date('2020-01-01T17:00:00Z'), subject_id: 'merged into p' },
  ]
  const items = weave({ ...record, education, service, changes } as unknown as PersonRecord)
  expect(items.map(({ on, kind, id }) => [on, kind, id])).toEqual([
    ['2026-05-02', 'change', '7'],
    ['2026-05-01', 'departure', 'e'],
    ['2026-04-01', 'service', '2026-04 o'],
    ['2026-03-01', 'education', 'h'],
    ['2026-01-05', 'employment', 'e'],
    ['2021-06-30', 'graduation', 's'],
    ['2020-08-01', 'licence', 'l'],
    ['2020-01-02', 'change', '3'],
  ])
  const from = items.filter(({ kind }) => kind === 'change').map(({ facts }) => facts.merged_from)
  expect(from).toEqual([undefined, 'merged into p'])
})

test.each([
  [{ name: ['王小芳', '王晓芳'], fields: ['phone'] }, '姓名 王小芳 → 王晓芳；手机号码'],
  [
    { month: '2026-10', attendance_days: [null, 22], social_insurance: [null, false] },
    '月份 2026-10；出勤天数 22；社保 否',
  ],
  [{ employment_id: 'e', post: 'care', ends_on: null }, '岗位 养老护理'],
  [{ field: 'id_number' }, '证件号码'],
  [{ on_roster: true }, ''],
])('%j is told as “%s”', (changes, words) => {
  expect(changesInWords(changes, 'zh-CN')).toBe(words)
})
