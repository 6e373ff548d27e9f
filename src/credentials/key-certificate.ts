/** Hides X.509: the self-signed certificate by which an issuer's key carries the issuer's name. */
import { Integer, OctetString, PrintableString, Sequence, Set as SetOf, Utf8String } from 'asn1js'
import { AttributeTypeAndValue, Certificate, Extension, RelativeDistinguishedNames, Time } from 'pkijs'

/** Whom a key belongs to. */
export interface KeyOwner {
  name: string
  credit_code: string | null
}

const OID = {
  country: '2.5.4.6',
  organisation: '2.5.4.10',
  organisation_identifier: '2.5.4.97',
  common_name: '2.5.4.3',
  subject_key: '2.5.29.14',
}

/**
 * Self-signed: an authority of the installation would be one more key to guard, which could speak for every issuer, and would be
 * trusted no further than this certificate is. It names no last day (RFC 5280 §4.1.2.5): a key ends by being retired, and what it
 * signed before stays valid. It does not say what the key is for: with a key usage that signs no certificates, readers over NSS (poppler)
 * refuse to trust a certificate that signs itself. Without basic constraints nobody takes it for an authority.
 */
export async function certifyKey(
  { publicKey, privateKey }: CryptoKeyPair,
  owner: KeyOwner,
  valid_from: Date,
): Promise<Uint8Array<ArrayBuffer>> {
  const certificate = new Certificate({ version: 2, serialNumber: randomSerial() })
  certificate.subject = nameOf(owner)
  certificate.issuer = nameOf(owner)
  certificate.notBefore = new Time({ type: 0, value: valid_from })
  certificate.notAfter = new Time({ type: 1, value: new Date(Date.UTC(9999, 11, 31, 23, 59, 59)) })
  await certificate.subjectPublicKeyInfo.importKey(publicKey)
  const key_digest = await crypto.subtle.digest('SHA-256', await crypto.subtle.exportKey('spki', publicKey))
  certificate.extensions = [
    new Extension({
      extnID: OID.subject_key,
      extnValue: new OctetString({ valueHex: key_digest.slice(0, 20) }).toBER(),
    }),
  ]
  await certificate.sign(privateKey, 'SHA-256')
  return new Uint8Array(certificate.toSchema(true).toBER())
}

/** The parts of the name one by one, most general first; the library alone would make a single part of them all. */
function nameOf({ name, credit_code }: KeyOwner): RelativeDistinguishedNames {
  const parts = [
    new AttributeTypeAndValue({ type: OID.country, value: new PrintableString({ value: 'CN' }) }),
    text(OID.organisation, name),
    // the national trade register, as ETSI EN 319 412-1 §5.1.4 writes it
    ...(credit_code ? [text(OID.organisation_identifier, `NTRCN-${credit_code}`)] : []),
    text(OID.common_name, name),
  ].map((part) => new SetOf({ value: [part.toSchema()] }))
  return new RelativeDistinguishedNames({ valueBeforeDecode: new Sequence({ value: parts }).toBER() })
}

function text(type: string, value: string): AttributeTypeAndValue {
  return new AttributeTypeAndValue({ type, value: new Utf8String({ value }) })
}

/** Positive and of 126 bits. */
function randomSerial(): Integer {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  bytes[0] = (bytes[0]! & 0x3f) | 0x40
  return new Integer({ valueHex: bytes.buffer })
}
