/** Awards by rank: fixed numbers of ranks, or shares of those who competed. */
import type { Message } from '../platform/errors.ts'

/** So many ranks, or percent of the entries that stand; awards follow each other from the first rank on. */
export type Award = { name: string; count: number } | { name: string; percent: number }
export interface Awards {
  awards: Award[]
  /** of a share that is no whole number */
  rounding: 'down' | 'half_up' | 'up'
  /** who shares a rank that reaches over the end of an award: all get it, or all the next one */
  ties: 'joint' | 'lower'
}

/** How many ranks each award has: shares are rounded one by one, and together never more than there are entries. */
export function countsOf({ awards, rounding }: Awards, entries: number): { name: string; count: number }[] {
  let left = entries
  return awards.map((award) => {
    const wanted = 'count' in award ? award.count : rounded(award.percent * entries, rounding)
    const count = 'count' in award ? wanted : Math.min(wanted, left)
    left = Math.max(left - count, 0)
    return { name: award.name, count }
  })
}

/** Hundredths, which a percent of whole entries is, to a whole number. */
function rounded(hundredths: number, rounding: Awards['rounding']): number {
  const scaled = Math.round(hundredths * 100)
  const [whole, rest] = [Math.floor(scaled / 10_000), scaled % 10_000]
  if (rounding === 'up') return rest > 0 ? whole + 1 : whole
  return rounding === 'half_up' && rest >= 5000 ? whole + 1 : whole
}

/** The award of every entry, by its id; equal ranks have equal awards. */
export function awardsOf(awards: Awards, ranked: { entry_id: string; rank: number }[]): Map<string, string> {
  const counts = countsOf(awards, ranked.length)
  const sharing = new Map<number, number>()
  for (const { rank } of ranked) sharing.set(rank, (sharing.get(rank) ?? 0) + 1)
  return new Map(
    ranked.flatMap(({ entry_id, rank }): [string, string][] => {
      const name = awardOf(rank, rank + sharing.get(rank)! - 1, counts, awards.ties)
      return name ? [[entry_id, name]] : []
    }),
  )
}

function awardOf(first: number, last: number, counts: { name: string; count: number }[], ties: Awards['ties']) {
  let end = 0
  for (const { name, count } of counts) {
    end += count
    if ((ties === 'joint' ? first : last) <= end) return name
  }
  return null
}

/** Ranks that are shared over the end of an award, which the policy decides and people ask about. */
export function tiesAcross(
  awards: Awards,
  ranked: { rank: number }[],
): { rank: number; sharing: number; award: string }[] {
  const sharing = new Map<number, number>()
  for (const { rank } of ranked) sharing.set(rank, (sharing.get(rank) ?? 0) + 1)
  let end = 0
  return countsOf(awards, ranked.length).flatMap(({ name, count }) => {
    end += count
    const over = [...sharing].find(([rank, many]) => many > 1 && rank <= end && rank + many - 1 > end)
    return over ? [{ rank: over[0], sharing: over[1], award: name }] : []
  })
}

export const TIES = {
  joint: { zh: '并列者都得该奖', en: 'all of them get the award' },
  lower: { zh: '并列者都得下一等奖', en: 'all of them get the next award' },
} satisfies Record<Awards['ties'], Message>

export const ROUNDINGS = {
  down: { zh: '舍去小数', en: 'down' },
  half_up: { zh: '四舍五入', en: 'half up' },
  up: { zh: '进一', en: 'up' },
} satisfies Record<Awards['rounding'], Message>
