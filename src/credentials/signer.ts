/** What a PDF is signed with, wherever the key lies: this program's own keys, a hardware module, or the seal of a licensed CA. */

/** An algorithm as CMS names it, with the digest that goes with it. */
export interface SignatureAlgorithm {
  digest_oid: string
  signature_oid: string
  /** RSA's identifier carries a NULL (RFC 4055) */
  null_parameters?: true
  digest(data: Uint8Array): Promise<Uint8Array>
}

/**
 * The port for keys that are not ours. Nothing in the signing of PDFs knows ECDSA or RSA: a seal by SM2 is a `Signer` whose algorithm
 * names SM3 (1.2.156.10197.1.401) and SM2 with SM3 (1.2.156.10197.1.501) and which asks the device or service of the CA.
 * None is built in, and whether such a signature is a 可靠的电子签名 depends on that CA, not on this program.
 */
export interface Signer {
  algorithm: SignatureAlgorithm
  /** X.509, DER: the key's own certificate first, then those above it */
  certificate_chain: readonly [Uint8Array, ...Uint8Array[]]
  /** over the data, not over its digest; the value as CMS carries it (of ECDSA and SM2 the DER sequence of r and s) */
  sign(data: Uint8Array): Promise<Uint8Array>
}

const sha256 = async (data: Uint8Array) =>
  new Uint8Array(await crypto.subtle.digest('SHA-256', data as Uint8Array<ArrayBuffer>))

export const SHA_256 = { digest_oid: '2.16.840.1.101.3.4.2.1', digest: sha256 }

/** ECDSA over P-256 with SHA-256 */
export const ES256: SignatureAlgorithm = { ...SHA_256, signature_oid: '1.2.840.10045.4.3.2' }

/** RSA (PKCS #1 v1.5) with SHA-256 */
export const RS256: SignatureAlgorithm = { ...SHA_256, signature_oid: '1.2.840.113549.1.1.11', null_parameters: true }
