/** The signature in a PDF: good over every byte of the file, and said to be no good for each way of tampering with it. */
import { createPublicKey, verify } from 'node:crypto'
import * as asn1 from 'asn1js'
import { beforeAll, describe, expect, test } from 'vitest'
import { thumbprint } from '../../src/credentials/jwk.ts'
import { certifyKey } from '../../src/credentials/key-certificate.ts'
import { putSignature, signPdf, verifyPdfSignature } from '../../src/credentials/pdf-signature.ts'
import { RS256, type Signer } from '../../src/credentials/signer.ts'
import { certificatePdf, loadTypefaces, printed } from '../support/certificates.ts'
import { newKeys, OWNER, signerOf } from '../support/signed.ts'

const RSA = { name: 'RSASSA-PKCS1-v1_5', modulusLength: 2048, publicExponent: Uint8Array.of(1, 0, 1), hash: 'SHA-256' }
const NO_GOOD = { signed: true, intact: false, key_id: null, certificate_subject: null }

let blank: Uint8Array
let pair: CryptoKeyPair
let signer: Signer
let signed: Uint8Array
let cms: Uint8Array
beforeAll(async () => {
  blank = await certificatePdf(printed({ drawing: 2 }), await loadTypefaces(), { signed: true, credential: 'a.b.c' })
  pair = await newKeys()
  signer = await signerOf(pair)
  signed = blank.slice()
  cms = await signPdf(signed, signer)
})

const partsOf = (block: asn1.BaseBlock) => (block as asn1.Constructed).valueBlock.value as asn1.BaseBlock[]

/** Another signature in place of the one the file has. */
function withContents(pdf: Uint8Array, der: Uint8Array): Uint8Array {
  const text = Buffer.from(pdf).toString('latin1')
  const hex = Buffer.from(der).toString('hex')
  return new Uint8Array(
    Buffer.from(
      text.replace(/\/Contents <[0-9a-f]{8192}>/, () => `/Contents <${hex.padEnd(8192, '0')}>`),
      'latin1',
    ),
  )
}

describe('a good signature', () => {
  test('covers the whole file and names its key and the certificate', async () => {
    expect(await verifyPdfSignature(signed)).toEqual({
      signed: true,
      intact: true,
      covers_whole_file: true,
      key_id: await thumbprint(await crypto.subtle.exportKey('jwk', pair.publicKey)),
      certificate_subject: OWNER.name,
    })
  })

  test('is good for another implementation, which reads the bytes from the positions the file gives', async () => {
    const text = Buffer.from(signed).toString('latin1')
    const [a, b, c, d] = /\/ByteRange \[(\d+) (\d+) (\d+) (\d+)\]/.exec(text)!.slice(1).map(Number)
    expect(text.slice(b, b! + 1) + text.slice(c! - 1, c)).toBe('<>')
    expect(c! + d!).toBe(signed.length)
    const covered = Buffer.concat([signed.subarray(a, b), signed.subarray(c)])
    const [, signed_data] = partsOf(asn1.fromBER(cms).result)
    const info = partsOf(partsOf(partsOf(signed_data!)[0]!).at(-1)!)[0]!
    const [attributes, , signature] = partsOf(info).slice(3)
    const digest = Buffer.from(await crypto.subtle.digest('SHA-256', covered))
    expect(Buffer.from(attributes!.valueBeforeDecodeView).indexOf(digest)).toBeGreaterThan(0)
    // what is signed is the attributes as a SET, not in the tag they stand in
    const data = Buffer.from(attributes!.valueBeforeDecodeView)
    data[0] = 0x31
    const value = (signature as asn1.OctetString).valueBlock.valueHexView
    const key = createPublicKey({ key: (await crypto.subtle.exportKey('jwk', pair.publicKey)) as never, format: 'jwk' })
    expect(verify('sha256', data, key, value)).toBe(true)
  })

  test('put into the same file drawn again gives the same bytes', async () => {
    const again = blank.slice()
    putSignature(again, cms)
    expect(Buffer.compare(again, signed)).toBe(0)
  })

  test('may be by RSA', async () => {
    const rsa = (await crypto.subtle.generateKey(RSA, true, ['sign', 'verify'])) as CryptoKeyPair
    const pdf = blank.slice()
    await signPdf(pdf, {
      algorithm: RS256,
      certificate_chain: [await certifyKey(rsa, OWNER, new Date('2026-05-01T00:00:00Z'))],
      sign: async (data) =>
        new Uint8Array(await crypto.subtle.sign(RSA.name, rsa.privateKey, data as Uint8Array<ArrayBuffer>)),
    })
    expect(await verifyPdfSignature(pdf)).toMatchObject({ intact: true, covers_whole_file: true })
  })

  test('is made as well of values that begin with zeros or a high bit', async () => {
    for (let n = 0; n < 50; n++) {
      const pdf = blank.slice()
      await signPdf(pdf, signer)
      expect((await verifyPdfSignature(pdf)).intact).toBe(true)
    }
  })
})

