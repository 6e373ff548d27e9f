/** Limits how often something may be done, counted in the database: one upsert, the same on every runtime and with many processes. */
import { sql } from 'kysely'
import type { Db } from './database.ts'
import { refuse } from './errors.ts'

/** Counts one use of `key`; refuses `rate.limited` (429, Retry-After) after `limit` uses within `seconds`. */
export async function limitRate(db: Db, now: Date, key: string, limit: number, seconds: number): Promise<void> {
  const ends = new Date(now.getTime() + seconds * 1000)
  const { rows } = await sql<{ count: number; window_ends_at: Date }>`
    insert into rate_limits as r (key, window_ends_at, count) values (${key}, ${ends}, 1)
    on conflict (key) do update set
      count = case when r.window_ends_at <= ${now} then 1 else r.count + 1 end,
      window_ends_at = case when r.window_ends_at <= ${now} then excluded.window_ends_at else r.window_ends_at end
    returning count, window_ends_at`.execute(db)
  const row = rows[0]!
  if (row.count > limit) {
    const wait = Math.max(1, Math.ceil((row.window_ends_at.getTime() - now.getTime()) / 1000))
    refuse(
      'too_many',
      'rate.limited',
      { zh: `请求太频繁，请 ${wait} 秒后再试。`, en: `Too many requests; try again in ${wait} seconds.` },
      { retryAfter: wait },
    )
  }
}
