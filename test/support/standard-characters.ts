/** Hides where the characters are that every certificate must be able to print. */

import { readFile } from 'node:fs/promises'

/**
 * The 8,105 characters of the table of general standard characters (通用规范汉字表, 2013) in its order, as Unicode's Unihan
 * database 15.0 numbers them (property kTGH; Unicode License).
 */
export async function standardCharacters(): Promise<string> {
  const text = await readFile(new URL('standard-characters.txt', import.meta.url), 'utf8')
  return text.replaceAll('\n', '')
}
