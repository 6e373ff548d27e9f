/** A draft of a scheme: what it changes of a version, whether it can, and the rules it makes; pure. */
import { faultAt } from '../people/bulk.ts'
import { isLocalDate } from '../platform/calendar.ts'
import type { Fault } from '../platform/errors.ts'
import { COMPONENT_KINDS } from './components.ts'
import type { Rules, Version } from './rules.ts'
import { computableRules, keyOf, knownToAll, missingPieces } from './usable-rules.ts'

/** Rates of any component, thresholds and parameters by condition, conditions left out. */
export interface Draft {
  rates: {
    /** left out: the first that goes by level, or the first of all where there is no level either */
    component?: string | undefined
    level?: number | undefined
    /** what the rate goes by where that is no level: an education, the first year of a band, a step of the ladder, a prize */
    key?: string | undefined
    facility_kind?: string | null | undefined
    district_code?: string | null | undefined
    amount_fen: number
  }[]
  thresholds: Record<string, unknown>
  parameters: Record<string, Record<string, unknown>>
  dropped: string[]
}
type DraftRate = Draft['rates'][number]

/** A rate of the draft takes the place of every rate of its component and key; the rest of the version stays. */
function draftVersion(base: Version, { rates, thresholds, parameters, dropped }: Draft): Version {
  const drafted = new Set(rates.map((rate) => placeOf(base, rate)))
  return {
    ...base,
    conditions: base.conditions
      .filter(({ code }) => !dropped.includes(code))
      .map((condition) => ({
        ...condition,
        ...(condition.code in thresholds ? { threshold: thresholds[condition.code] } : {}),
        parameters: { ...condition.parameters, ...parameters[condition.code] },
      })) as Version['conditions'],
    rates: [
      ...base.rates.filter((rate) => !drafted.has(`${rate.component ?? base.components[0]!.code} ${keyOf(rate)}`)),
      ...rates.map((rate) => ({
        ...columnsOf(base, rate),
        ...{ id: base.version_id, amount_fen: rate.amount_fen, confidence: 'confirmed', citation: 'draft' },
        ...{ facility_kind: rate.facility_kind ?? null, district_code: rate.district_code ?? null },
      })),
    ],
  }
}

/** Level, key and band of the version's rates that the draft's stands in for. */
function columnsOf(base: Version, rate: DraftRate) {
  const component = componentOf(base, rate)
  const known = base.rates.find((one) => `${one.component ?? component} ${keyOf(one)}` === placeOf(base, rate))
  const { level = rate.level ?? null, key = rate.key ?? null, min_years = null, below_years = null } = known ?? {}
  return { component, level, key, min_years, below_years }
}

function placeOf(base: Version, rate: DraftRate): string {
  return `${componentOf(base, rate)} ${rate.level ?? rate.key ?? ''}`
}

function componentOf({ components }: Version, { component, level }: DraftRate): string {
  const levelled = components.find(({ kind }) => COMPONENT_KINDS[kind].by === 'level')
  return component ?? (level === undefined ? components[0]! : (levelled ?? components[0]!)).code
}

/** The draft by component, whoever is paid, ready to compute with. Refuses `scheme.unconfirmed` where it leaves open what nobody has confirmed. */
export function draftRules(base: Version, draft: Draft): Rules[] {
  return computableRules(draftVersion(base, draft), knownToAll)
}

/**
 * Faults `simulation.condition_unknown`, `simulation.threshold_form`, `simulation.parameter_form`, `simulation.rate_unknown`,
 * `simulation.nothing_changed`.
 */
