/** Events and promotions as they go out, to pages and scripts. */
import { inLanguage, type Lang } from '../platform/errors.ts'
import { shownRules } from './event-rules.ts'
import type { PromotionRow } from './promotion-queries.ts'
import type { EventRow } from './queries.ts'

/** With percent and points, where the record has hundredths. */
export function eventView({ rules, ...event }: EventRow) {
  return { ...event, rules: shownRules(rules) }
}

/** With its reasons in words. */
export function promotionView({ reasons, ...row }: PromotionRow, lang: Lang) {
  return {
    ...row,
    reasons: reasons.map(({ required, found, ...reason }) => ({
      ...reason,
      required: inLanguage(lang, required),
      found: inLanguage(lang, found),
    })),
  }
}
