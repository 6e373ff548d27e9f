/** Pay linked to level (等级与薪酬挂钩): when a ladder links pay to level, and what keeping its promise means; pure. */
import { faultAt } from '../people/bulk.ts'
import type { Fault, Message } from '../platform/errors.ts'
import { formatYuan } from '../platform/money.ts'

/** Bands are this wide at least, so that no band is the wage of one person. */
export const BAND_FEN = 50_000
export interface LadderStep {
  level: number
  /** a month, before deductions */
  monthly_fen: number
}

/** What became of a promise in a month: of each level, then of the facility. */
export const PROMISES = {
  kept: { zh: '已兑现', en: 'Kept' },
  partly: { zh: '部分未达', en: 'Some below' },
  broken: { zh: '未兑现', en: 'Not kept' },
  unreported: { zh: '未填报', en: 'Not reported' },
  none: { zh: '未承诺', en: 'No promise' },
} satisfies Record<string, Message>

/** Every level, from the lowest to the highest, is promised more than the one below, and there are two at least. */
export function isLinked(steps: readonly LadderStep[]): boolean {
  const rising = byLevel(steps)
  return rising.length > 1 && rising.every((step, at) => at === 0 || step.monthly_fen > rising[at - 1]!.monthly_fen)
}

/** A higher level that is promised less than a lower one: level 1 is the highest. */
export function ladderFaults(steps: readonly LadderStep[]): Fault[] {
  const rising = byLevel(steps)
  return rising.flatMap((step, at) => {
    const below = rising[at - 1]
    if (!below || step.monthly_fen >= below.monthly_fen) return []
    return [
      faultAt(
        `/steps/${steps.indexOf(step)}/monthly_fen`,
        'pay_ladder.falling',
        `${step.level} 级 ${formatYuan(step.monthly_fen)} 元，低于 ${below.level} 级的 ${formatYuan(below.monthly_fen)} 元：等级高的不能拿得少。`,
        `Level ${step.level} would get ${formatYuan(step.monthly_fen)} yuan, less than the ${formatYuan(below.monthly_fen)} of level ${below.level}: a higher level is not paid less.`,
      ),
    ]
  })
}

/** From the lowest level to the highest. */
function byLevel<S extends LadderStep>(steps: readonly S[]): S[] {
  return steps.toSorted((a, b) => b.level - a.level)
}
