/** On a page in English, what the register holds in Chinese says so, as screen readers need it to be read out (WCAG 3.1.2). */

const LANG = 'lang="zh-Hans"'
const HAN = /\p{Script=Han}/u
/** A run of Chinese with its punctuation and figures: `示例〔2026〕12 号`, `王小芳、李四`. */
const RUN = /[〔《（“]*\p{Script=Han}(?:[\p{Script=Han}\d\s·、，。；：〔〕《》（）“”—*-]*[\p{Script=Han}〕》）”。])?/gu
const OPENING = /^<([a-z][\da-z]*)\b(?![^>]*\slang=)/
/** An element that holds nothing but text. */
const PLAIN = /^<(title|option|textarea|text|tspan)\b/

/**
 * Marks every Chinese text with its language: the element that holds nothing else, or the run within other words. Of attributes only
 * the value of a field is marked, on the field; a name within a spoken label needs no mark.
 */
export function markedChinese(html: string): string {
  if (!HAN.test(html)) return html
  // text stands at even places, tags between
  const parts = html.split(/(<[^>]*>)/)
  for (let at = 0; at < parts.length; at += 2) {
    const tag = parts[at - 1] ?? ''
    if (/^<(input|img)\b/.test(tag) && /\s(?:value|alt)="[^"]*\p{Script=Han}/u.test(tag)) parts[at - 1] = marked(tag)
    const text = parts[at]!
    if (!HAN.test(text)) continue
    const name = OPENING.exec(tag)?.[1]
    const alone = name !== undefined && parts[at + 1] === `</${name}>` && (!/[A-Za-z]{2}/.test(text) || PLAIN.test(tag))
    if (alone) parts[at - 1] = marked(tag)
    else if (!/\slang=/.test(tag) || tag.startsWith('</')) parts[at] = text.replaceAll(RUN, `<span ${LANG}>$&</span>`)
  }
  return parts.join('')
}

function marked(tag: string): string {
  return tag.replace(/^<[a-z\d]+/, `$& ${LANG}`)
}
