/** Hides how a key becomes an actor: found by its prefix, compared in constant time, refused with the reason only to who has it whole. */
import { timingSafeEqual } from 'node:crypto'
import { hexToBytes, sha256Hex } from '../platform/bytes.ts'
import { localDate } from '../platform/calendar.ts'
import type { Actor } from '../platform/context.ts'
import { type Db, prepared } from '../platform/database.ts'
import { type Message, refuse } from '../platform/errors.ts'
import { hasMoved } from './api-key-queries.ts'
import { EVERY_KEY, type KeyState, LAST_USE_MS, stateOf } from './api-key-rules.ts'
import { allActors, asActor } from './queries.ts'

/** Compared with where no key begins so, so that an answer takes as long. */
const NO_KEY = '0'.repeat(64)

/**
 * Whom a key acts for, with its scopes; notes that it was used. Refuses (401) `api_key.unknown`, the same for a key nobody has and a
 * wrong secret, and to who has the whole key `api_key.revoked`, `…expired`, `…account_disabled`, `…account_moved`, `…organisation_closed`.
 */
export async function actorOfKey(db: Db, now: Date, key: string): Promise<Actor> {
  const prefix = /^(hyk_[0-9a-f]{12})_[0-9a-f]{64}$/.exec(key)?.[1] ?? ''
  // every call asks it
  const [row] = await prepared(db, keysWithActors(db).where('k.prefix', '=', prefix))
  const given = hexToBytes(await sha256Hex(key))
  if (!timingSafeEqual(given, hexToBytes(row?.key_sha256 ?? NO_KEY)) || !row)
    refuse('unauthenticated', 'api_key.unknown', {
      zh: '接口密钥不正确，请核对 Authorization 头中的整串密钥，或在“接口密钥”页面新建一个。',
      en: 'This is no API key of ours: check the whole key in the Authorization header, or make a new one on the page API keys.',
    })
  const {
    id,
    key_sha256: _,
    scopes,
    valid_until,
    last_used_at,
    revoked_at,
    disabled_at,
    closed_on,
    moved,
    ...found
  } = row
  const state = stateOf({ valid_until, revoked_at, disabled_at, closed_on, moved }, localDate(now))
  if (state !== 'live')
    refuse('unauthenticated', `api_key.${state}`, wordsOf(state, { prefix, valid_until, closed_on }))
  if (!last_used_at || now.getTime() - last_used_at.getTime() >= LAST_USE_MS) await noteUse(db, id, now)
  return { ...asActor(found), api_key_id: id, scopes: [...EVERY_KEY, ...scopes] }
}

function keysWithActors(db: Db) {
  return allActors(db)
    .innerJoin('api_keys as k', 'k.account_id', 'accounts.id')
    .leftJoin('api_key_revocations as r', 'r.api_key_id', 'k.id')
    .select(['k.id', 'k.key_sha256', 'k.scopes', 'k.valid_until', 'k.last_used_at', 'r.revoked_at'])
    .select(['accounts.disabled_at', 'organisations.closed_on', hasMoved('accounts').as('moved')])
}

/** Of calls at the same time one writes. */
async function noteUse(db: Db, id: string, now: Date): Promise<void> {
  await db
    .updateTable('api_keys')
    .set({ last_used_at: now })
    .where('id', '=', id)
    .where((eb) =>
      eb.or([eb('last_used_at', 'is', null), eb('last_used_at', '<=', new Date(now.getTime() - LAST_USE_MS))]),
    )
    .execute()
}

function wordsOf(
  state: Exclude<KeyState, 'live'>,
  { prefix, valid_until, closed_on }: { prefix: string; valid_until: string; closed_on: string | null },
): Message {
  const why: Record<typeof state, Message> = {
    revoked: { zh: '已经撤销', en: 'was revoked' },
    expired: { zh: `有效期到 ${valid_until} 为止`, en: `was valid until ${valid_until}` },
    account_disabled: { zh: '所属的账号已停用', en: 'belongs to an account that is disabled' },
    account_moved: {
      zh: '所属的账号已换了角色、机构或区划',
      en: 'belongs to an account that has another role, organisation or division now',
    },
    organisation_closed: {
      zh: `所属的机构已于 ${closed_on} 停办`,
      en: `belongs to an organisation that closed on ${closed_on}`,
    },
  }
  return {
    zh: `接口密钥 ${prefix} ${why[state].zh}，不能再使用；仍需接入时，请登录后在“接口密钥”页面新建一个。`,
    en: `The API key ${prefix} ${why[state].en} and opens no more. If it is still needed, sign in and make a new one on the page API keys.`,
  }
}
