/** A carer to whom nothing is missing, and the versions of db/reference/schemes.json as rules, for tables that change one fact at a time. */
import schemes from '../../db/reference/schemes.json' with { type: 'json' }
import type { Component } from '../../src/allowances/components.ts'
import type { Condition } from '../../src/allowances/conditions.ts'
import type { EmploymentFact, Facts, OrganisationFact } from '../../src/allowances/evaluate.ts'
import type { Rate, Rules, Version } from '../../src/allowances/rules.ts'
import { usableRules } from '../../src/allowances/usable-rules.ts'

const HOURS = { 5: 8, 4: 16, 3: 24, 2: 32, 1: 40 }

interface VersionFile extends Omit<Version, 'components' | 'rates' | 'posts'> {
  settings: Pick<Version, 'posts' | 'occupation_codes' | 'level_from' | 'look_back_months' | 'ladder' | 'schedule'>
  components: (Component & { rates: (Partial<Rate> & { amount_yuan: number | null })[] })[]
}

/** A ladder that names no city (source S27): a shape that must be expressible, and that nobody may attribute; so it is not shipped. */
const SHAPE_ONLY = {
  code: 'unattributed-ladder',
  name: '未注明城市的阶梯',
  division_code: '000000',
  workforce: 'elder_care',
  versions: [
    {
      ...{
        number: 1,
        effective_from: '2000-01-01',
        effective_to: null,
        title: '',
        citation: 'S27',
        confidence: 'seen',
      },
      settings: { posts: ['care'], occupation_codes: ['4-10-01-05'], level_from: 'same_month', look_back_months: 12 },
      conditions: [],
      components: [
        {
          ...{
            code: 'monthly',
            kind: 'monthly_by_level',
            title: '',
            title_en: '',
            citation: 'S27',
            confidence: 'seen',
          },
          rates: [50, 100, 200, 600, 1200].map((amount_yuan, at) => ({ level: 5 - at, amount_yuan })),
        },
      ],
    },
  ],
}

/** As the file has it: nothing confirmed. */
export function versionOf(code: string): Version {
  const scheme = [...schemes, SHAPE_ONLY].find((one) => one.code === code)!
  const [{ settings, conditions, components, ...version }] = scheme.versions as unknown as [VersionFile]
  return {
    ...version,
    ...settings,
    version_id: code,
    scheme_code: code,
    division_code: scheme.division_code,
    components: components.map(({ rates: _, ...component }) => component),
    conditions: conditions.map((condition) => ({
      ...condition,
      parameters: condition.parameters ?? {},
    })) as Condition[],
    rates: components.flatMap(({ code: component, rates }) =>
      rates.map(({ amount_yuan, ...rate }, index) => ({
        ...{
          id: component === 'monthly' ? `rate-${rate.level ?? index}` : `rate-${component}-${rate.level ?? index}`,
          component,
          level: null,
        },
        ...{ confidence: 'seen', citation: '', facility_kind: null, district_code: null },
        ...rate,
        amount_fen: amount_yuan === null ? null : amount_yuan * 100,
      })),
    ),
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
