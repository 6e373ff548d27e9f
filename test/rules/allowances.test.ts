/** Who is due what: one below, on and one above every limit, one fact changed at a time. */
import { describe, expect, test } from 'vitest'
import { type LedgerEntry, linesFor, type Plan } from '../../src/allowances/corrections.ts'
import { decide, type Facts } from '../../src/allowances/evaluate.ts'
import { judgedOf, reasonsOf } from '../../src/allowances/reasons.ts'
import { canonicalJson, checkMonthOver, checkOtherPerson, lineKind, type Rules } from '../../src/allowances/rules.ts'
import { usableRules } from '../../src/allowances/usable-rules.ts'
import { addMonths } from '../../src/platform/calendar.ts'
import { Refusal } from '../../src/platform/errors.ts'
import { carer, certificate, employment, home, rulesOf, versionOf } from '../support/allowance-facts.ts'

const hz = rulesOf('hz-special-post')
const nb = rulesOf('nb-special-post')
const OCTOBER = '2026-10'

const amount = (facts: Facts, month = OCTOBER, rules = hz) => decide(facts, rules, month).entitlement_fen
const failed = (facts: Facts, month = OCTOBER, rules = hz) =>
  reasonsOf(judgedOf('p', month, decide(facts, rules, month)), { ...rules, citation: '', confidence: '' })
    .filter((reason) => !reason.met)
    .map((reason) => reason.code)
const attended = (days: number) => carer({ attendance: [{ month: OCTOBER, organisation_id: 'home', days }] })
const working = (change: Parameters<typeof employment>[0]) => carer({ employments: [employment(change)] })
const at = (change: Parameters<typeof home>[0]) => working({ organisation: home(change) })
const filed = (...periods: [string, string | null][]) =>
  at({ filings: periods.map(([starts_on, ends_on]) => ({ starts_on, ends_on })) })
const holding = (...certificates: Parameters<typeof certificate>[0][]) =>
  carer({ certificates: certificates.map((change, index) => certificate({ id: `c${index}`, ...change })) })
const trained = (hours: number, completed_on = '2026-05-01') => ({
  ...holding({ level: 5 }),
  education: [{ id: 'h', completed_on, hours }],
})
const event = (kind: string, happened_on: string, period: { period_from?: string; period_to?: string } = {}) =>
  carer({ conduct: [{ id: 'e', kind, happened_on, ...period }] })

test('a carer to whom nothing is missing is due the rate of the level', () => {
  expect(amount(carer())).toBe(40000)
  expect(failed(carer())).toEqual([])
})

