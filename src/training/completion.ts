/** Who completes a class and who does not, with what can still be done about it, and the rates with their denominators. */

import { localDate } from '../platform/calendar.ts'
import type { Context } from '../platform/context.ts'
import type { Db } from '../platform/database.ts'
import { inLanguage, type Lang } from '../platform/errors.ts'
import { together } from '../platform/together.ts'
import { isOpen } from './assessment.ts'
import { type Progress, progressOf } from './assessment-progress.ts'
import { closingOf, listMarks, listOpenEntries, termsOn } from './assessment-queries.ts'
import { RATE_WORDS, ratesOf } from './assessment-rules.ts'
import { listRoster } from './member-queries.ts'
import type { ClassRow } from './queries.ts'
import { completionOf } from './rules.ts'

const NOTHING: Progress = { kept: [], resit: [], entries: 'none' }

export type CompletionView = Awaited<ReturnType<typeof completionView>>

/** The completion of a class in the reader's language; before it, what it would be. */
export async function completionView(db: Db, context: Context, group: ClassRow, lang: Lang) {
  const reading = together(db)
  const [members, terms, closing, marks, entries] = await Promise.all([
    listRoster(reading, context.scope, group.id),
    termsOn(reading, group.assessor_organisation_id, group.starts_on),
    closingOf(reading, group.id),
    listMarks(reading, group.id),
    listOpenEntries(reading, group.id),
  ])
  const { items, ...figures } = completionOf(group, members)
  const open = isOpen(context, group, terms, Boolean(closing?.published_at))
  const progress = open
    ? progressOf(group.level, terms, marks, entries, localDate(context.now))
    : new Map<string, Progress>()
  const rates = ratesOf(members)
  return {
    ...figures,
    class_id: group.id,
    status: group.status,
    results: closing ? (closing.published_at ? ('published' as const) : ('locked' as const)) : ('open' as const),
    pass_rate: { ...rates.pass_rate, words: inLanguage(lang, RATE_WORDS.pass_rate) },
    certificate_rate: { ...rates.certificate_rate, words: inLanguage(lang, RATE_WORDS.certificate_rate) },
    items: items.map((item) => {
      const { kept, resit, entries } = progress.get(item.enrolment_id) ?? NOTHING
      return {
        ...item,
        reasons: item.reasons.map(({ code, message }) => ({ code, message: inLanguage(lang, message) })),
        kept,
        resit: item.outcome === 'completed' ? [] : resit,
        entries,
      }
    }),
  }
}
