/** What is paid to organisations: for people trained with enough hours, and for jobs, each at and beside its limits. */
import { describe, expect, test } from 'vitest'
import { decideForOrganisation, type OrganisationFacts } from '../../src/allowances/organisation-components.ts'
import { usableRules } from '../../src/allowances/usable-rules.ts'
import { home, versionOf } from '../support/allowance-facts.ts'

const provider = usableRules(versionOf('bj-talent'), 'provider')
const jobs = usableRules(versionOf('cd-care'), 'jobs')
const trained = (...rows: [hours: number, passed_on: string][]): OrganisationFacts => ({
  organisation: home({ district_code: '110105' }),
  trained: rows.map(([hours, passed_on], index) => ({ id: `t${index}`, level: 5, hours, passed_on })),
  jobs: [],
})
const employing = (change: object, ...rows: [post: string, starts_on: string][]): OrganisationFacts => ({
  organisation: home({ district_code: '510104', ...change }),
  trained: [],
  jobs: rows.map(([post, starts_on], index) => ({ id: `j${index}`, post, starts_on, ends_on: null })),
})

describe('Beijing pays a trainer 1,500 yuan for each passed trainee of at least 40 hours (S7)', () => {
  test.each<[string, OrganisationFacts, number, number]>([
    ['39 hours', trained([39, '2022-03-10']), 0, 0],
    ['40 hours', trained([40, '2022-03-10']), 1, 1500],
    ['41 hours', trained([41, '2022-03-10']), 1, 1500],
    ['first and last day of the month', trained([40, '2022-03-01'], [40, '2022-03-31']), 2, 3000],
    ['the days beside it', trained([40, '2022-02-28'], [40, '2022-04-01']), 0, 0],
    ['nobody', trained(), 0, 0],
    ['in another city', { ...trained([40, '2022-03-10']), organisation: home({ district_code: '330106' }) }, 0, 0],
  ])('%s', (_, facts, counted, yuan) => {
    const decision = decideForOrganisation(facts, provider, '2022-03')
    expect([decision.evidence.length, decision.amount_fen]).toEqual([counted, yuan * 100])
    expect(decision.outcome).toBe(yuan > 0 ? 'payable' : 'refused')
  })
})

describe('Chengdu pays a facility 1,000 yuan for each job (S20)', () => {
  test.each<[string, OrganisationFacts, number]>([
    ['one', employing({}, ['care', '2022-03-31']), 1000],
    [
      'two, and one of another post',
      employing({}, ['care', '2022-03-01'], ['care', '2022-03-02'], ['management', '2022-03-02']),
      2000,
    ],
    ['begun the day before and after the month', employing({}, ['care', '2022-02-28'], ['care', '2022-04-01']), 0],
    ['closed before', employing({ closed_on: '2022-02-28' }, ['care', '2022-03-31']), 0],
  ])('%s', (_, facts, yuan) => expect(decideForOrganisation(facts, jobs, '2022-03').amount_fen).toBe(yuan * 100))
})

describe('what lies in the month and does not count is told with its reason', () => {
  test.each<[string, OrganisationFacts, 'provider' | 'jobs', string]>([
    ['too few hours', trained([39, '2022-03-10']), 'provider', 'few_hours'],
    [
      'another city',
      { ...trained([40, '2022-03-10']), organisation: home({ district_code: '330106' }) },
      'provider',
      'elsewhere',
    ],
    ['another post', employing({}, ['management', '2022-03-10']), 'jobs', 'other_post'],
    [
      'filed no longer on the last day',
      employing({ filings: [{ starts_on: '2020-01-01', ends_on: '2022-03-31' }] }, ['care', '2022-03-10']),
      'jobs',
      'not_filed',
    ],
    ['closed before', employing({ closed_on: '2022-02-28' }, ['care', '2022-03-31']), 'jobs', 'closed'],
    [
      'left on the last day',
      {
        ...employing({}),
        jobs: [{ id: 'j', post: 'care', starts_on: '2022-03-01', ends_on: '2022-03-31' }],
      },
      'jobs',
      'left',
    ],
  ])('%s', (_, facts, kind, why) => {
    const rules = kind === 'provider' ? provider : jobs
    expect(decideForOrganisation(facts, rules, '2022-03').left_out).toEqual([{ id: expect.any(String), why }])
  })

  test('somebody who leaves on the day after the month still counts', () => {
    const staying = { id: 'j', post: 'care', starts_on: '2022-03-01', ends_on: '2022-04-01' }
    const { evidence } = decideForOrganisation({ ...employing({}), jobs: [staying] }, jobs, '2022-03')
    expect(evidence).toEqual([{ id: 'j', rate_id: expect.any(String), amount_fen: 100000 }])
  })
})

test('Tianjin, whose prices nobody has seen, refuses by name', () =>
  expect(() => usableRules(versionOf('tj-training'))).toThrow(/目录价格|catalogue/))
test('a component that is paid to people is refused, not computed', () =>
  expect(() => decideForOrganisation(trained(), usableRules(versionOf('bj-talent'), 'entry'), '2022-03')).toThrow(
    'paid to people',
  ))