describe('Hangzhou, each condition at its limit', () => {
  test.each<[string, Facts, string[]]>([
    ['19 days', attended(19), ['attendance']],
    ['20 days', attended(20), []],
    ['no attendance recorded', carer({ attendance: [] }), ['attendance']],
    [
      'attendance at another facility',
      carer({ attendance: [{ month: OCTOBER, organisation_id: 'x', days: 25 }] }),
      ['attendance'],
    ],
    [
      'attendance of another month',
      carer({ attendance: [{ month: '2026-09', organisation_id: 'home', days: 25 }] }),
      ['attendance'],
    ],
    ['left on the last day of the month', working({ ends_on: '2026-10-31' }), ['in_post']],
    ['left the day after', working({ ends_on: '2026-11-01' }), []],
    [
      'left in the month before',
      working({ ends_on: '2026-10-01' }),
      ['division', 'facility', 'filed', 'contract', 'in_post', 'attendance'],
    ],
    ['three months to the day', working({ starts_on: '2026-08-01' }), []],
    ['three months less a day', working({ starts_on: '2026-08-02' }), ['service']],
    ['labour contract', working({ contract_kind: 'labour' }), []],
    ['service agreement of somebody retired', working({ contract_kind: 'service' }), []],
    ['dispatched', working({ contract_kind: 'dispatch' }), []],
    ['public post', working({ contract_kind: 'public_post' }), ['contract']],
    [
      'another post',
      working({ post: 'management' }),
      ['division', 'facility', 'filed', 'contract', 'service', 'in_post', 'attendance'],
    ],
    ['home-care centre', at({ facility_kind: 'home_care_centre' }), []],
    ['nursery', at({ facility_kind: 'nursery' }), ['facility']],
    ['filed from the last day', filed(['2026-10-31', null]), []],
    ['filed from the day after', filed(['2026-11-01', null]), ['filed']],
    ['filing ends with the month', filed(['2020-01-01', '2026-11-01']), []],
    ['filing ends on the last day', filed(['2020-01-01', '2026-10-31']), ['filed']],
    ['filed anew after a gap', filed(['2020-01-01', '2024-01-01'], ['2026-10-31', null]), []],
    ['between two filings', filed(['2020-01-01', '2026-10-31'], ['2026-11-01', null]), ['filed']],
    ['closed on the last day', at({ closed_on: '2026-10-31' }), ['filed']],
    ['never filed', filed(), ['filed']],
    ['another city', at({ district_code: '330200' }), ['division']],
    ['issued on the last day of the month before', holding({ issued_on: '2026-09-30' }), []],
    ['issued on the first of the month', holding({ issued_on: '2026-10-01' }), ['certificate', 'registry']],
    ['valid until the day after the month', holding({ valid_until: '2026-11-01' }), []],
    ['expired on the last day', holding({ valid_until: '2026-10-31' }), ['certificate', 'registry']],
    ['revoked from the next month', holding({ revoked_from: '2026-11-01' }), []],
    ['revoked in the middle of the month', holding({ revoked_from: '2026-10-15' }), ['certificate', 'registry']],
    [
      'suspended from the last day of the month',
      holding({ suspended: [{ from_on: '2026-10-31', to_on: null }] }),
      ['certificate', 'registry'],
    ],
    ['suspended from the next month', holding({ suspended: [{ from_on: '2026-11-01', to_on: null }] }), []],
    [
      'a suspension lifted on the last day',
      holding({ suspended: [{ from_on: '2026-10-01', to_on: '2026-10-31' }] }),
      [],
    ],
    [
      'a suspension lifted after the month',
      holding({ suspended: [{ from_on: '2026-10-01', to_on: '2026-11-01' }] }),
      ['certificate', 'registry'],
    ],
    [
      'a suspension that never should have been',
      holding({ suspended: [{ from_on: '2026-10-31', to_on: '2026-10-31' }] }),
      [],
    ],
    ['of another occupation', holding({ occupation_code: '4-10-01-03' }), ['certificate', 'registry']],
    ['never looked up', holding({ found_in: [] }), ['registry']],
    [
      'found in a register of another city',
      holding({ found_in: [{ check_id: 'k', registry: 'yong_yi_yang' }] }),
      ['registry'],
    ],
    ['7 hours at level 5', trained(7), ['continuing_education']],
    ['8 hours at level 5', trained(8), []],
    ['hours on the first day of the window', trained(8, '2025-11-01'), []],
    ['hours the day before it', trained(8, '2025-10-31'), ['continuing_education']],
    ['hours on the last day of the month', trained(8, '2026-10-31'), []],
    ['hours the day after', trained(8, '2026-11-01'), ['continuing_education']],
    ['breach in the window', event('ethics_breach', '2025-11-01'), ['ethics']],
    ['breach before it', event('ethics_breach', '2025-10-31'), []],
    [
      'breach before it, kept out until the first day of the month',
      event('ethics_breach', '2024-03-01', { period_from: '2024-04-01', period_to: '2026-10-01' }),
      [],
    ],
    [
      'breach before it, kept out one day longer',
      event('ethics_breach', '2024-03-01', { period_from: '2024-04-01', period_to: '2026-10-02' }),
      ['ethics'],
    ],
    [
      'breach before it, kept out from the last day of the month for good',
      event('ethics_breach', '2024-03-01', { period_from: '2026-10-31' }),
      ['ethics'],
    ],
    [
      'breach before it, kept out from the day after',
      event('ethics_breach', '2024-03-01', { period_from: '2026-11-01' }),
      [],
    ],
    [
      'breach in the window whose period is over',
      event('ethics_breach', '2025-11-01', { period_from: '2025-11-01', period_to: '2026-02-01' }),
      ['ethics'],
    ],
    ['accident on the last day', event('liability_accident', '2026-10-31'), ['accident']],
    ['accident the day after', event('liability_accident', '2026-11-01'), []],
  ])('%s', (_, facts, codes) => {
    expect(failed(facts)).toEqual(codes)
    expect(amount(facts) > 0).toBe(codes.length === 0)
  })

  test.each([
    [5, 15],
    [4, 15],
    [4, 16],
    [3, 23],
    [3, 24],
    [1, 39],
    [1, 40],
  ])('level %i asks for its own hours: %i', (level, hours) => {
    const facts = { ...holding({ level }), education: [{ id: 'h', completed_on: '2026-05-01', hours }] }
    const required = { 5: 8, 4: 16, 3: 24, 2: 32, 1: 40 }[level]!
    expect(failed(facts)).toEqual(hours >= required ? [] : ['continuing_education'])
  })
})

