/** What proves a certificate: the code in its QR, the credential in its file, the issuer's signature over all of it; made once, at issue, and kept. */
import type { Insertable } from 'kysely'
import type { CertificateProofs } from '../../db/schema.ts'
import type { Context } from '../platform/context.ts'
import type { Tx } from '../platform/database.ts'
import type { Extras, PrintedCertificate } from './certificate-pdf.ts'
import { credentialOf } from './credential.ts'
import { signPdf } from './pdf-signature.ts'
import { type Certified, factsOf, proofCode } from './proof-code.ts'
import type { Signer } from './signer.ts'
import { currentKey, pdfSigner, type SigningKey } from './signing-keys.ts'
import type { StatusEntry } from './status-list-rules.ts'
import { takePlaces } from './status-lists.ts'

/** What certificates of one occasion are proven with: a key, opened once, and a place in a status list for each. */
export interface Seal {
  certified: Certified
  key: SigningKey
  signer: Signer
  places: StatusEntry[]
  signed_at: string
  public_url: string
}

export type Proof = Omit<Insertable<CertificateProofs>, 'certificate_id'>

/** For `count` certificates of an issuer. Key and status list are held until the transaction ends. */
export async function sealFor(
  tx: Tx,
  context: Context,
  issuer_id: string,
  certified: Certified,
  count: number,
): Promise<Seal> {
  const key = await currentKey(tx, context, issuer_id)
  return {
    certified,
    key,
    signer: pdfSigner(key),
    places: await takePlaces(tx, issuer_id, count),
    signed_at: context.now.toISOString(),
    public_url: context.public_url,
  }
}

/**
 * Draws a certificate with its proofs, one inside the other: the code says what is printed, the credential too, and the signature covers
 * the file with both. ECDSA never signs the same twice, so what was made is to be kept with {@link keepProofs}.
 */
export async function prove(
  seal: Seal,
  facts: PrintedCertificate,
  token: string,
  draw: (printed: PrintedCertificate, extras: Extras) => Promise<Uint8Array>,
): Promise<{ printed: PrintedCertificate; pdf: Uint8Array; proof: Proof }> {
  const { certified, key, signer, signed_at, public_url } = seal
  const status = seal.places[0]!
  const code = await proofCode(factsOf(facts, certified), key)
  const printed = { ...facts, drawing: 2 as const, signed_at, verify_url: `${facts.verify_url}#${code}` }
  const credential = await credentialOf(printed, { ...certified, token, public_url, status }, key)
  const pdf = await draw(printed, { credential, signed: true })
  const cms = await signPdf(pdf, signer)
  // not before: of a certificate that could not be drawn the next one takes the place
  seal.places.shift()
  return {
    printed,
    pdf,
    proof: {
      key_id: key.id,
      cms: cms as CertificateProofs['cms'],
      credential_jwt: credential,
      status_list_id: status.list_id,
      status_index: status.index,
    },
  }
}

/** In one statement. */
export async function keepProofs(tx: Tx, proofs: Insertable<CertificateProofs>[]): Promise<void> {
  await tx.insertInto('certificate_proofs').values(proofs).execute()
}
