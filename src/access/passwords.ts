/** Hides how a password is stored: scrypt by node:crypto, its parameters in the stored string so that they can be raised. */
import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto'

const NOW = { N: 2 ** 14, r: 8, p: 5 }

/** `scrypt$N$r$p$salt$hash`, base64. About 0.25 s of CPU on purpose. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16)
  const key = await derive(password, salt, NOW)
  return ['scrypt', NOW.N, NOW.r, NOW.p, salt.toString('base64'), key.toString('base64')].join('$')
}

export async function passwordMatches(password: string, stored: string): Promise<boolean> {
  const [name, N, r, p, salt, hash] = stored.split('$')
  if (name !== 'scrypt' || !salt || !hash) return false
  const expected = Buffer.from(hash, 'base64')
  const key = await derive(password, Buffer.from(salt, 'base64'), { N: Number(N), r: Number(r), p: Number(p) })
  return timingSafeEqual(key, expected)
}

/** 80 random bits to be read out and typed once: `k7mp-x2qd-9fwa-hs4t`, without the letters that look like figures. */
export function oneTimePassword(): string {
  const letters = [...randomBytes(16)].map((byte) => READABLE[byte % READABLE.length])
  return letters.join('').replace(/(.{4})(?=.)/g, '$1-')
}

const READABLE = 'abcdefghijkmnpqrstuvwxyz23456789'

/** Checked for unknown users, so that an answer takes as long whether or not the account exists. */
export const DUMMY_HASH = `scrypt$${NOW.N}$${NOW.r}$${NOW.p}$${'A'.repeat(22)}==$${'A'.repeat(86)}==`

function derive(password: string, salt: Buffer, cost: ScryptOptions): Promise<Buffer> {
  return new Promise((resolve, reject) =>
    scrypt(password.normalize('NFKC'), salt, 64, { ...cost, maxmem: 256 * 2 ** 20 }, (error, key) =>
      error ? reject(error) : resolve(key),
    ),
  )
}