describe('reasons', () => {
  test('all conditions are answered, met or not, never only the first', () => {
    const decision = decide({ ...attended(3), certificates: [], education: [] }, hz, OCTOBER)
    const reasons = reasonsOf(judgedOf('p', OCTOBER, decision), { ...hz, citation: '', confidence: '' })
    expect(reasons.map(({ code, met }) => [code, met])).toEqual([
      ['division', true],
      ['facility', true],
      ['filed', true],
      ['contract', true],
      ['service', true],
      ['in_post', true],
      ['certificate', false],
      ['registry', false],
      ['attendance', false],
      ['continuing_education', false],
      ['accident', true],
      ['ethics', true],
    ])
    expect(reasons.find(({ code }) => code === 'attendance')).toMatchObject({
      required: 20,
      actual: 3,
      citation: expect.stringContaining('S2'),
    })
  })

  test.each<[string, Facts, string, string | null]>([
    [
      'a certificate of this month counts from the next',
      holding({ issued_on: '2026-10-01' }),
      'certificate',
      '2026-11',
    ],
    ['service reaches three months', working({ starts_on: '2026-09-15' }), 'service', '2026-12'],
    ['service reaches three months at a month’s end', working({ starts_on: '2026-09-01' }), 'service', '2026-11'],
    ['a breach leaves the window', event('ethics_breach', '2026-03-15'), 'ethics', '2027-03'],
    [
      'a breach whose period outlasts the window',
      event('ethics_breach', '2026-03-15', { period_from: '2026-04-01', period_to: '2027-06-02' }),
      'ethics',
      '2027-07',
    ],
    [
      'a breach whose period ends before the window does',
      event('ethics_breach', '2026-03-15', { period_from: '2026-04-01', period_to: '2026-12-01' }),
      'ethics',
      '2027-03',
    ],
    [
      'a breach that keeps out for good',
      event('ethics_breach', '2026-03-15', { period_from: '2026-04-01' }),
      'ethics',
      null,
    ],
    ['a look-up supports the month itself', holding({ found_in: [] }), 'registry', OCTOBER],
    ['attendance is each month’s own', attended(19), 'attendance', '2026-11'],
    ['the filing begins', filed(['2020-01-01', '2024-01-01'], ['2027-01-20', null]), 'filed', '2027-01'],
    ['somebody who left has no earliest month', working({ ends_on: '2026-10-20' }), 'in_post', null],
  ])('the earliest month it could be met: %s', (_, facts, code, month) => {
    const reasons = reasonsOf(judgedOf('p', OCTOBER, decide(facts, hz, OCTOBER)), {
      ...hz,
      citation: '',
      confidence: '',
    })
    expect(reasons.find((reason) => reason.code === code)).toMatchObject({ met: false, earliest_month: month })
    const later = { ...facts, attendance: [{ month: month ?? OCTOBER, organisation_id: 'home', days: 22 }] }
    if (month && month !== OCTOBER) {
      expect(failed(later, month)).not.toContain(code)
      if (code !== 'attendance') expect(failed(later, addMonths(month, -1))).toContain(code)
    }
  })

  test('evidence names what the decision rests on', () => {
    const facts = carer({ conduct: [{ id: 'event', kind: 'ethics_breach', happened_on: '2026-09-01' }] })
    const reasons = reasonsOf(judgedOf('p', OCTOBER, decide(facts, hz, OCTOBER)), {
      ...hz,
      citation: '',
      confidence: '',
    })
    expect(
      Object.fromEntries(
        reasons.map(({ code, evidence }) => [code, evidence.map(({ kind, id }) => `${kind}:${id}`).join()]),
      ),
    ).toEqual({
      division: 'employment:employment',
      facility: 'organisation:home',
      filed: 'organisation:home',
      contract: 'employment:employment',
      service: 'employment:employment',
      in_post: 'employment:employment',
      certificate: 'certificate:certificate',
      registry: 'registry_check:check',
      attendance: 'service_month:p/2026-10/home',
      continuing_education: 'education_hours:hours',
      accident: '',
      ethics: 'conduct_event:event',
      rate: 'scheme_rate:rate-4',
    })
  })
})

