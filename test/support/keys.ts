/** Keys to sign with in tests, as issuers have them. */
import { calculateJwkThumbprint } from 'jose'
import type { Signing, VerifyingKey } from '../../src/credentials/jws.ts'

const ES256 = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }

export async function testKey(issuer_name = '示例技能评价中心'): Promise<Signing & { public: VerifyingKey }> {
  const pair = (await crypto.subtle.generateKey(ES256, true, ['sign', 'verify'])) as CryptoKeyPair
  const { x = '', y = '' } = await crypto.subtle.exportKey('jwk', pair.publicKey)
  const jwk = { kty: 'EC', crv: 'P-256', x, y } as const
  const id = await calculateJwkThumbprint(jwk)
  const sign = async (data: Uint8Array) =>
    new Uint8Array(await crypto.subtle.sign(ES256, pair.privateKey, data as BufferSource))
  return { id, sign, public: { ...jwk, kid: id, issuer_name } }
}
