/** Hides how signing is measured: all three proofs of a certificate made over a file that is drawn already, beside the bare signatures they need. */

import { thumbprint } from '../../src/credentials/jwk.ts'
import { certifyKey } from '../../src/credentials/key-certificate.ts'
import { prove, type Seal } from '../../src/credentials/proofs.ts'
import { pdfSigner, type SigningKey } from '../../src/credentials/signing-keys.ts'
import { certificatePdf, loadTypefaces, printed } from '../support/certificates.ts'

const COUNT = 300
const ECDSA = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
/** A code, a credential, a file. */
const SIGNATURES = 3

interface SigningBench {
  /** milliseconds of processor time a certificate */
  proofs_ms: number
  bare_ms: number
}

export async function benchSigning(): Promise<SigningBench> {
  const key = await issuersKey()
  const record = printed({ drawing: 2 })
  const blank = await certificatePdf(record, await loadTypefaces(), { signed: true, credential: 'x'.repeat(2500) })
  const places = Array.from({ length: COUNT + 50 }, (_, index) => ({ list_id: 1, index }))
  const seal: Seal = {
    certified: { kind: 'skill_level', valid_until: null },
    ...{ key, signer: pdfSigner(key), places },
    signed_at: '2026-05-25T08:00:00.000Z',
    public_url: 'https://huyu.example.cn',
  }
  const token = '5r3Kx0pQ7mZt8YwLb2NfVA'
  const facts = { ...record, verify_url: `https://huyu.example.cn/v/${token}` }
  const proofs_ms = await processorTime(() => prove(seal, facts, token, async () => blank.slice()))
  const data = blank.subarray(0, 1000)
  const bare_ms = await processorTime(async () => {
    for (let n = 0; n < SIGNATURES; n++) await key.sign(data)
  })
  return { proofs_ms, bare_ms }
}

async function issuersKey(): Promise<SigningKey> {
  const pair = (await crypto.subtle.generateKey(ECDSA, true, ['sign', 'verify'])) as CryptoKeyPair
  const { x, y } = await crypto.subtle.exportKey('jwk', pair.publicKey)
  const public_jwk = { kty: 'EC', crv: 'P-256', x: x!, y: y! } as const
  return {
    id: await thumbprint(public_jwk),
    public_jwk,
    certificate: await certifyKey(pair, { name: '示例技能评价中心', credit_code: null }, new Date(0)),
    sign: async (bytes) =>
      new Uint8Array(await crypto.subtle.sign(ECDSA, pair.privateKey, bytes as Uint8Array<ArrayBuffer>)),
  }
}

async function processorTime(work: () => Promise<unknown>): Promise<number> {
  for (let n = 0; n < 50; n++) await work()
  const start = process.cpuUsage()
  for (let n = 0; n < COUNT; n++) await work()
  const { user, system } = process.cpuUsage(start)
  return (user + system) / 1000 / COUNT
}