describe('levels and rates', () => {
  test('a higher level takes effect in the month after its certificate', () => {
    const facts = holding({ level: 4, issued_on: '2025-01-10' }, { level: 3, issued_on: '2026-05-15' })
    const worked = {
      ...facts,
      attendance: ['2026-05', '2026-06'].map((month) => ({ month, organisation_id: 'home', days: 22 })),
    }
    expect([amount(worked, '2026-05'), amount(worked, '2026-06')]).toEqual([40000, 50000])
  })

  test('level 1 is the highest; when it falls away the next best supports the month', () => {
    expect(amount(holding({ level: 3 }, { level: 1 }, { level: 5 }))).toBe(120000)
    expect(amount(holding({ level: 3 }, { level: 1, revoked_from: '2026-10-31' }))).toBe(50000)
  })

  test('a replacement counts from the day the replaced certificate did', () => {
    const replaced = { issued_on: '2025-06-10', revoked_from: '2026-10-20' }
    const replacement = { issued_on: '2026-10-20', credited_from: '2025-06-10' }
    expect(amount(holding(replaced, replacement))).toBe(40000)
    expect(amount(holding(replaced, { issued_on: '2026-10-20' }))).toBe(0)
  })

  test('a missing rate refuses, it is never 0', () => {
    const rules = { ...hz, rates: hz.rates.filter((rate) => rate.level !== 4) }
    expect(decide(carer(), rules, OCTOBER)).toMatchObject({ outcome: 'refused', failed: 0, rate: null })
    expect(failed(carer(), OCTOBER, rules)).toEqual(['rate'])
  })

  test('the most specific rate is taken: district before kind of facility before all', () => {
    const rate = (id: string, amount_fen: number, district_code: string | null, facility_kind: string | null) => ({
      ...hz.rates[0]!,
      level: 4,
      id,
      amount_fen,
      district_code,
      facility_kind,
    })
    const rules = rulesOf('hz-special-post', {
      rates: [
        rate('all', 100, null, null),
        rate('kind', 200, null, 'home'),
        rate('district', 300, '330106', null),
        rate('both', 400, '330106', 'home'),
      ],
    })
    const without = (...ids: string[]): Rules => ({
      ...rules,
      rates: rules.rates.filter(({ id }) => !ids.includes(id)),
    })
    expect(amount(carer(), OCTOBER, rules)).toBe(400)
    expect(amount(carer(), OCTOBER, without('both'))).toBe(300)
    expect(amount(carer(), OCTOBER, without('both', 'district'))).toBe(200)
    expect(amount(at({ district_code: '330102', facility_kind: 'city_home' }), OCTOBER, rules)).toBe(100)
  })
})

