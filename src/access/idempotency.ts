/** A write that is sent twice happens once: the key, the body's hash and the answer are kept with the write, in its transaction. */
import { sql } from 'kysely'
import { sha256Hex } from '../platform/bytes.ts'
import type { Db, Tx } from '../platform/database.ts'
import { refuse } from '../platform/errors.ts'

export interface Answer {
  status: number
  headers: Record<string, string>
  body: string
  /** in place of the body, where that holds what is shown once */
  kept?: string | undefined
}

export interface KeyedRequest {
  account_id: string
  key: string
  /** `POST /api/v1/…` */
  request: string
  body: string | Uint8Array
}

/**
 * Runs `write` in a transaction, or answers what it answered before for the same key (kept 24 hours).
 * Refuses `idempotency.mismatch` (422) for another request under the same key, `idempotency.running` (409) while the first still runs.
 */
export async function onceOnly(
  db: Db,
  keyed: KeyedRequest | null,
  write: (tx: Tx) => Promise<Answer>,
): Promise<Answer> {
  if (!keyed) return db.transaction().execute(write)
  const body_sha256 = await sha256Hex(keyed.body)
  return db.transaction().execute(async (tx) => {
    const { rows } = await sql<{ free: boolean }>`
      select pg_try_advisory_xact_lock(hashtextextended(${`${keyed.account_id}:${keyed.key}`}, 0)) as free`.execute(tx)
    if (!rows[0]!.free)
      refuse('conflict', 'idempotency.running', {
        zh: '同一个 Idempotency-Key 的请求还在处理，请稍后再查。',
        en: 'A request with this Idempotency-Key is still running.',
      })
    const earlier = await tx
      .selectFrom('idempotency_keys')
      .select(['request', 'body_sha256', 'status', 'headers', 'body'])
      .where('account_id', '=', keyed.account_id)
      .where('key', '=', keyed.key)
      .where('created_at', '>', sql<Date>`now() - interval '24 hours'`)
      .executeTakeFirst()
    if (earlier && (earlier.request !== keyed.request || earlier.body_sha256 !== body_sha256))
      refuse('invalid', 'idempotency.mismatch', {
        zh: '这个 Idempotency-Key 已经用于另一个请求，请换一个。',
        en: 'This Idempotency-Key was used for another request; take a new one.',
      })
    if (earlier)
      return {
        status: earlier.status ?? 200,
        headers: earlier.headers as Record<string, string>,
        body: earlier.body ?? '',
      }
    const answer = await write(tx)
    await tx
      .insertInto('idempotency_keys')
      .values({
        account_id: keyed.account_id,
        key: keyed.key,
        request: keyed.request,
        body_sha256,
        status: answer.status,
        headers: JSON.stringify(answer.headers),
        body: answer.kept ?? answer.body,
      })
      .onConflict((oc) =>
        oc.columns(['account_id', 'key']).doUpdateSet((eb) => ({
          request: eb.ref('excluded.request'),
          body_sha256: eb.ref('excluded.body_sha256'),
          status: eb.ref('excluded.status'),
          headers: eb.ref('excluded.headers'),
          body: eb.ref('excluded.body'),
          created_at: sql<Date>`now()`,
        })),
      )
      .execute()
    return answer
  })
}
