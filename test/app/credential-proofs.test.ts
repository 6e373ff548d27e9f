/** What proves a certificate to anybody: its credential, the issuers' keys, and the lists of what counts no more. */
import { createLocalJWKSet, decodeJwt, jwtVerify } from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { issueCertificate, replaceCertificate, revokeCertificate } from '../../src/credentials/actions.ts'
import { rotateKey } from '../../src/credentials/signing-keys.ts'
import { LIST_BITS, LIST_ROOM, type StatusEntry } from '../../src/credentials/status-list-rules.ts'
import { takePlaces } from '../../src/credentials/status-lists.ts'
import type { Tx } from '../../src/platform/database.ts'
import { GRADUATED_ON, graduates } from '../support/graduates.ts'
import { statusBits } from '../support/status-bits.ts'
import { type Client, type World, world } from '../support/world.ts'

let w: World
let anybody: Client
/** who has graduated and has no certificate yet */
let waiting: string[]
beforeAll(async () => {
  w = await world()
  anybody = w.as(null)
  const class_id = await graduates(w, 16)
  const enrolments = await w.db.selectFrom('enrolments').select('id').where('class_id', '=', class_id).execute()
  waiting = enrolments.map(({ id }) => id)
})
afterAll(() => w.close())
beforeEach(() => {
  w.clock.now = new Date('2026-11-23T02:00:00Z')
  w.faults.length = 0
})

const act = <T>(action: (tx: Tx) => Promise<T>) => w.db.transaction().execute(action)

/** Certificates of the next graduates, with their credentials. */
async function issued(count: number, valid_until: string | null = null) {
  const context = await w.context('assessor')
  const made = []
  for (const enrolment_id of waiting.splice(0, count)) {
    const input = { enrolment_id, kind: 'skill_level' as const, issued_on: GRADUATED_ON, valid_until }
    const { id } = await act((tx) => issueCertificate(tx, context, input))
    made.push(await provenCertificate(id))
  }
  return made
}

function provenCertificate(id: string) {
  return w.db
    .selectFrom('certificates')
    .innerJoin('certificate_proofs as proof', 'proof.certificate_id', 'certificates.id')
    .select(['certificates.id', 'number', 'token', 'holder_name', 'credential_jwt', 'status_list_id', 'status_index'])
    .select('certificates.printed')
    .where('certificates.id', '=', id)
    .executeTakeFirstOrThrow()
}

interface Status {
  statusPurpose: string
  statusListIndex: string
  statusListCredential: string
}

const keySet = async () => createLocalJWKSet(await (await anybody.get('/.well-known/jwks.json')).json())

/** As a verifier of another house does it: the signature by jose, then every status list, signed too, by another decoder. */
async function verifyElsewhere(jwt: string): Promise<string> {
  const keys = await keySet()
  const options = { typ: 'vc+jwt', issuer: 'did:web:127.0.0.1%3A3000', currentDate: w.clock.now }
  const verified = await jwtVerify<{ credentialStatus: Status[] }>(jwt, keys, options).catch((error) => error as Error)
  if (verified instanceof Error) return verified.name
  for (const { statusPurpose, statusListIndex, statusListCredential } of verified.payload.credentialStatus) {
    const answer = await anybody.get(new URL(statusListCredential).pathname)
    const { payload } = await jwtVerify<{ credentialSubject: { encodedList: string; statusPurpose: string } }>(
      await answer.text(),
      keys,
      { ...options, subject: `${statusListCredential}#list` },
    )
    expect(payload.credentialSubject.statusPurpose).toBe(statusPurpose)
    if ((await statusBits(payload.credentialSubject.encodedList)).get(Number(statusListIndex))) return statusPurpose
  }
  return 'valid'
}

describe('the credential of a certificate', () => {
  test('is given to whoever has the token of its QR code, as it was attached, and as JSON on request', async () => {
    const [one] = await issued(1)
    const answer = await anybody.get(`/credentials/${one!.token}`)
    expect(answer.headers.get('content-type')).toBe('application/vc+jwt')
    expect(answer.headers.get('access-control-allow-origin')).toBe('*')
    const jwt = await answer.text()
    expect(jwt).toBe(one!.credential_jwt)
    const shown = await (await anybody.get(`/credentials/${one!.token}?format=json`)).json()
    expect(shown).toEqual(decodeJwt(jwt))
    expect(await (await anybody.get(`/credentials/${one!.token}`, { accept: 'application/json' })).json()).toEqual(
      shown,
    )
    expect(JSON.stringify(shown)).not.toContain(one!.holder_name)
    expect(await verifyElsewhere(jwt)).toBe('valid')
  })

  test('is found by nothing that can be known or counted: number, id, another certificate’s token with a letter changed', async () => {
    const [one] = await issued(1)
    const changed = `${one!.token.slice(0, -1)}${one!.token.endsWith('A') ? 'B' : 'A'}`
    const answers = await Promise.all(
      [one!.number, one!.id, changed, '%27', '0'.repeat(22)].map((id) => anybody.get(`/credentials/${id}`)),
    )
    const bodies = await Promise.all(answers.map((answer) => answer.text()))
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404, 404])
    const ofTheCall = /\/credentials\/[^"]*|"request_id":"[^"]*"/g
    expect(new Set(bodies.map((body) => body.replaceAll(ofTheCall, ''))).size).toBe(1)
  })
})