describe('one paying employment a person and month', () => {
  const two = (first: { starts_on?: string; days: number }, second: { starts_on?: string; days: number }) =>
    carer({
      employments: [
        employment({ id: 'a', starts_on: first.starts_on ?? '2025-01-01' }),
        employment({
          id: 'b',
          starts_on: second.starts_on ?? '2025-01-01',
          organisation: home({ id: 'other', district_code: '330102' }),
        }),
      ],
      attendance: [
        { month: OCTOBER, organisation_id: 'home', days: first.days },
        { month: OCTOBER, organisation_id: 'other', days: second.days },
      ],
    })
  test.each<[string, Facts, string]>([
    ['most days attended', two({ days: 10 }, { days: 20 }), 'b'],
    ['then the earliest start', two({ days: 20 }, { days: 20, starts_on: '2024-06-01' }), 'b'],
    ['then the id', two({ days: 20 }, { days: 20 }), 'a'],
  ])('%s', (_, facts, id) => {
    expect(decide(facts, hz, OCTOBER).employment?.id).toBe(id)
    const turned = { ...facts, employments: facts.employments.toReversed(), attendance: facts.attendance.toReversed() }
    expect(decide(turned, hz, OCTOBER)).toEqual(decide(facts, hz, OCTOBER))
  })

  test('days of two facilities are not added', () =>
    expect(failed(two({ days: 15 }, { days: 10 }))).toEqual(['attendance']))
})

describe('service', () => {
  const stretches = (...spans: [string, string | null][]) =>
    carer({
      employments: spans.map(([starts_on, ends_on], index) =>
        employment({ id: `e${index}`, starts_on, ends_on, organisation: home({ id: index ? 'home' : 'first' }) }),
      ),
    })
  test.each<[string, Facts, number]>([
    ['a gap is not counted', stretches(['2026-01-01', '2026-02-01'], ['2026-09-01', null]), 3],
    ['days of earlier stretches are set in front', stretches(['2026-01-01', '2026-01-31'], ['2026-09-01', null]), 2],
    ['overlapping stretches count once', stretches(['2026-08-01', null], ['2026-09-01', null]), 3],
    ['nothing before the first day', stretches(['2026-11-01', null]), 0],
  ])('%s', (_, facts, months) => {
    expect(decide(facts, hz, OCTOBER).found[3]).toBe(months)
  })

  test('counted at the same employer, other employers do not count', () => {
    const conditions = hz.conditions.map((one) =>
      one.measure === 'service_months' ? { ...one, parameters: { basis: 'same_employer' as const } } : one,
    )
    const facts = stretches(['2026-01-01', '2026-09-01'], ['2026-09-01', null])
    expect(decide(facts, { ...hz, conditions }, OCTOBER).found[3]).toBe(2)
  })

  test.each<[string, 'organisation' | 'chain' | undefined, string, number]>([
    ['time in the same chain counts where the scheme says so', 'chain', 'group', 10],
    ['time in another chain does not', 'chain', 'other', 2],
    ['an organisation is not its chain', 'organisation', 'group', 2],
    ['nor where the scheme says nothing', undefined, 'group', 2],
  ])('at the same employer, %s', (_, employer, chain_id, months) => {
    const conditions = hz.conditions.map((one) =>
      one.measure === 'service_months'
        ? { ...one, parameters: { basis: 'same_employer' as const, ...(employer && { employer }) } }
        : one,
    )
    const facts = carer({
      employments: [
        employment({
          id: 'e0',
          starts_on: '2026-01-01',
          ends_on: '2026-09-01',
          organisation: home({ id: 'first', chain_id }),
        }),
        employment({ id: 'e1', starts_on: '2026-09-01', organisation: home({ chain_id: 'group' }) }),
      ],
    })
    expect(decide(facts, { ...hz, conditions }, OCTOBER).found[3]).toBe(months)
  })

  test('a chain fills the months asked for to the day', () => {
    const conditions = hz.conditions.map((one) =>
      one.measure === 'service_months'
        ? { ...one, parameters: { basis: 'same_employer' as const, employer: 'chain' as const } }
        : one,
    )
    const since = (starts_on: string) =>
      carer({
        employments: [
          employment({
            id: 'e0',
            starts_on,
            ends_on: '2026-10-01',
            organisation: home({ id: 'first', chain_id: 'group' }),
          }),
          employment({ id: 'e1', starts_on: '2026-10-01', organisation: home({ chain_id: 'group' }) }),
        ],
      })
    expect(failed(since('2026-08-01'), OCTOBER, { ...hz, conditions })).toEqual([])
    expect(failed(since('2026-08-02'), OCTOBER, { ...hz, conditions })).toEqual(['service'])
  })
})

