/** Ranks the entries of an event exactly: fractions in bigint, nothing is rounded before it is compared. */
import type { EventRules, TieBreak } from './event-rules.ts'

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
  const placed = results.map(({ entry_id, modules, penalty, times }) => {
    const shares = new Map(
      rules.modules.map(({ key }) => {
        const { points, of } = modules.get(key) ?? { points: 0n, of: 1n }
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
      times,
    }
  })
  const better = comparing(rules.tie_breaks)
  placed.sort(better)
  let rank = 0
  return placed.map(({ times: _, ...entry }, index) => {
    if (index === 0 || better(placed[index - 1]!, placed[index]!) !== 0) rank = index + 1
    return { ...entry, rank }
  })
}

/**
 * The sums of an entry's modules from its marks: of a judged criterion the mean of its judges. From `trim_from` marks on one highest and
 * one lowest are left out (source S55): of 5 marks 3 are kept, of 4 all. The order of the marks changes nothing.
 */
export function modulesOf(rules: EventRules, marks: Mark[]): Map<string, Fraction> {
  const sums = new Map<string, Fraction>()
  const given = Map.groupBy(marks, ({ criterion }) => criterion)
  let number = 0
  for (const { key, criteria } of rules.modules)
    for (const { measured } of criteria) {
      const points = (given.get(++number) ?? []).map(({ points }) => points)
      if (points.length === 0) continue
      const sum = sums.get(key) ?? { points: 0n, of: 1n }
      sums.set(key, plus(sum, meanOf(points, measured ? 0 : rules.trim_from)))
    }
  return sums
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

type Compared = Pick<Placed, 'total' | 'modules' | 'penalty'> & Pick<Result, 'times'>

/** Less than 0: the first is better. Who has no time is behind those who have one. */
function comparing(chain: TieBreak[]) {
  return (a: Compared, b: Compared): number => {
    let order = compare(b.total, a.total)
    for (const tie of chain) {
      if (order !== 0) return order
      if (tie.by === 'module') order = compare(b.modules.get(tie.module) ?? 0n, a.modules.get(tie.module) ?? 0n)
      else if (tie.by === 'penalties') order = a.penalty - b.penalty
      else order = compare(a.times.get(tie.module) ?? NO_TIME, b.times.get(tie.module) ?? NO_TIME)
    }
    return order
  }
}

const NO_TIME = Number.MAX_SAFE_INTEGER

function compare<T extends number | bigint>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function lcm(a: bigint, b: bigint): bigint {
  return (a / gcd(a, b)) * b
}

function gcd(a: bigint, b: bigint): bigint {
  return b === 0n ? a : gcd(b, a % b)
}