describe('what became of it since', () => {
  test('valid, revoked, replaced, run out and forged are each told as what they are', async () => {
    const [valid, revoked, replaced, forged] = (await issued(4)) as [Proven, Proven, Proven, Proven]
    const [expired] = await issued(1, '2026-11-01')
    const context = await w.context('assessor')
    await act((tx) =>
      revokeCertificate(tx, context, revoked.id, { reason_code: 'fraud', reason: '替考', effective_on: null }),
    )
    const successor = await act((tx) =>
      replaceCertificate(tx, context, replaced.id, { reason: '遗失', holder_name: null } as never),
    )
    const payload = decodeJwt(forged.credential_jwt!)
    const body = Buffer.from(JSON.stringify({ ...payload, name: '一级' })).toString('base64url')
    const [head, , signature] = forged.credential_jwt!.split('.')
    expect(await verifyElsewhere(valid.credential_jwt!)).toBe('valid')
    expect(await verifyElsewhere(revoked.credential_jwt!)).toBe('revocation')
    expect(await verifyElsewhere(replaced.credential_jwt!)).toBe('revocation')
    expect(await verifyElsewhere(expired!.credential_jwt!)).toBe('JWTExpired')
    expect(await verifyElsewhere(`${head}.${body}.${signature}`)).toBe('JWSSignatureVerificationFailed')
    expect(await verifyElsewhere((await provenCertificate(successor.id)).credential_jwt!)).toBe('valid')
  })

  test('suspended stands in the list of suspensions alone, and is gone from it when it is taken back', async () => {
    const [one] = await issued(1)
    const suspension = {
      certificate_id: one!.id,
      from_on: '2026-11-20',
      reason: '调查中',
      decision_reference: '2026-1',
    }
    await w.db.insertInto('certificate_suspensions').values(suspension).execute()
    expect(await verifyElsewhere(one!.credential_jwt!)).toBe('suspension')
    await w.db
      .insertInto('certificate_resumptions')
      .values({ ...suspension, seq: 0, suspended_from: '2026-11-20', from_on: '2026-11-23' })
      .execute()
    expect(await verifyElsewhere(one!.credential_jwt!)).toBe('valid')
  })

  test('after the key was changed, what the old one signed stays valid, and the list is signed by the new one', async () => {
    const [one] = await issued(1)
    const context = await w.context('assessor')
    await act((tx) => rotateKey(tx, context, w.org.assessor, '例行更换'))
    const [other] = await issued(1)
    const kid = (jwt: string) => JSON.parse(Buffer.from(jwt.split('.')[0]!, 'base64url').toString()).kid
    expect(kid(one!.credential_jwt!)).not.toBe(kid(other!.credential_jwt!))
    expect(await verifyElsewhere(one!.credential_jwt!)).toBe('valid')
    expect(await verifyElsewhere(other!.credential_jwt!)).toBe('valid')
  })
})
type Proven = Awaited<ReturnType<typeof provenCertificate>>

describe('a published list', () => {
  test('is kept for five minutes at most, and asked for again only when something changed', async () => {
    const [one, other] = await issued(2)
    const path = `/status-lists/${2 * one!.status_list_id! - 1}`
    const first = await anybody.get(path)
    expect(first.headers.get('cache-control')).toBe('public, max-age=300')
    const etag = first.headers.get('etag')!
    const again = await anybody.get(path, { 'if-none-match': etag })
    expect([again.status, await again.text()]).toEqual([304, ''])
    const context = await w.context('assessor')
    const how = { reason_code: 'issued_in_error' as const, reason: '重复', effective_on: null }
    await act((tx) => revokeCertificate(tx, context, other!.id, how))
    expect((await anybody.get(path, { 'if-none-match': etag })).status).toBe(200)
    w.clock.now = new Date(w.clock.now.getTime() + 300_000)
    const later = await anybody.get(path)
    const { iat: _, ...payload } = decodeJwt<{ credentialSubject: { ttl: number } }>(await later.text())
    expect(payload.credentialSubject.ttl).toBe(300_000)
    expect(payload.exp! - payload.nbf!).toBe(86_400)
  })

  test.each(['0', '-1', '01', '1.5', '999999999', '9999999999999', 'abc', '1 or 1=1'])(
    'number %j is answered with 404',
    async (number) => expect((await anybody.get(`/status-lists/${encodeURIComponent(number)}`)).status).toBe(404),
  )
})