describe('golden cases', () => {
  const ningbo = (change: Partial<Facts>) => ({
    ...carer({ employments: [employment({ organisation: home({ district_code: '330200' }) })], ...change }),
  })
  const hours = [{ id: 'h', completed_on: '2026-03-01', hours: 40 }]
  const march = (level: number) =>
    amount(ningbo({ certificates: [certificate({ level })], education: hours, attendance: [] }), '2026-03', nb)
  test('Ningbo: level 3, all conditions met, March: 500 yuan', () => expect(march(3)).toBe(50000))
  test('Ningbo pays its five seen rates and asks for no attendance', () =>
    expect([5, 4, 3, 2, 1].map(march)).toEqual([30000, 40000, 50000, 80000, 120000]))
  test('Hangzhou: contract ends on 20 June after 20 days worked: nothing for June', () => {
    const facts = {
      ...working({ ends_on: '2026-06-20' }),
      attendance: [{ month: '2026-06', organisation_id: 'home', days: 20 }],
    }
    expect(amount(facts, '2026-06')).toBe(0)
    expect(failed(facts, '2026-06')).toEqual(['in_post'])
  })
})

describe('what nobody confirmed', () => {
  test('Hangzhou as it was read refuses and names every missing piece', () => {
    const refused = refusalOf(() => usableRules(versionOf('hz-special-post')))
    expect(refused.code).toBe('scheme.unconfirmed')
    for (const piece of ['5 级', '4 级', '3 级', '2 级', '1 级', '完成继续教育'])
      expect(refused.words.zh).toContain(piece)
  })
  test('Ningbo as it was read computes', () => expect(usableRules(versionOf('nb-special-post')).rates).toHaveLength(5))
  test('a level counts as known once one of its rates is', () => {
    const version = versionOf('hz-special-post')
    const known = version.rates.map((rate) => ({
      ...rate,
      id: `k${rate.level}`,
      confidence: 'confirmed',
      district_code: '330106',
    }))
    const conditions = version.conditions.filter((condition) => condition.threshold !== null)
    expect(usableRules({ ...version, conditions, rates: [...version.rates, ...known] }).rates).toEqual(known)
  })
})

