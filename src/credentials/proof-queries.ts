/** Reads of what proves a certificate: the credential that was attached to it. */
import type { Db } from '../platform/database.ts'

/** The credential of a token. Unscoped: who has the token holds the certificate. */
export async function unscopedCredential(db: Db, token: string): Promise<string | null> {
  const row = await db
    .selectFrom('certificates')
    .innerJoin('certificate_proofs as proof', 'proof.certificate_id', 'certificates.id')
    .select('proof.credential_jwt')
    .where('certificates.token', '=', token)
    .executeTakeFirst()
  return row?.credential_jwt ?? null
}
