/** Public keys as JSON (RFC 7517), and the name that follows from a key. */
import { bytesToBase64Url } from '../platform/bytes.ts'

/** Public half of an ES256 key. */
export interface PublicJwk {
  kty: 'EC'
  crv: 'P-256'
  x: string
  y: string
}

/** RFC 7638 §3: SHA-256 of the required members of an EC or RSA key in the order of their names, base64url. */
export async function thumbprint({ kty, crv, x, y, e, n }: JsonWebKey): Promise<string> {
  const text = new TextEncoder().encode(JSON.stringify(kty === 'RSA' ? { e, kty, n } : { crv, kty, x, y }))
  return bytesToBase64Url(new Uint8Array(await crypto.subtle.digest('SHA-256', text)))
}
