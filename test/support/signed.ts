/** Hides the making of a signed certificate without a database: a key of an issuer, its certificate, and the file they sign. */

import { createCMSECDSASignature } from 'pkijs'
import type { Typefaces } from '../../src/credentials/certificate-ink.ts'
import type { PrintedCertificate } from '../../src/credentials/certificate-pdf.ts'
import { certifyKey } from '../../src/credentials/key-certificate.ts'
import { signPdf } from '../../src/credentials/pdf-signature.ts'
import { ES256, type Signer } from '../../src/credentials/signer.ts'
import { certificatePdf, printed } from './certificates.ts'

const ECDSA = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
export const OWNER = { name: '示例技能评价中心', credit_code: '91330106MA2AAAAA0X' }

/** An address with a signed code behind it, as long as they get. */
export const VERIFY_URL =
  'https://huyu.hangzhou.gov.cn/v/5r3Kx0pQ7mZt8YwLb2NfVA#Rvc_ayWpNQPPyKcCpIxt8celp0O8FHElrlmziT8Wltn3A4lW17gefTjE6G_ULjGiHam8Y6GR5aIbwia6G2fcXeZQC1L6ObWIDmjZpiMxbvj2_lElfl4hD4FiEVZ3kQ'

export async function newKeys(): Promise<CryptoKeyPair> {
  return (await crypto.subtle.generateKey(ECDSA, true, ['sign', 'verify'])) as CryptoKeyPair
}

/** Signs with the keys and shows the certificate of `certified`, which are the same unless somebody cheats. */
export async function signerOf(keys: CryptoKeyPair, certified = keys): Promise<Signer> {
  return {
    algorithm: ES256,
    certificate_chain: [await certifyKey(certified, OWNER, new Date('2026-05-01T00:00:00Z'))],
    sign: async (data) =>
      new Uint8Array(
        createCMSECDSASignature(await crypto.subtle.sign(ECDSA, keys.privateKey, data as Uint8Array<ArrayBuffer>)),
      ),
  }
}

/** A certificate of today's drawing with the longest code and its credential attached, signed. */
export async function signedPdf(
  changes: Partial<PrintedCertificate>,
  faces: Typefaces,
  signer: Signer,
): Promise<Uint8Array> {
  const record = printed({ drawing: 2, verify_url: VERIFY_URL, ...changes })
  const pdf = await certificatePdf(record, faces, { signed: true, credential: 'a.b.c' })
  await signPdf(pdf, signer)
  return pdf
}
