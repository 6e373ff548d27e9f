/** Keys of issuers: one at a time, made once, sealed, retired without undoing what they signed. */
import { X509Certificate } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { issueCertificate, replaceCertificate } from '../../src/credentials/actions.ts'
import { readCredential } from '../../src/credentials/credential.ts'
import type { VerifyingKey } from '../../src/credentials/jws.ts'
import { verifyPdfSignature } from '../../src/credentials/pdf-signature.ts'
import { readProofCode } from '../../src/credentials/proof-code.ts'
import { currentKey, listPublicKeys, rotateKey } from '../../src/credentials/signing-keys.ts'
import { bytesToBase64, sha256Hex } from '../../src/platform/bytes.ts'
import type { Db, Tx } from '../../src/platform/database.ts'
import { openVault, randomToken } from '../../src/platform/vault.ts'
import { requestRotation } from '../../src/privacy/rotation.ts'
import { certificatePdf, loadTypefaces, printed } from '../support/certificates.ts'
import { GRADUATED_ON, graduates } from '../support/graduates.ts'
import { type Client, KEY, type World, world } from '../support/world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

const act = <T>(action: (tx: Tx) => Promise<T>) => w.db.transaction().execute(action)
const signedIn = new Map<string, Client>()
/** Signs in once each. */
function api(username: string): Client {
  const client = signedIn.get(username) ?? w.as(username)
  signedIn.set(username, client)
  return client
}

function later(): void {
  w.clock.now = new Date(w.clock.now.getTime() + 60_000)
}

const PEOPLE = 14
const issue = { kind: 'skill_level' as const, issued_on: GRADUATED_ON, valid_until: null }
const context = () => w.context('assessor')

/** Certificates as the database has them, by number, with their proofs. */
function proven(db: Db) {
  return db
    .selectFrom('certificates')
    .leftJoin('certificate_proofs as proof', 'proof.certificate_id', 'certificates.id')
    .selectAll('certificates')
    .select(['proof.key_id', 'proof.cms', 'proof.credential_jwt', 'proof.status_list_id', 'proof.status_index'])
    .orderBy('number')
    .execute()
}

async function fileOf(id: string): Promise<Uint8Array<ArrayBuffer>> {
  const answer = await api('assessor').get(`/api/v1/certificates/${id}.pdf`)
  expect(answer.status).toBe(200)
  return new Uint8Array(await answer.arrayBuffer())
}

async function publicKeys(): Promise<VerifyingKey[]> {
  const keys = await listPublicKeys(w.db)
  return keys.map(({ id, public_jwk, organisation_name }) => ({
    kid: id,
    ...public_jwk,
    issuer_name: organisation_name,
  }))
}

const bytes = new TextEncoder().encode('what is signed')

describe('the key of an issuer', () => {
  test('ten writers at once who need the first key get the same one', async () => {
    const context = await w.context('assessor')
    const keys = await Promise.all(
      Array.from({ length: 10 }, () => act((tx) => currentKey(tx, context, w.org.assessor))),
    )
    expect(new Set(keys.map(({ id }) => id)).size).toBe(1)
    expect(await listPublicKeys(w.db, w.org.assessor)).toHaveLength(1)
    const { items } = await api('auditor')
      .get('/api/v1/history?limit=200')
      .then((answer) => answer.json())
    expect(items.filter(({ kind }: { kind: string }) => kind === 'signing_key.made')).toHaveLength(1)
  })

  test('signs what its certificate, which names the issuer, verifies', async () => {
    const context = await w.context('assessor')
    const key = await currentKey(w.db, context, w.org.assessor)
    const certificate = new X509Certificate(key.certificate)
    expect(certificate.subject).toContain('O=示例技能评价中心')
    expect(certificate.verify(certificate.publicKey)).toBe(true)
    const verifying = await crypto.subtle.importKey(
      'jwk',
      key.public_jwk,
      { name: 'ECDSA', namedCurve: 'P-256' },
      true,
      ['verify'],
    )
    const how = { name: 'ECDSA', hash: 'SHA-256' }
    expect(await crypto.subtle.verify(how, verifying, await key.sign(bytes), bytes)).toBe(true)
    expect(certificate.publicKey.export({ format: 'jwk' })).toMatchObject(key.public_jwk)
  })

  test('is retired by its successor and stays in the list', async () => {
    const context = await w.context('assessor')
    const before = await currentKey(w.db, context, w.org.assessor)
    later()
    const asked = await w.context('assessor')
    const after = await act((tx) => rotateKey(tx, asked, w.org.assessor, '例行更换'))
    expect(after.id).not.toBe(before.id)
    expect((await currentKey(w.db, context, w.org.assessor)).id).toBe(after.id)
    const listed = await listPublicKeys(w.db, w.org.assessor)
    expect(listed.map(({ id, reason }) => [id, reason])).toEqual([
      [after.id, null],
      [before.id, '例行更换'],
    ])
  })

  test('cannot be changed or deleted', async () => {
    await expect(
      w.db
        .updateTable('signing_keys')
        .set({ algorithm: 'ES256', valid_from: new Date(0) })
        .execute(),
    ).rejects.toThrow('append-only')
    await expect(w.db.deleteFrom('signing_keys').execute()).rejects.toThrow('append-only')
    await expect(w.db.deleteFrom('signing_key_retirements').execute()).rejects.toThrow('append-only')
  })
})

