/** Ranks the entries of an event exactly: fractions in bigint, nothing is rounded before it is compared. */
import { criteriaOf, decidingCriteria, type EventRules } from './event-rules.ts'

/** An exact number, `of` > 0. */
export interface Fraction {
  points: bigint
  of: bigint
}
/** What an entry has before it is ranked. */
export interface Result {
  entry_id: string
  /** by module the sum of its criteria, hundredths of a point; a module without marks has none */
  modules: Map<string, Fraction>
  /** by number the criteria that tie-breaks name, hundredths of a point; one without marks has none */
  criteria: Map<number, Fraction>
  /** hundredths of a point off the total */
  penalty: number
  /** milliseconds by module, where they were taken */
  times: Map<string, number>
}
/** `total / denominator` and `modules[key] / denominator` are points out of 100. */
export interface Placed {
  entry_id: string
  total: bigint
  modules: Map<string, bigint>
  denominator: bigint
  penalty: number
  rank: number
}
/** A mark as the rules see it: of one judge, or the only one of a measured criterion. */
export interface Mark {
  entry_id: string
  criterion: number
  points: number
}

/**
 * Ranks by the weighted sum of the modules, each as a share of its maximum, less the penalties; never below 0. Equal totals go by the
 * rules' chain of tie-breaks; equal there too: the same rank, and the next rank is as many lower (1, 2, 2, 4).
 */
export function rankResults(rules: EventRules, results: Result[]): Placed[] {
  const maxima = new Map(rules.modules.map(({ key, criteria }) => [key, maximumOf(criteria)]))
  const of = [...new Set(results.flatMap(({ modules }) => [...modules.values()].map((sum) => sum.of)))]
  const denominator = of.reduce(lcm, 1n) * [...maxima.values()].reduce(lcm, 1n)
  const placed = results.map(({ entry_id, modules, criteria, penalty, times }) => {
    const shares = new Map(
      rules.modules.map(({ key }) => {
        const { points, of } = modules.get(key) ?? NOTHING
        return [key, (100n * points * denominator) / (of * maxima.get(key)!)]
      }),
    )
    const weighted = rules.modules.reduce((sum, { key, weight }) => sum + BigInt(weight) * shares.get(key)!, 0n)
    // every denominator of a share divides, so nothing is lost; the weights are hundredths of a percent
    const total = weighted - BigInt(penalty) * 100n * denominator
    return {
      entry_id,
      total: total > 0n ? total : 0n,
      modules: new Map([...shares].map(([key, share]) => [key, share * 10_000n])),
      denominator: denominator * 10_000n,
      penalty,
      criteria,
      times,
    }
  })
  const better = comparing(rules)
  placed.sort(better)
  let rank = 0
  return placed.map(({ criteria: _, times: __, ...entry }, index) => {
    if (index === 0 || better(placed[index - 1]!, placed[index]!) !== 0) rank = index + 1
    return { ...entry, rank }
  })
}

/**
 * What an entry's marks come to: the sums of its modules, and the criteria that tie-breaks name. Of a judged criterion the mean of its
 * judges counts. From `trim_from` marks on one highest and one lowest are left out (source S55): of 5 marks 3 are kept, of 4 all. The
 * order of the marks changes nothing.
 */
export function sumsOf(rules: EventRules, marks: Mark[]): Pick<Result, 'modules' | 'criteria'> {
  const modules = new Map<string, Fraction>()
  const means = new Map<number, Fraction>()
  const given = Map.groupBy(marks, ({ criterion }) => criterion)
  for (const { number, module, measured } of criteriaOf(rules)) {
    const points = (given.get(number) ?? []).map(({ points }) => points)
    if (points.length === 0) continue
    const mean = meanOf(points, measured ? 0 : rules.trim_from)
    means.set(number, mean)
    modules.set(module, plus(modules.get(module) ?? NOTHING, mean))
  }
  const deciding = decidingCriteria(rules).map(({ number }) => number)
  return { modules, criteria: new Map([...means].filter(([number]) => deciding.includes(number))) }
}

/** A fraction as points for reading, rounded half up to four decimals: `86.4167`. */
export function readable(numerator: bigint, denominator: bigint): string {
  const rounded = (20_000n * numerator + denominator) / (2n * denominator)
  return `${rounded / 10_000n}.${String(rounded % 10_000n).padStart(4, '0')}`
}

export function plus(a: Fraction, b: Fraction): Fraction {
  const of = lcm(a.of, b.of)
  return { points: a.points * (of / a.of) + b.points * (of / b.of), of }
}

function meanOf(marks: number[], trim_from: number): Fraction {
  const sum = marks.reduce((all, mark) => all + mark, 0)
  if (trim_from === 0 || marks.length < Math.max(trim_from, 3)) return { points: BigInt(sum), of: BigInt(marks.length) }
  return { points: BigInt(sum - Math.min(...marks) - Math.max(...marks)), of: BigInt(marks.length - 2) }
}

function maximumOf(criteria: { max_points: number }[]): bigint {
  return BigInt(criteria.reduce((sum, { max_points }) => sum + max_points, 0))
}

type Compared = Pick<Placed, 'total' | 'modules' | 'penalty'> & Pick<Result, 'criteria' | 'times'>

/** Less than 0: the first is better. Who has no time is behind those who have one. */
function comparing(rules: EventRules) {
  const deciding = decidingCriteria(rules)
  const chain = rules.tie_breaks.map((tie) => {
    if (tie.by === 'module')
      return (a: Compared, b: Compared) => compare(b.modules.get(tie.module) ?? 0n, a.modules.get(tie.module) ?? 0n)
    if (tie.by === 'penalties') return (a: Compared, b: Compared) => a.penalty - b.penalty
    if (tie.by === 'time')
      return (a: Compared, b: Compared) =>
        compare(a.times.get(tie.module) ?? NO_TIME, b.times.get(tie.module) ?? NO_TIME)
    const { number } = deciding.find((one) => one.module === tie.module && one.name === tie.criterion)!
    return (a: Compared, b: Compared) =>
      compareFractions(b.criteria.get(number) ?? NOTHING, a.criteria.get(number) ?? NOTHING)
  })
  return (a: Compared, b: Compared): number => {
    let order = compare(b.total, a.total)
    for (const next of chain) {
      if (order !== 0) return order
      order = next(a, b)
    }
    return order
  }
}

const NOTHING: Fraction = { points: 0n, of: 1n }
const NO_TIME = Number.MAX_SAFE_INTEGER

function compareFractions(a: Fraction, b: Fraction): number {
  return compare(a.points * b.of, b.points * a.of)
}

function compare<T extends number | bigint>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function lcm(a: bigint, b: bigint): bigint {
  return (a / gcd(a, b)) * b
}

function gcd(a: bigint, b: bigint): bigint {
  return b === 0n ? a : gcd(b, a % b)
}
