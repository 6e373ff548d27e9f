/** Cleans what people type or paste in Chinese forms and spreadsheets, without touching the characters of names. */

const FULL_WIDTH = /[０-９Ａ-Ｚａ-ｚ（）［］｛｝]/g
const INVISIBLE = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/g
const MIDDLE_DOT = /(?<=\p{Script=Han})\s*[·•・.．‧∙⋅･]\s*(?=\p{Script=Han})/gu

/** Nearly every cell of a sheet is clean already: one look instead of six replacements. */
const NOTHING_TO_CLEAN = /^(?:[\x21-\x2d\x2f-\x7e]|[\u4e00-\u9fff])+$/

/**
 * One value as it was meant: full-width digits, Latin letters and brackets become ordinary ones, invisible characters go,
 * U+3000 and NBSP go (between Latin letters or digits they are a space), the dots of minority names become `·`, other control characters
 * become a space. Han characters are never normalised: NFKC would turn some characters of names into others.
 */
export function cleanText(text: string): string {
  if (NOTHING_TO_CLEAN.test(text)) return text
  return text
    .replace(FULL_WIDTH, (char) => char.normalize('NFKC'))
    .replace(INVISIBLE, '')
    .replace(/(?<=[A-Za-z0-9])[\u3000\u00a0]+(?=[A-Za-z0-9])/g, ' ')
    .replace(/[\u3000\u00a0]/g, '')
    .replace(/\p{Cc}+/gu, ' ')
    .replace(MIDDLE_DOT, '·')
    .trim()
}

/** Nearly every name has none of these. */
const LOOK_ALIKE = /[\u2e80-\u2fdf\uf900-\ufaff\u{2f800}-\u{2fa1f}]/u

/**
 * Composed, and with Kangxi radicals and compatibility ideographs as the ordinary characters they look like, as Unicode maps them:
 * ⽅ that was copied out of a PDF is 方. No other character changes.
 */
export function unifiedHan(text: string): string {
  const composed = text.normalize('NFC')
  if (!LOOK_ALIKE.test(composed)) return composed
  return Array.from(composed, (char) => (LOOK_ALIKE.test(char) ? char.normalize('NFKC') : char)).join('')
}
