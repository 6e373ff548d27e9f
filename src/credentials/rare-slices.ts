/** Hides how the face of rare characters is cut: which slice has a character of the CJK extensions B to F. */

import { parseTypeface, type Typeface } from './typeface.ts'

export type RareSlice = `Extension-${string}`

/** First and last character and number of slices; a slice has 1,024 characters. */
const EXTENSIONS: [string, number, number, number][] = [
  ['B', 0x20000, 0x2a6d6, 42],
  ['C', 0x2a700, 0x2b734, 5],
  ['D', 0x2b740, 0x2b81d, 1],
  ['E', 0x2b820, 0x2cea1, 6],
  ['F', 0x2ceb0, 0x2ebe0, 8],
]

/** The name of the slice, as `Extension-B-01`; undefined for every character that is not rare, and for what came into Unicode after F. */
export function sliceOf(codePoint: number): RareSlice | undefined {
  const extension = EXTENSIONS.find(([, first, last]) => codePoint >= first && codePoint <= last)
  if (!extension) return undefined
  const [letter, first, , count] = extension
  if (count === 1) return `Extension-${letter}`
  const number = String(((codePoint - first) >> 10) + 1)
  return `Extension-${letter}-${number.padStart(String(count).length, '0')}`
}

/** All slices call themselves HanaMinB; a certificate says which one it was printed with. */
export function parseRare(slice: RareSlice, bytes: Uint8Array): Typeface {
  return { ...parseTypeface(bytes), postscript_name: `HanaMinB-${slice}` }
}
