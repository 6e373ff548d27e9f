/** Lists by keyset: a page of rows and an opaque cursor to the next, never an offset. */
import { z } from 'zod'
import { base64ToBytes, bytesToBase64Url } from './bytes.ts'
import { refuse } from './errors.ts'

export interface Page<T> {
  items: T[]
  next_cursor: string | null
}

/** Query parameters of every list. */
export const pageShape = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(500).optional(),
})
export type PageInput = z.output<typeof pageShape>

/** Cuts `limit + 1` fetched rows to a page; `keyOf` gives the sort key the next page starts after. */
export function toPage<T>(rows: T[], limit: number, keyOf: (row: T) => (string | number)[]): Page<T> {
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  return { items, next_cursor: rows.length > limit && last ? encodeCursor(keyOf(last)) : null }
}

/** The key in a cursor, `length` values long. Refuses `cursor.invalid`. */
export function readCursor(cursor: string | undefined, length: number): (string | number)[] | null {
  if (!cursor) return null
  try {
    const key: unknown = JSON.parse(new TextDecoder().decode(base64ToBytes(cursor)))
    if (Array.isArray(key) && key.length === length && key.every((part) => ['string', 'number'].includes(typeof part)))
      return key
  } catch {}
  return refuseCursor()
}

export function refuseCursor(): never {
  refuse('invalid', 'cursor.invalid', {
    zh: '翻页标记无效，请从第一页重新开始。',
    en: 'The cursor is not valid; start again from the first page.',
  })
}

function encodeCursor(key: (string | number)[]): string {
  return bytesToBase64Url(new TextEncoder().encode(JSON.stringify(key)))
}