describe('what is no good', () => {
  test('a file without a signature, with room for one only, or that is no PDF at all is not signed', async () => {
    const unsigned = await certificatePdf(printed(), await loadTypefaces())
    for (const pdf of [unsigned, blank, new Uint8Array(), new Uint8Array(1000)])
      expect(await verifyPdfSignature(pdf)).toMatchObject({ signed: false, intact: false, covers_whole_file: false })
  })

  test.each([0, 0.2, 0.5, 0.9])('one flipped bit at %d of the file', async (where) => {
    const text = Buffer.from(signed).toString('latin1')
    const [, from, to] = /\/ByteRange \[(\d+) (\d+) (\d+) /.exec(text)!.slice(1).map(Number) as [number, number, number]
    for (const at of [Math.floor(from * where), to + Math.floor((signed.length - to) * where)]) {
      const pdf = signed.slice()
      pdf[at]! ^= 1
      expect(await verifyPdfSignature(pdf)).toMatchObject({ intact: false, key_id: null })
    }
  })

  test('a flipped bit anywhere in what the signature is made of', async () => {
    for (let at = 0; at < cms.length; at++) {
      const other = cms.slice()
      other[at]! ^= 1 << (at % 8)
      expect(await verifyPdfSignature(withContents(signed, other)), String(at)).toMatchObject(NO_GOOD)
    }
  })

  test('a file that was cut off', async () => {
    for (const length of [signed.length - 1, signed.length - 500])
      expect(await verifyPdfSignature(signed.slice(0, length))).toMatchObject({ ...NO_GOOD, covers_whole_file: false })
  })

  test('a signature by another key than the certificate shows', async () => {
    const other = await newKeys()
    const pdf = blank.slice()
    await signPdf(pdf, await signerOf(other, pair))
    expect(await verifyPdfSignature(pdf)).toMatchObject(NO_GOOD)
  })

  test('a signature moved from another file, even if it brings what it was made over', async () => {
    const other = await certificatePdf(printed({ drawing: 2, holder_name: '张三' }), await loadTypefaces(), {
      signed: true,
    })
    putSignature(other, cms)
    expect(await verifyPdfSignature(other)).toMatchObject(NO_GOOD)
    // the same attributes and signature value, around content of its own
    const content = asn1.fromBER(cms).result
    const data = partsOf(partsOf(content)[1]!)[0]!
    const own = new asn1.OctetString({ valueHex: new TextEncoder().encode('what was signed').buffer })
    partsOf(partsOf(data)[2]!).push(new asn1.Constructed({ idBlock: { tagClass: 3, tagNumber: 0 }, value: [own] }))
    const bringing = new Uint8Array(content.toBER())
    expect(await verifyPdfSignature(withContents(signed, bringing))).toMatchObject(NO_GOOD)
  })

  test('something hidden in the room behind the signature', async () => {
    const padded = new Uint8Array(4096)
    padded.set(cms)
    padded.set(new TextEncoder().encode('hidden'), 4000)
    expect(await verifyPdfSignature(withContents(signed, padded))).toMatchObject(NO_GOOD)
  })
})

test('what is appended after signing leaves the signed part intact and is reported as not covered', async () => {
  const update = '\n9 0 obj\n<</Type/Annot>>\nendobj\ntrailer<</Size 10>>\n%%EOF\n'
  const pdf = new Uint8Array(Buffer.concat([signed, Buffer.from(update)]))
  expect(await verifyPdfSignature(pdf)).toMatchObject({ signed: true, intact: true, covers_whole_file: false })
})
