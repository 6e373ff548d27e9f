/** Limits how often something may be done: counted in the database, so that it holds with many processes and on every runtime. */
import { type RawBuilder, sql } from 'kysely'
import type { Db } from './database.ts'
import { refuse } from './errors.ts'

/** Counts one use of `key`; refuses `rate.limited` (429, Retry-After) after `limit` uses within `seconds`. */
export type LimitRate = (db: Db, now: Date, key: string, limit: number, seconds: number) => Promise<void>

export interface Uses {
  count: number
  window_ends_at: Date
}

/** Exact: one upsert a use. */
export async function limitRate(db: Db, now: Date, key: string, limit: number, seconds: number): Promise<void> {
  const { rows } = await countedUses(now, sql`values (${key}, ${endOf(now, seconds)}::timestamptz, 1)`).execute(db)
  refuseOver(rows[0]!, limit, now)
}

/**
 * Counts in this process, and several times a second tells the database what was counted and is told what all processes have
 * counted: a look-up costs no write. So many processes let at most so many times the limit through before all of them know; what
 * must not be guessed is counted exactly by {@link limitRate}. For a process that lives on, not for Workers.
 */
export function sharedRates(db: Db, everyMs = 200): LimitRate {
  const windows = new Map<string, { ends: number; told: number; fresh: number }>()
  let sharing = false
  let latest = new Date(0)
  const share = async () => {
    const told = [...windows].flatMap(([key, { ends, fresh }]) =>
      fresh > 0 ? [{ key, window_ends_at: new Date(ends), count: fresh }] : [],
    )
    for (const [key, { ends }] of windows) if (ends <= latest.getTime()) windows.delete(key)
    const { rows } = await countedUses(
      latest,
      sql`select key, window_ends_at, count from jsonb_populate_recordset(null::rate_limits, ${JSON.stringify(told)}::jsonb) order by key`,
    ).execute(db)
    const sent = new Map(told.map(({ key, count }) => [key, count]))
    for (const { key, count, window_ends_at } of rows) {
      const uses = windows.get(key)
      if (!uses) continue
      uses.fresh -= sent.get(key)!
      uses.told = count
      uses.ends = window_ends_at.getTime()
    }
  }
  return async (_, now, key, limit, seconds) => {
    latest = now
    let uses = windows.get(key)
    if (!uses || uses.ends <= now.getTime()) {
      uses = { ends: endOf(now, seconds).getTime(), told: 0, fresh: 0 }
      windows.set(key, uses)
    }
    uses.fresh++
    if (!sharing) {
      sharing = true
      // a database that cannot be reached is told the next time
      const done = () => {
        sharing = false
      }
      setTimeout(() => share().then(done, done), everyMs).unref()
    }
    refuseOver({ count: uses.told + uses.fresh, window_ends_at: new Date(uses.ends) }, limit, now)
  }
}

/** The upsert that counts; `uses` answers rows of key, end of the window when it begins now, and how many. */
export function countedUses(now: Date, uses: RawBuilder<unknown>): RawBuilder<Uses & { key: string }> {
  return sql`
    insert into rate_limits as r (key, window_ends_at, count) ${uses}
    on conflict (key) do update set
      count = case when r.window_ends_at <= ${now}::timestamptz then excluded.count else r.count + excluded.count end,
      window_ends_at = case when r.window_ends_at <= ${now}::timestamptz then excluded.window_ends_at else r.window_ends_at end
    returning r.key, r.count, r.window_ends_at`
}

export function endOf(now: Date, seconds: number): Date {
  return new Date(now.getTime() + seconds * 1000)
}

/** Refuses `rate.limited` (429, Retry-After) above `limit`. */
export function refuseOver({ count, window_ends_at }: Uses, limit: number, now: Date): void {
  if (count <= limit) return
  const wait = Math.max(1, Math.ceil((window_ends_at.getTime() - now.getTime()) / 1000))
  refuse(
    'too_many',
    'rate.limited',
    { zh: `请求太频繁，请 ${wait} 秒后再试。`, en: `Too many requests; try again in ${wait} seconds.` },
    { retryAfter: wait },
  )
}
