/** Hides CMS (RFC 5652, CAdES baseline B): a detached signature with the certificate that checks it, written with asn1js, read with PKI.js. */
import * as asn1 from 'asn1js'
import { type Attribute, Certificate, ContentInfo, SignedData, type SignerInfo } from 'pkijs'
import { bytesToBase64Url } from '../platform/bytes.ts'
import { thumbprint } from './jwk.ts'
import { ES256, RS256, SHA_256, type Signer } from './signer.ts'

const OID = {
  data: '1.2.840.113549.1.7.1',
  signed_data: '1.2.840.113549.1.7.2',
  content_type: '1.2.840.113549.1.9.3',
  message_digest: '1.2.840.113549.1.9.4',
  signing_certificate_v2: '1.2.840.113549.1.9.16.2.47',
  common_name: '2.5.4.3',
}

/** Signs data that the signature does not contain. The time of signing is not in it: PAdES wants that in the PDF (`/M`). */
export async function signCms(data: Uint8Array, signer: Signer): Promise<Uint8Array<ArrayBuffer>> {
  const { algorithm } = signer
  const { certificates, identifier, content_type, signing_certificate } = await prepared(signer)
  const attributes = [
    content_type,
    encoded(sequence(oid(OID.message_digest), set(octets(await algorithm.digest(data))))),
    signing_certificate,
  ]
  const signature = await signer.sign(new Uint8Array(set(...attributes).toBER()))
  const digest_algorithm = sequence(oid(algorithm.digest_oid))
  const signer_info = sequence(
    version(),
    identifier,
    digest_algorithm,
    tagged(...attributes),
    sequence(oid(algorithm.signature_oid), ...(algorithm.null_parameters ? [new asn1.Null()] : [])),
    octets(signature),
  )
  const signed_data = sequence(
    version(),
    set(digest_algorithm),
    sequence(oid(OID.data)),
    tagged(...certificates),
    set(signer_info),
  )
  return new Uint8Array(sequence(oid(OID.signed_data), tagged(signed_data)).toBER())
}

interface Prepared {
  certificates: asn1.BaseBlock[]
  /** issuer and serial number of the signer's certificate */
  identifier: asn1.BaseBlock
  content_type: asn1.BaseBlock
  /** the attribute that ties the signature to this certificate and no other with the same key (RFC 5035) */
  signing_certificate: asn1.BaseBlock
}
const known = new WeakMap<Signer, Prepared>()

/** What is the same in every signature of a signer: parsed and encoded once. */
async function prepared(signer: Signer): Promise<Prepared> {
  const before = known.get(signer)
  if (before) return before
  const { certificate_chain, algorithm } = signer
  const own = (asn1.fromBER(certificate_chain[0]).result as asn1.Sequence).valueBlock.value[0] as asn1.Sequence
  // version, serial number, signature, issuer
  const [, serial, , issuer] = own.valueBlock.value as [unknown, asn1.BaseBlock, unknown, asn1.BaseBlock]
  const digest = octets(await algorithm.digest(certificate_chain[0]))
  const named = algorithm.digest_oid === SHA_256.digest_oid ? [] : [sequence(oid(algorithm.digest_oid))]
  const made = {
    certificates: certificate_chain.map((der) => new Encoded(der)),
    identifier: encoded(sequence(issuer, serial)),
    content_type: encoded(sequence(oid(OID.content_type), set(oid(OID.data)))),
    signing_certificate: encoded(
      sequence(oid(OID.signing_certificate_v2), set(sequence(sequence(sequence(...named, digest))))),
    ),
  }
  known.set(signer, made)
  return made
}