describe('corrections', () => {
  const plan = (change: Partial<Plan> = {}): Plan => ({
    month: OCTOBER,
    district_code: '330106',
    months: ['2026-08', '2026-09', OCTOBER].map((month) => ({ month, rules: hz, approved: month !== OCTOBER })),
    ...change,
  })
  const worked = (change: Partial<Facts> = {}) =>
    carer({
      attendance: ['2026-08', '2026-09', OCTOBER].map((month) => ({ month, organisation_id: 'home', days: 22 })),
      ...change,
    })
  const entry = (month: string, entitlement_fen: number, district_code = '330106'): LedgerEntry => ({
    component: 'monthly',
    month,
    entitlement_fen,
    district_code,
  })
  const lines = (facts: Facts, ledger: LedgerEntry[], change: Partial<Plan> = {}) =>
    linesFor('p', facts, ledger, plan(change)).map(({ month, kind, entitlement_fen, previous_fen }) => [
      month,
      kind,
      entitlement_fen,
      previous_fen,
    ])
  const paid = [entry('2026-08', 40000), entry('2026-09', 40000)]

  test('nothing changed: the month’s own line alone', () =>
    expect(lines(worked(), paid)).toEqual([[OCTOBER, 'normal', 40000, null]]))
  test('a certificate revoked from its issue: every paid month is recovered', () =>
    expect(lines(worked({ certificates: [certificate({ revoked_from: '2025-06-10' })] }), paid)).toEqual([
      ['2026-08', 'recovery', 0, 40000],
      ['2026-09', 'recovery', 0, 40000],
      [OCTOBER, 'normal', 0, null],
    ]))
  test('refused before, met now: back pay', () =>
    expect(lines(worked(), [entry('2026-08', 0), entry('2026-09', 40000)])).toEqual([
      ['2026-08', 'back_pay', 40000, 0],
      [OCTOBER, 'normal', 40000, null],
    ]))
  test('never on a list, though the district had an approved run: back pay', () =>
    expect(lines(worked(), [entry('2026-09', 40000)])[0]).toEqual(['2026-08', 'back_pay', 40000, 0]))
  test('no approved run of the district, no back pay', () => {
    const months = plan().months.map((one) => ({ ...one, approved: false }))
    expect(lines(worked(), [], { months })).toEqual([[OCTOBER, 'normal', 40000, null]])
  })
  test('a higher level found out later: the difference', () =>
    expect(lines(worked({ certificates: [certificate({ level: 3 })] }), paid)[0]).toEqual([
      '2026-08',
      'difference',
      50000,
      40000,
    ]))
  test('an employment that never was: the entitlement is 0, and this district recovers', () =>
    expect(lines(worked({ employments: [] }), paid)).toEqual([
      ['2026-08', 'recovery', 0, 40000],
      ['2026-09', 'recovery', 0, 40000],
    ]))
  test('a month that another district pays now is that district’s to correct', () => {
    const moved = worked({ employments: [employment({ organisation: home({ district_code: '330102' }) })] })
    expect(lines(moved, paid)).toEqual([])
    expect(lines(moved, paid, { district_code: '330102' })).toEqual([[OCTOBER, 'normal', 40000, null]])
  })
  test('a month that another city pays now is recovered where it was booked', () => {
    const gone = worked({ employments: [employment({ organisation: home({ district_code: '330200' }) })] })
    expect(lines(gone, paid).map(([, kind]) => kind)).toEqual(['recovery', 'recovery'])
  })
  test.each([
    [40000, null, 'normal'],
    [0, null, 'normal'],
    [0, 40000, 'recovery'],
    [30000, 40000, 'recovery'],
    [40000, 0, 'back_pay'],
    [50000, 40000, 'difference'],
    [0, 0, 'difference'],
  ] as const)('%i after %s is %s', (now, before, kind) => expect(lineKind(now, before)).toBe(kind))
})

describe('runs', () => {
  test.each([
    ['2026-10', '2026-10-31', false],
    ['2026-10', '2026-11-01', true],
    ['2026-12', '2026-11-23', false],
  ])('%s can be computed on %s: %s', (month, today, allowed) => {
    if (allowed) expect(() => checkMonthOver(month, today)).not.toThrow()
    else expect(refusalOf(() => checkMonthOver(month, today)).code).toBe('run.month_incomplete')
  })

  test('who computed or submitted a run does not decide it', () => {
    const people = { makers: ['a', 'b'], submitter: 'c' }
    expect(refusalOf(() => checkOtherPerson('b', people)).words.zh).toBe(
      '您是本批次的制表人，不能审批。请由另一位有审批权限的人员处理。',
    )
    expect(refusalOf(() => checkOtherPerson('c', people)).code).toBe('run.own_work')
    expect(() => checkOtherPerson('d', people)).not.toThrow()
  })

  test('the same rules have the same digest, whatever the order of their keys', () => {
    expect(canonicalJson({ b: [{ d: 1, c: 2 }], a: null })).toBe('{"a":null,"b":[{"c":2,"d":1}]}')
  })
})

function refusalOf(work: () => unknown): Refusal {
  try {
    work()
  } catch (error) {
    if (error instanceof Refusal) return error
    throw error
  }
  throw new Error('nothing was refused')
}