describe('the keys', () => {
  test('of all issuers are published, retired ones too, with nothing private and nobody’s name but the issuer’s', async () => {
    const set = await anybody.get('/.well-known/jwks.json')
    expect(set.headers.get('content-type')).toBe('application/jwk-set+json')
    const { keys } = await set.json()
    expect(keys.length).toBeGreaterThan(1)
    for (const key of keys)
      expect(Object.keys(key).sort()).toEqual(['alg', 'crv', 'issuer_name', 'kid', 'kty', 'use', 'x', 'y'])
    expect((await anybody.get('/.well-known/jwks.json', { 'if-none-match': set.headers.get('etag')! })).status).toBe(
      304,
    )
    const did = await (await anybody.get('/.well-known/did.json')).json()
    expect(did.id).toBe('did:web:127.0.0.1%3A3000')
    expect(did.assertionMethod).toEqual(keys.map(({ kid }: { kid: string }) => `${did.id}#${kid}`))
    expect(did.verificationMethod.map(({ id }: { id: string }) => id)).toEqual(did.assertionMethod)
  })
})

describe('places in a list', () => {
  const places = async (count: number) => {
    const entries = await act((tx) => takePlaces(tx, w.org.trainer, count))
    return entries.map(({ list_id, index }) => `${list_id}/${index}`)
  }

  test('ten writers who draw at once never get the same one', async () => {
    const drawn = (await Promise.all(Array.from({ length: 10 }, () => places(50)))).flat()
    expect(new Set(drawn).size).toBe(500)
    expect(new Set(drawn.map((place) => place.split('/')[0])).size).toBe(1)
  })

  test('two draws of one transaction do not meet either, and what is rolled back is free again', async () => {
    const taken = async () =>
      (
        await w.db
          .selectFrom('status_lists')
          .select('taken')
          .where('organisation_id', '=', w.org.trainer)
          .executeTakeFirstOrThrow()
      ).taken
    const before = await taken()
    const fails = act(async (tx) => {
      const [one, other] = [await takePlaces(tx, w.org.trainer, 300), await takePlaces(tx, w.org.trainer, 300)]
      expect(new Set([...one, ...other].map(({ index }) => index)).size).toBe(600)
      throw new Error('rolled back')
    })
    await expect(fails).rejects.toThrow('rolled back')
    expect(await taken()).toBe(before)
  })

  test('neighbours in a class are no neighbours in the list: the places are spread as chance spreads them', async () => {
    const entries: StatusEntry[] = await act((tx) => takePlaces(tx, w.org.trainer, 400))
    const quarters = [0, 0, 0, 0]
    for (const { index } of entries) quarters[Math.floor((4 * index) / LIST_BITS)]!++
    for (const count of quarters) expect(count).toBeGreaterThan(60)
    const ascending = entries.filter(({ index }, at) => at > 0 && index > entries[at - 1]!.index).length
    expect(ascending).toBeGreaterThan(120)
    expect(ascending).toBeLessThan(280)
  })

  test('a full list is left and another opened, and a certificate never changes its list', async () => {
    const open = await w.db
      .selectFrom('status_lists')
      .select(['id', 'taken'])
      .where('organisation_id', '=', w.org.trainer)
      .executeTakeFirstOrThrow()
    await w.db
      .updateTable('status_lists')
      .set({ taken: LIST_ROOM - 3 })
      .where('id', '=', open.id)
      .execute()
    const lists = (await places(10)).map((place) => Number(place.split('/')[0]))
    expect(lists.filter((id) => id === open.id)).toHaveLength(3)
    expect(new Set(lists).size).toBe(2)
    await expect(w.db.deleteFrom('status_lists').execute()).rejects.toThrow('refused')
    await expect(w.db.updateTable('status_lists').set({ taken: 0 }).execute()).rejects.toThrow('only fills')
    await expect(w.db.deleteFrom('status_places').execute()).rejects.toThrow('append-only')
  })
})
