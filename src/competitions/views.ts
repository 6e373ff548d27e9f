/** Events as they go out, to pages and scripts. */
import { shownRules } from './event-rules.ts'
import type { EventRow } from './queries.ts'

/** With percent and points, where the record has hundredths. */
export function eventView({ rules, ...event }: EventRow) {
  return { ...event, rules: shownRules(rules) }
}
