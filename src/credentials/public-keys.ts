/** The issuers' public keys as anybody takes them: a JWK set and a did:web document, retired keys among them, as what they signed stays valid. */
import { z } from 'zod'
import type { Db } from '../platform/database.ts'
import { didOf } from './credential.ts'
import type { VerifyingKey } from './jws.ts'
import { listPublicKeys } from './signing-keys.ts'

export async function listVerifyingKeys(db: Db): Promise<VerifyingKey[]> {
  const keys = await listPublicKeys(db)
  return keys.map(({ id, public_jwk: { kty, crv, x, y }, organisation_name }) => ({
    ...{ kid: id, kty, crv, x, y },
    issuer_name: organisation_name,
  }))
}

/** RFC 7517 §5. `issuer_name` is of ours: whose key it is, for readers without a network. */
export function jwkSet(keys: readonly VerifyingKey[]) {
  return { keys: keys.map((key) => ({ ...key, alg: 'ES256', use: 'sig' })) }
}

export const jwkSetShape = z.object({
  keys: z.array(
    z.object({
      kid: z.string().regex(/^[\w-]{43}$/),
      kty: z.literal('EC'),
      crv: z.literal('P-256'),
      x: z.string().regex(/^[\w-]{43}$/),
      y: z.string().regex(/^[\w-]{43}$/),
      issuer_name: z.string().max(200),
    }),
  ),
})

/** The document of `did:web` at the address of the register: every key asserts, whichever issuer it belongs to. */
export function didDocument(public_url: string, keys: readonly VerifyingKey[]) {
  const did = didOf(public_url)
  const ids = keys.map(({ kid }) => `${did}#${kid}`)
  return {
    '@context': ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/jwk/v1'],
    id: did,
    verificationMethod: keys.map(({ kid, kty, crv, x, y }, at) => ({
      id: ids[at]!,
      type: 'JsonWebKey',
      controller: did,
      publicKeyJwk: { kid, kty, crv, x, y, alg: 'ES256', use: 'sig' },
    })),
    assertionMethod: ids,
  }
}
