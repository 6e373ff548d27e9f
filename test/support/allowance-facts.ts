/** A carer to whom nothing is missing, and the versions of db/reference/schemes.json as rules, for tables that change one fact at a time. */
import schemes from '../../db/reference/schemes.json' with { type: 'json' }
import type { EmploymentFact, Facts, OrganisationFact } from '../../src/allowances/evaluate.ts'
import { type Condition, type Rules, usableRules, type Version } from '../../src/allowances/rules.ts'

const HOURS = { 5: 8, 4: 16, 3: 24, 2: 32, 1: 40 }

/** As the file has it: nothing confirmed. */
export function versionOf(code: string): Version {
  const scheme = schemes.find((one) => one.code === code)!
  const [{ settings, conditions, rates, ...version }] = scheme.versions as unknown as [
    {
      settings: Pick<Rules, 'posts' | 'occupation_codes' | 'level_from' | 'look_back_months'>
      conditions: Condition[]
      rates: { level: number; amount_yuan: number; confidence: string; citation: string }[]
      number: number
      effective_from: string
      effective_to: string | null
      title: string
      citation: string
      confidence: string
    },
  ]
  return {
    ...version,
    ...settings,
    version_id: code,
    scheme_code: code,
    division_code: scheme.division_code,
    conditions: conditions.map((condition) => ({
      ...condition,
      parameters: condition.parameters ?? {},
    })) as Condition[],
    rates: rates.map(({ amount_yuan, ...rate }) => ({
      ...rate,
      id: `rate-${rate.level}`,
      amount_fen: amount_yuan * 100,
      facility_kind: null,
      district_code: null,
    })),
  }
}

/** Ningbo as it stands; Hangzhou as a city that confirms the assumed rates and Ningbo's hours would have it. */
export function rulesOf(code: 'nb-special-post' | 'hz-special-post', change: Partial<Version> = {}): Rules {
  const version = versionOf(code)
  return usableRules({
    ...version,
    rates: version.rates.map((rate) => ({ ...rate, confidence: 'confirmed' })),
    conditions: version.conditions.map((one) => (one.threshold === null ? { ...one, threshold: HOURS } : one)),
    ...change,
  })
}

export function home(change: Partial<OrganisationFact> = {}): OrganisationFact {
  return {
    id: 'home',
    district_code: '330106',
    facility_kind: 'home',
    chain_id: change.id ?? 'home',
    filings: [{ starts_on: '2020-01-01', ends_on: null }],
    closed_on: null,
    ...change,
  }
}

export function employment(change: Partial<EmploymentFact> = {}): EmploymentFact {
  return {
    id: 'employment',
    post: 'care',
    contract_kind: 'labour',
    starts_on: '2025-01-01',
    ends_on: null,
    organisation: home(),
    ...change,
  }
}

export function certificate(change: Partial<Facts['certificates'][number]> = {}): Facts['certificates'][number] {
  const issued_on = change.issued_on ?? '2025-06-10'
  return {
    id: 'certificate',
    occupation_code: '4-10-01-05',
    level: 4,
    issued_on,
    credited_from: issued_on,
    valid_until: null,
    revoked_from: null,
    found_in: [{ check_id: 'check', registry: 'osta' }],
    ...change,
  }
}

/** Works, attends, is certified, verified and trained; due 400 yuan for 2026-10. */
export function carer(change: Partial<Facts> = {}): Facts {
  return {
    employments: [employment()],
    attendance: [{ month: '2026-10', organisation_id: 'home', days: 22 }],
    certificates: [certificate()],
    education: [{ id: 'hours', completed_on: '2026-05-01', hours: 40 }],
    conduct: [],
    ...change,
  }
}
