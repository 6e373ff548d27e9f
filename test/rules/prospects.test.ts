/** When a condition that is not met could be: at each boundary, and proved by deciding that month and the one before. */
import { describe, expect, test } from 'vitest'
import { decide, type Facts } from '../../src/allowances/evaluate.ts'
import { type Prospect, soonest } from '../../src/allowances/prospects.ts'
import { judgedOf, reasonsOf } from '../../src/allowances/reasons.ts'
import { addMonths } from '../../src/platform/calendar.ts'
import { carer, certificate, employment, home, rulesOf } from '../support/allowance-facts.ts'

const hz = rulesOf('hz-special-post')
const OCTOBER = '2026-10'
const reasonsIn = (facts: Facts, month = OCTOBER) =>
  reasonsOf(judgedOf('p', month, decide(facts, hz, month)), { ...hz, citation: '', confidence: '' })
const of = (facts: Facts, code: string, month = OCTOBER) =>
  reasonsIn(facts, month).find((reason) => reason.code === code)!
const working = (change: Parameters<typeof employment>[0]) => carer({ employments: [employment(change)] })
const holding = (change: Parameters<typeof certificate>[0]) => carer({ certificates: [certificate(change)] })
const breach = (happened_on: string, period: { period_from?: string; period_to?: string } = {}) =>
  carer({ conduct: [{ id: 'e', kind: 'ethics_breach', happened_on, ...period }] })
/** The same person with the attendance of another month too. */
const attending = (facts: Facts, month: string): Facts => ({
  ...facts,
  attendance: [...facts.attendance, { month, organisation_id: 'home', days: 22 }],
})

describe('time alone brings it, and not a month sooner', () => {
  test.each<[string, Facts, string, string, number | null]>([
    [
      'three months of service on the last day of a month',
      working({ starts_on: '2026-09-01' }),
      'service',
      '2026-11',
      1,
    ],
    ['three months of service a day later', working({ starts_on: '2026-09-02' }), 'service', '2026-12', 2],
    ['a certificate of the first of the month', holding({ issued_on: '2026-10-01' }), 'certificate', '2026-11', null],
    ['a certificate of the last of the month', holding({ issued_on: '2026-10-31' }), 'certificate', '2026-11', null],
    ['a certificate of the month after', holding({ issued_on: '2026-11-01' }), 'certificate', '2026-12', null],
    ['a breach in the first month of the look-back', breach('2025-11-01'), 'ethics', '2026-11', null],
    ['a breach of this month', breach('2026-10-31'), 'ethics', '2027-10', null],
    [
      'a decision that keeps out to the last of a month',
      breach('2024-01-05', { period_from: '2024-02-01', period_to: '2027-01-01' }),
      'ethics',
      '2027-01',
      null,
    ],
    [
      'a decision that keeps out a day longer',
      breach('2024-01-05', { period_from: '2024-02-01', period_to: '2027-01-02' }),
      'ethics',
      '2027-02',
      null,
    ],
  ])('%s', (_, facts, code, month, missing) => {
    expect(of(facts, code)).toMatchObject({
      ...{ met: false, earliest_month: month },
      prospect: { kind: 'in_time', month, missing },
    })
    expect(of(attending(facts, month), code, month)).toMatchObject({ met: true, earliest_month: null })
    expect(of(facts, code, addMonths(month, -1)).met).toBe(false)
  })

  test('attendance is that of each month: too few days wait for the next', () => {
    const facts = carer({ attendance: [{ month: OCTOBER, organisation_id: 'home', days: 19 }] })
    expect(of(facts, 'attendance').prospect).toEqual({ kind: 'in_time', month: '2026-11', missing: null })
  })
})

describe('what is missing may be recorded still, and supports the month itself', () => {
  test.each([15, 0])('%i of 16 hours: the rest, and not an hour less', (hours) => {
    const facts = { ...carer(), education: hours ? [{ id: 'h', completed_on: '2026-05-01', hours }] : [] }
    const { prospect } = of(facts, 'continuing_education')
    expect(prospect).toEqual({ kind: 'when_recorded', month: OCTOBER, missing: 16 - hours })
    const more = (added: number): Facts => ({
      ...facts,
      education: [...facts.education, { id: 'more', completed_on: '2026-10-31', hours: added }],
    })
    expect(of(more(prospect.missing!), 'continuing_education').met).toBe(true)
    expect(of(more(prospect.missing! - 1), 'continuing_education').met).toBe(false)
  })
  test('days that nobody recorded', () =>
    expect(of(carer({ attendance: [] }), 'attendance').prospect).toEqual({
      ...{ kind: 'when_recorded', month: OCTOBER, missing: 20 },
    }))
  test('a look-up that nobody made', () =>
    expect(of(holding({ found_in: [] }), 'registry').prospect).toMatchObject({ kind: 'when_recorded', month: OCTOBER }))
})

describe('no month can be told', () => {
  test.each<[string, Facts, string, Prospect['kind']]>([
    ['a post on the establishment', working({ contract_kind: 'public_post' }), 'contract', 'never'],
    ['a decision without an end', breach('2026-03-15', { period_from: '2026-04-01' }), 'ethics', 'never'],
    ['no employment has no contract yet', carer({ employments: [] }), 'contract', 'when_changed'],
    ['nor days to attend', carer({ employments: [] }), 'attendance', 'when_changed'],
    ['who left has to come back', working({ ends_on: '2026-10-20' }), 'in_post', 'when_changed'],
    ['no certificate at all', carer({ certificates: [] }), 'certificate', 'when_changed'],
    ['a certificate that was revoked', holding({ revoked_from: '2026-10-01' }), 'certificate', 'when_changed'],
    ['nothing to look up', carer({ certificates: [] }), 'registry', 'when_changed'],
    [
      'a facility of another kind',
      working({ organisation: home({ facility_kind: 'nursery' }) }),
      'facility',
      'when_changed',
    ],
    [
      'a facility in another city',
      working({ organisation: home({ district_code: '330200' }) }),
      'division',
      'when_changed',
    ],
  ])('%s', (_, facts, code, kind) => {
    expect(of(facts, code)).toMatchObject({ met: false, earliest_month: null, prospect: { kind, month: null } })
  })
})

describe('all together', () => {
  const whole = (facts: Facts) =>
    soonest(
      reasonsIn(facts).map(({ prospect }) => prospect),
      OCTOBER,
    )
  test('nothing missing: the month itself', () => expect(whole(carer())).toEqual({ kind: 'met', month: OCTOBER }))
  test('the latest of the months', () =>
    expect(whole({ ...breach('2026-03-15'), employments: [employment({ starts_on: '2026-09-02' })] })).toEqual({
      ...{ kind: 'in_time', month: '2027-03' },
    }))
  test('time and something to record', () =>
    expect(whole({ ...breach('2026-03-15'), education: [] })).toEqual({ kind: 'when_recorded', month: '2027-03' }))
  test('what never will be outweighs the rest', () =>
    expect(whole({ ...working({ contract_kind: 'public_post' }), education: [], certificates: [] })).toEqual({
      ...{ kind: 'never', month: null },
    }))
})