describe('the keys of an issuer, over API and page', () => {
  const list = async (username: string) => (await (await api(username).get('/api/v1/signing-keys')).json()).items

  test('are shown without what is private, to the issuer and its division only', async () => {
    const keys = await list('assessor')
    expect(keys).toHaveLength(2)
    expect(keys[0]).toMatchObject({ organisation_id: w.org.assessor, algorithm: 'ES256', retired_at: null })
    expect(Object.keys(keys[0].public_jwk).sort()).toEqual(['crv', 'kty', 'x', 'y'])
    expect(JSON.stringify(keys)).not.toContain('sealed')
    expect(await list('trainer')).toEqual([])
    expect(await list('auditor')).toHaveLength(2)
    const [{ id }] = keys
    expect((await api('assessor').get(`/api/v1/signing-keys/${id}`)).status).toBe(200)
    expect((await api('trainer').get(`/api/v1/signing-keys/${id}`)).status).toBe(404)
    expect((await api('facility').get('/api/v1/signing-keys')).status).toBe(403)
  })

  test('hand out their certificate as a file', async () => {
    const [{ id }] = await list('assessor')
    for (const path of [`/api/v1/signing-keys/${id}.cer`, `/console/signing-keys/${id}/certificate`]) {
      const answer = await api('assessor').get(path)
      expect(answer.headers.get('content-type')).toBe('application/pkix-cert')
      expect(new X509Certificate(new Uint8Array(await answer.arrayBuffer())).subject).toContain('示例技能评价中心')
    }
    expect((await api('trainer').get(`/api/v1/signing-keys/${id}.cer`)).status).toBe(404)
  })

  test('are retired once, with a reason, by the issuer', async () => {
    const [{ id }] = await list('assessor')
    const retire = (username: string, body: object) => api(username).post(`/api/v1/signing-keys/${id}/retirement`, body)
    expect((await retire('assessor', {})).status).toBe(422)
    expect((await retire('assessor', { reason: ' ' })).status).toBe(422)
    expect((await retire('trainer', { reason: '别人的' })).status).toBe(404)
    expect((await retire('auditor', { reason: '别人的' })).status).toBe(403)
    later()
    const answers = await Promise.all([1, 2, 3].map(() => retire('assessor', { reason: '定期更换' })))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409])
    const refused = await answers.find(({ status }) => status === 409)!.json()
    expect(refused.code).toBe('signing_key.retired')
    const keys = await list('assessor')
    expect(keys.map((key: { retirement_reason: string | null }) => key.retirement_reason)).toEqual([
      null,
      '定期更换',
      '例行更换',
    ])
  })

  test('stand on a page in both languages, where an issuer retires one and an auditor reads', async () => {
    const page = await (await api('assessor').page('/console/signing-keys')).text()
    expect(page).toContain('使用中')
    expect(page).toContain('定期更换')
    const [{ id }] = await list('assessor')
    expect(page).toContain(id)
    expect(await (await api('auditor').page('/console/signing-keys')).text()).not.toContain('停用并换新密钥')
    const form = (body: Record<string, string>) =>
      api('assessor').submit(`/console/signing-keys/${id}/retirement`, body)
    expect((await form({ reason: '' })).status).toBe(422)
    expect((await form({ reason: '保管人员变动' })).status).toBe(303)
    expect(await (await api('trainer').page('/console/signing-keys')).text()).toContain('还没有密钥')
  })
})

