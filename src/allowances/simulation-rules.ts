/** What a draft of a scheme would pay and whom it would help or hurt: the draft made into rules, and the sums; pure. */
import { faultAt } from '../people/bulk.ts'
import { isLocalDate, type Month } from '../platform/calendar.ts'
import type { Fault } from '../platform/errors.ts'
import { COMPONENT_KINDS } from './components.ts'
import { decideInTurn } from './corrections.ts'
import type { Decision, Facts, PaidFact } from './evaluate.ts'
import { inDivision, type Rules, type Version } from './rules.ts'
import { computableRules, missingPieces } from './usable-rules.ts'

/** What a draft changes of a version: rates by level (and kind of facility or district), thresholds by condition, conditions left out. */
export interface Draft {
  rates: {
    level: number
    facility_kind?: string | null | undefined
    district_code?: string | null | undefined
    amount_fen: number
  }[]
  thresholds: Record<string, unknown>
  dropped: string[]
}

/** A rate of the draft takes the place of every rate of its level; the rest of the version stays. */
function draftVersion(base: Version, { rates, thresholds, dropped }: Draft): Version {
  const drafted = new Set(rates.map(({ level }) => level))
  const component = levelled(base)
  return {
    ...base,
    conditions: base.conditions
      .filter(({ code }) => !dropped.includes(code))
      .map((condition) =>
        condition.code in thresholds ? { ...condition, threshold: thresholds[condition.code] } : condition,
      ),
    rates: [
      ...base.rates.filter((rate) => (rate.component ?? component) !== component || !drafted.has(rate.level ?? 0)),
      ...rates.map(({ level, facility_kind = null, district_code = null, amount_fen }) => ({
        ...{ id: base.version_id, component, level, facility_kind, district_code, amount_fen },
        ...{ confidence: 'confirmed', citation: 'draft' },
      })),
    ],
  }
}

/** The component that a draft's rates by level are of: the first that goes by level. */
function levelled({ components }: Version): string {
  return (components.find(({ kind }) => COMPONENT_KINDS[kind].by === 'level') ?? components[0]!).code
}

/** The draft by component, ready to compute with. Refuses `scheme.unconfirmed` where it leaves open what nobody has confirmed. */
export function draftRules(base: Version, draft: Draft): Rules[] {
  return computableRules(draftVersion(base, draft))
}

/** Faults `simulation.condition_unknown`, `simulation.threshold_form`, `simulation.nothing_changed`. */
export function draftFaults(base: Version, { rates, thresholds, dropped }: Draft): Fault[] {
  const codes = new Map(base.conditions.map((condition) => [condition.code, condition]))
  const unknown = [...Object.keys(thresholds), ...dropped].filter((code) => !codes.has(code))
  const nothing = rates.length + Object.keys(thresholds).length + dropped.length === 0
  return [
    ...unknown.map((code) =>
      faultAt(
        `/thresholds/${code}`,
        'simulation.condition_unknown',
        `第 ${base.number} 版没有条件“${code}”。`,
        `Version ${base.number} has no condition “${code}”.`,
      ),
    ),
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

/** Whether a measure can be compared with such a threshold. */
function takes(measure: string, threshold: unknown): boolean {
  switch (measure) {
    case 'facility_kind':
    case 'contract_kind':
      return Array.isArray(threshold) && threshold.length > 0 && threshold.every((one) => typeof one === 'string')
    case 'facility_filed':
    case 'in_post_at_month_end':
    case 'registry_check':
    case 'social_insurance':
    case 'trained':
      return threshold === true
    case 'hired_from':
      return typeof threshold === 'string' && isLocalDate(threshold)
    case 'education_hours':
      return isCount(threshold) || (isRecord(threshold) && Object.values(threshold).every(isCount))
    case 'certificate_level':
      return isCount(threshold) && threshold >= 1 && threshold <= 5
    default:
      return isCount(threshold)
  }
}

function isCount(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** What is added up of some people and one month, or the whole time. */
export interface Sums {
  people: number
  today_people: number
  today_fen: number
  draft_people: number
  draft_fen: number
  winners: number
  gained_fen: number
  losers: number
  lost_fen: number
}
export interface Figure extends Sums {
  /** null: the whole time, everybody once */
  month: Month | null
  district_code: string
  /** of the certificate that counts; 0 without one */
  level: number
}

export interface Comparison {
  /** `today`: none where nothing can be paid, because there is no version or it is unconfirmed */
  months: { month: Month; today: Rules[]; draft: Rules[] }[]
  division_code: string
  districts: ReadonlySet<string>
}

/** Adds one person to the sums: each month by today's version and by the draft, then the whole time. */
export function compare(
  facts: Facts,
  { months, division_code, districts }: Comparison,
  add: (figure: Figure) => void,
): void {
  const [todays, drafted]: [PaidFact[], PaidFact[]] = [[], []]
  const judged = months.flatMap(({ month, today, draft }) => {
    const by_draft = draft.map((rules) => decideInTurn(facts, rules, month, drafted))
    const { employment, level } = by_draft[0]!
    const district_code = employment?.organisation.district_code
    if (!district_code || !districts.has(district_code) || !inDivision(district_code, division_code)) return []
    const by_today = today.map((rules) => decideInTurn(facts, rules, month, todays))
    return [{ month, district_code, level: level ?? 0, today_fen: sumOf(by_today), draft_fen: sumOf(by_draft) }]
  })
  for (const { month, district_code, level, today_fen, draft_fen } of judged)
    add({ month, district_code, level, ...sumsOf(today_fen, draft_fen) })
  const last = judged.at(-1)
  if (!last) return
  const whole = (name: 'today_fen' | 'draft_fen') => judged.reduce((sum, one) => sum + one[name], 0)
  const { district_code, level } = last
  add({ month: null, district_code, level, ...sumsOf(whole('today_fen'), whole('draft_fen')) })
}

function sumOf(decisions: Decision[]): number {
  return decisions.reduce((sum, { entitlement_fen }) => sum + entitlement_fen, 0)
}

function sumsOf(today_fen: number, draft_fen: number): Sums {
  const delta = draft_fen - today_fen
  return {
    people: 1,
    today_people: Number(today_fen > 0),
    today_fen,
    draft_people: Number(draft_fen > 0),
    draft_fen,
    winners: Number(delta > 0),
    gained_fen: Math.max(0, delta),
    losers: Number(delta < 0),
    lost_fen: Math.max(0, -delta),
  }
}