export function draftFaults(base: Version, draft: Draft): Fault[] {
  const { rates, thresholds, parameters, dropped } = draft
  const codes = new Map(base.conditions.map((condition) => [condition.code, condition]))
  const nothing = rates.length + Object.keys(thresholds).length + Object.keys(parameters).length + dropped.length === 0
  const unknown = (part: string, code: string) =>
    codes.has(code)
      ? []
      : [
          faultAt(
            `/${part}/${code}`,
            'simulation.condition_unknown',
            `第 ${base.number} 版没有条件“${code}”。`,
            `Version ${base.number} has no condition “${code}”.`,
          ),
        ]
  return [
    ...[...Object.keys(thresholds), ...dropped].flatMap((code) => unknown('thresholds', code)),
    ...Object.keys(parameters).flatMap((code) => unknown('parameters', code)),
    ...Object.entries(thresholds).flatMap(([code, threshold]) => {
      const known = codes.get(code)
      if (!known || takes(known.measure, threshold)) return []
      return [
        faultAt(
          `/thresholds/${code}`,
          'simulation.threshold_form',
          `“${known.title}”的要求不能是 ${JSON.stringify(threshold)}。`,
          `“${known.title_en}” cannot ask for ${JSON.stringify(threshold)}.`,
        ),
      ]
    }),
    ...Object.entries(parameters).flatMap(([code, given]) => {
      const known = codes.get(code)
      if (!known) return []
      return Object.entries(given)
        .filter(([name, value]) => !PARAMETERS[known.measure]?.[name]?.(value))
        .map(([name, value]) =>
          faultAt(
            `/parameters/${code}/${name}`,
            'simulation.parameter_form',
            `“${known.title}”没有参数“${name}”，或者不能是 ${JSON.stringify(value)}。`,
            `“${known.title_en}” has no parameter “${name}”, or it cannot be ${JSON.stringify(value)}.`,
          ),
        )
    }),
    ...rates.flatMap((rate, index) => (isRatable(base, rate) ? [] : [rateFault(base, rate, index)])),
    ...(nothing && missingPieces(base).levels.length === 0
      ? [
          faultAt(
            '',
            'simulation.nothing_changed',
            '草案与现行版本完全一样。请至少改动一项标准或要求。',
            'The draft is the version itself: change a rate or a condition.',
          ),
        ]
      : []),
  ]
}

/** A key the version has a rate of; of a component by level any level. */
function isRatable(base: Version, rate: DraftRate): boolean {
  const component = base.components.find(({ code }) => code === componentOf(base, rate))
  if (!component) return false
  const place = placeOf(base, rate)
  const known = base.rates.some((one) => `${one.component ?? base.components[0]!.code} ${keyOf(one)}` === place)
  return known || (rate.level !== undefined && ['level', 'training'].includes(COMPONENT_KINDS[component.kind].by))
}

function rateFault(base: Version, rate: DraftRate, index: number): Fault {
  const place = placeOf(base, rate)
  return faultAt(
    `/rates/${index}`,
    'simulation.rate_unknown',
    `第 ${base.number} 版没有“${place}”这一档标准。`,
    `Version ${base.number} has no rate “${place}”.`,
  )
}

/** Whether a measure can be compared with such a threshold. */
function takes(measure: string, threshold: unknown): boolean {
  switch (measure) {
    case 'facility_kind':
    case 'facility_ownership':
    case 'contract_kind':
      return isList(threshold)
    case 'facility_filed':
    case 'in_post_at_month_end':
    case 'registry_check':
    case 'claimed':
    case 'social_insurance':
    case 'trained':
      return threshold === true
    case 'hired_from':
      return typeof threshold === 'string' && isLocalDate(threshold)
    case 'education_hours':
      return isCount(threshold) || (isRecord(threshold) && Object.values(threshold).every(isCount))
    case 'certificate_level':
    case 'certificate_or_licence':
      return isCount(threshold) && threshold >= 1 && threshold <= 5
    default:
      return isCount(threshold)
  }
}

type Check = (value: unknown) => boolean

const oneOf =
  (...words: string[]): Check =>
  (value) =>
    words.includes(value as string)
const isFlag: Check = (value) => typeof value === 'boolean'
const isMonths: Check = (value) => isCount(value) && value >= 1
const SERVICE: Record<string, Check> = {
  basis: oneOf('any_employer', 'same_city', 'same_employer'),
  employer: oneOf('organisation', 'chain'),
  continuous: isFlag,
  count_to: oneOf('month_end', 'claim_date', 'last_year_end', 'year_before_claim'),
}
/** What the parameters of each measure can be. */
const PARAMETERS: Record<string, Record<string, Check>> = {
  service_months: SERVICE,
  years_served: SERVICE,
  graduated_within: { exclusive: isFlag },
  social_insurance: {
    retired_from_age: (value) => isRecord(value) && isCount(value.male) && isCount(value.female),
  },
  certificate_or_licence: { licences: isList },
  claimed: { after_years: isCount, within_months: isMonths },
  registry_check: { registries: isList },
  education_hours: { window_months: isMonths },
  conduct_events: { kinds: isList, window_months: isMonths },
}

function isList(value: unknown): value is string[] {
  return Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === 'string')
}

function isCount(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