describe('certificates', () => {
  let enrolments: string[]
  beforeAll(async () => {
    const class_id = await graduates(w, PEOPLE)
    const rows = await w.db.selectFrom('enrolments').select('id').where('class_id', '=', class_id).execute()
    enrolments = rows.map(({ id }) => id)
  })
  const take = () => enrolments.pop()!

  test('ten writers at once get ten numbers without a gap, ten places, and one key', async () => {
    const asked = await context()
    await Promise.all(
      Array.from({ length: 10 }, take).map((enrolment_id) =>
        act((tx) => issueCertificate(tx, asked, { ...issue, enrolment_id })),
      ),
    )
    const made = await proven(w.db)
    expect(made.map(({ number }) => Number(number.slice(-6)))).toEqual(Array.from({ length: 10 }, (_, n) => n + 1))
    expect(new Set(made.map(({ key_id }) => key_id)).size).toBe(1)
    expect(new Set(made.map(({ status_list_id, status_index }) => `${status_list_id} ${status_index}`)).size).toBe(10)
  })

  test('carry three proofs that agree, and are the same file each time they are drawn', async () => {
    const [one] = await proven(w.db)
    const pdf = await fileOf(one!.id)
    expect(await sha256Hex(pdf)).toBe(one!.pdf_sha256)
    expect(Buffer.compare(pdf, await fileOf(one!.id))).toBe(0)
    expect(await verifyPdfSignature(pdf)).toEqual({
      signed: true,
      intact: true,
      covers_whole_file: true,
      key_id: one!.key_id,
      certificate_subject: one!.issuer_name,
    })
    const { verify_url } = one!.printed as { verify_url: string }
    const code = await readProofCode(verify_url, await publicKeys())
    const credential = await readCredential(one!.credential_jwt!, await publicKeys())
    const { number } = one!
    expect([code.verdict, code.facts?.number, code.key?.kid]).toEqual(['valid', number, one!.key_id])
    expect([credential.verdict, credential.facts?.number]).toEqual(['valid', number])
  })

  test('are signed with the new key once it was rotated, and those of the old key stay good', async () => {
    const [before] = await proven(w.db)
    const asked = await context()
    const key = await act((tx) => rotateKey(tx, asked, w.org.assessor, '保管人员变动'))
    const { id } = await act((tx) => issueCertificate(tx, asked, { ...issue, enrolment_id: take() }))
    expect((await verifyPdfSignature(await fileOf(id))).key_id).toBe(key.id)
    const old = await fileOf(before!.id)
    expect(await verifyPdfSignature(old)).toMatchObject({ intact: true, key_id: before!.key_id })
    expect((await publicKeys()).map(({ kid }) => kid)).toContain(before!.key_id)
    expect((await readCredential(before!.credential_jwt!, await publicKeys())).verdict).toBe('valid')
  })

  test('are signed when they replace another', async () => {
    const [old] = await proven(w.db)
    const asked = await context()
    const made = await act((tx) =>
      replaceCertificate(tx, asked, old!.id, { reason: '持证人改名', holder_name: '换发新名' } as never),
    )
    const pdf = await fileOf(made.id)
    expect(await verifyPdfSignature(pdf)).toMatchObject({ intact: true, covers_whole_file: true })
    expect((await readProofCode(made.verify_url, await publicKeys())).facts?.number).toBe(made.number)
  })

  test('from before files were signed are drawn as they were', async () => {
    const [{ id: _, known_from: __, key_id, cms, credential_jwt, status_list_id, status_index, ...row }] =
      (await proven(w.db)) as [Awaited<ReturnType<typeof proven>>[number]]
    const record = printed({ number: 'S000033999901265999999', issued_on: GRADUATED_ON })
    const file = await certificatePdf(record, await loadTypefaces())
    const { id } = await w.db
      .insertInto('certificates')
      .values({
        ...row,
        number: record.number,
        token: randomToken(),
        result_id: null,
        replaces_id: row.replaces_id ?? (await proven(w.db))[5]!.id,
        printed: JSON.stringify(record),
        pdf_sha256: await sha256Hex(file),
      })
      .returning('id')
      .executeTakeFirstOrThrow()
    const pdf = await fileOf(id)
    expect(Buffer.compare(pdf, file)).toBe(0)
    expect(await verifyPdfSignature(pdf)).toMatchObject({ signed: false })
  })

  test('without a proof, or with the key of somebody else, are refused by the database', async () => {
    const [one] = await proven(w.db)
    const { id: _, known_from: __, key_id: ___, cms, credential_jwt, status_list_id, status_index, ...row } = one!
    const other = await currentKey(w.db, await w.context('trainer'), w.org.trainer)
    const again = (tx: Tx) =>
      tx
        .insertInto('certificates')
        .values({
          ...row,
          ...{ number: `${row.number}9`, token: randomToken(), result_id: null, enrolment_id: null, replaces_id: null },
          ...{ kind: 'completion', printed: JSON.stringify(row.printed) },
        })
        .returning('id')
        .executeTakeFirstOrThrow()
    await expect(act(again)).rejects.toThrow('has no proof')
    await expect(
      act(async (tx) => {
        const { id } = await again(tx)
        await tx.insertInto('certificate_proofs').values({ certificate_id: id, key_id: other.id, cms: cms! }).execute()
      }),
    ).rejects.toThrow('a key of its issuer')
  })

  test('are signed on after the vault’s key was exchanged and the old one is gone', async () => {
    const K2 = `k2:${bytesToBase64(new Uint8Array(32).fill(7))}`
    w.deps.vault = await openVault(K2, [KEY])
    const admin = await w.context('admin')
    await act((tx) => requestRotation(tx, admin))
    await w.runJobs()
    const { private_sealed } = await w.db
      .selectFrom('signing_keys')
      .select('private_sealed')
      .where('organisation_id', '=', w.org.assessor)
      .executeTakeFirstOrThrow()
    const alone = await openVault(K2)
    expect(await alone.open(private_sealed)).toMatch(/^MI/)
    w.deps.vault = alone
    const asked = await context()
    const { id } = await act((tx) => issueCertificate(tx, asked, { ...issue, enrolment_id: take() }))
    expect(await verifyPdfSignature(await fileOf(id))).toMatchObject({ intact: true })
    expect(w.faults).toEqual([])
  })
})
