/** What a page says in the other language: words of ours that nobody translated, told apart from what the register holds. */
import { sql } from 'kysely'
import type { Db } from '../../src/platform/database.ts'
import { unescaped } from './walk.ts'

const HAN = /\p{Script=Han}/u
/** Chinese in every language: the switch of languages, and samples of what is typed into a field or stands in a sheet. */
const SAMPLES = ['中文', 'English', '张三', '⿰氵每', '证书编号', '姓名']

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
  return new Set([...SAMPLES, ...texts].filter((text) => text.length > 1))
}

/** Chinese on an English page that the register does not hold. */
export function strayChinese(html: string, texts: Set<string>): string[] {
  return wordsOf(html).filter((words) => HAN.test(words) && HAN.test(ours(words, texts)))
}

/** English on a Chinese page: two words beside each other, or the code of a kind of event. */
export function strayEnglish(html: string, texts: Set<string>): string[] {
  const english = /[a-z]{3,} [a-z]{3,}|^[a-z_]+\.[a-z_]+$/i
  return wordsOf(html.replaceAll(/<(code|pre|textarea|small)\b.*?<\/\1>/gs, '')).filter(
    (words) => english.test(words) && english.test(ours(words, texts)),
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
  return rest.replaceAll(/\p{Script=Han}\*+\p{Script=Han}?/gu, '')
}

/** What is read or read out: texts, and the attributes that speak. */
function wordsOf(html: string): string[] {
  const body = html.slice(html.indexOf('<title>')).replaceAll(/<(script|style)\b.*?<\/\1>/gs, '')
  const spoken = [...body.matchAll(/\s(?:aria-label|title|placeholder|alt|data-(?:l|none|some|unit))="([^"]*)"/g)]
  return [...body.split(/<[^>]*>/), ...spoken.map(([, words]) => words!)]
    .map((words) => unescaped(words).trim())
    .filter((words) => words !== '')
}
