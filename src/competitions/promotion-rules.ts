/** From a rank to a level: what a published rule says of one who competed, term by term. */
import { LEVELS } from '../people/rules.ts'
import type { LocalDate } from '../platform/calendar.ts'
import type { Message } from '../platform/errors.ts'

/** Everything a term names has to hold; the level is the first of `levels` above the one held, or the next one up. */
export interface PromotionTerm {
  /** first and last */
  ranks?: [number, number]
  awards?: string[]
  /** of those ranked */
  top_percent?: number
  /** has this level already */
  holds?: number
  levels: number[] | 'next'
}

/** Whether a rule is for contests of this tier and class on that day. */
export function ruleIsFor(
  rule: { tier: string; class: number | null; valid_from: LocalDate; valid_to: LocalDate | null },
  contest: { tier: string; class: number | null; held_on: LocalDate },
): boolean {
  return (
    rule.tier === contest.tier &&
    (rule.class === null || rule.class === contest.class) &&
    rule.valid_from <= contest.held_on &&
    (rule.valid_to === null || contest.held_on < rule.valid_to)
  )
}

/** Somebody as they were ranked, and the level they hold; null: none on record. */
export interface Standing {
  rank: number
  award: string | null
  ranked: number
  level: number | null
}

/** A term's demand with what was found. */
export interface PromotionReason {
  /** place of the term in the rule, from 1 on */
  term: number
  code: 'rank' | 'award' | 'share' | 'holds' | 'level'
  met: boolean
  required: Message
  found: Message
}

/** The best level that a term gives, and every demand of every term; null: no term gives one. */
export function promotionOf(
  terms: PromotionTerm[],
  standing: Standing,
): { to_level: number | null; reasons: PromotionReason[] } {
  const judged = terms.map((term, index) => judge(term, index + 1, standing))
  const levels = judged.flatMap(({ to_level }) => to_level ?? [])
  return { to_level: levels.length > 0 ? Math.min(...levels) : null, reasons: judged.flatMap(({ reasons }) => reasons) }
}

function judge(term: PromotionTerm, place: number, { rank, award, ranked, level }: Standing) {
  const reasons: PromotionReason[] = []
  const add = (code: PromotionReason['code'], met: boolean, required: Message, found: Message) =>
    reasons.push({ term: place, code, met, required, found })
  const here = { zh: `第 ${rank} 名`, en: `rank ${rank}` }
  if (term.ranks) {
    const [first, last] = term.ranks
    add(
      'rank',
      rank >= first && rank <= last,
      first === last
        ? { zh: `第 ${first} 名`, en: `rank ${first}` }
        : { zh: `第 ${first}–${last} 名`, en: `ranks ${first}–${last}` },
      here,
    )
  }
  if (term.awards)
    add(
      'award',
      award !== null && term.awards.includes(award),
      { zh: term.awards.join('、'), en: term.awards.join(', ') },
      { zh: award ?? '没有奖项', en: award ?? 'no award' },
    )
  if (term.top_percent)
    add(
      'share',
      rank * 100 <= term.top_percent * ranked,
      { zh: `前 ${term.top_percent}%（共 ${ranked} 名）`, en: `the first ${term.top_percent} % of ${ranked}` },
      here,
    )
  const held = level === null ? { zh: '没有等级', en: 'no level' } : LEVELS[level]!
  if (term.holds) add('holds', level === term.holds, LEVELS[term.holds]!, held)
  const to_level = levelAbove(term.levels, level)
  if (to_level === null)
    add(
      'level',
      false,
      term.levels === 'next'
        ? { zh: '持有可晋升的等级', en: 'holds a level that can be raised' }
        : {
            zh: `现有等级低于${LEVELS[Math.min(...term.levels)]!.zh}`,
            en: `holds less than ${LEVELS[Math.min(...term.levels)]!.en}`,
          },
      held,
    )
  return { to_level: reasons.every(({ met }) => met) ? to_level : null, reasons }
}

/** A lower number is a higher level. */
function levelAbove(levels: PromotionTerm['levels'], held: number | null): number | null {
  if (levels === 'next') return held === null || held === 1 ? null : held - 1
  return levels.find((level) => held === null || level < held) ?? null
}
