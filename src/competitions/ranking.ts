/** Ranks the entries of an event exactly: fractions in bigint, nothing is rounded before it is compared. */

/** Marks of one entry in hundredths of a point, one a judge. */
export interface Marked {
  entry_id: string
  theory: number[]
  practical: number[]
}
/** `total / denominator` and `practical / denominator` are points out of 100. */
export interface Placed {
  entry_id: string
  total: bigint
  practical: bigint
  denominator: bigint
  rank: number
}
/** `count` ranks get the award `name`; awards follow each other from the first rank on. */
export interface Award {
  name: string
  count: number
}

/**
 * Ranks by the weighted mean of the parts, `theoryWeight` in percent. Equal totals: the higher practical part is better; equal there
 * too: the same rank, and the next rank is as many lower (1, 2, 2, 4). With five judges or more one highest and one lowest mark of a
 * part are left out (source S55). A part of weight 0 needs no marks.
 */
export function rankEntries(entries: Marked[], theoryWeight: number): Placed[] {
  const means = entries.map(({ entry_id, theory, practical }) => ({
    entry_id,
    theory: meanOf(theory),
    practical: meanOf(practical),
  }))
  const common = means.reduce((all, { theory, practical }) => lcm(lcm(all, theory.count), practical.count), 1n)
  const placed = means.map(({ entry_id, theory, practical }) => {
    const [inTheory, inPractice] = [theory, practical].map(({ sum, count }) => sum * (common / count)) as [
      bigint,
      bigint,
    ]
    return {
      entry_id,
      total: BigInt(theoryWeight) * inTheory + BigInt(100 - theoryWeight) * inPractice,
      practical: 100n * inPractice,
      // percent of weight × hundredths of a point × judges
      denominator: 10_000n * common,
    }
  })
  placed.sort(byResult)
  return placed.map((entry) => ({ ...entry, rank: placed.findIndex((other) => byResult(other, entry) === 0) + 1 }))
}

/** The award of a rank; a joint rank that begins within an award's ranks gets it for everybody who shares it. */
export function awardOf(rank: number, awards: Award[]): string | null {
  let last = 0
  for (const { name, count } of awards) {
    last += count
    if (rank <= last) return name
  }
  return null
}

/** A fraction as points for reading, rounded half up to four decimals: `86.4167`. */
export function readable(numerator: bigint, denominator: bigint): string {
  const rounded = (20_000n * numerator + denominator) / (2n * denominator)
  return `${rounded / 10_000n}.${String(rounded % 10_000n).padStart(4, '0')}`
}

function meanOf(marks: number[]): { sum: bigint; count: bigint } {
  const sorted = [...marks].sort((a, b) => a - b)
  const kept = sorted.length >= 5 ? sorted.slice(1, -1) : sorted
  return { sum: kept.reduce((sum, mark) => sum + BigInt(mark), 0n), count: BigInt(Math.max(kept.length, 1)) }
}

type Result = Pick<Placed, 'total' | 'practical'>

function byResult(a: Result, b: Result): number {
  return compare(b.total, a.total) || compare(b.practical, a.practical)
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function lcm(a: bigint, b: bigint): bigint {
  return (a / gcd(a, b)) * b
}

function gcd(a: bigint, b: bigint): bigint {
  return b === 0n ? a : gcd(b, a % b)
}
