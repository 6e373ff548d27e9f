/** Hides compact JWS by ES256 (RFC 7515): made with a key that may lie anywhere, read with public keys alone. */
import { base64ToBytes, bytesToBase64Url } from '../platform/bytes.ts'
import type { Message } from '../platform/errors.ts'
import type { PublicJwk } from './jwk.ts'

/** What signs: `id` is the RFC 7638 thumbprint, `sign` answers r and s, 32 bytes each. */
export interface Signing {
  id: string
  sign(data: Uint8Array): Promise<Uint8Array>
}

/** A public key with its thumbprint, and whose it is. */
export interface VerifyingKey extends PublicJwk {
  kid: string
  issuer_name: string
}

/** What became of a proof: it holds, it was changed, its key is not among those known, or it is not one at all. */
export const PROOF_VERDICTS = {
  valid: { zh: '有效', en: 'Valid' },
  altered: { zh: '被改动', en: 'Altered' },
  unknown_key: { zh: '未知密钥', en: 'Unknown key' },
  unreadable: { zh: '无法读取', en: 'Unreadable' },
  missing: { zh: '没有', en: 'Missing' },
} satisfies Record<string, Message>
export type ProofVerdict = keyof typeof PROOF_VERDICTS

export async function signJws(typ: string, payload: object, key: Signing): Promise<string> {
  const signed = `${encoded({ alg: 'ES256', typ, kid: key.id })}.${encoded(payload)}`
  return `${signed}.${bytesToBase64Url(await key.sign(new TextEncoder().encode(signed)))}`
}

export interface ReadJws {
  verdict: ProofVerdict
  typ: string | null
  /** what it says, believed or not; null when it cannot be read */
  payload: Record<string, unknown> | null
  key: VerifyingKey | null
}

/** Never throws: a text that is no JWS is `unreadable`. Only ES256 is taken, whatever the header asks for. */
export async function readJws(jws: string, keys: readonly VerifyingKey[]): Promise<ReadJws> {
  const [header, body, signature, ...more] = jws.trim().split('.')
  const head = decoded(header)
  const payload = decoded(body)
  if (!head || !payload || !signature || more.length > 0)
    return { verdict: 'unreadable', typ: null, payload: null, key: null }
  const typ = typeof head.typ === 'string' ? head.typ : null
  const key = keys.find(({ kid }) => kid === head.kid)
  if (!key) return { verdict: 'unknown_key', typ, payload, key: null }
  const signed = new TextEncoder().encode(`${header}.${body}`)
  const holds = head.alg === 'ES256' && (await verifies(key, signed, base64ToBytes(signature)))
  return { verdict: holds ? 'valid' : 'altered', typ, payload, key }
}

/** ES256 as WebCrypto calls it. */
export const ECDSA = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const

/** Whether the key made this signature (r and s, 64 bytes) over the data; false for a key that is no point of the curve. */
export async function verifies(key: VerifyingKey, data: Uint8Array, signature: Uint8Array): Promise<boolean> {
  const { kty, crv, x, y } = key
  const imported = await crypto.subtle.importKey('jwk', { kty, crv, x, y }, ECDSA, false, ['verify']).catch(() => null)
  return imported !== null && crypto.subtle.verify(ECDSA, imported, signature as BufferSource, data as BufferSource)
}

function encoded(value: object): string {
  return bytesToBase64Url(new TextEncoder().encode(JSON.stringify(value)))
}

function decoded(text: string | undefined): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(base64ToBytes(text ?? '')))
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as never) : null
  } catch {
    return null
  }
}
