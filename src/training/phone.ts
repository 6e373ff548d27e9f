/** Who is checking in, as far as the call tells: the account if there is one, the address, and the phone by a value it keeps for a day. */
import type { Context as Call } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import { addressOf } from '../access/api.ts'
import { isSecure } from '../access/guard.ts'
import type { Env } from '../platform/http.ts'
import { randomToken } from '../platform/vault.ts'
import type { Asking } from './check-ins.ts'

const COOKIE = 'huyu_phone'

export function askingOf(c: Call<Env>): Asking {
  return {
    db: c.get('db'),
    vault: c.get('deps').vault,
    now: c.get('now'),
    address: addressOf(c),
    actor: c.get('context')?.actor ?? null,
    device: deviceOf(c),
  }
}

/** Random, so that it says nothing of the phone; stored only as a hash that differs from session to session. */
function deviceOf(c: Call<Env>): string {
  const known = getCookie(c, COOKIE)
  if (known && /^[\w-]{22}$/.test(known)) return known
  const device = randomToken()
  setCookie(c, COOKIE, device, { path: '/', maxAge: 86_400, httpOnly: true, sameSite: 'Lax', secure: isSecure(c) })
  return device
}
