/** What a version still lacks, and the rules of each of its components that lack nothing; pure. */
import { type Message, refuse } from '../platform/errors.ts'
import { type Asked, COMPONENT_KINDS, nationalLevels, rateName } from './components.ts'
import type { Part, Rate, Rules, Version } from './rules.ts'

const USABLE = ['seen', 'confirmed']

/** Conditions of every component and its own; its rates. */
export function partOf(version: Version, code = version.components[0]!.code): Part & Version {
  const first = version.components[0]!.code
  return {
    ...version,
    component: version.components.find((one) => one.code === code)!,
    conditions: version.conditions.filter(({ component }) => (component ?? code) === code),
    rates: version.rates.filter(({ component = first }) => component === code),
  }
}

/** What nobody has confirmed of one component, or of all. Empty when it can be computed. */
export interface Missing {
  levels: number[]
  /** one of each key none of whose rates is usable, levels among them */
  rates: Version['rates']
  conditions: { code: string; title: string; title_en: string }[]
  /** rates by something else than a level, and what no source tells of the component itself */
  others: Message[]
  /** what a confirmation can say of what is open, beside rates and thresholds */
  asks: { component: string; asks: Asked }[]
}

/** Levels (and other keys) whose every rate is unconfirmed, conditions without a threshold, what a component leaves open. */
export function missingPieces(version: Version, code?: string): Missing {
  const wanted = code === undefined ? version.components.map((one) => one.code) : [code]
  const parts = wanted.map((one) => partOf(version, one))
  const rates = parts.flatMap(({ rates, component }) =>
    unconfirmedRates(rates).map((rate) => ({ ...rate, component: component.code })),
  )
  const conditions = parts.flatMap((part) => part.conditions.filter(({ threshold }) => threshold === null))
  return {
    rates,
    levels: [...new Set(rates.flatMap(({ level }) => level ?? []))].sort((a, b) => b - a),
    conditions: [...new Map(conditions.map((condition) => [condition.code, condition])).values()],
    others: [
      ...rates.filter(({ level }) => level === null).map(rateName),
      ...parts.flatMap(({ component }) => component.unknown ?? []),
      ...(parts.some(({ component, rates }) => component.catalogue_percent && unconfirmedRates(rates).length > 0)
        ? [{ zh: '培训补贴目录价格', en: 'the prices of the catalogue' }]
        : []),
    ],
    asks: parts.flatMap(({ component }) =>
      (component.unknown ?? []).flatMap(({ asks }) => (asks ? [{ component: component.code, asks }] : [])),
    ),
  }
}

/** One rate for each key none of whose rates is usable. */
function unconfirmedRates(rates: Version['rates']): Version['rates'] {
  const groups = [...Map.groupBy(rates, keyOf).values()]
  return groups.filter((group) => !group.some(isUsable)).map(([rate]) => rate!)
}

function isUsable({ confidence, amount_fen }: Version['rates'][number]): boolean {
  return amount_fen !== null && USABLE.includes(confidence)
}

export function keyOf({ level, key = null, min_years = null }: Pick<Rate, 'level' | 'key' | 'min_years'>): string {
  return String(level ?? key ?? min_years ?? '')
}

export function isComplete({ levels, conditions, others }: Missing): boolean {
  return levels.length + conditions.length + others.length === 0
}

/** A component (the first when none is named) ready to compute. Refuses `scheme.unconfirmed`, naming every missing piece. */
export function usableRules(version: Version, code = version.components[0]!.code): Rules {
  const missing = missingPieces(version, code)
  if (!isComplete(missing)) refuseUnconfirmed(version, missing)
  const { rates, ladder, schedule: _, components: __, ...part } = partOf(version, code)
  const specific = (rate: Rate) => (rate.district_code ? 2 : 0) + (rate.facility_kind ? 1 : 0)
  return {
    ...(part as unknown as Rules),
    posts: part.component.posts ?? part.posts,
    rates: (rates.filter(isUsable) as Rate[])
      .flatMap((rate) => nationalLevels(rate, ladder))
      .sort((a, b) => specific(b) - specific(a)),
  }
}

/** Of every component that is paid to people and known in full; what is not known is left out. */
export function knownRules(version: Version): Rules[] {
  return knownToAll(version).filter(({ component }) => COMPONENT_KINDS[component.kind].payee === 'person')
}

/** The same of every component, whoever is paid. */
export function knownToAll(version: Version): Rules[] {
  return version.components
    .filter(({ code }) => isComplete(missingPieces(version, code)))
    .map(({ code }) => usableRules(version, code))
}

/** What is `known` of a version of which anything can be computed. Refuses `scheme.unconfirmed` otherwise. */
export function computableRules(version: Version, known = knownRules): Rules[] {
  const rules = known(version)
  return rules.length > 0 ? rules : refuseUnconfirmed(version, missingPieces(version))
}

function refuseUnconfirmed(version: Version, { levels, conditions, others }: Missing): never {
  const zh = [
    ...levels.map((level) => `${level} 级标准`),
    ...conditions.map((condition) => `“${condition.title}”的要求`),
    ...others.map((one) => one.zh),
  ]
  const en = [
    ...levels.map((level) => `the rate of level ${level}`),
    ...conditions.map((c) => `the threshold of “${c.title_en}”`),
    ...others.map((one) => one.en),
  ]
  refuse('conflict', 'scheme.unconfirmed', {
    zh: `${version.scheme_code} 第 ${version.number} 版还不能计算，以下内容未经确认：${zh.join('、')}。请市级管理员在“政策与标准”中凭文件确认。`,
    en: `${version.scheme_code} version ${version.number} cannot be computed yet; not confirmed: ${en.join(', ')}. A city administrator confirms them by document under Schemes.`,
  })
}
