/** What a page says in the other language: words of ours that nobody translated, told apart from what the register holds. */
import { sql } from 'kysely'
import { KINDS } from '../../src/imports/kinds.ts'
import type { Db } from '../../src/platform/database.ts'
import { unescaped } from './walk.ts'

const HAN = /\p{Script=Han}/u
/** Chinese in every language: the switch of languages, and samples of what is typed into a field or stands in a sheet. */
const SAMPLES = ['中文', 'English', '张三', '⿰氵每', '证书编号', '姓名', '账号', '户名', '金额']
/** The headings of sheets, which are Chinese in every language, and what stands between them in a list. */
const HEADINGS = Object.values(KINDS).flatMap(({ columns }) => columns.map(({ header }) => header))
/** Amounts in capitals are Chinese in every language, as banks and vouchers ask for them. */
const CAPITALS = /负?[零壹贰叁肆伍陆柒捌玖拾佰仟万亿]+元[零壹贰叁肆伍陆柒捌玖角分整]*/g

/** Every text that the database holds in Chinese or in several English words, also within documents and lists, whole and line by line. */
export async function textsOf(db: Db): Promise<Set<string>> {
  const { rows: columns } = await sql<{ table: string; column: string }>`
    select table_name as "table", column_name as "column" from information_schema.columns
    where table_schema = 'public' and data_type in ('text', 'jsonb', 'ARRAY')`.execute(db)
  const { rows } = await sql<{ text: string }>`${sql.join(
    columns.map(
      ({ table, column }) => sql`select distinct ${sql.ref(column)}::text as text from ${sql.table(table)}
        where ${sql.ref(column)}::text ~ '[一-龥]|[a-z]{3} [a-z]{3}'`,
    ),
    sql` union `,
  )}`.execute(db)
  const texts = new Set<string>()
  for (const { text } of rows) {
    texts.add(text.trim())
    for (const [, quoted, plain] of text.matchAll(/"((?:[^"\\]|\\.)*)"|([^",{}\n]+)/g))
      texts.add((quoted ?? plain!).trim())
    for (const line of text.split('\n')) texts.add(line.trim())
  }
  return new Set([...SAMPLES, ...HEADINGS, ...texts].filter((text) => text.length > 1))
}

/** Chinese on an English page that the register does not hold. */
export function strayChinese(html: string, texts: Set<string>): string[] {
  // a mark of language may stand around a part of what the register holds as a whole
  const whole = html.replaceAll(/<span lang="zh-Hans">([^<]*)<\/span>/g, '$1')
  return wordsOf(whole).filter((words) => HAN.test(words) && HAN.test(ours(words, texts)))
}

/** Chinese on an English page that does not say its language; names within a spoken label need not. */
export function unmarkedChinese(html: string): string[] {
  const unmarked: string[] = []
  const open: { name: string; chinese: boolean }[] = []
  for (const [part, closing, name = '', attributes = ''] of html
    .slice(html.indexOf('<body'))
    .matchAll(/<(\/?)([a-z][\w-]*)([^>]*)>|[^<]+/g)) {
    const within = open.at(-1)?.chinese ?? false
    if (name === '') {
      if (HAN.test(part) && !within) unmarked.push(unescaped(part).trim())
    } else if (closing) {
      while (open.length > 0 && open.pop()!.name !== name);
    } else {
      const chinese = /\slang="zh/.test(attributes) || (within && !/\slang=/.test(attributes))
      const [, value] = /\s(?:value|alt|placeholder)="([^"]*)"/.exec(attributes) ?? []
      if (/^(input|img|textarea)$/.test(name) && value && HAN.test(value) && !chinese) unmarked.push(unescaped(value))
      if (!VOID.test(name) && !attributes.endsWith('/')) open.push({ name, chinese })
    }
  }
  return unmarked
}

const VOID = /^(area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr)$/

/** English on a Chinese page: two words beside each other, or the code of a kind of event. */
export function strayEnglish(html: string, texts: Set<string>): string[] {
  const english = /[a-z]{3,} [a-z]{3,}|^[a-z_]+\.[a-z_]+$/i
  return wordsOf(html.replaceAll(/<(code|pre|textarea|small)\b.*?<\/\1>/gs, '')).filter(
    (words) => english.test(words) && english.test(ours(words, texts).replaceAll(/\S+:\/\/\S+/g, '')),
  )
}

/** What remains of the words without the texts of the register, the longest first, masked names and what is cut short. */
function ours(words: string, texts: Set<string>): string {
  if (words.endsWith('…') && [...texts].some((text) => text.includes(words.slice(0, -1).trim()))) return ''
  const lengths = [...new Set([...texts].map(({ length }) => length))].sort((a, b) => b - a)
  let rest = ''
  for (let at = 0; at < words.length; ) {
    const length = lengths.find((one) => at + one <= words.length && texts.has(words.slice(at, at + one)))
    if (!length) rest += words[at]
    at += length ?? 1
  }
  return rest.replaceAll(/\p{Script=Han}\*+\p{Script=Han}?/gu, '').replaceAll(CAPITALS, '')
}

/** What is read or read out: texts, and the attributes that speak. */
function wordsOf(html: string): string[] {
  const body = html.slice(html.indexOf('<title>')).replaceAll(/<(script|style)\b.*?<\/\1>/gs, '')
  const spoken = [...body.matchAll(/\s(?:aria-label|title|placeholder|alt|data-(?:l|none|some|unit))="([^"]*)"/g)]
  return [...body.split(/<[^>]*>/), ...spoken.map(([, words]) => words!)]
    .map((words) => unescaped(words).trim())
    .filter((words) => words !== '')
}
