/** Finding people by what is typed: last four digits, the start of a name, of its pinyin, or of its initials. */

import { type RawBuilder, sql } from 'kysely'
import { pinyin } from 'pinyin-pro'
import { cleanText } from '../platform/text.ts'

/** As many initials as somebody types of a name. */
const MOST_INITIALS = 6

/**
 * The ways in which text may name a person (`people` of the query): each is answered by one index, and most in the order of names, so
 * that a page is full before the register is read. Somebody may be found by two of them.
 */
export function waysToFind(q: string): RawBuilder<boolean>[] {
  const text = cleanText(q).replaceAll(/[%_\\]/g, '')
  if (/^\d{3}[\dX]$/i.test(text)) return [sql`right(people.id_number_masked, 4) = ${text.toUpperCase()}`]
  if (/\p{Script=Han}/u.test(text)) return waysByName(text)
  const latin = text.toLowerCase().replaceAll(/[\s·'’-]+/g, '')
  const byPinyin = sql<boolean>`people.name_pinyin like ${`${latin}%`}`
  // the first initial is the first letter of the pinyin
  if (latin.length < 2 || latin.length > MOST_INITIALS) return [byPinyin]
  return [byPinyin, sql`people.name_initials like ${`${latin}%`}`]
}

/** A surname alone names thousands; its readings let the index of pinyin, which is in the order of names, find the first of them. */
function waysByName(text: string): RawBuilder<boolean>[] {
  const byName = sql<boolean>`people.name like ${`${text}%`}`
  if ([...text].length > 1) return [byName]
  const readings = new Set(pinyin(text, { multiple: true, toneType: 'none', v: true, type: 'array' }))
  return [...readings].map((reading) => sql`people.name_pinyin like ${`${reading}%`} and ${byName}`)
}

/** Whether the text names the person. */
export function named(q: string): RawBuilder<boolean> {
  return sql`(${sql.join(waysToFind(q), sql` or `)})`
}