/** Bytes that are DER already. */
class Encoded extends asn1.BaseBlock {
  readonly #der: ArrayBuffer
  constructor(der: Uint8Array) {
    super()
    this.#der = der.slice().buffer
  }
  override toBER(_sizeOnly?: boolean, writer?: asn1.ViewWriter): ArrayBuffer {
    writer?.write(this.#der)
    return this.#der
  }
}

const encoded = (block: asn1.BaseBlock) => new Encoded(new Uint8Array(block.toBER()))
const sequence = (...value: asn1.BaseBlock[]) => new asn1.Sequence({ value })
const set = (...value: asn1.BaseBlock[]) => new asn1.Set({ value })
const oid = (value: string) => new asn1.ObjectIdentifier({ value })
const octets = (bytes: Uint8Array) => new asn1.OctetString({ valueHex: bytes.slice().buffer })
const version = () => new asn1.Integer({ value: 1 })
const tagged = (...value: asn1.BaseBlock[]) => new asn1.Constructed({ idBlock: { tagClass: 3, tagNumber: 0 }, value })

/** Who signed: the thumbprint of the key and the name in its certificate. */
export interface SignedBy {
  key_id: string
  certificate_subject: string | null
}

/** Checks a detached signature by one signer, and that it was made for the very certificate it brings; null when any of it is not so. */
export async function checkCms(cms: Uint8Array<ArrayBuffer>, data: Uint8Array<ArrayBuffer>): Promise<SignedBy | null> {
  try {
    const content = ContentInfo.fromBER(cms)
    const signed = new SignedData({ schema: content.content })
    const [info, second] = signed.signerInfos
    // a signature that contains what it signs would be good beside any file, and the library checks it against its own content
    const { eContentType, eContent } = signed.encapContentInfo
    if (content.contentType !== OID.signed_data || !info?.signedAttrs || second) return null
    if (eContent || eContentType !== OID.data) return null
    const certificate = await namedCertificate(info.signedAttrs.attributes, content.content)
    if (!certificate) return null
    signed.certificates = [certificate]
    if (!(await signed.verify({ signer: 0, data: data.buffer }))) return null
    if (!(await isUntouched(cms, data, info, certificatesIn(content.content)))) return null
    return { key_id: await keyIdOf(certificate), certificate_subject: commonName(certificate) }
  } catch {
    // whatever a parser or WebCrypto cannot make sense of is no signature
    return null
  }
}

/** The certificate whose digest is among what was signed, found by its bytes as they stand. */
async function namedCertificate(attributes: Attribute[], signed_data: asn1.BaseBlock): Promise<Certificate | null> {
  const attribute = attributes.find(({ type }) => type === OID.signing_certificate_v2)
  const digest = attribute && partsOf(partsOf(partsOf(attribute.values[0])[0])[0])[0]
  if (!(digest instanceof asn1.OctetString)) return null
  const named = bytesToBase64Url(digest.valueBlock.valueHexView)
  for (const der of certificatesIn(signed_data))
    if (bytesToBase64Url(await SHA_256.digest(der)) === named) return Certificate.fromBER(der)
  return null
}

/**
 * Much around a signature is not signed, such as the lengths and names of what it is made of, and parsers take it as it comes: only
 * when it is made again of what it holds and is the same to the byte, nobody has changed a bit of it.
 */
async function isUntouched(cms: Uint8Array, data: Uint8Array, info: SignerInfo, certificates: Uint8Array[]) {
  const algorithm = [ES256, RS256].find(({ signature_oid }) => signature_oid === info.signatureAlgorithm.algorithmId)
  const [own, ...others] = certificates
  if (!algorithm || !own) return false
  const value = new Uint8Array(info.signature.valueBlock.valueHexView)
  if (algorithm === ES256 && !same(twoNumbers(value), value)) return false
  return same(await signCms(data, { algorithm, certificate_chain: [own, ...others], sign: async () => value }), cms)
}

/** An ECDSA signature as it has to be written: whatever the tags in it say, its parts are numbers in a sequence. */
function twoNumbers(signature: Uint8Array<ArrayBuffer>): Uint8Array {
  const numbers = partsOf(asn1.fromBER(signature).result).map(
    ({ valueBlock }) =>
      new asn1.Integer({
        valueHex: (valueBlock as unknown as { valueHexView: Uint8Array<ArrayBuffer> }).valueHexView.slice().buffer,
      }),
  )
  return new Uint8Array(sequence(...numbers).toBER())
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at])
}

/** As they stand. */
function certificatesIn(signed_data: asn1.BaseBlock): Uint8Array<ArrayBuffer>[] {
  const list = partsOf(partsOf(signed_data).find(({ idBlock }) => idBlock.tagClass === 3))
  return list.map(({ valueBeforeDecodeView }) => new Uint8Array(valueBeforeDecodeView))
}

function partsOf(block: asn1.BaseBlock | undefined): asn1.BaseBlock[] {
  return block instanceof asn1.Constructed ? (block.valueBlock.value as asn1.BaseBlock[]) : []
}

async function keyIdOf(certificate: Certificate): Promise<string> {
  return thumbprint(await crypto.subtle.exportKey('jwk', await certificate.getPublicKey()))
}

function commonName({ subject }: Certificate): string | null {
  const name = subject.typesAndValues.find(({ type }) => type === OID.common_name)
  return name ? String(name.value.valueBlock.value) : null
}
