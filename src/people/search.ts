/** Finding people by what is typed: last four digits, the start of a name, of its pinyin, or of its initials. */

import { type RawBuilder, sql } from 'kysely'
import { pinyin } from 'pinyin-pro'
import { cleanText } from '../platform/text.ts'

/** As many initials as somebody types of a name. */
const MOST_INITIALS = 6

/** One way in which text may name a person (`people` of the query), answered by one index. */
interface Way {
  named: RawBuilder<boolean>
  /** that index lies in the order of names, so that a page is full before the register is read */
  inOrder: boolean
}

/** The ways in which text may name a person. Somebody may be found by two of them. */
export function waysToFind(q: string): Way[] {
  const text = cleanText(q).replaceAll(/[%_\\]/g, '')
  if (/^\d{3}[\dX]$/i.test(text))
    return [{ named: sql`right(people.id_number_masked, 4) = ${text.toUpperCase()}`, inOrder: false }]
  if (/\p{Script=Han}/u.test(text)) return waysByName(text)
  const latin = text.toLowerCase().replaceAll(/[\s·'’-]+/g, '')
  const byPinyin = { named: startsWith('name_pinyin', latin), inOrder: true }
  // the first initial is the first letter of the pinyin
  if (latin.length < 2 || latin.length > MOST_INITIALS) return [byPinyin]
  return [byPinyin, { named: startsWith('name_initials', latin), inOrder: false }]
}

/** A surname alone names thousands; its readings let the index of pinyin, which is in the order of names, find the first of them. */
function waysByName(text: string): Way[] {
  const byName = startsWith('name', text)
  if ([...text].length > 1) return [{ named: byName, inOrder: false }]
  const readings = new Set(pinyin(text, { multiple: true, toneType: 'none', v: true, type: 'array' }))
  return [...readings].map((reading) => ({
    named: sql`${startsWith('name_pinyin', reading)} and ${byName}`,
    inOrder: true,
  }))
}

function startsWith(column: 'name' | 'name_pinyin' | 'name_initials', text: string): RawBuilder<boolean> {
  return sql`${sql.ref(`people.${column}`)} like ${`${text}%`}`
}

/** Whether the text names the person. */
export function named(q: string): RawBuilder<boolean> {
  return sql`(${sql.join(
    waysToFind(q).map((way) => way.named),
    sql` or `,
  )})`
}
