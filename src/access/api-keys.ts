/** Making, replacing and revoking keys for an institution's own systems. */
import { sql } from 'kysely'
import { recordHistory } from '../history/actions.ts'
import { bytesToHex, sha256Hex } from '../platform/bytes.ts'
import { addMonthsToDate, localDate } from '../platform/calendar.ts'
import type { Context } from '../platform/context.ts'
import type { Tx } from '../platform/database.ts'
import { type Fault, refuse, refuseFaults } from '../platform/errors.ts'
import { countLiveKeys, getApiKey, isOwn } from './api-key-queries.ts'
import { LIVE_KEYS_OF_A_NAME, LONGEST_MONTHS } from './api-key-rules.ts'
import type { ApiKeyView, MadeApiKey, NewApiKey } from './api-key-shapes.ts'
import { may, ROLES } from './rules.ts'

/**
 * Makes a key that acts for the actor's account within `scopes`; the answer is the only place that ever has it whole. Faults:
 * `api_key.scope_foreign`, `api_key.expiry`, `api_key.two_live`.
 */
export async function makeApiKey(tx: Tx, context: Context, input: NewApiKey): Promise<MadeApiKey> {
  const { actor, now } = context
  const { name, scopes } = input
  const valid_until = input.valid_until ?? addMonthsToDate(localDate(now), LONGEST_MONTHS)
  // two who make one of the same name at once: the second sees what the first made
  const place = actor.organisation_id ?? `${actor.role} ${actor.district_code}`
  await sql`select pg_advisory_xact_lock(hashtextextended(${`api_key ${place} ${name}`}, 0))`.execute(tx)
  refuseFaults([
    ...scopeFaults(context, scopes),
    ...expiryFaults(context, valid_until),
    ...((await countLiveKeys(tx, context, name)) < LIVE_KEYS_OF_A_NAME ? [] : [twoLive(name)]),
  ])
  const prefix = `hyk_${bytesToHex(crypto.getRandomValues(new Uint8Array(6)))}`
  const key = `${prefix}_${bytesToHex(crypto.getRandomValues(new Uint8Array(32)))}`
  const { role, organisation_id, district_code } = actor
  const { id } = await tx
    .insertInto('api_keys')
    .values({
      ...{ prefix, key_sha256: await sha256Hex(key), name, scopes, valid_until, made_at: now },
      ...{ account_id: actor.account_id, role, organisation_id, district_code },
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  await recordHistory(tx, context, {
    kind: 'api_key.made',
    subject_kind: 'api_key',
    subject_id: id,
    changes: { prefix, name, scopes, valid_until },
  })
  return { ...(await getApiKey(tx, context, id)), key }
}

/**
 * Makes the next key of the same name and scopes, for the actor's account and a year; the one before opens until it is revoked.
 * Refuses `api_key.of_another`, and as {@link makeApiKey}.
 */
export async function rotateApiKey(tx: Tx, context: Context, id: string): Promise<MadeApiKey> {
  const key = await getApiKey(tx, context, id)
  if (!isOwn(context.actor, key))
    refuse('conflict', 'api_key.of_another', {
      zh: `“${key.name}”是别的机构的密钥，只有该机构自己能更换；您可以撤销它。`,
      en: `“${key.name}” is the key of another organisation: only that one can replace it; you can revoke it.`,
    })
  return makeApiKey(tx, context, { name: key.name, scopes: key.scopes })
}

/** Ends a key at once and for good. Refuses `api_key.revoked_already`. */
export async function revokeApiKey(tx: Tx, context: Context, id: string, reason: string): Promise<ApiKeyView> {
  const { prefix, name, organisation_id, district_code } = await getApiKey(tx, context, id)
  await tx
    .insertInto('api_key_revocations')
    .values({ api_key_id: id, reason, revoked_by: context.actor.account_id, revoked_at: context.now })
    .execute()
  await recordHistory(tx, context, {
    kind: 'api_key.revoked',
    subject_kind: 'api_key',
    subject_id: id,
    organisation_id,
    district_code,
    reason,
    changes: { prefix, name },
  })
  return getApiKey(tx, context, id)
}

function scopeFaults({ actor }: Context, scopes: NewApiKey['scopes']): Fault[] {
  return scopes.flatMap((scope, at) =>
    may(actor.role, scope)
      ? []
      : [
          {
            pointer: `/scopes/${at}`,
            code: 'api_key.scope_foreign',
            message: {
              zh: `角色“${ROLES[actor.role].zh}”没有 ${scope} 权限，不能给密钥。`,
              en: `The role “${ROLES[actor.role].en}” does not have ${scope} and cannot give it to a key.`,
            },
          },
        ],
  )
}

function expiryFaults({ now }: Context, valid_until: string): Fault[] {
  const [first, last] = [localDate(now), addMonthsToDate(localDate(now), LONGEST_MONTHS)]
  if (first <= valid_until && valid_until <= last) return []
  return [
    {
      pointer: '/valid_until',
      code: 'api_key.expiry',
      message: {
        zh: `有效期填的是 ${valid_until}，只能在 ${first} 到 ${last} 之间（最长一年）。`,
        en: `The key would be valid until ${valid_until}: choose a day from ${first} to ${last}, a year at most.`,
      },
    },
  ]
}

function twoLive(name: string): Fault {
  return {
    pointer: '/name',
    code: 'api_key.two_live',
    message: {
      zh: `“${name}”已有 ${LIVE_KEYS_OF_A_NAME} 个有效的密钥，请先撤销不再使用的那个，或换一个名称。`,
      en: `“${name}” has ${LIVE_KEYS_OF_A_NAME} live keys already: revoke the one no longer used first, or take another name.`,
    },
  }
}
